"""Every colour, distance, radius and type size of the window: the only place where a colour is written down."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Tokens:
    """One colour scheme. Every field but `name` and `dark` is a colour as `#RRGGBB`."""

    name: str
    dark: bool
    background: str
    """Behind everything: the navigation rail, the gaps between cards."""
    surface: str
    """Cards, tables, fields."""
    raised: str
    """Headers of tables, hovered rows, quiet buttons."""
    line: str
    """Separators; decoration only."""
    outline: str
    """Borders of fields and buttons: 3 to 1 against what is around them."""
    text: str
    muted: str
    """Secondary text: still 4.5 to 1."""
    accent: str
    """The one colour of action and of what is chosen."""
    on_accent: str
    soft: str
    """Selected rows, the chosen page: `text` stays readable on it."""
    focus: str
    """The ring around the control that has the keyboard."""
    block: str
    high: str
    med: str
    low: str
    good: str


LIGHT = Tokens(
    "light", False,
    background="#F3F5F8", surface="#FFFFFF", raised="#EDF1F5", line="#DCE2E9", outline="#7A8593",
    text="#18212C", muted="#545F6D", accent="#1D5BB8", on_accent="#FFFFFF", soft="#DDE9FA", focus="#1D5BB8",
    block="#A9142B", high="#954600", med="#6F5500", low="#365F86", good="#176B3A",
)  # fmt: skip
DARK = Tokens(
    "dark", True,
    background="#12161C", surface="#1A1F27", raised="#232A34", line="#333C48", outline="#7D8998",
    text="#E7EBF0", muted="#A7B2BF", accent="#78AEF7", on_accent="#0A1626", soft="#23395A", focus="#9AC6FF",
    block="#FF9494", high="#FFB673", med="#E8CD62", low="#A2C8EA", good="#7AD69E",
)  # fmt: skip
CONTRAST = Tokens(
    "contrast", True,
    background="#000000", surface="#000000", raised="#1C1C1C", line="#B8B8B8", outline="#FFFFFF",
    text="#FFFFFF", muted="#F0F0F0", accent="#FFE45C", on_accent="#000000", soft="#004A8F", focus="#00F0FF",
    block="#FFA6A6", high="#FFC078", med="#FFF08A", low="#B5DBFF", good="#9BF0B8",
)  # fmt: skip
SCHEMES = {scheme.name: scheme for scheme in (LIGHT, DARK, CONTRAST)}

SPACE = (0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""The steps of distance, in heights of a line of text."""
RADIUS = {"small": 0.25, "card": 0.5}
"""Corners, in heights of a line of text."""
TYPE = {"small": 0.92, "body": 1.0, "heading": 1.15, "title": 1.6, "figure": 2.1}
"""Sizes of type as a factor on the system's own size."""


def colours(tokens: Tokens) -> dict[str, str]:
    """The colours of a scheme by name."""
    return {f.name: getattr(tokens, f.name) for f in fields(tokens) if f.name not in {"name", "dark"}}


def luminance(colour: str) -> float:
    """The relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2)."""

    def linear(part: str) -> float:
        share = int(part, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour[1:3]) + 0.7152 * linear(colour[3:5]) + 0.0722 * linear(colour[5:7])


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """`share` (0 to 1) of one colour with the rest of the other."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)

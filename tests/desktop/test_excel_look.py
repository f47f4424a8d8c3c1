"""The look of workbooks: contrast, fonts, and words that never depend on their colour."""

from __future__ import annotations

import json

from desktop.excel.look import STYLE_FILE, load_look
from desktop.report.progress import texts


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_stands_out_from_its_ground() -> None:
    raw = json.loads(STYLE_FILE.read_text(encoding="utf-8"))
    for name, role in raw["roles"].items():
        ground = raw["colours"][role["fill"]] if "fill" in role else "FFFFFF"
        assert contrast(raw["colours"][role["colour"]], ground) >= 4.5, name
        assert role["size"] >= 11
    for word, ink in raw["words"].items():
        assert contrast(ink["colour"], ink["fill"]) >= 4.5, word


def test_roles_are_read_with_their_fonts() -> None:
    look = load_look()
    assert all(style.font.name == "Arial" for style in look.roles.values())
    assert look["wrapped"].alignment.wrap_text
    assert not look["text"].alignment.wrap_text


def test_every_sheet_of_the_report_says_in_one_line_what_it_holds() -> None:
    for entry in texts()["sheets"].values():
        assert 0 < len(entry["tab"]) <= 31
        assert entry["about"].endswith(".")
        assert len(entry["about"]) <= 130
        assert "\n" not in entry["about"]

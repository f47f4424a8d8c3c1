"""Names that Excel and file systems take: sheets, tables, headings, files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import PureWindowsPath

MAX_SHEET_NAME = 31
MAX_HEADING = 255
MAX_FILE_NAME = 120
"""Bytes of UTF-8 in a file name we make, its ending counted."""

_Cut = Callable[[str, int], str]
"""Cuts a text to what a name may hold, less so many characters."""

_SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_FILE_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_SPACES = re.compile(r"\s+")
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Unicode categories that a name may not hold: controls, bidi and zero-width marks, surrogates, unassigned."""


def sheet_name(wanted: str, taken: Iterable[str] = ()) -> str:
    r"""A sheet name that Excel takes: at most 31 UTF-16 units, none of `[]:*?/\`, unique without regard to case."""
    base = _shown(_SHEET_FORBIDDEN.sub(" ", wanted)).strip("' ") or "Sheet"
    if base.casefold() == "history":  # Excel keeps this name for itself
        base = "History of changes"
    return _unique(base, taken, lambda text, room: _cut_units(text, MAX_SHEET_NAME - room).strip("' "))


def table_name(wanted: str, taken: Iterable[str] = ()) -> str:
    """A name for a table: letters, digits and underscores, never like a cell reference (FIX1, R1C1)."""
    base = re.sub(r"[^A-Za-z0-9]+", "_", unicodedata.normalize("NFKD", wanted)).strip("_")[:60] or "Table"
    base = "tbl_" + base
    seen = {name.casefold() for name in taken}
    name, number = base, 2
    while name.casefold() in seen:
        name, number = f"{base}_{number}", number + 1
    return name


def headings(wanted: Iterable[str]) -> tuple[str, ...]:
    """Headings of one table: one line each, never blank, at most 255 characters, unique without regard to case."""
    made: list[str] = []
    for place, text in enumerate(wanted, start=1):
        base = _shown(text) or f"Column {place}"
        made.append(_unique(base, made, lambda text, room: _cut_units(text, MAX_HEADING - room)))
    return tuple(made)


def file_name(stem: str, ending: str, taken: Iterable[str] = ()) -> str:
    r"""A file name for every system: NFC, no hidden characters, no `<>:"/\|?*`, not reserved, at most 120 bytes.

    `ending` comes with its dot. A name that is taken (without regard to case) gets ' (2)', ' (3)' ...
    """
    base = _FILE_FORBIDDEN.sub("_", _shown(stem)).rstrip(". ").lstrip(" ") or "unnamed"
    if base.startswith("."):
        base = "_" + base[1:]
    if PureWindowsPath(base + ending).is_reserved() or base.split(".")[0].strip().casefold() == "clock$":
        base = "_" + base
    full = len(ending.encode())

    def cut(text: str, room: int) -> str:
        kept = text.encode()[: MAX_FILE_NAME - full - room].decode("utf-8", "ignore")
        return kept.rstrip(". ")

    stems = [name[: len(name) - len(ending)] for name in taken if name.casefold().endswith(ending.casefold())]
    return _unique(base, stems, cut) + ending


def _shown(text: str) -> str:
    """The text in NFC with white space as single blanks and without hidden characters."""
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return "".join(mark for mark in spaced if unicodedata.category(mark) not in _HIDDEN_CATEGORIES).strip()


def _cut_units(text: str, room: int) -> str:
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")


def _unique(base: str, taken: Iterable[str], cut: _Cut) -> str:
    seen = {unicodedata.normalize("NFC", name).casefold() for name in taken}
    name, number = cut(base, 0), 2
    while name.casefold() in seen:
        mark = f" ({number})"
        name, number = cut(base, len(mark)) + mark, number + 1
    return name

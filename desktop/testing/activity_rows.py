"""What a file of activities leaves unsaid: ids where it has none, and what a number alone counts in a duration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from desktop.records.table import RecordTable

UNIT_WORDS: Mapping[str, str] = {"wd": "working days", "d": "days", "h": "hours", "min": "minutes"}
"""The units of a duration in words."""
NUMBERED = "(made from the order of the rows)"
"""The heading under which ids stand that a file does not have."""
_BARE = re.compile(r"\d+(?:[.,]\d+)?")
_UNITS = (
    ("wd", re.compile(r"\b(?:wds?|working days?|work days?|business days?)\b")),
    ("min", re.compile(r"\b(?:m|mins?|minutes?)\b")),
    ("h", re.compile(r"\b(?:h|hrs?|hours?)\b")),
    ("d", re.compile(r"\b(?:d|days?|calendar days?)\b")),
)


def numbered(
    table: RecordTable, mapping: Mapping[str, str], form: str = "T-{:03d}"
) -> tuple[RecordTable, dict[str, str]]:
    """A table whose rows have ids T-001, T-002 ... (`form`) when no row has one; else the table as it is.

    Rows of which the only filled cell is merged over others are headings of sections and get none.
    """
    headings, made = table.headings, dict(mapping)
    if "key" in mapping:
        place = headings.index(mapping["key"])
        if any(cells[place].strip() for _, cells in table.rows):
            return table, made
    label = NUMBERED
    while label in headings:
        label += " "
    count, rows = 0, []
    for number, cells in table.rows:
        filled = [at for at, cell in enumerate(cells) if cell.strip()]
        key = ""
        if not (len(filled) == 1 and (number, filled[0]) in table.across):
            count += 1
            key = form.format(count)
        rows.append((number, (*cells, key)))
    made["key"] = label
    return replace(table, headings=(*headings, label), rows=tuple(rows)), made


def is_bare(text: str) -> bool:
    """Whether a duration is a number alone, and not none at all: it needs a unit."""
    return bool(_BARE.fullmatch(text)) and bool(text.strip("0.,"))


def unit_in(heading: str) -> str:
    """The unit that a heading gives to the numbers under it: Planned duration (mins) is min; '' = none."""
    words = " ".join(re.split(r"[^a-z]+", heading.casefold()))
    return next((unit for unit, found in _UNITS if found.search(words)), "")

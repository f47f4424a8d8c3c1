"""A day as people write it, in a form or in a cell of a file: day before month, always.

Read are 2026-11-23, 23/11/2026, 23-11-2026, 23.11.2026, 23.11.26, 23 Nov 2026, 23 November 2026 and 23-Nov-26. A year
of two digits is of this century; beside a slash or hyphen it is not read, for 26/11/23 may be either end of a year.
"""

from __future__ import annotations

import re
from datetime import date

WAYS = "2026-11-23, 23/11/2026 or 23 Nov 2026"
"""What to write, for sentences."""

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ /-]?\s*([A-Za-z]{3,9})\.?,?[ /-]?\s*(\d{4}|\d{2})", re.ASCII)


def read_day(text: str) -> date | None:
    """The day; None for what is no day, does not exist, or may be several."""
    text = " ".join(text.split())
    try:
        if found := _NUMBERS.fullmatch(text):
            day, mark, month, year = found.groups()
            return date(_year(year), int(month), int(day)) if len(year) == 4 or mark == "." else None
        if found := _NAMED.fullmatch(text):
            day, name, year = found.groups()
            number = _month(name)
            return date(_year(year), number, int(day)) if number else None
        return date.fromisoformat(text)
    except ValueError:
        return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(name: str) -> int:
    """January is 1; by its whole name, its first three letters, or Sept; 0 for no month."""
    name = name.casefold()
    for number, month in enumerate(_MONTHS, start=1):
        if name in (month, month[:3]) or (name == "sept" and number == 9):
            return number
    return 0

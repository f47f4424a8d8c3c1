"""What one workbook cell says as text, and what is lost or doubtful about it: numbers, dates, escapes, errors."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from desktop.portfolio.readers.xlsx_xml import MAX_TEXT

MAX_ROWS = 1_048_576
MAX_SHEET_COLUMNS = 16_384
MAX_COLUMNS = 512
"""Columns that may hold values; a portfolio has tens."""

_NUMBER = re.compile(r"[+-]?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LAST_DAY_1900 = 2_958_465
"""9999-12-31 in the 1900 system."""
_LAST_DAY_1904 = 2_957_003


def column_letters(column: int) -> str:
    """Excel's name of a column from 0: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def place_of(reference: str) -> tuple[int, int] | None:
    """Row from 1 and column from 0 of a reference such as "B7"; None when it is not one or lies outside any sheet."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row, column - 1) if row <= MAX_ROWS and column <= MAX_SHEET_COLUMNS else None


def is_long_number(raw: str) -> bool:
    """Whether a number cell's text has an exponent or more than 15 significant digits: digits may be lost."""
    match = _NUMBER.fullmatch(raw)
    if match is None:
        return False
    if match[3] is not None:
        return True
    whole, part = match[1].lstrip("0"), match[2]
    digits = (whole + part) if whole else part.lstrip("0")
    return len(digits) > 15 and len(digits.rstrip("0") if part else digits) > 15


def is_number(raw: str) -> bool:
    """Whether the raw text of a number cell is a number at all."""
    match = _NUMBER.fullmatch(raw)
    return match is not None and bool(match[1] or match[2])


def date_text(raw: str, *, date_1904: bool, time_only: bool) -> str | None:
    """A date-formatted number as YYYY-MM-DD, with Thh:mm:ss when it has a time; a time of day alone as hh:mm:ss.

    None when the number is no day of Excel's calendar (negative, beyond 9999, or 29 February 1900, which never was):
    the raw text then stands.
    """
    if not is_number(raw):
        return None
    value = float(raw)
    if not 0 <= value < _LAST_DAY_1900 + 1:
        return None
    day = int(value)
    seconds = round((value - day) * 86_400)
    if seconds == 86_400:
        day, seconds = day + 1, 0
    clock = timedelta(seconds=seconds)
    if day == 0 and time_only:
        return str(datetime.min + clock)[11:19]
    first = _first_day(day, date_1904=date_1904)
    if first is None:
        return None
    shown = first.isoformat()
    return shown if not seconds else f"{shown}T{str(datetime.min + clock)[11:19]}"


def _first_day(day: int, *, date_1904: bool) -> date | None:
    if date_1904:
        return date(1904, 1, 1) + timedelta(days=day) if day <= _LAST_DAY_1904 else None
    if day in (0, 60) or day > _LAST_DAY_1900:
        return None
    # Excel counts a 29 February 1900 that never was, so days before it stand one later.
    return date(1899, 12, 31 if day < 60 else 30) + timedelta(days=day)


def iso_text(raw: str) -> str:
    """A cell of ISO 8601 type as this product writes dates: midnight is left out, as is a Z."""
    text = raw.strip().removesuffix("Z")
    return text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\dT00:00(:00(\.0+)?)?", text) else text


def unescape(raw: str) -> str:
    """Undo `_xHHHH_` (ECMA-376 part 1, 22.9.2.19); escapes of no character of its own (surrogates, NUL) stay."""
    if "_x" not in raw:
        return raw

    def one(match: re.Match[str]) -> str:
        code = int(match[1], 16)
        return match[0] if code == 0 or 0xD800 <= code <= 0xDFFF or code >= 0xFFFE else chr(code)

    return _ESCAPE.sub(one, raw)


def is_too_long(text: str) -> bool:
    """Whether a text is longer than a workbook cell may hold."""
    return len(text) > MAX_TEXT and len(text.encode("utf-16-le")) // 2 > MAX_TEXT

"""What is put into one cell: a text, a number or a day, as the template's cell can show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from desktop.errors import FileRefused
from desktop.excel.cells import FIRST_DAY, CellTooLong, cell_text
from desktop.submissions.filling.markup import SAFE, escaped
from desktop.submissions.filling.opened import Styles

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"-?[1-9]\d{0,14}|0")
_EXACT = 10**15
"""Whole numbers from here on lose digits in Excel."""
_ZERO_1900 = date(1899, 12, 30)
_ZERO_1904 = date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class CellValue:
    """What to write: `raw` is the text, or the number as XML has it."""

    raw: str
    number: bool = False
    formula: bool = False
    """It is the template's own formula, filled down: `raw` is its text without the sign."""


def value_for(said: str | int, style: int, styles: Styles, *, date_1904: bool, numeric: bool = False) -> CellValue:
    """A value for a cell of a style: whole numbers as numbers, days as days where the cell shows days, else a text.

    `numeric`: a text of digits is a number. Cells that are formatted as text get texts only.
    """
    if isinstance(said, int):
        if style in styles.texts or abs(said) >= _EXACT:
            return CellValue(str(said))
        return CellValue(str(said), number=True)
    if style in styles.dates and _DAY.fullmatch(said):
        serial = _serial(said, date_1904=date_1904)
        if serial is not None:
            return CellValue(str(serial), number=True)
    if numeric and style not in styles.texts and _WHOLE.fullmatch(said):
        return CellValue(said, number=True)
    return CellValue(said)


def cell_content(value: CellValue, prefix: bytes, *, where: str) -> tuple[bytes, bytes]:
    """The type (b"" for a number) and the XML within a cell. Raises FileRefused for a text that no cell can hold."""
    if value.formula:
        return b"", b"<" + prefix + b"f>" + escaped(value.raw) + b"</" + prefix + b"f>"
    if value.number:
        return b"", b"<" + prefix + b"v>" + value.raw.encode() + b"</" + prefix + b"v>"
    try:
        text = cell_text(value.raw, where=where)
    except CellTooLong as error:
        raise FileRefused(error.what, safe=SAFE, todo="Shorten the text, or leave it out of the template.") from None
    # An inline text leaves the part of shared texts as it is; one that begins with = is a text all the same.
    inside = b"<" + prefix + b't xml:space="preserve">' + escaped(text) + b"</" + prefix + b"t>"
    return b"inlineStr", b"<" + prefix + b"is>" + inside + b"</" + prefix + b"is>"


def _serial(said: str, *, date_1904: bool) -> int | None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    if date_1904:
        return (day - _ZERO_1904).days if day >= _ZERO_1904 else None
    return (day - _ZERO_1900).days if day >= FIRST_DAY else None

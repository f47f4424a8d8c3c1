"""The one safe cell writer: nothing that a file contained becomes a formula, an error cell or a text cut in silence."""

from __future__ import annotations

import math
import re
from copy import copy
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from desktop.errors import PlainError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.styles import Alignment, Border, Font, PatternFill

MAX_TEXT = 32_767
"""The longest text an Excel cell takes, in UTF-16 units."""

TEXT_FORMAT = "@"
NUMBER_FORMAT = "#,##0"
DATE_FORMAT = "dd mmm yyyy"

GUARD_PATTERN = r"^(?:[\t\r\n']|\s*[=+\-@＝＋－＠])"
"""Texts that Excel would read as something else when the cell is edited; they get a quotePrefix.

White space before the sign counts: Excel drops it before it reads on. Works in Python's `re` and in polars alike."""

TREAT_PATTERN = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"
"""Texts that `cell_text` changes. Works in Python's `re` and in polars alike."""

FIRST_DAY = date(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was; earlier dates are written as text."""

_GUARD = re.compile(GUARD_PATTERN)
_TREAT = re.compile(TREAT_PATTERN + "|[\ud800-\udfff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_VISIBLE = {
    **{code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)},
    0x7F: 0x2421,
    **dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], 0xFFFD),
}


class Overlong(StrEnum):
    """What happens to a text that is longer than an Excel cell can hold."""

    REFUSE = "refuse"
    """The workbook is not written; the sentence names the cell."""
    SAY = "say"
    """The cell holds the beginning and says, at its end, how many characters there were."""


class CellTooLong(PlainError):
    """A text is longer than an Excel cell can hold."""


@dataclass(frozen=True)
class CellStyle:
    """How a cell looks; what kind of cell it is, is the writer's affair."""

    font: Font
    alignment: Alignment
    fill: PatternFill | None = None
    border: Border | None = None
    unlocked: bool = False
    """It can be written into where its sheet is protected."""


def cell_text(text: str, *, where: str, overlong: Overlong = Overlong.REFUSE) -> str:
    """The text as it has to stand in the sheet's XML (before `&<>` are escaped), so that readers see what was meant.

    Control characters become their pictures (NUL is ␀, DEL is ␡; what has no picture becomes U+FFFD); tab and line feed
    stay; a carriage return is written `_x000D_`, and a literal `_xHHHH_` as `_x005F_xHHHH_`, as Excel itself does.
    `where` names the cell in the sentence of `CellTooLong`.
    """
    if len(text) * 2 > MAX_TEXT and _units(text) > MAX_TEXT:
        if overlong is Overlong.REFUSE:
            raise CellTooLong(
                f"{where} holds {len(text):,} characters; an Excel cell holds at most {MAX_TEXT:,}.",
                safe="The workbook was not written and nothing was cut.",
                todo="Shorten the text, or leave that column out.",
            )
        text = _beginning(text)
    if _TREAT.search(text):
        text = _ESCAPED.sub("_x005F_", visible_text(text)).replace("\r", "_x000D_")
    return text


def visible_text(text: str) -> str:
    """The text with control characters as their pictures, for places that know no escapes (document properties)."""
    return text.translate(_VISIBLE)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _beginning(text: str) -> str:
    ending = f" … [cut here: the whole text has {len(text):,} characters]"
    room = 2 * (MAX_TEXT - len(ending))
    return text.encode("utf-16-le", "surrogatepass")[:room].decode("utf-16-le", "replace") + ending


def needs_guard(text: str) -> bool:
    """Whether Excel would read the text as something else when the cell is edited."""
    return _GUARD.search(text) is not None


def put_text(cell: Cell, text: str, style: CellStyle, *, overlong: Overlong = Overlong.REFUSE) -> None:
    """Write a text cell: type text, format '@', quotePrefix where the text could be read as a formula.

    Raises CellTooLong for more than `MAX_TEXT` characters, unless the sheet says so in the cell (`Overlong.SAY`).
    """
    where = f"Cell {cell.coordinate} of sheet '{cell.parent.title}'"
    written = cell_text(text, where=where, overlong=overlong)
    cell.value = written or None
    if written:
        cell.data_type = "s"  # openpyxl takes '=…' for a formula and '#N/A' for an error
    dress(cell, style, TEXT_FORMAT, guarded=needs_guard(text))


def put_number(cell: Cell, value: float | None, style: CellStyle, number_format: str = NUMBER_FORMAT) -> None:
    """Write a number, or an empty cell for None. Raises ValueError for what Excel cannot keep exactly."""
    if value is not None and (not math.isfinite(value) or abs(value) >= 10**15):
        raise ValueError(f"not a number that Excel keeps exactly: {value}")
    cell.value = value
    dress(cell, style, number_format)


def put_date(cell: Cell, value: date | None, style: CellStyle) -> None:
    """Write a date (days only), or an empty cell for None; a date before March 1900 is written as ISO text."""
    if value is not None and value < FIRST_DAY:
        put_text(cell, value.isoformat(), style)
        return
    cell.value = value
    dress(cell, style, DATE_FORMAT)


def put_link(cell: Cell, text: str, sheet: str, style: CellStyle, target: str = "A1") -> None:
    """Write a text cell that leads to a cell of this workbook. There are no links to anywhere else."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    put_text(cell, text, style)
    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{target}", display=text)
    dress(cell, style, TEXT_FORMAT, guarded=needs_guard(text))


def dress(cell: Cell, style: CellStyle, number_format: str, *, guarded: bool = False) -> None:
    """Give a cell its look, its format and, where needed, the quotePrefix."""
    # openpyxl looks every part of a look up anew, cell by cell: half of the time of a small workbook.
    known = _DRESSED.setdefault(cell.parent.parent, {})
    key = (id(style), number_format, guarded)
    if key in known:
        cell._style = copy(known[key][1])
        return
    cell.font = style.font
    cell.alignment = style.alignment
    if style.fill is not None:
        cell.fill = style.fill
    if style.border is not None:
        cell.border = style.border
    if style.unlocked:
        from openpyxl.styles import Protection

        cell.protection = Protection(locked=False)
    cell.number_format = number_format
    cell.quotePrefix = guarded
    known[key] = (style, copy(cell._style))


_DRESSED: WeakKeyDictionary[Any, dict[tuple[int, str, bool], tuple[CellStyle, Any]]] = WeakKeyDictionary()
"""For each workbook the looks that were given in it; a style is kept so that its `id` stays its own."""

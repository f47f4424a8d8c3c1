"""The exact sheet reader: expat over every element of a sheet, with a cap on everything and no value guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from xml.parsers import expat

from desktop.portfolio.readers import xlsx_cells as cells
from desktop.portfolio.readers.odd_cells import holds_control
from desktop.portfolio.readers.xlsx_package import StyleForms
from desktop.portfolio.readers.xlsx_strings import SharedStrings
from desktop.portfolio.readers.xlsx_table import SheetTable
from desktop.portfolio.readers.xlsx_xml import (
    CHUNK,
    MAX_RAW_TEXT,
    MAX_TEXT,
    Attributes,
    broken,
    local,
    parser,
    refuse,
)
from desktop.portfolio.reading import FaultKind

MAX_MERGED_CELLS = 100_000
ROWS_AT_ONCE = 16_384


class ByteStream(Protocol):
    """What gives bytes when read, and none at its end."""

    def read(self, size: int, /) -> bytes:
        """Give up to `size` bytes."""


_BOOLEANS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_TRUE = ("1", "true", "on")


@dataclass(frozen=True)
class CellContext:
    """What the cells of a sheet refer to: shared texts, styles and the date system."""

    strings: SharedStrings
    styles: StyleForms
    date_1904: bool


class ExactSheet:
    """Reads rows into a `SheetTable`. One object reads one sheet, whole (`read`) or block by block (`read_block`)."""

    def __init__(self, context: CellContext, table: SheetTable, progress: Callable[[int], None]) -> None:
        """`progress` is called with the last row number now and then; it raises to stop."""
        self.table = table
        self._context = context
        self._progress = progress
        self._inside: list[str] = []
        self._row = 0
        self._column = -1
        self._cell: Attributes = {}
        self._place: tuple[int, int] = (0, 0)
        self._value: list[str] | None = None
        self._inline: list[str] | None = None
        self._formula: list[str] | None = None
        self._length = 0
        self._values: dict[int, str] = {}
        self._held_rows: list[int] = []
        self._held: list[dict[int, str]] = []
        self._merged = 0
        self._rows_only = False
        self._has_data = False

    def read(self, stream: ByteStream, part: str) -> None:
        """Read a whole sheet.

        Raises:
            FileRefused: the XML is damaged, or what it says is out of range, out of order or contradicts itself.

        """
        self.resume(b"", stream, 0, part)

    def resume(self, head: bytes, stream: ByteStream, last_row: int, part: str) -> None:
        """Read the rest of a sheet whose rows up to `last_row` were read: `head` as in `read_block`, then it."""
        self._row, self._inside = last_row, []
        made = parser(self._start, self._end, self._text)
        try:
            made.Parse(head, False)
            while chunk := stream.read(CHUNK):
                made.Parse(chunk, False)
                self._progress(self._row)
            made.Parse(b"", True)
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            raise broken(part, error) from None
        if not self._has_data:
            raise refuse("the sheet's part holds no sheet data")
        self._flush()

    def begins(self, head: bytes) -> bool:
        """Whether `head` is the sound beginning of a sheet and ends by opening its sheetData."""
        self._rows_only, self._inside = True, []
        try:
            parser(self._start, self._end).Parse(head, False)
        except (expat.ExpatError, LookupError, UnicodeError):
            return False
        finally:
            self._rows_only = False
        found = self._has_data and self._inside[-1:] == ["sheetData"]
        self._inside = []
        return found

    def read_frame(self, head: bytes, tail: bytes, part: str) -> None:
        """Read what stands around the rows: `head` up to and with the opening of sheetData, `tail` from its closing."""
        self._inside = []
        made = parser(self._start, self._end, self._text)
        try:
            made.Parse(head, False)
            made.Parse(tail, True)
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            raise broken(part, error) from None
        self._flush()

    def read_block(self, head: bytes, block: bytes, last_row: int, part: str) -> int:
        """Read whole rows that stood between `head` and the rest; give the last row's number."""
        self._row, self._inside, self._rows_only = last_row, [], True
        made = parser(self._start, self._end, self._text)
        try:
            made.Parse(head, False)
            around = list(self._inside)
            made.Parse(block, False)
            if self._inside != around:
                raise broken(part, ValueError())
            made.Parse(b"<end-of-block/>", False)
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            raise broken(part, error) from None
        finally:
            self._rows_only = False
        self._flush()
        return self._row

    def _start(self, name: str, attributes: Attributes) -> None:
        element = local(name)
        inside = self._inside
        inside.append(element)
        if element == "c" and inside[-2:-1] == ["row"]:
            self._start_cell(attributes)
        elif element == "row" and inside[-2:-1] == ["sheetData"]:
            self._start_row(attributes)
        elif self._cell and inside[-2:-1] == ["c"]:
            if element == "v":
                self._value, self._length = [], 0
            elif element == "is":
                self._inline, self._length = [], 0
            elif element == "f":
                self._formula, self._length = [], 0
        elif element == "sheetData":
            self._has_data = True
        elif not self._rows_only:
            if element == "mergeCell":
                self._merge(attributes.get("ref", ""))
            elif element == "col" and attributes.get("hidden", "0") in _TRUE:
                self._hidden_columns(attributes)

    def _start_row(self, attributes: Attributes) -> None:
        stated = attributes.get("r")
        row = self._row + 1
        if stated is not None:
            if not (stated.isascii() and stated.isdigit() and len(stated) < 9):
                raise refuse(f"a row is numbered {stated[:20]!r}")
            row = int(stated)
        if row <= self._row:
            raise refuse(f"row {row} stands after row {self._row}, so its rows are out of order or repeated")
        if row > cells.MAX_ROWS:
            raise refuse(f"it has a row {row:,}, beyond the {cells.MAX_ROWS:,} of a sheet")
        self._row, self._column = row, -1
        self._values = {}
        if attributes.get("hidden", "0") in _TRUE:
            self.table.hidden_row(row)

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        column = self._column + 1
        if reference is not None:
            place = cells.place_of(reference)
            if place is None:
                raise refuse(f"a cell in row {self._row} is named {reference[:20]!r}, which is no cell of a sheet")
            if place[0] != self._row:
                raise refuse(f"a cell named {reference} stands in row {self._row}")
            column = place[1]
        if column <= self._column:
            raise refuse(f"the cells of row {self._row} are out of order or repeated")
        if column >= cells.MAX_SHEET_COLUMNS:
            raise refuse(f"row {self._row} has more columns than a sheet")
        self._column = column
        self._cell = attributes or {"t": "n"}
        self._value = self._inline = self._formula = None

    def _end(self, _name: str) -> None:
        element = self._inside.pop()
        if element == "c" and self._inside[-1:] == ["row"]:
            self._end_cell()
            self._cell = {}
        elif element == "row" and self._inside[-1:] == ["sheetData"] and self._values:
            self._held_rows.append(self._row)
            self._held.append(self._values)
            if len(self._held) >= ROWS_AT_ONCE:
                self._flush()

    def _text(self, data: str) -> None:
        inside = self._inside
        if not self._cell:
            return
        if inside[-2:] == ["c", "v"]:
            target = self._value
        elif inside[-1] == "t" and "is" in inside and "rPh" not in inside:
            target = self._inline
        elif inside[-2:] == ["c", "f"]:
            target = self._formula
        else:
            return
        if target is None:
            return
        target.append(data)
        self._length += len(data)
        if self._length > MAX_RAW_TEXT:
            raise refuse(f"the text in {self._name()} is longer than the {MAX_TEXT:,} characters that a cell may hold")

    def _name(self) -> str:
        return f"cell {cells.column_letters(self._column)}{self._row}"

    def _end_cell(self) -> None:
        text = self._meaning()
        if not text:
            return
        if self._column >= cells.MAX_COLUMNS:
            raise refuse(
                f"{self._name()} lies beyond the {cells.MAX_COLUMNS} columns that can be read",
                "Keep the columns that are needed only, save the workbook and choose it again.",
            )
        if holds_control(text):
            self.table.fault(FaultKind.CONTROL, self._row, self._column, text)
        self._values[self._column] = text

    def _meaning(self) -> str:  # noqa: PLR0911 - one way out per kind of cell
        """The cell's text as this product keeps it; what is lost or doubtful goes to the table's faults."""
        kind = self._cell.get("t", "n")
        raw = "".join(self._value) if self._value is not None else None
        row, column = self._row, self._column
        if self._inline is not None and kind == "inlineStr":
            return self._plain("".join(self._inline))
        if raw is None or (raw == "" and kind not in ("str", "inlineStr")):
            if self._formula is not None:
                self.table.fault(FaultKind.NO_VALUE, row, column, "=" + "".join(self._formula))
            return ""
        if kind == "s":
            return self._shared(raw)
        if kind in ("str", "inlineStr"):
            return self._plain(raw)
        value = raw.strip()
        if kind == "n":
            return self._number(value)
        if kind == "b":
            if value not in _BOOLEANS:
                raise refuse(f"{self._name()} is a true/false cell that says {value[:20]!r}")
            self.table.count(FaultKind.BOOLEAN, column)
            return _BOOLEANS[value]
        if kind == "e":
            self.table.fault(FaultKind.ERROR_CELL, row, column, value)
            return value
        if kind == "d":
            self.table.count(FaultKind.DATE_CELL, column)
            return cells.iso_text(value)
        raise refuse(f"{self._name()} is of a kind {kind[:20]!r} that no workbook has")

    def _shared(self, raw: str) -> str:
        index = raw.strip()
        strings = self._context.strings
        number = int(index) if index.isascii() and index.isdigit() and len(index) < 12 else -1
        text = strings.text(number)
        if text is None:
            raise refuse(f"{self._name()} refers to a text {index[:20]!r} that is not in the workbook")
        if number in strings.escaped:
            self.table.fault(FaultKind.ESCAPED, self._row, self._column, strings.escaped[number])
        return text

    def _plain(self, raw: str) -> str:
        text = cells.unescape(raw)
        if cells.is_too_long(text):
            raise refuse(f"the text in {self._name()} is longer than the {MAX_TEXT:,} characters that a cell may hold")
        if text != raw:
            self.table.fault(FaultKind.ESCAPED, self._row, self._column, raw)
        return text

    def _number(self, value: str) -> str:
        style = self._cell.get("s", "")
        if style:
            if not (style.isascii() and style.isdigit() and len(style) < 9):
                raise refuse(f"{self._name()} has a style {style[:20]!r}")
            place = int(style)
            styles = self._context.styles
            if place in styles.dates or place in styles.times:
                return self._date(value, time_only=place in styles.times)
        if not value:
            return ""
        if not cells.is_number(value):
            raise refuse(f"{self._name()} is a number cell that says {value[:20]!r}")
        self.table.count(FaultKind.NUMBER, self._column)
        if cells.is_long_number(value):
            self.table.fault(FaultKind.LONG_NUMBER, self._row, self._column, value)
        return value

    def _date(self, value: str, *, time_only: bool) -> str:
        if not value:
            return ""
        shown = cells.date_text(value, date_1904=self._context.date_1904, time_only=time_only)
        if shown is None:
            if not cells.is_number(value):
                raise refuse(f"{self._name()} is a number cell that says {value[:20]!r}")
            self.table.fault(FaultKind.DATE_CELL, self._row, self._column, value)
            return value
        self.table.count(FaultKind.DATE_CELL, self._column)
        return shown

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = cells.place_of(first), cells.place_of(last or first)
        if start is None or end is None or end[0] < start[0] or end[1] < start[1]:
            raise refuse(f"it merges cells {reference[:40]!r}, which are no cells of a sheet")
        self._merged += (end[0] - start[0] + 1) * (end[1] - start[1] + 1)
        if self._merged > MAX_MERGED_CELLS:
            raise refuse(
                f"more than {MAX_MERGED_CELLS:,} of its cells are merged",
                "Take the merging off (Home, Merge & Centre), save the workbook and choose it again.",
            )
        self.table.merged(reference, start[0], start[1])

    def _hidden_columns(self, attributes: Attributes) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if first.isascii() and first.isdigit() and last.isascii() and last.isdigit():
            self.table.hidden_columns(int(first) - 1, min(int(last), cells.MAX_SHEET_COLUMNS) - 1)

    def _flush(self) -> None:
        if self._held:
            self.table.add_rows(self._held_rows, self._held)
            self._held_rows, self._held = [], []
        self._progress(self._row)

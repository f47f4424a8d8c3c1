"""What stands where in the XML of one sheet: rows, cells, merges, lists, protection, with their places in the bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop.portfolio.readers import xlsx_xml
from desktop.portfolio.readers.xlsx_cells import MAX_ROWS, MAX_SHEET_COLUMNS, column_letters, place_of
from desktop.submissions.filling.markup import Reading, raw_attributes, refuse

MAX_CELLS = 1_000_000
"""Cells of one sheet of a template; forms have thousands."""
MAX_RANGES = 20_000
"""Ranges of one sheet that are merged, have a list, or are filled by one formula: each cell asks them all."""
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"

_RANGED = ("mergeCells", "sheetData", "cols", "dataValidations", f"{X14} dataValidations")
_WORD = re.compile(r"[^\W\d][\w.\\]*|[!\[]")

Place = tuple[int, int]
"""Row from 1, column from 0."""


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, all ends within."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def words(self) -> str:
        """A7:H20."""
        first, last = coordinate(self.top, self.left), coordinate(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


@dataclass(slots=True)
class CellAt:
    """One cell. `raw`: the text of its value, not yet looked up; `kind`: its t; `fixed`: why it may not be changed."""

    column: int
    start: int
    end: int = 0
    style: int = 0
    kind: str = ""
    raw: str = ""
    formula: bool = False
    fixed: str = ""
    value_at: tuple[int, int] | None = None
    """Where its value stands, with its tags."""

    @property
    def empty(self) -> bool:
        """It shows nothing."""
        return not self.raw and not self.formula


@dataclass(slots=True)
class RowAt:
    """One row: its opening tag begins at `start`, what ends it at `close` (= `end` for a tag without content)."""

    number: int
    start: int
    close: int = 0
    end: int = 0
    style: int | None = None
    hidden: bool = False
    cells: dict[int, CellAt] = field(default_factory=dict)


@dataclass(frozen=True)
class ListRule:
    """A list validation: where it holds, the formula of its values, and whether other values are refused."""

    areas: tuple[Area, ...]
    formula: str
    strict: bool


@dataclass(frozen=True)
class ValueRule:
    """Another validation: of what (textLength, whole, date ...), how it compares, and the formulas of its ends."""

    areas: tuple[Area, ...]
    kind: str
    operator: str
    first: str
    second: str


@dataclass
class SheetScan:
    """A sheet. `data_at`: opening tag, close and end of its sheetData."""

    data: bytes
    part: str
    rows: dict[int, RowAt] = field(default_factory=dict)
    columns: list[tuple[int, int, int]] = field(default_factory=list)
    """(first column, last, style)."""
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    arrays: list[Area] = field(default_factory=list)
    """Where one formula fills several cells."""
    lists: list[ListRule] = field(default_factory=list)
    rules: list[ValueRule] = field(default_factory=list)
    """Validations of every other kind."""
    table_ids: list[str] = field(default_factory=list)
    dimension_at: tuple[int, Area] | None = None
    data_at: tuple[int, int, int] = (0, 0, 0)
    protected: bool = False
    formulas: int = 0
    cells: int = 0
    """Rows and cells together."""
    words: set[str] = field(default_factory=set)
    """Names and marks in its formulas that may lead elsewhere: in small letters, with ! and [ as they are."""

    def cell(self, row: int, column: int) -> CellAt | None:
        """The cell that is written there, if one is."""
        found = self.rows.get(row)
        return found.cells.get(column) if found is not None else None

    def style(self, row: int, column: int) -> int:
        """The style that a cell there has: its own, its row's or its column's."""
        found = self.rows.get(row)
        if found is not None:
            if column in found.cells:
                return found.cells[column].style
            if found.style is not None:
                return found.style
        return next((style for first, last, style in self.columns if first <= column <= last), 0)

    def is_hidden(self, row: int, column: int) -> bool:
        """Whether a cell's row or column is hidden."""
        found = self.rows.get(row)
        across = any(first <= column <= last for first, last in self.hidden_columns)
        return across or (found is not None and found.hidden)

    def merge(self, row: int, column: int) -> Area | None:
        """The merged cells that a cell is among."""
        return next((area for area in self.merges if area.holds(row, column)), None)


def coordinate(row: int, column: int) -> str:
    """C5."""
    return f"{column_letters(column)}{row}"


def area_of(reference: str) -> Area | None:
    """A range such as A7:H20 or $C$5; None when it is none (whole columns and rows are)."""
    first, _, last = reference.replace("$", "").strip().partition(":")
    if first.isalpha() and last.isalpha():
        first, last = f"{first}1", f"{last}{MAX_ROWS}"
    elif first.isdecimal() and last.isdecimal():
        first, last = f"A{first}", f"XFD{last}"
    start, end = place_of(first.upper()), place_of((last or first).upper())
    if start is None or end is None:
        return None
    return Area(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))


def scan_sheet(data: bytes, part: str) -> SheetScan:
    """Read a sheet. Raises FileRefused: damaged, out of order, far too large, not UTF-8."""
    reading = _SheetReading(data, part)
    reading.read()
    if not reading.scan.data_at[2]:
        raise refuse(f"its part {part[-80:]} is no sheet with rows")
    return reading.scan


class _SheetReading(Reading):
    def __init__(self, data: bytes, part: str) -> None:
        super().__init__(data, part)
        self.scan = SheetScan(data, part)
        self._path: list[str] = []
        self._row: RowAt | None = None
        self._cell: CellAt | None = None
        self._texts: list[str] | None = None
        self._validation: dict[str, str] = {}
        self._last_row = 0
        self._last_column = -1

    def started(self, name: str, attributes: dict[str, str], start: int) -> None:  # noqa: PLR0912 - one way per element
        element = xlsx_xml.local(name) or name
        self._path.append(element)
        scan = self.scan
        if self._cell is not None:
            self._inside_cell(element, attributes, start)
        elif element == "c" and self._row is not None:
            self._start_cell(attributes, start)
        elif element == "row" and self._path[-2:-1] == ["sheetData"]:
            self._start_row(attributes, start)
        elif element == "sheetData":
            scan.data_at = (start, 0, 0)
        elif element == "dimension":
            area = area_of(attributes.get("ref", ""))
            scan.dimension_at = (start, area) if area else None
        elif element == "col":
            scan.columns.append((_whole(attributes, "min", 1) - 1, _whole(attributes, "max", 1) - 1,
                                 _whole(attributes, "style", 0)))  # fmt: skip
            if attributes.get("hidden", "0") in ("1", "true"):
                scan.hidden_columns.append(scan.columns[-1][:2])
        elif element == "mergeCell":
            area = area_of(attributes.get("ref", ""))
            if area is not None:
                scan.merges.append(area)
        elif element == "sheetProtection":
            scan.protected = attributes.get("sheet", "0") in ("1", "true")
        elif element == "tablePart":
            scan.table_ids += [
                attributes[f"{space} id"] for space in xlsx_xml.RELATIONSHIPS if f"{space} id" in attributes
            ]
        elif element in ("dataValidation", f"{X14} dataValidation"):
            self._validation = dict(attributes)
        elif element in ("formula1", "formula2", f"{XM} f", f"{XM} sqref"):
            self._texts = []

    def ended(self, name: str, close: int, end: int) -> None:
        element = self._path.pop()
        if element in _RANGED:
            areas = sum(len(one.areas) for one in self.scan.lists) + sum(len(one.areas) for one in self.scan.rules)
            if max(len(self.scan.merges), len(self.scan.arrays), len(self.scan.columns), areas) > MAX_RANGES:
                raise refuse(f"a sheet has more than {MAX_RANGES:,} ranges of one kind", "Choose the empty template.")
        if self._cell is not None:
            self._end_in_cell(element, end)
        elif element == "row" and self._row is not None:
            self._row.close, self._row.end = close, end
            self._row = None
        elif element == "sheetData":
            self.scan.data_at = (self.scan.data_at[0], close, end)
        elif element in ("formula1", "formula2", f"{XM} f", f"{XM} sqref"):
            said = "".join(self._texts or ())
            self._texts = None
            if element == f"{XM} sqref":
                self._validation["sqref"] = said
            elif element == "formula1" or f"{X14} formula1" in self._path[-1:]:
                self._validation["formula"] = said
            elif element == "formula2" or f"{X14} formula2" in self._path[-1:]:
                self._validation["second"] = said
        elif element in ("dataValidation", f"{X14} dataValidation"):
            self._end_validation()

    def text(self, text: str) -> None:
        if self._texts is not None:
            self._texts.append(text)

    def _start_row(self, attributes: dict[str, str], start: int) -> None:
        number = _whole(attributes, "r", self._last_row + 1)
        if not self._last_row < number <= MAX_ROWS:
            raise refuse(f"the rows of its part {self.part} are out of order")
        styled = attributes.get("customFormat", "0") in ("1", "true")
        hidden = attributes.get("hidden", "0") in ("1", "true")
        self._row = RowAt(number, start, style=_whole(attributes, "s", 0) if styled else None, hidden=hidden)
        self.scan.rows[number] = self._row
        self._count()
        self._last_row, self._last_column = number, -1

    def _start_cell(self, attributes: dict[str, str], start: int) -> None:
        assert self._row is not None
        column = self._last_column + 1
        if "r" in attributes:
            place = place_of(attributes["r"])
            if place is None or place[0] != self._row.number:
                raise refuse(
                    f"a cell of its part {self.part} says that it is at {attributes['r'][:20]!r}, which it is not"
                )
            column = place[1]
        if not self._last_column < column < MAX_SHEET_COLUMNS:
            raise refuse(f"the cells of row {self._row.number} of its part {self.part} are out of order")
        self._count()
        fixed = "it holds more than a value" if {"cm", "vm"} & attributes.keys() else ""
        self._cell = CellAt(column, start, style=_whole(attributes, "s", 0), kind=attributes.get("t", "n"), fixed=fixed)
        self._last_column = column

    def _count(self) -> None:
        self.scan.cells += 1
        if self.scan.cells > MAX_CELLS:
            raise refuse(f"a sheet has more than {MAX_CELLS:,} cells", "Choose the empty template.")

    def _inside_cell(self, element: str, attributes: dict[str, str], start: int) -> None:
        assert self._cell is not None
        if element == "f":
            self._cell.formula = True
            self._texts = []
            self.scan.formulas += 1
            area = area_of(attributes.get("ref", "")) if attributes.get("t") in ("array", "dataTable") else None
            if area is not None:
                self.scan.arrays.append(area)
        elif element == "v" or (element == "t" and "rPh" not in self._path):
            self._texts = []
            self._cell.value_at = (start, start) if element == "v" else None
        elif element == "extLst":
            self._cell.fixed = "it holds more than a value"

    def _end_in_cell(self, element: str, end: int) -> None:
        assert self._cell is not None
        assert self._row is not None
        if element in ("v", "t") and self._texts is not None:
            self._cell.raw += "".join(self._texts)
            self._texts = None
            if self._cell.value_at is not None:
                self._cell.value_at = (self._cell.value_at[0], end)
        elif element == "f" and self._texts is not None:
            self.scan.words |= {one.casefold() for one in _WORD.findall("".join(self._texts))}
            self._texts = None
        elif element == "c":
            self._cell.end = end
            self._row.cells[self._cell.column] = self._cell
            self._cell = None

    def _end_validation(self) -> None:
        found = self._validation
        self._validation = {}
        kind = found.get("type", "none")
        areas = tuple(area for one in found.get("sqref", "").split() if (area := area_of(one)) is not None)
        if kind != "list":
            if areas and kind != "none" and found.get("formula"):
                operator = found.get("operator", "between")
                self.scan.rules.append(ValueRule(areas, kind, operator, found["formula"], found.get("second", "")))
            return
        strict = found.get("showErrorMessage", "0") in ("1", "true") and found.get("errorStyle", "stop") == "stop"
        if areas and found.get("formula"):
            self.scan.lists.append(ListRule(areas, found["formula"], strict))


def filled_rows(scan: SheetScan) -> Iterator[RowAt]:
    """Rows with a cell that shows something."""
    return (row for row in scan.rows.values() if any(not cell.empty for cell in row.cells.values()))


def row_attributes(scan: SheetScan, row: int) -> list[tuple[bytes, bytes]]:
    """What a new row takes over from a row of the template: its look, never that it is hidden or grouped."""
    found = scan.rows.get(row)
    if found is None:
        return []
    passed_over = {b"r", b"spans", b"hidden", b"outlineLevel", b"collapsed"}
    return [one for one in raw_attributes(scan.data, found.start) if one[0] not in passed_over]


def _whole(attributes: dict[str, str], name: str, default: int) -> int:
    said = attributes.get(name, "").strip()
    if not said:
        return default
    if not said.isascii() or not said.isdecimal() or len(said) > 9:
        raise refuse(f"a number in a sheet is {said[:20]!r}")
    return int(said)

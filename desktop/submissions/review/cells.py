"""The cells of a workbook from a stranger, sheet by sheet, as texts. Used inside the capped child only."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.frames import pl
from desktop.portfolio.readers import xlsx_tidy
from desktop.portfolio.readers.xlsx_cells import column_letters
from desktop.portfolio.readers.xlsx_exact import CellContext, ExactSheet
from desktop.portfolio.readers.xlsx_package import Package, SheetPart
from desktop.portfolio.readers.xlsx_strings import load_strings
from desktop.portfolio.readers.xlsx_table import SheetTable
from desktop.portfolio.readers.xlsx_xml import CHUNK

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells. `first` is the sheet row of the frame's first row; columns are c0, c1 ...; blanks are ''."""

    name: str
    hidden: bool
    first: int
    frame: pl.DataFrame
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    """By row from 1 and column from 0; the cells themselves show what was last worked out."""

    @property
    def last(self) -> int:
        """The last sheet row that holds something; 0 when none does."""
        return self.first + self.frame.height - 1 if self.frame.height else 0

    def row(self, number: int) -> tuple[str, ...]:
        """The cells of a sheet row."""
        if not self.first <= number <= self.last:
            return ("",) * self.frame.width
        return tuple(str(value) for value in self.frame.row(number - self.first))

    def cell(self, row: int, column: int) -> str:
        """One cell; '' where nothing stands."""
        cells = self.row(row)
        return cells[column] if column < len(cells) else ""


def address(row: int, column: int) -> str:
    """'B7' of row 7 and column 1."""
    return f"{column_letters(column)}{row}"


def first_texts(sheet: Sheet, most: int) -> tuple[int, list[tuple[int, int, str]]]:
    """How many cells hold something, and the first of them by row: (row, column, what it shows, else its formula)."""
    shown = [sheet.frame[name].cast(pl.String).str.strip_chars() != "" for name in sheet.frame.columns]
    unseen = [place for place in sheet.formulas if not sheet.cell(*place).strip()]
    count = sum(int(column.sum()) for column in shown) + len(unseen)
    first: list[tuple[int, int, str]] = []
    for at, row in enumerate(sheet.frame.iter_rows(), start=sheet.first):
        if len(first) >= most:
            break
        first += [(at, column, str(text)) for column, text in enumerate(row) if str(text or "").strip()]
    first += [(*place, sheet.formulas[place]) for place in unseen]
    return count, sorted(first)[:most]


class _Cells(SheetTable):
    def whole(self) -> tuple[int, pl.DataFrame]:
        return (self._starts[0], self._whole(self._width)) if self._frames else (1, pl.DataFrame())


class _WithFormulas(ExactSheet):
    """The exact reader, which keeps the formulas that stand behind what cells show."""

    def __init__(self, context: CellContext, table: SheetTable, progress: Callable[[int], None]) -> None:
        super().__init__(context, table, progress)
        self.formulas: dict[tuple[int, int], str] = {}

    def _end_cell(self) -> None:
        if self._formula is not None:
            self.formulas[self._row, self._column] = "=" + "".join(self._formula)
        super()._end_cell()


def context_of(package: Package) -> CellContext:
    """What the cells of a workbook refer to."""
    return CellContext(load_strings(package), package.styles, package.date_1904)


def read_sheet(package: Package, part: SheetPart, context: CellContext, progress: Callable[[int], None]) -> Sheet:
    """The cells of one sheet. Raises FileRefused."""
    table = _Cells()
    exact = _WithFormulas(context, table, progress)
    if _has_formulas(package, part):
        with package.open(part.member) as stream:
            exact.read(stream, part.member[-80:])
    else:
        with package.open(part.member) as stream:
            xlsx_tidy.read_sheet(stream, exact, table, context, progress)
    first, frame = table.whole()
    return Sheet(part.name, part.hidden, first, frame, exact.formulas)


def _has_formulas(package: Package, part: SheetPart) -> bool:
    rest = b""
    with package.open(part.member) as stream:
        while chunk := stream.read(CHUNK):
            if _FORMULA.search(rest + chunk):
                return True
            rest = chunk[-16:]
    return False

"""One workbook, read inside the child process: its sheets told, or one sheet turned into a `RawTable`."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import FileRefused
from desktop.portfolio.readers import archive, xlsx_tidy
from desktop.portfolio.readers.xlsx_exact import CellContext, ExactSheet
from desktop.portfolio.readers.xlsx_package import Package, SheetPart, open_package
from desktop.portfolio.readers.xlsx_strings import load_strings
from desktop.portfolio.readers.xlsx_table import SheetTable
from desktop.portfolio.readers.xlsx_xml import refuse
from desktop.portfolio.reading import Reading

Progress = Callable[[str, int, int, str], None]
"""Told what is being done, how much of how much, and the unit."""


@dataclass(frozen=True)
class SheetInfo:
    """A sheet of a workbook: its name, whether it is hidden, and how many rows and columns hold values."""

    name: str
    hidden: bool
    rows: int
    columns: int
    headings: tuple[str, ...] = ()
    """What stands where the headings of a table would stand."""


def inspect(path: Path, progress: Progress) -> tuple[SheetInfo, ...]:
    """Tell every sheet of a workbook with its size, title rows included.

    Raises:
        FileRefused: when any sheet could not be read.

    """
    with _opened(path) as package:
        context = _context(package, progress, bulk=True)
        told = []
        for sheet in package.sheets:
            table = _read(package, sheet, context, progress, bulk=True)
            rows = table.last_row - table.first_row + 1 if table.last_row else 0
            told.append(SheetInfo(sheet.name, sheet.hidden, rows, table.width, table.headings()))
    return tuple(told)


def read(path: Path, sheet: str | None, parquet: Path, progress: Progress, *, bulk: bool = True) -> Reading:
    """Read one sheet into `parquet`; None means the first visible sheet that holds values.

    `bulk=False` reads everything by the exact reader: the two must agree.

    Raises:
        FileRefused: the sheet is not there, holds nothing, or the workbook is not sound.

    """
    with _opened(path) as package:
        context = _context(package, progress, bulk=bulk)
        chosen, table = _choose(package, sheet, context, progress, bulk=bulk)
        hidden = tuple(one.name for one in package.sheets if one.hidden and one is not chosen)
        del context
        progress("Writing the rows", 0, 0, "rows")
        return table.finish(parquet, chosen.name, hidden)


@contextmanager
def _opened(path: Path) -> Iterator[Package]:
    """An open workbook; whatever zipfile and zlib raise over damaged bytes becomes one sentence."""
    try:
        package = open_package(path)
        try:
            yield package
        finally:
            package.close()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise archive.damaged(path.name) from None


def _context(package: Package, progress: Progress, *, bulk: bool) -> CellContext:
    progress("Reading the workbook's texts", 0, 0, "rows")
    return CellContext(load_strings(package, bulk=bulk), package.styles, package.date_1904)


def _choose(
    package: Package, name: str | None, context: CellContext, progress: Progress, *, bulk: bool
) -> tuple[SheetPart, SheetTable]:
    if name is not None:
        for sheet in package.sheets:
            if sheet.name == name:
                return sheet, _read(package, sheet, context, progress, bulk=bulk)
        raise refuse(f"it has no sheet {name!r}", "Choose one of its sheets.")
    for sheet in package.sheets:
        if sheet.hidden:
            continue
        table = _read(package, sheet, context, progress, bulk=bulk)
        if table.last_row:
            return sheet, table
    if any(sheet.hidden for sheet in package.sheets):
        raise refuse("none of its visible sheets holds a value", "Unhide the sheet with the portfolio and save it.")
    raise FileRefused(
        f"{package.name} is a workbook without a single value.",
        safe="Nothing was imported.",
        todo="Export the portfolio again and choose the new file.",
    )


def _read(package: Package, sheet: SheetPart, context: CellContext, progress: Progress, *, bulk: bool) -> SheetTable:
    table = SheetTable()

    def rows_done(row: int) -> None:
        progress(f"Reading the sheet {sheet.name}", row, 0, "rows")

    exact = ExactSheet(context, table, rows_done)
    with package.open(sheet.member) as stream:
        if bulk:
            xlsx_tidy.read_sheet(stream, exact, table, context, rows_done)
        else:
            exact.read(stream, sheet.member[-80:])
    return table

"""A sheet read block by block: blocks of plain rows in bulk, any other block by the exact reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from desktop.portfolio.readers.xlsx_exact import CellContext, ExactSheet
from desktop.portfolio.readers.xlsx_table import SheetTable


def read_sheet(
    stream: IO[bytes], exact: ExactSheet, table: SheetTable, context: CellContext, rows_done: Callable[[int], None]
) -> None:
    """Read a sheet's rows into `table`."""
    exact.read(stream, "the sheet")

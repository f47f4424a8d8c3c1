"""How many rows below a heading can be filled before something else stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.portfolio.readers.xlsx_cells import MAX_ROWS
from desktop.submissions.filling.opened import SheetInfo, TemplateBook
from desktop.submissions.filling.sheet_scan import Area, CellAt, coordinate
from desktop.submissions.filling.small_parts import TableInfo


@dataclass(frozen=True)
class Room:
    """Rows from `first`; `rows` None: nothing stands below. `ends`: what stands there, in words."""

    first: int
    rows: int | None
    ends: str = ""


def room_below(
    book: TemplateBook, sheet: SheetInfo, first: int, columns: Sequence[int], fill: Sequence[int] = ()
) -> Room:
    """The room from row `first` on in these columns (from 0).

    A column that begins with something (numbers 1, 2, 3; formulas) is prepared by the template: it may go on so, and
    ends the room where something of another kind stands. `fill`: columns to be written, which must be empty.
    """
    scan = book.scan(sheet)
    table = table_at(book, sheet, first - 1, columns)
    kinds = {column: _kind(scan.cell(first, column)) for column in columns}
    for column in fill:
        if kinds.get(column) != "formula":
            kinds[column] = ""
    over: set[int] = set()
    last = max(scan.rows, default=0)
    last = max([last, *(area.bottom for area in scan.merges)])
    left, right = min(columns), max(columns)
    merges = [area for area in scan.merges if area.bottom >= first and area.left <= right and area.right >= left]
    end = min([area.top for area in merges if area.bottom > area.top], default=MAX_ROWS + 1)
    others = [
        one.area.top for one in book.tables
        if one.sheet == sheet.name and one != table and one.area.top >= first and one.area.left <= right
        and one.area.right >= left
    ]  # fmt: skip
    end = min([end, *others])
    if table is not None and table.totals:
        end = min(end, table.area.bottom - table.totals + 1)
    unlocked = _unlocked(book, sheet, first, fill or columns)
    for row in range(first, min(end, last + 1)):
        cells = scan.rows[row].cells if row in scan.rows else {}
        for column, wanted in kinds.items():
            kind = _kind(cells.get(column))
            if kind and (kind != wanted or column in over):
                return Room(first, row - first, f"{coordinate(row, column)} is not empty")
            if not kind and wanted:
                over.add(column)
        if unlocked and not all(scan.style(row, one) in book.styles.unlocked for one in unlocked):
            return Room(first, row - first, f"row {row} is locked")
    if end <= MAX_ROWS:
        return Room(first, end - first, f"row {end} belongs to something else")
    if unlocked:
        return Room(first, max(0, last + 1 - first), "the rows below are locked")
    return Room(first, None)


def headed(book: TemplateBook, sheet: SheetInfo, heading: int, columns: Sequence[int]) -> range:
    """The columns of a heading row that stand together with these: what stands below any of them ends the room."""
    scan = book.scan(sheet)

    def says(column: int) -> bool:
        area = scan.merge(heading, column) if scan.merges else None
        cell = scan.cell(heading, column) if area is None else scan.cell(area.top, area.left)
        return cell is not None and not cell.empty

    left, right = min(columns), max(columns)
    while left > 0 and says(left - 1):
        left -= 1
    while says(right + 1):
        right += 1
    return range(left, right + 1)


def table_at(book: TemplateBook, sheet: SheetInfo, heading: int, columns: Sequence[int]) -> TableInfo | None:
    """The Excel table whose heading row this is."""
    return next(
        (
            one for one in book.tables
            if one.sheet == sheet.name and one.header and one.area.top == heading
            and any(one.area.left <= column <= one.area.right for column in columns)
        ),
        None,
    )  # fmt: skip


def within(area: Area, columns: Sequence[int]) -> bool:
    """Whether all columns lie in it."""
    return all(area.left <= column <= area.right for column in columns)


def _kind(cell: CellAt | None) -> str:
    if cell is None or cell.empty:
        return ""
    if cell.formula:
        return "formula"
    return "number" if cell.kind == "n" else "text"


def _unlocked(book: TemplateBook, sheet: SheetInfo, first: int, columns: Sequence[int]) -> list[int]:
    """In a protected sheet the columns whose first cell may be written: they show how far the rows go."""
    scan = book.scan(sheet)
    if not scan.protected:
        return []
    return [one for one in columns if scan.style(first, one) in book.styles.unlocked]

"""Places of a template by their names, whether they can be written, and what to know of them."""

from __future__ import annotations

from desktop.portfolio.readers.xlsx_cells import place_of
from desktop.submissions.filling.opened import SheetInfo, TemplateBook
from desktop.submissions.filling.sheet_scan import Area, Place, coordinate


def find_spot(book: TemplateBook, spot: str) -> tuple[SheetInfo, Place] | None:
    """The cell of 'Cover!C5', of a defined name, or of 'Cover!Name' as `submit template show` lists a name."""
    sheet_name, mark, cell = spot.rpartition("!")
    within = None
    if mark:
        quoted = sheet_name[1:-1].replace("''", "'") if sheet_name[:1] == sheet_name[-1:] == "'" else ""
        within = book.sheet(sheet_name) or (book.sheet(quoted) if quoted else None)
        if within is None:
            return None
        if (place := place_of(cell.replace("$", "").upper())) is not None:
            return within, place
    named = [one for one in book.names if one.name.casefold() == cell.casefold() and one.area is not None]
    named.sort(key=lambda one: one.scope is not None)
    for one in named:
        sheet = book.sheet(one.sheet)
        if (
            sheet is not None
            and within in (None, sheet)
            and one.area is not None
            and is_one_cell(book, sheet, one.area)
        ):
            return sheet, (one.area.top, one.area.left)
    return None


def is_one_cell(book: TemplateBook, sheet: SheetInfo, area: Area) -> bool:
    """Whether a range is one cell, or one group of merged cells."""
    return (area.top, area.left) == (area.bottom, area.right) or area in book.scan(sheet).merges


def why_not(book: TemplateBook, sheet: SheetInfo, place: Place) -> str:
    """Why a cell is not written, to stand after its name; "" when it can be."""
    scan = book.scan(sheet)
    merged = scan.merge(*place) if scan.merges else None
    cell = scan.cell(*place)
    if merged is not None and place != (merged.top, merged.left):
        return f"lies within the merged cells {merged.words}, of which only the first holds something"
    if cell is not None and cell.formula:
        return "has a formula, which is never overwritten"
    if any(area.holds(*place) for area in scan.arrays):
        return "is filled by a formula of another cell"
    if cell is not None and cell.fixed:
        return f"cannot be filled: {cell.fixed}, which would be lost"
    return "is a heading of an Excel table" if _is_heading(book, sheet, place) else ""


def remarks_at(book: TemplateBook, sheet: SheetInfo, place: Place) -> list[str]:
    """What a person should know before a cell is written, each a sentence."""
    scan = book.scan(sheet)
    where = f"{sheet.name}!{coordinate(*place)}"
    said = []
    if scan.protected and scan.style(*place) not in book.styles.unlocked:
        said.append(f"{where} is locked: the recipient may not expect it to be filled.")
    if scan.is_hidden(*place):
        said.append(f"{where} is in a hidden row or column.")
    if sheet.hidden:
        said.append(f"The sheet {sheet.name} is hidden.")
    return said


def _is_heading(book: TemplateBook, sheet: SheetInfo, place: Place) -> bool:
    row, column = place
    return any(
        one.sheet == sheet.name and one.header and one.area.top == row and one.area.left <= column <= one.area.right
        for one in book.tables
    )

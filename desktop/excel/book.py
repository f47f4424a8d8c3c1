"""A workbook as we make them: every sheet with its title, what it holds, one named table, and a print set-up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.excel.cells import (
    DATE_FORMAT,
    NUMBER_FORMAT,
    TEXT_FORMAT,
    CellStyle,
    dress,
    put_date,
    put_link,
    put_number,
    put_text,
    visible_text,
)
from desktop.excel.look import Look, load_look, mark_words
from desktop.excel.names import headings, sheet_name, table_name
from desktop.excel.saving import replacing
from desktop.excel.shared import TextStyles
from desktop.excel.stream import (
    LINE_HEIGHT,
    MAX_LINES,
    ROW_PADDING,
    ROWS_PER_SHEET,
    WIDTH_OF_CHARACTER,
    CellKind,
    RowFeed,
    Stream,
    StreamColumn,
    write_package,
)
from desktop.frames import pl
from desktop.jobs import Job

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEADING_ROW = 4
"""Row 1 is the title, row 2 says what the sheet holds, row 3 leads back to the cover."""


_PAGE_WIDTH = 230
"""Characters that one page takes in print that can be read."""


class Kind(StrEnum):
    """What a column of a table holds."""

    TEXT = "text"
    WRAPPED = "wrapped"
    """Sentences: wrapped at the column's width."""
    LABEL = "label"
    """Wrapped and muted: repeats the group a row belongs to."""
    STRONG = "strong"
    NUMBER = "number"
    DATE = "date"
    WORD = "word"
    """A word out of few, some of which stand out (`Look.words`)."""


@dataclass(frozen=True)
class Field:
    """One column of a table: heading, kind, width in characters; `key` names it in the blocks of a streamed table.

    `open`: its cells can be written into where the workbook is protected.
    """

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 14
    key: str = ""
    open: bool = False


@dataclass(frozen=True)
class Link:
    """A cell's text that leads to another sheet of the workbook."""

    text: str
    sheet: str


Value = str | int | date | Link | None
"""What a cell of a small table may hold. Identifiers are texts, always."""


@dataclass(frozen=True)
class Page:
    """What heads a sheet: the name on its tab, its title (A1) and what it holds (A2; one line, some 120 characters)."""

    tab: str
    title: str
    about: str


class Book:
    """One workbook in the making. Sheets stand in the order in which they are added."""

    def __init__(
        self,
        title: str,
        author: str,
        stamp: datetime,
        look: Look | None = None,
        *,
        header: str = "",
        protected: bool = False,
    ) -> None:
        """`stamp` (UTC) is the only time that goes into the file: the same content and stamp give the same bytes.

        `header` stands at the head of every printed page. `protected`: every sheet is protected, without a password,
        against writing into cells of fields that are not open; a guard rail, no security.
        """
        from openpyxl import Workbook

        self.look = look or load_look()
        self._stamp = stamp
        self._book = Workbook()
        self._book.remove(self._book.active)
        self._streams: list[Stream] = []
        self._tables: list[str] = []
        self._cover = ""
        self._header = header
        self._protected = protected
        self._unlocked: dict[str, CellStyle] = {}
        properties = self._book.properties
        properties.title = visible_text(title)
        properties.creator = properties.lastModifiedBy = visible_text(author)
        naive = stamp.replace(tzinfo=None, microsecond=0)
        properties.created = properties.modified = naive

    def property(self, name: str, value: str) -> None:
        """Add a custom document property."""
        from openpyxl.packaging.custom import StringProperty

        self._book.custom_doc_props.append(StringProperty(name=name, value=visible_text(value)))

    def name_cell(self, name: str, sheet: str, cell: str) -> None:
        """Give a cell a name in the workbook: `name_cell("template_id", "Cover", "$C$5")`."""
        from openpyxl.workbook.defined_name import DefinedName

        quoted = sheet.replace("'", "''")
        self._book.defined_names[name] = DefinedName(name, attr_text=f"'{quoted}'!{cell}")

    def add_lists(self, tab: str, lists: Mapping[str, Sequence[str]]) -> None:
        """Add a hidden sheet with the values that `offer` offers, each list under its name in the workbook."""
        from openpyxl.utils import get_column_letter

        sheet = self._book.create_sheet(sheet_name(tab, self._book.sheetnames))
        sheet.sheet_state = "hidden"
        for column, (name, values) in enumerate(lists.items(), start=1):
            letter = get_column_letter(column)
            put_text(sheet.cell(1, column), name, self.look["heading"])
            for row, value in enumerate(values, start=2):
                put_text(sheet.cell(row, column), value, self.look["text"])
            self.name_cell(name, str(sheet.title), f"${letter}$2:${letter}${1 + len(values)}")
        self._protect(sheet)

    def offer(self, tab: str, heading: str, name: str, title: str, message: str) -> None:
        """Let the cells of a column offer the values of a list; another value is warned of, and can still be kept."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        sheet = self._book[tab]
        column = next(cell.column for cell in sheet[HEADING_ROW] if cell.value == heading)
        letter = get_column_letter(column)
        rule = DataValidation(
            type="list",
            formula1=name,
            allow_blank=True,
            errorStyle="warning",
            showErrorMessage=True,
            errorTitle=title,
            error=message,
        )
        rule.add(f"{letter}{HEADING_ROW + 1}:{letter}{sheet.max_row}")
        sheet.add_data_validation(rule)

    def add_table(
        self, page: Page, fields: Sequence[Field], rows: Iterable[Sequence[Value]], *, open_from: int = 0
    ) -> str:
        """Add a sheet with one table; an empty one gets a row that says '(none)'. Returns the sheet's name.

        Fields that are open are so from row `open_from` on (0 is the first). Raises CellTooLong for a text that no cell
        holds.
        """
        sheet, fields = self._start(page, fields)
        last = HEADING_ROW
        for last, row in enumerate(rows, start=HEADING_ROW + 1):
            unlocked = last - HEADING_ROW - 1 >= open_from
            for column, (field, value) in enumerate(zip(fields, row, strict=True), start=1):
                self._put(sheet, last, column, field, value, unlocked=unlocked and field.open)
            if not any(row) and any(field.open for field in fields):
                continue  # to be written into: its height follows from what is written
            lines = max(_lines(field, value) for field, value in zip(fields, row, strict=True))
            sheet.row_dimensions[last].height = ROW_PADDING + LINE_HEIGHT * min(lines, MAX_LINES)
        if last == HEADING_ROW:
            last += 1
            self._put(sheet, last, 1, Field("", Kind.WRAPPED), "(none)")
            for column in range(2, len(fields) + 1):
                self._put(sheet, last, column, Field(""), "")
        self._finish(sheet, page, fields, last)
        return str(sheet.title)

    def add_stream(
        self, page: Page, fields: Sequence[Field], rows: int, blocks: Callable[[], Iterator[pl.DataFrame]]
    ) -> tuple[str, ...]:
        """Add a table of any length, read when the workbook is saved; several sheets when it is over 1,000,000 rows.

        `blocks` gives frames with the columns that the fields' keys name: texts, whole numbers, dates (or ISO texts).
        Texts that are longer than a cell holds are cut and say so. Returns the sheets' names.
        """
        if rows == 0:
            return (self.add_table(page, fields, ()),)
        feed = RowFeed(_later(blocks))
        parts = math.ceil(rows / ROWS_PER_SHEET)
        made = []
        for part in range(parts):
            first = part * ROWS_PER_SHEET
            size = min(ROWS_PER_SHEET, rows - first)
            here = page
            if parts > 1:
                about = f"Rows {first + 1:,} to {first + size:,} of {rows:,}. {page.about}"
                here = Page(stream_tabs(page.tab, rows)[part], f"{page.title} ({part + 1} of {parts})", about)
            sheet, named = self._start(here, fields)
            columns = tuple(
                self._stream_column(sheet, field, heading.heading) for field, heading in zip(fields, named, strict=True)
            )
            self._finish(sheet, here, named, HEADING_ROW + size)
            self._streams.append(Stream(sheet.title, columns, HEADING_ROW + 1, size, feed))
            made.append(str(sheet.title))
        return tuple(made)

    def save(self, path: Path, job: Job | None = None, *, called: str = "") -> None:
        """Write the workbook in place of `path`. Raises NotSaved (the old file stays), CellTooLong, Cancelled.

        `called`: see `replacing`.
        """
        with replacing(path, called) as file:
            write_package(self._book, self._streams, self._stamp, file, job or Job())

    def _start(self, page: Page, fields: Sequence[Field]) -> tuple[Worksheet, tuple[Field, ...]]:
        sheet = self._book.create_sheet(sheet_name(page.tab, self._book.sheetnames))
        put_text(sheet["A1"], page.title, self.look["title"])
        put_text(sheet["A2"], page.about, self.look["about"])
        if self._cover:
            put_link(sheet["A3"], f"Back to {self._cover}", self._cover, self.look["link"])
        else:
            self._cover = str(sheet.title)
        sheet.row_dimensions[1].height = 30
        sheet.row_dimensions[2].height = 20
        sheet.row_dimensions[3].height = 24
        named = tuple(
            replace(field, heading=heading)
            for field, heading in zip(fields, headings(field.heading for field in fields), strict=True)
        )
        for column, field in enumerate(named, start=1):
            role = "number_heading" if field.kind is Kind.NUMBER else "heading"
            put_text(sheet.cell(HEADING_ROW, column), field.heading, self.look[role])
            sheet.column_dimensions[sheet.cell(HEADING_ROW, column).column_letter].width = field.width
        lines = max(_lines(Field("", Kind.WRAPPED, field.width), field.heading) for field in named)
        sheet.row_dimensions[HEADING_ROW].height = 10 + 15 * lines
        return sheet, named

    def _put(
        self, sheet: Worksheet, row: int, column: int, field: Field, value: Value, *, unlocked: bool = False
    ) -> None:
        cell = sheet.cell(row, column)
        if isinstance(value, Link):
            put_link(cell, value.text, value.sheet, self.look["cell_link"])
        elif isinstance(value, int):
            put_number(cell, value, self._style("number", unlocked=unlocked))
        elif isinstance(value, date) or (unlocked and not value and field.kind is Kind.DATE):
            put_date(cell, value or None, self._style("text", unlocked=unlocked))
        else:
            put_text(cell, value or "", self._style(_ROLES[field.kind], unlocked=unlocked))

    def _style(self, role: str, *, unlocked: bool) -> CellStyle:
        """The look of a role; of cells that can be written into a kept copy, since `dress` knows looks by identity."""
        if not unlocked:
            return self.look[role]
        if role not in self._unlocked:
            self._unlocked[role] = replace(self.look[role], unlocked=True, fill=self.look["input"].fill)
        return self._unlocked[role]

    def _stream_column(self, sheet: Worksheet, field: Field, heading: str) -> StreamColumn:
        text = self._style(_ROLES[field.kind], unlocked=field.open)
        kind, style, number_format = CellKind.TEXT, text, TEXT_FORMAT
        if field.kind is Kind.NUMBER:
            kind, style, number_format = CellKind.NUMBER, self._style("number", unlocked=field.open), NUMBER_FORMAT
        elif field.kind is Kind.DATE:
            kind, number_format = CellKind.DATE, DATE_FORMAT
        return StreamColumn(
            field.key,
            heading,
            kind,
            _style_id(sheet, style, number_format),
            TextStyles(_style_id(sheet, text, TEXT_FORMAT), _style_id(sheet, text, TEXT_FORMAT, guarded=True)),
            field.width - 2 if field.kind in _WRAPPED else 0,
        )

    def _protect(self, sheet: Worksheet) -> None:
        """Sorting, filtering and other widths and heights stay possible, and so do notes and comments on cells."""
        if not self._protected:
            return
        rails = sheet.protection
        rails.sheet = True
        rails.objects = rails.scenarios = False
        rails.sort = rails.autoFilter = rails.formatColumns = rails.formatRows = False

    def _finish(self, sheet: Worksheet, page: Page, fields: Sequence[Field], last_row: int) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.filters import AutoFilter
        from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

        name = table_name(page.tab, self._tables)
        self._tables.append(name)
        reference = f"A{HEADING_ROW}:{get_column_letter(len(fields))}{last_row}"
        table = Table(displayName=name, name=name, ref=reference, autoFilter=AutoFilter(ref=reference))
        # Given here, since openpyxl would make a cell object for every cell of the range to find the headings.
        table.tableColumns = [
            TableColumn(id=place, name=sheet.cell(HEADING_ROW, place).value) for place in range(1, len(fields) + 1)
        ]
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        sheet.add_table(table)
        for place, field in enumerate(fields, start=1):
            if field.kind is Kind.WORD:
                letter = get_column_letter(place)
                mark_words(sheet, f"{letter}{HEADING_ROW + 1}:{letter}{last_row}", self.look)
        sheet.freeze_panes = f"A{HEADING_ROW + 1}"
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 100
        _set_up_print(sheet, sum(field.width for field in fields))
        if self._header:
            sheet.oddHeader.center.text = self._header.replace("&", "&&")
        self._protect(sheet)


def _lines(field: Field, value: Value) -> int:
    """How many lines a cell's text takes at its column's width: an estimate on the generous side."""
    text = value.text if isinstance(value, Link) else value
    if not isinstance(text, str) or field.kind not in _WRAPPED:
        return 1
    return sum(max(1, math.ceil(len(line) * WIDTH_OF_CHARACTER / (field.width - 2))) for line in text.split("\n"))


def stream_tabs(tab: str, rows: int) -> tuple[str, ...]:
    """The names of the sheets that a table of so many rows takes: 'Findings', or 'Findings 1', 'Findings 2' ..."""
    parts = math.ceil(rows / ROWS_PER_SHEET)
    return tuple(f"{tab} {part}" for part in range(1, parts + 1)) if parts > 1 else (tab,)


def _later(blocks: Callable[[], Iterator[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
    """Call `blocks` when its first row is asked for, not when the sheet is laid out."""
    yield from blocks()


_WRAPPED = {Kind.WRAPPED, Kind.LABEL, Kind.STRONG}

_ROLES = {
    Kind.TEXT: "text",
    Kind.WRAPPED: "wrapped",
    Kind.LABEL: "label",
    Kind.STRONG: "strong",
    Kind.NUMBER: "text",
    Kind.DATE: "text",
    Kind.WORD: "text",
}


def _style_id(sheet: Worksheet, style: object, number_format: str, *, guarded: bool = False) -> int:
    """The number under which the workbook keeps a cell style; the cell itself is thrown away."""
    from openpyxl.cell.cell import Cell

    cell = Cell(sheet, row=1, column=1)
    dress(cell, style, number_format, guarded=guarded)  # type: ignore[arg-type]
    return int(cell.style_id)


def _set_up_print(sheet: Worksheet, width: int) -> None:
    """A4 landscape, the headings repeated, name and page number at the foot.

    One page wide; a table of more than `_PAGE_WIDTH` characters takes several, since smaller print is not read, and
    repeats its first columns.
    """
    pages = math.ceil(width / _PAGE_WIDTH)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = pages
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    if pages > 1:
        sheet.print_title_cols = "A:C"
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.5, 0.75, 0.35
    sheet.oddFooter.left.text = "&A"
    sheet.oddFooter.right.text = "Page &P of &N"


__all__ = ["HEADING_ROW", "Book", "Field", "Kind", "Link", "Page", "Value", "stream_tabs"]

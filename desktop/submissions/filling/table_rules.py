"""Our rows below a template's headings: whether they fit, and what is written into which cell."""

from __future__ import annotations

from desktop.jobs import Job
from desktop.portfolio.readers.xlsx_cells import MAX_ROWS, place_of
from desktop.submissions.content import Cell, Content, Table
from desktop.submissions.filling.entries import Entries
from desktop.submissions.filling.filling_down import formula_of, moved
from desktop.submissions.filling.model import TableRule
from desktop.submissions.filling.opened import SheetInfo
from desktop.submissions.filling.rooms import Room, headed, room_below, table_at, within
from desktop.submissions.filling.sheet_scan import Area, Place, coordinate

MAX_CELLS = 1_000_000
"""Cells that one filling writes."""


def plan_table(entries: Entries, rule: TableRule, content: Content | None, job: Job) -> None:
    """Plan the rows of one rule; without content only its places are looked at."""
    where = f"{rule.sheet}!{rule.heading_row}"
    sheet = entries.book.sheet(rule.sheet)
    first = rule.first_row or rule.heading_row + 1
    places = [place_of(f"{letter.upper()}1") for letter, _ in rule.columns]
    columns = [one[1] for one in places if one is not None]
    if sheet is None or None in places or not rule.heading_row < first <= MAX_ROWS or not places:
        entries.say(f"There is no heading row {rule.heading_row} with these columns on the sheet {rule.sheet}.", where)
    elif len(set(columns)) < len(columns):
        entries.say(f"A column of {where} is chosen twice.", where)
    else:
        _Rows(entries, rule, sheet, columns, job).plan(first, content)


class _Rows:
    """One rule on its sheet; `columns` (from 0) in the rule's order."""

    def __init__(self, entries: Entries, rule: TableRule, sheet: SheetInfo, columns: list[int], job: Job) -> None:
        self._entries, self._rule, self._sheet, self._columns, self._job = entries, rule, sheet, columns, job
        self._scan = entries.book.scan(sheet)
        self._where = f"{rule.sheet}!{rule.heading_row}"
        self._known: dict[tuple[int, str, str], tuple[str, bool]] = {}
        self._odd: dict[str, list[tuple[Place, str]]] = {}

    def plan(self, first: int, content: Content | None) -> None:
        """All of it."""
        entries, sheet = self._entries, self._sheet
        source = (
            next((one for one in content.tables if one.id == self._rule.table), None) if content is not None else None
        )
        if content is not None and source is None:
            entries.say(f"This submission has no table {self._rule.table}.", self._where)
            return
        for column in self._columns:
            cell = self._scan.cell(first, column)
            if cell is not None and cell.formula:
                place = coordinate(first, column)
                entries.say(f"{sheet.name}!{place} has a formula, which is never overwritten.", self._where)
                return
        room = self._room(first)
        if room.rows == 0:
            entries.say(f"There is no empty row below {self._where}: {room.ends}.", self._where)
            return
        for column in self._columns:
            entries.remark(sheet, (first, column), self._where)
        if source is not None and self._fits(source, room):
            last = self._fill(source, first)
            self._told(first, last)
            self._grow(last)

    def _room(self, first: int) -> Room:
        book, sheet, heading = self._entries.book, self._sheet, self._rule.heading_row
        table = table_at(book, sheet, heading, self._columns)
        across = headed(book, sheet, heading, self._columns)
        if table is not None and within(table.area, self._columns):
            across = range(table.area.left, table.area.right + 1)
        return room_below(book, sheet, first, list(across), self._columns)

    def _fits(self, source: Table, room: Room) -> bool:
        """Whether the columns are there and the rows fit; says why not."""
        ids = [one.id for one in source.columns]
        missing = [one for _, one in self._rule.columns if one not in ids]
        for one in missing:
            self._entries.say(f"The table {source.title} has no column {one}.", self._where)
        if missing:
            return False
        rows = f"{source.title} has {source.count:,} rows"
        if room.rows is not None and source.count > room.rows:
            self._entries.say(
                f"{rows}, and {room.rows:,} fit below row {self._rule.heading_row} of the sheet {self._sheet.name}: "
                f"{room.ends}. Nothing there is moved.",
                self._where,
            )
            return False
        cells = self._entries.plan.cells + source.count * len(self._columns)
        if room.first + source.count - 1 > MAX_ROWS or cells > MAX_CELLS:
            self._entries.say(f"{rows}, more than are written into a template.", self._where)
            return False
        return True

    def _fill(self, source: Table, first: int) -> int:
        """Plan every cell; gives the last row."""
        ids = [one.id for one in source.columns]
        columns = [
            (at, ids.index(one), f"{source.id}.{one}")
            for at, (_, one) in zip(self._columns, self._rule.columns, strict=True)
        ]
        sheet_plan = self._entries.of(self._sheet)
        row = first - 1
        for row, values in enumerate(source.rows(), start=first):
            if row % 500 == 0:
                self._job.report(f"Filling {self._sheet.name}", row - first, source.count)
            if row not in self._scan.rows and first in self._scan.rows:
                sheet_plan.models[row] = first
            for column, at, item in columns:
                self._cell((row, column), values[at], item, first)
        for item, examples in self._odd.items():
            self._entries.not_listed(self._sheet, item, examples, len(examples))
        self._entries.plan.rows += source.count
        return row

    def _cell(self, place: Place, said: Cell, item: str, first: int) -> None:
        spot = f"{self._sheet.name}!{coordinate(*place)}"
        if not self._entries.take(self._sheet, place, spot) or said is None or said == "":
            return
        rule = self._entries.lists.at(self._sheet, *place) if self._scan.lists else None
        key = (id(rule.values) if rule is not None else 0, item, str(said))
        if key not in self._known:
            self._known[key] = self._entries.listed(str(said), item, self._sheet, place)
        listed, there = self._known[key]
        if not there:
            self._odd.setdefault(item, []).append((place, str(said)))
        if listed != str(said):
            said = listed
        if self._scan.cell(*place) is None and self._scan.cell(first, place[1]) is not None:
            self._entries.of(self._sheet).styles[place] = self._scan.style(first, place[1])
        self._entries.put(self._sheet, place, said, item, spot)

    def _told(self, first: int, last: int) -> None:
        """Tell of rows that the template did not prepare, and of those that it hides."""
        rows = self._scan.rows
        filled = set(self._columns)
        prepared = max((row for row, one in rows.items() if row >= first and filled & one.cells.keys()), default=first)
        name = self._sheet.name
        if last > prepared > first:
            self._entries.say(
                f"Rows {prepared + 1} to {last} of {name} stand below those that the template prepared: its lists and "
                "colours may end before them.",
                f"{name}!{prepared + 1}",
                refuses=False,
            )
        hidden = [row for row in range(first + 1, last + 1) if row in rows and rows[row].hidden]
        if hidden:
            self._entries.say(
                f"{len(hidden):,} of the filled rows of {name} are hidden in the template, from row {hidden[0]} on.",
                f"{name}!{hidden[0]}",
                refuses=False,
            )

    def _grow(self, last: int) -> None:
        """An Excel table covers the rows that were written."""
        table = table_at(self._entries.book, self._sheet, self._rule.heading_row, self._columns)
        if table is None or last == self._rule.heading_row or (last <= table.area.bottom and not table.waiting):
            return
        bottom = max(last, table.area.bottom)
        area = Area(table.area.top, table.area.left, bottom, table.area.right)
        self._entries.plan.tables[table.part] = (table, area)
        if last > table.area.bottom:
            self._fill_down(table.area, last)

    def _fill_down(self, area: Area, last: int) -> None:
        """Columns of an Excel table that are computed go on so in its new rows; tells of those that cannot."""
        left_out = []
        for column in range(area.left, area.right + 1):
            cell = self._scan.cell(area.bottom, column)
            if cell is None or not cell.formula or column in self._columns:
                continue
            above = coordinate(area.bottom, column)
            formula = formula_of(self._scan.data[cell.start : cell.end])
            for row in range(area.bottom + 1, last + 1):
                new = "" if formula is None else moved(formula, above, coordinate(row, column))
                if not new:
                    left_out.append(above)
                    break
                below = self._scan.cell(row, column)
                if below is None or below.empty:
                    self._entries.put_formula(self._sheet, (row, column), new, cell.style)
        if left_out:
            self._entries.say(
                f"The formulas of {', '.join(left_out)} are not in the rows below them: fill them down in Excel.",
                f"{self._sheet.name}!{left_out[0]}",
                refuses=False,
            )

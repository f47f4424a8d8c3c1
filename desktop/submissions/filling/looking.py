"""What a template is: its sheets, the places that can be filled, what it holds, what the person should know."""

from __future__ import annotations

from desktop.jobs import Job
from desktop.portfolio.readers.xlsx_cells import column_letters
from desktop.submissions.filling.lists import Lists
from desktop.submissions.filling.model import Spot, SpotKind, TemplateLook
from desktop.submissions.filling.opened import SheetInfo, TemplateBook
from desktop.submissions.filling.places import is_one_cell
from desktop.submissions.filling.rooms import room_below
from desktop.submissions.filling.sheet_scan import Place, RowAt, coordinate
from desktop.submissions.filling.value_rules import ValueRules
from desktop.submissions.filling.what_it_holds import holds_of, remarks_of

MAX_SPOTS = 2_000
_LONGEST_LABEL = 120
"""Characters of a text that can be a label; longer ones are guidance."""
_FEWEST_HEADINGS = 3
_SHOWN_VALUES = 12


def look_at(book: TemplateBook, job: Job) -> TemplateLook:
    """All that is to be known of a template before it is taken. Raises FileRefused, Cancelled."""
    for place, one in enumerate(book.members):
        job.report("Reading the template", place, len(book.members), "parts")
        book.part(one.filename)  # what is damaged is refused now, not when it is to be filled
    looking = _Looking(book, job)
    spots = [*looking.names()]
    for sheet in book.sheets:
        if not sheet.hidden:
            spots += looking.sheet(sheet)
    remarks = list(remarks_of(book))
    if len(spots) > MAX_SPOTS:
        remarks.append(f"It has {len(spots):,} places that could be filled; the first {MAX_SPOTS:,} are listed.")
    return TemplateLook(
        book.name,
        book.sha256,
        book.size,
        tuple((one.name, "hidden" if one.hidden else "visible") for one in book.sheets),
        tuple(spots[:MAX_SPOTS]),
        tuple(one.filename for one in book.members),
        holds_of(book),
        tuple(remarks),
    )


class _Looking:
    def __init__(self, book: TemplateBook, job: Job) -> None:
        self._book, self._job = book, job
        self._lists = Lists(book)
        self._rules = ValueRules(book)

    def names(self) -> list[Spot]:
        """The defined names of one cell."""
        spots = []
        for one in self._book.names:
            sheet = self._book.sheet(one.sheet) if one.sheet else None
            if sheet is None or one.area is None or one.hidden or one.name.startswith("_xlnm."):
                continue
            place = (one.area.top, one.area.left)
            if is_one_cell(self._book, sheet, one.area) and self._fillable(sheet, place):
                spots.append(
                    Spot(
                        SpotKind.NAME, sheet.name, one.name, one.name.replace("_", " "), room=1,
                        validations=self._allowed(sheet, place), locked=self._locked(sheet, place),
                        rules=self._ruled(sheet, place),
                    )
                )  # fmt: skip
        return spots

    def sheet(self, sheet: SheetInfo) -> list[Spot]:
        """The tables of a sheet, then its labelled cells."""
        tables, used = self._tables(sheet)
        return [*tables, *self._labelled(sheet, used)]

    def _tables(self, sheet: SheetInfo) -> tuple[list[Spot], set[Place]]:
        scan = self._book.scan(sheet)
        found: list[Spot] = []
        used: set[Place] = set()
        for table in self._book.tables:
            if table.sheet == sheet.name and table.header:
                columns = list(range(table.area.left, table.area.right + 1))
                used |= {(table.area.top, column) for column in columns}
                texts = [(column, name) for column, name in zip(columns, table.columns, strict=False)]
                found += self._table(sheet, table.area.top, texts, table.name)
        for row in scan.rows.values():
            self._job.check()
            for run in self._runs(sheet, row, used):
                columns = [column for column, _ in run]
                spots = self._table(sheet, row.number, run, self._title(sheet, row.number, columns[0]))
                if spots:
                    found += spots
                    used |= {(row.number, column) for column in columns}
        return found, used

    def _runs(self, sheet: SheetInfo, row: RowAt, used: set[Place]) -> list[list[tuple[int, str]]]:
        """Neighbouring texts of a row that could be headings; cells merged into one count as one."""
        scan = self._book.scan(sheet)
        runs: list[list[tuple[int, str]]] = []
        expected = -1
        for column in sorted(row.cells):
            text = self._text(sheet, row.number, column)
            merged = scan.merge(row.number, column) if scan.merges else None
            if merged is not None and (row.number, column) != (merged.top, merged.left):
                continue
            if not text or (row.number, column) in used:
                expected = -1
                continue
            if column != expected or not runs:
                runs.append([])
            runs[-1].append((column, text))
            expected = (merged.right if merged is not None else column) + 1
        return [run for run in runs if len(run) >= _FEWEST_HEADINGS and len({text for _, text in run}) == len(run)]

    def _table(self, sheet: SheetInfo, row: int, headings: list[tuple[int, str]], label: str) -> list[Spot]:
        columns = [column for column, _ in headings]
        scan = self._book.scan(sheet)
        bottom = max([row, *(area.bottom for column in columns if (area := scan.merge(row, column)) is not None)])
        room = room_below(self._book, sheet, bottom + 1, columns)
        empty = [column for column in columns if (cell := scan.cell(bottom + 1, column)) is None or cell.empty]
        if room.rows == 0 or not empty:
            return []
        lists, rules = [], []
        for column, _ in headings:
            values = self._allowed(sheet, (bottom + 1, column))
            if values:
                lists.append(f"{column_letters(column)}: {', '.join(values)}")
            rules += [f"{column_letters(column)}: {words}" for words in self._ruled(sheet, (bottom + 1, column))]
        place = f"{coordinate(bottom, columns[0])}:{coordinate(bottom, columns[-1])}"
        locked = all(self._locked(sheet, (bottom + 1, column)) for column in empty)
        return [
            Spot(
                SpotKind.TABLE, sheet.name, place, label,
                tuple((column_letters(column), text) for column, text in headings),
                room.rows or 0, tuple(lists), locked, tuple(rules),
            )
        ]  # fmt: skip

    def _title(self, sheet: SheetInfo, row: int, column: int) -> str:
        """The nearest text above the first heading; the sheet's name when there is none."""
        for number in range(row - 1, max(0, row - 12), -1):
            text = self._text(sheet, number, column)
            if text and len(text) <= _LONGEST_LABEL:
                return text
        return sheet.name

    def _labelled(self, sheet: SheetInfo, used: set[Place]) -> list[Spot]:
        scan = self._book.scan(sheet)
        found: dict[Place, Spot] = {}
        for row in scan.rows.values():
            self._job.check()
            for column in row.cells:
                label = self._text(sheet, row.number, column)
                if not label or len(label) > _LONGEST_LABEL or (row.number, column) in used or label.isdecimal():
                    continue
                merged = scan.merge(row.number, column) if scan.merges else None
                right = (row.number, (merged.right if merged is not None else column) + 1)
                below = ((merged.bottom if merged is not None else row.number) + 1, column)
                for place in (right,) if self._answered(sheet, right, below[0]) else (right, below):
                    if place not in found and self._is_field(sheet, place):
                        found[place] = Spot(
                            SpotKind.CELL, sheet.name, coordinate(*place), label.rstrip(": "), room=1,
                            validations=self._allowed(sheet, place), locked=self._locked(sheet, place),
                            rules=self._ruled(sheet, place),
                        )  # fmt: skip
                        break
        # Where a protected sheet has cells for filling, the locked ones are not meant.
        free = [spot for spot in found.values() if not spot.locked]
        return free or list(found.values())

    def _answered(self, sheet: SheetInfo, right: Place, below: int) -> bool:
        """Whether what belongs to a label stands beside it already, so that nothing below it is meant.

        A text beside it may be a label as well, one heading beside another, when it has a place of its own below.
        """
        cell = self._book.scan(sheet).cell(*right)
        if cell is None or cell.empty:
            return False
        return not self._text(sheet, *right) or not self._is_field(sheet, (below, right[1]))

    def _is_field(self, sheet: SheetInfo, place: Place) -> bool:
        """Whether a cell beside a label is for filling: empty, or, where a sheet is protected, not locked."""
        scan = self._book.scan(sheet)
        cell = scan.cell(*place)
        if not self._fillable(sheet, place):
            return False
        if scan.protected and not self._locked(sheet, place):
            return True
        return cell is None or cell.empty

    def _fillable(self, sheet: SheetInfo, place: Place) -> bool:
        scan = self._book.scan(sheet)
        cell = scan.cell(*place)
        if cell is not None and (cell.formula or cell.fixed):
            return False
        merged = scan.merge(*place) if scan.merges else None
        if merged is not None and place != (merged.top, merged.left):
            return False
        return not any(area.holds(*place) for area in scan.arrays)

    def _locked(self, sheet: SheetInfo, place: Place) -> bool:
        scan = self._book.scan(sheet)
        return scan.protected and scan.style(*place) not in self._book.styles.unlocked

    def _allowed(self, sheet: SheetInfo, place: Place) -> tuple[str, ...]:
        if not self._book.scan(sheet).lists:
            return ()
        allowed = self._lists.at(sheet, *place)
        values = allowed.values if allowed is not None else None
        if not values:
            return ()
        more = (f"and {len(values) - _SHOWN_VALUES} more",) if len(values) > _SHOWN_VALUES else ()
        return (*values[:_SHOWN_VALUES], *more)

    def _ruled(self, sheet: SheetInfo, place: Place) -> tuple[str, ...]:
        wanted = self._rules.at(sheet, *place)
        return () if wanted is None else (wanted.words,)

    def _text(self, sheet: SheetInfo, row: int, column: int) -> str:
        """What a cell says, when it is a text that was typed."""
        cell = self._book.scan(sheet).cell(row, column)
        if cell is None or cell.formula or cell.kind not in ("s", "inlineStr", "str"):
            return ""
        return " ".join(self._book.text_of(sheet, row, column).split())

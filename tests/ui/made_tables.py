"""Tables made for tests and benchmarks: any number of rows, computed when asked for, filtered through arrays."""

from __future__ import annotations

import threading
from array import array

from desktop.browse.view import Column, ColumnKind, FacetValue, Filter, Op, View
from desktop.errors import InvalidInput

SEVERITIES = ("Block", "High", "Med", "Low")
PARTIES = ("Supplier", "Distributor (LDSO)", "Meter equipment manager (MEM)")
STATES = ("New", "Still open", "Changed", "Gone")
TITLES = ("The check digit of the MPAN is wrong", "No profile class", "Supply ends before it starts")


class MadeTable:
    """A `TableSource` of `rows` findings. Ids are 10 x position + 7, so that no test mixes the two up."""

    columns = (
        Column("check", "Check", ColumnKind.IDENTIFIER, 8, facet=True),
        Column("severity", "Severity", ColumnKind.SEVERITY, 10, facet=True),
        Column("state", "State", ColumnKind.STATE, 12, facet=True),
        Column("mpan", "MPAN", ColumnKind.IDENTIFIER, 14),
        Column("message", "What is wrong", ColumnKind.TEXT, 40),
        Column("party", "Who mends it", ColumnKind.TEXT, 20, facet=True),
        Column("since", "First seen", ColumnKind.DATE, 12),
        Column("age", "Age in days", ColumnKind.NUMBER, 8),
        Column("note", "Note", ColumnKind.TEXT, 20, shown=False, editable=True),
    )

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._order: array[int] | range = range(rows)
        self.view = View()
        self.applied_on: list[int] = []
        self.pages_read = 0

    def cells_of(self, row: int) -> tuple[object, ...]:
        """The cells of an original row."""
        return (
            f"ROW-{row % 8 + 1:02}", SEVERITIES[(row * 7) % 11 % 4], STATES[row % 5 % 4], f"{1000000000000 + row * 37}",
            TITLES[row % 3], PARTIES[row % 3], f"2026-{row % 12 + 1:02}-{row % 28 + 1:02}", row % 1400,
            None if row % 3 else f"note {row}",
        )  # fmt: skip

    def apply(self, view: View) -> None:
        """Filter and sort, plainly."""
        keys = [column.key for column in self.columns]
        for one in view.filters:
            if one.column not in keys:
                raise InvalidInput(f"There is no column “{one.column}”.", field=one.column)
        self.applied_on.append(threading.get_ident())
        self._order = self._filtered(view)
        if view.sort:
            place = keys.index(view.sort)
            period = 1400 * 12 * 11 if self._rows > 500_000 else 0
            if period and view.sort in ("severity", "check", "state", "party"):
                self._order = array("i", sorted(self._order, key=lambda row: row * 7 % 11 % 4, reverse=view.descending))
            else:
                cells = self.cells_of
                self._order = array(
                    "i", sorted(self._order, key=lambda row: (cells(row)[place] is not None, cells(row)[place]),
                                reverse=view.descending)
                )  # fmt: skip
        self.view = view

    def total(self) -> int:
        return self._rows

    def count(self) -> int:
        return len(self._order)

    def page(self, start: int, length: int) -> list[tuple[object, ...]]:
        self.pages_read += 1
        return [self.cells_of(row) for row in self._order[start : start + length]]

    def ids(self, start: int, length: int) -> list[int]:
        return [row * 10 + 7 for row in self._order[start : start + length]]

    def position(self, row_id: int) -> int | None:
        row = (row_id - 7) // 10
        if isinstance(self._order, range):
            return row if 0 <= row < self._rows else None
        try:
            return list(self._order).index(row)
        except ValueError:
            return None

    def facets(self, column: str) -> list[FacetValue]:
        place = [c.key for c in self.columns].index(column)
        counts: dict[str, int] = {}
        others = tuple(one for one in self.view.filters if one.column != column)
        sample = self._filtered(View(others, self.view.text))
        factor = max(1, len(sample) // 50_000)
        for row in sample[::factor]:
            value = str(self.cells_of(row)[place])
            counts[value] = counts.get(value, 0) + factor
        return sorted((FacetValue(v, v, n) for v, n in counts.items()), key=lambda f: (-f.count, f.value))

    def _filtered(self, view: View) -> array[int] | range:
        if not view.filters and not view.text:
            return range(self._rows)
        keys = [column.key for column in self.columns]
        return array("i", (row for row in range(self._rows) if self._fits(self.cells_of(row), keys, view)))

    @staticmethod
    def _fits(cells: tuple[object, ...], keys: list[str], view: View) -> bool:
        if view.text and not any(view.text.casefold() in str(cell).casefold() for cell in cells if cell is not None):
            return False
        return all(_fits_one(cells[keys.index(one.column)], one) for one in view.filters)


def _fits_one(cell: object, one: Filter) -> bool:
    text = "" if cell is None else str(cell)
    first = one.values[0] if one.values else ""
    match one.op:
        case Op.IS_ANY:
            return text in one.values
        case Op.IS_NONE:
            return text not in one.values
        case Op.CONTAINS:
            return first.casefold() in text.casefold()
        case Op.NOT_CONTAINS:
            return first.casefold() not in text.casefold()
        case Op.STARTS:
            return text.casefold().startswith(first.casefold())
        case Op.BEFORE:
            return int(text) < int(first) if text.isdigit() else text < first
        case Op.AFTER:
            return int(text) > int(first) if text.isdigit() else text > first
        case Op.EMPTY:
            return not text
        case Op.NOT_EMPTY:
            return bool(text)

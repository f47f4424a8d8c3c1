"""The values that a template's list validations allow."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.submissions.filling.opened import SheetInfo, TemplateBook
from desktop.submissions.filling.sheet_scan import Area, ListRule
from desktop.submissions.filling.small_parts import reference_of

MAX_VALUES = 20_000


@dataclass(frozen=True)
class Allowed:
    """Values of a list; `values` None: a formula gives them, unknown here. `strict`: Excel refuses others."""

    values: tuple[str, ...] | None
    strict: bool

    def as_listed(self, said: str) -> str | None:
        """The value as the list spells it (without regard to case); None when it is not in the list."""
        if self.values is None or said in self.values:
            return said
        folded = " ".join(said.split()).casefold()
        return next((one for one in self.values if " ".join(one.split()).casefold() == folded), None)


class Lists:
    """The list validations of a book, each read once."""

    def __init__(self, book: TemplateBook) -> None:
        """Nothing is read yet."""
        self._book = book
        self._known: dict[tuple[str, str], tuple[str, ...] | None] = {}

    def at(self, sheet: SheetInfo, row: int, column: int) -> Allowed | None:
        """What the list validation of a cell allows; None where there is none."""
        rule = self._rule(sheet, row, column)
        if rule is None:
            return None
        key = (sheet.part, rule.formula)
        if key not in self._known:
            self._known[key] = self._values(sheet, rule.formula.strip())
        return Allowed(self._known[key], rule.strict)

    def _rule(self, sheet: SheetInfo, row: int, column: int) -> ListRule | None:
        rules = self._book.scan(sheet).lists
        return next((one for one in rules if any(area.holds(row, column) for area in one.areas)), None)

    def _values(self, sheet: SheetInfo, formula: str) -> tuple[str, ...] | None:
        formula = formula.removeprefix("=")
        if formula.startswith('"') and formula.endswith('"') and len(formula) > 1:
            return tuple(one.strip() for one in formula[1:-1].replace('""', '"').split(",") if one.strip())
        found = self._range(sheet, formula)
        if found is None:
            return None
        where, area = found
        if (area.bottom - area.top + 1) * (area.right - area.left + 1) > MAX_VALUES:
            rows = self._book.scan(where).rows
            area = Area(area.top, area.left, min(area.bottom, max(rows, default=0)), area.right)
            if (area.bottom - area.top + 1) * (area.right - area.left + 1) > MAX_VALUES:
                return None
        values: list[str] = []
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                cell = self._book.scan(where).cell(row, column)
                if cell is not None and cell.formula:
                    return None
                said = self._book.text_of(where, row, column)
                if said:
                    values.append(said)
        return tuple(values)

    def _range(self, sheet: SheetInfo, formula: str) -> tuple[SheetInfo, Area] | None:
        place = reference_of(formula, sheet.name)
        if place is None:
            own = self._book.sheets.index(sheet)
            named = [one for one in self._book.names if one.name.casefold() == formula.casefold()]
            named = [one for one in named if one.scope in (None, own)]
            named.sort(key=lambda one: one.scope != own)
            if named and named[0].area is not None:
                place = (named[0].sheet, named[0].area)
        if place is None:
            return None
        where = self._book.sheet(place[0])
        return None if where is None else (where, place[1])

"""What is written where, as it is gathered rule by rule; each cell once, each value in the template's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.errors import FileRefused
from desktop.submissions.filling.cell_values import CellValue, cell_content, value_for
from desktop.submissions.filling.lists import Lists
from desktop.submissions.filling.model import FillProblem, TemplateMapping
from desktop.submissions.filling.opened import SheetInfo, TemplateBook
from desktop.submissions.filling.places import remarks_at, why_not
from desktop.submissions.filling.sheet_scan import Area, Place, coordinate
from desktop.submissions.filling.small_parts import TableInfo
from desktop.submissions.filling.value_rules import ValueRules, Wanted

MAX_PROBLEMS = 500
"""More are not gathered: nobody reads them."""
_EXAMPLES = 5
"""Cells of one column that are named when their values are not in the template's list."""
_LONG = 16_000
"""Characters from which a text is looked at before anything is written; a cell holds twice as many."""


@dataclass
class Broken:
    """Cells whose values break one rule: how many, the first of them, and what would be written there."""

    count: int = 0
    places: list[Place] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass
class SheetPlan:
    """What is written into one sheet. `models` and `styles` as `sheet_writing.written` takes them."""

    values: dict[Place, CellValue] = field(default_factory=dict)
    models: dict[int, int] = field(default_factory=dict)
    styles: dict[Place, int] = field(default_factory=dict)


@dataclass
class Plan:
    """What is written, by sheet; `tables`: Excel tables by their part that grow to a range."""

    sheets: dict[str, SheetPlan] = field(default_factory=dict)
    tables: dict[str, tuple[TableInfo, Area]] = field(default_factory=dict)
    problems: list[FillProblem] = field(default_factory=list)
    cells: int = 0
    rows: int = 0

    @property
    def refused(self) -> tuple[FillProblem, ...]:
        """What stands in the way."""
        return tuple(one for one in self.problems if one.refuses)


class Entries:
    """The plan of one filling, being made."""

    def __init__(self, book: TemplateBook, mapping: TemplateMapping) -> None:
        """Nothing is planned yet."""
        self.book = book
        self.plan = Plan()
        self.lists = Lists(book)
        self._rules = ValueRules(book)
        self._broken: dict[tuple[str, str, Wanted], Broken] = {}
        self._translations = {item: dict(pairs) for item, pairs in mapping.translations}
        self._taken: set[tuple[str, Place]] = set()

    def say(
        self, words: str, place: str = "", *, refuses: bool = True, unlisted: bool = False, breaks_rule: bool = False
    ) -> None:
        """Note a problem (`refuses`) or a remark."""
        if len(self.plan.problems) < MAX_PROBLEMS:
            self.plan.problems.append(FillProblem(words, place, refuses, unlisted, breaks_rule))

    def take(self, sheet: SheetInfo, place: Place, spot: str) -> bool:
        """Whether a cell can be written, by nobody else; says why not."""
        key = (sheet.part, place)
        why = why_not(self.book, sheet, place) or ("is chosen twice" if key in self._taken else "")
        if why:
            self.say(f"{sheet.name}!{coordinate(*place)} {why}.", spot)
            return False
        self._taken.add(key)
        return True

    def remark(self, sheet: SheetInfo, place: Place, spot: str) -> None:
        """Tell what a person should know of a cell that is written."""
        for words in remarks_at(self.book, sheet, place):
            self.say(words, spot, refuses=False)

    def put(
        self, sheet: SheetInfo, place: Place, said: str | int, item: str, spot: str, *, numeric: bool = False
    ) -> None:
        """Write a value; a text that no cell can hold is a problem. `numeric`: digits are a number.

        Values that break a rule of their cells are told by `tell_broken`, together.
        """
        scan = self.book.scan(sheet)
        sheet_plan = self.of(sheet)
        style = sheet_plan.styles.get(place, scan.style(*place))
        value = value_for(said, style, self.book.styles, date_1904=self.book.date_1904, numeric=numeric)
        if len(value.raw) > _LONG:
            try:
                cell_content(value, b"", where=f"Cell {spot}")
            except FileRefused as refusal:
                self.say(refusal.what, spot)
                return
        sheet_plan.values[place] = value
        self.plan.cells += 1
        if scan.rules:
            self._hold_against_rule(value, str(said), item, sheet, place)

    def put_formula(self, sheet: SheetInfo, place: Place, formula: str, style: int) -> None:
        """Write a formula that the template has above."""
        sheet_plan = self.of(sheet)
        sheet_plan.values[place] = CellValue(formula, formula=True)
        sheet_plan.styles[place] = style

    def of(self, sheet: SheetInfo) -> SheetPlan:
        """What is written into a sheet."""
        return self.plan.sheets.setdefault(sheet.part, SheetPlan())

    def listed(self, said: str, item: str, sheet: SheetInfo, place: Place) -> tuple[str, bool]:
        """A value in the template's words, and whether a list validation there has it (True where there is none)."""
        said = self._translations.get(item, {}).get(said, said)
        allowed = self.lists.at(sheet, *place)
        found = said if allowed is None else allowed.as_listed(said)
        return (said, False) if found is None else (found, True)

    def not_listed(self, sheet: SheetInfo, item: str, examples: Sequence[tuple[Place, str]], count: int) -> None:
        """Say that a list does not have these values, `count` of them; it refuses where Excel would."""
        place = examples[0][0]
        allowed = self.lists.at(sheet, *place)
        choices = ", ".join((allowed.values or ())[:8]) if allowed is not None else ""
        texts = list(dict.fromkeys(f"“{said[:60]}”" for _, said in examples))
        cells = ", ".join(coordinate(*one) for one, _ in examples[:_EXAMPLES])
        more = f" and {count - _EXAMPLES:,} more cells" if count > _EXAMPLES else ""
        self.say(
            f"{item}: the template's list does not have {', '.join(texts[:_EXAMPLES])} ({sheet.name}, {cells}{more}). "
            f"It has: {choices}. Say which of its words to use.",
            f"{sheet.name}!{coordinate(*place)}",
            refuses=allowed is None or allowed.strict,
            unlisted=True,
        )

    def _hold_against_rule(self, value: CellValue, said: str, item: str, sheet: SheetInfo, place: Place) -> None:
        wanted = self._rules.at(sheet, *place)
        if wanted is None or wanted.takes(value):
            return
        broken = self._broken.setdefault((sheet.name, item, wanted), Broken())
        broken.count += 1
        if len(broken.places) < _EXAMPLES:
            broken.places.append(place)
        shown = wanted.shown(said, value)
        if len(broken.texts) < _EXAMPLES and shown not in broken.texts:
            broken.texts.append(shown)

    def tell_broken(self) -> None:
        """Say which values break rules of their cells: one sentence for each item and rule. It never refuses.

        Only typing is held back by such a rule; a workbook that came filled is marked by whoever looks.
        """
        for (sheet, item, wanted), broken in self._broken.items():
            cells = ", ".join(coordinate(*one) for one in broken.places)
            more = broken.count - len(broken.places)
            rest = f" and {more:,} more cell{'' if more == 1 else 's'}" if more else ""
            self.say(
                f"{item}: the template takes {wanted.words} ({sheet}, {cells}{rest}), and what would be written is "
                f"{', '.join(broken.texts)}. Change what goes there, or ask the recipient whether it takes it.",
                f"{sheet}!{coordinate(*broken.places[0])}",
                refuses=False,
                breaks_rule=True,
            )
        self._broken.clear()

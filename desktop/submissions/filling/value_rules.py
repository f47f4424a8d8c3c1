"""The rules that a template has for the values of its cells, beside lists: a length, a number, a day.

Only rules of constants are known here; one that a formula or another cell gives is left to Excel.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.excel.cells import visible_text
from desktop.submissions.filling.cell_values import CellValue
from desktop.submissions.filling.opened import SheetInfo, TemplateBook
from desktop.submissions.filling.sheet_scan import ValueRule

_CONSTANT = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,3})?")
_TWO = ("between", "notBetween")

_LENGTHS = {
    "between": "{} to {} characters",
    "notBetween": "fewer than {} or more than {} characters",
    "equal": "exactly {} characters",
    "notEqual": "any number of characters but {}",
    "lessThan": "fewer than {} characters",
    "lessThanOrEqual": "at most {} characters",
    "greaterThan": "more than {} characters",
    "greaterThanOrEqual": "at least {} characters",
}
_NUMBERS = {
    "between": "{what} from {} to {}",
    "notBetween": "{what} below {} or above {}",
    "equal": "{what} that is {}",
    "notEqual": "{what} other than {}",
    "lessThan": "{what} below {}",
    "lessThanOrEqual": "{what} of at most {}",
    "greaterThan": "{what} above {}",
    "greaterThanOrEqual": "{what} of at least {}",
}
_DAYS = {
    "between": "a day from {} to {}",
    "notBetween": "a day before {} or after {}",
    "equal": "the day {}",
    "notEqual": "any day but {}",
    "lessThan": "a day before {}",
    "lessThanOrEqual": "a day up to {}",
    "greaterThan": "a day after {}",
    "greaterThanOrEqual": "a day from {} on",
}
_WORDS = {"textLength": _LENGTHS, "whole": _NUMBERS, "decimal": _NUMBERS, "date": _DAYS}
_WHAT = {"whole": "a whole number", "decimal": "a number"}

_HOLDS: dict[str, Callable[[float, float, float], bool]] = {
    "between": lambda value, low, high: low <= value <= high,
    "notBetween": lambda value, low, high: not low <= value <= high,
    "equal": lambda value, one, _: value == one,
    "notEqual": lambda value, one, _: value != one,
    "lessThan": lambda value, one, _: value < one,
    "lessThanOrEqual": lambda value, one, _: value <= one,
    "greaterThan": lambda value, one, _: value > one,
    "greaterThanOrEqual": lambda value, one, _: value >= one,
}


@dataclass(frozen=True)
class Wanted:
    """What a cell takes. `words`: at most 10 characters; `low` and `high` are its constants."""

    kind: str
    operator: str
    low: float
    high: float
    words: str

    def takes(self, value: CellValue) -> bool:
        """Whether what is to be written keeps the rule; a text is no number and no day."""
        if self.kind == "textLength":
            return self._holds(_length(value))
        if not value.number:
            return False
        number = float(value.raw)
        return (self.kind != "whole" or number.is_integer()) and self._holds(number)

    def shown(self, said: str, value: CellValue) -> str:
        """What would be written, with what of it the rule is about: “SAMPLE-RTTM-0001” (16 characters)."""
        if self.kind == "textLength":
            length = _length(value)
            what = f" ({length:,} character{'' if length == 1 else 's'})"
        else:
            what = "" if value.number else " (a text)"
        return f"“{said[:60]}{'…' if len(said) > 60 else ''}”{what}"

    def _holds(self, number: float) -> bool:
        return _HOLDS[self.operator](number, self.low, self.high)


class ValueRules:
    """The rules of a book, each worked out once."""

    def __init__(self, book: TemplateBook) -> None:
        """Nothing is read yet."""
        self._book = book
        self._known: dict[int, Wanted | None] = {}

    def at(self, sheet: SheetInfo, row: int, column: int) -> Wanted | None:
        """What a cell takes; None where no rule of constants is."""
        rules = self._book.scan(sheet).rules
        rule = next((one for one in rules if any(area.holds(row, column) for area in one.areas)), None)
        if rule is None:
            return None
        if id(rule) not in self._known:  # by id: it lives as long as the book, and may have thousands of ranges
            self._known[id(rule)] = _wanted(rule, date_1904=self._book.date_1904)
        return self._known[id(rule)]


def _wanted(rule: ValueRule, *, date_1904: bool) -> Wanted | None:
    """What a rule wants; None for one of another kind, or whose ends are not constants."""
    words = _WORDS.get(rule.kind, {}).get(rule.operator)
    low = _constant(rule.first)
    high = _constant(rule.second) if rule.operator in _TWO else low
    if words is None or low is None or high is None:
        return None
    ends = [_day(one, date_1904=date_1904) if rule.kind == "date" else _figure(one) for one in (low, high)]
    said = words.format(*ends, what=_WHAT.get(rule.kind, ""))
    if rule.kind == "textLength" and high == 1:
        said = said.replace("characters", "character")
    return Wanted(rule.kind, rule.operator, low, high, said)


def _constant(formula: str) -> float | None:
    text = formula.strip().removeprefix("=").strip()
    number = float(text) if _CONSTANT.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def _length(value: CellValue) -> int:
    """The length as Excel counts it: in units of UTF-16."""
    text = value.raw if value.number else visible_text(value.raw)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _figure(number: float) -> str:
    return f"{int(number):,}" if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"


def _day(number: float, *, date_1904: bool) -> str:
    """The day of a number, as we write days; the number where Excel has no day for it."""
    zero = datetime(1904, 1, 1) if date_1904 else datetime(1899, 12, 30)
    try:
        moment = zero + timedelta(days=number)
    except OverflowError:
        return _figure(number)
    if number < 0:
        return _figure(number)
    return moment.date().isoformat() if number.is_integer() else f"{moment:%Y-%m-%d %H:%M}"

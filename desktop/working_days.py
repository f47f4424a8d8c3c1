"""Working days: Monday to Friday without the bank holidays of England and Wales, or of Scotland, or of both.

A deadline that is so many working days before or after a day is a day, never a moment: neither the time zone nor
summer time can move it. Bank holidays come from the package `holidays`, substitute days and one-off holidays that were
announced when it was released included; a day that was announced later, or that the organisation closes, is added by
the person (`closed`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

_WEEK = 5
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
LONGEST = 2_600
"""Most working days that one step may be long: about ten years."""


class Calendar(StrEnum):
    """Whose bank holidays count. The values stand in workspaces: never change one."""

    ENGLAND_WALES = "england_wales"
    SCOTLAND = "scotland"
    BOTH = "both"
    """A day is a working day only if it is one in England and Wales and in Scotland."""

    @property
    def title(self) -> str:  # type: ignore[override]  # not the method of str
        """For people."""
        return {
            "england_wales": "England and Wales",
            "scotland": "Scotland",
            "both": "Great Britain: a day counts if it is a working day in both",
        }[self.value]


DEFAULT = Calendar.ENGLAND_WALES
"""The Code Bodies and the programme, who receive what is due, are English organisations (our choice, not a rule)."""

_SUBDIVISIONS = {Calendar.ENGLAND_WALES: ("ENG",), Calendar.SCOTLAND: ("SCT",), Calendar.BOTH: ("ENG", "SCT")}


@cache
def bank_holidays(calendar: Calendar, year: int) -> frozenset[date]:
    """The bank holidays of a year that would be weekdays otherwise, substitute days included."""
    from holidays.countries.united_kingdom import UnitedKingdom  # by its module: a frozen app finds it

    days: set[date] = set()
    for part in _SUBDIVISIONS[calendar]:
        days.update(UnitedKingdom(subdiv=part, years=year))  # type: ignore[no-untyped-call]
    return frozenset(day for day in days if day.year == year and day.weekday() < _SATURDAY)


@dataclass(frozen=True)
class WorkingDays:
    """The working days of one calendar, without days that are closed besides its bank holidays."""

    calendar: Calendar = DEFAULT
    closed: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether it is a working day."""
        return (
            day.weekday() < _SATURDAY and day not in bank_holidays(self.calendar, day.year) and day not in self.closed
        )

    def next(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The `count`th working day after a day, or before it when negative; 0 is the day itself, whatever it is.

        Raises ValueError for more than `LONGEST`, OverflowError beyond the calendar of Python.
        """
        if abs(count) > LONGEST:
            raise ValueError(f"{count} working days are more than {LONGEST}")
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days `end` lies after `start`: `start` is not counted, `end` is; negative when before it.

        So `between(day, add(day, n)) == n` for every day and every n.
        """
        if end < start:
            return -self._count(end, start - _ONE_DAY)
        return self._count(start + _ONE_DAY, end) if end > start else 0

    def late(self, due: date, done: date) -> int:
        """By how many working days something is late that was due on one day and done on another; 0 = in time.

        What is done on no working day counts as done on the next one, so that nothing is late by nothing: due on a
        Friday and done on the Saturday after is 1 working day late.
        """
        return self.between(due, self.next(done)) if done > due else 0

    def _count(self, first: date, last: date) -> int:
        """Working days from `first` through `last`, by whole weeks, so that decades take no longer than days."""
        if last < first:
            return 0
        days = (last - first).days + 1
        weeks, rest = divmod(days, 7)
        count = weeks * _WEEK + sum((first.weekday() + more) % 7 < _SATURDAY for more in range(rest))
        off = {day for year in range(first.year, last.year + 1) for day in bank_holidays(self.calendar, year)}
        off.update(day for day in self.closed if day.weekday() < _SATURDAY)
        return count - sum(first <= day <= last for day in off)


def closed_days(texts: Iterable[str]) -> frozenset[date]:
    """Days from ISO texts, as the settings keep them; a text that is no day is passed over."""
    days = set()
    for text in texts:
        try:
            days.add(date.fromisoformat(text))
        except ValueError:
            continue
    return frozenset(days)

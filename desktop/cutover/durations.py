"""How long something takes, as people and runbooks write it.

Working days (wd) are counted in the workspace's calendar, days (d) in the calendar on the wall; hours and minutes run
by the clock, nights and weekends included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from desktop.errors import InvalidInput
from desktop.working_days import LONGEST

UNITS = ("wd", "d", "h", "min")
WAYS = "2 wd, 3 days, 4 h, 90 min or 1h 30m"
"""What to write, for sentences."""

_WORDS = {
    "wd": ("wd", "wds", "working day", "working days", "workday", "workdays", "business day", "business days", "bd"),
    "d": ("d", "day", "days", "calendar day", "calendar days", "ed", "eday", "edays"),
    "w": ("w", "wk", "wks", "week", "weeks", "ew", "eweek", "eweeks"),
    "h": ("h", "hr", "hrs", "hour", "hours", "eh", "ehr", "ehrs"),
    "min": ("min", "mins", "minute", "minutes", "m", "emin", "emins", "em"),
}  # the words with e are the elapsed times of Microsoft Project
_UNIT_OF = {word: unit for unit, words in _WORDS.items() for word in words}
_MINUTES = {"min": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
_MOST = {"wd": LONGEST, "d": 3_660, "h": 87_840, "min": 5_270_400}
"""About ten years of each: more is a slip of the keyboard."""
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+(?: days?)?)\.?(?:,|\s|and\b)*", re.ASCII)
_CLOCK = re.compile(r"(\d{1,5}):(\d{2})(?::\d{2})?", re.ASCII)
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Duration:
    """A number of working days (wd), days (d), hours (h) or minutes (min)."""

    count: int
    unit: str

    @property
    def text(self) -> str:
        """As it is kept: 2 wd; no time is 0."""
        return f"{self.count} {self.unit}" if self.count else "0"

    @property
    def words(self) -> str:
        """For people: 2 working days, 1 hour, no time."""
        if not self.count:
            return "no time"
        one = {"wd": "working day", "d": "day", "h": "hour", "min": "minute"}[self.unit]
        if self.unit == "min" and self.count > 60:
            hours, minutes = divmod(self.count, 60)
            rest = f" {Duration(minutes, 'min').words}" if minutes else ""
            return f"{Duration(hours, 'h').words}{rest}"
        return f"{self.count:,} {one}{'' if self.count == 1 else 's'}"

    @property
    def by_the_clock(self) -> bool:
        """Hours and minutes run by the clock; days are whole ones."""
        return self.unit in ("h", "min")


NO_TIME = Duration(0, "wd")


def read_duration(text: str, bare: str = "") -> Duration:
    """A duration as people write it: 2 wd, 2 working days, 3 days, 1 week (7 days), 4h, 90 min, 1h 30m, 01:30, 0.

    A bare number is of the unit `bare`. Raises InvalidInput (field `duration`) with what to write; a bare number
    without `bare` raises it too, saying that it needs a unit.
    """
    plain = " ".join(text.casefold().split())
    if _NUMBER.fullmatch(plain):
        if not Decimal(plain):
            return NO_TIME
        if not bare:
            raise InvalidInput(
                f"“{_short(text)}” needs a unit.",
                todo=f"Write “{_short(plain)} wd” for working days, or d, h or min for days, hours or minutes.",
                field="duration",
            )
        return _of(text, [(Decimal(plain), bare)])
    if found := _CLOCK.fullmatch(plain):
        return _of(text, [(Decimal(found[1]), "h"), (Decimal(found[2]), "min")])
    parts, place = [], 0
    while found := _PART.match(plain, place):
        unit = _UNIT_OF.get(found[2])
        if unit is None:
            break
        parts.append((Decimal(found[1]), unit))
        place = found.end()
    if not parts or place < len(plain):
        raise _unreadable(text)
    return _of(text, parts)


def _of(text: str, parts: list[tuple[Decimal, str]]) -> Duration:
    """One duration of numbers with their units. Raises InvalidInput."""
    units = [unit for _count, unit in parts]
    if len(set(units)) < len(units) or any(count > 10_000_000 for count, _unit in parts):
        raise _unreadable(text)
    if units == ["wd"] or (units in (["d"], ["h"], ["min"]) and parts[0][0] == int(parts[0][0])):
        count, unit = parts[0]  # as it was said: 120 min stay minutes
    elif "wd" in units:
        raise InvalidInput(
            f"“{_short(text)}” mixes working days with other units.", todo=f"Write {WAYS}.", field="duration"
        )
    else:
        minutes = sum((count * _MINUTES[unit] for count, unit in parts), Decimal())
        whole_days = set(units) <= {"d", "w"}
        unit = "d" if whole_days else "min" if minutes % 60 else "h"
        count = minutes / _MINUTES[unit]
    if count != int(count):
        raise InvalidInput(
            f"“{_short(text)}” is no whole number of {'days' if unit in ('d', 'wd') else 'minutes'}.",
            todo="Write whole days; parts of a day in hours or minutes.",
            field="duration",
        )
    if count > _MOST[unit]:
        raise InvalidInput(f"“{_short(text)}” is longer than ten years.", field="duration")
    return Duration(int(count), unit) if count else NO_TIME


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput(f"“{_short(text)}” is no duration.", todo=f"Write {WAYS}.", field="duration")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"

"""The time axis of the timeline: where a moment stands, and which lines and labels the header has at a zoom.

The axis shows what clocks in Great Britain show: every day is 24 hours wide, those too on which the clocks change, so
that days stay days and no bar begins an hour beside its time. Times are naive datetimes of that clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desktop.cutover.ends import EARLIEST, LATEST
from desktop.uk_time import Moment
from desktop.working_days import WorkingDays

DAY = timedelta(days=1)
MOST_PER_DAY = 24 * 120.0
"""Pixels of a day at the closest zoom, at 96 dots an inch: a minute is two pixels wide."""
_NOON = time(12)
_MIDNIGHT = time()


def begins(moment: Moment) -> datetime:
    """Where a bar starts that begins then."""
    return datetime.combine(_within(moment.day), moment.time or _MIDNIGHT)


def ends(moment: Moment) -> datetime:
    """Where a bar stops that ends then: after the whole day when no time is said."""
    return begins(moment) if moment.time is not None else begins(moment) + DAY


def happens(moment: Moment) -> datetime:
    """Where something stands that takes no time: in the middle of its day when no time is said."""
    return of_day(moment.day) if moment.time is None else begins(moment)


def of_day(day: date) -> datetime:
    """The middle of a day: where the line of a milestone stands."""
    return datetime.combine(_within(day), _NOON)


def _within(day: date) -> date:
    """A day that a plan can reach; a slip of the keyboard (the year 9205) stands at the edge."""
    return min(max(day, EARLIEST), LATEST)


@dataclass(frozen=True)
class Scale:
    """Pixels and times: `origin` stands at 0."""

    origin: datetime
    per_day: float

    def x(self, at: datetime) -> float:
        """Where a time stands."""
        return (at - self.origin) / DAY * self.per_day

    def at(self, x: float) -> datetime:
        """Which time stands there. Held within what Python's calendar knows."""
        try:
            return self.origin + DAY * (x / self.per_day)
        except OverflowError:
            return datetime.max if x > 0 else datetime.min


@dataclass(frozen=True)
class Step:
    """One grain of the header. `need`: the characters of a label; `unit` and `count`: how far to the next line."""

    unit: str
    count: int
    need: float
    days: float
    """How long one is, about."""


STEPS = (
    Step("hour", 1, 7, 1 / 24),
    Step("hour", 2, 7, 2 / 24),
    Step("hour", 3, 7, 3 / 24),
    Step("hour", 6, 7, 6 / 24),
    Step("hour", 12, 7, 12 / 24),
    Step("day", 1, 4, 1),
    Step("week", 1, 8, 7),
    Step("month", 1, 5.5, 30.4),
    Step("month", 3, 5.5, 91.3),
    Step("year", 1, 6, 365.25),
    Step("year", 10, 6, 3652.5),
)
"""Finest first."""
_OVER = {"hour": Step("day", 1, 0, 1), "day": Step("month", 1, 0, 30.4), "week": Step("month", 1, 0, 30.4),
         "month": Step("year", 1, 0, 365.25)}  # fmt: skip


@dataclass(frozen=True)
class Tick:
    """A line of the header with what it is called up to the next one: in full, and shorter where that has no room."""

    at: datetime
    until: datetime
    label: str
    shorter: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ticks:
    """Both lines of the header, for a part of the axis. `upper` is empty where years are the finest grain."""

    step: Step
    upper: tuple[Tick, ...]
    lower: tuple[Tick, ...]


def step_for(per_day: float, character: float) -> Step:
    """The finest grain whose labels have room."""
    return next((one for one in STEPS if one.days * per_day >= one.need * character), STEPS[-1])


def ticks(scale: Scale, left: float, right: float, character: float) -> Ticks:
    """The header between two places. `character`: the width of an average one."""
    step = step_for(scale.per_day, character)
    first, last = scale.at(left), scale.at(right)
    wide = step.days * scale.per_day >= 8 * character
    over = _OVER.get(step.unit)
    upper = tuple(Tick(a, b, *_over_labels(over.unit, a)) for a, b in _lines(over, first, last)) if over else ()
    lower = tuple(Tick(a, b, _label(step, a, wide=wide)) for a, b in _lines(step, first, last))
    return Ticks(step, upper, lower)


def resting(scale: Scale, left: float, right: float, days: WorkingDays) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of days that are no working days between two places."""
    day, last = scale.at(left).date(), scale.at(right).date()
    began: date | None = None
    while day <= last:
        if not days.is_working(day):
            began = began or day
        elif began:
            yield datetime.combine(began, _MIDNIGHT), datetime.combine(day, _MIDNIGHT)
            began = None
        if day == date.max:
            return
        day += DAY
    if began:
        yield datetime.combine(began, _MIDNIGHT), datetime.combine(day, _MIDNIGHT)


def _lines(step: Step, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    try:
        at = _aligned(step, first)
        while at <= last:
            following = _next(step, at)
            yield at, following
            at = following
    except (OverflowError, ValueError):  # the end of Python's calendar
        return


def _aligned(step: Step, at: datetime) -> datetime:
    day = datetime.combine(at.date(), _MIDNIGHT)
    match step.unit:
        case "hour":
            return day + timedelta(hours=at.hour // step.count * step.count)
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1, month=(day.month - 1) // step.count * step.count + 1)
        case _:
            return day.replace(day=1, month=1, year=max(1, day.year // step.count * step.count))


def _next(step: Step, at: datetime) -> datetime:
    match step.unit:
        case "hour":
            return at + timedelta(hours=step.count)
        case "day":
            return at + DAY
        case "week":
            return at + 7 * DAY
        case "month":
            month = at.month + step.count
            return at.replace(year=at.year + (month > 12), month=month - 12 if month > 12 else month)
        case _:
            return at.replace(year=at.year + step.count)


def _label(step: Step, at: datetime, *, wide: bool) -> str:
    match step.unit:
        case "hour":
            return f"{at:%H:%M}"
        case "day":
            return f"{at:%a} {at.day}" if wide else f"{at.day}"
        case "week":
            return f"w/c {at.day}"
        case "month":
            return f"{at:%b}" if step.count == 1 else f"{at:%b}–{at + 63 * DAY:%b}" if wide else f"Q{at.month // 3 + 1}"
        case _:
            return f"{at.year}"


def _over_labels(unit: str, at: datetime) -> tuple[str, tuple[str, ...]]:
    match unit:
        case "day":
            return f"{at:%a} {at.day} {at:%b %Y}", (f"{at:%a} {at.day} {at:%b}", f"{at.day} {at:%b}", f"{at.day}")
        case "month":
            return f"{at:%B %Y}", (f"{at:%b %Y}", f"{at:%b}")
        case _:
            return f"{at.year}", ()

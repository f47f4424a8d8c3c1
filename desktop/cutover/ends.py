"""Where one activity ends and the next may begin, in whole days and by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desktop.cutover.durations import Duration
from desktop.uk_time import Moment, moment_at
from desktop.working_days import WorkingDays

DAY_BEGINS = time(9)
"""When what runs by the clock begins after whole days, or on a day without a time: nobody has said when, and people who
have to be there are not at work before it. Who begins at midnight says so (a start with a time)."""
DAY_ENDS = time(17)
"""When a day's work is held to end against a due time: due at 17:00 it is in time, due at noon it is not."""
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
"""No plan reaches beyond; what would (a chain of slips of the keyboard) stops on the day after instead of failing, and
says so."""
BEYOND = f"beyond {LATEST.year}"
"""What is said of a moment that the plan does not reach."""

_ONE_DAY = timedelta(days=1)
_STOP = LATEST + _ONE_DAY


@dataclass(frozen=True, slots=True)
class End:
    """An end as those who wait for it need it."""

    shown: Moment
    """As people read it: the last day of work, or the time."""
    until: datetime
    """The instant at which it has ended."""
    day: date
    """The first day that is wholly left for others."""
    at: datetime
    """From when others may go on by the clock."""

    @property
    def uses_the_day(self) -> bool:
        """Whether the day that is shown is used up: the end of a day's work, no milestone on the day."""
        return self.day > self.shown.day


class Grid:
    """The days and instants of one calendar, looked up once each."""

    def __init__(self, days: WorkingDays) -> None:
        self._days = days
        self._next: dict[date, date] = {}
        self._last: dict[date, date] = {}
        self._midnight: dict[date, datetime] = {}

    # -- days ----------------------------------------------------------------------------------------------------------

    def working_from(self, day: date) -> date:
        """The day itself if it is a working day, else the first after it."""
        found = self._next.get(day)
        if found is None:
            found = self._next[day] = self._days.next(min(day, _STOP))
        return found

    def working_by(self, day: date) -> date:
        """The day itself if it is a working day, else the last before it."""
        found = self._last.get(day)
        if found is None:
            found = max(day, EARLIEST)
            while not self._days.is_working(found):
                found -= _ONE_DAY
            self._last[day] = found
        return found

    def plus(self, day: date, count: int, unit: str) -> date:
        """So many days or working days (wd) after a day, before it when negative."""
        if unit == "d":
            number = day.toordinal() + count
            return date.fromordinal(min(max(number, EARLIEST.toordinal()), _STOP.toordinal()))
        for _ in range(abs(count)):
            if not EARLIEST < day < _STOP:
                break
            day = self.working_from(day + _ONE_DAY) if count > 0 else self.working_by(day - _ONE_DAY)
        return day

    def first(self, day: date, unit: str) -> date:
        """The first day from this one that work of whole days may begin on."""
        return self.working_from(day) if unit == "wd" else day

    # -- instants ------------------------------------------------------------------------------------------------------

    def midnight(self, day: date) -> datetime:
        """The instant at which a day begins."""
        found = self._midnight.get(day)
        if found is None:
            found = self._midnight[day] = Moment(day).start()
        return found

    def instant(self, moment: Moment) -> datetime:
        """When what runs by the clock begins: the time, or the beginning of the working hours of a whole day."""
        return moment.start() if moment.time is not None else Moment(moment.day, DAY_BEGINS).start()

    def after(self, instant: datetime, minutes: int) -> datetime:
        """So many minutes later, as clocks run."""
        return min(instant + timedelta(minutes=minutes), self.midnight(_STOP))

    # -- ends ----------------------------------------------------------------------------------------------------------

    def end_of(self, day: date) -> End:
        """A day's work has ended."""
        left = day + _ONE_DAY
        return End(Moment(day), self.midnight(left), left, Moment(left, DAY_BEGINS).start())

    def on(self, day: date) -> End:
        """Something is reached on a day, which takes nothing of it."""
        return End(Moment(day), self.midnight(day), day, Moment(day, DAY_BEGINS).start())

    def at(self, instant: datetime) -> End:
        """Something ends by the clock; of that day nothing whole is left, except at midnight."""
        shown = moment_at(instant)
        left = shown.day if instant <= self.midnight(shown.day) else shown.day + _ONE_DAY
        return End(shown, instant, left, instant)

    def point(self, moment: Moment) -> End:
        """Something is reached on a day, or at a time."""
        return self.on(moment.day) if moment.time is None else self.at(moment.start())

    def lagged(self, end: End, lag: Duration | None) -> End:
        """An end, so much later."""
        if lag is None or not lag.count:
            return end
        if lag.by_the_clock:
            return self.at(self.after(end.at, lag.count * (60 if lag.unit == "h" else 1)))
        day = self.plus(end.shown.day, lag.count, lag.unit)
        if end.shown.time is not None:
            return self.at(Moment(day, end.shown.time).start())
        return self.end_of(day) if end.uses_the_day else self.on(day)


def is_beyond(moment: Moment | None) -> bool:
    """Whether a plan stopped there because it would run beyond its last year."""
    return moment is not None and moment.day > LATEST


def end_words(moment: Moment) -> str:
    """An end for people; of one that the plan does not reach, that it lies beyond."""
    return BEYOND if is_beyond(moment) else moment.words


def ends_after(finish: Moment, due: Moment) -> bool:
    """Whether something that ends then ends after it is due; a day's work is held to end at `DAY_ENDS`."""
    if finish.time is None and due.time is not None:
        return Moment(finish.day, DAY_ENDS).start() > due.start()
    return finish.end() > due.end()


def ready_after(finished: Moment, lag: Duration | None, days: WorkingDays) -> Moment:
    """From when on something may begin that waits for what was finished then."""
    grid = Grid(days)
    end = grid.lagged(grid.point(finished), lag)
    return Moment(end.day) if end.shown.time is None else moment_at(end.at)

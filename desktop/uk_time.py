"""Moments as a plan has them: a day, or a day with the time that clocks show in Great Britain.

Everything is kept as it was said (2026-10-25, 2026-10-25T01:30), never as an instant: no time zone of a computer, no
clock change and no summer time moves it. Only where hours are counted, or a calendar file is written, a moment becomes an
instant, by the rules of Europe/London.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True)
class Moment:
    """A day, or a time of it to the minute (UK civil time). `time` None: the whole day."""

    day: date
    time: time | None = None

    @property
    def text(self) -> str:
        """As it is kept: 2026-10-25 or 2026-10-25T01:30; texts of one grain sort as they follow."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """For people: 25 Oct 2026, or 25 Oct 2026 01:30."""
        raise NotImplementedError

    def start(self) -> datetime:
        """The instant (UTC, aware) at which it begins: the time, or midnight in Great Britain of the whole day.

        Of a time that clocks show twice, the first; one that they leave out is one hour later (01:30 on the last Sunday
        of March is 02:30).
        """
        raise NotImplementedError

    def end(self) -> datetime:
        """The instant at which it has passed: the time itself, or the midnight after the whole day."""
        raise NotImplementedError


def read_moment(text: str) -> Moment | None:
    """A moment as people and spreadsheets write it: any day that desktop/typed_days.py reads, alone or with a time

    (22:30, 22:30:00, T22:30, 10:30 pm) after it; None for what is none. Seconds are cut. Midnight at the end of a cell
    that a spreadsheet wrote (2026-10-25 00:00:00) is the whole day.
    """
    raise NotImplementedError


def parse_moment(text: str) -> Moment | None:
    """A moment as it is kept; None for ''."""
    raise NotImplementedError


def civil(instant: datetime) -> tuple[date, time]:
    """Day and time that clocks show in Great Britain at an instant (aware)."""
    raise NotImplementedError

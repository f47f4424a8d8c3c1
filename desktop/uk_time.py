"""Moments as a plan has them: a day, or a day with the time that clocks show in Great Britain.

Everything is kept as it was said (2026-10-25, 2026-10-25T01:30), never as an instant: no time zone of a computer, no
clock change and no summer time moves it. Only where hours are counted, or a calendar file is written, a moment becomes
an instant, by the rules of Europe/London.

In the night in which clocks go back they show one hour twice. A time of it alone is the first (summer time); the second
is written with GMT (2026-10-25 01:30 GMT) and kept as 2026-10-25T01h30 GMT, which sorts after every time of the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desktop import typed_days

LONDON = ZoneInfo("Europe/London")
"""Whose clocks count."""
WAYS = "2026-10-24, 24/10/2026 22:30 or 24 Oct 2026 10:30 pm"
"""What to write, for sentences."""

_ONE_DAY = timedelta(days=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?)?(?:\s*(?P<half>[ap])\.?m\.?)?"
_DAY_AND_TIME = re.compile(
    rf"(?P<day>.+?)(?:,?\s+|(?<=\d)T){_CLOCK}(?:\s*(?P<zone>GMT|BST)(?:\s*\((?:the )?(?:first|second) time\))?)?",
    re.ASCII | re.IGNORECASE,
)
_KEPT_SECOND = re.compile(r"(\d{4}-\d\d-\d\dT\d\d)h(\d\d) GMT", re.ASCII)


@dataclass(frozen=True)
class Moment:
    """A day, or a time of it to the minute (UK civil time). `time` None: the whole day.

    `second`: of a time that clocks show twice, the second (GMT). Said of any other time it is a ValueError.
    """

    day: date
    time: time | None = None
    second: bool = False

    def __post_init__(self) -> None:
        """Hold a second time to be one."""
        if self.second and not (self.time is not None and shown_twice(self.day, self.time)):
            raise ValueError(f"clocks do not show {self.time} twice on {self.day}")

    @property
    def text(self) -> str:
        """As it is kept: 2026-10-25, 2026-10-25T01:30, 2026-10-25T01h30 GMT; of one grain they sort as they follow."""
        if self.time is None:
            return self.day.isoformat()
        return (
            f"{self.day.isoformat()}T{self.time:%Hh%M} GMT" if self.second else f"{self.day.isoformat()}T{self.clock}"
        )

    @property
    def cell(self) -> str:
        """As it stands in a cell of a file: 2026-10-25, 2026-10-25 01:30, 2026-10-25 01:30 GMT."""
        return f"{self.day.isoformat()} {self.clock}".rstrip()

    @property
    def clock(self) -> str:
        """The time alone, as it is shown: 01:30, 01:30 GMT; '' of a whole day."""
        return f"{self.time:%H:%M}{' GMT' if self.second else ''}" if self.time is not None else ""

    @property
    def words(self) -> str:
        """For people: 25 Oct 2026, 25 Oct 2026 01:30, or 25 Oct 2026 01:30 GMT (the second time)."""
        day = f"{self.day.day} {_MONTHS[self.day.month - 1]} {self.day.year}"
        return f"{day} {self.clock}".rstrip() + (" (the second time)" if self.second else "")

    def start(self) -> datetime:
        """The instant (UTC, aware) at which it begins: the time, or midnight in Great Britain of the whole day.

        Of a time that clocks show twice, the first, unless `second`; one that they leave out is one hour later (01:30
        on the last Sunday of March is 02:30).
        """
        return _instant(self.day, self.time or time(), second=self.second)

    def end(self) -> datetime:
        """The instant at which it has passed: the time itself, or the midnight after the whole day."""
        return self.start() if self.time is not None else _instant(self.day + _ONE_DAY, time())


def _instant(day: date, at: time, *, second: bool = False) -> datetime:
    # fold 0 takes the first of a time shown twice, and of one left out the offset before the change: an hour later
    shown = at.replace(second=0, microsecond=0, fold=int(second))
    return datetime.combine(day, shown, LONDON).astimezone(UTC)


def shown_twice(day: date, at: time) -> bool:
    """Whether clocks show this time twice on this day: in the night in which they go back."""
    # The later of two is an hour on; in spring, when a time is left out, the two readings stand the other way round.
    return _instant(day, at, second=True) > _instant(day, at)


def read_moment(text: str) -> Moment | None:
    """A moment as people and spreadsheets write it; None for what is none.

    Any day that desktop/typed_days.py reads, alone or with a time after it: 22:30, 22:30:00, T22:30, 10:30 pm, 24:00.
    Seconds are cut. Midnight at the end of a cell that a spreadsheet wrote (2026-10-25 00:00:00) is the whole day. A
    time zone after the time is not read: what speaks of another clock must not be taken for this one. Only of a time
    that clocks show twice GMT and BST say which is meant (2026-10-25 01:30 GMT).
    """
    text = " ".join(text.split())
    if _KEPT_SECOND.fullmatch(text):
        text = _KEPT_SECOND.sub(r"\1:\2 GMT", text)
    if (day := typed_days.read_day(text)) is not None:
        return Moment(day)
    found = _DAY_AND_TIME.fullmatch(text)
    if found is None or (day := typed_days.read_day(found["day"])) is None:
        return None
    moment = _with_time(day, found)
    zone = (found["zone"] or "").upper()
    if not zone or moment is None:
        return moment
    if moment.time is None or not shown_twice(moment.day, moment.time):
        return None
    return Moment(moment.day, moment.time, second=zone == "GMT")


def _with_time(day: date, parts: re.Match[str]) -> Moment | None:
    hour, minute, second = int(parts["hour"]), int(parts["minute"] or 0), int(parts["second"] or 0)
    half = (parts["half"] or "").casefold()
    if minute > 59 or second > 59 or (parts["minute"] is None and not half):  # a bare number is no time
        return None
    if half:
        return Moment(day, time(hour % 12 + (12 if half == "p" else 0), minute)) if 1 <= hour <= 12 else None
    if (hour, minute) == (0, 0) and parts["second"]:
        return Moment(day)
    if (hour, minute) == (24, 0):
        return Moment(day + _ONE_DAY, time()) if day < date.max else None
    return Moment(day, time(hour, minute)) if hour < 24 else None


def parse_moment(text: str) -> Moment | None:
    """A moment as it is kept; None for ''. Raises ValueError for what was never kept."""
    if not text:
        return None
    day, mark, at = text.partition("T")
    if _KEPT_SECOND.fullmatch(text):
        on, clock = date.fromisoformat(day), time.fromisoformat(at[:5].replace("h", ":"))
        return Moment(on, clock, second=shown_twice(on, clock))  # the law may have let the clocks be since
    return Moment(date.fromisoformat(day), time.fromisoformat(at) if mark else None)


def civil(instant: datetime) -> tuple[date, time]:
    """Day and time that clocks show in Great Britain at an instant (aware), to the minute."""
    shown = instant.astimezone(LONDON)
    return shown.date(), time(shown.hour, shown.minute)


def moment_at(instant: datetime) -> Moment:
    """The same as a moment: to the minute, as clocks show it, and which of the two where they show it twice."""
    day, at = civil(instant)
    return Moment(day, at, second=bool(instant.astimezone(LONDON).fold))

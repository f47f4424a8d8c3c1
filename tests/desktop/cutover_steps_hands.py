"""What tests of the schedule share: steps and windows written in a line."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.cutover.model import ActivityType, Window
from desktop.cutover.schedule import Duration, Scheduled, Step, read_duration, schedule
from desktop.uk_time import parse_moment
from desktop.working_days import WorkingDays

TASK, MILESTONE, GO = ActivityType.TASK, ActivityType.MILESTONE, ActivityType.GO_NO_GO


def step(number: int, duration: str = "", *after: int | tuple[int, str], kind: ActivityType = TASK, **moments) -> Step:
    """A step after others (a number, or number and lag); `moments` are texts as they are kept."""
    not_needed = moments.pop("not_needed", False)
    of = {name: parse_moment(moments.get(name, "")) for name in ("start", "due", "started", "finished")}
    links = tuple((one, None) if isinstance(one, int) else (one[0], lag(one[1])) for one in after)
    return Step(number, kind, lag(duration), of["start"], of["due"], links, of["started"], of["finished"], not_needed)


def lag(text: str) -> Duration | None:
    """A duration; '' is none."""
    return read_duration(text) if text else None


def planned(*steps: Step, now: str = "2026-01-01", days: WorkingDays | None = None) -> list[str]:
    """The planned windows in words: 2026-10-22 .. 2026-10-23."""
    return [words(one.planned) for one in scheduled(steps, now, days).values()]


def forecast(*steps: Step, now: str, days: WorkingDays | None = None) -> list[str]:
    """The windows as it looks."""
    return [words(one.forecast) for one in scheduled(steps, now, days).values()]


def scheduled(steps: Sequence[Step], now: str, days: WorkingDays | None = None) -> dict[int, Scheduled]:
    """The schedule at a moment."""
    moment = parse_moment(now)
    assert moment is not None
    return dict(schedule(steps, days or WorkingDays(), moment.start()))


def words(window: Window) -> str:
    """A window in a line."""
    start, finish = (one.text if one else "none" for one in (window.start, window.finish))
    return start if start == finish else f"{start} .. {finish}"

"""When each activity is planned, how it looks now, and which chain decides the end. No database, no clock.

The rules (docs/decisions/0010):
- Days are whole working days of the workspace's calendar; hours and minutes run by the clock, nights and weekends
  included, as a cutover weekend does. See `Duration`.
- An activity begins at its own start, and not before everything it waits for has ended (plus the lag).
- Without a start of its own and without predecessors it is planned so that it ends when it is due. Milestones and
  go/no-go decisions with a due moment happen then, or later when what they wait for ends later.
- With neither it has no day.
- The forecast is the same with actual moments put in, and nothing that has not happened before `now`.
- The chain that decides the end: from the activity that ends last (by the forecast), back along what made each begin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.cutover.model import ActivityType, Window
from desktop.uk_time import Moment
from desktop.working_days import WorkingDays


@dataclass(frozen=True)
class Duration:
    """A number of working days (wd), days (d), hours (h) or minutes (min)."""

    count: int
    unit: str

    @property
    def text(self) -> str:
        """As it is kept: 2 wd."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """For people: 2 working days, 1 hour, no time."""
        raise NotImplementedError


UNITS = ("wd", "d", "h", "min")


def read_duration(text: str, bare: str = "") -> Duration:
    """A duration as people write it: 2 wd, 2 working days, 3 days, 4h, 90 min, 1h 30m, 01:30, 0.

    A bare number is of the unit `bare`. Raises InvalidInput (field `duration`) with what to write; a bare number without
    `bare` raises it too, saying that it needs a unit.
    """
    raise NotImplementedError


def read_predecessors(text: str) -> tuple[tuple[str, str], ...]:
    """(key, lag) of each: separated by comma, semicolon, bar or line end; `T-001`, `T-001 FS`, `T-001 + 2 wd`,

    `T-001FS+4h`. Only finish to start is known: SS, FF, SF and negative lags raise InvalidInput saying so.
    """
    raise NotImplementedError


def predecessors_text(predecessors: Sequence[tuple[str, str]]) -> str:
    """As `read_predecessors` reads them: T-001, T-002 + 2 wd."""
    raise NotImplementedError


@dataclass(frozen=True)
class Step:
    """One activity as the schedule needs it."""

    id: int
    type: ActivityType
    duration: Duration | None
    """None = the type's own: no time for milestones and go/no-go, else one working day."""
    start: Moment | None
    due: Moment | None
    predecessors: tuple[tuple[int, Duration | None], ...]
    started: Moment | None = None
    finished: Moment | None = None
    not_needed: bool = False
    """Takes no time and holds nothing up."""


@dataclass(frozen=True)
class Scheduled:
    """What came out for one activity. `driven_by`: the predecessor that made it begin when it does; None = its own day."""

    planned: Window
    forecast: Window
    driven_by: int | None


class Cycle(ValueError):  # noqa: N818 - a finding about a plan, not a fault
    """Activities that wait for one another: `ids` in the order of waiting, the first repeated at the end."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(f"a cycle of {len(ids) - 1} activities")
        self.ids = tuple(ids)


def order(predecessors: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """The activities so that each comes after what it waits for. Raises Cycle."""
    raise NotImplementedError


def schedule(steps: Sequence[Step], days: WorkingDays, now: datetime) -> Mapping[int, Scheduled]:
    """Both windows of every activity, by id. Raises Cycle. 300 activities take a few milliseconds."""
    raise NotImplementedError


def critical_chain(steps: Sequence[Step], scheduled: Mapping[int, Scheduled]) -> tuple[int, ...]:
    """Ids of the chain that decides the end by the forecast, first to last; empty when nothing has a day."""
    raise NotImplementedError

"""What goes into the schedule of a plan and what comes out, for one activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.cutover.durations import NO_TIME, Duration
from desktop.cutover.model import ActivityType, Window
from desktop.uk_time import Moment

USUAL = Duration(1, "wd")
"""What an activity takes when nothing is said of it, and it is more than an instant."""


@dataclass(frozen=True)
class Step:
    """One activity as the schedule needs it. What failed is not finished: `finished` is None then."""

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

    @property
    def takes(self) -> Duration:
        """Its duration, the type's own when nothing is said."""
        if self.duration is not None:
            return self.duration
        return NO_TIME if self.type.instant else USUAL


@dataclass(frozen=True)
class Scheduled:
    """What came out for one activity."""

    planned: Window
    forecast: Window
    driven_by: int | None
    """The predecessor that makes it begin when it does, by the forecast.

    None = its own day, or today when it should have begun before.
    """
    instant: bool = False
    """It takes no time: it happens, and is not begun."""


class Cycle(ValueError):
    """Activities that wait for one another: `ids` in the order of waiting, the first repeated at the end."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(f"a cycle of {len(ids) - 1} activities")
        self.ids = tuple(ids)

"""The milestones of the programme and of the participant, with the day that counts for each.

The pack has definitions, baselines (each plan with its date and source) and what really happened. The participant may
say another day to work to, an actual one, and add milestones of its own (go-live, a PAB date). Deadlines of cutover
activities and gates of the PIT plan hang on these days plus or minus working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.content.milestones import Milestone
from desktop.content.pack import Pack
from desktop.content.service import ContentService
from local_db.connection import Connection, Store

OWN = "own/"
"""How the id of a milestone begins that no pack has."""


@dataclass(frozen=True)
class MilestoneDay:
    """A milestone and the day that counts: the participant's actual, the pack's actual, the participant's current day,
    the newest baseline. `source` says where that day is from, in words. `pack` None: the participant's own."""

    id: str
    title: str
    day: date | None
    source: str
    pack: Milestone | None
    baseline: date | None = None
    """What was planned first (of the participant's own ones), or the pack's newest baseline."""
    current: date | None = None
    """As the participant says; None = the pack's."""
    actual: date | None = None
    note: str = ""
    exact: bool = True
    """False when the source gives a month only: `day` is then its last day."""

    @property
    def own(self) -> bool:
        """Whether no pack has it."""
        return self.pack is None

    @property
    def reached(self) -> bool:
        """Whether it has an actual day."""
        return self.actual is not None or (self.pack is not None and self.pack.actual is not None)

    @property
    def name(self) -> str:
        """Id and title for people: M14 · All suppliers ...; of the participant's own ones the title alone."""
        return self.title if self.own else f"{self.id} · {self.title}"


class MilestoneService:
    """What pages and commands call about milestones. Every call may run on a worker thread."""

    def __init__(self, store: Store, content: ContentService, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._content = content
        self._actor = actor
        self._clock = clock

    def pack(self) -> Pack:
        """The milestones pack in use."""
        return self._content.pack("milestones")

    def milestones(self, connection: Connection | None = None) -> tuple[MilestoneDay, ...]:
        """All of them: the pack's in its order, then the participant's own by day."""
        raise NotImplementedError

    def days(self, connection: Connection | None = None) -> Mapping[str, date]:
        """The day that counts of every milestone that has one, by id: what deadlines are counted from."""
        raise NotImplementedError

    def save(
        self,
        milestone_id: str,
        *,
        title: str | None = None,
        baseline: date | str | None = None,
        current: date | str | None = None,
        actual: date | str | None = None,
        note: str | None = None,
    ) -> Changes:
        """Say a milestone's days (a date, '' to clear, None to leave); undoable; what hangs on it moves with it.

        The pack's milestones take no title and no baseline. Raises InvalidInput, NotFound.
        """
        raise NotImplementedError

    def add(self, title: str, *, baseline: date | str = "", note: str = "") -> tuple[str, Changes]:
        """Add a milestone of the participant's own; gives its id. Raises InvalidInput without a title."""
        raise NotImplementedError

    def remove(self, milestone_id: str) -> Changes:
        """Remove one of the participant's own. Raises InvalidInput when something hangs on it (says what), NotFound."""
        raise NotImplementedError

"""A milestone with what the pack and the participant say of it, and the day that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desktop.content.milestones import Milestone, PlannedDate
from local_db.milestones import MilestoneRow

OWN = "own/"
"""How the id of a milestone begins that no pack has."""


@dataclass(frozen=True)
class MilestoneDay:
    """A milestone and the day that counts.

    It is the participant's actual, else the pack's actual, the participant's current day, the newest baseline. `source`
    says where that day is from, in words. `pack` None: the participant's own.
    """

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

    def day_with(self, days: Mapping[str, date | str]) -> date | None:
        """The day that would count if the participant said these (baseline, current, actual; '' = none)."""
        said = {"baseline": self.baseline, "current": self.current, "actual": self.actual, **days}
        pack = self.pack.actual.day if self.pack is not None and self.pack.actual is not None else None
        found = said["actual"] or pack or said["current"] or said["baseline"]
        return date.fromisoformat(found) if isinstance(found, str) and found else found or None

    @property
    def name(self) -> str:
        """Id and title for people: M14 · All suppliers ...; of the participant's own ones the title alone."""
        return self.title if self.own else f"{self.id} · {self.title}"


def day_of(pack: Milestone, row: MilestoneRow | None) -> MilestoneDay:
    """A milestone of the pack, with what the participant says of it."""
    newest = pack.baselines[-1] if pack.baselines else None
    current, actual = (_day(row.current), _day(row.actual)) if row else (None, None)
    planned: PlannedDate | None = None
    if actual:
        day, source = actual, "Reached on this day, as said here"
    elif pack.actual:
        planned, day = pack.actual, pack.actual.day
        source = f"Reached: {planned.source}"
    elif current:
        day, source = current, "The day to work to, as said here"
    elif newest:
        planned, day = newest, newest.day
        source = f"{planned.plan}: {planned.source}"
    else:
        return MilestoneDay(pack.id, pack.title, None, "No date is known", pack, note=row.note if row else "")
    return MilestoneDay(
        pack.id,
        pack.title,
        day,
        source,
        pack,
        newest.day if newest else None,
        current,
        actual,
        row.note if row else "",
        exact=planned is None or planned.exact,
    )


def own_day(row: MilestoneRow) -> MilestoneDay:
    """A milestone of the participant's own, or one of which the pack in use knows nothing any more."""
    baseline, current, actual = _day(row.baseline), _day(row.current), _day(row.actual)
    source = (
        "Reached on this day, as said here"
        if actual
        else "The day to work to, as said here"
        if current
        else "As first planned here"
        if baseline
        else "No date is known"
    )
    title = row.title or f"{row.milestone} (not in the content pack in use)"
    return MilestoneDay(
        row.milestone, title, actual or current or baseline, source, None, baseline, current, actual, row.note
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

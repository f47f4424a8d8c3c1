"""The words of the PIT plan: stages, gates, deliverables, reliance; what the content pack gives and what a party adds.

Pre-Integration Testing is required of every participant; the official deliverables and dates per party type stand in
"Non-SIT Qualification PIT Deliverables Timelines", which we could not read: our pack is `suggested`
(domain/process.md, sections 4 and 6.4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class DeliverableStatus(StrEnum):
    """How far a deliverable is. The values stand in workspaces."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    NOT_NEEDED = "not needed"

    @property
    def finished(self) -> bool:
        """Nothing more is to be done for it by its date."""
        return self in (DeliverableStatus.SUBMITTED, DeliverableStatus.ACCEPTED, DeliverableStatus.NOT_NEEDED)


@dataclass(frozen=True)
class Stage:
    """A kind of testing (functional, migration, non-functional, operational, regression)."""

    id: str
    name: str
    about: str = ""


@dataclass(frozen=True)
class SeverityLevel:
    """One step of the scale of defects, worst first; `blocks_exit`: with one open a gate is not passed."""

    id: str
    name: str
    about: str = ""
    blocks_exit: bool = False


@dataclass(frozen=True)
class PartyType:
    """A kind of party that deliverables are for: a role of the participant, or a software provider."""

    id: str
    name: str
    assured_by: str = ""
    """Who looks at what it hands over, as the pack has it."""


@dataclass(frozen=True)
class Gate:
    """One of the four gates with this participant's days; actual counts before current, current before baseline.

    `current` of a gate that hangs on a milestone is counted from the milestone's day; None when that has none.
    """

    id: str
    name: str
    about: str = ""
    baseline: date | None = None
    current: date | None = None
    actual: date | None = None
    note: str = ""
    milestone: str = ""
    """Id of the milestone that it hangs on; '' = it has a day of its own."""
    milestone_days: int = 0
    """Working days after the milestone; negative: before it."""

    @property
    def day(self) -> date | None:
        """The day that counts."""
        return self.actual or self.current or self.baseline

    @property
    def planned(self) -> date | None:
        """The day from which its deliverables are planned.

        That it was passed on another day does not change, later on, when they were due.
        """
        return self.current or self.baseline or self.actual


@dataclass(frozen=True)
class GateState:
    """What stands before a gate. Open defects and coverage are asked of those who know them.

    `late` counts deliverables that are not finished and past their day; what was handed over late is handed over.
    """

    gate: Gate
    deliverables: int
    finished: int
    late: int
    working_days_left: int | None
    """Until the gate's day; negative once it has passed; None without a day or when it was passed."""
    by_status: dict[DeliverableStatus, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Deliverable:
    """One thing to hand over. `planned`: current, else so many working days (`offset`) before its gate, else baseline.

    A baseline is what was planned once and moves nothing. A deliverable `hangs` on its gate when its planned day is
    counted from the gate's day: it moves with it.

    `late_by` is in working days (desktop/pit/schedule.py): of today against the planned day when it is not finished,
    of the actual day when it is; 0 = in time. `changed`: the pack says something else of it than when it was last
    looked at.
    """

    id: int
    ref: str
    key: str
    party_type: str
    title: str
    field_name: str
    gate: str
    stage: str
    description: str
    owner: str
    baseline: date | None
    current: date | None
    actual: date | None
    planned: date | None
    status: DeliverableStatus
    reviewer: str
    remarks: str
    note: str
    source: str
    late_by: int
    evidence: int
    """Items of evidence in use."""
    awaiting: int
    """Links that await confirmation."""
    changed: bool
    offset: int | None = None
    """Due so many working days before its gate; None = not bound to it."""
    hangs: bool = False
    good_evidence: str = ""
    """What good evidence of it is, as the pack has it."""
    party: str = ""
    """The party type by name."""
    gate_name: str = ""
    stage_name: str = ""
    expired: int = 0
    """Items among `evidence` that are not good any more."""

    @property
    def own(self) -> bool:
        """Whether the person added it, or brought it in a file, and no pack."""
        return self.key.startswith(OWN)

    @property
    def standing(self) -> Standing:
        """How it stands against its day."""
        if self.status is DeliverableStatus.NOT_NEEDED:
            return Standing.NOT_NEEDED
        if self.status.finished:
            return Standing.DONE_LATE if self.late_by else Standing.DONE
        if self.late_by:
            return Standing.LATE
        return Standing.IN_TIME if self.planned else Standing.NO_DAY


OWN = "own/"
"""How the key of a deliverable begins that no pack has."""


class Standing(StrEnum):
    """How a deliverable stands against its planned day, worst first."""

    LATE = "Late"
    NO_DAY = "No day yet"
    IN_TIME = "In time"
    DONE_LATE = "Handed over late"
    DONE = "Handed over"
    NOT_NEEDED = "Not needed"


@dataclass(frozen=True)
class DeliverableEdit:
    """A change to any number of deliverables; None leaves a field as it is. A day is a date, or '' to clear it.

    A baseline is set once: another one over it, or clearing it, needs `rebaseline`. A baseline that is given by hand
    and is not the planned day is the day planned from then on: the deliverable does not hang on its gate any more,
    unless `offset` is given too.
    """

    title: str | None = None
    description: str | None = None
    owner: str | None = None
    stage: str | None = None
    gate: str | None = None
    baseline: date | str | None = None
    current: date | str | None = None
    actual: date | str | None = None
    status: DeliverableStatus | None = None
    reviewer: str | None = None
    remarks: str | None = None
    note: str | None = None
    offset: int | str | None = None
    """Working days before the gate; '' = not bound to it."""
    field_name: str | None = None
    good_evidence: str | None = None
    party_type: str | None = None
    """Of deliverables of the person's own only."""
    rebaseline: bool = False


@dataclass(frozen=True)
class Moved:
    """A deliverable whose planned day moves with its gate."""

    id: int
    ref: str
    title: str
    before: date | None
    after: date | None


class RelianceStatus(StrEnum):
    """How far placing reliance is."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


@dataclass(frozen=True)
class RelianceDetails:
    """What is said of reliance on a third party's testing. Days are ISO texts, '' = none."""

    third_party: str
    product: str = ""
    scope: str = ""
    status: RelianceStatus = RelianceStatus.PROPOSED
    agreement: str = ""
    """Reference of the Placing Reliance Proposal Form or of the letter."""
    agreed_by: str = ""
    agreed_on: str = ""
    expires: str = ""
    note: str = ""


@dataclass(frozen=True)
class Reliance:
    """One reliance with what hangs on it. `proven`: agreed, not expired, with evidence still good, none awaiting."""

    id: int
    ref: str
    details: RelianceDetails
    requirements: int
    evidence: int
    awaiting: int
    expired: bool
    proven: bool
    missing: tuple[str, ...] = field(default=())
    """What keeps it from being proven, in words: no agreement, expired, no evidence or none that is still good,
    evidence awaiting confirmation."""

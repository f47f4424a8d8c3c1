"""The words of a cutover plan: activities, what they wait for, how they stand.

The columns of the official M10/M11 Cutover Plan are unknown to us (domain/process.md, 5.1): plans are imported in the
columns that runbook tools use (design/ecosystem.md, 2), and what we ship is `suggested`. Nothing here is tied to one
milestone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from desktop.uk_time import Moment


class ActivityType(StrEnum):
    """What an activity is. The values stand in workspaces."""

    TASK = "task"
    MILESTONE = "milestone"
    """No duration: something is reached."""
    VALIDATION = "validation"
    """Ends in pass, fail or not tested."""
    DECLARATION = "declaration"
    """Done when a declaration is signed."""
    GO_NO_GO = "go/no-go"
    """Ends in go or no-go; no duration."""
    COMMUNICATION = "communication"

    @property
    def title(self) -> str:  # type: ignore[override]  # not the method of str
        """For people."""
        return "Go/no-go" if self is ActivityType.GO_NO_GO else self.value.capitalize()

    @property
    def instant(self) -> bool:
        """Whether it takes no time when nothing is said of its duration."""
        return self in (ActivityType.MILESTONE, ActivityType.GO_NO_GO)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The words it can end in besides being done."""
        return {
            ActivityType.VALIDATION: ("pass", "fail", "not tested"),
            ActivityType.GO_NO_GO: ("go", "no-go"),
        }.get(self, ())


class ActivityState(StrEnum):
    """How far an activity is, worst first; derived, never kept."""

    FAILED = "Failed"
    """A validation that did not pass, or a no-go."""
    WAITING = "Cannot start yet"
    """Something before it is not finished."""
    READY = "Ready to start"
    STARTED = "In progress"
    DONE = "Done"
    NOT_NEEDED = "Not needed"

    @property
    def finished(self) -> bool:
        """Nothing more is to be done, and what waits for it may begin. A failed one is not finished."""
        return self in (ActivityState.DONE, ActivityState.NOT_NEEDED)


class Rag(StrEnum):
    """Red, amber, green, and none of them for what is finished or has no day. The values stand in workspaces."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    NONE = ""


@dataclass(frozen=True)
class Predecessor:
    """Finish to start: `lag` (a duration text, '' = none) after the end of the activity with this key."""

    key: str
    lag: str = ""
    id: int = 0


@dataclass(frozen=True)
class Window:
    """From when to when; either may be unknown. Days mean whole days: `finish` is the last day of work."""

    start: Moment | None = None
    finish: Moment | None = None


@dataclass(frozen=True)
class ActivityDetails:
    """What a plan says of an activity: everything that a person or a file gives.

    Moments, days and durations are texts as they are kept; see local_db/schema/0003_cutover_and_declarations.sql.
    """

    key: str
    title: str
    description: str = ""
    phase: str = ""
    type: ActivityType = ActivityType.TASK
    responsible: str = ""
    external: bool = False
    owner: str = ""
    stand_in: str = ""
    start_at: str = ""
    due_at: str = ""
    milestone: str = ""
    milestone_days: int = 0
    duration: str = ""
    predecessors: tuple[Predecessor, ...] = ()
    evidence_needed: str = ""
    declaration_needed: str = ""
    note: str = ""


@dataclass(frozen=True)
class Activity:
    """One activity of a plan with everything that follows from the plan, from what was done and from `now`."""

    id: int
    plan_id: int
    details: ActivityDetails
    state: ActivityState
    waiting_for: tuple[str, ...]
    """Why it cannot start yet, each in words: “T-003 Deploy MPRS is not finished”."""
    lacks: tuple[str, ...]
    """Why it cannot be called done yet, in words, beside `waiting_for`: evidence, a signed declaration."""
    baseline: Window
    planned: Window
    """By the plan: its own days, what it waits for, its duration. What really happened does not change it."""
    forecast: Window
    """As it looks now: what really happened, nothing in the past that has not happened, the rest pushed on."""
    started: Moment | None
    started_by: str
    finished: Moment | None
    finished_by: str
    outcome: str
    remark: str
    despite: str
    not_needed: str
    due: Moment | None
    """By when it has to be finished: its own due moment, or the day that hangs on its milestone."""
    rag: Rag
    """What counts: what was said, else what is computed."""
    rag_computed: Rag
    rag_why: str
    """Why it is computed so, in one sentence."""
    rag_reason: str = ""
    """Why somebody said otherwise; '' = nobody did."""
    rag_by: str = ""
    late: bool = False
    """Not finished, and its due moment (else its planned end) has passed."""
    critical: bool = False
    """On the chain of activities that decides when the plan ends."""
    changed: bool = False
    """The plan says something else of it than when it was last looked at; done stays done, but asks to be confirmed."""
    missing: bool = False
    """The newest version of the plan does not have it any more."""
    evidence: int = 0
    awaiting: int = 0
    expired: int = 0
    declarations: tuple[str, ...] = ()
    """References of declarations made for it, with their state: ACME-DEC-0003 v2 (signed)."""
    extra: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    position: int = 0

    @property
    def done(self) -> bool:
        """Whether it was ticked."""
        return self.state is ActivityState.DONE


@dataclass(frozen=True)
class PlanDetails:
    """What is said of a plan."""

    title: str
    milestone: str = ""
    note: str = ""
    review: str = ""
    closed: str = ""


@dataclass(frozen=True)
class PlanSummary:
    """A plan in a list."""

    id: int
    ref: str
    details: PlanDetails
    key: str
    """Its id in the cutover_plans pack; '' = the person's own."""
    rehearsal_of: int | None
    source: str
    activities: int
    finished: int
    created_at: str

    @property
    def rehearsal(self) -> bool:
        """Whether it is for practice: watermarked everywhere, never submitted."""
        return self.rehearsal_of is not None

    @property
    def name(self) -> str:
        """For people: rehearsals say so first."""
        return f"REHEARSAL: {self.details.title}" if self.rehearsal else self.details.title


@dataclass(frozen=True)
class PlanView:
    """A plan with its activities, computed once for one moment; list, timeline, reports and go/no-go read it."""

    plan: PlanSummary
    now: datetime
    activities: tuple[Activity, ...]
    """In the plan's order."""
    milestones: Mapping[str, date]
    """Days of the milestones that the plan names, by id."""
    ends: Moment | None
    """When the last activity ends, as it looks now."""
    planned_end: Moment | None
    critical: tuple[int, ...]
    """Ids of the chain that decides the end, first to last."""

    def by_id(self, activity_id: int) -> Activity | None:
        """One activity."""
        return next((one for one in self.activities if one.id == activity_id), None)


@dataclass(frozen=True)
class Slip:
    """What moves when one activity slips: an activity with its planned window before and after."""

    id: int
    key: str
    title: str
    before: Window
    after: Window
    late: bool
    """Afterwards it would end after its due moment."""
    due_before: Moment | None = None
    due_after: Moment | None = None
    """When only these differ, the windows stay and the deadline moves."""
    plan_id: int = 0


@dataclass(frozen=True)
class ActivityEdit:
    """A change to any number of activities; None leaves a field as it is, '' clears it. `predecessors` replaces all."""

    title: str | None = None
    description: str | None = None
    phase: str | None = None
    type: ActivityType | None = None
    responsible: str | None = None
    external: bool | None = None
    owner: str | None = None
    stand_in: str | None = None
    start_at: str | None = None
    due_at: str | None = None
    milestone: str | None = None
    milestone_days: int | None = None
    duration: str | None = None
    predecessors: str | None = None
    """As people write them: T-001, T-002 + 2 wd."""
    evidence_needed: str | None = None
    declaration_needed: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class StarterPlan:
    """A plan of the cutover_plans pack."""

    id: str
    title: str
    about: str
    milestone: str
    roles: tuple[str, ...]
    """Role ids that it is for; empty = every role."""
    activities: int
    taken: int | None = None
    """Id of the plan that was made from it, if one was."""

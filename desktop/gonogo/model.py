"""What has to be known to decide on a milestone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.cutover.model import Activity, PlanSummary, Rag
from desktop.declarations.model import Declaration
from desktop.milestones.service import MilestoneDay
from desktop.uk_time import Moment


@dataclass(frozen=True)
class Line:
    """One line of a section: what, in which state, how many where it counts, and whether it stands in the way."""

    text: str
    detail: str = ""
    count: int | None = None
    stands_in_the_way: bool = False


@dataclass(frozen=True)
class InTheWay:
    """What stands in the way, of one kind, each thing in one sentence. `one`, `several`: what to count them as."""

    title: str
    one: str
    several: str
    sentences: Sequence[str]
    activities: bool = False
    """They are activities, which the sheet lists in full too."""

    def counted(self, count: int) -> str:
        """27 more late activities: a number of them, for “and ...”."""
        return f"{count:,} more {self.one if count == 1 else self.several}"


@dataclass(frozen=True)
class GoNoGo:
    """The sheet."""

    plan: PlanSummary
    milestone: MilestoneDay | None
    now: datetime
    rag: Rag
    """The worst of the activities that are not finished, those of others too: what they do not do, we wait for."""
    done: tuple[Activity, ...]
    """Ticked, and those that are not needed."""
    open: tuple[Activity, ...]
    """Could go on or begin, and is not late."""
    late: tuple[Activity, ...]
    waiting: tuple[Activity, ...]
    """Cannot start yet, and is not late."""
    failed: tuple[Activity, ...]
    to_confirm: tuple[Activity, ...]
    """Finished, and the plan says something else of them since; they are in `done` too."""
    findings: tuple[Line, ...]
    """Open findings by severity, of the newest run of the checks, with its day."""
    exceptions: tuple[Line, ...]
    """Exceptions in force, each with how many findings it covers, its reason and its end."""
    not_checked: tuple[Line, ...]
    """Checks that could not run or were skipped, with why; one line when there was no run at all."""
    defects: tuple[Line, ...]
    declarations: tuple[Declaration, ...]
    """Of this plan and its activities; those that stand first."""
    declarations_missing: tuple[str, ...]
    """Activities that need a declaration which is not signed."""
    audit_head: tuple[int, str]
    """Number and hash of the audit log's last entry, printed at the foot."""
    in_the_way: tuple[InTheWay, ...] = ()
    """By kind; empty = nothing known here stands in the way (people decide)."""
    organisation: str = ""
    planned_end: Moment | None = None
    ends: Moment | None = None
    """As it looks now."""

    @property
    def blockers(self) -> tuple[str, ...]:
        """All that stands in the way, each in one sentence."""
        return tuple(said for kind in self.in_the_way for said in kind.sentences)

    @property
    def title(self) -> str:
        """For a heading: the plan, and that it is a rehearsal."""
        return f"Go/no-go: {self.plan.name}"

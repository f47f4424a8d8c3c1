"""What is done, open, late and waiting for a milestone; findings and exceptions; declarations. One printable sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from desktop.clock import Clock
from desktop.cutover.model import Activity, PlanSummary, Rag
from desktop.declarations.model import Declaration
from desktop.milestones.service import MilestoneDay

if TYPE_CHECKING:
    from desktop.cleanse.service import CleanseService
    from desktop.cutover.service import CutoverService
    from desktop.declarations.service import DeclarationService
    from desktop.milestones.service import MilestoneService
    from desktop.participant.service import ParticipantService
    from desktop.testing.defects import DefectService


@dataclass(frozen=True)
class Line:
    """One line of a section: what, in which state, the number where it counts something, and whether it stands in the way."""

    text: str
    detail: str = ""
    count: int | None = None
    stands_in_the_way: bool = False


@dataclass(frozen=True)
class GoNoGo:
    """The sheet. `blockers`: each in one sentence; empty = nothing that is known here stands in the way (people decide)."""

    plan: PlanSummary
    milestone: MilestoneDay | None
    now: datetime
    rag: Rag
    """The worst of the activities that are not external and not finished."""
    done: tuple[Activity, ...]
    open: tuple[Activity, ...]
    late: tuple[Activity, ...]
    waiting: tuple[Activity, ...]
    failed: tuple[Activity, ...]
    to_confirm: tuple[Activity, ...]
    findings: tuple[Line, ...]
    """Open findings by severity, of the newest run of the checks, with its day."""
    exceptions: tuple[Line, ...]
    """Exceptions in force, each with how many findings it covers, its reason and its end."""
    not_checked: tuple[Line, ...]
    """Checks that could not run or were skipped, with why; one line when there was no run at all."""
    defects: tuple[Line, ...]
    declarations: tuple[Declaration, ...]
    """Of this plan and its activities, those that stand first; with what changed since they were signed."""
    declarations_missing: tuple[str, ...]
    """Activities that need a declaration which is not signed."""
    blockers: tuple[str, ...]
    audit_head: tuple[int, str]
    """Number and hash of the audit log's last entry, printed at the foot."""


class GoNoGoService:
    """Reads what the other services know."""

    def __init__(  # noqa: PLR0917 - wired once, in desktop/app.py
        self,
        participant: ParticipantService,
        milestones: MilestoneService,
        cleanse: CleanseService,
        cutover: CutoverService,
        declarations: DeclarationService,
        defects: DefectService,
        head: Callable[[], tuple[int, str]],
        clock: Clock,
    ) -> None:
        """`head` is a function without arguments that gives (seq, hash) of the audit log."""
        self._participant = participant
        self._milestones = milestones
        self._cleanse = cleanse
        self._cutover = cutover
        self._declarations = declarations
        self._defects = defects
        self._head = head
        self._clock = clock

    def sheet(self, plan_id: int, now: datetime | None = None) -> GoNoGo:
        """Everything for one plan as it stands. Raises NotFound."""
        raise NotImplementedError

    def html(self, sheet: GoNoGo) -> str:
        """The sheet as one page of HTML for printing (black on white, A4): everything on it is on the screen and the other way

        round. A rehearsal says so across the page.
        """
        raise NotImplementedError

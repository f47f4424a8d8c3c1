"""The PIT plan's one service: gates, deliverables and reliance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes
from desktop.clock import Clock
from desktop.content.pack import Pack
from desktop.content.service import ContentService
from desktop.evidence.service import EvidenceService
from desktop.participant.service import ParticipantService
from desktop.pit.model import (
    Deliverable,
    DeliverableEdit,
    Gate,
    GateState,
    PlanChange,
    Reliance,
    RelianceDetails,
    SeverityLevel,
    Stage,
)
from local_db.connection import Store


class PitService:
    """What pages and commands call about the PIT plan. Every call may run on a worker thread."""

    def __init__(
        self,
        store: Store,
        content: ContentService,
        participant: ParticipantService,
        evidence: EvidenceService,
        actor: str,
        clock: Clock,
    ) -> None:
        raise NotImplementedError

    # -- what the pack gives -------------------------------------------------------------------------------------------

    def pack(self) -> Pack:
        """The pit_plan pack in use, with its standing."""
        raise NotImplementedError

    def stages(self) -> tuple[Stage, ...]:
        """The stages of the pack."""
        raise NotImplementedError

    def severities(self) -> tuple[SeverityLevel, ...]:
        """The scale of defects, worst first."""
        raise NotImplementedError

    def families(self) -> tuple[str, ...]:
        """The requirement families that the pack knows (functional, migration, non-functional, operational)."""
        raise NotImplementedError

    # -- gates ---------------------------------------------------------------------------------------------------------

    def gates(self) -> tuple[Gate, ...]:
        """The gates in their order, with this participant's dates."""
        raise NotImplementedError

    def gate_states(self, today: date | None = None) -> tuple[GateState, ...]:
        """The gates with what stands before them; None = the clock's today."""
        raise NotImplementedError

    def set_gate(
        self,
        gate_id: str,
        *,
        baseline: date | str | None = None,
        current: date | str | None = None,
        actual: date | str | None = None,
        note: str | None = None,
    ) -> Changes:
        """Give a gate's days (a date, '' to clear, None to leave). What hangs on it moves with it; the title says how
        many deliverables moved. Raises InvalidInput, NotFound.
        """
        raise NotImplementedError

    # -- deliverables --------------------------------------------------------------------------------------------------

    def needs_plan(self) -> bool:
        """Whether no deliverable was taken from the pack yet."""
        raise NotImplementedError

    def compare(self) -> tuple[PlanChange, ...]:
        """What the pack in use says otherwise than the plan, for the participant's roles."""
        raise NotImplementedError

    def take(self, keys: Sequence[str] | None = None) -> Changes:
        """Take the pack's deliverables for the participant's roles into the plan (None: all that differ).

        New ones are added; changed ones take the new text and are flagged no more; dates, owners and status stay. One
        step. Raises InvalidInput when the participant has no role yet.
        """
        raise NotImplementedError

    def deliverables(self, today: date | None = None) -> tuple[Deliverable, ...]:
        """All deliverables in the plan's order, with late computed."""
        raise NotImplementedError

    def deliverable(self, deliverable_id: int) -> Deliverable:
        """One. Raises NotFound."""
        raise NotImplementedError

    def add(self, title: str, party_type: str, change: DeliverableEdit) -> Changes:
        """A deliverable of the person's own. Raises InvalidInput."""
        raise NotImplementedError

    def edit(self, deliverable_ids: Sequence[int], change: DeliverableEdit) -> Changes:
        """Change deliverables; one step. A status of submitted or accepted without an actual day takes today.

        Raises InvalidInput.
        """
        raise NotImplementedError

    def looked_at(self, deliverable_ids: Sequence[int]) -> Changes:
        """Say that what the pack changed about these was looked at and nothing is to be done."""
        raise NotImplementedError

    def remove(self, deliverable_ids: Sequence[int]) -> Changes:
        """Remove deliverables of the person's own. Raises InvalidInput for the pack's (those are set to not needed)."""
        raise NotImplementedError

    def table(self, today: date | None = None) -> FrameTable:
        """The deliverables as a table (columns: desktop/pit/table.py)."""
        raise NotImplementedError

    # -- reliance ------------------------------------------------------------------------------------------------------

    def reliances(self, today: date | None = None) -> tuple[Reliance, ...]:
        """All, newest first."""
        raise NotImplementedError

    def save_reliance(self, details: RelianceDetails, reliance_id: int | None = None) -> Changes:
        """Add one (None) or change one. Raises InvalidInput, NotFound."""
        raise NotImplementedError

    def remove_reliance(self, reliance_id: int) -> Changes:
        """Remove one on which no requirement rests. Raises InvalidInput, NotFound."""
        raise NotImplementedError

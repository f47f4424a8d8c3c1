"""The traceability matrix both ways: requirement to case to newest result to evidence to defect, and back; gaps first."""

from __future__ import annotations

from desktop.browse.frame_table import FrameTable
from desktop.clock import Clock
from desktop.evidence.service import EvidenceService
from desktop.pit.service import PitService
from desktop.testing.model import CaseTrace, Coverage, RequirementTrace
from local_db.connection import Store


class TraceService:
    """What pages and commands call about traceability. Reads only. Every call may run on a worker thread."""

    def __init__(self, store: Store, evidence: EvidenceService, pit: PitService, clock: Clock) -> None:
        raise NotImplementedError

    def requirements(self) -> FrameTable:
        """Every requirement with its cover, cases, newest results, evidence and defects, gaps first (columns: desktop/testing/tables.py)."""
        raise NotImplementedError

    def cases(self) -> FrameTable:
        """Every case with its requirements, newest result, evidence and defects; without a requirement or result first."""
        raise NotImplementedError

    def requirement(self, requirement_id: int) -> RequirementTrace:
        """One requirement followed to its defects. Raises NotFound."""
        raise NotImplementedError

    def case(self, case_id: int) -> CaseTrace:
        """One case followed both ways. Raises NotFound."""
        raise NotImplementedError

    def coverage(self) -> Coverage:
        """How many requirements stand how, by family and by stage."""
        raise NotImplementedError

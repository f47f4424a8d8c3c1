"""Workbooks out of the app: PIT plan, RTTM at a gate, test completion report, defect and work-off log; each comes back in by row key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from desktop.clock import Clock
from desktop.content.service import ContentService
from desktop.evidence.service import EvidenceService
from desktop.jobs import Job
from desktop.participant.service import ParticipantService
from desktop.pit.service import PitService
from desktop.testing.defects import DefectService
from desktop.testing.requirements import RequirementService
from desktop.testing.runs import RunService
from desktop.testing.trace import TraceService
from local_db.connection import Store


class BookKind(StrEnum):
    """Which workbook."""

    PLAN = "plan"
    RTTM = "rttm"
    COMPLETION = "completion"
    DEFECTS = "defects"
    """Defect log and work-off plan."""

    @property
    def title(self) -> str:  # type: ignore[override]  # not the method of str
        """The field's name with the standard's beside it (ISO/IEC/IEEE 29119-3)."""
        return {
            "plan": "PIT plan (test plan)",
            "rttm": "Requirements to Test Traceability Matrix (RTTM)",
            "completion": "PIT completion report (test completion report)",
            "defects": "Defect log (incident reports) and work-off plan",
        }[self.value]


@dataclass(frozen=True)
class BookInfo:
    """A workbook that was written; `submission` counts the workbooks of this kind (and gate) from 1."""

    path: Path
    kind: BookKind
    gate: str
    submission: int
    sha256: str
    rows: int
    made_at: datetime


class WorkbookService:
    """What pages and commands call about the workbooks of testing. Every call may run on a worker thread."""

    def __init__(
        self,
        store: Store,
        participant: ParticipantService,
        content: ContentService,
        evidence: EvidenceService,
        pit: PitService,
        requirements: RequirementService,
        runs: RunService,
        defects: DefectService,
        trace: TraceService,
        actor: str,
        clock: Clock,
    ) -> None:
        raise NotImplementedError

    def name(self, kind: BookKind, gate: str = "") -> str:
        """The name to offer: ACME RTTM PIT exit submission 2 2026-11-28.xlsx."""
        raise NotImplementedError

    def write(self, path: Path, kind: BookKind, gate: str = "", job: Job | None = None) -> BookInfo:
        """Write a workbook in place of `path`; noted with its hash. Raises InvalidInput (also for one of the workspace's own files), NotFound when there is nothing to write, NotSaved with the old file kept, Cancelled."""
        raise NotImplementedError

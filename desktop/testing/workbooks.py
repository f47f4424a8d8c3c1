"""Workbooks out of the app: PIT plan, RTTM, completion report, defect and work-off log; each comes back by row key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from desktop import __version__
from desktop.clock import Clock, today
from desktop.content.service import ContentService
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.service import EvidenceService
from desktop.excel.names import file_name
from desktop.jobs import Job
from desktop.own_files import must_be_free
from desktop.participant.service import ParticipantService
from desktop.pit.model import Deliverable, Gate
from desktop.pit.service import PitService
from desktop.report.gather import participant_facts
from desktop.testing.book_completion import completion_draft
from desktop.testing.book_defects import defects_draft
from desktop.testing.book_parts import Draft, build
from desktop.testing.book_plan import plan_draft
from desktop.testing.book_rttm import rttm_draft
from desktop.testing.book_sources import BookFacts, BookSources
from desktop.testing.defects import DefectService
from desktop.testing.numbering import Number, numbered, sha256_of
from desktop.testing.requirements import RequirementService
from desktop.testing.runs import RunService
from desktop.testing.trace import TraceService
from local_db import audit, reports
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

    @property
    def short(self) -> str:
        """For a file name and the log."""
        return {
            "plan": "PIT plan",
            "rttm": "RTTM",
            "completion": "PIT completion report",
            "defects": "Defect log",
        }[self.value]


def _words(kind: BookKind) -> str:
    """Its name within a sentence."""
    return "defect log" if kind is BookKind.DEFECTS else kind.short


_DRAFTS: Mapping[BookKind, Callable[[BookSources], Draft]] = {
    BookKind.PLAN: plan_draft,
    BookKind.RTTM: rttm_draft,
    BookKind.COMPLETION: completion_draft,
    BookKind.DEFECTS: defects_draft,
}

_DELIVERABLES = {
    BookKind.PLAN: "pit_plan",
    BookKind.RTTM: "rttm",
    BookKind.COMPLETION: "completion_report",
    BookKind.DEFECTS: "defect_log",
}
"""Which deliverable of the pack a workbook is, by the pack's id."""


@dataclass(frozen=True)
class BookInfo:
    """A workbook that was written; `submission` counts the workbooks of this kind (and gate) from 1.

    0 = not numbered: it was made from a workspace that is open for reading only, where no number can be noted.
    """

    path: Path
    kind: BookKind
    gate: str
    submission: int
    sha256: str
    rows: int
    made_at: datetime


class WorkbookService:
    """What pages and commands call about the workbooks of testing. Every call may run on a worker thread.

    A workspace that is open for reading only can write them too; nothing can be noted in it then, so such a workbook
    has no number: no two workbooks that leave the organisation have the same.
    """

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
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
        """`actor` stands on the cover and in the log; `clock` gives the one time that goes into a file."""
        self._store = store
        self._participant = participant
        self._pit = pit
        self._runs = runs
        self._defects = defects
        self._trace = trace
        self._actor = actor
        self._clock = clock

    def name(self, kind: BookKind, gate: str = "") -> str:
        """The name to offer: ACME RTTM PIT exit submission 2 2026-11-28.xlsx. Raises InvalidInput for the gate.

        Without a number where the workspace is open for reading only.
        """
        chosen = self._gate(gate)
        number = self.submission(kind, gate)
        parts = (
            self._participant.get().short_name,
            kind.short,
            "" if chosen is None else chosen.name,
            f"submission {number}" if number else "",
            today(self._clock).isoformat(),
        )
        return file_name(" ".join(part for part in parts if part), ".xlsx")

    def submission(self, kind: BookKind, gate: str = "") -> int:
        """The number that the next workbook of this kind for this gate gets; 0 = none, for reading only."""
        if self._store.read_only:
            return 0
        return reports.count(self._store, _noted(kind, gate)) + 1

    def write(self, path: Path, kind: BookKind, gate: str = "", job: Job | None = None) -> BookInfo:
        """Write a workbook in place of `path`; noted with its hash.

        Its number is taken before it is written, and given back if it is not: one that was written and could not be
        noted (a crash, a full disk) keeps its number from the next.

        `gate` is an id of the PIT plan, '' = none. Raises InvalidInput (also for one of the workspace's own files),
        NotFound when there is nothing to write, NotSaved with the old file kept, Cancelled.
        """
        job = job or Job()
        kind = BookKind(kind)
        chosen = self._gate(gate)
        if path.suffix.casefold() != ".xlsx":
            raise InvalidInput("This is an Excel workbook: its name ends in .xlsx.", field="path")
        must_be_free(self._store.path.parent, path)
        made_at = self._clock()
        with numbered(self._store, _noted(kind, gate), path.name, made_at, self._actor) as taken:
            return self._written(path, kind, chosen, taken, job)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _written(self, path: Path, kind: BookKind, gate: Gate | None, taken: Number, job: Job) -> BookInfo:
        job.report(f"Gathering the {_words(kind)}", 0, 0, "")
        sources = BookSources(
            self._store, self._participant, self._pit, self._runs, self._defects, self._trace, today(self._clock)
        )
        with self._store.reading():
            self._must_hold_something(kind, sources)
            facts = self._facts(kind, gate, sources, taken)
            draft = _DRAFTS[kind](sources)
            book = build(kind.value, facts, draft, sources)
        book.save(path, job)
        taken.written = True
        at = "" if gate is None else gate.id
        info = BookInfo(path, kind, at, taken.number, sha256_of(path), draft.rows, taken.made_at)
        self._note(info, gate, taken)
        return info

    def _gate(self, gate: str) -> Gate | None:
        if not gate:
            return None
        gates = self._pit.gates()
        for one in gates:
            if one.id == gate:
                return one
        raise InvalidInput(
            f"“{gate}” is no gate of the PIT plan.",
            safe="Nothing was written.",
            todo=f"Choose one of {', '.join(one.id for one in gates)}, or none.",
            field="gate",
        )

    @staticmethod
    def _must_hold_something(kind: BookKind, sources: BookSources) -> None:
        if kind is BookKind.PLAN and not sources.deliverables:
            raise NotFound("The PIT plan has no deliverable yet.", todo="Take the deliverables of the pack first.")
        if kind is BookKind.RTTM and not sources.matrix.requirements:
            raise NotFound("There is no requirement yet.", todo="Import the requirements first.")
        if kind is BookKind.COMPLETION and not sources.runs:
            raise NotFound("Nothing was run yet.", todo="Start a run or import results first.")
        if kind is BookKind.DEFECTS and not (sources.defects.defects() or sources.defects.work_off_items()):
            raise NotFound("There is no defect and no work-off item yet, so there is nothing to write.")

    def _facts(self, kind: BookKind, gate: Gate | None, sources: BookSources, taken: Number) -> BookFacts:
        person = participant_facts(self._participant)
        head = audit.head(self._store.read())
        return BookFacts(
            person.name,
            person.mpids,
            gate,
            taken.number,
            taken.made_at,
            self._actor,
            f"{head.seq}:{head.h}" if head.seq else "",
            self._pit.pack(),
            __version__,
            _deliverable(sources.deliverables, _DELIVERABLES[kind], gate),
        )

    def _note(self, info: BookInfo, gate: Gate | None, taken: Number) -> None:
        if self._store.read_only:
            return
        at = "" if gate is None else f" at {gate.name}"
        title = f"Write the {_words(info.kind)}{at}, submission {info.submission}"
        with self._store.write() as connection:
            reports.complete(connection, taken.report_id, info.sha256)
            body = {
                "kind": info.kind.value, "gate": info.gate, "submission": info.submission, "name": info.path.name,
                "sha256": info.sha256, "rows": info.rows,
            }  # fmt: skip
            self._store.record("workbook.write", title, body, actor=self._actor, at=self._clock())


def _noted(kind: BookKind, gate: str) -> str:
    """How such a workbook is called in the list of what was made; the gate by its id, which a new pack keeps."""
    return f"{kind.short} at {gate}" if gate else kind.short


def _deliverable(plan: tuple[Deliverable, ...], pack_id: str, gate: Gate | None) -> Deliverable | None:
    """The deliverable of the plan that a workbook is: of this gate if it has one there, else the first."""
    found = [one for one in plan if one.key.partition("/")[2].partition("@")[0] == pack_id]
    at_gate = [one for one in found if gate is None or one.gate == gate.id]
    return next(iter(at_gate or ([] if gate is not None else found)), None)

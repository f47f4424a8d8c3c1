"""What the workbooks of testing are made from: the matrix and the plan at one moment, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from desktop.content.pack import Pack
from desktop.cutover.model import PlanSummary
from desktop.evidence.model import TargetKind
from desktop.participant.service import ParticipantService
from desktop.pit.model import Deliverable, Gate, Reliance, SeverityLevel, Stage
from desktop.pit.service import PitService
from desktop.testing.defects import DefectService
from desktop.testing.matrix import Held, Items, Matrix
from desktop.testing.model import RunInfo
from desktop.testing.runs import RunService
from desktop.testing.trace import TraceService
from local_db import evidence, trace
from local_db.connection import Store


@dataclass(frozen=True)
class BookFacts:
    """What stands on a cover: who hands over what, for which gate, as which submission, and as of when."""

    participant: str
    mpids: tuple[tuple[str, str], ...]
    """Each MPID with its roles in words."""
    gate: Gate | None
    submission: int
    """0 = not numbered."""
    made_at: datetime
    made_by: str
    audit_head: str
    pack: Pack
    app_version: str
    deliverable: Deliverable | None
    """The deliverable of the plan that this workbook is."""
    plan: PlanSummary | None = None
    """The cutover plan that it is about, if it is about one."""
    plan_milestone: str = ""
    """The milestone that the plan leads to, in words."""

    @property
    def for_gate(self) -> str:
        """The gate in words."""
        return "No gate: as it stands today" if self.gate is None else self.gate.name


class BookSources:
    """Reads each thing once, when it is first asked for."""

    def __init__(  # noqa: PLR0917 - made in one place, desktop/testing/workbooks.py
        self,
        store: Store,
        participant: ParticipantService,
        pit: PitService,
        runs: RunService,
        defects: DefectService,
        trace: TraceService,
        today: date,
    ) -> None:
        """Nothing is read yet."""
        self.store = store
        self.participant = participant
        self.pit = pit
        self.runs_service = runs
        self.defects = defects
        self.trace = trace
        self.today = today
        self._used: Items = {}

    @cached_property
    def matrix(self) -> Matrix:
        """The whole traceability matrix."""
        return self.trace.matrix()

    @cached_property
    def deliverables(self) -> tuple[Deliverable, ...]:
        """The plan."""
        return self.pit.deliverables(self.today)

    @cached_property
    def reliances(self) -> tuple[Reliance, ...]:
        """Whose testing is relied on."""
        return self.pit.reliances(self.today)

    @cached_property
    def runs(self) -> tuple[RunInfo, ...]:
        """All runs, newest first."""
        return self.runs_service.runs()

    @cached_property
    def severities(self) -> tuple[SeverityLevel, ...]:
        """The scale, worst first."""
        return self.pit.severities()

    @cached_property
    def severity_names(self) -> dict[str, str]:
        """Severity to its name."""
        return {level.id: level.name for level in self.severities}

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of the pack."""
        return self.pit.stages()

    @cached_property
    def defects_of_results(self) -> dict[int, list[str]]:
        """Result to the references of the defects that were seen in it."""
        found: dict[int, list[str]] = {}
        for result_id, ref in trace.defects_of_results(self.store.read()):
            found.setdefault(result_id, []).append(ref)
        return found

    @cached_property
    def _evidence(self) -> dict[str, dict[int, Items]]:
        found: dict[str, dict[int, Items]] = {}
        for kind, target, item, ref, awaiting, good_until in trace.all_evidence_rows(self.store.read()):
            held = Held.of(ref, awaiting, good_until, self.today)
            found.setdefault(kind, {}).setdefault(target, {})[item] = held
        return found

    def proofs(self, kind: TargetKind, target_id: int) -> str:
        """The references of the evidence in use of one target, in words; they will stand on the sheet of evidence."""
        return self.referred(self._evidence.get(kind.value, {}).get(target_id, {}))

    def referred(self, items: Items) -> str:
        """The same for items that are known: ACME-EVD-0001, ACME-EVD-0004 (to confirm), ACME-EVD-0007 (expired)."""
        self._used.update(items)
        return ", ".join(_referred(held) for _, held in sorted(items.items()))

    def used(self) -> tuple[int, ...]:
        """The items that were referred to so far."""
        return tuple(sorted(self._used))

    def evidence_rows(self) -> list[tuple[object, ...]]:
        """Every item that was referred to, with its newest file; read it when all other sheets are laid out."""
        connection = self.store.read()
        ids = sorted(self._used)
        newest = evidence.newest_revisions(connection, ids)
        rows: list[tuple[object, ...]] = []
        for item in evidence.items(connection, ids):
            file = newest.get(item.id)
            rows.append(
                (
                    item.ref, item.title, file.file_name if file else "", file.kind if file else "",
                    file.blob_sha256 if file else "", file.size if file else None, item.revision, item.collected,
                    item.collector, item.author, item.expires, item.confidentiality,
                    {"needed": "still needed", "done": "done"}.get(item.redaction, ""), item.description,
                )
            )  # fmt: skip
        return rows


def _referred(held: Held) -> str:
    said = [word for word, is_so in (("expired", held.expired), ("to confirm", held.awaiting)) if is_so]
    return f"{held.ref} ({', '.join(said)})" if said else held.ref


def joined(texts: Iterable[str]) -> str:
    """Several values of one cell."""
    return ", ".join(texts)


_SEPARATORS = frozenset(",;|\n")
"""What an import splits a cell of several ids at (desktop/records/cells.py)."""


def ids_cell(ids: Iterable[str]) -> str:
    """Several ids in a cell that comes back in; one that would be split there is left out, and none is unlinked."""
    return joined(one for one in ids if not _SEPARATORS & set(one))


def left_out(ids: Iterable[str]) -> str:
    """What a sheet says of ids that `ids_cell` leaves out; '' when there are none."""
    found = [one for one in ids if _SEPARATORS & set(one)]
    if not found:
        return ""
    shown = "; ".join(found[:3]) + (" ..." if len(found) > 3 else "")
    return f"Ids with a comma, semicolon or bar are not among the ids of a row, but on the sheet RTTM: {shown}."


def counted_words(counts: Sequence[tuple[str, int]]) -> str:
    """Those that are not none: 3 Passed, 1 Failed."""
    return ", ".join(f"{count:,} {word}" for word, count in counts if count) or "none"

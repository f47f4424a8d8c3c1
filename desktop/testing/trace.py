"""The traceability matrix: requirement to case to newest result to evidence to defect, and back; gaps first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from desktop.browse.frame_table import FrameTable
from desktop.clock import Clock, today
from desktop.errors import NotFound
from desktop.evidence.model import Proof, Target, TargetKind
from desktop.evidence.service import EvidenceService
from desktop.pit.service import PitService
from desktop.testing.covering import cover_of
from desktop.testing.matrix import Matrix, RequirementLine
from desktop.testing.model import (
    CaseTrace,
    Cover,
    Coverage,
    CoverageRow,
    DefectStatus,
    LatestResult,
    RequirementTrace,
    Status,
    TracedCase,
    TracedRequirement,
)
from desktop.testing.requirement_rows import case_of, requirement_of, steps_by_case
from desktop.testing.tables import case_table, requirement_table
from local_db import audit, defects, requirements, test_runs, trace
from local_db.connection import Connection, Store
from local_db.requirements import RequirementRow

_Defects = dict[int, tuple[tuple[int, str, str, DefectStatus], ...]]


class TraceService:
    """What pages and commands call about traceability. Reads only. Every call may run on a worker thread."""

    def __init__(self, store: Store, evidence: EvidenceService, pit: PitService, clock: Clock) -> None:
        """`pit` says which reliance is proven."""
        self._store = store
        self._evidence = evidence
        self._pit = pit
        self._clock = clock
        self._last: tuple[tuple[audit.Head, date], Matrix] | None = None

    def matrix(self) -> Matrix:
        """The whole matrix as it is now; do not change it.

        The last one is given again while the log has no newer entry: nothing that stands in it can change without one,
        undo included, but the day: evidence
        and reliance expire. So the tables and the counts of one page read the workspace once.
        """
        day = today(self._clock)
        with self._store.reading() as connection:
            key = (audit.head(connection), day)
            last = self._last
            if last is None or last[0] != key:
                last = (key, Matrix(self._store, self._pit.reliances(day), day))
                self._last = last
        return last[1]

    def requirements(self) -> FrameTable:
        """Every requirement with its cover, cases, newest results, evidence and defects, gaps first.

        The columns are in desktop/testing/tables.py.
        """
        return requirement_table(self.matrix)

    def cases(self) -> FrameTable:
        """Every case with its requirements, newest result, evidence and defects; those without any of them first."""
        return case_table(self.matrix)

    def requirement(self, requirement_id: int) -> RequirementTrace:
        """One requirement followed to its defects. Raises NotFound."""
        connection = self._store.read()
        row = _requirement(connection, requirement_id)
        own = self._evidence.proofs(Target(TargetKind.REQUIREMENT, requirement_id))
        found = trace.links_of_requirement(connection, requirement_id)
        newest = {one.case_id: one for one in test_runs.newest(connection, [case_id for _, case_id, *_ in found])}
        seen = _defects(connection, [case_id for _, case_id, *_ in found])
        cases = []
        for link_id, case_id, key, title, stage, changed in found:
            latest = _latest(newest.get(case_id))
            cases.append(
                TracedCase(
                    link_id, case_id, key, title, stage, latest, self._proofs(case_id, latest.result_id),
                    seen.get(case_id, ()), changed,
                )
            )  # fmt: skip
        reliance = next((one for one in self._pit.reliances(today(self._clock)) if one.id == row.reliance_id), None)
        cover = cover_of(
            applies=not row.applies,
            cases=[(case.latest.status, _in_use(case.evidence)) for case in cases],
            evidence=_in_use(own),
            reliance=None if reliance is None else reliance.proven,
        )
        words = "" if reliance is None else f"{reliance.ref} {reliance.details.third_party}"
        return RequirementTrace(requirement_of(row), cover, tuple(cases), own, words)

    def case(self, case_id: int) -> CaseTrace:
        """One case followed both ways. Raises NotFound."""
        connection = self._store.read()
        rows = requirements.cases(connection, [case_id])
        if not rows:
            raise NotFound(f"There is no test case {case_id} any more.", todo="Choose another one.")
        steps = steps_by_case(requirements.steps(connection, [case_id]))
        results = tuple(_latest(one) for one in test_runs.results_of_case(connection, case_id))
        traced = []
        for link_id, requirement_id, changed in trace.links_of_case(connection, case_id):
            followed = self.requirement(requirement_id)
            one = followed.requirement
            traced.append(TracedRequirement(link_id, one.id, one.key, one.title, one.family, followed.cover, changed))
        newest = results[0].result_id if results else None
        return CaseTrace(
            case_of(rows[0], steps.get(case_id, ())),
            tuple(traced),
            results,
            self._proofs(case_id, newest),
            _defects(connection, [case_id]).get(case_id, ()),
        )

    def coverage(self) -> Coverage:
        """How many requirements stand how, by family and by stage, those with most gaps first; and what to look at."""
        return coverage_of(self.matrix())

    def _proofs(self, case_id: int, result_id: int | None) -> tuple[Proof, ...]:
        """Of the case and of its newest result."""
        found = self._evidence.proofs(Target(TargetKind.TEST_CASE, case_id))
        if result_id is not None:
            found += self._evidence.proofs(Target(TargetKind.RESULT, result_id))
        return found


def coverage_of(matrix: Matrix) -> Coverage:
    """The counts of a matrix. Requirements that do not apply are counted as such, and are no gap."""
    covers = [(one, matrix.cover(one)) for one in matrix.requirements]
    return Coverage(
        _row("", [cover for _, cover in covers]),
        _by(covers, lambda one: one.family),
        _by(covers, lambda one: one.stage),
        sum(changed for links in matrix.links_of_requirement.values() for _, _, changed in links),
        sum(case.id not in matrix.links_of_case for case in matrix.cases),
    )


def _by(
    covers: Iterable[tuple[RequirementLine, Cover]], of: Callable[[RequirementLine], str]
) -> tuple[CoverageRow, ...]:
    """By a name, which documents write in more than one way: their first spelling stands for all."""
    names: dict[str, str] = {}
    found: dict[str, list[Cover]] = {}
    for one, cover in covers:
        name = of(one)
        found.setdefault(names.setdefault(name.casefold(), name), []).append(cover)
    rows = [_row(name, many) for name, many in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row.gaps, row.name == "", row.name.casefold())))


def _row(name: str, covers: Sequence[Cover]) -> CoverageRow:
    return CoverageRow(name, len(covers), {cover: covers.count(cover) for cover in Cover})


def _latest(row: test_runs.NewestRow | None) -> LatestResult:
    if row is None:
        return LatestResult(None, "", Status.NOT_RUN, "")
    return LatestResult(row.result_id, row.run_ref, Status(row.status), row.executed, row.changed)


def _in_use(proofs: Iterable[Proof]) -> bool:
    """Whether one of them proves something: neither withdrawn nor expired."""
    return any(not (proof.withdrawn or proof.expired) for proof in proofs)


def _requirement(connection: Connection, requirement_id: int) -> RequirementRow:
    found = requirements.requirements(connection, [requirement_id])
    if not found:
        raise NotFound(f"There is no requirement {requirement_id} any more.", todo="Choose another one.")
    return found[0]


def _defects(connection: Connection, case_ids: Sequence[int]) -> _Defects:
    found: _Defects = {}
    for case_id, row in defects.of_cases(connection, case_ids):
        found[case_id] = (*found.get(case_id, ()), (row.id, row.ref, row.title, DefectStatus(row.status)))
    return found

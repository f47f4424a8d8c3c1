"""The whole traceability matrix, read at once: what stands in its tables, counts and workbooks comes from here.

Its lines are named tuples and no dataclasses: there are tens of thousands, and each is made in a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from desktop.evidence.model import TargetKind
from desktop.pit.model import Reliance
from desktop.testing.covering import cover_of
from desktop.testing.model import Cover, DefectStatus, Status
from local_db import test_runs, trace
from local_db.connection import Connection, Store

_STATUS = {status.value: status for status in Status}
_OPEN = {status.value for status in DefectStatus if status.is_open}


class Held(NamedTuple):
    """An item of evidence in use that something relies on."""

    ref: str
    awaiting: bool
    """A link of it awaits confirmation."""
    expired: bool
    """It was good until a day before today: it is shown, and proves nothing."""

    @classmethod
    def of(cls, ref: str, awaiting: int, good_until: str, today: date) -> Held:
        """From what is kept; `good_until` is an ISO day, '' = for ever."""
        return cls(ref, bool(awaiting), bool(good_until) and good_until < today.isoformat())


Items = dict[int, Held]
"""Evidence in use by its id."""


def proving(items: Items) -> int:
    """How many of these items prove something today: those that have not expired."""
    return sum(not one.expired for one in items.values())


class RequirementLine(NamedTuple):
    """A requirement as it is kept, in short."""

    id: int
    key: str
    title: str
    text: str
    family: str
    stage: str
    party: str
    priority: str
    applies: str
    owner: str
    note: str
    source: str
    missing: int
    reliance_id: int | None


class CaseLine(NamedTuple):
    """A case as it is kept, in short."""

    id: int
    key: str
    title: str
    scenario: str
    stage: str
    priority: str
    owner: str
    note: str
    source: str
    missing: int


class Newest(NamedTuple):
    """The newest result of a case."""

    result_id: int
    run_id: int
    run_ref: str
    status: Status
    executed: str
    changed: bool
    """The case reads otherwise now than when it was run."""


class Seen(NamedTuple):
    """A defect that was seen in a result of a case."""

    id: int
    ref: str
    title: str
    status: str

    @property
    def open(self) -> bool:
        """Whether it still counts against a gate."""
        return self.status in _OPEN


class Matrix:
    """Requirements, cases, and everything between them, at one moment."""

    def __init__(self, store: Store, reliances: Iterable[Reliance], today: date) -> None:
        """Read it all: ten queries, whatever the size. It is true of `today`: evidence expires."""
        self.today = today
        with store.reading() as connection:
            self._read(connection)
        self.reliances: Mapping[int, Reliance] = {one.id: one for one in reliances}
        self._of_case: dict[int, Items] = {}
        self._covers: dict[int, Cover] = {}

    def _read(self, connection: Connection) -> None:
        self.requirements = list(map(RequirementLine._make, trace.requirement_rows(connection)))
        self.cases = list(map(CaseLine._make, trace.case_rows(connection)))
        self.cases_by_id = {case.id: case for case in self.cases}
        self.requirements_by_id = {one.id: one for one in self.requirements}
        self.links_of_requirement: dict[int, list[tuple[int, int, bool]]] = {}
        """Requirement to (link, case, whether it has to be looked at)."""
        self.links_of_case: dict[int, list[tuple[int, int, bool]]] = {}
        """Case to (link, requirement, whether it has to be looked at)."""
        for link_id, requirement_id, case_id, changed in trace.link_rows(connection):
            self.links_of_requirement.setdefault(requirement_id, []).append((link_id, case_id, bool(changed)))
            self.links_of_case.setdefault(case_id, []).append((link_id, requirement_id, bool(changed)))
        self.newest = {
            row[0]: Newest(row[1], row[2], row[3], _STATUS[row[4]], row[5], bool(row[6]))
            for row in test_runs.newest_rows(connection)
        }
        self.results = trace.result_counts(connection)
        self.evidence: dict[str, dict[int, Items]] = {}
        for kind, target, item, ref, awaiting, good_until in trace.evidence_rows(connection):
            held = Held.of(ref, awaiting, good_until, self.today)
            self.evidence.setdefault(kind, {}).setdefault(target, {})[item] = held
        self.defects: dict[int, list[Seen]] = {}
        """Case to the defects that were seen in its results."""
        for case_id, defect_id, ref, title, status in trace.defect_rows(connection):
            self.defects.setdefault(case_id, []).append(Seen(defect_id, ref, title, status))
        self.work_off: dict[int, list[str]] = {}
        for requirement_id, ref in trace.work_off_rows(connection):
            self.work_off.setdefault(requirement_id, []).append(ref)

    def status(self, case_id: int) -> Status:
        """The status of a case's newest result; Not run when it has none."""
        newest = self.newest.get(case_id)
        return Status.NOT_RUN if newest is None else newest.status

    def evidence_of_case(self, case_id: int) -> Items:
        """Evidence in use of a case and of its newest result."""
        found = self._of_case.get(case_id)
        if found is None:
            found = self._items(TargetKind.TEST_CASE, case_id)
            newest = self.newest.get(case_id)
            if newest is not None:
                found = _joined(found, self._items(TargetKind.RESULT, newest.result_id))
            self._of_case[case_id] = found
        return found

    def is_proven(self, case_id: int) -> bool:
        """Whether evidence that has not expired is linked to a case or to its newest result."""
        return bool(proving(self.evidence_of_case(case_id)))

    def evidence_of_requirement(self, requirement_id: int) -> Items:
        """Evidence in use of a requirement itself."""
        return self._items(TargetKind.REQUIREMENT, requirement_id)

    def all_evidence_of(self, requirement_id: int) -> Items:
        """Evidence in use of a requirement, of its cases and of their newest results."""
        found = self.evidence_of_requirement(requirement_id)
        for _, case_id, _ in self.links_of_requirement.get(requirement_id, ()):
            more = self.evidence_of_case(case_id)
            if more:
                found = _joined(found, more)
        return found

    def defects_of(self, requirement_id: int) -> dict[int, Seen]:
        """The defects that were seen in results of a requirement's cases, by their ids."""
        found: dict[int, Seen] = {}
        for _, case_id, _ in self.links_of_requirement.get(requirement_id, ()):
            for seen in self.defects.get(case_id, ()):
                found[seen.id] = seen
        return found

    def cover(self, one: RequirementLine) -> Cover:
        """How a requirement stands (desktop/testing/covering.py)."""
        found = self._covers.get(one.id)
        if found is None:
            found = self._covers[one.id] = self._cover(one)
        return found

    def _cover(self, one: RequirementLine) -> Cover:
        links = self.links_of_requirement.get(one.id, ())
        reliance = self.reliances.get(one.reliance_id) if one.reliance_id else None
        return cover_of(
            applies=not one.applies,
            cases=[(self.status(case_id), self.is_proven(case_id)) for _, case_id, _ in links],
            evidence=bool(proving(self.evidence_of_requirement(one.id))),
            reliance=None if reliance is None else reliance.proven,
        )

    def reliance_words(self, one: RequirementLine) -> str:
        """Reference and third party, '' when a requirement rests on nobody."""
        reliance = self.reliances.get(one.reliance_id) if one.reliance_id else None
        return "" if reliance is None else f"{reliance.ref} {reliance.details.third_party}"

    def _items(self, kind: TargetKind, target_id: int) -> Items:
        return self.evidence.get(kind.value, {}).get(target_id, {})


def _joined(first: Items, second: Items) -> Items:
    """Both; an item that awaits confirmation in one of them does."""
    joined = dict(first)
    for item, held in second.items():
        joined[item] = held._replace(awaiting=held.awaiting or (item in joined and joined[item].awaiting))
    return joined

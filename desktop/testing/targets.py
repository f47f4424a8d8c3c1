"""What evidence can prove of testing: requirements, test cases, results, defects and work-off items by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.evidence.model import TargetKind, TargetName
from local_db import target_names
from local_db.connection import Store

KINDS = (
    TargetKind.REQUIREMENT, TargetKind.TEST_CASE, TargetKind.RESULT, TargetKind.DEFECT, TargetKind.WORK_OFF,
)  # fmt: skip


class TestingTargets:
    """The names of one kind (one of `KINDS`); a result is called by its run and case: ACME-RUN-0001 T-17."""

    def __init__(self, store: Store, kind: TargetKind) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._kind = kind

    def names(self, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """How these are called; ids that are not there (any more) are left out."""
        found = target_names.names(self._store.read(), self._kind.value, ids)
        return {row_id: TargetName(ref, title) for row_id, ref, title in found}

    def find(self, text: str, limit: int) -> Sequence[tuple[int, TargetName]]:
        """Ids with names that fit the text, best first; all, in their usual order, for ''."""
        found = target_names.find(self._store.read(), self._kind.value, text, limit)
        return [(row_id, TargetName(ref, title)) for row_id, ref, title in found]

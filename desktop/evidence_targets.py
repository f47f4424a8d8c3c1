"""What evidence can be linked to: one source of names for each kind of target, from the capability that has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.cutover.targets import ActivityTargets
from desktop.declarations.targets import DeclarationTargets
from desktop.evidence.model import TargetKind, TargetName, Targets
from desktop.pit.targets import DeliverableTargets, RelianceTargets
from desktop.requests.targets import QuestionTargets
from desktop.testing.targets import KINDS, TestingTargets
from local_db.connection import Store


def targets_of(store: Store) -> Mapping[TargetKind, Targets]:
    """The sources of names; each reads when it is asked, not before."""
    sources: dict[TargetKind, Targets] = {kind: TestingTargets(store, kind) for kind in KINDS}
    sources[TargetKind.DELIVERABLE] = DeliverableTargets(store)
    sources[TargetKind.RELIANCE] = RelianceTargets(store)
    sources[TargetKind.ACTIVITY] = ActivityTargets(store)
    sources[TargetKind.DECLARATION] = DeclarationTargets(store)
    sources[TargetKind.QUESTION] = QuestionTargets(store)
    sources[TargetKind.FINDING] = _LateFindings(store)
    return sources


class _LateFindings:
    """Findings by their names; what reads them is loaded when it is first asked, for it loads every check."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def names(self, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """See `Targets`."""
        return self._source().names(ids)

    def find(self, text: str, limit: int) -> Sequence[tuple[int, TargetName]]:
        """See `Targets`."""
        return self._source().find(text, limit)

    def _source(self) -> Targets:
        from desktop.cleanse.finding_targets import FindingTargets

        return FindingTargets(self._store)

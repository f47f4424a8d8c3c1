"""How deliverables and reliances are called, for evidence that is linked to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.evidence.model import TargetName
from local_db import pit
from local_db.connection import Store


class _Named:
    """Names by id in their usual order; a text finds those that hold all its words."""

    def __init__(self, store: Store) -> None:
        """Reads when it is asked."""
        self._store = store

    def _all(self) -> Mapping[int, TargetName]:
        raise NotImplementedError

    def names(self, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """See Targets."""
        known = self._all()
        return {one: known[one] for one in ids if one in known}

    def find(self, text: str, limit: int) -> Sequence[tuple[int, TargetName]]:
        """See Targets: a reference that begins with the text comes first."""
        words = text.casefold().split()
        found = [
            (one, name)
            for one, name in self._all().items()
            if all(word in f"{name.ref} {name.title}".casefold() for word in words)
        ]
        if words:
            found.sort(key=lambda pair: not pair[1].ref.casefold().startswith(words[0]))
        return found[:limit]


class DeliverableTargets(_Named):
    """The deliverables of the PIT plan."""

    def _all(self) -> Mapping[int, TargetName]:
        rows = pit.deliverables(self._store.read())
        return {row.id: TargetName(row.ref, row.title) for row in rows}


class RelianceTargets(_Named):
    """Third parties whose testing is relied on."""

    def _all(self) -> Mapping[int, TargetName]:
        return {
            row.id: TargetName(row.ref, f"{row.third_party} · {row.product}" if row.product else row.third_party)
            for row in pit.reliances(self._store.read())
        }

"""How deliverables and reliances are called, for evidence that is linked to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from desktop.evidence.model import TargetName
from local_db import pit
from local_db.connection import Store


class _Named:
    """Names by id in their usual order; a text finds those that hold all its words."""

    def __init__(self, load: Callable[[], Mapping[int, TargetName]]) -> None:
        """`load` reads all names; it is called when they are asked for."""
        self._load = load

    def names(self, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """See Targets."""
        known = self._load()
        return {one: known[one] for one in ids if one in known}

    def find(self, text: str, limit: int) -> Sequence[tuple[int, TargetName]]:
        """See Targets: a reference that begins with the text comes first."""
        words = text.casefold().split()
        found = [
            (one, name)
            for one, name in self._load().items()
            if all(word in f"{name.ref} {name.title}".casefold() for word in words)
        ]
        if words:
            found.sort(key=lambda pair: not pair[1].ref.casefold().startswith(words[0]))
        return found[:limit]


class DeliverableTargets(_Named):
    """The deliverables of the PIT plan."""

    def __init__(self, store: Store) -> None:
        """Reads when it is asked."""
        super().__init__(lambda: {row.id: TargetName(row.ref, row.title) for row in pit.deliverables(store.read())})


class RelianceTargets(_Named):
    """Third parties whose testing is relied on."""

    def __init__(self, store: Store) -> None:
        """Reads when it is asked."""
        super().__init__(lambda: {row.id: TargetName(row.ref, _called(row)) for row in pit.reliances(store.read())})


def _called(row: pit.RelianceRow) -> str:
    return f"{row.third_party} · {row.product}" if row.product else row.third_party

"""How cutover activities are called, for evidence that is linked to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.evidence.model import TargetName
from local_db import cutover as rows
from local_db.connection import Store


class ActivityTargets:
    """The activities of every plan; their reference names the plan, since ids repeat from plan to plan."""

    def __init__(self, store: Store) -> None:
        """Reads when it is asked."""
        self._store = store

    def names(self, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """See Targets."""
        return {one.id: _name(one) for one in rows.names(self._store.read(), ids)}

    def find(self, text: str, limit: int) -> Sequence[tuple[int, TargetName]]:
        """See Targets: one whose own id is the text comes first, then open plans before closed, newest plan first."""
        words = text.casefold().split()
        found = [
            (one, _name(one))
            for one in rows.names(self._store.read())
            if all(word in f"{one.plan_ref} {one.key} {one.title} {one.plan_title}".casefold() for word in words)
        ]
        if words:
            found.sort(key=lambda pair: not pair[0].key.casefold().startswith(words[0]))
        return [(one.id, name) for one, name in found[:limit]]


def _name(one: rows.NameRow) -> TargetName:
    rehearsal = "REHEARSAL: " if one.rehearsal else ""
    return TargetName(f"{one.plan_ref} {one.key}", f"{rehearsal}{one.title}")

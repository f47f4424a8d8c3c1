"""How declarations are called, for evidence that is linked to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.evidence.model import TargetName
from local_db import declarations as rows
from local_db.connection import Store


class DeclarationTargets:
    """Every version of every declaration, newest first; a text finds those that hold all its words."""

    def __init__(self, store: Store) -> None:
        """Reads when it is asked."""
        self._store = store

    def names(self, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """See Targets."""
        return {row.id: _name(row) for row in rows.declarations(self._store.read(), ids)}

    def find(self, text: str, limit: int) -> Sequence[tuple[int, TargetName]]:
        """See Targets: a reference that begins with the text comes first."""
        words = text.casefold().split()
        found = [
            (row.id, name)
            for row in rows.declarations(self._store.read())
            if all(word in f"{(name := _name(row)).ref} {name.title}".casefold() for word in words)
        ]
        if words:
            found.sort(key=lambda pair: not pair[1].ref.casefold().startswith(words[0]))
        return found[:limit]


def _name(row: rows.DeclarationRow) -> TargetName:
    return TargetName(f"{row.ref} v{row.version}", row.title)

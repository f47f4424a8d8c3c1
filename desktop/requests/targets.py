"""How questions of information requests are called, for evidence that is linked to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.evidence.model import TargetName
from local_db import info_requests as rows
from local_db.connection import Store


class QuestionTargets:
    """The questions of every request; their reference names the request, since numbers repeat."""

    def __init__(self, store: Store) -> None:
        """Reads when it is asked."""
        self._store = store

    def names(self, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """See Targets."""
        return {one.id: _name(one) for one in rows.names(self._store.read(), ids)}

    def find(self, text: str, limit: int) -> Sequence[tuple[int, TargetName]]:
        """See Targets: one whose own number begins with the text comes first, then open requests before closed."""
        words = text.casefold().split()
        found = [
            one
            for one in rows.names(self._store.read())
            if all(
                word in f"{one.request_ref} {one.their_ref} {one.key} {one.text} {one.request_title}".casefold()
                for word in words
            )
        ]
        if words:
            found.sort(key=lambda one: not one.key.casefold().startswith(words[0]))
        return [(one.id, _name(one)) for one in found[:limit]]


def _name(one: rows.NameRow) -> TargetName:
    return TargetName(f"{one.request_ref} {one.key}", " ".join(one.text.split()))

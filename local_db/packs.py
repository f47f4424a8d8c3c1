"""Queries about the content packs that the person brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from local_db.connection import Store


@dataclass(frozen=True)
class PackRow:
    """A pack as it is kept; `body` is the whole file's text."""

    kind: str
    version: str
    status: str
    source: str
    sha256: str
    body: str


def in_use(store: Store, kind: str) -> PackRow | None:
    """The person's pack of this kind that is in use, if there is one."""
    row = (
        store.read()
        .execute(
            "SELECT kind, version, status, source, sha256, body FROM content_pack"
            " WHERE kind = ? AND in_use = 1 ORDER BY id DESC LIMIT 1",
            (kind,),
        )
        .fetchone()
    )
    return PackRow(*row) if row else None


def earlier(store: Store, kind: str) -> list[PackRow]:
    """The person's packs of a kind that were in use before the one in use, the newest first."""
    found = store.read().execute(
        "SELECT kind, version, status, source, sha256, body FROM content_pack WHERE kind = ?1 AND in_use = 0 AND id < "
        "coalesce((SELECT max(id) FROM content_pack WHERE kind = ?1 AND in_use = 1), 0) ORDER BY id DESC",
        (kind,),
    )
    return [PackRow(*row) for row in found]


def take(store: Store, pack: PackRow, *, title: str, actor: str, at: datetime) -> None:
    """Keep a pack and use it from now on, as one undoable step."""
    used = _used_ids(store, pack.kind)
    with store.edit(action="content.take", title=title, subjects=["content"], actor=actor, at=at) as edit:
        edit.update("content_pack", used, {"in_use": 0})
        edit.insert(
            "content_pack",
            {
                "kind": pack.kind,
                "version": pack.version,
                "status": pack.status,
                "source": pack.source,
                "sha256": pack.sha256,
                "body": pack.body,
                "taken_at": at.isoformat(),
                "in_use": 1,
            },
        )


def reset(store: Store, kind: str, *, title: str, actor: str, at: datetime) -> None:
    """Use the shipped pack of a kind again, as one undoable step; the person's stay kept."""
    used = _used_ids(store, kind)
    with store.edit(action="content.reset", title=title, subjects=["content"], actor=actor, at=at) as edit:
        edit.update("content_pack", used, {"in_use": 0})


def _used_ids(store: Store, kind: str) -> list[int]:
    found = store.read().execute("SELECT id FROM content_pack WHERE kind = ? AND in_use = 1", (kind,))
    return [row[0] for row in found]

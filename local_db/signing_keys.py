"""Queries about signing keys: public halves only."""

from __future__ import annotations

from dataclasses import dataclass

from local_db.connection import Connection, Store

_COLUMNS = "id, fingerprint, public_key, person, kept, created_at, retired"


@dataclass(frozen=True)
class KeyRow:
    """A key as it is kept; `public_key` is base64 of the raw 32 bytes."""

    id: int
    fingerprint: str
    public_key: str
    person: str
    kept: str
    created_at: str
    retired: str


def every_key(store: Store) -> list[KeyRow]:
    """All that were ever made, newest first."""
    return [KeyRow(*row) for row in store.read().execute(f"SELECT {_COLUMNS} FROM signing_key ORDER BY id DESC")]  # noqa: S608


def key(store: Store, key_id: int) -> KeyRow | None:
    """One; None if there is none."""
    row = store.read().execute(f"SELECT {_COLUMNS} FROM signing_key WHERE id = ?", (key_id,)).fetchone()  # noqa: S608
    return KeyRow(*row) if row else None


def add(connection: Connection, *, fingerprint: str, public_key: str, person: str, kept: str, at: str, by: str) -> int:
    """Keep a new one, inside `store.write()`; returns its id."""
    cursor = connection.execute(
        "INSERT INTO signing_key (fingerprint, public_key, person, kept, created_at, created_by)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (fingerprint, public_key, person, kept, at, by),
    )
    return int(cursor.lastrowid or 0)


def retire(connection: Connection, key_id: int, reason: str) -> None:
    """Say why one is used no more, inside `store.write()`."""
    connection.execute("UPDATE signing_key SET retired = ? WHERE id = ?", (reason, key_id))

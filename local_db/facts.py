"""Facts about the workspace file itself, by name, on a connection that is given."""

from __future__ import annotations

from local_db.engine import Connection


def get(connection: Connection, name: str) -> str | None:
    """A fact about this file (workspace_id, created_at ...); None if it is not there."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def put(connection: Connection, name: str, value: str) -> None:
    """Note a fact about this file, inside a transaction."""
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )

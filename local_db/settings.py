"""The queries of the workspace's settings (JSON by name) and of the facts about the file itself."""

from __future__ import annotations

import json
from typing import Any

from local_db import facts
from local_db.connection import Connection, Store


def read_all(store: Store) -> dict[str, Any]:
    """Every setting that differs from its default, by name."""
    return {name: json.loads(value) for name, value in store.read().execute("SELECT name, value FROM setting")}


def put(connection: Connection, name: str, value: object) -> None:
    """Set one, inside `store.write()`."""
    connection.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, encode(value)),
    )


def encode(value: object) -> str:
    """The JSON text of a setting."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def row_id(connection: Connection, name: str) -> int | None:
    """The rowid of a setting, for `Store.edit`; None when it stands at its default."""
    row = connection.execute("SELECT rowid FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else int(row[0])


def remove(connection: Connection, name: str) -> None:
    """Put one back to its default, inside `store.write()`."""
    connection.execute("DELETE FROM setting WHERE name = ?", (name,))


def fact(store: Store, name: str) -> str | None:
    """A fact about this file (workspace_id, created_at ...); None if it is not there."""
    return facts.get(store.read(), name)


def put_fact(connection: Connection, name: str, value: str) -> None:
    """Note a fact about this file, inside `store.write()`."""
    facts.put(connection, name, value)

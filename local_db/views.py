"""The queries of saved views."""

from __future__ import annotations

from dataclasses import dataclass

from local_db.connection import Connection, Store


@dataclass(frozen=True)
class ViewRow:
    """One saved view as stored; `spec` is the JSON of desktop.browse.view.View."""

    id: int
    table_name: str
    name: str
    spec: str


def rows(store: Store, table_name: str) -> tuple[ViewRow, ...]:
    """The views of one table by name."""
    found = store.read().execute(
        "SELECT id, table_name, name, spec FROM saved_view WHERE table_name = ? ORDER BY name COLLATE NOCASE",
        (table_name,),
    )
    return tuple(ViewRow(*row) for row in found)


def by_id(connection: Connection, view_id: int) -> ViewRow | None:
    """One view."""
    row = connection.execute("SELECT id, table_name, name, spec FROM saved_view WHERE id = ?", (view_id,)).fetchone()
    return None if row is None else ViewRow(*row)


def by_name(connection: Connection, table_name: str, name: str) -> ViewRow | None:
    """The view of this name, if the table has one; names are compared without regard to case."""
    row = connection.execute(
        "SELECT id, table_name, name, spec FROM saved_view WHERE table_name = ? AND name = ? COLLATE NOCASE",
        (table_name, name),
    ).fetchone()
    return None if row is None else ViewRow(*row)

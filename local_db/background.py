"""Writes that are no step of a person: they keep clear of the rows that Undo and Redo would put back."""

from __future__ import annotations

from collections.abc import Iterable

from local_db.connection import Connection
from local_db.undo_log import quoted, table_of


def free_id(connection: Connection, table: str) -> int:
    """An id that no row has, and that no step would give back to one: inside the running `write()`.

    Ids are given again once the newest rows are gone; a row of the background that took such an id would stand in the
    way of Redo.
    """
    table_of(connection, table)
    kept = connection.execute(f"SELECT coalesce(max(rowid), 0) FROM {quoted(table)}").fetchone()[0]  # noqa: S608 - checked above
    in_steps = connection.execute(
        "SELECT coalesce(max(i.row_id), 0) FROM undo_image AS i JOIN undo_table AS t ON t.id = i.table_id "
        "WHERE t.table_name = ?",
        (table,),
    ).fetchone()[0]
    return int(max(kept, in_steps)) + 1


def in_a_step(connection: Connection, table: str, row_ids: Iterable[int]) -> bool:
    """Whether a step that Undo or Redo would go back over holds one of these rows.

    Such a row is changed by a step of its own, so that Undo goes back over that one first; else Undo of the person's
    step would be refused, since its row changed.
    """
    wanted = set(row_ids)
    found = connection.execute(
        "SELECT DISTINCT i.row_id FROM undo_image AS i JOIN undo_table AS t ON t.id = i.table_id "
        "WHERE t.table_name = ?",
        (table,),
    )
    return any(int(row[0]) in wanted for row in found)

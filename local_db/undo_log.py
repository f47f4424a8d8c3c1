# ruff: noqa: S608 - names of tables and columns come from the schema; values are always bound
"""The steps that can be undone: their images of rows, going back over them and forward again.

A step of a person that cannot be undone (a signature) ends the chain: what came before it is not offered any more
(docs/decisions/0013-undo-ends-at-a-signature.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local_db import audit, facts
from local_db.engine import Connection
from local_db.errors import WorkspaceError

LISTED = 50
"""An edit of at most this many rows is written into the audit log row by row; a larger one as count and digest."""

KEPT_STEPS = 200
KEPT_IMAGES = 2_000_000
"""Older steps are forgotten beyond these numbers; the audit log keeps what they did."""
COUNTED_FROM = 1_000

_BARRIER = "undo_barrier"
"""The fact that holds the title of the last step that ended the chain."""


@dataclass(frozen=True)
class Replayed:
    """An undone or redone step: its title, its subjects (desktop.changes.Subject values) and its number of rows."""

    title: str
    subjects: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Table:
    """A table's columns, without the one that is the rowid itself; that one is `key` ('' when there is none)."""

    name: str
    key: str
    columns: tuple[str, ...]

    def values(self, of: str) -> str:
        """SQL for the JSON list of the values of the row called `of`."""
        return "json_array(" + ", ".join(f"{of}.{quoted(c)}" for c in self.columns) + ")"


def quoted(name: str) -> str:
    """A name of a table or column as SQL."""
    return '"' + name.replace('"', '""') + '"'


def table_of(connection: Connection, name: str) -> Table:
    """The shape of a table. Raises ValueError if there is none of this name."""
    rows = connection.execute("SELECT name, type, pk FROM pragma_table_info(?)", (name,)).fetchall()
    if not rows:
        raise ValueError(f"there is no table {name}")
    keys = [str(row[0]) for row in rows if row[2]]
    alias = [str(row[0]) for row in rows if row[2] and str(row[1]).upper() == "INTEGER"]
    key = alias[0] if len(keys) == 1 and alias else ""
    return Table(name, key, tuple(str(row[0]) for row in rows if str(row[0]) != key))


def add_step(connection: Connection, title: str, subjects: Sequence[str], actor: str, at: datetime) -> int:
    """Begin a step; returns its id."""
    cursor = connection.execute(
        "INSERT INTO undo_step (at, actor, title, subjects) VALUES (?, ?, ?, ?)",
        (audit.timestamp(at), actor, title, json.dumps([str(one) for one in subjects])),
    )
    return int(cursor.lastrowid or 0)


def summary(connection: Connection, step: int) -> list[dict[str, Any]]:
    """What the audit entry says of each table: every row when they are few, else how many and a digest of them."""
    told: list[dict[str, Any]] = []
    tables = connection.execute(
        "SELECT id, table_name, columns FROM undo_table WHERE step_id = ? ORDER BY id", (step,)
    ).fetchall()
    for table_id, name, columns in tables:
        added, removed, changed = connection.execute(
            "SELECT count(*) FILTER (WHERE before IS NULL), count(*) FILTER (WHERE after IS NULL), "
            "count(*) FILTER (WHERE before IS NOT NULL AND after IS NOT NULL) FROM undo_image WHERE table_id = ?",
            (table_id,),
        ).fetchone()
        if added + removed + changed == 0:
            continue
        entry: dict[str, Any] = {"table": name, "added": added, "removed": removed, "changed": changed}
        if added + removed + changed <= LISTED:
            entry["columns"] = json.loads(columns)
            entry["rows"] = [
                {"id": row_id, "before": before and json.loads(before), "after": after and json.loads(after)}
                for row_id, before, after in connection.execute(
                    "SELECT row_id, before, after FROM undo_image WHERE table_id = ? ORDER BY row_id", (table_id,)
                )
            ]
        else:
            entry["digest"] = _digest(connection, table_id)
        told.append(entry)
    return told


def _digest(connection: Connection, table_id: int) -> str:
    """SHA-256 over every image of a table, in the order of row ids, in blocks that fit into memory."""
    digest = hashlib.sha256()
    last: int | None = None
    while True:
        last, block = connection.execute(
            "SELECT max(row_id), group_concat(row_id || char(31) || coalesce(before, '') || char(31) || "
            "coalesce(after, ''), char(30) ORDER BY row_id) FROM (SELECT row_id, before, after FROM undo_image "
            "WHERE table_id = ? AND (? IS NULL OR row_id > ?) ORDER BY row_id LIMIT 20000)",
            (table_id, last, last),
        ).fetchone()
        if block is None:
            return digest.hexdigest()
        digest.update(block.encode() + b"\x1e")


def forget_old(connection: Connection, added: int) -> None:
    """Drop the oldest steps beyond the limits, never the newest one; `added` is how many images that one has.

    Images are counted only after a large step: counting them after each small one would read all of them again.
    """
    steps = [row[0] for row in connection.execute("SELECT id FROM undo_step ORDER BY id DESC")]
    keep = min(len(steps), KEPT_STEPS)
    if added >= COUNTED_FROM:
        images = 0
        for place, step in enumerate(steps[:keep]):
            images += connection.execute(
                "SELECT count(*) FROM undo_image WHERE table_id IN (SELECT id FROM undo_table WHERE step_id = ?)",
                (step,),
            ).fetchone()[0]
            if place and images > KEPT_IMAGES:
                keep = place
                break
    if keep < len(steps):
        connection.execute("DELETE FROM undo_step WHERE id <= ?", (steps[keep],))


def _next(connection: Connection, redo: bool) -> tuple[int, str, tuple[str, ...]] | None:
    row = connection.execute(
        "SELECT id, title, subjects FROM undo_step WHERE undone_at IS NOT NULL ORDER BY id LIMIT 1"
        if redo
        else "SELECT id, title, subjects FROM undo_step WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else (int(row[0]), str(row[1]), tuple(json.loads(row[2])))


def end_chain(connection: Connection, title: str) -> None:
    """Offer nothing before this point any more, neither to undo nor to redo; the audit log keeps what it did.

    The steps go, and do not only lie behind a number: ids of steps are given again when the newest were undone.
    """
    connection.execute("DELETE FROM undo_step")
    facts.put(connection, _BARRIER, title)


def barrier(connection: Connection) -> str | None:
    """The title of the step that cannot be undone and stands before what Undo would take back; None if none does."""
    return None if _next(connection, redo=False) else facts.get(connection, _BARRIER)


def undo_title(connection: Connection) -> str | None:
    """The title of the newest step that is not undone."""
    step = _next(connection, redo=False)
    return step[1] if step else None


def redo_title(connection: Connection) -> str | None:
    """The title of the step that was undone last."""
    step = _next(connection, redo=True)
    return step[1] if step else None


def undo(connection: Connection, *, actor: str, at: datetime) -> Replayed:
    """Put back the rows of the newest step inside the running transaction; adds an audit entry of its own."""
    return _replay(connection, False, actor, at)


def redo(connection: Connection, *, actor: str, at: datetime) -> Replayed:
    """Do the last undone step again inside the running transaction; adds an audit entry of its own."""
    return _replay(connection, True, actor, at)


def _replay(connection: Connection, redo: bool, actor: str, at: datetime) -> Replayed:
    verb = "redo" if redo else "undo"
    found = _next(connection, redo)
    if found is None:
        ended_by = None if redo else barrier(connection)
        if ended_by is not None:
            raise WorkspaceError(
                f"“{ended_by}” cannot be undone, so that nothing before it can be.",
                safe="Nothing was changed.",
                todo="Change by hand what was done before it, where that is wanted.",
            )
        raise WorkspaceError(f"There is nothing to {verb}.")
    step, title, subjects = found
    expected, wanted = ("before", "after") if redo else ("after", "before")
    # A step may hold rows that refer to one another, in any order.
    connection.execute("PRAGMA defer_foreign_keys = ON")
    tables = connection.execute("SELECT id, table_name, columns FROM undo_table WHERE step_id = ?", (step,)).fetchall()
    shapes = []
    for table_id, name, columns in tables:
        shape = table_of(connection, name)
        if list(shape.columns) != json.loads(columns):
            raise WorkspaceError(
                f"“{title}” cannot be {verb}ne: an older version of MHHS Desk made it.",
                safe="Nothing was changed.",
            )
        changed = connection.execute(
            f"SELECT count(*) FROM undo_image AS i LEFT JOIN {quoted(name)} AS t ON t.rowid = i.row_id "
            f"WHERE i.table_id = ? AND i.{expected} IS NOT CASE WHEN t.rowid IS NOT NULL THEN {shape.values('t')} END",
            (table_id,),
        ).fetchone()[0]
        if changed:
            raise WorkspaceError(
                f"“{title}” cannot be {verb}ne: "
                f"{changed:,} of its records {'has' if changed == 1 else 'have'} changed since.",
                safe="Nothing was changed.",
                todo="Change them by hand where that is wanted.",
            )
        shapes.append((table_id, shape))
    count = sum(_put(connection, table_id, shape, wanted) for table_id, shape in shapes)
    _check_references(connection, [shape.name for _, shape in shapes], title, verb)
    connection.execute("UPDATE undo_step SET undone_at = ? WHERE id = ?", (None if redo else audit.timestamp(at), step))
    audit.append(
        connection,
        action=verb,
        title=f"{verb.capitalize()}: {title}",
        body={"changes": summary(connection, step), "direction": verb},
        actor=actor,
        at=at,
    )
    return Replayed(title, subjects, count)


def _put(connection: Connection, table_id: int, shape: Table, wanted: str) -> int:
    """Make the rows of a step as the column `wanted` of their images says; returns how many."""
    table, names = quoted(shape.name), [quoted(c) for c in shape.columns]
    connection.execute(
        f"DELETE FROM {table} WHERE rowid IN (SELECT row_id FROM undo_image WHERE table_id = ? AND {wanted} IS NULL)",
        (table_id,),
    )
    values = ", ".join(f"json_extract(i.{wanted}, '$[{place}]')" for place in range(len(names)))
    listed = ", ".join(names)
    connection.execute(
        f"UPDATE {table} SET ({listed}) = ({values}) FROM undo_image AS i "
        f"WHERE i.table_id = ? AND i.row_id = {table}.rowid AND i.{wanted} IS NOT NULL",
        (table_id,),
    )
    connection.execute(
        f"INSERT INTO {table} (rowid, {listed}) SELECT i.row_id, {values} FROM undo_image AS i "
        f"WHERE i.table_id = ? AND i.{wanted} IS NOT NULL AND i.row_id NOT IN (SELECT rowid FROM {table})",
        (table_id,),
    )
    return int(connection.execute("SELECT count(*) FROM undo_image WHERE table_id = ?", (table_id,)).fetchone()[0])


def _check_references(connection: Connection, tables: Sequence[str], title: str, verb: str) -> None:
    """Refuse a step whose rows are referred to by something newer, before the commit would fail on it."""
    referring = [
        str(row[0])
        for row in connection.execute(
            "SELECT DISTINCT m.name FROM sqlite_master m, pragma_foreign_key_list(m.name) f "
            f"WHERE m.type = 'table' AND f.\"table\" IN ({', '.join('?' * len(tables))})",
            list(tables),
        )
    ]
    for name in {*referring, *tables} - {"undo_table", "undo_image"}:
        if connection.execute(f"PRAGMA foreign_key_check({quoted(name)})").fetchone() is not None:
            raise WorkspaceError(
                f"“{title}” cannot be {verb}ne: newer records refer to what it would remove.",
                safe="Nothing was changed.",
            )

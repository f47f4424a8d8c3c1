# ruff: noqa: S608 - names of tables and columns come from the schema; values are always bound
"""Edits that can be undone: the rows before and after, one audit entry and one step, in one transaction.

Set-based throughout: the ids go into a temporary table and the images are made by SQL, so that one edit may hold
300,000 rows. A table must have a rowid; its name and columns come from the schema, never from a file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local_db import audit
from local_db.connection import Connection
from local_db.errors import WorkspaceError

LISTED = 50
"""An edit of at most this many rows is written into the audit log row by row; a larger one as count and digest."""

KEPT_STEPS = 200
KEPT_IMAGES = 2_000_000
"""Older steps are forgotten beyond these numbers; the audit log keeps what they did."""


@dataclass(frozen=True)
class Replayed:
    """An undone or redone step: its title, its subjects (desktop.changes.Subject values) and its number of rows."""

    title: str
    subjects: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class _Table:
    """A table's columns, without the one that is the rowid itself; that one is `key` ('' when there is none)."""

    name: str
    key: str
    columns: tuple[str, ...]

    def values(self, of: str) -> str:
        """SQL for the JSON list of the values of the row called `of`."""
        return "json_array(" + ", ".join(f"{of}.{_quoted(c)}" for c in self.columns) + ")"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _table(connection: Connection, name: str) -> _Table:
    rows = connection.execute("SELECT name, type, pk FROM pragma_table_info(?)", (name,)).fetchall()
    if not rows:
        raise ValueError(f"there is no table {name}")
    keys = [str(row[0]) for row in rows if row[2]]
    alias = [str(row[0]) for row in rows if row[2] and str(row[1]).upper() == "INTEGER"]
    key = alias[0] if len(keys) == 1 and alias else ""
    return _Table(name, key, tuple(str(row[0]) for row in rows if str(row[0]) != key))


class Edit:
    """The open edit that `Store.edit` hands out. Every method keeps what was there before it changes it."""

    def __init__(
        self,
        connection: Connection,
        *,
        action: str,
        title: str,
        subjects: tuple[str, ...],
        actor: str,
        at: datetime,
        body: Mapping[str, Any] | None,
    ) -> None:
        """Start the step; `finish` ends it. Both are called by `Store.edit`."""
        self.connection = connection
        self.title = title
        self._action, self._subjects, self._actor, self._at = action, subjects, actor, at
        self._body = dict(body or {})
        self._tables: dict[str, _Table] = {}
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS edit_ids (id INTEGER PRIMARY KEY)")
        connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS edit_before "
            "(place INTEGER, row_id INTEGER, before TEXT, PRIMARY KEY (place, row_id)) WITHOUT ROWID"
        )
        connection.execute("DELETE FROM temp.edit_before")

    def insert(self, table: str, row: Mapping[str, object]) -> int:
        """Add one row; returns its id. Columns left out take their defaults."""
        shape = self._shape(table)
        names = self._names(shape, row, with_key=True)
        what = (
            f"({', '.join(map(_quoted, names))}) VALUES ({', '.join('?' * len(names))})" if names else "DEFAULT VALUES"
        )
        cursor = self.connection.execute(f"INSERT INTO {_quoted(table)} {what}", [row[n] for n in names])
        row_id = int(cursor.lastrowid or 0)
        self.connection.execute(
            "INSERT INTO temp.edit_before VALUES (?, ?, NULL) ON CONFLICT DO NOTHING", (self._place(shape), row_id)
        )
        return row_id

    def update(self, table: str, row_ids: Iterable[int], values: Mapping[str, object]) -> int:
        """Give the same values to rows; returns how many were there. Ids that are not there are passed over."""
        shape = self._shape(table)
        names = self._names(shape, values)
        self._keep(shape, row_ids)
        return self._set(shape, names, values)

    def update_each(self, table: str, rows: Mapping[int, Mapping[str, object]]) -> int:
        """Give each row values of its own (a pasted block): {row id: values}; returns how many were there."""
        shape = self._shape(table)
        self._keep(shape, rows)
        changed = 0
        for row_id, values in rows.items():
            names = self._names(shape, values)
            if names:
                assigned = ", ".join(f"{_quoted(n)} = ?" for n in names)
                changed += self.connection.execute(
                    f"UPDATE {_quoted(table)} SET {assigned} WHERE rowid = ?", [*(values[n] for n in names), row_id]
                ).rowcount
        return changed

    def upsert(self, table: str, row_ids: Iterable[int], values: Mapping[str, object]) -> int:
        """Give the same values to rows and add those that are not there; returns how many ids there were."""
        shape = self._shape(table)
        names = self._names(shape, values)
        self._keep(shape, row_ids)
        self._set(shape, names, values)
        self.connection.execute(
            f"INSERT INTO {_quoted(table)} (rowid{''.join(', ' + _quoted(n) for n in names)}) "
            f"SELECT id{', ?' * len(names)} FROM temp.edit_ids WHERE id NOT IN (SELECT rowid FROM {_quoted(table)})",
            [values[n] for n in names],
        )
        return int(self.connection.execute("SELECT count(*) FROM temp.edit_ids").fetchone()[0])

    def delete(self, table: str, row_ids: Iterable[int]) -> int:
        """Remove rows; returns how many were there."""
        shape = self._shape(table)
        self._keep(shape, row_ids)
        return int(
            self.connection.execute(
                f"DELETE FROM {_quoted(table)} WHERE rowid IN (SELECT id FROM temp.edit_ids)"
            ).rowcount
        )

    def finish(self) -> None:
        """Write the step and its audit entry; an edit that changed nothing leaves neither, and redo stays."""
        connection = self.connection
        self._drop_unchanged()
        if connection.execute("SELECT 1 FROM temp.edit_before LIMIT 1").fetchone() is None:
            return
        connection.execute("DELETE FROM undo_step WHERE undone_at IS NOT NULL")
        step = _add_step(connection, self.title, self._subjects, self._actor, self._at)
        for place, shape in enumerate(self._tables.values()):
            table_id = connection.execute(
                "INSERT INTO undo_table (step_id, table_name, columns) VALUES (?, ?, ?)",
                (step, shape.name, json.dumps(shape.columns)),
            ).lastrowid
            connection.execute(
                "INSERT INTO undo_image (table_id, row_id, before, after) "
                f"SELECT ?, row_id, before, CASE WHEN t.rowid IS NOT NULL THEN {shape.values('t')} END "
                f"FROM temp.edit_before LEFT JOIN {_quoted(shape.name)} AS t ON t.rowid = row_id "
                "WHERE place = ? ORDER BY row_id",
                (table_id, place),
            )
        connection.execute("DELETE FROM temp.edit_before")
        connection.execute("DELETE FROM temp.edit_ids")
        body = {**self._body, "changes": _summary(connection, step)}
        audit.append(connection, action=self._action, title=self.title, body=body, actor=self._actor, at=self._at)
        _forget_old(connection)

    def _drop_unchanged(self) -> None:
        for place, shape in enumerate(self._tables.values()):
            self.connection.execute(
                "DELETE FROM temp.edit_before AS e WHERE place = ? AND before IS "
                f"(SELECT {shape.values('t')} FROM {_quoted(shape.name)} AS t WHERE t.rowid = e.row_id)",
                (place,),
            )

    def _shape(self, table: str) -> _Table:
        if table not in self._tables:
            self._tables[table] = _table(self.connection, table)
        return self._tables[table]

    def _place(self, shape: _Table) -> int:
        return list(self._tables).index(shape.name)

    @staticmethod
    def _names(shape: _Table, values: Mapping[str, object], with_key: bool = False) -> tuple[str, ...]:
        known = (*shape.columns, shape.key) if with_key and shape.key else shape.columns
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ValueError(f"{shape.name} has no column {unknown[0]} to edit")
        return tuple(n for n in known if n in values)

    def _keep(self, shape: _Table, row_ids: Iterable[int]) -> None:
        """Put the ids aside and note their rows as they stand, unless this edit noted them before."""
        connection = self.connection
        connection.execute("DELETE FROM temp.edit_ids")
        connection.executemany("INSERT OR IGNORE INTO temp.edit_ids VALUES (?)", ((int(one),) for one in row_ids))
        connection.execute(
            f"INSERT INTO temp.edit_before SELECT ?, id, CASE WHEN t.rowid IS NOT NULL THEN {shape.values('t')} END "
            f"FROM temp.edit_ids LEFT JOIN {_quoted(shape.name)} AS t ON t.rowid = id "
            "WHERE true ON CONFLICT DO NOTHING",
            (self._place(shape),),
        )

    def _set(self, shape: _Table, names: Sequence[str], values: Mapping[str, object]) -> int:
        if not names:
            return 0
        assigned = ", ".join(f"{_quoted(n)} = ?" for n in names)
        return int(
            self.connection.execute(
                f"UPDATE {_quoted(shape.name)} SET {assigned} WHERE rowid IN (SELECT id FROM temp.edit_ids)",
                [values[n] for n in names],
            ).rowcount
        )


def _add_step(connection: Connection, title: str, subjects: Sequence[str], actor: str, at: datetime) -> int:
    cursor = connection.execute(
        "INSERT INTO undo_step (at, actor, title, subjects) VALUES (?, ?, ?, ?)",
        (audit.timestamp(at), actor, title, json.dumps([str(one) for one in subjects])),
    )
    return int(cursor.lastrowid or 0)


def _summary(connection: Connection, step: int) -> list[dict[str, Any]]:
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


def _forget_old(connection: Connection) -> None:
    """Drop the oldest steps beyond the limits, never the newest one."""
    steps = connection.execute(
        "SELECT s.id, (SELECT count(*) FROM undo_image JOIN undo_table t ON t.id = table_id WHERE t.step_id = s.id) "
        "FROM undo_step s ORDER BY s.id DESC"
    ).fetchall()
    images = 0
    for place, (step, count) in enumerate(steps):
        images += count
        if place and (place >= KEPT_STEPS or images > KEPT_IMAGES):
            connection.execute("DELETE FROM undo_step WHERE id <= ?", (step,))
            return


def _next(connection: Connection, redo: bool) -> tuple[int, str, tuple[str, ...]] | None:
    row = connection.execute(
        "SELECT id, title, subjects FROM undo_step WHERE undone_at IS NOT NULL ORDER BY id LIMIT 1"
        if redo
        else "SELECT id, title, subjects FROM undo_step WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else (int(row[0]), str(row[1]), tuple(json.loads(row[2])))


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
        raise WorkspaceError(f"There is nothing to {verb}.")
    step, title, subjects = found
    expected, wanted = ("before", "after") if redo else ("after", "before")
    # A step may hold rows that refer to one another, in any order.
    connection.execute("PRAGMA defer_foreign_keys = ON")
    tables = connection.execute("SELECT id, table_name, columns FROM undo_table WHERE step_id = ?", (step,)).fetchall()
    shapes = []
    for table_id, name, columns in tables:
        shape = _table(connection, name)
        if list(shape.columns) != json.loads(columns):
            raise WorkspaceError(
                f"“{title}” cannot be {verb}ne: an older version of MHHS Desk made it.",
                safe="Nothing was changed.",
            )
        changed = connection.execute(
            f"SELECT count(*) FROM undo_image LEFT JOIN {_quoted(name)} AS t ON t.rowid = row_id WHERE table_id = ? "
            f"AND {expected} IS NOT CASE WHEN t.rowid IS NOT NULL THEN {shape.values('t')} END",
            (table_id,),
        ).fetchone()[0]
        if changed:
            raise WorkspaceError(
                f"“{title}” cannot be {verb}ne: {changed:,} of its records have changed since.",
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
        body={"changes": _summary(connection, step), "direction": verb},
        actor=actor,
        at=at,
    )
    return Replayed(title, subjects, count)


def _put(connection: Connection, table_id: int, shape: _Table, wanted: str) -> int:
    """Make the rows of a step as the column `wanted` of their images says; returns how many."""
    table, names = _quoted(shape.name), [_quoted(c) for c in shape.columns]
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
        if connection.execute(f"PRAGMA foreign_key_check({_quoted(name)})").fetchone() is not None:
            raise WorkspaceError(
                f"“{title}” cannot be {verb}ne: newer records refer to what it would remove.",
                safe="Nothing was changed.",
            )

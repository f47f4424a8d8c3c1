# ruff: noqa: S608 - names of tables and columns come from the schema; values are always bound
"""Edits that can be undone: the rows before and after, one audit entry and one step, in one transaction.

Set-based throughout: the ids go into a temporary table and the images are made by SQL, so that one edit may hold
300,000 rows. A table must have a rowid; its name and columns come from the schema, never from a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from local_db import audit
from local_db.engine import Connection
from local_db.undo_log import Table, add_step, forget_old, quoted, summary, table_of


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
        self._tables: dict[str, Table] = {}
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
            f"({', '.join(map(quoted, names))}) VALUES ({', '.join('?' * len(names))})" if names else "DEFAULT VALUES"
        )
        cursor = self.connection.execute(f"INSERT INTO {quoted(table)} {what}", [row[n] for n in names])
        row_id = int(cursor.lastrowid or 0)
        self.connection.execute(
            "INSERT INTO temp.edit_before VALUES (?, ?, NULL) ON CONFLICT DO NOTHING", (self._place(shape), row_id)
        )
        return row_id

    def insert_many(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> range:
        """Add rows whose values stand in the order of `columns`; returns their ids in the order of the rows.

        The same as `insert` for each, with a hundredth of the statements: thousands of rows take as many milliseconds.
        """
        shape = self._shape(table)
        self._names(shape, dict.fromkeys(columns))
        if not rows:
            return range(0)
        connection = self.connection
        first = int(connection.execute(f"SELECT coalesce(max(rowid), 0) + 1 FROM {quoted(table)}").fetchone()[0])
        ids = range(first, first + len(rows))
        connection.executemany(
            f"INSERT INTO {quoted(table)} (rowid{''.join(', ' + quoted(n) for n in columns)}) "
            f"VALUES (?{', ?' * len(columns)})",
            ((row_id, *row) for row_id, row in zip(ids, rows, strict=True)),
        )
        place = self._place(shape)
        connection.executemany(
            "INSERT INTO temp.edit_before VALUES (?, ?, NULL) ON CONFLICT DO NOTHING",
            ((place, row_id) for row_id in ids),
        )
        return ids

    def update_many(self, table: str, columns: Sequence[str], rows: Mapping[int, Sequence[object]]) -> int:
        """Give each row (by id) values of its own, in the order of `columns`; returns how many were there."""
        shape = self._shape(table)
        self._names(shape, dict.fromkeys(columns))
        if not rows or not columns:
            return 0
        self._keep(shape, rows)
        assigned = ", ".join(f"{quoted(n)} = ?" for n in columns)
        return int(
            self.connection.executemany(
                f"UPDATE {quoted(shape.name)} SET {assigned} WHERE rowid = ?",
                ((*values, row_id) for row_id, values in rows.items()),
            ).rowcount
        )

    def update(self, table: str, row_ids: Iterable[int], values: Mapping[str, object]) -> int:
        """Give the same values to rows; returns how many were there. Ids that are not there are passed over."""
        shape = self._shape(table)
        names = self._names(shape, values)
        self._keep(shape, row_ids)
        return self._set(shape, names, values)

    def upsert(self, table: str, row_ids: Iterable[int], values: Mapping[str, object]) -> int:
        """Give the same values to rows and add those that are not there; returns how many ids there were."""
        shape = self._shape(table)
        names = self._names(shape, values)
        self._keep(shape, row_ids)
        self._set(shape, names, values)
        self.connection.execute(
            f"INSERT INTO {quoted(table)} (rowid{''.join(', ' + quoted(n) for n in names)}) "
            f"SELECT id{', ?' * len(names)} FROM temp.edit_ids WHERE id NOT IN (SELECT rowid FROM {quoted(table)})",
            [values[n] for n in names],
        )
        return int(self.connection.execute("SELECT count(*) FROM temp.edit_ids").fetchone()[0])

    def delete(self, table: str, row_ids: Iterable[int]) -> int:
        """Remove rows; returns how many were there."""
        shape = self._shape(table)
        self._keep(shape, row_ids)
        return int(
            self.connection.execute(
                f"DELETE FROM {quoted(table)} WHERE rowid IN (SELECT id FROM temp.edit_ids)"
            ).rowcount
        )

    def finish(self) -> None:
        """Write the step and its audit entry; an edit that changed nothing leaves neither, and redo stays."""
        connection = self.connection
        self._drop_unchanged()
        if connection.execute("SELECT 1 FROM temp.edit_before LIMIT 1").fetchone() is None:
            return
        connection.execute("DELETE FROM undo_step WHERE undone_at IS NOT NULL")
        step = add_step(connection, self.title, self._subjects, self._actor, self._at)
        for place, shape in enumerate(self._tables.values()):
            table_id = connection.execute(
                "INSERT INTO undo_table (step_id, table_name, columns) VALUES (?, ?, ?)",
                (step, shape.name, json.dumps(shape.columns)),
            ).lastrowid
            connection.execute(
                "INSERT INTO undo_image (table_id, row_id, before, after) "
                f"SELECT ?, e.row_id, e.before, CASE WHEN t.rowid IS NOT NULL THEN {shape.values('t')} END "
                f"FROM temp.edit_before AS e LEFT JOIN {quoted(shape.name)} AS t ON t.rowid = e.row_id "
                "WHERE e.place = ? ORDER BY e.row_id",
                (table_id, place),
            )
        connection.execute("DELETE FROM temp.edit_before")
        connection.execute("DELETE FROM temp.edit_ids")
        changes = summary(connection, step)
        body = {**self._body, "changes": changes}
        audit.append(connection, action=self._action, title=self.title, body=body, actor=self._actor, at=self._at)
        forget_old(connection, sum(one["added"] + one["removed"] + one["changed"] for one in changes))

    def _drop_unchanged(self) -> None:
        for place, shape in enumerate(self._tables.values()):
            self.connection.execute(
                "DELETE FROM temp.edit_before AS e WHERE e.place = ? AND e.before IS "
                f"(SELECT {shape.values('t')} FROM {quoted(shape.name)} AS t WHERE t.rowid = e.row_id)",
                (place,),
            )

    def _shape(self, table: str) -> Table:
        if table not in self._tables:
            self._tables[table] = table_of(self.connection, table)
        return self._tables[table]

    def _place(self, shape: Table) -> int:
        return list(self._tables).index(shape.name)

    @staticmethod
    def _names(shape: Table, values: Mapping[str, object], with_key: bool = False) -> tuple[str, ...]:
        known = (*shape.columns, shape.key) if with_key and shape.key else shape.columns
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ValueError(f"{shape.name} has no column {unknown[0]} to edit")
        return tuple(n for n in known if n in values)

    def _keep(self, shape: Table, row_ids: Iterable[int]) -> None:
        """Put the ids aside and note their rows as they stand, unless this edit noted them before."""
        connection = self.connection
        connection.execute("DELETE FROM temp.edit_ids")
        connection.executemany("INSERT OR IGNORE INTO temp.edit_ids VALUES (?)", ((int(one),) for one in row_ids))
        connection.execute(
            f"INSERT INTO temp.edit_before SELECT ?, e.id, CASE WHEN t.rowid IS NOT NULL THEN {shape.values('t')} END "
            f"FROM temp.edit_ids AS e LEFT JOIN {quoted(shape.name)} AS t ON t.rowid = e.id "
            "WHERE true ON CONFLICT DO NOTHING",
            (self._place(shape),),
        )

    def _set(self, shape: Table, names: Sequence[str], values: Mapping[str, object]) -> int:
        if not names:
            return 0
        assigned = ", ".join(f"{quoted(n)} = ?" for n in names)
        return int(
            self.connection.execute(
                f"UPDATE {quoted(shape.name)} SET {assigned} WHERE rowid IN (SELECT id FROM temp.edit_ids)",
                [values[n] for n in names],
            ).rowcount
        )

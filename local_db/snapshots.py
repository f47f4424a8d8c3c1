"""Queries about portfolio snapshots: one row an import, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local_db.audit import timestamp
from local_db.connection import Connection, Store

_COLUMNS = (
    "id, kind, file_name, file_size, file_sha256, mapping_hash, blob_sha256, row_count, headings, mapping, "
    "extract_date, imported_at, imported_by"
)


@dataclass(frozen=True)
class SnapshotRow:
    """One import. `extract_date` is an ISO date or None; `imported_at` is UTC in ISO 8601."""

    id: int
    kind: str
    file_name: str
    file_size: int
    file_sha256: str
    mapping_hash: str
    blob_sha256: str
    row_count: int
    headings: tuple[str, ...]
    mapping: Mapping[str, str]
    extract_date: str | None
    imported_at: str
    imported_by: str


def insert(
    connection: Connection,
    *,
    kind: str,
    file_name: str,
    file_size: int,
    file_sha256: str,
    mapping_hash: str,
    blob_sha256: str,
    row_count: int,
    headings: Sequence[str],
    mapping: Mapping[str, str],
    reading: Mapping[str, Any],
    extract_date: str | None,
    at: datetime,
    actor: str,
) -> int:
    """Add a snapshot inside the running `write()`; returns its id. The blob's row must be there."""
    inserted = connection.execute(
        "INSERT INTO snapshot (kind, file_name, file_size, file_sha256, mapping_hash, blob_sha256, row_count, headings,"
        " mapping, reading, extract_date, imported_at, imported_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            kind, file_name, file_size, file_sha256, mapping_hash, blob_sha256, row_count,
            json.dumps(list(headings), ensure_ascii=False), json.dumps(dict(mapping), ensure_ascii=False),
            json.dumps(reading, ensure_ascii=False), extract_date, timestamp(at), actor,
        ),
    )  # fmt: skip
    return int(inserted.lastrowid)


def find(store: Store, kind: str, file_sha256: str, mapping_hash: str) -> SnapshotRow | None:
    """The snapshot of these bytes read with this mapping, if there is one."""
    row = (
        store.read()
        .execute(
            f"SELECT {_COLUMNS} FROM snapshot WHERE kind = ? AND file_sha256 = ? AND mapping_hash = ?",  # noqa: S608
            (kind, file_sha256, mapping_hash),
        )
        .fetchone()
    )
    return None if row is None else _snapshot(row)


def get(store: Store, snapshot_id: int) -> SnapshotRow | None:
    """One snapshot; None if there is none with this id."""
    sql = f"SELECT {_COLUMNS} FROM snapshot WHERE id = ?"  # noqa: S608
    row = store.read().execute(sql, (snapshot_id,)).fetchone()
    return None if row is None else _snapshot(row)


def everything(store: Store) -> tuple[SnapshotRow, ...]:
    """All snapshots, newest first, without what was met while reading them."""
    rows = store.read().execute(f"SELECT {_COLUMNS} FROM snapshot ORDER BY id DESC").fetchall()  # noqa: S608
    return tuple(_snapshot(row) for row in rows)


def reading(store: Store, snapshot_id: int) -> dict[str, Any]:
    """How a snapshot was read, as `insert` was given it."""
    row = store.read().execute("SELECT reading FROM snapshot WHERE id = ?", (snapshot_id,)).fetchone()
    found: dict[str, Any] = {} if row is None else json.loads(row[0])
    return found


def _snapshot(row: Sequence[Any]) -> SnapshotRow:
    values = list(row)
    values[8] = tuple(json.loads(values[8]))
    values[9] = json.loads(values[9])
    return SnapshotRow(*values)

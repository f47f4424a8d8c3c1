"""Queries about the log of sync: what was tried with which endpoint, and what it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from local_db.connection import Connection


@dataclass(frozen=True)
class LogRow:
    """One line. No tokens, no names of people; `item`: uuid of an envelope, a record, a hash."""

    at: str
    endpoint_id: int
    item: str
    event: str
    detail: str
    request_id: str
    endpoint: str = ""
    """Its name, when it is read."""


def add(connection: Connection, row: LogRow) -> None:
    """Keep a line, inside the running `write()`."""
    connection.execute(
        "INSERT INTO sync_log (at, endpoint_id, item, event, detail, request_id) VALUES (?, ?, ?, ?, ?, ?)",
        (row.at, row.endpoint_id, row.item, row.event, row.detail, row.request_id),
    )


def lines(
    connection: Connection, *, endpoint_id: int | None = None, item: str | None = None, limit: int = 1000
) -> list[LogRow]:
    """The newest ones first, of an endpoint and an item (None: of all). `limit` -1: every line."""
    found = connection.execute(
        "SELECT l.at, l.endpoint_id, l.item, l.event, l.detail, l.request_id, p.name FROM sync_log AS l "
        "JOIN endpoint AS p ON p.id = l.endpoint_id WHERE (?1 IS NULL OR l.endpoint_id = ?1) "
        "AND (?2 IS NULL OR l.item = ?2) ORDER BY l.id DESC LIMIT ?3",
        (endpoint_id, item, limit),
    )
    return [LogRow(*row) for row in found]


def old(connection: Connection, before: str, newest: int, most: int) -> list[int]:
    """Ids of lines written before a moment (ISO 8601), oldest first, `most` of them at most.

    Not the `newest` lines, and none of what is not over: a delivery on its way or with the person, a record that is not
    the same on both sides, content that was offered and not decided on.
    """
    found = connection.execute(
        "SELECT l.id FROM sync_log AS l WHERE l.id <= (SELECT id FROM sync_log ORDER BY id DESC LIMIT 1 OFFSET ?2) "
        "AND l.at < ?1 AND l.item NOT IN (SELECT uuid FROM delivery WHERE state NOT IN ('received', 'left out')) "
        "AND NOT EXISTS (SELECT 1 FROM shared_record AS r WHERE r.endpoint_id = l.endpoint_id AND r.record = l.item "
        "AND r.state <> 'same') AND NOT EXISTS (SELECT 1 FROM offered_pack AS o WHERE o.endpoint_id = l.endpoint_id "
        "AND o.sha256 = l.item AND o.state = 'offered' AND o.withdrawn = '') ORDER BY l.id LIMIT ?3",
        (before, newest, most),
    )
    return [int(row[0]) for row in found]


def remove(connection: Connection, ids: Sequence[int]) -> None:
    """Take lines away, inside the running `write()`. It is not the audit log."""
    connection.executemany("DELETE FROM sync_log WHERE id = ?", [(one,) for one in ids])

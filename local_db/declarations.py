"""Queries about declarations: their versions, what was signed, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields

from local_db import audit
from local_db.among import among
from local_db.connection import Connection

LOCKED = ("signed", "submitted", "acknowledged", "returned", "withdrawn", "superseded")
"""States of what was signed, whatever became of it."""


@dataclass(frozen=True)
class DeclarationRow:
    """One version as it is kept. `recipients` and `roles` are JSON lists, `answers` a JSON object."""

    id: int
    ref: str
    version: int
    wording: str
    title: str
    rehearsal: int
    plan_id: int | None
    activity_id: int | None
    milestone: str
    recipients: str
    roles: str
    due: str
    answers: str
    note: str
    prepared_by: str
    supersedes: int | None
    reason: str
    state: str
    created_at: str
    created_by: str


@dataclass(frozen=True)
class RecordRow:
    """What was signed: `body` byte for byte, `files` JSON from file name to SHA-256. `id` 0: not kept yet."""

    declaration_id: int
    kind: str
    body: str
    sha256: str
    signature: str
    key_id: int | None
    files: str
    signed_at: str
    id: int = 0


@dataclass(frozen=True)
class EventRow:
    """Something that happened to a declaration."""

    declaration_id: int
    state: str
    at: str
    by: str
    recipient: str
    note: str


@dataclass(frozen=True)
class RevisionRow:
    """The newest file of an item of evidence that is linked to something, with how the link and the item stand."""

    target_kind: str
    target_id: int
    evidence_id: int
    ref: str
    title: str
    file_name: str
    number: int
    size: int
    sha256: str
    expires: str
    withdrawn: str
    awaiting: int


_DECLARATION = ", ".join(one.name for one in fields(DeclarationRow))
_RECORD = ", ".join(one.name for one in fields(RecordRow))
_EVENT = ", ".join(one.name for one in fields(EventRow))


def declarations(connection: Connection, ids: Iterable[int] | None = None) -> list[DeclarationRow]:
    """These versions (None: all), newest first; ids that are not there are left out."""
    where, bound = among("id", ids)
    found = connection.execute(f"SELECT {_DECLARATION} FROM declaration WHERE {where} ORDER BY id DESC", bound)  # noqa: S608 - fixed names
    return [DeclarationRow(*row) for row in found]


def versions(connection: Connection, ref: str) -> list[DeclarationRow]:
    """Every version with a reference, without regard to case; the highest first."""
    found = connection.execute(
        f"SELECT {_DECLARATION} FROM declaration WHERE ref = ? COLLATE NOCASE ORDER BY version DESC",  # noqa: S608 - fixed names
        (ref,),
    )
    return [DeclarationRow(*row) for row in found]


def records(connection: Connection, ids: Iterable[int] | None = None) -> list[RecordRow]:
    """What was signed for these versions (None: for all), in the order of signing."""
    where, bound = among("declaration_id", ids)
    found = connection.execute(f"SELECT {_RECORD} FROM declaration_record WHERE {where} ORDER BY id", bound)  # noqa: S608 - fixed names
    return [RecordRow(*row) for row in found]


def events(connection: Connection, ids: Iterable[int] | None = None) -> list[EventRow]:
    """What happened to these versions (None: to all), oldest first."""
    where, bound = among("declaration_id", ids)
    found = connection.execute(f"SELECT {_EVENT} FROM declaration_event WHERE {where} ORDER BY id", bound)  # noqa: S608 - fixed names
    return [EventRow(*row) for row in found]


def add_record(connection: Connection, record: RecordRow) -> int:
    """Keep what was signed, inside the running `write()`; returns its id."""
    cursor = connection.execute(
        "INSERT INTO declaration_record (declaration_id, kind, body, sha256, signature, key_id, files, signed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (record.declaration_id, record.kind, record.body, record.sha256, record.signature, record.key_id,
         record.files, record.signed_at),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def add_event(connection: Connection, event: EventRow) -> int:
    """Keep what happened, inside the running `write()`; returns its id."""
    cursor = connection.execute(
        "INSERT INTO declaration_event (declaration_id, state, at, by, recipient, note) VALUES (?, ?, ?, ?, ?, ?)",
        (event.declaration_id, event.state, event.at, event.by, event.recipient, event.note),
    )
    return int(cursor.lastrowid or 0)


def set_state(connection: Connection, declaration_id: int, state: str) -> None:
    """Give a version its state, inside the running `write()`: nothing here can be undone."""
    connection.execute("UPDATE declaration SET state = ? WHERE id = ?", (state, declaration_id))


def settle(connection: Connection, declaration_id: int, *, recipients: str, roles: str, milestone: str) -> None:
    """Write what a draft left open as it is signed, inside the running `write()`, before its state says so."""
    connection.execute(
        "UPDATE declaration SET recipients = ?, roles = ?, milestone = ? WHERE id = ?",
        (recipients, roles, milestone, declaration_id),
    )


def links_to_carry(connection: Connection, declaration_id: int) -> list[dict[str, object]]:
    """The columns of the links of evidence in use to a version, for a newer one: without id, target and birth."""
    found = connection.execute(
        "SELECT l.evidence_id, l.target_kind, l.note, l.confirmed_revision FROM evidence_link AS l "
        "JOIN evidence AS e ON e.id = l.evidence_id "
        "WHERE l.target_kind = 'declaration' AND l.target_id = ? AND e.withdrawn = '' ORDER BY l.id",
        (declaration_id,),
    )
    names = ("evidence_id", "target_kind", "note", "confirmed_revision")
    return [dict(zip(names, row, strict=True)) for row in found]


def evidence_of(connection: Connection, targets: Iterable[tuple[str, int]]) -> list[RevisionRow]:
    """The newest file of all evidence that these (kind of target, id) rest on, by reference; withdrawn items too."""
    asked = json.dumps([[kind, number] for kind, number in targets])
    found = connection.execute(
        "SELECT l.target_kind, l.target_id, e.id, e.ref, e.title, r.file_name, r.number, r.size, r.blob_sha256, "
        "e.expires, e.withdrawn, l.confirmed_revision < e.revision FROM json_each(?) AS j JOIN evidence_link AS l "
        "ON l.target_kind = json_extract(j.value, '$[0]') AND l.target_id = json_extract(j.value, '$[1]') "
        "JOIN evidence AS e ON e.id = l.evidence_id "
        "JOIN evidence_revision AS r ON r.evidence_id = e.id AND r.number = e.revision ORDER BY e.ref, l.id",
        (asked,),
    )
    return [RevisionRow(*row) for row in found]


def evidence_named(connection: Connection, refs: Iterable[str]) -> dict[str, tuple[str, str, int, str, str]]:
    """(title, file name, number of the newest revision, its SHA-256, why it was withdrawn) of evidence by reference."""
    found = connection.execute(
        "SELECT e.ref, e.title, r.file_name, r.number, r.blob_sha256, e.withdrawn FROM evidence AS e "
        "JOIN evidence_revision AS r ON r.evidence_id = e.id AND r.number = e.revision "
        "WHERE e.ref IN (SELECT value FROM json_each(?))",
        (json.dumps(list(refs)),),
    )
    return {str(row[0]): (str(row[1]), str(row[2]), int(row[3]), str(row[4]), str(row[5])) for row in found}


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the audit log's last entry."""
    last = audit.head(connection)
    return last.seq, last.h


def entry(connection: Connection, seq: int) -> tuple[str, str] | None:
    """Hash and details (JSON) of one entry of the audit log."""
    row = connection.execute("SELECT h, body FROM audit WHERE seq = ?", (seq,)).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


WITNESSED = ("signing_key", "declaration", "declaration_record", "declaration_event")
"""Tables whose rows the audit log tells of as they are written."""
_WITNESSES = (
    "declaration.sign", "declaration.withdraw", "declaration.say", "declaration.take_back", "key.make", "key.retire",
)  # fmt: skip


def columns_of(connection: Connection, table: str) -> dict[int, dict[str, object]]:
    """Every row of one of the `WITNESSED` tables by its id, every column by its name."""
    if table not in WITNESSED:
        raise ValueError(table)
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 - one of ours
    names = [one[0] for one in cursor.description]
    return {int(row[0]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def columns_of_one(connection: Connection, table: str, row_id: int) -> dict[str, object]:
    """One row that is there, every column by its name."""
    if table not in WITNESSED:
        raise ValueError(table)
    cursor = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - one of ours
    return dict(zip([one[0] for one in cursor.description], cursor.fetchone(), strict=True))


def witnesses(connection: Connection) -> list[str]:
    """The details (JSON) of every entry of the audit log that tells of a signature, a key, or what became of one."""
    marks = ", ".join("?" * len(_WITNESSES))
    found = connection.execute(f"SELECT body FROM audit WHERE action IN ({marks}) ORDER BY seq", _WITNESSES)  # noqa: S608
    return [str(body) for (body,) in found]


def newest_moment(connection: Connection, until: int | None = None) -> str:
    """The latest time of any entry of the audit log, or up to an entry (UTC, ISO 8601); '' where there is none."""
    (found,) = connection.execute("SELECT max(at) FROM audit WHERE ?1 IS NULL OR seq <= ?1", (until,)).fetchone()
    return str(found or "")

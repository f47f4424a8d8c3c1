"""Queries about submissions: their versions, what was frozen, its files, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from local_db.among import among
from local_db.connection import Connection

LOCKED = ("frozen", "superseded", "withdrawn")
"""States of what was frozen, whatever became of it."""


@dataclass(frozen=True)
class SubmissionRow:
    """One version as it is kept. `scope` is a JSON object, `recipients` a JSON list."""

    id: int
    ref: str
    version: int
    kind: str
    title: str
    scope: str
    recipients: str
    milestone: str
    due: str
    mpan_choice: str
    covering: str
    note: str
    supersedes: int | None
    reason: str
    state: str
    created_at: str
    created_by: str


@dataclass(frozen=True)
class FrozenRow:
    """What was frozen: `sha256` and `size` of the canonical JSON, `content` is the hash on its workbook."""

    submission_id: int
    sha256: str
    content: str
    size: int
    frozen_at: str
    frozen_by: str


@dataclass(frozen=True)
class FileRow:
    """A kept file of a frozen one. `id` 0: not kept yet."""

    submission_id: int
    role: str
    recipient: str
    name: str
    sha256: str
    size: int
    id: int = 0


@dataclass(frozen=True)
class EventRow:
    """Something that happened to a version; `recipient` '' = to all of them. `id` 0: not kept yet."""

    submission_id: int
    recipient: str
    kind: str
    at: str
    by: str
    day: str = ""
    their_ref: str = ""
    note: str = ""
    file_name: str = ""
    sha256: str = ""
    takes_back: int | None = None
    id: int = 0


_SUBMISSION = ", ".join(one.name for one in fields(SubmissionRow))
_FROZEN = ", ".join(one.name for one in fields(FrozenRow))
_FILE = ", ".join(one.name for one in fields(FileRow))
_EVENT = ", ".join(one.name for one in fields(EventRow))


def submissions(connection: Connection, ids: Iterable[int] | None = None) -> list[SubmissionRow]:
    """These versions (None: all), newest first; ids that are not there are left out."""
    where, bound = among("id", ids)
    found = connection.execute(f"SELECT {_SUBMISSION} FROM submission WHERE {where} ORDER BY id DESC", bound)  # noqa: S608 - fixed names
    return [SubmissionRow(*row) for row in found]


def versions(connection: Connection, ref: str) -> list[SubmissionRow]:
    """Every version with a reference, without regard to case; the highest first."""
    found = connection.execute(
        f"SELECT {_SUBMISSION} FROM submission WHERE ref = ? COLLATE NOCASE ORDER BY version DESC",  # noqa: S608 - fixed names
        (ref,),
    )
    return [SubmissionRow(*row) for row in found]


def beside(connection: Connection, submission_id: int) -> list[int]:
    """The ids of every version with the reference of this one, itself among them; the highest first."""
    found = connection.execute(
        "SELECT id FROM submission WHERE ref = (SELECT ref FROM submission WHERE id = ?) ORDER BY version DESC",
        (submission_id,),
    )
    return [int(number) for (number,) in found]


def frozen(connection: Connection, ids: Iterable[int] | None = None) -> dict[int, FrozenRow]:
    """What was frozen of these versions (None: of all), by id of the version."""
    where, bound = among("submission_id", ids)
    found = connection.execute(f"SELECT {_FROZEN} FROM frozen_submission WHERE {where}", bound)  # noqa: S608 - fixed names
    return {int(row[0]): FrozenRow(*row) for row in found}


def files(connection: Connection, submission_id: int) -> list[FileRow]:
    """The kept files of a version, in the order in which they were kept."""
    found = connection.execute(
        f"SELECT {_FILE} FROM submission_file WHERE submission_id = ? ORDER BY id",  # noqa: S608 - fixed names
        (submission_id,),
    )
    return [FileRow(*row) for row in found]


def events(connection: Connection, ids: Iterable[int] | None = None) -> list[EventRow]:
    """What happened to these versions (None: to all), oldest first."""
    where, bound = among("submission_id", ids)
    found = connection.execute(f"SELECT {_EVENT} FROM submission_event WHERE {where} ORDER BY id", bound)  # noqa: S608 - fixed names
    return [EventRow(*row) for row in found]


def event(connection: Connection, event_id: int) -> EventRow | None:
    """One of them."""
    row = connection.execute(f"SELECT {_EVENT} FROM submission_event WHERE id = ?", (event_id,)).fetchone()  # noqa: S608 - fixed names
    return None if row is None else EventRow(*row)


def open_comments(connection: Connection) -> dict[tuple[int, str], int]:
    """How many comments of reviewers nobody has answered, by version and recipient."""
    found = connection.execute(
        "SELECT submission_id, recipient, count(*) FROM review_comment WHERE state = 'open' GROUP BY 1, 2"
    )
    return {(int(row[0]), str(row[1])): int(row[2]) for row in found}


def oldest_open_comment(connection: Connection, submission_id: int, recipient: str) -> str:
    """When the oldest comment of a recipient on a version that nobody has answered was taken in here; '' for none."""
    row = connection.execute(
        "SELECT min(taken_at) FROM review_comment WHERE submission_id = ? AND recipient = ? AND state = 'open'",
        (submission_id, recipient),
    ).fetchone()
    return str(row[0] or "")


# -- writing, inside the running `write()`: nothing here can be undone -------------------------------------------------


def settle(connection: Connection, submission_id: int, *, recipients: str, milestone: str) -> None:
    """Write what a draft left open as it is frozen, before its state says so."""
    connection.execute(
        "UPDATE submission SET recipients = ?, milestone = ? WHERE id = ?", (recipients, milestone, submission_id)
    )


def set_state(connection: Connection, submission_id: int, state: str) -> None:
    """Give a version its state."""
    connection.execute("UPDATE submission SET state = ? WHERE id = ?", (state, submission_id))


def add_frozen(connection: Connection, row: FrozenRow) -> int:
    """Keep what was frozen; returns the id of its version."""
    connection.execute(
        f"INSERT INTO frozen_submission ({_FROZEN}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed names
        (row.submission_id, row.sha256, row.content, row.size, row.frozen_at, row.frozen_by),
    )
    return row.submission_id


def add_file(connection: Connection, row: FileRow) -> int:
    """Keep one of its files; returns its id."""
    cursor = connection.execute(
        "INSERT INTO submission_file (submission_id, role, recipient, name, sha256, size) VALUES (?, ?, ?, ?, ?, ?)",
        (row.submission_id, row.role, row.recipient, row.name, row.sha256, row.size),
    )
    return int(cursor.lastrowid or 0)


def add_event(connection: Connection, row: EventRow) -> int:
    """Keep what happened; returns its id."""
    cursor = connection.execute(
        "INSERT INTO submission_event (submission_id, recipient, kind, at, by, day, their_ref, note, file_name, "
        "sha256, takes_back) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (row.submission_id, row.recipient, row.kind, row.at, row.by, row.day, row.their_ref, row.note, row.file_name,
         row.sha256, row.takes_back),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


# -- the audit log as witness ------------------------------------------------------------------------------------------

WITNESSED = ("submission", "frozen_submission", "submission_file", "submission_event", "sealed_pack")
"""Tables whose rows the audit log tells of as they are written."""
_WITNESSES = (
    "submission.freeze", "submission.export", "submission.pack", "submission.queue", "submission.say",
    "submission.take_back", "submission.withdraw", "submission.unqueue", "submission.receive",
    "submission.hear", "pack.seal",
)  # fmt: skip


def columns_of(connection: Connection, table: str) -> dict[int, dict[str, object]]:
    """Every row of one of the `WITNESSED` tables by its id, every column by its name."""
    cursor = connection.execute(f"SELECT rowid, * FROM {_witnessed(table)} ORDER BY rowid")  # noqa: S608 - one of ours
    names = [one[0] for one in cursor.description][1:]
    return {int(row[0]): dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}


def columns_of_one(connection: Connection, table: str, row_id: int) -> dict[str, object]:
    """One row that is there, every column by its name."""
    cursor = connection.execute(f"SELECT * FROM {_witnessed(table)} WHERE rowid = ?", (row_id,))  # noqa: S608 - one of ours
    return dict(zip([one[0] for one in cursor.description], cursor.fetchone(), strict=True))


def witnesses(connection: Connection) -> list[str]:
    """The details (JSON) of every entry of the audit log that tells of what was frozen and what became of it."""
    marks = ", ".join("?" * len(_WITNESSES))
    found = connection.execute(f"SELECT body FROM audit WHERE action IN ({marks}) ORDER BY seq", _WITNESSES)  # noqa: S608
    return [str(body) for (body,) in found]


def came_by_sync(connection: Connection, event_id: int) -> bool:
    """Whether the audit log tells that an endpoint said this event, and no person."""
    found = connection.execute(
        "SELECT 1 FROM audit WHERE action IN ('submission.receive', 'submission.hear') "
        "AND json_extract(body, ?) IS NOT NULL LIMIT 1",
        (f'$.rows.submission_event."{int(event_id)}"',),
    ).fetchone()
    return found is not None


def entry_hash(connection: Connection, seq: int) -> str:
    """The hash of one entry of the audit log; '' where there is none."""
    row = connection.execute("SELECT h FROM audit WHERE seq = ?", (seq,)).fetchone()
    return "" if row is None else str(row[0])


def _witnessed(table: str) -> str:
    if table not in WITNESSED:
        raise ValueError(table)
    return table

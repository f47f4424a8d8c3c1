"""Queries about what endpoints said: the newest of each thing, offered packs, shared records, answers that went out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from local_db.connection import Connection


@dataclass(frozen=True)
class FeedRow:
    """The newest version of a thing. `data` is JSON; `applied` what was done with it, '' = not understood."""

    endpoint_id: int
    type: str
    item: str
    version: int
    seq: int
    data: str
    taken_at: str
    applied: str
    epoch: str


@dataclass(frozen=True)
class PackRow:
    """A published pack, without its bytes. `withdrawn`: why; '' = it stands."""

    endpoint_id: int
    sha256: str
    kind: str
    version: str
    title: str
    source: str
    published_at: str
    withdrawn: str
    size: int
    fetched: int
    state: str
    decided_at: str
    endpoint: str = ""
    """Its name, when it is read."""


@dataclass(frozen=True)
class RecordRow:
    """A record that both sides may edit. `base`, `theirs`, `choices` are JSON."""

    endpoint_id: int
    record: str
    version: int
    base: str
    theirs: str
    theirs_version: int
    state: str
    choices: str
    changed_at: str
    endpoint: str = ""
    """Its name, when it is read."""


@dataclass(frozen=True)
class AnswerRow:
    """An answer that went to an endpoint: which comment it answers, by its fingerprint."""

    uuid: str
    endpoint_id: int
    submission_id: int
    fingerprint: str
    sent_at: str


_FEED = ", ".join(one.name for one in fields(FeedRow))
_PACK = (
    "o.endpoint_id, o.sha256, o.kind, o.version, o.title, o.source, o.published_at, o.withdrawn, o.size, "
    "o.bytes IS NOT NULL, o.state, o.decided_at, p.name"
)
_RECORD = (
    "r.endpoint_id, r.record, r.version, r.base, r.theirs, r.theirs_version, r.state, r.choices, r.changed_at, p.name"
)
_ANSWER = ", ".join(one.name for one in fields(AnswerRow))


# -- things of the feed ------------------------------------------------------------------------------------------------


def feed_item(connection: Connection, endpoint_id: int, kind: str, item: str) -> FeedRow | None:
    """The newest version of a thing that was taken in."""
    row = connection.execute(
        f"SELECT {_FEED} FROM feed_item WHERE endpoint_id = ? AND type = ? AND item = ?",  # noqa: S608 - fixed names
        (endpoint_id, kind, item),
    ).fetchone()
    return None if row is None else FeedRow(*row)


def not_understood(connection: Connection, endpoint_id: int) -> list[FeedRow]:
    """Things that the version which took them did not understand, in the order of the feed."""
    found = connection.execute(
        f"SELECT {_FEED} FROM feed_item WHERE endpoint_id = ? AND applied = '' ORDER BY seq",  # noqa: S608 - fixed names
        (endpoint_id,),
    )
    return [FeedRow(*row) for row in found]


def keep_feed_item(connection: Connection, row: FeedRow) -> None:
    """Keep it, in the place of an older version."""
    names = [one.name for one in fields(FeedRow)]
    updates = ", ".join(f"{name} = excluded.{name}" for name in names)
    connection.execute(
        f"INSERT INTO feed_item ({_FEED}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608 - fixed names
        f"ON CONFLICT (endpoint_id, type, item) DO UPDATE SET {updates}",
        tuple(getattr(row, name) for name in names),
    )


# -- packs -------------------------------------------------------------------------------------------------------------


def packs(connection: Connection) -> list[PackRow]:
    """Every published pack of the endpoints in use, and those that were taken from others; newest first."""
    found = connection.execute(
        f"SELECT {_PACK} FROM offered_pack AS o JOIN endpoint AS p ON p.id = o.endpoint_id "  # noqa: S608 - fixed names
        "WHERE p.removed = '' OR o.state = 'taken' ORDER BY o.published_at DESC, o.kind, o.sha256"
    )
    return [PackRow(*row) for row in found]


def pack(connection: Connection, endpoint_id: int, sha256: str) -> PackRow | None:
    """One of them."""
    row = connection.execute(
        f"SELECT {_PACK} FROM offered_pack AS o JOIN endpoint AS p ON p.id = o.endpoint_id "  # noqa: S608 - fixed names
        "WHERE o.endpoint_id = ? AND o.sha256 = ?",
        (endpoint_id, sha256),
    ).fetchone()
    return None if row is None else PackRow(*row)


def pack_bytes(connection: Connection, endpoint_id: int, sha256: str) -> bytes | None:
    """Its bytes; None when they were not fetched yet."""
    row = connection.execute(
        "SELECT bytes FROM offered_pack WHERE endpoint_id = ? AND sha256 = ?", (endpoint_id, sha256)
    ).fetchone()
    return None if row is None or row[0] is None else bytes(row[0])


def keep_pack(connection: Connection, row: PackRow) -> None:
    """Keep what is said of it; bytes and what a person decided stay."""
    connection.execute(
        "INSERT INTO offered_pack (endpoint_id, sha256, kind, version, title, source, published_at, withdrawn, size) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (endpoint_id, sha256) DO UPDATE SET kind = excluded.kind, "
        "version = excluded.version, title = excluded.title, source = excluded.source, "
        "published_at = excluded.published_at, withdrawn = excluded.withdrawn, size = excluded.size",
        (row.endpoint_id, row.sha256, row.kind, row.version, row.title, row.source, row.published_at, row.withdrawn,
         row.size),
    )  # fmt: skip


def keep_pack_bytes(connection: Connection, endpoint_id: int, sha256: str, data: bytes) -> None:
    """Keep its bytes."""
    connection.execute(
        "UPDATE offered_pack SET bytes = ?, size = ? WHERE endpoint_id = ? AND sha256 = ?",
        (data, len(data), endpoint_id, sha256),
    )


def decide_pack(connection: Connection, sha256: str, state: str, at: str, by: str) -> None:
    """Keep what a person decided of it, whichever endpoint offers it."""
    connection.execute(
        "UPDATE offered_pack SET state = ?, decided_at = ?, decided_by = ? WHERE sha256 = ?", (state, at, by, sha256)
    )


# -- records -----------------------------------------------------------------------------------------------------------


def record(connection: Connection, endpoint_id: int, name: str) -> RecordRow | None:
    """A record, as it stands with an endpoint."""
    row = connection.execute(
        f"SELECT {_RECORD} FROM shared_record AS r JOIN endpoint AS p ON p.id = r.endpoint_id "  # noqa: S608 - fixed names
        "WHERE r.endpoint_id = ? AND r.record = ?",
        (endpoint_id, name),
    ).fetchone()
    return None if row is None else RecordRow(*row)


def records_in_conflict(connection: Connection) -> list[RecordRow]:
    """Those of endpoints in use that were changed on both sides, where a person agreed to share them."""
    found = connection.execute(
        f"SELECT {_RECORD} FROM shared_record AS r JOIN endpoint AS p ON p.id = r.endpoint_id "  # noqa: S608 - fixed names
        "WHERE r.state = 'conflict' AND p.removed = '' AND p.contacts = 1 ORDER BY r.endpoint_id, r.record"
    )
    return [RecordRow(*row) for row in found]


def keep_record(connection: Connection, row: RecordRow) -> None:
    """Keep how a record stands with an endpoint."""
    connection.execute(
        "INSERT INTO shared_record (endpoint_id, record, version, base, theirs, theirs_version, state, choices, "
        "changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (endpoint_id, record) DO UPDATE SET "
        "version = excluded.version, base = excluded.base, theirs = excluded.theirs, "
        "theirs_version = excluded.theirs_version, state = excluded.state, choices = excluded.choices, "
        "problem = '{}', changed_at = excluded.changed_at",
        (row.endpoint_id, row.record, row.version, row.base, row.theirs, row.theirs_version, row.state, row.choices,
         row.changed_at),
    )  # fmt: skip


def put_contact(connection: Connection, contact_id: int, values: Mapping[str, str]) -> None:
    """Write a contact that came from an endpoint, inside the running `write()`."""
    connection.execute(
        "INSERT INTO contact (id, hat, name, position, email, phone) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) "
        "DO UPDATE SET hat = excluded.hat, name = excluded.name, position = excluded.position, "
        "email = excluded.email, phone = excluded.phone",
        (contact_id, *(values[one] for one in ("hat", "name", "position", "email", "phone"))),
    )


def remove_contact(connection: Connection, contact_id: int) -> None:
    """Take a contact away that was taken away at the endpoint."""
    connection.execute("DELETE FROM contact WHERE id = ?", (contact_id,))


def doubt_feed(connection: Connection, endpoint_id: int) -> None:
    """What an endpoint said is of no epoch any more: it was set back, and its versions are counted anew."""
    connection.execute("UPDATE feed_item SET epoch = '' WHERE endpoint_id = ?", (endpoint_id,))


# -- comments and answers ----------------------------------------------------------------------------------------------


def comment_id(connection: Connection, submission_id: int, recipient: str, fingerprint: str) -> int | None:
    """The id of a comment by its fingerprint."""
    row = connection.execute(
        "SELECT id FROM review_comment WHERE submission_id = ? AND recipient = ? AND fingerprint = ?",
        (submission_id, recipient, fingerprint),
    ).fetchone()
    return None if row is None else int(row[0])


def add_comment(connection: Connection, comment: int, values: Mapping[str, object]) -> None:
    """Add a comment under an id that is free (local_db/background.py); it is part of no step."""
    names = list(values)
    connection.execute(
        f"INSERT INTO review_comment (id, {', '.join(names)}) VALUES (?{', ?' * len(names)})",  # noqa: S608 - our own names
        (comment, *values.values()),
    )


def set_answer(connection: Connection, comment: int, answer: str, at: str, by: str) -> None:
    """Keep the answer that another laptop of the participant gave."""
    connection.execute(
        "UPDATE review_comment SET answer = ?, answered_at = ?, answered_by = ?, state = 'answered' WHERE id = ?",
        (answer, at, by, comment),
    )


def answered_comments(connection: Connection, endpoint_id: int) -> list[tuple[int, int, str, str, str, str, str]]:
    """Answered comments that came from an endpoint: (id, submission, fingerprint, its uuid there, answer, when, by).

    The uuid is that of the thing of the feed which brought it; the fingerprint begins with it.
    """
    found = connection.execute(
        "SELECT c.id, c.submission_id, c.fingerprint, f.item, c.answer, c.answered_at, c.answered_by "
        "FROM review_comment AS c JOIN feed_item AS f ON f.type = 'comment' AND f.endpoint_id = ? "
        "AND f.item = substr(c.fingerprint, 1, 36) WHERE c.source = 'sync' AND c.answer <> '' ORDER BY c.id",
        (endpoint_id,),
    )
    return [tuple(row) for row in found]


def answer(connection: Connection, uuid: str) -> AnswerRow | None:
    """An answer that went out, by its uuid."""
    row = connection.execute(f"SELECT {_ANSWER} FROM sent_answer WHERE uuid = ?", (uuid,)).fetchone()  # noqa: S608 - fixed names
    return None if row is None else AnswerRow(*row)


def answers_of(connection: Connection, endpoint_id: int) -> set[str]:
    """The uuids of all answers that an endpoint has."""
    return {
        str(row[0]) for row in connection.execute("SELECT uuid FROM sent_answer WHERE endpoint_id = ?", (endpoint_id,))
    }


def keep_answer(connection: Connection, row: AnswerRow) -> None:
    """Keep that an answer went out; the same again changes nothing."""
    connection.execute(
        f"INSERT OR IGNORE INTO sent_answer ({_ANSWER}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - fixed names
        (row.uuid, row.endpoint_id, row.submission_id, row.fingerprint, row.sent_at),
    )

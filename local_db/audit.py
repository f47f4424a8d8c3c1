"""The append-only, hash-chained log of every change (design/reliability.md, section 9).

What it is worth: a change to an entry or to the order of entries is found by `verify`, unless somebody rewrote the
whole chain after it or cut its tail; that is found by whoever holds an earlier `head()`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlcipher3.dbapi2 import DatabaseError

from local_db.connection import Connection
from local_db.engine import is_no_text
from local_db.errors import WorkspaceDamaged

_DOMAIN = b"mhhs-desk-audit-v1\0"
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_text = json.encoder.encode_basestring


@dataclass(frozen=True)
class Head:
    """The last entry's number and hash; (0, '') for an empty log. Whoever keeps it can later tell a rewritten log."""

    seq: int
    h: str


@dataclass(frozen=True)
class ChainReport:
    """What `verify` found: entries read, the head, and the first entry that does not fit (None = all fit) with why."""

    entries: int
    head: Head
    broken_at: int | None = None
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether the whole chain fits."""
        return self.broken_at is None


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no blanks, UTF-8 kept, no floats that are not numbers."""
    return _ENCODER.encode(value)


def timestamp(at: datetime) -> str:
    """An aware datetime as UTC ISO 8601 with microseconds, so that text order is time order."""
    if at.tzinfo is None:
        raise ValueError("a time for the audit log needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def entry_hash(*, seq: int, at: str, actor: str, action: str, title: str, body_hash: str, prev: str) -> str:
    """The hash of one entry. The body goes in by its own hash, so that it could be erased lawfully."""
    # The canonical JSON of the six, written out: three times faster than `canonical`, equal to it (a test holds it).
    told = (
        f'{{"action":{_text(action)},"actor":{_text(actor)},"at":{_text(at)},"body":{_text(body_hash)},'
        f'"seq":{seq},"title":{_text(title)}}}'
    )
    return hashlib.sha256(_DOMAIN + f"{prev}\0{told}".encode()).hexdigest()


def head(connection: Connection) -> Head:
    """The last entry."""
    row = connection.execute("SELECT seq, h FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(0, "") if row is None else Head(int(row[0]), str(row[1]))


def append(
    connection: Connection, *, action: str, title: str, body: Mapping[str, Any], actor: str, at: datetime
) -> int:
    """Add one entry inside the running transaction; returns its number.

    `title` is part of the chain for ever and holds no personal data; `body` (before and after) may.
    """
    last = head(connection)
    text = canonical(dict(body))
    seq, when, body_hash = last.seq + 1, timestamp(at), hashlib.sha256(text.encode()).hexdigest()
    connection.execute(
        "INSERT INTO audit (seq, at, actor, action, title, body, body_hash, prev, h) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (seq, when, actor, action, title, text, body_hash, last.h,
         entry_hash(seq=seq, at=when, actor=actor, action=action, title=title, body_hash=body_hash, prev=last.h)),
    )  # fmt: skip
    return seq


def verify(
    connection: Connection,
    progress: Callable[[int, int], None] | None = None,
    *,
    known: Head | None = None,
) -> ChainReport:
    """Check every entry against its hash and its forerunner. Stops at the first that does not fit.

    `known` is a head kept elsewhere (a backup, a printed report): the log must hold it, else it was rewritten or cut.
    `progress(done, total)` is called every 5,000 entries and may raise to stop.
    """
    total = int(connection.execute("SELECT count(*) FROM audit").fetchone()[0])
    prev, expected, last = "", 1, Head(0, "")
    met = known is None or known.seq == 0
    try:
        cursor = connection.execute(
            "SELECT seq, at, actor, action, title, body, body_hash, prev, h FROM audit ORDER BY seq"
        )
        for row in cursor:
            if why := _fault(row, prev, expected, known):
                cursor.close()
                return ChainReport(expected - 1, last, expected, why)
            seq, h = row[0], row[-1]
            met = met or (known is not None and seq == known.seq)
            prev, last, expected = h, Head(seq, h), seq + 1
            if progress is not None and seq % 5000 == 0:
                progress(seq, total)
    except (WorkspaceDamaged, DatabaseError) as error:
        if not is_no_text(error):
            raise
        return _unreadable(connection, last, known)
    if not met and known is not None:
        return ChainReport(last.seq, last, last.seq + 1, f"the log was cut: it once reached entry {known.seq}")
    return ChainReport(last.seq, last)


def _fault(row: Sequence[Any], prev: str, expected: int, known: Head | None) -> str:
    """Why an entry does not fit after the one before it; '' = it does."""
    seq, at, actor, action, title, body, body_hash, row_prev, h = row
    if seq != expected:
        return f"entry {expected} is missing"
    if row_prev != prev:
        return "it does not follow the entry before it"
    if not isinstance(body, str) or hashlib.sha256(body.encode()).hexdigest() != body_hash:
        return "its details were changed"
    if not isinstance(title, str) or (
        entry_hash(
            seq=seq, at=str(at), actor=str(actor), action=str(action), title=title, body_hash=body_hash, prev=prev
        )
        != h
    ):
        return "it was changed"
    if known is not None and seq == known.seq and h != known.h:
        return "the log was rewritten before the known entry"
    return ""


def _unreadable(connection: Connection, last: Head, known: Head | None) -> ChainReport:
    """What does not fit after `last`, where a text is no UTF-8: read as bytes, with a sign for what cannot be read.

    The engine reads an entry ahead, so that the one that fits no more may be the second from here.
    """
    cursor = connection.execute(
        "SELECT seq, CAST(at AS BLOB), CAST(actor AS BLOB), CAST(action AS BLOB), CAST(title AS BLOB), "
        "CAST(body AS BLOB), CAST(body_hash AS BLOB), CAST(prev AS BLOB), CAST(h AS BLOB) "
        "FROM audit WHERE seq > ? ORDER BY seq LIMIT 2",
        (last.seq,),
    )
    for found in cursor.fetchall():
        row: list[Any] = [one.decode(errors="replace") if isinstance(one, bytes) else one for one in found]
        if why := _fault(row, last.h, last.seq + 1, known):
            return ChainReport(last.seq, last, last.seq + 1, why)
        last = Head(row[0], row[-1])
    return ChainReport(last.seq, last, last.seq + 1, "it cannot be read")

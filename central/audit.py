"""The audit: who did what, in an append-only chain in which a changed or missing entry shows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, insert, select

from central.clock import Clock, moment
from central.database import Database
from central.tables import audit


@dataclass(frozen=True)
class Entry:
    """One thing that was done."""

    seq: int
    at: str
    actor: str
    """A device's uuid, a person's name, or `command line`."""
    action: str
    subject: str
    """Ids only: an audit outlives what it is about, so it holds no personal data."""
    detail: str
    prev: str
    h: str
    """SHA-256 of `prev` and of the canonical JSON of the rest."""


@dataclass(frozen=True)
class Verified:
    """What a check of the whole chain found."""

    entries: int
    broken_at: int | None
    """Number of the first entry that is not as it was made; None: all are."""
    last: str
    """Hash of the newest entry: kept elsewhere, it shows when entries were cut off at the end."""


class Audit:
    """Written inside the transaction of what is done."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._db = db
        self._clock = clock

    def add(self, connection: Connection, *, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Append an entry; with it the transaction takes its turn in numbering (Database.number_in_order)."""
        self._db.number_in_order(connection)
        last = connection.execute(select(audit.c.seq, audit.c.h).order_by(audit.c.seq.desc()).limit(1)).first()
        seq, prev = (last.seq + 1, last.h) if last is not None else (1, "")
        body = {"seq": seq, "at": moment(self._clock()), "actor": actor, "action": action, "subject": subject,
                "detail": detail}  # fmt: skip
        connection.execute(insert(audit).values(**body, prev=prev, h=_hash(prev, body)))

    def verify(self) -> Verified:
        """Read the whole chain and compare every hash."""
        prev, seq, broken = "", 0, None
        with self._db.read() as connection:
            for row in connection.execute(select(audit).order_by(audit.c.seq)).mappings():
                seq += 1
                body = {one: row[one] for one in ("seq", "at", "actor", "action", "subject", "detail")}
                if broken is None and (row["seq"] != seq or row["prev"] != prev or row["h"] != _hash(prev, body)):
                    broken = seq
                prev = row["h"]
        return Verified(seq, broken, prev)

    def entries(self, *, before: int | None = None, limit: int = 200) -> tuple[Entry, ...]:
        """The newest first; `before`: only those with a lower number."""
        query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.seq < before)
        with self._db.read() as connection:
            return tuple(Entry(**row) for row in connection.execute(query).mappings())

    def count(self) -> int:
        """How many there are."""
        with self._db.read() as connection:
            return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())


def entry_body(entry: Entry) -> dict[str, object]:
    """What the hash of an entry is over, beside `prev`."""
    return {key: value for key, value in asdict(entry).items() if key not in {"prev", "h"}}


def _hash(prev: str, body: dict[str, object]) -> str:
    whole = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(prev.encode() + whole.encode("utf-8", "surrogatepass")).hexdigest()

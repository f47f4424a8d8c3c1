"""Participants of the programme: who may be invited, and who is suspended."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, insert, select, update

from central.audit import Audit
from central.clock import Clock, moment
from central.database import Database
from central.refusals import Refused
from central.tables import participant

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Participant:
    """One. `suspended`: why; '' = its laptops may send."""

    id: str
    """ACME: in invitations, envelopes and the names of folders."""
    name: str
    added_at: str
    suspended: str = ""
    receipts: int = 0
    """How many were given."""


class Participants:
    """Never deleted: receipts name them."""

    def __init__(self, db: Database, audit: Audit, clock: Clock, newcomer: Callable[[Connection, str], None]) -> None:
        """`newcomer` tells one that is added what everybody was told before, in the transaction that adds it."""
        self._newcomer = newcomer
        self._db = db
        self._audit = audit
        self._clock = clock

    def all(self) -> tuple[Participant, ...]:
        """By id."""
        with self._db.read() as connection:
            rows = connection.execute(select(participant).order_by(participant.c.id)).all()
        return tuple(_made(one) for one in rows)

    def get(self, participant_id: str) -> Participant:
        """One. Raises Refused (not-found)."""
        with self._db.read() as connection:
            return _made(row_of(connection, participant_id))

    def add(self, participant_id: str, name: str, by: str) -> Participant:
        """Let a participant into the programme; the same again changes nothing.

        Raises Refused (invalid): an id that is none, or that differs from another one's in small and large letters
        only (folders of some systems do not); a name that is none; the id with another name.
        """
        name = " ".join(name.split())
        if _ID.fullmatch(participant_id) is None:
            raise Refused("invalid", "The id of a participant has up to 40 letters, figures and dashes.", field="id")
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise Refused("invalid", f"The name of a participant has 1 to {_LONGEST_NAME} characters.", field="name")
        at = moment(self._clock())
        with self._db.write() as connection:
            self._db.number_in_order(connection)  # alone, so that nobody adds one that differs in small letters only
            for one in connection.execute(select(participant.c.id, participant.c.name)):
                if one.id == participant_id and one.name == name:
                    return _made(row_of(connection, participant_id))
                if one.id.casefold() == participant_id.casefold():
                    raise Refused("invalid", f"There is a participant {one.id} already.", field="id")
            connection.execute(insert(participant).values(id=participant_id, name=name, added_at=at))
            self._newcomer(connection, participant_id)
            self._audit.add(connection, actor=by, action="participant added", subject=participant_id)
        return Participant(participant_id, name, at)

    def suspend(self, participant_id: str, why: str, by: str) -> None:
        """Its laptops may do nothing until `resume`. Raises Refused (not-found, invalid)."""
        why = " ".join(why.split())[:500]
        if not why:
            raise Refused("invalid", "Say why.", field="why")
        self._set(participant_id, why, by, "participant suspended")

    def resume(self, participant_id: str, by: str) -> None:
        """They may again. Raises Refused (not-found)."""
        self._set(participant_id, "", by, "participant resumed")

    def _set(self, participant_id: str, suspended: str, by: str, action: str) -> None:
        with self._db.write() as connection:
            row_of(connection, participant_id, lock=True)
            connection.execute(
                update(participant).where(participant.c.id == participant_id).values(suspended=suspended)
            )
            self._audit.add(connection, actor=by, action=action, subject=participant_id)


def row_of(connection: Connection, participant_id: str, *, lock: bool = False) -> Row[tuple[str, ...]]:
    """The row, locked to the end of the transaction if asked. Raises Refused (not-found)."""
    query = select(participant).where(participant.c.id == participant_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise Refused("not-found", "There is no such participant.")
    return row


def _made(row: Row[tuple[str, ...]]) -> Participant:
    return Participant(row.id, row.name, row.added_at, row.suspended, row.receipts)

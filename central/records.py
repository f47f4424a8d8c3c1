"""The few records that both sides may edit: versions decide, never clocks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from central.audit import Audit
from central.clock import Clock, moment
from central.database import Database
from central.devices import Caller
from central.feed import Feed
from central.marks import Marks
from central.participants import row_of
from central.points import reach
from central.refusals import Refused
from central.room import spend
from central.settings import Room
from central.tables import record as table
from desktop.sync.wire.feed import RECORD

CONTACTS = "contacts"
NAMES = (CONTACTS,)
_FIELDS = {"name", "position", "email", "phone"}
_MOST_HATS, _LONGEST_HAT, _LONGEST = 50, 80, 300


class Records:
    """Values are personal data: they stand in the table and the feed, never in logs and audit."""

    def __init__(  # noqa: PLR0917 - wired once
        self, db: Database, feed: Feed, marks: Marks, audit: Audit, room: Room, clock: Clock
    ) -> None:
        """Nothing is read before it is asked for."""
        self._db = db
        self._feed = feed
        self._marks = marks
        self._audit = audit
        self._room = room
        self._clock = clock

    def get(self, caller: Caller, record: str) -> tuple[int, dict[str, Any]]:
        """Version and value. Raises Refused (not-found)."""
        return self.of(caller.participant, record)

    def of(self, participant: str, record: str) -> tuple[int, dict[str, Any]]:
        """The same of any participant, for reviewers."""
        with self._db.read() as connection:
            version, text = _stands(connection, participant, record)
        if not version:
            raise Refused("not-found", "There is no such record.")
        return version, json.loads(text)

    def put(self, caller: Caller, record: str, version: int, value: Mapping[str, Any]) -> int:
        """Replace the version that the caller has seen (0 = there was none); gives the new one.

        The value that stands already is no conflict. Raises Refused: version-conflict {current: {version, value}},
        invalid, not-found, no-room.
        """
        return self.put_by(caller.participant, caller.device, record, version, value, room=self._room)

    def put_by(
        self,
        participant: str,
        by: str,
        record: str,
        version: int,
        value: Mapping[str, Any],
        *,
        room: Room | None = None,
    ) -> int:
        """The same by anybody; `by`: uuid of a laptop, or name of a reviewer; `room`: what it is counted against."""
        if record not in NAMES:
            raise Refused("not-found", "There is no such record.")
        text = _text(value)
        with self._db.write() as connection:
            row_of(connection, participant, lock=True)
            there, stands = _stands(connection, participant, record)
            if there and json.loads(stands) == json.loads(text):
                made = there
            elif there != version:
                current = {"version": there, "value": json.loads(stands)}
                raise Refused("version-conflict", "It was changed meanwhile.", current=current)
            else:
                if room is not None:  # each version stays in the list of changes
                    spend(connection, participant, len(text.encode()), room)
                made = self._keep(connection, participant, by, record, there + 1, text)
            epoch, newest = self._marks.newest(connection)
        reach("record-committed")
        self._marks.told(epoch, newest)
        return made

    def _keep(  # noqa: PLR0917 - the columns
        self, connection: Connection, participant: str, by: str, record: str, version: int, text: str
    ) -> int:
        at = moment(self._clock())
        values = {"version": version, "value": text, "at": at, "by": by}
        if version == 1:
            connection.execute(insert(table).values(participant=participant, record=record, **values))
        else:
            here = (table.c.participant == participant) & (table.c.record == record)
            connection.execute(update(table).where(here).values(**values))
        reach("record-kept")
        data = {"record": record, "version": version, "value": json.loads(text), "at": at, "by": by}
        self._feed.add(connection, participant, RECORD, record, version, data)
        self._audit.add(connection, actor=by, action="record changed", subject=participant, detail=record)
        return version


def _stands(connection: Connection, participant: str, record: str) -> tuple[int, str]:
    here = (table.c.participant == participant) & (table.c.record == record)
    row = connection.execute(select(table.c.version, table.c.value).where(here)).first()
    return (row.version, row.value) if row is not None else (0, "{}")


def _text(value: object) -> str:
    """The value of contacts as it is kept. Raises Refused (invalid)."""
    if not isinstance(value, Mapping) or len(value) > _MOST_HATS:
        raise _invalid("", f"it has no entries, or more than {_MOST_HATS}")
    for hat, one in value.items():
        where = f"/{str(hat)[:_LONGEST_HAT]}"
        if not isinstance(hat, str) or not 0 < len(hat) <= _LONGEST_HAT or not hat.isprintable():
            raise _invalid("", "an entry has no usable name")
        if not isinstance(one, Mapping) or not set(one) <= _FIELDS:
            raise _invalid(where, f"it has other fields than {', '.join(sorted(_FIELDS))}")
        for field, text in one.items():
            if not isinstance(text, str) or len(text) > _LONGEST or not text.isprintable():
                raise _invalid(f"{where}/{field}", f"it is no text of up to {_LONGEST} characters")
    return json.dumps({hat: dict(one) for hat, one in value.items()}, ensure_ascii=False, sort_keys=True)


def _invalid(pointer: str, detail: str) -> Refused:
    return Refused("invalid", detail, errors=[{"pointer": pointer, "detail": detail}])

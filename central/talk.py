"""Answers of participants in reviews: appended, never edited."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select

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
from central.tables import comment, submission
from desktop.sync.wire import envelope as wire
from desktop.sync.wire.feed import COMMENT
from desktop.sync.wire.protocol import UUID

_LONGEST = {
    "text": 10_000, "author": 200, "kind": 40, "proposed": 10_000, "table": 200, "row": 1_000, "column": 200,
    "in_reply_to": 36, "submission": 36,
}  # fmt: skip
_COLUMNS = {"table": "table_id", "row": "row_key", "column": "column_id"}
"""Fields of the wire whose columns have other names."""


class Talk:
    """Reviewers answer through the review pages; both kinds stand in one table."""

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

    def put(self, caller: Caller, uuid: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Append an answer: {submission, text, author, kind, proposed, table, row, column, in_reply_to}.

        Gives {id, at}; the same again gives the same. Raises Refused: invalid, not-found (a submission of another
        participant too), submission-differs for the id with another text.
        """
        said = _read(uuid, body)
        with self._db.write() as connection:
            row_of(connection, caller.participant, lock=True)
            where = _submission(connection, caller.participant, said["submission"])
            at = self._repeated(connection, caller.participant, uuid, where.id, said)
            if at is None:
                at = moment(self._clock())
                self._keep(connection, caller, uuid, where.id, said, at)
            epoch, newest = self._marks.newest(connection)
        reach("answer-committed")
        self._marks.told(epoch, newest)
        return {"id": uuid, "at": at}

    @staticmethod
    def _repeated(
        connection: Connection, participant: str, uuid: str, submission_id: str, said: Mapping[str, str]
    ) -> str | None:
        row = connection.execute(
            select(comment)
            .join(submission, submission.c.id == comment.c.submission)
            .where(submission.c.participant == participant, comment.c.as_sent == uuid, comment.c.by_participant)
        ).first()
        if row is None:
            return None
        if row.submission != submission_id or any(
            getattr(row, _COLUMNS.get(name, name)) != said[name] for name in said if name != "submission"
        ):
            raise Refused("submission-differs", "This id was used for another answer; that one is kept.")
        return str(row.at)

    def _keep(  # noqa: PLR0917 - who, and what was said
        self, connection: Connection, caller: Caller, uuid: str, submission_id: str, said: Mapping[str, str], at: str
    ) -> None:
        if said["in_reply_to"]:
            above = (comment.c.id == said["in_reply_to"]) | (comment.c.as_sent == said["in_reply_to"])
            query = select(comment.c.id).where(above, comment.c.submission == submission_id)
            if connection.execute(query).first() is None:
                raise _invalid("/in_reply_to", "there is no such comment on this submission")
        taken = connection.execute(select(comment.c.id).where(comment.c.id == uuid)).first()
        made = uuid if taken is None else str(uuids.uuid5(uuids.UUID(uuid), caller.participant))
        spend(connection, caller.participant, sum(len(text.encode()) for text in said.values()), self._room)
        values = {_COLUMNS.get(name, name): text for name, text in said.items() if name != "submission"}
        connection.execute(
            insert(comment).values(
                id=made, as_sent=uuid, submission=submission_id, by_participant=True, at=at, **values
            )
        )
        reach("answer-kept")
        data = {**said, "submission": submission_id, "id": uuid, "at": at, "from": "participant"}
        self._feed.add(connection, caller.participant, COMMENT, uuid, 1, data)
        self._audit.add(connection, actor=caller.device, action="answered", subject=submission_id, detail=made)


def _submission(connection: Connection, participant: str, uuid: str) -> Row[Any]:
    row = connection.execute(
        select(submission.c.id).where(
            submission.c.participant == participant, submission.c.envelope == uuid, submission.c.act == wire.SUBMIT
        )
    ).first()
    if row is None:
        raise Refused("not-found", "There is no such submission.")
    return row


def _read(uuid: str, body: Mapping[str, Any]) -> dict[str, str]:
    if UUID.fullmatch(uuid) is None:
        raise _invalid("", "the id of the answer is no uuid")
    said = {name: body.get(name) or "" for name in _LONGEST}
    for name, text in said.items():
        if not isinstance(text, str) or len(text) > _LONGEST[name]:
            raise _invalid(f"/{name}", f"it is no text of up to {_LONGEST[name]} characters")
        if "\x00" in text or any("\ud800" <= one <= "\udfff" for one in text):
            raise _invalid(f"/{name}", "it holds what is no character")
    if not said["text"].strip():
        raise _invalid("/text", "it is empty")
    return said


def _invalid(pointer: str, detail: str) -> Refused:
    return Refused("invalid", f"{pointer or 'It'}: {detail}.", errors=[{"pointer": pointer, "detail": detail}])

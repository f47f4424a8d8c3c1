"""What reviewers do with a submission: read it, comment on it, take it into review, return it, accept it.

A comment and a decision, what the participant is told of it (the feed) and the entry of the audit are one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from central import queue
from central.audit import Audit
from central.bodies import Body, BodyUnreadable, Table, number_of, read_body
from central.clock import Clock, moment
from central.database import Database
from central.detail import NEXT, Comment, Detail, File, read_detail
from central.feed import Feed
from central.points import reach
from central.refusals import Refused
from central.tables import comment, decision, submission
from central.uploads import Uploads
from desktop.sync.wire import envelope as wire
from desktop.sync.wire import feed as items

TYPES = ("general", "technical", "editorial", "question")
"""Kinds of a comment: those of the comments log in the desktop's workbooks. '' = not said."""
LONGEST = 10_000
"""Characters of a comment or a note."""


@dataclass(frozen=True)
class Said:
    """What a reviewer types. `id`: a uuid made with the form, so that sending it twice says it once."""

    id: str
    text: str
    kind: str = ""
    proposed: str = ""
    table_id: str = ""
    row_key: str = ""
    column_id: str = ""
    in_reply_to: str = ""


class Reviews:
    """Reading is open to every reviewer; who did what is in the decisions, the comments and the audit."""

    def __init__(self, db: Database, uploads: Uploads, feed: Feed, audit: Audit, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._db = db
        self._uploads = uploads
        self._feed = feed
        self._audit = audit
        self._clock = clock

    def queue(self, wanted: queue.Filter) -> queue.Queue:
        """A page of the queue."""
        with self._db.read() as connection:
            return queue.queue(connection, wanted)

    def one(self, submission_id: str) -> Detail:
        """Raises Refused (not-found); a withdrawal is no submission."""
        with self._db.read() as connection:
            return read_detail(connection, submission_id)

    def body(self, detail: Detail) -> Body:
        """What it says. Raises BodyUnreadable."""
        files = [one for one in detail.files if one.role == "body"]
        if not files:
            raise BodyUnreadable("it has no body")
        return read_body(self._opened(detail, files[0].sha256))

    def opener(self, detail: Detail) -> Callable[[str], Iterable[bytes]]:
        """Opens files of this submission by hash, and no others. What it gives raises BodyUnreadable."""
        return lambda sha256: self._opened(detail, sha256)

    def file(self, submission_id: str, position: int) -> tuple[File, Iterable[bytes]]:
        """A file of it with its bytes. Raises Refused (not-found)."""
        detail = self.one(submission_id)
        found = next((one for one in detail.files if one.position == position), None)
        if found is None:
            raise Refused("not-found", "There is no such file.")
        return found, self._uploads.open(detail.participant, found.sha256)

    def note_download(self, submission_id: str, position: int, by: str) -> None:
        """Who took a file is in the audit: evidence may hold personal data."""
        with self._db.write() as connection:
            self._audit.add(
                connection, actor=by, action="file downloaded", subject=submission_id, detail=f"file {position}"
            )

    def comment(self, submission_id: str, said: Said, by: str) -> None:
        """Say something of the whole, a table, a row or a cell; the participant is told.

        Raises Refused: not-found; invalid for an empty text and for a place that is not there.
        """
        said = self._checked(submission_id, said)
        at = moment(self._clock())
        with self._db.write() as connection:
            row = _locked(connection, submission_id)
            there = connection.execute(select(comment.c.submission).where(comment.c.id == said.id)).first()
            if there is not None:
                if there.submission != submission_id:
                    raise Refused("invalid", "Open the form again.")
                return
            connection.execute(
                insert(comment).values(**asdict(said), submission=submission_id, by_participant=False, author=by, at=at)
            )
            data = {
                "submission": submission_id, "id": said.id, "author": by, "text": said.text, "kind": said.kind,
                "proposed": said.proposed, "table": said.table_id, "row": said.row_key, "column": said.column_id,
                "in_reply_to": _as_sent(connection, said.in_reply_to), "at": at, "from": "reviewer",
            }  # fmt: skip
            reach("comment-kept")
            self._feed.add(connection, row.participant, items.COMMENT, said.id, 1, data)
            self._audit.add(connection, actor=by, action="commented", subject=submission_id, detail=said.id)
            reach("comment-told")

    def decide(  # noqa: PLR0917 - what a decision says
        self, submission_id: str, state: str, note: str, their_ref: str, seen: int, by: str, *, made: str = ""
    ) -> None:
        """A new state; the participant is told. `seen`: the state_version that the reviewer looked at.

        `made`: a uuid that the caller gave this decision, so that saying it twice decides once; '' = a new one.

        Raises Refused: not-found; version-conflict when it changed since; invalid for a state that cannot follow, and
        for changes that are requested without saying which.
        """
        note, their_ref = _text(note), " ".join(_text(their_ref).split())[:200]
        if state == "changes requested" and not note:
            raise Refused("invalid", "Say which changes you ask for.", field="note")
        if len(note) > LONGEST:
            raise Refused("invalid", f"A note has up to {LONGEST:,} characters.", field="note")
        at = moment(self._clock())
        with self._db.write() as connection:
            row = _locked(connection, submission_id)
            there = connection.execute(select(decision).where(decision.c.id == made)).first() if made else None
            if there is not None:
                if (there.submission, there.state) != (submission_id, state):
                    raise Refused("invalid", "This id was used for another decision.")
                return
            if row.state_version != seen:
                raise Refused(
                    "version-conflict", f"It changed meanwhile: it is {row.state} now.", current=row.state_version
                )
            if state not in NEXT.get(row.state, ()):
                raise Refused("invalid", f"What is {row.state} cannot become {state}.", field="state")
            their_ref = their_ref or row.their_ref
            version = row.state_version + 1
            connection.execute(
                update(submission)
                .where(submission.c.id == submission_id)
                .values(state=state, state_version=version, their_ref=their_ref)
            )
            connection.execute(
                insert(decision).values(
                    id=made or str(uuid.uuid4()),
                    submission=submission_id,
                    state=state,
                    note=note,
                    their_ref=their_ref,
                    by=by,
                    at=at,
                )
            )
            data = {
                "submission": submission_id, "reference": row.reference, "state": state, "note": note, "by": by,
                "their_ref": their_ref, "at": at,
            }  # fmt: skip
            reach("decision-kept")
            self._feed.add(connection, row.participant, items.STATUS, submission_id, version, data)
            self._audit.add(connection, actor=by, action="decided", subject=submission_id, detail=state)
            reach("decision-told")

    def _checked(self, submission_id: str, said: Said) -> Said:
        """The same, put in order, when its place is there."""
        detail = self.one(submission_id)
        text, proposed = _text(said.text), _text(said.proposed)
        if not text:
            raise Refused("invalid", "Write the comment.", field="text")
        if len(text) > LONGEST or len(proposed) > LONGEST:
            raise Refused("invalid", f"A comment has up to {LONGEST:,} characters.", field="text")
        if said.kind not in {"", *TYPES}:
            raise Refused("invalid", f"A comment is one of: {', '.join(TYPES)}.", field="kind")
        try:
            made = str(uuid.UUID(said.id))
        except ValueError as error:
            raise Refused("invalid", "Open the form again.") from error
        place = (said.table_id, said.row_key, said.column_id)
        if said.in_reply_to:
            above = next((one for one in _flat(detail.comments) if one.id == said.in_reply_to), None)
            if above is None:
                raise Refused("invalid", "The comment that it answers is not there.")
            place = (above.table_id, above.row_key, above.column_id)
        elif any(place):
            self._check_place(detail, *place)
        return Said(made, text, said.kind, proposed, *place, in_reply_to=said.in_reply_to)

    def _check_place(self, detail: Detail, table_id: str, row_key: str, column_id: str) -> None:
        try:
            table = self.body(detail).table(table_id)
            if table is None or (column_id and not (row_key and table.has_column(column_id))):
                raise Refused("invalid", "There is no such place in the submission.")
            if row_key and not number_of(table, self.opener(detail), row_key):
                raise Refused("invalid", "There is no row with this key.", field="row")
        except BodyUnreadable as error:
            raise Refused("invalid", "The tables cannot be read: comment on the whole.") from error

    def _opened(self, detail: Detail, sha256: str) -> Iterable[bytes]:
        if all(one.sha256 != sha256 for one in detail.files):
            raise BodyUnreadable("it names a file that was not handed over with it")
        try:
            return self._uploads.open(detail.participant, sha256)
        except Refused as error:
            raise BodyUnreadable("a file of it is not there") from error


def place_of(table: Table | None, one: Comment) -> str:
    """Where a comment stands, in words; '' = on the whole."""
    if not one.table_id:
        return ""
    title = table.title if table is not None else one.table_id
    column = next((column.title for column in table.columns if column.id == one.column_id), "") if table else ""
    return ", ".join(part for part in (title, one.row_key, column or one.column_id) if part)


def _text(text: str) -> str:
    """As it is kept: one kind of line end, no control characters, whatever a browser or a program sent."""
    one = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    return "".join(char for char in one if char in "\n\t" or char.isprintable() or char.isspace()).strip()


def _locked(connection: Connection, submission_id: str) -> Row[Any]:
    row = connection.execute(
        select(submission).where(submission.c.id == submission_id, submission.c.act == wire.SUBMIT).with_for_update()
    ).first()
    if row is None:
        raise Refused("not-found", "There is no such submission.")
    return row


def _as_sent(connection: Connection, comment_id: str) -> str:
    """How a participant calls a comment: its own ones by the id that it gave them."""
    return connection.execute(select(comment.c.as_sent).where(comment.c.id == comment_id)).scalar() or comment_id


def _flat(threads: Iterable[Comment]) -> Iterable[Comment]:
    for one in threads:
        yield one
        yield from one.replies


__all__ = ["NEXT", "TYPES", "Comment", "Detail", "File", "Reviews", "Said", "place_of"]

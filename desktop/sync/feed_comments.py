"""What reviewers said at an endpoint lands on the rows it is about; what was answered here goes out.

Comments are append-only there, and nobody's here are ever changed or taken away by them.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from desktop.changes import Subject
from desktop.submissions.review.model import CommentSource, CommentState
from desktop.sync.feed_item import (
    DONE,
    ELSEWHERE,
    OURS,
    PASSED_OVER,
    Arrived,
    Taken,
    Unusable,
    envelope_of,
)
from desktop.sync.wire.protocol import UUID
from desktop.uk_time import civil
from local_db import background, deliveries
from local_db import inbox as rows
from local_db.audit import timestamp
from local_db.connection import Connection, Store
from local_db.deliveries import EnvelopeRow

REVIEWER, PARTICIPANT = "reviewer", "participant"
_ANSWERS = uuid.UUID("9d0e6a5c-6a3b-5c0e-9a57-3b8a5a0f7d11")
"""The name space of the uuids of answers."""


def take(connection: Connection, arrived: Arrived, store: Store, actor: str) -> Taken:
    """Keep a comment, or the answer that another laptop of the participant gave. Raises Unusable."""
    mark = arrived.line("id") or arrived.item.id
    if UUID.fullmatch(mark) is None:
        raise Unusable("a comment has no id")
    sent = envelope_of(connection, arrived)
    if sent is None:
        return Taken(ELSEWHERE)
    if rows.answer(connection, mark) is not None:
        return Taken(OURS)
    recipient = _recipient(arrived, sent)
    parent = _parent(connection, arrived.line("in_reply_to"), sent, recipient)
    text, proposed = arrived.text("text"), arrived.text("proposed")
    if not text and not proposed:
        raise Unusable("a comment says nothing")
    ours = arrived.line("from") == PARTICIPANT
    if ours and _answered(connection, arrived, sent, recipient, parent, store, actor):
        for one in (mark, answer_id(parent, text)):  # the second: an answer of another make says the same
            rows.keep_answer(
                connection, rows.AnswerRow(one, arrived.source.id, sent.submission_id, parent, timestamp(arrived.now))
            )
        return Taken(DONE, (Subject.COMMENTS, Subject.SUBMISSIONS))
    if rows.comment_id(connection, sent.submission_id, recipient, mark) is not None:
        known = arrived.known
        if all(known.get(one) == arrived.item.data.get(one) for one in ("text", "proposed")):
            return Taken(PASSED_OVER)
        # Said anew: what was said first stays, with what was answered to it.
        parent, mark = mark, f"{mark}/{arrived.item.version}"
        if rows.comment_id(connection, sent.submission_id, recipient, mark) is not None:
            return Taken(PASSED_OVER)
    rows.add_comment(
        connection,
        background.free_id(connection, "review_comment"),
        {
            "submission_id": sent.submission_id,
            "recipient": recipient,
            "fingerprint": mark,
            "source": CommentSource.SYNC.value,
            "author": arrived.line("author"),
            "said_at": civil(arrived.at())[0].isoformat(),
            "kind": arrived.line("kind"),
            "text": text or proposed,
            "proposed": proposed,
            "table_id": arrived.line("table"),
            "row_key": arrived.line("row"),
            "column_id": arrived.line("column"),
            "place": arrived.source.name,
            "in_reply_to": parent,
            "state": (CommentState.CLOSED if ours else CommentState.OPEN).value,
            "taken_at": timestamp(arrived.now),
            "taken_by": actor,
        },
    )
    return Taken(DONE, (Subject.COMMENTS, Subject.SUBMISSIONS))


def outgoing(connection: Connection, endpoint_id: int) -> tuple[tuple[str, dict[str, object]], ...]:
    """Answers that the endpoint does not have yet: the uuid of each, and what is said."""
    known = rows.answers_of(connection, endpoint_id)
    made = []
    for _, submission_id, known_by, item, answer, _, by in rows.answered_comments(connection, endpoint_id):
        mark = answer_id(known_by, answer)
        if mark in known:
            continue
        envelope = deliveries.newest(connection, submission_id, endpoint_id, "submit")
        if envelope is None:
            continue
        body: dict[str, object] = {
            "submission": envelope.uuid,
            "text": answer,
            "author": by,
            "kind": "",
            "proposed": "",
            "table": "",
            "row": "",
            "column": "",
            "in_reply_to": item,
        }
        made.append((mark, body))
    return tuple(made)


def sent(connection: Connection, endpoint_id: int, mark: str, body: dict[str, object], at: datetime) -> None:
    """The endpoint has an answer."""
    envelope = deliveries.envelope(connection, str(body.get("submission", "")))
    if envelope is not None:
        row = rows.AnswerRow(
            mark, endpoint_id, envelope.submission_id, str(body.get("in_reply_to", "")), timestamp(at)
        )  # fmt: skip
        rows.keep_answer(connection, row)


def answer_id(comment: str, answer: str) -> str:
    """The uuid of an answer: the same for the same answer to the same comment, whichever laptop sends it.

    `comment` is its fingerprint.
    """
    return str(uuid.uuid5(_ANSWERS, f"{comment}\n{answer}"))


def _recipient(arrived: Arrived, sent: EnvelopeRow) -> str:
    """Whose comment it is: as it says, else the first that the endpoint receives for."""
    from desktop.submissions.context import listed

    here = listed(sent.here)
    said = arrived.line("recipient")
    return said if said in here else here[0]


def _parent(connection: Connection, said: str, sent: EnvelopeRow, recipient: str) -> str:
    """The fingerprint of the comment that it answers; that of ours where it answers an answer of ours."""
    if not said:
        return ""
    ours = rows.answer(connection, said)
    if ours is not None and ours.submission_id == sent.submission_id:
        return ours.fingerprint
    return said if rows.comment_id(connection, sent.submission_id, recipient, said) is not None else ""


def _answered(  # noqa: PLR0917 - the parts of one comment
    connection: Connection,
    arrived: Arrived,
    sent: EnvelopeRow,
    recipient: str,
    parent: str,
    store: Store,
    actor: str,
) -> bool:
    """Give the answer of another laptop to the comment that it is for, where nobody answered it here."""
    from local_db import reviews

    found = rows.comment_id(connection, sent.submission_id, recipient, parent) if parent else None
    if found is None:
        return False
    row = reviews.comments_by_id(connection, [found])[0]
    if row.answer and row.answer != arrived.text("text"):
        return False
    if row.answer:
        return True
    at, by = timestamp(arrived.at()), arrived.line("author")
    if not background.in_a_step(connection, "review_comment", [found]):
        rows.set_answer(connection, found, arrived.text("text"), at, by)
        return True
    with store.edit(
        action="review.answer",
        title="Take in an answer of another laptop",
        subjects=[Subject.COMMENTS, Subject.SUBMISSIONS],
        actor=actor,
        at=arrived.now,
    ) as step:
        step.update(
            "review_comment",
            [found],
            {"answer": arrived.text("text"), "answered_at": at, "answered_by": by, "state": "answered"},
        )
    return True

"""Queries about requests for information: requests, their questions, and the submissions that are over them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from local_db.connection import Connection

DETAIL_COLUMNS = ("title", "their_ref", "sender", "received", "due", "note", "closed")
"""What a person says of a request."""
SAID_COLUMNS = ("key", "section", "text", "guidance", "answer", "owner", "not_for_us", "note")
"""What a person or a file says of a question."""
QUESTION_COLUMNS = ("request_id", *SAID_COLUMNS, "text_hash", "looked_hash", "missing", "extra", "position")


@dataclass(frozen=True)
class RequestRow:
    """A request as it is kept, with how many questions it has and how they stand."""

    id: int
    ref: str
    title: str
    their_ref: str
    sender: str
    received: str
    due: str
    note: str
    closed: str
    source: str
    questions: int
    answered: int
    to_look_at: int
    missing: int


@dataclass(frozen=True)
class QuestionRow:
    """A question as it is kept; `extra` is JSON."""

    id: int
    request_id: int
    key: str
    section: str
    text: str
    guidance: str
    answer: str
    owner: str
    not_for_us: str
    note: str
    text_hash: str
    looked_hash: str
    missing: int
    extra: str
    position: int


@dataclass(frozen=True)
class NameRow:
    """A question by name, with the request that it is of."""

    id: int
    key: str
    text: str
    request_ref: str
    request_title: str
    their_ref: str


def requests(connection: Connection, request_id: int | None = None) -> list[RequestRow]:
    """Every request, oldest first; or this one alone."""
    found = connection.execute(
        "SELECT r.id, r.ref, r.title, r.their_ref, r.sender, r.received, r.due, r.note, r.closed, r.source, "
        "count(q.id), coalesce(sum(q.answer <> '' OR q.not_for_us <> ''), 0), "
        "coalesce(sum((q.answer <> '' OR q.not_for_us <> '') AND q.text_hash <> q.looked_hash), 0), "
        "coalesce(sum(q.missing), 0) "
        "FROM info_request AS r LEFT JOIN info_question AS q ON q.request_id = r.id "
        "WHERE ?1 IS NULL OR r.id = ?1 GROUP BY r.id ORDER BY r.id",
        (request_id,),
    )
    return [RequestRow(*row) for row in found]


def questions(connection: Connection, request_id: int) -> list[QuestionRow]:
    """The questions of a request in its order."""
    found = connection.execute(
        f"SELECT id, {', '.join(QUESTION_COLUMNS)} FROM info_question WHERE request_id = ? "  # noqa: S608 - fixed names
        "ORDER BY position, id",
        (request_id,),
    )
    return [QuestionRow(*row) for row in found]


def questions_by_id(connection: Connection, question_ids: Iterable[int]) -> list[QuestionRow]:
    """These questions, in the order of their requests; those that are not there are left out."""
    found = connection.execute(
        f"SELECT id, {', '.join(QUESTION_COLUMNS)} FROM info_question "  # noqa: S608 - fixed names
        "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY request_id, position, id",
        (json.dumps([int(one) for one in question_ids]),),
    )
    return [QuestionRow(*row) for row in found]


def names(connection: Connection, question_ids: Iterable[int] | None = None) -> list[NameRow]:
    """These questions (None: all) by name: open requests first, newest first, in the document's order."""
    wanted = None if question_ids is None else json.dumps([int(one) for one in question_ids])
    found = connection.execute(
        "SELECT q.id, q.key, q.text, r.ref, r.title, r.their_ref "
        "FROM info_question AS q JOIN info_request AS r ON r.id = q.request_id "
        "WHERE ?1 IS NULL OR q.id IN (SELECT value FROM json_each(?1)) "
        "ORDER BY r.closed <> '', r.id DESC, q.position, q.id",
        (wanted,),
    )
    return [NameRow(*row) for row in found]


def owners(connection: Connection) -> list[str]:
    """Every name that was given as owner of a question."""
    return [str(row[0]) for row in connection.execute("SELECT DISTINCT owner FROM info_question WHERE owner <> ''")]


def drafts_over(connection: Connection, request_id: int) -> list[str]:
    """References with versions of the drafts over a request."""
    found = connection.execute(
        "SELECT ref || ' v' || version FROM submission WHERE state = 'draft' "
        "AND json_extract(scope, '$.request_id') = ? ORDER BY id",
        (request_id,),
    )
    return [str(row[0]) for row in found]


def frozen_over(connection: Connection, request_id: int) -> list[str]:
    """References with versions of the submissions over a request that were frozen, whatever became of them."""
    found = connection.execute(
        "SELECT ref || ' v' || version FROM submission WHERE state <> 'draft' "
        "AND json_extract(scope, '$.request_id') = ? ORDER BY id",
        (request_id,),
    )
    return [str(row[0]) for row in found]

"""Requests and questions as pages and commands know them, from what is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import TargetKind
from desktop.requests.context import Desk
from desktop.requests.model import DueRequest, InfoRequest, KeptQuestion, Question, QuestionDetails, RequestDetails
from local_db import info_requests as rows
from local_db.connection import Connection
from local_db.info_requests import DETAIL_COLUMNS, SAID_COLUMNS, QuestionRow, RequestRow


class Reader:
    """Reads requests and questions."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def requests(self) -> tuple[InfoRequest, ...]:
        """See RequestService."""
        names = self._desk.senders()
        found = [_request(row, names) for row in rows.requests(self._desk.store.read())]
        return tuple(
            sorted(
                found, key=lambda one: (bool(one.details.closed), not one.details.due, one.details.due or "", one.id)
            )
        )

    def get(self, request_id: int) -> InfoRequest:
        """See RequestService."""
        return _request(self._desk.request_row(self._desk.store.read(), request_id), self._desk.senders())

    def by_ref(self, text: str) -> InfoRequest:
        """See RequestService."""
        said = " ".join(text.split()).casefold()
        all_of_them = self.requests()
        found = [one for one in all_of_them if one.ref.casefold() == said] or [
            one
            for one in all_of_them
            if said and said in (one.details.their_ref.casefold(), one.details.title.casefold())
        ]
        if not found:
            raise NotFound(f"There is no request “{text.strip()}”.", todo=f"Use one of: {_listed(all_of_them)}.")
        if len(found) > 1:
            raise InvalidInput(
                f"Several requests fit: {_listed(found)}.", todo="Name one by our reference.", field="request"
            )
        return found[0]

    def questions(self, request_id: int) -> tuple[Question, ...]:
        """See RequestService."""
        with self._desk.store.reading() as connection:
            self._desk.request_row(connection, request_id)
            return self._of(rows.questions(connection, request_id))

    def question(self, question_id: int) -> Question:
        """See RequestService."""
        with self._desk.store.reading() as connection:
            return self._of([self._desk.question_row(connection, question_id)])[0]

    def due(self, today: date) -> tuple[DueRequest, ...]:
        """See RequestService."""
        found = []
        for one in self.requests():
            if not one.details.closed:
                day = date.fromisoformat(one.details.due) if one.details.due else None
                found.append(DueRequest(one, day, late=day is not None and day < today))
        return tuple(found)

    def question_id(self, request_id: int, key: str) -> int:
        """See RequestService."""
        connection = self._desk.store.read()
        request = self._desk.request_row(connection, request_id)
        for row in rows.questions(connection, request_id):
            if row.key.casefold() == " ".join(key.split()).casefold():
                return row.id
        raise NotFound(f"{request.ref} has no question “{key.strip()}”.", todo="Look its number up in the request.")

    def texts(self, connection: Connection, request_id: int) -> dict[str, KeptQuestion]:
        """See RequestService."""
        source = self._desk.request_row(connection, request_id).source
        return {
            row.key: KeptQuestion(
                row.id,
                {name: str(getattr(row, name)) for name in SAID_COLUMNS if name != "key"},
                extra_of(row.extra),
                bool(row.missing),
                source,
            )
            for row in rows.questions(connection, request_id)
        }

    def _of(self, found: Sequence[QuestionRow]) -> tuple[Question, ...]:
        counts = self._desk.evidence.counts(TargetKind.QUESTION)
        return tuple(_question(row, counts) for row in found)


def extra_of(text: str) -> dict[str, str]:
    """The columns of the document that were mapped to nothing."""
    found = json.loads(text)
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _request(row: RequestRow, names: Mapping[str, str]) -> InfoRequest:
    return InfoRequest(
        row.id,
        row.ref,
        RequestDetails(**{name: getattr(row, name) for name in DETAIL_COLUMNS}),
        names.get(row.sender, row.sender),
        row.source,
        row.questions,
        row.answered,
        row.to_look_at,
        row.missing,
    )


def _question(row: QuestionRow, counts: Mapping[int, tuple[int, int]]) -> Question:
    proofs, awaiting = counts.get(row.id, (0, 0))
    answered = bool(row.answer or row.not_for_us)
    return Question(
        row.id,
        row.request_id,
        QuestionDetails(**{name: getattr(row, name) for name in SAID_COLUMNS}),
        look_again=answered and row.text_hash != row.looked_hash,
        missing=bool(row.missing),
        proofs=proofs,
        position=row.position,
        extra=extra_of(row.extra),
        awaiting=awaiting,
    )


def _listed(found: Sequence[InfoRequest]) -> str:
    return "; ".join(f"{one.ref} {one.name}" for one in found[:8]) or "none is there yet"

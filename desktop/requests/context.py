"""What every part of the service of requests works with: the other services, what is kept, and how an edit is begun."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.service import EvidenceService
from desktop.participant.service import ParticipantService
from desktop.records.plain_keys import is_plain
from local_db import info_requests as rows
from local_db.connection import Connection, Store
from local_db.edit import Edit
from local_db.info_requests import QuestionRow, RequestRow

NOTHING = "Nothing was changed."


@dataclass(frozen=True)
class Desk:
    """The services that requests are made of."""

    store: Store
    participant: ParticipantService
    evidence: EvidenceService
    actor: str
    clock: Clock

    def edit(self, action: str, title: str) -> AbstractContextManager[Edit]:
        """An edit that can be undone."""
        return self.store.edit(
            action=f"request.{action}", title=title, subjects=[Subject.REQUESTS], actor=self.actor, at=self.clock()
        )

    def today(self) -> date:
        """The clock's day."""
        return today(self.clock)

    def senders(self) -> dict[str, str]:
        """Id to name of everybody in the recipients pack."""
        return {str(row["id"]): str(row["name"]) for row in self.participant.choices("recipients")}

    def request_row(self, connection: Connection, request_id: int) -> RequestRow:
        """A request as it is kept. Raises NotFound."""
        found = rows.requests(connection, request_id)
        if not found:
            raise NotFound("This request is not here any more.", safe=NOTHING, todo="Reload the page.")
        return found[0]

    def open_request(self, connection: Connection, request_id: int) -> RequestRow:
        """A request whose questions may be changed. Raises NotFound, InvalidInput when it is closed."""
        row = self.request_row(connection, request_id)
        if row.closed:
            raise InvalidInput(
                f"{row.ref} was closed on {row.closed}.",
                safe=NOTHING,
                todo="Open the request again first: clear the day on which it was closed.",
                field="closed",
            )
        return row

    def question_row(self, connection: Connection, question_id: int) -> QuestionRow:
        """A question as it is kept. Raises NotFound."""
        found = rows.questions_by_id(connection, [question_id])
        if not found:
            raise NotFound("This question is not here any more.", safe=NOTHING, todo="Reload the page.")
        return found[0]

    def chosen(self, connection: Connection, question_ids: Iterable[int]) -> list[QuestionRow]:
        """Questions that may be changed. Raises NotFound when one is not there, InvalidInput for a closed request."""
        wanted = set(question_ids)
        found = rows.questions_by_id(connection, wanted)
        if len(found) < len(wanted):
            raise NotFound("A question is not here any more.", safe=NOTHING, todo="Reload the page.")
        for request_id in sorted({one.request_id for one in found}):
            self.open_request(connection, request_id)
        return found


def changes(title: str, count: int, *more: Subject) -> Changes:
    """What an edit of requests changed."""
    return Changes.of(Subject.REQUESTS, *more, title=title, count=count)


def named(found: Sequence[QuestionRow]) -> str:
    """One question by its number, or how many they are: titles of steps hold no text that people wrote."""
    if len(found) != 1:
        return f"{len(found):,} questions"
    return f"question {found[0].key}" if is_plain(found[0].key) else "a question"

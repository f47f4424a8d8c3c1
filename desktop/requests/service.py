"""The one service of information requests: what pages and commands call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes
from desktop.clock import Clock
from desktop.evidence.service import EvidenceService
from desktop.participant.service import ParticipantService
from desktop.requests import entered, incoming
from desktop.requests.context import Desk
from desktop.requests.model import (
    DueRequest,
    InfoRequest,
    KeptQuestion,
    Question,
    QuestionDetails,
    QuestionEdit,
    RequestDetails,
)
from desktop.requests.reading import Reader
from desktop.requests.writing import Writer
from local_db import info_requests as rows
from local_db.connection import Connection, Store
from local_db.edit import Edit


class RequestService:
    """Every write is one undoable step. Every call may run on a worker thread."""

    def __init__(
        self, store: Store, participant: ParticipantService, evidence: EvidenceService, actor: str, clock: Clock
    ) -> None:
        """Nothing is read before it is asked for."""
        self._desk = Desk(store, participant, evidence, actor, clock)
        self._reader = Reader(self._desk)
        self._writer = Writer(self._desk)

    # -- requests ------------------------------------------------------------------------------------------------------

    def add(self, details: RequestDetails) -> tuple[int, Changes]:
        """Add a request (ACME-IRQ-0001). Raises InvalidInput (its field)."""
        return self._writer.add(details)

    def edit(self, request_id: int, details: RequestDetails) -> Changes:
        """Change one. Raises InvalidInput, NotFound."""
        return self._writer.edit(request_id, details)

    def remove(self, request_id: int) -> Changes:
        """Remove one with its questions. Raises InvalidInput when a submission is over it, NotFound."""
        return self._writer.remove(request_id)

    # -- questions -----------------------------------------------------------------------------------------------------
    # All writes raise InvalidInput (field closed) when the request is closed.

    def add_question(self, request_id: int, details: QuestionDetails) -> tuple[int, Changes]:
        """Add a question at the end. Raises InvalidInput (field key when the number is taken), NotFound."""
        return self._writer.add_question(request_id, details)

    def edit_question(self, question_id: int, details: QuestionDetails) -> Changes:
        """Change one; a change of the answer says that it was looked at. Raises InvalidInput, NotFound."""
        return self._writer.edit_question(question_id, details)

    def change(self, question_ids: Sequence[int], change: QuestionEdit) -> Changes:
        """Change several at once. Raises InvalidInput (field), NotFound."""
        return self._writer.change(question_ids, change)

    def answer(self, question_id: int, answer: str) -> Changes:
        """Answer it; '' takes the answer back. Raises NotFound."""
        return self._writer.change([question_id], QuestionEdit(answer=answer))

    def looked_at(self, question_ids: Sequence[int]) -> Changes:
        """Say that the answers still hold for the questions as they read now; what is missing is flagged no more.

        Raises NotFound.
        """
        return self._writer.looked_at(question_ids)

    def remove_questions(self, question_ids: Sequence[int]) -> Changes:
        """Remove questions with their links to evidence; the evidence stays. Raises NotFound."""
        return self._writer.remove_questions(question_ids)

    def paste(self, request_id: int, rows: Sequence[Mapping[str, str]]) -> Changes:
        """Add or change questions by their number from rows (fields of QuestionDetails), in one step.

        Raises InvalidInput (field), NotFound; then nothing is written.
        """
        return self._writer.paste(request_id, rows)

    # -- reading -------------------------------------------------------------------------------------------------------

    def requests(self) -> tuple[InfoRequest, ...]:
        """All, open ones first, by day due."""
        return self._reader.requests()

    def get(self, request_id: int) -> InfoRequest:
        """One. Raises NotFound."""
        return self._reader.get(request_id)

    def by_ref(self, text: str) -> InfoRequest:
        """By our reference, theirs or the title, in any case. Raises NotFound, InvalidInput (several fit)."""
        return self._reader.by_ref(text)

    def questions(self, request_id: int) -> tuple[Question, ...]:
        """In the order of the document. Raises NotFound."""
        return self._reader.questions(request_id)

    def question(self, question_id: int) -> Question:
        """One. Raises NotFound."""
        return self._reader.question(question_id)

    def due(self, today: date) -> tuple[DueRequest, ...]:
        """Open requests by the day they are due, those without one last; those due before `today` are late."""
        return self._reader.due(today)

    def table(self, request_id: int) -> FrameTable:
        """The questions of a request as a table (columns: desktop/requests/table.py)."""
        from desktop.requests.table import table_of

        return table_of(lambda: self._reader.questions(request_id))

    def senders(self) -> Mapping[str, str]:
        """Whom a request can come from: id of the recipients pack to name."""
        return self._desk.senders()

    def request_of(self, question_id: int) -> int | None:
        """The request that a question is of; None when it is not there."""
        found = rows.questions_by_id(self._desk.store.read(), [question_id])
        return found[0].request_id if found else None

    def question_id(self, request_id: int, key: str) -> int:
        """The question with this number, without regard to case. Raises NotFound."""
        return self._reader.question_id(request_id, key)

    def people(self) -> tuple[str, ...]:
        """Names that were given as owner, and the contacts: for completing."""
        contacts = (one.name for one in self._desk.participant.contacts())
        return tuple(sorted({*rows.owners(self._desk.store.read()), *contacts}, key=str.casefold))

    # -- for imports (desktop/testing/import_questions.py) -------------------------------------------------------------

    def texts(self, connection: Connection, request_id: int) -> Mapping[str, KeptQuestion]:
        """Every question of a request by its number, as a file would say it. Raises NotFound."""
        return self._reader.texts(connection, request_id)

    def must_be_open(self, request_id: int) -> None:
        """Raise NotFound when the request is not there, InvalidInput (field closed) when it was closed."""
        with self._desk.store.reading() as connection:
            self._desk.open_request(connection, request_id)

    def add_in(self, edit: Edit, details: RequestDetails) -> int:
        """Add a request inside an import's edit; gives its id. Raises InvalidInput (its field)."""
        return self._writer.add_in(edit, details)

    def checked(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Fields of an import as they are kept. Raises InvalidInput for what cannot be taken (field; what to write)."""
        return entered.checked(given)

    def upsert_in(  # noqa: PLR0917 - one call, from one place
        self,
        edit: Edit,
        request_id: int,
        given: Mapping[str, Mapping[str, str]],
        extra: Mapping[str, Mapping[str, str]],
        missing: Sequence[int],
        source: str,
    ) -> Mapping[str, int]:
        """Write the questions of an import (number to checked fields that it gives) inside its edit; gives their ids.

        `missing`: ids of questions that the newest version does not have; kept and flagged. A file that has them all
        sets their order. Answers stay, unless the file gives one. Raises InvalidInput (a closed request), NotFound.
        """
        return incoming.upsert(self._desk, edit, request_id, given, extra, missing, source)

"""What is asked of an information request and of its questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from desktop.changes import Changes
from desktop.jobs import Job
from desktop.requests.model import InfoRequest, Question, QuestionDetails, QuestionEdit, RequestDetails
from ui.context import Context
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save, kept_or
from ui.models.paged_table import shown_date
from ui.widgets.request_look import called, counted


def ask_new_request(
    context: Context, parent: QWidget, senders: Mapping[str, str], made: Callable[[int], object]
) -> bool:
    """What came in; `made` is told its id."""
    requests, ids = context.workspace.requests, list[int]()

    def work_of(values: dict[str, str]) -> Work:
        def work(_job: Job) -> Changes:
            request_id, changes = requests.add(RequestDetails(**values))
            ids.append(request_id)
            return changes

        return work

    intro = "A request for information that came in. Its questions are imported or typed afterwards."
    return ask_and_save(
        context, parent, "New information request", _fields(RequestDetails(""), senders), "Add the request", work_of,
        intro, done=lambda _changes: made(ids[-1]),
    )  # fmt: skip


def ask_request(context: Context, parent: QWidget, one: InfoRequest, senders: Mapping[str, str]) -> bool:
    """What is said of a request that is here."""
    requests = context.workspace.requests

    def work_of(values: dict[str, str]) -> Work:
        details = replace(one.details, **values)
        return lambda _job: requests.edit(one.id, details)

    fields = _fields(one.details, senders)
    return ask_and_save(context, parent, f"About {one.ref}", fields, "Save", work_of)


def ask_new_question(  # noqa: PLR0917 - one form, one call
    context: Context,
    parent: QWidget,
    request: InfoRequest,
    like: QuestionDetails,
    people: Sequence[str],
    made: Callable[[int], object],
) -> bool:
    """A question of a request; `made` is told its id."""
    requests, ids = context.workspace.requests, list[int]()

    def work_of(values: dict[str, str]) -> Work:
        def work(_job: Job) -> Changes:
            question_id, changes = requests.add_question(request.id, QuestionDetails(**values))
            ids.append(question_id)
            return changes

        return work

    return ask_and_save(
        context, parent, f"Add a question to {request.ref}", _question_fields(like, people), "Add the question",
        work_of, done=lambda _changes: made(ids[-1]),
    )  # fmt: skip


def ask_question(context: Context, parent: QWidget, one: Question, people: Sequence[str]) -> bool:
    """What a question asks and who answers it; its answer is written in the pane."""
    requests = context.workspace.requests

    def work_of(values: dict[str, str]) -> Work:
        # The answer as it is kept by then: what was typed in the pane may be saved meanwhile.
        return lambda _job: requests.edit_question(
            one.id, replace(requests.question(one.id).details, **values)
        )  # fmt: skip

    fields = _question_fields(one.details, people)
    return ask_and_save(context, parent, f"Edit question {one.details.key}", fields, "Save", work_of)


def ask_many(context: Context, parent: QWidget, chosen: Sequence[Question], people: Sequence[str]) -> bool:
    """Owner and section of many questions at once."""
    requests = context.workspace.requests
    ids = [one.id for one in chosen]

    def work_of(values: dict[str, str]) -> Work:
        edit = QuestionEdit(owner=kept_or(values["owner"]), section=kept_or(values["section"]))
        return lambda _job: requests.change(ids, edit)

    fields = (Field("owner", "Owner", suggestions=tuple(people)), Field("section", "Section"))
    intro = "Only what you fill is written. A single - clears a field of all of them."
    title, verb = f"Edit {counted(len(chosen))}", f"Save for {counted(len(chosen))}"
    return ask_and_save(context, parent, title, fields, verb, work_of, intro)


def ask_not_for_us(context: Context, parent: QWidget, chosen: Sequence[Question]) -> bool:
    """Why these do not apply; an empty reason says that they do."""
    requests = context.workspace.requests
    ids = [one.id for one in chosen]
    reasons = {one.details.not_for_us for one in chosen}
    before = reasons.pop() if len(reasons) == 1 else ""
    several = len(chosen) > 1
    fields = (
        Field("not_for_us", "Because", before, hint="Leave it empty to say that it applies after all.", long=True),
    )
    title = f"{counted(len(chosen)).capitalize()} do not apply to us" if several else "It does not apply to us"
    intro = "" if several else called(chosen[0])

    def work_of(values: dict[str, str]) -> Work:
        return lambda _job: requests.change(ids, QuestionEdit(not_for_us=values["not_for_us"]))

    return ask_and_save(context, parent, title, fields, "Save", work_of, intro)


def _fields(now: RequestDetails, senders: Mapping[str, str]) -> tuple[Field, ...]:
    kept = ((now.sender, now.sender),) if now.sender and now.sender not in senders else ()
    return (
        Field("title", "Title", now.title),
        Field("their_ref", "Their reference", now.their_ref, hint="How the sender calls it, such as PPIR 31."),
        Field("sender", "From", now.sender, (("", "Not said"), *senders.items(), *kept)),
        Field("received", "Received", shown_date(now.received), hint="such as 23/11/2026"),
        Field("due", "Answers due", shown_date(now.due), hint="such as 3 Dec 2026"),
        Field("note", "Note", now.note, hint="For you: it never leaves.", long=True),
    )


def _question_fields(now: QuestionDetails, people: Sequence[str]) -> tuple[Field, ...]:
    return (
        Field("key", "Number", now.key, hint="As the document has it, such as 3.2."),
        Field("section", "Section", now.section),
        Field("text", "Question", now.text, long=True),
        Field("guidance", "How to answer", now.guidance, long=True),
        Field("owner", "Owner", now.owner, suggestions=tuple(people)),
        Field("note", "Note", now.note, hint="For you: it never leaves."),
    )

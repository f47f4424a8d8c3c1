"""What can be done with information requests and their questions: each a command for menu, keys and palette."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from desktop.changes import Changes
from desktop.errors import NotFound, PlainError
from desktop.jobs import Job
from desktop.records.model import RecordKind
from desktop.requests.model import QuestionDetails, QuestionEdit
from desktop.requests.pasted import read_pasted
from ui.commands import Command
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.request_forms import (
    ask_many,
    ask_new_question,
    ask_new_request,
    ask_not_for_us,
    ask_question,
    ask_request,
)
from ui.dialogs.request_paste import paste_questions
from ui.pages.payloads import ImportRecords, PrepareSubmission
from ui.widgets.request_look import LONGEST, called, counted
from ui.widgets.saved_text import Done

if TYPE_CHECKING:
    from ui.pages.requests import RequestsPage


SAVING = "Saving the answer"
SOON = 20
"""Milliseconds after which a change is tried again that had to wait for an answer to be saved."""


class RequestVerbs:
    """Asks what has to be asked, then has the service do it; every write can be undone with Edit › Undo."""

    def __init__(self, context: Context, page: RequestsPage) -> None:
        self._context, self._page = context, page
        self._requests = context.workspace.requests
        self.saves = 0
        """How many answers were saved since the page was made."""

    def commands(self) -> list[Command]:
        """All commands of the page."""
        command = partial(Command, menu="Requests", page="requests")
        edits, adds, writes, shown = self._can_edit, self.can_add, self._can_write, self._can_change
        return [
            command("requests.answer", "Answer", self.answer, group="1", shortcut="Ctrl+D", icon="edit",
                    hint="Write the answer of the chosen question", enabled=edits),
            command("requests.next", "Next question", partial(self._page.step, 1), group="1", shortcut="Alt+Down",
                    hint="The question below; who is writing goes on writing there", enabled=self._page.has_chosen),
            command("requests.previous", "Previous question", partial(self._page.step, -1), group="1",
                    shortcut="Alt+Up", hint="The question above; who is writing goes on writing there",
                    enabled=self._page.has_chosen),
            command("requests.not_for_us", "Does not apply to us…", self.not_for_us, group="1", icon="status-none",
                    hint="The chosen questions are not for you, and why", enabled=edits),
            command("requests.confirm", "The answer still holds", self.still_holds, group="1",
                    shortcut="Ctrl+Shift+C", icon="state-changed",
                    hint="The changed question was looked at, and its answer is still right", enabled=edits),
            command("requests.add", "Add a question…", self.add, group="2", shortcut="Ctrl+Shift+N", icon="add",
                    hint="One that you type", enabled=adds),
            command("requests.edit", "Edit questions…", self.edit, group="2", shortcut="Ctrl+E", icon="edit",
                    hint="Number, section, text, owner, note", enabled=edits),
            command("requests.remove", "Remove questions…", self.remove, group="2", icon="trash",
                    hint="With their answers", enabled=edits),
            command("requests.new", "New request…", self.new, group="5", icon="new",
                    hint="An information request that came in", enabled=writes, whole=True),
            command("requests.import", "Import questions…", self.import_rows, group="5", shortcut="Ctrl+Shift+I",
                    icon="imports", hint="From Excel or CSV, with mapping and the difference first", enabled=writes,
                    whole=True),
            command("requests.prepare", "Prepare submission…", self.prepare, group="6", icon="export",
                    hint="Check the answers and freeze them to be sent", enabled=shown),
            command("requests.about", "About the request…", self.about, group="6", icon="info",
                    hint="Title, reference, who sent it, when answers are due", enabled=shown),
            command("requests.close", "Close the request", self.close, group="6",
                    hint="It is answered; nothing of it is changed any more", enabled=adds),
            command("requests.reopen", "Open the request again", self.reopen, group="6",
                    hint="A closed request is worked on again", enabled=self._can_reopen),
            command("requests.drop", "Remove the request…", self.drop, group="6", icon="trash",
                    hint="With its questions and answers", enabled=shown),
        ]  # fmt: skip

    def fill_row(self, menu: QMenu) -> None:
        """What a row's menu offers."""
        action = self._context.commands.action
        for name in ("answer", "not_for_us", "confirm", "edit"):
            menu.addAction(action(f"requests.{name}"))
        menu.addActions(self._page.attaching.actions())
        menu.addSeparator()
        menu.addAction(action("requests.remove"))

    def fill_menu(self, menu: QMenu) -> None:
        """What stands in the menu beside the request's name."""
        action = self._context.commands.action
        for group in (("new", "import"), ("prepare", "about", "close", "reopen", "drop")):
            for name in group:
                menu.addAction(action(f"requests.{name}"))
            menu.addSeparator()

    # -- requests ------------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """Note a request that came in; it is shown at once."""
        ask_new_request(self._context, self._page, self._requests.senders(), self._page.choose_request)

    def import_rows(self, path: Path | None = None) -> None:
        """Bring questions in from a file, by the flow of every import of records."""
        self._page.pane.flush()
        one = self._page.request
        into = one.id if one is not None and not one.details.closed else None
        wanted = ImportRecords(path, RecordKind.QUESTIONS, request=into, begun_on=self._page.id)
        self._context.navigate("traceability", wanted)

    def about(self) -> None:
        """Title, references, sender, days, note."""
        if one := self._page.request:
            ask_request(self._context, self._page, one, self._requests.senders())

    def close(self) -> None:
        """Close the request that is shown; Edit › Undo opens it again."""
        self._page.pane.flush()
        data = self._page.data
        if data is None or data.request is None:
            return
        one, requests = data.request, self._requests
        if one.open and not confirm(
            self._page, f"Close {one.ref} with open questions?",
            f"{counted(one.open)} {'is' if one.open == 1 else 'are'} not answered yet. A closed request is late for "
            "nothing any more, and can be opened again.", "Close the request",
        ):  # fmt: skip
            return
        details = replace(one.details, closed=data.today.isoformat())
        self._change("Closing the request", lambda _job: requests.edit(one.id, details))

    def reopen(self) -> None:
        """Work on a closed request again."""
        one, requests = self._page.request, self._requests
        if one is not None:
            details = replace(one.details, closed="")
            self._change("Opening the request", lambda _job: requests.edit(one.id, details))

    def drop(self) -> None:
        """Remove the request that is shown, after a question."""
        self._page.pane.flush()
        one, requests = self._page.request, self._requests
        if one is None:
            return
        verb = f"Remove {one.ref}"
        words = (
            f"{one.name}, with {counted(one.questions)} and {one.answered:,} "
            f"{'answer' if one.answered == 1 else 'answers'}. Evidence stays kept. Edit › Undo brings it back."
        )
        if confirm(self._page, f"{verb}?", words, verb, dangerous=True):
            self._change("Removing the request", lambda _job: requests.remove(one.id))

    def prepare(self) -> None:
        """Go on with a submission of the answers."""
        self._page.pane.flush()
        if one := self._page.request:
            self._context.navigate("submissions", PrepareSubmission("info_request", request_id=one.id))

    # -- questions -----------------------------------------------------------------------------------------------------

    def answer(self) -> None:
        """Put the keyboard into the answer."""
        self._page.pane.answer.setFocus()

    def not_for_us(self) -> None:
        """Say why the chosen ones do not apply, or that they do."""
        self._page.pane.flush()
        if chosen := self._page.chosen():
            ask_not_for_us(self._context, self._page, chosen)

    def still_holds(self) -> None:
        """Say that the answers hold for the questions as they read now."""
        ids = [one.id for one in self._page.chosen() if one.look_again or one.missing]
        requests = self._requests
        if ids:
            self._change("Saving", lambda _job: requests.looked_at(ids), quiet=True)
        else:
            self._context.say("Nothing of it asks to be looked at.", Tone.INFO)

    def add(self) -> None:
        """Add a question, in the section of the chosen one."""
        data, current = self._page.data, self._page.chosen_one()
        if data is None or data.request is None:
            return
        like = QuestionDetails("", "", current.details.section if current else "")
        ask_new_question(self._context, self._page, data.request, like, data.people, self._page.want)

    def paste(self) -> None:
        """Take rows of a spreadsheet as questions; pictures and files as evidence; of another text ask first."""
        self._page.pane.flush()
        data, mime = self._page.data, QGuiApplication.clipboard().mimeData() or QMimeData()
        text = "" if any(url.isLocalFile() for url in mime.urls()) else mime.text().strip("\r\n")
        if data is None or data.request is None:
            return
        if not text.strip():
            self._page.attaching.paste()
        elif (pasted := read_pasted(text)) is not None:
            paste_questions(self._context, self._page, data.request, tuple(data.questions.values()), pasted)
        elif chosen := self._page.chosen():
            name = called(chosen[0]) if len(chosen) == 1 else counted(len(chosen))
            said = " ".join(text.split())
            words = f"“{said if len(said) <= LONGEST else f'{said[: LONGEST - 1]}…'}” would be kept as a text file."
            if confirm(self._page, f"Attach this text to {name} as evidence?", words, "Attach the text"):
                self._page.attaching.paste()
        else:
            self._context.say("Copy rows of a spreadsheet to paste them as questions.", Tone.INFO)

    def edit(self) -> None:
        """Change what the chosen ones ask, or of many the owner and the section."""
        self._page.pane.flush()
        chosen, data = self._page.chosen(), self._page.data
        people = data.people if data else ()
        if len(chosen) == 1:
            ask_question(self._context, self._page, chosen[0], people)
        elif chosen:
            ask_many(self._context, self._page, chosen, people)

    def remove(self) -> None:
        """Remove the chosen ones, after a question."""
        self._page.pane.flush()
        chosen, requests = self._page.chosen(), self._requests
        verb = f"Remove {counted(len(chosen))}"
        answered = sum(one.answered for one in chosen)
        what = called(chosen[0]) if len(chosen) == 1 else f"{counted(len(chosen))}, {answered:,} of them answered"
        it = "it" if len(chosen) == 1 else "them"
        if chosen and confirm(
            self._page, f"{verb}?", f"{what}. Evidence stays kept. Edit › Undo brings {it} back.", verb
        ):
            ids = [one.id for one in chosen]
            self._change("Removing", lambda _job: requests.remove_questions(ids))

    def edit_cell(self, row_id: int, column: str, text: str) -> bool:
        """Take what was typed into a cell of the table."""
        edit, requests = replace(QuestionEdit(), **{column: text}), self._requests
        self._change("Saving", lambda _job: requests.change([row_id], edit), quiet=True)
        return True

    # -- what saves by itself ------------------------------------------------------------------------------------------

    def save_answer(self, question_id: int, text: str, done: Done) -> bool:
        """Save an answer that was typed; False while something else is being written."""
        return self._save(question_id, QuestionEdit(answer=text), done)

    def save_reason(self, question_id: int, text: str, done: Done) -> bool:
        """The same for why a question does not apply."""
        return self._save(question_id, QuestionEdit(not_for_us=text), done)

    def save_at_once(self) -> None:
        """Save what is not saved yet, waiting for it: the workspace is about to be closed."""
        pane = self._page.pane
        for field, typed in (("answer", pane.answer), ("not_for_us", pane.reason)):
            for question_id, text in typed.take_unsaved().items():
                try:
                    self._requests.change([question_id], replace(QuestionEdit(), **{field: text}))
                except PlainError as error:  # said before, as the page was asked whether it may be closed
                    self._context.say(str(error), Tone.WARNING)

    def _save(self, question_id: int, edit: QuestionEdit, done: Done) -> bool:
        context, requests = self._context, self._requests
        if context.open_workspace is None or context.jobs.writing() is not None:
            return False

        def work(_job: Job) -> Changes:
            return requests.change([question_id], edit)

        def finish(changes: Changes) -> None:
            self.saves += bool(changes.subjects)
            done("")
            context.hub.publish(changes)

        def failed(error: PlainError) -> None:
            # A question that was removed meanwhile has no answer to be kept.
            done("" if isinstance(error, NotFound) else str(error))

        context.jobs.run(SAVING, work, done=finish, failed=failed, writes=True, quiet=True)
        return True

    def _change(self, title: str, work: Callable[[Job], Changes], *, quiet: bool = False) -> None:
        """Write, once an answer that is just being saved is."""
        running = self._context.jobs.writing()
        if running is not None and running.title == SAVING:
            QTimer.singleShot(SOON, self._page, lambda: self._change(title, work, quiet=quiet))
        else:
            self._context.change(title, work, quiet=quiet)

    # -- what is chosen ------------------------------------------------------------------------------------------------

    def _can_write(self) -> bool:
        return self._context.can_write

    def _can_change(self) -> bool:
        return self._context.can_write and self._page.request is not None

    def can_add(self) -> bool:
        """Whether a question may be added now."""
        return self._context.can_write and self._page.request_open

    def _can_edit(self) -> bool:
        return self.can_add() and self._page.has_chosen()

    def _can_reopen(self) -> bool:
        one = self._page.request
        return self._context.can_write and one is not None and bool(one.details.closed)

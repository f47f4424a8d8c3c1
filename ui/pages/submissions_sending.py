"""Freezing a submission, writing it for its recipients, and saying what became of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from desktop import clock
from desktop.changes import Changes, Subject
from desktop.excel.names import file_name
from desktop.jobs import Job
from desktop.submissions.model import CheckReport, Event, EventKind, Exported, Submission, SubmissionFile
from ui.context import Context, Tone
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save
from ui.dialogs.submission_export import FOLDER, ExportWanted, ask_export, last_folder, tell_exported
from ui.dialogs.submission_freeze import ask_freeze
from ui.reporting import show_folder
from ui.widgets.submission_look import step_words

if TYPE_CHECKING:
    from ui.pages.submissions import SubmissionsPage

_INTROS: dict[EventKind, str] = {
    EventKind.HANDED_OVER: "Say it once it has left: MHHS Desk does not send it. There is no receipt by that.",
    EventKind.RECEIVED: "They say that they have it. Nothing is said by that of what they think: it is not accepted.",
    EventKind.IN_REVIEW: "They say that they are looking at it.",
    EventKind.CHANGES_REQUESTED: "They ask for changes. What was frozen stays; a new version can take its place.",
    EventKind.ACCEPTED: "They say that they accept it. Say it only when they do: a receipt is not enough.",
}
_HINTS: dict[EventKind, str] = {
    EventKind.HANDED_OVER: "How: by e-mail to ..., in their portal.",
    EventKind.RECEIVED: "Who says so, and how.",
    EventKind.IN_REVIEW: "Who says so, and until when.",
    EventKind.CHANGES_REQUESTED: "What they ask for. Needed.",
    EventKind.ACCEPTED: "Who says so, and under which conditions.",
}


class Sending:
    """Asks what has to be asked, then has the service do it."""

    def __init__(self, context: Context, page: SubmissionsPage, offer: Callable[[int], object]) -> None:
        """`offer` asks whether endpoints that have a withdrawn one are to be told."""
        self._context, self._page, self._offer = context, page, offer
        self._submissions = context.workspace.submissions

    def freeze(self) -> None:
        """Check the chosen draft, ask, and freeze it."""
        one = self._page.chosen()
        if one is None or one.state.locked:
            return

        def came(report: CheckReport) -> None:
            if ask_freeze(self._context, self._page, one, report):
                self._freeze(one)
            else:
                self._page.read_pane()

        self._context.read(
            "Checking the submission", lambda job: self._submissions.check(one.id, job=job), came, quiet=False
        )

    def _freeze(self, one: Submission) -> None:
        def work(job: Job) -> Changes:
            frozen = self._submissions.freeze(one.id, job)
            return Changes.of(Subject.SUBMISSIONS, title=f"{frozen.name} is frozen", count=1)

        self._context.change("Freezing the submission", work)

    def export(self) -> None:
        """Show what would be written for whom, and write it."""
        one = self._page.chosen()
        if one is None or not one.state.locked:
            return

        def came(names: dict[str, tuple[str, ...]]) -> None:
            wanted = ask_export(self._context, self._page, one, names)
            if wanted is not None:
                self._export(one, wanted)

        self._context.read("Reading the names", lambda _job: dict(self._submissions.file_names(one.id)), came)

    def _export(self, one: Submission, wanted: ExportWanted) -> None:
        written: list[Exported] = []

        def work(job: Job) -> Changes:
            made, changes = self._submissions.export(
                one.id, wanted.folder, wanted.recipients, as_zip=wanted.as_zip, job=job
            )
            written.extend(made)
            return changes

        self._context.change(
            "Exporting the submission", work, done=lambda _changes: tell_exported(self._page, one, written)
        )

    # -- what became of it ---------------------------------------------------------------------------------------------

    def say(self, kind: EventKind, recipient: str = "") -> None:
        """Ask with whom, when and under which reference, and say that it happened."""
        one = self._page.chosen()
        if one is None:
            return
        number = one.id
        able = [standing for standing in one.recipients if kind in standing.next]
        if not able:
            self._context.say(f"“{step_words(kind)}” cannot follow with any of the recipients.", Tone.INFO)
            return
        names = [(standing.recipient, standing.name or standing.recipient) for standing in able]
        choices = (*((("", "(all of them)"),) if len(names) > 1 else ()), *names)
        chosen = recipient or choices[0][0]
        today = clock.today(self._context.clock)

        def work_of(values: dict[str, str]) -> Work:
            return lambda _job: self._submissions.say(
                number, kind, values["recipient"], day=values["day"], their_ref=values["their_ref"],
                note=values["note"],
            )  # fmt: skip

        ask_and_save(
            self._context,
            self._page,
            f"{step_words(kind)}: {one.name}",
            (
                Field("recipient", "To whom" if kind is EventKind.HANDED_OVER else "By whom", chosen, choices),
                Field("day", "Day", f"{today:%d/%m/%Y}", hint="dd/mm/yyyy"),
                Field("their_ref", "Their reference", hint="How they call it: a ticket, a number in their portal."),
                Field("note", "Note", long=True, hint=_HINTS[kind]),
            ),
            f"Say: {step_words(kind).lower()}",
            work_of,
            _INTROS[kind],
        )

    def take_back(self, event: Event) -> None:
        """Ask why what was said was a mistake, and take it back."""
        one = self._page.chosen()
        name = one.name if one else ""

        def work_of(values: dict[str, str]) -> Work:
            return lambda _job: self._submissions.take_back(event.id, values["reason"])

        ask_and_save(
            self._context,
            self._page,
            f"Said by mistake: {name}",
            (Field("reason", "Why it was a mistake", long=True, hint="Such as: another submission was meant."),),
            f"It was not {event.kind.value}",
            work_of,
            f"It stands again as before. That {event.recipient_name or event.recipient} was said to have it "
            f"“{event.kind.value}”, and this reason, stay in what happened.",
        )

    def take_back_last(self) -> None:
        """The same of what was said last, whoever it was said of."""
        event = self._page.said_last()
        if event is not None:
            self.take_back(event)

    def withdraw(self) -> None:
        """Ask why, and withdraw the chosen one."""
        one = self._page.chosen()
        if one is None:
            return
        number = one.id

        def work_of(values: dict[str, str]) -> Work:
            return lambda _job: self._submissions.withdraw(number, values["reason"])

        if ask_and_save(
            self._context,
            self._page,
            f"Withdraw {one.name}",
            (Field("reason", "Why", long=True, hint="It stands in the record for ever."),),
            f"Withdraw {one.name}",
            work_of,
            "It is a record: what was frozen stays as it was and can still be read. It cannot be taken back. Endpoints "
            "that have it can be told afterwards; other recipients you tell yourself.",
        ):
            self._offer(number)

    # -- files ---------------------------------------------------------------------------------------------------------

    def save_file(self, file: SubmissionFile) -> None:
        """Ask where and write a file byte for byte as it was frozen."""
        one = self._page.chosen()
        if one is None:
            return
        name = Path(file.name).name or "file"
        chosen, _ = QFileDialog.getSaveFileName(
            self._page.window(), f"Save a copy of {name}", str(last_folder(self._context) / name)
        )
        if not chosen:
            return
        path = Path(chosen)
        self._context.settings.setValue(FOLDER, str(path.parent))

        def work(_job: Job) -> Path:
            self._submissions.save_file(one.id, file, path)
            return path

        self._context.read("Saving a copy", work, self._written, quiet=False)

    def preview(self) -> None:
        """Ask where and write the workbook of a draft; every sheet says DRAFT."""
        one = self._page.chosen()
        if one is None or one.state.locked:
            return
        start = last_folder(self._context) / file_name(f"DRAFT {one.name} {one.details.title}", ".xlsx")
        chosen, _ = QFileDialog.getSaveFileName(
            self._page.window(), "Preview the workbook: save it as", str(start), "Excel workbooks (*.xlsx)"
        )
        if not chosen:
            return
        path = Path(chosen if chosen.lower().endswith(".xlsx") else f"{chosen}.xlsx")
        self._context.settings.setValue(FOLDER, str(path.parent))

        def work(job: Job) -> Path:
            self._submissions.preview(one.id, path, job)
            return path

        def done(made: Path) -> None:
            self._written(made)
            show_folder(made)

        self._context.read("Writing the preview", work, done, quiet=False)

    def show_export(self, name: str) -> None:
        """Show a file that was exported, if it is still in the folder that was exported to last."""
        path = last_folder(self._context) / name
        if path.exists():
            show_folder(path)
        else:
            self._context.say(
                f"{name} is not in {path.parent}. Export it again: the same bytes are written.", Tone.INFO
            )

    def _written(self, path: Path) -> None:
        self._context.say(f"Written: {path}", Tone.GOOD)

"""What can be done with submissions: each a command for the menu, the keys and the palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from desktop.changes import Changes
from desktop.jobs import Job
from desktop.submissions.alike import there_already
from desktop.submissions.model import (
    DueSubmission,
    Event,
    EventKind,
    Mend,
    Scope,
    Submission,
    SubmissionDetails,
    SubmissionFile,
    SubmissionState,
)
from ui.commands import Command
from ui.context import Context
from ui.dialogs.confirm import confirm
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save
from ui.dialogs.submission_prepare import PrepareChoices, ask_submission, read_choices
from ui.dialogs.which_way import which_way
from ui.pages.submissions_mend import Place, field_of_mend, place_of_mend
from ui.pages.submissions_queueing import Queueing
from ui.pages.submissions_sending import Sending
from ui.pages.submissions_way_back import WayBack
from ui.widgets.submission_look import step_words
from ui.widgets.submission_shown import SAID

if TYPE_CHECKING:
    from ui.pages.submissions import SubmissionsPage

SAY_IDS: dict[EventKind, str] = {kind: kind.value.replace(" ", "_") for kind in SAID}
"""The last part of the id of the command that says it."""
ROW_MENU = (
    ("edit", "check", "preview", "freeze"), ("send", "sending", "export"), (*SAY_IDS.values(), "mistake"),
    ("version", "another", "withdraw", "tell", "remove"),
)  # fmt: skip
"""The commands of a row's menu, in groups."""


class SubmissionVerbs:
    """Asks what has to be asked, then has the service do it. It is also what the pane asks (`PaneAsks`)."""

    def __init__(self, context: Context, page: SubmissionsPage) -> None:
        self._context, self._page = context, page
        self._submissions = context.workspace.submissions
        self.queueing = Queueing(context, page)
        self.way_back = WayBack(context, page)
        self.sending = Sending(context, page, self.queueing.offer)

    def commands(self) -> list[Command]:
        """All commands about submissions."""
        command = partial(Command, menu="Submissions", page="submissions")
        sending, draft, frozen = self.sending, self._draft, self._frozen
        return [
            command("submissions.prepare", "New submission…", self.prepare, group="1", shortcut="Ctrl+Shift+N",
                    icon="add", hint="Choose what is handed over, over what, to whom and by when",
                    enabled=self._can_write, whole=True),
            command("submissions.edit", "Edit the draft…", self.edit, group="2", shortcut="Ctrl+E", icon="edit",
                    hint="Title, scope, recipients, deadline, personal data, notes", enabled=draft),
            command("submissions.check", "Check again", self._page.read_pane, group="2",
                    icon="check", hint="Would they bounce it? Gather it anew and hold the rules against it",
                    enabled=self._is_draft),
            command("submissions.preview", "Preview the workbook…", sending.preview, group="2", icon="view",
                    hint="As it would be now; every sheet says DRAFT", enabled=self._is_draft),
            command("submissions.freeze", "Freeze…", sending.freeze, group="3", shortcut="Ctrl+Return", icon="lock",
                    hint="From then on it is what was sent, for ever", enabled=draft),
            command("submissions.export", "Export…", sending.export, group="3", icon="export",
                    hint="Write what each recipient gets into a folder; that does not send it",
                    enabled=self._to_export),
            *self.queueing.commands(),
            *(
                command(f"submissions.{name}", f"{step_words(kind)}…", partial(sending.say, kind), group="4",
                        icon="check", hint=f"Say that the chosen submission is {kind.value}",
                        enabled=partial(self._may, kind))
                for kind, name in SAY_IDS.items()
            ),
            command("submissions.mistake", "Take back what was said last…", sending.take_back_last, group="4",
                    icon="undo", hint="It was a mistake; both stay in what happened", enabled=self._said),
            command("submissions.version", "New version…", self.new_version, group="5", icon="new",
                    hint="A draft that takes its place once it is frozen", enabled=frozen),
            command("submissions.another", "Prepare another…", self.another, group="5", icon="add",
                    hint="A new draft with the details of the withdrawn one", enabled=self._withdrawn),
            command("submissions.withdraw", "Withdraw…", sending.withdraw, group="5", icon="remove",
                    hint="A record that names the reason; what was frozen stays", enabled=frozen),
            command("submissions.remove", "Remove the draft…", self.remove, group="5", icon="trash",
                    hint="Only what is not frozen; Undo brings it back", enabled=draft),
        ]  # fmt: skip

    def fill_menu(self, menu: QMenu) -> None:
        """What a row's menu offers: what its state allows."""
        action = self._context.commands.action
        for group in ROW_MENU:
            possible = [one for one in (action(f"submissions.{name}") for name in group) if one.isEnabled()]
            if possible and not menu.isEmpty():
                menu.addSeparator()
            menu.addActions(possible)

    # -- what the pane asks --------------------------------------------------------------------------------------------

    def do(self, verb: str) -> None:
        """One of the commands about the chosen submission, by the last part of its id."""
        if verb == "comments":
            self._page.pane.show_tab("Comments")
        elif verb == "newest":
            if (shown := self._page.pane.shown) is not None and shown.versions:
                self._page.show_id(shown.versions[0].id)
        else:
            self._context.commands.run(f"submissions.{verb.replace(' ', '_')}")

    def say(self, kind: EventKind, recipient: str = "") -> None:
        """Say that it happened with a recipient."""
        self.sending.say(kind, recipient)

    def take_back(self, event: Event) -> None:
        """Take back what was said."""
        self.sending.take_back(event)

    def save_file(self, file: SubmissionFile) -> None:
        """Save a copy of a frozen file."""
        self.sending.save_file(file)

    def show_export(self, file_name: str) -> None:
        """Show an exported file in its folder."""
        self.sending.show_export(file_name)

    def show_version(self, submission_id: int) -> None:
        """Show another version."""
        self._page.show_id(submission_id)

    def mend(self, where: Mend) -> None:
        """Go to what a rule is about: the draft itself, or a page with the thing on it."""
        one = self._page.chosen()
        if one is None:
            return
        if where.target.startswith("templates"):
            self._context.commands.run("submissions.templates")
            return
        field = field_of_mend(where)
        workspace = self._context.workspace

        def came(place: Place | None) -> None:
            if place is not None:
                self.way_back.go(place, one)
            elif not one.state.locked:
                self.edit(field)

        self._context.read("Looking for it", lambda _job: place_of_mend(where, one, workspace), came)

    # -- drafts --------------------------------------------------------------------------------------------------------

    def prepare(self, start: SubmissionDetails | None = None) -> None:
        """Ask for a new submission and show it."""
        workspace = self._context.workspace
        if workspace.read_only:
            self._context.say("This workspace is open for reading only: nothing can be prepared.")
            return

        def work(_job: Job) -> tuple[PrepareChoices, Submission | None]:
            return read_choices(workspace), there_already(start, workspace.submissions.submissions())

        def came(found: tuple[PrepareChoices, Submission | None]) -> None:
            choices, there = found
            if there is not None and not self._make_another(there):
                return
            made = ask_submission(self._context, self._page, choices, start or SubmissionDetails(""))
            if made is not None:
                self._page.show_id(made)

        self._context.read("Reading what can be chosen", work, came)

    def _make_another(self, there: Submission) -> bool:
        """Whether the person wants another beside the one that is there; it is shown if they want that one."""
        same = f"{there.details.title}. It is of the same kind and over the same."
        if there.state.locked:
            title, text = f"{there.name} is there already", f"{same} What has changed since goes into a new version."
            first = ("version", f"New version of {there.name}")
        else:
            title, text, first = f"There is a draft already: {there.name}", same, ("open", f"Open {there.name}")
        way = which_way(self._page, title, text, (first, ("another", "Make another")))
        if way in {"open", "version"}:
            self._page.show_id(there.id)
        if way == "version":
            self._new_version_of(there)
        return way == "another"

    def another(self) -> None:
        """Begin a new one with the details of the chosen one, which was withdrawn."""
        if (one := self._page.chosen()) is not None:
            self.prepare(one.details)

    def prepare_due(self, due: DueSubmission) -> None:
        """Begin something that is due."""
        self.prepare(SubmissionDetails(due.kind, scope=due.scope or Scope()))

    def edit(self, field: str = "") -> None:
        """Change what is said of the chosen draft, beginning with a field if one is named."""
        one, workspace = self._page.chosen(), self._context.workspace
        if one is None or one.state.locked:
            return
        self._context.read(
            "Reading what can be chosen",
            lambda _job: read_choices(workspace),
            lambda choices: ask_submission(self._context, self._page, choices, one.details, one, field),
        )

    def remove(self) -> None:
        """Remove the chosen draft, after a question."""
        one = self._page.chosen()
        if one and confirm(
            self._page,
            f"Remove the draft {one.name}?",
            f"{one.details.title}. Nothing that it was made from is touched. Edit › Undo brings it back.",
            "Remove the draft",
        ):
            self._context.change("Removing", lambda _job: self._submissions.remove(one.id))

    def new_version(self) -> None:
        """Ask why and start a newer version of the chosen one."""
        if (one := self._page.chosen()) is not None:
            self._new_version_of(one)

    def _new_version_of(self, one: Submission) -> None:
        number, made = one.id, list[int]()

        def work_of(values: dict[str, str]) -> Work:
            def work(_job: Job) -> Changes:
                new_id, changes = self._submissions.new_version(number, values["reason"])
                made.append(new_id)
                return changes

            return work

        saved = ask_and_save(
            self._context,
            self._page,
            f"New version of {one.name}",
            (Field("reason", "Why", long=True, hint="It stands in the new version for ever."),),
            "Start the new version",
            work_of,
            f"{one.name} stays as it was frozen and goes on standing until the new version is frozen.",
        )
        if saved and made:
            self._page.show_id(made[0])

    # -- what can be done now ------------------------------------------------------------------------------------------

    def _can_write(self) -> bool:
        return self._context.can_write

    def _of(self, holds: Callable[[Submission], bool]) -> bool:
        one = self._page.chosen()
        return one is not None and holds(one)

    def _is_draft(self) -> bool:
        return self._of(lambda one: not one.state.locked)

    def _draft(self) -> bool:
        return self._context.can_write and self._is_draft()

    def _frozen(self) -> bool:
        return self._context.can_write and self._of(lambda one: one.state is SubmissionState.FROZEN)

    def _withdrawn(self) -> bool:
        return self._context.can_write and self._of(lambda one: one.state is SubmissionState.WITHDRAWN)

    def _to_export(self) -> bool:
        stays = {SubmissionState.FROZEN, SubmissionState.SUPERSEDED}
        return self._context.can_write and self._of(lambda one: one.state in stays)

    def _may(self, kind: EventKind) -> bool:
        return self._context.can_write and self._of(
            lambda one: any(kind in standing.next for standing in one.recipients)
        )

    def _said(self) -> bool:
        return self._context.can_write and self._page.said_last() is not None

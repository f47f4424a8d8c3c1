"""What can be done with declarations: each a command for the menu, the keys and the palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu

from desktop.changes import Changes
from desktop.declarations.corrections import CORRECTED
from desktop.declarations.model import (
    NEXT,
    Declaration,
    DeclarationDetails,
    DeclarationState,
    PdfPrinter,
    Sheet,
    SigningKey,
    Verdict,
    Wording,
)
from desktop.errors import FileRefused, PlainError
from desktop.jobs import Job
from ui.commands import Command
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.declaration_answers import ask_answers
from ui.dialogs.declaration_prepare import PrepareChoices, ask_prepare, read_choices
from ui.dialogs.declaration_verdict import show_verdict
from ui.dialogs.declaration_withdraw import ask_withdrawal
from ui.dialogs.form import Field, ask
from ui.dialogs.saving_form import Work, ask_and_save
from ui.dialogs.signing_key import SigningKeysDialog
from ui.models.paged_table import shown_date
from ui.pages.payloads import PrepareSubmission
from ui.reporting import show_folder
from ui.widgets.declaration_pane import RECEIVED
from ui.widgets.declaration_signatory import FOLDER

if TYPE_CHECKING:
    from ui.pages.declarations import DeclarationsPage

ROW_MENU = (
    ("sign", "answers", "edit", "ready", "draft"), ("submit", "submitted", "acknowledged", "returned", "mistake"),
    ("save_folder", "save_zip", "verify"), ("version", "withdraw", "remove"),
)  # fmt: skip
"""The commands of a row's menu, in groups."""
_SAY = {
    DeclarationState.SUBMITTED: (
        "Submitted",
        "How and under which reference: by e-mail to ..., in their portal as ...",
        "Say it once it has left: MHHS Desk does not send it.",
    ),
    DeclarationState.ACKNOWLEDGED: ("Acknowledged", "Their reference, and who says so.", RECEIVED),
    DeclarationState.RETURNED: (
        "Returned",
        "Why, and what they ask for.",
        "It was sent back. What was signed stays as it is; a new version can take its place.",
    ),
}


def pdf_printer() -> PdfPrinter:
    """What prints the copy as PDF; loaded when something is signed."""
    from ui.printing import pdf_of

    return pdf_of


class DeclarationVerbs:
    """Asks what has to be asked, then has the service do it."""

    def __init__(self, context: Context, page: DeclarationsPage) -> None:
        self._context, self._page = context, page
        self._declarations = context.workspace.declarations

    def commands(self) -> list[Command]:
        """All commands about declarations."""
        command = partial(Command, menu="Declarations", page="declarations")
        state = DeclarationState
        return [
            command("declarations.prepare", "Prepare a declaration…", self.prepare, group="1", shortcut="Ctrl+Shift+N",
                    icon="add", hint="Choose its wording, what it is for and who gets it", enabled=self._can_write),
            command("declarations.sign", "Sign a declaration…", self.sign, group="1", shortcut="Ctrl+Return",
                    icon="lock", hint="Read it from top to bottom, confirm and sign", enabled=self._can_sign),
            command("declarations.answers", "Answer the questions…", self.answers, group="2", icon="edit",
                    hint="Of the chosen declaration", enabled=self._unsigned),
            command("declarations.edit", "Change what is declared…", self.edit, group="2", shortcut="Ctrl+E",
                    icon="edit", hint="Wording, title, plan, recipients, roles and days", enabled=self._unsigned),
            command("declarations.ready", "Ready to sign", self.ready, group="2", icon="check",
                    hint="Nothing is to be done but signing", enabled=partial(self._is, state.DRAFT)),
            command("declarations.draft", "Back to draft", self.draft, group="2", icon="undo",
                    hint="It is not ready after all", enabled=partial(self._is, state.READY)),
            *(
                command(f"declarations.{one.value}", f"{_SAY[one][0]}…", partial(self.say, one), group="3",
                        icon="export", hint=_SAY[one][2], enabled=partial(self._may, one))
                for one in _SAY
            ),
            command("declarations.submit", "Submit…", self.submit, group="3", icon="submissions",
                    hint="A submission of the signed declaration with the files that verify it", enabled=self._stands),
            command("declarations.mistake", "Said by mistake…", self.take_back, group="3", icon="undo",
                    hint="Go back by what was said last: submitted or acknowledged", enabled=self._corrected),
            command("declarations.save_folder", "Save a copy as a folder…", partial(self.save, as_zip=False),
                    group="4", shortcut="Ctrl+S", icon="export", hint="To read, and what verifies it",
                    enabled=self._signed),
            command("declarations.save_zip", "Save a copy as a ZIP…", partial(self.save, as_zip=True), group="4",
                    icon="export", hint="The same in one file", enabled=self._signed),
            command("declarations.verify", "Verify the declaration", self.verify, group="4", icon="check",
                    hint="Whether every byte is as it was signed", enabled=self._signed),
            command("declarations.verify_file", "Verify a declaration file…", self.verify_file, group="4",
                    icon="check", hint="A ZIP, or the declaration.json of a folder, from anybody", whole=True),
            command("declarations.version", "New version…", self.new_version, group="5", icon="new",
                    hint="A draft that takes its place once it is signed", enabled=self._stands),
            command("declarations.withdraw", "Withdraw…", self.withdraw, group="5", icon="remove",
                    hint="A signed record that names the grounds", enabled=partial(self._may, state.WITHDRAWN)),
            command("declarations.remove", "Remove the draft…", self.remove, group="5", icon="trash",
                    hint="Only what is not signed", enabled=self._unsigned),
            command("declarations.keys", "Signing keys…", self.keys, group="6", icon="lock",
                    hint="Whose they are, their fingerprints, and retiring one", whole=True),
        ]  # fmt: skip

    def fill_menu(self, menu: QMenu) -> None:
        """What a row's menu offers: what may follow its state."""
        action = self._context.commands.action
        for number, group in enumerate(ROW_MENU):
            actions = [action(f"declarations.{name}") for name in group]
            possible = [one for one in actions if one.isEnabled()]
            if number and possible:
                menu.addSeparator()
            menu.addActions(possible)
        menu.addSeparator()
        menu.addActions(self._page.attaching.actions())

    # -- drafts --------------------------------------------------------------------------------------------------------

    def prepare(self, start: DeclarationDetails | None = None) -> None:
        """Ask for a new declaration and show it."""
        self._with_choices(
            lambda choices: self._prepared(
                ask_prepare(self._context, self._page, choices, start or DeclarationDetails(""))
            )
        )

    def edit(self) -> None:
        """Change what the chosen declaration is."""
        one = self._page.chosen()
        if one and not one.state.locked:
            self._with_choices(lambda choices: ask_prepare(self._context, self._page, choices, one.details, one))

    def answers(self, question: str = "") -> None:
        """Ask the questions of the chosen declaration, or one of them."""
        one = self._page.chosen()
        if one and not one.state.locked:
            self._with_wording(one, lambda wording: self._ask(one, wording, question))

    def ready(self) -> None:
        """Say that the chosen one is ready to sign."""
        if one := self._page.chosen():
            self._change("Saving", lambda _job: self._declarations.make_ready(one.id))

    def draft(self) -> None:
        """Take that back."""
        if one := self._page.chosen():
            self._change("Saving", lambda _job: self._declarations.back_to_draft(one.id))

    def remove(self) -> None:
        """Remove the chosen draft, after a question."""
        one = self._page.chosen()
        if one and confirm(
            self._page,
            f"Remove the draft {one.name}?",
            f"{one.details.title}. Its evidence stays kept. Edit › Undo brings it back.",
            "Remove the draft",
        ):
            self._change("Removing", lambda _job: self._declarations.remove(one.id))

    def mend(self, field: str) -> None:
        """Go to where a problem is mended."""
        if field.startswith("answer."):
            self.answers(field.removeprefix("answer."))
        elif field == "evidence":
            self._page.pane.evidence.list.list.setFocus()
        else:
            self.edit()

    # -- signing -------------------------------------------------------------------------------------------------------

    def sign(self) -> None:
        """Show the signing screen of the chosen one; when it is signed already, of one that is to be signed."""
        one = self._page.chosen()
        if one and not one.state.locked:
            self._page.start_signing(one.id)
            return
        waiting = self._page.to_sign()
        if len(waiting) == 1:
            self._page.start_signing(waiting[0].id)
        elif waiting:
            choices = tuple((str(other.id), _called(other)) for other in waiting)
            values = ask(
                self._page,
                "Which declaration is to be signed?",
                (Field("which", "Declaration", choices[0][0], choices),),
                "Show it",
                lambda _values: None,
            )
            if values:
                self._page.start_signing(int(values["which"]))
        else:
            self._context.say("Nothing is waiting to be signed. Prepare a declaration first.", Tone.INFO)

    def submit(self) -> None:
        """Go on with a submission of the chosen one."""
        if one := self._page.chosen():
            self._context.navigate("submissions", PrepareSubmission("declarations", declarations=(one.id,)))

    def new_version(self) -> None:
        """Ask why and start a newer version of the chosen one."""
        one, made = self._page.chosen(), list[int]()
        if one is None:
            return
        number = one.id

        def work_of(values: dict[str, str]) -> Work:
            reason = values["reason"]

            def work(_job: Job) -> Changes:
                new_id, changes = self._declarations.new_version(number, reason)
                made.append(new_id)
                return changes

            return work

        if ask_and_save(
            self._context,
            self._page,
            f"New version of {one.name}",
            (Field("reason", "Why", long=True, hint="It stands in the new version for ever."),),
            "Start the new version",
            work_of,
            f"{one.name} stays as it was signed and goes on standing until the new version is signed. Answers to "
            "questions that read as before are carried over.",
        ) and made:  # fmt: skip
            self._page.show_id(made[0])

    def withdraw(self) -> None:
        """Ask for grounds and a signature, and withdraw the chosen one."""
        one = self._page.chosen()
        if one is None:
            return

        def came(sheet: Sheet) -> None:
            if ask_withdrawal(self._context, self._page, sheet, pdf_printer()) is not None:
                self._context.say(f"{sheet.declaration.name} is withdrawn. Save a copy of the record.", Tone.GOOD)

        self._context.read("Reading the declaration", lambda _job: self._declarations.sheet(one.id), came)

    def say(self, state: DeclarationState) -> None:
        """Say what became of the chosen one."""
        one, shown = self._page.chosen(), self._page.detail
        if one is None:
            return
        number, (title, hint, intro) = one.id, _SAY[state]
        names = shown.recipients if shown and shown.declaration.id == number else ()
        choices = (("", "(all of them)"), *((name, name) for name in names))

        def work_of(values: dict[str, str]) -> Work:
            recipient, note = values.get("recipient", ""), values["note"]
            return lambda _job: self._declarations.say(number, state, recipient=recipient, note=note)

        ask_and_save(
            self._context,
            self._page,
            f"{title}: {one.name}",
            (
                Field("recipient", "To whom" if state is DeclarationState.SUBMITTED else "By whom", "", choices),
                Field("note", "Reference and note", long=True, hint=hint),
            ),
            f"Say that it is {title.lower()}",
            work_of,
            intro,
        )

    def take_back(self) -> None:
        """Ask why what was said last was a mistake, and go back by it."""
        one = self._page.chosen()
        if one is None:
            return
        number = one.id

        def work_of(values: dict[str, str]) -> Work:
            reason = values["reason"]
            return lambda _job: self._declarations.take_back(number, reason)

        ask_and_save(
            self._context,
            self._page,
            f"Said by mistake: {one.name}",
            (Field("reason", "Why it was a mistake", long=True, hint="Such as: another declaration was meant."),),
            f"It was not {one.state.value}",
            work_of,
            f"It goes back by one state. That it was called {one.state.value}, and this reason, stay in what happened.",
        )

    # -- copies and verifying ------------------------------------------------------------------------------------------

    def save(self, declaration: Declaration | None = None, *, as_zip: bool) -> None:
        """Ask where and write what verifies by itself."""
        one = declaration or self._page.chosen()
        if one is None:
            return
        chosen = QFileDialog.getExistingDirectory(
            self._page.window(), f"Save a copy of {one.name}: choose a folder", str(self._folder())
        )
        if not chosen:
            return
        folder = Path(chosen)
        self._context.settings.setValue(FOLDER, str(folder))

        def work(_job: Job) -> tuple[Path, bool]:
            before = self._declarations.there_already(one.id, folder, as_zip=as_zip)
            path = self._declarations.export(one.id, folder, as_zip=as_zip)
            return path, path in before

        def done(made: tuple[Path, bool]) -> None:
            path, before = made
            self._context.say(f"{'There already, byte for byte' if before else 'Written'}: {path}", Tone.GOOD)
            heading = "The copy is there already" if before else "The copy is written"
            if confirm(self._page, heading, str(path), "Show the folder", other="Close"):
                show_folder(path)

        self._context.read("Saving a copy", work, done, quiet=False)

    def save_file(self, name: str) -> None:
        """Ask where and write one of the files of the chosen one."""
        one = self._page.chosen()
        if one is None:
            return
        start = self._folder() / f"{one.ref}-v{one.version}-{Path(name).name}"
        chosen, _ = QFileDialog.getSaveFileName(self._page.window(), f"Save {name}", str(start))
        if not chosen:
            return
        path = Path(chosen)
        self._context.settings.setValue(FOLDER, str(path.parent))

        def work(_job: Job) -> Path:
            write_file(path, self._declarations.files(one.id)[name])
            return path

        self._context.read("Saving the file", work, lambda saved: self._context.say(f"Written: {saved}", Tone.GOOD))

    def verify(self, declaration: Declaration | None = None) -> None:
        """Verify what is kept of the chosen one and say the verdict."""
        one = declaration or self._page.chosen()
        if one:
            self._context.read(
                "Verifying", lambda _job: self._declarations.verify_kept(one.id), self._show_verdict, quiet=False
            )

    def verify_file(self) -> None:
        """Ask for an exported declaration and verify it by itself."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._page.window(),
            "Verify a declaration: choose its ZIP or its declaration.json",
            str(self._folder()),
            "Exported declarations (*.zip *.json);;All files (*)",
        )
        if not chosen:
            return
        path = Path(chosen)
        self._context.settings.setValue(FOLDER, str(path.parent))

        def work(_job: Job) -> Verdict:
            from desktop.declarations.verify import verify

            return verify(path)

        self._context.read("Verifying", work, self._show_verdict, quiet=False)

    def keys(self) -> None:
        """Show the signing keys."""
        keys = self._declarations.keys

        def came(found: tuple[SigningKey, ...]) -> None:
            dialog = SigningKeysDialog(self._context, self._page, found)
            dialog.exec()
            dialog.deleteLater()

        self._context.read("Reading the keys", lambda _job: keys.keys(), came)

    # -- inside --------------------------------------------------------------------------------------------------------

    def ask_for_screen(self, declaration: Declaration, name: str, details: str) -> bool:
        """Change an answer or the details from the signing screen; whether something was saved. `details`: its name."""
        context, page = self._context, self._page
        sheet = page.signing.sheet
        if sheet is None:
            return False
        if name != details:
            questions = [question for question, _ in sheet.answers if question.id == name]
            return bool(questions) and ask_answers(context, page, declaration, questions)
        try:
            choices = read_choices(context.workspace, context.actor)
        except PlainError as error:
            context.say(str(error), Tone.WARNING)
            return False
        return ask_prepare(context, page, choices, declaration.details, declaration) is not None

    def _prepared(self, declaration_id: int | None) -> None:
        if declaration_id is not None:
            self._page.show_id(declaration_id)

    def _ask(self, one: Declaration, wording: Wording | None, question: str) -> None:
        if wording is None or not wording.questions:
            self._context.say("This wording asks no questions.", Tone.INFO)
            return
        wanted = [other for other in wording.questions if other.id == question] or list(wording.questions)
        ask_answers(self._context, self._page, one, wanted)

    def _with_choices(self, then: Callable[[PrepareChoices], object]) -> None:
        workspace, actor = self._context.workspace, self._context.actor
        self._context.read("Reading what can be chosen", lambda _job: read_choices(workspace, actor), then)

    def _with_wording(self, one: Declaration, then: Callable[[Wording | None], object]) -> None:
        def work(_job: Job) -> Wording | None:
            return next((other for other in self._declarations.wordings() if other.id == one.details.wording), None)

        self._context.read("Reading the questions", work, then)

    def _show_verdict(self, verdict: Verdict) -> None:
        show_verdict(self._page.window(), self._context.theme, verdict)

    def _change(self, title: str, work: Callable[[Job], Changes]) -> None:
        self._context.change(title, work)

    def _folder(self) -> Path:
        folder = Path(str(self._context.settings.value(FOLDER, "") or Path.home()))
        return folder if folder.is_dir() else Path.home()

    def _can_write(self) -> bool:
        return self._context.can_write

    def _can_sign(self) -> bool:
        return self._context.can_write and bool(self._page.to_sign())

    def _unsigned(self) -> bool:
        one = self._page.chosen()
        return self._context.can_write and one is not None and not one.state.locked

    def _signed(self) -> bool:
        one = self._page.chosen()
        return one is not None and one.state.locked

    def _stands(self) -> bool:
        one = self._page.chosen()
        return self._context.can_write and one is not None and one.state.stands

    def _corrected(self) -> bool:
        one = self._page.chosen()
        return self._context.can_write and one is not None and one.state in CORRECTED

    def _is(self, state: DeclarationState) -> bool:
        one = self._page.chosen()
        return self._context.can_write and one is not None and one.state is state

    def _may(self, state: DeclarationState) -> bool:
        one = self._page.chosen()
        if one is None or not self._context.can_write or state not in NEXT[one.state]:
            return False
        return not (one.rehearsal and state in _SAY)


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises FileRefused."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FileRefused(
            f"“{path.name}” cannot be written ({error.strerror or error}).",
            safe="The declaration is kept here as it was signed.",
            todo="Choose another folder.",
        ) from error


def _called(one: Declaration) -> str:
    due = f", to be signed by {shown_date(one.details.due)}" if one.details.due else ""
    return f"{one.name}  {one.details.title}{due}"

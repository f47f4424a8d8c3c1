"""Sealing a pack: what goes in, for whom, in which form, and whose key seals it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.changes import Changes
from desktop.declarations.keys import KeyService
from desktop.declarations.model import SigningKey
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.packs.model import Built, PackPlan
from desktop.packs.tag_files import size_words
from desktop.report.privacy import MpanChoice
from desktop.submissions.model import Submission
from ui.context import Context, Tone
from ui.dialogs.form import narrow
from ui.dialogs.form_size import fit_screen
from ui.dialogs.pack_sealed import show_sealed
from ui.job_runner import Running
from ui.reporting import show_folder
from ui.widgets.basics import Card, button, label, main_button
from ui.widgets.declaration_fields import Asked
from ui.widgets.declaration_key import KeyPart
from ui.widgets.declaration_signatory import asked_keyring
from ui.widgets.job_strip import JobStrip
from ui.widgets.small_table import SmallTable

ZIP, FOLDER = "zip", "folder"
MEGABYTE = 1_000_000
SIZES = ((0, "In one piece"), (10, "Parts of 10 MB"), (20, "Parts of 20 MB"), (50, "Parts of 50 MB"))
WAIT = 250
"""Milliseconds of rest in typing before it is looked whose key it is."""


class SealDialog(QDialog):
    """Shows what the pack holds before anything is written; evidence can be left out, which the pack then says."""

    def __init__(self, context: Context, parent: QWidget | None, submission: Submission) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Seal a pack of {submission.name}")
        self._context, self._submission = context, submission
        self._plan: PackPlan | None = None
        self._left_out: set[str] = set()
        self._sealing: Running | None = None
        self._asked = 0
        self._look = QTimer(self, singleShot=True, interval=WAIT)
        self._look.timeout.connect(self._look_for_key)
        unit = self.fontMetrics().height()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(unit, unit, unit, unit)
        outer.setSpacing(round(unit * 0.75))
        outer.addWidget(label(f"Seal a pack of {submission.name}", "heading", wrap=True))
        choice = MpanChoice(submission.details.mpan_choice).words
        outer.addWidget(
            label(
                "Everything of this submission with its evidence, so that a stranger can read and verify it. Files of "
                f"evidence go in as they are. In everything else: {choice}",
                "muted",
                wrap=True,
            )
        )
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        area = self.area = QScrollArea()
        area.setWidgetResizable(True)
        inside = self.inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 2, unit // 2, 2)
        column.setSpacing(unit)
        area.setWidget(inside)
        outer.addWidget(area, 1)
        # The long list comes last, so that what has to be typed is in sight on a small screen.
        column.addWidget(self._who())
        column.addWidget(self._how())
        column.addWidget(self._what(), 1)
        outer.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button("Seal the pack", self.seal, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        # The window's own strip cannot be reached while this dialog is in front of it.
        self.strip = JobStrip(context.jobs)
        outer.addWidget(self.strip)
        outer.addWidget(box)
        fit_screen(self, unit * 52, unit * 46)
        self._read_plan()
        context.read("Asking the keyring", asked_keyring, self.key.fill_keyring)
        self._look_for_key()

    # -- its parts -----------------------------------------------------------------------------------------------------

    def _what(self) -> Card:
        card = Card("What goes in")
        self.files = SmallTable(
            "Files of the pack", ("File", "What it is", "Size", "In the pack"), "Reading what goes in…"
        )
        self.files.setMinimumHeight(self.fontMetrics().height() * 9)
        card.body.addWidget(self.files)
        self.files.list.itemSelectionChanged.connect(self._enable)
        row = QHBoxLayout()
        self.leave_button = button("Leave out", self.leave_out, tip="The index of the pack says that it was left out")
        self.summary = label("", "small", wrap=True)
        row.addWidget(self.leave_button)
        row.addWidget(self.summary, 1)
        card.body.addLayout(row)
        self.remarks = label("", "warning", wrap=True, selectable=True)
        self.remarks.hide()
        card.body.addWidget(self.remarks)
        return card

    def _how(self) -> Card:
        card = Card("How")
        self.recipient = narrow(QComboBox())
        self.recipient.addItem("Everybody who gets it", "")
        for one in self._submission.recipients:
            self.recipient.addItem(one.name, one.recipient)
        self.recipient.currentIndexChanged.connect(lambda _index: self._read_plan())
        self.form = QComboBox()
        self.form.addItem("A ZIP file", ZIP)
        self.form.addItem("A folder", FOLDER)
        self.parts = QComboBox()
        for size, words in SIZES:
            self.parts.addItem(words, size)
        self.form.currentIndexChanged.connect(lambda _index: self.parts.setEnabled(self.form.currentData() == ZIP))
        row = QHBoxLayout()
        row.setSpacing(self.fontMetrics().height())
        for title, control in (("For whom", self.recipient), ("Form", self.form), ("For e-mail", self.parts)):
            row.addWidget(Asked(title, control), 2 if control is self.recipient else 1)
        card.body.addLayout(row)
        card.body.addWidget(
            label(
                "For e-mail: each part is a ZIP of its own, and all of them unpack into one folder.", "small", wrap=True
            )
        )
        return card

    def _who(self) -> Card:
        card = Card("Whose key seals it")
        self.person = QLineEdit()
        self.person.setAccessibleName("Full name")
        self.person.textChanged.connect(lambda _text: self._look.start())
        self.key = KeyPart()
        for typed in (self.person, self.key.passphrase, self.key.again):
            typed.textChanged.connect(lambda _text: self._typed())
        keys = self._context.workspace.declarations.keys
        self._context.read("Reading whose keys are here", lambda _job: keys.people(), self._know_people)
        card.body.addWidget(Asked("Full name", self.person))
        card.body.addWidget(self.key)
        card.body.addWidget(
            label(
                "The seal shows that nothing was changed since. It does not prove who held the key, nor that what it "
                "says is true.",
                "small",
                wrap=True,
            )
        )
        return card

    # -- reading -------------------------------------------------------------------------------------------------------

    def _know_people(self, people: Sequence[str]) -> None:
        """Offer those who have a key here; the only one is named, unless somebody typed meanwhile."""
        self.person.setCompleter(QCompleter(list(people), self.person))
        if len(people) == 1 and not self.person.text():
            self.person.setText(people[0])

    def _read_plan(self) -> None:
        packs, number = self._context.workspace.packs, self._submission.id
        recipient, left = self.recipient.currentData() or "", tuple(sorted(self._left_out))

        self._asked += 1
        asked = self._asked

        def work(_job: Job) -> PackPlan:
            return packs.plan(number, recipient=recipient, leave_out=left)

        def done(plan: PackPlan) -> None:
            if asked == self._asked:  # else something else was chosen meanwhile
                self._fill(plan)

        self._context.jobs.run("Reading what goes in", work, done=done, failed=self._say, quiet=True)

    def _fill(self, plan: PackPlan) -> None:
        self._plan = plan
        rows = [(one.path, (one.original or one.path, one.title, size_words(one.size), "yes")) for one in plan.files]
        rows += [(ref, (ref, "Evidence", "", "left out")) for ref in sorted(self._left_out)]
        self.files.fill(rows, writable=False)
        self._enable()
        total = sum(one.size for one in plan.files)
        count = len(plan.files)
        self.summary.setText(f"{count:,} file{'' if count == 1 else 's'}, {size_words(total)}")
        self.remarks.setText("\n".join(f"•  {one}" for one in plan.remarks))
        self.remarks.setVisible(bool(plan.remarks))

    def _enable(self) -> None:
        """Only evidence can be left out; what was left out can be taken in again."""
        key = self.files.key()
        left = key in self._left_out
        self.leave_button.setText("Take it in again" if left else "Leave out")
        self.leave_button.setEnabled(isinstance(key, str) and (left or bool(evidence_ref(key))))

    def leave_out(self) -> None:
        """Leave the chosen item of evidence out, or take it in again."""
        key = self.files.key()
        if not isinstance(key, str):
            return
        ref = key if key in self._left_out else evidence_ref(key)
        if not ref:
            return
        self._left_out ^= {ref}
        self.wrong.hide()
        self._read_plan()

    def _look_for_key(self) -> None:
        person, keys = self.person.text().strip(), self._context.workspace.declarations.keys

        def work(_job: Job) -> SigningKey | None:
            return keys.key_for(person) if person else None

        def done(key: SigningKey | None) -> None:
            if person == self.person.text().strip():
                self.key.fill_key(key, named=bool(person))

        self._context.read("Looking for the key", work, done)

    # -- sealing -------------------------------------------------------------------------------------------------------

    def seal(self) -> None:
        """Ask for the folder, then write and seal it with progress; the dialog stays open until it is done."""
        person = self.person.text().strip()
        problems = self.key.problems()
        self.key.show_wrong({one.field: one.text for one in problems})
        if not person or problems:
            words = problems[0].text if person else "Type the full name of the person whose key seals it."
            self._say(PlainError(words, safe=""))
            wrong = self.key.focus_field(problems[0].field) if person else self.person
            if wrong is not None:
                wrong.setFocus()
                margin = self.fontMetrics().height() * 3  # its title above and what is wrong below it
                self.area.ensureWidgetVisible(wrong, 0, margin)
            return
        start = self._context.own.values.export_folder or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, "Where does the pack go?", start)
        if not chosen:
            return
        self._context.own.change(export_folder=chosen)
        packs, keys = self._context.workspace.packs, self._context.workspace.declarations.keys
        number, secret, left = self._submission.id, self.key.secret(), tuple(sorted(self._left_out))
        recipient, as_zip = self.recipient.currentData() or "", self.form.currentData() == ZIP
        split = self.parts.currentData() * MEGABYTE if as_zip else 0

        def work(job: Job) -> tuple[Built, Changes]:
            _with_key(keys, person, secret)
            return packs.build(
                number, Path(chosen), person=person, passphrase=secret, recipient=recipient, as_zip=as_zip,
                split=split, leave_out=left, job=job,
            )  # fmt: skip

        self.wrong.hide()
        self._busy(True)
        running = self._context.jobs.run(
            "Sealing the pack",
            work,
            done=self._sealed,
            failed=self._say,
            cancelled=lambda: self._say(PlainError("It was cancelled.", safe="Nothing was written.")),
            writes=True,
        )
        if running in self._context.jobs.running():
            self._sealing = running

    def reject(self) -> None:
        """Give it up; while it is being sealed that is stopped first, and the dialog stays to say so."""
        if self._sealing is not None:
            self._context.jobs.cancel(self._sealing)
            return
        super().reject()

    def _busy(self, busy: bool) -> None:
        self.verb.setEnabled(not busy)
        self.inside.setEnabled(not busy)

    def _sealed(self, made: tuple[Built, Changes]) -> None:
        self._sealing = None
        built, changes = made
        self._context.hub.publish(changes)
        self._context.say(f"Sealed: {built.parts[0]}", Tone.GOOD)
        parent = self.parentWidget()
        self.accept()
        if parent is not None and show_sealed(parent, built):
            show_folder(built.parts[0])

    def _say(self, error: PlainError) -> None:
        self._sealing = None
        self._busy(False)
        self.wrong.setText(str(error))
        self.wrong.show()

    def _typed(self) -> None:
        """What was wrong is being mended."""
        self.wrong.hide()
        self.key.show_wrong({})

    def done(self, result: int) -> None:
        """Whatever ends it, no passphrase stays."""
        self.key.forget()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.key.forget()
        super().closeEvent(event)


def evidence_ref(path: str) -> str:
    """The reference of the item of evidence that a path of the payload is of; '' for another file."""
    parts = path.split("/")
    if len(parts) < 3 or "evidence" not in parts:
        return ""
    return parts[parts.index("evidence") + 1].rpartition("-r")[0]


def _with_key(keys: KeyService, person: str, passphrase: str) -> None:
    if keys.key_for(person) is None:
        keys.make(person, passphrase=passphrase)


def seal_pack(context: Context, parent: QWidget, submission: Submission) -> None:
    """Show it until the pack is sealed or given up."""
    dialog = SealDialog(context, parent, submission)
    dialog.exec()
    dialog.deleteLater()

"""Adding an endpoint: by its address and a one-time code, or from the file of an invitation."""

from __future__ import annotations

import platform
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.changes import Changes
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.participant.model import Participant
from desktop.sync.invited import read_invitation
from desktop.sync.model import Connection, EndpointDetails, TestReport
from desktop.sync.wire.invitation import Invitation
from ui.context import Context
from ui.dialogs.endpoint_form import EndpointForm
from ui.dialogs.endpoint_test import show_test
from ui.models.paged_table import shown_date
from ui.widgets.basics import button, label
from ui.widgets.declaration_fields import Asked
from ui.widgets.endpoint_connection import ConnectionFields
from ui.widgets.endpoint_contacts import ContactsConsent
from ui.widgets.endpoint_fold import Fold

TITLE = "Add an endpoint"
INTRO = (
    "Whoever runs the endpoint gives you an address with a one-time code, or the file of an invitation. The code works "
    "once, for this laptop. What it is signed in with is kept in the system’s keyring, never in the workspace."
)
INVITATIONS = "Invitations (*.json *.invitation *.mhhs-invitation);;All files (*)"
NEVER_ONLINE = "This laptop is never online: everything goes in bundles, carried by hand"


class AddEndpointDialog(EndpointForm):
    """Two ways in, one set of fields each; what both have in common stands below. `added` is its number."""

    def __init__(self, context: Context, parent: QWidget | None, invitation: Path | None = None) -> None:
        super().__init__(context, parent, TITLE, INTRO, "Add the endpoint")
        self.setAcceptDrops(True)
        self.added: int | None = None
        self._read: Invitation | None = None
        self._asked_round = 0
        self.by_code = QRadioButton("With an address and a one-time code")
        self.by_file = QRadioButton("From the file of an invitation")
        ways = QButtonGroup(self)
        for way in (self.by_code, self.by_file):
            ways.addButton(way)
            self.column.addWidget(way)
        self.column.addWidget(self._code_fields())
        self.column.addWidget(self._file_fields())
        self.try_button = button("Test the address…", self._test, tip="Step by step, before anything is added")
        row = QHBoxLayout()
        row.setContentsMargins(self.unit, 0, 0, 0)  # it belongs to the way in that stands above it
        row.addWidget(self.try_button)
        row.addStretch()
        self.column.addLayout(row)
        self.device = QLineEdit(platform.node())
        self.ask(
            "device_name", "What this laptop is called", self.device,
            "The endpoint shows it beside what comes from here, so that a lost laptop can be locked out.",
        )  # fmt: skip
        self.name = QLineEdit()
        self.ask("name", "What the endpoint is called here", self.name, "Empty = as it calls itself")
        self.contacts = ContactsConsent()
        self.column.addWidget(self.contacts)
        self.connection = ConnectionFields(Connection())
        self.asked |= self.connection.asked
        self.fold = Fold("Proxy, certificates, waiting times", self.connection)
        self.column.addWidget(self.fold)
        self.column.addStretch()
        ways.buttonToggled.connect(lambda _button, _on: self._fit())
        self.offline.toggled.connect(lambda _on: self._fit())
        self.address.textChanged.connect(lambda _text: self._fit())
        (self.by_file if invitation is not None else self.by_code).setChecked(True)
        self.fit(44, 46)
        self._fit()
        if invitation is not None:
            self.take_file(invitation)
        else:
            self.address.setFocus()

    def take_file(self, path: Path) -> None:
        """Read an invitation and say what it is for."""
        self.by_file.setChecked(True)
        self.path.setText(str(path))
        self._look()

    def go(self) -> None:
        service = self.context.workspace.endpoints
        details = EndpointDetails(self.name.text().strip(), self.connection.connection(), contacts=self.contacts.agreed)
        device, password = self.device.text().strip(), self.connection.new_password() or ""
        if self.by_code.isChecked():
            address, code = self.address.text().strip(), self.code.text().strip()

            def work(job: Job) -> tuple[int, Changes]:
                return service.add(address, code, details=details, device_name=device, proxy_password=password, job=job)

        else:
            path, online = Path(self.path.text().strip()).expanduser(), not self.offline.isChecked()

            def work(job: Job) -> tuple[int, Changes]:
                return service.add_invitation(
                    path, details=details, device_name=device, proxy_password=password, online=online, job=job
                )

        self.run("Adding the endpoint", work, lambda found: found[1], self._keep)

    def say_wrong(self, error: PlainError | None) -> None:
        super().say_wrong(error)
        if error is not None and self.by_file.isChecked() and self.wrong.isVisible():
            self.path.setFocus()

    def show_field(self, name: str) -> None:
        if name in self.connection.asked:
            self.fold.open(True)
        if name in {"address", "code"} and self.by_file.isChecked():
            # What is wrong with an invitation is said at its file: its fields are not in sight.
            self.asked["path"].say_wrong(self.asked[name].wrong.text())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_file(Path(event.mimeData().urls()[0].toLocalFile()))
        event.acceptProposedAction()

    def _code_fields(self) -> QWidget:
        self.code_part = QWidget()
        column = QVBoxLayout(self.code_part)
        column.setContentsMargins(self.unit, 0, 0, 0)
        self.address, self.code = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText("https://")
        for name, title, made, hint in (
            ("address", "Address", self.address, "As it was given to you, with https://"),
            ("code", "One-time code", self.code, "Letters and digits; capitals, spaces and hyphens do not matter"),
        ):
            self.asked[name] = Asked(title, made, hint)
            column.addWidget(self.asked[name])
        return self.code_part

    def _file_fields(self) -> QWidget:
        self.file_part = QWidget()
        column = QVBoxLayout(self.file_part)
        column.setContentsMargins(self.unit, 0, 0, 0)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        self.path = QLineEdit()
        self.path.setAccessibleName("File of the invitation")
        self.path.editingFinished.connect(self._look)
        choose = button("Choose…", self._choose)
        choose.setAccessibleName("Choose an invitation…")
        line.addWidget(self.path, 1)
        line.addWidget(choose)
        row.setFocusProxy(self.path)
        self.asked["path"] = Asked("File", row, "Choose it, or drop it anywhere on this window")
        column.addWidget(self.asked["path"])
        self.says = label("", wrap=True, selectable=True)
        self.says.hide()
        column.addWidget(self.says)
        self.offline = QCheckBox(NEVER_ONLINE)
        self.offline.setToolTip("The first bundle asks to be let in; the answer to it signs this laptop in")
        column.addWidget(self.offline)
        return self.file_part

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "The file of an invitation", self.path.text(), INVITATIONS)
        if chosen:
            self.take_file(Path(chosen))

    def _look(self) -> None:
        """Read what the file says, for people; whether it is taken is decided when it is added."""
        self._asked_round += 1
        asked, text = self._asked_round, self.path.text().strip()
        self._read = None
        self.says.hide()
        self.asked["path"].say_wrong("")
        if not text:
            self._fit()
            return

        def came(read: tuple[Invitation, Participant]) -> None:
            if asked == self._asked_round and not self.work.left:
                found = self._read = read[0]
                self.says.setText(" ".join(filter(None, (invitation_words(found), other_words(*read)))))
                self.says.show()
                if not found.address:
                    self.offline.setChecked(True)
                self._fit()

        def failed(error: PlainError) -> None:
            if asked == self._asked_round and not self.work.left:
                self.asked["path"].say_wrong(str(error))
                self._fit()

        path, participant = Path(text).expanduser(), self.context.workspace.participant

        def work(_job: Job) -> tuple[Invitation, Participant]:
            return read_invitation(path), participant.get()

        self.context.jobs.run("Reading the invitation", work, done=came, failed=failed, quiet=True)

    def _address(self) -> str:
        if self.by_code.isChecked():
            return self.address.text().strip()
        return self._read.address if self._read is not None and not self.offline.isChecked() else ""

    def _test(self) -> None:
        workspace, address = self.context.workspace, self._address()
        connection, password = self.connection.connection(), self.connection.new_password() or ""
        names: dict[str, str] = {}

        def work(job: Job) -> TestReport:
            names.update({one.id: one.title for one in workspace.submissions.recipients()})
            return workspace.endpoints.test_address(address, connection, proxy_password=password, job=job)

        show_test(self.context, self, f"Test {address}", work, names)

    def _keep(self, found: tuple[int, Changes]) -> None:
        self.added = found[0]

    def _fit(self) -> None:
        self.code_part.setVisible(self.by_code.isChecked())
        self.file_part.setVisible(self.by_file.isChecked())
        bundles_only = self.by_file.isChecked() and self.offline.isChecked()
        without_address = self._read is not None and not self._read.address
        self.offline.setEnabled(not without_address)
        self.fold.setVisible(not bundles_only)
        self.try_button.setVisible(not bundles_only)
        self.try_button.setEnabled(bool(self._address()))


def invitation_words(one: Invitation) -> str:
    """What an invitation is for: who, for whom, where, until when. The code is not shown."""
    who = one.participant_name or one.participant
    where = f"at {one.address}" if one.address else "without an address: it is reached by bundles only"
    lines = [f"{one.name} invites {who}{f' ({one.participant})' if who != one.participant else ''},"]
    lines.append(f"{where}.")
    if one.recipients:
        lines.append(f"It receives for {', '.join(one.recipients)}.")
    if one.expires:
        lines.append(f"The code works until {shown_date(one.expires[:16])}.")
    return " ".join(lines)


def other_words(invitation: Invitation, here: Participant) -> str:
    """Said when an invitation names somebody else than the workspace is of; '' when it does not."""
    if not here.short_name or here.short_name.casefold() == invitation.participant.casefold():
        return ""
    return f"This workspace is that of {here.name} ({here.short_name}): see that it is the right one."


def ask_endpoint(context: Context, parent: QWidget | None, invitation: Path | None = None) -> int | None:
    """Show the form until one was added or it was given up; the number of the new one."""
    dialog = AddEndpointDialog(context, parent, invitation)
    try:
        return dialog.added if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()

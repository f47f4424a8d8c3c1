"""What a person may change of an endpoint: its name, for whom it receives, the connection, what is sent when."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desktop.changes import Changes
from desktop.jobs import Job
from desktop.submissions.model import Choice
from desktop.sync.model import Endpoint, EndpointDetails
from ui.context import Context
from ui.dialogs.endpoint_form import EndpointForm
from ui.widgets.basics import label
from ui.widgets.endpoint_connection import ConnectionFields
from ui.widgets.endpoint_contacts import ContactsConsent
from ui.widgets.endpoint_pane import METERED
from ui.widgets.spin_box import SpinBox

MOST = 10_000_000
"""KiB a second that a cap may be."""


class EditEndpointDialog(EndpointForm):
    """`at` "recipients" puts the keyboard there at once."""

    def __init__(
        self, context: Context, parent: QWidget | None, one: Endpoint, recipients: Sequence[Choice], at: str = ""
    ) -> None:
        super().__init__(context, parent, f"Edit {one.name}", "", "Save")
        self._one = one
        self.name = QLineEdit(one.name)
        self.ask("name", "What it is called here", self.name)
        self.ask(
            "recipients", "Recipients that it receives for", self._recipients(recipients),
            "What is for them goes to this endpoint; what is for others is exported by hand.",
        )  # fmt: skip
        self.contacts = ContactsConsent(one.contacts)
        self.column.addWidget(self.contacts)
        self.metered = QCheckBox(METERED)
        self.metered.setChecked(one.metered)
        self.cap = SpinBox()
        self.cap.setRange(0, MOST)
        self.cap.setSingleStep(100)
        self.cap.setSuffix(" KiB a second")
        self.cap.setSpecialValueText("No limit")
        self.cap.setGroupSeparatorShown(True)
        self.cap.setValue(one.cap_kib)
        self.connection = ConnectionFields(one.connection, password_kept=bool(one.connection.proxy_user))
        self.address = QLineEdit(one.address)
        self.address.setPlaceholderText("https://")
        self.ask("address", "Address", self.address, "Empty = it is reached by bundles only")
        if one.online:
            self.ask("cap_kib", "Send no faster than", self.cap)
            self.column.addWidget(self.metered)
            self.column.addWidget(label("Connection", "heading"))
            self.asked |= self.connection.asked
            self.column.addWidget(self.connection)
        else:
            for part in (self.metered, self.cap, self.connection):
                part.setParent(self.inside)
                part.hide()
        self.column.addStretch()
        self.fit(42, 48 if one.online else 28)
        if at == "recipients":
            self.own.setChecked(True)
            next(iter(self.boxes.values()), self.own).setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.name.setFocus()

    def details(self) -> EndpointDetails:
        """What the fields say."""
        chosen = tuple(key for key, made in self.boxes.items() if made.isChecked())
        return EndpointDetails(
            self.name.text().strip(),
            self.connection.connection(),
            self.metered.isChecked(),
            self.cap.value(),
            chosen if self.own.isChecked() else None,
            self.address.text().strip() if self.address.text().strip() != self._one.address else None,
            self.contacts.agreed,
        )

    def go(self) -> None:
        service, number, details = self.context.workspace.endpoints, self._one.id, self.details()
        password = self.connection.new_password()

        def work(_job: Job) -> Changes:
            return service.edit(number, details, proxy_password=password)

        self.run("Saving", work, lambda changes: changes)

    def _recipients(self, recipients: Sequence[Choice]) -> QWidget:
        """As it says itself, or a box for each that there is."""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        self.said = QRadioButton("Those that it says itself")
        self.own = QRadioButton("These")
        column.addWidget(self.said)
        column.addWidget(self.own)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(self.unit, 0, 0, 0)
        known = {one.id: one.title for one in recipients}
        self.boxes: dict[str, QCheckBox] = {}
        for key in (*known, *(one for one in self._one.recipients if one not in known)):
            made = self.boxes[key] = QCheckBox(known.get(key, key).replace("&", "&&"))
            made.setChecked(key in self._one.recipients)
            rows.addWidget(made)
        column.addWidget(inside)
        self.own.toggled.connect(inside.setEnabled)
        self.own.setChecked(True)
        place.setFocusProxy(self.own)
        return place


def ask_edit(
    context: Context, parent: QWidget | None, one: Endpoint, recipients: Sequence[Choice], at: str = ""
) -> bool:
    """Show the form until it is saved or given up; whether it was saved."""
    dialog = EditEndpointDialog(context, parent, one, recipients, at)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()

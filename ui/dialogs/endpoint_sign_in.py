"""Signing this laptop in again, with a new one-time code."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from desktop.changes import Changes
from desktop.jobs import Job
from desktop.sync.model import Endpoint
from ui.context import Context
from ui.dialogs.endpoint_form import EndpointForm

WHY = (
    "Needed when the endpoint does not know this laptop any more, when its key is not in the keyring, or when the "
    "workspace was copied to another laptop. Ask whoever runs the endpoint for a new one-time code. What waits goes on "
    "waiting; nothing is sent twice."
)


class SignInDialog(EndpointForm):
    """The code, and nothing else."""

    def __init__(self, context: Context, parent: QWidget | None, one: Endpoint) -> None:
        title = f"Sign in {'again ' if one.signed_in_at else ''}to {one.name}"
        super().__init__(context, parent, title, WHY, "Sign in")
        self._one = one
        self.code = QLineEdit()
        self.ask("code", "One-time code", self.code, "Letters and digits; capitals, spaces and hyphens do not matter")
        self.column.addStretch()
        self.fit(36, 21)
        self.code.setFocus()

    def go(self) -> None:
        service, number, code = self.context.workspace.endpoints, self._one.id, self.code.text().strip()

        def work(job: Job) -> Changes:
            return service.sign_in_again(number, code, job)

        self.run("Signing in", work, lambda changes: changes)


def ask_sign_in(context: Context, parent: QWidget | None, one: Endpoint) -> bool:
    """Show the form until this laptop is signed in or it was given up; whether it is."""
    dialog = SignInDialog(context, parent, one)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()

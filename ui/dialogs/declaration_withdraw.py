"""Withdraw a signed declaration: the grounds, and a signature of its own; what was signed stays as it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from desktop.changes import Changes, Subject
from desktop.declarations.model import PdfPrinter, Sheet, SignedCopy
from desktop.errors import PlainError
from desktop.jobs import Job
from ui.context import Context
from ui.dialogs.declaration_form import AskingDialog
from ui.widgets.basics import set_role
from ui.widgets.declaration_fields import Asked, ConfirmBox, tab_through
from ui.widgets.declaration_signatory import SignatoryPart, with_first_key, wrong_of

CONFIRM = "confirm"


class WithdrawDialog(AskingDialog):
    """Grounds, the box, and who signs. `sheet` tells who may."""

    def __init__(self, context: Context, parent: QWidget | None, sheet: Sheet, printer: PdfPrinter | None) -> None:
        name = sheet.declaration.name
        super().__init__(
            context,
            parent,
            f"Withdraw {name}",
            f"Withdraw {name}",
            "The withdrawal is a signed record of its own that names what it withdraws and why. The declaration stays "
            "as it was signed, for ever. This cannot be undone.",
        )
        self._sheet, self._printer = sheet, printer
        self.copy: SignedCopy | None = None
        set_role(self.verb, role="danger")
        self.grounds = QPlainTextEdit()
        self.grounds.setTabChangesFocus(True)
        self.grounds.setFixedHeight(self.grounds.fontMetrics().height() * 5)
        self.add("grounds", "Grounds", self.grounds, "Why it does not hold any more. They stand in the record.")
        self.confirm = ConfirmBox(f"I confirm that I withdraw {name} on these grounds, and that I may sign this.")
        self.confirm_asked = Asked("Confirm", self.confirm)
        self.column.addWidget(self.confirm_asked)
        self.signatory = SignatoryPart(context, scan=False)
        self.signatory.fill_capacities(sheet.capacities, sheet.wording.capacities, ", ".join(sheet.roles))
        self.column.addWidget(self.signatory)
        self.signatory.ask_keyring()
        self.fit()
        tab_through([self.grounds, self.confirm.box, *self.signatory.controls, self.verb])

    def work(self) -> Callable[[Job], Changes]:
        """Sign the withdrawal."""
        words = self.signatory.words(confirmed=self.confirm.isChecked())
        grounds, secret = self.grounds.toPlainText().strip(), self.signatory.key.secret()
        declarations, one, printer = self.context.workspace.declarations, self._sheet.declaration, self._printer

        def sign() -> SignedCopy:
            return declarations.withdraw(one.id, grounds, words, passphrase=secret, printer=printer)

        def work(_job: Job) -> Changes:
            self.copy = with_first_key(declarations.keys, words.name, secret, sign)
            title = f"{one.name} is withdrawn"
            return Changes.of(Subject.DECLARATIONS, Subject.CUTOVER, title=title, count=1)

        return work

    def show_wrong(self, error: PlainError) -> None:
        self.show_problems(wrong_of(error))
        self.signatory.look_for_key()

    def field(self, name: str) -> QWidget | None:
        if name == CONFIRM:
            return self.confirm.box
        return self.signatory.field(name) or super().field(name)

    def say_at_fields(self, by_field: dict[str, str]) -> None:
        super().say_at_fields(by_field)
        self.confirm_asked.say_wrong(by_field.get(CONFIRM, ""))
        self.signatory.show_wrong(by_field)

    def _accept(self) -> None:
        grounds = self.grounds.toPlainText().strip()
        found = self.signatory.problems(self._sheet, None, confirmed=self.confirm.isChecked(), grounds=grounds)
        self.show_problems(found)
        if not found:
            super()._accept()


def ask_withdrawal(context: Context, parent: QWidget, sheet: Sheet, printer: PdfPrinter | None) -> SignedCopy | None:
    """Show the form until it is signed or given up."""
    dialog = WithdrawDialog(context, parent, sheet, printer)
    try:
        return dialog.copy if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()

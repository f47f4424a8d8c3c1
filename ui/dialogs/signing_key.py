"""The signing keys of this workspace: whose they are, their fingerprints, and retiring one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.changes import Changes
from desktop.declarations.model import SigningKey
from desktop.jobs import Job
from ui.context import Context, Tone
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save
from ui.models.paged_table import shown_date
from ui.widgets.basics import button, label, main_button
from ui.widgets.button_row import ButtonRow
from ui.widgets.declaration_look import grouped
from ui.widgets.small_table import SmallTable

ABOUT = (
    "A key is of one person on one computer. It is made at the first signature; only its public half and its "
    "fingerprint are shown. Tell the fingerprint to those who verify by another way than the declaration itself."
)
NONE_YET = "No key was made yet: one is made when somebody signs for the first time."


class SigningKeysDialog(QDialog):
    """A list of keys, the fingerprint of the chosen one, and retiring it."""

    def __init__(self, context: Context, parent: QWidget | None, keys: Sequence[SigningKey]) -> None:
        super().__init__(parent)
        self._context = context
        self._keys: dict[int, SigningKey] = {}
        self.setWindowTitle("Signing keys")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label("Signing keys", "heading"))
        column.addWidget(label(ABOUT, "muted", wrap=True))
        self.list = SmallTable("Signing keys", ("Person", "Made", "Kept", "Fingerprint", "In use"), NONE_YET)
        self.list.list.itemSelectionChanged.connect(self._explain)
        column.addWidget(self.list, 1)
        self.fingerprint = label("", wrap=True, selectable=True)
        column.addWidget(self.fingerprint)
        self.copy_button = button("Copy the fingerprint", self.copy)
        self.retire_button = button("Retire…", self.retire, tip="It is used no more: lost, or of somebody who left")
        column.addWidget(ButtonRow(self.copy_button, self.retire_button))
        box = QDialogButtonBox(self)
        self.verb = button("Close", self.accept, role="primary")
        main_button(box, self.verb)
        column.addWidget(box)
        self.resize(unit * 46, unit * 26)
        self.fill(keys)

    def fill(self, keys: Sequence[SigningKey]) -> None:
        """Show these keys."""
        self._keys = {one.id: one for one in keys}
        self.list.fill(
            [
                (one.id, (one.person, shown_date(one.created_at[:10]), _kept(one), one.short, _in_use(one)))
                for one in keys
            ]
        )
        self._explain()

    def chosen(self) -> SigningKey | None:
        """The key that is chosen in the list."""
        key = self.list.key()
        return self._keys.get(key) if isinstance(key, int) else None

    def copy(self) -> None:
        """Put the whole fingerprint on the clipboard."""
        if one := self.chosen():
            QGuiApplication.clipboard().setText(one.fingerprint)
            self._context.say("The fingerprint is copied.", Tone.GOOD)

    def retire(self) -> None:
        """Ask why and use the key no more."""
        one, keys = self.chosen(), self._context.workspace.declarations.keys
        if one is None:
            return
        number = one.id

        def work_of(values: dict[str, str]) -> Work:
            reason = values["reason"]

            def work(_job: Job) -> Changes:
                return keys.retire(number, reason)

            return work

        if ask_and_save(
            self._context,
            self,
            "Retire the key",
            (Field("reason", "Why", hint="Such as: the computer was lost, or the person left."),),
            "Retire it",
            work_of,
            f"The key {one.short} of {one.person}. Its secret half is removed and cannot come back; what it signed can "
            "still be verified. The next signature of this person makes a new key.",
        ):
            self._context.read("Reading the keys", lambda _job: keys.keys(), self.fill)

    def _explain(self) -> None:
        one = self.chosen()
        words = f"SHA-256 of the public key:\n{grouped(one.fingerprint, rows=2)}" if one else ""
        if one and one.retired:
            words += f"\nNot used any more: {one.retired}"
        self.fingerprint.setText(words)
        self.fingerprint.setVisible(bool(words))
        self.copy_button.setEnabled(one is not None)
        self.copy_button.setVisible(bool(self._keys))
        self.retire_button.setVisible(bool(self._keys))
        self.retire_button.setEnabled(one is not None and not one.retired and not self._context.workspace.read_only)


def _kept(one: SigningKey) -> str:
    return "Key file" if one.kept == "file" else "Keyring"


def _in_use(one: SigningKey) -> str:
    return "No" if one.retired else "Yes"

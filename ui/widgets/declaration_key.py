"""With which key somebody signs: the one that is there, or where a first one is to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desktop.declarations.keys import SHORTEST_PASSPHRASE
from desktop.declarations.model import SigningKey
from ui.models.paged_table import shown_date
from ui.widgets.basics import label
from ui.widgets.declaration_fields import Asked, Wrong

KEYRING, FILE = "keyring", "file"
_NO_NAME = "Type your full name above: then it is looked whether you have a key on this computer."
_LOSE = "It cannot be looked up or reset: without it this key is lost, and the next signature needs a new one."


class _Shows(Enum):
    NO_NAME = "no name"
    KEYRING = "keyring"
    FILE = "file"
    FIRST = "first"


@dataclass(frozen=True)
class KeyringAnswer:
    """What asking the keyring of the operating system came to."""

    safe: bool
    sentence: str


class KeyPart(QWidget):
    """Says which key signs and asks for what it needs: a passphrase, or at a first signature where to keep the key."""

    def __init__(self) -> None:
        super().__init__()
        self._keyring: KeyringAnswer | None = None
        self._shows = _Shows.NO_NAME
        self._chosen_by_hand = False
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(unit * 0.6))
        self.says = label(_NO_NAME, wrap=True, selectable=True)
        column.addWidget(self.says)
        self.where = QWidget()
        inner = QVBoxLayout(self.where)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(round(unit * 0.2))
        inner.addWidget(label("Where is the key to be kept?", "strong", wrap=True))
        self.choices = {
            KEYRING: QRadioButton("In this computer's keyring"),
            FILE: QRadioButton("In a file with a passphrase"),
        }
        self.notes = {KEYRING: label("", "small", wrap=True), FILE: label("", "small", wrap=True)}
        self.notes[FILE].setText(
            "An encrypted file in the folder of this workspace. You type the passphrase each time you sign."
        )
        self._group = QButtonGroup(self)
        for name, made in self.choices.items():
            self._group.addButton(made)
            made.clicked.connect(self._by_hand)
            made.toggled.connect(lambda _on: self._fit())
            inner.addWidget(made)
            indented = QVBoxLayout()
            indented.setContentsMargins(round(unit * 1.5), 0, 0, round(unit * 0.2))
            indented.addWidget(self.notes[name])
            inner.addLayout(indented)
        column.addWidget(self.where)
        self.passphrase, self.again = _secret(), _secret()
        self.asked = Asked("Passphrase", self.passphrase, "Of your key file.")
        self.asked_again = Asked("The passphrase again", self.again)
        column.addWidget(self.asked)
        column.addWidget(self.asked_again)
        self.fill_keyring(None)

    def fill_key(self, key: SigningKey | None, *, named: bool) -> None:
        """Show the key of the person whose name is typed; `named` False: none is typed yet."""
        before = self._shows
        if not named:
            self._shows = _Shows.NO_NAME
            self.says.setText(_NO_NAME)
        elif key is None:
            self._shows = _Shows.FIRST
            self.says.setText(
                "There is no key of this name on this computer yet. One is made with this signature and stays here; "
                "MHHS Desk never shows or sends its secret half."
            )
        else:
            self._shows = _Shows.FILE if key.kept == FILE else _Shows.KEYRING
            place = "in a file with a passphrase" if key.kept == FILE else "in this computer's keyring"
            self.says.setText(
                f"Signed with your key {key.short}, made on {shown_date(key.created_at[:10])} and kept {place}."
            )
        if before is not self._shows:
            self.passphrase.clear()
            self.again.clear()
            self.show_wrong({})
        self._fit()

    def fill_keyring(self, answer: KeyringAnswer | None) -> None:
        """Show what the keyring answered; None: it is still being asked."""
        self._keyring = answer
        self.choices[KEYRING].setEnabled(answer is not None and answer.safe)
        self.notes[KEYRING].setText(answer.sentence if answer else "Asking the keyring of this computer…")
        if answer is not None and not self._chosen_by_hand:
            self.choices[KEYRING if answer.safe else FILE].setChecked(True)
        elif answer is not None and not answer.safe:
            self.choices[FILE].setChecked(True)
        self._fit()

    @property
    def needs_passphrase(self) -> bool:
        """Whether a passphrase is asked for now."""
        return self._shows is _Shows.FILE or (self._shows is _Shows.FIRST and self.choices[FILE].isChecked())

    def secret(self) -> str:
        """The passphrase to sign with; '' for the keyring."""
        return self.passphrase.text() if self.needs_passphrase else ""

    def problems(self) -> list[Wrong]:
        """What is wrong with what only this screen asks: where the key is to be kept, the passphrase and its twin."""
        if self._shows is _Shows.FIRST:
            if not any(one.isChecked() for one in self.choices.values()):
                return [Wrong("kept", "Choose where the key is to be kept.")]
            if self.choices[FILE].isChecked():
                if len(self.passphrase.text()) < SHORTEST_PASSPHRASE:
                    words = f"Enter a passphrase of at least {SHORTEST_PASSPHRASE} characters."
                    return [Wrong("passphrase", words)]
                if self.passphrase.text() != self.again.text():
                    return [Wrong("again", "The two passphrases are not the same.")]
        if self._shows is _Shows.FILE and not self.passphrase.text():
            return [Wrong("passphrase", "Enter the passphrase of your key file.")]
        return []

    def show_wrong(self, wrong: dict[str, str]) -> None:
        """Say at the fields what is wrong with them."""
        self.asked.say_wrong(wrong.get("passphrase", ""))
        self.asked_again.say_wrong(wrong.get("again", ""))

    def focus_field(self, field: str) -> QWidget | None:
        """The control of a field; None for one that is not here."""
        if field == "kept":
            return next((one for one in self.choices.values() if one.isEnabled()), None)
        return {"passphrase": self.passphrase, "again": self.again}.get(field)

    @property
    def controls(self) -> list[QWidget]:
        """Its controls in the order in which they stand."""
        return [*self.choices.values(), self.passphrase, self.again]

    def forget(self) -> None:
        """Take the passphrases out of the fields."""
        self.passphrase.clear()
        self.again.clear()

    def _by_hand(self) -> None:
        self._chosen_by_hand = True

    def _fit(self) -> None:
        first = self._shows is _Shows.FIRST
        self.where.setVisible(first)
        self.asked.setVisible(self.needs_passphrase)
        self.asked_again.setVisible(self.needs_passphrase and first)
        hint = f"At least {SHORTEST_PASSPHRASE} characters; several words are good. {_LOSE}" if first else ""
        self.asked.hint.setText(hint)
        self.asked.hint.setVisible(bool(hint))
        self.asked.hint_text = hint
        title = "Passphrase for the new key" if first else "Passphrase of your key file"
        self.asked.title.setText(title)
        self.passphrase.setAccessibleName(title)


def _secret() -> QLineEdit:
    made = QLineEdit()
    made.setMaximumWidth(made.fontMetrics().averageCharWidth() * 50)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made

"""Who signs and how: full name, position, capacity, and a key of this computer or a document signed elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desktop.declarations.keys import KeyService, keyring_state
from desktop.declarations.model import (
    SIGNATURE_WORDS,
    Capacity,
    Sheet,
    SignatoryWords,
    SignedCopy,
    SigningKey,
    SigningRefused,
)
from desktop.declarations.signatory import must_be_signable, signatory
from desktop.errors import FileRefused, InvalidInput, PlainError
from desktop.jobs import Job
from ui.context import Context
from ui.widgets.basics import button, label
from ui.widgets.declaration_fields import Asked, Wrong
from ui.widgets.declaration_key import KeyPart, KeyringAnswer
from ui.widgets.declaration_scan import ScanPreview

WHAT_IT_IS = (
    f"{SIGNATURE_WORDS}: it shows which key signed this text, and that nothing in it was changed since. "
    "It is no qualified or advanced signature: who sat at this computer is not proved by it."
)
FOLDER = "declarations.folder"
ORDER = ("grounds", "confirm", "name", "position", "capacity", "kept", "passphrase", "again", "scan")
"""The fields as they stand on the screen; what is wrong is told in this order, after what is read above them."""
NAME_WIDE = 72
"""Characters of the field of a name: as long as names may be, no longer."""
KEY = "key"
"""The field of a key that is not there yet."""
LOOK_AFTER = 200
"""Milliseconds after the last letter of a name until it is looked whether there is a key."""
_ATTACH = "Attach a signed document instead"
_SCAN_HINT = (
    "A PDF or a picture: a scan of the signed paper, or what was signed with another tool. It is kept with the "
    "declaration and locks it; what it shows is not checked here, so look at it."
)
_SCANS = "PDF and pictures (*.pdf *.png *.jpg *.jpeg *.tif *.tiff *.webp *.heic);;All files (*)"


class SignatoryPart(QWidget):
    """The fields of a signatory. `scan`: whether a signed document may take the place of a key."""

    changed = Signal()
    """Something was typed or chosen."""
    person_changed = Signal(str)
    """The full name is another one, as typed."""

    def __init__(self, context: Context, *, scan: bool = True) -> None:
        super().__init__()
        self._context = context
        self.asked: dict[str, Asked] = {}
        self._capacities: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(context.theme.px(4))
        self._ask_who(column)
        self._ask_how(column, scan=scan)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_AFTER)
        self._look.timeout.connect(self.look_for_key)
        self.name.textChanged.connect(self._named)
        for field in (self.name, self.position, self.scan_path):
            field.textChanged.connect(lambda _text: self.changed.emit())
        self.ways["scan"].toggled.connect(self._fit)
        self._fit()

    def _ask_who(self, column: QVBoxLayout) -> None:
        self.name, self.position = QLineEdit(), QLineEdit()
        for field in (self.name, self.position):
            field.setMaximumWidth(self.fontMetrics().averageCharWidth() * NAME_WIDE)
        self.same = label("", "strong", wrap=True)
        self.same.hide()
        self._capacity_group = QButtonGroup(self)
        self.capacity_box = QWidget()
        self._capacity_column = QVBoxLayout(self.capacity_box)
        self._capacity_column.setContentsMargins(0, 0, 0, 0)
        self._capacity_column.setSpacing(self._context.theme.px(1))
        self.asked["name"] = Asked("Full name", self.name, "Of the person who signs, as it is to stand in the record.")
        self.asked["position"] = Asked("Position held", self.position, "Such as Director, or Head of Metering.")
        self.asked["capacity"] = Asked("In which capacity?", self.capacity_box)
        for part in (self.asked["name"], self.same, self.asked["position"], self.asked["capacity"]):
            column.addWidget(part)

    def _ask_how(self, column: QVBoxLayout, *, scan: bool) -> None:
        theme = self._context.theme
        self.ways = {"key": QRadioButton("Sign here, with a key"), "scan": QRadioButton(_ATTACH)}
        way = QWidget()
        inner = QVBoxLayout(way)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(1))
        inner.addWidget(label("How is it signed?", "strong"))
        self._way_group = QButtonGroup(self)
        for made in self.ways.values():
            self._way_group.addButton(made)
            inner.addWidget(made)
        self.ways["key"].setChecked(True)
        way.setVisible(scan)
        self.key = KeyPart()
        self.key_place = _indented(
            theme.px(4) if scan else 0, self.key, label(WHAT_IT_IS, "small", wrap=True, selectable=True)
        )
        self.scan_path = QLineEdit()
        self.scan_path.setAccessibleName("The signed document")
        self.choose_button = button("Choose…", self.choose_scan)
        self.choose_button.setAccessibleName("Choose the signed document…")
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.scan_path, 1)
        row.addWidget(self.choose_button)
        line.setFocusProxy(self.scan_path)
        self.asked["scan"] = Asked("The signed document", line, _SCAN_HINT)
        self.scan_preview = ScanPreview(self._context)
        self.scan_place = _indented(theme.px(4), self.asked["scan"], self.scan_preview)
        self.scan_path.textChanged.connect(lambda text: self.scan_preview.show_path(self.document() if text else None))
        for part in (way, self.key_place, self.scan_place):
            column.addWidget(part)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def ask_keyring(self) -> None:
        """Ask the keyring of the operating system, away from the window's thread: it may wait for a prompt."""

        def came(answer: KeyringAnswer) -> None:
            self.key.fill_keyring(answer)

        self._context.read("Asking the keyring", asked_keyring, came)

    def fill_capacities(self, allowed: Sequence[Capacity], all_of_them: Sequence[Capacity], roles: str) -> None:
        """Offer those that may sign, and say of the others why not; `roles` by name."""
        chosen = self.capacity()
        while item := self._capacity_column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for made in self._capacities.values():
            self._capacity_group.removeButton(made)
        self._capacities.clear()
        may = {one.id for one in allowed}
        indent = self._context.theme.px(5)
        for one in all_of_them or allowed:
            if one.id in may:
                made = QRadioButton(one.name.replace("&", "&&"))
                made.setAccessibleDescription(one.about)
                made.setChecked(one.id == chosen)
                made.toggled.connect(lambda _on: self.changed.emit())
                self._capacity_group.addButton(made)
                self._capacities[one.id] = made
                self._capacity_column.addWidget(made)
                why = one.about
            else:
                off = QRadioButton(f"{one.name}: not for this one".replace("&", "&&"))
                off.setEnabled(False)
                off.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                why = refused_words(one, roles)
                off.setAccessibleDescription(why)
                self._capacity_column.addWidget(off)
            if why:
                self._capacity_column.addWidget(_indented(indent, label(why, "small", wrap=True)))
        first = next(iter(self._capacities.values()), None)
        if first is not None:
            self.capacity_box.setFocusProxy(first)

    def look_for_key(self) -> None:
        """Look whether the person who is named has a key here, and show it."""
        self._look.stop()
        name = self.person
        if not name:
            self.key.fill_key(None, named=False)
            return
        keys = self._context.workspace.declarations.keys

        def came(key: SigningKey | None) -> None:
            if name == self.person:  # something else may have been typed meanwhile
                self.key.fill_key(key, named=True)

        self._context.read("Looking for the key", lambda _job: keys.key_for(name), came)

    @property
    def controls(self) -> list[QWidget]:
        """Its controls in the order in which they stand, for the Tab key."""
        who = [self.name, self.position, *self._capacities.values()]
        scan = [self.scan_path, self.choose_button, self.scan_preview.preview.text, self.scan_preview.preview.larger]
        return [*who, *self.ways.values(), *self.key.controls, *scan]

    def say_same(self, sentence: str) -> None:
        """Say that who prepared it signs it; '' = another person does."""
        self.same.setText(sentence)
        self.same.setVisible(bool(sentence))

    # -- what is typed -------------------------------------------------------------------------------------------------

    @property
    def person(self) -> str:
        """The full name, without needless blanks."""
        return " ".join(self.name.text().split())

    def words(self, *, confirmed: bool) -> SignatoryWords:
        """What the signatory typed and chose."""
        return SignatoryWords(self.person, self.position.text().strip(), self.capacity(), confirmed)

    def capacity(self) -> str:
        """The id of the chosen capacity; '' = none is chosen."""
        return next((name for name, made in self._capacities.items() if made.isChecked()), "")

    @property
    def by_scan(self) -> bool:
        """Whether a signed document takes the place of a key."""
        return self.ways["scan"].isChecked()

    def document(self) -> Path:
        """The signed document."""
        return Path(self.scan_path.text().strip()).expanduser()

    @property
    def typed(self) -> bool:
        """Whether anything was typed or chosen."""
        return any(field.text().strip() for field in (self.name, self.position, self.scan_path)) or bool(
            self.capacity()
        )

    def clear(self) -> None:
        """Empty every field."""
        for field in (self.name, self.position, self.scan_path):
            field.clear()
        self._capacity_group.setExclusive(False)
        for made in self._capacities.values():
            made.setChecked(False)
        self._capacity_group.setExclusive(True)
        self.ways["key"].setChecked(True)
        self.key.forget()
        self.show_wrong({})

    def look_at_document(self) -> None:
        """Show the document as it is now."""
        self.scan_preview.show_path(self.document() if self.scan_path.text().strip() else None)
        self.scan_preview.read()

    def choose_scan(self) -> None:
        """Let the person choose the signed document."""
        folder = Path(str(self._context.settings.value(FOLDER, "") or Path.home()))
        start = folder if folder.is_dir() else Path.home()
        chosen, _ = QFileDialog.getOpenFileName(self.window(), "The signed document", str(start), _SCANS)
        if chosen:
            self._context.settings.setValue(FOLDER, str(Path(chosen).parent))
            self.scan_path.setText(chosen)
            self.scan_preview.read()

    # -- what is wrong -------------------------------------------------------------------------------------------------

    def problems(self, sheet: Sheet, digest: str | None, *, confirmed: bool, grounds: str | None = None) -> list[Wrong]:
        """Everything that stands in the way of signing what was read, without asking the workspace."""
        found: list[Wrong] = []
        try:
            words = signatory(self.words(confirmed=confirmed))
            must_be_signable(sheet, words, digest, key=None, scan=self.by_scan, grounds=grounds)
        except SigningRefused as refused:
            # A first key is made while signing.
            found = [Wrong(one.field, one.text) for one in refused.problems if one.field != KEY]
        except InvalidInput as refused:
            found = [Wrong(refused.field, str(refused))]
        found += self._own_problems()
        return sorted(found, key=lambda one: ORDER.index(one.field) if one.field in ORDER else -1)

    def _own_problems(self) -> list[Wrong]:
        """What is wrong with what only the screen asks: the passphrase and its twin, the file."""
        if not self.by_scan:
            return self.key.problems()
        if not self.scan_path.text().strip():
            return [Wrong("scan", "Choose the signed document.")]
        if not self.document().is_file():
            return [Wrong("scan", f"There is no file “{self.document().name}” there.")]
        problem = self.scan_preview.problem()
        return [Wrong("scan", problem)] if problem else []

    def show_wrong(self, wrong: Mapping[str, str]) -> None:
        """Say at the fields what is wrong with them, in the words of the summary."""
        for name, asked in self.asked.items():
            asked.say_wrong(wrong.get(name, ""))
        self.key.show_wrong(dict(wrong))

    def field(self, name: str) -> QWidget | None:
        """The control of a field; None for one that is not here."""
        if name in self.asked:
            control = self.asked[name].control
            return control.focusProxy() or control
        return self.key.focus_field(name)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _named(self, _text: str) -> None:
        self._look.start()
        self.person_changed.emit(self.person)

    def _fit(self) -> None:
        self.key_place.setVisible(not self.by_scan)
        self.scan_place.setVisible(self.by_scan)
        self.changed.emit()


def with_first_key(keys: KeyService, person: str, passphrase: str, sign: Callable[[], SignedCopy]) -> SignedCopy:
    """Sign; where the only thing that is missing is a key, make it and sign then. On a worker."""
    try:
        return sign()
    except SigningRefused as refused:
        if [one.field for one in refused.problems] != [KEY]:
            raise
    keys.make(person, passphrase=passphrase)
    return sign()


def wrong_of(error: PlainError, *, scan: bool = False) -> list[Wrong]:
    """What a refusal says, at the fields that mend it; `scan`: a file that is refused is the signed document."""
    if isinstance(error, SigningRefused):
        return [Wrong(one.field, one.text) for one in error.problems]
    if isinstance(error, InvalidInput):
        return [Wrong({"person": "name"}.get(error.field, error.field), str(error))]
    return [Wrong("scan" if scan and isinstance(error, FileRefused) else "", str(error))]


def refused_words(one: Capacity, roles: str) -> str:
    """Why a capacity may not sign this one."""
    if not one.rec_only:
        return "The wording does not let it sign this one."
    return (
        "It may sign only where every role of the declaration is governed by the REC alone; "
        f"this one is made for {roles or 'other roles'}."
    )


def asked_keyring(job: Job) -> KeyringAnswer:
    """Ask the keyring of the operating system; on a worker, since it may wait for a prompt."""
    job.check()
    return KeyringAnswer(*keyring_state())


def _indented(indent: int, *widgets: QWidget) -> QWidget:
    place = QWidget()
    column = QVBoxLayout(place)
    column.setContentsMargins(indent, 0, 0, 0)
    column.setSpacing(round(place.fontMetrics().height() * 0.5))
    for one in widgets:
        column.addWidget(one)
    return place

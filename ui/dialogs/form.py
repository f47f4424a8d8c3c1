"""A small form: fields in a column, what is wrong beside the field, one verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.errors import InvalidInput, PlainError
from ui.dialogs.form_size import fit_height
from ui.dialogs.typed_text import TypedDialog
from ui.widgets.basics import button, label, main_button, set_role

SHORTEST_CHOICE = 24
"""Characters that a list of choices shows at least."""


@dataclass(frozen=True)
class Field:
    """One field: its machine name, its words, what stands in it, and the choices (id, words) if it is a choice."""

    name: str
    title: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    long: bool = False
    """A text of several lines; Tab leaves it."""
    suggestions: tuple[str, ...] = ()
    """What is often entered; offered while typing, anything else may stand there too."""


class FormDialog(TypedDialog):
    """Asks for some values; `check` gets them and raises InvalidInput, which is shown at its field."""

    def __init__(  # noqa: PLR0917 - one form, one call
        self,
        parent: QWidget | None,
        title: str,
        fields: tuple[Field, ...],
        verb: str,
        check: Callable[[dict[str, str]], object],
        intro: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._check = check
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(title, "heading"))
        if intro:
            column.addWidget(label(intro, "muted", wrap=True))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.fields: dict[str, QWidget] = {}
        for field in fields:
            widget = field_widget(field)
            widget.setAccessibleName(field.title)
            if field.hint:
                words = QLabel(field.title)
                words.setBuddy(widget)
                form.addRow(words, _with_hint(widget, field.hint))
            else:
                form.addRow(field.title, widget)
            self.fields[field.name] = widget
        column.addLayout(form)
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button(verb, self._accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.give_up)
        column.addWidget(box)
        self.setMinimumWidth(unit * 32)
        fit_height(self)

    def values(self) -> dict[str, str]:
        """What stands in the fields now, by name."""
        return {name: field_value(widget) for name, widget in self.fields.items()}

    def _accept(self) -> None:
        try:
            self._check(self.values())
        except InvalidInput as error:
            self.show_wrong(error)
            return
        self.accept()

    def show_wrong(self, error: PlainError) -> None:
        """Say what is wrong, at its field when it names one; the person goes on from there."""
        self.wrong.setText(str(error))
        self.wrong.show()
        fit_height(self)
        named = error.field if isinstance(error, InvalidInput) else ""
        for name, widget in self.fields.items():
            set_role(widget, wrong="true" if name == named else "false")
        if named in self.fields:
            self.fields[named].setFocus()


def _with_hint(widget: QWidget, hint: str) -> QVBoxLayout:
    """A control and its hint, nearer to each other than to the next row."""
    together = QVBoxLayout()
    together.setSpacing(widget.fontMetrics().height() // 8)
    together.setContentsMargins(0, 0, 0, widget.fontMetrics().height() // 3)
    together.addWidget(widget)
    together.addWidget(label(hint, "small", wrap=True))
    return together


def field_widget(field: Field) -> QWidget:
    """The control of a field."""
    if field.choices:
        combo = QComboBox()
        for key, words in field.choices:
            combo.addItem(words, key)
        combo.setCurrentIndex(max(0, combo.findData(field.value)))
        return narrow(combo)
    if field.long:
        text = QPlainTextEdit(field.value)
        text.setTabChangesFocus(True)
        text.setFixedHeight(text.fontMetrics().height() * 5)
        return text
    line = QLineEdit(field.value)
    if field.suggestions:
        offered = QCompleter(list(field.suggestions), line)
        offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        offered.setFilterMode(Qt.MatchFlag.MatchContains)
        line.setCompleter(offered)
    return line


def narrow(combo: QComboBox) -> QComboBox:
    """Let a list be as wide as there is room: names are long, and it would take the room of what stands beside it."""
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(SHORTEST_CHOICE)
    return combo


def field_value(widget: QWidget) -> str:
    """What stands in a control that `field_widget` made."""
    if isinstance(widget, QComboBox):
        return str(widget.currentData() or "")
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText().strip()
    assert isinstance(widget, QLineEdit)
    return widget.text().strip()


def ask(  # noqa: PLR0917 - the same as the dialog
    parent: QWidget | None,
    title: str,
    fields: tuple[Field, ...],
    verb: str,
    check: Callable[[dict[str, str]], object],
    intro: str = "",
) -> Mapping[str, str] | None:
    """Show the form; the values that `check` passed, or None if the person cancelled."""
    dialog = FormDialog(parent, title, fields, verb, check, intro)
    try:
        return dialog.values() if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()

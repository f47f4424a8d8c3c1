"""The question before something that is not easily taken back: the button carries the verb and the number."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from ui.widgets.basics import button, label, main_button


class Question(QDialog):
    """A heading and a text over `box`, whose buttons are the answers."""

    def __init__(self, parent: QWidget | None, title: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleDescription(text)
        column = QVBoxLayout(self)
        unit = self.fontMetrics().height()
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(title, "heading", wrap=True))
        column.addWidget(label(text, wrap=True, selectable=True))
        self.box = QDialogButtonBox(self)
        self.box.rejected.connect(self.reject)
        column.addWidget(self.box)
        self.setMinimumWidth(unit * 26)


class ConfirmDialog(Question):
    """`verb` is the whole action ("Accept 312 findings"); Cancel has the focus when it is `dangerous`.

    `other`: the second button, where nothing is left to cancel ("Close").
    """

    def __init__(
        self, parent: QWidget | None, title: str, text: str, verb: str, *, dangerous: bool = False, other: str = ""
    ) -> None:
        super().__init__(parent, title, text)
        self.verb = button(verb, self.accept, role="danger" if dangerous else "primary")
        main_button(self.box, self.verb)
        cancel = self.box.addButton(QDialogButtonBox.StandardButton.Cancel)
        if other:
            cancel.setText(other)
        if dangerous:
            cancel.setDefault(True)
        (cancel if dangerous else self.verb).setFocus()


def confirm(
    parent: QWidget | None, title: str, text: str, verb: str, *, dangerous: bool = False, other: str = ""
) -> bool:
    """Ask, and say whether the person pressed the verb."""
    dialog = ConfirmDialog(parent, title, text, verb, dangerous=dangerous, other=other)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()

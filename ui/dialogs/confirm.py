"""The question before something that is not easily taken back: the button carries the verb and the number."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from ui.widgets.basics import button, label, main_button


class ConfirmDialog(QDialog):
    """`verb` is the whole action ("Accept 312 findings"); Cancel has the focus when it is `dangerous`.

    `other`: the second button, where nothing is left to cancel ("Close").
    """

    def __init__(
        self, parent: QWidget | None, title: str, text: str, verb: str, *, dangerous: bool = False, other: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleDescription(text)
        column = QVBoxLayout(self)
        unit = self.fontMetrics().height()
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(title, "heading", wrap=True))
        column.addWidget(label(text, wrap=True, selectable=True))
        box = QDialogButtonBox(self)
        self.verb = button(verb, self.accept, role="danger" if dangerous else "primary")
        main_button(box, self.verb)
        cancel = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        if other:
            cancel.setText(other)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.setMinimumWidth(unit * 26)
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

"""After sealing: where the pack is, and the fingerprint to tell the recipient by another way."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop.packs.model import Built
from ui.dialogs.confirm import ConfirmDialog
from ui.widgets.basics import button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.declaration_look import grouped


class SealedDialog(ConfirmDialog):
    """The files, the fingerprint in groups of four as who verifies the pack sees it, and a button that copies it."""

    def __init__(self, parent: QWidget | None, built: Built) -> None:
        words = "\n".join(str(one) for one in built.parts)
        told = f"{words}\n\nTell the recipient the fingerprint of the key by another way:"
        super().__init__(parent, "The pack is sealed", told, "Show the folder", other="Close")
        self._fingerprint = grouped(built.fingerprint)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        figures = label(grouped(built.fingerprint, rows=2), "strong", selectable=True)
        figures.setAccessibleName("Fingerprint of the key")
        self.copy_button = button("Copy the fingerprint", self.copy)
        last = column.count() - 1
        column.insertWidget(last, figures)
        column.insertWidget(last + 1, ButtonRow(self.copy_button))

    def copy(self) -> None:
        """Put the fingerprint on the clipboard, and say so on the button."""
        QGuiApplication.clipboard().setText(self._fingerprint)
        self.copy_button.setText("Copied")


def show_sealed(parent: QWidget, built: Built) -> bool:
    """Show it until it is closed; whether the folder is wanted."""
    dialog = SealedDialog(parent, built)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()

"""A question with more than one way on: a button for each, and Cancel, which changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from ui.dialogs.confirm import Question
from ui.widgets.basics import button, main_button


class WhichWayDialog(Question):
    """`ways`: (what is given back, words of the button), the likeliest first; Return presses that one."""

    def __init__(self, parent: QWidget | None, title: str, text: str, ways: Sequence[tuple[str, str]]) -> None:
        super().__init__(parent, title, text)
        self.chosen = ""
        for place, (way, words) in enumerate(ways):
            made = button(words, partial(self._choose, way), role="" if place else "primary")
            if place:
                self.box.addButton(made, QDialogButtonBox.ButtonRole.ActionRole)
            else:
                main_button(self.box, made)
                self.verb = made
        self.box.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.verb.setFocus()

    def _choose(self, way: str) -> None:
        self.chosen = way
        self.accept()


def which_way(parent: QWidget | None, title: str, text: str, ways: Sequence[tuple[str, str]]) -> str:
    """Ask; the way that was chosen, '' when the person cancelled, pressed Escape or closed it."""
    dialog = WhichWayDialog(parent, title, text, ways)
    try:
        return dialog.chosen if dialog.exec() == QDialog.DialogCode.Accepted else ""
    finally:
        dialog.deleteLater()

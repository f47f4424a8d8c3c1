"""What was typed is not lost by a slip of the finger: Escape on a form with typed text asks once."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDialog, QLineEdit, QPlainTextEdit

from ui.dialogs.confirm import confirm


class TypedDialog(QDialog):
    """A dialog that is typed into. `give_up` is for its Cancel, which says what it does; nothing is asked there.

    Only texts count: what was chosen is chosen again in a moment. What a search box holds is no text to keep.
    """

    _began: tuple[str, ...] | None = None

    def showEvent(self, event: QShowEvent) -> None:
        """Remember what stood there before anybody typed."""
        super().showEvent(event)
        if self._began is None:
            self._began = tuple(self._texts())

    def typed_in(self) -> bool:
        """Whether any text stands otherwise than when the dialog was shown."""
        return self._began is not None and tuple(self._texts()) != self._began

    def give_up(self) -> None:
        """Close it; nothing is kept."""
        super().reject()

    def reject(self) -> None:
        """Escape, or the window's own close: asked about once, if anything was typed."""
        if not self.typed_in() or confirm(
            self, "Throw away what you typed?", "It is not kept anywhere yet.", "Throw away",
            dangerous=True, other="Keep editing",
        ):  # fmt: skip
            self.give_up()

    def _texts(self) -> Iterator[str]:
        """The texts of all fields, hidden ones too: a field may be shown and hidden by a choice."""
        for line in self.findChildren(QLineEdit):
            if not line.isClearButtonEnabled() and not isinstance(line.parent(), QComboBox | QAbstractSpinBox):
                yield line.text().strip()
        for text in self.findChildren(QPlainTextEdit):
            if not text.isReadOnly():
                yield text.toPlainText().strip()

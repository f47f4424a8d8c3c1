"""Covers the window while a file is dragged over it and says what dropping it would do, or why it cannot be dropped."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.basics import label, set_role


class DropOverlay(QFrame):
    """A dashed frame with one sentence. The window decides what the sentence is."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._window = theme, parent
        self.setProperty("role", "drop")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.addStretch()
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._words = label("", "heading", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._picture)
        column.addWidget(self._words)
        column.addStretch()
        self.hide()

    def offer(self, text: str, *, refused: bool) -> None:
        """Show the sentence over the whole window."""
        self._words.setText(text)
        self.setAccessibleName(text)
        self._picture.setPixmap(
            self._theme.pixmap("error" if refused else "imports", 48, "block" if refused else "accent")
        )
        set_role(self, refused="true" if refused else "false")
        margin = self._theme.px(4)
        self.setGeometry(self._window.rect().adjusted(margin, margin, -margin, -margin))
        self.raise_()
        self.show()

    @property
    def text(self) -> str:
        """What it says now."""
        return self._words.text()

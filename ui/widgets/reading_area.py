"""What a dialog asks a person to read before its button is pressed: it has the focus, and Return reads on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class ReadingArea(QScrollArea):
    """Scrolls downwards only. Return on it does not press the dialog's button: it reads on, as Page Down does."""

    def __init__(self, name: str, inside: QWidget) -> None:
        """`name` is spoken."""
        super().__init__()
        self.setProperty("role", "reading")
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Only where the focus is on the area itself: a box in it leaves Return to the dialog, as ever."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.window().focusWidget() is self:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + bar.pageStep())
            event.accept()
        else:
            super().keyPressEvent(event)

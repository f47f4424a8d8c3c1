"""Says, while a file is dragged over the window, what dropping it would do, or why it cannot be dropped."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.basics import label, set_role


class DropOverlay(QFrame):
    """A dashed frame with one sentence. The window decides what the sentence is.

    It covers the window; where only a part of it would take the files (a row, a pane) it is a band at the foot, and
    that part has a frame of its own.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._window = theme, parent
        self.setProperty("role", "drop")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._mark = QFrame(parent)
        self._mark.setProperty("role", "drop-mark")
        self._mark.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._mark.hide()
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

    def offer(self, text: str, *, refused: bool, area: QRect | None = None) -> None:
        """Show the sentence over the whole window, or at its foot with a frame around `area` (global coordinates)."""
        self._words.setText(text)
        self.setAccessibleName(text)
        self._picture.setPixmap(
            self._theme.pixmap("error" if refused else "imports", 48, "block" if refused else "accent")
        )
        self._picture.setVisible(area is None)
        for frame in (self, self._mark):
            set_role(frame, refused="true" if refused else "false")
        margin = self._theme.px(4)
        whole = self._window.rect().adjusted(margin, margin, -margin, -margin)
        self._mark.setVisible(area is not None)
        if area is not None:
            framed = QRect(self._window.mapFromGlobal(area.topLeft()), area.size())
            self._mark.setGeometry(framed.intersected(self._window.rect()))
            self._mark.raise_()
            whole = self._band(whole, framed)
        self.setGeometry(whole)
        self.raise_()
        self.show()

    def hide(self) -> None:
        """Take sentence and frame away."""
        super().hide()
        self._mark.hide()

    def _band(self, whole: QRect, framed: QRect) -> QRect:
        """A strip at the foot of the window, or at its head where it would hide the row it speaks of."""
        height = max(self._theme.px(7) * 2, self._words.heightForWidth(whole.width()) + self._theme.px(6))
        foot = QRect(QPoint(whole.left(), whole.bottom() - height), whole.bottomRight())
        is_row = framed.height() < whole.height() // 3
        return (
            QRect(whole.topLeft(), QPoint(whole.right(), whole.top() + height))
            if (is_row and foot.intersects(framed))
            else foot
        )

    @property
    def text(self) -> str:
        """What it says now."""
        return self._words.text()

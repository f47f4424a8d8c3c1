"""The status bar: a passing message is shown in one line and, where it is too long, cut with an ellipsis."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStatusBar, QStyle, QStyleOption, QWidget

BETWEEN = " · "
"""Between the lines of a message of several."""
MARGIN = 6
"""Pixels before the message, as Qt has them."""


class PassingBar(QStatusBar):
    """As Qt's own, which draws a long message under its widgets, cut within a letter. The tooltip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.messageChanged.connect(self.setToolTip)

    def pass_by(self, text: str, milliseconds: int) -> None:
        """Show a message for a time, its lines beside each other."""
        self.showMessage(BETWEEN.join(line for line in text.splitlines() if line), milliseconds)

    def shown(self) -> str:
        """The message as it is drawn: with an ellipsis at its end where it does not fit."""
        return self.fontMetrics().elidedText(
            self.currentMessage(), Qt.TextElideMode.ElideRight, self._room().width(), Qt.TextFlag.TextSingleLine
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.currentMessage():
            super().paintEvent(event)
            return
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelStatusBar, option, painter, self)
        painter.setPen(self.palette().windowText().color())
        alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self._room(), alignment | Qt.TextFlag.TextSingleLine, self.shown())
        painter.end()

    def _room(self) -> QRect:
        """What the widgets at the right leave to the message."""
        widgets = [one for one in self.children() if isinstance(one, QWidget) and one.isVisibleTo(self)]
        end = min((one.x() for one in widgets), default=self.width()) - 2 * MARGIN
        return QRect(MARGIN, 0, max(0, end - MARGIN), self.height())

"""Links in a pane: one line that goes somewhere, shortened with dots where the pane is narrow."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.basics import follow_icon

NARROWEST = 8
"""Characters that a link keeps at least."""


class LinkLine(QPushButton):
    """A link as wide as its words, or as its pane; the whole text is its tooltip and its accessible name."""

    def __init__(self, text: str, go: Callable[[], object], *, theme: Theme | None = None, icon: str = "") -> None:
        super().__init__(text)
        self.setProperty("role", "link")
        self.setAutoDefault(False)
        self.setToolTip(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if theme is not None and icon:
            follow_icon(self, theme, icon, "accent")
        self.clicked.connect(lambda _checked=False: go())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * NARROWEST, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """The line's own width when there is room; a pane that is narrower shortens it."""
        whole = super().sizeHint()
        parent = self.parentWidget()
        return QSize(min(whole.width(), parent.width()) if parent and parent.width() else whole.width(), whole.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        room = inside - (self.iconSize().width() + 4 if not self.icon().isNull() else 0)
        option.text = self.fontMetrics().elidedText(self.text().replace("&", "&&"), Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)


class Lines(QWidget):
    """A column of widgets that is filled anew again and again."""

    def __init__(self, gap: int = 2) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(gap)

    def fill(self, widgets: list[QWidget]) -> None:
        """Show these in place of what is shown."""
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for widget in widgets:
            self._column.addWidget(widget)

    def shown(self) -> list[QWidget]:
        """What is shown, from the top."""
        found = [self._column.itemAt(place) for place in range(self._column.count())]
        return [widget for item in found if item is not None and (widget := item.widget()) is not None]

"""Counts as bars that are buttons: icon, words, number and a bar for the share; a click shows what is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme


@dataclass(frozen=True)
class CountBar:
    """One bar: what a click asks for (`key`), the words, the count and what to say of it, icon and colour role."""

    key: str
    title: str
    count: int
    note: str = ""
    icon: str = ""
    role: str = "accent"


class _Bar(QPushButton):
    """Paints itself: the words, the number at the right, the bar under them."""

    def __init__(self, theme: Theme, bar: CountBar, most: int) -> None:
        super().__init__()
        self._theme, self._bar, self._most = theme, bar, max(1, most)
        self.setProperty("role", "link")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.setAccessibleName(f"{bar.title}: {bar.count:,}. {bar.note}".strip())
        self.setToolTip(f"Show these findings. {bar.note}".strip())
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        height = self.fontMetrics().height()
        return QSize(height * 14, round(height * 2.1))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 8, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, height, width = self._theme.tokens, self.fontMetrics().height(), self.width()
        if self.hasFocus() or self.underMouse():
            painter.setPen(QColor(tokens.focus) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.raised))
            painter.drawRoundedRect(QRectF(1, 1, width - 2, self.height() - 2), 4, 4)
        pad, top = round(height * 0.4), round(height * 0.2)
        left = pad
        if self._bar.icon:
            pixmap = self._theme.pixmap(self._bar.icon, round(height * 1.05), self._bar.role)
            painter.drawPixmap(left, top, pixmap)
        left += round(height * 1.5)
        number = f"{self._bar.count:,}"
        painter.setFont(self._theme.font("body", bold=True))
        painter.setPen(QColor(tokens.text))
        number_width = painter.fontMetrics().horizontalAdvance(number)
        painter.drawText(width - pad - number_width, top + painter.fontMetrics().ascent(), number)
        painter.setFont(self._theme.font("body"))
        metrics = painter.fontMetrics()
        title_width = metrics.horizontalAdvance(self._bar.title)
        painter.drawText(left, top + metrics.ascent(), self._bar.title)
        room = width - pad - number_width - left - title_width - 2 * pad
        painter.setPen(QColor(tokens.muted))
        painter.setFont(self._theme.font("small"))
        note = painter.fontMetrics().elidedText(self._bar.note, Qt.TextElideMode.ElideRight, max(0, room))
        if room > height * 3:
            painter.drawText(left + title_width + pad, top + metrics.ascent(), note)
        track = QRectF(left, top + height * 1.25, width - left - pad, max(4.0, height * 0.32))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(track, 2, 2)
        if self._bar.count:
            filled = QRectF(track)
            filled.setWidth(max(4.0, track.width() * self._bar.count / self._most))
            painter.setBrush(QColor(getattr(tokens, self._bar.role)))
            painter.drawRoundedRect(filled, 2, 2)


class CountBars(QWidget):
    """A column of bars; `wanted(key)` is called when one is pressed."""

    def __init__(self, theme: Theme, wanted: Callable[[str], object]) -> None:
        super().__init__()
        self._theme, self._wanted = theme, wanted
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.bars: dict[str, QPushButton] = {}
        theme.changed.connect(self.update)

    def fill(self, bars: Sequence[CountBar]) -> None:
        """Show these, the longest bar for the largest count."""
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        most = max((bar.count for bar in bars), default=1)
        self.bars = {}
        for bar in bars:
            made = _Bar(self._theme, bar, most)
            made.clicked.connect(lambda _checked=False, key=bar.key: self._wanted(key))
            self.bars[bar.key] = made
            self._column.addWidget(made)
        self._column.addStretch()

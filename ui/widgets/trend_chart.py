"""The trend over runs as stacked columns by severity; its description says the same to those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.cleanse.model import Severity
from desktop.cleanse.overview import TrendPoint
from ui.theme.theme import Theme

SHOWN = 24
"""The newest so many runs are drawn."""
_ROLES = {Severity.BLOCK: "block", Severity.HIGH: "high", Severity.MED: "med", Severity.LOW: "low"}


def spoken(point: TrendPoint) -> str:
    """One run in words."""
    counts = ", ".join(f"{point.by_severity.get(severity, 0):,} {severity.value}" for severity in Severity)
    return f"{point.as_of:%d %b %Y}: {counts}; {point.new:,} new, {point.gone:,} gone"


class TrendChart(QWidget):
    """Painted anew from at most 24 runs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._points: tuple[TrendPoint, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Trend of findings over the runs")
        theme.changed.connect(self.update)

    def fill(self, points: Sequence[TrendPoint]) -> None:
        """Show these runs, oldest first."""
        self._points = tuple(points)[-SHOWN:]
        self.setAccessibleDescription(". ".join(spoken(point) for point in self._points))
        self.update()

    def sizeHint(self) -> QSize:
        height = self.fontMetrics().height()
        return QSize(height * 20, height * 9)

    def minimumSizeHint(self) -> QSize:
        height = self.fontMetrics().height()
        return QSize(height * 10, height * 7)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._points:
            place = min(len(self._points) - 1, int(event.pos().x() / max(1.0, self.width() / len(self._points))))
            QToolTip.showText(event.globalPos(), spoken(self._points[place]), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("small"))
        tokens, line = self._theme.tokens, painter.fontMetrics().height()
        most = max(1, *(sum(point.by_severity.values()) for point in self._points))
        step = self.width() / len(self._points)
        wide = min(step * 0.6, line * 3.2)
        floor, room = self.height() - line * 1.3, self.height() - line * 2.7
        for place, point in enumerate(self._points):
            middle, top = step * (place + 0.5), floor
            for severity in reversed(Severity):
                count = point.by_severity.get(severity, 0)
                if not count:
                    continue
                tall = max(2.0, room * count / most)
                top -= tall
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(getattr(tokens, _ROLES[severity])))
                painter.drawRect(QRectF(middle - wide / 2, top, wide, tall - 1))
            painter.setPen(QColor(tokens.text))
            total = f"{sum(point.by_severity.values()):,}"
            if painter.fontMetrics().horizontalAdvance(total) < step:
                box = QRectF(middle - step / 2, top - line * 1.15, step, line)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, total)
            date = f"{point.as_of:%d %b}"
            if painter.fontMetrics().horizontalAdvance(date) < step:
                painter.setPen(QColor(tokens.muted))
                painter.drawText(
                    QRectF(middle - step / 2, floor + line * 0.2, step, line), Qt.AlignmentFlag.AlignCenter, date
                )
        painter.setPen(QColor(tokens.outline))
        painter.drawLine(0, round(floor), self.width(), round(floor))

"""What the marks of the timeline mean, under the chart and at the foot of each printed page."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import Theme
from ui.widgets.timeline_frame import LEFT
from ui.widgets.timeline_look import Look
from ui.widgets.timeline_marks import sample

_MARKS = (
    ("baseline", "Baseline"),
    ("planned", "Planned"),
    ("pushed", "Pushed on"),
    ("actual", "Actual"),
    ("instant", "Milestone, go/no-go"),
    ("decides", "Critical path"),
)


def paint_legend(painter: QPainter, look: Look, box: QRectF) -> None:
    """Paint it from the corner of a place, in as many lines as it takes."""
    painter.setFont(look.small)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for (name, words), at in zip(_MARKS, _places(look, box.width()), strict=True):
        place = at.translated(box.topLeft())
        sample(painter, look, name, QRectF(place.left(), place.top(), _sample(look), place.height()))
        painter.setPen(look.muted)
        painter.drawText(place.adjusted(_sample(look) + look.character * 0.7, 0, 0, 0), LEFT, words)


def legend_height(look: Look, width: float) -> float:
    """How tall it is at a width."""
    return max(place.bottom() for place in _places(look, width))


class Legend(QWidget):
    """The legend in the window; follows the theme."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName("What the marks mean")
        self.setToolTip("Critical path: the chain of activities that decides when the plan ends.")
        self.setAccessibleDescription(
            "A thin outline is the baseline, a filled bar what is planned, a hatched part what is pushed on, a solid "
            "bar what really happened, a diamond a milestone or a decision; a thick edge marks the critical path, "
            "the chain of activities that decides when the plan ends."
        )
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(legend_height(self._look(), width))

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 30, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 10, round(self.fontMetrics().height() * 1.5))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_legend(QPainter(self), self._look(), QRectF(0, 0, self.width(), self.height()))

    def _look(self) -> Look:
        return Look.of(self._theme, self.devicePixelRatioF())


def _places(look: Look, width: float) -> list[QRectF]:
    """Where each mark with its words stands, from a corner at 0, 0."""
    tall, x, y = look.line * 1.5, 0.0, 0.0
    places = []
    for _name, words in _MARKS:
        wide = _sample(look) + look.small_words.horizontalAdvance(words) + look.character * 3
        if x and x + wide > width:
            x, y = 0.0, y + tall
        places.append(QRectF(x, y, wide, tall))
        x += wide
    return places


def _sample(look: Look) -> float:
    return look.line * 1.8

"""Colours, fonts and measures of a painting of the timeline, and where everything stands on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from ui.theme import icons
from ui.theme.theme import Theme
from ui.theme.tokens import Tokens, mixed
from ui.widgets.timeline_rows import Chart
from ui.widgets.timeline_scale import Scale


class Look:
    """Colours, fonts and measures of one painting. `ratio`: how fine icons are drawn; `least`: the thinnest line."""

    def __init__(  # noqa: PLR0917 - made in two places
        self, tokens: Tokens, body: QFont, bold: QFont, small: QFont, ratio: float, least: float
    ) -> None:
        self.tokens, self.body, self.bold, self.small, self.ratio = tokens, body, bold, small, ratio
        self.words = QFontMetricsF(body)
        self.bold_words = QFontMetricsF(bold)
        self.small_words = QFontMetricsF(small)
        self.line = self.words.height()
        self.row = round(self.line * 1.75)
        self.header = round(self.line * 4.1)
        self.character = self.small_words.averageCharWidth()
        self.thin = max(least, self.line / 18)
        contrast = tokens.name == "contrast"
        self.text, self.muted = QColor(tokens.text), QColor(tokens.muted)
        self.surface, self.raised, self.soft = QColor(tokens.surface), QColor(tokens.raised), QColor(tokens.soft)
        self.grid, self.outline = QColor(tokens.line), QColor(tokens.outline)
        self.accent, self.focus = QColor(tokens.accent), QColor(tokens.focus)
        self.rest = QColor(mixed(tokens.text, tokens.surface, 0.2 if contrast else 0.07))
        self.faint_grid = QColor(mixed(tokens.line, tokens.surface, 0.6))
        self.hover = QColor(mixed(tokens.text, tokens.surface, 0.16 if contrast else 0.045))
        self.bar = QColor(mixed(tokens.accent, tokens.surface, 0.3))
        self.bar_edge = QColor(mixed(tokens.accent, tokens.surface, 0.75))
        self.actual = QColor(mixed(tokens.accent, tokens.text, 0.6))
        self.push = QColor(tokens.high)
        self.today = QColor(tokens.block)
        self.flag = QColor(tokens.good)
        self.link = QColor(mixed(tokens.muted, tokens.surface, 0.75))

    @classmethod
    def of(cls, theme: Theme, ratio: float) -> Look:
        """As the window looks now."""
        return cls(theme.tokens, theme.font(), theme.font(bold=True), theme.font("small"), ratio, 1.0)

    def hatch(self, painter: QPainter, shape: QPainterPath, colour: QColor) -> None:
        """Fill a shape with slanted lines: drawn one by one, as a pattern has the dots of the device on paper."""
        box, step = shape.boundingRect(), self.line * 0.28
        painter.save()
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(colour, self.thin))
        x = box.left() - box.left() % step - box.height()
        lines = []
        while x < box.right():
            lines.append(QLineF(x, box.bottom(), x + box.height(), box.top()))
            x += step
        painter.drawLines(lines)
        painter.restore()

    def icon(self, painter: QPainter, name: str, role: str, x: float, middle: float) -> None:
        """Draw an icon of the window from its left edge."""
        size = round(self.line * 0.95)
        picture = icons.pixmap(name, getattr(self.tokens, role), size, self.ratio)
        painter.drawPixmap(QRectF(x, middle - size / 2, size, size), picture, QRectF(picture.rect()))


@dataclass(frozen=True)
class Place:
    """Where the chart stands on the picture: the columns left of `left`, the header above `top`, both frozen."""

    left: float
    top: float
    width: float
    height: float
    row: float
    scroll: float
    """How far the rows are scrolled, in pixels."""
    scale: Scale
    """0 of it is at `left`."""

    def y(self, place: float) -> float:
        """The top of a row."""
        return self.top + place * self.row - self.scroll

    def x(self, at: datetime) -> float:
        """Where a time stands."""
        return self.left + self.scale.x(at)

    @property
    def rows(self) -> tuple[int, int]:
        """The first row that shows, and the one after the last."""
        first = int(self.scroll // self.row)
        return max(0, first), int((self.scroll + self.height - self.top) // self.row) + 1


@dataclass(frozen=True)
class Marked:
    """What the person has their hands on."""

    current: int = -1
    """Place of the chosen row."""
    hovered: int = -1
    focus: bool = False


@dataclass(frozen=True)
class Canvas:
    """What everything that paints a part of the timeline is given."""

    painter: QPainter
    look: Look
    made: Chart
    place: Place
    marked: Marked = field(default_factory=Marked)

    @property
    def shown(self) -> range:
        """The places of the rows that show."""
        first, last = self.place.rows
        return range(first, min(last, len(self.made.rows)))

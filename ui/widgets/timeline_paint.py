"""How the timeline looks: the painting of its header, rows, marks and arrows, the same on the screen and on paper.

Nothing is said by colour alone: what decides the end has a thick edge and thick arrows, what is pushed is hatched, the
baseline is an outline, the actual is solid, red, amber and green have the shapes that the table has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from desktop.cutover.model import Activity, ActivityState, Rag
from desktop.working_days import WorkingDays
from ui.theme import icons
from ui.theme.theme import Theme
from ui.theme.tokens import Tokens, mixed
from ui.widgets.cutover_look import rag_look, state_look
from ui.widgets.timeline_rows import Chart, Flag, Link, Row, Span
from ui.widgets.timeline_scale import Scale, Ticks, resting, ticks

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_LEAST_DAY = 2.5
"""Pixels below which days are not shaded one by one."""
_MOST_KEY = 14
"""Characters of a key that its column makes room for."""


class Look:
    """Colours, fonts and measures of one painting. `ratio`: how fine icons are drawn."""

    def __init__(self, tokens: Tokens, body: QFont, bold: QFont, small: QFont, ratio: float = 1.0) -> None:
        self.tokens, self.body, self.bold, self.small, self.ratio = tokens, body, bold, small, ratio
        self.words = QFontMetricsF(body)
        self.bold_words = QFontMetricsF(bold)
        self.small_words = QFontMetricsF(small)
        self.line = self.words.height()
        self.row = round(self.line * 1.75)
        self.header = round(self.line * 4.1)
        self.character = self.small_words.averageCharWidth()
        self.thin = max(1.0, self.line / 18)
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
        return cls(theme.tokens, theme.font(), theme.font(bold=True), theme.font("small"), ratio)

    def hatch(self, colour: QColor) -> QBrush:
        """Slanted lines."""
        return QBrush(colour, Qt.BrushStyle.BDiagPattern)

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


def paint(
    painter: QPainter, look: Look, made: Chart, place: Place, days: WorkingDays | None, marked: Marked | None = None
) -> None:
    """Paint the rows that show, with header and columns. Everything is clipped to `place`."""
    marked = marked or Marked()
    heads = ticks(place.scale, 0, place.width - place.left, look.character)
    first, last = place.rows
    shown = range(first, min(last, len(made.rows)))
    painter.fillRect(QRectF(0, 0, place.width, place.height), look.surface)
    painter.save()
    painter.setClipRect(QRectF(0, place.top, place.width, place.height - place.top))
    _shade(painter, look, place, days)
    _bands(painter, look, made, place, shown, marked)
    painter.save()
    painter.setClipRect(
        QRectF(place.left, place.top, place.width - place.left, place.height - place.top),
        Qt.ClipOperation.IntersectClip,
    )
    _grid(painter, look, place, heads)
    _lines_of_days(painter, look, made, place)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _arrows(painter, look, made, place, shown, marked.current)
    for number in shown:
        row = made.rows[number]
        if row.activity:
            _marks(painter, look, row, place, number)
        elif row.forecast:
            _bracket(painter, look, row.forecast, place, number)
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _column(painter, look, made, place, shown)
    if 0 <= marked.current < len(made.rows) and marked.focus:
        _ring(painter, look, place, marked.current)
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    _header(painter, look, made, place, heads)
    painter.setPen(QPen(look.outline, look.thin))
    painter.drawLine(QPointF(place.left, 0), QPointF(place.left, place.height))


def key_width(look: Look, made: Chart) -> float:
    """How wide the column of keys is."""
    longest = max((len(row.activity.details.key) for row in made.rows if row.activity), default=4)
    if longest <= _MOST_KEY:
        keys = {row.activity.details.key for row in made.rows if row.activity}
        return max((look.small_words.horizontalAdvance(key) for key in keys), default=0) + look.character
    return look.small_words.averageCharWidth() * (_MOST_KEY + 1)


def flag_places(look: Look, made: Chart, place: Place) -> Iterable[tuple[Flag, QRectF]]:
    """The names of milestones that have room in the header, with their places."""
    free = place.left
    for flag in made.flags:
        x = place.x(flag.at)
        if not place.left - 1 <= x <= place.width:
            continue
        wide = look.small_words.horizontalAdvance(flag.name) + look.character * 1.5
        start = min(max(x - wide / 2, place.left), place.width - wide)
        if start >= free - 0.5:
            free = start + wide
            yield flag, QRectF(start, place.top - look.line * 1.35, wide, look.line * 1.2)


# -- behind ------------------------------------------------------------------------------------------------------------


def _shade(painter: QPainter, look: Look, place: Place, days: WorkingDays | None) -> None:
    if days is None or place.scale.per_day < _LEAST_DAY:
        return
    for start, stop in resting(place.scale, 0, place.width - place.left, days):
        left = max(place.left, place.x(start))
        painter.fillRect(QRectF(left, place.top, place.x(stop) - left, place.height - place.top), look.rest)


def _bands(painter: QPainter, look: Look, made: Chart, place: Place, shown: range, marked: Marked) -> None:
    for number in shown:
        whole = QRectF(0, place.y(number), place.width, place.row)
        if number == marked.current:
            painter.fillRect(whole, look.soft)
        elif made.rows[number].activity is None:
            painter.fillRect(whole, look.raised)
        elif number == marked.hovered:
            painter.fillRect(whole, look.hover)
    painter.setPen(QPen(look.faint_grid, look.thin))
    for number in shown:
        y = place.y(number + 1)
        painter.drawLine(QPointF(0, y), QPointF(place.width, y))


def _grid(painter: QPainter, look: Look, place: Place, heads: Ticks) -> None:
    painter.setPen(QPen(look.faint_grid, look.thin))
    for tick in heads.lower:
        x = round(place.x(tick.at))
        painter.drawLine(QPointF(x, place.top), QPointF(x, place.height))
    painter.setPen(QPen(look.grid, look.thin))
    for tick in heads.upper:
        x = round(place.x(tick.at))
        painter.drawLine(QPointF(x, place.top), QPointF(x, place.height))


def _lines_of_days(painter: QPainter, look: Look, made: Chart, place: Place) -> None:
    for flag in made.flags:
        x = place.x(flag.at)
        if place.left <= x <= place.width:
            painter.setPen(QPen(look.flag, look.thin * 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, place.top), QPointF(x, place.height))
    x = place.x(made.now)
    if place.left <= x <= place.width:
        painter.setPen(QPen(look.today, look.thin * 2))
        painter.drawLine(QPointF(x, place.top), QPointF(x, place.height))


# -- marks -------------------------------------------------------------------------------------------------------------


def _marks(painter: QPainter, look: Look, row: Row, place: Place, number: int) -> None:
    one = row.activity
    assert one is not None
    spans = [span for span in (row.baseline, row.planned, row.forecast, row.actual) if span]
    if not spans:
        return
    right = place.scale.x(max(span.finish for span in spans))
    if right < -place.row or place.scale.x(min(span.start for span in spans)) > place.width - place.left + place.row:
        return
    (_diamonds if row.instant else _bars)(painter, look, row, one, place, place.y(number) + place.row / 2)


def _bars(painter: QPainter, look: Look, row: Row, one: Activity, place: Place, middle: float) -> None:
    tall = place.row * 0.44
    edge = _edge(look, one)
    planned, forecast = row.planned or row.forecast, row.forecast or row.planned
    if row.baseline:
        painter.setPen(QPen(look.outline, look.thin * 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(_box(place, row.baseline, middle + place.row * 0.36, place.row * 0.13))
    if planned and forecast:
        if not one.finished and forecast.finish > planned.finish:
            _pushed(painter, look, Span(max(planned.finish, forecast.start), forecast.finish), planned, place, middle)
        painter.setPen(edge)
        painter.setBrush(Qt.BrushStyle.NoBrush if one.state is ActivityState.NOT_NEEDED else look.bar)
        painter.drawRoundedRect(_box(place, planned, middle, tall), look.thin * 2, look.thin * 2)
    if row.actual:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.actual)
        painter.drawRect(_box(place, row.actual, middle, tall * 0.5))


def _pushed(painter: QPainter, look: Look, part: Span, planned: Span, place: Place, middle: float) -> None:
    box = _box(place, part, middle, place.row * 0.44)
    painter.setPen(QPen(look.push, look.thin * 1.2, Qt.PenStyle.DotLine))
    if part.start > planned.finish:
        painter.drawLine(QPointF(place.x(planned.finish), middle), QPointF(box.left(), middle))
    painter.setPen(QPen(look.push, look.thin * 1.2))
    painter.setBrush(look.hatch(look.push))
    painter.drawRoundedRect(box, look.thin * 2, look.thin * 2)


def _diamonds(painter: QPainter, look: Look, row: Row, one: Activity, place: Place, middle: float) -> None:
    size = place.row * 0.3
    if row.baseline:
        painter.setPen(QPen(look.outline, look.thin * 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_diamond(place.x(row.baseline.start), middle + place.row * 0.3, size * 0.5))
    planned, forecast = row.planned or row.forecast, row.forecast or row.planned
    if planned and forecast and not one.finished and forecast.start > planned.start:
        x, pushed = place.x(planned.start), place.x(forecast.start)
        painter.setPen(QPen(look.push, look.thin * 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, middle), QPointF(pushed, middle))
        painter.setPen(QPen(look.push, look.thin * 1.4))
        painter.setBrush(look.hatch(look.push))
        painter.drawPolygon(_diamond(pushed, middle, size))
    if planned:
        painter.setPen(_edge(look, one))
        painter.setBrush(Qt.BrushStyle.NoBrush if one.state is ActivityState.NOT_NEEDED else look.bar)
        painter.drawPolygon(_diamond(place.x(planned.start), middle, size))
    if row.actual:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.actual)
        painter.drawPolygon(_diamond(place.x(row.actual.start), middle, size * 0.66))


def _edge(look: Look, one: Activity) -> QPen:
    if one.state is ActivityState.NOT_NEEDED:
        return QPen(look.outline, look.thin, Qt.PenStyle.DashLine)
    return QPen(look.text, look.thin * 2.2) if one.critical else QPen(look.bar_edge, look.thin)


def _box(place: Place, span: Span, middle: float, tall: float) -> QRectF:
    """A bar; one that is too short for the zoom is still seen, and no end lies so far outside that Qt loses it."""
    left = min(max(place.x(span.start), place.left - 50), place.width + 50)
    right = min(max(place.x(span.finish), place.left - 50), place.width + 50)
    return QRectF(left, middle - tall / 2, max(right - left, place.row * 0.12), tall)


def _diamond(x: float, y: float, size: float) -> QPolygonF:
    return QPolygonF([QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size), QPointF(x - size, y)])


def _bracket(painter: QPainter, look: Look, span: Span, place: Place, number: int) -> None:
    """The stretch of a phase: a line with a foot at either end."""
    middle, foot = place.y(number) + place.row * 0.45, place.row * 0.22
    left, right = max(place.x(span.start), place.left - 50), min(place.x(span.finish), place.width + 50)
    if right < place.left or left > place.width:
        return
    painter.setPen(QPen(look.muted, look.thin * 2))
    painter.drawLine(QPointF(left, middle), QPointF(right, middle))
    painter.drawLine(QPointF(left, middle), QPointF(left, middle + foot))
    painter.drawLine(QPointF(right, middle), QPointF(right, middle + foot))


# -- arrows ------------------------------------------------------------------------------------------------------------


def _arrows(painter: QPainter, look: Look, made: Chart, place: Place, shown: range, current: int) -> None:
    """Those that cross what is shown; those of the chosen row last, over the others."""
    if not shown:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    chosen = []
    for link in made.links:
        if max(link.before, link.after) < shown.start or min(link.before, link.after) >= shown.stop:
            continue
        if current in (link.before, link.after):
            chosen.append(link)
        else:
            _arrow(painter, look, made, place, link, look.text if link.decides else look.link)
    for link in chosen:
        _arrow(painter, look, made, place, link, look.accent, wide=not link.decides)


def _arrow(  # noqa: PLR0917 - all of one picture
    painter: QPainter, look: Look, made: Chart, place: Place, link: Link, colour: QColor, *, wide: bool = False
) -> None:
    start, stop = made.rows[link.before], made.rows[link.after]
    if start.now is None or stop.now is None:
        return
    step = place.row * 0.26
    x1, x2 = place.x(start.now.finish), place.x(stop.now.start)
    if max(x1, x2) < place.left - step or min(x1, x2) > place.width + step:
        return
    y1, y2 = place.y(link.before) + place.row / 2, place.y(link.after) + place.row / 2
    x1 += place.row * 0.3 if start.instant else 0
    down = 1 if link.after > link.before else -1
    lands = x2 if stop.instant else x2 + step
    if lands >= x1 + (0 if start.instant else 1):
        end = y2 - down * place.row * (0.3 if stop.instant else 0.22)
        points = [QPointF(x1, y1), QPointF(lands, y1), QPointF(lands, end)]
        head = _head(lands, end, step * 0.62, 0, down)
    else:
        between = y2 - down * place.row / 2
        end = x2 - (place.row * 0.3 if stop.instant else 0)
        points = [
            QPointF(x1, y1), QPointF(x1 + step, y1), QPointF(x1 + step, between),
            QPointF(end - step * 1.6, between), QPointF(end - step * 1.6, y2), QPointF(end, y2),
        ]  # fmt: skip
        head = _head(end, y2, step * 0.62, 1, 0)
    painter.setPen(QPen(colour, look.thin * (2.2 if link.decides else 1.7 if wide else 1.0)))
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(head)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _head(x: float, y: float, size: float, right: int, down: int) -> QPolygonF:
    """The head of an arrow that ends at a point."""
    if right:
        return QPolygonF([QPointF(x, y), QPointF(x - size, y - size * 0.6), QPointF(x - size, y + size * 0.6)])
    return QPolygonF(
        [QPointF(x, y), QPointF(x - size * 0.6, y - down * size), QPointF(x + size * 0.6, y - down * size)]
    )


# -- frozen ------------------------------------------------------------------------------------------------------------


def _column(painter: QPainter, look: Look, made: Chart, place: Place, shown: range) -> None:
    keys = key_width(look, made)
    size, gap = look.line * 0.95, look.character
    for number in shown:
        row, y = made.rows[number], place.y(number)
        middle = y + place.row / 2
        if row.activity is None:
            painter.setFont(look.bold)
            painter.setPen(look.text)
            room = place.left - gap * 2
            text = look.bold_words.elidedText(row.title, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(gap, y, room, place.row), LEFT, text)
            continue
        one = row.activity
        icon, role = state_look(one)
        look.icon(painter, icon, role, gap, middle)
        if one.rag is not Rag.NONE:
            icon, role = rag_look(one.rag)
            look.icon(painter, icon, role, gap * 1.6 + size, middle)
        x = gap * 2.4 + size * 2
        painter.setFont(look.small)
        painter.setPen(look.muted)
        key = look.small_words.elidedText(one.details.key, Qt.TextElideMode.ElideRight, keys)
        painter.drawText(QRectF(x, y, keys, place.row), LEFT, key)
        x += keys + gap * 0.5
        room = place.left - x - gap
        if room > look.character * 3:
            painter.setFont(look.bold if one.critical else look.body)
            painter.setPen(look.muted if one.state.finished else look.text)
            words = look.bold_words if one.critical else look.words
            painter.drawText(
                QRectF(x, y, room, place.row), LEFT, words.elidedText(row.title, Qt.TextElideMode.ElideRight, room)
            )


def _header(painter: QPainter, look: Look, made: Chart, place: Place, heads: Ticks) -> None:
    tall = look.line * 1.35
    painter.fillRect(QRectF(0, 0, place.width, place.top), look.raised)
    painter.setFont(look.bold)
    painter.setPen(look.text)
    painter.drawText(QRectF(look.character, tall, place.left - look.character, tall), LEFT, "Activity")
    painter.save()
    painter.setClipRect(QRectF(place.left, 0, place.width - place.left, place.top), Qt.ClipOperation.IntersectClip)
    for line, y, font, words in (
        (heads.upper, 0.0, look.bold, look.bold_words),
        (heads.lower, tall, look.small, look.small_words),
    ):
        painter.setFont(font)
        for tick in line:
            x, until = place.x(tick.at), place.x(tick.until)
            painter.setPen(QPen(look.grid, look.thin))
            painter.drawLine(QPointF(x, y), QPointF(x, y + tall))
            _tick_label(painter, look, tick.label, QRectF(x, y, until - x, tall), place, words)
    painter.setPen(QPen(look.grid, look.thin))
    painter.drawLine(QPointF(place.left, tall), QPointF(place.width, tall))
    painter.setFont(look.small)
    now = place.x(made.now)
    today = QRectF()
    if place.left <= now <= place.width:
        wide = look.small_words.horizontalAdvance("Today") + look.character * 1.5
        start = min(max(now - wide / 2, place.left), place.width - wide)
        today = QRectF(start, place.top - look.line * 1.35, wide, look.line * 1.2)
    for flag, box in flag_places(look, made, place):
        if not box.intersects(today):
            _pill(painter, look, box, flag.name, look.flag)
    if not today.isNull():
        _pill(painter, look, today, "Today", look.today)
    painter.restore()
    painter.setPen(QPen(look.outline, look.thin))
    painter.drawLine(QPointF(0, place.top), QPointF(place.width, place.top))


def _tick_label(  # noqa: PLR0917 - all of one picture
    painter: QPainter, look: Look, text: str, box: QRectF, place: Place, words: QFontMetricsF
) -> None:
    """A label stays in sight as long as any of its stretch does."""
    wide = words.horizontalAdvance(text)
    left = max(box.left(), place.left) + look.character * 0.6
    if left + wide > box.right() - look.character * 0.2:
        left = box.right() - look.character * 0.2 - wide
        if left < box.left():  # no room for it at all
            return
    painter.setPen(look.text)
    painter.drawText(QRectF(left, box.top(), wide + 2, box.height()), LEFT, text)


def _pill(painter: QPainter, look: Look, box: QRectF, text: str, colour: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, look.thin))
    painter.setBrush(look.surface)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), box.height() / 3, box.height() / 3)
    painter.setPen(colour)
    painter.drawText(box, CENTRE, text)


def _ring(painter: QPainter, look: Look, place: Place, number: int) -> None:
    wide = look.thin * (3 if look.tokens.name == "contrast" else 2)
    painter.setPen(QPen(look.focus, wide))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(wide / 2, place.y(number) + wide / 2, place.width - wide, place.row - wide))


# -- legend ------------------------------------------------------------------------------------------------------------

LEGEND = (
    ("baseline", "Baseline"),
    ("planned", "Planned"),
    ("pushed", "Pushed on"),
    ("actual", "Actual"),
    ("instant", "Milestone, go/no-go"),
    ("decides", "Decides the end"),
)


def paint_legend(painter: QPainter, look: Look, x: float, y: float, width: float) -> float:
    """What the marks mean, in lines from a place; gives how tall it came out."""
    left, tall, sample = x, look.line * 1.5, look.line * 1.8
    painter.setFont(look.small)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = y
    for name, words in LEGEND:
        wide = sample + look.small_words.horizontalAdvance(words) + look.character * 3
        if x > left and x + wide > left + width:
            x, y = left, y + tall
        _sample(painter, look, name, QRectF(x, y, sample, tall))
        painter.setPen(look.muted)
        painter.drawText(QRectF(x + sample + look.character * 0.7, y, wide, tall), LEFT, words)
        x += wide
    return y + tall - top


def legend_height(look: Look, width: float) -> float:
    """How tall the legend is at a width."""
    lines, x = 1, 0.0
    for _name, words in LEGEND:
        wide = look.line * 1.8 + look.small_words.horizontalAdvance(words) + look.character * 3
        if x and x + wide > width:
            lines, x = lines + 1, 0.0
        x += wide
    return lines * look.line * 1.5


def _sample(painter: QPainter, look: Look, name: str, box: QRectF) -> None:
    middle, tall = box.center().y(), look.line * 0.75
    bar = QRectF(box.left() + 1, middle - tall / 2, box.width() - 2, tall)
    match name:
        case "baseline":
            painter.setPen(QPen(look.outline, look.thin * 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(bar.adjusted(0, tall * 0.35, 0, -tall * 0.35))
        case "planned":
            painter.setPen(QPen(look.bar_edge, look.thin))
            painter.setBrush(look.bar)
            painter.drawRoundedRect(bar, look.thin * 2, look.thin * 2)
        case "pushed":
            painter.setPen(QPen(look.push, look.thin * 1.2))
            painter.setBrush(look.hatch(look.push))
            painter.drawRoundedRect(bar, look.thin * 2, look.thin * 2)
        case "actual":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.actual)
            painter.drawRect(bar.adjusted(0, tall * 0.25, 0, -tall * 0.25))
        case "instant":
            painter.setPen(QPen(look.bar_edge, look.thin))
            painter.setBrush(look.bar)
            painter.drawPolygon(_diamond(bar.center().x(), middle, tall * 0.6))
        case _:
            painter.setPen(QPen(look.text, look.thin * 2.2))
            painter.setBrush(look.bar)
            painter.drawRoundedRect(bar, look.thin * 2, look.thin * 2)

"""The marks of one row: baseline, what is planned, what is pushed on, what really happened; the bracket of a phase.

Nothing is said by colour alone: the baseline is an outline, what is pushed on is hatched, the actual is solid, and what
is on the critical path has a thick edge.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from desktop.cutover.model import Activity, ActivityState
from ui.widgets.timeline_look import Canvas, Look, Place
from ui.widgets.timeline_rows import Row, Span

SIZE = 0.3
"""Half a diamond, as a share of a row."""
TALL = 0.44
"""A bar, as a share of a row."""


def paint_marks(on: Canvas, number: int) -> None:
    """Paint an activity's marks, or the stretch of a phase."""
    row = on.made.rows[number]
    spans = [span for span in (row.baseline, row.planned, row.forecast, row.actual) if span]
    if not spans:
        return
    middle = on.place.y(number) + on.place.row / 2
    right = on.place.x(max(span.finish for span in spans))
    left = on.place.x(min(span.start for span in spans))
    if right < on.place.left:
        _beyond(on, on.place.left + on.look.line * 0.3, middle, -1)
    elif left > on.place.width:
        _beyond(on, on.place.width - on.look.line * 0.3, middle, 1)
    elif row.activity is None:
        _bracket(on, spans[0], middle)
    elif row.instant:
        _diamonds(on, row, row.activity, middle)
    else:
        _bars(on, row, row.activity, middle)


def sample(painter: QPainter, look: Look, name: str, box: QRectF) -> None:
    """One mark for the legend."""
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
            _hatched_bar(painter, look, bar)
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


def _bars(on: Canvas, row: Row, one: Activity, middle: float) -> None:
    painter, look, tall = on.painter, on.look, on.place.row * TALL
    planned, forecast = row.planned or row.forecast, row.forecast or row.planned
    if row.baseline:
        painter.setPen(QPen(look.outline, look.thin * 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(_box(on.place, row.baseline, middle + on.place.row * 0.36, on.place.row * 0.13))
    if planned and forecast:
        if not one.finished and forecast.finish > planned.finish:
            _pushed(on, planned, forecast, middle, critical=one.critical)
        painter.setPen(_edge(look, one))
        painter.setBrush(Qt.BrushStyle.NoBrush if one.state is ActivityState.NOT_NEEDED else look.bar)
        painter.drawRoundedRect(_box(on.place, planned, middle, tall), look.thin * 2, look.thin * 2)
    if row.actual:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.actual)
        if row.actual.start == row.actual.finish:  # only its end is known
            painter.drawPolygon(_diamond(on.place.x(row.actual.finish), middle, on.place.row * SIZE * 0.66))
        else:
            painter.drawRect(_box(on.place, row.actual, middle, tall * 0.5))


def _pushed(on: Canvas, planned: Span, forecast: Span, middle: float, *, critical: bool) -> None:
    """What of the bar by the forecast lies after the planned end; dots lead there where there is a gap."""
    painter, look = on.painter, on.look
    part = Span(max(planned.finish, forecast.start), forecast.finish)
    box = _box(on.place, part, middle, on.place.row * TALL)
    if part.start > planned.finish:
        painter.setPen(QPen(look.push, look.thin * 1.2, Qt.PenStyle.DotLine))
        left = max(on.place.x(planned.finish), on.place.left - 50)
        painter.drawLine(QPointF(left, middle), QPointF(box.left(), middle))
    _hatched_bar(painter, look, box, critical=critical)


def _diamonds(on: Canvas, row: Row, one: Activity, middle: float) -> None:
    painter, look, place = on.painter, on.look, on.place
    size = place.row * SIZE
    if row.baseline:
        painter.setPen(QPen(look.outline, look.thin * 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_diamond(place.x(row.baseline.start), middle + place.row * 0.3, size * 0.5))
    planned, forecast = row.planned or row.forecast, row.forecast
    if planned and forecast and not one.finished and forecast.start > planned.start:
        left, right = max(place.x(planned.start), place.left - 50), min(place.x(forecast.start), place.width + 50)
        painter.setPen(QPen(look.push, look.thin * 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))
        shape = QPainterPath()
        shape.addPolygon(_diamond(right, middle, size))
        shape.closeSubpath()
        _hatched(painter, look, shape, critical=one.critical)
    if planned:
        painter.setPen(_edge(look, one))
        painter.setBrush(Qt.BrushStyle.NoBrush if one.state is ActivityState.NOT_NEEDED else look.bar)
        painter.drawPolygon(_diamond(place.x(planned.start), middle, size))
    if row.actual:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.actual)
        painter.drawPolygon(_diamond(place.x(row.actual.start), middle, size * 0.66))


def _hatched_bar(painter: QPainter, look: Look, box: QRectF, *, critical: bool = False) -> None:
    shape = QPainterPath()
    shape.addRoundedRect(box, look.thin * 2, look.thin * 2)
    _hatched(painter, look, shape, critical=critical)


def _hatched(painter: QPainter, look: Look, shape: QPainterPath, *, critical: bool) -> None:
    """What is pushed on: an edge, and slanted lines on the bare surface."""
    painter.fillPath(shape, look.surface)
    look.hatch(painter, shape, look.push)
    painter.setPen(QPen(look.push, look.thin * (2.2 if critical else 1.2)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)


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


def _beyond(on: Canvas, x: float, middle: float, way: int) -> None:
    """What lies out of sight: a small arrow to it."""
    size = on.look.line * 0.28
    on.painter.setPen(Qt.PenStyle.NoPen)
    on.painter.setBrush(on.look.outline)
    on.painter.drawPolygon(
        QPolygonF([QPointF(x - way * size, middle - size), QPointF(x, middle), QPointF(x - way * size, middle + size)])
    )


def _bracket(on: Canvas, span: Span, middle: float) -> None:
    """The stretch of a phase: a line with a foot at either end."""
    foot, y = on.place.row * 0.22, middle - on.place.row * 0.05
    left, right = max(on.place.x(span.start), on.place.left - 50), min(on.place.x(span.finish), on.place.width + 50)
    on.painter.setPen(QPen(on.look.muted, on.look.thin * 2))
    on.painter.drawLine(QPointF(left, y), QPointF(right, y))
    on.painter.drawLine(QPointF(left, y), QPointF(left, y + foot))
    on.painter.drawLine(QPointF(right, y), QPointF(right, y + foot))

"""Arrows from the end of an activity to what waits for it; thick ones make the critical path."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF

from ui.widgets.timeline_look import Canvas
from ui.widgets.timeline_marks import SIZE, TALL
from ui.widgets.timeline_rows import Link
from ui.widgets.timeline_scale import DAY

_STEP = 0.26
"""How far an arrow goes on before it turns, as a share of a row."""


def paint_arrows(on: Canvas) -> None:
    """Those that cross what is shown; those of the chosen row last, over the others."""
    shown, current = on.shown, on.marked.current
    if not shown:
        return
    chosen = []
    for link in on.made.links:
        if max(link.before, link.after) < shown.start or min(link.before, link.after) >= shown.stop:
            continue
        if current in (link.before, link.after):
            chosen.append(link)
        else:
            _arrow(on, link, on.look.text if link.decides else on.look.link, 2.2 if link.decides else 1.0)
    for link in chosen:
        _arrow(on, link, on.look.accent, 2.2 if link.decides else 1.7)


def _arrow(on: Canvas, link: Link, colour: QColor, width: float) -> None:
    found = _path(on, link)
    if found is None:
        return
    points, head = found
    on.painter.setBrush(Qt.BrushStyle.NoBrush)
    on.painter.setPen(QPen(colour, on.look.thin * width))
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    on.painter.drawPath(path)
    on.painter.setPen(Qt.PenStyle.NoPen)
    on.painter.setBrush(colour)
    on.painter.drawPolygon(head)


def _path(on: Canvas, link: Link) -> tuple[list[QPointF], QPolygonF] | None:
    """The corners of an arrow and its head; None when it has no ends, or is out of sight at either side."""
    place, start, stop = on.place, on.made.rows[link.before], on.made.rows[link.after]
    if start.now is None or stop.now is None:
        return None
    row = place.row
    step, head = row * _STEP, row * _STEP * 0.62
    x1, x2 = place.x(start.now.finish), place.x(stop.now.start)
    if max(x1, x2) < place.left - step or min(x1, x2) > place.width + step:
        return None
    down = 1 if link.after > link.before else -1
    y1, y2 = place.y(link.before) + row / 2, place.y(link.after) + row / 2
    end = y2 - down * row * (SIZE if stop.instant else TALL / 2)
    lands = x2 if stop.instant else x2 + step
    x1 += row * SIZE if start.instant else 0
    if lands >= x1:
        return [QPointF(x1, y1), QPointF(lands, y1), QPointF(lands, end)], _down(lands, end, head, down)
    if (start.instant or stop.instant) and start.now.finish - stop.now.start <= DAY:
        # On one and the same day: straight down, from or to the middle of that day.
        x = x2 if stop.instant else place.x(start.now.finish)
        begin = y1 + down * row * (SIZE if start.instant else TALL / 2)
        return [QPointF(x, begin), QPointF(x, end)], _down(x, end, head, down)
    between, aside = y2 - down * row / 2, x2 - (row * SIZE if stop.instant else 0)
    corners = [
        QPointF(x1, y1), QPointF(x1 + step, y1), QPointF(x1 + step, between),
        QPointF(aside - step * 1.6, between), QPointF(aside - step * 1.6, y2), QPointF(aside, y2),
    ]  # fmt: skip
    return corners, QPolygonF(
        [QPointF(aside, y2), QPointF(aside - head, y2 - head * 0.6), QPointF(aside - head, y2 + head * 0.6)]
    )


def _down(x: float, y: float, size: float, down: int) -> QPolygonF:
    """A head that points down, or up."""
    return QPolygonF(
        [QPointF(x, y), QPointF(x - size * 0.6, y - down * size), QPointF(x + size * 0.6, y - down * size)]
    )

"""Paints the timeline, the same way on the screen and on paper: what lies behind, arrows, marks, names, header."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.working_days import WorkingDays
from ui.widgets.timeline_arrows import paint_arrows
from ui.widgets.timeline_frame import paint_header, paint_names
from ui.widgets.timeline_look import Canvas
from ui.widgets.timeline_marks import paint_marks
from ui.widgets.timeline_scale import Ticks, resting, ticks

_LEAST_DAY = 2.5
"""Pixels below which days are not shaded one by one."""


def paint(on: Canvas, days: WorkingDays | None) -> None:
    """Paint the rows and the stretch of time that show; `days` shades what is no working day."""
    painter, look, place = on.painter, on.look, on.place
    heads = ticks(place.scale, 0, place.width - place.left, look.character)
    rows = QRectF(0, place.top, place.width, place.height - place.top)
    painter.fillRect(QRectF(0, 0, place.width, place.height), look.surface)
    painter.save()
    painter.setClipRect(rows, Qt.ClipOperation.IntersectClip)
    _shade(on, days)
    _bands(on)
    painter.save()
    painter.setClipRect(rows.adjusted(place.left, 0, 0, 0), Qt.ClipOperation.IntersectClip)
    _grid(on, heads)
    _days(on)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_arrows(on)
    for number in on.shown:
        paint_marks(on, number)
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_names(on)
    if on.marked.focus and 0 <= on.marked.current < len(on.made.rows):
        _ring(on)
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    paint_header(on, heads)
    painter.setPen(QPen(look.outline, look.thin))
    painter.drawLine(QPointF(place.left, 0), QPointF(place.left, place.height))


def _shade(on: Canvas, days: WorkingDays | None) -> None:
    place = on.place
    if days is None or place.scale.per_day < _LEAST_DAY:
        return
    for start, stop in resting(place.scale, 0, place.width - place.left, days):
        left = max(place.left, place.x(start))
        on.painter.fillRect(QRectF(left, place.top, place.x(stop) - left, place.height - place.top), on.look.rest)


def _bands(on: Canvas) -> None:
    """The chosen row, the one under the pointer, the phases; a thin line under each."""
    painter, look, place = on.painter, on.look, on.place
    for number in on.shown:
        whole = QRectF(0, place.y(number), place.width, place.row)
        if number == on.marked.current:
            painter.fillRect(whole, look.soft)
        elif on.made.rows[number].activity is None:
            painter.fillRect(whole, look.raised)
        elif number == on.marked.hovered:
            painter.fillRect(whole, look.hover)
    painter.setPen(QPen(look.faint_grid, look.thin))
    for number in on.shown:
        y = place.y(number + 1)
        painter.drawLine(QPointF(0, y), QPointF(place.width, y))


def _grid(on: Canvas, heads: Ticks) -> None:
    for line, colour in ((heads.lower, on.look.faint_grid), (heads.upper, on.look.grid)):
        on.painter.setPen(QPen(colour, on.look.thin))
        for tick in line:
            _upright(on, on.place.x(tick.at))


def _days(on: Canvas) -> None:
    """Milestones dashed, today solid."""
    for flag in on.made.flags:
        on.painter.setPen(QPen(on.look.flag, on.look.thin * 1.5, Qt.PenStyle.DashLine))
        _upright(on, on.place.x(flag.at))
    on.painter.setPen(QPen(on.look.today, on.look.thin * 2))
    _upright(on, on.place.x(on.made.now))


def _upright(on: Canvas, x: float) -> None:
    if on.place.left <= x <= on.place.width:
        on.painter.drawLine(QPointF(x, on.place.top), QPointF(x, on.place.height))


def _ring(on: Canvas) -> None:
    look, place = on.look, on.place
    wide = look.thin * (3 if look.tokens.name == "contrast" else 2)
    on.painter.setPen(QPen(look.focus, wide))
    on.painter.setBrush(Qt.BrushStyle.NoBrush)
    y = place.y(on.marked.current)
    on.painter.drawRect(QRectF(wide / 2, y + wide / 2, place.width - wide, place.row - wide))

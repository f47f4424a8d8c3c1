"""What stays where it is while the timeline is scrolled: the header with its lines of time, and the names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from desktop.cutover.model import Activity, Rag
from ui.widgets.cutover_look import rag_look, state_look
from ui.widgets.timeline_look import Canvas, Look
from ui.widgets.timeline_rows import Chart, Flag
from ui.widgets.timeline_scale import Ticks

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
TODAY = "Today"
_RIGHT = Qt.TextElideMode.ElideRight
_MOST_KEY = 14
"""Characters of a key that its column makes room for."""


def paint_names(on: Canvas) -> None:
    """State, red/amber/green, key and title of each row."""
    painter, look, place = on.painter, on.look, on.place
    keys = _key_width(look, on.made)
    gap = look.character
    for number in on.shown:
        row, y = on.made.rows[number], place.y(number)
        if row.activity is not None:
            _name(on, number, row.activity, keys)
            continue
        painter.setFont(look.bold)
        painter.setPen(look.text)
        room = place.left - gap * 2
        painter.drawText(QRectF(gap, y, room, place.row), LEFT, look.bold_words.elidedText(row.title, _RIGHT, room))


def _name(on: Canvas, number: int, one: Activity, keys: float) -> None:
    painter, look, place = on.painter, on.look, on.place
    title, y = on.made.rows[number].title, place.y(number)
    size, gap, middle = look.line * 0.95, look.character, y + place.row / 2
    look.icon(painter, *state_look(one), gap, middle)
    if one.rag is not Rag.NONE:
        look.icon(painter, *rag_look(one.rag), gap * 1.6 + size, middle)
    x = gap * 2.4 + size * 2
    painter.setFont(look.small)
    painter.setPen(look.muted)
    key = look.small_words.elidedText(one.details.key, _RIGHT, keys)
    painter.drawText(QRectF(x, y, keys, place.row), LEFT, key)
    x += keys + gap * 0.5
    room = place.left - x - gap
    if room > gap * 3:
        words = look.bold_words if one.critical else look.words
        painter.setFont(look.bold if one.critical else look.body)
        painter.setPen(look.muted if one.state.finished else look.text)
        painter.drawText(QRectF(x, y, room, place.row), LEFT, words.elidedText(title, _RIGHT, room))


def _key_width(look: Look, made: Chart) -> float:
    """How wide the column of keys is: the longest of them, within bounds."""
    longest = max((row.activity.details.key for row in made.rows if row.activity), key=len, default="")
    most = look.character * (_MOST_KEY + 1)
    return min(most, look.small_words.horizontalAdvance(longest) + look.character * 1.5)


def paint_header(on: Canvas, heads: Ticks) -> None:
    """Two lines of time, and under them today and the milestones by name."""
    painter, look, place = on.painter, on.look, on.place
    tall = _tall(look)
    painter.fillRect(QRectF(0, 0, place.width, place.top), look.raised)
    painter.setFont(look.bold)
    painter.setPen(look.text)
    painter.drawText(QRectF(look.character, tall, place.left - look.character, tall), LEFT, "Activity")
    painter.save()
    painter.setClipRect(QRectF(place.left, 0, place.width - place.left, place.top), Qt.ClipOperation.IntersectClip)
    painter.setFont(look.bold)
    _line(on, heads, look.bold_words, upper=True)
    painter.setFont(look.small)
    _line(on, heads, look.small_words, upper=False)
    painter.setPen(QPen(look.grid, look.thin))
    painter.drawLine(QPointF(place.left, tall), QPointF(place.width, tall))
    today = _today(on)
    for flag, box in flag_places(on):
        _pill(painter, look, box, flag.name, look.flag)
    if today is not None:
        _pill(painter, look, today, TODAY, look.today)
    painter.restore()
    painter.setPen(QPen(look.outline, look.thin))
    painter.drawLine(QPointF(0, place.top), QPointF(place.width, place.top))


def flag_places(on: Canvas) -> Iterator[tuple[Flag, QRectF]]:
    """The names of milestones that have room in the header beside one another and today, with their places."""
    taken = [box] if (box := _today(on)) else []
    for flag in on.made.flags:
        x = on.place.x(flag.at)
        if on.place.left <= x <= on.place.width:
            box = _free(_pill_place(on, x, flag.name), x, taken, on.place.width)
            if box is not None:
                taken.append(box)
                yield flag, box


def _free(box: QRectF, x: float, taken: Sequence[QRectF], right: float) -> QRectF | None:
    """A place beside those that are taken, as long as the name still stands over its line; None where there is none."""
    for other in taken:
        if box.intersects(other):
            aside = box.translated(other.right() - box.left(), 0)
            before = box.translated(other.left() - box.right(), 0)
            box = aside if aside.left() <= x and aside.right() <= right else before
    fits = box.left() <= x <= box.right() and not any(box.intersects(other) for other in taken)
    return box if fits else None


def _today(on: Canvas) -> QRectF | None:
    x = on.place.x(on.made.now)
    return _pill_place(on, x, TODAY) if on.place.left <= x <= on.place.width else None


def _pill_place(on: Canvas, x: float, text: str) -> QRectF:
    """Under a line, moved in from the edges."""
    look, place = on.look, on.place
    wide = look.small_words.horizontalAdvance(text) + look.character * 1.8
    start = max(min(x - wide / 2, place.width - wide), place.left)
    return QRectF(start, place.top - look.line * 1.3, wide, look.line * 1.2)


def _line(on: Canvas, heads: Ticks, words: QFontMetricsF, *, upper: bool) -> None:
    """Labels stay in sight as long as any of their stretch does; a shorter one, or none, where there is no room."""
    painter, look, place, tall = on.painter, on.look, on.place, _tall(on.look)
    y, gap = 0.0 if upper else tall, look.character * 0.6
    for tick in heads.upper if upper else heads.lower:
        x, until = place.x(tick.at), place.x(tick.until)
        painter.setPen(QPen(look.grid, look.thin))
        painter.drawLine(QPointF(x, y), QPointF(x, y + tall))
        left, room = max(x, place.left) + gap, min(until, place.width) - gap / 2
        label = next((one for one in (tick.label, *tick.shorter) if left + words.horizontalAdvance(one) <= room), "")
        if label:
            painter.setPen(look.text)
            painter.drawText(QRectF(left, y, room - left + 2, tall), LEFT, label)


def _tall(look: Look) -> float:
    """How tall a line of the header is."""
    return look.line * 1.35


def _pill(painter: QPainter, look: Look, box: QRectF, text: str, colour: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, look.thin))
    painter.setBrush(look.surface)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), box.height() / 3, box.height() / 3)
    painter.setPen(colour)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

"""The drawn part of the timeline as it is worked: choosing, mouse, keyboard, what is told under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip

from desktop.uk_time import Moment
from desktop.working_days import WorkingDays
from ui.theme.theme import Theme
from ui.widgets.cutover_look import moment_words
from ui.widgets.plain_tip import plain_tip
from ui.widgets.timeline_area import TimelineArea
from ui.widgets.timeline_frame import flag_places
from ui.widgets.timeline_rows import Chart, spoken

ZOOM = 1.25
"""By how much one step goes closer."""
_GRIP = 4
"""Pixels beside a line at which it is meant."""
_NOTCH = 120
"""What Qt says of one step of a wheel."""
_NONE = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_Key = Qt.Key


class TimelineChart(TimelineArea):
    """One activity is chosen at a time; phases are only read."""

    current_changed = Signal(int)
    """The id of the chosen activity."""
    activated = Signal(int)
    """Enter or a double click on an activity."""
    slip_wanted = Signal(int)
    """Shift with an arrow: so many working days later (negative: earlier)."""
    menu_wanted = Signal(QPoint)
    """The menu of the chosen activity, at a place of the screen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._pressed: QPointF | None = None
        self._begin = (0, 0)
        self._dragging = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Timeline")
        self._keys = self._what_keys_do()

    def fill(self, made: Chart, days: WorkingDays) -> None:
        """Show this; zoom, place and the chosen activity stay. Where there is none, the first one is chosen."""
        chosen = self.current()
        self._current = made.place_of.get(chosen, -1) if chosen is not None else -1
        if self._current < 0 and made.place_of:
            self._current = min(made.place_of.values())
        self.show_chart(made, days)
        self._say_current()

    def forget_place(self) -> None:
        """Another plan comes: it is fitted in, and its first activity is chosen."""
        self._whole = True
        self._current = -1
        self.verticalScrollBar().setValue(0)

    def current(self) -> int | None:
        """The id of the chosen activity."""
        row = self._row(self._current)
        return row.activity.id if row and row.activity else None

    def select(self, activity_id: int) -> bool:
        """Choose an activity and bring it in sight; False when it is not here. No signal when it was chosen already."""
        place = self._chart.place_of.get(activity_id, -1)
        if place >= 0:
            self._go(place)
        return place >= 0

    # -- choosing ------------------------------------------------------------------------------------------------------

    def _choose(self, place: int) -> None:
        if place == self._current or place < 0:
            return
        self._current = place
        self._say_current()
        self.viewport().update()
        chosen = self.current()
        if chosen is not None:
            self.current_changed.emit(chosen)

    def _go(self, place: int) -> None:
        self._choose(place)
        self._bring_row(place)
        self._bring_time(place)

    def _step(self, rows: int) -> None:
        """Go so many activities down (negative: up)."""
        places = sorted(self._chart.place_of.values())
        if places:
            at = places.index(self._current) if self._current in places else 0
            self._go(places[max(0, min(len(places) - 1, at + rows))])

    def _say_current(self) -> None:
        """What a screen reader says of the chosen activity."""
        row = self._row(self._current)
        words = spoken(row.activity).replace("\n", ". ") if row and row.activity else ""
        if words != self.viewport().accessibleName():
            self.viewport().setAccessibleName(words)
            if self.hasFocus():
                QAccessible.updateAccessibility(QAccessibleEvent(self.viewport(), QAccessible.Event.NameChanged))

    def _at(self, point: QPointF) -> int:
        """The place of the activity's row at a point of the viewport, or -1."""
        if point.y() < self._look.header:
            return -1
        place = int((point.y() - self._look.header + self.verticalScrollBar().value()) // self._look.row)
        return place if place < len(self._chart.rows) and self._chart.rows[place].activity else -1

    def told_at(self, point: QPointF) -> str:
        """What the tooltip says at a point: a milestone, a day of the header, an activity, the name of a phase."""
        place = self._place()
        above, aside = point.y() < place.top, point.x() > place.left
        if above:
            for flag, box in flag_places(self._canvas(QPainter())):
                if box.contains(point):
                    return flag.words
        if aside:
            for flag in self._chart.flags:
                if abs(place.x(flag.at) - point.x()) <= _GRIP:
                    return flag.words
        if above:
            dated = aside and self._chart.dated
            return moment_words(Moment(place.scale.at(point.x() - place.left).date())) if dated else ""
        row = self._row(int((point.y() - place.top + place.scroll) // place.row))
        if row is None:
            return ""
        return spoken(row.activity) if row.activity else row.title

    # -- keyboard ------------------------------------------------------------------------------------------------------

    def _what_keys_do(self) -> Mapping[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], object]]:
        aside = self.horizontalScrollBar()
        return {
            (_Key.Key_Up, _NONE): lambda: self._step(-1),
            (_Key.Key_Down, _NONE): lambda: self._step(1),
            (_Key.Key_PageUp, _NONE): lambda: self._step(-self._page()),
            (_Key.Key_PageDown, _NONE): lambda: self._step(self._page()),
            (_Key.Key_Home, _NONE): lambda: self._step(-len(self._chart.rows)),
            (_Key.Key_End, _NONE): lambda: self._step(len(self._chart.rows)),
            (_Key.Key_Home, _CONTROL): lambda: self.go_to_edge(first=True),
            (_Key.Key_End, _CONTROL): lambda: self.go_to_edge(first=False),
            (_Key.Key_Left, _NONE): lambda: self.go_aside(-aside.singleStep()),
            (_Key.Key_Right, _NONE): lambda: self.go_aside(aside.singleStep()),
            (_Key.Key_Left, _CONTROL): lambda: self.go_aside(-aside.pageStep()),
            (_Key.Key_Right, _CONTROL): lambda: self.go_aside(aside.pageStep()),
            (_Key.Key_Left, _SHIFT): lambda: self._slip(-1),
            (_Key.Key_Right, _SHIFT): lambda: self._slip(1),
            (_Key.Key_T, _NONE): self.go_today,
            (_Key.Key_0, _NONE): self.fit,
            (_Key.Key_0, _CONTROL): self.fit,
            (_Key.Key_Return, _NONE): self._activate,
            (_Key.Key_Enter, _NONE): self._activate,
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = _Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        run = self._keys.get((key, held))
        if run:
            run()
        elif event.text() in ("+", "=", "-", "_") or key in (_Key.Key_Plus, _Key.Key_Minus):
            # By the sign: where it lies on the keyboard, and whether Shift is needed for it, differs by country.
            self.zoom(1 / ZOOM if key in (_Key.Key_Minus, _Key.Key_Underscore) else ZOOM)
        else:
            event.ignore()

    def _page(self) -> int:
        return max(1, self._tall() // self._look.row - 1)

    def _slip(self, days: int) -> None:
        if self.current() is not None:
            self.slip_wanted.emit(days)

    def _activate(self) -> None:
        chosen = self.current()
        if chosen is not None:
            self.activated.emit(chosen)

    # -- mouse ---------------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & _CONTROL:
            self.zoom(ZOOM ** (turned / _NOTCH), max(0.0, event.position().x() - self._left()))
        elif event.modifiers() & _SHIFT or not event.angleDelta().y():
            self.go_aside(round(-turned / _NOTCH * self.horizontalScrollBar().singleStep() * 3))
        else:
            super().wheelEvent(event)
            return
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._on_divider(event.position()):
            self._dragging = "divider"
            return
        self._dragging = ""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position()
            self._begin = (self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        if event.button() != Qt.MouseButton.MiddleButton:
            self._choose(self._at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._dragging == "divider":
            self._set_column(at.x())
        elif self._pressed is not None:
            self._drag(at, self._pressed)
        else:
            over = self._on_divider(at)
            self.viewport().setCursor(Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor)
            self._hover(self._at(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._dragging = None, ""
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._on_divider(event.position()):
            self._set_column(0.0)
        elif self._at(event.position()) >= 0:
            self._activate()

    def _drag(self, at: QPointF, pressed: QPointF) -> None:
        """Move the paper with the hand, once it is clear that this is no click."""
        far = (at - pressed).manhattanLength() >= self._look.line * 0.6
        if not self._dragging and far and pressed.x() > self._left():
            self._dragging = "hand"
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragging == "hand":
            self.horizontalScrollBar().setValue(round(self._begin[0] - (at.x() - pressed.x())))
            self.verticalScrollBar().setValue(round(self._begin[1] - (at.y() - pressed.y())))
            self._moved()

    def _set_column(self, width: float) -> None:
        """Give the column of names a width (0: ours); the left edge of the chart stays where it is in time."""
        left = self.left_edge()
        self._column = width
        self._extend()
        if self._whole:
            self.fit()
        elif left is not None:
            self._scroll_to(left)
        self.viewport().update()

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.viewport().update()

    def _on_divider(self, at: QPointF) -> bool:
        return abs(at.x() - self._left()) <= _GRIP

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() != QContextMenuEvent.Reason.Keyboard:
            self._choose(self._at(QPointF(event.pos())))
            self.menu_wanted.emit(event.globalPos())
            return
        below = 0.0
        if self._current >= 0:
            self._bring_row(self._current)
            below = self._place().y(self._current + 1)
        self.menu_wanted.emit(self.viewport().mapToGlobal(QPoint(round(self._left() / 2), round(below))))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.told_at(QPointF(event.pos()))), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

"""The drawn part of the timeline: scrolls, zooms, and is worked with mouse and keyboard."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from desktop.uk_time import Moment
from desktop.working_days import WorkingDays
from ui.theme.theme import Theme
from ui.widgets.cutover_look import moment_words
from ui.widgets.timeline_paint import Look, Marked, Place, flag_places, paint
from ui.widgets.timeline_rows import Chart, reach, shown_at_first, spoken
from ui.widgets.timeline_scale import DAY, MOST_PER_DAY, Scale

ZOOM = 1.25
"""By how much one step goes closer."""
_GRIP = 4
"""Pixels beside the divider at which it can be taken."""
_MOST = 1_000_000
"""Widest chart in pixels: scroll bars and painting stay exact."""


class TimelineChart(QAbstractScrollArea):
    """Paints only the rows and the stretch of time that are in sight."""

    current_changed = Signal(int)
    """The id of the chosen activity."""
    activated = Signal(int)
    """Enter or a double click on an activity."""
    slip_wanted = Signal(int)
    """Shift with an arrow: so many working days later (negative: earlier)."""
    menu_wanted = Signal(QPoint)
    """The menu of the chosen activity, at a place of the screen."""
    zoomed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._look = Look.of(theme, self.devicePixelRatioF())
        self._chart = Chart()
        self._days: WorkingDays | None = None
        self._per_day = 0.0
        self._current = self._hovered = -1
        self._column = 0.0
        """Width that the person gave the column of activities; 0 = ours."""
        self._pressed: QPointF | None = None
        self._begin = (0, 0)
        self._dragging = ""
        self._wanted_left: datetime | None = None
        """A place of an earlier run that waits for its plan."""
        self._fresh = True
        """Nothing was zoomed or scrolled yet: the whole plan is fitted in."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Timeline")
        theme.changed.connect(self._restyle)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def fill(self, made: Chart, days: WorkingDays) -> None:
        """Show this; the zoom, the place and the chosen activity stay."""
        chosen = self.current()
        left = self._wanted_left if not self._chart.dated else None if self._fresh else self._scale().at(0)
        self._chart, self._days = made, days
        self._current = made.place_of.get(chosen, -1) if chosen is not None else -1
        self._hovered = -1
        if self._current < 0 and made.place_of:
            self._current = min(made.place_of.values())
        if made.dated and (self._fresh or not self._per_day):
            self.fit()
        else:
            self._zoom_to(self._per_day)
            self._extend()
            if left is not None:
                self._scroll_to(left)
        self._say_current()
        self.viewport().update()

    def current(self) -> int | None:
        """The id of the chosen activity."""
        row = self._chart.rows[self._current] if 0 <= self._current < len(self._chart.rows) else None
        return row.activity.id if row and row.activity else None

    def select(self, activity_id: int) -> bool:
        """Choose an activity and bring it in sight; False when it is not here. Says nothing by a signal when it is chosen."""
        place = self._chart.place_of.get(activity_id, -1)
        if place < 0:
            return False
        if place != self._current:
            self._choose(place)
        self._bring_row(place)
        self._bring_time(place)
        return True

    def whole(self) -> bool:
        """Whether the whole plan is fitted in, as nobody zoomed or scrolled."""
        return self._fresh

    def forget_place(self) -> None:
        """Another plan comes: it is fitted in."""
        self._fresh = True
        self._current = -1
        self.verticalScrollBar().setValue(0)

    def per_day(self) -> float:
        """How wide a day is now, in heights of a line of text."""
        return self._per_day / self._look.line

    def left_edge(self) -> datetime | None:
        """The time at the left edge; None while nothing has a day."""
        return self._scale().at(0) if self._chart.dated and self._per_day else None

    def right_edge(self) -> datetime | None:
        """The time at the right edge; None while nothing has a day."""
        return self._scale().at(self._room()) if self._chart.dated and self._per_day else None

    def column(self) -> float:
        """Width that the person gave the column of activities, in heights of a line of text; 0 = ours."""
        return self._column / self._look.line

    def put_back(self, per_day: float, left: datetime | None, column: float) -> None:
        """Take back zoom, place and column of an earlier run."""
        if column > 0:
            self._column = column * self._look.line
        if per_day > 0:
            self._fresh = False
            self._zoom_to(per_day * self._look.line)
            if left is not None:
                self._wanted_left = left
                self._scroll_to(left)
        self._extend()
        self.viewport().update()

    # -- zoom and place ------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """The whole plan in sight."""
        if not self._chart.dated:
            return
        low, high = shown_at_first(self._chart)
        room = max(self._room() - 2 * self._pad(), 50.0)
        self._per_day = self._held(room / max((high - low) / DAY, 0.25))
        self._extend()
        self._scroll_to(low - DAY * (self._pad() / self._per_day))
        self._fresh = True
        self.zoomed.emit()
        self.viewport().update()

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Go closer (or away, below 1); the time at `around` (pixels from the left of the chart) stays where it is."""
        if not self._chart.dated:
            return
        if around is None:
            around = self._centre()
        held = self._scale().at(around)
        self._zoom_to(self._per_day * factor)
        self._extend()
        self._scroll_to(held - DAY * (around / self._per_day))
        self._moved()
        self.zoomed.emit()

    def go_today(self) -> None:
        """Bring today into the middle."""
        self._bring_middle(self._chart.now)

    def can_zoom(self, factor: float) -> bool:
        """Whether there is anything closer, or further away."""
        return self._chart.dated and abs(self._held(self._per_day * factor) - self._per_day) > self._per_day * 1e-3

    def _zoom_to(self, per_day: float) -> None:
        self._per_day = self._held(per_day)

    def _held(self, per_day: float) -> float:
        """A zoom within bounds: the whole reach takes no less than a third of the width, and no more than can be scrolled."""
        if not self._chart.dated:
            return per_day
        low, high = reach(self._chart)
        length = max((high - low) / DAY, 0.25)
        return max(min(per_day, MOST_PER_DAY * self._look.line / 16, _MOST / length), self._room() / length / 3)

    def _centre(self) -> float:
        """What keys zoom around: the chosen activity when it is in sight, else the middle."""
        row = self._chart.rows[self._current] if 0 <= self._current < len(self._chart.rows) else None
        if row and row.now:
            x = self._scale().x(row.now.start)
            if 0 <= x <= self._room():
                return x
        return self._room() / 2

    def _extend(self) -> None:
        """Fit the scroll bars to the chart."""
        rows = round(len(self._chart.rows) * self._look.row)
        tall = self.viewport().height() - self._look.header
        vertical = self.verticalScrollBar()
        vertical.setRange(0, max(0, rows - tall + self._look.row // 2))
        vertical.setPageStep(max(1, tall))
        vertical.setSingleStep(self._look.row)
        horizontal = self.horizontalScrollBar()
        if not self._chart.dated or not self._per_day:
            horizontal.setRange(0, 0)
            return
        low, high = reach(self._chart)
        wide = (high - low) / DAY * self._per_day + 2 * self._margin()
        horizontal.setRange(0, max(0, round(wide - self._room())))
        horizontal.setPageStep(max(1, round(self._room())))
        horizontal.setSingleStep(max(10, round(self._look.line * 2)))

    def _scroll_to(self, left: datetime) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(round(self._from_start(left)))
        self._wanted_left = None if self._chart.dated else self._wanted_left

    def _from_start(self, at: datetime) -> float:
        if not self._chart.dated:
            return 0.0
        low, _high = reach(self._chart)
        return (at - low) / DAY * self._per_day + self._margin()

    def _margin(self) -> float:
        """Room at either end, so that what is there can be brought into the middle."""
        return self._room() * 0.5

    def _pad(self) -> float:
        return self._look.line * 1.5

    def _room(self) -> float:
        """Pixels of the chart right of the columns."""
        return max(50.0, self.viewport().width() - self._left())

    def _left(self) -> float:
        """Where the chart begins: not more than six tenths of the width."""
        whole = self.viewport().width()
        wanted = self._column or min(self._look.line * 22, whole * 0.36)
        return round(max(self._look.line * 6, min(wanted, whole * 0.6)))

    def _scale(self) -> Scale:
        per_day = self._per_day or 1.0
        if not self._chart.dated:
            return Scale(datetime.combine(datetime.min, datetime.min.time()), per_day)
        low, _high = reach(self._chart)
        return Scale(low + DAY * ((self.horizontalScrollBar().value() - self._margin()) / per_day), per_day)

    def _place(self) -> Place:
        viewport = self.viewport()
        return Place(
            self._left(),
            self._look.header,
            viewport.width(),
            viewport.height(),
            self._look.row,
            self.verticalScrollBar().value(),
            self._scale(),
        )

    def _bring_middle(self, at: datetime) -> None:
        if self._chart.dated:
            self._scroll_to(at - DAY * (self._room() / 2 / self._per_day))
            self._moved()

    def _bring_row(self, place: int) -> None:
        bar, row = self.verticalScrollBar(), self._look.row
        tall = self.viewport().height() - self._look.header
        above = place - 1 if place and self._chart.rows[place - 1].activity is None else place  # with its phase
        if above * row < bar.value():
            bar.setValue(above * row)
        elif (place + 1) * row > bar.value() + tall:
            bar.setValue((place + 1) * row - tall)

    def _bring_time(self, place: int) -> None:
        row = self._chart.rows[place]
        span = row.now or row.actual
        if span is None:
            return
        scale, room = self._scale(), self._room()
        if scale.x(span.finish) < 0 or scale.x(span.start) > room:
            self._bring_middle(span.start + (span.finish - span.start) / 2)

    def _moved(self) -> None:
        self._fresh = False
        self.viewport().update()

    # -- choosing ------------------------------------------------------------------------------------------------------

    def _choose(self, place: int) -> None:
        self._current = place
        self._say_current()
        self.viewport().update()
        chosen = self.current()
        if chosen is not None:
            self.current_changed.emit(chosen)

    def _say_current(self) -> None:
        """What a screen reader says of the chosen activity."""
        row = self._chart.rows[self._current] if 0 <= self._current < len(self._chart.rows) else None
        words = spoken(row.activity).replace("\n", ". ") if row and row.activity else ""
        if words != self.viewport().accessibleName():
            self.viewport().setAccessibleName(words)
            if self.hasFocus():
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    def _step(self, rows: int) -> None:
        """Go so many activities down (negative: up)."""
        places = sorted(self._chart.place_of.values())
        if not places:
            return
        at = places.index(self._current) if self._current in places else 0
        self._go(places[max(0, min(len(places) - 1, at + rows))])

    def _go(self, place: int) -> None:
        if place != self._current:
            self._choose(place)
        self._bring_row(place)
        self._bring_time(place)

    def _at(self, point: QPointF) -> int:
        """The place of the activity's row under the pointer, or -1."""
        if point.y() < self._look.header:
            return -1
        place = int((point.y() - self._look.header + self.verticalScrollBar().value()) // self._look.row)
        return place if place < len(self._chart.rows) and self._chart.rows[place].activity else -1

    # -- Qt ------------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        marked = Marked(self._current, self._hovered, self.hasFocus())
        paint(painter, self._look, self._chart, self._place(), self._days, marked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fresh:
            self.fit()
            return
        left = self.left_edge() if event.oldSize().width() > 0 else self._wanted_left
        self._zoom_to(self._per_day)
        self._extend()
        if left is not None:
            self._scroll_to(left)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 45, line * 22)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 14, line * 9)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange):
            self._restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift, control = held == Qt.KeyboardModifier.ShiftModifier, held == Qt.KeyboardModifier.ControlModifier
        page = max(1, (self.viewport().height() - self._look.header) // self._look.row - 1)
        aside = self.horizontalScrollBar()
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Right if shift:
                if self.current() is not None:
                    self.slip_wanted.emit(1 if key == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                step = aside.pageStep() if control else aside.singleStep()
                aside.setValue(aside.value() + (step if key == Qt.Key.Key_Right else -step))
                self._moved()
            case Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_PageUp:
                self._step(-page)
            case Qt.Key.Key_PageDown:
                self._step(page)
            case Qt.Key.Key_Home if control:
                self._to_end(first=True)
            case Qt.Key.Key_End if control:
                self._to_end(first=False)
            case Qt.Key.Key_Home:
                self._step(-len(self._chart.rows))
            case Qt.Key.Key_End:
                self._step(len(self._chart.rows))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(ZOOM)
            case Qt.Key.Key_Minus | Qt.Key.Key_Underscore:
                self.zoom(1 / ZOOM)
            case Qt.Key.Key_0 if held in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
                self.fit()
            case Qt.Key.Key_T if held == Qt.KeyboardModifier.NoModifier:
                self.go_today()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if held == Qt.KeyboardModifier.NoModifier:
                chosen = self.current()
                if chosen is not None:
                    self.activated.emit(chosen)
            case _:
                event.ignore()

    def _to_end(self, *, first: bool) -> None:
        """Bring the start or the end of the plan in sight."""
        if self._chart.first is None or self._chart.last is None:
            return
        room = DAY * ((self._room() - self._pad()) / self._per_day)
        self._scroll_to(self._chart.first - DAY * (self._pad() / self._per_day) if first else self._chart.last - room)
        self._moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM ** (turned / 120), max(0.0, event.position().x() - self._left()))
            event.accept()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not event.angleDelta().y():
            aside = self.horizontalScrollBar()
            aside.setValue(round(aside.value() - turned / 120 * aside.singleStep() * 3))
            self._moved()
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragging = ""
        if event.button() == Qt.MouseButton.LeftButton and self._on_divider(event.position()):
            self._dragging = "divider"
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position()
            self._begin = (self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        place = self._at(event.position())
        if place >= 0 and event.button() != Qt.MouseButton.MiddleButton and place != self._current:
            self._choose(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._dragging == "divider":
            self._column = at.x()
            self._extend()
            self._moved()
            return
        if self._pressed is not None:
            far = (at - self._pressed).manhattanLength()
            if not self._dragging and far >= self._look.line * 0.6 and self._pressed.x() > self._left():
                self._dragging = "hand"
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            if self._dragging == "hand":
                self.horizontalScrollBar().setValue(round(self._begin[0] - (at.x() - self._pressed.x())))
                self.verticalScrollBar().setValue(round(self._begin[1] - (at.y() - self._pressed.y())))
                self._moved()
            return
        self.viewport().setCursor(Qt.CursorShape.SplitHCursor if self._on_divider(at) else Qt.CursorShape.ArrowCursor)
        self._hover(self._at(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._dragging = None, ""
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._on_divider(event.position()):
            self._column = 0.0
            self._extend()
            self.viewport().update()
            return
        place = self._at(event.position())
        row = self._chart.rows[place] if place >= 0 else None
        if row and row.activity:
            self.activated.emit(row.activity.id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._go(self._current) if self._current >= 0 else None
            y = self._look.header + (self._current + 1) * self._look.row - self.verticalScrollBar().value()
            self.menu_wanted.emit(self.viewport().mapToGlobal(QPoint(round(self._left() / 2), round(y))))
        else:
            place = self._at(QPointF(event.pos()))
            if place >= 0 and place != self._current:
                self._choose(place)
            self.menu_wanted.emit(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told_at(QPointF(event.pos())), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def told_at(self, point: QPointF) -> str:
        """What the tooltip says at a place: the milestone, the day of the header, or the activity."""
        place = self._place()
        if point.y() < place.top:
            for flag, box in flag_places(self._look, self._chart, place):
                if box.contains(point):
                    return flag.words
        for flag in self._chart.flags:
            if point.x() > place.left and abs(place.x(flag.at) - point.x()) <= _GRIP:
                return flag.words
        number = self._at(point)
        if number >= 0:
            one = self._chart.rows[number].activity
            return spoken(one) if one else ""
        if point.y() < place.top and point.x() > place.left and self._chart.dated:
            return moment_words(Moment(place.scale.at(point.x() - place.left).date()))
        whole = int((point.y() - place.top + place.scroll) // place.row)
        return self._chart.rows[whole].title if 0 <= whole < len(self._chart.rows) and point.y() > place.top else ""

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.viewport().update()

    def _on_divider(self, at: QPointF) -> bool:
        return abs(at.x() - self._left()) <= _GRIP

    def _restyle(self) -> None:
        self._look = Look.of(self._theme, self.devicePixelRatioF())
        self._extend()
        self.viewport().update()

"""The drawn part of the timeline as it scrolls and zooms: what is in sight, and painting only that."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from desktop.working_days import WorkingDays
from ui.theme.theme import Theme
from ui.widgets.timeline_look import Canvas, Look, Marked, Place
from ui.widgets.timeline_paint import paint
from ui.widgets.timeline_rows import Chart, Row, reach, shown_at_first
from ui.widgets.timeline_scale import DAY, MOST_PER_DAY, Scale

_WIDEST = 1_000_000
"""Pixels of the whole chart at the closest zoom: scroll bars and painting stay exact."""


class TimelineArea(QAbstractScrollArea):
    """The header and the column of names stay; everything is painted into the one viewport."""

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
        """Width that the person gave the column of names; 0 = ours."""
        self._whole = True
        """Nobody zoomed or scrolled: the whole plan is fitted in, whatever the size."""
        self._wanted_left: datetime | None = None
        """A place of an earlier run that waits for its plan."""
        self._kept_left: datetime | None = None
        """The time at the left edge, as it was scrolled last."""
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self._restyle)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show_chart(self, made: Chart, days: WorkingDays) -> None:
        """Show this; zoom and place stay."""
        left = self.left_edge() or self._wanted_left
        self._chart, self._days = made, days
        self._hovered = -1
        if made.dated and (self._whole or not self._per_day):
            self.fit()
        else:
            self._per_day = self._held(self._per_day)
            self._extend()
            if left is not None and made.dated:
                self._scroll_to(left)
                self._wanted_left = None
        self.viewport().update()

    def whole(self) -> bool:
        """Whether the whole plan is fitted in, as nobody zoomed or scrolled."""
        return self._whole

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
        """Width that the person gave the column of names, in heights of a line of text; 0 = ours."""
        return self._column / self._look.line

    def put_back(self, per_day: float, left: datetime | None, column: float) -> None:
        """Take back zoom, place and column of an earlier run; 0 and None leave them to us."""
        self._column = column * self._look.line
        if per_day > 0 and left is not None:
            self._whole = False
            self._per_day = self._held(per_day * self._look.line)
            self._wanted_left = left
        self._extend()
        if self._wanted_left is not None and self._chart.dated:
            self._scroll_to(self._wanted_left)
            self._wanted_left = None
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
        self._whole, self._wanted_left = True, None
        self.zoomed.emit()
        self.viewport().update()

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Go closer (or away, below 1); the time at `around` (pixels from the left of the chart) stays where it is."""
        if not self._chart.dated:
            return
        if around is None:
            around = self._centre()
        held = self._scale().at(around)
        self._per_day = self._held(self._per_day * factor)
        self._extend()
        self._scroll_to(held - DAY * (around / self._per_day))
        self._moved()
        self.zoomed.emit()

    def can_zoom(self, factor: float) -> bool:
        """Whether there is anything closer, or further away."""
        return self._chart.dated and abs(self._held(self._per_day * factor) - self._per_day) > self._per_day * 1e-3

    def go_today(self) -> None:
        """Bring today into the middle, and rows of today in sight when none of those that show has any of it."""
        self._bring_middle(self._chart.now)
        edges = self.left_edge(), self.right_edge()
        if edges[0] is None or edges[1] is None:
            return
        first, last = self._place().rows
        shown = self._chart.rows[first : max(first + 1, last - 1)]
        if not any((span := row.now) and span.finish >= edges[0] and span.start <= edges[1] for row in shown):
            coming = [n for n, row in enumerate(self._chart.rows) if row.now and row.now.finish >= self._chart.now]
            if coming:
                self._bring_row(coming[0])

    def go_to_edge(self, *, first: bool) -> None:
        """Bring the start or the end of the plan in sight."""
        if self._chart.first is None or self._chart.last is None:
            return
        pad = self._pad() if first else self._room() - self._pad()
        self._scroll_to((self._chart.first if first else self._chart.last) - DAY * (pad / self._per_day))
        self._moved()

    def go_aside(self, step: int) -> None:
        """Scroll in time, so many pixels."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + step)
        self._moved()

    def _held(self, per_day: float) -> float:
        """A zoom within bounds: everything takes at least a third of the width, and no more than can be scrolled."""
        if not self._chart.dated:
            return per_day
        low, high = reach(self._chart)
        length = max((high - low) / DAY, 0.25)
        return max(min(per_day, MOST_PER_DAY * self._look.line / 16, _WIDEST / length), self._room() / length / 3)

    def _centre(self) -> float:
        """What keys zoom around: the chosen activity when it is in sight, else the middle."""
        row = self._row(self._current)
        if row and row.now:
            x = self._scale().x(row.now.start)
            if 0 <= x <= self._room():
                return x
        return self._room() / 2

    def _extend(self) -> None:
        """Fit the scroll bars to the chart."""
        tall = self._tall()
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, round(len(self._chart.rows) * self._look.row) - tall))
        vertical.setPageStep(max(1, tall))
        vertical.setSingleStep(self._look.row)
        if not self._chart.dated or not self._per_day:
            horizontal.setRange(0, 0)
            return
        low, high = reach(self._chart)
        wide = (high - low) / DAY * self._per_day + 2 * self._margin()
        horizontal.setRange(0, max(0, round(wide - self._room())))
        horizontal.setPageStep(max(1, round(self._room())))
        horizontal.setSingleStep(max(10, round(self._look.line * 2)))

    def _scroll_to(self, left: datetime) -> None:
        low, _high = reach(self._chart)
        self.horizontalScrollBar().setValue(round((left - low) / DAY * self._per_day + self._margin()))
        self._kept_left = self.left_edge()

    def _margin(self) -> float:
        """Room at either end, so that what is there can be brought into the middle."""
        return self._room() * 0.5

    def _pad(self) -> float:
        return self._look.line * 1.5

    def _tall(self) -> int:
        """Pixels of the rows below the header."""
        return self.viewport().height() - self._look.header

    def _room(self) -> float:
        """Pixels of the chart right of the names."""
        return max(50.0, self.viewport().width() - self._left())

    def _left(self) -> float:
        """Where the chart begins: not more than six tenths of the width."""
        whole = self.viewport().width()
        wanted = self._column or min(self._look.line * 22, whole * 0.36)
        return round(max(self._look.line * 6, min(wanted, whole * 0.6)))

    def _scale(self) -> Scale:
        if not self._chart.dated or not self._per_day:
            return Scale(datetime(1, 1, 1), 1.0)
        low, _high = reach(self._chart)
        start = Scale(low, self._per_day).at(self.horizontalScrollBar().value() - self._margin())
        return Scale(start, self._per_day)

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

    def _canvas(self, painter: QPainter) -> Canvas:
        marked = Marked(self._current, self._hovered, self.hasFocus())
        return Canvas(painter, self._look, self._chart, self._place(), marked)

    def _row(self, place: int) -> Row | None:
        return self._chart.rows[place] if 0 <= place < len(self._chart.rows) else None

    def _bring_middle(self, at: datetime) -> None:
        if self._chart.dated:
            self._scroll_to(at - DAY * (self._room() / 2 / self._per_day))
            self._moved()

    def _bring_row(self, place: int) -> None:
        """Bring a row in sight, with the name of its phase when it is the first of it."""
        bar, row = self.verticalScrollBar(), self._look.row
        above = place - 1 if place and self._chart.rows[place - 1].activity is None else place
        if above * row < bar.value():
            bar.setValue(above * row)
        elif (place + 1) * row > bar.value() + self._tall():
            bar.setValue((place + 1) * row - self._tall())

    def _bring_time(self, place: int) -> None:
        """Bring a row's bar in sight when none of it is."""
        span = self._chart.rows[place].now
        if span is None or not self._per_day:
            return
        scale = self._scale()
        if scale.x(span.finish) < 0 or scale.x(span.start) > self._room():
            self._bring_middle(span.start + (span.finish - span.start) / 2)

    def _moved(self) -> None:
        self._whole = False
        self.viewport().update()

    # -- Qt ------------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        paint(self._canvas(painter), self._days)

    def resizeEvent(self, event: QResizeEvent) -> None:
        left = self._kept_left  # the margins hang on the width, which has changed by now
        super().resizeEvent(event)
        if self._whole:
            self.fit()
        elif self._chart.dated:
            self._per_day = self._held(self._per_day)
            self._extend()
            if left is not None:
                self._scroll_to(left)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._kept_left = self.left_edge()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 45, line * 22)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(line * 14, line * 9)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange):
            self._restyle()

    def _restyle(self) -> None:
        """Take the theme's colours and fonts anew; the same stretch of time stays in sight."""
        left, lines = self.left_edge(), self.per_day()
        self._look = Look.of(self._theme, self.devicePixelRatioF())
        self._per_day = self._held(lines * self._look.line)
        self._extend()
        if self._whole:
            self.fit()
        elif left is not None:
            self._scroll_to(left)
        self.viewport().update()

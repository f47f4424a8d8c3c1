"""The timeline of a cutover plan: the chart, its buttons, and what its marks mean. The list is its twin as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from desktop.cutover.calendar_file import REHEARSAL
from desktop.cutover.model import PlanView
from desktop.cutover.rehearsal_names import must_say_rehearsal
from desktop.errors import InvalidInput
from desktop.working_days import WorkingDays
from ui.context import Context, Tone
from ui.paper import ask_pdf, ask_printer, file_name, page_layout, save_pdf
from ui.widgets.basics import EmptyState, button
from ui.widgets.timeline_chart import ZOOM, TimelineChart
from ui.widgets.timeline_legend import Legend
from ui.widgets.timeline_print import fitting_size, print_timeline, timeline_pdf
from ui.widgets.timeline_rows import Chart, chart, summary

_EMPTY, _CHART = range(2)


class Timeline(QWidget):
    """Shows a `PlanView`. `state` and `restore` keep zoom, place and width of the first column for the page."""

    selected = Signal(int)
    """Another activity was chosen, by its id."""
    activated = Signal(int)
    """Enter or a double click on an activity."""
    slip_wanted = Signal(int)
    """The chosen activity is to begin so many working days later (negative: earlier): the page asks, and shows it."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.fill_menu: Callable[[QMenu], object] | None = None
        """The page's own lines of an activity's menu; they stand first."""
        self.view: PlanView | None = None
        self._days: WorkingDays | None = None
        self._names: Mapping[str, str] = {}
        self._made = Chart()
        theme = context.theme
        self.chart = TimelineChart(theme)
        self.chart.current_changed.connect(self.selected)
        self.chart.activated.connect(self.activated)
        self.chart.slip_wanted.connect(self.slip_wanted)
        self.chart.menu_wanted.connect(self._show_menu)
        self.chart.zoomed.connect(self._enable)
        self.setFocusProxy(self.chart)
        self.empty = EmptyState(
            theme,
            "calendar",
            "Nothing in this plan has a day yet",
            "Give an activity a start or a due day, or let it hang on a milestone: what waits for it then gets its "
            "days as well. The list has every activity.",
        )
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addLayout(self._buttons())
        column.addWidget(self.chart, 1)
        column.addWidget(Legend(theme))
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(whole)

    def set_view(self, view: PlanView, days: WorkingDays, names: Mapping[str, str] | None = None) -> None:
        """Show a plan as it stands; the chosen activity and the place stay. `names`: of milestones, by id."""
        another = self.view is not None and self.view.plan.id != view.plan.id
        self.view, self._days, self._names = view, days, names or {}
        self._made = chart(view, names)
        if another:
            self.chart.forget_place()
        self.chart.fill(self._made, days)
        self.chart.setAccessibleName(f"Timeline of {view.plan.name}")
        self.chart.setAccessibleDescription(summary(self._made, view))
        self._stack.setCurrentIndex(_CHART if self._made.dated else _EMPTY)
        self._enable()

    def select(self, activity_id: int) -> None:
        """Choose an activity and bring it in sight; nothing happens when it is not in the plan."""
        self.chart.select(activity_id)

    def current(self) -> int | None:
        """The id of the chosen activity."""
        return self.chart.current()

    def state(self) -> dict[str, object]:
        """Zoom, place and column as JSON values; nothing of zoom and place while the whole plan is shown."""
        left = self.chart.left_edge()
        kept: dict[str, object] = {}
        if self.chart.column():
            kept["column"] = round(self.chart.column(), 2)
        if left is not None and not self.chart.whole():
            kept |= {"day": round(self.chart.per_day(), 4), "left": left.isoformat(timespec="minutes")}
        return kept

    def restore(self, state: object) -> None:
        """Take back what `state` gave; anything else is passed over."""
        kept = state if isinstance(state, dict) else {}
        self.chart.put_back(_number(kept.get("day")), _time(kept.get("left")), _number(kept.get("column")))

    # -- printing ------------------------------------------------------------------------------------------------------

    def print_plan(self) -> None:
        """Ask for a printer and print the whole plan."""
        view = self.view
        if view is None or not self._made.dated:
            return
        printer = ask_printer(self, self._document(view), page_layout(fitting_size(view), landscape=True))
        if printer is not None:
            pages = print_timeline(view, printer, self._days, self._names)
            self.context.say(f"Sent to the printer: {pages} page{'' if pages == 1 else 's'}", Tone.GOOD)

    def save_as_pdf(self) -> None:
        """Ask for a file and keep the whole plan as PDF."""
        view = self.view
        if view is None or not self._made.dated:
            return
        name = self._document(view)
        path = ask_pdf(self, self.context, name)
        if path is not None:
            try:
                must_say_rehearsal(view.plan, path.name, f"{file_name(name)}.pdf")
            except InvalidInput as error:
                self.context.say(str(error), Tone.ERROR)
                return
            # Painted here, as pictures of icons are made by the window's own thread only.
            made = timeline_pdf(view, self._days, self._names, size=fitting_size(view))
            save_pdf(self, self.context, path, lambda: made)

    @staticmethod
    def _document(view: PlanView) -> str:
        plan = view.plan
        return f"{REHEARSAL if plan.rehearsal else ''} {plan.ref} {plan.details.title} timeline".strip()

    # -- how -----------------------------------------------------------------------------------------------------------

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.context.theme.px(1))
        chart = self.chart
        self.closer = button("Zoom in", lambda: chart.zoom(ZOOM * ZOOM), tip="Closer (+, Ctrl and the wheel)")
        self.away = button("Zoom out", lambda: chart.zoom(1 / ZOOM / ZOOM), tip="Further away (-, Ctrl and the wheel)")
        self.whole = button("Whole plan", chart.fit, tip="All of it in sight (0)")
        self.today = button("Today", chart.go_today, tip="Bring today into the middle (T)")
        self.printing = button(
            "Print…", self.print_plan, tip="The whole plan on A4 or A3, over as many pages as it takes"
        )
        self.saving = button("Save as PDF…", self.save_as_pdf)
        for made in (self.closer, self.away, self.whole, self.today):
            row.addWidget(made)
        row.addStretch()
        for made in (self.printing, self.saving):
            row.addWidget(made)
        return row

    def _enable(self) -> None:
        self.closer.setEnabled(self.chart.can_zoom(ZOOM))
        self.away.setEnabled(self.chart.can_zoom(1 / ZOOM))

    def menu(self) -> QMenu:
        """The menu of the chosen activity: the page's own lines, slipping, zoom, printing."""
        menu = QMenu(self)
        if self.current() is not None:
            if self.fill_menu:
                self.fill_menu(menu)
                menu.addSeparator()
            for words, days, key in (
                ("Slip by a working day later…", 1, "Shift+Right"),
                ("Slip by a working day earlier…", -1, "Shift+Left"),
            ):
                action = menu.addAction(words)
                action.setShortcut(QKeySequence(key))
                action.triggered.connect(lambda _checked=False, by=days: self.slip_wanted.emit(by))
                action.setEnabled(self.context.can_write)
            menu.addSeparator()
        for words, key, run in (
            ("Zoom in", "+", lambda: self.chart.zoom(ZOOM)),
            ("Zoom out", "-", lambda: self.chart.zoom(1 / ZOOM)),
            ("Whole plan", "0", self.chart.fit),
            ("Go to today", "T", self.chart.go_today),
        ):
            action = menu.addAction(words)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(lambda _checked=False, do=run: do())
        menu.addSeparator()
        menu.addAction("Print…", self.print_plan)
        menu.addAction("Save as PDF…", self.save_as_pdf)
        return menu

    def _show_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.exec(at)
        menu.deleteLater()


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else 0.0


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None

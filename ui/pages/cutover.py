"""Cutover: the activities of a plan as a list and as a timeline, what each waits for, and how far the whole is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QTabWidget, QToolButton, QVBoxLayout, QWidget

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import View
from desktop.changes import Subject
from desktop.cutover.model import Activity, PlanSummary, PlanView
from desktop.evidence.model import Target, TargetKind
from desktop.jobs import Job
from desktop.milestones.service import MilestoneDay
from ui.commands import Command
from ui.context import Tone
from ui.dropping import PORTFOLIO_ENDINGS, RESULT_ENDINGS, Drop, files_in_words
from ui.pages.cutover_empty import NothingInPlan, WithoutPlan
from ui.pages.cutover_notices import FIGURE_FILTERS, notice_of, subtitle
from ui.pages.cutover_plans import PlanVerbs
from ui.pages.cutover_read import CutoverData, Wanted, read
from ui.pages.cutover_verbs import CutoverVerbs
from ui.pages.page import Page
from ui.pages.payloads import ShowActivity, ShowTarget, ShowView
from ui.widgets.banner import Banner
from ui.widgets.basics import button
from ui.widgets.cutover_look import called, look_of
from ui.widgets.cutover_pane import ActivityPane, PaneVerbs
from ui.widgets.cutover_strip import CutoverStrip, PlanChooser
from ui.widgets.evidence_drop import AttachByDrop, Importing, area_of, attach_files, is_over
from ui.widgets.menu_button import MenuButton
from ui.widgets.pack_difference import difference_words
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel
from ui.widgets.timeline import Timeline

LIST, TIMELINE = 0, 1
FACETS_FROM = 62
"""Heights of a line that the list must be wide to show facets: else due, forecast and owner would be out of sight."""
ENDINGS = frozenset({".csv", ".tsv", ".xlsx", ".xlsm"})


class CutoverPage(Page):
    """The plan at the top, its activities as a list or a timeline, and the chosen one at the right."""

    id = "cutover"
    title = "Cutover"
    icon = "cutover"
    subjects = frozenset(
        {
            Subject.CUTOVER,
            Subject.MILESTONES,
            Subject.EVIDENCE,
            Subject.DECLARATIONS,
            Subject.CONTENT,
            Subject.PARTICIPANT,
            Subject.SETTINGS,
        }
    )

    def build(self) -> None:
        context = self.context
        self.verbs, self.plan_verbs = CutoverVerbs(context, self), PlanVerbs(context, self)
        self.data: CutoverData | None = None
        self._by_id: dict[int, Activity] = {}
        self._source: tuple[int, FrameTable] | None = None
        self._plan_id: int | None = None
        self._plan_ref = ""
        self._wanted: int | None = None
        self._view: View | None = None
        self._cursor: tuple[int | None, int] = (None, 0)
        self._round = 0
        self._kept: dict[str, object] = {}
        self._fill_header()
        self.stack = QStackedLayout()
        self.stack.addWidget(WithoutPlan(context, self.plan_verbs))
        self.stack.addWidget(self._content())
        self.body.addLayout(self.stack, 1)
        self.stack.setCurrentIndex(1)
        context.commands.add(*self.verbs.commands(), *self.plan_verbs.commands(), *self._commands())
        for made in self.attaching.commands("cutover", menu="Cutover", group="4"):
            context.commands.add(replace(made, enabled=partial(self._may_attach, made.enabled)))
        self.verbs.fill_more(self.pane.more)
        self.plan_verbs.fill_menu(self.chooser.menu_button.menu_of)
        self.plan_verbs.fill_export(self.export_button.menu_of)

    # -- what the window asks for --------------------------------------------------------------------------------------

    def refresh(self, subjects: frozenset[Subject]) -> None:
        self._round += 1
        number, workspace = self._round, self.context.workspace
        wanted = Wanted(self._plan_id, self._wanted, self._plan_ref, self._source)

        def work(_job: Job) -> CutoverData:
            return read(workspace, wanted)

        def came(data: CutoverData) -> None:
            if number == self._round:
                self._fill(data)

        self.context.read("Reading the cutover plan", work, came)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowActivity):
            self._wanted = payload.activity_id
            self.choose_plan(payload.plan_id)
        elif isinstance(payload, ShowTarget) and payload.target.kind is TargetKind.ACTIVITY:
            self.show_activity(payload.target.id)
        elif isinstance(payload, ShowView):
            self.tabs.setCurrentIndex(LIST)
            if self._source is None:
                self._view = payload.view
            else:
                self.panel.apply(payload.view)

    def table(self) -> TablePanel | None:
        return self.panel if self.tabs.currentIndex() == LIST else None

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        if self.plan is not None and not self.plan_open and paths[0].suffix.lower() not in ENDINGS:
            return Drop("no", paths[0], f"{self.plan.ref} is closed: open it again to attach evidence", area_of(self))
        if self.plan_open and self.stack.currentIndex() == 1 and (found := self.attaching.drop(paths, at)) is not None:
            return found
        importable = len(paths) == 1 and paths[0].suffix.lower() in ENDINGS and paths[0].is_file()
        known = len(paths) == 1 and paths[0].suffix.lower() in PORTFOLIO_ENDINGS | RESULT_ENDINGS
        if not importable and (not self._by_id or (known and self._under_timeline(at) is None)):
            return None
        if self.context.workspace.read_only:
            return Drop("no", paths[0], "This workspace is open for reading only: nothing can be taken")
        if not importable:
            return self._drop_proof(paths, at)
        area = area_of(self)
        return Drop("page", paths[0], f"Drop to look at the activities in “{paths[0].name}” before taking any", area)

    def _drop_proof(self, paths: list[Path], at: QPoint) -> Drop:
        """What becomes of files that hold no activities: evidence of the one that is chosen in the timeline."""
        if (one := self._under_timeline(at)) is None:
            return Drop("no", paths[0], "Drop it on an activity to keep it as its evidence", area_of(self))
        words = f"Drop to attach {files_in_words(paths)} to {called(one)}"
        return Drop("page", paths[0], words, area_of(self.timeline))

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        one = self._under_timeline(at)
        if self.plan_open and self.stack.currentIndex() == 1 and self.attaching.drop(paths, at) is not None:
            self.attaching.dropped(paths, at)
        elif len(paths) == 1 and paths[0].suffix.lower() in ENDINGS:
            self.plan_verbs.import_rows(paths[0])
        elif one is not None:
            attach_files(self.context, Target(TargetKind.ACTIVITY, one.id), called(one), paths)

    def _under_timeline(self, at: QPoint) -> Activity | None:
        """The chosen activity, where the timeline is under a place of the screen."""
        return self.chosen_one() if is_over(self.timeline, at) else None

    def state(self) -> dict[str, object]:
        return {
            **self._kept,
            "tab": self.tabs.currentIndex(),
            "plan": self._plan_ref,
            "timeline": self.timeline.state(),
        }

    def restore(self, state: dict[str, object]) -> None:
        self._kept = {name: state[name] for name in ("split",) if name in state}
        put_sizes_back(self.split, state.get("split"))
        self.tabs.setCurrentIndex(TIMELINE if state.get("tab") == TIMELINE else LIST)
        self._plan_ref = str(state.get("plan", ""))
        self.timeline.restore(state.get("timeline"))

    # -- what its parts ask --------------------------------------------------------------------------------------------

    @property
    def plan(self) -> PlanSummary | None:
        """The plan that is shown."""
        return self.data.plan if self.data else None

    @property
    def plan_id(self) -> int | None:
        """Its id."""
        return self.plan.id if self.plan else None

    @property
    def view(self) -> PlanView | None:
        """The plan with its activities, as it was read last."""
        return self.data.view if self.data else None

    @property
    def plan_open(self) -> bool:
        """Whether there is a plan, and it was not closed."""
        return self.plan is not None and not self.plan.details.closed

    def milestones(self) -> tuple[MilestoneDay, ...]:
        """The milestones, for the forms."""
        return self.data.words.milestones if self.data else ()

    def activity(self, activity_id: int) -> Activity | None:
        """An activity of the plan that is shown."""
        return self._by_id.get(activity_id)

    def current_id(self) -> int | None:
        """The activity with the cursor, in the list or in the timeline, whichever is in front."""
        if self.tabs.currentIndex() == LIST:
            return self.panel.current_id()
        return self.timeline.current()

    def has_chosen(self) -> bool:
        """Whether an activity is chosen: asked at each change, so nothing is read."""
        if self.tabs.currentIndex() == LIST:
            return self.panel.has_current()
        return self.timeline.current() is not None

    def chosen(self) -> list[Activity]:
        """The selected activities, else the one with the cursor."""
        current = self.current_id()
        ids = self.panel.selected_ids() if self.tabs.currentIndex() == LIST else []
        found = ids or ([current] if current is not None else [])
        return [self._by_id[one] for one in found if one in self._by_id]

    def chosen_one(self) -> Activity | None:
        """The activity with the cursor."""
        current = self.current_id()
        return self._by_id.get(current) if current is not None else None

    def choose_plan(self, plan_id: int) -> None:
        """Show another plan."""
        self._plan_id = plan_id
        if not self._stale:  # else the page reads itself anew anyway
            self.refresh(self.subjects)

    def want(self, activity_id: int) -> None:
        """Put the cursor on an activity that was just added, once it was read."""
        self._wanted = activity_id

    def show_activity(self, activity_id: int) -> None:
        """Put the cursor on an activity, of whichever plan."""
        if activity_id not in self._by_id:
            self._wanted, self._plan_id = activity_id, None
            self.refresh(self.subjects)
        elif self.tabs.currentIndex() == LIST:
            self.panel.show_id(activity_id)
        else:
            self.timeline.select(activity_id)
            self._explain(activity_id)

    def show_figure(self, name: str) -> None:
        """Show only the rows of a figure of the head; all of them when only they are shown already."""
        self.tabs.setCurrentIndex(LIST)
        only = FIGURE_FILTERS[name]
        view = self.panel.view
        shown = {one.column for one in FIGURE_FILTERS.values()}
        others = tuple(one for one in view.filters if one.column not in shown)
        self.panel.apply(replace(view, filters=others if only in view.filters else (*others, only)))

    def other_tab(self) -> None:
        """Show the timeline instead of the list, or the list again."""
        self.tabs.setCurrentIndex(TIMELINE if self.tabs.currentIndex() == LIST else LIST)

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _fill_header(self) -> None:
        verbs, writable = self.plan_verbs, not self.context.workspace.read_only
        self.milestones_button = button("Milestones…", verbs.milestones, tip="Every milestone and the day to work to")
        self.import_button = button("Import…", verbs.import_rows, tip="A plan from Excel or CSV")
        self.import_button.setAccessibleName("Import a cutover plan…")
        self.add_button = button("Add an activity…", self.verbs.add)
        for made in (self.import_button, self.add_button):
            made.setEnabled(writable)
        self.export_button = MenuButton("Export", "Export the plan", "Workbook, calendar, timeline on paper")
        for widget in (self.milestones_button, self.import_button, self.export_button, self.add_button):
            self.header.add_action(widget)

    def _content(self) -> QWidget:
        context, theme = self.context, self.context.theme
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        self.notice = Banner(theme, lasting=True)
        self.pack_banner = Banner(theme, lasting=True)
        self.pack_button = button("Show the difference…", self.plan_verbs.take_difference)
        inside = self.pack_banner.layout()
        assert inside is not None
        inside.addWidget(self.pack_button)
        self.chooser = PlanChooser()
        self.chooser.chosen.connect(self.choose_plan)
        self.strip = CutoverStrip(theme, self.show_figure, self.plan_verbs.baseline)
        self.gonogo_button = button("Go/no-go sheet", self.plan_verbs.show_gonogo, role="link")
        top = QHBoxLayout()
        top.addWidget(self.chooser, 1)
        top.addWidget(self.gonogo_button)
        for widget in (self.notice, self.pack_banner):
            column.addWidget(widget)
        column.addLayout(top)
        column.addWidget(self.strip)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.left = QStackedLayout()
        place = QWidget()
        place.setLayout(self.left)
        self.left.addWidget(self._tabs())
        self.nothing = NothingInPlan(context, self.plan_verbs, self.verbs)
        self.left.addWidget(self.nothing)
        self.split.addWidget(place)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 2)
        width = self.fontMetrics().averageCharWidth()
        self.split.setSizes([width * 126, width * 52])
        self.split.splitterMoved.connect(lambda _at, _which: self._kept.update(split=kept_sizes(self.split)))
        column.addWidget(self.split, 1)
        return content

    def _tabs(self) -> QTabWidget:
        context, verbs = self.context, self.verbs
        self.panel = TablePanel(context, "cutover", title="Cutover plan")
        self.panel.looks = look_of
        self.panel.facets_from = FACETS_FROM
        self.panel.row_menu = verbs.fill_menu
        if not context.workspace.read_only:
            self.panel.edit_cell = verbs.edit_cell
        self.panel.current_changed.connect(self._moved)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.panel.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(lambda: context.commands.run("cutover.remove"))
        self.panel.activated.connect(lambda _row: context.commands.run("cutover.edit"))
        self.panel.selection_changed.connect(self._selection_moved)
        self.panel.loaded.connect(self._loaded)
        self.pane = ActivityPane(
            context,
            PaneVerbs(
                verbs.done, verbs.start, verbs.slip, verbs.edit, verbs.confirm, verbs.rag, verbs.declare,
                self.show_activity, self.verbs.show_declaration,
            ),
        )  # fmt: skip
        self.attaching = AttachByDrop(
            self.panel, context, TargetKind.ACTIVITY, self._called, pane=self.pane.evidence,
            imports=Importing(ENDINGS, "activities", self.plan_verbs.import_rows),
        )  # fmt: skip
        self.timeline = Timeline(context)
        self.timeline.selected.connect(self._explain)
        self.timeline.activated.connect(lambda _id: context.commands.run("cutover.edit"))
        self.timeline.slip_wanted.connect(verbs.slip)
        self.timeline.fill_menu = verbs.fill_menu
        presses: tuple[tuple[QWidget, Qt.ShortcutContext], ...] = (
            (self.panel.table, Qt.ShortcutContext.WidgetShortcut),
            (self.timeline, Qt.ShortcutContext.WidgetWithChildrenShortcut),
        )
        for widget, scope in presses:
            space = QShortcut(QKeySequence(Qt.Key.Key_Space), widget)
            space.setContext(scope)
            space.activated.connect(lambda: context.commands.run("cutover.done"))
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("List and timeline of the plan")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setUsesScrollButtons(False)
        for made in self.tabs.tabBar().findChildren(QToolButton):  # Qt's own, which never show
            made.setToolTip(made.accessibleName())
        self.tabs.addTab(self._tab(self.panel), "List")
        self.tabs.addTab(self._tab(self.timeline), "Timeline")
        self.tabs.currentChanged.connect(self._other_tab)
        return self.tabs

    def _tab(self, widget: QWidget) -> QWidget:
        place = QWidget()
        inner = QVBoxLayout(place)
        inner.setContentsMargins(0, self.context.theme.px(2), 0, 0)
        inner.addWidget(widget)
        return place

    def _commands(self) -> list[Command]:
        return [
            Command("cutover.late", "Late activities only", lambda: self.show_figure("late"), "Cutover", "9", "Ctrl+L",
                    "warning", "Again shows all", page="cutover", whole=True),
            Command("cutover.other", "List or timeline", self.other_tab, "Cutover", "9", "Ctrl+Tab", "",
                    "The other picture of the same plan", page="cutover", whole=True),
        ]  # fmt: skip

    # -- filling -------------------------------------------------------------------------------------------------------

    def _fill(self, data: CutoverData) -> None:
        self.data = data
        plan, view = data.plan, data.view
        self._plan_id = plan.id if plan else None
        self._plan_ref = plan.ref if plan else self._plan_ref
        self._by_id = {one.id: one for one in view.activities} if view else {}
        self.stack.setCurrentIndex(1 if plan else 0)
        self.header.set_subtitle(subtitle(data))
        self.chooser.fill(data.plans, self._plan_id)
        self._fill_notices(data)
        self.pane.wordings, self.pane.declared_ids = dict(data.words.wordings), data.declared
        self.pane.said_before = data.said_before
        self.pane.evidence.locked = not self.plan_open
        writable = not self.context.workspace.read_only and self.plan_open
        self.add_button.setEnabled(writable)
        self.nothing.enable(writable)
        self.export_button.setEnabled(plan is not None)
        self.left.setCurrentIndex(1 if view is not None and not view.activities else 0)
        self.pane.setVisible(bool(self._by_id))
        self.strip.setVisible(bool(self._by_id))
        if view is not None:
            self.strip.fill(view, data.days, writable=writable)
            self.timeline.set_view(view, data.days, self._milestone_names())
        self._fill_table(data)
        self._explain(self.current_id())

    def _fill_table(self, data: CutoverData) -> None:
        wanted, self._wanted = self._wanted, None
        if data.table is None or data.plan is None:
            return
        same = self._source is not None and self._source[1] is data.table
        self._source = (data.plan.id, data.table)
        if same:
            self.panel.reload(wanted if wanted is not None else self._cursor[0])
        else:
            view, self._view = self._view, None
            self._cursor = (None, 0)  # it was of another plan
            self.panel.set_source(data.table, view)
        if wanted is not None and wanted in self._by_id:
            self.panel.show_id(wanted)
            self.timeline.select(wanted)

    def _fill_notices(self, data: CutoverData) -> None:
        notice = notice_of(data)
        if notice is None:
            self.notice.hide()
        else:
            self.notice.say(*notice)
        if data.plan is not None and data.changes and not data.trouble:
            self.pack_banner.say(difference_words(data.changes, data.pack), Tone.INFO)
            self.pack_button.setEnabled(not self.context.workspace.read_only)
        else:
            self.pack_banner.hide()

    def _loaded(self) -> None:
        """The cursor stays where it was: when its row left the view, on the one that took its place."""
        row, place = self._cursor
        source = self.panel.source
        if row is not None and source is not None and source.position(row) is None and source.count():
            self.panel.show_id(source.ids(min(place, source.count() - 1), 1)[0])
        self._explain(self.current_id())

    def _moved(self, row: object) -> None:
        index = self.panel.table.currentIndex()
        if isinstance(row, int):
            self._cursor = (row, index.row())
        if self.tabs.currentIndex() == LIST:
            self._explain(row)

    def _selection_moved(self) -> None:
        if chosen := self.chosen():
            self.pane.say_chosen(chosen, open_plan=self.plan_open)
        self.context.commands.refresh()

    def _other_tab(self, tab: int) -> None:
        """The other picture shows the same activity."""
        if tab == TIMELINE:
            row = self.panel.current_id()
            if row is not None:
                self.timeline.select(row)
        elif (row := self.timeline.current()) is not None:
            self.panel.show_id(row)
        self._explain(self.current_id())

    def _may_attach(self, can: Callable[[], bool]) -> bool:
        return can() and self.plan_open

    def _explain(self, row: object) -> None:
        one = self._by_id.get(row) if isinstance(row, int) else None
        self.pane.show_activity(one, self._by_id, self._milestone_names())
        self._selection_moved()

    def _milestone_names(self) -> Mapping[str, str]:
        return {one.id: one.title if one.own else one.id for one in self.milestones()}

    def _called(self, row: int) -> str:
        one = self._by_id.get(row)
        return called(one) if one else "the activity"

"""Traceability: requirements and test cases both ways, gaps first, and the import of records."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QFileDialog,
    QMenu,
    QStackedLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import Filter, Op, View
from desktop.changes import Changes, Subject
from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.records.model import PastChange, RecordKind
from desktop.submissions.kinds.gates import next_gate
from desktop.testing.model import CaseEdit, CaseTrace, Coverage, RequirementEdit, RequirementTrace
from desktop.testing.tables import LOOK_AGAIN
from desktop.testing.trace import TraceService
from ui.context import Tone
from ui.dropping import Drop
from ui.making_books import COMMAND as MAKE_BOOK
from ui.pages.page import Page
from ui.pages.payloads import AddWorkOff, ImportRecords, PrepareSubmission, ShowTarget, ShowView, StartRun
from ui.pages.traceability_commands import trace_commands
from ui.pages.traceability_landing import land
from ui.widgets.basics import EmptyState, button
from ui.widgets.beside import Beside
from ui.widgets.evidence_drop import AttachByDrop, Importing
from ui.widgets.record_flow import RecordFlow
from ui.widgets.record_past import show_past_imports
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel
from ui.widgets.trace_actions import TraceActions
from ui.widgets.trace_case_pane import CasePane
from ui.widgets.trace_coverage import CoverageStrip
from ui.widgets.trace_look import look_of
from ui.widgets.trace_pane import RequirementPane
from ui.widgets.trace_switch import TraceSwitch

FOLDER = "records.folder"
"""The window's setting that remembers where the last file of records came from."""
TABLES = {".csv", ".tsv", ".xlsx", ".xlsm", ".xml"}
"""Endings of files that hold records as a rule; a text file that is dropped on a row is evidence as a rule."""
ENDINGS = TABLES | {".txt"}
_FILES = "Tables and test results (*.xlsx *.xlsm *.csv *.tsv *.txt *.xml);;All files (*)"
REQUIREMENTS, CASES = "requirements", "cases"
COLUMNS = {
    REQUIREMENTS: (
        "key", "cover", "title", "results", "cases", "evidence", "defects", "flags", "family", "stage", "owner",
        "reliance",
    ),
    CASES: (
        "key", "status", "title", "requirements", "executed", "run", "evidence", "defects", "flags", "stage", "owner"
    ),
}  # fmt: skip
"""What is seen before the person chose: how it stands comes right after the key."""


class TraceabilityPage(Page):
    """The coverage, a table of requirements or of cases, and the chosen one followed both ways."""

    id = "traceability"
    title = "Traceability"
    subtitle = "What is required, what tests it, how that went, and what proves it. Gaps come first."
    icon = "traceability"
    subjects = frozenset(
        {Subject.REQUIREMENTS, Subject.RESULTS, Subject.DEFECTS, Subject.EVIDENCE, Subject.PIT, Subject.CONTENT}
    )

    def build(self) -> None:
        context = self.context
        self.actions_of = TraceActions(context, self)
        self._sources: dict[str, FrameTable] = {}
        self._views: dict[str, View] = {}
        self._filters: dict[str, tuple[Filter, ...]] = {}
        self._unread: set[str] = set()
        self._cursors: dict[str, int | None] = {}
        self._wanted: tuple[str, int] | None = None
        self._strip_hidden = False
        self._begun_on = ""
        self._header()
        self.stack = QStackedLayout()
        self.flow = RecordFlow(context, self.choose_file)
        self.flow.finished.connect(self._finished)
        self.flow.told.connect(self.call)
        for widget in (self._empty(), self._whole(), self.flow):
            self.stack.addWidget(widget)
        self.body.addLayout(self.stack, 1)
        self.stack.setCurrentIndex(1)
        context.commands.add(*trace_commands(self))
        context.commands.add(*self.attach_requirements.commands(self.id, menu="Traceability", to="requirements"))
        context.commands.add(*self.attach_cases.commands(self.id, menu="Traceability", keys=False, to="test cases"))
        self._switch(REQUIREMENTS)

    # -- what the window asks for --------------------------------------------------------------------------------------

    def refresh(self, subjects: frozenset[Subject]) -> None:
        """Read the coverage and the table that is shown; the other one is read when somebody looks at it."""
        trace = self.context.workspace.trace
        shown, source = self.shown_table, self._sources.get(self.shown_table)
        self._unread = {REQUIREMENTS, CASES} - {shown}

        def work(_job: Job) -> tuple[Coverage, dict[str, FrameTable]]:
            sources = {shown: _read(trace, shown, source)}
            other = CASES if shown == REQUIREMENTS else REQUIREMENTS
            if not sources[shown].total():
                sources[other] = _read(trace, other, None)
            return trace.coverage(), sources

        self.context.read("Reading the matrix", work, self._fill)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowTarget):
            table = CASES if payload.target.kind is TargetKind.TEST_CASE else REQUIREMENTS
            self._show(table, payload.target.id)
        elif isinstance(payload, ImportRecords):
            self._begun_on = payload.begun_on
            if payload.path is not None:
                self.start(payload.path, payload.kind, payload.plan, payload.request)
            elif not self.choose_file(payload.kind, payload.plan, payload.request):
                self._leave_import()
        elif isinstance(payload, ShowView):
            self._apply(REQUIREMENTS, payload.view)

    def table(self) -> TablePanel:
        return self.panels[self.shown_table]

    def state(self) -> dict[str, object]:
        return {"split": kept_sizes(self.split), "table": self.shown_table, "strip": not self._strip_hidden}

    def restore(self, state: dict[str, object]) -> None:
        put_sizes_back(self.split, state.get("split"))
        if state.get("table") == CASES:
            self._switch(CASES)
        if state.get("strip") is False:
            self.toggle_strip()

    def may_close(self) -> str | None:
        name = self.flow.unfinished
        return f"The import of “{name}” is not finished." if name else None

    def closing(self) -> None:
        self.flow.close_files()

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        if self.stack.currentWidget() is self.flow and self.flow.busy:
            return None
        if self.stack.currentIndex() == 1 and (found := self._attaching().drop(paths, at)) is not None:
            return found
        if len(paths) != 1 or paths[0].suffix.lower() not in ENDINGS or not paths[0].is_file():
            return None
        if self.context.workspace.read_only:
            return Drop("no", paths[0], "This workspace is open for reading only: nothing can be imported")
        area = QRect(self.mapToGlobal(QPoint(0, 0)), self.size())
        return Drop("page", paths[0], f"Drop to look at the records in “{paths[0].name}” before taking any", area)

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        if self.stack.currentIndex() == 1 and self._attaching().drop(paths, at) is not None:
            self._attaching().dropped(paths, at)
        else:
            self.start(paths[0])

    # -- the import ----------------------------------------------------------------------------------------------------

    def choose_file(self, kind: RecordKind | None = None, plan: int | None = None, request: int | None = None) -> bool:
        """Let the person choose a file of records and look at it; whether one was chosen."""
        folder = str(self.context.settings.value(FOLDER, "") or Path.home())
        title = f"Import {kind.words}" if kind is not None else "Import requirements, cases, results or defects"
        chosen, _ = QFileDialog.getOpenFileName(self, title, folder, _FILES)
        if chosen:
            self.start(Path(chosen), kind, plan, request)
        return bool(chosen)

    def start(
        self, path: Path, kind: RecordKind | None = None, plan: int | None = None, request: int | None = None
    ) -> None:
        """Begin the import of a file; `plan`, `request`: what activities or questions are meant for."""
        self.context.settings.setValue(FOLDER, str(path.parent))
        self.stack.setCurrentWidget(self.flow)
        self._enable_header()
        self.flow.start(path, kind, plan=plan, request=request)

    def _leave_import(self) -> None:
        page, self._begun_on = self._begun_on, ""
        if page:
            self.context.navigate(page)

    def submit(self) -> None:
        """Go on with the RTTM at the gate that comes next; another gate is chosen in the form."""
        pit = self.context.workspace.pit
        self.context.read(
            "Reading the gates",
            lambda _job: next_gate(pit.gates()),
            lambda gate: self.context.navigate("submissions", PrepareSubmission("rttm", gate=gate)),
        )

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _header(self) -> None:
        self.add_button = QToolButton()
        self.add_button.setProperty("role", "button")
        self.add_button.setText("Add")
        self.add_button.setAccessibleName("Add a requirement or a test case")
        self.add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.add_button)
        menu.addAction("Requirement…", self.actions_of.add_requirement)
        menu.addAction("Test case…", lambda: self.actions_of.add_case(self.chosen(REQUIREMENTS)))
        self.add_button.setMenu(menu)
        self.past_button = button("Past imports…", lambda: show_past_imports(self.context, self))
        self.book_button = button("Make a workbook…", lambda: self.context.commands.run(MAKE_BOOK))
        self.import_button = button("Import…", self.choose_file, role="primary")
        self.import_button.setAccessibleName("Import requirements, cases, results or defects…")
        for made in (self.add_button, self.past_button, self.book_button, self.import_button):
            self.header.add_action(made)

    def _empty(self) -> EmptyState:
        first = button("Import requirements or test cases…", self.choose_file, role="primary")
        first.setEnabled(not self.context.workspace.read_only)
        return EmptyState(
            self.context.theme,
            "traceability",
            "No requirement and no test case is here yet",
            "Import them from Excel or CSV, or results as JUnit XML: every heading is mapped by you, and you see the "
            "difference first. You can also drop the file here, or type them with “Add”.",
            first,
        )

    def _whole(self) -> QWidget:
        context, theme = self.context, self.context.theme
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        self.strip = CoverageStrip(theme, self._wanted_from_strip)
        column.addWidget(self.strip)
        tables = ((REQUIREMENTS, "Requirements"), (CASES, "Test cases"))
        self.switch = TraceSwitch(
            theme, tables, self._switch, self._show_changed, self._show_orphans, self.toggle_strip
        )  # fmt: skip
        self.changed_button, self.orphan_button = self.switch.changed_button, self.switch.orphan_button
        column.addWidget(self.switch)
        self.panels = {
            REQUIREMENTS: TablePanel(context, REQUIREMENTS, title="Requirements", empty=self._nothing(REQUIREMENTS)),
            CASES: TablePanel(context, CASES, title="Test cases", empty=self._nothing(CASES)),
        }
        verbs = self.actions_of
        self.panes: dict[str, RequirementPane | CasePane] = {
            REQUIREMENTS: RequirementPane(
                context, edit=self.edit, link=self.link, unlink=verbs.unlink, confirm=verbs.confirm,
                show_cases=self._show_cases_of,
            ),
            CASES: CasePane(context, edit=self.edit, link=self.link, unlink=verbs.unlink, confirm=verbs.confirm),
        }  # fmt: skip
        self.left, self.right = QStackedWidget(), QStackedWidget()
        for name, panel in self.panels.items():
            panel.row_menu = self._row_menu
            panel.looks = look_of
            if not context.workspace.read_only:
                panel.edit_cell = lambda row, column, text, name=name: self._edit_cell(name, row, column, text)
            panel.current_changed.connect(partial(self._note_cursor, name))
            panel.current_changed.connect(partial(self._explain, name))
            panel.loaded.connect(lambda name=name: self._explain(name, self.panels[name].current_id()))
            panel.activated.connect(lambda _row: self.edit())
            panel.selection_changed.connect(context.commands.refresh)
            self.left.addWidget(panel)
            self.right.addWidget(self.panes[name])
        importing = Importing(frozenset(TABLES), "records", self.start)
        self.attach_requirements = AttachByDrop(
            self.panels[REQUIREMENTS], context, TargetKind.REQUIREMENT, lambda row: self._name_of(REQUIREMENTS, row),
            pane=self.panes[REQUIREMENTS].evidence, imports=importing,
        )  # fmt: skip
        self.attach_cases = AttachByDrop(
            self.panels[CASES], context, TargetKind.TEST_CASE, lambda row: self._name_of(CASES, row),
            pane=self.panes[CASES].evidence, imports=importing,
        )  # fmt: skip
        self.split = Beside(self.left, self.right, (116, 60))
        column.addWidget(self.split, 1)
        return whole

    def _nothing(self, name: str) -> EmptyState:
        words = {
            REQUIREMENTS: ("No requirement is here yet", "Import the matrix (RTTM) from Excel or CSV, or add one."),
            CASES: ("No test case is here yet", "Import them from Excel or CSV, import results, or add one."),
        }[name]
        return EmptyState(self.context.theme, "traceability", *words)

    # -- what can be done ----------------------------------------------------------------------------------------------

    def edit(self) -> None:
        """Edit the chosen records."""
        if not self.context.can_write:
            return
        ids = self.chosen(self.shown_table)
        if self.shown_table == REQUIREMENTS:
            self.actions_of.edit_requirements(ids)
        else:
            self.actions_of.edit_cases(ids)

    def link(self) -> None:
        """Link cases to the chosen requirements, or requirements to the chosen cases."""
        ids, pane = self.chosen(self.shown_table), self.panes[self.shown_table]
        one = len(ids) == 1 and pane.trace is not None
        if isinstance(pane, RequirementPane):
            linked = [case.case_id for case in pane.trace.cases] if one and pane.trace else []
            self.actions_of.link_cases(ids, linked)
        else:
            linked = [other.requirement_id for other in pane.trace.requirements] if one and pane.trace else []
            self.actions_of.link_requirements(ids, linked)

    def not_applicable(self) -> None:
        """Mark the chosen requirements as not applicable."""
        trace = self.panes[REQUIREMENTS].trace
        ids = self.chosen(REQUIREMENTS)
        now = trace.requirement.applies if isinstance(trace, RequirementTrace) and len(ids) == 1 else ""
        self.actions_of.not_applicable(ids, now)

    def rest_on(self) -> None:
        """Let the chosen requirements rest on a third party's testing."""
        trace = self.panes[REQUIREMENTS].trace
        ids = self.chosen(REQUIREMENTS)
        now = trace.requirement.reliance_id if isinstance(trace, RequirementTrace) and len(ids) == 1 else None
        self.actions_of.rest_on(ids, now)

    def make_item(self) -> None:
        """A work-off item for the chosen requirement."""
        if ids := self.chosen(REQUIREMENTS):
            self.context.navigate("defects", AddWorkOff(requirement_id=ids[0]))

    def start_run(self) -> None:
        """A run of the chosen cases, or of the cases of the chosen requirements."""
        ids, workspace, context = self.chosen(self.shown_table), self.context.workspace, self.context
        if self.shown_table == CASES:
            context.navigate("testruns", StartRun(tuple(ids)))
            return

        def read(_job: Job) -> tuple[int, ...]:
            found = [case.case_id for one in ids for case in workspace.trace.requirement(one).cases]
            return tuple(dict.fromkeys(found))

        def go(cases: tuple[int, ...]) -> None:
            if cases:
                context.navigate("testruns", StartRun(cases))
            else:
                context.say("No test case is for the chosen requirements yet: link some first.", Tone.INFO)

        context.read("Reading the cases", read, go)

    def switch_over(self) -> None:
        """Show the other table."""
        self._switch(CASES if self.shown_table == REQUIREMENTS else REQUIREMENTS)

    def toggle_strip(self) -> None:
        """Show or hide the coverage; the table takes its room."""
        self._strip_hidden = not self._strip_hidden
        self.strip.setVisible(not self._strip_hidden)
        self.switch.say_coverage(hidden=self._strip_hidden)

    # -- inside --------------------------------------------------------------------------------------------------------

    shown_table = REQUIREMENTS

    def _switch(self, name: str) -> None:
        self.shown_table = name
        self.switch.put_in_front(name)
        self.left.setCurrentWidget(self.panels[name])
        self.right.setCurrentWidget(self.panes[name])
        if name in self._unread and self._sources:
            trace, source = self.context.workspace.trace, self._sources.get(name)
            self._unread.discard(name)
            self.context.read(
                "Reading the matrix", lambda _job: _read(trace, name, source), lambda read: self._came(name, read)
            )
        self._explain(name, self.panels[name].current_id())
        self.context.commands.refresh()

    def _came(self, name: str, source: FrameTable) -> None:
        self._take_source(name, source)
        self._show_wanted()

    def _fill(self, found: tuple[Coverage, dict[str, FrameTable]]) -> None:
        coverage, sources = found
        self.strip.fill(coverage)
        for name, source in sources.items():
            self._take_source(name, source)
        self._say_changed(coverage)
        if self.stack.currentWidget() is not self.flow:
            self._show_list()
        self._show_wanted()

    def _show_wanted(self) -> None:
        if self._wanted is not None:
            (name, row), self._wanted = self._wanted, None
            self._show(name, row)

    def _note_cursor(self, name: str, row: object) -> None:
        """A table is read anew by a worker, which moves rows: where the cursor was has to be known before."""
        self._cursors[name] = row if isinstance(row, int) else None

    def _take_source(self, name: str, source: FrameTable) -> None:
        before = self._sources.get(name)
        self._sources[name] = source
        self._unread.discard(name)
        if before is source:
            self.panels[name].reload(self._cursors.get(name))
        else:
            kept = self.panels[name].views.last() or replace(source.view, columns=COLUMNS[name])
            if (filters := self._filters.pop(name, None)) is not None:
                kept = replace(kept, filters=filters, text="")
            self.panels[name].set_source(source, self._views.pop(name, kept))

    def _say_changed(self, coverage: Coverage) -> None:
        changed, orphans = coverage.changed_links, coverage.orphan_cases
        self.switch.say_counts(changed, orphans)

    def _show_list(self) -> None:
        some = any(source.total() for source in self._sources.values())
        self.stack.setCurrentIndex(1 if some else 0)
        self._enable_header()
        self.context.commands.refresh()

    def _enable_header(self) -> None:
        importing = self.stack.currentWidget() is self.flow
        for made in (self.add_button, self.past_button, self.book_button, self.import_button):
            made.setVisible(not importing)
        for made in (self.add_button, self.import_button):
            made.setEnabled(not self.context.workspace.read_only)
        self.import_button.setVisible(not importing and self.stack.currentIndex() == 1)

    def _explain(self, name: str, row: object) -> None:
        pane = self.panes[name]
        if not isinstance(row, int):
            pane.show_trace(None)
            return
        if name != self.shown_table:
            return
        workspace = self.context.workspace
        if isinstance(pane, RequirementPane):

            def work(_job: Job) -> tuple[RequirementTrace, tuple[PastChange, ...]]:
                return workspace.trace.requirement(row), workspace.requirements.requirement_history(row)

            def came(found: tuple[RequirementTrace, tuple[PastChange, ...]]) -> None:
                if self.panels[name].current_id() == row:
                    pane.show_trace(*found)

            self.context.read("Following the requirement", work, came)
        else:

            def work_case(_job: Job) -> tuple[CaseTrace, tuple[PastChange, ...]]:
                return workspace.trace.case(row), workspace.requirements.case_history(row)

            def came_case(found: tuple[CaseTrace, tuple[PastChange, ...]]) -> None:
                if self.panels[name].current_id() == row:
                    pane.show_trace(*found)

            self.context.read("Following the case", work_case, came_case)

    def _show(self, name: str, row: int) -> None:
        if not self._sources:
            self._wanted = (name, row)
            return
        if self.stack.currentWidget() is self.flow and self.flow.busy:
            return
        self.stack.setCurrentIndex(1)
        self._enable_header()
        self._wanted = (name, row) if name in self._unread or name not in self._sources else None
        self._switch(name)
        if self._wanted is None or (name not in self._unread and name in self._sources):
            self._wanted = None
            self.panels[name].show_id(row)

    def _apply(self, name: str, view: View) -> None:
        self._views[name] = view
        if self._sources:
            self._switch(name)
        if name in self._sources:
            self._views.pop(name, None)
            self.panels[name].apply(view)

    def _wanted_from_strip(self, column: str, value: str) -> None:
        """A click on the coverage: that value alone; the same click again shows all."""
        panel = self.panels[REQUIREMENTS]
        wanted = Filter(column, Op.IS_ANY, (value,))
        others = tuple(one for one in panel.view.filters if one.column != column)
        filters = others if wanted in panel.view.filters else (*others, wanted)
        self._apply(REQUIREMENTS, replace(panel.view, filters=filters))

    def _show_changed(self) -> None:
        self._only(REQUIREMENTS, Filter("flags", Op.IS_ANY, (LOOK_AGAIN,)))

    def _show_orphans(self) -> None:
        self._only(CASES, Filter("requirements", Op.EMPTY))

    def _show_cases_of(self, key: str) -> None:
        self._only(CASES, Filter("requirements", Op.IS_ANY, (key,)))

    def _only(self, name: str, wanted: Filter) -> None:
        """One filter alone; columns and order stay. A table that was not read yet has its own of last time."""
        panel = self.panels[name]
        if panel.source is None:
            self._filters[name] = (wanted,)
            self._switch(name)
        else:
            self._apply(name, replace(panel.view, filters=(wanted,), text=""))

    def chosen(self, name: str) -> list[int]:
        """The selected rows of a table, else the one with the cursor; none of the table that is not shown."""
        panel = self.panels[name]
        if name != self.shown_table:
            return []
        chosen, current = panel.selected_ids(), panel.current_id()
        return chosen or ([current] if current is not None else [])

    def _name_of(self, name: str, row: int) -> str:
        source = self._sources.get(name)
        place = source.position(row) if source else None
        if source is None or place is None:
            return "this row"
        cells = dict(zip((column.key for column in source.columns), source.page(place, 1)[0], strict=False))
        return f"{cells.get('key', '')} {cells.get('title', '')}".strip()

    def _edit_cell(self, name: str, row: int, column: str, text: str) -> None:
        requirements = self.context.workspace.requirements
        said = {column: text.strip()}

        def work(_job: Job) -> Changes:
            if name == REQUIREMENTS:
                return requirements.edit_requirements([row], RequirementEdit(**said))  # type: ignore[arg-type]
            return requirements.edit_cases([row], CaseEdit(**said))  # type: ignore[arg-type]

        self.context.change("Saving", work, quiet=True)

    def _attaching(self) -> AttachByDrop:
        return self.attach_requirements if self.shown_table == REQUIREMENTS else self.attach_cases

    def _row_menu(self, menu: QMenu) -> None:
        names = ["trace.edit", "trace.link"]
        if self.shown_table == REQUIREMENTS:
            names += ["trace.add_case", "trace.applies", "trace.rest", "trace.work_off"]
        names.append("trace.run")
        for name in names:
            menu.addAction(self.context.commands.action(name))
        menu.addSeparator()
        menu.addActions(self._attaching().actions())

    def _finished(self, what: object) -> None:
        self._show_list()
        self.call(self.title, self.subtitle)
        if what is None:
            self._leave_import()
        self._begun_on = ""
        if own := land(self, what):
            kind, first = own
            name = CASES if kind is RecordKind.CASES else REQUIREMENTS
            self._switch(name)
            if first is not None:
                self._wanted = (name, first)  # the table is read again first: `hub.publish` came before
            self.panels[name].table.setFocus()


def _read(trace: TraceService, name: str, source: FrameTable | None) -> FrameTable:
    """One of the two tables; read anew when it is there already."""
    if source is None:
        return trace.requirements() if name == REQUIREMENTS else trace.cases()
    source.reload()
    return source

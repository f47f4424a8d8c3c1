"""Test runs: the runs with their counts, the results of one, the chosen result in full, and its steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import Filter, Op, View
from desktop.changes import Subject
from desktop.errors import NotFound
from desktop.evidence.model import Target, TargetKind
from desktop.jobs import Job
from desktop.records.model import RecordKind
from desktop.testing.model import DefectStatus, Result, RunInfo, Status
from ui.commands import Command
from ui.context import Tone
from ui.dropping import Drop
from ui.models.paged_table import shown_date
from ui.pages.page import Page
from ui.pages.payloads import ImportRecords, ShowRun, ShowTarget, StartRun
from ui.widgets.basics import EmptyState, button, label
from ui.widgets.beside import Beside
from ui.widgets.evidence_drop import AttachByDrop, Importing
from ui.widgets.run_actions import RunActions
from ui.widgets.run_counts import RunCounts
from ui.widgets.run_result_pane import KEY_OF, ResultPane, Seen
from ui.widgets.run_steps import StepGrid, status_of
from ui.widgets.small_table import SmallTable
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel
from ui.widgets.trace_look import look_of

RESULTS = {".xml", ".csv", ".tsv", ".xlsx", ".xlsm"}
COLUMNS = (
    "key",
    "status",
    "title",
    "reason",
    "message",
    "executed",
    "tester",
    "evidence",
    "defects",
    "flags",
    "requirements",
)
"""What is seen before the person chose: all are of one run."""


LISTED = (Status.PASSED, Status.FAILED, Status.BLOCKED, Status.NOT_RUN)
"""What the list of runs counts; the line over the results counts all."""


@dataclass(frozen=True)
class _Shown:
    """A result with the defects that were seen in it."""

    result: Result
    defects: tuple[Seen, ...]


class RunsPage(Page):
    """One run at a time; the keys P, F, B, N and A say what became of a case."""

    id = "testruns"
    title = "Test runs"
    subtitle = "A run is a copy of its test cases as they were. P, F, B, N and A in the table say what became of each."
    icon = "testruns"
    subjects = frozenset({Subject.RESULTS, Subject.REQUIREMENTS, Subject.DEFECTS, Subject.EVIDENCE})

    def build(self) -> None:
        context = self.context
        self.actions_of = RunActions(context, self)
        self._runs: dict[int, RunInfo] = {}
        self._gates: dict[str, str] = {}
        self._run_id: int | None = None
        self._source: FrameTable | None = None
        self._wanted: tuple[int, int] | None = None
        self._round = 0
        self._next: int | None = None
        self._cursor: int | None = None
        self.import_button = button("Import results…", self._import)
        self.start_button = button("Start a run…", self.start_run, role="primary")
        for made in (self.import_button, self.start_button):
            made.setEnabled(not context.workspace.read_only)
            self.header.add_action(made)
        first = button("Start the first run…", self.start_run, role="primary")
        first.setEnabled(not context.workspace.read_only)
        self.empty = EmptyState(
            context.theme,
            "testruns",
            "No run has been started yet",
            "Start one from test cases that are here, or import what a test tool wrote (JUnit XML, Excel, CSV). "
            "You can also drop the file here.",
            first,
        )
        self.stack = QStackedLayout()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._whole())
        self.body.addLayout(self.stack, 1)
        self.stack.setCurrentIndex(1)
        context.commands.add(*self._commands())
        context.commands.add(*self.attaching.commands(self.id, menu="Results"))

    # -- what the window asks for --------------------------------------------------------------------------------------

    def refresh(self, subjects: frozenset[Subject]) -> None:
        workspace, wanted = self.context.workspace, self._run_id
        self._round += 1
        number = self._round
        again = self._source if subjects <= {Subject.RESULTS, Subject.DEFECTS, Subject.EVIDENCE} else None

        def work(_job: Job) -> tuple[tuple[RunInfo, ...], dict[str, str], FrameTable | None, int | None]:
            runs = workspace.test_runs.runs()
            there = {run.id for run in runs}
            run_id = wanted if wanted in there else (runs[0].id if runs else None)
            source = again
            if run_id is None:
                source = None
            elif source is not None and run_id == wanted:
                source.reload()
            else:
                source = workspace.test_runs.table(run_id)
            return runs, {gate.id: gate.name for gate in workspace.pit.gates()}, source, run_id

        def came(found: tuple[tuple[RunInfo, ...], dict[str, str], FrameTable | None, int | None]) -> None:
            if number == self._round:  # else another run was asked for meanwhile, and its reading is under way
                self._fill(*found)

        self.context.read("Reading the runs", work, came)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowRun):
            self._choose_run(payload.id)
        elif isinstance(payload, ShowTarget):
            self._show_result(payload.target)
        elif isinstance(payload, StartRun):
            self.actions_of.start(payload.case_ids, self._choose_run)

    def table(self) -> TablePanel:
        return self.panel

    def state(self) -> dict[str, object]:
        return {"split": kept_sizes(self.split), "rows": kept_sizes(self.rows)}

    def restore(self, state: dict[str, object]) -> None:
        put_sizes_back(self.split, state.get("split"))
        put_sizes_back(self.rows, state.get("rows"))

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        found = self.attaching.drop(paths, at) if self.stack.currentIndex() == 1 else None
        if found is not None:
            return found
        if len(paths) != 1 or paths[0].suffix.lower() not in RESULTS or self.context.workspace.read_only:
            return None
        return Drop("page", paths[0], f"Drop to look at the results in “{paths[0].name}” before taking any")

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        if self.stack.currentIndex() == 1 and self.attaching.drop(paths, at) is not None:
            self.attaching.dropped(paths, at)
        else:
            self._import_file(paths[0])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A letter in the table of results says what became of the chosen cases."""
        if watched is self.panel.table and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            status = status_of(event)
            if status is not None:
                if self._can_mark():
                    self.mark(status, go_on=True)
                return True  # never a search for the letter, which would move the cursor
        return super().eventFilter(watched, event)

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _whole(self) -> QWidget:
        self.steps = StepGrid(self.context.theme, self._set_step, self.mark)
        self.rows = QSplitter(Qt.Orientation.Vertical)
        self.rows.setChildrenCollapsible(False)
        height = self.fontMetrics().height()
        for widget, share in ((self._runs_part(), 0), (self._results_part(), 3), (self.steps, 1)):
            self.rows.addWidget(widget)
            self.rows.setStretchFactor(self.rows.count() - 1, share)
        self.rows.setSizes([height * 8, height * 24, height * 11])
        return self.rows

    def _runs_part(self) -> QWidget:
        self.list = SmallTable(
            "Runs",
            ("Run", "Title", "Stage", "Gate", "Cases", "Passed", "Failed", "Blocked", "Not run", "Finished"),
            "",
        )  # fmt: skip
        self.list.list.itemSelectionChanged.connect(self._run_chosen)
        self.list.setMinimumHeight(self.fontMetrics().height() * 6)
        return self.list

    def _results_part(self) -> QWidget:
        context, theme = self.context, self.context.theme
        self.edit_run_button = button("Edit…", self.edit_run)
        self.edit_run_button.setAccessibleName("Edit the chosen run…")
        self.finish_button = button("Finish the run", self.finish_run)
        self.run_title = label("", "heading")
        self.counts = RunCounts(theme, self._only)
        head = QHBoxLayout()
        head.setSpacing(theme.px(3))
        head.addWidget(self.run_title)
        head.addWidget(self.counts, 1)
        head.addWidget(self.edit_run_button)
        head.addWidget(self.finish_button)
        self.panel = TablePanel(context, "results", title="Results")
        self.panel.row_menu = self._row_menu
        self.panel.looks = look_of
        if not context.workspace.read_only:
            self.panel.edit_cell = self.actions_of.edit_cell
        self.panel.table.installEventFilter(self)
        self.panel.current_changed.connect(self._note_cursor)
        self.panel.current_changed.connect(self._explain)
        self.panel.loaded.connect(self._loaded)
        self.panel.activated.connect(lambda _row: self.edit_results())
        self.panel.selection_changed.connect(context.commands.refresh)
        self.pane = ResultPane(context, mark=self.mark, edit=self.edit_results, raise_defect=self.raise_defect)
        self.attaching = AttachByDrop(
            self.panel,
            context,
            TargetKind.RESULT,
            self._name_of,
            pane=self.pane.evidence,
            imports=Importing(frozenset(RESULTS), "results", self._import_file),
        )
        self.split = Beside(self.panel, self.pane, (116, 60))
        results = QWidget()
        column = QVBoxLayout(results)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.split, 1)
        return results

    def _commands(self) -> list[Command]:
        def can_write() -> bool:
            return self.context.can_write

        page = self.id
        marks = [
            Command(f"runs.mark_{status.name.lower()}", f"Mark as {status.value.lower()}", partial(self.mark, status),
                    "Results", "1", "", "", f"{key} while the table of results has the keyboard", self._can_mark,
                    page=page)
            for status, key in KEY_OF.items()
        ]  # fmt: skip
        return [
            *marks,
            Command("runs.edit_results", "Edit results…", self.edit_results, "Results", "2", "Ctrl+E", "edit",
                    "Tester, day, message and reason", self._can_mark, page=page),
            Command("runs.defect", "Raise a defect…", self.raise_defect, "Results", "2", "Ctrl+D", "defects",
                    "Seen in the chosen results", lambda: can_write() and self._has_row(), page=page),
            Command("runs.case", "Show the test case", self.show_case, "Results", "2", "Ctrl+Return", "traceability",
                    "As it reads now, on the Traceability page", self._has_row, page=page),
            Command("runs.start", "Start a run…", self.start_run, "Results", "5", "Ctrl+Shift+N", "add",
                    "Of chosen cases, of a stage, or of what did not pass", can_write, page=page),
            Command("runs.edit", "Edit the run…", self.edit_run, "Results", "5", "", "edit",
                    "Title, stage, gate, environment, tester", lambda: can_write() and self.run is not None, page=page),
            Command("runs.finish", "Finish or reopen the run", self.finish_run, "Results", "5", "", "check",
                    "Results of a finished run stand", lambda: can_write() and self.run is not None, page=page),
            Command("runs.import", "Import results…", self._import, "Results", "6", "Ctrl+Shift+I", "imports",
                    "What a test tool wrote: JUnit XML, Excel, CSV", can_write, page=page),
        ]  # fmt: skip

    # -- what can be done ----------------------------------------------------------------------------------------------

    @property
    def run(self) -> RunInfo | None:
        """The run that is shown."""
        return self._runs.get(self._run_id) if self._run_id is not None else None

    def start_run(self) -> None:
        """Ask for a new run."""
        self.actions_of.start((), self._choose_run)

    def edit_run(self) -> None:
        """Change what is said of the run."""
        if self.run is not None:
            self.actions_of.edit(self.run)

    def finish_run(self) -> None:
        """Finish the run, or open it again."""
        if self.run is not None:
            self.actions_of.finish(self.run)

    def mark(self, status: Status, *, go_on: bool = False) -> None:
        """Say what became of the chosen cases. `go_on`: then to the next row, when it was one."""
        ids = self._chosen()
        following: int | None = None
        if go_on and len(ids) == 1 and self._source is not None:
            position = self._source.position(ids[0])
            if position is not None:
                following = next(iter(self._source.ids(position + 1, 1)), None)

        def done() -> None:
            self._next = following
            self._go_on()

        self.actions_of.mark(ids, status, done)

    def edit_results(self) -> None:
        """Edit the chosen results."""
        if self._can_mark():
            ids = self._chosen()
            self.actions_of.edit_results(ids, self.pane.result if len(ids) == 1 else None)

    def raise_defect(self) -> None:
        """A defect of the chosen results."""
        ids = self._chosen()
        if ids:
            self.actions_of.raise_defect(
                ids,
                self.pane.result if self.pane.result and self.pane.result.id in ids else None,
                self._raised,
            )

    def _raised(self, number: int) -> None:
        """Say the defect's number and stay: the next case of the run is next."""
        defects = self.context.workspace.defects
        self.panel.table.setFocus()
        self.context.read(
            "Reading the defect",
            lambda _job: defects.defect(number).ref,
            lambda ref: self.context.say(f"{ref} was raised.", Tone.GOOD),
        )

    def show_case(self) -> None:
        """Go to the case of the result with the cursor."""
        if self.pane.result is not None:
            self.context.navigate("traceability", ShowTarget(Target(TargetKind.TEST_CASE, self.pane.result.case_id)))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _fill(
        self, runs: tuple[RunInfo, ...], gates: dict[str, str], source: FrameTable | None, run_id: int | None
    ) -> None:
        self._runs, self._gates = {run.id: run for run in runs}, gates
        same = source is not None and source is self._source
        self._source, self._run_id = source, run_id
        self._fill_runs(runs)
        self.stack.setCurrentIndex(1 if runs else 0)
        if source is None:
            self.pane.show_result(None)
            self.context.commands.refresh()
            return
        self._say_run()
        if same:
            self.panel.reload(self._cursor)
        else:
            kept = self.panel.views.last() or View(columns=COLUMNS)
            self.panel.set_source(source, View(columns=kept.columns, sort=kept.sort, descending=kept.descending))
        if self._wanted is not None:
            wanted_run, wanted = self._wanted
            if wanted_run != run_id or self.panel.show_id(wanted):
                self._wanted = None

    def _fill_runs(self, runs: tuple[RunInfo, ...]) -> None:
        self.list.list.blockSignals(True)
        self.list.fill(
            [
                (
                    run.id,
                    (
                        run.ref,
                        run.title,
                        run.stage,
                        self._gates.get(run.gate, run.gate),
                        f"{run.cases:,}",
                        *(f"{run.counts.get(status, 0):,}" for status in LISTED),
                        "Open" if run.open else shown_date(run.finished),
                    ),
                )
                for run in runs
            ]
        )
        keys = [run.id for run in runs]
        if self._run_id in keys:
            self.list.list.selectRow(keys.index(self._run_id))
        self.list.list.blockSignals(False)

    def _say_run(self) -> None:
        run = self.run
        if run is None:
            return
        self.run_title.setText(run.title)
        self.run_title.setToolTip(f"{run.ref} {run.title}")
        self.counts.fill(run.counts)
        writable = not self.context.workspace.read_only
        self.edit_run_button.setEnabled(writable)
        self.finish_button.setText("Finish the run" if run.open else "Reopen the run")
        self.finish_button.setEnabled(writable)
        self.context.commands.refresh()

    def _run_chosen(self) -> None:
        key = self.list.key()
        if isinstance(key, int) and key != self._run_id:
            self._choose_run(key)

    def _choose_run(self, run_id: int) -> None:
        self._run_id, self._source = run_id, None
        self.refresh(self.subjects)

    def _show_result(self, target: Target) -> None:
        runs = self.context.workspace.test_runs

        def look(_job: Job) -> int | None:
            try:
                return runs.result(target.id).run_id
            except NotFound:
                return None

        def go(run_id: int | None) -> None:
            if run_id is None:
                return
            if run_id == self._run_id and self._source is not None:
                self.panel.show_id(target.id)
            else:
                self._wanted = (run_id, target.id)
                self._choose_run(run_id)

        self.context.read("Looking for the result", look, go)

    def _note_cursor(self, row: object) -> None:
        """The table is read anew by a worker, which moves rows: where the cursor was has to be known before."""
        self._cursor = row if isinstance(row, int) else None

    def _loaded(self) -> None:
        self._go_on()
        self._explain(self.panel.current_id())

    def _go_on(self) -> None:
        """After a key: the next row, once the table was read again."""
        if self._next is not None:
            self.panel.show_id(self._next)

    def _explain(self, row: object) -> None:
        if not isinstance(row, int):
            self.pane.show_result(None)
            self.steps.show_steps((), "", Status.NOT_RUN, writable=False)
            return
        if row == self._next:
            self._next = None
        workspace = self.context.workspace

        def work(_job: Job) -> _Shown | None:
            try:
                result = workspace.test_runs.result(row)
            except NotFound:
                return None
            seen: list[Seen] = [
                (one.id, one.ref, one.details.title, DefectStatus(one.details.status))
                for one in workspace.defects.defects()
                if any(number == row for number, _, _, _ in one.results)
            ]
            return _Shown(result, tuple(seen))

        def came(shown: _Shown | None) -> None:
            if shown is None or self.panel.current_id() != row:
                return
            writable = self._can_mark_run()
            self.pane.show_result(shown.result, shown.defects, writable=writable)
            self.steps.show_steps(shown.result.steps, shown.result.key, shown.result.status, writable=writable)
            self.steps.setVisible(bool(shown.result.steps))

        self.context.read("Reading the result", work, came)

    def _set_step(self, position: int, status: Status, **texts: str) -> None:
        if self.pane.result is not None:
            self.actions_of.set_step(self.pane.result.id, position, status, **texts)

    def _only(self, status: Status) -> None:
        wanted = Filter("status", Op.IS_ANY, (status.value,))
        view = self.panel.view
        filters = tuple(one for one in view.filters if one.column != "status")
        self.panel.apply(
            View((*filters,) if wanted in view.filters else (*filters, wanted), view.text, view.sort, view.descending,
                 view.columns)
        )  # fmt: skip

    def _chosen(self) -> list[int]:
        chosen, current = self.panel.selected_ids(), self.panel.current_id()
        return chosen or ([current] if current is not None else [])

    def _name_of(self, row: int) -> str:
        source = self._source
        place = source.position(row) if source else None
        if source is None or place is None:
            return "this result"
        cells = dict(zip((column.key for column in source.columns), source.page(place, 1)[0], strict=False))
        return f"{cells.get('key', '')} in {cells.get('run', '')}"

    def _has_row(self) -> bool:
        return self.panel.has_current()

    def _can_mark_run(self) -> bool:
        return not self.context.workspace.read_only and self.run is not None and self.run.open

    def _can_mark(self) -> bool:
        return self.context.can_write and self._can_mark_run() and self._has_row()

    def _row_menu(self, menu: QMenu) -> None:
        commands = self.context.commands
        for status in KEY_OF:
            menu.addAction(commands.action(f"runs.mark_{status.name.lower()}"))
        menu.addSeparator()
        for name in ("runs.edit_results", "runs.defect", "runs.case"):
            menu.addAction(commands.action(name))
        menu.addSeparator()
        menu.addActions(self.attaching.actions())

    def _import_file(self, path: Path) -> None:
        self.context.navigate("traceability", ImportRecords(path, RecordKind.RESULTS, begun_on=self.id))

    def _import(self) -> None:
        self.context.navigate("traceability", ImportRecords(None, RecordKind.RESULTS, begun_on=self.id))

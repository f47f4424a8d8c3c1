"""An import of records step by step: read the file, say what it holds, map, see the difference, take it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from desktop.app import Workspace
from desktop.cutover.model import PlanSummary
from desktop.errors import InvalidInput, PlainError
from desktop.jobs import Job
from desktop.records.guess import likeliest
from desktop.records.model import ChangeKind, ImportedRecords, RecordKind, RecordSource, StagedRecords
from desktop.requests.meant import is_meant
from desktop.requests.model import InfoRequest
from desktop.testing.model import RunInfo
from ui.context import Context, Tone
from ui.widgets.basics import EmptyState, label
from ui.widgets.import_mapping import Holder, MappingTable
from ui.widgets.import_steps import ImportSteps
from ui.widgets.record_difference import RecordDifference, to_take
from ui.widgets.record_options import RecordOptions
from ui.widgets.small_table import SmallTable


class Step(IntEnum):
    """Where the import stands."""

    READ = 0
    MAP = 1
    DIFFERENCE = 2


READING, COMPARING, TAKING = "Reading the file of records", "Working out the difference", "Taking the records"
KIND_TITLES = {kind: kind.words[:1].upper() + kind.words[1:] for kind in RecordKind}
DOCUMENTS = (RecordKind.REQUIREMENTS, RecordKind.CASES, RecordKind.ACTIVITIES, RecordKind.QUESTIONS)
"""Kinds whose files are documents: they hold all of them, and columns that are mapped to nothing are kept."""
REMEMBERED = "records.kind"
"""The window's setting that remembers what the last file held."""

FIRST = 50
"""Results of a test tool's file that are shown before they are taken."""


@dataclass(frozen=True)
class _Read:
    """A file that was looked at, and what the workspace offers for its rows."""

    source: RecordSource
    runs: tuple[RunInfo, ...]
    stages: tuple[str, ...]
    gates: tuple[tuple[str, str], ...]
    """(id, name)."""
    document: str
    """What the last file of the kind was."""
    plans: tuple[PlanSummary, ...]
    requests: tuple[InfoRequest, ...] = ()
    request: int | None = None
    """The one that the questions seem to be meant for."""


def _meant(
    workspace: Workspace, source: RecordSource, path: Path, requests: Sequence[InfoRequest], wanted: int | None
) -> int | None:
    """The request that the page showed (else the only open one) where the file seems to be of it; None: a new one."""
    still_open = [one for one in requests if not one.details.closed]
    shown = [one for one in still_open if one.id == wanted] if wanted is not None else still_open
    if len(shown) != 1:
        return None
    here = workspace.requests.questions(shown[0].id)
    return shown[0].id if is_meant(path, source.samples, shown[0], here) else None


class RecordFlow(ImportSteps):
    """An import of records. `finished` fires with (kind, ImportedRecords), or None when nothing was taken."""

    told = Signal(str, str)
    """What is imported, and into what, while it is under way: a title and a line under it."""

    step_words = ("1  Read the file", "2  Map the headings", "3  The difference")
    job_titles = (READING, COMPARING, TAKING)
    refused_words = "This file cannot be taken as it is"
    cancelled_words = "Cancelled: nothing was taken."

    def __init__(self, context: Context, choose_file: Callable[[], object]) -> None:  # noqa: PLR0915 - one lay-out
        theme = context.theme
        super().__init__(context, theme.px(2))
        self.source: RecordSource | None = None
        self.staged: StagedRecords | None = None
        self._plan: int | None = None
        self._request: int | None = None
        self._kind: RecordKind | None = None
        self.what = QWidget()
        row = QHBoxLayout(self.what)
        row.setContentsMargins(0, 0, 0, 0)
        self.kinds = QComboBox()
        self.kinds.setAccessibleName("What the rows of the file are")
        for kind, words in KIND_TITLES.items():
            self.kinds.addItem(words, kind)
        self.kinds.activated.connect(self._other_kind)
        self.sheets = QComboBox()
        self.sheets.setAccessibleName("Sheet of the workbook")
        self.sheets.activated.connect(self._other_sheet)
        self.sheet_word = label("Sheet")
        row.addWidget(label("Its rows are"))
        row.addWidget(self.kinds)
        row.addSpacing(theme.px(4))
        row.addWidget(self.sheet_word)
        row.addWidget(self.sheets)
        row.addStretch()
        self.column.addWidget(self.what)
        self.notes = label("", "muted", wrap=True, selectable=True)
        self.column.addWidget(self.notes)
        self.taking = EmptyState(theme, "file", "Taking the records…", "It is one step: Edit › Undo takes it back.")
        self.mapping = MappingTable(theme, (), "field")
        self.mapping.changed.connect(self._enable)
        self.no_mapping = label(
            "A test tool’s own results need no mapping: each test case of the file is a row, with its status, "
            "message and time.",
            wrap=True,
        )
        self.no_mapping.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.options = RecordOptions(context)
        self.options.changed.connect(self._enable)
        left = QWidget()
        left_column = QVBoxLayout(left)
        left_column.setContentsMargins(0, 0, 0, 0)
        left_column.addWidget(self.mapping, 1)
        left_column.addWidget(self.no_mapping)
        self.first_rows = SmallTable("First results of the file", ("",), "The file holds no result.")
        left_column.addWidget(self.first_rows, 1)
        self._left = left_column
        mapping = QSplitter(Qt.Orientation.Horizontal)
        mapping.setChildrenCollapsible(False)
        mapping.addWidget(left)
        mapping.addWidget(self.options)
        mapping.setStretchFactor(0, 5)
        mapping.setStretchFactor(1, 2)
        self.difference = RecordDifference(context)
        self.difference.otherwise.connect(self._stage)
        pages = {"taking": self.taking, "map": mapping, "difference": self.difference}
        self._lay_pages(pages, choose_file, "Show the difference", role="")

    # -- the steps -----------------------------------------------------------------------------------------------------

    def start(
        self,
        path: Path,
        kind: RecordKind | None = None,
        sheet: str | None = None,
        *,
        plan: int | None = None,
        request: int | None = None,
    ) -> None:
        """Look at a file; what was under way before is dropped.

        The kind of its rows: given, else as the file says, else as its headings look, else as last time. `plan`,
        `request`: the cutover plan, or the information request, that the rows are meant to go into.
        """
        self._drop()
        self.difference.start()
        self.path, self._plan, self._request, self._kind = path, plan, request, kind
        self.name.setText(path.name)
        self._show(Step.READ, "waiting")
        workspace = self.context.workspace
        last = str(self.context.settings.value(REMEMBERED, "") or "")
        fallback = RecordKind(last) if last in list(RecordKind) else RecordKind.REQUIREMENTS

        def work(job: Job) -> _Read:
            imports, pit = workspace.record_imports, workspace.pit
            known = kind or imports.kind_of(path)
            source = imports.read(path, known or fallback, job, sheet)
            if known is None and (meant := likeliest(source.headings, source.samples, fallback)) is not fallback:
                imports.close(source)
                source = imports.read(path, meant, job, sheet)
            try:
                gates = tuple((gate.id, gate.name) for gate in pit.gates())
                past = (one.source for one in imports.past() if one.kind is source.kind and one.source)
                document = next(past, "")
                stages = tuple(stage.name for stage in pit.stages())
                plans = workspace.cutover.plans() if source.kind is RecordKind.ACTIVITIES else ()
                requests = workspace.requests.requests() if source.kind is RecordKind.QUESTIONS else ()
                into = _meant(workspace, source, path, requests, request)
                return _Read(source, workspace.test_runs.runs(), stages, gates, document, plans, requests, into)
            except BaseException:
                imports.close(source)
                raise

        self._run(READING, work, self._read)

    @property
    def unfinished(self) -> str:
        """The name of the file whose mapping or difference is shown; '' when none is."""
        return self.path.name if self.source is not None and self.path is not None else ""

    def _read(self, found: _Read) -> None:
        source = self.source = found.source
        junit = source.format == "junit"
        self.kinds.setCurrentIndex(self.kinds.findData(source.kind))
        self.kinds.setEnabled(not junit)
        self.sheets.clear()
        for sheet in source.sheets:
            words = f"{sheet.name} ({sheet.rows:,} rows{', hidden' if sheet.hidden else ''})"
            self.sheets.addItem(words, sheet.name)
        self.sheets.setCurrentIndex(max(0, self.sheets.findData(source.sheet)))
        for made in (self.sheet_word, self.sheets):
            made.setVisible(len(source.sheets) > 1)
        fields = self.context.workspace.record_imports.fields(source.kind)
        self.mapping.set_holders([Holder(one.name, one.title, one.needed, one.about) for one in fields])
        keeps = source.kind in DOCUMENTS and not source.ours
        self.mapping.others = "are kept with the rows" if keeps else "are not taken"
        self.mapping.fill(source.headings, source.samples, source.suggestions)
        self.mapping.setVisible(not junit)
        self.no_mapping.setVisible(junit)
        self._show_first(source if junit else None)
        self.options.fill(
            source.kind,
            title=source.path.stem.replace("_", " "),
            stages=found.stages,
            gates=found.gates,
            runs=found.runs,
            complete=source.kind in DOCUMENTS,
            blanks=not junit,
            document=found.document,
            plans=found.plans,
            plan=self._plan,
            requests=found.requests,
            request=found.request,
        )
        self._show(Step.MAP, "map")
        (self.options.run_title if junit else self.mapping.table).setFocus()

    def _show_first(self, source: RecordSource | None) -> None:
        """The first rows of a file that needs no mapping, under its own headings."""
        self._left.removeWidget(self.first_rows)
        self.first_rows.hide()
        self.first_rows.deleteLater()
        headings = source.headings if source is not None else ("",)
        self.first_rows = SmallTable("First results of the file", headings, "The file holds no result.")
        self._left.addWidget(self.first_rows, 1)
        if source is not None:
            self.first_rows.fill(list(enumerate(source.samples[:FIRST])))
        self.first_rows.setVisible(source is not None)

    def _other_sheet(self) -> None:
        if self.path and self.source and self.sheets.currentData() != self.source.sheet:
            self.start(
                self.path, self.source.kind, str(self.sheets.currentData()), plan=self._plan, request=self._request
            )

    def _other_kind(self) -> None:
        kind = RecordKind(self.kinds.currentData())
        if self.path and (self.source is None or kind is not self.source.kind):
            sheet = self.source.sheet if self.source and self.source.sheet else None
            self.start(self.path, kind, sheet, plan=self._plan, request=self._request)

    def _next(self) -> None:
        if self.stack.currentWidget() is self.pages["map"]:
            self._stage()
        elif self.stack.currentWidget() is self.difference:
            self._commit()

    def _back(self) -> None:
        self.staged = None
        self._show(Step.MAP, "map")

    def _stage(self) -> None:
        source = self.source
        if source is None:
            return
        mapping = {} if source.format == "junit" else self.mapping.mapping()
        try:
            options = self.difference.options(self.options.options())
        except InvalidInput as error:
            self.context.say(str(error), Tone.WARNING)
            return
        imports = self.context.workspace.record_imports
        self._run(
            COMPARING, lambda job: imports.stage(source, mapping, options, job), self._staged, failed=self._ask_again
        )

    def _ask_again(self, error: PlainError) -> None:
        """What is wrong can be put right on this page."""
        self.context.say(str(error), Tone.WARNING)
        self._enable()
        if isinstance(error, InvalidInput):
            self.options.plan.ask(error.field)

    def _staged(self, staged: StagedRecords) -> None:
        self.staged = staged
        self.context.settings.setValue(REMEMBERED, staged.source.kind.value)
        asked = self.difference.asked if self.stack.currentWidget() is self.difference else None
        self.difference.fill(staged)
        self._show(Step.DIFFERENCE, "difference")
        self.difference.setEnabled(True)
        (asked or self.next_button).setFocus()

    def _commit(self) -> None:
        staged, context = self.staged, self.context
        if staged is None:
            return
        if writing := context.jobs.writing():
            context.say(f"“{writing.title}” is still running. Wait for it, then take them.", Tone.WARNING)
            return
        imports = context.workspace.record_imports
        self._show(Step.DIFFERENCE, "taking")
        self._run(TAKING, lambda job: imports.commit(staged, job), self._taken, writes=True)

    def _taken(self, imported: ImportedRecords) -> None:
        assert self.source is not None
        kind = self.source.kind
        self._drop()
        refused = imported.counts.get(ChangeKind.REFUSED, 0)
        more = f" {refused:,} {'row was' if refused == 1 else 'rows were'} refused." if refused else ""
        self.context.changed(imported.changes, f".{more}")
        if imported.already:
            self.context.say("The records are here already as the file has them: nothing was changed.", Tone.INFO)
        self.finished.emit((kind, imported))

    def _drop(self) -> None:
        if self.source:
            self.context.workspace.record_imports.close(self.source)
        self.staged = self.source = None

    def _enable(self) -> None:
        page = self.stack.currentWidget()
        on_map, on_difference = page is self.pages["map"], page is self.difference
        self.what.setVisible(on_map or page is self.pages["refused"])
        self.notes.setText("\n".join(self.source.notes) if self.source and on_map else "")
        self.notes.setVisible(bool(self.notes.text()))
        take = to_take(self.staged) if self.staged else 0
        self.next_button.setVisible(on_map or on_difference)
        self.next_button.setText(
            "Show the difference" if not on_difference else f"Take {take:,} {'change' if take == 1 else 'changes'}"
        )
        mapped = self.source is not None and (self.source.format == "junit" or not self.mapping.missing())
        self.next_button.setEnabled(not self.busy and (take > 0 if on_difference else mapped))
        self.back_button.setVisible(on_difference)
        self.back_button.setEnabled(not self.busy)
        self.difference.setEnabled(not self.busy)
        if self.path is not None and (self.source is not None or self.busy or page is self.pages["refused"]):
            self.told.emit(*self._heading())

    def _heading(self) -> tuple[str, str]:
        """What is imported, and where it goes."""
        kind = self.source.kind if self.source is not None else self._kind
        title = f"Import {kind.words}" if kind is not None else "Import a file"
        calm = "Nothing is changed before you take the difference."
        if self.source is None:
            return title, calm
        if kind is RecordKind.QUESTIONS:
            return title, f"Into {self.options.request.where()}. {calm}"
        if kind is not RecordKind.ACTIVITIES:
            return title, calm
        into, new = self.options.plan.into_words(), self.options.plan.new_plan()
        return title, f"Into {into or (f'a new plan “{new}”' if new else 'a new plan')}. {calm}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives the import up, as its button does; nothing was taken yet."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

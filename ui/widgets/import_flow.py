"""An import step by step on the page: read, map the headings, preview, import and check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import IntEnum
from pathlib import Path

import polars as pl
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop import clock
from desktop.cleanse.runs import RunResult
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.portfolio.mapping import Suggestion
from desktop.portfolio.preview import ItemPreview
from desktop.portfolio.service import Committed
from desktop.portfolio.staging import Source, Staged
from ui.context import Context, Tone
from ui.widgets.basics import EmptyState, button, label, set_role
from ui.widgets.import_mapping import MappingTable
from ui.widgets.import_preview import ImportPreview


class Step(IntEnum):
    """Where the import stands."""

    READ = 0
    MAP = 1
    PREVIEW = 2
    IMPORT = 3


_WORDS = ("1  Read the file", "2  Map the headings", "3  Preview", "4  Import and check")


class ImportFlow(QWidget):
    """One import at a time. `finished` fires with the new snapshot's id, or None when nothing was imported."""

    finished = Signal(object)

    def __init__(self, context: Context, choose_file: Callable[[], object]) -> None:  # noqa: PLR0915 - one lay-out
        super().__init__()
        self.context = context
        self.source: Source | None = None
        self.staged: Staged | None = None
        self.path: Path | None = None
        self.busy = False
        theme = context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(3))
        steps = QHBoxLayout()
        steps.setSpacing(theme.px(4))
        self.steps = [label(words, "muted") for words in _WORDS]
        for one in self.steps:
            steps.addWidget(one)
        steps.addStretch()
        column.addLayout(steps)
        self.name = label("", "heading", wrap=True)
        column.addWidget(self.name)
        self.stack = QStackedWidget()
        self.waiting = EmptyState(
            theme, "file", "Reading the file…", "Large files take some seconds. You can cancel below."
        )
        self.importing = EmptyState(
            theme,
            "file",
            "Importing and checking…",
            "The rows are kept, then every check is run. You can cancel below.",
        )
        self.refused = label("", "block", wrap=True, selectable=True)
        again = button("Choose another file…", choose_file, role="primary")
        refusal = QWidget()
        refusal_column = QVBoxLayout(refusal)
        refusal_column.addWidget(label("This file cannot be imported", "heading"))
        refusal_column.addWidget(self.refused)
        refusal_column.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)
        refusal_column.addStretch()
        self.mapping = MappingTable(theme)
        self.mapping.changed.connect(self._enable)
        mapping = QWidget()
        mapping_column = QVBoxLayout(mapping)
        mapping_column.setContentsMargins(0, 0, 0, 0)
        self.sheet_row = QWidget()
        sheet = QHBoxLayout(self.sheet_row)
        sheet.setContentsMargins(0, 0, 0, 0)
        self.sheets = QComboBox()
        self.sheets.setAccessibleName("Sheet of the workbook")
        self.sheets.activated.connect(self._other_sheet)
        sheet.addWidget(label("Sheet"))
        sheet.addWidget(self.sheets)
        sheet.addStretch()
        mapping_column.addWidget(self.sheet_row)
        mapping_column.addWidget(self.mapping, 1)
        self.preview = ImportPreview(theme)
        self.pages = {
            "waiting": self.waiting,
            "importing": self.importing,
            "refused": refusal,
            "map": mapping,
            "preview": self.preview,
        }
        for page in self.pages.values():
            self.stack.addWidget(page)
        column.addWidget(self.stack, 1)
        row = QHBoxLayout()
        self.cancel_button = button("Cancel the import", self.cancel)
        self.back_button = button("Back", self._back)
        self.next_button = button("Preview", self._next, role="primary")
        row.addWidget(self.cancel_button)
        row.addStretch()
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        column.addLayout(row)

    # -- the steps -----------------------------------------------------------------------------------------------------

    def start(self, path: Path, sheet: str | None = None) -> None:
        """Look at a file; what was under way before is dropped."""
        self._drop()
        self.path = path
        self.name.setText(path.name)
        self._show(Step.READ, "waiting")
        portfolio = self.context.workspace.portfolio

        def work(job: Job) -> tuple[Source, dict[str, Suggestion]]:
            source = portfolio.read(path, job, sheet)
            try:
                return source, portfolio.suggest(source)
            except BaseException:
                source.close()
                raise

        self._run("Reading the file", work, self._read)

    def cancel(self) -> None:
        """Stop and leave nothing behind."""
        for running in self.context.jobs.running():
            if running.title in _TITLES:
                self.context.jobs.cancel(running)
        if not self.busy:
            self._stopped()

    def close_files(self) -> None:
        """Remove what the import has put aside; for leaving the page or the workspace."""
        self._drop()

    def _read(self, found: tuple[Source, dict[str, Suggestion]]) -> None:
        self.source, suggestions = found
        source = self.source
        self.sheets.clear()
        for sheet in source.sheets:
            self.sheets.addItem(f"{sheet.name} (hidden)" if sheet.hidden else sheet.name, sheet.name)
        self.sheets.setCurrentIndex(max(0, self.sheets.findData(source.sheet)))
        self.sheet_row.setVisible(len(source.sheets) > 1)
        self.mapping.fill(source.headings, source.samples, suggestions)
        self._show(Step.MAP, "map")
        self.mapping.table.setFocus()

    def _other_sheet(self) -> None:
        if self.path and self.source and self.sheets.currentData() != self.source.sheet:
            self.start(self.path, str(self.sheets.currentData()))

    def _next(self) -> None:
        if self.stack.currentWidget() is self.pages["map"]:
            self._stage()
        elif self.stack.currentWidget() is self.preview:
            self._commit()

    def _back(self) -> None:
        if self.staged:
            self.staged.discard()
            self.staged = None
        self._show(Step.MAP, "map")

    def _stage(self) -> None:
        source, mapping = self.source, self.mapping.mapping()
        if source is None:
            return
        portfolio = self.context.workspace.portfolio

        def work(job: Job) -> tuple[Staged, tuple[ItemPreview, ...], date | None]:
            staged = portfolio.stage(source, mapping, job)
            try:
                return staged, portfolio.preview(staged, job), extract_day(source, mapping)
            except BaseException:
                staged.discard()
                raise

        self._run("Reading every row", work, self._previewed)

    def _previewed(self, found: tuple[Staged, tuple[ItemPreview, ...], date | None]) -> None:
        self.staged, items, extracted = found
        assert self.source is not None
        self.preview.fill(self.source, self.staged, items, extracted)
        self._show(Step.PREVIEW, "preview")
        self.next_button.setFocus()

    def _commit(self) -> None:
        staged, context = self.staged, self.context
        if staged is None:
            return
        try:
            extracted = self.preview.day()
        except ValueError:
            return
        if writing := context.jobs.writing():
            context.say(f"“{writing.title}” is still running. Wait for it, then import.", Tone.WARNING)
            return
        workspace = context.workspace
        self.staged = None
        self._show(Step.IMPORT, "importing")

        def work(job: Job) -> Committed:
            job.report("Keeping the snapshot")
            try:
                return workspace.portfolio.commit(staged, extracted)
            except BaseException:
                staged.discard()
                raise

        self._run("Importing", work, self._imported, writes=True)

    def _imported(self, committed: Committed) -> None:
        self._drop()
        if committed.already:
            self.context.say(
                f"This file is here already, imported on {committed.snapshot.imported_at[:10]} with the same mapping, "
                "so nothing was imported again. “Check again” runs the checks on it.",
                Tone.INFO,
            )
            self.finished.emit(None)
            return
        # Kept from here on: a check that is cancelled or fails leaves the snapshot; the overview offers to check it.
        self.context.hub.publish(committed.changes)
        cleanse, today = self.context.workspace.cleanse, clock.today(self.context.clock)
        rows = committed.snapshot.rows

        def checked(result: RunResult) -> None:
            self.busy = False
            self.context.hub.publish(result.changes)
            self.context.say(f"{rows:,} rows imported, {result.run.open:,} findings.", Tone.GOOD)
            self.finished.emit(committed.snapshot.id)

        def not_checked(error: PlainError | None = None) -> None:
            self.busy = False
            words = f"{rows:,} rows are imported, but not checked. "
            self.context.say(words + (str(error) if error else "“Check again” checks them."), Tone.WARNING)
            self.finished.emit(None)

        self.busy = True
        self.context.jobs.run(
            CHECKING,
            lambda job: cleanse.run(committed.snapshot.id, today, job),
            done=checked,
            failed=not_checked,
            cancelled=not_checked,
            writes=True,
        )

    # -- what the steps share ------------------------------------------------------------------------------------------

    def _run(
        self, title: str, work: Callable[[Job], object], done: Callable[..., object], *, writes: bool = False
    ) -> None:
        self.busy = True
        self._enable()

        def finish(result: object) -> None:
            self.busy = False
            done(result)
            self._enable()

        def failed(error: PlainError) -> None:
            self.busy = False
            self.refused.setText(str(error))
            self._show(Step.READ, "refused")

        def cancelled() -> None:
            self.busy = False
            self._stopped()

        self.context.jobs.run(title, work, done=finish, failed=failed, cancelled=cancelled, writes=writes)

    def _stopped(self) -> None:
        self._drop()
        self.context.say("Cancelled: nothing was imported.", Tone.INFO)
        self.finished.emit(None)

    def _drop(self) -> None:
        if self.staged:
            self.staged.discard()
        if self.source:
            self.source.close()
        self.staged = self.source = None

    def _show(self, step: Step, page: str) -> None:
        for place, one in enumerate(self.steps):
            set_role(one, role="heading" if place == step else "muted")
        self.stack.setCurrentWidget(self.pages[page])
        self._enable()

    def _enable(self) -> None:
        page = self.stack.currentWidget()
        on_map, on_preview = page is self.pages["map"], page is self.preview
        self.next_button.setVisible(on_map or on_preview)
        self.next_button.setText("Import and check" if on_preview else "Preview")
        self.next_button.setEnabled(not self.busy and (on_preview or not self.mapping.missing()))
        self.back_button.setVisible(on_preview)
        self.back_button.setEnabled(not self.busy)


CHECKING = "Checking the portfolio"
_TITLES = ("Reading the file", "Reading every row", "Importing", CHECKING)


def extract_day(source: Source, mapping: dict[str, str]) -> date | None:
    """The newest extract date among the first rows, when that item is mapped."""
    from desktop.portfolio.cleaning import parse_date

    heading = mapping.get("extract_date")
    if heading is None:
        return None
    place = source.headings.index(heading)
    texts = pl.DataFrame(
        {"day": [cells[place] for cells in source.samples if place < len(cells)]}, schema={"day": pl.String}
    )
    found = texts.select(parse_date(pl.col("day")).max()).item()
    return found if isinstance(found, date) else None

"""An import step by step on the page: read, map the headings, preview, import and check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import IntEnum
from pathlib import Path

import polars as pl
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop import clock
from desktop.cleanse.runs import RunResult
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.portfolio.mapping import Suggestion
from desktop.portfolio.preview import ItemPreview
from desktop.portfolio.service import Committed
from desktop.portfolio.staging import Source, Staged
from ui.context import Context, Tone
from ui.widgets.basics import EmptyState, label
from ui.widgets.import_mapping import MappingTable
from ui.widgets.import_preview import ImportPreview
from ui.widgets.import_steps import ImportSteps


class Step(IntEnum):
    """Where the import stands."""

    READ = 0
    MAP = 1
    PREVIEW = 2
    IMPORT = 3


CHECKING = "Checking the portfolio"


class ImportFlow(ImportSteps):
    """An import of a portfolio. `finished` fires with the new snapshot's id, or None when nothing was imported."""

    step_words = ("1  Read the file", "2  Map the headings", "3  Preview", "4  Import and check")
    job_titles = ("Reading the file", "Reading every row", "Importing", CHECKING)
    refused_words = "This file cannot be imported"
    cancelled_words = "Cancelled: nothing was imported."

    def __init__(self, context: Context, choose_file: Callable[[], object]) -> None:
        theme = context.theme
        super().__init__(context, theme.px(3))
        self.source: Source | None = None
        self.staged: Staged | None = None
        self.importing = EmptyState(
            theme,
            "file",
            "Importing and checking…",
            "The rows are kept, then every check is run. You can cancel below.",
        )
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
        pages = {"importing": self.importing, "map": mapping, "preview": self.preview}
        self._lay_pages(pages, choose_file, "Preview", role="primary")

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

    def _drop(self) -> None:
        if self.staged:
            self.staged.discard()
        if self.source:
            self.source.close()
        self.staged = self.source = None

    def _enable(self) -> None:
        page = self.stack.currentWidget()
        on_map, on_preview = page is self.pages["map"], page is self.preview
        self.next_button.setVisible(on_map or on_preview)
        self.next_button.setText("Import and check" if on_preview else "Preview")
        self.next_button.setEnabled(not self.busy and (on_preview or not self.mapping.missing()))
        self.back_button.setVisible(on_preview)
        self.back_button.setEnabled(not self.busy)


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

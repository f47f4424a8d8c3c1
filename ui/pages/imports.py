"""Imports: the files that were imported, and the import of another one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from desktop import clock
from desktop.changes import Changes, Subject
from desktop.jobs import Job
from desktop.portfolio.items import ITEMS
from desktop.portfolio.snapshots import Snapshot
from ui.commands import Command
from ui.pages.page import Page
from ui.pages.payloads import ChooseFile, ImportFile, ShowRow
from ui.widgets.basics import Card, EmptyState, button, label
from ui.widgets.import_flow import ImportFlow
from ui.widgets.small_table import SmallTable

FOLDER = "imports.folder"
"""The window's setting that remembers where the last file came from."""


class ImportsPage(Page):
    """Either the list of snapshots or the import that is under way."""

    id = "imports"
    title = "Imports"
    subtitle = "Each import is kept as it was. The file you choose is only read, never changed."
    icon = "imports"
    subjects = frozenset({Subject.SNAPSHOTS, Subject.RUNS})

    def build(self) -> None:
        self.import_button = button("Import a portfolio…", self.choose_file, role="primary")
        self.header.add_action(self.import_button)
        self.stack = QStackedLayout()
        first = button("Choose a portfolio file…", self.choose_file, role="primary")
        first.setEnabled(not self.context.workspace.read_only)
        self.empty = EmptyState(
            self.context.theme,
            "imports",
            "No portfolio has been imported yet",
            "A CSV, an Excel workbook or a ZIP of one CSV, with one row for each MPAN. "
            "You can also drop it on this window.",
            first,
        )
        self.flow = ImportFlow(self.context, self.choose_file)
        self.flow.finished.connect(self._finished)
        for widget in (self.empty, self._list_view(), self.flow):
            self.stack.addWidget(widget)
        self.body.addLayout(self.stack, 1)
        self.context.commands.add(
            Command("imports.check", "Check again", self.check_again, "Tools", "", "Ctrl+Shift+R", "play",
                    "Run the checks again on the chosen snapshot, as of today", self._can_check, page="imports"),
        )  # fmt: skip

    def refresh(self, subjects: frozenset[Subject]) -> None:
        self.context.read("Reading the imports", lambda _job: self.context.workspace.portfolio.snapshots(), self._fill)

    def open(self, payload: object) -> None:
        if isinstance(payload, ImportFile):
            self.start(payload.path)
        elif isinstance(payload, ChooseFile):
            self.choose_file()

    def closing(self) -> None:
        self.flow.close_files()

    def choose_file(self) -> None:
        """Let the person choose a file and look at it."""
        folder = str(self.context.settings.value(FOLDER, "") or Path.home())
        chosen, _ = QFileDialog.getOpenFileName(
            self, "Import a portfolio", folder, "Portfolios (*.csv *.txt *.tsv *.xlsx *.zip);;All files (*)"
        )
        if chosen:
            self.start(Path(chosen))

    def start(self, path: Path) -> None:
        """Begin the import of a file."""
        self.context.settings.setValue(FOLDER, str(path.parent))
        self.stack.setCurrentWidget(self.flow)
        self.import_button.hide()
        self.flow.start(path)

    def check_again(self) -> None:
        """Run the checks on the chosen snapshot as of today."""
        snapshot = self.chosen()
        if snapshot is None:
            return
        cleanse, today = self.context.workspace.cleanse, clock.today(self.context.clock)

        def work(job: Job) -> Changes:
            return cleanse.run(snapshot.id, today, job).changes

        self.context.change("Checking", work)

    def chosen(self) -> Snapshot | None:
        """The snapshot that is chosen in the list."""
        return self._snapshots.get(self.list.key())

    _snapshots: dict[object, Snapshot] = {}  # noqa: RUF012 - replaced, never changed

    def _list_view(self) -> QWidget:
        self.check_button = button("Check again", self.check_again)
        self.rows_button = button("Show the rows", self._show_rows)
        self.list = SmallTable(
            "Imports",
            ("Imported", "File", "Rows", "Extracted on", "Items", "By"),
            "",
            more=(self.check_button, self.rows_button),
        )
        self.list.list.itemSelectionChanged.connect(self._chosen)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        self.details = Card("The chosen import")
        self.facts = label("", wrap=True, selectable=True)
        self.mapping = SmallTable("Mapping of the chosen import", ("Item", "Heading in the file"), "")
        self.details.body.addWidget(self.facts)
        self.details.body.addWidget(self.mapping, 1)
        split.addWidget(self.details)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        view = QWidget()
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        return view

    def _fill(self, snapshots: tuple[Snapshot, ...]) -> None:
        self._snapshots = {one.id: one for one in snapshots}
        self.list.fill(
            [
                (
                    one.id,
                    (
                        one.imported_at[:16].replace("T", " "),
                        one.file_name,
                        f"{one.rows:,}",
                        f"{one.extract_date:%d %b %Y}" if one.extract_date else "Not given",
                        f"{len(one.mapping)} of {len(one.headings)}",
                        one.imported_by,
                    ),
                )
                for one in snapshots
            ]
        )
        if self.stack.currentWidget() is not self.flow:
            self._show_list()
        self._chosen()

    def _show_list(self) -> None:
        self.stack.setCurrentIndex(1 if self._snapshots else 0)
        self.import_button.setVisible(bool(self._snapshots))
        self.import_button.setEnabled(not self.context.workspace.read_only)

    def _chosen(self) -> None:
        snapshot = self.chosen()
        self.check_button.setEnabled(snapshot is not None and not self.context.workspace.read_only)
        self.rows_button.setEnabled(snapshot is not None)
        if snapshot is None:
            return
        self.facts.setText(
            f"{snapshot.file_name}: {snapshot.rows:,} rows, {snapshot.file_size / 1e6:,.1f} MB\n"
            f"SHA-256 of the file: {snapshot.file_sha256}"
        )
        self.mapping.fill([(item, (ITEMS[item].title, heading)) for item, heading in snapshot.mapping.items()])
        self.context.commands.refresh()

    def _show_rows(self) -> None:
        if snapshot := self.chosen():
            self.context.navigate("portfolio", ShowRow(snapshot.id, 1))

    def _finished(self, snapshot_id: object) -> None:
        self.stack.setCurrentIndex(1 if self._snapshots else 0)
        self._show_list()
        if snapshot_id is not None:
            self.context.navigate("overview")

    def _can_check(self) -> bool:
        return self.context.can_write and self.chosen() is not None

"""Portfolio: the rows of a snapshot as they stood, one row in full, and the findings of its MPAN."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QMenu, QStackedLayout, QVBoxLayout, QWidget

from desktop.browse.view import TableSource, View
from desktop.changes import Subject
from desktop.cleanse.detail import RelatedFinding
from desktop.jobs import Job
from desktop.portfolio.snapshots import PortfolioRow, Snapshot
from ui.commands import Command
from ui.pages.page import Page
from ui.pages.payloads import ShowFinding, ShowRow, ShowView
from ui.widgets.basics import EmptyState, label
from ui.widgets.beside import Beside
from ui.widgets.import_button import import_button
from ui.widgets.row_cells import ROW_HEADINGS, cell_texts
from ui.widgets.small_table import SmallTable
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel


@dataclass(frozen=True)
class _Shown:
    """A row with the findings of its MPAN."""

    row: PortfolioRow
    findings: tuple[RelatedFinding, ...]


class PortfolioPage(Page):
    """The newest snapshot, or an older one that is chosen."""

    id = "portfolio"
    title = "Portfolio"
    subtitle = "Every row as it stood in the file. Search an MPAN with or without spaces."
    icon = "portfolio"
    subjects = frozenset({Subject.SNAPSHOTS, Subject.RUNS})

    def build(self) -> None:
        context = self.context
        self.snapshots = QComboBox()
        self.snapshots.setAccessibleName("Snapshot that is shown")
        self.snapshots.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.snapshots.activated.connect(lambda _place: self._show_snapshot())
        self.header.add_action(self.snapshots)
        empty = EmptyState(
            context.theme,
            "portfolio",
            "No portfolio has been imported yet",
            "Its rows are listed here once it is.",
            import_button(context, "primary"),
        )
        self.panel = TablePanel(context, "portfolio", title="Portfolio")
        self.panel.row_menu = self._row_menu
        self.panel.current_changed.connect(self._explain)
        self.panel.activated.connect(lambda _row: self._show_finding())
        self.panel.loaded.connect(self._clear_stale)
        self.split = Beside(self.panel, self._row_pane(), (116, 60))
        self.stack = QStackedLayout()
        for widget in (empty, self.split):
            self.stack.addWidget(widget)
        self.body.addLayout(self.stack, 1)
        self._snapshot: int | None = None
        self._wanted: ShowRow | None = None
        self._view: View | None = None
        context.commands.add(
            Command("portfolio.finding", "Show the finding", self._show_finding, "Portfolio", "1", "Ctrl+Return",
                    "cleanse", "Of this row’s MPAN, on the Cleanse page", self._has_finding, page="portfolio"),
        )  # fmt: skip

    def refresh(self, subjects: frozenset[Subject]) -> None:
        portfolio = self.context.workspace.portfolio
        self.context.read("Reading the imports", lambda _job: portfolio.snapshots(), self._fill_snapshots)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowRow):
            if self._snapshot == payload.snapshot_id and self.panel.source is not None:
                self.panel.show_id(payload.row)
            else:
                self._wanted = payload
                self._choose(payload.snapshot_id)
        elif isinstance(payload, ShowView):
            if self.panel.source is None:
                self._view = payload.view
            else:
                self.panel.apply(payload.view)

    def table(self) -> TablePanel:
        return self.panel

    def state(self) -> dict[str, object]:
        return {"split": kept_sizes(self.split)}

    def restore(self, state: dict[str, object]) -> None:
        put_sizes_back(self.split, state.get("split"))

    def _row_pane(self) -> QWidget:
        pane = QWidget()
        column = QVBoxLayout(pane)
        column.setContentsMargins(self.context.theme.px(2), 0, 0, 0)
        column.setSpacing(self.context.theme.px(2))
        self.row_title = label("Choose a row to see it in full.", "heading", wrap=True)
        column.addWidget(self.row_title)
        self.cells = SmallTable("The chosen row", ROW_HEADINGS, "")
        column.addWidget(self.cells, 3)
        column.addWidget(label("Findings of this MPAN", "heading"))
        self.findings = SmallTable(
            "Findings of this MPAN",
            ("Severity", "Check", "Finding"),
            "None: nothing was found for it, or the file has not been checked yet.",
            edit=lambda _key: self._show_finding(),
        )
        if self.findings.edit_button:
            self.findings.edit_button.setText("Show on the Cleanse page")
            self.findings.edit_button.setAccessibleName("Show on the Cleanse page: findings of this MPAN")
        column.addWidget(self.findings, 2)
        pane.setMinimumWidth(self.fontMetrics().averageCharWidth() * 50)
        return pane

    def _fill_snapshots(self, snapshots: tuple[Snapshot, ...]) -> None:
        newest = snapshots[0].id if snapshots else None
        followed_newest = self._snapshot is None or self._snapshot == self.snapshots.itemData(0)
        self.snapshots.clear()
        for one in snapshots:
            self.snapshots.addItem(f"{one.file_name} ({one.imported_at[:10]}, {one.rows:,} rows)", one.id)
        self.snapshots.setVisible(len(snapshots) > 1)
        self.stack.setCurrentIndex(1 if snapshots else 0)
        wanted = self._wanted.snapshot_id if self._wanted else newest if followed_newest else self._snapshot
        if wanted is not None:
            self._choose(wanted)

    def _choose(self, snapshot_id: int) -> None:
        place = self.snapshots.findData(snapshot_id)
        if place >= 0:
            self.snapshots.setCurrentIndex(place)
            self._show_snapshot()

    def _show_snapshot(self) -> None:
        snapshot_id = self.snapshots.currentData()
        if not isinstance(snapshot_id, int):
            return
        if snapshot_id == self._snapshot and self.panel.source is not None and self._wanted is None:
            return
        self._snapshot = snapshot_id
        portfolio = self.context.workspace.portfolio

        def fill(source: TableSource) -> None:
            view, self._view = self._view, None
            self.panel.set_source(source, view)
            wanted, self._wanted = self._wanted, None
            if wanted is not None:
                self.panel.show_id(wanted.row)

        self.context.read("Reading the portfolio", lambda _job: portfolio.table(snapshot_id), fill)

    def _explain(self, row: object) -> None:
        snapshot_id = self._snapshot
        if not isinstance(row, int) or snapshot_id is None:
            self.row_title.setText("Choose a row to see it in full.")
            self.cells.fill([])
            self.findings.fill([])
            return
        workspace = self.context.workspace

        def work(_job: Job) -> _Shown:
            found = workspace.portfolio.row(snapshot_id, row)
            mpan = found.item("mpan")
            return _Shown(found, workspace.cleanse.findings_of(mpan.cleaned or "") if mpan else ())

        self.context.read("Reading the row", work, self._fill_row)

    def _clear_stale(self) -> None:
        """A view that leaves no row with the cursor leaves nothing to show in full."""
        if self.panel.current_id() is None:
            self._explain(None)

    def _fill_row(self, shown: _Shown) -> None:
        if self.panel.current_id() != shown.row.row:
            return
        mpan = shown.row.item("mpan")
        self.row_title.setText(f"Row {shown.row.row:,}" + (f", MPAN {mpan.cleaned}" if mpan and mpan.cleaned else ""))
        self.cells.fill([(place, cell_texts(cell)) for place, cell in enumerate(shown.row.cells)])
        self.findings.fill(
            [(one.fingerprint, (one.severity.value, one.check_id, one.message)) for one in shown.findings]
        )
        self.context.commands.refresh()

    def _row_menu(self, menu: QMenu) -> None:
        menu.addAction(self.context.commands.action("portfolio.finding"))

    def _has_finding(self) -> bool:
        return self.findings.key() is not None

    def _show_finding(self) -> None:
        key = self.findings.key()
        if isinstance(key, int):
            self.context.navigate("cleanse", ShowFinding(key))

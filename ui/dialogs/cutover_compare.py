"""Planned against actual: what was planned, what happened, by how much it differs; a table that can be exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.browse.frame_table import FrameTable
from desktop.cutover.comparison_table import AS_PLANNED, EARLY, LATE, NOT_YET, comparison_table, how_it_went
from desktop.cutover.model import PlanSummary
from desktop.cutover.rehearsal import Compared
from desktop.jobs import Job
from ui.context import Context
from ui.widgets.basics import EmptyState, button, label
from ui.widgets.cutover_look import counted
from ui.widgets.table_panel import TablePanel

_LOOKS = {
    LATE: ("warning", "block"),
    EARLY: ("status-passed", "good"),
    AS_PLANNED: ("status-passed", "good"),
    NOT_YET: ("status-not-run", "muted"),
}


class ComparisonDialog(QDialog):
    """The table with a sentence over it. `show`: what a double click asks for, with the activity's id."""

    def __init__(
        self, context: Context, parent: QWidget | None, plan: PlanSummary, show: Callable[[int], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Planned against actual")
        self._context, self._plan, self._show = context, plan, show
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(f"Planned against actual: {plan.name}", "heading", wrap=True))
        self.summary = label("", wrap=True, selectable=True)
        column.addWidget(self.summary)
        self.panel = TablePanel(
            context,
            "cutover_comparison",
            title=f"Planned against actual of {plan.ref}",
            empty=EmptyState(
                context.theme, "table", "There is nothing to compare", "Every activity of this plan is not needed."
            ),
        )
        self.panel.looks = _LOOKS.get
        self.panel.activated.connect(self._go)
        column.addWidget(self.panel, 1)
        row = QHBoxLayout()
        self.export_button = button("Export…", self.panel.export, tip="The rows as shown, as an Excel workbook")
        row.addWidget(self.export_button)
        row.addStretch()
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        row.addWidget(box)
        column.addLayout(row)
        self.resize(unit * 80, unit * 42)
        cutover = context.workspace.cutover

        def work(_job: Job) -> tuple[tuple[Compared, ...], FrameTable]:
            found = cutover.comparison(plan.id)
            return found, comparison_table(found)

        context.read("Comparing planned and actual", work, self._fill)

    def _fill(self, found: tuple[tuple[Compared, ...], FrameTable]) -> None:
        compared, table = found
        self.summary.setText(summary_words(compared))
        self.panel.set_source(table)
        self.panel.table.setFocus()

    def _go(self, row: object) -> None:
        if isinstance(row, int):
            self.accept()
            self._show(row)


def summary_words(compared: Sequence[Compared]) -> str:
    """How it went, in a sentence: counts by how each went."""
    ways = [how_it_went(one) for one in compared]
    parts = [
        f"{count:,} {words}"
        for word, words in ((AS_PLANNED, "as planned"), (LATE, "late"), (EARLY, "early"), (NOT_YET, "not finished"))
        if (count := ways.count(word))
    ]
    return (
        f"{counted(len(compared))}: {', '.join(parts)}. Compared with the baseline, else with what is planned now."
        if parts
        else ""
    )


def show_comparison(context: Context, parent: QWidget, plan: PlanSummary, show: Callable[[int], object]) -> None:
    """Show the dialog until it is closed."""
    dialog = ComparisonDialog(context, parent, plan, show)
    dialog.exec()
    dialog.deleteLater()

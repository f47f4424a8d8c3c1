"""The difference between a plan and its content pack as a list to tick, and what the chosen row would change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.content.pack import Pack
from desktop.content.plan_change import PlanChange
from ui.widgets.basics import button, label


class PackDifference(QWidget):
    """Everything is ticked at first; what is ticked is taken, nothing else. `ticked` follows every tick."""

    ticked = Signal()

    def __init__(self, headings: Sequence[str], stretch: int, gone: str) -> None:
        """`headings` after the first, which says what kind of change it is; `stretch`: the column that grows.

        `gone` is said of a row that the pack has no more.
        """
        super().__init__()
        self._gone = gone
        self.changes: list[PlanChange] = []
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(unit * 0.75))
        self.summary = label("", "strong", wrap=True)
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        self.all_button = button("Tick all", lambda: self._tick_all(True))
        self.none_button = button("Tick none", lambda: self._tick_all(False))
        for made in (self.all_button, self.none_button):
            top.addWidget(made)
        column.addLayout(top)
        self.list = _list(unit, ["What", *headings], stretch)
        self.list.itemChanged.connect(lambda _item: self.ticked.emit())
        self.list.itemSelectionChanged.connect(self._explain)
        column.addWidget(self.list, 1)
        self.detail = label("", wrap=True, selectable=True)
        self.detail.setMinimumHeight(unit * 5)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.detail)

    def fill(
        self, changes: Sequence[PlanChange], words: Callable[[PlanChange], str],
        cells: Callable[[PlanChange], Sequence[str]],
    ) -> None:  # fmt: skip
        """Show these, all ticked: `words` for the first column, `cells` for the others."""
        self.changes = list(changes)
        self.list.blockSignals(True)
        self.list.setRowCount(len(self.changes))
        for row, change in enumerate(self.changes):
            for place, text in enumerate((words(change), *cells(change))):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if place == 0:
                    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                    item.setCheckState(Qt.CheckState.Checked)
                self.list.setItem(row, place, item)
        self.list.blockSignals(False)
        for place in range(self.list.columnCount()):
            if self.list.horizontalHeader().sectionResizeMode(place) is not QHeaderView.ResizeMode.Stretch:
                self.list.resizeColumnToContents(place)
        if self.changes:
            self.list.selectRow(0)
        for made in (self.all_button, self.none_button):
            made.setEnabled(bool(self.changes))
        self._explain()

    def chosen_keys(self) -> tuple[str, ...]:
        """The rows that are ticked, by key."""
        return tuple(
            change.key
            for row, change in enumerate(self.changes)
            if (item := self.list.item(row, 0)) and item.checkState() is Qt.CheckState.Checked
        )

    def _tick_all(self, on: bool) -> None:
        for row in range(self.list.rowCount()):
            if item := self.list.item(row, 0):
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _explain(self) -> None:
        row = self.list.currentRow()
        shown = 0 <= row < len(self.changes)
        self.detail.setText("\n".join(change_lines(self.changes[row], self._gone)) if shown else "")


def change_lines(change: PlanChange, gone: str) -> list[str]:
    """What taking one row does, a line for each field; `gone` is said of one that the pack has no more."""
    if change.change == "gone":
        return [gone]
    if not change.fields:
        return ["It is not in your plan yet." if change.change == "new" else "The plan says the same already."]
    if change.change == "new":
        return [f"{name}: {after}" for name, (_, after) in change.fields.items() if after]
    return [f"{name}: “{before}” → “{after}”" for name, (before, after) in change.fields.items()]


def difference_words(changes: Sequence[PlanChange], pack: Pack) -> str:
    """What the pack in use says otherwise than the plan, in one sentence."""
    parts = [
        f"{count:,} {words}"
        for kind, words in (("new", "new"), ("changed", "changed"), ("gone", "not in it any more"))
        if (count := sum(one.change == kind for one in changes))
    ]
    return f"{pack.label} says otherwise than this plan: {', '.join(parts)}. Nothing is taken before you have seen it."


def _list(unit: int, headings: Sequence[str], stretch: int) -> QTableWidget:
    made = QTableWidget(0, len(headings))
    made.setHorizontalHeaderLabels(list(headings))
    made.setAccessibleName("What the pack says otherwise")
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(round(unit * 1.75))
    made.setShowGrid(False)
    made.setTabKeyNavigation(False)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.horizontalHeader().setHighlightSections(False)
    made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    made.horizontalHeader().setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
    return made

"""What the content pack says otherwise than the plan, row by row; what is ticked is taken, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.content.pack import Pack
from desktop.pit.model import PartyType, PlanChange
from ui.widgets.basics import button, label, main_button
from ui.widgets.flow import Flow

_WORDS = {"new": "New", "changed": "Changed", "gone": "Not in the pack"}
_GATES = "@"
Compare = Callable[[tuple[str, ...]], Sequence[PlanChange]]


class TakeDialog(QDialog):
    """Party types at the top, the difference as a list to tick, and what the chosen row would change."""

    def __init__(  # noqa: PLR0917 - one dialog, one call
        self,
        parent: QWidget | None,
        pack: Pack,
        parties: Sequence[PartyType],
        chosen: Sequence[str],
        compare: Compare,
        gates: dict[str, str],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Deliverables of the content pack")
        self._compare, self._gates = compare, gates
        self._names = {one.id: one.name for one in parties}
        self._changes: list[PlanChange] = []
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(pack.label, "heading", wrap=True))
        offsets = pack.body.get("offsets")
        source = f"Source: {pack.source}." + (f" {offsets}" if isinstance(offsets, str) else "")
        column.addWidget(label(source, "muted", wrap=True))
        column.addWidget(label("For which party types?", "strong"))
        self.parties: dict[str, QCheckBox] = {}
        ticks = QWidget()
        flow = Flow(ticks, gap=round(unit * 0.75))
        for one in parties:
            tick = QCheckBox(one.name)
            tick.setChecked(one.id in chosen)
            tick.toggled.connect(lambda _on: self._read())
            self.parties[one.id] = tick
            flow.addWidget(tick)
        flow.addWidget(QWidget())
        column.addWidget(ticks)
        self.summary = label("", "strong")
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        self.all_button = button("Tick all", lambda: self._tick_all(True))
        self.none_button = button("Tick none", lambda: self._tick_all(False))
        for made in (self.all_button, self.none_button):
            top.addWidget(made)
        column.addLayout(top)
        self.list = _list(unit)
        self.list.itemChanged.connect(lambda _item: self._count())
        self.list.itemSelectionChanged.connect(self._explain)
        column.addWidget(self.list, 1)
        self.detail = label("", wrap=True, selectable=True)
        self.detail.setMinimumHeight(unit * 4)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.detail)
        box = QDialogButtonBox(self)
        self.verb = button("Take", self.accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 56, unit * 44)
        self._read()

    def chosen_parties(self) -> tuple[str, ...]:
        """The party types that are ticked."""
        return tuple(name for name, box in self.parties.items() if box.isChecked())

    def chosen_keys(self) -> tuple[str, ...]:
        """The deliverables that are ticked."""
        return tuple(
            change.key
            for row, change in enumerate(self._changes)
            if (item := self.list.item(row, 0)) and item.checkState() is Qt.CheckState.Checked
        )

    def _read(self) -> None:
        self._changes = list(self._compare(self.chosen_parties()))
        self.list.blockSignals(True)
        self.list.setRowCount(len(self._changes))
        for row, change in enumerate(self._changes):
            party, _, rest = change.key.partition("/")
            gate = rest.partition(_GATES)[2]
            texts = (
                _WORDS.get(change.change, change.change),
                change.title,
                self._gates.get(gate, gate),
                self._names.get(party, party),
            )
            for place, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if place == 0:
                    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                    item.setCheckState(Qt.CheckState.Checked)
                self.list.setItem(row, place, item)
        self.list.blockSignals(False)
        self.list.resizeColumnToContents(0)
        self.list.resizeColumnToContents(2)
        self.list.setColumnWidth(3, self.fontMetrics().averageCharWidth() * 30)
        if self._changes:
            self.list.selectRow(0)
        self._count()
        self._explain()

    def _tick_all(self, on: bool) -> None:
        for row in range(self.list.rowCount()):
            if item := self.list.item(row, 0):
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _count(self) -> None:
        count = len(self.chosen_keys())
        total = len(self._changes)
        if not self.chosen_parties():
            self.summary.setText("Tick at least one party type.")
        elif not total:
            self.summary.setText("The plan says what the pack says.")
        else:
            one = "deliverable" if all(change.change == "new" for change in self._changes) else "difference"
            self.summary.setText(f"{total:,} {one}{'' if total == 1 else 's'}, {count:,} ticked")
        self.verb.setText(f"Take {count:,} deliverable{'' if count == 1 else 's'}")
        self.verb.setEnabled(count > 0)
        for made in (self.all_button, self.none_button):
            made.setEnabled(total > 0)

    def _explain(self) -> None:
        row = self.list.currentRow()
        if not 0 <= row < len(self._changes):
            self.detail.setText("")
            return
        self.detail.setText("\n".join(change_lines(self._changes[row])))


def _list(unit: int) -> QTableWidget:
    made = QTableWidget(0, 4)
    made.setHorizontalHeaderLabels(["What", "Deliverable", "Gate", "Party type"])
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
    made.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    return made


def change_lines(change: PlanChange) -> list[str]:
    """What taking one row does, a line for each field."""
    if change.change == "gone":
        return ["The pack has it no more. It stays in the plan; taking this only says that you have seen it."]
    if not change.fields:
        return ["The plan says the same already."]
    if change.change == "new":
        return [f"{name}: {after}" for name, (_, after) in change.fields.items()]
    return [f"{name}: “{before}” → “{after}”" for name, (before, after) in change.fields.items()]

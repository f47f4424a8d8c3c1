"""The plans of the content pack: which one, into which plan, and what it says otherwise, before anything is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.content.pack import Pack
from desktop.cutover.model import PlanChange, PlanSummary, StarterPlan
from ui.widgets.basics import button, label, main_button
from ui.widgets.cutover_look import counted

_WORDS = {"new": "New", "changed": "Changed", "gone": "Not in it any more"}
Compare = Callable[[str, int | None], Sequence[PlanChange]]


class TakePlanDialog(QDialog):
    """The plan at the top, the difference as a list to tick, and what the chosen row would change."""

    def __init__(  # noqa: PLR0915, PLR0917 - one dialog, one lay-out
        self,
        parent: QWidget | None,
        pack: Pack,
        starters: Sequence[StarterPlan],
        plans: Sequence[PlanSummary],
        compare: Compare,
        plan_id: int | None = None,
    ) -> None:
        """`plan_id`: the plan that the difference is asked for; its starter plan is chosen then."""
        super().__init__(parent)
        self.setWindowTitle("Starter plans")
        self._starters, self._compare = {one.id: one for one in starters}, compare
        self._plans = {one.id: one for one in plans if not one.rehearsal and not one.details.closed}
        self._changes: list[PlanChange] = []
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label("Start from a plan of the content pack", "heading", wrap=True))
        column.addWidget(label(f"{pack.label}. Source: {pack.source}.", "muted", wrap=True))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.starter = QComboBox()
        self.starter.setAccessibleName("Plan of the content pack")
        for one in starters:
            taken = " (taken)" if one.taken in self._plans else ""
            self.starter.addItem(f"{one.title}: {counted(one.activities)}{taken}", one.id)
        form.addRow("&Plan", self.starter)
        self.into = QComboBox()
        self.into.setAccessibleName("Into which plan of yours")
        form.addRow("&Into", self.into)
        column.addLayout(form)
        self.about = label("", wrap=True, selectable=True)
        column.addWidget(self.about)
        self.summary = label("", "strong", wrap=True)
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
        self.detail.setMinimumHeight(unit * 5)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.detail)
        box = QDialogButtonBox(self)
        self.verb = button("Take", self.accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 56, unit * 44)
        asked = self._plans.get(plan_id) if plan_id is not None else None
        if asked is not None and asked.key:
            self.starter.setCurrentIndex(max(0, self.starter.findData(asked.key)))
        self.starter.currentIndexChanged.connect(lambda _place: self._other_starter())
        self.into.currentIndexChanged.connect(lambda _place: self._read())
        self._other_starter(plan_id)

    @property
    def starter_id(self) -> str:
        """The plan of the pack that is chosen."""
        return str(self.starter.currentData() or "")

    @property
    def plan_id(self) -> int | None:
        """The plan that it goes into; None = a new one."""
        found = self.into.currentData()
        return found if isinstance(found, int) else None

    def chosen_keys(self) -> tuple[str, ...]:
        """The activities that are ticked."""
        return tuple(
            change.key
            for row, change in enumerate(self._changes)
            if (item := self.list.item(row, 0)) and item.checkState() is Qt.CheckState.Checked
        )

    def _other_starter(self, wanted: int | None = None) -> None:
        """Offer where it may go: a new plan, or one that is here; first the one that was made from it."""
        starter = self._starters.get(self.starter_id)
        made = starter.taken if starter else None
        self.into.blockSignals(True)
        self.into.clear()
        self.into.addItem("A new plan", None)
        for plan in self._plans.values():
            self.into.addItem(f"{plan.ref} {plan.details.title}", plan.id)
        self.into.setCurrentIndex(max(0, self.into.findData(wanted if wanted is not None else made)))
        self.into.blockSignals(False)
        self.about.setText(starter.about if starter else "")
        self.about.setVisible(bool(self.about.text()))
        self._read()

    def _read(self) -> None:
        self._changes = list(self._compare(self.starter_id, self.plan_id)) if self.starter_id else []
        self.list.blockSignals(True)
        self.list.setRowCount(len(self._changes))
        for row, change in enumerate(self._changes):
            for place, text in enumerate((_WORDS.get(change.change, change.change), change.key, change.title)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if place == 0:
                    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                    item.setCheckState(Qt.CheckState.Checked)
                self.list.setItem(row, place, item)
        self.list.blockSignals(False)
        for place in (0, 1):
            self.list.resizeColumnToContents(place)
        if self._changes:
            self.list.selectRow(0)
        self._count()
        self._explain()

    def _tick_all(self, on: bool) -> None:
        for row in range(self.list.rowCount()):
            if item := self.list.item(row, 0):
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _count(self) -> None:
        count, total = len(self.chosen_keys()), len(self._changes)
        if not self._starters:
            self.summary.setText("The content pack has no plan.")
        elif not total:
            self.summary.setText("Your plan says what the pack says.")
        elif self.plan_id is None:
            self.summary.setText(f"{counted(total)}, {count:,} ticked")
        else:
            self.summary.setText(
                f"{counted(total, 'difference', 'differences')}, {count:,} ticked. "
                "Ticks, owners and days that you gave stay; a text that changed asks to be looked at."
            )
        self.verb.setText(f"Take {counted(count)}")
        self.verb.setEnabled(count > 0)
        for made in (self.all_button, self.none_button):
            made.setEnabled(total > 0)

    def _explain(self) -> None:
        row = self.list.currentRow()
        self.detail.setText("\n".join(change_lines(self._changes[row])) if 0 <= row < len(self._changes) else "")


def change_lines(change: PlanChange) -> list[str]:
    """What taking one activity does, a line for each field."""
    if change.change == "gone":
        return ["The pack has it no more. It stays in the plan; taking this only marks it as missing there."]
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


def _list(unit: int) -> QTableWidget:
    made = QTableWidget(0, 3)
    made.setHorizontalHeaderLabels(["What", "Key", "Activity"])
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
    made.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
    return made

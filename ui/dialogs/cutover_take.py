"""The plans of the content pack: which one, into which plan, and what it says otherwise, before anything is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from desktop.content.pack import Pack
from desktop.content.plan_change import PlanChange
from desktop.cutover.model import PlanSummary, StarterPlan
from ui.widgets.basics import button, label, main_button
from ui.widgets.cutover_look import counted
from ui.widgets.pack_difference import PackDifference

GONE = "The pack has it no more. It stays in the plan; taking this only marks it as missing there."
_WORDS = {"new": "New", "changed": "Changed", "gone": "Not in it any more"}
Compare = Callable[[str, int | None], Sequence[PlanChange]]


class TakePlanDialog(QDialog):
    """The plan at the top, the difference as a list to tick, and what the chosen row would change."""

    def __init__(  # noqa: PLR0917 - one dialog, one lay-out
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
        self.difference = PackDifference(("Key", "Activity"), 2, GONE)
        self.difference.ticked.connect(self._count)
        self.summary, self.list, self.detail = (
            self.difference.summary, self.difference.list, self.difference.detail,
        )  # fmt: skip
        column.addWidget(self.difference, 1)
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
        return self.difference.chosen_keys()

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
        changes = self._compare(self.starter_id, self.plan_id) if self.starter_id else []
        self.difference.fill(changes, lambda one: _WORDS.get(one.change, one.change), lambda one: (one.key, one.title))
        self._count()

    def _count(self) -> None:
        count, total = len(self.chosen_keys()), len(self.difference.changes)
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

"""Which cutover plan imported activities go into, and what a number alone counts in their durations."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desktop.cutover.model import PlanSummary
from desktop.testing.activity_rows import UNIT_WORDS
from ui.context import Context
from ui.widgets.basics import Card, label, set_role

UNIT = "cutover.duration_unit"
"""The window's setting that remembers what a number alone counted the last time."""


class PlanChoice(QWidget):
    """`plan()` or `new_plan()` says where they go, `unit()` what a number alone counts; `changed` when one changes."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(context.theme.px(2))
        self.card = Card("The cutover plan")
        self.new = QRadioButton("A new plan")
        self.into = QRadioButton("A plan that is here")
        self._group = QButtonGroup(self)
        for made in (self.new, self.into):
            self._group.addButton(made)
            made.toggled.connect(lambda _on: self._follow())
        self.title = QLineEdit()
        self.title.setAccessibleName("Title of the new plan")
        self.title.setPlaceholderText("such as Cutover at M11")
        self.title.textChanged.connect(lambda _text: self.changed.emit())
        self.plans = QComboBox()
        self.plans.setAccessibleName("Plan that the activities go into")
        self.plans.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.plans.setMinimumContentsLength(10)
        for widget in (self.new, self.title, self.into, self.plans):
            self.card.body.addWidget(widget)
        column.addWidget(self.card)
        self.numbers = Card("A number alone in a duration counts")
        self.units = QComboBox()
        self.units.setAccessibleName("What a number alone in a duration counts")
        self.units.addItem("As the heading says", "")
        for unit, words in UNIT_WORDS.items():
            self.units.addItem(words.capitalize(), unit)
        self.units.currentIndexChanged.connect(lambda _place: set_role(self.units, wrong="false"))
        self.numbers.body.addWidget(self.units)
        self.numbers.body.addWidget(
            label(
                "2 wd, 3 d, 4 h and 90 min say it themselves. Hours and minutes run by the clock.", "small", wrap=True
            )
        )
        column.addWidget(self.numbers)

    def fill(self, plans: Sequence[PlanSummary], title: str, plan: int | None) -> None:
        """Offer the open plans; `title` for a new one; `plan`: the one that is meant, else the only open one."""
        self.title.setText(title)
        still_open = [one for one in plans if not one.details.closed]
        self.plans.clear()
        for one in still_open:
            self.plans.addItem(f"{one.ref} {one.name}", one.id)
        real = [one for one in still_open if not one.rehearsal]
        meant = plan if plan is not None else real[0].id if len(real) == 1 else None
        place = self.plans.findData(meant) if meant is not None else -1
        self.into.setEnabled(bool(still_open))
        self.into.setVisible(bool(still_open))
        self.plans.setVisible(bool(still_open))
        (self.into if place >= 0 else self.new).setChecked(True)
        self.plans.setCurrentIndex(max(0, place))
        self.units.setCurrentIndex(max(0, self.units.findData(str(self._context.settings.value(UNIT, "") or ""))))
        set_role(self.units, wrong="false")
        self._follow()

    def plan(self) -> int | None:
        """The plan that is here; None: a new one."""
        return int(self.plans.currentData()) if self.into.isChecked() and self.plans.count() else None

    def into_words(self) -> str:
        """The plan that is here, by its reference and title; '' for a new plan."""
        return self.plans.currentText() if self.plan() is not None else ""

    def new_plan(self) -> str:
        """The title of the new plan; '' when they go into one that is here."""
        return "" if self.into.isChecked() else self.title.text().strip()

    def unit(self) -> str:
        """The unit; remembered for the next file."""
        unit = str(self.units.currentData() or "")
        self._context.settings.setValue(UNIT, unit)
        return unit

    def ask(self, field: str) -> bool:
        """Go to what has to be said; whether it is here."""
        widget = {"duration_unit": self.units, "plan": self.title, "new_plan": self.title}.get(field)
        set_role(self.units, wrong="true" if widget is self.units else "false")
        if widget is None:
            return False
        widget.setFocus()
        return True

    def _follow(self) -> None:
        self.title.setEnabled(self.new.isChecked())
        self.plans.setEnabled(self.into.isChecked())
        self.changed.emit()

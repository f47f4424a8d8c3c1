"""What the Cutover page shows before there is anything to show: how to get a plan, how to get activities into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.context import Context
from ui.widgets.basics import button, label
from ui.widgets.choice import ChoiceButton

if TYPE_CHECKING:
    from ui.pages.cutover_plans import PlanVerbs
    from ui.pages.cutover_verbs import CutoverVerbs


TAKE = (
    "Start from a suggested plan…",
    "For M10/M11, service activation or your own go-live. Not official.",
)
BRING = (
    "Import a plan from Excel or CSV…",
    "Your runbook or the official plan: you see first what would come.",
)


class WithoutPlan(QWidget):
    """Three ways to a plan, each a large button."""

    def __init__(self, context: Context, verbs: PlanVerbs) -> None:
        super().__init__()
        theme = context.theme
        self._theme = theme
        row = QHBoxLayout(self)
        row.addStretch(1)
        middle = QWidget()
        middle.setMinimumWidth(self.fontMetrics().averageCharWidth() * 80)
        column = QVBoxLayout(middle)
        column.setSpacing(theme.px(2))
        column.addStretch(2)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._picture)
        why = label("There is no cutover plan yet", "heading")
        why.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        more = label(
            "A plan says what is done before, at and after a milestone or a go-live, by whom, and what waits for what.",
            "muted",
            wrap=True,
        )
        more.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(why)
        column.addWidget(more)
        column.addSpacing(theme.px(2))
        self.take = ChoiceButton(theme, "cutover", TAKE, verbs.take)
        self.bring = ChoiceButton(theme, "imports", BRING, verbs.import_rows)
        self.new = ChoiceButton(theme, "new", ("Make an empty plan…", "Type the activities yourself."), verbs.new)
        for made in (self.take, self.bring, self.new):
            made.setEnabled(not context.workspace.read_only)
            column.addWidget(made)
        drop = label("You can also drop the file here.", "small")
        drop.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(drop)
        column.addStretch(3)
        row.addWidget(middle, 2)
        row.addStretch(1)
        self._tint()
        theme.changed.connect(self._tint)

    def _tint(self) -> None:
        self._picture.setPixmap(self._theme.pixmap("cutover", 48, "muted"))


class NothingInPlan(QWidget):
    """A plan without activities: add one, take a suggested plan into it, or import."""

    def __init__(self, context: Context, plans: PlanVerbs, verbs: CutoverVerbs) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(context.theme.px(3))
        column.addStretch(2)
        for text, role in (
            ("This plan has no activity yet", "heading"),
            ("Add the first one, take the activities of a suggested plan, or import them from Excel or CSV.", "muted"),
        ):
            line = label(text, role, wrap=True)
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        row = QHBoxLayout()
        row.addStretch()
        self.add = button("Add the first activity…", verbs.add, role="primary")
        self.take = button("Starter plans…", plans.take_difference)
        self.bring = button("Import activities…", plans.import_rows)
        self.buttons = (self.add, self.take, self.bring)
        for made in self.buttons:
            row.addWidget(made)
        row.addStretch()
        column.addLayout(row)
        column.addStretch(3)

    def enable(self, on: bool) -> None:
        """Whether activities may be added now."""
        for made in self.buttons:
            made.setEnabled(on)

"""The question before freezing: what is frozen and for ever, what stands in the way, what they may ask about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QScrollArea, QVBoxLayout, QWidget

from desktop.submissions.model import CheckLine, CheckReport, Submission
from ui.context import Context
from ui.widgets.basics import button, label, main_button
from ui.widgets.declaration_look import counted
from ui.widgets.pit_look import Look
from ui.widgets.submission_look import CHOICES, check_heading, outcome_words

LISTED = 12
FOR_EVER = (
    "Everything it says now is kept as it is: every table, the workbook, the filled templates of the recipients, and "
    "the hash of everything it rests on. From then on it is what was sent, for ever. It cannot be edited, removed or "
    "undone. A correction is a new version; a withdrawal is a record."
)


class FreezeDialog(QDialog):
    """`verb` is off while something blocks."""

    def __init__(self, context: Context, parent: QWidget | None, one: Submission, report: CheckReport) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Freeze {one.name}")
        self._context = context
        unit = self.fontMetrics().height()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(unit, unit, unit, unit)
        outer.setSpacing(unit)
        blocked = report.blocked
        heading = f"{one.name} cannot be frozen yet" if blocked else f"Freeze {one.name}?"
        outer.addWidget(label(heading, "heading", wrap=True))
        outer.addWidget(label(one.details.title, wrap=True, selectable=True))
        if not blocked:
            outer.addWidget(label(FOR_EVER, wrap=True))
            names = ", ".join(standing.name for standing in one.recipients)
            choice = one.details.mpan_choice
            outer.addWidget(label(f"For: {names or 'nobody yet'}", "muted", wrap=True))
            outer.addWidget(label(f"Personal data: {CHOICES[choice]}. {choice.words}", "muted", wrap=True))
        outer.addWidget(label(check_heading(blocked, report.advised), "strong", wrap=True))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("What the check found")
        inside = QWidget()
        self.lines = QVBoxLayout(inside)
        self.lines.setContentsMargins(0, 0, unit, 0)
        self._fill(blocked, "In the way of freezing", "severity-block", "block")
        self._fill(report.advised, "They may well ask about", "info", "med")
        self.lines.addStretch()
        area.setWidget(inside)
        area.setVisible(bool(blocked or report.advised))
        outer.addWidget(area, 1)
        if not area.isVisibleTo(self):
            outer.addStretch()
        box = QDialogButtonBox(self)
        self.verb = button(f"Freeze {one.name}", self.accept, role="primary")
        main_button(box, self.verb)
        cancel = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        outer.addWidget(box)
        self.verb.setEnabled(not blocked)
        if blocked:
            cancel.setText("Close")
        cancel.setDefault(True)
        cancel.setFocus()
        found = min(LISTED, len(blocked)) + min(LISTED, len(report.advised))
        self.resize(unit * 40, min(unit * 46, unit * (24 + 3 * found)))

    def _fill(self, lines: Sequence[CheckLine], heading: str, icon: str, role: str) -> None:
        if not lines:
            return
        self.lines.addWidget(label(heading, "strong"))
        for one in lines[:LISTED]:
            look = Look(self._context.theme)
            look.say(f"{outcome_words(one)}: {one.title}", icon, role)
            self.lines.addWidget(look)
            if one.detail:
                self.lines.addWidget(label(one.detail, "small", wrap=True, selectable=True))
        if len(lines) > LISTED:
            self.lines.addWidget(label(f"and {counted(len(lines) - LISTED, 'more rule')}", "small"))


def ask_freeze(context: Context, parent: QWidget, one: Submission, report: CheckReport) -> bool:
    """Whether it is to be frozen."""
    dialog = FreezeDialog(context, parent, one, report)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()

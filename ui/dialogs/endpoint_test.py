"""Test connection: each step as it is, the one that failed with what to do, and who vouches for the endpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.sync.model import StepState, TestReport, TestStep
from ui.context import Context, Tone
from ui.dialogs.form_size import fit_screen
from ui.widgets.basics import button, label
from ui.widgets.endpoint_look import STEP_WORDS, STEPS, certificate_words, names_of, report_text
from ui.widgets.endpoint_progress import OwnWork
from ui.widgets.pit_look import Look
from ui.widgets.trace_links import Lines

GOOD = "Everything works."
WARNED = "It works, but see what is said below."


class ConnectionTestDialog(QDialog):
    """Tests at once, and again when asked; what it found can be copied as a text. `report` is the last one."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        title: str,
        work: Callable[[Job], TestReport],
        names: Mapping[str, str] | None = None,
    ) -> None:
        """`names`: what recipients are called; their ids are shown for those that are not in it."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self._context, self._work, self._names = context, work, {} if names is None else names
        self.report: TestReport | None = None
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(title, "heading", wrap=True))
        self.verdict = Look(context.theme)
        column.addWidget(self.verdict)
        self.lines = Lines(round(unit * 0.6))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Steps")
        inside = QWidget()
        steps = QVBoxLayout(inside)
        steps.setContentsMargins(0, 0, unit // 2, 0)
        steps.addWidget(self.lines)
        steps.addStretch()
        area.setWidget(inside)
        column.addWidget(area, 1)
        self.strip = OwnWork(context)
        self.strip.moved.connect(self._moved)
        column.addWidget(self.strip)
        box = QDialogButtonBox(self)
        self.copy_button = button("Copy as text", self.copy, tip="For whoever helps you; there is no secret in it")
        self.again_button = button("Test again", self.start)
        box.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(self.again_button, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(QDialogButtonBox.StandardButton.Close).setDefault(True)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        fit_screen(self, unit * 42, unit * 34)
        self.start()

    def start(self) -> None:
        """Test from the first step."""
        self.verdict.say("Testing…", "refresh", "muted")
        self.lines.fill([])
        self.report = None
        self.strip.start("Testing the connection", self._work, self._came, self._failed, self._stopped)
        self._moved()

    def copy(self) -> None:
        """Put what was found on the clipboard."""
        if self.report is not None:
            said = report_text(self.windowTitle(), self.report, self._context.clock(), self._names)
            QGuiApplication.clipboard().setText(said)
            self._context.say("The test is copied", Tone.GOOD)

    def done(self, result: int) -> None:
        """Nothing goes on for a dialog that is closed."""
        self.strip.leave()
        super().done(result)

    def _came(self, report: TestReport) -> None:
        if self.strip.left:
            return
        self.report = report
        failed = report.failed
        if failed is not None:
            self.verdict.say(f"It stops at: {failed.title}", "status-failed", "block")
        elif any(step.state is StepState.WARNING for step in report.steps):
            self.verdict.say(WARNED, "warning", "high")
        else:
            self.verdict.say(GOOD, "status-passed", "good")
        parts = [self._line(step) for step in report.steps]
        if report.certificate is not None:
            words = certificate_words(report.certificate, self._context.clock())
            parts.append(label(f"Certificate: {words}", wrap=True, selectable=True))
        if report.recipients:
            names = names_of(report.recipients, self._names)
            parts.append(label(f"Receives for {names}", wrap=True, selectable=True))
        self.lines.fill(parts)
        self._moved()

    def _line(self, step: TestStep) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        look = Look(self._context.theme)
        look.say(f"{step.title}: {STEP_WORDS[step.state]}", *STEPS[step.state])
        column.addWidget(look)
        left = round(self.fontMetrics().height() * 1.5)
        for text, role in ((step.detail, ""), (step.todo, "strong")):
            if text:
                said = label(text, role, wrap=True, selectable=True)
                said.setContentsMargins(left, 0, 0, 0)
                column.addWidget(said)
        return made

    def _failed(self, error: PlainError) -> None:
        self.verdict.say("It could not be tested", "error", "block")
        self.lines.fill([label(str(error), wrap=True, selectable=True)])

    def _stopped(self) -> None:
        self.verdict.say("The test was stopped", "status-none", "muted")

    def _moved(self) -> None:
        self.again_button.setEnabled(not self.strip.busy)
        self.copy_button.setEnabled(self.report is not None)


def show_test(
    context: Context,
    parent: QWidget | None,
    title: str,
    work: Callable[[Job], TestReport],
    names: Mapping[str, str] | None = None,
) -> TestReport | None:
    """Test, and show what was found until it is closed; the last report."""
    dialog = ConnectionTestDialog(context, parent, title, work, names)
    try:
        dialog.exec()
        return dialog.report
    finally:
        dialog.deleteLater()

"""Two versions of a submission side by side: which rows are new, gone, or say something else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.submissions.model import Comparison, Submission
from ui.context import Context
from ui.job_runner import Running
from ui.widgets.basics import label
from ui.widgets.job_strip import JobStrip
from ui.widgets.small_table import SmallTable

TITLE = "Compare two versions"
HEADINGS = ("Table", "Row", "What", "Column", "Before", "After")
SAME = "Both say the same."


class CompareDialog(QDialog):
    """Two lists of versions to choose from, the counts in a sentence, and every difference."""

    def __init__(
        self, context: Context, parent: QWidget | None, versions: Sequence[Submission], before: int, after: int
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._context = context
        self._asked = 0
        self._running: Running | None = None
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(TITLE, "heading"))
        row = QHBoxLayout()
        self.before, self.after = QComboBox(), QComboBox()
        for words, combo, chosen in (("Before", self.before, before), ("After", self.after, after)):
            for one in versions:
                combo.addItem(f"{one.name}: {one.details.title}", one.id)
            combo.setCurrentIndex(combo.findData(chosen))
            combo.setAccessibleName(words)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(24)
            combo.currentIndexChanged.connect(lambda _index: self._compare())
            buddy = QLabel(words)
            buddy.setBuddy(combo)
            row.addWidget(buddy)
            row.addWidget(combo, 1)
        column.addLayout(row)
        self.summary = label("", wrap=True, selectable=True)
        column.addWidget(self.summary)
        self.list = SmallTable("Differences", HEADINGS, SAME)
        column.addWidget(self.list, 1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        self.strip = JobStrip(context.jobs)
        column.addWidget(self.strip)
        column.addWidget(box)
        self.resize(unit * 78, unit * 42)
        self._compare()

    def _compare(self) -> None:
        before, after = self.before.currentData(), self.after.currentData()
        self._asked += 1
        asked, submissions = self._asked, self._context.workspace.submissions
        self.stop()
        self.list.empty.setText("")
        self.list.fill([])
        if before == after:
            self.summary.setText("Choose two versions.")
            return
        self.summary.setText("Comparing…")

        def work(job: Job) -> Comparison:
            return submissions.compare(before, after, job)

        def done(found: Comparison) -> None:
            if asked == self._asked:
                self._running = None
                self._fill(found)

        def failed(error: PlainError) -> None:
            if asked == self._asked:
                self._running = None
                self.summary.setText(str(error))

        def cancelled() -> None:
            if asked == self._asked:
                self._running = None
                self.summary.setText("Comparing was given up. Choose a version to compare again.")

        running = self._context.jobs.run("Comparing two versions", work, done=done, failed=failed, cancelled=cancelled)
        if running in self._context.jobs.running():
            self._running = running

    def stop(self) -> None:
        """Give up what is being compared, if anything is."""
        if self._running is not None:
            self._context.jobs.cancel(self._running)
            self._running = None

    def done(self, result: int) -> None:
        """Nothing goes on for a dialog that is closed."""
        self._asked += 1
        self.stop()
        super().done(result)

    def _fill(self, found: Comparison) -> None:
        self.summary.setText(summary_words(found))
        rows = [
            (place, (one.table_title, one.key, one.kind.value, one.column, one.before, one.after))
            for place, one in enumerate(found.changes)
        ]
        self.list.empty.setText(SAME)
        self.list.fill(rows, writable=False)


def summary_words(found: Comparison) -> str:
    """How much differs, table by table, and what cannot be told."""
    parts = [
        f"{title}: {added:,} added, {removed:,} removed, {changed:,} changed"
        for title, added, removed, changed in found.counts
        if added or removed or changed
    ]
    words = [f"{found.before} against {found.after}. " + ("; ".join(parts) + "." if parts else SAME)]
    if found.left_out:
        words.append(f"{found.left_out:,} differences more are not listed.")
    if not found.same_choice:
        words.append("The two show personal data differently, so what stands in cells may differ for that alone.")
    return " ".join(words)


def show_compare(context: Context, parent: QWidget, versions: Sequence[Submission], before: int, after: int) -> None:
    """Show it until it is closed. `versions`: what may be chosen, all of one kind."""
    dialog = CompareDialog(context, parent, versions, before, after)
    dialog.exec()
    dialog.deleteLater()

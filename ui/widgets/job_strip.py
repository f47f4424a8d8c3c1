"""The strip in the status bar: what runs, how far it is, how fast, how long still, and Cancel."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from ui.job_runner import JobRunner, Running
from ui.widgets.basics import label

SHOW_AFTER = 300
"""Milliseconds before the strip appears: shorter work would only flicker."""


class JobStrip(QWidget):
    """Shows the job that writes, else the oldest that reads. Hidden when nothing runs."""

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.setAccessibleName("Work under way")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._words = label()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._bar.setAccessibleName("Progress")
        self._cancel = QPushButton("Cancel")
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(lambda _checked=False: self.cancel())
        row.addWidget(self._words)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._cancel)
        self._appear = QTimer(self)
        self._appear.setSingleShot(True)
        self._appear.setInterval(SHOW_AFTER)
        self._appear.timeout.connect(self._show_if_running)
        # Its own methods, not lambdas: a strip in a dialog goes before the runner does, and Qt then lets go of them.
        jobs.started.connect(self._changed)
        jobs.progressed.connect(self._fill)
        jobs.ended.connect(self._changed)
        self.hide()

    def shown_job(self) -> Running | None:
        """The job that the strip is about."""
        loud = [running for running in self._jobs.running() if not running.quiet]
        return self._jobs.writing() or (loud[0] if loud else None)

    def cancel(self) -> None:
        """Ask the shown job to stop."""
        if running := self.shown_job():
            self._cancel.setEnabled(False)
            self._cancel.setText("Cancelling…")
            self._jobs.cancel(running)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def _changed(self, _running: object = None) -> None:
        if self.shown_job() is None:
            self._appear.stop()
            self.hide()
        elif self.isHidden():
            if not self._appear.isActive():
                self._appear.start()
        else:
            self._fill()

    def _show_if_running(self) -> None:
        if self.shown_job():
            self._fill()
            self.show()

    def _fill(self, _running: object = None) -> None:
        running = self.shown_job()
        if running is None:
            return
        self._words.setText(describe(running, time.monotonic()))
        progress = running.progress
        if progress and progress.total:
            self._bar.setRange(0, 1000)
            self._bar.setValue(min(1000, progress.done * 1000 // progress.total))
        else:
            self._bar.setRange(0, 0)
        self._cancel.setEnabled(not running.job.cancelled)
        self._cancel.setText("Cancelling…" if running.job.cancelled else "Cancel")
        self._cancel.setAccessibleName(f"Cancel “{running.title}”")


def describe(running: Running, now: float) -> str:
    """How far a job is, in words: `Importing · 120,000 of 1,000,000 rows · 240,000 rows a second · 4 seconds left`."""
    progress = running.progress
    if progress is None:
        return running.title
    parts = [progress.what or running.title]
    passed = now - running.started
    rate = progress.done / passed if passed > 0.5 else 0.0
    if progress.total:
        parts.append(f"{progress.done:,} of {progress.total:,} {progress.unit}")
    elif progress.done:
        parts.append(f"{progress.done:,} {progress.unit}")
    if rate >= 1:
        parts.append(f"{round(rate):,} {progress.unit} a second")
        if progress.total and progress.done < progress.total:
            parts.append(f"{duration((progress.total - progress.done) / rate)} left")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """A length of time in words a person says: `about 2 minutes`."""
    if seconds < 1.5:
        return "a second"
    if seconds < 90:
        return f"{round(seconds)} seconds"
    if seconds < 5400:
        return f"about {round(seconds / 60)} minutes"
    return f"about {round(seconds / 3600)} hours"

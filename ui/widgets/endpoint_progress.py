"""One piece of work of a dialog: what it does, how far it is, and the button that stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from desktop.errors import PlainError
from desktop.jobs import Job
from ui.context import Context
from ui.job_runner import Running
from ui.widgets.basics import label
from ui.widgets.job_strip import describe

T = TypeVar("T")


class OwnWork(QWidget):
    """Follows its own job only, and is hidden while there is none. `moved` says that work began or ended.

    What talks to the network is no writing job of the window: nobody has to wait for it to go on working. `done` is
    called even after `leave`, since what was done then has to be told to the pages.
    """

    moved = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._running: Running | None = None
        self._title = ""
        self._round = 0
        self._left = False
        self.setAccessibleName("Work under way")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.words = label("", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(self.fontMetrics().averageCharWidth() * 20)
        self.bar.setAccessibleName("Progress")
        self.stop_button = QPushButton("Stop")
        self.stop_button.setAutoDefault(False)
        self.stop_button.clicked.connect(lambda _checked=False: self.stop())
        row.addWidget(self.words, 1)
        row.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.stop_button)
        context.jobs.progressed.connect(self._progressed)
        context.jobs.ended.connect(self._ended)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether its work is under way."""
        return self._running is not None

    @property
    def left(self) -> bool:
        """Whether its dialog was closed meanwhile: nothing of it is to be touched."""
        return self._left

    def start(
        self,
        title: str,
        work: Callable[[Job], T],
        done: Callable[[T], object],
        failed: Callable[[PlainError], object],
        stopped: Callable[[], object] | None = None,
    ) -> None:
        """Begin; `title` is what it does, as a participle: Asking the endpoint."""
        self._round += 1
        this = self._round

        def over() -> bool:
            """Put the strip away; whether the dialog is still there for it."""
            here = this == self._round and not self._left
            if here:
                self._running = None
                self.hide()
                self.moved.emit()
            return here

        def came(result: T) -> None:
            over()
            done(result)

        def went_wrong(error: PlainError) -> None:
            if over():
                failed(error)

        def was_stopped() -> None:
            if over() and stopped is not None:
                stopped()

        self._title = title
        self.words.setText(f"{title}…")
        self.bar.setRange(0, 0)
        self.stop_button.setText("Stop")
        self.stop_button.setEnabled(True)
        self.stop_button.setAccessibleName(f"Stop “{title}”")
        self.show()
        running = self._context.jobs.run(title, work, done=came, failed=went_wrong, cancelled=was_stopped, quiet=True)
        if running is not None and running in self._context.jobs.running():
            self._running = running
            self.moved.emit()

    def stop(self) -> None:
        """Ask it to stop; it does so after the part that is on its way."""
        if self._running is not None:
            self._context.jobs.cancel(self._running)
            self.stop_button.setEnabled(False)
            self.stop_button.setText("Stopping…")

    def leave(self) -> None:
        """Its dialog goes: stop, and touch nothing of it any more."""
        self.stop()
        self._left = True

    def _ended(self, running: object) -> None:
        """After a fault of ours no callback comes."""
        if running is self._running and self._running is not None and not self._left:
            self._running = None
            self.hide()
            self.moved.emit()

    def _progressed(self, running: object) -> None:
        if running is not self._running or self._running is None or self._left:
            return
        progress = self._running.progress
        self.words.setText(describe(self._running, time.monotonic()))
        if progress and progress.total:
            self.bar.setRange(0, 1000)
            self.bar.setValue(min(1000, progress.done * 1000 // progress.total))
        else:
            self.bar.setRange(0, 0)

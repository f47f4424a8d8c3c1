"""Runs long work off the window's thread: progress, result, failure and cancel come back on the window's thread."""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from desktop.errors import PlainError
from desktop.jobs import Cancelled, Job, Progress

T = TypeVar("T")
PROGRESS_EVERY = 0.1
"""Seconds between two reports of progress that reach the window."""
COLLECT_EVERY = 2000
"""Milliseconds between two runs of the collector while threads work."""
OLDER_EVERY = 15
"""So many runs before the collector looks at what is older, and so many of those before it looks at everything."""


@dataclass
class Running:
    """One piece of work that was started: what the strip shows, and where its outcome goes."""

    number: int
    title: str
    writes: bool
    quiet: bool
    """Not shown in the strip: work that normally ends before a person could read its name."""
    work: Callable[[Job], Any] | None
    done: Callable[[Any], object] | None
    failed: Callable[[PlainError], object] | None
    cancelled: Callable[[], object] | None
    job: Job = field(default_factory=Job)
    started: float = field(default_factory=time.monotonic)
    progress: Progress | None = None
    result: Any = None
    error: PlainError | None = None
    report: str = ""
    """The traceback of a fault of ours."""
    was_cancelled: bool = False

    def perform(self) -> None:
        """Do the work and keep its outcome; called on the worker's thread, touches no widget."""
        assert self.work is not None
        try:
            self.result = self.work(self.job)
        except Cancelled:
            self.was_cancelled = True
        except PlainError as error:
            self.error = error.with_traceback(None)
        except Exception:
            self.report = traceback.format_exc()


class JobRunner(QObject):
    """Starts work and delivers its outcome. One writing job at a time; reading jobs as they come.

    `work(job)` takes plain data and returns plain data: no widget, no model, no open cursor crosses the threads.
    In serial mode (tests) it runs at once in the caller's thread, through the same code.
    """

    started = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    """After the job's own callbacks. All three carry a `Running`."""
    plain_failure = Signal(str)
    """A PlainError that the caller did not take itself: shown as a banner."""
    fault = Signal(str, str)
    """A fault of ours: what was being done, and the traceback for the report."""
    _came = Signal(int)
    _moved = Signal(int)

    def __init__(self, parent: QObject | None = None, *, serial: bool = False) -> None:
        super().__init__(parent)
        self.serial = serial
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(4)
        self._running: dict[int, Running] = {}
        self._next = 1
        self._came.connect(self._deliver)
        self._moved.connect(self._move)
        # A Qt object that Python's collector frees on a worker's thread can crash: while workers run, the collector
        # runs on the window's thread only.
        self._collector = QTimer(self)
        self._collector.setInterval(COLLECT_EVERY)
        self._collector.timeout.connect(self._collect)
        self._collected = self._held = 0

    def run(
        self,
        title: str,
        work: Callable[[Job], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[PlainError], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        writes: bool = False,
        quiet: bool = False,
    ) -> Running | None:
        """Start `work`; callbacks come on the window's thread. None if another job is writing (the person is told)."""
        if writes and (other := self.writing()):
            error = PlainError(
                f"“{other.title}” is still running.",
                safe="Nothing was changed.",
                todo="Wait for it or cancel it first.",
            )
            (failed or self._tell)(error)
            return None
        running = Running(self._next, title, writes, quiet, work, done, failed, cancelled)
        self._next += 1
        self._running[running.number] = running
        running.job = Job(self._reporter(running))
        self.started.emit(running)
        if self.serial:
            running.perform()
            self._deliver(running.number)
        else:
            self._watch()
            self._pool.start(lambda number=running.number: self._perform(number))
        return running

    def writing(self) -> Running | None:
        """The job that writes now, if one does."""
        return next((running for running in self._running.values() if running.writes), None)

    def running(self) -> tuple[Running, ...]:
        """All jobs under way, oldest first."""
        return tuple(self._running.values())

    def cancel(self, running: Running) -> None:
        """Ask a job to stop; its `cancelled` callback comes when it has."""
        running.job.cancel()

    def shut_down(self) -> None:
        """Cancel everything and wait until the workers are gone; their outcomes are not delivered."""
        for running in self._running.values():
            running.job.cancel()
        self._pool.waitForDone()
        self._running.clear()
        self._rest()

    def hold_collector(self) -> None:
        """Threads that are no jobs work for a while (sync): until `release_collector` it is as if a job ran."""
        self._held += 1
        self._watch()

    def release_collector(self) -> None:
        """Those threads have ended."""
        self._held -= 1
        self._rest()

    def _perform(self, number: int) -> None:
        self._running[number].perform()
        self._came.emit(number)

    def _reporter(self, running: Running) -> Callable[[Progress], None]:
        last = 0.0

        def report(progress: Progress) -> None:
            nonlocal last
            running.progress = progress
            now = time.monotonic()
            if now - last >= PROGRESS_EVERY:
                last = now
                self._moved.emit(running.number)

        return report

    def _move(self, number: int) -> None:
        if running := self._running.get(number):
            self.progressed.emit(running)

    def _deliver(self, number: int) -> None:
        running = self._running.pop(number, None)
        if running is None:
            return
        self._rest()
        try:
            if running.was_cancelled:
                if running.cancelled:
                    running.cancelled()
            elif running.error:
                (running.failed or self._tell)(running.error)
            elif running.report:
                self.fault.emit(running.title, running.report)
            elif running.done:
                running.done(running.result)
        finally:
            self.ended.emit(running)
            running.work = running.done = running.failed = running.cancelled = running.result = None

    def _tell(self, error: PlainError) -> None:
        self.plain_failure.emit(str(error))

    def _watch(self) -> None:
        if not self._collector.isActive():
            gc.disable()
            self._collector.start()

    def _rest(self) -> None:
        if not self._running and not self._held:
            self._collector.stop()
            gc.enable()

    def _collect(self) -> None:
        """On the window's thread; what is older is looked at less often, as the collector does by itself."""
        self._collected += 1
        older = self._collected % OLDER_EVERY == 0
        gc.collect(2 if self._collected % OLDER_EVERY**2 == 0 else 1 if older else 0)

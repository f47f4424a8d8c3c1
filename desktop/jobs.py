"""Long work that tells how far it is and can be cancelled; no threads and no Qt in here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


class Cancelled(Exception):
    """The person cancelled; whoever raises it has left nothing behind."""


@dataclass(frozen=True)
class Progress:
    """How far a job is: `done` of `total` (0 = not known) in `unit`, and what it is doing now."""

    what: str
    done: int = 0
    total: int = 0
    unit: str = "rows"


class Job:
    """The handle that long work takes: report progress, notice a cancel. Safe to use from any thread."""

    def __init__(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        """`on_progress` is called on the worker's thread, as often as the work reports."""
        self._on_progress = on_progress
        self._cancelled = threading.Event()

    def report(self, what: str, done: int = 0, total: int = 0, unit: str = "rows") -> None:
        """Tell how far the work is, then raise `Cancelled` if the person asked for that."""
        self.check()
        if self._on_progress is not None:
            self._on_progress(Progress(what, done, total, unit))

    def check(self) -> None:
        """Raise `Cancelled` if the person asked for that. Call it at least every 100 ms of work."""
        if self._cancelled.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Do nothing for so long. Raises `Cancelled` at once when the person asks for that."""
        if self._cancelled.wait(seconds):
            raise Cancelled

    def cancel(self) -> None:
        """Ask the work to stop at its next check."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether a cancel was asked for."""
        return self._cancelled.is_set()

"""Progress on standard error: one line that renews itself on a terminal, a line for each stage elsewhere."""

from __future__ import annotations

import sys
import time

from desktop.jobs import Job, Progress


class _Teller:
    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._stage = ""
        self._told: set[str] = set()
        self._since = self._last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.what != self._stage:
            self._stage, self._since, self._last = progress.what, now, 0.0
            if not self._terminal and progress.what not in self._told:
                self._told.add(progress.what)
                sys.stderr.write(f"{progress.what} ...\n")
        if self._terminal and now - self._last > 0.1:
            self._last = now
            amount = f" {progress.done:,}" if progress.done else ""
            whole = f" of {progress.total:,}" if progress.total else ""
            rate = f" ({progress.done / (now - self._since):,.0f} {progress.unit}/s)" if progress.done else ""
            sys.stderr.write(f"\r\033[K{progress.what}{amount}{whole} {progress.unit if amount else ''}{rate}")
            sys.stderr.flush()

    def end(self) -> None:
        if self._terminal:
            sys.stderr.write("\r\033[K")


def told_job(*, quiet: bool = False) -> Job:
    """Build a job whose progress is told on standard error."""
    return Job(None if quiet else _Teller())

"""Who works an endpoint: one at a time, and what a person asked for comes before the background."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.jobs import Job

_LOOK = 0.2
"""Seconds between looks at a cancel while another one finishes."""


class Turn:
    """Of one endpoint."""

    def __init__(self) -> None:
        """Nobody works it."""
        self._lock = threading.Lock()
        self._guard = threading.Lock()
        self._background: Job | None = None
        self._asked = 0

    @property
    def taken(self) -> bool:
        """Somebody works it now."""
        return self._lock.locked()

    @contextmanager
    def asked_for(self, job: Job) -> Iterator[None]:
        """Work it for a person: a round of the background stops after its part. Raises Cancelled while waiting."""
        with self._guard:
            self._asked += 1
            if self._background is not None:
                self._background.cancel()
        try:
            while not self._lock.acquire(timeout=_LOOK):
                job.check()
            try:
                yield
            finally:
                self._lock.release()
        finally:
            with self._guard:
                self._asked -= 1

    @contextmanager
    def in_background(self, job: Job) -> Iterator[bool]:
        """Work it in the background; gives False when somebody else does or wants to."""
        with self._guard:
            mine = not self._asked and self._lock.acquire(blocking=False)
            if mine:
                self._background = job
        try:
            yield mine
        finally:
            if mine:
                with self._guard:
                    self._background = None
                self._lock.release()


class Turns:
    """Of all endpoints."""

    def __init__(self) -> None:
        """Nobody works any."""
        self._guard = threading.Lock()
        self._turns: dict[int, Turn] = {}

    def of(self, endpoint_id: int) -> Turn:
        """The one of an endpoint."""
        with self._guard:
            return self._turns.setdefault(endpoint_id, Turn())

    def taken(self, endpoint_id: int) -> bool:
        """Somebody works it now."""
        return self.of(endpoint_id).taken

"""How large the parts of a file are, and how fast they go: doubled while a part is quick, halved when one fails."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop.jobs import Job
from desktop.sync.wire.protocol import FIRST_PART, LEAST_PART, MIB

LARGEST = 16 * MIB
"""Bytes of a part at most, whatever the endpoint takes: it is held in memory."""
QUICK = 2.0
"""Seconds: a part that takes less is followed by one of twice the size."""
_LEAST_WITH_CAP = 4 * 1024


class Pace:
    """Of one endpoint in one round. Sizes in bytes, times in seconds."""

    def __init__(self, largest: int, cap_kib: int, job: Job, now: Callable[[], float] = time.monotonic) -> None:
        """`largest`: the endpoint's limit of a part; `cap_kib`: KiB a second at most, 0 = no cap."""
        self._most = max(1, min(largest, LARGEST))
        self._cap = cap_kib * 1024
        if self._cap:  # so that the line is never filled for more than two seconds at once
            self._most = min(self._most, max(_LEAST_WITH_CAP, 2 * self._cap))
        self._size = min(FIRST_PART, self._most)
        self._job = job
        self._now = now

    @property
    def size(self) -> int:
        """Of the next part at most."""
        return self._size

    def sent(self, size: int, began: float) -> None:
        """A part went well that began at `began` (of `now`). Waits as long as the cap asks. Raises Cancelled."""
        took = self._now() - began
        if took < QUICK and size >= self._size:
            self._size = min(self._size * 2, self._most)
        if self._cap and (rest := size / self._cap - took) > 0:
            self._job.wait(rest)

    def smaller(self, limit: int = 0) -> bool:
        """A part was too large or too slow: half of it, and no more than `limit`. False: it cannot be smaller."""
        if self._size <= min(LEAST_PART, self._most):
            return False
        self._most = max(1, min(self._size // 2, limit or self._size))
        self._size = self._most
        return True

    def began(self) -> float:
        """The moment that `sent` counts from."""
        return self._now()

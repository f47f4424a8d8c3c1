"""How long the log of sync is kept: for whoever helps with a trouble, not as a proof.

Proofs are elsewhere and stay for ever: receipts, what has left, and the audit log, in which each receipt and each
choice of a person stands too. So lines of the log of sync may go. Kept are

- the newest 20,000 lines, some megabytes, whatever their age and whatever the clock said: a laptop that was
  switched off for years, or whose clock ran ahead, still shows what happened last;
- every line of the last 13 months: the same step of the programme a year ago, and a month in which somebody asks;
- every line of what is not over: a delivery that waits or needs the person, a record that is to be sent or in
  conflict, content that was offered and not decided on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from desktop.clock import Clock
from local_db import audit, sync_log
from local_db.connection import Store

NEWEST = 20_000
"""Lines that are kept whatever their age."""
YOUNGER = timedelta(days=396)
"""13 months: younger lines are kept, however many."""
AGAIN = 24 * 3600.0
"""Seconds between two looks."""
_AT_ONCE = 2_000
"""Lines that go in one transaction: whoever else writes waits no longer than for these."""


class LogKeeping:
    """Takes old lines away now and then. Rounds with several endpoints may ask at once."""

    def __init__(self, store: Store, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Nothing is read before it is asked for. `monotonic`: seconds of a clock that is never set."""
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._looked: float | None = None

    def now_and_then(self) -> int:
        """Once a day, and once after each start: how many lines went. It reads, and writes only what is to go."""
        with self._guard:
            now = self._monotonic()
            if self._looked is not None and now - self._looked < AGAIN:
                return 0
            self._looked = now
        return self.prune()

    def prune(self) -> int:
        """Take away what is old and over; how many lines went. Raises WorkspaceError when the disk is full."""
        before, gone = audit.timestamp(self._clock() - YOUNGER), 0
        while sync_log.old(self._store.read(), before, NEWEST, 1):
            with self._store.write() as connection:
                found = sync_log.old(connection, before, NEWEST, _AT_ONCE)
                sync_log.remove(connection, found)
            gone += len(found)
        return gone

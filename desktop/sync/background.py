"""Sync in the background: a thread for each endpoint that sleeps until something is queued, is due, or it is woken."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.errors import NotFound, PlainError
from desktop.jobs import Cancelled, Job
from desktop.sync import choosing
from desktop.sync.endpoints import EndpointService
from desktop.sync.model import Endpoint, SyncOutcome
from desktop.sync.one_round import LOOKED_AT_AGAIN, due_at, skipped
from desktop.sync.turns import Turns
from desktop.sync.wire.problems import Retry
from local_db import deliveries as rows
from local_db.connection import Store

POLL = timedelta(minutes=5)
"""Between looks at what an endpoint says when nothing is to be sent."""
_LONGEST_SLEEP = 3600.0
"""Seconds: a laptop that slept or whose clock was put right looks again at the latest then."""
_AFTER_A_FAULT = 60.0
_ASKED_TO_WAIT = {429, 503}
_log = logging.getLogger(__name__)

Run = Callable[[int, Job, Callable[[Changes], None], bool], SyncOutcome]
"""One round: endpoint, job, told, any_time."""


class Background:
    """The threads. `start` and `stop` once each."""

    def __init__(  # noqa: PLR0917 - wired once
        self, store: Store, endpoints: EndpointService, turns: Turns, run: Run, tell: Callable[[Changes], None],
        clock: Clock,
    ) -> None:  # fmt: skip
        """Nothing runs yet."""
        self._store = store
        self._endpoints = endpoints
        self._turns = turns
        self._run = run
        self._tell = tell
        self._clock = clock
        self._guard = threading.Lock()
        self._workers: dict[int, _Worker] = {}
        self._stopping = threading.Event()

    def start(self) -> None:
        """A thread for each endpoint that can be called."""
        self.look()

    def look(self) -> None:
        """Start threads for endpoints that came; those of endpoints that went end by themselves."""
        if self._stopping.is_set():
            return
        found = [one.id for one in self._endpoints.endpoints() if one.online]
        with self._guard:
            self._see_to(found)

    def wake(self) -> None:
        """Look at once, whatever the waiting times. Reads nothing: it may be called on the window's thread."""
        with self._guard:
            self._see_to(self._workers)
            workers = list(self._workers.values())
        for one in workers:
            one.wake()

    def poke(self) -> None:
        """Something changed: work out anew when each is due."""
        self.look()
        with self._guard:
            workers = list(self._workers.values())
        for one in workers:
            one.poke()

    def _see_to(self, endpoint_ids: Iterable[int]) -> None:
        """Each of them has a thread that lives, unless all are to end. Under the guard."""
        if self._stopping.is_set():
            return
        for endpoint_id in list(endpoint_ids):
            known = self._workers.get(endpoint_id)
            if known is None or not known.alive:
                self._workers[endpoint_id] = _Worker(endpoint_id, self)
                self._workers[endpoint_id].start()

    def stop(self, seconds: float) -> bool:
        """Stop all; whether they ended in time."""
        with self._guard:
            self._stopping.set()
            workers = list(self._workers.values())
        for one in workers:
            one.end()
        until = time.monotonic() + seconds
        ended = [one.ended(max(0.0, until - time.monotonic())) for one in workers]
        return all(ended)

    # -- what a worker asks --------------------------------------------------------------------------------------------

    @property
    def stopping(self) -> bool:
        """All threads are to end."""
        return self._stopping.is_set()

    def let_go(self, endpoint_id: int) -> bool:
        """Whether the thread of an endpoint that is gone may end: it may have been added again this moment.

        Under the guard: whoever adds it keeps it first and looks for its thread afterwards.
        """
        with self._guard:
            try:
                gone = bool(self._endpoints.get(endpoint_id).removed)
            except NotFound:
                gone = True
            if gone:
                self._workers.pop(endpoint_id, None)
            return gone

    def seconds_until_due(self, endpoint_id: int, *, woken: bool, first: bool) -> float | None:
        """Until the next round; None: not before somebody wakes it. Raises NotFound once the endpoint is gone.

        `first`: of this start of the program. One that waits after a trouble goes on waiting over a restart.
        """
        one = self._endpoints.get(endpoint_id)
        if one.removed:
            raise NotFound("The endpoint was removed.")
        if skipped(one):
            return None
        if (woken and _may_be_woken(one)) or (first and one.trouble is None):
            return 0.0
        now = self._clock()
        due = due_at(one, POLL, now)
        if due is None:
            return None
        if one.trouble is None and (soonest := self._first_due(one, now)) is not None:
            due = min(due, soonest)
        return max(0.0, (due - now).total_seconds())

    def _first_due(self, one: Endpoint, now: datetime) -> datetime | None:
        """When the first delivery of it can go."""
        with self._store.reading() as connection:
            found = rows.waiting(connection, one.id, choosing.SMALL)
            return choosing.first_due(found, now=now, metered=one.metered)

    def round(self, endpoint_id: int, job: Job) -> bool:
        """Do one; False when somebody else works this endpoint. Raises Cancelled."""
        with self._turns.of(endpoint_id).in_background(job) as mine:
            if mine:
                self._run(endpoint_id, job, self._told, False)
            return mine

    def _told(self, changes: Changes) -> None:
        if changes.subjects and not self._stopping.is_set():
            self._tell(changes)


class _Worker:
    """The thread of one endpoint."""

    def __init__(self, endpoint_id: int, background: Background) -> None:
        self._endpoint_id = endpoint_id
        self._background = background
        self._event = threading.Event()
        self._guard = threading.Lock()
        self._woken = False
        self._job: Job | None = None
        self._thread = threading.Thread(target=self._live, name=f"sync-{endpoint_id}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """It has not ended."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """Do a round at once."""
        with self._guard:
            self._woken = True
        self._event.set()

    def poke(self) -> None:
        """Work out anew when it is due."""
        self._event.set()

    def end(self) -> None:
        """Ask it to end; a round that runs is cancelled."""
        with self._guard:
            if self._job is not None:
                self._job.cancel()
        self._event.set()

    def ended(self, seconds: float) -> bool:
        """Wait for it; whether it ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _live(self) -> None:
        first = True
        while not self._background.stopping:
            with self._guard:
                woken, self._woken = self._woken, False
            served, wait = False, None
            try:
                wait = self._background.seconds_until_due(self._endpoint_id, woken=woken, first=first)
                first, served = False, True
                if wait == 0.0:
                    wait, served = self._once()
            except NotFound:
                if self._let_go():
                    return
                wait = _AFTER_A_FAULT  # whoever added it again pokes
            except PlainError as error:  # a full disk, a workspace that is being closed
                if self._background.stopping:
                    return
                _log.warning("a round of sync was not done: %s", error.what)
                wait = _AFTER_A_FAULT
            except Exception:
                if self._background.stopping:
                    return
                _log.exception("a round of sync ended in a fault")
                wait = _AFTER_A_FAULT
            if woken and not served:
                with self._guard:
                    self._woken = True
            self._event.wait(_LONGEST_SLEEP if wait is None else min(wait, _LONGEST_SLEEP))
            self._event.clear()

    def _let_go(self) -> bool:
        try:
            return self._background.let_go(self._endpoint_id)
        except PlainError:  # a workspace that is being closed
            return self._background.stopping

    def _once(self) -> tuple[float, bool]:
        """One round: how long to sleep before the next look, and whether it was done."""
        job = Job()
        with self._guard:
            self._job = job
        try:
            if self._background.stopping:
                return 0.0, False
            if not self._background.round(self._endpoint_id, job):
                return _AFTER_A_FAULT, False  # whoever works it pokes this thread afterwards
        except Cancelled:
            return _AFTER_A_FAULT, False
        finally:
            with self._guard:
                self._job = None
        return 0.05 + random.random(), True  # noqa: S311 - not two endpoints at the same moment


def _may_be_woken(one: Endpoint) -> bool:
    """What a person has to mend is not tried again because something was queued, nor is one that asked to be let be."""
    if one.trouble is None:
        return True
    if one.trouble.retry is Retry.ENDPOINT:
        return one.trouble.slug in LOOKED_AT_AGAIN
    return one.trouble.status not in _ASKED_TO_WAIT

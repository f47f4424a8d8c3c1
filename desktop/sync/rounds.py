"""Rounds of sync: one endpoint after its own rules, all of them side by side, in the background or when asked."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.jobs import Cancelled, Job
from desktop.sync import lines
from desktop.sync.background import Background
from desktop.sync.choosing import SMALL
from desktop.sync.endpoints import EndpointService
from desktop.sync.inbox import InboxService
from desktop.sync.model import EndpointLine, SyncOutcome
from desktop.sync.one_round import OneRound
from desktop.sync.outbox import OutboxService
from desktop.sync.turns import Turns
from desktop.sync.waiting import Chance
from local_db import deliveries as rows
from local_db.blobs import BlobStore
from local_db.connection import Store


class SyncService:
    """The only part that sends. A round: who is it, deliveries (small first), records, comments, the feed, offers."""

    def __init__(  # noqa: PLR0917 - wired once
        self,
        store: Store,
        blobs: BlobStore,
        endpoints: EndpointService,
        outbox: OutboxService,
        inbox: InboxService,
        actor: str,
        clock: Clock,
        chance: Chance = random.random,
    ) -> None:
        """Nothing runs before `now` or `start`. `chance`: what waiting times are spread with."""
        self._store = store
        self._endpoints = endpoints
        self._outbox = outbox
        self._clock = clock
        self._turns = Turns()
        self._round = OneRound(store, blobs, endpoints, outbox, inbox, outbox.receiving, actor, clock, chance)
        self._background: Background | None = None
        self._tell: Callable[[Changes], None] | None = None
        self._guard = threading.Lock()
        self._asked: list[_Asked] = []
        if not store.read_only:
            outbox.working = self._turns.taken

    def now(self, endpoint_ids: Sequence[int] = (), job: Job | None = None) -> tuple[SyncOutcome, ...]:
        """One round with each (() = all), each in a thread of its own; waiting times are passed over.

        A failure at one never touches the other. Raises Cancelled (after the part that is on its way), ReadOnly.
        """
        self._store.require_writable()
        job = job or Job()
        chosen = list(dict.fromkeys(endpoint_ids)) or [one.id for one in self._endpoints.endpoints()]
        for one in chosen:
            self._endpoints.get(one)
        asked = [_Asked(self, one, job) for one in chosen]
        with self._guard:
            self._asked += asked
        for each in asked:
            each.start()
        for each in asked:
            each.join()
        with self._guard:
            self._asked = [each for each in self._asked if each not in asked]
        if (background := self._background) is not None:  # whoever closes the workspace takes it away meanwhile
            background.poke()
        for each in asked:
            if each.fault is not None and not isinstance(each.fault, Cancelled):
                raise each.fault
        job.check()
        return tuple(each.outcome for each in asked if each.outcome is not None)

    def start(self, tell: Callable[[Changes], None]) -> None:
        """Work in the background until `stop`: when something is queued, when waiting times are over, now and then.

        `tell` is called on a worker's thread whenever something changed. Starting twice does nothing.
        """
        self._store.require_writable()
        if self._background is not None:
            return
        self._tell = tell
        self._background = Background(self._store, self._endpoints, self._turns, self.work, tell, self._clock)
        self._outbox.on_change = self.wake
        self._endpoints.on_change = self._background.poke
        for one in self._endpoints.endpoints():
            if not self._turns.taken(one.id):
                self._round.after_a_kill(one.id)
        self._background.start()

    def wake(self) -> None:
        """Something was queued, or the network changed: waiting times of endpoints are cleared."""
        if (background := self._background) is not None:
            background.wake()

    def stop(self, seconds: float = 5.0) -> bool:
        """Stop after the part that is on its way, also what `now` does; whether all threads ended in time."""
        until = time.monotonic() + seconds
        background, self._background = self._background, None
        self._outbox.on_change = None
        self._endpoints.on_change = None
        self._tell = None
        with self._guard:
            asked = list(self._asked)
        for one in asked:
            one.cancel()
        ended = background is None or background.stop(seconds)
        for one in asked:
            one.join(max(0.0, until - time.monotonic()))
        return ended and not any(one.is_alive() for one in asked)

    @property
    def running(self) -> bool:
        """Whether the background work was started."""
        return self._background is not None

    def lines(self) -> tuple[EndpointLine, ...]:
        """One line per endpoint, for the status bar and the command line. Reads only."""
        now = self._clock()
        with self._store.reading() as connection:
            found = rows.standing(connection, SMALL)
            endpoints = self._endpoints.endpoints()
        return tuple(
            lines.line(one, found.get(one.id, rows.Standing()), working=self._turns.taken(one.id), now=now)
            for one in endpoints
        )

    def work(self, endpoint_id: int, job: Job, told: Callable[[Changes], None], any_time: bool) -> SyncOutcome:
        """One round with one endpoint, by whoever has its turn. Raises Cancelled."""
        return self._round.run(endpoint_id, job, told, any_time=any_time)

    def asked_for(self, endpoint_id: int, job: Job) -> SyncOutcome:
        """One round that a person asked for: the background steps aside. Raises Cancelled."""
        with self._turns.of(endpoint_id).asked_for(job):
            return self.work(endpoint_id, job, self._told, any_time=True)

    def _told(self, changes: Changes) -> None:
        tell = self._tell
        if tell is not None and changes.subjects:
            tell(changes)


class _Asked(threading.Thread):
    """A round that a person asked for, with one endpoint."""

    def __init__(self, service: SyncService, endpoint_id: int, job: Job) -> None:
        super().__init__(name=f"sync-now-{endpoint_id}", daemon=True)
        self._service = service
        self._endpoint_id = endpoint_id
        self._job = job
        self.outcome: SyncOutcome | None = None
        self.fault: BaseException | None = None

    def cancel(self) -> None:
        """Stop after the part that is on its way: the workspace is about to be closed."""
        self._job.cancel()

    def run(self) -> None:
        """Do it; what it raised is kept for whoever asked."""
        try:
            self.outcome = self._service.asked_for(self._endpoint_id, self._job)
        except BaseException as error:
            self.fault = error

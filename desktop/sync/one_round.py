"""One round with one endpoint: who is it, what it lost, deliveries, records, answers, changes, published content.

What goes wrong is judged by who can mend it: nobody needs to (the item or the endpoint waits), the person (the item
stops, the others go on), or the endpoint as a whole (everything of it stops).
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import PlainError
from desktop.jobs import Cancelled, Job
from desktop.sync import choosing, waiting
from desktop.sync.delivery_reading import ON_ITS_WAY, WAITING
from desktop.sync.endpoints import EndpointService
from desktop.sync.inbox import InboxService
from desktop.sync.log_keeping import LogKeeping
from desktop.sync.model import DeliveryState, Endpoint, SyncOutcome, Trouble
from desktop.sync.outbox import OutboxService
from desktop.sync.pace import Pace
from desktop.sync.pinning import with_rotations
from desktop.sync.points import reach
from desktop.sync.receiving import Receiving
from desktop.sync.reconciling import Reconciling
from desktop.sync.sending import Sending, SetAside, Way
from desktop.sync.taking_in import TakingIn
from desktop.sync.transport import Transport
from desktop.sync.troubles import GARBLED, NO_ENDPOINT, OF_THE_ITEM, OTHER_ENDPOINT, SyncTrouble, as_text
from desktop.sync.troubles import read as read_trouble
from desktop.sync.uploading import Uploading
from desktop.sync.wire.envelope import sign
from desktop.sync.wire.problems import Retry
from local_db import audit, endpoints, sync_log
from local_db import deliveries as rows
from local_db.blobs import BlobStore
from local_db.connection import Store
from local_db.deliveries import DeliveryRow
from local_db.sync_log import LogRow

_log = logging.getLogger(__name__)
_OTHERS = {"captive", NO_ENDPOINT, OTHER_ENDPOINT, GARBLED}
"""It is not the endpoint that answers, or not as it spoke."""
NOBODYS_FAULT = {"dns", "connect", "offline", "proxy", "tls", "keyring"} | _OTHERS
"""Troubles on the way to an endpoint: no delivery waits longer for them."""
LOOKED_AT_AGAIN = {"tls", "proxy", "keyring", "too-long"} | _OTHERS
"""Troubles of an endpoint that may be over by themselves (another network, a keyring unlocked): tried now and then."""
LISTEN = 300.0
"""Seconds of sending large files after which changes are taken in between two parts."""
_TOLD_AGAIN = 20
"""Tries in vain for the same reason of which one line stands in the log: a laptop may be offline for weeks."""
_NO_ROOM = 507
_WHOLE = {429, 502, 503, 504, _NO_ROOM}
"""Statuses that say something of the endpoint, not of the item."""


@dataclass
class _Tally:
    """What a round has done so far."""

    sent: int = 0
    received: int = 0
    taken_in: int = 0
    troubles: dict[str, Trouble] = field(default_factory=dict)
    """Of the items that did not go, by delivery."""


@dataclass
class _Turn:
    """What one round works with."""

    one: Endpoint
    epoch: str
    transport: Transport
    job: Job
    told: Callable[[Changes], None]
    tally: _Tally
    any_time: bool
    passed: set[str] = field(default_factory=set)
    """Deliveries that were sent or tried in it."""
    talked: float = 0.0
    """When the endpoint was last listened to (of `time.monotonic`)."""
    later: SyncTrouble | None = None
    """What is raised when everything else was done."""
    full: bool = False
    """The endpoint has no room: nothing more is sent, but it is listened to."""


class OneRound:
    """Works one endpoint. The caller sees to it that nobody else works the same one."""

    def __init__(  # noqa: PLR0917 - wired once
        self, store: Store, blobs: BlobStore, service: EndpointService, outbox: OutboxService, inbox: InboxService,
        receiving: Receiving, actor: str, clock: Clock, chance: waiting.Chance,
    ) -> None:  # fmt: skip
        """Nothing is sent."""
        self._store = store
        self._endpoints = service
        self._outbox = outbox
        self._clock = clock
        self._chance = chance
        self._sending = Sending(store, blobs, receiving, clock)
        self._reconciling = Reconciling(store, receiving, actor, clock)
        self._taking_in = TakingIn(store, service, inbox, clock)
        self._log_keeping = LogKeeping(store, clock)
        self._unfit: dict[int, set[str]] = {}
        """By endpoint, hashes of content that could not be taken: asked for again when a person asks."""

    def run(self, endpoint_id: int, job: Job, told: Callable[[Changes], None], *, any_time: bool) -> SyncOutcome:
        """Do it. Raises Cancelled; every trouble stands in the outcome, one that nobody foresaw too.

        `any_time`: waiting times are passed over.
        """
        one = self._endpoints.get(endpoint_id)
        why = skipped(one)
        if why:
            return self._outcome(SyncOutcome(one.id, one.name, skipped=why))
        self.after_a_kill(one.id)
        if any_time:
            self._unfit.pop(one.id, None)
        tally, trouble = _Tally(), None
        try:
            with self._endpoints.transport(one.id) as transport:
                self._work(one, transport, job, told, tally, any_time=any_time)
        except SyncTrouble as error:
            trouble = self._failed(one, error, told)
        except PlainError as error:  # a full disk, a damaged file: this endpoint waits, the others go on
            trouble = self._failed(one, SyncTrouble(Trouble(error.what, error.todo, Retry.AUTO, "disk")), told)
        except Cancelled:
            raise
        except Exception as error:
            _log.exception("a round of sync ended in a way that nobody foresaw")
            what = f"Something went wrong that nobody foresaw ({type(error).__name__})."
            todo = "What waits is safe and is tried again. If it stays so, send the log of sync to whoever helps you."
            trouble = self._failed(one, SyncTrouble(Trouble(what, todo, Retry.AUTO, "unforeseen")), told)
        self._settle(tally)
        first = next(iter(tally.troubles.values()), None)
        done = SyncOutcome(one.id, one.name, tally.sent, tally.received, tally.taken_in, trouble=trouble or first)
        self._keep_log_short()
        return self._outcome(done)

    # -- the steps -----------------------------------------------------------------------------------------------------

    def _work(
        self, one: Endpoint, transport: Transport, job: Job, told: Callable[[Changes], None], tally: _Tally, *,
        any_time: bool,
    ) -> None:  # fmt: skip
        job.report(f"Calling {one.name}")
        info = transport.info(job)
        reach("round.info")
        told(self._endpoints.heard(one.id, info, transport.clock_ms))
        self._pin(one.id, info.jwks)
        before = self._endpoints.row(one.id).epoch
        if before and before != info.epoch:
            self._reconciling.run(one.id, info.epoch, transport, job, told)
        elif not before:
            with self._store.write() as connection:
                endpoints.change(connection, one.id, {"epoch": info.epoch})
        elif why := self._reconciling.lost_the_newest(one.id, transport, job):
            self._reconciling.run(one.id, info.epoch, transport, job, told, why)
        self._settle_withdrawn(one.id, told)
        turn = _Turn(one, info.epoch, transport, job, told, tally, any_time=any_time)
        way = self._way(turn)
        self._deliveries(turn, way, small_only=True)
        self._talk(turn)
        self._deliveries(turn, way, small_only=False)
        if turn.later is not None:
            raise turn.later

    def _talk(self, turn: _Turn) -> None:
        """Everything but deliveries. What only that part cannot do is raised at the end of the round."""
        endpoint_id, transport, job, told = turn.one.id, turn.transport, turn.job, turn.told
        try:
            self._taking_in.send_records(endpoint_id, transport, job, told, again=turn.any_time)
            self._taking_in.send_answers(endpoint_id, transport, job, told, again=turn.any_time)
            turn.tally.taken_in += self._taking_in.take_changes(
                endpoint_id, turn.epoch, transport, job, told,
                lambda why: self._reconciling.run(endpoint_id, turn.epoch, transport, job, told, why),
            )  # fmt: skip
            metered = self._endpoints.get(endpoint_id).metered
            unfit = self._unfit.setdefault(endpoint_id, set())
            unfit |= self._taking_in.fetch_offers(endpoint_id, transport, job, told, metered=metered, passed=unfit)
        except SyncTrouble as error:
            if error.trouble.retry is Retry.ENDPOINT or _of_the_whole(error):
                raise
            turn.later = turn.later or error
        turn.talked = time.monotonic()

    def _way(self, turn: _Turn) -> Way:
        one, transport, job = self._endpoints.get(turn.one.id), turn.transport, turn.job
        key = self._endpoints.signing_key(one.id)
        return Way(
            transport,
            Uploading(transport, Pace(one.limits.part, one.cap_kib, job), job),
            lambda data: sign(data, key, one.device_uuid),
            job,
            turn.told,
            lambda row: self._stands(row, turn),
            lambda: self._pin(one.id, transport.info(job).jwks),
        )

    def _deliveries(self, turn: _Turn, way: Way, *, small_only: bool) -> None:
        """Send what can go."""
        while not turn.full and (row := self._next(turn)):
            if small_only and not choosing.is_small(row):
                return
            turn.job.report(f"Sending {row.ref} v{row.version} to {row.endpoint}", row.sent, row.size, "bytes")
            try:
                self._sending.send(row, way)
            except SetAside:
                continue  # what goes now is asked again
            except SyncTrouble as error:
                turn.passed.add(row.uuid)
                self._item_failed(row, error, turn.told)
                if error.met is not None and error.met.status == _NO_ROOM:
                    turn.full, turn.later = True, error
                    return
                if error.trouble.retry is Retry.ENDPOINT or _of_the_whole(error):
                    raise
                turn.tally.troubles[row.uuid] = error.trouble
                continue
            turn.passed.add(row.uuid)
            turn.tally.sent += 1
            turn.tally.received += 1

    def _next(self, turn: _Turn) -> DeliveryRow | None:
        one = self._endpoints.get(turn.one.id)
        if one.paused or one.removed:
            return None
        return self._first(one, turn)

    def _first(self, one: Endpoint, turn: _Turn) -> DeliveryRow | None:
        with self._store.reading() as connection:
            return choosing.next_of(
                rows.waiting(connection, one.id, choosing.SMALL),
                now=self._clock(), any_time=turn.any_time, metered=one.metered, passed=turn.passed,
            )  # fmt: skip

    def _stands(self, row: DeliveryRow, turn: _Turn) -> None:
        """Raises SetAside when this one is not to go on now: held back, or it is large and a small one can go."""
        one = self._endpoints.get(row.endpoint_id)
        with self._store.reading() as connection:
            still = rows.delivery(connection, row.uuid)
            before = rows.delivery(connection, row.base) if row.base else None
        if one.paused or one.removed or still is None or not choosing.can_go(still, before, metered=one.metered):
            raise SetAside
        if choosing.is_small(row):
            return
        first = self._first(one, turn)
        if first is not None and choosing.is_small(first):
            raise SetAside
        if time.monotonic() - turn.talked > LISTEN:  # a large file may take hours
            self._talk(turn)

    def after_a_kill(self, endpoint_id: int) -> None:
        """Whoever works an endpoint works it alone: what is said to be on its way was cut off by a killed program."""
        states = [one.value for one in ON_ITS_WAY]
        cut = rows.deliveries(self._store.read(), endpoint_id=endpoint_id, states=states)
        if cut:
            with self._store.write() as connection:
                for one in cut:
                    rows.change(connection, one.uuid, audit.timestamp(self._clock()), state=DeliveryState.QUEUED.value)

    def _settle(self, tally: _Tally) -> None:
        """What is received after all, by a receipt that came with the changes, is in no trouble any more."""
        for uuid in list(tally.troubles):
            row = rows.delivery(self._store.read(), uuid)
            if row is not None and row.state == DeliveryState.RECEIVED:
                del tally.troubles[uuid]
                tally.sent += 1
                tally.received += 1

    def _settle_withdrawn(self, endpoint_id: int, told: Callable[[Changes], None]) -> None:
        """What was withdrawn here: what never went is left out, and who has it is told."""
        for submission_id in rows.withdrawn_untold(self._store.read(), endpoint_id):
            told(self._outbox.queue_withdrawal(submission_id))

    # -- what goes wrong -----------------------------------------------------------------------------------------------

    def _item_failed(self, row: DeliveryRow, error: SyncTrouble, told: Callable[[Changes], None]) -> None:
        """Keep why it did not go; what the person has to mend says so, everything else waits."""
        trouble = error.trouble
        if trouble.retry is Retry.ENDPOINT or (error.met is None and trouble.slug in NOBODYS_FAULT):
            return
        now = self._clock()
        with self._store.write() as connection:
            still = rows.delivery(connection, row.uuid)
            if still is None or still.state not in WAITING:
                return
            kept = as_text(replace(trouble, at=trouble.at or audit.timestamp(now)))
            if trouble.retry is Retry.USER:
                rows.change(
                    connection, row.uuid, audit.timestamp(now), state=DeliveryState.NEEDS_YOU.value, problem=kept,
                    next_try_at="",
                )  # fmt: skip
            else:
                tries = 0 if still.sent > row.sent else row.tries
                until = waiting.until(now, tries, error.retry_after, self._chance)
                rows.change(
                    connection, row.uuid, audit.timestamp(now), tries=tries + 1, problem=kept,
                    next_try_at=audit.timestamp(until),
                )  # fmt: skip
            if trouble.retry is Retry.USER:
                self._log(row.endpoint_id, row.uuid, "needs you", trouble)
            elif not _is_known(read_trouble(still.problem), still.tries, trouble):
                self._log(row.endpoint_id, row.uuid, "not sent", trouble)
        told(Changes.of(Subject.DELIVERIES, Subject.ENDPOINTS))

    def _failed(self, one: Endpoint, error: SyncTrouble, told: Callable[[Changes], None]) -> Trouble:
        """Keep why the endpoint could not be worked, and when it is tried again.

        `one` as it stood when the round began: that it was spoken to since does not make the waiting times short again.
        """
        trouble, now = error.trouble, self._clock()
        until: datetime | None = None
        if trouble.retry is not Retry.ENDPOINT or trouble.slug in LOOKED_AT_AGAIN:
            until = waiting.until(now, one.tries, error.retry_after, self._chance)
        with self._store.write():
            changed = self._endpoints.failed(one.id, trouble, until, tries=one.tries + 1)
            if not _is_known(one.trouble, one.tries, trouble):
                self._log(one.id, "", "stopped" if trouble.retry is Retry.ENDPOINT else "waits", trouble)
        told(changed)
        return trouble

    # -- small parts ---------------------------------------------------------------------------------------------------

    def _pin(self, endpoint_id: int, offered: Mapping[str, Any]) -> bool:
        """Keep keys that one of ours vouches for; whether there were new ones."""
        row = self._endpoints.row(endpoint_id)
        pinned = json.loads(row.jwks)
        made = with_rotations(pinned, offered)
        if len(made["keys"]) <= len(pinned.get("keys", [])):
            return False
        kids = ", ".join(str(key.get("kid")) for key in made["keys"][len(pinned.get("keys", [])) :])
        with self._store.write() as connection:
            endpoints.change(connection, endpoint_id, {"jwks": json.dumps(made)})
            self._say(endpoint_id, "", "new key", f"vouched for by a key of before: {kids}")
        return True

    def _keep_log_short(self) -> None:
        try:
            self._log_keeping.now_and_then()
        except PlainError as error:  # a full disk: the outcome of the round stands
            _log.warning("old lines of the log of sync stay for now: %s", error.what)

    def _outcome(self, done: SyncOutcome) -> SyncOutcome:
        found = rows.standing(self._store.read(), choosing.SMALL).get(done.endpoint_id, rows.Standing())
        return replace(done, waiting=found.waiting, needs_you=found.needs_you)

    def _log(self, endpoint_id: int, item: str, event: str, trouble: Trouble) -> None:
        """Inside the running `write()`. Names of files stay out of the log."""
        detail = "a kept file is missing or damaged" if trouble.slug == "file" else trouble.what
        self._say(endpoint_id, item, event, detail, trouble.request_id)

    def _say(self, endpoint_id: int, item: str, event: str, detail: str, request_id: str = "") -> None:
        at = audit.timestamp(self._clock())
        sync_log.add(self._store.writer, LogRow(at, endpoint_id, item, event, detail, request_id))


def skipped(one: Endpoint) -> str:
    """Why an endpoint is not called at all; '' = it is."""
    if one.removed:
        return "removed"
    if not one.online:
        return "bundles only"
    if one.signed_in_at is None:
        return "not signed in"
    return "paused" if one.paused else ""


def due_at(one: Endpoint, poll: timedelta, now: datetime) -> datetime | None:
    """When an endpoint is to be called next by itself; None: not before a person does something.

    Moments of a clock that was set back since count for nothing.
    """
    if skipped(one):
        return None
    tried, trouble = one.last_try_at, one.trouble
    if trouble is not None:
        if one.next_try_at is None:
            return None if trouble.retry is Retry.ENDPOINT else now
        return now if tried is None or tried > now else one.next_try_at
    return now if one.last_ok_at is None or one.last_ok_at > now else one.last_ok_at + poll


def _is_known(before: Trouble | None, tries: int, now: Trouble) -> bool:
    """The log has a line of it from not long ago."""
    return before is not None and before.what == now.what and tries % _TOLD_AGAIN != 0


def _of_the_whole(error: SyncTrouble) -> bool:
    """It says something of the endpoint or the way to it, not of the item."""
    if error.trouble.retry is not Retry.AUTO:
        return False
    if error.trouble.slug in OF_THE_ITEM:
        return False
    return error.met is None or error.met.status in _WHOLE or error.retry_after is not None

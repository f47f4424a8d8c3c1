"""An endpoint that was restored from a backup: what it lost is sent again, from the same bytes.

It shows by a new epoch, by a place in the list of changes that is not known any more, or by the newest receipt, which
is the first thing that is lost when everything of an endpoint is put back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.jobs import Job
from desktop.sync.answers import Answer
from desktop.sync.model import DeliveryState
from desktop.sync.points import reach
from desktop.sync.receiving import Receiving
from desktop.sync.transport import Transport
from desktop.sync.troubles import SyncTrouble
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.protocol import submission_path
from desktop.sync.wire.receipts import ReceiptWrong, number_of
from local_db import audit, endpoints, inbox, sync_log
from local_db import deliveries as rows
from local_db.connection import Store
from local_db.deliveries import DeliveryRow
from local_db.sync_log import LogRow

LONGEST_PAUSE = 60.0
"""Seconds that the endpoint may ask for between two questions; for longer the round ends and goes on later."""
_LEAST_PAUSE = 0.05
_PAUSES = 20
"""For one question: an endpoint that says it ever again is as one that does not answer."""
_TOO_MANY = 429
_NEWEST = 50
"""Among so many the one with the highest number is looked for: numbers rise with the endpoint's clock, unless that was
set back since, and roughly with the order of queueing."""


@dataclass
class _Comparison:
    """One that runs, or was cut off."""

    of: tuple[str, str]
    """The epoch and the place in the list of changes that it is made for."""
    asked: set[str] = field(default_factory=set)
    """Those that were asked for."""
    lost: int = 0


class Reconciling:
    """Asks for everything that was received."""

    def __init__(self, store: Store, receiving: Receiving, actor: str, clock: Clock) -> None:
        """Nothing is asked."""
        self._store = store
        self._receiving = receiving
        self._actor = actor
        self._clock = clock
        self._unproven: set[str] = set()
        """Receipts that endpoints gave in place of ours and that prove nothing: no reason to compare every time."""
        self._compared: dict[int, _Comparison] = {}
        """By endpoint, where one was cut off."""

    def lost_the_newest(self, endpoint_id: int, transport: Transport, job: Job) -> str:
        """Ask for the newest that was received; why everything is to be compared, '' when it is there as it was.

        A question that is not answered because of this one item leaves the others to go on.
        Raises SyncTrouble, Cancelled.
        """
        row = max(rows.newest_received(self._store.read(), endpoint_id, _NEWEST), key=_number, default=None)
        if row is None:
            return ""
        try:
            answer = transport.call("GET", submission_path(row.uuid), expected={404}, job=job)
        except SyncTrouble as error:
            if error.met is None or error.trouble.retry is Retry.ENDPOINT or error.retry_after is not None:
                raise
            return ""
        if answer.status == 404:
            return "it does not have what it received last"
        jws = _receipt_in(answer)
        if not jws or jws == row.receipt or jws in self._unproven:
            return ""
        return "it has another receipt for what it received last"

    def run(  # noqa: PLR0917 - what a round works with
        self, endpoint_id: int, epoch: str, transport: Transport, job: Job, told: Callable[[Changes], None],
        why: str = "it was restored",
    ) -> int:  # fmt: skip
        """Ask for each received one; those that are gone wait again, the newest last. How many those are.

        An endpoint answers so many questions at once and no more: where it asks for a pause it gets it, and a round
        that is cut off goes on where it was. The new epoch is kept last: after a restart all of it is asked again.
        The list of changes is read from its start. Raises SyncTrouble, Cancelled.
        """
        received = self._received(endpoint_id)
        done = self._begun(endpoint_id, epoch)
        for place, row in enumerate(received):
            job.check()
            if row.uuid in done.asked:
                continue
            job.report("Comparing what was received", place, len(received), "submissions")
            answer = self._question(row.uuid, transport, job)
            if answer.status == 404:
                queue_again(self._store, row, self._actor, self._clock, answer.request_id)
                reach("reconcile.queued")
                done.asked.add(row.uuid)
                done.lost += 1
                continue
            jws = _receipt_in(answer)
            if jws and jws != row.receipt:
                try:
                    self._receiving.keep(row.uuid, jws, request_id=answer.request_id, way="asked again")
                except ReceiptWrong:
                    self._unproven.add(jws)  # ours stays
            done.asked.add(row.uuid)  # last: what a full disk stopped is asked again
        with self._store.write() as connection:
            endpoints.change(connection, endpoint_id, {"epoch": epoch, "cursor": ""})
            inbox.doubt_feed(connection, endpoint_id)
            detail = f"{why}: {len(done.asked)} asked for, {done.lost} of them to be sent again"
            self._log(endpoint_id, "", "compared anew", detail)
        del self._compared[endpoint_id]
        reach("reconcile.done")
        told(Changes.of(Subject.DELIVERIES, Subject.ENDPOINTS))
        return done.lost

    def _begun(self, endpoint_id: int, epoch: str) -> _Comparison:
        """The comparison that was cut off, or a new one where it is for something else."""
        row = endpoints.endpoint(self._store.read(), endpoint_id)
        of = (epoch, row.cursor if row else "")
        begun = self._compared.get(endpoint_id)
        if begun is None or begun.of != of:
            begun = self._compared[endpoint_id] = _Comparison(of)
        return begun

    @staticmethod
    def _question(uuid: str, transport: Transport, job: Job) -> Answer:
        """Ask for one, and again after the pause that the endpoint asks for. Raises SyncTrouble, Cancelled."""
        for _ in range(_PAUSES):
            try:
                return transport.call("GET", submission_path(uuid), expected={404}, job=job)
            except SyncTrouble as error:
                pause = error.retry_after
                if error.met is None or error.met.status != _TOO_MANY or pause is None or pause > LONGEST_PAUSE:
                    raise
                job.wait(max(pause, _LEAST_PAUSE))
        return transport.call("GET", submission_path(uuid), expected={404}, job=job)

    def _received(self, endpoint_id: int) -> list[DeliveryRow]:
        """In the order in which the endpoint took them."""
        states = (DeliveryState.RECEIVED.value,)
        return sorted(rows.deliveries(self._store.read(), endpoint_id=endpoint_id, states=states), key=_number)

    def _log(self, endpoint_id: int, item: str, event: str, detail: str, request_id: str = "") -> None:
        _log(self._store, self._clock, LogRow("", endpoint_id, item, event, detail, request_id))


def _number(row: DeliveryRow) -> int:
    return number_of(row.receipt)


def _receipt_in(answer: Answer) -> str:
    body = answer.json()
    jws = body.get("receipt") if isinstance(body, dict) else None
    return jws if isinstance(jws, str) else ""


def queue_again(store: Store, row: DeliveryRow, actor: str, clock: Clock, request_id: str = "") -> None:
    """One that was received waits again, from the same bytes; its receipt stays."""
    at = clock()
    with store.write() as connection:
        rows.change(
            connection, row.uuid, audit.timestamp(at), state=DeliveryState.QUEUED.value, sent=0, tries=0,
            next_try_at="", problem="{}", received_at="",
        )  # fmt: skip
        detail = "the endpoint was restored and does not have it any more: it is sent again as it was"
        _log(store, clock, LogRow("", row.endpoint_id, row.uuid, "queued again", detail, request_id))
        told = {"envelope": row.uuid, "endpoint_id": row.endpoint_id}
        title = f"Send {row.ref} v{row.version} again: its endpoint was restored"
        store.record("sync.again", title, told, actor=actor, at=at)


def _log(store: Store, clock: Clock, row: LogRow) -> None:
    sync_log.add(store.writer, replace(row, at=audit.timestamp(clock())))

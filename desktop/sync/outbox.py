"""What waits to be sent: what would go before it goes, queued, held, tried again, left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.errors import InvalidInput, NotFound
from desktop.sync import log_file, receipt_page, sendable
from desktop.sync.delivery_reading import WAITING, deliveries_of, delivery_of
from desktop.sync.endpoints import EndpointService
from desktop.sync.model import Delivery, DeliveryState, LogLine, Parcel, Route
from desktop.sync.parcels import Parcels
from desktop.sync.queueing import LEFT_OUT_EVENT, Queueing
from desktop.sync.receiving import Receiving
from local_db import deliveries as rows
from local_db import sync_log
from local_db.blobs import BlobStore
from local_db.connection import Connection, Store
from local_db.lock import WriteLock

if TYPE_CHECKING:
    from desktop.submissions.model import Submission
    from desktop.submissions.service import SubmissionService

_NOT_DONE = (*WAITING, DeliveryState.NEEDS_YOU.value)


class OutboxService:
    """Local only: nothing in here talks to the network."""

    def __init__(  # noqa: PLR0917 - wired once
        self,
        store: Store,
        blobs: BlobStore,
        endpoints: EndpointService,
        submissions: SubmissionService,
        actor: str,
        clock: Clock,
    ) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._endpoints = endpoints
        self._clock = clock
        self.on_change: Callable[[], None] | None = None
        """Called after something that can go at once was queued, let go on or is to be tried again."""
        self.working: Callable[[int], bool] = lambda _: store.read_only and WriteLock.used_by_another(store.path.parent)
        """Whether a round with an endpoint runs now; whoever runs rounds in this program says it better."""
        self.receiving = Receiving(store, submissions, actor, clock)
        """Where receipts are checked and kept, whatever brings them."""
        self._parcels = Parcels(store, blobs, endpoints, submissions)
        self._queueing = Queueing(store, submissions, self._parcels, actor, clock, self._tell)

    def routes(self, submission_id: int) -> tuple[Route, ...]:
        """Where each recipient's things go."""
        return self._parcels.routes(submission_id)

    def next_step(self, one: Submission) -> str:
        """The next step with a submission in words: sending it, where an endpoint receives for its recipients."""
        routed = sendable.hangs_on_routes(one) and bool(self._endpoints.endpoints())
        return sendable.next_step(one, self.routes(one.id) if routed else ())

    def preview(self, submission_id: int, recipients: Sequence[str] = ()) -> tuple[Parcel, ...]:
        """What will be sent, endpoint by endpoint, file by file, before it is queued.

        Raises InvalidInput for a draft or a withdrawn one, or when no endpoint receives for any of them.
        """
        return tuple(one.parcel for one in self._parcels.planned(submission_id, recipients, self._clock()))

    def queue(self, submission_id: int, recipients: Sequence[str] = ()) -> Changes:
        """Queue a frozen one for the endpoints of its recipients (() = all that have one).

        Envelope, delivery and event are one transaction. Cannot be undone; `leave_out` is the way back until it is
        sent. What is queued or sent already stays as it is. A withdrawn one that was sent is told by a withdrawal.
        Raises InvalidInput with the parcel's refusals; then nothing is queued.
        """
        return self._queueing.queue(submission_id, recipients)

    def queue_withdrawal(self, submission_id: int) -> Changes:
        """Tell the endpoints that got a submission that it was withdrawn; what was not sent yet is left out."""
        return self._queueing.withdraw(submission_id)

    def deliveries(
        self, *, endpoint_id: int | None = None, submission_id: int | None = None, done: bool = True
    ) -> tuple[Delivery, ...]:
        """All of them, those that need the person first, then those on their way, then the newest received.

        `done` False: without those of which nothing more is to be sent; there may be years of them.
        """
        states = () if done else _NOT_DONE
        with self._store.reading() as connection:
            found = rows.deliveries(connection, endpoint_id=endpoint_id, submission_id=submission_id, states=states)
            return deliveries_of(found, _with_bases(connection, found), self.working)

    def get(self, uuid: str) -> Delivery:
        """One. Raises NotFound."""
        row = self._row(uuid)
        return delivery_of(row, _with_bases(self._store.read(), [row]), self.working)

    def parcel(self, uuid: str) -> Parcel:
        """What is (or was) sent with it."""
        return self._parcels.sent(self._row(uuid))

    def set_paused(self, uuids: Sequence[str], paused: bool) -> Changes:
        """Hold some back, or let them go on."""
        return self._queueing.set_paused(uuids, paused)

    def try_again(self, uuids: Sequence[str] = ()) -> Changes:
        """Try at once what waits or needs the person (() = all)."""
        return self._queueing.try_again(uuids)

    def leave_out(self, uuid: str, reason: str) -> Changes:
        """Do not send it: a record, the frozen bytes stay. Raises InvalidInput for one that was received."""
        return self._queueing.leave_out(uuid, reason)

    def receipt_text(self, uuid: str) -> str:
        """The receipt to read, print or keep: HTML that stands by itself, with the JWS. Raises InvalidInput without."""
        one = self.get(uuid)
        if not one.receipt:
            raise InvalidInput(f"There is no receipt for {one.submission} from {one.endpoint} yet.", field="delivery")
        return receipt_page.page(one, self.parcel(uuid))

    def history(self, uuid: str) -> tuple[LogLine, ...]:
        """What happened to one delivery, oldest first. Raises NotFound."""
        row = self._row(uuid)
        with self._store.reading() as connection:
            found = sync_log.lines(connection, endpoint_id=row.endpoint_id, item=uuid, limit=-1)
            out = any(one.event == LEFT_OUT_EVENT for one in found)
            reasons = iter(rows.reasons_left_out(connection, uuid) if out else ())
        # The newest line has the newest reason. It stands in the record, not in the log, which goes to support.
        told = [replace(one, detail=next(reasons, "") or one.detail) if one.event == LEFT_OUT_EVENT else one
                for one in found]  # fmt: skip
        return log_file.lines_of(reversed(told))

    def log(self, *, endpoint_id: int | None = None, limit: int = 1000) -> tuple[LogLine, ...]:
        """The log of sync, newest first."""
        return log_file.lines_of(sync_log.lines(self._store.read(), endpoint_id=endpoint_id, limit=limit))

    def export_log(self, path: Path, *, endpoint_id: int | None = None) -> None:
        """Write the log for support: no tokens, no MPANs, paths under home as ~. Raises NotSaved."""
        lines = self.log(endpoint_id=endpoint_id, limit=-1)
        told = [one for one in self._endpoints.endpoints(removed=True) if endpoint_id in {None, one.id}]
        log_file.write(path, reversed(lines), told, self._clock())

    def _row(self, uuid: str) -> rows.DeliveryRow:
        found = rows.delivery(self._store.read(), uuid)
        if found is None:
            raise NotFound("This delivery is not there.", todo="Reload the page.")
        return found

    def _tell(self) -> None:
        if (on_change := self.on_change) is not None:  # whoever stops sync takes it away, maybe this moment
            on_change()


def _with_bases(connection: Connection, found: Sequence[rows.DeliveryRow]) -> dict[str, rows.DeliveryRow]:
    """These, and what those of them wait for that are on their way."""
    made = {one.uuid: one for one in found}
    for one in found:
        if one.base and one.base not in made and one.state in WAITING:
            before = rows.delivery(connection, one.base)
            if before is not None:
                made[before.uuid] = before
    return made

"""A receipt is checked, then kept together with the submission's event, in one transaction, whatever brought it.

The answer to an envelope, the feed, a return bundle and the question after a restored endpoint all end here.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import NotFound
from desktop.submissions.service import SubmissionService
from desktop.sync.model import DeliveryState
from desktop.sync.points import reach
from desktop.sync.wire.envelope import SUBMIT, read
from desktop.sync.wire.receipts import Receipt, ReceiptWrong, check, proves
from local_db import audit, endpoints, sync_log
from local_db import deliveries as rows
from local_db.connection import Connection, Store
from local_db.deliveries import DeliveryRow
from local_db.sync_log import LogRow


class Receiving:
    """Keeps receipts."""

    def __init__(self, store: Store, submissions: SubmissionService, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._submissions = submissions
        self._actor = actor
        self._clock = clock

    def keep(self, uuid: str, jws: str, *, request_id: str = "", way: str = "sync") -> Changes:
        """Keep the receipt of an envelope of this laptop; the same one again changes nothing.

        A receipt counts whatever was done here meanwhile: one that was left out is there all the same. `way`: how it
        came, in one word. Raises ReceiptWrong, NotFound for an envelope of another laptop; then nothing is kept.
        Inside a `write()` it becomes part of that.
        """
        with self._store.write() as connection:
            row = rows.delivery(connection, uuid)
            if row is None:
                raise NotFound("This delivery is not there.")
            if row.receipt == jws and row.state == DeliveryState.RECEIVED:
                return Changes()
            receipt = self._checked(connection, row, jws)
            received = _moment(receipt.received_at)
            reach("receipt.checked")
            self._keep(connection, row, jws, receipt, received, request_id, way)
            reach("receipt.kept")
        reach("receipt.committed")
        return Changes.of(Subject.DELIVERIES, Subject.SUBMISSIONS, Subject.ENDPOINTS)

    @staticmethod
    def _checked(connection: Connection, row: DeliveryRow, jws: str) -> Receipt:
        endpoint = endpoints.endpoint(connection, row.endpoint_id)
        kept = rows.envelope(connection, row.uuid)
        assert endpoint is not None and kept is not None  # noqa: PT018 - by the schema
        receipt = check(jws, json.loads(endpoint.jwks))
        envelope = read(bytes(kept.bytes))
        files = [(one.sha256, one.size) for one in envelope.attachments]
        proves(receipt, endpoint=endpoint.uuid, submission=row.uuid, sha256=row.sha256, files=files)
        if receipt.participant != envelope.participant:
            raise ReceiptWrong("is for another participant")
        return receipt

    def _keep(  # noqa: PLR0917 - what there is to keep
        self, connection: Connection, row: DeliveryRow, jws: str, receipt: Receipt, received: datetime,
        request_id: str, way: str,
    ) -> None:  # fmt: skip
        at = self._clock()
        when = audit.timestamp(at)
        rows.change(
            connection, row.uuid, when, state=DeliveryState.RECEIVED.value, receipt=jws, problem="{}", next_try_at="",
            received_at=audit.timestamp(received), sent=row.size, paused=0,
        )  # fmt: skip
        detail = f"{row.act} {row.ref} v{row.version}, receipt {receipt.number}, {way}"
        if row.receipt and row.receipt != jws:
            detail += f"; the receipt before it: {row.receipt}"
        sync_log.add(connection, LogRow(when, row.endpoint_id, row.uuid, "received", detail, request_id))
        told = {"envelope": row.uuid, "endpoint_id": row.endpoint_id, "receipt": jws, "way": way}
        title = f"Receipt for {'' if row.act == SUBMIT else 'the withdrawal of '}{row.ref} v{row.version}"
        self._store.record("sync.receive", title, told, actor=self._actor, at=at)
        if row.act == SUBMIT:
            for recipient in json.loads(row.here):
                self._submissions.note_received(row.submission_id, recipient, received)


def _moment(text: str) -> datetime:
    try:
        made = datetime.fromisoformat(text)
    except ValueError as error:
        raise ReceiptWrong("does not say when it was received") from error
    return made if made.tzinfo else made.replace(tzinfo=UTC)

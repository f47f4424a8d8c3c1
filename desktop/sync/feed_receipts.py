"""Receipts that came with the changes: of what another laptop sent, or of what this one sent without an answer."""

from __future__ import annotations

from desktop.changes import Subject
from desktop.sync.feed_item import DONE, ELSEWHERE, PASSED_OVER, Arrived, Taken, Unusable, envelope_of
from desktop.sync.receiving import Receiving
from desktop.sync.wire.receipts import ReceiptWrong
from local_db.connection import Connection


def take(connection: Connection, arrived: Arrived, receiving: Receiving) -> Taken:
    """Keep a receipt. Raises Unusable for one that proves nothing; then the delivery stays as it is, and goes on."""
    sent = envelope_of(connection, arrived)
    if sent is None:
        return Taken(ELSEWHERE)
    text = arrived.item.data.get("receipt")
    if not isinstance(text, str):
        raise Unusable("a receipt is no text")
    try:
        changed = receiving.keep(sent.uuid, text, way="changes")
    except ReceiptWrong as error:
        raise Unusable(f"a receipt {error}") from error
    return Taken(DONE, (Subject.DELIVERIES, Subject.SUBMISSIONS)) if changed.subjects else Taken(PASSED_OVER)

"""Deliveries as they stand: rows made into the words of the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from desktop.submissions.reading import moment
from desktop.sync.model import Delivery, DeliveryState, Trouble
from desktop.sync.troubles import read as read_trouble
from desktop.sync.troubles import why_left_out
from desktop.sync.wire.problems import Retry
from local_db.deliveries import DeliveryRow

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
WAITING = (DeliveryState.QUEUED.value, DeliveryState.UPLOADING.value, DeliveryState.SENDING.value)
"""States of what goes on by itself."""
ON_ITS_WAY = (DeliveryState.UPLOADING, DeliveryState.SENDING)
"""States of what a round that runs has in its hands."""
_PLACE = {
    DeliveryState.NEEDS_YOU: 0, DeliveryState.SENDING: 1, DeliveryState.UPLOADING: 1, DeliveryState.QUEUED: 1,
    DeliveryState.RECEIVED: 2, DeliveryState.LEFT_OUT: 3,
}  # fmt: skip


def deliveries_of(
    found: Iterable[DeliveryRow], others: Mapping[str, DeliveryRow], working: Callable[[int], bool]
) -> tuple[Delivery, ...]:
    """Those that need the person first, then those on their way (oldest first), then the newest received."""
    made = [(one.number, delivery_of(one, others, working)) for one in found]

    def place(one: tuple[int, Delivery]) -> tuple[int, float, int]:
        number, delivery = one
        newest = (delivery.received_at or _LONG_AGO).timestamp() if delivery.done else 0.0
        return _PLACE[delivery.state], -newest, -number if delivery.done else number

    return tuple(delivery for _, delivery in sorted(made, key=place))


def delivery_of(row: DeliveryRow, others: Mapping[str, DeliveryRow], working: Callable[[int], bool]) -> Delivery:
    """One of them. `others`: those that it may have to wait for, by uuid.

    `working`: whether a round with an endpoint runs now. Without one nothing is on its way, whatever a program that
    was killed left behind.
    """
    state = DeliveryState(row.state)
    if state in ON_ITS_WAY and not working(row.endpoint_id):
        state = DeliveryState.QUEUED
    trouble = read_trouble(row.problem)
    before = others.get(row.base)
    if state.value in WAITING and before is not None and holds_up(before):
        trouble = _waits(before)
    return Delivery(
        uuid=row.uuid,
        endpoint_id=row.endpoint_id,
        endpoint=row.endpoint,
        submission_id=row.submission_id,
        submission=f"{row.ref} v{row.version}",
        title=row.title,
        act=row.act,
        recipients=tuple(str(one) for one in json.loads(row.here)),
        state=state,
        paused=bool(row.paused),
        size=row.size,
        sent=row.size if state is DeliveryState.RECEIVED else min(row.sent, row.size),
        tries=row.tries,
        next_try_at=moment(row.next_try_at),
        trouble=trouble,
        queued_at=moment(row.made_at) or _LONG_AGO,
        queued_by=row.made_by,
        received_at=moment(row.received_at),
        bundled_at=moment(row.bundled),
        sha256=row.sha256,
        receipt=row.receipt,
        may_be_there=may_be_there(row),
        submission_state=row.submission_state,
        left_out=why_left_out(row.problem) if state is DeliveryState.LEFT_OUT else "",
    )


def holds_up(before: DeliveryRow | None) -> bool:
    """Whether what replaces or withdraws this one has to wait until it is received."""
    return before is not None and before.state not in {DeliveryState.RECEIVED, DeliveryState.LEFT_OUT}


def was_refused(row: DeliveryRow) -> bool:
    """The endpoint said that it does not take it: so it does not have it under this id."""
    trouble: Trouble | None = read_trouble(row.problem)
    said_no = trouble is not None and trouble.retry is Retry.USER and trouble.status > 0 and trouble.slug != "receipt"
    return bool(row.their_base) or said_no


def may_be_there(row: DeliveryRow) -> bool:
    """The endpoint may have it, though there is no receipt: the answer was lost, or it stands in a bundle."""
    return bool(row.tried or row.bundled) and not was_refused(row)


def _waits(before: DeliveryRow) -> Trouble:
    name = f"{before.ref} v{before.version}"
    if before.state == DeliveryState.NEEDS_YOU:
        return Trouble(
            f"It waits for {name}, which needs you.",
            "Mend that one, or leave it out: then this one goes on.",
            Retry.AUTO,
            "after",
        )
    return Trouble(f"It goes after {name}, which is on its way.", "", Retry.AUTO, "after")

"""Which delivery goes next to an endpoint: small ones first, oldest first, and nothing before what it follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from desktop.submissions.reading import moment
from desktop.sync.delivery_reading import WAITING, holds_up, may_be_there
from desktop.sync.wire.envelope import SUBMIT
from desktop.sync.wire.protocol import MIB
from local_db.deliveries import DeliveryRow

SMALL = 1 * MIB
"""Bytes of all files together below which a delivery goes before larger ones, and also on a metered connection."""

Candidate = tuple[DeliveryRow, DeliveryRow | None]
"""What waits, and what it replaces or withdraws."""


def is_small(row: DeliveryRow) -> bool:
    """It does not wait behind large ones."""
    return row.size < SMALL


def next_of(
    found: Iterable[Candidate], *, now: datetime, any_time: bool, metered: bool, passed: Collection[str]
) -> DeliveryRow | None:
    """The next one of what waits (`deliveries.waiting`, which has the order); None: nothing can go now.

    `any_time`: waiting times are passed over. `passed`: those that were tried in this round. What failed goes after
    what did not yet, so that one that always fails stands in nobody's way.
    """
    for row, before in found:
        if row.uuid in passed or not can_go(row, before, metered=metered):
            continue
        if any_time or can_go_at(row, now) <= now:
            return row
    return None


def first_due(found: Iterable[Candidate], *, now: datetime, metered: bool) -> datetime | None:
    """When the first one of what waits can go, `now` for at once; None: nothing can before a person does something."""
    first: datetime | None = None
    for row, before in found:
        if not can_go(row, before, metered=metered):
            continue
        at = can_go_at(row, now)
        if at <= now:
            return now
        first = at if first is None else min(first, at)
    return first


def can_go(row: DeliveryRow, before: DeliveryRow | None, *, metered: bool) -> bool:
    """Whether nothing but its waiting time keeps it. `before`: what it replaces or withdraws."""
    if row.state not in WAITING or row.paused or (metered and not is_small(row)):
        return False
    if row.act == SUBMIT and row.submission_state == "withdrawn" and not may_be_there(row):
        return False
    return not holds_up(before)


def can_go_at(row: DeliveryRow, now: datetime) -> datetime:
    """When its waiting time is over. One from a clock that was set back since counts for nothing."""
    until, since = moment(row.next_try_at), moment(row.changed_at)
    return now if until is None or since is None or since > now else until

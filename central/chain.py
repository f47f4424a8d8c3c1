"""Which version may follow which: what is replaced or withdrawn has to be what stands here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from central.refusals import Refused
from central.tables import receipt, submission
from desktop.sync.wire import envelope as wire


def accept_rules(connection: Connection, participant: str, read: wire.Envelope) -> Row[Any] | None:
    """The submission that this one replaces or withdraws, locked to the end of the transaction; None: neither.

    Replacing: `supersedes` names the newest with the reference; it is empty only where there is none, or all have lower
    versions and are withdrawn. Raises Refused: superseded-base {current} where that is in the same chain;
    reference-taken {reference, version, title, received_at} where another submission has the reference; invalid.
    """
    if read.act == wire.WITHDRAW:
        return _withdrawn(connection, participant, read)
    rows = _with_reference(connection, participant, read.reference)
    newest = rows[0] if rows else None
    if newest is None:
        if read.supersedes:
            raise _invalid("/supersedes", "there is no such submission with this reference")
        return None
    if not read.supersedes:
        if all(one.state == "withdrawn" and one.version < read.version for one in rows):
            return None
        raise _taken(newest, "this one replaces nothing")
    if read.supersedes != newest.envelope:
        if all(one.envelope != read.supersedes for one in rows):
            raise _taken(newest, "the one that this replaces is not there")
        raise _newer(newest)
    if read.version <= newest.version:
        raise _invalid("/version", f"it follows version {newest.version}, and has to be a higher one")
    return newest


def _with_reference(connection: Connection, participant: str, reference: str) -> list[Row[Any]]:
    """Those that were handed over with a reference, the newest first; locked against a decision meanwhile."""
    return list(
        connection.execute(
            select(submission)
            .join(receipt, receipt.c.submission == submission.c.id)
            .where(
                submission.c.participant == participant,
                submission.c.reference == reference,
                submission.c.act == wire.SUBMIT,
            )
            .order_by(receipt.c.number.desc())
            .with_for_update(of=submission)
        )
    )


def _withdrawn(connection: Connection, participant: str, read: wire.Envelope) -> Row[Any]:
    """One of another participant is not there."""
    row = connection.execute(
        select(submission)
        .where(
            submission.c.participant == participant,
            submission.c.envelope == read.of,
            submission.c.act == wire.SUBMIT,
        )
        .with_for_update()
    ).first()
    if row is None:
        raise _invalid("/of", "there is no such submission")
    return row


def _taken(there: Row[Any], why: str) -> Refused:
    """Nothing that stands here is what this one builds on: two laptops gave the same reference, as a rule."""
    since = datetime.fromisoformat(there.received_at)
    return Refused(
        "reference-taken",
        f"{there.reference} v{there.version}, “{there.title[:80]}”, is there since {since.day} {since:%b %Y %H:%M} UTC"
        f", and {why}. Nothing was changed.",
        reference=there.reference,
        version=there.version,
        title=there.title,
        received_at=there.received_at,
    )


def _newer(newest: Row[Any]) -> Refused:
    return Refused(
        "superseded-base",
        "A newer version than the one that this replaces is there.",
        current=newest.envelope,
        version=newest.version,
    )


def _invalid(pointer: str, detail: str) -> Refused:
    return Refused("invalid", f"{pointer}: {detail}.", errors=[{"pointer": pointer, "detail": detail}])

"""States of submissions at an endpoint, noted as what became of them: once, each for its recipients, in order."""

from __future__ import annotations

from desktop.changes import Subject
from desktop.submissions.model import EventKind
from desktop.submissions.service import SubmissionService
from desktop.sync.feed_item import DONE, ELSEWHERE, PASSED_OVER, Arrived, Taken, Unusable, envelope_of, moment
from desktop.sync.wire import envelope as wire
from desktop.sync.wire.feed import STATES
from local_db import submissions as rows
from local_db.connection import Connection
from local_db.deliveries import EnvelopeRow
from local_db.references import pass_over

_HEARD = {one.value: one for one in (EventKind.IN_REVIEW, EventKind.CHANGES_REQUESTED, EventKind.ACCEPTED)}
_SAYS = ("state", "note", "their_ref")
"""What a state says; the same again is nothing new."""


def take(connection: Connection, arrived: Arrived, submissions: SubmissionService) -> Taken:
    """Note a state. That it was received is said by a receipt alone. Raises Unusable."""
    state = arrived.line("state")
    if state not in STATES:
        raise Unusable(f"the state “{state[:40]}” is not known")
    sent = envelope_of(connection, arrived)
    if sent is None:  # of another laptop of this participant: what it numbered is not numbered here again
        pass_over(connection, arrived.line("reference"))
        return Taken(ELSEWHERE)
    if sent.act != wire.SUBMIT or _nothing_new(arrived):
        return Taken(PASSED_OVER)
    name = _name(connection, sent)
    if state not in _HEARD:
        arrived.log(connection, sent.uuid, f"{name}: {state} there")
        return Taken(DONE, (Subject.DELIVERIES,))
    by = ", ".join(part for part in (arrived.line("by"), arrived.source.name) if part)
    for recipient in wire.read(sent.bytes).here:
        submissions.note_heard(
            sent.submission_id,
            _HEARD[state],
            recipient,
            arrived.at(),
            their_ref=arrived.line("their_ref"),
            note=arrived.text("note"),
            by=by,
        )
    arrived.log(connection, sent.uuid, f"{name}: {state} there")
    return Taken(DONE, (Subject.SUBMISSIONS,))


def _nothing_new(arrived: Arrived) -> bool:
    """It was said before; or a restored endpoint says something that is older than what it had said."""
    if arrived.before is None:
        return False
    known = arrived.known
    if all(known.get(one, "") == arrived.item.data.get(one, "") for one in _SAYS):
        return True
    before, now = moment(known.get("at")), moment(arrived.item.data.get("at"))
    return arrived.set_back and before is not None and now is not None and now <= before


def _name(connection: Connection, sent: EnvelopeRow) -> str:
    row = rows.submissions(connection, [sent.submission_id])[0]
    return f"{row.ref} v{row.version}"

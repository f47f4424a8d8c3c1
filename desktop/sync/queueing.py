"""Queueing, holding back, trying again, leaving out, withdrawing: what a person does with what waits to be sent.

Envelope, delivery and the submission's events are one transaction. An envelope is made once: a delivery that is queued
again sends the same bytes, unless what it replaces has changed and the endpoint cannot have it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.declarations.entered import paragraph
from desktop.errors import InvalidInput, NotFound
from desktop.submissions.model import EventKind, RecipientState, SubmissionState
from desktop.submissions.service import SubmissionService
from desktop.sync.delivery_reading import WAITING, may_be_there, was_refused
from desktop.sync.envelopes import withdrawing
from desktop.sync.model import DeliveryState
from desktop.sync.parcels import Parcels, Planned
from desktop.sync.points import reach
from desktop.sync.troubles import with_left_out
from desktop.sync.wire.envelope import SUBMIT, WITHDRAW, Envelope, to_bytes
from local_db import audit, endpoints, sync_log
from local_db import deliveries as rows
from local_db.connection import Connection, Store
from local_db.deliveries import DeliveryRow, EnvelopeRow
from local_db.sync_log import LogRow

LEFT_OUT_EVENT = "left out"
"""In the log of sync."""
_NOTHING = "Nothing was queued."
_UNCHANGED = "Nothing was changed."
_NOT_DONE = (*WAITING, DeliveryState.NEEDS_YOU.value)
_NO_TRIES: dict[str, object] = {"tries": 0, "next_try_at": "", "problem": "{}"}


class Queueing:
    """Writes what waits."""

    def __init__(  # noqa: PLR0917 - wired once
        self, store: Store, submissions: SubmissionService, parcels: Parcels, actor: str, clock: Clock,
        told: Callable[[], None],
    ) -> None:  # fmt: skip
        """`told` is called after something that can go at once was written."""
        self._store = store
        self._submissions = submissions
        self._parcels = parcels
        self._actor = actor
        self._clock = clock
        self._told = told

    def queue(self, submission_id: int, recipients: Sequence[str]) -> Changes:
        """See OutboxService."""
        self._store.require_writable()
        at = self._clock()
        planned = self._parcels.planned(submission_id, recipients, at)
        fresh = [one for one in planned if not one.already]
        refusals = [why for one in fresh or planned for why in one.parcel.refusals]
        if refusals:
            raise InvalidInput(
                " ".join(dict.fromkeys(refusals)),
                safe=_NOTHING,
                todo="Look at what will be sent, and mend what it says.",
                field="submission",
            )
        title = f"Queue {fresh[0].parcel.submission}"
        with self._store.write() as connection:
            for one in fresh:
                again = rows.newest(connection, submission_id, one.endpoint.id, SUBMIT)
                if (again.uuid if again else "") != (one.before.uuid if one.before else ""):
                    raise InvalidInput("It was queued meanwhile.", safe=_NOTHING, todo="Reload the page.")
                self._queue_one(connection, one, at)
        reach("outbox.queued")
        self._told()
        return _changes(title, len(fresh))

    def withdraw(self, submission_id: int) -> Changes:
        """See OutboxService.queue_withdrawal."""
        self._store.require_writable()
        one = self._submissions.get(submission_id)
        if one.state is not SubmissionState.WITHDRAWN:
            raise InvalidInput(
                f"{one.name} was not withdrawn.", safe=_NOTHING, todo="Withdraw it first.", field="submission"
            )
        events = self._submissions.events(submission_id)
        reason = next((each.note for each in reversed(events) if each.kind is EventKind.WITHDRAWN), "")
        count = 0
        with self._store.write() as connection:
            removed = {each.id for each in endpoints.endpoints(connection) if each.removed}
            for row in rows.deliveries(connection, submission_id=submission_id):
                if row.act != SUBMIT or row.endpoint_id in removed:
                    continue
                count += self._withdraw_one(connection, row, reason or "Withdrawn")
        if count:
            self._told()
        return _changes(f"Withdraw {one.name} where it was sent", count) if count else Changes()

    def set_paused(self, uuids: Sequence[str], paused: bool) -> Changes:
        """See OutboxService."""
        self._store.require_writable()
        at = audit.timestamp(self._clock())
        with self._store.write() as connection:
            chosen = [one for one in self._rows(connection, uuids) if bool(one.paused) != paused]
            chosen = [one for one in chosen if one.state in _NOT_DONE]
            for row in chosen:
                rows.change(connection, row.uuid, at, paused=int(paused))
                self._log(connection, row, "held back" if paused else "let go on")
        if not paused:
            self._told()
        return _changes("Hold back" if paused else "Let go on", len(chosen))

    def try_again(self, uuids: Sequence[str]) -> Changes:
        """See OutboxService."""
        self._store.require_writable()
        at = audit.timestamp(self._clock())
        with self._store.write() as connection:
            chosen = self._rows(connection, uuids) if uuids else rows.deliveries(connection, states=_NOT_DONE)
            chosen = [one for one in chosen if one.state in _NOT_DONE]
            for row in chosen:
                state = DeliveryState.QUEUED.value if row.state == DeliveryState.NEEDS_YOU else row.state
                rows.change(connection, row.uuid, at, state=state, **_afresh(row))
                self._log(connection, row, "try again")
        self._told()
        return _changes("Try again", len(chosen))

    def leave_out(self, uuid: str, reason: str) -> Changes:
        """See OutboxService. What replaces it and waits is made anew on top of what the endpoint has."""
        self._store.require_writable()
        reason = paragraph(reason, "reason")
        if not reason:
            raise InvalidInput("Say why it is left out.", safe=_UNCHANGED, field="reason")
        with self._store.write() as connection:
            (row,) = self._rows(connection, [uuid])
            name = f"{row.ref} v{row.version}"
            if row.state == DeliveryState.RECEIVED:
                raise InvalidInput(
                    f"{row.endpoint} has {name}: there is a receipt.",
                    safe=_UNCHANGED,
                    todo="Withdraw it, and the endpoint is told." if row.act == SUBMIT else "",
                )
            if row.state == DeliveryState.LEFT_OUT:
                return Changes()
            self._leave_out(connection, row, reason)
            for after in rows.built_on(connection, uuid):
                self._without_base(connection, after, row, reason)
        self._told()
        return _changes(f"Leave {name} out", 1)

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _queue_one(self, connection: Connection, planned: Planned, at: datetime) -> None:
        before, when = planned.before, audit.timestamp(at)
        if before is not None and (before.base == planned.envelope.supersedes or may_be_there(before)):
            uuid = before.uuid
            rows.change(connection, uuid, when, state=DeliveryState.QUEUED.value, paused=0, **_afresh(before))
        else:
            uuid = str(uuid4())
            self._add(connection, planned, replace(planned.envelope, id=uuid), at)
        row = rows.delivery(connection, uuid)
        assert row is not None
        self._note_queued(row)
        self._log(connection, row, "queued")
        told = {
            "envelope": uuid,
            "sha256": row.sha256,
            "endpoint_id": row.endpoint_id,
            "submission_id": row.submission_id,
        }
        self._store.record(
            "sync.queue", f"Queue {planned.parcel.submission} to be sent", told, actor=self._actor, at=at
        )

    def _add(self, connection: Connection, planned: Planned, envelope: Envelope, at: datetime) -> None:
        rows.add(connection, self._row(envelope, planned.parcel.submission_id, planned.endpoint.id, at,
                                       size=planned.parcel.size))  # fmt: skip

    def _row(
        self, envelope: Envelope, submission_id: int, endpoint_id: int, at: datetime, *, size: int = 0
    ) -> EnvelopeRow:
        data = to_bytes(envelope)
        return EnvelopeRow(
            envelope.id,
            submission_id,
            endpoint_id,
            envelope.act,
            data,
            hashlib.sha256(data).hexdigest(),
            size,
            envelope.title,
            json.dumps(list(envelope.here)),
            envelope.supersedes or envelope.of,
            audit.timestamp(at),
            self._actor,
        )

    def _note_queued(self, row: DeliveryRow) -> None:
        here = set(json.loads(row.here))
        for standing in self._submissions.get(row.submission_id).recipients:
            at_home = standing.state in {RecipientState.FROZEN, RecipientState.EXPORTED}
            if standing.recipient in here and at_home:
                self._submissions.note_queued(row.submission_id, standing.recipient)

    def _leave_out(self, connection: Connection, row: DeliveryRow, reason: str) -> None:
        at = self._clock()
        rows.change(connection, row.uuid, audit.timestamp(at), state=DeliveryState.LEFT_OUT.value, paused=0,
                    next_try_at="", problem=with_left_out(row.problem, reason))  # fmt: skip
        if row.act == SUBMIT:
            for recipient in json.loads(row.here):
                self._submissions.note_not_queued(row.submission_id, recipient, f"Left out: {reason}")
        self._log(connection, row, LEFT_OUT_EVENT)
        told = {"envelope": row.uuid, "endpoint_id": row.endpoint_id, "reason": reason}
        title = f"Leave {row.ref} v{row.version} out of what is sent"
        self._store.record("sync.leave_out", title, told, actor=self._actor, at=at)

    def _without_base(self, connection: Connection, after: DeliveryRow, gone: DeliveryRow, reason: str) -> None:
        """What replaces or withdraws one that was left out: a withdrawal goes with it, a newer version is made anew."""
        if after.state in {DeliveryState.RECEIVED, DeliveryState.LEFT_OUT}:
            return
        name = f"{after.ref} v{after.version}"
        if after.act == WITHDRAW:
            self._leave_out(connection, after, reason)
            return
        if may_be_there(after) and not was_refused(gone):
            raise InvalidInput(
                f"{name}, which replaces it, may be at {after.endpoint} already.",
                safe=_UNCHANGED,
                todo="Wait for its receipt, or leave that one out first.",
            )
        self._leave_out(connection, after, f"It was made to follow {gone.ref} v{gone.version}, which was left out.")
        at = self._clock()
        for planned in self._parcels.planned(after.submission_id, json.loads(after.here), at):
            if planned.endpoint.id == after.endpoint_id and not planned.already and not planned.parcel.refusals:
                self._queue_one(connection, replace(planned, before=None), at)

    def _withdraw_one(self, connection: Connection, row: DeliveryRow, reason: str) -> int:
        """One endpoint: told when it has it or may have it; what never went is left out. How many were written."""
        if row.state == DeliveryState.LEFT_OUT:
            return 0
        if row.state != DeliveryState.RECEIVED and not may_be_there(row):
            self._leave_out(connection, row, "It was withdrawn.")
            return 1
        told = rows.newest(connection, row.submission_id, row.endpoint_id, WITHDRAW)
        if told is not None and told.state != DeliveryState.LEFT_OUT and told.base == row.uuid:
            return 0
        at, uuid = self._clock(), str(uuid4())
        if told is not None and told.base == row.uuid:
            uuid = told.uuid
            rows.change(connection, uuid, audit.timestamp(at), state=DeliveryState.QUEUED.value, **_NO_TRIES)
        else:
            envelope = withdrawing(self._parcels.envelope(row.uuid), reason, uuid, at)
            rows.add(connection, self._row(envelope, row.submission_id, row.endpoint_id, at))
        made = rows.delivery(connection, uuid)
        assert made is not None
        self._log(connection, made, "withdrawal queued")
        body = {"envelope": uuid, "of": row.uuid, "endpoint_id": row.endpoint_id}
        title = f"Queue the withdrawal of {row.ref} v{row.version}"
        self._store.record("sync.withdraw", title, body, actor=self._actor, at=at)
        return 1

    @staticmethod
    def _rows(connection: Connection, uuids: Iterable[str]) -> list[DeliveryRow]:
        found = [rows.delivery(connection, one) for one in uuids]
        there = [one for one in found if one is not None]
        if len(there) < len(found):
            raise NotFound("This delivery is not there.", todo="Reload the page.")
        return there

    def _log(self, connection: Connection, row: DeliveryRow, event: str) -> None:
        at = audit.timestamp(self._clock())
        detail = f"{row.act} {row.ref} v{row.version}"
        sync_log.add(connection, LogRow(at, row.endpoint_id, row.uuid, event, detail, ""))


def _afresh(row: DeliveryRow) -> dict[str, object]:
    """What a delivery is set to that is tried anew: one that was refused is known not to be there."""
    return {**_NO_TRIES, "tried": ""} if was_refused(row) else _NO_TRIES


def _changes(title: str, count: int) -> Changes:
    return Changes.of(Subject.DELIVERIES, Subject.SUBMISSIONS, title=title, count=count)

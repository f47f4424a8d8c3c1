"""What becomes of a frozen submission, kept as events: written, sent, received, answered, withdrawn, taken back.

Nothing that happened is edited. Each entry of the audit log tells of the rows that were written with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from desktop.changes import Changes
from desktop.declarations.entered import day as read_day
from desktop.declarations.entered import line, paragraph
from desktop.declarations.set_back import must_not_be_set_back
from desktop.errors import InvalidInput, NotFound
from desktop.submissions import witness
from desktop.submissions.context import NOTHING, Desk, changes, listed, name_of
from desktop.submissions.model import EventKind, RecipientState
from desktop.submissions.reading import moment
from desktop.submissions.standing import HEARD, NEXT, SAID, in_force, last_said, standing_of, taken_back
from desktop.uk_time import civil
from local_db import audit
from local_db import submissions as rows
from local_db.connection import Connection
from local_db.submissions import EventRow, SubmissionRow

_NOT_YET_RECEIVED = (
    RecipientState.FROZEN, RecipientState.EXPORTED, RecipientState.QUEUED, RecipientState.HANDED_OVER,
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A file that was written for a recipient."""

    recipient: str
    file_name: str
    sha256: str


class Afterwards:
    """Writes what comes after freezing."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def say(  # noqa: PLR0917 - what a person says, as the service has it
        self, submission_id: int, kind: EventKind, recipient: str, day: str, their_ref: str, note: str
    ) -> Changes:
        """See SubmissionService. Each recipient goes its own way."""
        self._desk.store.require_writable()
        if kind not in SAID:
            said = ", ".join(one.value for one in SAID)
            raise InvalidInput(
                f"“{kind.value}” cannot be said by hand.", safe=NOTHING, todo=f"Say: {said}.", field="kind"
            )
        note, their_ref, day = paragraph(note, "note"), line(their_ref, "their_ref"), read_day(day, "day")
        if kind is EventKind.CHANGES_REQUESTED and not note:
            raise InvalidInput("Say which changes they ask for.", safe=NOTHING, field="note")
        with self._desk.store.write() as connection:
            row = self._standing_one(submission_id, connection)
            happened = rows.events(connection, [row.id])
            chosen = self._chosen(row, kind, self._desk.recipient_of(row, recipient), happened)
            day = self._checked_day(row, day, connection)
            events = [self._event(row, kind, one, day=day, their_ref=their_ref, note=note) for one in chosen]
            title = f"Say that {name_of(row)} was {kind.value}" if kind is not EventKind.IN_REVIEW else (
                f"Say that {name_of(row)} is in review"
            )  # fmt: skip
            if kind is EventKind.CHANGES_REQUESTED:
                title = f"Say that changes to {name_of(row)} were requested"
            self._keep(connection, "say", title, row, events)
        return changes(title, len(events))

    def note_queued(self, submission_id: int, recipient: str) -> Changes:
        """See SubmissionService."""
        self._desk.store.require_writable()
        with self._desk.store.write() as connection:
            row = self._standing_one(submission_id, connection)
            chosen = self._desk.recipient_of(row, recipient)
            if not chosen:
                raise InvalidInput("Say for whom it waits.", safe=NOTHING, field="recipient")
            now = standing_of(rows.events(connection, [row.id]), chosen).state
            if now not in {RecipientState.FROZEN, RecipientState.EXPORTED}:
                raise _cannot_follow(row, chosen, now, EventKind.QUEUED)
            title = f"Queue {name_of(row)}"
            day = self._desk.today().isoformat()
            self._keep(
                connection, "queue", title, row, [self._event(row, EventKind.QUEUED, chosen, day=day)], step=False
            )
        return changes(title)

    def note_not_queued(self, submission_id: int, recipient: str, reason: str) -> Changes:
        """See SubmissionService."""
        self._desk.store.require_writable()
        with self._desk.store.write() as connection:
            row = self._desk.frozen(submission_id, connection)
            waits = [
                one
                for one in in_force(rows.events(connection, [row.id]))
                if one.kind == EventKind.QUEUED and one.recipient == recipient
            ]
            title = f"Leave {name_of(row)} out of what is sent"
            day = self._desk.today().isoformat()
            events = [
                self._event(row, EventKind.TAKEN_BACK, recipient, day=day, note=reason, takes_back=one.id)
                for one in waits
            ]
            if not events:
                return Changes()
            self._keep(connection, "unqueue", title, row, events, step=False, any_clock=True)
        return changes(title, len(events))

    def note_received(self, submission_id: int, recipient: str, at: datetime, their_ref: str, note: str) -> Changes:
        """See SubmissionService."""
        self._desk.store.require_writable()
        with self._desk.store.write() as connection:
            row = self._desk.frozen(submission_id, connection)
            now = standing_of(rows.events(connection, [row.id]), recipient).state
            if now not in _NOT_YET_RECEIVED:
                return Changes()  # a person or another laptop was quicker, or the review has begun
            title = f"Receipt for {name_of(row)}"
            received = self._event(
                row, EventKind.RECEIVED, recipient, day=civil(at)[0].isoformat(), their_ref=their_ref, note=note
            )
            self._keep(connection, "receive", title, row, [received], step=False, any_clock=True)
        return changes(title)

    def note_heard(  # noqa: PLR0917 - what an endpoint says, as the service has it
        self, submission_id: int, kind: EventKind, recipient: str, at: datetime, their_ref: str, note: str, by: str
    ) -> Changes:
        """See SubmissionService."""
        self._desk.store.require_writable()
        if kind not in HEARD:
            raise ValueError(kind)
        with self._desk.store.write() as connection:
            row = self._desk.frozen(submission_id, connection)
            title = f"{name_of(row)} at its endpoint: {kind.value}"
            heard = self._event(row, kind, recipient, day=civil(at)[0].isoformat(), their_ref=their_ref, note=note)
            self._keep(connection, "hear", title, row, [replace(heard, by=by)], step=False, any_clock=True)
        return changes(title)

    def note_written(self, submission_id: int, kind: EventKind, written: Iterable[Written]) -> Changes:
        """Note files that were exported or packed, each for its recipient ('' = for all of them).

        Inside a `write()` it becomes part of that. Raises InvalidInput for a draft or a withdrawn one.
        """
        self._desk.store.require_writable()
        if kind not in {EventKind.EXPORTED, EventKind.PACKED}:
            raise ValueError(kind)
        with self._desk.store.write() as connection:
            row = self._standing_one(submission_id, connection)
            day = self._desk.today().isoformat()
            events = [
                self._event(
                    row,
                    kind,
                    self._desk.recipient_of(row, one.recipient),
                    day=day,
                    file_name=one.file_name,
                    sha256=one.sha256,
                )
                for one in written
            ]
            exported = kind is EventKind.EXPORTED
            title = f"{'Export' if exported else 'Pack'} {name_of(row)}"
            self._keep(connection, "export" if exported else "pack", title, row, events, step=False)
        return changes(title)

    def take_back(self, event_id: int, reason: str) -> Changes:
        """See SubmissionService. What was said last of a recipient goes first."""
        self._desk.store.require_writable()
        reason = paragraph(reason, "reason")
        if not reason:
            raise InvalidInput("Say why it was a mistake.", safe=NOTHING, field="reason")
        with self._desk.store.write() as connection:
            event = rows.event(connection, event_id)
            if event is None:
                raise NotFound("This event is not there any more.", todo="Reload the page.")
            row = self._desk.row(event.submission_id, connection)
            happened = rows.events(connection, [row.id])
            self._must_be_last(event, happened)
            if rows.came_by_sync(connection, event.id):
                raise InvalidInput(
                    "Its endpoint said this, so that it is not taken back here.",
                    safe=NOTHING,
                    todo="Ask the endpoint's people to put it right.",
                    field="event",
                )
            title = f"Take back that {name_of(row)} was {event.kind}"
            taken = self._event(
                row, EventKind.TAKEN_BACK, event.recipient, day=self._desk.today().isoformat(), note=reason,
                takes_back=event.id,
            )  # fmt: skip
            self._keep(connection, "take_back", title, row, [taken])
        return changes(title)

    def withdraw(self, submission_id: int, reason: str) -> Changes:
        """See SubmissionService."""
        self._desk.store.require_writable()
        reason = paragraph(reason, "reason")
        if not reason:
            raise InvalidInput("Say why it is withdrawn.", safe="Nothing was withdrawn.", field="reason")
        with self._desk.store.write() as connection:
            row = self._desk.frozen(submission_id, connection, todo="Remove the draft.")
            if row.state != "frozen":
                raise InvalidInput(f"{name_of(row)} was {row.state} already.", safe="Nothing was withdrawn.")
            rows.set_state(connection, row.id, "withdrawn")
            title = f"Withdraw {name_of(row)}"
            day = self._desk.today().isoformat()
            self._keep(
                connection, "withdraw", title, row, [self._event(row, EventKind.WITHDRAWN, day=day, note=reason)]
            )
        return changes(title)

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _keep(
        self,
        connection: Connection,
        action: str,
        title: str,
        row: SubmissionRow,
        events: Sequence[EventRow],
        *,
        step: bool = True,
        any_clock: bool = False,
    ) -> None:
        """Write events with their entry of the log. `step`: Undo never goes back past it.

        `any_clock`: also by a clock that was set back, for what comes from elsewhere and must not be lost.
        """
        at = self._desk.clock()
        if not any_clock:
            must_not_be_set_back(connection, at, safe=NOTHING)
        written = [("submission_event", rows.add_event(connection, one)) for one in events]
        body = {"submission_id": row.id, witness.ROWS: witness.told(connection, written)}
        self._desk.store.record(f"submission.{action}", title, body, actor=self._desk.actor, at=at, barrier=step)

    def _event(self, row: SubmissionRow, kind: EventKind, recipient: str = "", **more: object) -> EventRow:
        at = audit.timestamp(self._desk.clock())
        return EventRow(row.id, recipient, kind.value, at, self._desk.actor, **more)  # type: ignore[arg-type]

    def _standing_one(self, submission_id: int, connection: Connection) -> SubmissionRow:
        """One that was frozen and not withdrawn: a receipt may come when it was superseded already."""
        row = self._desk.frozen(submission_id, connection)
        if row.state == "withdrawn":
            raise InvalidInput(f"{name_of(row)} was withdrawn.", safe=NOTHING, field="state")
        return row

    @staticmethod
    def _chosen(row: SubmissionRow, kind: EventKind, recipient: str, happened: Sequence[EventRow]) -> list[str]:
        """For whom it is said. Raises InvalidInput where it cannot follow."""
        states = {one: standing_of(happened, one) for one in ([recipient] if recipient else listed(row.recipients))}
        chosen = [one for one, standing in states.items() if kind in standing.next]
        if not chosen:
            if not states:
                raise InvalidInput(f"{name_of(row)} is for nobody.", safe=NOTHING, field="recipient")
            first = recipient or next(iter(states))
            raise _cannot_follow(row, recipient, states[first].state, kind)
        return chosen

    def _checked_day(self, row: SubmissionRow, day: str, connection: Connection) -> str:
        """The day on which it happened. Raises InvalidInput for one that cannot be."""
        today = self._desk.today()
        if not day:
            return today.isoformat()
        if date.fromisoformat(day) > today:
            raise InvalidInput("This day is still to come.", safe=NOTHING, todo="Say it when it happened.", field="day")
        frozen = rows.frozen(connection, [row.id]).get(row.id)
        at = moment(frozen.frozen_at) if frozen else None
        if at is not None and date.fromisoformat(day) < _day_of(at):
            raise InvalidInput(
                f"{name_of(row)} was frozen on {_day_of(at).isoformat()}: nothing happened to it before.",
                safe=NOTHING,
                field="day",
            )
        return day

    @staticmethod
    def _must_be_last(event: EventRow, happened: Sequence[EventRow]) -> None:
        """Raises InvalidInput for what cannot be taken back, or not yet."""
        if event.kind not in SAID:
            raise InvalidInput(
                "Only what a person said can be taken back.",
                safe=NOTHING,
                todo="What the program did, it did.",
                field="event",
            )
        if event.id in taken_back(happened):
            raise InvalidInput("It was taken back already.", safe=NOTHING, field="event")
        last = last_said(happened, event.recipient)
        if last is None or last.id != event.id:
            after = f" ({last.kind})" if last else ""
            raise InvalidInput(
                f"Something was said after it{after}.", safe=NOTHING, todo="Take that back first.", field="event"
            )


def _day_of(at: datetime) -> date:
    return at.astimezone().date()


def _cannot_follow(row: SubmissionRow, recipient: str, now: RecipientState, kind: EventKind) -> InvalidInput:
    allowed = " or ".join(one.value for one in NEXT[now])
    who = f" with {recipient}" if recipient else ""
    return InvalidInput(
        f"{name_of(row)} is “{now.words}”{who}: “{kind.value}” cannot follow.",
        safe=NOTHING,
        todo=f"What can follow: {allowed}." if allowed else "Export it first.",
        field="kind",
    )

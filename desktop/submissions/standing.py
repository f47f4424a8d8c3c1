"""How it stands with each recipient, as it follows from what happened; and which step may follow which.

An export never counts as sent, and a receipt never as accepted: each has to be said. What was taken back is passed
over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.submissions.model import EventKind, RecipientState
from local_db.submissions import EventRow

SAID = (
    EventKind.HANDED_OVER, EventKind.RECEIVED, EventKind.IN_REVIEW, EventKind.CHANGES_REQUESTED, EventKind.ACCEPTED,
)  # fmt: skip
"""What a person says, and may take back."""

NEXT: Mapping[RecipientState, tuple[EventKind, ...]] = {
    RecipientState.DRAFT: (),
    # What was saved, printed or packed elsewhere may have been sent all the same.
    RecipientState.FROZEN: (EventKind.HANDED_OVER,),
    RecipientState.EXPORTED: (EventKind.HANDED_OVER, EventKind.RECEIVED),
    RecipientState.QUEUED: (EventKind.HANDED_OVER, EventKind.RECEIVED),
    RecipientState.HANDED_OVER: SAID[1:],
    RecipientState.RECEIVED: SAID[2:],
    RecipientState.IN_REVIEW: (EventKind.CHANGES_REQUESTED, EventKind.ACCEPTED),
    RecipientState.CHANGES_REQUESTED: (EventKind.IN_REVIEW, EventKind.ACCEPTED),
    RecipientState.ACCEPTED: (EventKind.CHANGES_REQUESTED,),
}
"""What may be said next."""

HEARD = (EventKind.IN_REVIEW, EventKind.CHANGES_REQUESTED, EventKind.ACCEPTED)
"""What an endpoint says. It knows how it stands there: its word steps over whatever was said here."""

_WRITTEN = (EventKind.EXPORTED, EventKind.PACKED)
_AT_HOME = (RecipientState.FROZEN, RecipientState.EXPORTED)
"""Nothing left the house as far as we know."""
_OUT = (RecipientState.HANDED_OVER, RecipientState.RECEIVED, RecipientState.IN_REVIEW)
"""Out, and nobody has decided. What was exported only may never have been sent."""


@dataclass(frozen=True)
class Standing:
    """How it stands with one recipient: the state, its day, and the day from which an answer is waited for."""

    state: RecipientState
    since: date | None = None
    their_ref: str = ""
    out_since: date | None = None
    """When the recipient was last heard of, else when it was handed over; None when it is not out or was answered.

    A receipt, and that they are looking at it, are words of theirs: what is waited for from then on is the next one.
    """

    @property
    def next(self) -> tuple[EventKind, ...]:
        """What may be said next."""
        return NEXT[self.state]


def standing_of(events: Sequence[EventRow], recipient: str) -> Standing:
    """From the events of one frozen version, oldest first. Those of other recipients are passed over."""
    state, since, their_ref = RecipientState.DRAFT, None, ""
    for one in in_force(events):
        if one.recipient not in {"", recipient}:
            continue
        follows = _follows(state, one.kind)
        if follows is None:
            continue
        day = day_of(one)
        if follows is not state or one.kind not in _WRITTEN:
            state, since = follows, day
        their_ref = one.their_ref or their_ref
    return Standing(state, since, their_ref, since if state in _OUT else None)


def in_force(events: Sequence[EventRow]) -> list[EventRow]:
    """What was not taken back, without the records of taking back."""
    gone = taken_back(events)
    return [one for one in events if one.id not in gone and one.kind != EventKind.TAKEN_BACK]


def taken_back(events: Sequence[EventRow]) -> set[int]:
    """Ids of the events that a later one says were a mistake."""
    return {one.takes_back for one in events if one.takes_back is not None and one.kind == EventKind.TAKEN_BACK}


def last_said(events: Sequence[EventRow], recipient: str) -> EventRow | None:
    """What was said last of a recipient and may be taken back; None when nothing was."""
    found = [one for one in in_force(events) if one.recipient == recipient and one.kind in SAID]
    return found[-1] if found else None


def whole_state(events: Sequence[EventRow]) -> str:
    """Of the version: what its events say of it as a whole."""
    kinds = {one.kind for one in events}
    for kind, state in (
        (EventKind.WITHDRAWN, "withdrawn"),
        (EventKind.SUPERSEDED, "superseded"),
        (EventKind.FROZEN, "frozen"),
    ):
        if kind.value in kinds:
            return state
    return "draft"


def day_of(event: EventRow) -> date | None:
    """The day on which it happened, as said, else of when it was noted; None for what nobody here wrote."""
    for text in (event.day, event.at[:10]):
        try:
            return date.fromisoformat(text)
        except ValueError:
            continue
    return None


def _follows(state: RecipientState, kind: str) -> RecipientState | None:
    """The state after an event; None where it changes nothing (an export of what is with them already)."""
    if kind == EventKind.FROZEN:
        return RecipientState.FROZEN
    if kind in _WRITTEN:
        return RecipientState.EXPORTED if state in _AT_HOME else None
    if kind == EventKind.QUEUED:
        return RecipientState.QUEUED if state in _AT_HOME else None
    if kind == EventKind.RECEIVED and state is RecipientState.FROZEN:
        return RecipientState.RECEIVED  # a receipt proves it; only sync notes such a one
    stepping = HEARD if state is not RecipientState.DRAFT else ()
    return RecipientState(kind) if kind in {one.value for one in (*NEXT[state], *stepping)} else None

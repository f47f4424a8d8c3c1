"""How submissions look: an icon and a colour role for each state, always beside its word; and words for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from desktop.report.privacy import MpanChoice
from desktop.submissions.model import (
    CheckLine,
    DueSubmission,
    Event,
    EventKind,
    Outcome,
    RecipientStanding,
    RecipientState,
    Submission,
    SubmissionState,
)
from desktop.submissions.table import STANDS
from ui.models.paged_table import shown_date
from ui.widgets.declaration_look import counted
from ui.widgets.pit_look import day_words, days_words

_STATES: dict[SubmissionState, tuple[str, str]] = {
    SubmissionState.DRAFT: ("status-not-run", "low"),
    SubmissionState.FROZEN: ("lock", "good"),
    SubmissionState.SUPERSEDED: ("status-none", "muted"),
    SubmissionState.WITHDRAWN: ("remove", "muted"),
}
_RECIPIENTS: dict[RecipientState, tuple[str, str]] = {
    RecipientState.DRAFT: ("status-not-run", "low"),
    RecipientState.FROZEN: ("lock", "low"),
    RecipientState.EXPORTED: ("export", "med"),
    RecipientState.HANDED_OVER: ("submissions", "low"),
    RecipientState.QUEUED: ("status-not-run", "med"),
    RecipientState.RECEIVED: ("imports", "low"),
    RecipientState.IN_REVIEW: ("search", "low"),
    RecipientState.CHANGES_REQUESTED: ("undo", "high"),
    RecipientState.ACCEPTED: ("status-passed", "good"),
}
_BY_WORD = {
    **{state.value.capitalize(): look for state, look in _STATES.items()},
    **{state.words: look for state, look in _RECIPIENTS.items()},
    **{STANDS[state]: look for state, look in _RECIPIENTS.items()},
}
_SAYS: dict[EventKind, str] = {
    EventKind.HANDED_OVER: "Handed over",
    EventKind.RECEIVED: "Received",
    EventKind.IN_REVIEW: "In review",
    EventKind.CHANGES_REQUESTED: "Changes requested",
    EventKind.ACCEPTED: "Accepted",
}
_EVENTS: dict[EventKind, str] = {
    **_SAYS,
    EventKind.FROZEN: "Frozen",
    EventKind.EXPORTED: "Exported",
    EventKind.PACKED: "Sealed in a pack",
    EventKind.QUEUED: "Queued for sync",
    EventKind.TAKEN_BACK: "Taken back",
    EventKind.SUPERSEDED: "Superseded by a newer version",
    EventKind.WITHDRAWN: "Withdrawn",
}
CHOICES: dict[MpanChoice, str] = {
    MpanChoice.FULL: "In full",
    MpanChoice.LAST_FOUR: "Last four digits",
    MpanChoice.COUNTS: "Counts only",
}
NOT_BEGUN, COMMENTS = "not begun", "comments"


def look_of(word: str) -> tuple[str, str] | None:
    """Icon and colour role of the word of a state; None for a word that is none."""
    return _BY_WORD.get(word)


def state_look(state: SubmissionState) -> tuple[str, str]:
    """Of a version as a whole."""
    return _STATES[state]


def recipient_look(state: RecipientState) -> tuple[str, str]:
    """Of how it stands with one recipient."""
    return _RECIPIENTS[state]


def step_words(kind: EventKind) -> str:
    """What a person says happened: Handed over, Received ..."""
    return _SAYS.get(kind, kind.value.capitalize())


def state_words(one: Submission) -> str:
    """How a version stands, with since when."""
    if one.state is SubmissionState.FROZEN and one.frozen_at is not None:
        return f"Frozen on {day_words(one.frozen_at.astimezone().date())}"
    if one.state is SubmissionState.SUPERSEDED:
        return "Superseded by a newer version"
    return one.state.value.capitalize()


def since_words(one: RecipientStanding) -> str:
    """Since when, under which reference of theirs, and how long it has waited for an answer."""
    waits = f"no answer for {days_words(one.waiting)}" if one.waiting else ""
    parts = (
        f"since {day_words(one.since)}" if one.since else "",
        f"their reference {one.their_ref}" if one.their_ref else "",
        waits,
        counted(one.open_comments, "comment to answer", "comments to answer") if one.open_comments else "",
    )
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def deadline_words(one: Submission, today: date) -> str:
    """The deadline with where it comes from, and whether it has passed while something is still to be sent."""
    if one.deadline is None:
        return f"no day known yet ({one.deadline_words})" if one.deadline_words else "none"
    passed = " – passed" if one.deadline < today and one.state is SubmissionState.DRAFT else ""
    where = one.deadline_words
    return f"{day_words(one.deadline)}{f' ({where})' if where else ''}{passed}"


def event_words(one: Event) -> str:
    """Something that happened, in a line."""
    head = [f"{shown_date(one.at.isoformat()[:16])}", _EVENTS[one.kind]]
    if one.recipient_name or one.recipient:
        head.append(f"({one.recipient_name or one.recipient})")
    if one.by:
        head.append(f"by {one.by}")
    parts = [" ".join(head)]
    if one.day and one.day != one.at.date().isoformat():
        parts.append(f"on {shown_date(one.day)}")
    parts += [f"their reference {one.their_ref}"] if one.their_ref else []
    parts += [one.file_name] if one.file_name else []
    said = ", ".join(parts) + (f": {one.note}" if one.note else "")
    return f"{said} – taken back: it was a mistake" if one.taken_back else said


def said_words(one: Event) -> str:
    """Who said something, or noted that it was said, and on which day."""
    day = shown_date(one.day or one.at.astimezone().date().isoformat())
    return f"{one.by}, {day}" if one.by else day


def outcome_words(one: CheckLine) -> str:
    """What a rule found, before its title says what would have to hold."""
    if one.outcome is Outcome.FAILED:
        return "Asked for"
    return "Could not be checked" if one.outcome is Outcome.COULD_NOT_RUN else one.outcome.value.capitalize()


def due_words(one: DueSubmission) -> str:
    """What is to be done about something due: to whom, how far it is, and more."""
    to = f"To {', '.join(one.recipients)}" if one.recipients else "To nobody yet"
    return f"{to}: {one.detail or one.what}"


def check_heading(blocked: Sequence[CheckLine], advised: Sequence[CheckLine]) -> str:
    """What the check comes to, in a sentence."""
    if blocked:
        more = f", and {len(advised):,} more may be asked about" if advised else ""
        word = "thing stands" if len(blocked) == 1 else "things stand"
        return f"{len(blocked):,} {word} in the way of freezing{more}."
    if advised:
        word = "thing" if len(advised) == 1 else "things"
        return f"Nothing stands in the way. {len(advised):,} {word} they may well ask about."
    return "Nothing that is known of would make them send it back."


def size_words(size: int) -> str:
    """A size of a file for people."""
    if size < 1_000:
        return counted(size, "byte")
    return f"{size / 1_000:,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"

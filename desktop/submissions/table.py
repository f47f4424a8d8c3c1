"""The submissions as a table: its columns, and what each cell shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind, View
from desktop.submissions.model import RecipientState, Submission, SubmissionState

COLUMNS = (
    Column("ref", "Reference", ColumnKind.IDENTIFIER, 19, most=24),
    Column("title", "Submission", width=26),
    Column("kind", "Kind", width=20, facet=True),
    Column("state", "State", ColumnKind.STATE, 14, facet=True),
    Column("stands", "With recipients", ColumnKind.STATE, 18, facet=True),
    Column("standing", "With each recipient", width=34, facet=True, shown=False),
    Column("next", "Next step", width=22, facet=True),
    Column("deadline", "Deadline", ColumnKind.DATE, 12),
    Column("waiting", "Waiting", ColumnKind.NUMBER, 10),
    Column("comments", "Comments", ColumnKind.NUMBER, 9),
    Column("recipients", "Recipients", width=26, facet=True),
    Column("look", "To look at", width=18, facet=True),
    Column("version", "Version", ColumnKind.NUMBER, 7, shown=False),
    Column("from", "Deadline from", width=12, facet=True, shown=False),
    Column("data", "Personal data", width=14, facet=True, shown=False),
    Column("frozen", "Frozen on", ColumnKind.DATE, 12),
    Column("frozen_by", "Frozen by", width=16, facet=True, shown=False),
    Column("their_refs", "Their references", width=18, shown=False),
    Column("reason", "Why a newer version", width=30, shown=False),
    Column("covering", "Covering note", width=30, shown=False),
    Column("note", "Note", width=30, shown=False),
    Column("created_by", "Prepared by", width=16, facet=True, shown=False),
    Column("content", "Content hash", ColumnKind.IDENTIFIER, 18, shown=False),
)

STATES = {
    SubmissionState.DRAFT: "Draft",
    SubmissionState.FROZEN: "Frozen",
    SubmissionState.SUPERSEDED: "Superseded",
    SubmissionState.WITHDRAWN: "Withdrawn",
}
OVERDUE, COMMENTS, CHANGES = "Overdue", "Comments to answer", "Changes requested"
CHOICES = {"full": "In full", "last-four": "Last four digits", "counts": "Counts only"}

STANDS = {
    RecipientState.CHANGES_REQUESTED: "Changes requested",
    RecipientState.DRAFT: "Draft",
    RecipientState.FROZEN: "Not exported",
    RecipientState.EXPORTED: "Exported only",
    RecipientState.QUEUED: "Queued",
    RecipientState.HANDED_OVER: "Handed over",
    RecipientState.RECEIVED: "Received",
    RecipientState.IN_REVIEW: "In review",
    RecipientState.ACCEPTED: "Accepted",
}
"""How it stands with recipients in few words, what wants most to be done first. Exported only is not sent."""

_AT_HOME = {RecipientState.DRAFT, RecipientState.FROZEN, RecipientState.EXPORTED, RecipientState.QUEUED}
_LISTS = ("standing", "recipients", "look")
_SCHEMA = {
    ID: pl.Int64,
    **{
        one.key: pl.List(pl.String) if one.key in _LISTS else pl.Int64 if one.kind is ColumnKind.NUMBER else pl.String
        for one in COLUMNS
    },
}


NextOf = Callable[[Submission], str]
"""The next step of one in words."""


def its_own(one: Submission) -> str:
    """The next step where nothing is sent from here."""
    return one.next_step


def table_of(read: Callable[[], tuple[Sequence[Submission], date]], next_of: NextOf | None = None) -> FrameTable:
    """The table; `read` (the submissions and today) and `next_of` are asked whenever it is read anew."""
    return FrameTable(
        COLUMNS,
        lambda: frame_of(*read(), next_of or its_own),
        view=View(),
        ranks={
            "state": list(STATES.values()),
            "stands": [*STANDS.values(), STATES[SubmissionState.SUPERSEDED], STATES[SubmissionState.WITHDRAWN]],
            "standing": [one.words for one in RecipientState],
            "look": [CHANGES, COMMENTS, OVERDUE],
        },
        words={"look": "Nothing", "recipients": "Nobody yet", "standing": "Nobody yet", "next": "Nothing to do"},
        name="list of submissions",
    )


def frame_of(submissions: Sequence[Submission], today: date, next_of: NextOf = its_own) -> pl.DataFrame:
    """One row for each version, newest first."""
    return pl.DataFrame([_cells(one, today, next_of) for one in submissions], schema=_SCHEMA, orient="row")


def looks(one: Submission, today: date) -> list[str]:
    """What somebody should look at."""
    states = {standing.state for standing in one.recipients}
    standing = one.state in {SubmissionState.DRAFT, SubmissionState.FROZEN}
    late = standing and one.deadline is not None and one.deadline < today and bool(states & _AT_HOME or not states)
    told = (
        (CHANGES, one.state is SubmissionState.FROZEN and RecipientState.CHANGES_REQUESTED in states),
        (COMMENTS, one.open_comments > 0),
        (OVERDUE, late),
    )
    return [words for words, holds in told if holds]


def standings(one: Submission) -> list[str]:
    """The states of its recipients in words, each once, the least advanced first."""
    if one.state is SubmissionState.WITHDRAWN:
        return [STATES[one.state]]
    order = list(RecipientState)
    return [state.words for state in sorted({standing.state for standing in one.recipients}, key=order.index)]


def stands(one: Submission) -> str:
    """How it stands as a whole: of its recipients the one with whom most is to be done."""
    if one.state is not SubmissionState.FROZEN:
        return STATES[one.state]
    states = {standing.state for standing in one.recipients}
    return next((words for state, words in STANDS.items() if state in states), STATES[one.state])


def _cells(one: Submission, today: date, next_of: NextOf) -> tuple[object, ...]:
    details = one.details
    cells = {
        ID: one.id,
        "ref": one.name,
        "title": details.title,
        "kind": one.kind.name,
        "state": STATES[one.state],
        "stands": stands(one),
        "standing": standings(one),
        "next": next_of(one),
        "deadline": one.deadline.isoformat() if one.deadline else "",
        "waiting": max((standing.waiting for standing in one.recipients), default=0) or None,
        "comments": one.open_comments or None,
        "recipients": [standing.name for standing in one.recipients],
        "look": looks(one, today),
        "version": one.version,
        "from": one.deadline_words[:1].upper() + one.deadline_words[1:],
        "data": CHOICES[details.mpan_choice.value],
        "frozen": one.frozen_at.astimezone().date().isoformat() if one.frozen_at else "",
        "frozen_by": one.frozen_by,
        "their_refs": ", ".join(standing.their_ref for standing in one.recipients if standing.their_ref),
        "reason": one.reason,
        "covering": details.covering,
        "note": details.note,
        "created_by": one.created_by,
        "content": one.content_sha256[:16],
    }
    return tuple(cells[name] for name in _SCHEMA)

"""The questions of a request as a table: its columns, and what each cell shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind, View
from desktop.requests.model import Question

COLUMNS = (
    Column("key", "Question", ColumnKind.IDENTIFIER, 9, most=14),
    Column("text", "What it asks", width=34),
    Column("state", "State", ColumnKind.STATE, 13, facet=True, most=16),
    Column("owner", "Owner", width=14, facet=True, editable=True),
    Column("look", "To look at", width=16, facet=True),
    Column("answer", "Answer", width=36),
    Column("evidence", "Evidence", ColumnKind.NUMBER, 9),
    Column("section", "Section", width=20, facet=True, editable=True),
    Column("guidance", "How to answer", width=34, shown=False),
    Column("not_for_us", "Does not apply to us, because", width=30, shown=False),
    Column("note", "Note", width=28, shown=False, editable=True, about="for us: never leaves"),
    Column("position", "Place in the document", ColumnKind.NUMBER, 9, shown=False),
)

OPEN, ANSWERED, NOT_FOR_US = "Open", "Answered", "Not for us"
STATES = (OPEN, ANSWERED, NOT_FOR_US)
CHANGED = "Question changed"
MISSING = "Not in the newest version"
AWAITING = "Evidence to confirm"
LOOKS = (CHANGED, MISSING, AWAITING)

_SCHEMA = {
    ID: pl.Int64,
    **{one.key: pl.Int64 if one.kind is ColumnKind.NUMBER else pl.String for one in COLUMNS},
    "look": pl.List(pl.String),
}


def table_of(read: Callable[[], Sequence[Question]]) -> FrameTable:
    """The table; `read` gives the questions in the document's order, anew each time."""
    return FrameTable(
        COLUMNS,
        lambda: frame_of(read()),
        view=View(),
        ranks={"state": STATES, "look": LOOKS},
        words={"owner": "Nobody yet", "section": "No section", "look": "Nothing"},
        name="list of questions",
    )


def frame_of(questions: Sequence[Question]) -> pl.DataFrame:
    """One row for each question, in the document's order."""
    return pl.DataFrame([_cells(one) for one in questions], schema=_SCHEMA, orient="row")


def state_of(one: Question) -> str:
    """How it stands, in words."""
    return NOT_FOR_US if one.details.not_for_us else ANSWERED if one.details.answer else OPEN


def looks(one: Question) -> list[str]:
    """What somebody should look at."""
    told = ((CHANGED, one.look_again), (MISSING, one.missing), (AWAITING, one.awaiting > 0))
    return [words for words, holds in told if holds]


def _cells(one: Question) -> tuple[object, ...]:
    details = one.details
    cells = {
        ID: one.id,
        "key": details.key,
        "text": details.text,
        "state": state_of(one),
        "answer": details.answer,
        "owner": details.owner,
        "look": looks(one),
        "evidence": one.proofs or None,
        "section": details.section,
        "guidance": details.guidance,
        "not_for_us": details.not_for_us,
        "note": details.note,
        "position": one.position,
    }
    return tuple(cells[name] for name in _SCHEMA)

"""The comments of reviewers as a table: its columns, and what each cell shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind, View
from desktop.frames import pl
from desktop.submissions.review.model import Comment, CommentSource, CommentState

COLUMNS = (
    Column("submission", "Submission", ColumnKind.IDENTIFIER, 20, facet=True),
    Column("state", "State", ColumnKind.STATE, 11, facet=True),
    Column("text", "Comment", width=44),
    Column("about", "About", width=30),
    Column("recipient", "From", width=18, facet=True),
    Column("author", "Author", width=16, facet=True),
    Column("said_at", "Said on", ColumnKind.DATE, 12),
    Column("kind", "Type", width=12, facet=True),
    Column("answer", "Answer", width=30),
    Column("owner", "Owner", width=14, facet=True),
    Column("proposed", "Proposed change", width=30, shown=False),
    Column("row_key", "Row key", ColumnKind.IDENTIFIER, 18, shown=False),
    Column("source", "Where it stood", width=16, facet=True, shown=False),
    Column("place", "Place", width=20, shown=False),
    Column("answered_at", "Answered on", ColumnKind.DATE, 12, shown=False),
    Column("answered_by", "Answered by", width=16, facet=True, shown=False),
)
STATES = {CommentState.OPEN: "Open", CommentState.ANSWERED: "Answered", CommentState.CLOSED: "Closed"}
SOURCES = {
    CommentSource.LOG: "Comments log",
    CommentSource.NOTE: "Note on a cell",
    CommentSource.THREAD: "Comment in Excel",
    CommentSource.ENTERED: "Entered here",
    CommentSource.SYNC: "Sync",
}

Line = tuple[Comment, str, str]
"""A comment, its submission's name, and its recipient's."""


def table_of(read: Callable[[], Iterable[Line]]) -> FrameTable:
    """The table; `read` is asked whenever it is read anew."""
    return FrameTable(
        COLUMNS,
        lambda: frame_of(read()),
        view=View(),
        ranks={"state": list(STATES.values()), "source": list(SOURCES.values())},
        words={
            "author": "Not said",
            "kind": "Not said",
            "owner": "Nobody",
            "answered_by": "Not answered",
        },
        name="comments",
    )


def frame_of(lines: Iterable[Line]) -> pl.DataFrame:
    """One row for each comment."""
    return pl.DataFrame(
        [_cells(*line) for line in lines],
        schema={ID: pl.Int64, **{one.key: pl.String for one in COLUMNS}},
        orient="row",
    )


def _cells(one: Comment, submission: str, recipient: str) -> tuple[object, ...]:
    return (
        one.id, submission, STATES[one.state], one.text or f"Proposed: {one.proposed}", one.about, recipient,
        one.author,
        one.said_at[:10], one.kind, one.answer, one.owner, one.proposed, one.row_key, SOURCES[one.source], one.place,
        one.answered_at[:10], one.answered_by,
    )  # fmt: skip

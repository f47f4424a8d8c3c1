"""What an import would change, as a table: counts by kind, before and after, refused rows with their reason."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import Column, ColumnKind
from desktop.records.model import ChangeKind, RecordChange, RecordKind
from desktop.records.shown_values import shown_value

COLUMNS = (
    Column("change", "Change", ColumnKind.STATE, 12, facet=True),
    Column("key", "Key", ColumnKind.IDENTIFIER, 16),
    Column("title", "Title", width=30),
    Column("what", "What changes", width=46),
    Column("fields", "Fields", width=18, facet=True, shown=False),
    Column("row", "Row", ColumnKind.NUMBER, 7),
)
_ORDER = (
    ChangeKind.REFUSED,
    ChangeKind.MISSING,
    ChangeKind.CHANGED,
    ChangeKind.BACK,
    ChangeKind.ADDED,
    ChangeKind.UNCHANGED,
)
"""What somebody has to look at comes first."""
WAITS = "Waits for a refused row"
KEPT = "Kept as it is here"


def difference_table(changes: Sequence[RecordChange], kind: RecordKind | None = None) -> FrameTable:
    """The changes as a table; a row's id is its place in `changes`. `kind`: of the records, to show their values."""

    def load() -> pl.DataFrame:
        order = {state: place for place, state in enumerate(STATES)}
        rows = sorted(enumerate(changes), key=lambda pair: order[state_of(pair[1])])
        return pl.DataFrame(
            {
                "id": [place for place, _ in rows],
                "change": [state_of(one) for _, one in rows],
                "key": [one.key for _, one in rows],
                "title": [one.title for _, one in rows],
                "what": [what_changes(one, kind) for _, one in rows],
                "fields": [list(one.fields) for _, one in rows],
                "row": [one.row for _, one in rows],
            },
            schema={
                "id": pl.Int64,
                "change": pl.String,
                "key": pl.String,
                "title": pl.String,
                "what": pl.String,
                "fields": pl.List(pl.String),
                "row": pl.Int64,
            },
        )

    return FrameTable(
        COLUMNS,
        load,
        ranks={"change": STATES},
        words={"fields": "(no field)"},
        name="difference",
    )


def words_of(change: ChangeKind) -> str:
    """A kind of change for people."""
    return {ChangeKind.MISSING: "Not in this file", ChangeKind.BACK: "Back again"}.get(
        change, change.value.capitalize()
    )


STATES = (
    words_of(ChangeKind.REFUSED),
    WAITS,
    words_of(ChangeKind.MISSING),
    KEPT,
    *(words_of(kind) for kind in _ORDER[2:]),
)
"""What `state_of` says, in the order of the table."""


def state_of(change: RecordChange) -> str:
    """What becomes of one, for people: apart, what is refused for another one only, and what stays as it is here."""
    if change.waits:
        return WAITS
    return KEPT if change.change is ChangeKind.UNCHANGED and change.here else words_of(change.change)


def what_changes(change: RecordChange, kind: RecordKind | None = None) -> str:
    """One line: why it is refused, or each field with before and after, and what is to be known of it."""
    if change.reason:
        return change.reason
    shown = [
        (name, shown_value(kind, name, before), shown_value(kind, name, after))
        for name, (before, after) in change.fields.items()
    ]
    if change.change is ChangeKind.ADDED:
        told = "; ".join(f"{name}: {after}" for name, _, after in shown if after)
    else:
        told = "; ".join(f"{name}: {before or '(blank)'} → {after or '(blank)'}" for name, before, after in shown)
    return ". ".join(one for one in (told, change.note) if one)

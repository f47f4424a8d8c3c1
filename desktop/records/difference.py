"""What an import would change, as a table: counts by kind, before and after, refused rows with their reason."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import Column, ColumnKind
from desktop.records.model import ChangeKind, RecordChange

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


def difference_table(changes: Sequence[RecordChange]) -> FrameTable:
    """The changes as a table; a row's id is its place in `changes`."""

    def load() -> pl.DataFrame:
        order = {kind: place for place, kind in enumerate(_ORDER)}
        rows = sorted(enumerate(changes), key=lambda pair: order[pair[1].change])
        return pl.DataFrame(
            {
                "id": [place for place, _ in rows],
                "change": [words_of(one.change) for _, one in rows],
                "key": [one.key for _, one in rows],
                "title": [one.title for _, one in rows],
                "what": [what_changes(one) for _, one in rows],
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
        ranks={"change": tuple(words_of(kind) for kind in _ORDER)},
        words={"fields": "(no field)"},
        name="difference",
    )


def words_of(change: ChangeKind) -> str:
    """A kind of change for people."""
    return {ChangeKind.MISSING: "Not in this file", ChangeKind.BACK: "Back again"}.get(
        change, change.value.capitalize()
    )


def what_changes(change: RecordChange) -> str:
    """One line: why it is refused, or each field with before and after."""
    if change.reason:
        return change.reason
    if change.change is ChangeKind.ADDED:
        return "; ".join(f"{name}: {after}" for name, (_, after) in change.fields.items() if after)
    return "; ".join(
        f"{name}: {before or '(blank)'} → {after or '(blank)'}" for name, (before, after) in change.fields.items()
    )

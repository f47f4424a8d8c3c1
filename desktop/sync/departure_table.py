"""What has left as a table: its columns, and what each cell shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind, View
from desktop.sync.departure_words import EXPORTED, SEALED
from desktop.sync.model import Departure
from desktop.uk_time import civil

COLUMNS = (
    Column("at", "When (UK time)", ColumnKind.DATE, 17),
    Column("name", "Name", width=34, most=32),
    Column("channel", "How", width=15, facet=True),
    Column("to", "To", width=20, facet=True, most=24),
    Column("submission", "Submission", ColumnKind.IDENTIFIER, 20, facet=True),
    Column("what", "What", width=22, facet=True),
    Column("size", "Bytes", ColumnKind.NUMBER, 12),
    Column("personal", "Personal data", width=22, facet=True),
    Column("receipt", "Receipt", width=32),
    Column("sha256", "SHA-256", ColumnKind.IDENTIFIER, 22, shown=False),
    Column("file_name", "Bundle", width=26, shown=False),
    Column("delivery", "Delivery", ColumnKind.IDENTIFIER, 37, shown=False),
    Column("day", "Day", ColumnKind.DATE, 12, shown=False),
)
SHORT = {EXPORTED: "Exported only", SEALED: "Sealed in a pack"}
"""How it left, in few words; exported only is not sent."""
_SCHEMA = {ID: pl.Int64, **{one.key: pl.Int64 if one.kind is ColumnKind.NUMBER else pl.String for one in COLUMNS}}


def table_of(read: Callable[[], Sequence[Departure]]) -> FrameTable:
    """The table, newest first; a row's id is the number of what left."""
    return FrameTable(
        COLUMNS,
        lambda: frame_of(read()),
        view=View(),
        words={"personal": "Not known", "submission": "None", "to": "Not said"},
        name="list of what has left",
    )


def frame_of(found: Sequence[Departure]) -> pl.DataFrame:
    """One row for each."""
    rows = [(one.number, *_cells(one)) for one in found]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _cells(one: Departure) -> tuple[object, ...]:
    day, time = civil(one.at)
    return (
        f"{day.isoformat()} {time:%H:%M}",
        one.name,
        SHORT.get(one.channel, one.channel),
        one.to,
        one.submission,
        one.what,
        one.size,
        one.personal_data,
        one.receipt,
        one.sha256,
        one.file_name,
        one.delivery,
        day.isoformat(),
    )

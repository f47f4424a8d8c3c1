"""Planned against actual as a table."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind
from desktop.cutover.rehearsal import Compared, difference_words
from desktop.uk_time import Moment

AS_PLANNED, LATE, EARLY, NOT_YET = "As planned", "Late", "Early", "Not finished"

COLUMNS = (
    Column("key", "Key", ColumnKind.IDENTIFIER, 10),
    Column("title", "Activity", width=36),
    Column("how", "How it went", ColumnKind.STATE, 14, facet=True),
    Column("difference", "Difference", width=20),
    Column("planned_start", "Planned start", width=18),
    Column("actual_start", "Really begun", width=18),
    Column("start_difference", "Difference at the start", width=20),
    Column("planned_finish", "Planned finish", width=18),
    Column("actual_finish", "Really finished", width=18),
    Column("outcome", "Outcome", width=10, facet=True),
    Column("remark", "Remark", width=40),
)


def comparison_table(compared: Sequence[Compared]) -> FrameTable:
    """One row for each activity, in the plan's order; ids are activity ids."""
    schema = {ID: pl.Int64, **{one.key: pl.String for one in COLUMNS}}
    return FrameTable(
        COLUMNS,
        lambda: pl.DataFrame([_cells(one) for one in compared], schema=schema, orient="row"),
        ranks={"how": [LATE, NOT_YET, AS_PLANNED, EARLY]},
        words={"outcome": "None"},
        name="comparison",
    )


def how_it_went(one: Compared) -> str:
    """In one word: late, early, as planned, not finished."""
    count = one.finish_difference
    if one.actual.finish is None:
        return NOT_YET
    return AS_PLANNED if not count else LATE if count > 0 else EARLY


def _cells(one: Compared) -> tuple[object, ...]:
    return (
        one.id, one.key, one.title, how_it_went(one), one.words, _text(one.planned.start), _text(one.actual.start),
        difference_words(one.start_difference, one.unit), _text(one.planned.finish), _text(one.actual.finish),
        one.outcome, one.remark,
    )  # fmt: skip


def _text(moment: Moment | None) -> str:
    return moment.words if moment else ""

"""The deliverables and the reliances as tables: their columns, and what each cell shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind, View
from desktop.pit.model import Deliverable, DeliverableStatus, Gate, PartyType, Reliance, RelianceStatus, Standing

COLUMNS = (
    Column("title", "Deliverable", width=22),
    Column("gate", "Gate", width=9, facet=True),
    Column("standing", "Against its day", ColumnKind.STATE, 16, facet=True),
    Column("planned", "Planned", ColumnKind.DATE, 12),
    Column("status", "Status", width=12, facet=True, editable=True),
    Column("owner", "Owner", width=16, facet=True, editable=True),
    Column("late_by", "Working days late", ColumnKind.NUMBER, 10),
    Column("evidence", "Evidence", ColumnKind.NUMBER, 9),
    Column("party", "Party type", width=20, facet=True),
    Column("baseline", "Baseline", ColumnKind.DATE, 12),
    Column("actual", "Handed over", ColumnKind.DATE, 12),
    Column("ref", "Reference", ColumnKind.IDENTIFIER, 14),
    Column("look", "To look at", width=24, facet=True),
    Column("stage", "Stage", width=14, facet=True, shown=False),
    Column("field_name", "Standard's name", width=28, shown=False),
    Column("current", "Current", ColumnKind.DATE, 12, shown=False, editable=True),
    Column("offset", "Working days before gate", ColumnKind.NUMBER, 12, shown=False),
    Column("awaiting", "Evidence to confirm", ColumnKind.NUMBER, 10, shown=False),
    Column("reviewer", "Reviewer", width=18, facet=True, shown=False),
    Column("remarks", "Reviewer's remarks", width=30, shown=False),
    Column("note", "Note", width=30, shown=False),
    Column("source", "Taken from", width=34, facet=True, shown=False),
    Column("key", "Key", ColumnKind.IDENTIFIER, 24, shown=False),
)

RELIANCE_COLUMNS = (
    Column("ref", "Reference", ColumnKind.IDENTIFIER, 14),
    Column("third_party", "Third party", width=24, facet=True),
    Column("product", "System and version", width=22),
    Column("status", "Status", width=10, facet=True),
    Column("proven", "Proven", ColumnKind.STATE, 12, facet=True),
    Column("missing", "What is missing", width=34),
    Column("requirements", "Requirements", ColumnKind.NUMBER, 11),
    Column("evidence", "Evidence", ColumnKind.NUMBER, 9),
    Column("agreement", "Agreement", width=18),
    Column("agreed_by", "Agreed by", width=18, shown=False),
    Column("agreed_on", "Agreed on", ColumnKind.DATE, 11, shown=False),
    Column("expires", "Good through", ColumnKind.DATE, 11),
    Column("scope", "What was tested", width=30, shown=False),
    Column("note", "Note", width=30, shown=False),
)
PROVEN, NOT_PROVEN = "Proven", "Not proven"

PACK_CHANGED = "The pack says otherwise"
AWAITING = "Evidence to confirm"
EXPIRED = "Evidence expired"
NO_EVIDENCE = "Handed over without evidence"

_SCHEMA = {
    ID: pl.Int64,
    **{one.key: pl.Int64 if one.kind is ColumnKind.NUMBER else pl.String for one in COLUMNS},
    "look": pl.List(pl.String),
}


def table_of(
    read: Callable[[], Sequence[Deliverable]], gates: Sequence[Gate], parties: Sequence[PartyType]
) -> FrameTable:
    """The table; `read` is asked for the deliverables whenever it is read anew."""
    return FrameTable(
        COLUMNS,
        lambda: frame_of(read()),
        view=View(),
        ranks={
            "standing": [one.value for one in Standing],
            "status": [_said(one) for one in DeliverableStatus],
            "gate": [one.name for one in gates],
            "party": [one.name for one in parties],
            "look": [PACK_CHANGED, AWAITING, EXPIRED, NO_EVIDENCE],
        },
        words={
            "owner": "Nobody yet",
            "stage": "Every stage",
            "gate": "No gate",
            "look": "Nothing",
            "reviewer": "Nobody yet",
            "source": "Your own",
        },
        name="PIT plan",
    )


def frame_of(deliverables: Sequence[Deliverable]) -> pl.DataFrame:
    """One row for each deliverable, in the plan's order."""
    return pl.DataFrame([_cells(one) for one in deliverables], schema=_SCHEMA, orient="row")


def reliance_table_of(read: Callable[[], Sequence[Reliance]]) -> FrameTable:
    """The reliances, newest first."""
    schema = {ID: pl.Int64, **{c.key: pl.Int64 if c.kind is ColumnKind.NUMBER else pl.String for c in RELIANCE_COLUMNS}}

    def load() -> pl.DataFrame:
        return pl.DataFrame([_reliance_cells(one) for one in read()], schema=schema, orient="row")

    ranks = {"status": [one.value.capitalize() for one in RelianceStatus], "proven": [NOT_PROVEN, PROVEN]}
    return FrameTable(RELIANCE_COLUMNS, load, ranks=ranks, name="list of reliances")


def _reliance_cells(one: Reliance) -> tuple[object, ...]:
    details = one.details
    return (
        one.id, one.ref, details.third_party, details.product, details.status.value.capitalize(),
        PROVEN if one.proven else NOT_PROVEN, ", ".join(one.missing), one.requirements, one.evidence,
        details.agreement, details.agreed_by, details.agreed_on, details.expires, details.scope, details.note,
    )  # fmt: skip


def _cells(one: Deliverable) -> tuple[object, ...]:
    days = {name: day.isoformat() if day else "" for name, day in _days(one).items()}
    cells = {
        ID: one.id,
        "ref": one.ref,
        "title": one.title,
        "gate": one.gate_name,
        "standing": one.standing.value,
        "late_by": one.late_by or None,
        "status": _said(one.status),
        "owner": one.owner,
        "evidence": one.evidence or None,
        "party": one.party,
        "stage": one.stage_name,
        "field_name": one.field_name,
        "offset": one.offset,
        "awaiting": one.awaiting or None,
        "look": looks(one),
        "reviewer": one.reviewer,
        "remarks": one.remarks,
        "note": one.note,
        "source": one.source,
        "key": one.key,
        **days,
    }
    return tuple(cells[name] for name in _SCHEMA)


def looks(one: Deliverable) -> list[str]:
    """What somebody should look at."""
    handed_over = one.status in (DeliverableStatus.SUBMITTED, DeliverableStatus.ACCEPTED)
    return [
        words
        for words, holds in (
            (PACK_CHANGED, one.changed),
            (AWAITING, one.awaiting > 0),
            (EXPIRED, one.expired > 0),
            (NO_EVIDENCE, handed_over and not one.evidence),
        )
        if holds
    ]


def _days(one: Deliverable) -> dict[str, date | None]:
    return {"planned": one.planned, "baseline": one.baseline, "current": one.current, "actual": one.actual}


def _said(status: DeliverableStatus) -> str:
    return status.value.capitalize()

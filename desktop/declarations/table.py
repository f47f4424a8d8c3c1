"""The declarations as a table: its columns, and what each cell shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind, View
from desktop.declarations.model import Declaration, DeclarationState

COLUMNS = (
    Column("ref", "Reference", ColumnKind.IDENTIFIER, 19),
    Column("title", "Declaration", width=24),
    Column("state", "State", ColumnKind.STATE, 18, facet=True),
    Column("version", "Version", ColumnKind.NUMBER, 7, shown=False),
    Column("look", "To look at", width=26, facet=True),
    Column("milestone", "Milestone", width=10, facet=True),
    Column("due", "Due", ColumnKind.DATE, 12),
    Column("plan", "Cutover plan", width=18, facet=True),
    Column("activity", "Activity", ColumnKind.IDENTIFIER, 10),
    Column("recipients", "Recipients", width=24, facet=True),
    Column("prepared_by", "Prepared by", width=18, facet=True),
    Column("signatory", "Signed by", width=18, facet=True),
    Column("signed", "Signed on", ColumnKind.DATE, 12),
    Column("evidence", "Evidence", ColumnKind.NUMBER, 9),
    Column("kind", "Live or rehearsal", width=12, facet=True),
    Column("position", "Position", width=18, shown=False),
    Column("capacity", "Capacity", width=18, facet=True, shown=False),
    Column("signature", "Signature", width=16, facet=True, shown=False),
    Column("roles", "Roles", width=24, facet=True, shown=False),
    Column("changed", "Changed since", width=40, shown=False),
    Column("reason", "Why a newer version", width=30, shown=False),
    Column("note", "Note", width=30, shown=False),
    Column("wording", "Wording", ColumnKind.IDENTIFIER, 18, facet=True, shown=False),
)

CHANGED, SAME_PERSON, OVERDUE = "Something it rests on changed", "Prepared and signed by one person", "Overdue"
LIVE, REHEARSAL = "Live", "Rehearsal"
KEY, SCAN = "Key of this device", "Signed document attached"

_LISTS = ("look", "recipients", "roles")
_SCHEMA = {
    ID: pl.Int64,
    **{
        one.key: pl.List(pl.String) if one.key in _LISTS else pl.Int64 if one.kind is ColumnKind.NUMBER else pl.String
        for one in COLUMNS
    },
}


@dataclass(frozen=True)
class Shown:
    """What the table shows of declarations, read at once: by id what is not in them."""

    declarations: Sequence[Declaration]
    plans: Mapping[int, str]
    """References of plans."""
    activities: Mapping[int, str]
    """Keys of activities."""
    milestones: Mapping[int, str]
    """The milestone that each declaration is for: its id, or the title of one of the participant's own."""
    roles: Mapping[int, Sequence[str]]
    recipients: Mapping[int, Sequence[str]]
    """By name, those that follow from the wording included."""
    today: str
    """ISO."""


def table_of(read: Callable[[], Shown]) -> FrameTable:
    """The table; `read` is asked whenever it is read anew."""
    return FrameTable(
        COLUMNS,
        lambda: frame_of(read()),
        view=View(),
        ranks={
            "state": [one.title for one in DeclarationState],
            "look": [CHANGED, OVERDUE, SAME_PERSON],
            "kind": [LIVE, REHEARSAL],
        },
        words={
            "look": "Nothing",
            "milestone": "No milestone",
            "plan": "No plan",
            "recipients": "Nobody yet",
            "roles": "No role yet",
            "signatory": "Not signed",
            "capacity": "Not signed",
            "signature": "Not signed",
        },
        name="list of declarations",
    )


def frame_of(shown: Shown) -> pl.DataFrame:
    """One row for each version, newest first."""
    return pl.DataFrame([_cells(one, shown) for one in shown.declarations], schema=_SCHEMA, orient="row")


def looks(one: Declaration, today: str) -> list[str]:
    """What somebody should look at."""
    overdue = bool(one.details.due) and one.details.due < today and not one.state.locked
    told = ((CHANGED, bool(one.flags)), (OVERDUE, overdue), (SAME_PERSON, one.same_person))
    return [words for words, holds in told if holds]


def _cells(one: Declaration, shown: Shown) -> tuple[object, ...]:
    details = one.details
    cells = {
        ID: one.id,
        "ref": one.name,
        "version": one.version,
        "title": details.title,
        "state": one.state.title,
        "look": looks(one, shown.today),
        "milestone": shown.milestones.get(one.id, details.milestone),
        "due": details.due,
        "plan": shown.plans.get(details.plan_id or 0, ""),
        "activity": shown.activities.get(details.activity_id or 0, ""),
        "recipients": list(shown.recipients.get(one.id, ())),
        "roles": list(shown.roles.get(one.id, ())),
        "prepared_by": details.prepared_by,
        "signatory": one.signatory,
        "signed": one.signed_at[:10],
        "evidence": one.evidence or None,
        "kind": REHEARSAL if one.rehearsal else LIVE,
        "position": one.position,
        "capacity": one.capacity,
        "signature": "" if not one.signed_at else SCAN if one.scan else KEY,
        "changed": " ".join(one.flags),
        "reason": one.reason,
        "note": details.note,
        "wording": details.wording,
    }
    return tuple(cells[name] for name in _SCHEMA)

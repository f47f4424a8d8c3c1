"""The activities of a plan as a table: its columns, and what each cell shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind, View
from desktop.cutover.model import Activity, ActivityState, ActivityType, Rag
from desktop.cutover.schedule import predecessors_text, read_duration
from desktop.uk_time import Moment

COLUMNS = (
    Column("key", "Id", ColumnKind.IDENTIFIER, 9, most=14),
    Column("title", "Activity", width=24, most=24),
    Column("due", "Due", ColumnKind.DATE, 17, most=20),
    Column("state", "State", ColumnKind.STATE, 17, facet=True, most=22),
    Column("rag", "RAG", ColumnKind.STATE, 5, facet=True, icon_only=True),
    Column(
        "finish", "Forecast", ColumnKind.DATE, 17, most=20,
        about="when it ends, by what has really happened and with nothing left in the past",
    ),
    Column("owner", "Owner", width=16, facet=True, editable=True),
    Column("phase", "Phase", width=14, facet=True, editable=True),
    Column("type", "Type", width=13, facet=True, editable=True),
    Column("predecessors", "Waits for", width=18, editable=True),
    Column("look", "To look at", width=24, facet=True),
    Column("evidence", "Evidence", ColumnKind.NUMBER, 9),
    Column("responsible", "Responsible", width=20, facet=True, editable=True),
    Column("whose", "Ours or external", width=12, facet=True),
    Column("planned_start", "Planned start", ColumnKind.DATE, 17),
    Column("planned_finish", "Planned end", ColumnKind.DATE, 17),
    Column("start", "Forecast start", ColumnKind.DATE, 17, shown=False),
    Column("started", "Began", ColumnKind.DATE, 17, shown=False),
    Column("finished", "Done", ColumnKind.DATE, 17, shown=False),
    Column("finished_by", "Done by", width=16, facet=True, shown=False),
    Column("outcome", "Outcome", width=11, facet=True, shown=False),
    Column("remark", "Remark", width=28, shown=False),
    Column("base_start", "Baseline start", ColumnKind.DATE, 17, shown=False),
    Column("base_finish", "Baseline end", ColumnKind.DATE, 17, shown=False),
    Column("duration", "Duration", width=14, shown=False, editable=True),
    Column("milestone", "Due by milestone", width=14, facet=True, shown=False),
    Column(
        "critical", "Critical path", width=10, facet=True, shown=False,
        about="the chain of activities that decides when the plan ends",
    ),
    Column("waiting_for", "Cannot start, because", width=34, shown=False),
    Column("lacks", "Lacks", width=28, facet=True, shown=False),
    Column("evidence_needed", "Evidence needed", width=24, shown=False, editable=True),
    Column("declaration_needed", "Declaration needed", width=20, facet=True, shown=False),
    Column("declarations", "Declarations", width=26, shown=False),
    Column("stand_in", "Stand-in", width=16, facet=True, shown=False, editable=True),
    Column("description", "Description", width=34, shown=False),
    Column("not_needed", "Why it is not needed", width=24, shown=False),
    Column("note", "Note", width=28, shown=False, editable=True),
    Column("source", "Taken from", width=30, facet=True, shown=False),
    Column("position", "Place in the plan", ColumnKind.NUMBER, 9, shown=False),
)  # fmt: skip

LATE = "Late"
CHANGED = "Text changed"
MISSING = "Not in the newest version"
DESPITE = "Done though not ready"
AWAITING = "Evidence to confirm"
EXPIRED = "Evidence expired"
SAID = "RAG overridden"
LOOKS = (LATE, CHANGED, MISSING, DESPITE, AWAITING, EXPIRED, SAID)
OURS, EXTERNAL = "Ours", "External"
NO_RAG = "None"

_LISTS = ("look", "predecessors", "waiting_for", "lacks", "declarations")
_SCHEMA = {
    ID: pl.Int64,
    **{one.key: pl.Int64 if one.kind is ColumnKind.NUMBER else pl.String for one in COLUMNS},
    **dict.fromkeys(_LISTS, pl.List(pl.String)),
}


def table_of(read: Callable[[], tuple[Sequence[Activity], Mapping[str, str]]]) -> FrameTable:
    """The table; `read` gives the activities in the plan's order, and the names of milestones by id, anew each time."""
    return FrameTable(
        COLUMNS,
        lambda: frame_of(*read()),
        view=View(),
        ranks={
            "state": [one.value for one in ActivityState],
            "rag": [rag_words(one) for one in Rag],
            "type": [one.title for one in ActivityType],
            "look": LOOKS,
            "whose": (OURS, EXTERNAL),
            "critical": ("Yes", "No"),
        },
        words={
            "owner": "Nobody yet",
            "stand_in": "Nobody yet",
            "finished_by": "Nobody yet",
            "phase": "No phase",
            "responsible": "Nobody named",
            "milestone": "No milestone",
            "look": "Nothing",
            "lacks": "Nothing",
            "outcome": "None",
            "declaration_needed": "None",
            "source": "Your own",
        },
        unsearched=("waiting_for",),
        name="cutover plan",
    )


def frame_of(activities: Sequence[Activity], milestones: Mapping[str, str]) -> pl.DataFrame:
    """One row for each activity, in the plan's order."""
    return pl.DataFrame([_cells(one, milestones) for one in activities], schema=_SCHEMA, orient="row")


def rag_words(rag: Rag) -> str:
    """A colour in words."""
    return rag.value.capitalize() or NO_RAG


def looks(one: Activity) -> list[str]:
    """What somebody should look at."""
    return [
        words
        for words, holds in (
            (LATE, one.late),
            (CHANGED, one.changed),
            (MISSING, one.missing),
            (DESPITE, one.done and bool(one.despite)),
            (AWAITING, one.awaiting > 0),
            (EXPIRED, one.expired > 0),
            (SAID, bool(one.rag_reason)),
        )
        if holds
    ]


def hangs_on(one: Activity, milestones: Mapping[str, str]) -> str:
    """The milestone that its due day hangs on: M14, M14 + 2 wd."""
    details = one.details
    if not details.milestone or details.due_at:
        return ""
    name = milestones.get(details.milestone, details.milestone)
    sign = "+" if details.milestone_days > 0 else "\N{MINUS SIGN}"
    return f"{name} {sign} {abs(details.milestone_days)} wd" if details.milestone_days else name


def _cells(one: Activity, milestones: Mapping[str, str]) -> tuple[object, ...]:
    details = one.details
    cells = {
        ID: one.id,
        "key": details.key,
        "title": details.title,
        "state": one.state.value,
        "rag": rag_words(one.rag),
        "due": _text(one.due),
        "finish": _text(one.forecast.finish),
        "owner": details.owner,
        "phase": details.phase,
        "type": details.type.title,
        "predecessors": [predecessors_text([(before.key, before.lag)]) for before in details.predecessors],
        "look": looks(one),
        "evidence": one.evidence or None,
        "responsible": details.responsible,
        "whose": EXTERNAL if details.external else OURS,
        "planned_start": _text(one.planned.start),
        "planned_finish": _text(one.planned.finish),
        "start": _text(one.forecast.start),
        "started": _text(one.started),
        "finished": _text(one.finished),
        "finished_by": one.finished_by,
        "outcome": one.outcome,
        "remark": one.remark,
        "base_start": _text(one.baseline.start),
        "base_finish": _text(one.baseline.finish),
        "duration": read_duration(details.duration).words if details.duration else "",
        "milestone": hangs_on(one, milestones),
        "critical": "Yes" if one.critical else "No",
        "waiting_for": list(one.waiting_for),
        "lacks": list(one.lacks),
        "evidence_needed": details.evidence_needed,
        "declaration_needed": details.declaration_needed,
        "declarations": list(one.declarations),
        "stand_in": details.stand_in,
        "description": details.description,
        "not_needed": one.not_needed,
        "note": details.note,
        "source": one.source,
        "position": one.position,
    }
    return tuple(cells[name] for name in _SCHEMA)


def _text(moment: Moment | None) -> str:
    return moment.text if moment else ""

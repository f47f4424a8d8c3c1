"""The annex of the printed go/no-go sheet, on sheets of its own: every activity, and what was only counted before."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from desktop.cutover.model import Activity, ActivityState, Rag
from desktop.gonogo.markup import listed, table
from desktop.gonogo.model import GoNoGo, InTheWay, Line
from desktop.gonogo.words import FAILED, despite_words, outcome_words

TITLE = "Annex: activities"


def annex(sheet: GoNoGo, shown: int) -> str:
    """All of it; '' when there is nothing. `shown`: how many of each kind stand before it."""
    parts = [
        _section(FAILED, sheet.failed),
        _section("Late", sheet.late),
        _section("Open", sheet.open),
        _section("Cannot start yet", sheet.waiting, plain=ActivityState.WAITING),
        _finished("Done, to be confirmed: the plan says something else since", sheet.to_confirm),
        _finished("Done or not needed", sheet.done),
        *(_rest(kind) for kind in sheet.in_the_way if not kind.activities and len(kind.sentences) > shown),
        _lines("Exceptions in force", sheet.exceptions, shown),
        _lines("What was not checked", sheet.not_checked, shown),
    ]
    told = "".join(parts)
    return f"<h1 style='page-break-before: always'>{TITLE}</h1>{told}" if told else ""


def _section(title: str, activities: Sequence[Activity], *, plain: ActivityState | None = None) -> str:
    """`plain`: the state that the heading says already."""
    if not activities:
        return ""  # the counts on the first sheet say so
    rows = []
    for one in activities:
        due = one.due or one.planned.finish
        said = [one.remark, despite_words(one), f"{one.rag.value}, because: {one.rag_reason}" if one.rag_reason else ""]
        rows.append(
            (
                escape(one.details.key),
                _with(one.details.title, said),
                escape(_who(one) or "nobody named yet"),
                escape(due.words if due else ""),
                escape(_stands(one, plain)),
                escape("; ".join(text for text in (_waits(one), *one.lacks) if text)),
            )
        )
    heads = ("Id", "Activity", "Who", "Due", "Stands", "Waits for, lacks")
    return f"<h2>{escape(title)} ({len(activities):,})</h2>{table(heads, rows, (8, 30, 16, 15, 17, 14), kind='annex')}"


def _finished(title: str, activities: Sequence[Activity]) -> str:
    """One line each, where nothing else was said of it."""
    if not activities:
        return ""
    rows = []
    for one in activities:
        told = _with(one.details.title, [one.remark, despite_words(one)])
        how = f"not needed: {one.not_needed}" if one.not_needed else one.finished.words if one.finished else ""
        if one.finished and outcome_words(one) != one.state.value:
            how = f"{how}, {one.outcome}"
        rows.append((escape(one.details.key), told, escape(how), escape(one.finished_by or _who(one))))
    heads = ("Id", "Activity", "Finished", "By")
    return f"<h2>{escape(title)} ({len(activities):,})</h2>{table(heads, rows, (8, 55, 20, 17), kind='annex')}"


def _rest(kind: InTheWay) -> str:
    return f"<h2>{escape(kind.title)} ({len(kind.sentences):,})</h2>{listed(kind.sentences)}"


def _lines(title: str, lines: Sequence[Line], shown: int) -> str:
    if len(lines) <= shown:
        return ""
    rows = [(escape(one.text), escape(one.detail)) for one in lines]
    return f"<h2>{escape(title)} ({len(lines):,})</h2>{table((), rows, (30, 70), kind='annex')}"


def _with(title: str, said: Sequence[str]) -> str:
    """A title with what people said of it under it: there is most room."""
    told = "; ".join(text for text in said if text)
    return (
        f"{escape(title)}<br><span style='font-size: 7pt; font-style: italic;'>{escape(told)}</span>"
        if told
        else escape(title)
    )


def _who(one: Activity) -> str:
    return one.details.owner or one.details.responsible


def _waits(one: Activity) -> str:
    """The ids of what it waits for, short enough for a column; what says more than that is told as it is."""
    keys = {before.key for before in one.details.predecessors}
    told: list[str] = []
    ids: list[str] = []
    for why in one.waiting_for:
        key = next((key for key in keys if why.startswith(f"{key} ") and why.endswith(" is not finished")), "")
        (ids if key else told).append(key or why)
    return "; ".join([*([", ".join(sorted(ids))] if ids else []), *told])


def _stands(one: Activity, plain: ActivityState | None) -> str:
    said = "" if one.state is plain else outcome_words(one)
    if one.rag is not Rag.NONE:
        said = f"{said}, {one.rag.value}" if said else one.rag.value.capitalize()
    return said

"""A cutover plan as a workbook: what stands in the way, the activities, and what was planned against what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from desktop.cutover.ends import end_words
from desktop.cutover.model import Activity, ActivityState, PlanView, Rag
from desktop.cutover.schedule import predecessors_text
from desktop.evidence.model import TargetKind
from desktop.excel.book import Field, Kind
from desktop.records.activity_fields import IN_EXTRA
from desktop.records.fields import by_name
from desktop.records.model import RecordKind
from desktop.testing.book_parts import Draft, Part, known
from desktop.testing.book_sources import BookSources, counted_words
from desktop.testing.own_activities import beside_headings, labels_of
from desktop.uk_time import Moment, parse_moment

_A = RecordKind.ACTIVITIES
COMING_BACK = (
    known(_A, "key", width=12),
    known(_A, "title", Kind.WRAPPED, 44),
    known(_A, "predecessors", Kind.WRAPPED, 20),
    known(_A, "description", Kind.WRAPPED, 44),
    known(_A, "phase", Kind.WRAPPED, 20),
    known(_A, "substream", Kind.WRAPPED, 16),
    known(_A, "type", Kind.TEXT, 15),
    known(_A, "level", Kind.TEXT, 8),
    known(_A, "duration", Kind.TEXT, 12),
    known(_A, "responsible", Kind.WRAPPED, 22),
    known(_A, "external", Kind.TEXT, 10),
    known(_A, "owner", Kind.WRAPPED, 18),
    known(_A, "stand_in", Kind.WRAPPED, 18),
    known(_A, "start_at", Kind.DATE, 17),
    known(_A, "due_at", Kind.DATE, 17),
    known(_A, "milestone", Kind.TEXT, 14),
    known(_A, "milestone_days", Kind.TEXT, 14),
    known(_A, "evidence_needed", Kind.WRAPPED, 30),
    known(_A, "declaration_needed", Kind.WRAPPED, 22),
    known(_A, "note", Kind.WRAPPED, 30),
)
"""The columns of activities that come back in, in a workbook and in a CSV alike."""
NAMES = (
    "key", "title", "predecessors", "description", "phase", "substream", "type", "level", "duration", "responsible",
    "external", "owner", "stand_in", "start_at", "due_at", "milestone", "milestone_days", "evidence_needed",
    "declaration_needed", "note",
)  # fmt: skip
"""The fields of these columns."""
_READING = (
    Field("State", Kind.WORD, 17),
    Field("Start by the plan", Kind.DATE, 17),
    Field("Finish by the plan", Kind.DATE, 17),
    Field("Baseline finish", Kind.DATE, 17),
    Field("Forecast finish", Kind.DATE, 17),
    Field("Really finished", Kind.DATE, 17),
    Field("Red, amber, green", Kind.WORD, 13),
    Field("Why", Kind.WRAPPED, 40),
    Field("Finished by", Kind.WRAPPED, 18),
    Field("Outcome and remark", Kind.WRAPPED, 30),
    Field("What it waits for now", Kind.WRAPPED, 40),
    Field("Proofs", Kind.WRAPPED, 24),
    Field("Declarations made", Kind.WRAPPED, 26),
    Field("Taken from", Kind.WRAPPED, 26),
)


def coming_back(one: Activity) -> tuple[str, ...]:
    """An activity in the columns that come back in, as a file would say it."""
    details = one.details
    texts = {
        "key": details.key,
        "title": details.title,
        "predecessors": predecessors_text([(other.key, other.lag) for other in details.predecessors]),
        "description": details.description,
        "phase": details.phase,
        "type": details.type.title,
        "duration": details.duration,
        "responsible": details.responsible,
        "external": "Yes" if details.external else "No",
        "owner": details.owner,
        "stand_in": details.stand_in,
        "start_at": _shown(parse_moment(details.start_at)),
        "due_at": _shown(parse_moment(details.due_at)),
        "milestone": details.milestone,
        "milestone_days": str(details.milestone_days) if details.milestone_days else "",
        "evidence_needed": details.evidence_needed,
        "declaration_needed": details.declaration_needed,
        "note": details.note,
        **{name: one.extra.get(by_name(_A)[name].title, "") for name in IN_EXTRA},
    }
    return tuple(texts[name] for name in NAMES)


def cutover_draft(view: PlanView, sources: BookSources) -> Draft:
    """Everything that the workbook says."""
    activities = view.activities
    beside = beside_headings(labels_of(one.extra for one in activities))
    states = [one.state for one in activities]
    parts = (
        Part("checks", _CHECK_FIELDS, list(_checks(view))),
        Part("activities", _activity_fields(beside), list(_rows(view, sources, beside)), comes_back=True),
        Part("actual", _ACTUAL_FIELDS, list(_actual(view))),
        Part("chain", _CHAIN_FIELDS, list(_chain(view))),
    )
    late = sum(one.late for one in activities)
    stand = counted_words([(one.value, states.count(one)) for one in ActivityState])
    rags = [one.rag for one in activities]
    position = (
        ("Activities", f"{len(activities):,}: {stand}"),
        ("Red, amber, green", counted_words([(one.value, rags.count(one)) for one in Rag if one])),
        ("Late", f"{late:,}"),
        ("Planned end", end_words(view.planned_end) if view.planned_end else "No day yet"),
        ("Forecast end", end_words(view.ends) if view.ends else "No day yet"),
    )
    return Draft(position, parts, len(activities))


_CHECK_FIELDS = (
    Field("What", Kind.WORD, 30),
    Field("Id", Kind.TEXT, 12),
    Field("Activity", Kind.WRAPPED, 46),
    Field("Responsible", Kind.WRAPPED, 24),
    Field("Who", Kind.WRAPPED, 18),
    Field("Detail", Kind.WRAPPED, 60),
)


def _checks(view: PlanView) -> Iterator[tuple[object, ...]]:
    order = {Rag.RED: 0, Rag.AMBER: 1, Rag.GREEN: 2, Rag.NONE: 3}
    for one in sorted(view.activities, key=lambda one: (order[one.rag], one.position)):
        for what, detail in _lacks(one):
            details = one.details
            yield (what, details.key, details.title, details.responsible, details.owner, detail)


def _lacks(one: Activity) -> Iterator[tuple[str, str]]:
    finished = one.state.finished
    if one.state is ActivityState.FAILED:
        yield ("Failed", "; ".join(text for text in (one.outcome, one.remark) if text))
    if one.late:
        yield ("Late", one.rag_why)
    if one.changed:
        yield ("The plan says otherwise", "Its text changed since it was last looked at; confirm that it still holds.")
    if one.missing and not finished:
        yield ("Not in the newest version", "The newest version of the plan does not have it any more.")
    if finished and one.despite:
        yield ("Done all the same", one.despite)
    if not finished and not one.details.owner and not one.details.external:
        yield ("Nobody does it", "")
    if not finished and one.planned.finish is None and one.due is None:
        yield ("No day", "It has no day of its own, and what it waits for has none either.")
    if one.awaiting:
        yield ("Evidence to confirm", f"{one.awaiting} of its files {'was' if one.awaiting == 1 else 'were'} replaced.")
    if one.expired:
        items = f"{one.expired} of its items {'is' if one.expired == 1 else 'are'}"
        yield ("Evidence expired", f"{items} not good any more.")


def _activity_fields(beside: Mapping[str, str]) -> tuple[Field, ...]:
    """The columns of activities: ours, those that other documents had besides, and what is for reading."""
    return (*COMING_BACK, *(Field(heading, Kind.WRAPPED, 24) for heading in beside), *_READING)


def _rows(view: PlanView, sources: BookSources, beside: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    for one in view.activities:
        yield (
            *coming_back(one), *(one.extra.get(label, "") for label in beside.values()),
            one.state.value, _shown(one.planned.start), _shown(one.planned.finish),
            _shown(one.baseline.finish), _shown(one.forecast.finish), _shown(one.finished), one.rag.value.capitalize(),
            _why(one), one.finished_by, ": ".join(text for text in (one.outcome, one.remark) if text),
            "\n".join((*one.waiting_for, *one.lacks)) if not one.state.finished else "",
            sources.proofs(TargetKind.ACTIVITY, one.id), ", ".join(one.declarations), one.source,
        )  # fmt: skip


def _why(one: Activity) -> str:
    if one.rag_reason:
        return f"{one.rag_reason} (said by {one.rag_by}; computed: {one.rag_computed.value or 'none'})"
    return one.rag_why


_ACTUAL_FIELDS = (
    Field("Id", Kind.TEXT, 12),
    Field("Activity", Kind.WRAPPED, 46),
    Field("Baseline start", Kind.DATE, 17),
    Field("Baseline finish", Kind.DATE, 17),
    Field("Start by the plan", Kind.DATE, 17),
    Field("Finish by the plan", Kind.DATE, 17),
    Field("Really started", Kind.DATE, 17),
    Field("Really finished", Kind.DATE, 17),
    Field("Later than planned", Kind.TEXT, 18),
    Field("Outcome", Kind.TEXT, 12),
    Field("Remark", Kind.WRAPPED, 40),
    Field("Started by", Kind.WRAPPED, 18),
    Field("Finished by", Kind.WRAPPED, 18),
)


def _actual(view: PlanView) -> Iterator[tuple[object, ...]]:
    for one in view.activities:
        yield (
            one.details.key, one.details.title, _shown(one.baseline.start), _shown(one.baseline.finish),
            _shown(one.planned.start), _shown(one.planned.finish), _shown(one.started), _shown(one.finished),
            later_by(one.baseline.finish or one.planned.finish, one.finished), one.outcome, one.remark or one.despite,
            one.started_by, one.finished_by,
        )  # fmt: skip


def later_by(planned: Moment | None, finished: Moment | None) -> str:
    """By how much something ended after it was planned to: whole days, or hours and minutes where both have a time.

    What ended earlier says so; '' while it has not ended, or was never planned.
    """
    if planned is None or finished is None:
        return ""
    if planned.time is None or finished.time is None:
        days = (finished.day - planned.day).days
        if not days:
            return "On the day"
        return f"{abs(days):,} day{'' if abs(days) == 1 else 's'}{' earlier' if days < 0 else ''}"
    minutes = _minutes(planned.start(), finished.start())
    if not minutes:
        return "On time"
    hours, rest = divmod(abs(minutes), 60)
    words = " ".join(text for text in (f"{hours:,} h" if hours else "", f"{rest} min" if rest else "") if text)
    return f"{words} earlier" if minutes < 0 else words


def _minutes(first: datetime, second: datetime) -> int:
    return round((second - first).total_seconds() / 60)


_CHAIN_FIELDS = (
    Field("Step", Kind.NUMBER, 8),
    Field("Id", Kind.TEXT, 12),
    Field("Activity", Kind.WRAPPED, 50),
    Field("Responsible", Kind.WRAPPED, 24),
    Field("State", Kind.WORD, 17),
    Field("Forecast start", Kind.DATE, 17),
    Field("Forecast finish", Kind.DATE, 17),
)


def _chain(view: PlanView) -> Iterator[tuple[object, ...]]:
    for place, activity_id in enumerate(view.critical, start=1):
        one = view.by_id(activity_id)
        if one is not None:
            yield (
                place, one.details.key, one.details.title, one.details.responsible, one.state.value,
                _shown(one.forecast.start), _shown(one.forecast.finish),
            )  # fmt: skip


def _shown(moment: Moment | None) -> str:
    return "" if moment is None else moment.cell

"""What the timeline draws, worked out once for a plan: rows under their phases, marks as times, arrows, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desktop.cutover.model import Activity, ActivityState, PlanView, Rag, Window
from desktop.milestones.service import OWN
from desktop.uk_time import Moment, civil
from ui.widgets.cutover_look import moment_words, state_words, window_words
from ui.widgets.timeline_scale import begins, ends, happens, of_day

NO_PHASE = "No phase"
NO_DAY = "no day yet"
NEAR = 0.25
"""Today belongs to what is shown at first when it is not further from the plan than this share of its length."""


@dataclass(frozen=True)
class Span:
    """From when to when a mark reaches; the same time twice for what takes none."""

    start: datetime
    finish: datetime


@dataclass(frozen=True)
class Row:
    """A line of the timeline: a phase (`activity` None) with what it covers, or an activity with its marks."""

    title: str
    activity: Activity | None = None
    baseline: Span | None = None
    planned: Span | None = None
    forecast: Span | None = None
    actual: Span | None = None
    instant: bool = False
    """Drawn as a diamond."""

    @property
    def now(self) -> Span | None:
        """Where it stands by the forecast: what arrows begin and end at."""
        return self.forecast or self.planned


@dataclass(frozen=True)
class Link:
    """An arrow from one row to another, by their places. `decides`: on the critical path."""

    before: int
    after: int
    decides: bool = False


@dataclass(frozen=True)
class Flag:
    """A milestone's line."""

    name: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Chart:
    """Everything that is drawn. `first`, `last`: from when to when the plan goes; None when nothing has a day."""

    rows: tuple[Row, ...] = ()
    links: tuple[Link, ...] = ()
    flags: tuple[Flag, ...] = ()
    now: datetime = datetime.min
    first: datetime | None = None
    last: datetime | None = None
    place_of: Mapping[int, int] = field(default_factory=dict)
    """Place of the row of an activity, by its id."""

    @property
    def dated(self) -> bool:
        """Whether anything has a day."""
        return self.first is not None

    def activities(self) -> int:
        """How many activities it has."""
        return len(self.place_of)


def chart(view: PlanView, names: Mapping[str, str] | None = None) -> Chart:
    """A plan as the timeline shows it. `names`: what milestones are called, by id; without one the id is shown."""
    now = datetime.combine(*civil(view.now))
    phases: dict[str, list[Activity]] = {}
    for one in view.activities:
        phases.setdefault(" ".join(one.details.phase.split()), []).append(one)
    rows: list[Row] = []
    for phase, activities in phases.items():
        marks = [_row(one, now) for one in activities]
        if len(phases) > 1 or phase:
            covered = [span for row in marks if (span := row.now)]
            whole = Span(min(s.start for s in covered), max(s.finish for s in covered)) if covered else None
            rows.append(Row(phase or NO_PHASE, forecast=whole))
        rows.extend(marks)
    place_of = {row.activity.id: place for place, row in enumerate(rows) if row.activity}
    spans = [s for row in rows for s in (row.baseline, row.planned, row.forecast, row.actual) if s]
    first = min((s.start for s in spans), default=None)
    last = max((s.finish for s in spans), default=None)
    return Chart(
        tuple(rows),
        _links(view, place_of),
        tuple(_flag(key, of_day(day), names or {}) for key, day in sorted(view.milestones.items(), key=_by_day)),
        now,
        first,
        last,
        place_of,
    )


def shown_at_first(made: Chart) -> tuple[datetime, datetime]:
    """From when to when the plan goes, with today where that is near. Raises ValueError without days."""
    if made.first is None or made.last is None:
        raise ValueError("nothing has a day")
    near = (made.last - made.first) * NEAR
    low = made.now if made.first - near <= made.now < made.first else made.first
    high = made.now if made.last < made.now <= made.last + near else made.last
    return low, high


def reach(made: Chart) -> tuple[datetime, datetime]:
    """From when to when one can scroll: the activities, the milestones and today. Raises ValueError without days."""
    if made.first is None or made.last is None:
        raise ValueError("nothing has a day")
    times = [made.first, made.last, made.now, *(flag.at for flag in made.flags)]
    return min(times), max(times)


def spoken(one: Activity) -> str:
    """Everything that the row shows, in words, one thing in a line: for the tooltip and for those who do not see it."""
    lines = [f"{one.details.key} {one.details.title}", f"{one.details.type.title} · {state_words(one)}"]
    if one.rag is not Rag.NONE:
        lines.append(f"{one.rag.value.capitalize()}: {one.rag_reason or one.rag_why}".removesuffix(": "))
    lines.append(f"Planned: {window_words(one.planned, NO_DAY)}")
    if one.forecast != one.planned and not one.finished:
        lines.append(f"Forecast: {window_words(one.forecast, NO_DAY)}")
    if one.baseline.start or one.baseline.finish:
        lines.append(f"Baseline: {window_words(one.baseline)}")
    if one.started or one.finished:
        lines.append(f"Actual: {_actual_words(one)}")
    if one.due:
        lines.append(f"Due: {moment_words(one.due)}")
    if one.details.responsible:
        lines.append(f"Responsible: {one.details.responsible}" + (", not us" if one.details.external else ""))
    if one.details.predecessors:
        waits = ", ".join(p.key + (f" + {p.lag}" if p.lag else "") for p in one.details.predecessors)
        lines.append(f"After: {waits}")
    if one.critical:
        lines.append("On the critical path: the chain of activities that decides when the plan ends")
    return "\n".join(lines)


def summary(made: Chart, view: PlanView) -> str:
    """The whole in a few sentences, for those who do not see it; it names the table that says the same."""
    count = made.activities()
    parts = [f"{count:,} {'activity' if count == 1 else 'activities'}, {view.plan.finished:,} finished."]
    if view.planned_end:
        parts.append(f"By the plan it ends {moment_words(view.planned_end)}.")
    if view.ends and view.ends != view.planned_end:
        parts.append(f"By the forecast it ends {moment_words(view.ends)}.")
    parts.append("The list of activities says the same as a table.")
    return " ".join(parts)


def _row(one: Activity, now: datetime) -> Row:
    instant = one.details.type.instant and one.planned.start in (one.planned.finish, None)
    return Row(
        " ".join(one.details.title.split()),
        one,
        _span(one.baseline, instant=instant),
        _span(one.planned, instant=instant),
        _span(one.forecast, instant=instant),
        _actual(one, now, instant=instant),
        instant,
    )


def _span(window: Window, *, instant: bool) -> Span | None:
    start, finish = window.start or window.finish, window.finish or window.start
    if start is None or finish is None:
        return None
    if instant:
        return Span(happens(finish), happens(finish))
    return Span(begins(start), max(begins(start), ends(finish)))


def _actual(one: Activity, now: datetime, *, instant: bool) -> Span | None:
    """What really happened, so far; of what was ticked without a start only its end, for nobody said when it began."""
    if one.state is ActivityState.NOT_NEEDED or (one.started is None and one.finished is None):
        return None
    if instant or one.started is None:
        return Span(happens(one.finished), happens(one.finished)) if one.finished else None
    finish = ends(one.finished) if one.finished else now
    return Span(min(begins(one.started), finish), finish)


def _actual_words(one: Activity) -> str:
    by = f" by {one.finished_by}" if one.finished_by else ""
    outcome = f" ({one.outcome})" if one.outcome else ""
    if one.started and one.finished:
        return f"{window_words(Window(one.started, one.finished))}{by}{outcome}"
    if one.finished:
        return f"done {moment_words(one.finished)}{by}{outcome}"
    assert one.started is not None
    return f"began {moment_words(one.started)}"


def _links(view: PlanView, place_of: Mapping[int, int]) -> tuple[Link, ...]:
    by_key = {one.details.key.casefold(): one.id for one in view.activities}
    deciding = set(zip(view.critical, view.critical[1:], strict=False))
    links = []
    for one in view.activities:
        for before in one.details.predecessors:
            other = before.id or by_key.get(before.key.casefold(), 0)
            if other in place_of:
                links.append(Link(place_of[other], place_of[one.id], (other, one.id) in deciding))
    return tuple(sorted(links, key=lambda link: link.decides))  # what decides is drawn last, over the others


def _flag(key: str, at: datetime, names: Mapping[str, str]) -> Flag:
    title = names.get(key, "")
    short = key if not key.startswith(OWN) else title or key.removeprefix(OWN)
    full = f"{short} · {title}" if title and title != short else short
    return Flag(short, at, f"{full}: {moment_words(Moment(at.date()))}")


def _by_day(item: tuple[str, object]) -> tuple[str, str]:
    return str(item[1]), item[0]

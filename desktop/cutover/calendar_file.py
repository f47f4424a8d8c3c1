"""The deadlines of a plan as a calendar file (iCalendar, RFC 5545), for Outlook and others.

One event for each activity that is not finished and has a day: its due moment, else its planned window; then milestones
and declarations to sign. An event keeps its id (UID) for ever, so that a newer file moves what an older one brought.
Whole days are days (no time zone can move them); times are UTC, which every program shows as the local time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop.cutover.model import Activity, PlanView
from desktop.records.cells import plain
from desktop.uk_time import Moment

PRODUCT = "-//MHHS Desk//Cutover plan//EN"
REHEARSAL = "REHEARSAL"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dated:
    """One event. `key` makes its id, within the workspace; `finish` None: it is at `start`, or on that day."""

    key: str
    summary: str
    start: Moment
    finish: Moment | None = None
    description: str = ""
    category: str = ""


def plan_events(
    view: PlanView,
    milestones: Iterable[tuple[str, str, date]] = (),
    declarations: Iterable[tuple[str, str, date]] = (),
) -> tuple[Dated, ...]:
    """What a plan's calendar holds. `milestones`: (id, name, day); `declarations` to sign: (reference, title, due)."""
    plan = view.plan
    before = f"{REHEARSAL}: " if plan.rehearsal else ""
    # What is not of the plan alone is one event, whichever plan's file brings it; a rehearsal never moves the real one.
    within = f"{plan.ref}." if plan.rehearsal else ""
    found = [event for one in view.activities if (event := _activity(view, one, before)) is not None]
    found += [
        Dated(f"{within}milestone.{key}", f"{before}{name}", Moment(day), category="Milestone")
        for key, name, day in milestones
    ]
    found += [
        Dated(f"{within}declaration.{ref}", f"{before}{ref} {title}: to be signed", Moment(day), category="Declaration")
        for ref, title, day in declarations
    ]
    return tuple(sorted(found, key=lambda one: (one.start.start(), one.key)))


def _activity(view: PlanView, one: Activity, before: str) -> Dated | None:
    if one.state.finished:
        return None
    if one.due is not None:
        start, finish, says = one.due, None, "To be finished by"
    elif one.planned.start is not None:
        start, finish, says = one.planned.start, one.planned.finish, "Planned"
    elif one.planned.finish is not None:
        start, finish, says = one.planned.finish, None, "Planned to end"
    else:
        return None
    details = one.details
    until = f" to {finish.words}" if finish is not None and finish != start else ""
    lines = [
        f"{says} {start.words}{until} (time of Great Britain)" if start.time else f"{says} {start.words}{until}",
        f"Plan: {view.plan.name} ({view.plan.ref})",
        *(f"{word}: {text}" for word, text in (
            ("Phase", details.phase), ("Responsible party", details.responsible), ("Owner", details.owner),
        ) if text),
        *(["Others do it"] if details.external else []),
        *([details.description] if details.description else []),
    ]  # fmt: skip
    key = f"{view.plan.ref}.activity.{one.id}"
    return Dated(key, f"{before}{details.key} {details.title}", start, finish, "\n".join(lines), details.type.title)


def calendar_bytes(name: str, events: Sequence[Dated], workspace_id: str, at: datetime) -> bytes:
    """The file. `workspace_id` keeps ids of two workspaces apart; `at` (aware) is when it was made."""
    # The calendar library is loaded when it is asked for.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(name))
    for one in events:
        calendar.add_component(_event(one, workspace_id, at))
    made: bytes = calendar.to_ical()
    return made


def _event(one: Dated, workspace_id: str, at: datetime) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{one.key}@{workspace_id}.mhhs-desk")
    event.add("dtstamp", at.replace(microsecond=0))
    event.add("summary", " ".join(plain(one.summary).split()))
    start, end = _span(one)
    event.add("dtstart", start)
    if end is not None:
        event.add("dtend", end)
    if one.description:
        event.add("description", plain(one.description))
    if one.category:
        event.add("categories", [one.category])
    event.add("transp", "TRANSPARENT")  # a deadline keeps nobody from meeting
    return event


def _span(one: Dated) -> tuple[date | datetime, date | datetime | None]:
    """Begin and end as the file has them: days with the day after the last, or instants (UTC)."""
    finish = one.finish or one.start
    if one.start.time is None or finish.time is None:
        return one.start.day, max(finish.day, one.start.day) + _DAY
    start, end = one.start.start(), finish.end()
    return start, end if end > start else None

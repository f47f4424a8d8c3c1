"""Tells what moves, of cutover plans and of the PIT plan: before it is done, and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from desktop.cutover.model import Slip, Window
from desktop.pit.model import Moved
from desktop.uk_time import Moment


def moved_json(moved: Sequence[Slip], refs: Mapping[int, str]) -> list[dict[str, Any]]:
    """Activities that move, in JSON; `refs` are the references of plans by their id."""
    return [
        {
            "plan": refs.get(one.plan_id, ""),
            "key": one.key,
            "title": one.title,
            "before": _texts(one.before),
            "after": _texts(one.after),
            "due_before": one.due_before.text if one.due_before else None,
            "due_after": one.due_after.text if one.due_after else None,
            "late": one.late,
        }
        for one in moved
    ]


def moved_lines(moved: Sequence[Slip], refs: Mapping[int, str]) -> Iterator[str]:
    """The same for people, a line each."""
    for one in moved:
        plan = f"{refs[one.plan_id]} " if one.plan_id in refs else ""
        said = []
        if one.before != one.after:
            said.append(f"{_words(one.before)} → {_words(one.after)}")
        if one.due_before != one.due_after:
            said.append(f"due {_moment(one.due_before)} → {_moment(one.due_after)}")
        if one.late:
            said.append("ends after its due moment")
        yield f"  {plan}{one.key} {one.title}: {', '.join(said)}"


def deliverables_json(moved: Sequence[Moved]) -> list[dict[str, Any]]:
    """Deliverables of the PIT plan that move with a gate, in JSON."""
    return [{"ref": one.ref, "title": one.title, "before": _iso(one.before), "after": _iso(one.after)} for one in moved]


def deliverable_lines(moved: Sequence[Moved]) -> Iterator[str]:
    """The same for people, a line each."""
    for one in moved:
        yield f"  {one.ref} {one.title}: {day_words(one.before)} → {day_words(one.after)}"


def counted(number: int, one: str, many: str) -> str:
    """1 activity, 2,000 activities."""
    return f"{number:,} {one if number == 1 else many}"


def day_words(day: date | None) -> str:
    """A day in words; no day."""
    return Moment(day).words if day else "no day"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _texts(window: Window) -> list[str | None]:
    return [one.text if one else None for one in (window.start, window.finish)]


def _words(window: Window) -> str:
    texts = [one.words for one in (window.start, window.finish) if one is not None]
    return " to ".join(dict.fromkeys(texts)) or "no day"


def _moment(moment: Moment | None) -> str:
    return moment.words if moment else "no day"

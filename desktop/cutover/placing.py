"""Where one activity comes to lie, once everything before it has its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.cutover.ends import DAY_ENDS, End, Grid
from desktop.cutover.model import Window
from desktop.cutover.steps import Step
from desktop.uk_time import Moment, civil, moment_at

NOWHERE = Window()


@dataclass(frozen=True, slots=True)
class Placed:
    """Its window; its end, as what waits for it needs it; whose end that is; what made it begin when it does."""

    window: Window
    end: End | None
    end_of: int
    driven_by: int | None


Befores = Sequence[tuple[int, End]]
"""The ends of what it waits for, lags added: who, and which end."""


def place(step: Step, befores: Befores, grid: Grid, now: datetime | None) -> Placed:
    """By the plan (`now` None), or as it looks when it has not begun: then nothing of it lies before `now`."""
    if step.not_needed:
        last = max(befores, key=lambda one: one[1].until, default=None)
        return Placed(NOWHERE, last[1], last[0], None) if last else Placed(NOWHERE, None, step.id, None)
    if not step.takes.count:
        return _instant(step, befores, grid, now)
    return _by_the_clock(step, befores, grid, now) if step.takes.by_the_clock else _days(step, befores, grid, now)


def _instant(step: Step, befores: Befores, grid: Grid, now: datetime | None) -> Placed:
    """What takes no time happens on its own day, or as soon as the last before it has ended."""
    fixed = step.start or (step.due if step.type.instant or not befores else None)
    own = grid.point(fixed) if fixed else None
    last = max(befores, key=lambda one: one[1].until, default=None)
    if last and (own is None or last[1].until > own.until):
        end, driven_by = last[1], last[0]
    elif own:
        end, driven_by = own, None
    else:
        return Placed(NOWHERE, None, step.id, None)
    if now is not None:
        today = civil(now)[0]
        if end.shown.time is None and end.shown.day < today:
            end, driven_by = grid.on(today), None
        elif end.shown.time is not None and end.at < now:
            end, driven_by = grid.at(now), None
    return Placed(Window(end.shown, end.shown), end, step.id, driven_by)


def _by_the_clock(step: Step, befores: Befores, grid: Grid, now: datetime | None) -> Placed:
    """Hours and minutes, from the instant on, whatever the day or the night."""
    minutes = step.takes.count * (60 if step.takes.unit == "h" else 1)
    own = grid.instant(step.start) if step.start else None
    last = max(befores, key=lambda one: one[1].at, default=None)
    driven_by = None
    if last and (own is None or last[1].at >= own):
        begins, driven_by = last[1].at, last[0]
    elif own is not None:
        begins = own
    elif step.due:
        ends = step.due if step.due.time is not None else Moment(step.due.day, DAY_ENDS)
        begins = grid.after(ends.start(), -minutes)
    else:
        return Placed(NOWHERE, None, step.id, None)
    if now is not None and begins < now:
        begins, driven_by = now, None
    end = grid.at(grid.after(begins, minutes))
    return Placed(Window(moment_at(begins), end.shown), end, step.id, driven_by)


def _days(step: Step, befores: Befores, grid: Grid, now: datetime | None) -> Placed:
    """Whole days, from the first that is wholly left; a start with a time is taken as it is said."""
    unit, count = step.takes.unit, step.takes.count
    own, shown = None, None
    if step.start:
        own = grid.first(step.start.day, unit)
        shown = step.start if own == step.start.day else None
    last = max(befores, key=lambda one: one[1].day, default=None)
    driven_by, due = None, None
    if last and own and shown and shown.time is not None and max(one[1].at for one in befores) <= shown.start():
        first = own
    elif last and (own is None or grid.first(last[1].day, unit) >= own):
        first, driven_by = grid.first(last[1].day, unit), last[0]
    elif own:
        first = own
    elif step.due:
        due = step.due
        final = grid.working_by(due.day) if unit == "wd" else due.day
        first = grid.plus(final, 1 - count, unit)
    else:
        return Placed(NOWHERE, None, step.id, None)
    if now is not None and first < (today := civil(now)[0]):
        first, driven_by, due = grid.first(today, unit), None, None
    final = grid.plus(first, count - 1, unit)
    begins = shown if shown and shown.day == first else Moment(first)
    if due and due.time is not None and final == due.day:
        return Placed(Window(begins, due), grid.at(due.start()), step.id, driven_by)
    return Placed(Window(begins, Moment(final)), grid.end_of(final), step.id, driven_by)


def place_begun(step: Step, planned: Placed, befores: Befores, grid: Grid, now: datetime) -> Placed:
    """As it looks when it has begun or ended: its actual moments; what is not finished ends no sooner than `now`."""
    last = max(befores, key=lambda one: one[1].until, default=None)
    driven_by = last[0] if last else None
    if step.finished:
        end = _actual_end(step, step.finished, planned, grid)
        return Placed(Window(_began(step, step.finished, planned), step.finished), end, step.id, driven_by)
    assert step.started is not None
    takes = step.takes
    if not takes.count:
        waiting = place(step, befores, grid, now)
        end = waiting.end or grid.at(now)
    elif takes.by_the_clock:
        ends = grid.after(grid.instant(step.started), takes.count * (60 if takes.unit == "h" else 1))
        end = grid.at(max(ends, now))
    else:
        final = grid.plus(grid.first(step.started.day, takes.unit), takes.count - 1, takes.unit)
        end = grid.end_of(max(final, grid.first(civil(now)[0], takes.unit)))
    return Placed(Window(step.started, end.shown), end, step.id, driven_by)


def _actual_end(step: Step, finished: Moment, planned: Placed, grid: Grid) -> End:
    """What was reached on a planned day leaves as much of its day to others as was planned, whenever it is ticked.

    Otherwise a milestone that is ticked at ten past nine would push on everything that was planned for its day.
    """
    if step.takes.count:
        return grid.end_of(finished.day) if finished.time is None else grid.at(finished.start())
    by_day = planned.end is None or planned.end.shown.time is None
    if not by_day or (finished.time is not None and planned.end is None):
        return grid.point(finished)
    used = planned.end is not None and planned.end.uses_the_day
    whole = grid.end_of(finished.day) if used else grid.on(finished.day)
    if finished.time is None:
        return whole
    return End(finished, finished.start(), whole.day, finished.start())


def _began(step: Step, finished: Moment, planned: Placed) -> Moment:
    """When something began of which only the end was said: as planned, unless that is after the end."""
    began = step.started or planned.window.start
    if not step.takes.count or began is None or began.start() > finished.start():
        return step.started or finished
    return began

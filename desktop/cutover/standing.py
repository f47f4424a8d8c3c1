"""How an activity stands: its state, what it waits for, what it lacks, whether it is late, red, amber or green.

Nothing of this is kept, and nothing is read: it follows from plain values. Activities of others are computed alike.

State: not needed; failed (a validation that failed, a no-go); done; in progress; cannot start yet (something before it
is not finished, or the time to wait after it has not passed); ready. What ended as “not tested” is done, and says so.

Red:
- it failed;
- it is not finished, and its due moment (without one: its planned end) has passed: it is late;
- by the forecast it ends after its due moment;
- it would end beyond the last year of plans: most likely a duration or a waiting time is a slip of the keyboard.
Amber:
- it should have begun by now and has not (planned for a day: once that day is over);
- by the forecast it ends later than planned;
- it is due within two working days and has not begun. This is asked of what takes whole days. What is planned by the
  hour begins when its hour comes; what takes no time has nothing to begin, but may not wait for others so late;
- the plan says something else of it than when it was last looked at; done or not, this is to be confirmed.
Green: whatever else has a day. None: what is done or not needed, and what has no day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.cutover.durations import Duration
from desktop.cutover.ends import BEYOND, ends_after, is_beyond, ready_after
from desktop.cutover.model import ActivityState, ActivityType, Rag
from desktop.cutover.steps import Scheduled
from desktop.uk_time import Moment, civil
from desktop.working_days import WorkingDays

SOON = 2
"""Working days before its due day by which whole days of work should have begun."""
FAILED = ("fail", "no-go")
"""Outcomes after which nothing that waits may begin."""


@dataclass(frozen=True)
class Facts:
    """What is kept of an activity, as far as it decides how it stands."""

    type: ActivityType = ActivityType.TASK
    due: Moment | None = None
    started: Moment | None = None
    finished: Moment | None = None
    outcome: str = ""
    not_needed: str = ""
    changed: bool = False
    evidence_needed: str = ""
    evidence: int = 0
    """Items in use."""
    awaiting: int = 0
    """Links that await confirmation."""
    expired: int = 0
    """Items among `evidence` that are not good any more."""
    declaration_needed: str = ""
    signed: bool = False
    """A declaration was signed for it and stands."""


@dataclass(frozen=True)
class Before:
    """Something that it waits for."""

    name: str
    """Key and title."""
    state: ActivityState
    lag: Duration | None = None
    finished: Moment | None = None
    outcome: str = ""


@dataclass(frozen=True)
class State:
    """How it stands; see desktop/cutover/model.py, `Activity`."""

    state: ActivityState
    waiting_for: tuple[str, ...]
    lacks: tuple[str, ...]
    late: bool
    rag: Rag
    why: str
    """Of the colour, in one sentence."""


def state_of(facts: Facts, waiting: bool) -> ActivityState:
    """How far it is. `waiting`: something before it holds it up; of what has begun this is not asked."""
    if facts.not_needed:
        return ActivityState.NOT_NEEDED
    if facts.outcome in FAILED:
        return ActivityState.FAILED
    if facts.finished:
        return ActivityState.DONE
    if facts.started:
        return ActivityState.STARTED
    return ActivityState.WAITING if waiting else ActivityState.READY


def standing(facts: Facts, scheduled: Scheduled, now: datetime, befores: Sequence[Before], days: WorkingDays) -> State:
    """All of it for one activity, as it stands at `now` (aware)."""
    over = bool(facts.finished or facts.not_needed) and facts.outcome not in FAILED
    waiting_for = () if over else tuple(why for one in befores if (why := _holds_up(one, now, days)))
    state = state_of(facts, bool(waiting_for))
    lacks = () if over else _lacks(facts)
    late = not state.finished and _is_late(facts, scheduled, now)
    rag, why = _rag(facts, scheduled, now, state, days)
    return State(state, waiting_for, lacks, late, rag, why)


def needs_declaration(kind: ActivityType, declaration_needed: str) -> bool:
    """Whether an activity cannot be called done without a signed declaration: its plan names one, or it is one."""
    return bool(declaration_needed) or kind is ActivityType.DECLARATION


def _holds_up(before: Before, now: datetime, days: WorkingDays) -> str:
    """Why something cannot start before another; '' = it can."""
    if before.state is ActivityState.FAILED:
        return f"{before.name} " + ("ended in no-go" if before.outcome == "no-go" else "did not pass")
    if not before.state.finished:
        return f"{before.name} is not finished"
    if before.lag and before.lag.count and before.finished and before.state is ActivityState.DONE:
        ready = ready_after(before.finished, before.lag, days)
        if now < ready.start():
            return f"{before.name} is finished, but {before.lag.words} must pass: from {ready.words}"
    return ""


def _lacks(facts: Facts) -> tuple[str, ...]:
    found = []
    if facts.evidence_needed:
        if not facts.evidence:
            found.append(f"Evidence: {facts.evidence_needed}")
        elif facts.evidence <= facts.expired:
            found.append("Evidence that is still good: what is here has expired")
        if facts.awaiting:
            found.append("Its evidence awaits confirmation")
    if needs_declaration(facts.type, facts.declaration_needed) and not facts.signed:
        found.append("A signed declaration")
    return tuple(found)


def _rag(facts: Facts, scheduled: Scheduled, now: datetime, state: ActivityState, days: WorkingDays) -> tuple[Rag, str]:
    if state is ActivityState.NOT_NEEDED:
        return Rag.NONE, "Not needed."
    if state is ActivityState.DONE:
        if facts.changed:
            return Rag.AMBER, f"{_done(facts, days)}, but the plan says something else of it now: to be confirmed."
        return Rag.NONE, f"{_done(facts, days)}."
    if red := _red(facts, scheduled, now, state):
        return Rag.RED, red
    if amber := _amber(facts, scheduled, now, state, days):
        return Rag.AMBER, amber
    return _green(facts, scheduled)


def _green(facts: Facts, scheduled: Scheduled) -> tuple[Rag, str]:
    if facts.due:
        return Rag.GREEN, f"In time: due on {facts.due.words}."
    if finish := scheduled.forecast.finish:
        return Rag.GREEN, f"As planned: it ends on {finish.words}."
    return Rag.NONE, "It has no day."


def _is_late(facts: Facts, scheduled: Scheduled, now: datetime) -> bool:
    by = facts.due or scheduled.planned.finish
    return by is not None and now > by.end()


def _red(facts: Facts, scheduled: Scheduled, now: datetime, state: ActivityState) -> str:
    if state is ActivityState.FAILED:
        return "The decision was no-go." if facts.outcome == "no-go" else "It did not pass."
    due, planned, forecast = facts.due, scheduled.planned.finish, scheduled.forecast.finish
    if _is_late(facts, scheduled, now):
        by = f"was due on {due.words}" if due else f"was to end on {planned.words}" if planned else "is late"
        return f"It {by} and is not finished."
    if is_beyond(forecast) or is_beyond(planned):
        return f"It would end {BEYOND}, where plans stop: look at its duration, its start and what it waits for."
    if due and forecast and ends_after(forecast, due):
        return f"By the forecast it ends on {forecast.words}, after it is due on {due.words}."
    return ""


def _amber(facts: Facts, scheduled: Scheduled, now: datetime, state: ActivityState, days: WorkingDays) -> str:
    due, planned, forecast = facts.due, scheduled.planned, scheduled.forecast
    begun = state is ActivityState.STARTED
    if not begun and planned.start and now > planned.start.end():
        what = "have happened" if scheduled.instant else "have begun"
        return f"It should {what} on {planned.start.words} and has not."
    if planned.finish and forecast.finish and ends_after(forecast.finish, planned.finish):
        return f"By the forecast it ends on {forecast.finish.words} instead of {planned.finish.words}."
    if not begun and due and 0 <= days.between(civil(now)[0], due.day) <= SOON and _is_asked(scheduled, state):
        return f"It is due on {due.words} and has not begun."
    if facts.changed:
        return "The plan says something else of it now: look at it and confirm."
    return ""


def _is_asked(scheduled: Scheduled, state: ActivityState) -> bool:
    """Whether it should have begun so near to its due day."""
    if scheduled.instant:
        return state is ActivityState.WAITING
    begins = scheduled.planned.start
    return begins is None or begins.time is None


def _done(facts: Facts, days: WorkingDays) -> str:
    """That it is done, and how long after its due moment."""
    done = "Done, but not tested" if facts.outcome == "not tested" else "Done"
    if not facts.finished or not facts.due or not ends_after(facts.finished, facts.due):
        return done
    late = days.late(facts.due.day, facts.finished.day)
    if not late:
        return f"{done}, after it was due at {facts.due.words}"
    return f"{done} {late:,} working day{'' if late == 1 else 's'} after its due day"

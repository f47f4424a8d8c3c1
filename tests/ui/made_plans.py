"""Plans as the timeline and the go/no-go page get them, made by hand: a small one to read, and one of any length."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from desktop.cutover.model import (
    Activity,
    ActivityDetails,
    ActivityState,
    ActivityType,
    PlanDetails,
    PlanSummary,
    PlanView,
    Predecessor,
    Rag,
    Window,
)
from desktop.uk_time import Moment
from desktop.working_days import WorkingDays

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday, noon."""
_STATES = (ActivityState.DONE, ActivityState.STARTED, ActivityState.READY, ActivityState.WAITING)


def on(month: int, day: int, at: str = "", year: int = 2026) -> Moment:
    """A moment of 2026."""
    return Moment(date(year, month, day), time.fromisoformat(at) if at else None)


def window(start: Moment | None = None, finish: Moment | None = None) -> Window:
    return Window(start, finish or start)


def activity(number: int, title: str, *, planned: Window | None = None, after: str = "", **more: object) -> Activity:
    """An activity of plan 1 with the key T-00N; its forecast is what is planned unless something else is given."""
    details = ActivityDetails(
        f"T-{number:03}",
        title,
        phase=str(more.pop("phase", "")),
        type=more.pop("type", ActivityType.TASK),  # type: ignore[arg-type]
        responsible=str(more.pop("responsible", "")),
        predecessors=tuple(Predecessor(key) for key in after.split()),
    )
    planned = planned or Window()
    made = Activity(
        id=number, plan_id=1, details=details, state=ActivityState.READY, waiting_for=(), lacks=(), baseline=Window(),
        planned=planned, forecast=planned, started=None, started_by="", finished=None, finished_by="", outcome="",
        remark="", despite="", not_needed="", due=None, rag=Rag.NONE, rag_computed=Rag.NONE, rag_why="",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def plan(*activities: Activity, **more: object) -> PlanView:
    """A view of plan 1 with these."""
    rehearsal = more.pop("rehearsal_of", None)
    finished = sum(one.state.finished for one in activities)
    ends = [one.forecast.finish for one in activities if one.forecast.finish]
    planned = [one.planned.finish for one in activities if one.planned.finish]
    made = PlanView(
        PlanSummary(
            1, "ACME-CUT-0001", PlanDetails(str(more.pop("title", "M14 cutover")), "M14"), "", rehearsal,  # type: ignore[arg-type]
            str(more.pop("source", "")), len(activities), finished, "2026-11-01T09:00:00+00:00",
        ),
        NOW, activities, {}, max(ends, key=lambda one: one.text, default=None),
        max(planned, key=lambda one: one.text, default=None), (),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def small_plan(**more: object) -> PlanView:
    """Eight activities in three phases with everything that the timeline can show."""
    before, at, after = "Before the weekend", "Cutover weekend", "Afterwards"
    return plan(
        activity(1, "Freeze the portfolio", planned=window(on(11, 16), on(11, 18)), phase=before,
                 baseline=window(on(11, 16), on(11, 17)), state=ActivityState.DONE, started=on(11, 16, "09:00"),
                 finished=on(11, 18, "16:30"), finished_by="Pat", critical=True),
        activity(2, "Reconcile meter points with the distributors", planned=window(on(11, 19), on(11, 20)),
                 after="T-001", phase=before, baseline=window(on(11, 18), on(11, 19)),
                 forecast=window(on(11, 19), on(11, 25)),
                 state=ActivityState.STARTED, started=on(11, 19, "10:15"), critical=True, late=True, rag=Rag.RED,
                 rag_why="It should have ended on 20 Nov 2026."),
        activity(3, "Tell customers of the planned outage", planned=window(on(11, 20)), phase=before, rag=Rag.GREEN,
                 type=ActivityType.COMMUNICATION, rag_why="It is in time."),
        activity(4, "Decide to go on", planned=window(on(11, 24)), forecast=window(on(11, 25)), after="T-002 T-003",
                 phase=at, type=ActivityType.GO_NO_GO, state=ActivityState.WAITING, critical=True, rag=Rag.AMBER,
                 baseline=window(on(11, 23)), rag_why="What it waits for is late."),
        activity(5, "Stop the old interfaces", planned=window(on(11, 28, "18:00"), on(11, 28, "22:30")), after="T-004",
                 phase=at, state=ActivityState.WAITING, critical=True, rag=Rag.GREEN, rag_why="It is in time."),
        activity(6, "Check that messages arrive", planned=window(on(11, 28, "22:30"), on(11, 29, "01:30")),
                 after="T-005", phase=at, type=ActivityType.VALIDATION, state=ActivityState.WAITING, critical=True),
        activity(7, "Migration begins", planned=window(on(12, 1)), phase=after, after="T-006",
                 type=ActivityType.MILESTONE, state=ActivityState.WAITING, responsible="MHHS Programme", critical=True),
        activity(8, "Old reports are switched off", phase=after, state=ActivityState.NOT_NEEDED),
        milestones={"M14": date(2026, 12, 1), "own/3": date(2026, 11, 27)},
        critical=(1, 2, 4, 5, 6, 7),
        **more,
    )  # fmt: skip


def long_plan(count: int = 300, **more: object) -> PlanView:
    """So many activities in ten phases; most wait for the one before or for one some rows up."""
    days, made, at = WorkingDays(), [], date(2026, 10, 1)
    for number in range(1, count + 1):
        start = days.next(at)
        finish = days.add(start, number % 4)
        state = _STATES[0] if start < date(2026, 11, 16) else _STATES[1 + number % 3]
        done = state is ActivityState.DONE
        pushed = number % 7 == 0 and not done
        kind = ActivityType.MILESTONE if number % 25 == 0 else ActivityType.TASK
        finish = start if kind is ActivityType.MILESTONE else finish
        before = [f"T-{number - back:03}" for back in (1, 9) if number - back > 0 and number % (back + 1)]
        made.append(
            activity(
                number,
                f"{('Send', 'Reconcile', 'Check', 'Approve', 'Load')[number % 5]} "
                f"{('meter points', 'the market messages', 'the settlement periods of every distributor')[number % 3]}",
                planned=window(Moment(start), Moment(finish)),
                baseline=window(Moment(start - timedelta(days=1)), Moment(finish - timedelta(days=1))),
                forecast=window(Moment(start), Moment(days.add(finish, 3) if pushed else finish)),
                after=" ".join(before),
                phase=f"Phase {1 + (number - 1) * 10 // count}",
                type=kind,
                state=state,
                started=Moment(start) if done or state is ActivityState.STARTED else None,
                finished=Moment(finish) if done else None,
                rag=Rag.NONE if done else (Rag.GREEN, Rag.AMBER, Rag.RED)[number % 9 % 3],
                critical=number % 3 == 0,
            )
        )
        at += timedelta(days=number % 2)
    chain = tuple(one.id for one in made if one.critical)
    return plan(*made, milestones={"M14": date(2026, 12, 1), "M15": date(2027, 2, 1)}, critical=chain, **more)

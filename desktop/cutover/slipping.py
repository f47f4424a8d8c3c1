"""What would move if an activity slipped, or if milestones had other days; and doing the first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from desktop.changes import Changes
from desktop.cutover.context import NOTHING, Desk, changes, counted
from desktop.cutover.model import Slip
from desktop.cutover.reading import PlanFacts, Reader
from desktop.cutover.schedule import Scheduled, Step, ends_after
from desktop.errors import InvalidInput, NotFound
from desktop.uk_time import Moment
from desktop.working_days import LONGEST, WorkingDays
from local_db import cutover as rows
from local_db.cutover import ActivityRow


class Slipping:
    """Works out what moves; only `do` writes."""

    def __init__(self, desk: Desk, reader: Reader) -> None:
        """Nothing is read before it is asked for."""
        self._desk, self._reader = desk, reader

    def slip(self, activity_id: int, working_days: int) -> tuple[Slip, ...]:
        """See CutoverService."""
        return self._slipped(activity_id, working_days)[2]

    def do(self, activity_id: int, working_days: int) -> Changes:
        """See CutoverService."""
        row, values, moved = self._slipped(activity_id, working_days, writing=True)
        if not moved:
            return Changes()
        others = len(moved) - 1
        way = f"by {counted(abs(working_days), 'working day', 'working days')}{' earlier' if working_days < 0 else ''}"
        title = f"Slip {row.key} {way}" + (f": {counted(others)} moved with it" if others else "")
        with self._desk.edit("slip", title) as edit:
            edit.update("cutover_activity", [activity_id], values)
        return changes(title, len(moved))

    def moves(self, days: Mapping[str, str]) -> tuple[Slip, ...]:
        """See CutoverService."""
        found: list[Slip] = []
        now = self._desk.now()
        with self._desk.store.reading() as connection:
            before_days = self._desk.milestones.days(connection)
            after_days = {one: day for one, day in before_days.items() if one not in days}
            after_days.update((one, _day(text)) for one, text in days.items() if text)
            for plan in rows.plans(connection):
                if plan.closed or plan.rehearsal_of is not None:
                    continue
                before = self._reader.facts(connection, plan.id, before_days)
                if not {row.milestone for row in before.rows} & set(days):
                    continue
                after = self._reader.facts(connection, plan.id, after_days)
                steps = [[facts.step(row) for row in facts.rows] for facts in (before, after)]
                found += _moved(before, steps[0], steps[1], now)
        return tuple(found)

    def _slipped(
        self, activity_id: int, working_days: int, *, writing: bool = False
    ) -> tuple[ActivityRow, dict[str, object], tuple[Slip, ...]]:
        """The activity, what is written into it, and what moves, itself first."""
        if abs(working_days) > LONGEST:
            raise InvalidInput(f"Use at most {LONGEST:,} working days.", field="days")
        with self._desk.store.reading() as connection:
            plan_id = rows.plans_of(connection, [activity_id]).get(activity_id)
            if plan_id is None:
                raise NotFound("This activity is not in the plan any more.", safe=NOTHING, todo="Reload the page.")
            if writing:
                self._desk.open_plan(connection, plan_id)
            facts = self._reader.facts(connection, plan_id)
        row = next(one for one in facts.rows if one.id == activity_id)
        called = f"{row.key} {row.title}"
        if row.finished or row.started or row.not_needed:
            what = "has ended" if row.finished else "has begun" if row.started else "is not needed"
            raise InvalidInput(
                f"{called} {what}, so its start cannot slip.",
                safe=NOTHING,
                todo="Change its duration or its due moment, or slip what comes after it.",
                field="days",
            )
        before = [facts.step(one) for one in facts.rows]
        start = facts.scheduled(before, self._desk.now())[activity_id].planned.start
        if start is None:
            raise InvalidInput(
                f"{called} has no day yet.", safe=NOTHING, todo="Give it a start or a due day first.", field="days"
            )  # fmt: skip
        new_start = shifted(start, working_days, facts.days)
        values: dict[str, object] = {"start_at": new_start.text}
        new_due = None
        due = facts.due(row)
        if row.due_at and due is not None:
            new_due = shifted(due, working_days, facts.days)
            values["due_at"] = new_due.text
        after = [
            facts.step(one, start=new_start, due=new_due) if one.id == activity_id else facts.step(one)
            for one in facts.rows
        ]
        moved = _moved(facts, before, after, self._desk.now())
        if working_days and not any(one.id == activity_id for one in moved):
            raise InvalidInput(
                f"{called} cannot begin earlier: it waits for what comes before it.",
                safe=NOTHING,
                todo="Slip what it waits for.",
                field="days",
            )
        return row, values, tuple(sorted(moved, key=lambda one: one.id != activity_id))


def shifted(moment: Moment, working_days: int, days: WorkingDays) -> Moment:
    """A moment so many working days later (negative: earlier), at the same time of the day. Raises InvalidInput."""
    try:
        return Moment(days.add(moment.day, working_days), moment.time)
    except OverflowError:
        raise InvalidInput("That is too far away.", safe=NOTHING, field="days") from None


def _moved(facts: PlanFacts, before: list[Step], after: list[Step], now: datetime) -> list[Slip]:
    """What is planned otherwise, or due otherwise, in the plan's order."""
    was, then = facts.scheduled(before, now), facts.scheduled(after, now)
    found = []
    for row, old, new in zip(facts.rows, before, after, strict=True):
        if was[row.id].planned == then[row.id].planned and old.due == new.due:
            continue
        found.append(
            Slip(
                row.id,
                row.key,
                row.title,
                was[row.id].planned,
                then[row.id].planned,
                _late(then[row.id], new),
                due_before=old.due,
                due_after=new.due,
                plan_id=facts.plan.id,
            )
        )
    return found


def _late(scheduled: Scheduled, step: Step) -> bool:
    finish = scheduled.planned.finish
    return bool(step.due and finish and not step.not_needed and ends_after(finish, step.due))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"“{text}” is no day.", todo="Write it as 2026-10-28.", field="current") from None

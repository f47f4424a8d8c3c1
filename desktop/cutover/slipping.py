"""What would move if an activity slipped, or if milestones had other days; and doing the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from desktop.changes import Changes
from desktop.cutover import entered
from desktop.cutover.context import NOTHING, Desk, changes, counted, named
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

    def slip(self, activity_ids: Sequence[int], working_days: int, *, with_deadline: bool) -> tuple[Slip, ...]:
        """See CutoverService."""
        return self._slipped(activity_ids, working_days, with_deadline)[2]

    def do(self, activity_ids: Sequence[int], working_days: int, *, with_deadline: bool) -> Changes:
        """See CutoverService."""
        chosen, values, moved = self._slipped(activity_ids, working_days, with_deadline, writing=True)
        if not moved:
            return Changes()
        others = len({one.id for one in moved} - {row.id for row in chosen})
        way = f"by {counted(abs(working_days), 'working day', 'working days')}{' earlier' if working_days < 0 else ''}"
        called = chosen[0].key if len(chosen) == 1 else named(chosen)
        deadlines = sum("due_at" in of_one for of_one in values.values())
        its = f" and {'its' if len(chosen) == 1 else 'their'} deadline{'s' if deadlines > 1 else ''}"
        title = f"Slip {called}{its if deadlines else ''} {way}" + (
            f": {counted(others)} moved with {'it' if len(chosen) == 1 else 'them'}" if others else ""
        )
        with self._desk.edit("slip", title) as edit:
            for columns in dict.fromkeys(tuple(of_one) for of_one in values.values()):
                of_group = {one: tuple(of_one.values()) for one, of_one in values.items() if tuple(of_one) == columns}
                edit.update_many("cutover_activity", columns, of_group)
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
        self, activity_ids: Sequence[int], working_days: int, with_deadline: bool, *, writing: bool = False
    ) -> tuple[list[ActivityRow], dict[int, dict[str, object]], tuple[Slip, ...]]:
        """The activities that slip, what is written into each, and what moves, these first.

        Of several, those that have begun or ended, are not needed or have no day are left where they are, and one that
        waits for another of them moves with it: it gets a new start only where it has one of its own. A deadline is
        what somebody asked for: it stays, and is missed, unless it is said that it moves too.
        """
        if abs(working_days) > LONGEST:
            raise InvalidInput(f"Use at most {LONGEST:,} working days.", field="days")
        wanted = frozenset(activity_ids)
        with self._desk.store.reading() as connection:
            plans = rows.plans_of(connection, list(wanted))
            if not wanted or len(plans) != len(wanted):
                raise NotFound("This activity is not in the plan any more.", safe=NOTHING, todo="Reload the page.")
            if len(set(plans.values())) > 1:
                raise InvalidInput("Choose activities of one plan.", safe=NOTHING)
            plan_id = next(iter(plans.values()))
            if writing:
                self._desk.open_plan(connection, plan_id)
            facts = self._reader.facts(connection, plan_id)
        before = [facts.step(one) for one in facts.rows]
        scheduled = facts.scheduled(before, self._desk.now())
        named_ones = [row for row in facts.rows if row.id in wanted]
        chosen = [row for row in named_ones if _why_not(row, scheduled[row.id]) is None]
        if not chosen:
            raise _why_not(named_ones[0], scheduled[named_ones[0].id]) or InvalidInput("Nothing can slip.")
        behind = _behind(facts, {row.id for row in chosen})
        values: dict[int, dict[str, object]] = {}
        starts: dict[int, Moment] = {}
        dues: dict[int, Moment] = {}
        for row in chosen:
            start, due = scheduled[row.id].planned.start, facts.due(row)
            if start is not None and (row.start_at or row.id not in behind):
                starts[row.id] = shifted(start, working_days, facts.days)
                values.setdefault(row.id, {})["start_at"] = starts[row.id].text
            if with_deadline and row.due_at and due is not None:
                dues[row.id] = shifted(due, working_days, facts.days)
                values.setdefault(row.id, {})["due_at"] = dues[row.id].text
        after = [facts.step(one, start=starts.get(one.id), due=dues.get(one.id)) for one in facts.rows]
        moved = _moved(facts, before, after, self._desk.now())
        if working_days and not any(one.id in wanted for one in moved):
            raise InvalidInput(
                f"{chosen[0].key} {chosen[0].title} cannot begin earlier: it waits for what comes before it.",
                safe=NOTHING,
                todo="Slip what it waits for.",
                field="days",
            )
        return chosen, values, tuple(sorted(moved, key=lambda one: one.id not in wanted))


def _why_not(row: ActivityRow, scheduled: Scheduled) -> InvalidInput | None:
    """Why an activity cannot slip; None = it can."""
    called = f"{row.key} {row.title}"
    if row.finished or row.started or row.not_needed:
        what = "has ended" if row.finished else "has begun" if row.started else "is not needed"
        return InvalidInput(
            f"{called} {what}, so its start cannot slip.",
            safe=NOTHING,
            todo="Change its duration or its due moment, or slip what comes after it.",
            field="days",
        )
    if scheduled.planned.start is None:
        return InvalidInput(
            f"{called} has no day yet.", safe=NOTHING, todo="Give it a start or a due day first.", field="days"
        )
    return None


def _behind(facts: PlanFacts, chosen: Collection[int]) -> set[int]:
    """Those of the chosen that wait for another of them, over however many between."""
    waits = {one: {link.predecessor_id for link in of_one} for one, of_one in facts.links.items()}
    found = set()
    for one in chosen:
        seen: set[int] = set()
        ahead = list(waits.get(one, ()))
        while ahead:
            before = ahead.pop()
            if before in seen:
                continue
            seen.add(before)
            ahead += waits.get(before, ())
        if seen & set(chosen):
            found.add(one)
    return found


def shifted(moment: Moment, working_days: int, days: WorkingDays) -> Moment:
    """A moment so many working days later (negative: earlier), at the same time of the day. Raises InvalidInput."""
    try:
        return entered.fitting(Moment(days.add(moment.day, working_days), moment.time), "days")
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

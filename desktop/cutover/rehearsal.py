"""A copy of a plan to practise on, the baseline, and planned against actual afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.changes import Changes
from desktop.cutover.context import NOTHING, Desk, changes, counted
from desktop.cutover.editing import insert
from desktop.cutover.model import Activity, PlanView, Window
from desktop.cutover.plans import LONGEST_TITLE, new_plan
from desktop.cutover.reading import PlanFacts, Reader
from desktop.errors import InvalidInput
from desktop.uk_time import Moment
from desktop.working_days import WorkingDays
from local_db import cutover as rows


class Rehearsing:
    """Makes rehearsals and baselines."""

    def __init__(self, desk: Desk, reader: Reader) -> None:
        """Nothing is read before it is asked for."""
        self._desk, self._reader = desk, reader

    def rehearse(self, plan_id: int, title: str) -> tuple[int, Changes]:
        """See CutoverService."""
        with self._desk.store.reading() as connection:
            facts = self._reader.facts(connection, plan_id)
            planned = self._planned(facts)
            earlier = [one for one in rows.plans(connection) if one.rehearsal_of == plan_id]
        plan = facts.plan
        if plan.rehearsal_of is not None:
            raise InvalidInput(
                f"{plan.ref} is a rehearsal itself.", safe=NOTHING, todo="Rehearse the plan that it was made from."
            )  # fmt: skip
        name = " ".join(title.split())[:LONGEST_TITLE] or _next_title(plan.title, {one.title for one in earlier})
        said = f"Make a rehearsal of {plan.ref}"
        with self._desk.edit("rehearse", said) as edit:
            values = {name: getattr(plan, name) for name in ("key", "milestone", "source", "note")}
            copy_id = new_plan(self._desk, edit, {**values, "title": name}, rehearsal_of=plan_id)
            lines = []
            for row in facts.rows:
                window = planned[row.id]
                kept = {one: getattr(row, one) for one in (*rows.ASKED_COLUMNS, *_ALSO)}
                lines.append({**kept, "base_start": _text(window.start), "base_finish": _text(window.finish)})
            ids = dict(zip((row.id for row in facts.rows), insert(edit, copy_id, lines), strict=True))
            edit.insert_many(
                "activity_link",
                ["activity_id", "predecessor_id", "lag", "position"],
                [
                    (ids[one.activity_id], ids[one.predecessor_id], one.lag, one.position)
                    for of_one in facts.links.values()
                    for one in of_one
                ],
            )
        return copy_id, changes(said, len(facts.rows))

    def set_baseline(self, plan_id: int, *, again: bool) -> Changes:
        """See CutoverService."""
        with self._desk.store.reading() as connection:
            plan = self._desk.open_plan(connection, plan_id)
            facts = self._reader.facts(connection, plan_id)
        if not again and any(row.base_start or row.base_finish for row in facts.rows):
            raise InvalidInput(
                f"{plan.ref} has a baseline already, and a baseline is kept.",
                safe=NOTHING,
                todo="Say that it is to be set again, if what was planned first does not count any more.",
                field="again",
            )
        windows = {one: (_text(window.start), _text(window.finish)) for one, window in self._planned(facts).items()}
        title = f"Set the baseline of {plan.ref}: {counted(len(windows))}"
        with self._desk.edit("baseline", title) as edit:
            edit.update_many("cutover_activity", ["base_start", "base_finish"], windows)
        return changes(title, len(windows))

    def _planned(self, facts: PlanFacts) -> dict[int, Window]:
        scheduled = facts.scheduled([facts.step(row) for row in facts.rows], self._desk.now())
        return {one: found.planned for one, found in scheduled.items()}


_ALSO = ("not_needed", "note", "extra", "source", "position")
"""Copied besides what the plan asks; nothing of what was done is."""


def _next_title(title: str, taken: set[str]) -> str:
    number = 1
    while True:
        end = f" (rehearsal {number})"
        name = title[: LONGEST_TITLE - len(end)] + end
        if name not in taken:
            return name
        number += 1


def _text(moment: Moment | None) -> str:
    return moment.text if moment else ""


@dataclass(frozen=True)
class Compared:
    """An activity as it was planned (its baseline where one was set) and as it went."""

    id: int
    key: str
    title: str
    planned: Window
    actual: Window
    start_difference: int | None
    """How much later it began: negative = earlier; None = one of the two is not known."""
    finish_difference: int | None
    unit: str
    """Of both: min, when all four are times; else wd, working days."""
    outcome: str
    remark: str

    @property
    def words(self) -> str:
        """The difference at the end, for people: as planned, 25 minutes late, 1 working day early."""
        return difference_words(self.finish_difference, self.unit)


def compared(view: PlanView, days: WorkingDays) -> tuple[Compared, ...]:
    """Planned against actual of a plan, in its order; what was not needed is left out."""
    return tuple(_compared(one, days) for one in view.activities if not one.not_needed)


def _compared(one: Activity, days: WorkingDays) -> Compared:
    planned = one.baseline if one.baseline != Window() else one.planned
    started = one.started or (one.finished if one.details.type.instant else None)
    actual = Window(started, one.finished)
    pairs = ((planned.start, actual.start), (planned.finish, actual.finish))
    timed = all(one is None or one.time is not None for pair in pairs for one in pair)
    unit = "min" if timed else "wd"
    start, finish = (_difference(before, after, unit, days) for before, after in pairs)
    return Compared(
        one.id, one.details.key, one.details.title, planned, actual, start, finish, unit, one.outcome, one.remark
    )  # fmt: skip


def _difference(planned: Moment | None, actual: Moment | None, unit: str, days: WorkingDays) -> int | None:
    if planned is None or actual is None:
        return None
    if unit == "min":
        return int((actual.start() - planned.start()).total_seconds() // 60)
    return days.between(planned.day, actual.day)


def difference_words(count: int | None, unit: str) -> str:
    """A difference for people."""
    if count is None:
        return ""
    if count == 0:
        return "as planned"
    size = abs(count)
    said = f"{size:,} working day{'' if size == 1 else 's'}"
    if unit == "min":
        hours, minutes = divmod(size, 60)
        parts = [f"{hours:,} h"] if hours else []
        said = " ".join([*parts, *([f"{minutes} min"] if minutes or not hours else [])])
    return f"{said} {'late' if count > 0 else 'early'}"

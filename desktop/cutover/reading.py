"""A plan as it stands: what is kept, with what the calendar, the milestones, the evidence and `now` make of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from desktop.cutover.context import Desk
from desktop.cutover.incoming import extra_of
from desktop.cutover.links import refusal
from desktop.cutover.model import (
    Activity,
    ActivityDetails,
    ActivityState,
    ActivityType,
    PlanView,
    Predecessor,
    Rag,
    Window,
)
from desktop.cutover.plans import summary_of
from desktop.cutover.schedule import Cycle, Duration, Scheduled, Step, critical_chain, read_duration, schedule
from desktop.cutover.standing import FAILED, Before, Facts, State, standing, state_of
from desktop.evidence.model import TargetKind
from desktop.uk_time import Moment, civil, parse_moment
from desktop.working_days import LONGEST, WorkingDays
from local_db import cutover as rows
from local_db.connection import Connection
from local_db.cutover import ActivityRow, DeclaredRow, LinkRow, PlanRow

MADE = ("signed", "submitted", "acknowledged")
"""States of a declaration that has been made and stands."""


@dataclass(frozen=True)
class PlanFacts:
    """A plan as it is kept, and the days that its deadlines hang on."""

    plan: PlanRow
    rows: tuple[ActivityRow, ...]
    links: Mapping[int, tuple[LinkRow, ...]]
    """What each activity waits for."""
    milestones: Mapping[str, date]
    days: WorkingDays

    def due(self, row: ActivityRow) -> Moment | None:
        """By when it has to be finished: its own due moment, or the day that hangs on its milestone."""
        if row.due_at:
            return _moment(row.due_at)
        day = self.milestones.get(row.milestone) if row.milestone else None
        return Moment(self.days.add(day, row.milestone_days)) if day and abs(row.milestone_days) <= LONGEST else None

    def step(self, row: ActivityRow, *, start: Moment | None = None, due: Moment | None = None) -> Step:
        """As the schedule needs it; `start`, `due`: other ones than it has."""
        return Step(
            id=row.id,
            type=ActivityType(row.type),
            duration=_duration(row.duration),
            start=start or _moment(row.start_at),
            due=due or self.due(row),
            predecessors=tuple((link.predecessor_id, _duration(link.lag)) for link in self.links.get(row.id, ())),
            started=_moment(row.started),
            finished=None if row.outcome in FAILED else _moment(row.finished),
            not_needed=bool(row.not_needed),
        )

    def scheduled(self, steps: Sequence[Step], now: datetime) -> Mapping[int, Scheduled]:
        """Both windows of every activity. Raises InvalidInput naming the activities of a cycle."""
        try:
            return schedule(steps, self.days, now)
        except Cycle as cycle:
            raise refusal(cycle, {row.id: (row.key, row.title) for row in self.rows}) from None


@dataclass(frozen=True)
class Situation:
    """A plan with what was done, proven and declared, scheduled for one moment."""

    facts: PlanFacts
    now: datetime
    steps: tuple[Step, ...]
    scheduled: Mapping[int, Scheduled]
    of: Mapping[int, Facts]
    declared: Mapping[int, tuple[DeclaredRow, ...]]
    by_id: Mapping[int, ActivityRow] = field(default_factory=dict)

    def state(self, row: ActivityRow) -> State:
        """How an activity stands."""
        return standing(
            self.of[row.id], self.scheduled[row.id], self.now, self._befores(row, (), None), self.facts.days
        )

    def open_state(self, row: ActivityRow, done: Collection[int], at: Moment) -> State:
        """How it would stand if it had not ended yet: ending it anew has to be as well founded as the first time.

        `done`: others that are called done `at` this moment in the same step.
        """
        facts = replace(self.of[row.id], finished=None, outcome="")
        return standing(facts, self.scheduled[row.id], self.now, self._befores(row, done, at), self.facts.days)

    def _befores(self, row: ActivityRow, done: Collection[int], at: Moment | None) -> list[Before]:
        return [
            Before(
                f"{self.by_id[one].key} {self.by_id[one].title}",
                ActivityState.DONE if one in done else state_of(self.of[one], waiting=False),
                lag,
                at if one in done else self.of[one].finished,
                "" if one in done else self.of[one].outcome,
            )
            for one, lag in self._waits_for(row.id, done).items()
        ]

    def _waits_for(self, activity_id: int, done: Collection[int]) -> dict[int, Duration | None]:
        """What it waits for; past an activity that is not needed, what that one waits for.

        Each is looked at once, so that chains and meshes of what is not needed take no longer than there are links.
        """
        direct: dict[int, Duration | None] = {}
        passed: dict[int, Duration | None] = {}
        seen, ahead = {activity_id}, [activity_id]
        while ahead:
            one = ahead.pop()
            for link in self.facts.links.get(one, ()):
                before = link.predecessor_id
                if self.of[before].not_needed and before not in done:
                    if before not in seen:
                        seen.add(before)
                        ahead.append(before)
                else:
                    (direct if one == activity_id else passed).setdefault(before, _duration(link.lag))
        return {**direct, **{one: lag for one, lag in passed.items() if one not in direct}}


class Reader:
    """Reads plans out of one connection, so that all of one is of one state."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def facts(self, connection: Connection, plan_id: int, milestones: Mapping[str, date] | None = None) -> PlanFacts:
        """What is kept of a plan; `milestones` None: their days as they are. Raises NotFound."""
        plan = self._desk.plan_row(connection, plan_id)
        links: dict[int, list[LinkRow]] = {}
        for link in rows.links(connection, plan_id):
            links.setdefault(link.activity_id, []).append(link)
        return PlanFacts(
            plan,
            tuple(rows.activities(connection, plan_id)),
            {one: tuple(of_one) for one, of_one in links.items()},
            self._desk.milestones.days(connection) if milestones is None else milestones,
            self._desk.settings.working_days(),
        )

    def situation(self, connection: Connection, plan_id: int, now: datetime | None = None) -> Situation:
        """How a plan stands at a moment (None: the clock's). Raises NotFound, InvalidInput for a cycle."""
        now = now or self._desk.now()
        facts = self.facts(connection, plan_id)
        steps = tuple(facts.step(row) for row in facts.rows)
        declared: dict[int, list[DeclaredRow]] = {}
        for one in rows.declared(connection, plan_id):
            declared.setdefault(one.activity_id, []).append(one)
        counts = self._desk.evidence.counts(TargetKind.ACTIVITY)
        expired = self._desk.evidence.expired(TargetKind.ACTIVITY, civil(now)[0])
        rehearsal = facts.plan.rehearsal_of is not None
        of = {}
        for row, step in zip(facts.rows, steps, strict=True):
            used, awaiting = counts.get(row.id, (0, 0))
            of[row.id] = Facts(
                type=step.type,
                due=step.due,
                started=step.started,
                finished=_moment(row.finished),
                outcome=row.outcome,
                not_needed=row.not_needed,
                changed=row.text_hash != row.looked_hash,
                evidence_needed=row.evidence_needed,
                evidence=used,
                awaiting=awaiting,
                expired=expired.get(row.id, 0),
                declaration_needed=row.declaration_needed,
                signed=any(one.state in MADE and (rehearsal or not one.rehearsal) for one in declared.get(row.id, ())),
            )
        return Situation(
            facts,
            now,
            steps,
            facts.scheduled(steps, now),
            of,
            {one: tuple(of_one) for one, of_one in declared.items()},
            {row.id: row for row in facts.rows},
        )

    def view(self, connection: Connection, plan_id: int, now: datetime | None = None) -> PlanView:
        """See CutoverService.plan."""
        situation = self.situation(connection, plan_id, now)
        facts = situation.facts
        critical = critical_chain(situation.steps, situation.scheduled)
        on_chain = frozenset(critical)
        named = {facts.plan.milestone, *(row.milestone for row in facts.rows)}
        return PlanView(
            plan=summary_of(facts.plan),
            now=situation.now,
            activities=tuple(_activity(situation, row, critical=row.id in on_chain) for row in facts.rows),
            milestones={one: day for one, day in facts.milestones.items() if one in named},
            ends=_last(one.forecast.finish for one in situation.scheduled.values()),
            planned_end=_last(one.planned.finish for one in situation.scheduled.values()),
            critical=critical,
        )


def _activity(situation: Situation, row: ActivityRow, *, critical: bool) -> Activity:
    facts, scheduled = situation.of[row.id], situation.scheduled[row.id]
    how, said = situation.state(row), Rag(row.rag)
    if situation.facts.plan.closed:
        how, said = replace(how, late=False, rag=Rag.NONE, why="Its plan is closed."), Rag.NONE
    links = situation.facts.links.get(row.id, ())
    return Activity(
        id=row.id,
        plan_id=row.plan_id,
        details=ActivityDetails(
            key=row.key,
            title=row.title,
            description=row.description,
            phase=row.phase,
            type=facts.type,
            responsible=row.responsible,
            external=bool(row.external),
            owner=row.owner,
            stand_in=row.stand_in,
            start_at=row.start_at,
            due_at=row.due_at,
            milestone=row.milestone,
            milestone_days=row.milestone_days,
            duration=row.duration,
            predecessors=tuple(
                Predecessor(situation.by_id[one.predecessor_id].key, one.lag, one.predecessor_id) for one in links
            ),
            evidence_needed=row.evidence_needed,
            declaration_needed=row.declaration_needed,
            note=row.note,
        ),
        state=how.state,
        waiting_for=how.waiting_for,
        lacks=how.lacks,
        baseline=Window(_moment(row.base_start), _moment(row.base_finish)),
        planned=scheduled.planned,
        forecast=scheduled.forecast,
        started=facts.started,
        started_by=row.started_by,
        finished=facts.finished,
        finished_by=row.finished_by,
        outcome=row.outcome,
        remark=row.remark,
        despite=row.despite,
        not_needed=row.not_needed,
        due=facts.due,
        rag=how.rag if said is Rag.NONE else said,
        rag_computed=how.rag,
        rag_why=how.why,
        rag_reason=row.rag_reason,
        rag_by=row.rag_by,
        late=how.late,
        critical=critical,
        changed=facts.changed,
        missing=bool(row.missing),
        evidence=facts.evidence,
        awaiting=facts.awaiting,
        expired=facts.expired,
        declarations=tuple(
            f"{one.ref} v{one.version} ({one.state})" for one in situation.declared.get(row.id, ())
        ),
        extra=extra_of(row.extra),
        source=row.source,
        position=row.position,
    )  # fmt: skip


def _last(moments: Iterable[Moment | None]) -> Moment | None:
    return max((one for one in moments if one is not None), key=Moment.end, default=None)


@lru_cache(4096)
def _moment(text: str) -> Moment | None:
    return parse_moment(text)


@lru_cache(4096)
def _duration(text: str) -> Duration | None:
    return read_duration(text) if text else None

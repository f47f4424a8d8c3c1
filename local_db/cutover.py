"""Queries about cutover plans: plans, activities, what waits for what, and the declarations made for activities."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from local_db.connection import Connection

ASKED_COLUMNS = (
    "key", "title", "description", "phase", "type", "responsible", "external", "owner", "stand_in", "start_at",
    "due_at", "milestone", "milestone_days", "duration", "evidence_needed", "declaration_needed",
)  # fmt: skip
"""What a plan says of an activity: this is copied into a rehearsal."""

DONE_COLUMNS = ("started", "started_by", "finished", "finished_by", "outcome", "remark", "despite")
"""What was really done: cleared when a tick is taken back."""

ACTIVITY_COLUMNS = (
    "plan_id", *ASKED_COLUMNS, "base_start", "base_finish", *DONE_COLUMNS, "not_needed", "rag", "rag_reason", "rag_by",
    "note", "extra", "source", "text_hash", "looked_hash", "missing", "position",
)  # fmt: skip


@dataclass(frozen=True)
class PlanRow:
    """A plan as it is kept, with how many activities it has and how many of them are done or not needed."""

    id: int
    ref: str
    key: str
    title: str
    milestone: str
    rehearsal_of: int | None
    source: str
    note: str
    closed: str
    review: str
    created_at: str
    activities: int
    finished: int


@dataclass(frozen=True)
class ActivityRow:
    """An activity as it is kept; moments are ISO texts, `extra` is JSON."""

    id: int
    plan_id: int
    key: str
    title: str
    description: str
    phase: str
    type: str
    responsible: str
    external: int
    owner: str
    stand_in: str
    start_at: str
    due_at: str
    milestone: str
    milestone_days: int
    duration: str
    evidence_needed: str
    declaration_needed: str
    base_start: str
    base_finish: str
    started: str
    started_by: str
    finished: str
    finished_by: str
    outcome: str
    remark: str
    despite: str
    not_needed: str
    rag: str
    rag_reason: str
    rag_by: str
    note: str
    extra: str
    source: str
    text_hash: str
    looked_hash: str
    missing: int
    position: int


@dataclass(frozen=True)
class LinkRow:
    """An activity waits for the end of another one."""

    id: int
    activity_id: int
    predecessor_id: int
    lag: str
    position: int


@dataclass(frozen=True)
class DeclaredRow:
    """A version of a declaration that was made for an activity."""

    activity_id: int
    ref: str
    version: int
    state: str
    rehearsal: int


def plans(connection: Connection, plan_id: int | None = None) -> list[PlanRow]:
    """Every plan, oldest first; or this one alone."""
    found = connection.execute(
        "SELECT p.id, p.ref, p.key, p.title, p.milestone, p.rehearsal_of, p.source, p.note, p.closed, p.review, "
        "p.created_at, count(a.id), coalesce(sum(a.not_needed <> '' OR "
        "(a.finished <> '' AND a.outcome NOT IN ('fail', 'no-go'))), 0) "
        "FROM cutover_plan AS p LEFT JOIN cutover_activity AS a ON a.plan_id = p.id "
        "WHERE ?1 IS NULL OR p.id = ?1 GROUP BY p.id ORDER BY p.id",
        (plan_id,),
    )
    return [PlanRow(*row) for row in found]


def activities(connection: Connection, plan_id: int) -> list[ActivityRow]:
    """The activities of a plan in its order."""
    found = connection.execute(
        f"SELECT id, {', '.join(ACTIVITY_COLUMNS)} FROM cutover_activity WHERE plan_id = ? "  # noqa: S608 - fixed names
        "ORDER BY position, id",
        (plan_id,),
    )
    return [ActivityRow(*row) for row in found]


def plans_of(connection: Connection, activity_ids: Iterable[int]) -> dict[int, int]:
    """The plan of each of these activities; those that are not there are left out."""
    wanted = {int(one) for one in activity_ids}
    return {
        one: int(row[0])
        for one in wanted
        if (row := connection.execute("SELECT plan_id FROM cutover_activity WHERE id = ?", (one,)).fetchone())
    }


def links(connection: Connection, plan_id: int) -> list[LinkRow]:
    """What waits for what in a plan, in the order in which it was said."""
    found = connection.execute(
        "SELECT l.id, l.activity_id, l.predecessor_id, l.lag, l.position FROM activity_link AS l "
        "JOIN cutover_activity AS a ON a.id = l.activity_id WHERE a.plan_id = ? ORDER BY l.position, l.id",
        (plan_id,),
    )
    return [LinkRow(*row) for row in found]


def declared(connection: Connection, plan_id: int) -> list[DeclaredRow]:
    """The declarations that were made for the activities of a plan, every version, oldest first."""
    found = connection.execute(
        "SELECT d.activity_id, d.ref, d.version, d.state, d.rehearsal FROM declaration AS d "
        "JOIN cutover_activity AS a ON a.id = d.activity_id WHERE a.plan_id = ? ORDER BY d.id",
        (plan_id,),
    )
    return [DeclaredRow(*row) for row in found]


def declarations_of_plan(connection: Connection, plan_id: int) -> list[str]:
    """References of declarations that name the plan or one of its activities."""
    found = connection.execute(
        "SELECT DISTINCT d.ref FROM declaration AS d LEFT JOIN cutover_activity AS a ON a.id = d.activity_id "
        "WHERE d.plan_id = ?1 OR a.plan_id = ?1 ORDER BY d.ref",
        (plan_id,),
    )
    return [str(row[0]) for row in found]


def people(connection: Connection) -> list[str]:
    """Every name that was given as owner, stand-in, or of who began or ended something."""
    found = connection.execute(
        "SELECT owner FROM cutover_activity WHERE owner <> '' UNION "
        "SELECT stand_in FROM cutover_activity WHERE stand_in <> '' UNION "
        "SELECT started_by FROM cutover_activity WHERE started_by <> '' UNION "
        "SELECT finished_by FROM cutover_activity WHERE finished_by <> ''"
    )
    return [str(row[0]) for row in found]


@dataclass(frozen=True)
class NameRow:
    """An activity by name, with the plan that it is of."""

    id: int
    key: str
    title: str
    plan_ref: str
    plan_title: str
    rehearsal: int


def names(connection: Connection, activity_ids: Iterable[int] | None = None) -> list[NameRow]:
    """These activities (None: all) by name: open plans first, newest plan first, in the plan's order."""
    wanted = None if activity_ids is None else json.dumps([int(one) for one in activity_ids])
    found = connection.execute(
        "SELECT a.id, a.key, a.title, p.ref, p.title, p.rehearsal_of IS NOT NULL "
        "FROM cutover_activity AS a JOIN cutover_plan AS p ON p.id = a.plan_id "
        "WHERE ?1 IS NULL OR a.id IN (SELECT value FROM json_each(?1)) "
        "ORDER BY p.closed <> '', p.rehearsal_of IS NOT NULL, p.id DESC, a.position, a.id",
        (wanted,),
    )
    return [NameRow(*row) for row in found]

"""Queries about the participant's days of milestones, and what hangs on one."""

from __future__ import annotations

from dataclasses import dataclass

from local_db.connection import Connection


@dataclass(frozen=True)
class MilestoneRow:
    """What the participant says of a milestone; days are ISO texts, '' = none."""

    id: int
    milestone: str
    title: str
    baseline: str
    current: str
    actual: str
    note: str


def milestones(connection: Connection) -> dict[str, MilestoneRow]:
    """The milestones that something was said of, by their id in the pack or their own, as they were added."""
    found = connection.execute(
        "SELECT id, milestone, title, baseline, current, actual, note FROM milestone_day ORDER BY id"
    )
    return {row[1]: MilestoneRow(*row) for row in found}


@dataclass(frozen=True)
class Hanging:
    """How many things name a milestone."""

    activities: int
    plans: int
    gates: int
    declarations: int


def hanging(connection: Connection, milestone: str) -> Hanging:
    """What names a milestone: activities and plans of cutover, gates of the PIT plan, declarations."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM cutover_activity WHERE milestone = :id), "
        "(SELECT count(*) FROM cutover_plan WHERE milestone = :id), "
        "(SELECT count(*) FROM pit_gate WHERE milestone = :id), "
        "(SELECT count(*) FROM declaration WHERE milestone = :id)",
        {"id": milestone},
    ).fetchone()
    return Hanging(*row)

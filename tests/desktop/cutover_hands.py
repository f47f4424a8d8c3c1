"""What tests of cutover share: a workspace, a clock that can be set, and a runbook of twelve activities."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pit_hands import acme

from desktop.app import Workspace
from desktop.changes import Subject
from desktop.cutover.model import Activity, ActivityDetails, ActivityType, PlanDetails, Predecessor
from desktop.evidence.model import Target, TargetKind
from local_db.cutover import declared

__all__ = ["RUNBOOK", "Clock", "acme", "bring", "by_key", "declare", "ids", "own_plans", "prove", "runbook"]


class Clock:
    """A clock that stands where it is set: noon (UTC) on Monday 23 November 2026 at first."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, *when: int) -> None:
        """Year, month, day, hour, minute; in UTC, which the clocks of Great Britain show in winter."""
        self.now = datetime(*when, tzinfo=UTC)


def _after(*keys: str) -> tuple[Predecessor, ...]:
    return tuple(Predecessor(*key.split(" + ")) for key in keys)


RUNBOOK = (
    ActivityDetails("T-001", "Freeze of changes", phase="Before", type=ActivityType.MILESTONE, due_at="2026-11-25"),
    ActivityDetails(
        "T-002", "Tell the users", phase="Before", type=ActivityType.COMMUNICATION, predecessors=_after("T-001")
    ),
    ActivityDetails(
        "T-003", "Back up", phase="Before", owner="Priya Nair", start_at="2026-11-27T20:00", duration="2 h",
        predecessors=_after("T-001"), evidence_needed="Backup log",
    ),
    ActivityDetails(
        "T-004", "Go or no-go to begin", phase="At go-live", type=ActivityType.GO_NO_GO,
        predecessors=_after("T-002", "T-003"),
    ),
    ActivityDetails(
        "T-005", "Deploy registration", phase="At go-live", owner="Sam Cole", duration="4 h",
        predecessors=_after("T-004"), evidence_needed="Release record",
    ),
    ActivityDetails("T-006", "Deploy billing", phase="At go-live", duration="2 h", predecessors=_after("T-004")),
    ActivityDetails(
        "T-007", "Smoke validation", phase="At go-live", type=ActivityType.VALIDATION, duration="1 h",
        predecessors=_after("T-005", "T-006 + 30 min"),
    ),
    ActivityDetails(
        "T-008", "Central parties confirm", phase="At go-live", responsible="Central parties", external=True,
        duration="1 h", predecessors=_after("T-007"),
    ),
    ActivityDetails(
        "T-009", "Go or no-go to stay", phase="At go-live", type=ActivityType.GO_NO_GO, due_at="2026-11-28T12:00",
        predecessors=_after("T-007", "T-008"),
    ),
    ActivityDetails(
        "T-010", "Readiness declared", phase="After", type=ActivityType.DECLARATION, due_at="2026-12-01",
        predecessors=_after("T-009"), declaration_needed="cutover_readiness",
    ),
    ActivityDetails("T-011", "Say that it is done", phase="After", type=ActivityType.COMMUNICATION,
                    predecessors=_after("T-009")),
    ActivityDetails("T-012", "Early-life watch", phase="After", duration="10 wd", predecessors=_after("T-009")),
)  # fmt: skip
"""A go-live on the last weekend of November 2026, begun on the Friday evening: twelve activities."""


def runbook(
    workspace: Workspace, title: str = "Go-live weekend", rows: Sequence[ActivityDetails] = RUNBOOK, **said: str
) -> int:
    """Make a plan of these activities; gives its id."""
    plan_id, _changes = workspace.cutover.add_plan(PlanDetails(title, **said))
    for row in rows:
        workspace.cutover.add(plan_id, row)
    return plan_id


def by_key(workspace: Workspace, plan_id: int, now: datetime | None = None) -> dict[str, Activity]:
    """The activities of a plan by key."""
    return {one.details.key: one for one in workspace.cutover.plan(plan_id, now).activities}


def ids(workspace: Workspace, plan_id: int, *keys: str) -> list[int]:
    """The ids of activities by key."""
    return [workspace.cutover.activity_id(plan_id, key) for key in keys]


def prove(workspace: Workspace, activity_id: int, folder: Path, name: str = "proof.txt") -> None:
    """Give an activity evidence."""
    file = folder / name
    file.write_text(f"proof {name} of {activity_id}", encoding="utf-8")
    workspace.evidence.add([file], targets=[Target(TargetKind.ACTIVITY, activity_id)])


def declare(workspace: Workspace, activity_id: int, state: str = "signed", *, rehearsal: bool = False) -> str:
    """Write a declaration made for an activity straight into the workspace, in this state; gives its reference.

    What it takes to sign one is tested elsewhere; here only its standing counts.
    """
    with workspace.store.write() as connection:
        number = connection.execute("SELECT count(*) FROM declaration").fetchone()[0] + 1
        ref = f"ACME-DEC-{number:04}"
        connection.execute(
            "INSERT INTO declaration (ref, version, wording, title, rehearsal, activity_id, state, created_at, "
            "created_by) VALUES (?, 1, 'cutover_readiness', 'Ready', ?, ?, ?, '2026-11-23', 'Jo')",
            (ref, int(rehearsal), activity_id, state),
        )
        plan_id = connection.execute("SELECT plan_id FROM cutover_activity WHERE id = ?", (activity_id,)).fetchone()[0]
        assert ref in {row.ref for row in declared(connection, plan_id)}
    return ref


def bring(workspace: Workspace, plan_id: int, given: Mapping[str, Mapping[str, str]], **more: object) -> dict[str, int]:
    """Bring rows of a file into a plan, as an import does, in one step."""
    cutover = workspace.cutover
    checked = {key: cutover.checked(fields) for key, fields in given.items()}
    with workspace.store.edit(
        action="records.import", title="Import activities", subjects=[Subject.CUTOVER], actor="Jo", at=workspace.clock()
    ) as edit:
        return dict(
            cutover.upsert_in(
                edit,
                plan_id,
                checked,
                more.get("extra", {}),
                more.get("missing", ()),
                str(more.get("source", "Runbook v1")),
            )
        )


def own_plans(workspace: Workspace, file: Path, body: dict, version: str = "9.1") -> None:
    """Write a cutover_plans pack with this body and take it as the workspace's own."""
    header = {
        "kind": "cutover_plans",
        "version": version,
        "status": "official",
        "source": "My copy",
        "date": "2026-11-20",
    }
    file.write_text(json.dumps({**header, "body": body}), encoding="utf-8")
    workspace.content.take(file)

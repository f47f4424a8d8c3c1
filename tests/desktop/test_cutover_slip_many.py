"""Several activities slip in one step: each own start moves once, what waits moves with it, the rest stays."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, PlanDetails, Predecessor
from desktop.errors import InvalidInput


def noon() -> datetime:
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path):
    with Workspace.create(tmp_path / "acme", "Acme Energy", "ACME", actor="Pat", clock=noon) as made:
        yield made


def made_plan(workspace: Workspace, *given: ActivityDetails) -> dict[str, int]:
    plan_id, _ = workspace.cutover.add_plan(PlanDetails("Go-live"))
    return {one.key: workspace.cutover.add(plan_id, one)[0] for one in given}


def starts(workspace: Workspace) -> dict[str, str]:
    [plan] = workspace.cutover.plans()
    return {one.details.key: one.details.start_at for one in workspace.cutover.plan(plan.id).activities}


CHAIN = (
    ActivityDetails("A", "First", start_at="2026-11-30", due_at="2026-12-01"),
    ActivityDetails("B", "Second", predecessors=(Predecessor("A"),)),
    ActivityDetails("C", "Third", start_at="2026-12-10", predecessors=(Predecessor("B"),)),
    ActivityDetails("D", "Aside", start_at="2026-12-04"),
)


def test_what_waits_for_another_that_slips_moves_with_it_and_only_own_starts_are_written(workspace: Workspace) -> None:
    ids = made_plan(workspace, *CHAIN)
    moved = workspace.cutover.slip([ids["A"], ids["B"], ids["C"]], 2)
    assert [one.key for one in moved] == ["A", "B", "C"]
    assert starts(workspace) == {"A": "2026-11-30", "B": "", "C": "2026-12-10", "D": "2026-12-04"}
    changes = workspace.cutover.do_slip([ids["A"], ids["B"], ids["C"]], 2)
    assert changes.title == "Slip 3 activities by 2 working days"
    assert starts(workspace) == {"A": "2026-12-02", "B": "", "C": "2026-12-14", "D": "2026-12-04"}
    [plan] = workspace.cutover.plans()
    by_key = {one.details.key: one for one in workspace.cutover.plan(plan.id).activities}
    assert by_key["A"].details.due_at == "2026-12-01"
    planned = by_key["B"].planned.start
    assert planned is not None
    assert planned.text == "2026-12-03"
    workspace.history.undo()
    assert starts(workspace) == {"A": "2026-11-30", "B": "", "C": "2026-12-10", "D": "2026-12-04"}


def test_what_has_begun_stays_and_when_none_can_slip_it_is_said_why(workspace: Workspace) -> None:
    ids = made_plan(workspace, *CHAIN, ActivityDetails("E", "Without a day"))
    workspace.cutover.start([ids["D"]])
    assert [one.key for one in workspace.cutover.slip([ids["D"], ids["E"], ids["C"]], 1)] == ["C"]
    with pytest.raises(InvalidInput, match="D Aside has begun"):
        workspace.cutover.slip([ids["D"]], 1)
    with pytest.raises(InvalidInput, match="E Without a day has no day yet"):
        workspace.cutover.do_slip([ids["E"]], 1)


def test_activities_of_two_plans_do_not_slip_together(workspace: Workspace) -> None:
    first = made_plan(workspace, ActivityDetails("A", "First", start_at="2026-11-30"))
    second = made_plan(workspace, ActivityDetails("A", "First", start_at="2026-11-30"))
    with pytest.raises(InvalidInput, match="one plan"):
        workspace.cutover.slip([first["A"], second["A"]], 1)

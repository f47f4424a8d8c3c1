"""What the pane of an activity says in words: how long it takes, and how long after what comes before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, PlanDetails, Predecessor
from ui.widgets.cutover_words import neighbours, when_facts


@pytest.mark.parametrize(
    ("kept", "words"),
    [("2 wd", "2 working days"), ("1 wd", "1 working day"), ("3 d", "3 days"), ("90 min", "1 hour 30 minutes")],
)
def test_durations_and_lags_are_words(tmp_path: Path, kept: str, words: str) -> None:
    with Workspace.create(tmp_path / "w", "Acme Energy Ltd", "ACME") as workspace:
        plan, _ = workspace.cutover.add_plan(PlanDetails("Cutover"))
        workspace.cutover.add(plan, ActivityDetails("T-1", "Freeze", duration=kept))
        workspace.cutover.add(plan, ActivityDetails("T-2", "Deploy", predecessors=(Predecessor("T-1", kept),)))
        first, second = workspace.cutover.plan(plan).activities
    assert ("Takes", words) in when_facts(first, {})
    assert ("Takes", "") in when_facts(second, {})
    (before,), _after = neighbours(second, {one.id: one for one in (first, second)})
    assert before == (first.id, "T-1", f"Freeze: ready to start, then {words}")

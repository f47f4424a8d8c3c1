"""What the pane of an activity says in words: how long it takes, and how long after what comes before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, PlanDetails, Predecessor
from ui.widgets.cutover_words import begun_words, blocked_heading, neighbours, outcome_facts, when_facts


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


def test_what_was_begun_in_spite_of_what_it_waits_for_says_so(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "w", "Acme Energy Ltd", "ACME") as workspace:
        cutover = workspace.cutover
        plan, _ = cutover.add_plan(PlanDetails("Cutover"))
        first, _ = cutover.add(plan, ActivityDetails("T-1", "Freeze"))
        second, _ = cutover.add(plan, ActivityDetails("T-2", "Deploy", predecessors=(Predecessor("T-1"),)))
        waiting = cutover.plan(plan).by_id(second)
        cutover.start([second], despite="The vendor is here today")
        begun = cutover.plan(plan).by_id(second)
        cutover.tick([first])
        free = cutover.plan(plan).by_id(second)
        cutover.tick([second], despite="The vendor is here today")
        done = cutover.plan(plan).by_id(second)
    assert waiting is not None
    assert begun is not None
    assert free is not None
    assert done is not None
    assert (blocked_heading(waiting), begun_words(waiting)) == ("Cannot start yet, because", "")
    assert (blocked_heading(begun), begun_words(begun)) == ("Begun although", "Reason: The vendor is here today")
    assert begun_words(free) == "It could not start then. Reason: The vendor is here today"
    assert "The vendor" not in str(outcome_facts(begun))
    assert begun_words(done) == ""

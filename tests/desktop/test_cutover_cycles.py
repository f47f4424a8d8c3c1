"""Activities that wait for one another are named in one sentence that a person can read, however many they are."""

from __future__ import annotations

import pytest
from record_hands import importing

from desktop.cutover.links import ring_words
from desktop.cutover.model import ActivityDetails, ActivityEdit, PlanDetails, Predecessor
from desktop.errors import InvalidInput
from desktop.records.model import RecordKind


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def test_a_ring_of_200_in_a_file_names_the_first_three_and_the_last_two(at):
    lines = [f"T-{one:03d},Activity {one},T-{one % 200 + 1:03d}" for one in range(1, 201)]
    path = at.csv("Task ID,Title,Predecessors", *lines)
    with pytest.raises(InvalidInput) as caught:
        at.stage(path, RecordKind.ACTIVITIES, new_plan="Ring")
    assert caught.value.what == (
        "These 200 activities would wait for one another: T-001 Activity 1 → T-002 Activity 2 → T-003 Activity 3 → "
        "(195 more) → T-199 Activity 199 → T-200 Activity 200 → T-001 Activity 1."
    )


def test_a_ring_that_somebody_closes_by_hand_is_as_short(at):
    cutover = at.workspace.cutover
    plan_id, _ = cutover.add_plan(PlanDetails("Cutover"))
    ids = []
    for one in range(1, 31):
        before = (Predecessor(f"T-{one - 1}"),) if one > 1 else ()
        ids.append(cutover.add(plan_id, ActivityDetails(f"T-{one}", "x" * 5_000, predecessors=before))[0])
    with pytest.raises(InvalidInput) as caught:
        cutover.edit([ids[0]], ActivityEdit(predecessors="T-30"))
    assert "These 30 activities wait for one another: " in caught.value.what
    assert "(25 more)" in caught.value.what
    assert len(caught.value.what) < 600


def test_few_are_named_one_by_one():
    assert ring_words(["A", "B", "A"], "wait") == "These activities wait for one another: A → B → A"
    assert "more" not in ring_words([*"ABCDEF", "A"], "wait")
    seven = ring_words([*"ABCDEFG", "A"], "wait")
    assert seven == "These 7 activities wait for one another: A → B → C → (2 more) → F → G → A"

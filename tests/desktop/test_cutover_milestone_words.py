"""Words under Milestone that name none: kept beside the activity, and refused only where days are counted from them."""

from __future__ import annotations

import json

import pytest
from record_hands import changed, importing, told

from desktop.records.model import RecordKind

KIND = RecordKind.ACTIVITIES


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def rows(at):
    found = at.rows("SELECT key, due_at, milestone, extra FROM cutover_activity ORDER BY position")
    return [(key, due, milestone, json.loads(extra)) for key, due, milestone, extra in found]


def test_words_are_kept_beside_with_a_note_and_the_row_is_taken(at):
    path = at.csv(
        "Task ID,Title,Due,Milestone",
        "T-1,Freeze,,Data centre ready",
        "T-2,Deploy,2026-11-20,Data centre ready",
        "T-3,Declare,,M14",
        "T-4,Tell,,Data centre ready",
    )
    staged = at.stage(path, KIND, new_plan="Cutover")
    assert told(staged.counts) == {"added": 4}
    assert (
        "2 rows with words for a milestone that is none here (“Data centre ready”): the words are kept beside, and "
        "nothing hangs on them. Add it under Milestones first if something shall."
    ) in staged.notes
    plan_id = at.imports.commit(staged).plan_id
    beside = {"Milestone": "Data centre ready"}
    assert rows(at) == [
        ("T-1", "", "", beside), ("T-2", "2026-11-20", "", beside), ("T-3", "", "M14", {}), ("T-4", "", "", beside),
    ]  # fmt: skip
    assert told(at.stage(path, KIND, plan=plan_id).counts) == {"unchanged": 4}


def test_days_that_are_counted_from_words_are_refused_and_0_days_are_none(at):
    path = at.csv(
        "Task ID,Title,Milestone,Working days after milestone",
        "T-1,Freeze,Data centre ready,-5",
        "T-2,Deploy,Data centre ready,0",
    )
    staged = at.stage(path, KIND, new_plan="Cutover")
    assert told(staged.counts) == {"added": 1, "refused": 1}
    (refused,) = changed(staged, "refused")
    assert (refused.key, "There is no milestone “Data centre ready”" in refused.reason) == ("T-1", True)
    assert any("1 row with words" in note for note in staged.notes)


def test_many_words_are_counted(at):
    path = at.csv("Task ID,Title,Milestone", *(f"T-{one},A {one},Gate {one}" for one in range(1, 9)))
    staged = at.stage(path, KIND, new_plan="Cutover")
    (note,) = [note for note in staged.notes if "none here" in note]
    assert "“Gate 5” and 3 more" in note

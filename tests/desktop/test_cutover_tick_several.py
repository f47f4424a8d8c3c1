"""Ticking several in one go: those that need an outcome, or another one, are named, and nothing is ticked."""

from __future__ import annotations

import pytest
from record_hands import importing

from desktop.cutover.model import ActivityDetails, ActivityType, PlanDetails
from desktop.errors import InvalidInput

TYPES = {
    "T-1": ActivityType.TASK,
    "T-2": ActivityType.VALIDATION,
    "T-3": ActivityType.VALIDATION,
    "T-4": ActivityType.GO_NO_GO,
    "T-5": ActivityType.TASK,
}


@pytest.fixture
def plan(tmp_path):
    with importing(tmp_path) as at:
        cutover = at.workspace.cutover
        plan_id, _ = cutover.add_plan(PlanDetails("Cutover"))
        ids = {
            key: cutover.add(plan_id, ActivityDetails(key, f"Do {key}", type=kind))[0] for key, kind in TYPES.items()
        }

        def tick(*keys, **said):
            return cutover.tick([ids[key] for key in keys], **said)

        def done():
            return [one.details.key for one in cutover.plan(plan_id).activities if one.done]

        yield tick, done


def refused(call, *keys, **said):
    with pytest.raises(InvalidInput) as caught:
        call(*keys, **said)
    assert caught.value.field == "outcome"
    return caught.value.what


def test_those_that_need_an_outcome_are_named_with_their_words_and_the_others_too(plan):
    tick, done = plan
    assert refused(tick, *TYPES) == (
        "These cannot be called done so: T-2 Do T-2 (pass, fail or not tested), T-3 Do T-3 (pass, fail or not tested) "
        "and T-4 Do T-4 (go or no-go) need an outcome. T-1 and T-5 can go as they are."
    )
    assert done() == []


def test_with_an_outcome_those_that_have_none_or_another_are_named(plan):
    tick, done = plan
    assert refused(tick, "T-1", "T-2", "T-4", outcome="pass") == (
        "These cannot be called done so: T-4 Do T-4 (go or no-go) needs another outcome; "
        "T-1 Do T-1 has no outcome: it is done or not. T-2 can go as it is."
    )
    assert done() == []


def test_what_ends_alike_is_ticked_in_one_go(plan):
    tick, done = plan
    tick("T-1", "T-5")
    tick("T-2", "T-3", outcome="pass")
    assert done() == ["T-1", "T-2", "T-3", "T-5"]


def test_one_alone_is_told_as_before(plan):
    tick, _done = plan
    assert refused(tick, "T-4") == "T-4 Do T-4 ends in go or no-go."

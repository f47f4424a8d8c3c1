"""How an activity stands: what it waits for, what it lacks, late, and each colour with its reason."""

from __future__ import annotations

import pytest
from cutover_steps_hands import lag
from hypothesis import given
from hypothesis import strategies as st

from desktop.cutover.ends import end_words
from desktop.cutover.model import ActivityState, ActivityType, Rag, Window
from desktop.cutover.schedule import Step, schedule
from desktop.cutover.standing import Before, Facts, State, standing
from desktop.cutover.steps import Scheduled
from desktop.uk_time import Moment, parse_moment
from desktop.working_days import WorkingDays

A = ActivityState
NOWHERE = Scheduled(Window(), Window(), None)


def moment(text: str) -> Moment:
    found = parse_moment(text)
    assert found is not None
    return found


def stands(now: str, *befores: Before, start: str = "", duration: str = "", **facts) -> State:
    """The state of one activity whose windows come from the schedule itself."""
    for name in ("due", "started", "finished"):
        facts[name] = parse_moment(facts.get(name, ""))
    kept = Facts(**facts)
    finished = None if kept.outcome in ("fail", "no-go") else kept.finished
    one = Step(
        1, kept.type, lag(duration), parse_moment(start), kept.due, (), kept.started, finished, bool(kept.not_needed)
    )
    at = moment(now).start()
    return standing(kept, schedule([one], WorkingDays(), at)[1], at, befores, WorkingDays())


# -- state, waiting, lacking -------------------------------------------------------------------------------------------


def test_it_waits_for_what_is_not_finished_and_names_it():
    found = stands("2026-10-20", Before("T-003 Deploy MPRS", A.STARTED), Before("T-004 Tell all", A.DONE))
    assert found.state is A.WAITING
    assert found.waiting_for == ("T-003 Deploy MPRS is not finished",)


def test_what_failed_or_ended_in_no_go_holds_it_up_and_what_is_not_needed_does_not():
    found = stands(
        "2026-10-20",
        Before("T-1 Check", A.FAILED, outcome="fail"),
        Before("T-2 Decide", A.FAILED, outcome="no-go"),
        Before("T-3 Spare", A.NOT_NEEDED),
    )
    assert found.waiting_for == ("T-1 Check did not pass", "T-2 Decide ended in no-go")


def test_it_waits_until_a_lag_has_passed():
    before = Before("T-1 Freeze", A.DONE, lag("2 wd"), moment("2026-10-23T16:00"))
    assert stands("2026-10-27T15:59", before).waiting_for == (
        "T-1 Freeze is finished, but 2 working days must pass: from 27 Oct 2026 16:00",
    )
    assert stands("2026-10-27T16:00", before).state is A.READY


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, A.READY),
        ({"started": "2026-10-20"}, A.STARTED),
        ({"finished": "2026-10-20"}, A.DONE),
        ({"finished": "2026-10-20", "outcome": "pass"}, A.DONE),
        ({"finished": "2026-10-20", "outcome": "fail"}, A.FAILED),
        ({"finished": "2026-10-20", "outcome": "no-go"}, A.FAILED),
        ({"finished": "2026-10-20", "outcome": "not tested"}, A.DONE),
        ({"started": "2026-10-20", "not_needed": "No agents of that kind"}, A.NOT_NEEDED),
    ],
)
def test_how_far_it_is(facts, state):
    assert stands("2026-10-21", **facts).state is state


def test_what_has_begun_in_spite_of_it_still_says_what_it_waits_for():
    found = stands("2026-10-20", Before("T-1 Freeze", A.READY), started="2026-10-19")
    assert found.state is A.STARTED
    assert found.waiting_for


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        ({}, ()),
        ({"evidence_needed": "Screenshot"}, ("Evidence: Screenshot",)),
        ({"evidence_needed": "Screenshot", "evidence": 1}, ()),
        ({"evidence_needed": "Screenshot", "evidence": 1, "awaiting": 1}, ("Its evidence awaits confirmation",)),
        (
            {"evidence_needed": "Screenshot", "evidence": 1, "expired": 1},
            ("Evidence that is still good: what is here has expired",),
        ),
        ({"evidence": 1, "awaiting": 1}, ()),
        ({"declaration_needed": "ready"}, ("A signed declaration",)),
        ({"type": ActivityType.DECLARATION}, ("A signed declaration",)),
        ({"declaration_needed": "ready", "signed": True}, ()),
        ({"declaration_needed": "ready", "finished": "2026-10-19"}, ()),
    ],
)
def test_what_it_lacks_before_it_can_be_called_done(facts, lacks):
    assert stands("2026-10-20", **facts).lacks == lacks


# -- colours -----------------------------------------------------------------------------------------------------------


def test_done_has_no_colour_and_says_how_late_it_was():
    assert stands("2026-10-30", due="2026-10-28", finished="2026-10-28T23:00").why == "Done."
    late = stands("2026-11-04", due="2026-10-30", finished="2026-10-31T09:00")  # a Saturday counts as the Monday
    assert (late.rag, late.why, late.late) == (Rag.NONE, "Done 1 working day after its due day.", False)
    hour = stands("2026-11-04", due="2026-10-28T12:00", finished="2026-10-28T13:00")
    assert hour.why == "Done, after it was due at 28 Oct 2026 12:00."
    assert stands("2026-10-30", finished="2026-10-28", outcome="not tested").why == "Done, but not tested."


def test_done_is_amber_while_a_changed_text_is_to_be_confirmed():
    found = stands("2026-10-30", due="2026-10-28", finished="2026-10-28", changed=True)
    assert found.rag is Rag.AMBER
    assert "to be confirmed" in found.why


def test_not_needed_has_no_colour_even_when_its_day_has_passed():
    found = stands("2026-11-30", due="2026-10-28", not_needed="Not our role")
    assert (found.rag, found.late, found.waiting_for, found.lacks) == (Rag.NONE, False, (), ())


def test_red_from_the_moment_that_its_due_moment_has_passed():
    assert stands("2026-10-28T16:00", due="2026-10-28T16:00", duration="1 h", started="2026-10-28T15:00").late is False
    found = stands("2026-10-28T16:01", due="2026-10-28T16:00", duration="1 h", started="2026-10-28T15:00")
    assert (found.rag, found.late) == (Rag.RED, True)
    assert found.why == "It was due on 28 Oct 2026 16:00 and is not finished."
    day = {"due": "2026-10-28", "started": "2026-10-28"}
    assert stands("2026-10-28T23:59", **day).late is False
    assert stands("2026-10-29T00:01", **day).late is True


def test_without_a_due_moment_the_planned_end_counts():
    found = stands("2026-10-22T09:00", start="2026-10-20", duration="2 wd")
    assert (found.rag, found.why) == (Rag.RED, "It was to end on 21 Oct 2026 and is not finished.")


def test_red_when_it_looks_like_ending_after_it_is_due():
    found = stands("2026-10-26T09:00", start="2026-10-22", due="2026-10-28", duration="5 wd", started="2026-10-23")
    assert (found.rag, found.late) == (Rag.RED, False)
    assert found.why == "By the forecast it ends on 29 Oct 2026, after it is due on 28 Oct 2026."


@pytest.mark.parametrize(("outcome", "why"), [("fail", "It did not pass."), ("no-go", "The decision was no-go.")])
def test_red_when_it_failed(outcome, why):
    found = stands("2026-10-20", outcome=outcome, finished="2026-10-20")
    assert (found.rag, found.why) == (Rag.RED, why)


def test_amber_when_it_should_have_begun():
    at_nine = {"start": "2026-10-20T09:00", "duration": "2 h", "due": "2026-10-22"}
    assert stands("2026-10-20T09:00", **at_nine).rag is Rag.GREEN
    found = stands("2026-10-20T09:05", **at_nine)
    assert (found.rag, found.why) == (Rag.AMBER, "It should have begun on 20 Oct 2026 09:00 and has not.")
    whole = {"start": "2026-10-20", "duration": "5 wd", "due": "2026-11-10"}
    assert stands("2026-10-20T23:00", **whole).rag is Rag.GREEN
    assert stands("2026-10-21T00:01", **whole).rag is Rag.AMBER


def test_amber_when_it_looks_like_ending_later_than_planned_but_in_time():
    found = stands("2026-10-21", start="2026-10-20", duration="2 wd", started="2026-10-21", due="2026-10-30")
    assert (found.rag, found.why) == (Rag.AMBER, "By the forecast it ends on 22 Oct 2026 instead of 21 Oct 2026.")


def test_amber_when_days_of_work_are_due_within_two_working_days_and_have_not_begun():
    assert stands("2026-10-23T09:00", due="2026-10-28").rag is Rag.GREEN  # a Friday; the Wednesday after
    found = stands("2026-10-24T09:00", due="2026-10-27")  # a Saturday; the Tuesday after
    assert (found.rag, found.why) == (Rag.AMBER, "It is due on 27 Oct 2026 and has not begun.")
    assert stands("2026-10-26T09:00", due="2026-10-27", started="2026-10-26").rag is Rag.GREEN
    assert stands("2026-10-27T09:00", due="2026-10-27", started="2026-10-27").rag is Rag.GREEN


def test_what_is_planned_by_the_hour_or_takes_no_time_is_not_amber_for_being_near():
    assert stands("2026-10-27T09:00", due="2026-10-27T22:00", duration="1 h").rag is Rag.GREEN
    decision = {"type": ActivityType.GO_NO_GO, "due": "2026-10-27T16:00"}
    assert stands("2026-10-27T09:00", **decision).rag is Rag.GREEN
    assert stands("2026-10-27T09:00", Before("T-1 Check", A.READY), **decision).rag is Rag.AMBER


def test_amber_while_a_changed_text_has_not_been_looked_at():
    found = stands("2026-10-01", due="2026-10-28", changed=True)
    assert (found.rag, found.why) == (Rag.AMBER, "The plan says something else of it now: look at it and confirm.")


def test_green_for_the_rest_with_a_day_and_nothing_without():
    assert stands("2026-10-01", due="2026-10-28").why == "In time: due on 28 Oct 2026."
    assert stands("2026-10-01", start="2026-10-28").why == "As planned: it ends on 28 Oct 2026."
    found = stands("2026-10-01")
    assert (found.rag, found.why) == (Rag.NONE, "It has no day.")


optional = st.none() | st.sampled_from(
    [Moment(moment(day).day, moment(day).time) for day in ("2026-10-24", "2026-10-25T01:30", "2026-10-28T12:00")]
)


@given(
    st.builds(
        Facts,
        type=st.sampled_from(list(ActivityType)),
        due=optional,
        started=optional,
        finished=optional,
        outcome=st.sampled_from(["", "pass", "fail", "not tested", "go", "no-go"]),
        not_needed=st.sampled_from(["", "why"]),
        changed=st.booleans(),
        evidence=st.integers(0, 2),
        evidence_needed=st.sampled_from(["", "log"]),
    ),
    st.lists(st.builds(Before, st.just("T-1"), st.sampled_from(list(A)))),
    st.sampled_from(["2026-10-24T23:30", "2026-10-25T01:30", "2026-10-30T12:00"]),
)
def test_every_colour_has_its_sentence_and_no_activity_is_done_and_late(facts, befores, now):
    found = standing(facts, NOWHERE, moment(now).start(), befores, WorkingDays())
    assert found.why.endswith(".")
    assert not (found.state.finished and found.late)
    assert (found.rag is Rag.RED) >= found.late
    assert found.rag in (Rag.NONE, Rag.AMBER) or not found.state.finished


def test_a_task_without_time_is_an_instant_too():
    assert stands("2026-10-27T09:00", due="2026-10-27", duration="0").rag is Rag.GREEN


# -- beyond the last year ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("duration", ["2600 wd", "3660 d", "87840 h"])
def test_what_would_end_beyond_the_last_year_of_plans_is_red_and_says_so(duration):
    found = stands("2026-10-20", start="2095-01-01", duration=duration)
    assert (found.rag, found.why) == (
        Rag.RED,
        "It would end beyond 2100, where plans stop: look at its duration, its start and what it waits for.",
    )


@pytest.mark.parametrize("duration", ["1 wd", "1 d", "4 h", "0"])
def test_what_ends_on_the_last_day_of_plans_is_not_cut_off(duration):
    assert stands("2026-10-20", start="2100-12-31", duration=duration).rag is Rag.GREEN


def test_the_end_of_a_plan_beyond_is_told_as_such():
    steps = [Step(one, ActivityType.TASK, lag("3660 d"), None, None, ((one - 1, None),)) for one in range(2, 12)]
    first = Step(1, ActivityType.TASK, lag("3660 d"), moment("2026-10-20"), None, ())
    last = schedule([first, *steps], WorkingDays(), moment("2026-10-20").start())[11]
    assert end_words(last.planned.finish) == "beyond 2100"
    assert end_words(moment("2100-12-31")) == "31 Dec 2100"

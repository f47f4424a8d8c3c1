"""Plans worked out by hand: weekends, bank holidays, Christmas, the nights of clock changes, slips and cycles.

In 2026: 25 October a Sunday (clocks go back), 29 March a Sunday (clocks go forward); 25 and 28 December, 1 January 2027
are bank holidays; 3 and 6 April (Easter), 4 May.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from cutover_steps_hands import GO, MILESTONE, TASK, forecast, lag, planned, scheduled, step, words
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.cutover.model import ActivityType
from desktop.cutover.schedule import Cycle, Step, critical_chain, ends_after, order, ready_after, schedule
from desktop.uk_time import Moment, civil, parse_moment
from desktop.working_days import Calendar, WorkingDays


def chain(*steps: Step, now: str) -> tuple[int, ...]:
    return critical_chain(steps, scheduled(steps, now))


# -- by the plan -------------------------------------------------------------------------------------------------------


def test_working_days_follow_one_another_over_a_weekend():
    assert planned(step(1, "2 wd", start="2026-10-22"), step(2, "2 wd", 1)) == [
        "2026-10-22 .. 2026-10-23",
        "2026-10-26 .. 2026-10-27",
    ]


def test_without_a_duration_a_task_takes_one_working_day_and_a_milestone_none():
    assert planned(step(1, start="2026-10-22"), step(2, "", 1), step(3, "", 2, kind=MILESTONE)) == [
        "2026-10-22",
        "2026-10-23",
        "2026-10-23",
    ]


def test_christmas_and_the_substitute_day_are_no_working_days():
    assert planned(step(1, "1 wd", start="2026-12-24"), step(2, "4 wd", 1)) == [
        "2026-12-24",
        "2026-12-29 .. 2027-01-04",
    ]


def test_scotland_has_2_january_besides_and_its_substitute():
    days = WorkingDays(Calendar.SCOTLAND)
    assert planned(step(1, "4 wd", start="2026-12-29"), days=days) == ["2026-12-29 .. 2027-01-05"]


def test_closed_days_of_the_organisation_count_too():
    days = WorkingDays(closed=frozenset({date(2026, 10, 23)}))
    assert planned(step(1, "2 wd", start="2026-10-22"), days=days) == ["2026-10-22 .. 2026-10-26"]


def test_days_are_those_on_the_wall_and_may_begin_on_a_weekend():
    assert planned(step(1, "1 wd", start="2026-10-23"), step(2, "2 d", 1), step(3, "1 wd", 2)) == [
        "2026-10-23",
        "2026-10-24 .. 2026-10-25",
        "2026-10-26",
    ]


def test_a_start_on_a_weekend_is_the_next_working_day_for_working_days():
    assert planned(step(1, "1 wd", start="2026-10-24"), step(2, "1 d", start="2026-10-24")) == [
        "2026-10-26",
        "2026-10-24",
    ]


def test_hours_run_on_through_the_night_in_which_clocks_go_back():
    assert planned(step(1, "4 h", start="2026-10-24T23:00"), step(2, "90 min", 1)) == [
        "2026-10-24T23:00 .. 2026-10-25T02:00",
        "2026-10-25T02:00 .. 2026-10-25T03:30",
    ]


def test_hours_run_on_through_the_night_in_which_clocks_go_forward():
    assert planned(step(1, "4 h", start="2026-03-28T23:00")) == ["2026-03-28T23:00 .. 2026-03-29T04:00"]


def test_a_time_that_clocks_show_twice_is_passed_once_by_each_hour():
    steps = [step(1, "1 h", start="2026-10-25T00:30"), step(2, "1 h", 1), step(3, "1 h", 2)]
    assert planned(*steps) == [
        "2026-10-25T00:30 .. 2026-10-25T01:30",
        "2026-10-25T01:30 .. 2026-10-25T01h30 GMT",
        "2026-10-25T01h30 GMT .. 2026-10-25T02:30",
    ]


def test_by_the_clock_after_a_days_work_begins_at_nine_of_the_next_day_even_a_saturday():
    assert planned(step(1, "1 wd", start="2026-10-23"), step(2, "2 h", 1)) == [
        "2026-10-23",
        "2026-10-24T09:00 .. 2026-10-24T11:00",
    ]


def test_whole_days_begin_when_a_working_day_is_wholly_left():
    night = step(1, "4 h", start="2026-10-24T22:00")
    until_midnight = step(3, "2 h", start="2026-10-25T22:00")
    assert planned(night, step(2, "1 wd", 1), until_midnight, step(4, "1 wd", 3), step(5, "1 d", 3)) == [
        "2026-10-24T22:00 .. 2026-10-25T01h00 GMT",
        "2026-10-26",
        "2026-10-25T22:00 .. 2026-10-26T00:00",
        "2026-10-26",
        "2026-10-26",
    ]
    assert planned(step(1, "1 h", start="2026-10-26T08:00"), step(2, "1 wd", 1))[1] == "2026-10-27"


def test_after_a_milestone_on_a_day_that_day_itself_is_left():
    steps = [step(1, start="2026-10-28", kind=MILESTONE), step(2, "1 wd", 1), step(3, "2 h", 1), step(4, "0", 1)]
    assert planned(*steps) == ["2026-10-28", "2026-10-28", "2026-10-28T09:00 .. 2026-10-28T11:00", "2026-10-28"]


def test_a_milestone_after_a_days_work_stands_at_the_end_of_that_day():
    assert planned(step(1, "2 wd", start="2026-10-22"), step(2, "", 1, kind=MILESTONE), step(3, "1 wd", 2)) == [
        "2026-10-22 .. 2026-10-23",
        "2026-10-23",
        "2026-10-26",
    ]


def test_a_decision_with_a_due_moment_happens_then_or_when_what_it_waits_for_has_ended():
    early, late = step(1, "1 wd", start="2026-10-20"), step(2, "1 wd", start="2026-10-29")
    assert planned(
        early,
        late,
        step(3, "", 1, kind=GO, due="2026-10-28T16:00"),
        step(4, "", 1, 2, kind=GO, due="2026-10-28T16:00"),
        step(5, "", 2, kind=MILESTONE, due="2026-10-29"),
    )[2:] == ["2026-10-28T16:00", "2026-10-29", "2026-10-29"]


def test_without_a_start_and_predecessors_work_ends_when_it_is_due():
    assert planned(
        step(1, "3 wd", due="2026-12-29"),  # 25 and 28 December are off
        step(2, "2 wd", due="2026-10-25"),  # a Sunday
        step(3, "2 wd", due="2026-10-30T12:00"),
        step(4, "3 h", due="2026-10-25T03:00"),  # the night has 25 hours
        step(5, "4 h", due="2026-10-30"),
        step(6, "2 d", due="2026-10-25"),
        step(7, "", due="2026-10-25", kind=MILESTONE),
        step(8, "1 wd"),
    ) == [
        "2026-12-23 .. 2026-12-29",
        "2026-10-22 .. 2026-10-23",
        "2026-10-29 .. 2026-10-30T12:00",
        "2026-10-25T01:00 .. 2026-10-25T03:00",
        "2026-10-30T13:00 .. 2026-10-30T17:00",
        "2026-10-24 .. 2026-10-25",
        "2026-10-25",
        "none",
    ]


def test_a_due_day_does_not_hold_back_what_has_a_start_or_waits_for_something():
    first = step(1, "1 wd", start="2026-10-20", due="2026-10-30")
    assert planned(first, step(2, "1 wd", 1, due="2026-10-30")) == ["2026-10-20", "2026-10-21"]


def test_its_own_start_is_the_earliest_and_not_the_latest():
    first = step(1, "3 wd", start="2026-10-19")
    assert planned(first, step(2, "1 wd", 1, start="2026-10-20"), step(3, "1 wd", 1, start="2026-10-26"))[1:] == [
        "2026-10-22",
        "2026-10-26",
    ]


def test_a_start_with_a_time_is_kept_for_whole_days_until_something_pushes_it():
    own = step(2, "2 wd", 1, start="2026-10-22T14:00")
    assert planned(step(1, "2 h", start="2026-10-22T08:00"), own)[1] == "2026-10-22T14:00 .. 2026-10-23"
    assert planned(step(1, "8 h", start="2026-10-22T08:00"), own)[1] == "2026-10-23 .. 2026-10-26"
    assert planned(step(1, "1 wd", start="2026-10-21"), own)[1] == "2026-10-22T14:00 .. 2026-10-23"


def test_lags_follow_the_unit_that_they_are_said_in():
    day = step(1, "1 wd", start="2026-10-22")
    hour = step(2, "1 h", start="2026-10-24T22:00")
    reached = step(3, start="2026-10-22", kind=MILESTONE)
    assert planned(
        day, hour, reached,
        step(4, "1 wd", (1, "1 wd")), step(5, "1 d", (1, "1 d")), step(6, "1 h", (1, "4 h")),
        step(7, "1 h", (2, "4 h")), step(8, "1 h", (2, "1 d")), step(9, "1 wd", (2, "1 wd")),
        step(10, "1 wd", (3, "2 wd")), step(11, "", (1, "2 wd"), kind=MILESTONE), step(12, "1 wd", 11),
    )[3:] == [
        "2026-10-26", "2026-10-24", "2026-10-23T13:00 .. 2026-10-23T14:00",
        "2026-10-25T02:00 .. 2026-10-25T03:00", "2026-10-25T23:00 .. 2026-10-26T00:00", "2026-10-27",
        "2026-10-26", "2026-10-26", "2026-10-27",
    ]  # fmt: skip


def test_the_last_of_several_predecessors_decides():
    steps = [step(1, "1 wd", start="2026-10-20"), step(2, "3 wd", start="2026-10-20"), step(3, "1 wd", 1, 2)]
    found = scheduled(steps, "2026-10-01")
    assert words(found[3].planned) == "2026-10-23"
    assert found[3].driven_by == 2


def test_what_is_not_needed_has_no_window_and_keeps_the_order():
    first = step(1, "2 wd", start="2026-10-22")
    other = step(2, "9 wd", 1, start="2026-12-01", not_needed=True)
    found = scheduled([first, other, step(3, "1 wd", 2)], "2026-10-01")
    assert [words(one.planned) for one in found.values()] == ["2026-10-22 .. 2026-10-23", "none", "2026-10-26"]
    assert found[3].driven_by == 1


def test_what_has_no_day_holds_nothing_up():
    assert planned(step(1), step(2, "1 wd", 1), step(3, "1 wd", 1, due="2026-10-28")) == ["none", "none", "2026-10-28"]


def test_a_predecessor_that_is_not_in_the_plan_is_passed_over():
    assert planned(step(1, "1 wd", 99, start="2026-10-22")) == ["2026-10-22"]


def test_a_chain_that_runs_out_of_the_calendar_stops_there():
    steps = [step(1, "2600 wd", start="2099-01-01"), step(2, "2600 wd", 1), step(3, "87840 h", 2), step(4, "3660 d", 3)]
    assert scheduled(steps, "2026-10-01")[4].planned.finish is not None


# -- as it looks -------------------------------------------------------------------------------------------------------


def test_what_has_not_begun_is_pushed_to_today_and_pushes_the_rest():
    steps = [step(1, "2 wd", start="2026-10-20"), step(2, "1 wd", 1), step(3, "", 2, kind=MILESTONE, due="2026-10-23")]
    assert forecast(*steps, now="2026-10-20T18:00") == ["2026-10-20 .. 2026-10-21", "2026-10-22", "2026-10-23"]
    assert forecast(*steps, now="2026-10-22T08:00") == ["2026-10-22 .. 2026-10-23", "2026-10-26", "2026-10-26"]
    assert planned(*steps, now="2026-10-22T08:00") == ["2026-10-20 .. 2026-10-21", "2026-10-22", "2026-10-23"]


def test_on_a_weekend_work_is_pushed_to_the_next_working_day_and_by_the_clock_to_now():
    steps = [step(1, "1 wd", start="2026-10-20"), step(2, "1 h", start="2026-10-20T09:00")]
    assert forecast(*steps, now="2026-10-24T11:10") == ["2026-10-26", "2026-10-24T11:10 .. 2026-10-24T12:10"]


def test_actual_moments_take_the_place_of_planned_ones():
    first = step(1, "2 wd", start="2026-10-20", started="2026-10-20T10:00", finished="2026-10-22T15:00")
    assert forecast(first, step(2, "1 wd", 1), step(3, "2 h", 1), now="2026-10-22T16:00") == [
        "2026-10-20T10:00 .. 2026-10-22T15:00",
        "2026-10-23",
        "2026-10-22T16:00 .. 2026-10-22T18:00",
    ]


def test_an_early_end_lets_the_next_begin_earlier():
    first = step(1, "5 wd", start="2026-10-19", started="2026-10-19", finished="2026-10-20")
    assert forecast(first, step(2, "1 wd", 1), now="2026-10-20T18:00")[1] == "2026-10-21"


def test_what_has_begun_and_should_have_ended_ends_today_at_the_earliest():
    begun = step(1, "2 wd", start="2026-10-20", started="2026-10-20T10:00")
    by_clock = step(2, "2 h", start="2026-10-20T09:00", started="2026-10-20T10:00")
    assert forecast(begun, by_clock, now="2026-10-20T11:00") == [
        "2026-10-20T10:00 .. 2026-10-21",
        "2026-10-20T10:00 .. 2026-10-20T12:00",
    ]
    assert forecast(begun, by_clock, now="2026-10-24T13:00") == [
        "2026-10-20T10:00 .. 2026-10-26",
        "2026-10-20T10:00 .. 2026-10-24T13:00",
    ]


def test_a_milestone_that_is_ticked_during_its_day_leaves_the_day_to_what_was_planned_on_it():
    reached = step(1, kind=MILESTONE, start="2026-10-28", finished="2026-10-28T09:10")
    steps = [reached, step(2, "1 wd", 1), step(3, "2 h", 1)]
    assert forecast(*steps, now="2026-10-28T09:15") == [
        "2026-10-28T09:10",
        "2026-10-28",
        "2026-10-28T09:15 .. 2026-10-28T11:15",
    ]


def test_a_milestone_after_a_days_work_does_not_give_the_day_back_when_it_is_ticked():
    work = step(1, "1 wd", start="2026-10-28", started="2026-10-28", finished="2026-10-28")
    reached = step(2, "", 1, kind=MILESTONE, finished="2026-10-28T17:30")
    assert forecast(work, reached, step(3, "1 wd", 2), now="2026-10-28T17:40")[2] == "2026-10-29"


def test_of_an_end_without_a_beginning_the_plan_says_when_it_began():
    assert forecast(step(1, "2 wd", start="2026-10-20", finished="2026-10-21T12:00"), now="2026-10-22") == [
        "2026-10-20 .. 2026-10-21T12:00"
    ]
    assert forecast(step(1, "2 wd", start="2026-10-20", finished="2026-10-19"), now="2026-10-22") == ["2026-10-19"]


# -- order, cycles, the chain ------------------------------------------------------------------------------------------


def test_the_order_keeps_what_was_given_where_nothing_waits():
    assert order({1: [], 2: [4], 3: [], 4: []}) == (1, 4, 2, 3)


@pytest.mark.parametrize(
    ("links", "ring"),
    [({1: [1]}, (1, 1)), ({1: [2], 2: [1]}, (1, 2, 1)), ({9: [], 1: [9, 2], 2: [3], 3: [9, 1]}, (1, 2, 3, 1))],
)
def test_a_cycle_is_named_in_the_order_of_waiting(links, ring):
    with pytest.raises(Cycle) as caught:
        order(links)
    assert caught.value.ids == ring


def test_a_cycle_behind_a_way_in_names_the_ring_alone():
    with pytest.raises(Cycle) as caught:
        order({1: [2], 2: [3], 3: [4], 4: [2]})
    assert caught.value.ids == (2, 3, 4, 2)


def test_a_chain_of_thousands_is_no_matter_of_recursion():
    assert order({one: [one + 1] for one in range(5_000)})[0] == 4_999


links = st.integers(1, 12).flatmap(
    lambda n: st.fixed_dictionaries({one: st.lists(st.integers(0, n - 1), max_size=3) for one in range(n)})
)


@given(links)
def test_the_order_is_one_or_the_cycle_is_real(waits):
    try:
        found, ring = order(waits), ()
    except Cycle as cycle:
        found, ring = (), cycle.ids
    if ring:
        assert ring[0] == ring[-1]
        assert all(after in waits[one] for one, after in pairwise(ring))
    else:
        assert sorted(found) == sorted(waits)
        assert all(found.index(before) < found.index(one) for one in waits for before in waits[one])


def test_the_chain_that_decides_the_end_goes_back_to_the_day_that_it_stands_on():
    steps = [
        step(1, "1 wd", start="2026-10-20"),
        step(2, "5 wd", 1),
        step(3, "1 wd", 1),
        step(4, "1 wd", 2, 3),
        step(5, "", 4, kind=MILESTONE),
    ]
    assert chain(*steps, now="2026-10-01") == (1, 2, 4, 5)
    steps[2] = step(3, "9 wd", 1)
    assert chain(*steps, now="2026-10-01") == (1, 3, 4, 5)


def test_the_chain_begins_where_an_own_start_decides_and_where_today_does():
    steps = [step(1, "1 wd", start="2026-10-20"), step(2, "1 wd", 1, start="2026-11-03"), step(3, "1 wd", 2)]
    assert chain(*steps, now="2026-10-01") == (2, 3)
    done = step(1, "1 wd", start="2026-10-20", started="2026-10-20", finished="2026-10-20")
    assert chain(done, step(2, "1 wd", 1), now="2026-10-23T10:00") == (2,)


def test_nothing_with_a_day_has_no_chain():
    assert chain(step(1), step(2, "", 1), now="2026-10-01") == ()


# -- against due moments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finish", "due", "after"),
    [
        ("2026-10-28", "2026-10-28", False),
        ("2026-10-29", "2026-10-28", True),
        ("2026-10-28T23:59", "2026-10-28", False),
        ("2026-10-29T00:01", "2026-10-28", True),
        ("2026-10-28T16:00", "2026-10-28T16:00", False),
        ("2026-10-28T16:01", "2026-10-28T16:00", True),
        ("2026-10-28", "2026-10-28T17:00", False),  # a day's work ends at 17:00
        ("2026-10-28", "2026-10-28T12:00", True),
        ("2026-10-27", "2026-10-28T00:00", False),
    ],
)
def test_ending_after_a_due_moment(finish, due, after):
    first, second = parse_moment(finish), parse_moment(due)
    assert first is not None
    assert second is not None
    assert ends_after(first, second) is after


@pytest.mark.parametrize(
    ("finished", "after", "ready"),
    [
        ("2026-10-23", "", "2026-10-23"),
        ("2026-10-23", "2 wd", "2026-10-27"),
        ("2026-10-23T16:00", "1 wd", "2026-10-26T16:00"),
        ("2026-10-24T23:00", "4 h", "2026-10-25T02:00"),
    ],
)
def test_a_lag_says_from_when_on_something_may_begin(finished, after, ready):
    moment = parse_moment(finished)
    assert moment is not None
    assert ready_after(moment, lag(after), WorkingDays()).text == ready


# -- anything ----------------------------------------------------------------------------------------------------------

DURATIONS = ["", "0", "1 wd", "3 wd", "2 d", "4 h", "90 min"]
moments = st.builds(
    Moment,
    st.dates(date(2026, 3, 20), date(2027, 1, 10)),
    st.none() | st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)


@st.composite
def plans(draw):
    steps = []
    for number in range(draw(st.integers(1, 12))):
        before = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
        steps.append(
            Step(
                number,
                draw(st.sampled_from(list(ActivityType))),
                lag(draw(st.sampled_from(DURATIONS))),
                draw(st.none() | moments),
                draw(st.none() | moments),
                tuple((one, lag(draw(st.sampled_from(["", "1 wd", "1 d", "3 h"])))) for one in before),
                draw(st.none() | moments),
                draw(st.none() | moments),
                draw(st.booleans()) and draw(st.booleans()),
            )
        )
    return steps


@settings(deadline=None)
@given(plans(), st.datetimes(datetime(2026, 3, 1), datetime(2027, 1, 31)).map(lambda one: one.replace(tzinfo=UTC)))
def test_no_plan_breaks_the_schedule(steps, now):
    days = WorkingDays()
    found = schedule(steps, days, now)
    chain = critical_chain(steps, found)
    today = civil(now)[0]
    for one in steps:
        of = found[one.id]
        for window in (of.planned, of.forecast):
            assert (window.start is None) == (window.finish is None)
        if of.planned.start and of.planned.finish and not one.not_needed:
            assert of.planned.start.start() <= of.planned.finish.end()
        if one.not_needed:
            assert of.planned.start is of.forecast.start is None
        elif not one.finished and of.forecast.finish:
            assert of.forecast.finish.day >= today
            if not one.started and of.forecast.start:
                assert of.forecast.start.day >= today
        if one.takes.unit == "wd" and one.takes.count and of.planned.start and one.due is None:
            assert days.is_working(of.planned.start.day)
        if of.planned.start and one.start and not one.not_needed:
            assert of.planned.start.day >= one.start.day
    assert len(set(chain)) == len(chain)


@settings(deadline=None)
@given(plans(), st.datetimes(datetime(2026, 3, 1), datetime(2027, 1, 31)).map(lambda one: one.replace(tzinfo=UTC)))
def test_what_is_planned_knows_neither_now_nor_what_happened(steps, now):
    bare = [replace(one, started=None, finished=None) for one in steps]
    long_ago = schedule(bare, WorkingDays(), datetime(2020, 1, 1, tzinfo=UTC))
    found = schedule(steps, WorkingDays(), now)
    assert {one: of.planned for one, of in found.items()} == {one: of.planned for one, of in long_ago.items()}
    # Long before anything is planned, and with nothing done, it looks as it is planned.
    assert all(of.forecast == of.planned for of in long_ago.values())


@settings(deadline=None)
@given(plans(), st.integers(1, 20))
def test_work_that_takes_longer_lets_nothing_begin_earlier(steps, more):
    bare = [step(one.id, start="2026-10-20") if not n else one for n, one in enumerate(steps)]
    longer = [step(one.id, f"{1 + more} wd", start="2026-10-20") if not n else one for n, one in enumerate(steps)]
    now = datetime(2026, 1, 1, tzinfo=UTC)
    before, after = schedule(bare, WorkingDays(), now), schedule(longer, WorkingDays(), now)
    for one in steps:
        if (first := before[one.id].planned.start) and (then := after[one.id].planned.start):
            assert then.start().date() >= first.start().date() - timedelta(days=1)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_no_time_zone_of_the_computer_moves_a_deadline(zone):
    steps = [
        step(1, "4 h", start="2026-10-24T23:00"),
        step(2, "2 wd", 1),
        step(3, "", 2, kind=GO, due="2026-10-28T10:00"),
    ]
    here = planned(*steps), forecast(*steps, now="2026-10-25T05:00")
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = zone
        time.tzset()
        assert (planned(*steps), forecast(*steps, now="2026-10-25T05:00")) == here
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def test_three_thousand_activities_are_scheduled_in_a_moment():
    kinds = ["1 wd", "2 wd", "4 h", "0", "3 d"]
    steps = [step(0, "1 wd", start="2026-10-05")]
    for one in range(1, 3_000):
        after = {max(0, one - 1 - one % 7), max(0, one - 13)} if one % 3 == 0 else {max(0, one - 1 - one % 7)}
        steps.append(step(one, kinds[one % 5], *after, kind=TASK))
    began = time.thread_time()
    found = schedule(steps, WorkingDays(), datetime(2026, 10, 1, tzinfo=UTC))
    assert critical_chain(steps, found)
    assert time.thread_time() - began < 2, "about 0.06 s where it was measured"

"""Working days: worked out by hand against the calendars of gov.uk, and inverse of each other whatever the days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.app import Workspace
from desktop.errors import InvalidInput
from desktop.settings import WorkspaceSettings
from desktop.working_days import DEFAULT, LONGEST, Calendar, WorkingDays, bank_holidays, closed_days

ENGLAND = WorkingDays(Calendar.ENGLAND_WALES)
SCOTLAND = WorkingDays(Calendar.SCOTLAND)
BOTH = WorkingDays(Calendar.BOTH)

calendars = st.builds(
    WorkingDays,
    st.sampled_from(Calendar),
    st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=5),
)
days = st.dates(date(2020, 1, 1), date(2034, 12, 31))
counts = st.integers(-300, 300)


def test_the_default_is_the_calendar_of_england_and_wales():
    assert DEFAULT is Calendar.ENGLAND_WALES
    assert WorkingDays() == ENGLAND


def test_christmas_2026_with_its_substitute_day():
    # Friday 25 December; Boxing Day is a Saturday, so Monday 28 is its substitute.
    assert ENGLAND.add(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert ENGLAND.between(date(2026, 12, 24), date(2026, 12, 31)) == 3
    assert SCOTLAND.add(date(2026, 12, 24), 1) == date(2026, 12, 29)


def test_easter_2027_has_no_monday_off_in_scotland():
    thursday, good_friday, monday = date(2027, 3, 25), date(2027, 3, 26), date(2027, 3, 29)
    assert [ENGLAND.is_working(day) for day in (thursday, good_friday, monday)] == [True, False, False]
    assert [SCOTLAND.is_working(day) for day in (thursday, good_friday, monday)] == [True, False, True]
    assert ENGLAND.add(thursday, 1) == date(2027, 3, 30)
    assert SCOTLAND.add(thursday, 1) == monday
    assert ENGLAND.add(date(2027, 3, 30), -1) == thursday


def test_new_year_2027_in_scotland():
    # Friday 1 January; 2 January is a Saturday there, so Monday 4 is its substitute.
    assert ENGLAND.add(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert SCOTLAND.add(date(2026, 12, 31), 1) == date(2027, 1, 5)
    assert BOTH.add(date(2026, 12, 31), 1) == date(2027, 1, 5)


def test_2_january_2026_is_a_friday_off_in_scotland_only():
    assert ENGLAND.is_working(date(2026, 1, 2))
    assert not SCOTLAND.is_working(date(2026, 1, 2))


def test_summer_and_st_andrews_day():
    assert not SCOTLAND.is_working(date(2026, 8, 3))
    assert ENGLAND.is_working(date(2026, 8, 3))
    assert not ENGLAND.is_working(date(2026, 8, 31))
    assert SCOTLAND.is_working(date(2026, 8, 31))
    assert not SCOTLAND.is_working(date(2026, 11, 30))
    assert ENGLAND.is_working(date(2026, 11, 30))


def test_both_leaves_out_what_either_leaves_out():
    off = [date(2026, 8, 3), date(2026, 8, 31), date(2026, 11, 30), date(2026, 4, 6), date(2026, 1, 2)]
    assert not any(BOTH.is_working(day) for day in off)
    assert BOTH.is_working(date(2026, 12, 29))


def test_two_substitute_days_when_christmas_is_a_saturday():
    # 25 and 26 December 2027 are a Saturday and a Sunday: Monday 27 and Tuesday 28 stand for them.
    assert ENGLAND.add(date(2027, 12, 24), 1) == date(2027, 12, 29)


def test_a_one_off_holiday_counts():
    assert not ENGLAND.is_working(date(2022, 9, 19))  # the funeral of the Queen


def test_a_closed_day_is_no_working_day():
    office = WorkingDays(closed=frozenset({date(2026, 12, 29)}))
    assert office.add(date(2026, 12, 24), 1) == date(2026, 12, 30)
    assert office.between(date(2026, 12, 24), date(2026, 12, 31)) == 2


def test_weekends_take_no_time():
    friday, saturday, monday = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
    assert ENGLAND.add(friday, 1) == ENGLAND.add(saturday, 1) == monday
    assert ENGLAND.next(saturday) == monday
    assert ENGLAND.next(friday) == friday
    assert ENGLAND.between(friday, saturday) == 0
    assert ENGLAND.between(saturday, friday) == -1


def test_no_working_days_leave_a_day_as_it_is():
    assert ENGLAND.add(date(2026, 11, 28), 0) == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("due", "done", "late"),
    [
        (date(2026, 11, 27), date(2026, 11, 26), 0),
        (date(2026, 11, 27), date(2026, 11, 27), 0),
        (date(2026, 11, 27), date(2026, 11, 28), 1),  # on the Saturday: as if on Monday
        (date(2026, 11, 27), date(2026, 11, 30), 1),
        (date(2026, 11, 28), date(2026, 11, 29), 1),  # due on a Saturday, done on the Sunday
        (date(2026, 12, 24), date(2026, 12, 29), 1),
        (date(2026, 12, 24), date(2026, 12, 30), 2),
    ],
)
def test_late_is_counted_in_working_days_and_never_nothing(due, done, late):
    assert ENGLAND.late(due, done) == late


def test_a_step_of_decades_is_refused():
    with pytest.raises(ValueError, match="more than"):
        ENGLAND.add(date(2026, 1, 1), LONGEST + 1)


def test_texts_that_are_no_days_are_passed_over():
    assert closed_days(["2026-12-24", "", "never"]) == frozenset({date(2026, 12, 24)})


def test_bank_holidays_are_weekdays_of_their_year():
    for calendar in Calendar:
        for year in range(2024, 2032):
            found = bank_holidays(calendar, year)
            assert all(day.year == year and day.weekday() < 5 for day in found)
            assert 7 <= len(found) <= 13


def test_the_workspace_keeps_its_calendar_and_its_closed_days_and_refuses_others(tmp_path, clock):
    with Workspace.create(tmp_path / "acme", "Acme", "ACME", actor="Jo", clock=clock) as workspace:
        assert workspace.settings.working_days() == ENGLAND
        workspace.settings.set(WorkspaceSettings(calendar="both", closed_days=("2026-12-24",)))
        assert workspace.settings.working_days() == WorkingDays(Calendar.BOTH, frozenset({date(2026, 12, 24)}))
        assert workspace.history.undo_title() == "Change settings"
        workspace.history.undo()
        assert workspace.settings.working_days() == ENGLAND
        for wrong, field in (
            (WorkspaceSettings(calendar="mars"), "calendar"),
            (WorkspaceSettings(closed_days=("soon",)), "closed_days"),
            (WorkspaceSettings(closed_days=("2026-12-24", "2026-12-24")), "closed_days"),
        ):
            with pytest.raises(InvalidInput) as refused:
                workspace.settings.set(wrong)
            assert refused.value.field == field


@given(calendars, days, counts)
def test_counting_is_the_inverse_of_adding(calendar, day, count):
    assert calendar.between(day, calendar.add(day, count)) == count


@given(calendars, days, counts)
def test_taking_back_is_the_inverse_of_adding_for_a_working_day(calendar, day, count):
    start = calendar.next(day)
    assert calendar.add(calendar.add(start, count), -count) == start


@given(calendars, days, counts)
def test_what_adding_gives_is_a_working_day(calendar, day, count):
    assert count == 0 or calendar.is_working(calendar.add(day, count))


@given(calendars, days, st.integers(0, 900))
def test_counting_by_weeks_is_counting_one_by_one(calendar, day, length):
    end = day + timedelta(length)
    one_by_one = sum(calendar.is_working(day + timedelta(step)) for step in range(1, length + 1))
    assert calendar.between(day, end) == one_by_one


@given(calendars, days, st.integers(-400, 400))
def test_what_is_done_after_its_day_is_late(calendar, due, later):
    done = due + timedelta(later)
    assert (calendar.late(due, done) > 0) == (done > due)

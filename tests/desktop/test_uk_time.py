"""Moments are what clocks show in Great Britain, wherever the computer is."""

from __future__ import annotations

import os
import time as clock_of_the_computer
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.uk_time import LONDON, Moment, civil, moment_at, parse_moment, read_moment

days = st.dates(date(2020, 1, 1), date(2090, 12, 31))
times = st.times().map(lambda one: one.replace(second=0, microsecond=0))
seconds = st.integers(0, 59).map(lambda minute: Moment(date(2026, 10, 25), time(1, minute), second=True))
moments = st.builds(Moment, days, st.none() | times) | seconds
nights = st.datetimes(datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 4), timezones=st.just(UTC))
zones = pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"])


@pytest.fixture
def elsewhere(zone):
    """The computer stands in another time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    clock_of_the_computer.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    clock_of_the_computer.tzset()


def skipped(moment: Moment) -> bool:
    """Whether clocks leave this time out."""
    return moment.time is not None and civil(moment.start()) != (moment.day, moment.time)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-10-25", "2026-10-25"),
        ("25/10/2026", "2026-10-25"),
        ("  25 Oct 2026 ", "2026-10-25"),
        ("2026-10-25T22:30", "2026-10-25T22:30"),
        ("2026-10-25 22:30", "2026-10-25T22:30"),
        ("2026-10-25T22:30:59.123", "2026-10-25T22:30"),
        ("25/10/2026 22:30:00", "2026-10-25T22:30"),
        ("25 Oct 2026, 10:30 pm", "2026-10-25T22:30"),
        ("25 Oct 2026 10.30 P.M.", "2026-10-25T22:30"),
        ("25-Oct-26 9am", "2026-10-25T09:00"),
        ("25.10.26 09.05", "2026-10-25T09:05"),
        ("25 October 2026 12:00 am", "2026-10-25T00:00"),
        ("25 October 2026 12:00 pm", "2026-10-25T12:00"),
        ("2026-10-25 00:00:00", "2026-10-25"),  # as a spreadsheet writes a day
        ("2026-10-25T00:00:00", "2026-10-25"),
        ("2026-10-25T00:00", "2026-10-25T00:00"),  # as somebody says midnight
        ("24/10/2026 24:00", "2026-10-25T00:00"),
        ("31/12/2026 24:00", "2027-01-01T00:00"),
    ],
)
def test_moments_are_read_as_people_and_spreadsheets_write_them(text, kept):
    found = read_moment(text)
    assert found is not None
    assert found.text == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "22:30",
        "25/10/26 22:30",  # either end of a year
        "10/25/2026 22:30",
        "30/02/2026",
        "25/10/2026 25:00",
        "25/10/2026 22:60",
        "25/10/2026 24:01",
        "25/10/2026 13:00 pm",
        "25/10/2026 0 am",
        "25/10/2026 10",
        "25/10/2026 2230",
        "2026-10-24T22:30Z",  # another clock
        "2026-10-24T22:30+00:00",
        "24/10/2026 22:30 BST",
        "24/10/2026 - 25/10/2026",
    ],
)
def test_what_is_no_moment_or_speaks_of_another_clock_is_not_read(text):
    assert read_moment(text) is None


@given(moments)
def test_what_is_kept_and_what_is_shown_are_read_again(moment):
    assert parse_moment(moment.text) == moment
    assert read_moment(moment.text) == moment
    assert read_moment(moment.words) == moment


@given(st.text())
def test_no_text_breaks_the_reading(text):
    found = read_moment(text)
    assert found is None or parse_moment(found.text) == found


@given(st.lists(st.builds(Moment, days, times)))
def test_texts_of_one_grain_sort_as_they_follow(some):
    assert sorted(one.text for one in some) == [one.text for one in sorted(some, key=lambda one: (one.day, one.time))]


@given(st.lists(nights.map(lambda one: one.replace(second=0, microsecond=0))))
def test_in_the_night_in_which_clocks_go_back_every_minute_is_itself_and_texts_sort_as_they_follow(instants):
    found = [moment_at(one) for one in sorted(instants)]
    assert [one.start() for one in found] == sorted(instants)
    assert [one.text for one in found] == sorted(one.text for one in found)
    for one in found:
        assert read_moment(one.cell) == read_moment(one.words) == read_moment(one.text) == parse_moment(one.text) == one


def test_the_second_of_a_time_shown_twice_is_said_and_kept_as_such():
    second = moment_at(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert (second.text, second.cell) == ("2026-10-25T01h30 GMT", "2026-10-25 01:30 GMT")
    assert second.words == "25 Oct 2026 01:30 GMT (the second time)"
    assert read_moment("25/10/2026 1:30 am gmt") == second
    assert read_moment("25/10/2026 01:30 BST") == read_moment("25/10/2026 01:30") != second
    assert read_moment("25/10/2026 02:00 GMT") is None
    assert read_moment("29/03/2026 01:30 GMT") is None
    with pytest.raises(ValueError, match="twice"):
        Moment(date(2026, 10, 25), time(2), second=True)
    # What was kept stays readable when the law lets the clocks be.
    assert parse_moment("2026-12-25T01h30 GMT") == Moment(date(2026, 12, 25), time(1, 30))


def test_nothing_is_kept_for_no_moment():
    assert parse_moment("") is None


@given(moments)
def test_an_instant_shows_the_moment_that_it_was_made_from(moment):
    if not skipped(moment):
        assert moment_at(moment.start()) == Moment(moment.day, moment.time or time(), second=moment.second)
        assert civil(moment.start()) == (moment.day, moment.time or time())
    assert moment.start().tzinfo is UTC
    assert moment.start() <= moment.end()


@given(days)
def test_a_day_ends_where_the_next_begins_and_has_23_to_25_hours(day):
    assert Moment(day).end() == Moment(day + timedelta(days=1)).start()
    assert Moment(day).end() - Moment(day).start() in {timedelta(hours=hours) for hours in (23, 24, 25)}


def test_the_nights_in_which_clocks_change():
    assert Moment(date(2026, 10, 25)).end() - Moment(date(2026, 10, 25)).start() == timedelta(hours=25)
    assert Moment(date(2026, 3, 29)).end() - Moment(date(2026, 3, 29)).start() == timedelta(hours=23)
    # 01:30 is shown twice, at 00:30 and at 01:30 UTC: the first is meant.
    assert Moment(date(2026, 10, 25), time(1, 30)).start() == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert civil(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == (date(2026, 10, 25), time(1, 30))
    # 01:30 is left out: it is 02:30 in summer time, 01:30 UTC.
    left_out = Moment(date(2026, 3, 29), time(1, 30))
    assert left_out.start() == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment_at(left_out.start()).text == "2026-03-29T02:30"


def test_midnight_in_summer_is_eleven_at_night_in_utc():
    assert Moment(date(2026, 7, 1)).start() == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert moment_at(datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)).text == "2026-07-01T00:59"


@zones
def test_no_time_zone_of_the_computer_moves_a_moment(elsewhere):
    due = parse_moment("2026-10-24T22:30")
    assert due is not None
    assert due.start() == datetime(2026, 10, 24, 21, 30, tzinfo=UTC)
    assert Moment(date(2026, 10, 24)).end() == datetime(2026, 10, 24, 23, tzinfo=UTC)
    assert moment_at(due.start()) == due
    now = datetime.now(UTC)
    assert civil(now)[0] == now.astimezone(LONDON).date()

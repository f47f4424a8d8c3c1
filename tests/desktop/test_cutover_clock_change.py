"""The nights in which clocks change: what runs by the clock takes as long as it takes, and is late no hour too early.

In 2026: 29 March (01:00 to 02:00 is left out), 25 October (01:00 to 02:00 is shown twice).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import openpyxl
import pytest
from cutover_steps_hands import step
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from record_hands import importing, told

from desktop.cutover.model import ActivityDetails, PlanDetails, Predecessor
from desktop.cutover.schedule import critical_chain, schedule
from desktop.cutover.standing import Facts, standing
from desktop.records.model import RecordKind
from desktop.testing.book_cutover import later_by
from desktop.uk_time import Moment, moment_at, parse_moment
from desktop.working_days import WorkingDays

MINUTE = timedelta(minutes=1)
SECOND = Moment(date(2026, 10, 25), time(1, 30), second=True)


@st.composite
def plans(draw: st.DrawFn):
    """Activities of minutes and hours, in a chain or beside one another, about one of the two nights."""
    night = draw(st.sampled_from([datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)]))
    steps = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        minutes = draw(st.integers(1, 240))
        text = f"{minutes} min" if draw(st.booleans()) else f"{minutes // 60 + 1} h"
        after = [(one, draw(st.sampled_from(["", "30 min", "1 h"]))) for one in range(1, number) if draw(st.booleans())]
        start = moment_at(night + draw(st.integers(0, 8 * 60)) * MINUTE)
        steps.append(step(number, text, *after, **({} if after and draw(st.booleans()) else {"start": start.text})))
    return night, tuple(steps)


@given(plans())
def test_an_activity_by_the_clock_takes_its_duration_and_is_in_time_until_its_end(made):
    night, steps = made
    days = WorkingDays()
    scheduled = schedule(steps, days, night - timedelta(days=1))
    for one in steps:
        found = scheduled[one.id]
        start, finish = found.planned.start, found.planned.finish
        assert start is not None
        assert finish is not None
        assert found.forecast == found.planned
        assert finish.end() - start.start() == one.takes.count * MINUTE * (60 if one.takes.unit == "h" else 1)
        for text in (start.text, finish.text):
            assert (kept := parse_moment(text)) is not None
            assert kept.text == text
        facts = Facts(started=start)
        before, after = finish.end() - MINUTE, finish.end() + MINUTE
        assert not standing(facts, found, before, (), days).late
        assert standing(facts, found, after, (), days).late
    chain = critical_chain(steps, scheduled)
    assert scheduled[chain[-1]].planned.finish.end() == max(one.planned.finish.end() for one in scheduled.values())


def test_of_two_that_end_at_the_same_shown_time_the_later_decides_the_end():
    first, second = step(1, "1 h", start="2026-10-25T00:30"), step(2, "1 h", start="2026-10-25T01:30")
    scheduled = schedule((first, second), WorkingDays(), datetime(2026, 10, 1, tzinfo=UTC))
    assert critical_chain((first, second), scheduled) == (2,)


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


@pytest.fixture
def plan_id(at):
    """An hour out of the doubled one, half an hour after it, and one that is due at the second 01:30."""
    cutover = at.workspace.cutover
    plan_id, _ = cutover.add_plan(PlanDetails("The night"))
    for one in (
        ActivityDetails("T-1", "Copy the tables", start_at="2026-10-25T01:30", duration="1 h"),
        ActivityDetails("T-2", "Look at them", duration="30 min", predecessors=(Predecessor("T-1"),)),
        ActivityDetails("T-3", "Say so", due_at="25/10/2026 01:30 GMT", duration="30 min"),
    ):
        cutover.add(plan_id, one)
    return plan_id


def test_list_file_calendar_and_json_agree_on_the_second_time(at, plan_id):
    cutover = at.workspace.cutover
    now = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    first, second, third = cutover.plan(plan_id, now).activities
    assert not first.late
    assert not third.late
    assert first.planned.finish == second.planned.start == third.due == SECOND
    assert third.details.due_at == SECOND.text
    for name in ("plan.xlsx", "plan.csv", "plan.ics"):
        at.workspace.cutover_files.write(at.folder / name, plan_id)
    events = Calendar.from_ical((at.folder / "plan.ics").read_bytes()).walk("VEVENT")
    spans = {str(one["SUMMARY"]): one.decoded("DTEND") - one.decoded("DTSTART") for one in events if "DTEND" in one}
    assert spans == {"T-1 Copy the tables": timedelta(hours=1), "T-2 Look at them": timedelta(minutes=30)}
    for name in ("plan.xlsx", "plan.csv"):
        assert told(at.stage(at.folder / name, RecordKind.ACTIVITIES, plan=plan_id).counts) == {"unchanged": 3}
    sheet = openpyxl.load_workbook(at.folder / "plan.xlsx")["Activities"]
    assert "2026-10-25 01:30 GMT" in {cell.value for row in sheet.iter_rows() for cell in row}


def test_what_is_ticked_in_the_second_hour_is_kept_as_that(at, plan_id):
    cutover = at.workspace.cutover
    first = cutover.plan(plan_id).activities[0]
    cutover.tick([first.id], at=SECOND)
    found = cutover.plan(plan_id).activities[0]
    assert found.finished == SECOND
    assert later_by(found.planned.finish, found.finished) == "On time"

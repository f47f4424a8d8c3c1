"""A plan's calendar: read back by a calendar library, the same ids for ever, and no clock that moves a deadline."""

from __future__ import annotations

from datetime import UTC, date, datetime

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.cutover.calendar_file import Dated, calendar_bytes, plan_events
from desktop.cutover.model import (
    Activity,
    ActivityDetails,
    ActivityState,
    ActivityType,
    PlanDetails,
    PlanSummary,
    PlanView,
    Rag,
    Window,
)
from desktop.uk_time import parse_moment

NOW = datetime(2026, 10, 20, 9, 30, 15, 999, tzinfo=UTC)
HERE = "0123abcd"


def activity(number, key, title, *, due="", start="", finish="", state=ActivityState.READY, **details):
    return Activity(
        number, 1, ActivityDetails(key, title, **details), state, (), (), Window(),
        Window(parse_moment(start), parse_moment(finish)), Window(), None, "", None, "", "", "", "", "",
        parse_moment(due), Rag.NONE, Rag.NONE, "",
    )  # fmt: skip


def view_of(*activities, rehearsal_of=None, title="Cutover at M11", milestones=None):
    plan = PlanSummary(1, "ACME-CUT-0001", PlanDetails(title, "M11"), "", rehearsal_of, "", len(activities), 0, "")
    return PlanView(plan, NOW, tuple(activities), milestones or {}, None, None, ())


def events(data):
    return {str(one["UID"]): one for one in icalendar.Calendar.from_ical(data).walk("VEVENT")}


def made(*activities, at=NOW, rehearsal_of=None, **more):
    found = plan_events(view_of(*activities, rehearsal_of=rehearsal_of), **more)
    return calendar_bytes("Cutover at M11", found, HERE, at)


def test_a_due_day_is_a_day_and_a_due_time_is_an_instant():
    found = events(made(activity(1, "T-1", "A", due="2026-10-25"), activity(2, "T-2", "B", due="2026-10-24T22:30")))
    day, moment = (
        found["ACME-CUT-0001.activity.1@0123abcd.mhhs-desk"],
        found["ACME-CUT-0001.activity.2@0123abcd.mhhs-desk"],
    )
    assert (day.decoded("DTSTART"), day.decoded("DTEND")) == (date(2026, 10, 25), date(2026, 10, 26))
    assert moment.decoded("DTSTART") == datetime(2026, 10, 24, 21, 30, tzinfo=UTC)  # summer time still
    assert "DTEND" not in moment
    assert str(moment["SUMMARY"]) == "T-2 B"


@pytest.mark.parametrize(
    ("due", "instant"),
    [
        ("2026-10-25T00:30", (2026, 10, 24, 23, 30)),
        ("2026-10-25T01:30", (2026, 10, 25, 0, 30)),  # shown twice: the first
        ("2026-10-25T02:00", (2026, 10, 25, 2, 0)),
        ("2027-03-28T01:30", (2027, 3, 28, 1, 30)),  # left out by clocks: an hour later, 02:30
        ("2027-03-28T02:30", (2027, 3, 28, 1, 30)),
    ],
)
def test_clock_changes_do_not_move_a_deadline(due, instant):
    (event,) = events(made(activity(1, "T-1", "A", due=due))).values()
    assert event.decoded("DTSTART") == datetime(*instant, tzinfo=UTC)


def test_without_a_due_moment_the_planned_window_counts():
    found = events(
        made(
            activity(1, "T-1", "Days", start="2026-10-23", finish="2026-10-26"),
            activity(2, "T-2", "Hours", start="2026-10-24T22:00", finish="2026-10-25T04:00"),
            activity(3, "T-3", "No day"),
            activity(4, "T-4", "Instant", start="2026-10-24T22:00", finish="2026-10-24T22:00"),
        )
    )
    assert len(found) == 3
    days, hours, instant = (found[f"ACME-CUT-0001.activity.{at}@0123abcd.mhhs-desk"] for at in (1, 2, 4))
    assert (days.decoded("DTSTART"), days.decoded("DTEND")) == (date(2026, 10, 23), date(2026, 10, 27))
    # Six hours by the wall clock and seven by the sun: the night in which clocks go back.
    assert hours.decoded("DTEND") - hours.decoded("DTSTART") == datetime(2026, 1, 1, 7) - datetime(2026, 1, 1, 0)
    assert "DTEND" not in instant


def test_what_is_finished_is_no_deadline():
    done = activity(1, "T-1", "A", due="2026-10-25", state=ActivityState.DONE)
    not_needed = activity(2, "T-2", "B", due="2026-10-25", state=ActivityState.NOT_NEEDED)
    failed = activity(3, "T-3", "C", due="2026-10-25", state=ActivityState.FAILED)
    assert [str(one["SUMMARY"]) for one in events(made(done, not_needed, failed)).values()] == ["T-3 C"]


def test_ids_stay_when_everything_else_changes():
    before = events(made(activity(7, "T-1", "Deploy", due="2026-10-25")))
    after = events(made(activity(7, "T-99", "Deploy it", due="2026-11-01")))
    assert before.keys() == after.keys()


def test_the_same_plan_gives_the_same_file_but_for_the_stamp():
    rows = [activity(at, f"T-{at}", "Prüfung", due="2026-10-25") for at in range(1, 30)]
    first, second = made(*rows), made(*rows, at=NOW.replace(day=21))
    assert first == made(*rows)
    assert first != second
    assert [one for one in first.splitlines() if not one.startswith(b"DTSTAMP")] == [
        one for one in second.splitlines() if not one.startswith(b"DTSTAMP")
    ]


def test_milestones_and_declarations_are_in_it_and_are_one_event_in_every_plan():
    found = events(
        made(
            activity(1, "T-1", "A", due="2026-10-25"),
            milestones=[("M11", "M11 · Start", date(2026, 10, 28))],
            declarations=[("ACME-DEC-0003", "Ready for M11", date(2026, 10, 26))],
        )
    )
    assert str(found["milestone.M11@0123abcd.mhhs-desk"]["SUMMARY"]) == "M11 · Start"
    signed = found["declaration.ACME-DEC-0003@0123abcd.mhhs-desk"]
    assert str(signed["SUMMARY"]) == "ACME-DEC-0003 Ready for M11: to be signed"
    assert signed.decoded("DTSTART") == date(2026, 10, 26)


def test_a_rehearsal_says_so_and_moves_nothing_real():
    more = {"milestones": [("M11", "M11 · Start", date(2026, 10, 28))]}
    real = events(made(activity(1, "T-1", "A", due="2026-10-25"), **more))
    practice = events(made(activity(1, "T-1", "A", due="2026-10-25"), rehearsal_of=9, **more))
    assert all(str(one["SUMMARY"]).startswith("REHEARSAL: ") for one in practice.values())
    assert "milestone.M11@0123abcd.mhhs-desk" in real
    assert "milestone.M11@0123abcd.mhhs-desk" not in practice


@given(st.text(min_size=1, max_size=300), st.text(max_size=600))
def test_every_title_is_folded_and_read_back(title, description):
    event = Dated("x", f"T-1 {title}", parse_moment("2026-10-25"), None, description)
    data = calendar_bytes("Plan", [event], HERE, NOW)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.endswith(b"\r\n")
    (read,) = events(data).values()
    if title.isprintable():
        assert str(read["SUMMARY"]) == " ".join(f"T-1 {title}".split())
    assert not icalendar.Calendar.from_ical(data).errors
    assert not read.errors


def test_the_file_is_complete():
    data = made(
        activity(1, "T-1", "Ärger; mit, Zeichen\\", due="2026-10-25", type=ActivityType.GO_NO_GO, phase="at M11")
    )
    calendar = icalendar.Calendar.from_ical(data)
    assert (str(calendar["VERSION"]), str(calendar["METHOD"])) == ("2.0", "PUBLISH")
    (event,) = calendar.walk("VEVENT")
    assert str(event["SUMMARY"]) == "T-1 Ärger; mit, Zeichen\\"
    assert event.decoded("DTSTAMP") == datetime(2026, 10, 20, 9, 30, 15, tzinfo=UTC)
    assert "Phase: at M11" in str(event["DESCRIPTION"])
    assert str(event["TRANSP"]) == "TRANSPARENT"

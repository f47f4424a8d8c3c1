"""Cutover plans out of files as runbook tools write them: what is taken, refused and why, and what stays done."""

from __future__ import annotations

import json
from datetime import datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_hands import changed, importing, told

from desktop.cutover.model import ActivityEdit, ActivityState, PlanDetails
from desktop.errors import FileRefused, InvalidInput, NotFound
from desktop.records.fields import by_name
from desktop.records.mapping import suggest
from desktop.records.model import ChangeKind, ImportOptions, RecordKind
from desktop.testing.activity_rows import is_bare, unit_in
from desktop.uk_time import Moment

KIND = RecordKind.ACTIVITIES
HEAD = "Task ID,Title,Predecessor IDs,Planned duration,Due date/time"


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def new(at, *lines, head=HEAD, **options):
    """Take lines into a new plan; gives its id."""
    return at.take(at.csv(head, *lines), KIND, new_plan="Cutover", **options).plan_id


def stage(at, *lines, head=HEAD, **options):
    return at.stage(at.csv(head, *lines), KIND, **options)


def plan(at, plan_id):
    return {one.details.key: one for one in at.workspace.cutover.plan(plan_id).activities}


def refusals(staged):
    return {one.key: one.reason for one in changed(staged, "refused")}


# -- headings ----------------------------------------------------------------------------------------------------------

RUNBOOK = (
    "Task ID", "Title", "Predecessor IDs", "Description", "Stream", "Sub-stream", "Task type", "Level",
    "Planned duration", "Assigned team", "Assigned to", "Planned fixed date/time", "Due date/time", "Evidence required",
    "Declaration required", "External", "Milestone",
)  # fmt: skip


def test_the_headings_of_runbook_tools_are_known():
    found = {name: one.heading for name, one in suggest(KIND, RUNBOOK, []).items()}
    assert found == {
        "key": "Task ID", "title": "Title", "predecessors": "Predecessor IDs", "description": "Description",
        "phase": "Stream", "substream": "Sub-stream", "type": "Task type", "level": "Level",
        "duration": "Planned duration", "responsible": "Assigned team", "owner": "Assigned to",
        "start_at": "Planned fixed date/time", "due_at": "Due date/time", "evidence_needed": "Evidence required",
        "declaration_needed": "Declaration required", "external": "External", "milestone": "Milestone",
    }  # fmt: skip


def test_the_headings_of_planning_tools_are_known():
    labels = ("ID", "Task Name", "Duration", "Start", "Finish", "Predecessors", "Resource Names", "Outline Level")
    found = {name: one.heading for name, one in suggest(KIND, labels, []).items()}
    assert found == {
        "key": "ID", "title": "Task Name", "duration": "Duration", "start_at": "Start", "due_at": "Finish",
        "predecessors": "Predecessors", "owner": "Resource Names", "level": "Outline Level",
    }  # fmt: skip


def test_only_the_title_is_needed(at):
    assert [one.name for one in by_name(KIND).values() if one.needed] == ["title"]
    plan_id = new(at, "Freeze", "Deploy", "Check", head="Title")
    assert {key: one.details.title for key, one in plan(at, plan_id).items()} == {
        "T-001": "Freeze", "T-002": "Deploy", "T-003": "Check",
    }  # fmt: skip


# -- ids ---------------------------------------------------------------------------------------------------------------


def test_a_file_without_ids_says_that_its_rows_were_numbered(at):
    staged = stage(at, "Freeze,x", "Deploy,y", head="Title,Description", new_plan="Cutover")
    assert any("no ids" in note for note in staged.notes)
    assert "key" not in staged.mapping


def test_a_row_without_an_id_among_others_that_have_one_is_refused(at):
    staged = stage(at, "T-1,A,,,", ",B,,1 d,", new_plan="Cutover")
    assert told(staged.counts) == {"added": 1, "refused": 1}
    assert "No id" in refusals(staged)[""]


def test_the_same_file_without_ids_comes_in_again_and_a_shifted_one_never_does(at):
    plan_id = new(at, "Freeze,x", "Deploy,y", head="Title,Description")
    at.workspace.cutover.tick(
        [at.workspace.cutover.activity_id(plan_id, "T-002")], at=Moment(datetime(2026, 11, 1).date())
    )
    assert told(stage(at, "Freeze,x", "Deploy,y", "Check,z", head="Title,Description", plan=plan_id).counts) == {
        "added": 1, "unchanged": 2,
    }  # fmt: skip
    with pytest.raises(InvalidInput) as error:
        stage(at, "First of all,", "Freeze,x", "Deploy,y", head="Title,Description", plan=plan_id)
    assert error.value.field == "key"
    assert "T-001" in str(error.value)
    assert "Freeze" in str(error.value)


def test_ids_are_known_without_regard_to_case(at):
    plan_id = new(at, "T-1,A,,,", "T-2,B,t-1,,")
    assert [one.key for one in plan(at, plan_id)["T-2"].details.predecessors] == ["T-1"]
    assert told(stage(at, "t-1,A,,,", "t-2,B,T-1,,", plan=plan_id).counts) == {"unchanged": 2}


def test_two_rows_whose_ids_differ_in_case_only_are_not_both_taken(at):
    staged = stage(at, "T-1,A,,,", "t-1,B,,,", new_plan="Cutover")
    assert told(staged.counts) == {"added": 1, "refused": 1}


def test_numbers_of_a_workbook_are_ids(at):
    path = at.xlsx([["ID", "Task Name", "Predecessors"], [1, "A", None], [2, "B", 1], [3, "C", "1,2FS+2 days"]])
    done = at.take(path, KIND, new_plan="Cutover")
    third = plan(at, done.plan_id)["3"].details
    assert [(one.key, one.lag) for one in third.predecessors] == [("1", ""), ("2", "2 d")]


# -- what waits for what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["T-1,T-2", "T-1; T-2", "T-1|T-2", "T-1\nT-2", " T-1 ,, T-2 ;"])
def test_predecessors_are_separated_by_anything(at, text):
    plan_id = new(at, "T-1,A,,,", "T-2,B,,,", f'T-3,C,"{text}",,')
    assert [one.key for one in plan(at, plan_id)["T-3"].details.predecessors] == ["T-1", "T-2"]


def test_dashes_and_blanks_that_a_spreadsheet_put_in_name_the_same_activity(at):
    plan_id = new(at, "T-1,A,,,", "T-2,B,T\u20131,,", "T-3,C,T\u20112\u00a0+ 1 wd,,")
    found = plan(at, plan_id)
    assert [one.key for one in found["T-2"].details.predecessors] == ["T-1"]
    assert [(one.key, one.lag) for one in found["T-3"].details.predecessors] == [("T-2", "1 wd")]


def test_a_row_that_waits_for_what_is_nowhere_is_refused_and_so_is_what_waits_for_it(at):
    staged = stage(at, "T-1,A,,,", 'T-2,B,"T-1, X-9, Y-9",,', "T-3,C,T-2,,", "T-4,D,T-1,,", new_plan="Cutover")
    assert told(staged.counts) == {"added": 2, "refused": 2}
    assert refusals(staged) == {
        "T-2": "It waits for X-9, Y-9, which are neither in the file nor in the plan.",
        "T-3": "It waits for T-2, which cannot be taken (row 3).",
    }


def test_what_is_in_the_plan_can_be_waited_for_by_a_file_that_holds_a_part(at):
    plan_id = new(at, "T-1,A,,,")
    at.take(at.csv(HEAD, "T-9,Z,T-1,,"), KIND, plan=plan_id, complete=False)
    assert [one.key for one in plan(at, plan_id)["T-9"].details.predecessors] == ["T-1"]


def test_a_cycle_is_named_before_anything_is_written(at):
    with pytest.raises(InvalidInput) as error:
        stage(at, "T-1,Freeze,T-3,,", "T-2,Deploy,T-1,,", "T-3,Check,T-2,,", new_plan="Cutover")
    assert error.value.field == "predecessors"
    for named in ("T-1 Freeze", "T-2 Deploy", "T-3 Check"):
        assert named in str(error.value)
    assert at.workspace.cutover.plans() == ()


def test_a_cycle_that_a_file_closes_with_the_plan_is_named(at):
    plan_id = new(at, "T-1,Freeze,,,", "T-2,Deploy,T-1,,")
    with pytest.raises(InvalidInput, match="T-1 Freeze"):
        stage(at, "T-1,Freeze,T-2,,", plan=plan_id, complete=False)
    with pytest.raises(InvalidInput, match="T-1"):
        stage(at, "T-1,Freeze,T-1,,", plan=plan_id, complete=False)


def test_only_finish_to_start_is_known_and_others_are_refused_by_row(at):
    staged = stage(at, "T-1,A,,,", "T-2,B,T-1SS,,", new_plan="Cutover")
    assert list(refusals(staged)) == ["T-2"]


# -- durations ---------------------------------------------------------------------------------------------------------


def test_a_number_alone_is_asked_about_and_never_guessed(at):
    with pytest.raises(InvalidInput) as error:
        stage(at, "T-1,A,,30,", "T-2,B,,2 h,", new_plan="Cutover")
    assert error.value.field == "duration_unit"
    assert "30" in str(error.value)
    assert plan(at, new(at, "T-1,A,,30,", duration_unit="min"))["T-1"].details.duration == "30 min"


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Planned duration (minutes)", "min"),
        ("Planned Duration (mins)", "min"),
        ("Duration [hrs]", "h"),
        ("Duration in hours", "h"),
        ("Duration (working days)", "wd"),
        ("Duration (days)", "d"),
        ("Planned duration", ""),
        ("Duration of the method", ""),
    ],
)
def test_a_heading_may_give_the_unit(heading, unit):
    assert unit_in(heading) == unit


def test_the_unit_of_the_heading_counts_unless_the_person_says_otherwise(at):
    head = "Task ID,Title,Planned duration (mins)"
    assert plan(at, new(at, "T-1,A,90", head=head))["T-1"].details.duration == "90 min"
    assert plan(at, new(at, "T-1,A,90", head=head, duration_unit="h"))["T-1"].details.duration == "90 h"


def test_a_unit_that_is_none_is_refused(at):
    with pytest.raises(InvalidInput) as error:
        stage(at, "T-1,A,,30,", new_plan="Cutover", duration_unit="weeks")
    assert error.value.field == "duration_unit"


@pytest.mark.parametrize(
    ("text", "bare"), [("30", True), ("1.5", True), ("0", False), ("2 h", False), ("01:30", False)]
)
def test_which_durations_are_numbers_alone(text, bare):
    assert is_bare(text) is bare


def test_durations_of_every_kind(at):
    plan_id = new(at, "A,A,,2 wd,", "B,B,,90 mins,", "C,C,,1h 30m,", "D,D,,01:30,", "E,E,,0,", "F,F,,,")
    assert [one.details.duration for one in plan(at, plan_id).values()] == [
        "2 wd",
        "90 min",
        "90 min",
        "90 min",
        "0",
        "",
    ]
    assert list(refusals(stage(at, "A,A,,soon,", new_plan="x"))) == ["A"]


# -- moments -----------------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_with_days_and_times_are_moments(at):
    path = at.xlsx(
        [
            ["Task ID", "Title", "Due date/time", "Planned fixed date/time"],
            ["T-1", "A", datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 24)],
            ["T-2", "B", datetime(2026, 10, 25, 22, 29, 59, 999000), None],
        ]
    )
    found = plan(at, at.take(path, KIND, new_plan="Cutover").plan_id)
    assert (found["T-1"].details.due_at, found["T-1"].details.start_at) == ("2026-10-25T01:30", "2026-10-24")
    assert found["T-2"].details.due_at[:10] == "2026-10-25"


def test_a_day_that_cannot_be_read_refuses_its_row(at):
    staged = stage(at, "T-1,A,,,25/10/2026 22:30", "T-2,B,,,10/25/2026", "T-3,C,,,asap", new_plan="Cutover")
    assert list(refusals(staged)) == ["T-2", "T-3"]
    assert "no date" in refusals(staged)["T-3"]


def test_a_moment_of_its_own_counts_before_the_milestone_beside_it(at):
    head = "Task ID,Title,Due,Milestone"
    plan_id = new(at, "T-1,A,2026-10-24,M11", "T-2,B,,M11", "T-3,C,,Yes", "T-4,D,,no", head=head)
    found = plan(at, plan_id)
    assert (found["T-1"].details.due_at, found["T-1"].details.milestone) == ("2026-10-24", "")
    assert found["T-1"].extra["Milestone"] == "M11"
    assert found["T-2"].details.milestone == "M11"
    assert (found["T-3"].details.type.value, found["T-4"].details.type.value) == ("milestone", "task")
    assert told(stage(at, "T-1,A,2026-10-24,M11", "T-2,B,,M11", "T-3,C,,Yes", head=head, plan=plan_id).counts) == {
        "unchanged": 3, "missing": 1,
    }  # fmt: skip
    at.take(at.csv(head, "T-2,B,2026-10-25,"), KIND, plan=plan_id, complete=False)
    assert (plan(at, plan_id)["T-2"].details.due_at, plan(at, plan_id)["T-2"].details.milestone) == ("2026-10-25", "")


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("normal", "task"), ("Milestone", "milestone"), ("Comms", "communication"), ("check", "validation"),
        ("Go/No-Go", "go/no-go"), ("decision", "go/no-go"), ("Declaration", "declaration"), ("", "task"),
        ("something", "task"),
    ],
)  # fmt: skip
def test_types_of_runbook_tools_are_known_and_others_are_tasks(at, word, kept):
    staged = stage(at, f"T-1,A,{word}", head="Task ID,Title,Task type", new_plan="Cutover")
    assert any("not known" in note for note in staged.notes) == (word == "something")
    done = at.imports.commit(staged)
    assert plan(at, done.plan_id)["T-1"].details.type.value == kept


def test_what_is_mapped_to_nothing_is_kept_beside_the_activity(at):
    plan_id = new(at, "T-1,A,red,2", head="Task ID,Title,Colour,Level")
    assert plan(at, plan_id)["T-1"].extra == {"Colour": "red", "Level": "2"}
    assert told(stage(at, "T-1,A,red,2", head="Task ID,Title,Colour,Level", plan=plan_id).counts) == {"unchanged": 1}
    (one,) = stage(at, "T-1,A,blue,3", head="Task ID,Title,Colour,Level", plan=plan_id).changes
    assert one.fields == {"Colour": ("red", "blue"), "Level": ("2", "3")}


def test_headings_of_sections_are_the_phase(at):
    path = at.xlsx(
        [["Task ID", "Title", "Description"], ["Before M11", None, None], ["T-1", "A", "x"], ["At M11", None, None],
         ["T-2", "B", "y"]],
        merges=["A2:C2", "A4:C4"],
    )  # fmt: skip
    found = plan(at, at.take(path, KIND, new_plan="Cutover").plan_id)
    assert [one.details.phase for one in found.values()] == ["Before M11", "At M11"]


def test_sections_get_no_number_where_there_are_no_ids(at):
    path = at.xlsx([["Title", "Description", "Owner"], ["Before", None, None], ["A", "x", "Sam"]], merges=["A2:C2"])
    found = plan(at, at.take(path, KIND, new_plan="Cutover").plan_id)
    assert {key: (one.details.title, one.details.phase) for key, one in found.items()} == {"T-001": ("A", "Before")}


# -- a newer version ---------------------------------------------------------------------------------------------------


def test_a_newer_version_is_compared_activity_by_activity_and_done_stays_done(at):
    plan_id = new(at, "T-1,Freeze,,,", "T-2,Deploy,T-1,,", "T-3,Check,T-2,,", source="PLAN-1", version="v1")
    cutover = at.workspace.cutover
    cutover.tick([cutover.activity_id(plan_id, "T-1")], at=Moment(datetime(2026, 11, 20).date(), time(9)), by="Sam")
    staged = stage(
        at, "T-1,Freeze all changes,,,", "T-2,Deploy,T-1,,", "T-4,Tell everybody,T-2,,", plan=plan_id, source="PLAN-1",
        version="v2",
    )  # fmt: skip
    assert {one.key: one.change for one in staged.changes} == {
        "T-1": ChangeKind.CHANGED, "T-4": ChangeKind.ADDED, "T-3": ChangeKind.MISSING,
    }  # fmt: skip
    assert any("asks to be confirmed" in note for note in staged.notes)
    at.imports.commit(staged)
    found = plan(at, plan_id)
    first = found["T-1"]
    assert (first.state, first.finished_by, first.changed) == (ActivityState.DONE, "Sam", True)
    assert (found["T-3"].missing, found["T-2"].missing, found["T-2"].changed) == (True, False, False)
    assert found["T-2"].source == "PLAN-1, version v2"
    assert list(found) == ["T-1", "T-2", "T-4", "T-3"]
    at.undo()
    assert plan(at, plan_id)["T-1"].details.title == "Freeze"
    assert not plan(at, plan_id)["T-3"].missing


def test_what_was_missing_and_is_there_again_is_back(at):
    plan_id = new(at, "T-1,A,,,", "T-2,B,,,")
    at.take(at.csv(HEAD, "T-1,A,,,"), KIND, plan=plan_id)
    assert plan(at, plan_id)["T-2"].missing
    staged = stage(at, "T-1,A,,,", "T-2,B,,,", plan=plan_id)
    assert told(staged.counts) == {"unchanged": 1, "back": 1}
    at.imports.commit(staged)
    assert not plan(at, plan_id)["T-2"].missing


def test_a_part_marks_nothing_as_missing_and_blanks_leave_what_is_there(at):
    plan_id = new(at, "T-1,A,,2 h,2026-10-24", "T-2,B,,,")
    staged = stage(at, "T-1,A,,,", plan=plan_id, complete=False)
    assert told(staged.counts) == {"unchanged": 1}
    staged = stage(at, "T-1,A,,,", plan=plan_id, complete=False, clear_blanks=True)
    (one,) = staged.changes
    assert one.fields == {"Duration": ("2 h", ""), "Due": ("2026-10-24", "")}


def test_what_waits_for_a_row_that_is_refused_for_something_else_says_so_with_its_row(at):
    staged = stage(
        at, "T-1,A,,,someday", "T-2,B,T-1,,", "T-3,C,T-2,,", "T-4,D,,,", 'T-5,E,"T-1, T-2",,', new_plan="Cutover"
    )
    assert {one.key: (one.waits, one.reason) for one in changed(staged, "refused") if one.key != "T-1"} == {
        "T-2": (True, "It waits for T-1, which cannot be taken (row 2)."),
        "T-3": (True, "It waits for T-2, which cannot be taken (row 3)."),
        # Its other one was not refused yet when this was seen: the first cause is named.
        "T-5": (True, "It waits for T-1, which cannot be taken (row 2)."),
    }
    assert [one.waits for one in staged.changes if one.key == "T-1"] == [False]


def test_what_waits_for_a_row_without_a_title_does_not_stop_the_others(at):
    staged = stage(at, "T-1,,,,", "T-2,B,T-1,,", "T-3,C,,,", new_plan="Cutover")
    assert refusals(staged) == {
        "T-1": "There is no title, and no record with this id to change.",
        "T-2": "It waits for T-1, which cannot be taken (row 2).",
    }
    assert list(plan(at, at.imports.commit(staged).plan_id)) == ["T-3"]


def test_those_that_wait_are_taken_without_that_link_where_it_is_asked_and_each_says_so(at):
    lines = ("T-1,A,,,someday", "T-2,B,T-1,,", "T-3,C,T-2,,", 'T-4,D,"T-1, T-2",,', "T-5,E,X-9,,")
    staged = stage(at, *lines, new_plan="Cutover", without_lost_links=True)
    assert told(staged.counts) == {"added": 4, "refused": 1}
    assert {one.key: one.note for one in staged.changes} == {
        "T-1": "",
        "T-2": "Taken without waiting for T-1, which cannot be taken (row 2).",
        "T-3": "",
        "T-4": "Taken without waiting for T-1, which cannot be taken (row 2).",
        "T-5": "Taken without waiting for X-9, which is neither in the file nor in the plan.",
    }
    assert "3 rows are taken without a link to what cannot be taken; each says which." in staged.notes
    found = plan(at, at.imports.commit(staged).plan_id)
    assert {key: [one.key for one in of.details.predecessors] for key, of in found.items()} == {
        "T-2": [], "T-3": ["T-2"], "T-4": ["T-2"], "T-5": [],
    }  # fmt: skip


def edited(at, plan_id, key, **values):
    cutover = at.workspace.cutover
    cutover.edit([cutover.activity_id(plan_id, key)], ActivityEdit(**values))


def test_what_was_changed_here_stays_where_a_newer_version_says_the_same_as_before(at):
    plan_id = new(at, "T-1,A,,2 h,2026-11-20", "T-2,B,,2 h,2026-11-20")
    edited(at, plan_id, "T-1", due_at="2026-11-25")
    edited(at, plan_id, "T-2", due_at="2026-11-25")
    lines = ("T-1,A,,2 h,2026-11-20", "T-2,B,,3 h,2026-11-20")
    staged = stage(at, *lines, plan=plan_id)
    assert told(staged.counts) == {"changed": 1, "unchanged": 1}
    note = "Due was changed here since; the file says the same as before (20 Nov 2026), so that 25 Nov 2026 is kept."
    assert [(one.key, one.change, one.fields, one.note, one.here) for one in staged.changes] == [
        ("T-1", ChangeKind.UNCHANGED, {}, note, ("Due",)),
        ("T-2", ChangeKind.CHANGED, {"Duration": ("2 h", "3 h")}, note, ("Due",)),
    ]
    at.imports.commit(staged)
    assert [one.details.due_at for one in plan(at, plan_id).values()] == ["2026-11-25"] * 2
    # A version that says something else is taken, and what it brought counts from then on.
    at.take(at.csv(HEAD, "T-1,A,,2 h,2026-11-22"), KIND, plan=plan_id, complete=False)
    assert plan(at, plan_id)["T-1"].details.due_at == "2026-11-22"
    staged = stage(at, "T-1,A,,2 h,2026-11-20", plan=plan_id, complete=False)
    assert changed(staged, "changed")[0].fields == {"Due": ("2026-11-22", "2026-11-20")}


def test_what_the_file_says_is_taken_over_what_was_changed_here_where_it_is_asked(at):
    plan_id = new(at, "T-1,A,,2 h,2026-11-20")
    edited(at, plan_id, "T-1", due_at="2026-11-25")
    staged = stage(at, "T-1,A,,2 h,2026-11-20", plan=plan_id, over_changes_here=True)
    (one,) = staged.changes
    assert one.fields == {"Due": ("2026-11-25", "2026-11-20")}
    assert one.note == "Due was changed here since; the file says the same as before (20 Nov 2026) and is taken."


def test_a_deadline_that_was_hung_on_a_milestone_here_stays_there(at):
    plan_id = new(at, "T-1,A,,2 h,2026-11-20")
    edited(at, plan_id, "T-1", due_at="", milestone="M14", milestone_days=-2)
    staged = stage(at, "T-1,A,,2 h,2026-11-20", plan=plan_id)
    assert told(staged.counts) == {"unchanged": 1}
    assert at.imports.commit(staged).already
    details = plan(at, plan_id)["T-1"].details
    assert (details.due_at, details.milestone, details.milestone_days) == ("", "M14", -2)


def test_links_that_were_changed_here_stay(at):
    plan_id = new(at, "T-1,A,,,", "T-2,B,T-1,,", "T-3,C,,,")
    edited(at, plan_id, "T-2", predecessors="T-3")
    staged = stage(at, "T-1,A,,,", "T-2,B,T-1,,", "T-3,C now,,,", plan=plan_id)
    at.imports.commit(staged)
    assert [one.key for one in plan(at, plan_id)["T-2"].details.predecessors] == ["T-3"]


def test_what_only_the_file_changed_is_taken_though_it_goes_back(at):
    plan_id = new(at, "T-1,A,,2 h,2026-11-20")
    at.take(at.csv(HEAD, "T-1,A,,2 h,2026-11-22"), KIND, plan=plan_id)
    staged = stage(at, "T-1,A,,2 h,2026-11-20", plan=plan_id)
    assert told(staged.counts) == {"changed": 1}
    assert not staged.changes[0].here


def test_the_order_in_which_predecessors_are_named_says_nothing(at):
    plan_id = new(at, "T-1,A,,,", "T-2,B,,,", 'T-3,C,"T-1, T-2",,')
    staged = stage(at, "T-1,A,,,", "T-2,B,,,", 'T-3,C,"T-2; T-1",,', plan=plan_id)
    assert told(staged.counts) == {"unchanged": 3}
    assert at.imports.commit(staged).already


def test_new_activities_take_their_place_in_the_file(at):
    plan_id = new(at, "T-1,A,,,", "T-3,C,,,")
    at.take(at.csv(HEAD, "T-1,A,,,", "T-2,B,,,", "T-3,C,,,"), KIND, plan=plan_id)
    assert list(plan(at, plan_id)) == ["T-1", "T-2", "T-3"]


# -- plans -------------------------------------------------------------------------------------------------------------


def test_an_import_says_which_plan_or_makes_one(at):
    with pytest.raises(InvalidInput) as error:
        stage(at, "T-1,A,,,")
    assert error.value.field == "plan"
    with pytest.raises(NotFound):
        stage(at, "T-1,A,,,", plan=77)
    plan_id, _ = at.workspace.cutover.add_plan(PlanDetails("Here"))
    assert at.take(at.csv(HEAD, "T-1,A,,,"), KIND, plan=plan_id).plan_id == plan_id
    at.workspace.cutover.edit_plan(plan_id, PlanDetails("Here", closed="2026-11-20"))
    with pytest.raises(InvalidInput, match="closed"):
        stage(at, "T-2,A,,,", plan=plan_id)


def test_a_new_plan_and_its_activities_are_one_step(at):
    new(at, "T-1,A,,,")
    (made,) = at.workspace.cutover.plans()
    assert (made.ref, made.details.title, made.activities) == ("ACME-CUT-0001", "Cutover", 1)
    at.undo()
    assert at.workspace.cutover.plans() == ()
    new(at, "T-1,A,,,")
    assert at.workspace.cutover.plans()[0].ref == "ACME-CUT-0002"


def test_two_plans_keep_their_activities_apart(at):
    first = new(at, "T-1,A,,,", "T-2,B,,,")
    second = new(at, "T-1,Other,,,")
    staged = stage(at, "T-1,Other,,,", plan=second)
    assert told(staged.counts) == {"unchanged": 1}
    assert len(plan(at, first)) == 2


def test_a_plan_that_was_changed_since_the_difference_was_shown_is_not_written(at):
    plan_id = new(at, "T-1,A,,,")
    staged = stage(at, "T-1,B,,,", plan=plan_id)
    at.take(at.csv(HEAD, "T-1,C,,,", name="other.csv"), KIND, plan=plan_id)
    with pytest.raises(FileRefused):
        at.imports.commit(staged)


def test_what_an_import_did_is_noted_for_ever(at):
    plan_id = new(at, "T-1,A,,,", source="PLAN-1", version="v1")
    (past,) = at.imports.past()
    assert (past.kind, past.source, past.version, past.counts[ChangeKind.ADDED]) == (KIND, "PLAN-1", "v1", 1)
    mapping = json.loads(at.rows("SELECT mapping FROM record_import")[0][0])
    assert mapping["predecessors"] == "Predecessor IDs"
    assert plan_id == 1


def test_two_hundred_rows_with_dependencies_are_one_import(at):
    lines = [f"T-{n:03d},Activity {n},{f'T-{n - 1:03d}; T-{n // 2:03d}' if n > 1 else ''},2 h," for n in range(1, 201)]
    plan_id = new(at, *lines)
    view = at.workspace.cutover.plan(plan_id)
    assert len(view.activities) == 200
    assert sum(len(one.details.predecessors) for one in view.activities) == 198 * 2 + 1
    assert told(stage(at, *lines, plan=plan_id).counts) == {"unchanged": 200}


CELL = st.text(st.characters(codec="utf-8", exclude_characters='\r\n"'), max_size=40)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), min_size=1, max_size=6))
def test_no_file_makes_anything_but_a_difference_or_a_plain_refusal(tmp_path_factory, rows):
    with importing(tmp_path_factory.mktemp("any")) as at:
        lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
        path = at.csv(HEAD, *lines)
        try:
            source = at.imports.read(path, KIND)
            mapping = dict(zip(("key", "title", "predecessors", "duration", "due_at"), source.headings, strict=False))
            staged = at.imports.stage(source, mapping, ImportOptions(new_plan="x", duration_unit="h"))
        except (InvalidInput, FileRefused):
            return
        taken = staged.counts[ChangeKind.ADDED]
        done = at.imports.commit(staged)
        if taken:
            assert len(plan(at, done.plan_id)) == taken
            again = at.imports.stage(
                at.imports.read(path, KIND), mapping, ImportOptions(plan=done.plan_id, duration_unit="h")
            )
            assert told(again.counts).keys() <= {"unchanged", "refused"}

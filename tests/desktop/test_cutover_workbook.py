"""A cutover plan as a workbook and as CSV: what a stranger finds in it, and that it comes back in as it went out."""

from __future__ import annotations

import csv
import io
from datetime import date, time

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_hands import changed, importing, told
from testing_hands import HOSTILE

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, ActivityType, PlanDetails, Predecessor, Rag
from desktop.errors import InvalidInput, NotFound
from desktop.excel.book import HEADING_ROW
from desktop.records.fields import fields_of
from desktop.records.model import RecordKind
from desktop.testing.book_cutover import COMING_BACK, later_by
from desktop.testing.book_marks import CUTOVER_TEMPLATE
from desktop.uk_time import parse_moment

KIND = RecordKind.ACTIVITIES


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def planned(at):
    """A plan with every kind of field: T-1 done, T-2 waits, T-3 hangs on a milestone, T-4 has a text like a formula."""
    cutover = at.workspace.cutover
    plan_id, _ = cutover.add_plan(PlanDetails("Cutover at M14", "M14"))
    first, _ = cutover.add(plan_id, ActivityDetails("T-1", "Freeze", due_at="2026-11-20T22:30", duration="90 min"))
    cutover.add(
        plan_id,
        ActivityDetails(
            "T-2", "Deploy", phase="At M14", responsible="Supplier", owner="Sam", stand_in="Kim", duration="2 wd",
            start_at="2026-12-01", predecessors=(Predecessor("T-1", "4 h"),), evidence_needed="Release record",
        ),
    )  # fmt: skip
    cutover.add(
        plan_id,
        ActivityDetails(
            "T-3", "Ready", type=ActivityType.DECLARATION, milestone="M14", milestone_days=-5, external=True
        ),
    )
    cutover.add(plan_id, ActivityDetails("T-4", "=1+1", description=HOSTILE, note="x\ny", type=ActivityType.GO_NO_GO))
    cutover.tick([first], at=parse_moment("2026-11-20T23:10"), by="Sam")
    return plan_id


def written(at, plan_id, name="plan.xlsx"):
    path = at.folder / name
    at.workspace.cutover_files.write(path, plan_id)
    return path


def table(path, tab):
    sheet = openpyxl.load_workbook(path)[tab]
    headings = [cell.value for cell in sheet[HEADING_ROW]]
    return [dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(min_row=HEADING_ROW + 1, values_only=True)]


def test_the_columns_that_come_back_stand_first_and_are_all_there(at):
    path = written(at, planned(at))
    sheet = openpyxl.load_workbook(path)["Activities"]
    headings = [cell.value for cell in sheet[HEADING_ROW]]
    ours = [field.heading for field in COMING_BACK]
    assert headings[: len(ours)] == ours
    assert {one.title for one in fields_of(KIND)} == set(ours)


def test_it_comes_back_in_with_nothing_to_do(at):
    plan_id = planned(at)
    path = written(at, plan_id)
    assert at.imports.kind_of(path) is KIND
    source = at.imports.read(path, KIND)
    assert (source.sheet, source.ours) == ("Activities", True)
    staged = at.stage(path, KIND, plan=plan_id)
    assert (told(staged.counts), staged.changes) == ({"unchanged": 4}, ())
    assert at.imports.commit(staged).already


def test_it_comes_back_after_another_program_wrote_it(at):
    plan_id = planned(at)
    path = written(at, plan_id)
    book = openpyxl.load_workbook(path)
    book.save(at.folder / "again.xlsx")
    assert told(at.stage(at.folder / "again.xlsx", KIND, plan=plan_id).counts) == {"unchanged": 4}


def test_a_workbook_that_goes_into_another_plan_than_its_own_says_so(at):
    plan_id = planned(at)
    path = written(at, plan_id)
    other, _ = at.workspace.cutover.add_plan(PlanDetails("Another"))
    openpyxl.load_workbook(path).save(at.folder / "again.xlsx")
    for one in (path, at.folder / "again.xlsx"):
        assert at.imports.read(one, KIND).plan_ref == "ACME-CUT-0001"
        staged = at.stage(one, KIND, plan=other)
        assert (
            "This file was written from ACME-CUT-0001, and goes into ACME-CUT-0002 (Another): activities with the "
            "same ids are taken to be the same."
        ) in staged.notes
        assert told(staged.counts) == {"added": 4}
        for options in ({"plan": plan_id}, {"new_plan": "A third"}):
            assert not any("was written from" in note for note in at.stage(one, KIND, **options).notes)
    rows = at.csv("Id,Activity", "T-1,Freeze")
    assert at.imports.read(rows, KIND).plan_ref == ""


def test_it_makes_the_same_plan_elsewhere(at):
    plan_id = planned(at)
    path = written(at, plan_id)
    done = at.take(path, KIND, new_plan="Copy")
    cutover = at.workspace.cutover
    first, second = cutover.plan(plan_id), cutover.plan(done.plan_id)

    def said(view):
        return [
            (one.details.key, one.details.title, one.details.type, one.details.duration, one.details.due_at,
             one.details.milestone, one.details.milestone_days, one.details.external, one.details.description,
             [(two.key, two.lag) for two in one.details.predecessors])
            for one in view.activities
        ]  # fmt: skip

    assert said(first) == said(second)


@pytest.mark.parametrize(
    ("heading", "value", "told_as"),
    [
        ("Owner", "Alex", {"Owner": ("Sam", "Alex")}),
        ("Due", "2026-12-24 09:15", {"Due": ("", "2026-12-24T09:15")}),
        ("Predecessor IDs", "T-1 + 6 h", {"Predecessor IDs": ("T-1 + 4 h", "T-1 + 6 h")}),
        ("External", "Yes", {"External": ("no", "yes")}),
    ],
)
def test_an_edited_cell_comes_back_as_exactly_that_change(at, heading, value, told_as):
    plan_id = planned(at)
    path = written(at, plan_id)
    book = openpyxl.load_workbook(path)
    sheet = book["Activities"]
    headings = [cell.value for cell in sheet[HEADING_ROW]]
    sheet.cell(HEADING_ROW + 2, headings.index(heading) + 1).value = value
    book.save(path)
    staged = at.stage(path, KIND, plan=plan_id)
    (one,) = changed(staged, "changed")
    assert (one.key, one.fields) == ("T-2", told_as)
    at.imports.commit(staged)
    assert told(at.stage(written(at, plan_id), KIND, plan=plan_id).counts) == {"unchanged": 4}


def test_what_is_missing_from_the_newest_version_stays_so_by_our_own_workbook(at):
    plan_id = at.take(at.csv("Task ID,Title", "T-1,A", "T-2,B"), KIND, new_plan="Plan").plan_id
    at.take(at.csv("Task ID,Title", "T-1,A"), KIND, plan=plan_id)
    path = written(at, plan_id)
    staged = at.stage(path, KIND, plan=plan_id)
    assert told(staged.counts) == {"unchanged": 2}
    book = openpyxl.load_workbook(path)
    for row in book["Activities"].iter_rows():
        for cell in row:
            if cell.value == "B":
                cell.value = "B2"
    book.save(path)
    at.take(path, KIND, plan=plan_id)
    second = at.workspace.cutover.plan(plan_id).activities[1]
    assert (second.details.title, second.missing) == ("B2", True)


def test_planned_against_actual_tells_by_how_much(at):
    path = written(at, planned(at))
    first = table(path, "Planned against actual")[0]
    assert (first["Id"], first["Really finished"], first["Finished by"]) == ("T-1", "2026-11-20 23:10", "Sam")
    assert first["Later than planned"] == "40 min"


@pytest.mark.parametrize(
    ("planned_at", "finished", "words"),
    [
        ("2026-10-25", "2026-10-27", "2 days"),
        ("2026-10-25", "2026-10-24T23:00", "1 day earlier"),
        ("2026-10-25T00:30", "2026-10-25T02:30", "3 h"),  # the night has an hour more
        ("2026-10-24T10:00", "2026-10-24T09:30", "30 min earlier"),
        ("2026-10-24T10:00", "2026-10-24T10:00", "On time"),
        ("2026-10-24", "2026-10-24T10:00", "On the day"),
        ("", "2026-10-24", ""),
        ("2026-10-24", "", ""),
    ],
)
def test_later_by(planned_at, finished, words):
    assert later_by(parse_moment(planned_at), parse_moment(finished)) == words


def test_the_cover_says_whose_plan_it_is_and_that_it_comes_back(at):
    path = written(at, planned(at))
    book = openpyxl.load_workbook(path)
    cover = {row[1]: row[2] for row in book["Cover"].iter_rows(min_row=5, values_only=True)}
    assert cover["Plan"] == "Cutover at M14 (ACME-CUT-0001)"
    assert cover["Milestone"].startswith("M14")
    assert cover["Version"] == "1 of this plan"
    assert "REHEARSAL" not in cover
    assert "Gate" not in cover
    assert cover["Template"] == f"{CUTOVER_TEMPLATE}, version 1"
    position = {row[1]: row[2] for row in book["Cover"].iter_rows(min_row=5, values_only=True) if row[0] == "Position"}
    assert position["Activities"].startswith("4: ")
    for sheet in book:
        assert sheet["A1"].value
        assert sheet["A2"].value.endswith(".")


def test_what_is_late_or_lacks_somebody_is_named_first(at):
    path = written(at, planned(at))
    found = {(row["Id"], row["What"]) for row in table(path, "To look at")}
    assert ("T-4", "Nobody does it") in found
    assert ("T-3", "Nobody does it") not in found  # others do it


def test_a_colour_that_somebody_said_stands_with_its_reason(at):
    plan_id = planned(at)
    cutover = at.workspace.cutover
    cutover.say_rag([cutover.activity_id(plan_id, "T-2")], Rag.AMBER, "The vendor is late")
    row = table(written(at, plan_id), "Activities")[1]
    assert row["Red, amber, green"] == "Amber"
    assert row["Why"].startswith("The vendor is late (said by Jo; computed: ")


def test_workbooks_of_a_plan_are_numbered_and_noted(at):
    plan_id = planned(at)
    files = at.workspace.cutover_files
    assert files.name(plan_id) == "ACME Cutover plan ACME-CUT-0001 version 1 2026-11-23.xlsx"
    assert [files.write(at.folder / f"{n}.xlsx", plan_id).number for n in (1, 2)] == [1, 2]
    assert files.name(plan_id) == "ACME Cutover plan ACME-CUT-0001 version 3 2026-11-23.xlsx"
    assert files.name(plan_id, ".ics") == "ACME Cutover deadlines ACME-CUT-0001 2026-11-23.ics"
    with pytest.raises(NotFound):
        files.name(99)
    other, _ = at.workspace.cutover.add_plan(PlanDetails("Empty"))
    with pytest.raises(NotFound, match="no activity"):
        files.write(at.folder / "e.xlsx", other)
    assert files.name(other).startswith("ACME Cutover plan ACME-CUT-0002 version 1 ")
    with pytest.raises(InvalidInput):
        files.write(at.folder / "e.pdf", plan_id)


def test_a_workspace_for_reading_only_writes_one_without_a_number(at):
    plan_id = planned(at)
    with Workspace.open(at.workspace.folder, read_only=True) as reading:
        made = reading.cutover_files.write(at.folder / "r.xlsx", plan_id)
        assert made.number == 0
        assert "version" not in reading.cutover_files.name(plan_id)
    cover = [row[2] for row in openpyxl.load_workbook(at.folder / "r.xlsx")["Cover"].iter_rows(values_only=True)]
    assert any(str(one).startswith("Not numbered") for one in cover)


def test_a_rehearsal_says_so_everywhere(at):
    plan_id = planned(at)
    rehearsal, _ = at.workspace.cutover.rehearse(plan_id)
    files = at.workspace.cutover_files
    assert files.name(rehearsal).startswith("REHEARSAL ACME Cutover plan ACME-CUT-0002")
    with pytest.raises(InvalidInput, match="REHEARSAL"):
        files.write(at.folder / "plan.xlsx", rehearsal)
    assert not (at.folder / "plan.xlsx").exists()
    for ending in (".xlsx", ".ics", ".csv"):
        assert files.write(at.folder / files.name(rehearsal, ending), rehearsal).rehearsal
    book = openpyxl.load_workbook(at.folder / next(one.name for one in at.folder.glob("REHEARSAL*.xlsx")))
    for sheet in book:
        assert sheet["A1"].value.startswith("REHEARSAL: ")
        assert "REHEARSAL" in sheet.oddHeader.center.text
    cover = {row[1]: row[2] for row in book["Cover"].iter_rows(min_row=5, values_only=True)}
    assert "never submitted" in cover["REHEARSAL"]
    calendar = next(at.folder.glob("REHEARSAL*.ics")).read_text("utf-8")
    summaries = [line for line in calendar.splitlines() if line.startswith("SUMMARY:")]
    assert summaries
    assert all(line.startswith("SUMMARY:REHEARSAL: ") for line in summaries)


def test_the_csv_comes_back_in_with_nothing_to_do(at):
    plan_id = planned(at)
    path = written(at, plan_id, "plan.csv")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert len(rows) == 5
    assert told(at.stage(path, KIND, plan=plan_id).counts) == {"unchanged": 4}


def test_the_calendar_holds_what_is_not_finished(at):
    plan_id = planned(at)
    at.workspace.milestones.save("M14", current="2027-06-01")
    text = written(at, plan_id, "plan.ics").read_text("utf-8").replace("\r\n ", "")
    assert "SUMMARY:T-1" not in text
    assert "SUMMARY:T-2 Deploy" in text
    assert "SUMMARY:M14" in text
    assert "DTSTART;VALUE=DATE:20270601" in text


TITLE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(
    lambda text: text.strip() and text == " ".join(text.split())
)
MOMENT = st.one_of(
    st.just(""),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str),
    st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.times()).map(
        lambda pair: f"{pair[0]}T{time(pair[1].hour, pair[1].minute):%H:%M}"
    ),
)


@settings(max_examples=10, deadline=None)  # a workbook costs the same for one row as for sixteen
@given(
    st.lists(
        st.tuples(TITLE, MOMENT, MOMENT, st.sampled_from(["", "2 wd", "3 d", "4 h", "90 min", "0"]),
                  st.sampled_from(list(ActivityType)), st.booleans()),
        min_size=5, max_size=16,
    ),
    st.sampled_from([".xlsx", ".csv"]),
)  # fmt: skip
def test_every_plan_comes_back_as_it_went_out(tmp_path_factory, rows, ending):
    with importing(tmp_path_factory.mktemp("any")) as at:
        cutover = at.workspace.cutover
        plan_id, _ = cutover.add_plan(PlanDetails("Any"))
        for place, (title, start, due, duration, kind, external) in enumerate(rows):
            before = (Predecessor(f"A {place - 1}", "1 wd"),) if place else ()
            details = ActivityDetails(
                f"A {place}", title, start_at=start, due_at=due, duration=duration, type=kind, external=external,
                predecessors=before,
            )  # fmt: skip
            cutover.add(plan_id, details)
        path = at.folder / f"any{ending}"
        at.workspace.cutover_files.write(path, plan_id)
        staged = at.stage(path, KIND, plan=plan_id)
        assert told(staged.counts) == {"unchanged": len(rows)}, staged.changes

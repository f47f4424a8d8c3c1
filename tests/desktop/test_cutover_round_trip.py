"""What goes out of a plan comes back as it went: missing stays missing, and columns of other documents stay beside."""

from __future__ import annotations

import csv
import json

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_hands import importing, told
from testing_hands import HOSTILE

from desktop.cutover.model import PlanDetails
from desktop.records.model import RecordKind
from desktop.testing.own_activities import BESIDE, MARK, beside_headings

KIND = RecordKind.ACTIVITIES
FILES = ("q.csv", "q.xlsx")


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


@pytest.fixture
def plan_id(at):
    """A plan of which the newest document has one of three activities, in a document with columns of its own."""
    plan_id, _ = at.workspace.cutover.add_plan(PlanDetails("Cutover"))
    first = at.csv(
        "Task ID,Title,Due,Milestone,Zoom link,State",
        "T-1,Freeze,2026-11-20,M14,=HYPERLINK(1),green",
        "T-2,Deploy,,,,amber",
        "T-3,Tell all,,,-5,",
        name="v1.csv",
    )
    at.take(first, KIND, plan=plan_id)
    at.take(at.csv("Task ID,Title,Due", "T-1,Freeze,2026-11-20", name="v2.csv"), KIND, plan=plan_id)
    return plan_id


def extras(at):
    return {key: json.loads(text) for key, text in at.rows("SELECT key, extra FROM cutover_activity")}


def written(at, plan_id, name):
    at.workspace.cutover_files.write(at.folder / name, plan_id)
    return at.folder / name


@pytest.mark.parametrize("name", FILES)
def test_what_was_missing_stays_so_and_there_is_nothing_to_change(at, plan_id, name):
    path = written(at, plan_id, name)
    source = at.imports.read(path, KIND)
    assert (at.imports.kind_of(path), source.ours, source.plan_ref) == (KIND, True, "ACME-CUT-0001")
    staged = at.stage(path, KIND, plan=plan_id)
    assert (told(staged.counts), staged.changes) == ({"unchanged": 3}, ())
    assert any("2 activities missing from the newest document stay so" in note for note in staged.notes)
    assert at.imports.commit(staged).already


@pytest.mark.parametrize("name", FILES)
def test_columns_beside_go_out_and_come_back_into_another_plan_as_they_were(at, plan_id, name):
    before = extras(at)
    assert before["T-1"] == {"Milestone": "M14", "Zoom link": "=HYPERLINK(1)", "State": "green"}
    path = written(at, plan_id, name)
    at.workspace.cutover.remove_plan(plan_id)
    done = at.take(path, KIND, new_plan="Again")
    assert extras(at) == before
    assert done.plan_id is not None


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "cp1252"), ("\t", "utf-16"), (",", "utf-8")])
def test_a_csv_that_a_spreadsheet_program_saved_is_still_ours(at, plan_id, delimiter, encoding):
    with written(at, plan_id, "q.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with (at.folder / "again.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    assert told(at.stage(at.folder / "again.csv", KIND, plan=plan_id).counts) == {"unchanged": 3}


def test_a_csv_saved_as_a_workbook_and_one_with_a_new_row_are_still_ours(at, plan_id):
    with written(at, plan_id, "q.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][-1] == MARK
    rows.append(["T-9", "New", *[""] * (len(rows[0]) - 2)])
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([text or None for text in row])
    for cells in book.active.iter_rows():
        for cell in cells:
            cell.data_type = "s" if cell.value else cell.data_type
    book.save(at.folder / "again.xlsx")
    staged = at.stage(at.folder / "again.xlsx", KIND, plan=plan_id)
    assert told(staged.counts) == {"unchanged": 3, "added": 1}


def test_a_cell_that_was_changed_beside_is_changed_and_nothing_else(at, plan_id):
    path = written(at, plan_id, "q.csv")
    text = path.read_text("utf-8-sig").replace("green", "red")
    path.write_text(text, "utf-8-sig")
    staged = at.stage(path, KIND, plan=plan_id)
    assert [(one.key, one.fields) for one in staged.changes] == [("T-1", {"State": ("green", "red")})]
    at.imports.commit(staged)
    assert extras(at)["T-1"]["State"] == "red"


def test_a_csv_of_somebody_else_is_a_document(at, plan_id):
    path = at.csv("Task ID,Title", "T-1,Freeze", "T-2,Deploy", name="theirs.csv")
    assert at.imports.kind_of(path) is None
    assert told(at.stage(path, KIND, plan=plan_id).counts) == {"unchanged": 1, "back": 1}
    path = at.csv(f"Task ID,Title,{MARK}", "T-1,Freeze,Sam", "T-2,Deploy,Kim", name="alike.csv")
    assert not at.imports.read(path, KIND).ours


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
labels = (words | st.sampled_from(["State", "state", "Task ID", "Title", MARK, BESIDE, "x" * 300, HOSTILE])).map(
    lambda text: " ".join(text.split())
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(labels, max_size=6).map(sorted))
def test_every_column_beside_has_a_heading_of_its_own(found):
    made = beside_headings(found)
    assert sorted(made.values()) == sorted(found)
    assert len({one.casefold() for one in made}) == len(found)

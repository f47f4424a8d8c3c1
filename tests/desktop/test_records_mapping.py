"""What headings are suggested to hold, and why; what cells are taken as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.records.cells import BadCell, key_of, keys_in, plain, value_of
from desktop.records.fields import by_name, fields_of, name_index
from desktop.records.mapping import needed_but_missing, suggest
from desktop.records.model import FieldKind, RecordField, RecordKind

DATE = RecordField("day", "Day", FieldKind.DATE)
NUMBER = RecordField("seconds", "Seconds", FieldKind.NUMBER)


def headings(kind, labels, rows=()):
    return {name: one.heading for name, one in suggest(kind, labels, rows).items()}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("Requirement ID", "Requirement Title", "Requirement Description"),
         {"key": "Requirement ID", "title": "Requirement Title", "text": "Requirement Description"}),
        (("RTTM Ref", "Requirement", "Functional Area", "PIT Stage", "Market Role", "Test Case(s)"),
         {"key": "RTTM Ref", "text": "Requirement", "family": "Functional Area", "stage": "PIT Stage",
          "party": "Market Role", "cases": "Test Case(s)"}),
        (("ID", "Name", "Comments"), {"key": "ID", "title": "Name", "note": "Comments"}),
        (("Requirment ID", "Tittle"), {"key": "Requirment ID", "title": "Tittle"}),
        (("Colour", "Weight"), {}),
        (("Requirement ID", "Requirement", "Description"),
         {"key": "Requirement ID", "title": "Requirement", "text": "Description"}),
        (("Requirement ID", "Requirement", "Details"),
         {"key": "Requirement ID", "title": "Requirement", "text": "Details"}),
        (("Requirement ID", "Requirement"), {"key": "Requirement ID", "text": "Requirement"}),
        (("Requirement ID", "Requirement Title", "Requirement"),
         {"key": "Requirement ID", "title": "Requirement Title", "text": "Requirement"}),
    ],
)  # fmt: skip
def test_headings_of_requirements_are_known_by_name_synonym_and_likeness(labels, expected):
    found = headings(RecordKind.REQUIREMENTS, labels)
    assert expected.items() <= found.items()
    assert found.keys() == expected.keys()


@pytest.mark.parametrize(
    "label",
    ["PIT Test Case ID(s)", "PIT Test Case IDs", "Test Case ID(s)", "Test Case Ids", "Linked tests", "Test cases",
     "Linked Test Cases", "Test Case(s)", "PIT Test Cases", "Related test case refs", "PIT test ref", "Tests",
     "Test Script ID(s)", "Mapped Test Case ID"],
)  # fmt: skip
def test_headings_of_the_test_cases_of_a_requirement(label):
    found = headings(RecordKind.REQUIREMENTS, ("Requirement ID", "Requirement", label))
    assert found == {"key": "Requirement ID", "text": "Requirement", "cases": label}


def test_what_is_of_a_step_is_suggested_only_beside_a_step():
    grid = ("Step", "Description", "Source", "Recipient", "Message", "Who", "Valid", "Status", "Evidence", "Files")
    found = headings(RecordKind.RESULTS, ("Test Case", *grid))
    assert found == {
        "key": "Test Case", "step": "Step", "step_description": "Description", "step_source": "Source",
        "step_recipient": "Recipient", "step_message": "Message", "step_who": "Who", "step_valid": "Valid",
        "status": "Status", "step_evidence": "Evidence", "step_files": "Files",
    }  # fmt: skip
    assert headings(RecordKind.RESULTS, ("Test Case", *grid[1:])) == {
        "key": "Test Case", "message": "Message", "tester": "Who", "status": "Status",
    }  # fmt: skip
    found = headings(RecordKind.RESULTS, ("Test Case", "Status", "Step", "Step Status", "Comments"))
    assert found == {
        "key": "Test Case", "case_status": "Status", "step": "Step", "status": "Step Status", "step_remark": "Comments",
    }  # fmt: skip


GRID = ("Test ID", "Test name", "Covers", "Step", "Description", "Source", "Recipient", "Message", "Who",
        "Expected result")  # fmt: skip
GRID_ROWS = [
    ("TC-1", "Gain", "REQ-1", "1", "Send the request", "Supplier", "DIP", "IF-001", "Jo", "It is sent"),
    ("TC-1", "Gain", "REQ-1", "2", "Take the answer", "DIP", "Supplier", "IF-002", "Jo", "It is there"),
    ("TC-2", "Loss", "REQ-2", "1", "Wait", "", "", "", "Jo", "Nothing"),
]  # fmt: skip
MERGED = [GRID_ROWS[0], ("", "", "", *GRID_ROWS[1][3:]), GRID_ROWS[2]]


@pytest.mark.parametrize("rows", [GRID_ROWS, MERGED], ids=["on each row", "merged"])
def test_the_description_of_a_grid_of_cases_is_likely_that_of_the_step(rows):
    found = suggest(RecordKind.CASES, GRID, rows)
    assert {name: one.heading for name, one in found.items()} == {
        "key": "Test ID", "title": "Test name", "requirements": "Covers", "step": "Step",
        "step_description": "Description", "step_source": "Source", "step_recipient": "Recipient",
        "step_message": "Message", "step_who": "Who", "expected": "Expected result",
    }  # fmt: skip
    assert 75 <= found["step_description"].sure < 95
    assert "each row of one case" in found["step_description"].reason


def test_the_description_of_a_grid_of_results_is_likely_that_of_the_step():
    found = suggest(RecordKind.RESULTS, (*GRID[:-1], "Status"), [(*row[:-1], "Passed") for row in GRID_ROWS])
    assert found["step_description"].heading == "Description"
    assert 75 <= found["step_description"].sure < 95
    assert found["requirements"].heading == "Covers"
    named = suggest(RecordKind.RESULTS, ("Test ID", "Step", "Step description", "Status"), ())
    assert named["step_description"].sure == 99


def test_one_description_for_all_rows_of_a_case_is_the_cases():
    same = [(*row[:4], "Change of supplier", *row[5:]) for row in GRID_ROWS]
    found = suggest(RecordKind.CASES, GRID, same)
    assert (found["description"].heading, found["description"].sure) == ("Description", 99)
    assert "step_description" not in found


def test_a_description_of_cases_with_one_row_each_is_not_sure():
    found = suggest(RecordKind.CASES, GRID, [GRID_ROWS[0], GRID_ROWS[2]])
    assert found["description"].heading == "Description"
    assert 75 <= found["description"].sure < 95


def test_a_description_beside_a_step_description_stays_the_cases():
    rows = [("TC-1", "Change of supplier", "1", "Send"), ("TC-1", "", "2", "Take"), ("TC-1", "and more", "3", "End")]
    for name in ("Step description", "Action"):
        found = suggest(RecordKind.CASES, ("Test ID", "Description", "Step", name), rows)
        assert (found["description"].heading, found["description"].sure) == ("Description", 99)
        assert found["step_description"].heading == name


def test_another_heading_is_the_description_of_the_case_when_description_is_of_the_step():
    rows = [(*row, "Prove the gain") for row in GRID_ROWS]
    found = headings(RecordKind.CASES, (*GRID, "Objective"), rows)
    assert (found["description"], found["step_description"]) == ("Objective", "Description")


@pytest.mark.parametrize("label", ["Covers", "Covers requirement(s)", "Requirements covered", "Covered requirements"])
def test_headings_of_the_requirements_of_a_case(label):
    found = headings(RecordKind.CASES, ("Test ID", "Title", label))
    assert found["requirements"] == label


def test_the_cells_are_heard_against_and_for_a_heading():
    rows = [("A-1", "sometimes", "Pass"), ("A-2", "never", "Fail"), ("A-3", "often", "n/a")]
    found = suggest(RecordKind.RESULTS, ("Thing", "Status", "Xyz"), rows)
    assert found["status"].heading == "Status"
    assert found["status"].sure == 40
    assert "0 %" in found["status"].reason
    found = suggest(RecordKind.RESULTS, ("Thing", "Abc", "Xyz"), rows)
    assert (found["status"].heading, found["status"].why) == ("Xyz", "content")
    assert (found["key"].heading, found["key"].why) == ("Thing", "content")


def test_no_heading_is_suggested_twice_and_every_suggestion_says_why():
    for kind in RecordKind:
        labels = [one.title for one in fields_of(kind)]
        found = suggest(kind, labels, ())
        assert {name: one.heading for name, one in found.items()} == {one.name: one.title for one in fields_of(kind)}
        assert needed_but_missing(kind, found) == ()
        assert needed_but_missing(kind, {})
        assert len(by_name(kind)) == len(fields_of(kind))
        assert name_index(kind)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-01", "2026-11-01"), ("01/11/2026", "2026-11-01"), ("1/2/2026", "2026-02-01"),
        ("2026-11-01 00:00:00", "2026-11-01"), ("2026-11-01 09:30:00", "2026-11-01T09:30:00"),
        ("2026-11-01T09:30:00+00:00", "2026-11-01T09:30:00+00:00"), ("31/12/2026 23:59", "2026-12-31T23:59:00"),
    ],
)  # fmt: skip
def test_dates_as_files_have_them(text, day):
    assert value_of(text, DATE) == day


@pytest.mark.parametrize("text", ["31/02/2026", "11-01", "Q3", "2026", "45000", "1/13/2026", "tomorrow", "x" * 99])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(BadCell):
        value_of(text, DATE)


@pytest.mark.parametrize(("text", "number"), [("1.5", "1.5"), ("1,024", "1024.0"), ("2 s", "2.0"), ("0", "0.0")])
def test_numbers(text, number):
    assert value_of(text, NUMBER) == number


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "1e999", "x"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadCell):
        value_of(text, NUMBER)


def test_several_ids_in_a_cell():
    assert keys_in(["T-1, T-2;T-3|T-4\nT-5 ,, T-1"]) == ("T-1", "T-2", "T-3", "T-4", "T-5")
    assert keys_in(["", " ; "]) == ()
    assert key_of("  T \t 1 ") == "T 1"


@given(st.text())
def test_a_plain_text_holds_nothing_that_a_workbook_cannot(text):
    made = plain(text)
    made.encode("utf-8")
    assert made == made.strip()
    assert not any(ord(one) < 32 and one not in "\n\t" for one in made)
    assert plain(made) == made

"""Test cases come in with their steps, and know the requirements they are for."""

from __future__ import annotations

import pytest
from record_hands import changed, importing, told

from desktop.records.model import RecordKind
from desktop.testing.hashing import case_hash
from desktop.testing.model import CaseEdit, Step

CASES = (
    "Test case ID,Test case title,Req ID,Step,Step description,Source,Recipient,Message",
    "T-1,Change of supplier,FR-1,1,Send the request,Supplier,DIP,IF-001",
    ",,,2,Receive the answer,DIP,Supplier,IF-002",
    "T-2,Migration,FR-2,1,Start,,,",
)


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        made.take(made.csv("Req ID,Title", "FR-1,Send", "FR-2,Answer"))
        yield made


def take(at, *lines, **options):
    return at.take(at.csv(*lines), RecordKind.CASES, **options)


def stage(at, *lines, **options):
    return at.stage(at.csv(*lines), RecordKind.CASES, **options)


def test_cases_come_in_with_their_steps_and_links(at):
    done = take(at, *CASES)
    assert told(done.counts) == {"added": 2}
    case = at.workspace.requirements.case(1)
    assert (case.key, case.title) == ("T-1", "Change of supplier")
    assert case.steps == (
        Step(1, "1", "Send the request", "Supplier", "DIP", "IF-001"),
        Step(2, "2", "Receive the answer", "DIP", "Supplier", "IF-002"),
    )
    assert at.rows("SELECT hash FROM test_case WHERE id = 1") == [(case_hash(case),)]
    assert at.rows("SELECT requirement_id, case_id FROM requirement_case ORDER BY 1") == [(1, 1), (2, 2)]
    assert take(at, *CASES).already


def test_a_step_that_changed_is_a_changed_case_and_shows_before_and_after(at):
    take(at, *CASES)
    staged = stage(at, CASES[0], CASES[1].replace("Send the request", "Send it twice"), *CASES[2:])
    (one,) = changed(staged, "changed")
    before, after = one.fields["Steps"]
    assert "Send the request" in before
    assert "Send it twice" in after
    at.imports.commit(staged)
    case = at.workspace.requirements.case(1)
    assert [step.description for step in case.steps] == ["Send it twice", "Receive the answer"]
    assert at.rows("SELECT hash FROM test_case WHERE id = 1") == [(case_hash(case),)]
    at.undo()
    assert at.workspace.requirements.case(1).steps[0].description == "Send the request"


def test_a_blank_cell_of_a_step_leaves_what_it_said(at):
    take(at, *CASES)
    lines = (CASES[0], CASES[1].replace("IF-001", ""), *CASES[2:])
    assert take(at, *lines).already
    take(at, *lines, clear_blanks=True)
    assert at.workspace.requirements.case(1).steps[0].message == ""


def test_a_file_without_steps_leaves_them(at):
    take(at, *CASES)
    take(at, "Test case ID,Test case title,Priority", "T-1,Change of supplier,High", "T-2,Migration,Low")
    assert len(at.workspace.requirements.case(1).steps) == 2
    assert at.workspace.requirements.case(1).priority == "High"


def test_the_result_expected_of_each_step_is_kept_as_one_text(at):
    take(at, "Test case ID,Title,Step,Action,Expected result", "T-1,A,1,Send,It goes", "T-1,A,2,Wait,It comes")
    assert at.workspace.requirements.case(1).expected == "It goes\nIt comes"
    assert len(at.workspace.requirements.case(1).steps) == 2


def test_requirements_that_are_not_here_are_told_and_not_made(at):
    staged = stage(at, CASES[0], CASES[1].replace("FR-1", "XX-9"))
    assert any("XX-9" in note and "nothing is linked" in note for note in staged.notes)
    at.imports.commit(staged)
    assert at.rows("SELECT count(*) FROM requirement") == [(2,)]
    assert at.rows("SELECT count(*) FROM requirement_case") == [(0,)]


def test_a_case_that_an_rttm_named_gets_its_title_and_steps_later(at):
    at.take(at.csv("Req ID,Title,Test cases", "FR-1,Send,T-1", "FR-2,Answer,"))
    assert at.workspace.requirements.case(1).title == "T-1"
    staged = stage(at, *CASES)
    assert told(staged.counts) == {"added": 1, "changed": 1}
    at.imports.commit(staged)
    assert at.workspace.requirements.case(1).title == "Change of supplier"
    assert len(at.workspace.requirements.case_history(1)) == 2


def test_sections_fill_the_scenario_where_no_column_does(at):
    rows = [
        ["Test case ID", "Title", "Step", "Action"],
        ["Scenario 1: change of supplier", "", "", ""],
        ["T-1", "A", "1", "Send"],
    ]
    at.take(at.xlsx(rows, ["A2:D2"]), RecordKind.CASES)
    assert at.workspace.requirements.case(1).scenario == "Scenario 1: change of supplier"


def test_cases_that_are_not_in_a_whole_file_are_marked_and_come_back(at):
    take(at, *CASES)
    take(at, *CASES[:3])
    assert at.workspace.requirements.case(2).missing
    assert told(take(at, *CASES).counts) == {"back": 1, "unchanged": 1}
    assert not at.workspace.requirements.case(2).missing


def test_what_no_file_of_cases_brought_is_not_missing_from_one(at):
    at.take(at.csv("Test case ID,Result", "unit.test_one,Pass", name="junit.csv"), RecordKind.RESULTS)
    at.workspace.requirements.add_case("HAND-1", CaseEdit(title="By hand"))
    take(at, *CASES)
    assert told(take(at, *CASES[:3]).counts) == {"missing": 1, "unchanged": 1}


def test_requirements_that_a_case_gets_stand_in_the_difference_beside_those_it_has(at):
    take(at, "Test case ID,Title,Req ID", "T-1,Send,FR-2")
    staged = stage(at, "Test case ID,Title,Req ID", "T-1,Send,FR-1")
    (one,) = changed(staged, "changed")
    assert one.fields == {"Requirements": ("FR-2", "FR-2, FR-1")}


def test_a_grid_of_cases_keeps_the_text_of_each_step_and_glues_nothing_together(at):
    take(
        at,
        "Test ID,Test name,Covers,Step,Description,Source,Recipient,Message,Who,Expected result",
        "T-1,Change of supplier,FR-1,1,Send the request,Supplier,DIP,IF-001,Jo,It is sent",
        "T-1,Change of supplier,FR-1,2,Receive the answer,DIP,Supplier,IF-002,Jo,It is there",
    )
    case = at.workspace.requirements.case(1)
    assert case.description == ""
    assert case.steps == (
        Step(1, "1", "Send the request", "Supplier", "DIP", "IF-001", "Jo"),
        Step(2, "2", "Receive the answer", "DIP", "Supplier", "IF-002", "Jo"),
    )
    assert at.rows("SELECT requirement_id, case_id FROM requirement_case") == [(1, 1)]

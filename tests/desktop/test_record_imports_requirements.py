"""An RTTM comes in: the difference first, ids that hold, nothing lost, one step to undo."""

from __future__ import annotations

import pytest
from record_hands import changed, importing, told

from desktop.errors import FileRefused, InvalidInput
from desktop.records.model import ChangeKind, RecordKind
from desktop.testing.model import RequirementEdit

RTTM = (
    "Req ID,Requirement,Category,Test Phase,Test cases,Obligation",
    "FR-1,Send IF-021,Functional,SIT,\"T-1; T-2\",BSC",
    "FR-2,Answer IF-022,Functional,SIT,T-2,DSP",
    "NF-1,Stay up,Non-functional,OAT,,",
)  # fmt: skip


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def kept(at):
    return {row[0]: row[1:] for row in at.rows("SELECT key, title, text, family, missing FROM requirement ORDER BY id")}


def test_the_first_import_adds_requirements_cases_and_links(at):
    staged = at.stage(at.csv(*RTTM))
    assert staged.mapping == {
        "key": "Req ID", "text": "Requirement", "family": "Category", "stage": "Test Phase", "cases": "Test cases",
    }  # fmt: skip
    assert told(staged.counts) == {"added": 3}
    assert any("T-1, T-2" in note and "2 test cases" in note for note in staged.notes)
    assert any("Obligation" in note for note in staged.notes)
    assert at.rows("SELECT count(*) FROM requirement") == [(0,)], "a dry run writes nothing"
    done = at.imports.commit(staged)
    assert not done.already
    assert done.changes.title == "Import requirements: 3 added"
    assert kept(at)["FR-1"] == ("Send IF-021", "Send IF-021", "Functional", 0)
    assert at.workspace.requirements.requirement(1).extra == {"Obligation": "BSC"}
    assert at.rows(
        "SELECT r.key, c.key FROM requirement_case JOIN requirement r ON r.id = requirement_id "
        "JOIN test_case c ON c.id = case_id ORDER BY 1, 2"
    ) == [("FR-1", "T-1"), ("FR-1", "T-2"), ("FR-2", "T-2")]
    assert at.workspace.requirements.links_to_confirm() == []


def test_the_same_file_again_is_nothing_to_do(at):
    path = at.csv(*RTTM)
    at.take(path, source="RTTM", version="1")
    steps = at.store.undo_title()
    done = at.take(path, source="RTTM", version="1")
    assert done.already
    assert told(done.counts) == {"unchanged": 3}
    assert at.store.undo_title() == steps
    assert len(at.imports.past()) == 1


def test_a_newer_file_shows_each_field_before_and_after_and_marks_what_it_lacks(at):
    at.take(at.csv(*RTTM))
    path = at.csv(
        RTTM[0], "FR-1,Send IF-021 within 5 minutes,Functional,SIT,T-1,BSC", "FR-3,New,Functional,,,", RTTM[3]
    )
    staged = at.stage(path)
    assert told(staged.counts) == {"added": 1, "changed": 1, "unchanged": 1, "missing": 1}
    (one,) = changed(staged, "changed")
    assert one.fields == {"Text": ("Send IF-021", "Send IF-021 within 5 minutes")}
    assert (one.key, one.row) == ("FR-1", 2)  # the line of the file
    at.imports.commit(staged)
    assert kept(at)["FR-2"][3] == 1
    assert len(at.workspace.requirements.links_to_confirm()) == 2, "links of a changed requirement ask to be looked at"
    history = at.workspace.requirements.requirement_history(1)
    assert [(one.change, dict(one.fields)) for one in history] == [
        (ChangeKind.CHANGED, {"Text": ("Send IF-021", "Send IF-021 within 5 minutes")}),
        (ChangeKind.ADDED, dict(history[1].fields)),
    ]
    back = at.stage(at.csv(*RTTM, "FR-3,New,Functional,,,"))
    assert told(back.counts) == {"changed": 1, "back": 1, "unchanged": 2}
    at.imports.commit(back)
    assert kept(at)["FR-2"][3] == 0


def test_links_that_a_file_does_not_name_any_more_are_told_and_stay(at):
    at.take(at.csv(*RTTM))
    staged = at.stage(at.csv(RTTM[0], RTTM[1].replace("T-1; T-2", "T-1"), *RTTM[2:]))
    assert told(staged.counts) == {"unchanged": 3}
    assert any("1 link" in note and "Nothing is unlinked" in note for note in staged.notes)
    assert at.imports.commit(staged).already
    assert at.rows("SELECT count(*) FROM requirement_case") == [(3,)]


def test_an_import_is_one_step_to_undo_and_to_do_again(at):
    at.take(at.csv(*RTTM))
    at.undo()
    for table in ("requirement", "test_case", "requirement_case", "record_import", "record_change"):
        assert at.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    at.store.redo(actor="Jo", at=at.workspace.clock())
    assert len(kept(at)) == 3
    assert len(at.imports.past()) == 1


def test_a_blank_cell_leaves_the_field_unless_it_is_to_clear(at):
    at.take(at.csv(*RTTM))
    path = at.csv(RTTM[0], "FR-1,Send IF-021,,SIT,,", *RTTM[2:])
    assert at.take(path).already
    staged = at.stage(path, clear_blanks=True)
    assert changed(staged, "changed")[0].fields == {"Family": ("Functional", ""), "Obligation": ("BSC", "")}
    at.imports.commit(staged)
    assert kept(at)["FR-1"] == ("Send IF-021", "Send IF-021", "", 0)


def test_a_part_of_the_requirements_marks_nothing_as_missing(at):
    at.take(at.csv(*RTTM))
    assert told(at.stage(at.csv(*RTTM[:2]), complete=False).counts) == {"unchanged": 1}


def test_a_named_document_speaks_for_its_own_requirements_only(at):
    at.take(at.csv(*RTTM), source="DOC A", version="1")
    at.take(at.csv("Req ID,Title", "M-1,Migrate"), source="DOC B", version="1")
    assert told(at.stage(at.csv(*RTTM[:3]), source="DOC A", version="2").counts) == {"unchanged": 2, "missing": 1}
    done = at.take(at.csv(*RTTM), source="DOC A", version="2")
    assert not done.already, "a newer version of the document is noted"
    assert at.rows("SELECT DISTINCT source FROM requirement ORDER BY 1") == [
        ("DOC A, version 2",), ("DOC B, version 1",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        (("FR-1,A", ",B"), ["No id stands in this row."]),
        (("FR-1,A", "FR-1,B"), ["not agree", "not agree"]),
        (("FR-1,A", "FR-1,A"), []),
        (("FR-1,A", f"{'x' * 300},B"), ["more than 200"]),
        (("FR-1,A", "FR-2,"), ["no title"]),
    ],
)
def test_rows_that_cannot_be_taken_are_refused_with_their_reason(at, lines, reasons):
    staged = at.stage(at.csv("Req ID,Title", *lines))
    assert len(changed(staged, "refused")) == len(reasons)
    for one, reason in zip(changed(staged, "refused"), reasons, strict=True):
        assert reason in one.reason
        assert one.row


def test_a_refused_row_does_not_make_its_requirement_missing(at):
    at.take(at.csv("Req ID,Title", "FR-1,A", "FR-2,B"))
    staged = at.stage(at.csv("Req ID,Title", "FR-1,A", "FR-2,B", "FR-2,C"))
    assert told(staged.counts) == {"unchanged": 1, "refused": 2}


def test_ids_that_differ_in_case_only_are_two_and_that_is_said(at):
    at.take(at.csv("Req ID,Title", "FR-1,A"))
    staged = at.stage(at.csv("Req ID,Title", "FR-1,A", "fr-1,A"))
    assert told(staged.counts) == {"added": 1, "unchanged": 1}
    assert any("FR-1 and fr-1" in note for note in staged.notes)


def test_what_changed_after_the_difference_was_shown_stops_the_import(at):
    staged = at.stage(at.csv(*RTTM))
    at.workspace.requirements.add_requirement("FR-1", RequirementEdit(title="By hand"))
    with pytest.raises(FileRefused, match="were changed since"):
        at.imports.commit(staged)
    assert len(kept(at)) == 1
    assert at.imports.past() == ()


def test_something_else_that_changed_does_not(at):
    staged = at.stage(at.csv(*RTTM))
    at.workspace.settings.set(at.workspace.settings.get())
    at.imports.commit(staged)
    assert len(kept(at)) == 3


def test_a_mapping_is_checked_and_remembered_for_its_kind(at):
    path = at.csv("A,B,C", "FR-1,Send,x", "FR-2,Receive,y")
    with pytest.raises(InvalidInput) as refused:
        at.stage(path, mapping={"title": "B"})
    assert refused.value.field == "key"
    with pytest.raises(InvalidInput):
        at.stage(path, mapping={"key": "A", "title": "A"})
    with pytest.raises(InvalidInput):
        at.stage(path, mapping={"key": "A", "colour": "B"})
    with pytest.raises(InvalidInput):
        at.stage(path, mapping={"key": "Z"})
    at.take(path, mapping={"key": "a", "title": "B"})
    again = at.imports.read(path, RecordKind.REQUIREMENTS)
    assert {name: one.heading for name, one in again.suggestions.items()} == {"key": "A", "title": "B"}
    assert {one.why for one in again.suggestions.values()} == {"remembered"}
    assert "remembered" not in {one.why for one in at.imports.read(path, RecordKind.CASES).suggestions.values()}


def test_yes_and_no_say_whether_a_requirement_applies(at):
    at.take(at.csv("Req ID,Title,In scope", "A-1,A,Yes", "A-2,B,No", "A-3,C,Not for LDSOs"))
    assert at.rows("SELECT key, applies FROM requirement ORDER BY key") == [
        ("A-1", ""), ("A-2", "Not applicable"), ("A-3", "Not for LDSOs"),
    ]  # fmt: skip


def test_a_file_of_which_no_row_can_be_taken_says_nothing_of_what_is_missing(at):
    at.take(at.csv(*RTTM))
    staged = at.stage(at.csv("Req ID,Title", ",A", "#N/A,B", name="wrong.csv"))
    assert told(staged.counts) == {"refused": 2}


def test_a_document_is_not_another_one_whose_name_begins_with_its_name(at):
    at.take(at.csv("Req ID,Title", "A-1,Of DEL345"), source="DEL345", version="1.0")
    at.take(at.csv("Req ID,Title", "B-1,Of DEL3450", name="b.csv"), source="DEL3450", version="2.0")
    at.take(at.csv("Req ID,Title", "C-1,Of DEL345-A", name="c.csv"), source="DEL345-A")
    staged = at.stage(at.csv("Req ID,Title", "A-2,New", name="d.csv"), source="DEL345", version="1.1")
    assert [one.key for one in changed(staged, "missing")] == ["A-1"]


def test_new_links_stand_in_the_difference_beside_those_that_are_there(at):
    at.take(at.csv("Req ID,Title,Test cases", "REQ-003,Gain,TC-003; TC-002", "REQ-004,Loss,"))
    staged = at.stage(
        at.csv("Req ID,Title,Test cases", "REQ-003,Gain,TC-010", "REQ-004,Loss,TC-002", "REQ-5,New,TC-010")
    )
    assert {one.key: one.fields["Test cases"] for one in staged.changes} == {
        "REQ-003": ("TC-003, TC-002", "TC-003, TC-002, TC-010"),
        "REQ-004": ("", "TC-002"),
        "REQ-5": ("", "TC-010"),
    }


def test_new_links_stand_beside_a_changed_field_with_those_that_are_there(at):
    at.take(at.csv("Req ID,Title,Test cases", "REQ-003,Gain,TC-002"))
    staged = at.stage(at.csv("Req ID,Title,Test cases", "REQ-003,Gain of a meter,TC-002; TC-010"))
    (one,) = changed(staged, "changed")
    assert one.fields == {"Title": ("Gain", "Gain of a meter"), "Test cases": ("TC-002", "TC-002, TC-010")}
    at.imports.commit(staged)
    assert at.rows("SELECT count(*) FROM requirement_case") == [(2,)]

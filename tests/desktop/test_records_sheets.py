"""Sheets as people make them: merged titles, headings over two rows, sections, ids merged over several rows."""

from __future__ import annotations

import zipfile

import pytest
from record_hands import changed, importing, told

from desktop.errors import FileRefused, NotFound
from desktop.records.headings import Merge, find_headings
from desktop.records.model import RecordKind


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


TITLED = [
    ["Requirements to Test Traceability Matrix", "", "", "", "", "", ""],
    ["Prepared by", "Jo Blogs", "Date", "2026-11-01", "Version", "1.2", ""],
    [],
    ["Requirement", "", "", "", "Testing", "", ""],
    ["Req ID", "Title", "Description", "Priority", "Test Phase", "Test case IDs", "Comment"],
    ["1. Functional requirements", "", "", "", "", "", ""],
    ["FR-1", "Send IF-021", "It shall send IF-021.", "Must", "SIT", "T-1, T-2", ""],
    ["FR-2", "Answer", "It shall answer.", "Must", "SIT", "T-3", "see note"],
    [],
    ["2. Non-functional requirements", "", "", "", "", "", ""],
    ["NF-1", "Stay up", "99.9 %", "Should", "OAT", "", ""],
]  # fmt: skip


def test_a_merged_title_a_block_of_who_and_when_and_groups_of_headings_are_passed_over(at):
    path = at.xlsx(TITLED, ["A1:G1", "A4:D4", "E4:G4", "A6:G6", "A10:G10"])
    staged = at.stage(path)
    assert staged.source.heading_row == 5
    assert staged.source.headings == tuple(TITLED[4])
    assert told(staged.counts) == {"added": 3}
    assert any("sections" in note and "“1. Functional requirements”" in note for note in staged.notes)
    at.imports.commit(staged)
    assert at.rows("SELECT key, family FROM requirement ORDER BY id") == [
        ("FR-1", "1. Functional requirements"), ("FR-2", "1. Functional requirements"),
        ("NF-1", "2. Non-functional requirements"),
    ]  # fmt: skip
    assert at.rows("SELECT count(*) FROM requirement_case") == [(3,)]


def test_the_same_sheet_saved_as_csv_gives_the_same_records(at):
    lines = [",".join(f'"{cell}"' for cell in (row or [""] * 7)) for row in TITLED]
    staged = at.stage(at.csv(*lines))
    assert told(staged.counts) == {"added": 3}
    assert {one.key for one in staged.changes} == {"FR-1", "FR-2", "NF-1"}


def test_sections_are_passed_over_where_a_column_holds_the_family(at):
    rows = [["Req ID", "Title", "Category"], ["Part A of it", "", ""], ["FR-1", "Send", "Functional"]]
    staged = at.stage(at.xlsx(rows, ["A2:C2"]))
    assert told(staged.counts) == {"added": 1}
    assert any("passed over: “Part A of it”" in note for note in staged.notes)


def test_headings_merged_down_and_across_are_joined(at):
    rows = [
        ["RTTM", "", "", "", "", "", ""],
        ["ID", "Title", "PIT", "", "", "QT", ""],
        ["", "", "Stage", "Case", "Outcome", "Stage", "Case"],
        ["FR-1", "Send", "SIT", "T-1", "ok", "QT-F", "Q-1"],
        ["FR-2", "Answer", "SIT", "T-2", "ok", "QT-F", "Q-2"],
    ]
    path = at.xlsx(rows, ["A1:G1", "A2:A3", "B2:B3", "C2:E2", "F2:G2"])
    source = at.imports.read(path, RecordKind.REQUIREMENTS)
    assert source.headings == ("ID", "Title", "PIT – Stage", "PIT – Case", "Outcome", "QT – Stage", "QT – Case")
    assert source.heading_row == 3
    assert any("rows 2 to 3" in note for note in source.notes)
    staged = at.stage(path, mapping={"key": "ID", "title": "Title", "stage": "PIT – Stage", "cases": "PIT – Case"})
    assert told(staged.counts) == {"added": 2}


def test_headings_over_two_rows_without_merges_are_joined(at):
    source = at.imports.read(
        at.csv("ID,Title,Test,,", ",,Stage,Case,Outcome", "FR-1,Send,SIT,T-1,ok", "FR-2,Answer,SIT,T-2,ok"),
        RecordKind.REQUIREMENTS,
    )
    assert source.headings == ("ID", "Title", "Stage", "Case", "Outcome")
    assert source.rows == 2


def test_an_id_merged_over_the_rows_of_its_cases_is_one_requirement(at):
    rows = [
        ["Req ID", "Title", "Test case"],
        ["FR-1", "Send", "T-1"],
        ["", "", "T-2"],
        ["", "", "T-3"],
        ["FR-2", "Answer", "T-3"],
    ]
    staged = at.stage(at.xlsx(rows, ["A2:A4", "B2:B4"]))
    assert told(staged.counts) == {"added": 2}
    assert any("2 rows without an id" in note for note in staged.notes)
    at.imports.commit(staged)
    assert at.rows("SELECT count(*) FROM requirement_case") == [(4,)]


def test_a_requirement_repeated_for_each_of_its_cases_is_one(at):
    staged = at.stage(at.csv("Req ID,Title,Test case", "FR-1,Send,T-1", "FR-1,Send,T-2"))
    assert told(staged.counts) == {"added": 1}
    at.imports.commit(staged)
    assert at.rows("SELECT count(*) FROM requirement_case") == [(2,)]


def test_a_lonely_note_without_an_id_is_refused_and_not_swallowed(at):
    rows = [["Req ID", "Title", "Comment"], ["FR-1", "Send", ""], ["", "", "to be split"]]
    staged = at.stage(at.xlsx(rows))
    assert [one.reason for one in changed(staged, "refused")] == ["No id stands in this row."]


def test_headings_that_stand_once_more_are_no_rows(at):
    for path in (
        at.xlsx([["Req ID", "Title"], ["FR-1", "A"], ["Req ID", "Title"], ["FR-2", "B"]]),
        at.csv("Req ID,Title", "FR-1,A", "Req ID,Title", "FR-2,B"),
    ):
        assert told(at.stage(path).counts) == {"added": 2}


def test_the_sheet_with_most_names_of_fields_is_read_and_another_can_be_chosen(at):
    cover = [["RTTM of Acme"], ["Contents"], ["a"], ["b"], ["c"], ["d"], ["e"]]
    path = at.xlsx(cover, sheet="Cover", more=[("RTTM", [["Req ID", "Title", "Priority"], ["FR-1", "Send", "Must"]])])
    assert at.imports.read(path, RecordKind.REQUIREMENTS).sheet == "RTTM"
    assert at.imports.read(path, RecordKind.REQUIREMENTS, sheet="Cover").sheet == "Cover"
    with pytest.raises(NotFound):
        at.imports.read(path, RecordKind.REQUIREMENTS, sheet="Other")


def test_a_zip_of_one_csv_and_other_encodings_are_read(at):
    path = at.folder / "file.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("rttm.csv", "Req ID;Title\nFR-1;caf\u00e9\nFR-2;x\n".encode("cp1252"))
    at.take(path)
    assert at.rows("SELECT title FROM requirement ORDER BY key") == [("caf\u00e9",), ("x",)]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"Req ID,Title\n", "no rows"),
        ("a.pdf", b"%PDF-1.7\n" + b"x" * 50, "PDF"),
        ("a.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("a.xml", b"<?xml version='1.0'?><other><a/></other>", "XML"),
    ],
)
def test_what_is_no_table_is_one_sentence_without_the_word_portfolio(at, name, content, words):
    path = at.folder / name
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        at.imports.read(path, RecordKind.REQUIREMENTS)
    assert words in str(refused.value)
    assert "portfolio" not in str(refused.value)
    assert list(at.workspace.blobs.staging.iterdir()) == []


def test_nothing_is_left_in_the_staging_folder(at):
    at.take(at.xlsx(TITLED))
    assert list(at.workspace.blobs.staging.iterdir()) == []


def test_a_title_is_never_taken_for_a_group_of_headings():
    rows = [("RTTM of Acme", "", ""), ("Req ID", "Title", "Note"), ("FR-1", "a", "b")]
    found = find_headings(rows, 1, {}, [Merge(1, 0, 1, 2)], 1)
    assert (found.texts, found.first, found.last) == (("Req ID", "Title", "Note"), 1, 1)


def test_cells_merged_beside_an_id_do_not_make_its_row_a_section(at):
    rows = [
        ["Req ID", "Title", "Note", ""],
        ["FR-1", "Send", "x", ""],
        ["FR-2", "", "", ""],
    ]
    staged = at.stage(at.xlsx(rows, ["C2:D2", "C3:D3"]))
    assert told(staged.counts) == {"added": 1, "refused": 1}
    assert "no title" in changed(staged, "refused")[0].reason

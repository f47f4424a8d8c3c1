"""Rows as people count them, and rows that are no records: totals, another table, ids that are numbers."""

from __future__ import annotations

import zipfile

import pytest
from record_hands import changed, importing, told

from desktop.errors import FileRefused
from desktop.records.model import RecordKind


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def refused(staged):
    return {one.row: one.reason for one in changed(staged, "refused")}


def rows_of(staged):
    return [(one.row, one.key) for one in staged.changes]


def test_the_first_row_below_headings_in_row_4_is_row_5(at):
    path = at.xlsx(
        [("Requirements of the market",), (), (), ("Req ID", "Title", "Text"), ("R-1", "A", "a"), (), ("R-2", "", "")]
    )
    staged = at.stage(path)
    assert staged.source.heading_row == 4
    assert rows_of(staged) == [(5, "R-1"), (7, "R-2")]
    assert list(refused(staged)) == [7]


def test_headings_over_two_rows_and_rows_of_sections_count(at):
    rows = [
        ("RTTM",), ("", "", "Testing", ""), ("Req ID", "Title", "Stage", "Owner"), ("Registration",),
        ("R-1", "A", "SIT", "Jo"), ("R-1", "B", "SIT", "Jo"),
    ]  # fmt: skip
    staged = at.stage(at.xlsx(rows, merges=("C2:D2", "A4:D4")))
    assert staged.source.heading_row == 3
    assert rows_of(staged) == [(5, "R-1"), (6, "R-1")]
    assert "“A” in row 5 and “B” in row 6" in refused(staged)[5]


def test_the_row_of_a_text_file_is_its_line(at):
    path = at.csv(
        "Req ID,Title,Text", 'R-1,A,"one', "two", 'three"', "", "R-2,B,b", ",C,c", ",,", "R-3,D,d"
    )  # fmt: skip
    staged = at.stage(path)
    assert rows_of(staged) == [(2, "R-1"), (6, "R-2"), (7, ""), (9, "R-3")]


def test_the_line_counts_from_the_top_of_the_file_under_title_lines(at):
    path = at.csv("Extract of 1 November", "", "Req ID;Title;Text;Owner", "R-1;A;a;Jo", "R-2;B;b;Jo")
    staged = at.stage(path)
    assert staged.source.heading_row == 3
    assert rows_of(staged) == [(4, "R-1"), (5, "R-2")]


@pytest.mark.parametrize("word", ["Total", "TOTAL:", "Totals", "Grand total", "Count", "Total requirements: 2", "Sum"])
def test_a_row_of_totals_is_no_record(at, word):
    path = at.xlsx(
        [("Req ID", "Title", "Text", "Points"), ("R-1", "A", "a", 3), ("R-2", "B", "b", 4), (word, "", "", 7)]
    )
    staged = at.stage(path)
    assert refused(staged) == {4: "It is a total, and no record."}
    assert told(staged.counts) == {"added": 2, "refused": 1}


def test_a_requirement_called_total_with_a_title_is_one(at):
    staged = at.stage(at.csv("Req ID,Title", "Total,Sum of all meters", "Count-1,Count"))
    assert told(staged.counts) == {"added": 2}


def test_another_table_on_the_sheet_is_refused_from_its_headings_on(at):
    rows = [
        ("Req ID", "Title", "Text"), ("R-1", "A", "a"), (), ("Test case ID", "Title", "Steps"),
        ("T-1", "Send", "1"), ("T-2", "Get", "2"),
    ]  # fmt: skip
    staged = at.stage(at.xlsx(rows))
    assert refused(staged) == {
        4: "Another table begins in this row; import it by itself.",
        5: "Another table begins in row 4; import it by itself.",
        6: "Another table begins in row 4; import it by itself.",
    }
    assert [one.key for one in changed(staged, "added")] == ["R-1"]


def test_a_small_sum_below_the_table_is_another_table(at):
    rows = [("Test case ID", "Result", "Tester"), ("T-1", "Pass", "Jo"), (), ("Status", "Count"), ("Passed", 1)]
    staged = at.stage(at.xlsx(rows), RecordKind.RESULTS)
    assert list(refused(staged)) == [4, 5]
    assert refused(staged)[4] == "Another table begins in this row; import it by itself."
    assert told(staged.counts) == {"added": 1, "refused": 2}


def test_records_below_a_blank_row_are_of_the_same_table(at):
    rows = [("Req ID", "Title", "Text"), ("R-1", "A", "a"), (), ("R-2", "Status", "Count"), (), ("Case", "B", "b")]
    assert told(at.stage(at.xlsx(rows)).counts) == {"added": 3}


def test_an_error_of_the_workbook_as_id_refuses_its_row(at):
    staged = at.stage(at.csv("Req ID,Title", "R-1,A", "#N/A,B", "#REF!,C"))
    assert {row: "error of the workbook" in reason for row, reason in refused(staged).items()} == {3: True, 4: True}


def test_ids_that_are_numbers_are_told_and_4_10_is_no_disagreement_of_4_1(at):
    path = at.xlsx([("Req ID", "Title"), (4.1, "A"), (4.10, "B"), (4.2, "C")])
    staged = at.stage(path)
    (note,) = (note for note in staged.notes if "number cell" in note)
    assert note.startswith("Req ID: 3 ids are number cells.")
    assert "format the column as text" in note
    assert "As a number 4.10 is 4.1 too: format the column of the ids as text" in refused(staged)[2]
    assert told(staged.counts) == {"added": 1, "refused": 2}


def test_a_number_is_the_id_that_a_spreadsheet_shows(at):
    # Excel writes 17 digits of the binary number: 4.1 stands in its file as 4.0999999999999996.
    made = at.xlsx([("Req ID", "Title"), (4.1, "A"), ("4.0999999999999996x", "B"), (8.2, "C")])
    path = at.folder / "excel.xlsx"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(
                part, text.replace(b"<v>4.1</v>", b"<v>4.0999999999999996</v>").replace(b"8.2", b"8.1999999999999993")
            )
    staged = at.stage(path)
    assert [one.key for one in changed(staged, "added")] == ["4.1", "4.0999999999999996x", "8.2"]


def test_ids_that_are_texts_are_taken_as_they_stand(at):
    staged = at.stage(at.xlsx([("Req ID", "Title"), ("4.1", "A"), ("4.10", "B"), ("007", "C")]))
    assert [one.key for one in changed(staged, "added")] == ["4.1", "4.10", "007"]
    assert not any("number cell" in note for note in staged.notes)


def test_blank_cells_that_clear_remove_no_links_and_no_steps_and_that_is_told(at):
    at.take(at.csv("Req ID,Title,Test cases", "R-1,A,T-1", "R-2,B,"))
    path = at.csv("Req ID,Title,Test cases", "R-1,A,", "R-2,B,", name="second.csv")
    staged = at.stage(path, clear_blanks=True)
    assert any(
        note.startswith("A blank cell never removes a link or a step: Test cases is blank in 2 records.")
        for note in staged.notes
    )
    assert not any("never removes" in note for note in at.stage(path).notes)
    cases = at.csv("Test case ID,Title,Step,Step description", "T-1,A,,", name="cases.csv")
    staged = at.stage(cases, RecordKind.CASES, clear_blanks=True)
    assert any("1 record has no step" in note for note in staged.notes)


def test_a_file_of_requirements_that_is_too_wide_is_refused_without_a_word_of_portfolios(at):
    path = at.xlsx([("Req ID", "Title", *[""] * 510, "far"), ("R-1", "A")])
    with pytest.raises(FileRefused) as refusal:
        at.stage(path)
    assert "cell SS1 lies beyond the 512 columns that can be read" in str(refusal.value)
    assert "ortfolio" not in str(refusal.value)

"""A reviewer's copy against what was sent: by row key, whatever was sorted, and no difference that nobody made."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from returned_hands import FIRST, brought, content, edited, of_kind, only, said, workbook
from submission_body_hands import ROWS

from desktop.submissions.content import Row
from desktop.submissions.review.model import DifferenceKind

EARLIER = (("1", "Requirements", "REQ-001", "Status", "Ann", "2026-10-01", "technical", "Why?", "x", "So", "answered"),)


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    return workbook(tmp_path / "sent.xlsx", earlier=EARLIER)


def test_a_copy_that_was_only_saved_by_another_program_has_no_differences(sent: Path, tmp_path: Path) -> None:
    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", lambda _book: None))
    assert (found.differences, found.remarks, found.told) == ((), (), ())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_copy_that_libreoffice_saved_has_no_differences(sent: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    to = tmp_path / "lo"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", to, sent],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = brought(sent, to / "sent.xlsx")
    assert (found.differences, found.remarks, found.told) == ((), (), ())


def test_an_edited_locked_cell_is_shown_with_what_was_sent(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Requirements"]["C6"] = "Passed"

    (one,) = brought(sent, edited(sent, tmp_path / "copy.xlsx", change)).differences
    assert (one.kind, one.place, one.table_id, one.row_key) == (
        DifferenceKind.EDITED, "Requirements!C6", "requirements", "REQ-002",
    )  # fmt: skip
    assert (one.column, one.sent, one.came) == ("Status", "Failed", "Passed")


def sorted_backwards(book: Any) -> None:
    sheet = book["Requirements"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST, max_row=FIRST + 4)]
    for place, row in enumerate(reversed(rows)):
        for column, value in enumerate(row, start=1):
            sheet.cell(FIRST + place, column).value = value
            if isinstance(value, str):
                sheet.cell(FIRST + place, column).data_type = "s"  # "=…" stays a text, as the sort of Excel leaves it


def test_rows_that_were_sorted_are_found_by_their_keys_and_nothing_else_differs(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sorted_backwards(book)
        book["Requirements"]["F5"] = "Of the last requirement"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    assert {one.kind for one in found.differences} == {DifferenceKind.MOVED_ROW, DifferenceKind.REVIEWER}
    assert said(found) == [("log", "requirements", "REQ-005", "remark", "Of the last requirement")]


def test_one_row_that_was_moved_is_one_difference(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Requirements"]
        sheet.move_range("A5:F5", rows=5)

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    (one,) = found.differences
    assert (one.kind, one.row_key, one.sent, one.came) == (DifferenceKind.MOVED_ROW, "REQ-001", "row 5", "row 10")


def test_a_long_sheet_that_was_sorted_is_told_in_one_line(tmp_path: Path) -> None:
    rows: list[Row] = [(f"REQ-{number:04}", "Title", "Passed", number, None, None) for number in range(400)]
    made = content(tuple(rows))
    sent = workbook(tmp_path / "sent.xlsx", made)

    def change(book: Any) -> None:
        sheet = book["Requirements"]
        values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST, max_row=404)]
        for place, row in enumerate(reversed(values)):
            for column, value in enumerate(row, start=1):
                sheet.cell(FIRST + place, column).value = value

    (one,) = brought(sent, edited(sent, tmp_path / "copy.xlsx", change), made).differences
    assert one.kind is DifferenceKind.MOVED_ROW
    assert one.came == "The sheet was sorted: 399 of 400 rows were moved."


def test_a_deleted_row_and_a_new_row_are_told(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Requirements"]
        sheet.delete_rows(6)
        sheet["A20"], sheet["B20"] = "REQ-999", "Ours"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    assert [one.row_key for one in of_kind(found, DifferenceKind.MISSING_ROW)] == ["REQ-002"]
    assert [one.row_key for one in of_kind(found, DifferenceKind.UNKNOWN_ROW)] == ["REQ-999"]
    assert len(found.differences) == 2


def test_a_row_whose_key_was_edited_is_still_its_row(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Requirements"]["A7"] = "REQ-3 (typo)"
        book["Requirements"]["F7"] = "Still about the third"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    (key,) = of_kind(found, DifferenceKind.EDITED)
    assert (key.sent, key.came) == ("REQ-003", "REQ-3 (typo)")
    assert said(found) == [("log", "requirements", "REQ-003", "remark", "Still about the third")]


def test_the_same_key_twice_is_one_row_and_one_that_is_unknown(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Requirements"]
        sheet["A10"], sheet["B10"] = "REQ-001", "A copy of it"

    (one,) = brought(sent, edited(sent, tmp_path / "copy.xlsx", change)).differences
    assert one.kind is DifferenceKind.UNKNOWN_ROW
    assert "twice" in one.came


def test_a_renamed_sheet_is_the_sheet_that_it_was(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Requirements"]["F6"] = "Not proven"
        book["Requirements"].title = "Reqs (BSC)"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    assert said(found) == [("log", "requirements", "REQ-002", "remark", "Not proven")]
    assert found.told[0] == "The sheet “Requirements” is called “Reqs (BSC)” in the copy."
    assert {one.kind for one in found.differences} == {DifferenceKind.REVIEWER}


def test_missing_and_extra_sheets_are_told(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        del book["Defects"]
        book.create_sheet("My notes")["A1"] = "x"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    assert [one.place for one in of_kind(found, DifferenceKind.MISSING_SHEET)] == ["Defects"]
    extra = [(one.place, one.came) for one in of_kind(found, DifferenceKind.EXTRA_SHEET)]
    assert extra == [("My notes", ""), ("My notes!A1", "x")]
    assert found.told == (
        "“My notes” is a sheet that was not sent: 1 cell holds something; it is listed among the differences.",
    )


def test_the_first_texts_of_a_sheet_that_was_not_sent_are_shown_and_the_rest_counted(
    sent: Path, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        sheet = book.create_sheet("My notes")
        sheet["B3"], sheet["A4"] = "Row 12 is\n\twrong", "  "
        sheet["C5"] = "long " * 100
        sheet["D2"] = '=HYPERLINK("https://example.com")'
        for row in range(10, 40):
            sheet.cell(row, 1, row)
        book.create_sheet("Empty")

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    extra = [(one.place, one.came) for one in of_kind(found, DifferenceKind.EXTRA_SHEET)]
    assert extra[:4] == [
        ("My notes", ""),
        ("My notes!D2", '=HYPERLINK("https://example.com")'),
        ("My notes!B3", "Row 12 is wrong"),
        ("My notes!C5", f"{'long ' * 40}…"),
    ]
    assert extra[-2:] == [("My notes!A26", "26"), ("Empty", "")]
    assert len(extra) == 2 + 20
    assert found.told == (
        "“My notes” is a sheet that was not sent: 33 cells hold something; the first 20 are listed among the "
        "differences, 13 more are not.",
    )


def test_a_damaged_sheet_that_was_not_sent_keeps_nothing_else_from_being_read(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Requirements"]["C6"] = "Passed"
        book.create_sheet("My notes")["A1"] = "x"

    copy = edited(sent, tmp_path / "copy.xlsx", change)
    with zipfile.ZipFile(copy) as package:
        last = max((one for one in package.namelist() if "/sheet" in one and "_rels" not in one), key=_number)
        parts = {one: package.read(one) for one in package.namelist()}
    parts[last] = parts[last].replace(b"<row ", b"<row r='x' <", 1)
    with zipfile.ZipFile(copy, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    found = brought(sent, copy)
    assert [one.came for one in of_kind(found, DifferenceKind.EDITED)] == ["Passed"]
    assert [one.place for one in of_kind(found, DifferenceKind.EXTRA_SHEET)] == ["My notes"]
    assert found.told == ("“My notes” is a sheet that was not sent; what stands in it could not be read.",)


def _number(part: str) -> int:
    return int("".join(one for one in part if one.isdecimal()) or 0)


def test_columns_that_were_put_in_or_moved_do_no_harm(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Requirements"]
        sheet.tables.clear()
        sheet.insert_cols(2)
        sheet["B4"], sheet["B6"] = "Mine", "look here"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    edits = [(one.row_key, one.column, one.came) for one in of_kind(found, DifferenceKind.EDITED)]
    assert edits == [("REQ-002", "Mine", "look here")] or ("REQ-002", "Mine", "look here") in edits
    assert all(one.came in {"look here", "Mine"} for one in found.differences)


def test_the_cover_is_compared_cell_by_cell_even_where_a_row_was_put_in(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Cover"]
        sheet.tables.clear()
        sheet.insert_rows(6)
        sheet["A6"] = "Received by BSC"

    (one,) = brought(sent, edited(sent, tmp_path / "copy.xlsx", change)).differences
    assert (one.kind, one.place, one.came) == (DifferenceKind.EDITED, "Cover!A6", "Received by BSC")


def test_a_formula_counts_as_what_it_shows_and_is_told(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Requirements"]["D5"] = "=1+1"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    assert [(one.sent, one.came) for one in of_kind(found, DifferenceKind.EDITED)] == [("3", "")]
    assert found.told == (
        "Formulas stand in D5 of “Requirements”; what they show is read, nothing is calculated. "
        "1 of them shows nothing: it was never worked out.",
    )


def test_numbers_and_days_retyped_in_another_form_are_no_difference(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Requirements"]
        sheet["D5"] = "3"
        sheet["E5"] = "5 Oct 2026"
        sheet["E6"] = 46301
        sheet["E6"].number_format = "General"
        sheet["B7"] = "Two lines\r\nof text"

    assert brought(sent, edited(sent, tmp_path / "copy.xlsx", change)).differences == ()


def test_noughts_that_a_program_dropped_are_a_difference(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Requirements"]["B8"] = 123

    (one,) = brought(sent, edited(sent, tmp_path / "copy.xlsx", change)).differences
    assert (one.sent, one.came) == ("00123", "123")


def test_an_earlier_row_of_the_log_is_no_new_comment_and_its_edits_are_told(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Comments"]["K5"] = "closed"
        book["Comments"]["A6"], book["Comments"]["H6"] = 1, "A new one"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    (one,) = found.differences
    assert (one.kind, one.column, one.sent, one.came) == (DifferenceKind.EDITED, "State", "answered", "closed")
    assert only(found).text == "A new one"


def test_a_row_of_the_log_names_its_row_column_author_and_day(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Comments"]
        row = ("7", "requirements ", "req-002", "status", "Bo", "20/11/2026", "technical", "Why failed?", "Say why")
        for column, value in enumerate(row, start=1):
            sheet.cell(30, column).value = value

    one = only(brought(sent, edited(sent, tmp_path / "copy.xlsx", change)))
    assert (one.table_id, one.row_key, one.column_id) == ("requirements", "REQ-002", "status")
    assert (one.author, one.said_at, one.kind) == ("Bo", "2026-11-20", "technical")
    assert (one.text, one.proposed, one.place) == ("Why failed?", "Say why", "Comments, row 30")


def test_a_row_key_alone_tells_its_table(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Comments"]["C9"], book["Comments"]["H9"] = "DEF-1", "Which build?"
        book["Comments"]["C10"], book["Comments"]["H10"] = "no such row", "And this?"
        book["Comments"]["E11"] = "Bo"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    assert said(found) == [
        ("log", "defects", "DEF-1", "", "Which build?"),
        ("log", "", "no such row", "", "And this?"),
    ]
    assert found.told == ("One row of the comments log names a place or a person, but no comment.",)


def test_a_wrong_workbook_matches_no_table(sent: Path, tmp_path: Path) -> None:
    from openpyxl import Workbook

    other = Workbook()
    other.active.append(["Budget", 12])
    other.save(tmp_path / "other.xlsx")
    found = brought(sent, tmp_path / "other.xlsx")
    assert found.matched == 0
    assert len(of_kind(found, DifferenceKind.MISSING_SHEET)) == len(load_workbook(sent).sheetnames) - 1
    assert len(ROWS) == 5

"""The workbook of a submission: what stands where, who may write where, and the same bytes for the same content."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from submission_body_hands import body, content, workbook

from desktop.excel.book import Kind
from desktop.excel.stream import SheetTooLarge
from desktop.jobs import Cancelled, Job
from desktop.submissions.content import KEY, Column, Row, Table
from desktop.submissions.layout import places, texts
from desktop.submissions.workbook import (
    COMMENT_COLUMNS,
    COMMENT_ROWS,
    COMMENTS_TAB,
    NAMES,
    PROPERTIES,
    ROW_KEY,
    write_workbook,
)

FIRST = 5
EARLIER = (("1", "Requirements", "REQ-001", "Status", "Ann", "2026-10-01", "technical", "Why?", "x", "So", "answered"),)


def test_every_table_has_its_sheet_with_the_row_key_first(tmp_path: Path) -> None:
    book = load_workbook(workbook(tmp_path / "a.xlsx"))
    assert book.sheetnames == [
        "Cover", "Requirements", "Defects", "Evidence", "Checks", "Changes", "Comments", "Notes", "Lists",
    ]  # fmt: skip
    for name in ("Requirements", "Defects", "Evidence", "Checks"):
        assert book[name]["A4"].value == ROW_KEY
    assert book["Evidence"]["A5"].value == "ACME-EVD-0001"
    assert [cell.value for cell in book[COMMENTS_TAB][4]] == list(COMMENT_COLUMNS)
    assert book["Lists"].sheet_state == "hidden"


def test_properties_and_named_cells_say_the_same(tmp_path: Path) -> None:
    book = load_workbook(workbook(tmp_path / "a.xlsx"))
    told = {one.name: one.value for one in book.custom_doc_props.props}
    cells = {}
    for name in NAMES:
        ((sheet, cell),) = book.defined_names[name].destinations
        cells[name] = book[sheet][cell].value
    assert [cells[name] for name in NAMES] == [told[title] for title in PROPERTIES]
    assert told["SubmissionRef"] == "ACME-RTTM-0004"
    assert told["ContentSha256"] == "12" * 32


def test_every_sheet_is_protected_without_a_password_and_can_be_sorted_filtered_and_commented(tmp_path: Path) -> None:
    for sheet in load_workbook(workbook(tmp_path / "a.xlsx")):
        rails = sheet.protection
        assert rails.sheet
        assert not rails.password
        refused = (rails.sort, rails.autoFilter, rails.formatColumns, rails.formatRows, rails.objects)
        assert not any(refused)


def test_only_the_reviewers_cells_can_be_written_into(tmp_path: Path) -> None:
    book = load_workbook(workbook(tmp_path / "a.xlsx", earlier=EARLIER))
    unlocked = {
        (sheet.title, cell.column_letter)
        for sheet in book
        for row in sheet.iter_rows(min_row=FIRST)
        for cell in row
        if not cell.protection.locked
    }
    assert unlocked == {
        ("Requirements", "F"), ("Defects", "C"), ("Evidence", "Q"), *(("Comments", letter) for letter in "ABCDEFGHI"),
    }  # fmt: skip
    log = book[COMMENTS_TAB]
    assert all(cell.protection.locked for cell in log[FIRST])
    assert log.max_row == FIRST + len(EARLIER) + COMMENT_ROWS - 1


def test_lists_are_offered_in_the_comments_log(tmp_path: Path) -> None:
    book = load_workbook(workbook(tmp_path / "a.xlsx"))
    offered = {str(rule.sqref): rule.formula1 for rule in book[COMMENTS_TAB].data_validations.dataValidation}
    assert offered == {"B5:B204": "sheet_names", "G5:G204": "comment_types", "K5:K204": "comment_states"}
    ((sheet, cells),) = book.defined_names["sheet_names"].destinations
    assert [row[0].value for row in book[sheet][cells]] == [
        "Cover", "Requirements", "Defects", "Evidence", "Checks", "Changes",
    ]  # fmt: skip


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    book = load_workbook(workbook(tmp_path / "a.xlsx"))
    cell = book["Requirements"]["B6"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("http://x")', "s", True)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in package.read(name)
        assert not [name for name in package.namelist() if "externalLink" in name or "vba" in name]


def test_the_same_content_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/desktop'); from pathlib import Path; "
        "from submission_body_hands import workbook; workbook(Path(sys.argv[1]))"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "b.xlsx")], check=True, cwd=root, env={
        "PYTHONPATH": str(root), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo",
    })  # fmt: skip
    workbook(tmp_path / "a.xlsx")
    hashes = {hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("a.xlsx", "b.xlsx")}
    assert len(hashes) == 1


def test_a_draft_says_so_on_every_sheet_and_has_no_reference(tmp_path: Path) -> None:
    book = load_workbook(workbook(tmp_path / "a.xlsx", draft=True))
    for sheet in book:
        if sheet.sheet_state == "visible":
            assert str(sheet["A1"].value).startswith("DRAFT: ")
            assert "DRAFT" in sheet.oddHeader.center.text
    told = {one.name: one.value for one in book.custom_doc_props.props}
    assert told["SubmissionRef"] is None or told["SubmissionRef"] == ""


def test_changes_since_the_last_version_stand_on_their_sheet_and_on_the_cover(tmp_path: Path) -> None:
    told = body()
    told["changes"] = {
        "before": "ACME-RTTM-0004 v1",
        "counts": [["Requirements", 0, 0, 1]],
        "rows": [{"table": "requirements", "key": "REQ-001", "kind": "changed", "column": "Status", "before": "Failed",
                  "after": "Passed"}],
        "left_out": 3,
    }  # fmt: skip
    write_workbook(told, content(), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    rows = [[cell.value for cell in row] for row in book["Changes"].iter_rows(min_row=FIRST)]
    assert rows[0] == [1, "Requirements", "REQ-001", "changed", "Status", "Failed", "Passed"]
    assert rows[1][6] == "3 more changes are not listed."
    cover = [row[2].value for row in book["Cover"].iter_rows(min_row=FIRST)]
    assert "Requirements: 0 rows added, 0 removed, 1 changed" in cover


def test_a_table_called_like_one_of_our_sheets_gets_a_name_of_its_own() -> None:
    tables = tuple(
        Table(name, name, name, "About.", (Column(KEY, "Row key"),), 0, lambda: iter(()))
        for name in ("Cover", "comments", "Evidence", "Lists")
    )
    tabs = [place.tab for place in places(tables, with_evidence=True)]
    assert tabs == ["Cover (2)", "comments (2)", "Evidence", "Lists (2)", "Evidence files"]


def long_table(rows: int) -> Table:
    columns = (Column(KEY, "Row key", Kind.TEXT, 18), Column("title", "Title", Kind.WRAPPED, 40),
               Column("count", "Count", Kind.NUMBER, 10))  # fmt: skip

    def each() -> Iterator[Row]:
        return ((f"R{number:07}", f"=row {number}", number) for number in range(rows))

    return Table("long", "Long", "A long table", "One row for each.", columns, rows, each)


def test_long_tables_are_streamed_with_columns_for_the_reviewer(tmp_path: Path) -> None:
    made = content(tables=(long_table(70_000),))
    path = workbook(tmp_path / "a.xlsx", made)
    book = load_workbook(path, read_only=True)
    last = list(book["Long"].iter_rows(min_row=70_004, max_row=70_004, values_only=True))
    assert last[0][:3] == ("R0069999", "=row 69999", 69999)


def test_cancelling_leaves_no_file(tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        workbook(tmp_path / "a.xlsx", job=job)
    assert list(tmp_path.iterdir()) == []
    assert issubclass(SheetTooLarge, Exception)


def test_every_sheet_says_in_one_line_what_it_holds() -> None:
    for entry in texts()["sheets"].values():
        assert entry["about"].endswith(".")
        assert len(entry["about"]) <= 130

"""Comments in a reviewer's copy: notes, threads with replies, the log and the reviewer's columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.comments import Comment as Note
from returned_hands import FIRST, brought, brought_here, edited, of_kind, only, said, threaded, workbook

from desktop.submissions.review.comments import Kept, comments_of
from desktop.submissions.review.model import CommentSource, CommentState, DifferenceKind
from desktop.submissions.workbook import COMMENT_COLUMNS, COMMENT_ROWS

REQUIREMENTS = 2
"""The number of the sheet in the package."""
T1, T2, T3 = "{11111111-0000-0000-0000-000000000001}", "{2}", "{3}"
AT = "2026-11-21T09:30:00.00"


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    return workbook(tmp_path / "sent.xlsx")


def test_a_note_is_about_the_row_and_column_on_which_it_stands(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Requirements"]["C6"].comment = Note("Bo Lee:\nIs this\nproven?", "Bo Lee")

    one = only(brought(sent, edited(sent, tmp_path / "copy.xlsx", change)))
    assert (one.source, one.table_id, one.row_key, one.column_id) == ("note", "requirements", "REQ-002", "status")
    assert (one.author, one.text, one.place) == ("Bo Lee", "Is this\nproven?", "Requirements!C6")


def test_a_note_stays_with_its_row_when_the_sheet_is_sorted(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Requirements"]
        sheet.move_range("A5:F5", rows=20)
        sheet["B25"].comment = Note("About the first", "Bo")

    assert said(brought(sent, edited(sent, tmp_path / "copy.xlsx", change))) == [
        ("note", "requirements", "REQ-001", "title", "About the first")
    ]


def test_notes_outside_of_tables_keep_their_sheet_and_cell(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Cover"]["C9"].comment = Note("Wrong date", "Bo")
        book.create_sheet("Extra")["B2"].comment = Note("On a sheet of my own", "Bo")

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    assert [(one.place, one.table_id, one.text) for one in found.remarks] == [
        ("Cover!C9", "", "Wrong date"),
        ("Extra!B2", "", "On a sheet of my own"),
    ]


def test_threads_come_with_authors_replies_and_the_mark_of_being_resolved(sent: Path, tmp_path: Path) -> None:
    copy = threaded(
        sent, tmp_path / "copy.xlsx", REQUIREMENTS,
        [
            (T1, "", "B6", "Bo Lee", AT, "Where is the <evidence>?"),
            (T2, T1, "B6", "Cy Ng", "2026-11-22T10:00:00.50", "I ask the same"),
            (T3, "+", "C7", "Bo Lee", AT, "Settled"),
        ],
    )  # fmt: skip
    found = brought(sent, copy)
    assert said(found) == [
        ("thread", "requirements", "REQ-002", "title", "Where is the <evidence>?"),
        ("thread", "requirements", "REQ-002", "title", "I ask the same"),
        ("thread", "requirements", "REQ-003", "status", "Settled"),
    ]
    assert [one.author for one in found.remarks] == ["Bo Lee", "Cy Ng", "Bo Lee"]
    assert found.differences == ()
    first, reply, settled = comments_of(found.remarks, 1, "bsc", Kept((), ""), {})
    assert (first.in_reply_to, reply.in_reply_to) == ("", first.fingerprint)
    assert reply.said_at == "2026-11-22T10:00:00"
    assert [one.state for one in (first, reply, settled)] == [CommentState.OPEN, CommentState.OPEN, CommentState.CLOSED]


def test_threads_that_a_program_dropped_are_read_from_the_notes_it_left(sent: Path, tmp_path: Path) -> None:
    copy = threaded(sent, tmp_path / "threads.xlsx", REQUIREMENTS, [(T1, "", "B6", "Bo", AT, "Where is it?")])
    found = brought(sent, edited(copy, tmp_path / "copy.xlsx", lambda _book: None))
    one = only(found)
    assert (one.source, one.row_key, one.author, one.text) == ("note", "REQ-002", "", "Where is it?")
    assert "dropped Excel's threaded comments" in found.told[0]


def test_line_ends_that_excel_writes_as_escapes_are_line_ends(sent: Path, tmp_path: Path) -> None:
    copy = threaded(sent, tmp_path / "copy.xlsx", REQUIREMENTS, [(T1, "", "B6", "Bo", AT, "One_x000D_\ntwo")])
    assert only(brought(sent, copy)).text == "One\ntwo"

    def change(book: Any) -> None:
        book["Comments"]["H5"] = "One\r\ntwo"

    found = brought(sent, edited(sent, tmp_path / "typed.xlsx", change))
    assert [one.text for one in comments_of(found.remarks, 1, "bsc", Kept((), ""), {})] == ["One\ntwo"]


def test_notes_that_only_stand_for_threads_are_no_comments(sent: Path, tmp_path: Path) -> None:
    copy = threaded(sent, tmp_path / "copy.xlsx", REQUIREMENTS, [(T1, "", "B6", "Bo", AT, "Once")])
    assert [one.source for one in brought(sent, copy).remarks] == ["thread"]


def test_what_stands_in_a_column_of_the_reviewer_is_a_comment_on_the_row(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Defects"]["C5"] = "Which build?"
        book["Requirements"]["F8"] = "=not a formula to us"
        book["Requirements"]["F8"].data_type = "s"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    assert said(found) == [
        ("log", "requirements", "REQ-004", "remark", "=not a formula to us"),
        ("log", "defects", "DEF-1", "reviewer_comment", "Which build?"),
    ]
    assert [one.kind for one in found.differences] == [DifferenceKind.REVIEWER] * 2


def test_the_same_comment_in_another_file_has_the_same_fingerprint(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Comments"]["H9"] = "In the log"
        book["Requirements"]["F6"] = "In a column"
        book["Requirements"]["C6"].comment = Note("As a note", "Bo")

    def elsewhere(book: Any) -> None:
        book["Comments"]["H40"] = "In the log"
        sheet = book["Requirements"]
        sheet["F6"] = "In a column"
        sheet.move_range("A6:F6", rows=30)
        sheet["C36"].comment = Note("As a note", "Bo")

    prints = [
        {one.fingerprint for one in comments_of(brought(sent, copy).remarks, 1, "bsc", Kept((), ""), {})}
        for copy in (edited(sent, tmp_path / "1.xlsx", change), edited(sent, tmp_path / "2.xlsx", elsewhere))
    ]
    assert prints[0] == prints[1]
    assert len(prints[0]) == 3


def test_a_comment_in_the_wrong_column_of_the_log_is_not_lost(sent: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Comments"]["D9"] = "The third column is empty"
        book["Comments"]["J10"] = "Typed into the answer"

    found = brought(sent, edited(sent, tmp_path / "copy.xlsx", change))
    assert only(found).text == "The third column is empty"
    assert [one.came for one in of_kind(found, DifferenceKind.EDITED)] == ["Typed into the answer"]


def test_sources_of_remarks_are_sources_of_comments() -> None:
    assert {"log", "note", "thread"} <= {one.value for one in CommentSource}


CHARACTERS = st.characters(
    exclude_categories=("Cs", "Cn", "Co"), exclude_characters="".join(map(chr, [*range(9), *range(11, 32), 127]))
).filter(lambda one: not 0x80 <= ord(one) <= 0x9F)
TEXTS = st.text(CHARACTERS, min_size=1, max_size=60).filter(lambda text: bool(text.strip()) and "_x" not in text)
CELLS = st.tuples(st.integers(0, COMMENT_ROWS - 1), st.sampled_from(["Comment", "Proposed change"]))


@settings(max_examples=12, deadline=None)
@given(typed=st.dictionaries(CELLS, TEXTS, min_size=1, max_size=40))
def test_comments_typed_in_any_row_of_the_log_come_back_as_they_were_typed(
    typed: dict[tuple[int, str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    sent = folder / "log-sent.xlsx"
    book = load_workbook(sent if sent.is_file() else workbook(sent))
    for (row, heading), text in typed.items():
        cell = book["Comments"].cell(FIRST + row, COMMENT_COLUMNS.index(heading) + 1)
        cell.value = text
        cell.data_type = "s"
    book.save(folder / "log-copy.xlsx")
    found = brought_here(sent, folder / "log-copy.xlsx")
    rows = sorted({row for row, _ in typed})
    wanted = [(typed.get((row, "Comment"), ""), typed.get((row, "Proposed change"), "")) for row in rows]
    assert [(one.text, one.proposed) for one in found.remarks] == wanted
    assert found.differences == ()

"""Reviews taken in: matched to their submission, nothing twice, undone as one step, answered, and back in the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as Other
from openpyxl import load_workbook
from openpyxl.comments import Comment as Note
from returned_hands import edited, threaded, without_properties
from testing_hands import workspace_that_tests

from desktop.app import Workspace
from desktop.errors import InvalidInput, NotFound
from desktop.submissions.model import EventKind, RecipientState, Scope, Submission, SubmissionDetails
from desktop.submissions.review.model import CommentSource, CommentState, DifferenceKind
from desktop.submissions.review.table import COLUMNS
from desktop.submissions.workbook import COMMENT_COLUMNS

FIRST = 5


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Workspace]:
    now = [datetime(2026, 11, 24, 10, tzinfo=UTC)]

    def clock() -> datetime:
        now[0] += timedelta(seconds=1)
        return now[0]

    with closing(workspace_that_tests(tmp_path / "workspace", clock)) as workspace:
        yield workspace


def frozen(made: Workspace, recipients: tuple[str, ...] = ("BSC",)) -> Submission:
    one, _ = made.submissions.prepare(
        SubmissionDetails("rttm", scope=Scope(gate="pit_exit"), recipients=recipients, covering="Dear all")
    )
    return made.submissions.freeze(one)


def sent(made: Workspace, one: Submission, folder: Path) -> Path:
    file = next(file for file in made.submissions.files(one.id) if file.role == "workbook")
    path = folder / f"sent-{one.id}.xlsx"
    made.submissions.save_file(one.id, file, path)
    return path


def write_log(book: Any, row: int, **cells: str) -> None:
    for name, value in cells.items():
        heading = name.replace("_", " ")
        column = next(at for at, one in enumerate(COMMENT_COLUMNS, start=1) if one.lower() == heading)
        book["Comments"].cell(row, column).value = value


def reviewed(book: Any) -> None:
    write_log(
        book, 5, sheet="Requirements", row_key="R-2", comment="Why did it fail?", comment_by="Bo", type="question"
    )
    write_log(book, 6, comment="Please sign the cover.")
    sheet = book["RTTM"]
    headings = [cell.value for cell in sheet[4]]
    sheet.cell(FIRST, headings.index("Reviewer's comment") + 1).value = "No evidence here"
    sheet.cell(FIRST, headings.index("Reviewer's status") + 1).value = "Not agreed"
    book["Requirements"]["C5"].comment = Note("A note", "Cy")


def taken(made: Workspace, path: Path, **more: Any) -> Any:
    review = made.reviews.read(path)
    return made.reviews.take(path, review, **more)


def test_a_returned_copy_is_matched_by_its_properties_and_nothing_is_written_by_reading(
    made: Workspace, tmp_path: Path
) -> None:
    one = frozen(made)
    copy = edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed)
    review = made.reviews.read(copy)
    assert (review.name, review.recipient, review.how) == ("ACME-RTTM-0001 v1", "BSC", "its document properties")
    assert [(c.source.value, c.table_id, c.row_key, c.text, c.kind) for c in review.comments] == [
        ("log", "matrix", review.comments[0].row_key, "No evidence here", "Not agreed"),
        ("note", "requirements", "R-1", "A note", ""),
        ("log", "requirements", "R-2", "Why did it fail?", "question"),
        ("log", "", "", "Please sign the cover.", ""),
    ]
    assert review.comments[0].row_key.startswith("R-1")
    assert {one.kind for one in review.differences} == {DifferenceKind.REVIEWER}
    assert made.reviews.comments() == ()
    assert made.reviews.files(one.id) == ()


def test_taking_keeps_the_file_and_its_comments_in_one_step_that_can_be_undone(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    copy = edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed)
    changes = taken(made, copy)
    assert changes.count == 4
    assert [comment.text for comment in made.reviews.comments(one.id)] == [
        "No evidence here", "A note", "Why did it fail?", "Please sign the cover.",
    ]  # fmt: skip
    sha256 = hashlib.sha256(copy.read_bytes()).hexdigest()
    ((name, who, _, kept),) = made.reviews.files(one.id)
    assert (name, kept) == ("copy.xlsx", sha256)
    assert who == one.recipients[0].name
    made.reviews.save_file(one.id, sha256, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == copy.read_bytes()
    assert made.submissions.get(one.id).open_comments == 4
    made.history.undo()
    assert made.reviews.comments() == ()
    assert made.reviews.files(one.id) == ()
    made.history.redo()
    assert len(made.reviews.comments()) == 4


def test_the_same_file_again_and_the_same_comment_in_another_file_bring_nothing_new(
    made: Workspace, tmp_path: Path
) -> None:
    one = frozen(made)
    copy = edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed)
    taken(made, copy)
    again = made.reviews.read(copy)
    assert again.known
    assert again.new == ()
    assert "taken in before" in " ".join(again.remarks)
    assert taken(made, copy).count == 0
    assert len(made.reviews.files(one.id)) == 1

    def more(book: Any) -> None:
        write_log(book, 7, comment="One more")

    other = edited(copy, tmp_path / "other.xlsx", more)
    review = made.reviews.read(other)
    assert not review.known
    assert [one.text for one in review.new] == ["One more"]
    assert taken(made, other).count == 1
    assert len(made.reviews.files(one.id)) == 2


def test_two_recipients_may_say_the_same(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made, ("BSC", "REC"))
    copy = edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed)
    review = made.reviews.read(copy)
    assert review.recipient == ""
    with pytest.raises(InvalidInput) as told:
        made.reviews.take(copy, review)
    assert told.value.field == "recipient"
    assert made.reviews.take(copy, review, recipient="BSC").count == 4
    assert made.reviews.take(copy, review, recipient="REC").count == 4
    with pytest.raises(InvalidInput):
        made.reviews.read(copy, recipient="DIP")


def test_comments_can_be_left_out(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    copy = edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed)
    review = made.reviews.read(copy)
    left = [comment.fingerprint for comment in review.comments[1:]]
    assert made.reviews.take(copy, review, leave_out=left).count == 1
    assert len(made.reviews.read(copy).new) == 3


def test_a_file_that_changed_since_it_was_read_is_not_taken(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    copy = edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed)
    review = made.reviews.read(copy)
    edited(copy, copy, lambda book: write_log(book, 9, comment="Sneaked in"))
    with pytest.raises(InvalidInput) as told:
        made.reviews.take(copy, review)
    assert told.value.field == "file"
    assert made.reviews.comments() == ()


def test_stripped_properties_are_no_harm_and_without_named_cells_the_person_says(
    made: Workspace, tmp_path: Path
) -> None:
    one = frozen(made)
    copy = edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed)
    by_cells = made.reviews.read(without_properties(copy, tmp_path / "a.xlsx"))
    assert (by_cells.submission_id, by_cells.how) == (one.id, "the named cells on its cover")
    bare = without_properties(copy, tmp_path / "b.xlsx", names=False)
    with pytest.raises(InvalidInput) as told:
        made.reviews.read(bare)
    assert told.value.field == "submission"
    said = made.reviews.read(bare, submission_id=one.id)
    assert (len(said.comments), said.how) == (4, "as you said")
    assert {comment.fingerprint for comment in said.comments} == {one.fingerprint for one in by_cells.comments}


def test_the_very_file_that_was_sent_brings_nothing(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    review = made.reviews.read(sent(made, one, tmp_path))
    assert review.submission_id == one.id
    assert (review.comments, review.differences) == ((), ())
    assert review.remarks == ("No comments were found in it.",)


def test_a_wrong_workbook_is_refused(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    book = Other()
    book.active.append(["Budget"])
    book.save(tmp_path / "budget.xlsx")
    with pytest.raises(InvalidInput) as told:
        made.reviews.read(tmp_path / "budget.xlsx", submission_id=one.id)
    assert told.value.field == "submission"


def test_a_workbook_of_another_workspace_or_of_a_draft_is_refused(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    path = sent(made, one, tmp_path)

    def elsewhere(book: Any) -> None:
        for mark in book.custom_doc_props.props:
            if mark.name == "SubmissionRef":
                mark.value = "OTHER-RTTM-0009"

    with pytest.raises(InvalidInput, match="no such submission"):
        made.reviews.read(edited(path, tmp_path / "other.xlsx", elsewhere))

    def forged(book: Any) -> None:
        for mark in book.custom_doc_props.props:
            if mark.name == "ContentSha256":
                mark.value = "0" * 64

    with pytest.raises(InvalidInput, match="content hash"):
        made.reviews.read(edited(path, tmp_path / "forged.xlsx", forged))
    assert "content hash" in made.reviews.read(tmp_path / "forged.xlsx", submission_id=one.id).remarks[0]
    draft, _ = made.submissions.prepare(SubmissionDetails("rttm", scope=Scope(gate="pit_exit"), recipients=("BSC",)))
    made.submissions.preview(draft, tmp_path / "draft.xlsx")
    with pytest.raises(InvalidInput, match="draft"):
        made.reviews.read(tmp_path / "draft.xlsx")
    with pytest.raises(InvalidInput, match="draft"):
        made.reviews.read(without_properties(path, tmp_path / "bare.xlsx", names=False), submission_id=draft)


def test_threads_are_taken_with_replies_under_them_and_resolved_ones_closed(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    path = sent(made, one, tmp_path)
    sheet = load_workbook(path).sheetnames.index("Requirements") + 1
    copy = threaded(
        path, tmp_path / "copy.xlsx", sheet,
        [
            ("{1}", "+", "C5", "Bo", "2026-11-25T09:00:00", "Settled"),
            ("{2}", "", "C6", "Bo", "2026-11-25T09:00:00", "Open"),
            ("{3}", "{2}", "C6", "Cy", "2026-11-25T10:00:00", "A reply"),
        ],
    )  # fmt: skip
    review = made.reviews.read(copy)
    assert "1 of the comments is marked as resolved." in review.remarks
    taken(made, copy)
    first, second, reply = made.reviews.comments(one.id)
    assert [c.state for c in (first, second, reply)] == [CommentState.CLOSED, CommentState.OPEN, CommentState.OPEN]
    assert reply.in_reply_to == second.fingerprint
    assert reply.about.startswith("Requirements: R-2")


def test_a_review_of_an_older_version_says_so(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    copy = edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed)
    newer, _ = made.submissions.new_version(one.id, "Comments of the first review")
    made.submissions.freeze(newer)
    review = made.reviews.read(copy)
    assert review.remarks[0] == "It is a review of version 1; version 2 is the newest."


def test_answers_stand_in_the_log_of_the_next_version_and_are_no_new_comments(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    taken(made, edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed))
    asked = next(c for c in made.reviews.comments(one.id) if c.kind == "question")
    made.reviews.answer(asked.id, "The meter was not there; it is now.")
    newer, _ = made.submissions.new_version(one.id, "Comments of the first review")
    second = made.submissions.freeze(newer)
    path = sent(made, second, tmp_path)
    rows = [[cell.value for cell in row] for row in load_workbook(path)["Comments"].iter_rows(min_row=5, max_row=9)]
    assert [row[0] for row in rows] == ["1", "2", "3", "4", None]
    line = rows[2]
    assert line[1:3] == ["Requirements", "R-2"]
    assert line[7:] == ["Why did it fail?", None, "The meter was not there; it is now.", "answered"]
    assert made.reviews.read(path).comments == ()

    def replied(book: Any) -> None:
        write_log(book, 9, number="3", sheet="Requirements", row_key="R-2", comment="Thank you")
        write_log(book, 10, number="1", comment="Ours is number one")

    review = made.reviews.read(edited(path, tmp_path / "second.xlsx", replied))
    assert review.differences == ()
    assert [(c.text, c.in_reply_to) for c in review.comments] == [
        ("Thank you", asked.fingerprint), ("Ours is number one", ""),
    ]  # fmt: skip


def test_answers_are_given_taken_back_and_undone(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    taken(made, edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed))
    first, second, *_ = made.reviews.comments(one.id)
    with pytest.raises(InvalidInput):
        made.reviews.set_state([first.id], CommentState.CLOSED)
    made.reviews.answer(first.id, " So be it. ")
    answered = made.reviews.get(first.id)
    assert (answered.state, answered.answer, answered.answered_by) == (CommentState.ANSWERED, "So be it.", "Jo")
    made.reviews.set_state([first.id], CommentState.CLOSED)
    assert made.reviews.get(first.id).state is CommentState.CLOSED
    made.reviews.set_owner([first.id, second.id], "Sam")
    assert [made.reviews.get(c.id).owner for c in (first, second)] == ["Sam", "Sam"]
    made.history.undo()
    assert made.reviews.get(second.id).owner == ""
    made.reviews.answer(first.id, "")
    assert (made.reviews.get(first.id).state, made.reviews.get(first.id).answer) == (CommentState.OPEN, "")
    with pytest.raises(NotFound):
        made.reviews.answer(999, "x")
    with pytest.raises(InvalidInput):
        made.reviews.answer(first.id, "x" * 40_000)


def test_a_comment_that_came_by_telephone_is_entered(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    comment_id, _ = made.reviews.enter(
        one.id, "BSC", "They ring again on Monday", author="Bo", table_id="requirements", row_key="R-1",
        said_at="24 Nov 2026",
    )  # fmt: skip
    comment = made.reviews.get(comment_id)
    assert (comment.source, comment.said_at, comment.about) == (
        CommentSource.ENTERED, "2026-11-24", "Requirements: R-1, Take on a supply",
    )  # fmt: skip
    again, _ = made.reviews.enter(one.id, "BSC", "They ring again on Monday", author="Bo")
    assert again != comment_id
    for wrong, field in (
        ({"text": " "}, "text"), ({"recipient": "REC"}, "recipient"), ({"recipient": ""}, "recipient"),
        ({"said_at": "soon"}, "said_at"), ({"said_at": "2027-01-01"}, "said_at"),
    ):  # fmt: skip
        values = {"recipient": "BSC", "text": "x", **wrong}
        with pytest.raises(InvalidInput) as told:
            made.reviews.enter(one.id, values.pop("recipient"), values.pop("text"), **values)
        assert told.value.field == field
    assert not list(tmp_path.glob("*.part"))


def test_saying_that_it_is_in_review_follows_the_states(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    copy = edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed)
    with pytest.raises(InvalidInput, match="cannot follow"):
        taken(made, copy, state="in review")
    assert made.reviews.comments() == ()
    made.submissions.say(one.id, EventKind.HANDED_OVER, "BSC", note="By e-mail")
    taken(made, copy, state="changes requested")
    assert made.submissions.get(one.id).recipients[0].state is RecipientState.CHANGES_REQUESTED
    assert taken(made, copy, state="changes requested").count == 0


def test_the_table_shows_every_comment(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)
    assert made.reviews.table().total() == 0
    taken(made, edited(sent(made, one, tmp_path), tmp_path / "copy.xlsx", reviewed))
    table = made.reviews.table()
    assert table.total() == 4
    rows = [dict(zip([c.key for c in COLUMNS], row, strict=True)) for row in table.page(0, 10)]
    assert {row["submission"] for row in rows} == {"ACME-RTTM-0001 v1"}
    assert {row["recipient"] for row in rows} == {one.recipients[0].name}
    assert {row["source"] for row in rows} == {"Comments log", "Note on a cell"}


def test_a_note_that_a_program_saved_without_its_author_is_not_taken_twice(made: Workspace, tmp_path: Path) -> None:
    one = frozen(made)

    def noted(author: str) -> Any:
        def change(book: Any) -> None:
            book["Requirements"]["C5"].comment = Note("A note", author)

        return change

    path = sent(made, one, tmp_path)
    assert taken(made, edited(path, tmp_path / "1.xlsx", noted("Bo"))).count == 1
    assert taken(made, edited(path, tmp_path / "2.xlsx", noted(""))).count == 0
    assert taken(made, edited(path, tmp_path / "3.xlsx", noted("Cy"))).count == 1
    assert [c.author for c in made.reviews.comments(one.id)] == ["Bo", "Cy"]

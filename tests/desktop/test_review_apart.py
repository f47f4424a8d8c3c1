"""Each recipient's review stays its own: in the log of the next version, its export, its packs, and what comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from returned_hands import edited, without_properties
from testing_hands import workspace_that_tests

from desktop.app import Workspace
from desktop.errors import InvalidInput
from desktop.submissions.model import Scope, Submission, SubmissionDetails
from desktop.submissions.workbook import COMMENT_COLUMNS

BOTH = ("BSC", "REC")
SAID = {"BSC": "Bo of BSC asks why", "REC": "Ray of REC objects"}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Workspace]:
    now = [datetime(2026, 11, 24, 10, tzinfo=UTC)]

    def clock() -> datetime:
        now[0] += timedelta(seconds=1)
        return now[0]

    with closing(workspace_that_tests(tmp_path / "workspace", clock)) as workspace:
        yield workspace


@pytest.fixture
def second(made: Workspace) -> Submission:
    """The second version for both, after each said something of the first."""
    first, _ = made.submissions.prepare(SubmissionDetails("rttm", scope=Scope(gate="pit_exit"), recipients=BOTH))
    made.submissions.freeze(first)
    for recipient, text in SAID.items():
        said, _ = made.reviews.enter(first, recipient, text, author=f"Analyst of {recipient}")
        made.reviews.answer(said, f"Answered to {recipient}")
    newer, _ = made.submissions.new_version(first, "What was said of the first")
    return made.submissions.freeze(newer)


def log(path: Path) -> list[tuple[object, ...]]:
    rows = load_workbook(path)["Comments"].iter_rows(min_row=5, values_only=True)
    return [row for row in rows if any(row)]


def written(path: Path, text: str) -> Path:
    def add(book: Any) -> None:
        sheet = book["Comments"]
        row = 5 + len(log(path))
        sheet.cell(row, COMMENT_COLUMNS.index("Comment") + 1).value = text

    return edited(path, path.with_stem(f"{path.stem}-back"), add)


def exported(made: Workspace, one: Submission, out: Path) -> dict[str, Path]:
    out.mkdir()
    return {each.recipient: each.paths[0] for each in made.submissions.export(one.id, out, as_zip=False)[0]}


def test_the_next_version_tells_each_recipient_what_that_one_said_and_nobody_else(
    made: Workspace, second: Submission, tmp_path: Path
) -> None:
    paths = exported(made, second, tmp_path / "out")
    assert paths["BSC"] != paths["REC"]
    for own, other in (BOTH, BOTH[::-1]):
        ((number, *_, text, _, answer, _),) = log(paths[own])
        assert (number, text, answer) == ("1", SAID[own], f"Answered to {own}")
        words = " ".join(
            str(cell)
            for sheet in load_workbook(paths[own])
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        )
        assert f"Analyst of {other}" not in words
        assert SAID[other] not in words
        assert f"Answered to {other}" not in words
    assert made.submissions.verify_kept(second.id) == ()


def test_a_draft_for_both_shows_neither_what_the_other_said(
    made: Workspace, second: Submission, tmp_path: Path
) -> None:
    third, _ = made.submissions.new_version(second.id, "Once more")
    made.submissions.preview(third, tmp_path / "draft.xlsx")
    assert log(tmp_path / "draft.xlsx") == []
    assert "that one's workbook alone" in str(load_workbook(tmp_path / "draft.xlsx")["Comments"]["A2"].value)


def test_one_workbook_serves_all_where_nobody_said_anything(made: Workspace, tmp_path: Path) -> None:
    first, _ = made.submissions.prepare(SubmissionDetails("rttm", scope=Scope(gate="pit_exit"), recipients=BOTH))
    made.submissions.freeze(first)
    newer, _ = made.submissions.new_version(first, "A mistake of ours")
    made.submissions.freeze(newer)
    assert [one.recipient for one in made.submissions.files(newer) if one.role == "workbook"] == [""]


def test_one_who_is_left_alone_is_not_told_what_the_other_said(made: Workspace, second: Submission) -> None:
    third, _ = made.submissions.new_version(second.id, "For one of them")
    details = made.submissions.get(third).details
    made.submissions.edit(third, SubmissionDetails("rttm", details.title, details.scope, recipients=("REC",)))
    made.submissions.freeze(third)
    (file,) = (one for one in made.submissions.files(third) if one.role == "workbook")
    made.submissions.save_file(third, file, path := made.folder.parent / "third.xlsx")
    assert file.recipient == ""
    assert [row[COMMENT_COLUMNS.index("Comment")] for row in log(path)] == [SAID["REC"]]


@pytest.mark.parametrize("recipient", BOTH)
def test_a_copy_that_comes_back_tells_whose_it_is(
    made: Workspace, second: Submission, tmp_path: Path, recipient: str
) -> None:
    path = exported(made, second, tmp_path / "out")[recipient]
    assert (made.reviews.read(path).recipient, made.reviews.read(path).comments) == (recipient, ())
    copy = written(path, "Fine now")
    bare = without_properties(copy, tmp_path / "bare.xlsx")
    for came in (copy, bare):
        review = made.reviews.read(came)
        assert review.recipient == recipient
        assert [one.text for one in review.comments] == ["Fine now"]
        assert review.differences == ()
    made.reviews.take(copy, made.reviews.read(copy))
    assert [one.recipient for one in made.reviews.comments(second.id)] == [recipient]


def test_a_copy_that_does_not_tell_whose_it_is_is_read_once_that_is_said(
    made: Workspace, second: Submission, tmp_path: Path
) -> None:
    def unmark(book: Any) -> None:
        for name in list(book.defined_names):
            del book.defined_names[name]

    copy = written(exported(made, second, tmp_path / "out")["REC"], "Fine now")
    bare = without_properties(edited(copy, tmp_path / "unmarked.xlsx", unmark), tmp_path / "bare.xlsx")
    review = made.reviews.read(bare, submission_id=second.id)
    assert review.recipient == ""
    assert any("Say whose review it is" in one for one in review.remarks)
    with pytest.raises(InvalidInput, match="without knowing whose"):
        made.reviews.take(bare, review, recipient="REC")
    review = made.reviews.read(bare, submission_id=second.id, recipient="REC")
    assert ([one.text for one in review.comments], review.differences) == (["Fine now"], ())


def test_a_pack_for_one_holds_that_ones_workbook_and_a_pack_for_all_says_whose_each_is(
    made: Workspace, second: Submission
) -> None:
    books = {one.recipient: one.sha256 for one in made.submissions.files(second.id) if one.role == "workbook"}
    plan = made.packs.plan(second.id, recipient="REC")
    held = {one.sha256 for one in plan.files}
    assert books["REC"] in held
    assert books["BSC"] not in held
    assert books["BSC"] in {one.sha256 for one in plan.left_out}
    everything = made.packs.plan(second.id)
    found = {one.path: (one.sha256, one.title) for one in everything.files if one.sha256 in books.values()}
    of_rec = f"workbooks/REC/{second.ref}-v2-REC.xlsx"
    assert found == {
        f"workbooks/BSC/{second.ref}-v2-BSC.xlsx": (books["BSC"], "The workbook for BSCCo (Elexon): begin with it"),
        of_rec: (books["REC"], found[of_rec][1]),
    }
    assert any("make a pack for that one" in one for one in everything.remarks)
    assert hashlib.sha256(made.blobs.path(books["REC"]).read_bytes()).hexdigest() == books["REC"]

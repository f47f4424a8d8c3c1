"""A recipient's own form comes back: known by the person's word, compared by place, its comments by sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from official_template import build
from openpyxl.comments import Comment as Note
from returned_hands import edited
from testing_hands import workspace_that_tests

from desktop.app import Workspace
from desktop.submissions.filling.model import CellRule, TemplateMapping
from desktop.submissions.model import Scope, Submission, SubmissionDetails, SubmissionFile
from desktop.submissions.review.model import CommentSource, DifferenceKind

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Workspace]:
    now = [datetime(2026, 11, 24, 10, tzinfo=UTC)]

    def clock() -> datetime:
        now[0] += timedelta(seconds=1)
        return now[0]

    with closing(workspace_that_tests(tmp_path / "workspace", clock)) as workspace:
        yield workspace


@pytest.fixture
def form(made: Workspace, tmp_path: Path) -> tuple[Submission, SubmissionFile, Path]:
    added, _ = made.templates.add(build(tmp_path / "BSC return.xlsx"), recipient="BSC", kind="rttm")
    made.templates.save_mapping(added.id, TemplateMapping((CellRule("Cover!C7", "submission.ref"),)))
    draft, _ = made.submissions.prepare(
        SubmissionDetails("rttm", scope=Scope(gate="pit_exit"), recipients=("BSC", "REC"))
    )
    one = made.submissions.freeze(draft)
    file = next(file for file in made.submissions.files(one.id) if file.role == "template")
    made.submissions.save_file(one.id, file, tmp_path / "form.xlsx")
    return one, file, tmp_path / "form.xlsx"


def test_the_form_as_it_was_sent_is_known_by_its_bytes_and_its_own_notes_are_no_comments(
    made: Workspace, form: tuple[Submission, SubmissionFile, Path]
) -> None:
    one, _, path = form
    review = made.reviews.read(path)
    assert (review.submission_id, review.recipient) == (one.id, "BSC")
    assert (review.comments, review.differences) == ((), ())


def test_comments_on_a_form_are_known_by_sheet_and_cell(
    made: Workspace, form: tuple[Submission, SubmissionFile, Path], tmp_path: Path
) -> None:
    one, file, path = form

    def change(book: Any) -> None:
        book["Cover"]["C7"].comment = Note("Is this yours?", "Bo")
        book["Cover"]["C7"] = "ACME-RTTM-0009"

    review = made.reviews.read(edited(path, tmp_path / "copy.xlsx", change), submission_id=one.id)
    assert review.recipient == "BSC"
    assert any(file.name in remark for remark in review.remarks)
    (comment,) = review.comments
    assert (comment.source, comment.place, comment.text) == (CommentSource.NOTE, "Cover!C7", "Is this yours?")
    assert [(d.kind, d.place, d.sent, d.came) for d in review.differences] == [
        (DifferenceKind.EDITED, "Cover!C7", "ACME-RTTM-0001", "ACME-RTTM-0009")
    ]
    made.reviews.take(tmp_path / "copy.xlsx", review)
    assert [c.place for c in made.reviews.comments(one.id)] == ["Cover!C7"]

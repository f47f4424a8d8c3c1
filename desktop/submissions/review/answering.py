"""The rules of comments: what can be entered, answered, opened and closed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from desktop.errors import InvalidInput, WorkspaceDamaged
from desktop.excel.saving import replacing
from desktop.records.cells import plain
from desktop.submissions.model import Submission, SubmissionState
from desktop.submissions.review.answer import Remark
from desktop.submissions.review.comments import fingerprint
from desktop.submissions.review.model import CommentSource, CommentState
from desktop.typed_days import WAYS, read_day
from local_db.blobs import hash_file
from local_db.reviews import CommentRow

LONGEST = 32_767
"""Characters of a comment or an answer: what a cell of the next version's log can say."""
_LONGEST_LINE = 200

STATE_VERBS = {CommentState.OPEN: "Open", CommentState.ANSWERED: "Mark as answered", CommentState.CLOSED: "Close"}


def entered(
    one: Submission, recipient: str, text: str, *, author: str, table_id: str, row_key: str, said_at: str,
    proposed: str, today: date,
) -> dict[str, object]:  # fmt: skip
    """The columns of a comment that came by telephone or e-mail. Raises InvalidInput."""
    if one.state is SubmissionState.DRAFT:
        raise InvalidInput(
            f"{one.name} is a draft: nobody has seen it.", field="submission", todo="Choose the version that was sent."
        )
    if not recipient:
        raise InvalidInput("It is not said whose comment this is.", field="recipient", todo="Choose the recipient.")
    said = whole(text, "text")
    if not said:
        raise InvalidInput("The comment is empty.", field="text", todo="Type what was said.")
    day = read_day(said_at) if said_at.strip() else today
    if day is None:
        raise InvalidInput(f"“{said_at}” is no day.", field="said_at", todo=f"Write it like {WAYS}.")
    if day > today:
        raise InvalidInput(f"{day.isoformat()} is in the future.", field="said_at", todo="Give the day it was said.")
    remark = Remark(
        CommentSource.ENTERED.value, said, one_line(author, "author"), day.isoformat(),
        proposed=whole(proposed, "proposed"), table_id=one_line(table_id, "table_id"),
        row_key=one_line(row_key, "row_key"),
    )  # fmt: skip
    return {
        "submission_id": one.id, "recipient": recipient, "fingerprint": fingerprint(remark), "source": remark.source,
        "author": remark.author, "said_at": remark.said_at, "text": remark.text, "proposed": remark.proposed,
        "table_id": remark.table_id, "row_key": remark.row_key,
    }  # fmt: skip


def unused(mark: str, known: Iterable[str]) -> str:
    """A fingerprint that no comment has yet: the same may be said twice by people."""
    taken = set(known)
    while mark in taken:
        mark = hashlib.sha256(mark.encode()).hexdigest()
    return mark


def answered(row: CommentRow, answer: str, state: CommentState | None, *, at: str, by: str) -> dict[str, object]:
    """The columns of a comment with its answer; '' takes it back and opens it. Raises InvalidInput."""
    text = whole(answer, "answer")
    if not text:
        if state in {CommentState.ANSWERED, CommentState.CLOSED}:
            raise InvalidInput("The answer is empty.", field="answer", todo="Type the answer, or leave it open.")
        return {"answer": "", "answered_at": "", "answered_by": "", "state": CommentState.OPEN.value}
    same = text == row.answer
    return {
        "answer": text,
        "answered_at": row.answered_at if same else at,
        "answered_by": row.answered_by if same else by,
        "state": (state or CommentState.ANSWERED).value,
    }


def check_state(found: Sequence[CommentRow], state: CommentState) -> None:
    """Raises InvalidInput for closing a comment that has no answer, or calling it answered."""
    if state is CommentState.OPEN:
        return
    without = sum(not row.answer for row in found)
    if without:
        raise InvalidInput(
            f"{counted(without).capitalize()} {'has' if without == 1 else 'have'} no answer.", field="state",
            safe="Nothing was changed.", todo="Answer first, then close.",
        )  # fmt: skip


def counted(number: int) -> str:
    """'a comment', '3 comments'."""
    return "a comment" if number == 1 else f"{number:,} comments"


def whole(text: str, field: str) -> str:
    """A text of several lines. Raises InvalidInput when it is too long."""
    said = plain(text)
    if len(said) > LONGEST:
        raise InvalidInput(
            f"The text has {len(said):,} characters, more than the {LONGEST:,} that a cell of the workbook can hold.",
            field=field, todo="Shorten it, or put it into a file of evidence.",
        )  # fmt: skip
    return said


def one_line(text: str, field: str) -> str:
    """A text of one line. Raises InvalidInput when it is too long."""
    said = " ".join(plain(text).split())
    if len(said) > _LONGEST_LINE:
        raise InvalidInput(f"That is longer than {_LONGEST_LINE} characters.", field=field, todo="Shorten it.")
    return said


def save_copy(kept: Path, sha256: str, path: Path) -> None:
    """Write a kept file byte for byte. Raises WorkspaceDamaged, NotSaved."""
    if hash_file(kept)[0] != sha256:
        raise WorkspaceDamaged(
            f"A kept file has another content than it had ({sha256[:12]}…).", safe="Nothing was written.",
            todo="Restore the newest backup.",
        )  # fmt: skip
    with replacing(path) as target, kept.open("rb") as source:
        shutil.copyfileobj(source, target)

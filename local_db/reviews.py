"""Queries about reviews: the copies that were taken in, what reviewers said, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from local_db.among import among
from local_db.connection import Connection


@dataclass(frozen=True)
class CommentRow:
    """A comment as it is kept."""

    id: int
    submission_id: int
    recipient: str
    fingerprint: str
    source: str
    author: str
    said_at: str
    kind: str
    text: str
    proposed: str
    table_id: str
    row_key: str
    column_id: str
    place: str
    in_reply_to: str
    state: str
    answer: str
    answered_at: str
    answered_by: str
    owner: str
    taken_at: str
    taken_by: str


@dataclass(frozen=True)
class CopyRow:
    """A reviewer's copy that was taken in. `differences` is a JSON list."""

    id: int
    submission_id: int
    recipient: str
    file_name: str
    sha256: str
    size: int
    differences: str
    taken_at: str
    taken_by: str


@dataclass(frozen=True)
class VersionRow:
    """Which version a comment is of."""

    id: int
    ref: str
    version: int
    title: str


_COMMENT = ", ".join(one.name for one in fields(CommentRow))
_COPY = ", ".join(one.name for one in fields(CopyRow))


def comments(connection: Connection, submissions: Iterable[int] | None = None) -> list[CommentRow]:
    """What was said of these versions (None: of all), in the order in which it was taken in."""
    where, bound = among("submission_id", submissions)
    found = connection.execute(f"SELECT {_COMMENT} FROM review_comment WHERE {where} ORDER BY id", bound)  # noqa: S608 - fixed names
    return [CommentRow(*row) for row in found]


def comments_by_id(connection: Connection, ids: Iterable[int]) -> list[CommentRow]:
    """These comments; ids that are not there are left out."""
    where, bound = among("id", ids)
    found = connection.execute(f"SELECT {_COMMENT} FROM review_comment WHERE {where} ORDER BY id", bound)  # noqa: S608 - fixed names
    return [CommentRow(*row) for row in found]


def fingerprints(connection: Connection, submission_id: int, recipient: str) -> set[str]:
    """Of what a recipient has said of a version ('' = any recipient)."""
    found = connection.execute(
        "SELECT fingerprint FROM review_comment WHERE submission_id = ? AND (? = '' OR recipient = ?)",
        (submission_id, recipient, recipient),
    )
    return {str(row[0]) for row in found}


def copies(connection: Connection, submission_id: int) -> list[CopyRow]:
    """The copies that were taken in of a version, oldest first."""
    found = connection.execute(f"SELECT {_COPY} FROM review_file WHERE submission_id = ? ORDER BY id", (submission_id,))  # noqa: S608 - fixed names
    return [CopyRow(*row) for row in found]


def versions(connection: Connection) -> dict[int, VersionRow]:
    """Every version by its id."""
    found = connection.execute("SELECT id, ref, version, title FROM submission ORDER BY id")
    return {int(row[0]): VersionRow(*row) for row in found}


def of_file(connection: Connection, sha256: str) -> list[tuple[int, str, str]]:
    """The frozen versions that a file of this hash belongs to: (submission, role, recipient), newest first."""
    found = connection.execute(
        "SELECT submission_id, role, recipient FROM submission_file WHERE sha256 = ? AND role <> 'rows' "
        "ORDER BY submission_id DESC",
        (sha256,),
    )
    return [(int(row[0]), str(row[1]), str(row[2])) for row in found]

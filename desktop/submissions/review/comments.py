"""From what a copy says to comments: known by a fingerprint of where they stand and what they say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from desktop.submissions.content import Column, Content
from desktop.submissions.layout import EVIDENCE, EVIDENCE_COLUMNS, with_reviewer
from desktop.submissions.review.answer import Remark
from desktop.submissions.review.model import Comment, CommentSource, CommentState
from desktop.submissions.review.sameness import plain
from local_db.reviews import CommentRow

Numbered = tuple[str, str, str]
"""An earlier comment: its fingerprint, table and row key."""


def fingerprint(remark: Remark, parent: str = "") -> str:
    """SHA-256 over where a comment stands and what it says; the same from whatever file, wherever its row is."""
    said = [
        remark.source, remark.where, remark.table_id, remark.row_key, remark.column_id, remark.author.strip(),
        remark.said_at, remark.kind, plain(remark.text), plain(remark.proposed), parent,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def comments_of(
    remarks: Sequence[Remark], submission_id: int, recipient: str, kept: Kept, numbers: Mapping[str, Numbered]
) -> tuple[Comment, ...]:
    """Comments in the order in which they were read; what stands there twice is one.

    `numbers`: earlier comments by their number in the log, for rows that answer to one.
    """
    by_id = {one.id: one for one in remarks if one.id}
    prints: dict[str, str] = {}
    made: dict[str, Comment] = {}
    for remark in remarks:
        parent = by_id.get(remark.parent)
        above = ""
        if parent is not None and parent is not remark:
            above = prints.setdefault(parent.id, fingerprint(parent))
        elif remark.number and remark.source == "log":
            above = _answered(remark, numbers)
        mark = fingerprint(remark, above)
        if remark.id and not above:
            prints[remark.id] = mark
        resolved = remark.resolved or (parent is not None and parent.resolved)
        made.setdefault(
            mark,
            Comment(
                id=0,
                submission_id=submission_id,
                recipient=recipient,
                fingerprint=mark,
                source=CommentSource(remark.source),
                author=remark.author.strip(),
                said_at=remark.said_at,
                kind=remark.kind,
                text=_one_line_end(remark.text),
                proposed=_one_line_end(remark.proposed),
                table_id=remark.table_id,
                row_key=remark.row_key,
                column_id=remark.column_id,
                place=remark.place,
                in_reply_to=above,
                state=CommentState.CLOSED if resolved else CommentState.OPEN,
            ),
        )
    return tuple(replace(one, known=kept.has(one)) for one in made.values())


def _one_line_end(text: str) -> str:
    """Excel ends a line with CR and LF where it was pasted; nothing else of what was typed is touched."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _answered(remark: Remark, numbers: Mapping[str, Numbered]) -> str:
    """The earlier comment that a row of the log answers to: its number and its row; reviewers number theirs from 1."""
    if remark.number not in numbers:
        return ""
    mark, table_id, row_key = numbers[remark.number]
    return mark if row_key and (table_id, row_key) == (remark.table_id, remark.row_key) else ""


class Kept:
    """What a recipient has said already: by fingerprint, and for words on cells whether a program lost their author."""

    def __init__(self, rows: Iterable[CommentRow], recipient: str) -> None:
        """`recipient` '' = any."""
        self._prints: set[str] = set()
        self._authors: dict[tuple[str, ...], set[str]] = {}
        for row in rows:
            if recipient in {"", row.recipient}:
                self._prints.add(row.fingerprint)
                if row.source in _ON_CELLS:
                    self._authors.setdefault(_on_cell(from_row(row)), set()).add(row.author)

    def has(self, one: Comment) -> bool:
        """Whether a comment was taken in before. Some programs save notes and threads without their authors."""
        if one.fingerprint in self._prints:
            return True
        authors = self._authors.get(_on_cell(one), set()) if one.source in _ON_CELLS else set()
        return bool(authors) and (not one.author or "" in authors)


_ON_CELLS = (CommentSource.NOTE.value, CommentSource.THREAD.value)


def _on_cell(one: Comment) -> tuple[str, ...]:
    place = "" if one.row_key else one.place
    return (one.table_id, one.row_key, one.column_id, place, plain(one.text))


class Words:
    """What a comment is about, in words: its sheet, its row by key and first text, its column."""

    def __init__(self, content: Content | None, wanted: Iterable[tuple[str, str]]) -> None:
        """`wanted`: the (table, row key) pairs that words are needed for, so that long tables are read once."""
        self._titles: dict[str, str] = {EVIDENCE: "Evidence"}
        self._columns: dict[str, Sequence[Column]] = {EVIDENCE: EVIDENCE_COLUMNS}
        self._rows: dict[tuple[str, str], str] = {}
        if content is None:
            return
        needed: dict[str, set[str]] = {}
        for table_id, key in wanted:
            needed.setdefault(table_id, set()).add(key)
        for table in content.tables:
            self._titles[table.id] = table.title
            self._columns[table.id] = with_reviewer(table.columns)
            keys = needed.get(table.id, set()) - {""}
            if keys:
                for row in table.rows():
                    if str(row[0]) in keys:
                        self._rows[table.id, str(row[0])] = _first_words(row)
        for file in content.evidence:
            self._rows[EVIDENCE, file.ref] = file.title

    def about(self, table_id: str, row_key: str, column_id: str) -> str:
        """'Requirements: REQ-001, Register the meter (Status)'; '' when it is about the whole."""
        if not table_id and not row_key:
            return ""
        title = self._titles.get(table_id, table_id)
        text = self._rows.get((table_id, row_key), "")
        shown = text if len(text) <= 80 else f"{text[:79]}…"
        row = f"{row_key}, {shown}" if shown and shown != row_key else row_key
        column = next((one.title for one in self._columns.get(table_id, ()) if one.id == column_id), column_id)
        words = ": ".join(one for one in (title, row) if one)
        return f"{words} ({column})" if column else words


def _first_words(row: Sequence[object]) -> str:
    """The first cell that says more than the key does."""
    return next((str(cell) for cell in row[1:] if cell and str(cell) != str(row[0])), "")


def from_row(row: CommentRow, about: str = "") -> Comment:
    """A comment as it is kept."""
    return Comment(
        id=row.id,
        submission_id=row.submission_id,
        recipient=row.recipient,
        fingerprint=row.fingerprint,
        source=CommentSource(row.source),
        author=row.author,
        said_at=row.said_at,
        kind=row.kind,
        text=row.text,
        proposed=row.proposed,
        table_id=row.table_id,
        row_key=row.row_key,
        column_id=row.column_id,
        place=row.place,
        about=about,
        in_reply_to=row.in_reply_to,
        state=CommentState(row.state),
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        owner=row.owner,
        known=True,
    )


def in_threads(rows: Sequence[CommentRow]) -> list[CommentRow]:
    """Each comment followed by those that answer it; threads in the order in which they were taken in."""
    by_print: dict[tuple[int, str, str], CommentRow] = {
        (row.submission_id, row.recipient, row.fingerprint): row for row in rows
    }
    below: dict[tuple[int, str, str], list[CommentRow]] = {}
    tops: list[CommentRow] = []
    for row in rows:
        above = (row.submission_id, row.recipient, row.in_reply_to)
        if row.in_reply_to and above in by_print and row.in_reply_to != row.fingerprint:
            below.setdefault(above, []).append(row)
        else:
            tops.append(row)
    made: list[CommentRow] = []
    stack = list(reversed(tops))
    while stack:
        row = stack.pop()
        made.append(row)
        stack += reversed(below.pop((row.submission_id, row.recipient, row.fingerprint), []))
    return made

"""Comments as rows of the comments log of the next version, and what their numbers in it are."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.excel.cells import MAX_TEXT
from desktop.submissions.layout import EVIDENCE, places, texts
from desktop.submissions.model import Submission
from desktop.submissions.review.comments import Numbered
from desktop.submissions.service import SubmissionService
from local_db import reviews as rows
from local_db.connection import Connection

_LONGEST = 15_000
"""Characters of a text; a cell holds twice as many of the longest characters."""


def log_lines(
    connection: Connection, ref: str, recipient: str, submissions: SubmissionService
) -> tuple[tuple[str, ...], ...]:
    """One row for each comment of a recipient on a version of a reference, with its answer; numbered as taken in.

    So a comment that comes late to an older version changes no number.
    """
    versions = {one.id: one for one in rows.versions(connection).values() if one.ref.casefold() == ref.casefold()}
    found = [row for row in rows.comments(connection, versions) if row.recipient == recipient]
    tabs: dict[int, Mapping[tuple[str, str], str]] = {}
    made = []
    for number, row in enumerate(found, start=1):
        if row.submission_id not in tabs:
            tabs[row.submission_id] = _names(row.submission_id, submissions)
        names = tabs[row.submission_id]
        made.append(
            (
                str(number), names.get((row.table_id, ""), row.table_id), row.row_key,
                names.get((row.table_id, row.column_id), row.column_id), row.author, row.said_at[:10], row.kind,
                _short(row.text), _short(row.proposed), _short(row.answer), row.state,
            )
        )  # fmt: skip
    return tuple(made)


def numbers_of(connection: Connection, one: Submission, recipient: str) -> dict[str, Numbered]:
    """A recipient's comments in the log of a version by their number there: those on earlier versions."""
    versions = [v.id for v in rows.versions(connection).values() if v.ref == one.ref and v.version < one.version]
    found = [row for row in rows.comments(connection, versions) if row.recipient == recipient]
    return {str(number): (row.fingerprint, row.table_id, row.row_key) for number, row in enumerate(found, start=1)}


def _names(submission_id: int, submissions: SubmissionService) -> dict[tuple[str, str], str]:
    """Sheets by (table, '') and headings by (table, column)."""
    content = submissions.content(submission_id)
    made: dict[tuple[str, str], str] = {(EVIDENCE, ""): texts()["sheets"]["evidence"]["tab"]}
    for place in places(content.tables, with_evidence=bool(content.evidence)):
        made[place.table_id, ""] = place.tab
        for column, heading in zip(place.columns, place.headings, strict=True):
            made[place.table_id, column.id] = heading
    return made


def _short(text: str) -> str:
    if len(text) * 2 <= MAX_TEXT:
        return text
    return f"{text[:_LONGEST]}… [cut here: the whole text has {len(text):,} characters]"

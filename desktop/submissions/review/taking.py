"""Puts a reviewer's copy and its new comments into the workspace, inside one step that can be undone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from desktop.submissions.review.comments import Kept
from desktop.submissions.review.model import Review
from local_db import reviews as rows
from local_db.blobs import Blob
from local_db.edit import Edit

_COLUMNS = (
    "submission_id", "recipient", "fingerprint", "source", "author", "said_at", "kind", "text", "proposed", "table_id",
    "row_key", "column_id", "place", "in_reply_to", "state", "taken_at", "taken_by",
)  # fmt: skip


def put_in(
    step: Edit, review: Review, recipient: str, blob: Blob, *, left_out: Sequence[str], at: str, actor: str
) -> int:
    """Name the kept file and add the comments that are not there yet; returns how many."""
    submission_id = review.submission_id
    copies = rows.copies(step.connection, submission_id)
    if not any(copy.sha256 == blob.sha256 and copy.recipient == recipient for copy in copies):
        step.insert(
            "review_file",
            {
                "submission_id": submission_id, "recipient": recipient, "file_name": review.file_name,
                "sha256": blob.sha256, "size": blob.size,
                "differences": json.dumps([asdict(one) for one in review.differences], ensure_ascii=False),
                "taken_at": at, "taken_by": actor,
            },
        )  # fmt: skip
    kept = Kept(rows.comments(step.connection, [submission_id]), recipient)
    passed_over = set(left_out)
    new = [one for one in review.comments if one.fingerprint not in passed_over and not kept.has(one)]
    lines = [
        (
            submission_id, recipient, one.fingerprint, one.source.value, one.author, one.said_at, one.kind, one.text,
            one.proposed, one.table_id, one.row_key, one.column_id, one.place, one.in_reply_to, one.state.value, at,
            actor,
        )
        for one in new
    ]  # fmt: skip
    step.insert_many("review_comment", _COLUMNS, lines)
    return len(new)

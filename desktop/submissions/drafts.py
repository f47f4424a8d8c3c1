"""Drafts: made, changed, removed, and new versions. Every step can be undone until it is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from desktop.changes import Changes
from desktop.declarations.entered import paragraph
from desktop.errors import InvalidInput
from desktop.submissions.context import NOTHING, Desk, changes, name_of
from desktop.submissions.entered import columns, kind_of, own_title
from desktop.submissions.model import SubmissionDetails
from local_db import audit
from local_db import submissions as rows
from local_db.references import next_references

_CARRIED = ("kind", "title", "scope", "recipients", "milestone", "due", "mpan_choice", "covering", "note")
"""What a new version takes over from the one before."""


class Drafts:
    """Writes drafts."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def prepare(self, details: SubmissionDetails) -> tuple[int, Changes]:
        """See SubmissionService."""
        kind = kind_of(details.kind, self._desk)
        values = columns(details, kind, self._desk)
        with self._desk.edit("prepare", "Prepare a submission") as edit:
            ref = next_references(edit.connection, kind.code)[0]
            edit.title = f"Prepare {ref}"
            row_id = edit.insert("submission", {"ref": ref, "version": 1, "kind": kind.id, **values, **self._born()})
        return row_id, changes(edit.title)

    def edit(self, submission_id: int, details: SubmissionDetails) -> Changes:
        """See SubmissionService."""
        row = self._desk.draft(submission_id)
        if details.kind != row.kind:
            raise InvalidInput(
                "A submission stays of its kind.", safe=NOTHING, todo="Prepare another one.", field="kind"
            )
        kind = kind_of(row.kind, self._desk)
        if details.title == own_title(row, kind, self._desk):
            details = replace(details, title="")  # it is called after what it is over, which may be another now
        values = columns(details, kind, self._desk)
        differing = {key: value for key, value in values.items() if getattr(row, key) != value}
        if not differing:
            return Changes()
        title = f"Change {name_of(row)}"
        with self._desk.edit("edit", title) as edit:
            self._desk.draft(row.id, edit.connection)  # another thread may have frozen it since it was read
            edit.update("submission", [row.id], differing)
        return changes(title)

    def remove(self, submission_id: int) -> Changes:
        """See SubmissionService."""
        row = self._desk.draft(submission_id, todo="Withdraw it: that is a record of its own.")
        title = f"Remove the draft {name_of(row)}"
        with self._desk.edit("remove", title) as edit:
            self._desk.draft(row.id, edit.connection)
            edit.delete("submission", [row.id])
        return changes(title)

    def new_version(self, submission_id: int, reason: str) -> tuple[int, Changes]:
        """See SubmissionService."""
        reason = paragraph(reason, "reason")
        if not reason:
            raise InvalidInput("Say why a newer version is made.", safe=NOTHING, field="reason")
        row = self._desk.frozen(submission_id, todo="Change it as it is.")
        newest = rows.versions(self._desk.store.read(), row.ref)[0]
        if newest.state not in rows.LOCKED:
            raise InvalidInput(f"There is a draft of a newer version already: {name_of(newest)}.", safe=NOTHING)
        if row.state != "frozen":
            raise InvalidInput(
                f"{name_of(row)} was {row.state} already.",
                safe=NOTHING,
                todo="Prepare another one."
                if row.state == "withdrawn"
                else f"Make a new version of {name_of(newest)}.",
            )
        title = f"Start {row.ref} v{newest.version + 1}"
        with self._desk.edit("version", title) as edit:
            new_id = edit.insert(
                "submission",
                {
                    "ref": row.ref,
                    "version": newest.version + 1,
                    **{name: getattr(row, name) for name in _CARRIED},
                    "supersedes": row.id,
                    "reason": reason,
                    **self._born(),
                },
            )
        return new_id, changes(title)

    def _born(self) -> Mapping[str, object]:
        return {"created_at": audit.timestamp(self._desk.clock()), "created_by": self._desk.actor}

"""The audit log as witness of the rows about what was frozen: what was written is told to it, column by column.

A row that was changed, added or removed behind our back is then another one than the log tells of, and the log holds
by its own chain and by the heads that stand in frozen submissions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from local_db import submissions as rows
from local_db.connection import Connection

ROWS = "rows"
"""In the details of an entry: table to id to the row as it was written."""

_LEFT_OUT = {"submission": ("state",)}
"""A state follows from the events."""
_OWN = {
    "submission": "id", "frozen_submission": "submission_id", "submission_file": "submission_id",
    "submission_event": "submission_id", "sealed_pack": "submission_id",
}  # fmt: skip
"""Which column says whose row it is."""
_CALLED = {
    "submission": "its line", "frozen_submission": "what was frozen", "submission_file": "its file",
    "submission_event": "its event", "sealed_pack": "its pack",
}  # fmt: skip
_NAMES = {
    "ref": "reference", "mpan_choice": "choice of personal data", "covering": "covering note", "due": "due day",
    "supersedes": "version that it supersedes", "created_at": "moment when it was made", "created_by": "maker",
    "at": "moment", "by": "person", "sha256": "SHA-256", "content": "content hash", "their_ref": "reference of theirs",
    "file_name": "file name", "takes_back": "event that it takes back", "id": "number", "submission_id": "submission",
    "frozen_at": "moment of freezing", "frozen_by": "person who froze it",
}  # fmt: skip

Row = Mapping[str, object]


def told(connection: Connection, written: Iterable[tuple[str, int]]) -> dict[str, dict[str, dict[str, object]]]:
    """What an entry says of the rows (table, id) that were just written, inside the running `write()`."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    for table, row_id in written:
        row = rows.columns_of_one(connection, table, row_id)
        found.setdefault(table, {})[str(row_id)] = _without(table, row)
    return found


class Witness:
    """What the log tells, beside what is there: read at once."""

    def __init__(self, connection: Connection) -> None:
        """Read both. Raises WorkspaceDamaged for what cannot be read."""
        self._there = {table: rows.columns_of(connection, table) for table in rows.WITNESSED}
        self._told: dict[str, dict[int, Row]] = {table: {} for table in rows.WITNESSED}
        for text in rows.witnesses(connection):
            for table, by_id in _rows_in(text).items():
                self._told.get(table, {}).update(by_id)

    def frozen(self) -> set[int]:
        """Ids of versions that the log, a frozen row, a file or an event speaks of."""
        found: set[int] = set()
        for table, owner in _OWN.items():
            known = self._told[table].values()
            there = () if table == "submission" else self._there[table].values()
            found |= {one[owner] for one in (*known, *there) if isinstance(one.get(owner), int)}
        return found

    def gone(self) -> tuple[str, ...]:
        """Names of versions that the log or a row speaks of and that are not there."""
        missing = sorted(self.frozen() - set(self._there["submission"]))
        return tuple(self._name(one) for one in missing)

    def faults(self, submission_id: int) -> list[str]:
        """What is kept of a version otherwise than the log tells: its row, what was frozen, its files and events."""
        return [
            fault
            for table in rows.WITNESSED
            for row_id in self._of(table, submission_id)
            for fault in self._row_faults(table, row_id)
        ]

    def _of(self, table: str, submission_id: int) -> list[int]:
        """Ids of the rows that are a version's, by what is there or by what is told."""
        both = (*self._there[table].items(), *self._told[table].items())
        return sorted({row_id for row_id, row in both if row.get(_OWN[table]) == submission_id})

    def _row_faults(self, table: str, row_id: int) -> list[str]:
        what = _CALLED[table] + (f" {row_id}" if table not in {"submission", "frozen_submission"} else "")
        known, row = self._told[table].get(row_id), self._there[table].get(row_id)
        if known is None:
            return [f"The audit log does not tell of {what}."]
        if row is None:
            return [f"The audit log tells of {what}, which is not in the workspace any more."]
        here = _without(table, row)
        return [
            f"The audit log tells of another {_NAMES.get(one, one)} of {what}."
            for one in here
            if one not in known or known[one] != here[one]
        ]

    def _name(self, submission_id: int) -> str:
        row = self._told["submission"].get(submission_id, {})
        return f"{row['ref']} v{row['version']}" if "ref" in row and "version" in row else "A submission"


def _without(table: str, row: Row) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in _LEFT_OUT.get(table, ())}


def _rows_in(text: str) -> dict[str, dict[int, Row]]:
    """What an entry's details tell of rows; what cannot be read tells of none (the chain says that it was changed)."""
    try:
        told_here: Any = json.loads(text)[ROWS]
        return {table: {int(row_id): dict(row) for row_id, row in by_id.items()} for table, by_id in told_here.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}

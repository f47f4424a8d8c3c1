"""The audit log as witness of the rows about signatures: what was written is told to it, column by column.

A row that was changed, added or removed behind our back is then another one than the log tells of, and the log holds
by its own chain and by the heads that were signed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from desktop.declarations.body import sha256
from local_db import declarations as rows
from local_db.connection import Connection

ROWS = "rows"
"""In the details of an entry: table to id to the row as it was written."""

_LEFT_OUT = {"declaration": ("state",), "declaration_record": ("body",)}
"""A state follows from the events; a body from its SHA-256."""
_NAMES = {
    "ref": "reference", "prepared_by": "preparer", "plan_id": "plan", "activity_id": "activity", "due": "due day",
    "supersedes": "version that it supersedes", "created_at": "moment when it was made", "created_by": "maker",
    "at": "moment", "by": "person", "key_id": "key", "signed_at": "moment of signing", "sha256": "SHA-256",
    "public_key": "public key", "kept": "place", "retired": "reason why it is retired", "id": "number",
    "declaration_id": "declaration",
}  # fmt: skip
_OWN = {"declaration": "id", "declaration_record": "declaration_id", "declaration_event": "declaration_id"}
"""Which column says whose row it is."""

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
        self._signatures: dict[str, Mapping[str, Any]] = {}
        for text in rows.witnesses(connection):
            details = _details(text)
            for table, by_id in _rows_in(details).items():
                self._told.get(table, {}).update(by_id)
            if "signature" in details:
                self._signatures.setdefault(str(details.get("sha256")), details)

    def signature(self, sha256_of_body: str) -> Mapping[str, Any] | None:
        """What the log tells of the signature over a body with this hash (hex); None when it tells of none."""
        return self._signatures.get(sha256_of_body)

    def signed(self) -> set[int]:
        """Ids of declarations that the log, a record or an event speaks of."""
        found = set(self._told["declaration"])
        for table in ("declaration_record", "declaration_event"):
            for one in (*self._told[table].values(), *self._there[table].values()):
                owner = one.get("declaration_id")
                found |= {owner} if isinstance(owner, int) else set()
        return found

    def gone(self) -> tuple[str, ...]:
        """Names of declarations that the log or a record speaks of and that are not there."""
        missing = sorted(self.signed() - set(self._there["declaration"]))
        return tuple(self._name(one) for one in missing)

    def declaration_faults(self, declaration_id: int) -> list[str]:
        """What is kept of a declaration otherwise than the log tells: its row, records, events, and their keys."""
        found = []
        for name in self._differing("declaration", declaration_id):
            found.append(f"The {name} in the workspace is another one than when it was signed.")
        for table, words in (("declaration_record", "signature"), ("declaration_event", "event")):
            for row_id in self._of(table, declaration_id):
                found += self._row_faults(table, row_id, f"its {words} {row_id}")
        for record in self._there["declaration_record"].values():
            if record["declaration_id"] == declaration_id and isinstance(record["key_id"], int):
                found += self.key_faults(record["key_id"], of=record)
        return found

    def key_faults(self, key_id: int, of: Row | None = None) -> list[str]:
        """What is kept of a signing key otherwise than the log tells; `of`: a record that was signed with it."""
        key = self._there["signing_key"].get(key_id)
        found = self._row_faults("signing_key", key_id, "the signing key")
        if key is None:
            return found or ["The signing key of it is not in the workspace any more."]
        if _fingerprint(str(key["public_key"])) != key["fingerprint"]:
            found.append("The fingerprint of the signing key is not that of its public key.")
        if of is not None and _fingerprint_in(str(of["body"])) != key["fingerprint"]:
            found.append("The signing key in the workspace is another one than the one that signed.")
        return found

    def keys(self) -> dict[int, str]:
        """Every key that is there or told of, by id, with what to call it."""
        ids = sorted(set(self._there["signing_key"]) | set(self._told["signing_key"]))
        called = {one: self._told["signing_key"].get(one) or self._there["signing_key"][one] for one in ids}
        return {one: f"Signing key {str(row.get('fingerprint', ''))[:16]}" for one, row in called.items()}

    def _of(self, table: str, declaration_id: int) -> list[int]:
        """Ids of the rows that are a declaration's, by what is there or by what is told."""
        both = (*self._there[table].items(), *self._told[table].items())
        return sorted({row_id for row_id, row in both if row.get(_OWN[table]) == declaration_id})

    def _row_faults(self, table: str, row_id: int, what: str) -> list[str]:
        if row_id not in self._told[table]:
            return [f"The audit log does not tell of {what}."] if row_id in self._there[table] else []
        if row_id not in self._there[table]:
            return [f"The audit log tells of {what}, which is not in the workspace any more."]
        return [f"The audit log tells of another {name} of {what}." for name in self._differing(table, row_id)]

    def _differing(self, table: str, row_id: int) -> list[str]:
        """Names of the columns that are not as the log tells."""
        known, row = self._told[table].get(row_id), self._there[table].get(row_id)
        if known is None or row is None:
            return []
        here = _without(table, row)
        return [_NAMES.get(one, one) for one in here if one not in known or known[one] != here[one]]

    def _name(self, declaration_id: int) -> str:
        row = self._told["declaration"].get(declaration_id, {})
        return f"{row['ref']} v{row['version']}" if "ref" in row and "version" in row else "A declaration"


def _without(table: str, row: Row) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in _LEFT_OUT.get(table, ())}


def _details(text: str) -> Mapping[str, Any]:
    """An entry's details; what cannot be read tells of nothing (the chain says that it was changed)."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _rows_in(details: Mapping[str, Any]) -> dict[str, dict[int, Row]]:
    """What an entry's details tell of rows; what cannot be read tells of none."""
    try:
        told_here: Any = details[ROWS]
        return {table: {int(row_id): dict(row) for row_id, row in by_id.items()} for table, by_id in told_here.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def _fingerprint(public_key: str) -> str:
    try:
        return sha256(base64.b64decode(public_key, validate=True))
    except ValueError:
        return ""


def _fingerprint_in(body: str) -> object:
    try:
        return json.loads(body)["key"]["fingerprint"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None

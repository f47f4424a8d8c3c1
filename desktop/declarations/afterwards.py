"""What becomes of a signed declaration: said by hand, kept as events; exported."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.declarations import entered, export_set, witness
from desktop.declarations.export_files import OF_THE_SYSTEM
from desktop.declarations.model import NEXT, DeclarationState
from desktop.declarations.reading import Reader, details_of, state_of
from desktop.declarations.set_back import must_not_be_set_back
from desktop.declarations.shape import WITHDRAWAL
from desktop.errors import FileRefused, InvalidInput, WorkspaceDamaged
from desktop.own_files import must_be_free
from local_db import audit
from local_db import declarations as rows
from local_db.blobs import BlobStore
from local_db.connection import Store
from local_db.declarations import DeclarationRow, EventRow, RecordRow

_SAID = (DeclarationState.SUBMITTED, DeclarationState.ACKNOWLEDGED, DeclarationState.RETURNED)
_VERBS = {
    DeclarationState.SUBMITTED: "submitted",
    DeclarationState.ACKNOWLEDGED: "acknowledged",
    DeclarationState.RETURNED: "returned",
}


class Afterwards:
    """Writes and reads what comes after the signature."""

    def __init__(self, store: Store, blobs: BlobStore, reader: Reader, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._blobs = blobs
        self._reader = reader
        self._actor = actor
        self._clock = clock

    def say(self, declaration_id: int, state: DeclarationState, recipient: str, note: str) -> Changes:
        """See DeclarationService. Each recipient goes its own way; the declaration is as far as the last of them."""
        self._store.require_writable()
        recipient, note = entered.line(recipient, "recipient"), entered.paragraph(note, "note")
        if state not in _SAID:
            raise InvalidInput("Say that it was submitted, acknowledged or returned.", field="state")
        if state is DeclarationState.RETURNED and not note:
            raise InvalidInput("Say why it was returned.", safe="Nothing was changed.", field="note")
        with self._store.write() as connection:
            row = self._reader.row(declaration_id, connection)
            if row.rehearsal:
                raise InvalidInput(
                    f"{_name(row)} is a rehearsal: it is never submitted.", safe="Nothing was changed.", field="state"
                )
            if not state_of(row).locked:
                raise InvalidInput(f"{_name(row)} is not signed yet.", safe="Nothing was changed.", field="state")
            recipient = self._recipient(row, recipient)
            told = ways(rows.events(connection, [row.id]))
            now = state_of(row)
            if now.stands and recipient:
                now = told.get(recipient, told.get("", DeclarationState.SIGNED))
            if state not in NEXT[now]:
                who = f" for {recipient}" if recipient else ""
                raise InvalidInput(
                    f"{_name(row)} is {now.value}{who}: it cannot be {_VERBS[state]} next.",
                    safe="Nothing was changed.",
                    todo=_todo(now),
                    field="state",
                )
            at = self._clock()
            must_not_be_set_back(connection, at, safe="Nothing was changed.")
            whole = whole_of({**told, recipient: state} if recipient else {"": state})
            event = EventRow(row.id, state.value, audit.timestamp(at), self._actor, recipient, note)
            written = [("declaration_event", rows.add_event(connection, event))]
            rows.set_state(connection, row.id, whole.value)
            title = f"Say that {_name(row)} was {_VERBS[state]}"
            facts: dict[str, object] = {
                "declaration_id": row.id,
                "state": state.value,
                "recipient": recipient,
                "note": note,
            }
            facts |= {witness.ROWS: witness.told(connection, written)}
            self._store.record("declaration.say", title, facts, actor=self._actor, at=at, barrier=True)
        return Changes.of(Subject.DECLARATIONS, title=title, count=1)

    def files(self, declaration_id: int, kind: str = "") -> dict[str, bytes]:
        """The files of what was signed, as they are exported. `kind` withdrawal: those of the withdrawal.

        Raises InvalidInput for a draft, WorkspaceDamaged for a kept copy that is gone.
        """
        row = self._reader.row(declaration_id)
        for record in rows.records(self._store.read(), [declaration_id]):
            if (record.kind == WITHDRAWAL) == (kind == WITHDRAWAL):
                return self.files_of(record)
        if not state_of(row).locked:
            raise InvalidInput(f"{_name(row)} is not signed yet.", todo="Sign it first.")
        raise WorkspaceDamaged(f"What was signed as {_name(row)} is not here.", todo="Restore a backup.")

    def export(self, declaration_id: int, folder: Path, *, as_zip: bool) -> Path:
        """See DeclarationService."""
        sets = self._sets(declaration_id, folder, as_zip=as_zip)
        to_write = []
        for target, files in sets.items():
            must_be_free(self._blobs.folder, target)
            if not target.exists() and not target.is_symlink():
                to_write.append(target)
            elif not _is_there(target, files, as_zip=as_zip):
                raise FileRefused(
                    f"{target.name} is there already, with something else in it.",
                    safe="Nothing was written over.",
                    todo="Choose another folder, or move it away first.",
                )
        for target in to_write:
            _write(target, sets[target], as_zip=as_zip)
        return next(iter(sets))

    def there_already(self, declaration_id: int, folder: Path, *, as_zip: bool) -> tuple[Path, ...]:
        """See DeclarationService."""
        sets = self._sets(declaration_id, folder, as_zip=as_zip)
        return tuple(target for target, files in sets.items() if _is_there(target, files, as_zip=as_zip))

    def _sets(self, declaration_id: int, folder: Path, *, as_zip: bool) -> dict[Path, dict[str, bytes]]:
        """Where an export goes, to the files of it: the declaration's first, then its withdrawal's."""
        sets = [self.files(declaration_id)]
        if any(one.kind == WITHDRAWAL for one in rows.records(self._store.read(), [declaration_id])):
            sets.append(self.files(declaration_id, WITHDRAWAL))
        found = {}
        for files in sets:
            name = export_set.folder_name(json.loads(files[export_set.JSON_NAME]))
            found[folder / (f"{name}.zip" if as_zip else name)] = files
        return found

    def files_of(self, record: RecordRow) -> dict[str, bytes]:
        """The files of one record. Raises ValueError, TypeError, PlainError for what nobody here wrote."""
        body = body_of(record)
        kept = json.loads(record.files)
        scan = body.get("scan")
        besides = export_set.scan_name(scan["file_name"]) if scan else ""
        copies = {name: self._blobs.path(hashed).read_bytes() for name, hashed in kept.items() if name != besides}
        signed_file = (scan["file_name"], self._blobs.path(kept[besides]).read_bytes()) if scan else None
        key = body.get("key")
        public = base64.b64decode(key["public_key"], validate=True) if key else None
        signature = base64.b64decode(record.signature, validate=True)
        return export_set.exported(record.body.encode(), signature, public, copies, signed_file)

    def _recipient(self, row: DeclarationRow, recipient: str) -> str:
        """A recipient by its id, from its id or name. Raises InvalidInput for one that it is not for."""
        if not recipient:
            return ""
        parties = self._reader.facts().parties
        recipients = details_of(row).recipients
        for one in recipients:
            name = parties.recipient_names([one])[0]
            if recipient.casefold() in {one.casefold(), name.casefold()}:
                return str(one)
        known = ", ".join(recipients)
        raise InvalidInput(
            f"{_name(row)} is not for “{recipient}”.",
            safe="Nothing was changed.",
            todo=f"It is for {known}." if known else "",
            field="recipient",
        )


def ways(events: Sequence[EventRow]) -> dict[str, DeclarationState]:
    """The last state for each recipient ('' = said of all)."""
    found: dict[str, DeclarationState] = {}
    for one in events:
        if one.state in {said.value for said in (DeclarationState.SIGNED, *_SAID)}:  # signed: or back to it
            if not one.recipient:
                found.clear()
            found[one.recipient] = DeclarationState(one.state)
    return found


def whole_of(ways: Mapping[str, DeclarationState]) -> DeclarationState:
    """Of the declaration: returned by one is returned, then not yet acknowledged by one."""
    order = (DeclarationState.RETURNED, DeclarationState.SUBMITTED, DeclarationState.ACKNOWLEDGED)
    return next((one for one in order if one in ways.values()), DeclarationState.SIGNED)


def _todo(now: DeclarationState) -> str:
    allowed = [one for one in NEXT[now] if one in _SAID]
    return f"It can be {' or '.join(_VERBS[one] for one in allowed)}." if allowed else ""


def _is_there(target: Path, files: Mapping[str, bytes], *, as_zip: bool) -> bool:
    """Whether an export stands there, byte for byte. What file managers leave in a folder is passed over."""
    try:
        if target.is_symlink():
            return False
        if as_zip:
            return target.is_file() and _holds(target, export_set.zipped(files))
        there = {one.name for one in target.iterdir() if one.name not in OF_THE_SYSTEM} if target.is_dir() else set()
        return there == set(files) and all(_holds(target / name, data) for name, data in files.items())
    except OSError:
        return False


def _holds(path: Path, data: bytes) -> bool:
    return not path.is_symlink() and path.stat().st_size == len(data) and path.read_bytes() == data


def _write(target: Path, files: Mapping[str, bytes], *, as_zip: bool) -> None:
    try:
        if as_zip:
            with target.open("xb") as file:
                file.write(export_set.zipped(files))
            return
        target.mkdir()
        for name, data in files.items():
            with (target / name).open("xb") as file:
                file.write(data)
    except OSError as error:
        raise FileRefused(
            f"{target.name} could not be written: {error.strerror or error}.",
            safe="Nothing was written over.",
            todo="Choose another folder.",
        ) from error


def body_of(record: RecordRow) -> Mapping[str, Any]:
    """What was signed, as JSON; {} when it cannot be read."""
    try:
        body = json.loads(record.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _name(row: DeclarationRow) -> str:
    return f"{row.ref} v{row.version}"

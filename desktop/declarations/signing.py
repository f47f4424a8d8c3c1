"""Signing, locking with a scan, withdrawing: the signature first, then one transaction that holds all of it or nothing.

A signature says which head of the audit log it was made over. The transaction looks whether that is still the head:
when something was written meanwhile, everything is read and signed anew, once, and only when the sheet is the same.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop.clock import Clock
from desktop.declarations import body as bodies
from desktop.declarations import putting_together as together
from desktop.declarations import witness
from desktop.declarations.copies import copies_of
from desktop.declarations.export_set import scan_name
from desktop.declarations.facts import Facts
from desktop.declarations.keys import KeyService
from desktop.declarations.model import (
    DeclarationState,
    PdfPrinter,
    Problem,
    Sheet,
    SignatoryWords,
    SigningKey,
    SigningRefused,
)
from desktop.declarations.reading import Reader, state_of
from desktop.declarations.scans import Scan, read_scan
from desktop.declarations.set_back import must_not_be_set_back
from desktop.declarations.shape import check_body
from desktop.declarations.sheet import evidence_rows, sheet_of
from desktop.declarations.signatory import must_be_signable, signatory
from desktop.errors import InvalidInput, WorkspaceError
from local_db import audit
from local_db import declarations as rows
from local_db.blobs import Blob, BlobStore
from local_db.connection import Connection, Store
from local_db.declarations import DeclarationRow, EventRow, RecordRow

_ONE_AT_A_TIME = threading.Lock()
"""Two signatures at once would each find the log changed by the other. And a passphrase that is stretched in several
threads at once never is: OpenSSL's lanes then wait for one another for ever."""
_NOTHING = "Nothing was signed."
_TRIES = 2


@dataclass(frozen=True)
class _Made:
    """A signature with all that goes with it, before anything is kept."""

    data: bytes
    body: Mapping[str, Any]
    signature: bytes
    copies: Mapping[str, bytes]
    head: tuple[int, str]
    at: datetime


class Signing:
    """Signs."""

    def __init__(  # noqa: PLR0917 - wired once, by the service of declarations
        self, store: Store, blobs: BlobStore, reader: Reader, keys: KeyService, actor: str, clock: Clock
    ) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._blobs = blobs
        self._reader = reader
        self._keys = keys
        self._actor = actor
        self._clock = clock

    def sheet(self, declaration_id: int, facts: Facts) -> Sheet:
        """The sheet of a declaration. Raises NotFound."""
        declaration = self._reader.get(declaration_id, facts)
        return sheet_of(declaration, facts, evidence_rows(self._store, declaration_id, declaration.details, facts))

    def must_be_signable(self, declaration_id: int, words: SignatoryWords, digest: str) -> None:
        """See DeclarationService."""
        self._store.require_writable()
        must_not_be_set_back(self._store.read(), self._clock(), safe=_NOTHING)
        sheet = self.sheet(declaration_id, self._reader.facts())
        must_be_signable(sheet, signatory(words), digest, key=None, scan=True)

    def sign(
        self, declaration_id: int, words: SignatoryWords, digest: str, passphrase: str, printer: PdfPrinter | None
    ) -> None:
        """See DeclarationService."""
        self._store.require_writable()
        must_not_be_set_back(self._store.read(), self._clock(), safe=_NOTHING)

        def make() -> tuple[_Made, Sheet, Facts]:
            facts = self._reader.facts()
            sheet = self.sheet(declaration_id, facts)
            named = signatory(words)
            must_be_signable(sheet, named, digest, key=self._keys.key_for(named.name))
            key = self._key_of(named.name)
            made = self._made(sheet, facts, named, printer, key=key, passphrase=passphrase)
            return made, sheet, facts

        with _ONE_AT_A_TIME:
            self._signed(declaration_id, make, "declaration")

    def sign_with_scan(self, declaration_id: int, words: SignatoryWords, path: Path, digest: str) -> None:
        """See DeclarationService."""
        self._store.require_writable()
        must_not_be_set_back(self._store.read(), self._clock(), safe=_NOTHING)
        scan = read_scan(path)

        def make() -> tuple[_Made, Sheet, Facts]:
            facts = self._reader.facts()
            sheet = self.sheet(declaration_id, facts)
            named = signatory(words)
            must_be_signable(sheet, named, digest, key=None, scan=True)
            return self._made(sheet, facts, named, None, scan=scan), sheet, facts

        with _ONE_AT_A_TIME:
            self._signed(declaration_id, make, "scan", scan)

    def withdraw(
        self, declaration_id: int, grounds: str, words: SignatoryWords, passphrase: str, printer: PdfPrinter | None
    ) -> None:
        """See DeclarationService."""
        self._store.require_writable()
        must_not_be_set_back(self._store.read(), self._clock(), safe="Nothing was withdrawn.")
        row = self._reader.row(declaration_id)
        state = state_of(row)
        if not state.stands:
            raise InvalidInput(
                f"{_name(row)} " + (f"was {state.value} already." if state.locked else "is not signed."),
                safe="Nothing was withdrawn.",
                todo="" if state.locked else "Remove the draft.",
            )
        with _ONE_AT_A_TIME:
            self._withdrawn(row, grounds, words, passphrase, printer)

    def _withdrawn(
        self, row: DeclarationRow, grounds: str, words: SignatoryWords, passphrase: str, printer: PdfPrinter | None
    ) -> None:
        for _ in range(_TRIES):
            made = self._withdrawal(row, grounds, words, passphrase, printer)
            blobs = self._kept(made)
            with self._store.write() as connection:
                if rows.head(connection) != made.head:
                    continue
                self._must_stand(connection, row)
                for blob in blobs:
                    self._blobs.name(connection, blob, made.at)
                record = self._record(row.id, "withdrawal", made)
                written = [("declaration_record", rows.add_record(connection, record))]
                rows.set_state(connection, row.id, DeclarationState.WITHDRAWN.value)
                written.append(self._event(connection, row.id, DeclarationState.WITHDRAWN, made.at, grounds))
                facts = _facts(record, witness.told(connection, written))
                title = f"Withdraw {_name(row)}"
                self._store.record("declaration.withdraw", title, facts, actor=self._actor, at=made.at, barrier=True)
                return
        raise _written_meanwhile("withdrawn")

    # -- the parts of a signature --------------------------------------------------------------------------------------

    def _made(
        self,
        sheet: Sheet,
        facts: Facts,
        words: SignatoryWords,
        printer: PdfPrinter | None,
        *,
        key: SigningKey | None = None,
        passphrase: str = "",
        scan: Scan | None = None,
    ) -> _Made:
        at = self._clock()
        with self._store.reading() as connection:
            head = rows.head(connection)
        declaration = sheet.declaration
        body = together.declaration_body(
            sheet,
            facts,
            evidence_rows(self._store, declaration.id, declaration.details, facts),
            words,
            at=at,
            head=head,
            key=self._keys.public_key(key) if key else None,
            scan=scan.part if scan else None,
            supersedes=self._superseded(declaration.supersedes, declaration.reason),
        )
        return self._sealed(body, head, at, printer, key, passphrase)

    def _sealed(  # noqa: PLR0917 - the parts of one signature
        self,
        body: Mapping[str, Any],
        head: tuple[int, str],
        at: datetime,
        printer: PdfPrinter | None,
        key: SigningKey | None,
        passphrase: str,
    ) -> _Made:
        copies = copies_of(body, printer)
        data = bodies.sealed(body, copies)
        whole = json.loads(data)
        check_body(whole)
        signature = self._keys.sign(key, data, passphrase=passphrase) if key else b""
        return _Made(data, whole, signature, copies, head, at)

    def _withdrawal(
        self, row: DeclarationRow, grounds: str, words: SignatoryWords, passphrase: str, printer: PdfPrinter | None
    ) -> _Made:
        facts = self._reader.facts()
        sheet = self.sheet(row.id, facts)
        named = signatory(words)
        must_be_signable(sheet, named, None, key=self._keys.key_for(named.name), grounds=grounds)
        key = self._key_of(named.name)
        signed = self._reader.signed(row.id)
        if signed is None:
            raise WorkspaceError(
                f"What was signed as {_name(row)} is not here.", safe="Nothing was withdrawn.", todo="Restore a backup."
            )
        at = self._clock()
        with self._store.reading() as connection:
            head = rows.head(connection)
        body = bodies.withdrawal_body(
            reference=row.ref,
            version=row.version,
            rehearsal=bool(row.rehearsal),
            title=row.title,
            organisation=together.organisation_part(facts),
            withdraws={"reference": row.ref, "version": row.version, "sha256": signed.record.sha256},
            grounds=grounds,
            signatory=together.signatory_part(named, sheet, facts),
            signed_at=at,
            audit_head={"seq": head[0], "h": head[1]},
            key=bodies.key_part(self._keys.public_key(key)),
        )
        return self._sealed(body, head, at, printer, key, passphrase)

    def _signed(
        self,
        declaration_id: int,
        make: Callable[[], tuple[_Made, Sheet, Facts]],
        kind: str,
        scan: Scan | None = None,
    ) -> None:
        for _ in range(_TRIES):
            made, sheet, _facts_then = make()
            blobs = self._kept(made, scan)
            with self._store.write() as connection:
                if rows.head(connection) != made.head:
                    continue
                self._keep(connection, declaration_id, made, sheet, kind, blobs, scan)
                return
        raise _written_meanwhile("signed")

    def _keep(  # noqa: PLR0917 - the parts of one signature
        self,
        connection: Connection,
        declaration_id: int,
        made: _Made,
        sheet: Sheet,
        kind: str,
        blobs: list[Blob],
        scan: Scan | None,
    ) -> None:
        """All of it, inside the transaction."""
        row = self._reader.row(declaration_id, connection)
        for blob in blobs:
            self._blobs.name(connection, blob, made.at)
        # What was left open is kept as it was signed, while the row may still be changed.
        rows.settle(
            connection,
            declaration_id,
            recipients=json.dumps([one["id"] for one in made.body["recipients"]]),
            roles=json.dumps([one["id"] for one in made.body["roles"]]),
            milestone=(made.body["milestone"] or {}).get("id", ""),
        )
        record = self._record(declaration_id, kind, made, scan)
        written = [("declaration", declaration_id), ("declaration_record", rows.add_record(connection, record))]
        rows.set_state(connection, declaration_id, DeclarationState.SIGNED.value)
        written.append(self._event(connection, declaration_id, DeclarationState.SIGNED, made.at))
        if row.supersedes is not None:
            before = self._reader.row(row.supersedes, connection)
            if state_of(before).stands:
                rows.set_state(connection, before.id, DeclarationState.SUPERSEDED.value)
                note = f"By {_name(row)}: {row.reason}"
                written.append(self._event(connection, before.id, DeclarationState.SUPERSEDED, made.at, note))
        told = _facts(record, witness.told(connection, written))
        title = f"Sign {sheet.declaration.name}"
        self._store.record("declaration.sign", title, told, actor=self._actor, at=made.at, barrier=True)

    def _kept(self, made: _Made, scan: Scan | None = None) -> list[Blob]:
        """The copies on the drive under their hashes, before any row names them."""
        files = [*made.copies.values(), *([scan.data] if scan else [])]
        return [self._blobs.settle(self._blobs.stage([data]), "evidence") for data in files]

    def _record(self, declaration_id: int, kind: str, made: _Made, scan: Scan | None = None) -> RecordRow:
        files = dict(made.body["files"])
        if scan is not None:
            files[scan_name(scan.part["file_name"])] = scan.part["sha256"]
        key = made.body.get("key")
        known = {one.fingerprint: one.id for one in self._keys.keys()}  # noqa: SIM118 - a service, no dict
        key_id = known[key["fingerprint"]] if key else None
        return RecordRow(
            declaration_id,
            kind,
            made.data.decode(),
            bodies.sha256(made.data),
            base64.b64encode(made.signature).decode(),
            key_id,
            json.dumps(files, ensure_ascii=False),
            made.body["signed_at"],
        )

    def _superseded(self, declaration_id: int | None, reason: str) -> bodies.SupersededPart | None:
        if declaration_id is None:
            return None
        row, signed = self._reader.row(declaration_id), self._reader.signed(declaration_id)
        if signed is None:
            raise WorkspaceError(
                f"What was signed as {_name(row)}, which this one supersedes, is not here.",
                safe=_NOTHING,
                todo="Restore a backup.",
            )
        return {"reference": row.ref, "version": row.version, "sha256": signed.record.sha256, "reason": reason}

    def _key_of(self, person: str) -> SigningKey:
        key = self._keys.key_for(person)
        if key is None:  # it was retired meanwhile
            raise SigningRefused([Problem("key", "There is no signing key for this name any more.")])
        return key

    def _must_stand(self, connection: Connection, row: DeclarationRow) -> None:
        if not state_of(self._reader.row(row.id, connection)).stands:
            raise _written_meanwhile("withdrawn")

    def _event(
        self, connection: Connection, declaration_id: int, state: DeclarationState, at: datetime, note: str = ""
    ) -> tuple[str, int]:
        event = EventRow(declaration_id, state.value, audit.timestamp(at), self._actor, "", note)
        return "declaration_event", rows.add_event(connection, event)


def _facts(record: RecordRow, written: Mapping[str, object]) -> dict[str, object]:
    """What the audit log says of a signature, with the rows that were written for it."""
    return {
        "declaration_id": record.declaration_id,
        "kind": record.kind,
        "sha256": record.sha256,
        "signature": record.signature,
        "files": json.loads(record.files),
        "signed_at": record.signed_at,
        witness.ROWS: written,
    }


def _written_meanwhile(what: str) -> WorkspaceError:
    return WorkspaceError(
        "Something else was written to the workspace at the same moment.",
        safe=f"Nothing was {what}.",
        todo="Read the declaration again, then do it once more.",
    )


def _name(row: DeclarationRow) -> str:
    return f"{row.ref} v{row.version}"

"""Verifies what a workspace keeps of signed declarations: as exported, against the rows, and against the audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from desktop.clock import Clock
from desktop.declarations import set_back
from desktop.declarations.afterwards import Afterwards, body_of, ways, whole_of
from desktop.declarations.body import sha256
from desktop.declarations.model import Verdict
from desktop.declarations.reading import Reader
from desktop.declarations.verify import verify_files
from desktop.declarations.witness import Witness
from desktop.errors import InvalidInput, NotFound, PlainError, WorkspaceDamaged
from desktop.history import HistoryService
from desktop.jobs import Job
from local_db import declarations as rows
from local_db.audit import ChainReport
from local_db.connection import Store
from local_db.declarations import DeclarationRow, RecordRow

_UNREADABLE = (WorkspaceDamaged, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""What rows that nobody here wrote make of reading them: a text that is no text, JSON that is none."""


class Kept:
    """Verifies what is kept."""

    def __init__(self, store: Store, reader: Reader, afterwards: Afterwards, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._reader = reader
        self._afterwards = afterwards
        self._history = HistoryService(store, actor, clock)

    def verify_all(self, job: Job, chain: ChainReport | None = None) -> tuple[tuple[str, Verdict], ...]:
        """See DeclarationService."""
        chain = chain or self._history.verify(job)
        try:
            witness = Witness(self._store.read())
        except WorkspaceDamaged as error:
            return (("The declarations", _unsound("", str(error))),)
        speaks = witness.signed()
        found = []
        for row in rows.declarations(self._store.read()):
            if row.state in rows.LOCKED or row.id in speaks:
                found.append((_name(row), self._of_one(row.id, chain, witness)))
                job.check()
        found += [(name, _unsound(name, "It is not in the workspace any more.")) for name in witness.gone()]
        for key_id, name in witness.keys().items():
            if faults := witness.key_faults(key_id):
                found.append((name, Verdict(False, "", "", "", "", "", tuple(faults), ())))
        return tuple(found)

    def verify_kept(self, declaration_id: int) -> Verdict:
        """See DeclarationService."""
        return self._of_one(declaration_id, None, None)

    def _of_one(self, declaration_id: int, chain: ChainReport | None, witness: Witness | None) -> Verdict:
        name = ""
        try:
            row = self._reader.row(declaration_id)
            name = _name(row)
            return self._verified(row, chain or self._history.verify(), witness or Witness(self._store.read()))
        except (InvalidInput, NotFound):
            raise
        except _UNREADABLE as error:
            return _unsound(name, str(error) if isinstance(error, WorkspaceDamaged) else "")

    def _verified(self, row: DeclarationRow, chain: ChainReport, witness: Witness) -> Verdict:
        signed = {record.kind: record for record in rows.records(self._store.read(), [row.id])}
        record = signed.get("declaration") or signed.get("scan")
        if record is None:
            if row.state in rows.LOCKED or row.id in witness.signed():
                return _unsound(_name(row), "What was signed is not in the workspace any more.")
            raise InvalidInput(f"{_name(row)} is not signed yet.", todo="Sign it first.")
        verdict = self._verdict(row, record, witness)
        faults = [*verdict.faults, *self._of_row(row, record), *self._of_state(row, signed)]
        notes = self._clock_notes(row, record)
        if withdrawal := signed.get("withdrawal"):
            told = self._verdict(row, withdrawal, witness)
            faults += [f"Of the withdrawal: {one}" for one in told.faults]
            if (body_of(withdrawal).get("withdraws") or {}).get("sha256") != record.sha256:
                faults.append("The withdrawal is of something else than what was signed.")
            notes += tuple(f"Of the withdrawal: {one}" for one in self._log_note(withdrawal))
            notes += set_back.note_after_other(withdrawal.signed_at, record.signed_at, "what it withdraws")
        faults += witness.declaration_faults(row.id)
        if not chain.ok:
            faults.append(f"The audit log does not hold from entry {chain.broken_at}: {chain.why}.")
        told_notes = (*verdict.notes, *notes) if not faults else verdict.notes
        return replace(verdict, ok=not faults, faults=tuple(dict.fromkeys(faults)), notes=told_notes)

    # -- the parts of verifying ----------------------------------------------------------------------------------------

    def _verdict(self, row: DeclarationRow, record: RecordRow, witness: Witness) -> Verdict:
        """Of one record: as an exported one, and against the audit log."""
        try:
            files = self._afterwards.files_of(record)
        except (PlainError, ValueError) as error:
            return Verdict(False, _name(row), record.kind, "", record.signed_at, "", (str(error),), ())
        verdict = verify_files(files, sha256=sha256(record.body.encode()) if record.kind == "scan" else "")
        faults = list(verdict.faults)
        if sha256(record.body.encode()) != record.sha256:
            faults.append("What was signed has another SHA-256 than was kept with it.")
        body = body_of(record)
        if record.signed_at != body.get("signed_at"):
            faults.append("The moment of signing is another one than was signed.")
        faults += self._of_log(record, body, witness)
        return replace(verdict, ok=not faults, faults=tuple(faults))

    def _of_log(self, record: RecordRow, body: Mapping[str, Any], witness: Witness) -> list[str]:
        connection = self._store.read()
        faults = []
        head = body.get("audit_head")
        if isinstance(head, dict) and head.get("seq"):
            entry = rows.entry(connection, int(head["seq"]))
            if entry is None or entry[0] != head.get("h"):
                faults.append("The audit log was rewritten: it does not hold the head that was signed.")
        told = witness.signature(record.sha256)
        if told is None:
            faults.append("The audit log has no entry of this signature.")
        elif (told.get("signature"), told.get("signed_at"), told.get("files")) != (
            record.signature, record.signed_at, json.loads(record.files),
        ):  # fmt: skip
            faults.append("The audit log's entry of this signature says something else than what is kept.")
        return faults

    def _clock_notes(self, row: DeclarationRow, record: RecordRow) -> tuple[str, ...]:
        """Where the clock was set back before it was signed, or before something was said of it."""
        connection = self._store.read()
        before = [one for one in rows.records(connection, [row.supersedes or 0]) if one.kind != "withdrawal"]
        notes = self._log_note(record)
        notes += set_back.note_after_other(
            record.signed_at, before[0].signed_at if before else "", "the version that it supersedes"
        )
        for one in rows.events(connection, [row.id]):
            if set_back.is_before(one.at, record.signed_at):
                notes += (f"By the clock it was {one.state} before it was signed.",)
        return notes

    def _log_note(self, record: RecordRow) -> tuple[str, ...]:
        """Where the log's entry before a signature is of a later moment than the signature."""
        head = body_of(record).get("audit_head")
        seq = head.get("seq") if isinstance(head, dict) else None
        moment = rows.newest_moment(self._store.read(), seq) if isinstance(seq, int) else ""
        return set_back.note_after_log(record.signed_at, moment)

    def _of_row(self, row: DeclarationRow, record: RecordRow) -> list[str]:
        """What the row says otherwise than what was signed."""
        body = body_of(record)
        answers = {one["id"]: one["answer"] for one in _list(body, "answers") if one.get("answer")}
        kept = _loaded(row.answers)
        given = {key: text for key, text in kept.items() if text} if isinstance(kept, dict) else None
        told = {
            "reference": (row.ref, body.get("reference")),
            "version": (row.version, body.get("version")),
            "title": (row.title, body.get("title")),
            "wording": (row.wording, (body.get("wording") or {}).get("id")),
            "rehearsal": (bool(row.rehearsal), body.get("rehearsal")),
            "preparer": (row.prepared_by, body.get("prepared_by")),
            "roles": (_loaded(row.roles), [one.get("id") for one in _list(body, "roles")]),
            "recipients": (_loaded(row.recipients), [one.get("id") for one in _list(body, "recipients")]),
            "reason": (row.reason, (body.get("supersedes") or {}).get("reason", "")),
            "milestone": (row.milestone, (body.get("milestone") or {}).get("id", "")),
            "answers": (given, answers),
        }
        return [
            f"The {name} in the workspace is another one than was signed."
            for name, (here, then) in told.items()
            if here != then
        ]

    def _of_state(self, row: DeclarationRow, signed: Mapping[str, RecordRow]) -> list[str]:
        """Whether the state follows from what happened."""
        events = rows.events(self._store.read(), [row.id])
        ended = [one.state for one in events if one.state in {"withdrawn", "superseded"}]
        should = ended[-1] if ended else whole_of(ways(events)).value
        faults = [] if row.state == should else [f"Its state is {row.state}, but what happened to it says {should}."]
        if ("withdrawn" in ended) != ("withdrawal" in signed):
            faults.append("The withdrawal and what happened to it do not agree.")
        return faults


def _unsound(name: str, why: str) -> Verdict:
    return Verdict(False, name, "", "", "", "", (why or "What is kept of it cannot be read.",), ())


def _loaded(text: str) -> Any:
    """JSON of a row; None for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _list(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = body.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _name(row: DeclarationRow) -> str:
    return f"{row.ref} v{row.version}"

"""Verifies what a workspace keeps of frozen submissions: files by their hashes, rows against the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from desktop.errors import FileRefused, InvalidInput, NotFound, PlainError, WorkspaceDamaged
from desktop.history import HistoryService
from desktop.jobs import Job
from desktop.report.privacy import MpanChoice
from desktop.submissions.body import content_hash, read_body, read_rows
from desktop.submissions.context import Desk, listed, name_of
from desktop.submissions.entered import scope_of
from desktop.submissions.frozen import FrozenOnes
from desktop.submissions.reading import moment
from desktop.submissions.standing import whole_state
from desktop.submissions.witness import Witness
from local_db import submissions as rows
from local_db.audit import ChainReport
from local_db.submissions import FileRow, FrozenRow, SubmissionRow

_UNREADABLE = (WorkspaceDamaged, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""What rows that nobody here wrote make of reading them."""

Named = tuple[str, tuple[str, ...]]
"""A version by its name, with what does not hold of it."""


class Kept:
    """Verifies what is kept."""

    def __init__(self, desk: Desk, frozen: FrozenOnes) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk
        self._frozen = frozen
        self._history = HistoryService(desk.store, desk.actor, desk.clock)

    def verify_all(self, job: Job, chain: ChainReport | None = None) -> tuple[Named, ...]:
        """See SubmissionService."""
        chain = chain or self._history.verify(job)
        try:
            witness = Witness(self._desk.store.read())
        except WorkspaceDamaged as error:
            return (("The submissions", (str(error),)),)
        speaks = witness.frozen()
        found: list[Named] = []
        for row in rows.submissions(self._desk.store.read()):
            if row.state != "draft" or row.id in speaks:
                found.append((name_of(row), self._of_one(row, chain, witness, job)))
                job.check()
        found += [(name, ("It is not in the workspace any more.",)) for name in witness.gone()]
        return tuple(found)

    def verify_one(self, submission_id: int) -> tuple[str, ...]:
        """See SubmissionService."""
        row = self._desk.row(submission_id)
        witness = Witness(self._desk.store.read())
        if row.state == "draft" and row.id not in witness.frozen():
            raise InvalidInput(f"{name_of(row)} is not frozen yet.", todo="Freeze it first.")
        return self._of_one(row, self._history.verify(), witness, Job())

    def _of_one(self, row: SubmissionRow, chain: ChainReport, witness: Witness, job: Job) -> tuple[str, ...]:
        faults: list[str] = []
        for look in (
            lambda: self._of_what_was_frozen(row, job),
            lambda: self._of_state(row),
            lambda: iter(witness.faults(row.id)),
        ):
            faults += _told(look)
        if not chain.ok:
            faults.append(f"The audit log does not hold from entry {chain.broken_at}: {chain.why}.")
        return tuple(dict.fromkeys(faults))

    # -- the parts of verifying ----------------------------------------------------------------------------------------

    def _of_what_was_frozen(self, row: SubmissionRow, job: Job) -> Iterator[str]:
        connection = self._desk.store.read()
        frozen = rows.frozen(connection, [row.id]).get(row.id)
        if frozen is None:
            yield "What was frozen is not in the workspace any more."
            return
        data = self._frozen.data_of(frozen)
        try:
            body = read_body(data)
        except FileRefused as error:
            yield f"What was frozen cannot be read. {error.what}"
            return
        if len(data) != frozen.size:
            yield "What was frozen has another size than was kept with it."
        if content_hash(body) != body["content_sha256"]:
            yield "The content hash is not that of what was frozen."
        yield from _of_rows(row, frozen, body)
        yield from self._of_log(body)
        yield from self._of_files(row.id, body, job)

    def _of_log(self, body: Mapping[str, Any]) -> Iterator[str]:
        head = body["audit"]
        if head["seq"]:
            entry = rows.entry_hash(self._desk.store.read(), head["seq"])
            if entry != head["h"]:
                yield "The audit log was rewritten: it does not hold the head that was frozen."

    def _of_files(self, submission_id: int, body: Mapping[str, Any], job: Job) -> Iterator[str]:
        """The files that belong to it, each by its hash; those beside it too."""
        kept = {_key(one): one for one in rows.files(self._desk.store.read(), submission_id)}
        bound = {(one["role"], one["recipient"], one["name"], one["sha256"], one["size"]) for one in body["files"]}
        tables = {one["id"]: one for one in body["tables"] if one["lines"]}
        bound |= {("rows", "", name, one["lines"]["sha256"], one["lines"]["size"]) for name, one in tables.items()}
        if set(kept) != bound:
            yield "The files in the workspace are others than were frozen."
        beside = {("", "", one["name"], one["sha256"], one["size"]) for one in body["beside"]}
        for role, _, name, sha256, size in sorted(bound | beside):
            job.check()
            try:
                path = self._frozen.sound(sha256, name)
            except PlainError as error:
                yield error.what
                continue
            if path.stat().st_size != size:
                yield f"The kept file {name} has another size than was frozen."
            if role == "rows":
                count = sum(1 for _ in read_rows(path, len(tables[name]["columns"])))
                if count != tables[name]["count"]:
                    yield f"The table {name} has another number of rows than was frozen."

    def _of_state(self, row: SubmissionRow) -> Iterator[str]:
        should = whole_state(rows.events(self._desk.store.read(), [row.id]))
        if row.state != should:
            yield f"Its state is {row.state}, but what happened to it says {should}."


def _of_rows(row: SubmissionRow, frozen: FrozenRow, body: Mapping[str, Any]) -> Iterator[str]:
    """What the rows say otherwise than what was frozen."""
    made = body["made"]
    at = moment(frozen.frozen_at)
    told = {
        "reference": (row.ref, body["reference"]),
        "version": (row.version, body["version"]),
        "kind": (row.kind, body["kind"]),
        "choice of personal data": (row.mpan_choice, body["personal_data"]),
        "recipients": (list(listed(row.recipients)), [one["id"] for one in body["recipients"]]),
        "content hash": (frozen.content, body["content_sha256"]),
        "person who froze it": (frozen.frozen_by, made["by"]),
        "moment of freezing": (at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else "", made["at"]),
        "version that it supersedes": (row.supersedes is not None, body["supersedes"] is not None),
    }
    # Masked texts are not made again: a later rule may mask more. The log tells of the row as it was typed, column by
    # column (witness.py), and the frozen bytes are proven by their own hash.
    if body["personal_data"] == MpanChoice.FULL:
        told |= {
            "title": (row.title, body["title"]),
            "covering note": (row.covering, body["covering"]),
            "reason": (row.reason, body["reason"]),
        }
    for name, (here, then) in told.items():
        if here != then:
            yield f"The {name} in the workspace is another one than was frozen."
    if scope_of(row.scope) is None:
        yield "What it is over cannot be read."


def _told(look: Callable[[], Iterator[str]]) -> list[str]:
    """What a look finds; what cannot be read is a fault of its own."""
    found: list[str] = []
    try:
        for fault in look():
            found.append(fault)  # what was found before it failed counts
    except (InvalidInput, NotFound):
        raise
    except _UNREADABLE as error:
        found.append(error.what if isinstance(error, WorkspaceDamaged) else "What is kept of it cannot be read.")
    return found


def _key(one: FileRow) -> tuple[str, str, str, str, int]:
    return one.role, one.recipient, one.name, one.sha256, one.size

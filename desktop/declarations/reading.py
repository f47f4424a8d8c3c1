"""Declarations as they stand: rows and what was signed, made into the words of the model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop.clock import Clock, today
from desktop.declarations import relied
from desktop.declarations.facts import Facts, Sources
from desktop.declarations.model import Declaration, DeclarationDetails, DeclarationState, Event
from desktop.errors import NotFound, WorkspaceDamaged
from local_db import declarations as rows
from local_db.connection import Connection, Store
from local_db.declarations import DeclarationRow, RecordRow
from local_db.evidence import counts

UNREADABLE = "What was signed cannot be read any more: verify it."
DAMAGED = "A part of what is kept of it is damaged and left out here: verify it, and restore a backup."
_KEPT_BODIES = 1_000
_STATES = frozenset(one.value for one in DeclarationState)


@dataclass(frozen=True)
class Signed:
    """What was signed of one version: the record with its body as JSON ({} when it cannot be read)."""

    record: RecordRow
    body: Mapping[str, Any]

    def text(self, *names: str) -> str:
        """A text of the body by the names on the way to it; '' when there is none."""
        value: object = self.body
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value if isinstance(value, str) else ""


class Reader:
    """Reads declarations with what changed since they were signed."""

    def __init__(self, store: Store, sources: Sources, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._sources = sources
        self._clock = clock
        self._bodies: dict[str, Mapping[str, Any]] = {}

    def facts(self) -> Facts:
        """The present, asked for anew."""
        return Facts(self._sources, today(self._clock))

    def declarations(self, ids: Iterable[int] | None = None, facts: Facts | None = None) -> tuple[Declaration, ...]:
        """These versions (None: all), newest first."""
        asked = None if ids is None else list(ids)
        with self._store.reading() as connection:
            found = rows.declarations(connection, asked)
            signed = self._signed(connection, None if asked is None else [row.id for row in found])
            newer = {row.supersedes: row for row in self._versions(connection, found, asked) if row.supersedes}
            linked = counts(connection, "declaration")
            refs = {str(one.get("ref")) for each in signed.values() for one in _evidence(each.body)}
            named = rows.evidence_named(connection, refs)
        facts = facts or self.facts()
        return tuple(self._made(row, signed.get(row.id), newer.get(row.id), linked, facts, named) for row in found)

    def get(self, declaration_id: int, facts: Facts | None = None) -> Declaration:
        """One. Raises NotFound."""
        found = self.declarations([declaration_id], facts)
        if not found:
            raise NotFound("This declaration is not there any more.", todo="Reload the page.")
        return found[0]

    def row(self, declaration_id: int, connection: Connection | None = None) -> DeclarationRow:
        """One as it is kept. Raises NotFound."""
        found = rows.declarations(connection or self._store.read(), [declaration_id])
        if not found:
            raise NotFound("This declaration is not there any more.", todo="Reload the page.")
        return found[0]

    def signed(self, declaration_id: int) -> Signed | None:
        """What was signed of one version; None for a draft."""
        return self._signed(self._store.read(), [declaration_id]).get(declaration_id)

    def by_ref(self, text: str) -> DeclarationRow:
        """By reference: the newest version, or the one that is named after it (v2). Raises NotFound."""
        words = text.split()
        number = words[1].removeprefix("v").removeprefix("V") if len(words) == 2 else ""
        found = rows.versions(self._store.read(), words[0]) if words and len(words) <= 2 else []
        if len(words) == 2:
            found = [row for row in found if str(row.version) == number]
        if not found:
            raise NotFound(
                f"There is no declaration “{' '.join(words)}”.",
                todo="Look its reference up in the list of declarations: ACME-DEC-0001, or ACME-DEC-0001 v2.",
            )
        return found[0]

    def events(self, declaration_id: int) -> tuple[Event, ...]:
        """What happened to it, oldest first. Raises NotFound."""
        self.row(declaration_id)
        return tuple(
            Event(DeclarationState(row.state), row.at, row.by, row.recipient, row.note)
            for row in rows.events(self._store.read(), [declaration_id])
            if row.state in _STATES  # another one was written by somebody else: verifying it says so
        )

    def _versions(
        self, connection: Connection, found: list[DeclarationRow], asked: list[int] | None
    ) -> list[DeclarationRow]:
        """The versions among which the newer ones of what was found are."""
        if asked is None:
            return [row for row in found if row.state in rows.LOCKED]
        of = {row.ref for row in found}
        return [row for ref in of for row in rows.versions(connection, ref) if row.state in rows.LOCKED]

    def _signed(self, connection: Connection, ids: Iterable[int] | None) -> dict[int, Signed]:
        found = {}
        for record in rows.records(connection, ids):
            if record.kind != "withdrawal":
                found[record.declaration_id] = Signed(record, self._body(record))
        return found

    def _body(self, record: RecordRow) -> Mapping[str, Any]:
        # What was signed never changes, and reading hundreds of bodies anew for every page would be felt.
        known = self._bodies.get(record.body)
        if known is None:
            try:
                made = json.loads(record.body)
            except (ValueError, RecursionError):
                made = None
            known = made if isinstance(made, dict) else {}
            if len(self._bodies) >= _KEPT_BODIES:
                self._bodies.clear()
            self._bodies[record.body] = known
        return known

    def _made(  # noqa: PLR0917 - all of it was read at once
        self,
        row: DeclarationRow,
        signed: Signed | None,
        newer: DeclarationRow | None,
        linked: Mapping[int, tuple[int, int]],
        facts: Facts,
        named: relied.Named,
    ) -> Declaration:
        details, damaged = _details(row)
        state = _state(row.state, signed)
        damaged = damaged or state.value != row.state
        flags: tuple[str, ...] = (DAMAGED,) if damaged else ()
        if signed is not None and state.stands:
            flags += relied.flags(signed.body, details, facts, named) if signed.body else (UNREADABLE,)
        return Declaration(
            id=row.id,
            ref=row.ref,
            version=row.version,
            details=details,
            state=state,
            rehearsal=bool(row.rehearsal),
            supersedes=row.supersedes,
            reason=row.reason,
            superseded_by=newer.id if newer and state is DeclarationState.SUPERSEDED else None,
            created_at=row.created_at,
            signed_at=signed.record.signed_at if signed else "",
            signatory=signed.text("signatory", "name") if signed else "",
            position=signed.text("signatory", "position") if signed else "",
            capacity=signed.text("signatory", "capacity_name") if signed else "",
            same_person=signed is not None and signed.body.get("same_person") is True,
            fingerprint=signed.text("key", "fingerprint") if signed else "",
            scan=signed is not None and signed.record.kind == "scan",
            flags=flags,
            evidence=linked.get(row.id, (0, 0))[0],
            damaged=damaged,
        )


def details_of(row: DeclarationRow) -> DeclarationDetails:
    """What a person said of it; what cannot be read of it is left out."""
    return _details(row)[0]


def _details(row: DeclarationRow) -> tuple[DeclarationDetails, bool]:
    """What a person said of it, and whether a part of it cannot be read and is left out.

    Somebody may have written into the database, or a drive lost a bit: one row never takes all others with it.
    """
    answers, roles, recipients, due = _texts(row.answers), _listed(row.roles), _listed(row.recipients), _day(row.due)
    details = DeclarationDetails(
        wording=row.wording,
        title=row.title,
        plan_id=row.plan_id,
        activity_id=row.activity_id,
        milestone=row.milestone,
        recipients=recipients or (),
        roles=roles or (),
        due=due or "",
        answers=answers or {},
        note=row.note,
        prepared_by=row.prepared_by,
    )
    return details, any(one is None for one in (answers, roles, recipients, due))


def state_of(row: DeclarationRow) -> DeclarationState:
    """The state of a row. Raises WorkspaceDamaged for a text that is none."""
    try:
        return DeclarationState(row.state)
    except ValueError:
        raise WorkspaceDamaged(
            f"The state of {row.ref} v{row.version} in the workspace is damaged.", todo="Restore a backup."
        ) from None


def _state(text: str, signed: Signed | None) -> DeclarationState:
    """The state of a row; of one that is none, whether something was signed."""
    try:
        return DeclarationState(text)
    except ValueError:
        return DeclarationState.DRAFT if signed is None else DeclarationState.SIGNED


def _texts(text: str) -> dict[str, str] | None:
    """A JSON object of texts; None for anything else."""
    found = _loaded(text)
    fits = isinstance(found, dict) and all(isinstance(one, str) for one in found.values())
    return found if fits else None


def _listed(text: str) -> tuple[str, ...] | None:
    """A JSON list of texts; None for anything else."""
    found = _loaded(text)
    return tuple(found) if isinstance(found, list) and all(isinstance(one, str) for one in found) else None


def _day(text: str) -> str | None:
    """A day or ''; None for anything else."""
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _evidence(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = body.get("evidence")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

"""Placing reliance on a third party's testing: what is kept of it, saved and removed; each one step to undo."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date

from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import TargetKind
from desktop.evidence.service import EvidenceService
from desktop.pit import reliance
from desktop.pit.model import Reliance, RelianceDetails
from local_db import pit as rows
from local_db.connection import Store
from local_db.edit import Edit
from local_db.evidence import links_to
from local_db.references import next_references


class Placing:
    """The reliances of one workspace; `PitService` hands its calls on to it."""

    def __init__(self, store: Store, evidence: EvidenceService, actor: str, clock: Clock) -> None:
        """Nothing is read here."""
        self._store, self._evidence, self._actor, self._clock = store, evidence, actor, clock

    def reliances(self, day: date) -> tuple[Reliance, ...]:
        """All, newest first, as they stand on a day."""
        evidence = self._evidence.counts(TargetKind.RELIANCE)
        expired = self._evidence.expired(TargetKind.RELIANCE, day)
        return tuple(
            reliance.reliance_of(row, evidence.get(row.id, (0, 0)), day, expired.get(row.id, 0))
            for row in rows.reliances(self._store.read())
        )

    def save(self, details: RelianceDetails, reliance_id: int | None) -> Changes:
        """Add one (None) or change one. Raises InvalidInput, NotFound."""
        values = reliance.values_of(details, today(self._clock))
        if reliance_id is not None:
            ref = self._reliance(reliance_id).ref
            title = f"Change reliance {ref}"
            with self._edit(title) as edit:
                edit.update("reliance", [reliance_id], values)
        else:
            title = "Add a reliance on the testing of a third party"
            with self._edit(title) as edit:
                edit.insert("reliance", {"ref": next_references(edit.connection, "REL")[0], **values})
        return Changes.of(Subject.PIT, title=title, count=1)

    def remove(self, reliance_id: int) -> Changes:
        """Remove one on which no requirement rests. Raises InvalidInput, NotFound."""
        kept = self._reliance(reliance_id)
        if kept.requirements:
            raise InvalidInput(
                f"{kept.requirements:,} requirement{' rests' if kept.requirements == 1 else 's rest'} on {kept.ref}.",
                safe="Nothing was removed.",
                todo="Let them rest on another one first, or set it to ended.",
            )
        title = f"Remove reliance {kept.ref}"
        with self._edit(title) as edit:
            edit.delete("evidence_link", links_to(edit.connection, TargetKind.RELIANCE, [reliance_id]))
            edit.delete("reliance", [reliance_id])
        return Changes.of(Subject.PIT, Subject.EVIDENCE, title=title, count=1)

    def _reliance(self, reliance_id: int) -> rows.RelianceRow:
        for row in rows.reliances(self._store.read()):
            if row.id == reliance_id:
                return row
        raise NotFound("This reliance is not there any more.")

    def _edit(self, title: str) -> AbstractContextManager[Edit]:
        return self._store.edit(
            action="pit.reliance", title=title, subjects=[Subject.PIT], actor=self._actor, at=self._clock()
        )

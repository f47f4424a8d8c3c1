"""Reading and changing the participant, its scope and its contacts; the recipients that follow from its roles."""

from __future__ import annotations

from typing import Any

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.content.service import ContentService
from desktop.errors import InvalidInput
from desktop.participant.model import (
    Contact,
    Participant,
    Recipient,
    Scope,
    checked_contact,
    checked_participant,
    checked_scope,
)
from local_db import participants as rows
from local_db.connection import Store


class ParticipantService:
    """The participant of one workspace. Every write can be undone and returns what it changed."""

    def __init__(self, store: Store, content: ContentService, actor: str, clock: Clock) -> None:
        self._store = store
        self._content = content
        self._actor = actor
        self._clock = clock

    def get(self) -> Participant:
        """The organisation."""
        return Participant(**rows.participant(self._store))

    def save(self, participant: Participant) -> Changes:
        """Change the organisation's details. Raises InvalidInput."""
        new = checked_participant(participant)
        self._known("pathways", new.pathway, "pathway", blank=True)
        values = {"name": new.name, "short_name": new.short_name, "pathway": new.pathway, "notes": new.notes}
        return self._edit("Change the participant's details", "participant", 1, values)

    def scopes(self) -> tuple[Scope, ...]:
        """What the organisation does: one scope for each MPID, role and segment."""
        return tuple(Scope(**row) for row in rows.scopes(self._store))

    def save_scope(self, scope: Scope) -> Changes:
        """Add a scope, or change the one with its id. Raises InvalidInput, also when it is there already."""
        new = checked_scope(scope)
        self._known("roles", new.role, "role")
        self._known("segments", new.segment, "segment", blank=True)
        self._known("pathways", new.pathway, "pathway", blank=True)
        if any(
            s.id != new.id and (s.mpid, s.role, s.segment) == (new.mpid, new.role, new.segment) for s in self.scopes()
        ):
            raise InvalidInput(f"{new.mpid} in this role and segment is there already.", field="mpid")
        values = {"mpid": new.mpid, "role": new.role, "segment": new.segment, "pathway": new.pathway,
                  "reliance": new.reliance}  # fmt: skip
        return self._edit(f"{'Add' if new.id is None else 'Change'} scope {new.mpid}", "scope", new.id, values)

    def remove_scope(self, scope_id: int) -> Changes:
        """Take a scope away."""
        gone = next((s for s in self.scopes() if s.id == scope_id), None)
        return self._edit(f"Remove scope {gone.mpid if gone else scope_id}", "scope", scope_id, None)

    def contacts(self) -> tuple[Contact, ...]:
        """The people, by hat in the content pack's order."""
        order = [hat["id"] for hat in self.choices("hats")]
        found = [Contact(**row) for row in rows.contacts(self._store)]
        return tuple(sorted(found, key=lambda c: (order.index(c.hat) if c.hat in order else len(order), c.name)))

    def save_contact(self, contact: Contact) -> Changes:
        """Add a contact, or change the one with its id. Raises InvalidInput."""
        new = checked_contact(contact)
        self._known("hats", new.hat, "hat")
        values = {"hat": new.hat, "name": new.name, "position": new.position, "email": new.email, "phone": new.phone}
        # A title goes into the audit chain for ever, so it names the hat and not the person.
        verb = "Add" if new.id is None else "Change"
        return self._edit(f"{verb} contact: {self._hat(new.hat)}", "contact", new.id, values)

    def remove_contact(self, contact_id: int) -> Changes:
        """Take a contact away."""
        gone = next((c for c in self.contacts() if c.id == contact_id), None)
        return self._edit(f"Remove contact: {self._hat(gone.hat) if gone else contact_id}", "contact", contact_id, None)

    def choices(self, kind: str) -> tuple[dict[str, Any], ...]:
        """The choices of the recipients pack: roles, segments, pathways, hats; each with id and name."""
        return tuple(self._content.pack("recipients").body[kind])

    def recipients(self) -> tuple[Recipient, ...]:
        """Who gets submissions, from the roles of the scopes; in the content pack's order."""
        held = {scope.role for scope in self.scopes()}
        because: dict[str, list[str]] = {}
        for role in self.choices("roles"):
            if role["id"] in held:
                for recipient in role["recipients"]:
                    because.setdefault(recipient, []).append(role["name"])
        return tuple(
            Recipient(row["id"], row["name"], row.get("code_body", ""), tuple(because[row["id"]]))
            for row in self.choices("recipients")
            if row["id"] in because
        )

    def _hat(self, hat: str) -> str:
        return next((str(row["name"]).lower() for row in self.choices("hats") if row["id"] == hat), hat)

    def _known(self, kind: str, value: str, field: str, *, blank: bool = False) -> None:
        if not (blank and not value) and value not in {row["id"] for row in self.choices(kind)}:
            raise InvalidInput(f"Choose one of the {field}s that are listed.", field=field)

    def _edit(self, title: str, table: str, row_id: int | None, values: dict[str, Any] | None) -> Changes:
        with self._store.edit(
            action=f"{table}.edit",
            title=title,
            subjects=[Subject.PARTICIPANT.value],
            actor=self._actor,
            at=self._clock(),
        ) as edit:
            if row_id is None:
                edit.insert(table, values or {})
            elif values is None:
                edit.delete(table, [row_id])
            else:
                edit.update(table, [row_id], values)
        return Changes.of(Subject.PARTICIPANT, title=title, count=1)

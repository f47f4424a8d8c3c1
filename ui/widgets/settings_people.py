"""The people behind the work, by hat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from desktop.participant.model import Contact, checked_contact
from ui.dialogs.form import Field, ask
from ui.widgets.settings_section import Section
from ui.widgets.small_table import SmallTable


class PeopleSection(Section):
    """Contacts; one person may wear several hats, each on a line of its own."""

    heading = "People"
    about = "Who owns the data, manages tests, leads the cutover and signs. They stand on covers and in fix lists."

    def build(self) -> None:
        self.contacts = SmallTable(
            "People",
            ("Hat", "Name", "Position", "E-mail", "Telephone"),
            "Nobody yet. Add at least the data owner, whose name stands on the progress report.",
            add=lambda: self._ask(None),
            edit=lambda key: self._ask(self._contact(key)),
            remove=self._remove,
        )
        self.column.addWidget(self.contacts, 1)

    def refresh(self) -> None:
        service = self.context.workspace.participant
        hats = {str(row["id"]): str(row["name"]) for row in service.choices("hats")}
        self.contacts.fill(
            [(c.id, (hats.get(c.hat, c.hat), c.name, c.position, c.email, c.phone)) for c in service.contacts()],
            writable=self.writable,
        )

    def _contact(self, key: object) -> Contact | None:
        return next((c for c in self.context.workspace.participant.contacts() if c.id == key), None)

    def _ask(self, contact: Contact | None) -> None:
        service = self.context.workspace.participant
        now = contact or Contact("data_owner", "")
        hats = tuple((str(row["id"]), str(row["name"])) for row in service.choices("hats"))
        values = ask(
            self,
            "Add a person" if contact is None else now.name,
            (
                Field("hat", "Hat", now.hat, hats),
                Field("name", "Name", now.name),
                Field("position", "Position", now.position),
                Field("email", "E-mail", now.email),
                Field("phone", "Telephone", now.phone),
            ),
            "Add the person" if contact is None else "Save the person",
            lambda values: checked_contact(_contact(values)),
        )
        if values is not None:
            kept = replace(_contact(values), id=now.id)
            self.context.change("Saving", lambda _job: service.save_contact(kept), quiet=True)

    def _remove(self, key: object) -> None:
        service = self.context.workspace.participant
        assert isinstance(key, int)
        self.context.change("Removing", lambda _job: service.remove_contact(key), quiet=True)


def _contact(values: Mapping[str, str]) -> Contact:
    return Contact(values["hat"], values["name"], values["position"], values["email"], values["phone"])

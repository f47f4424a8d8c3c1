"""Who the workspace is for, what it does in the market, and the recipients that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout

from desktop.participant.model import Participant, Scope, checked_participant, checked_scope
from ui.dialogs.form import Field, ask
from ui.widgets.basics import Card, button, label
from ui.widgets.settings_section import Section
from ui.widgets.small_table import SmallTable

RELIANCE = (("none", "None"), ("partial", "Partial"), ("full", "Full"))


class ParticipantSection(Section):
    """Organisation, scope, recipients."""

    heading = "Participant and scope"
    about = "The organisation and what it does. Its market roles decide who receives its submissions."

    def build(self) -> None:
        card = Card("Organisation")
        form = QFormLayout()
        self.name, self.short, self.pathway = (label(selectable=True, wrap=True) for _ in range(3))
        form.addRow("Legal name", self.name)
        form.addRow("Short name", self.short)
        form.addRow("Pathway", self.pathway)
        card.body.addLayout(form)
        self.edit = button("Edit the organisation…", self._edit)
        card.body.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(card)
        card = Card("Scope")
        self.scopes = SmallTable(
            "Scope",
            ("MPID", "Market role", "Segment", "Pathway", "Reliance"),
            "No MPID yet. Add the MPIDs you act with and the market role of each: they choose the recipients.",
            add=lambda: self._ask_scope(None),
            edit=lambda key: self._ask_scope(self._scope(key)),
            remove=self._remove,
        )
        card.body.addWidget(self.scopes)
        self.column.addWidget(card, 1)
        card = Card("Recipients")
        self.recipients = label(wrap=True, selectable=True)
        card.body.addWidget(self.recipients)
        self.column.addWidget(card)

    def refresh(self) -> None:
        service = self.context.workspace.participant
        participant = service.get()
        self.name.setText(participant.name)
        self.short.setText(participant.short_name)
        self.pathway.setText(self._words("pathways").get(participant.pathway, "Not set"))
        self.edit.setEnabled(self.writable)
        roles, segments, pathways = self._words("roles"), self._words("segments"), self._words("pathways")
        self.scopes.fill(
            [
                (
                    scope.id,
                    (
                        scope.mpid,
                        roles.get(scope.role, scope.role),
                        segments.get(scope.segment, "All segments"),
                        pathways.get(scope.pathway, "As the organisation"),
                        dict(RELIANCE)[scope.reliance],
                    ),
                )
                for scope in service.scopes()
            ],
            writable=self.writable,
        )
        lines = [f"{r.name}, because you act as: {', '.join(r.because)}" for r in service.recipients()]
        self.recipients.setText("\n".join(lines) or "None yet: they follow from the market roles in the scope.")

    def _words(self, kind: str) -> dict[str, str]:
        return {str(row["id"]): str(row["name"]) for row in self.context.workspace.participant.choices(kind)}

    def _choices(self, kind: str, none: str = "") -> tuple[tuple[str, str], ...]:
        return ((("", none),) if none else ()) + tuple(self._words(kind).items())

    def _edit(self) -> None:
        service = self.context.workspace.participant
        now = service.get()

        def participant(values: dict[str, str]) -> Participant:
            return checked_participant(Participant(**values))

        values = ask(
            self,
            "The organisation",
            (
                Field("name", "Legal name", now.name),
                Field(
                    "short_name", "Short name", now.short_name, hint="2 to 12 letters or digits; stands in file names."
                ),
                Field("pathway", "Pathway", now.pathway, self._choices("pathways", "Not set")),
                Field("notes", "Notes", now.notes, long=True),
            ),
            "Save the organisation",
            participant,
        )
        if values is not None:
            self.context.change("Saving", lambda _job: service.save(Participant(**values)), quiet=True)

    def _scope(self, key: object) -> Scope | None:
        return next((scope for scope in self.context.workspace.participant.scopes() if scope.id == key), None)

    def _ask_scope(self, scope: Scope | None) -> None:
        now = scope or Scope("", "supplier")
        values = ask(
            self,
            "Add to the scope" if scope is None else f"Scope of {scope.mpid}",
            (
                Field("mpid", "MPID", now.mpid, hint="Four letters. One line for each market role and segment."),
                Field("role", "Market role", now.role, self._choices("roles")),
                Field("segment", "Segment", now.segment, self._choices("segments", "All segments")),
                Field("pathway", "Pathway", now.pathway, self._choices("pathways", "As the organisation")),
                Field("reliance", "Placing reliance", now.reliance, RELIANCE),
            ),
            "Add to the scope" if scope is None else "Save the scope",
            lambda values: checked_scope(_scope(values)),
        )
        if values is not None:
            service = self.context.workspace.participant
            kept = replace(_scope(values), id=now.id)
            self.context.change("Saving", lambda _job: service.save_scope(kept), quiet=True)

    def _remove(self, key: object) -> None:
        service = self.context.workspace.participant
        assert isinstance(key, int)
        self.context.change("Removing", lambda _job: service.remove_scope(key), quiet=True)


def _scope(values: Mapping[str, str]) -> Scope:
    return Scope(values["mpid"], values["role"], values["segment"], values["pathway"], values["reliance"])

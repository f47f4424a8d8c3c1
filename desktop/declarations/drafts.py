"""Drafts: made, answered, made ready, removed, and new versions. Every step can be undone until it is signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.declarations import entered
from desktop.declarations.facts import Facts
from desktop.declarations.model import DeclarationDetails, DeclarationState, Question, Sheet, Wording
from desktop.declarations.reading import Reader, details_of, state_of
from desktop.declarations.sheet import wording_of
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import TargetKind
from local_db import audit
from local_db import declarations as rows
from local_db.connection import Connection, Store
from local_db.declarations import DeclarationRow
from local_db.edit import Edit
from local_db.evidence import links_to
from local_db.references import next_references

_NOTHING = "Nothing was changed."


class Drafts:
    """Writes drafts."""

    def __init__(self, store: Store, reader: Reader, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._reader = reader
        self._actor = actor
        self._clock = clock

    def prepare(self, details: DeclarationDetails) -> tuple[int, Changes]:
        """See DeclarationService."""
        facts = self._reader.facts()
        details, rehearsal = self._placed(details, facts)
        values = entered.columns(details, self._known_wording(details, facts), self._actor)
        with self._edit("declaration.prepare", "Prepare a declaration") as edit:
            ref = next_references(edit.connection, "DEC")[0]
            edit.title = f"Prepare {ref}"
            row_id = edit.insert(
                "declaration",
                {"ref": ref, "version": 1, **values, "rehearsal": int(rehearsal), **self._born()},
            )
        return row_id, _changes(edit.title)

    def edit(self, declaration_id: int, details: DeclarationDetails) -> Changes:
        """See DeclarationService."""
        facts = self._reader.facts()
        row = self._draft(declaration_id)
        details, rehearsal = self._placed(details, facts)
        if rehearsal != bool(row.rehearsal):
            raise InvalidInput(
                "A rehearsal stays a rehearsal, and a live declaration stays one."
                if row.rehearsal
                else "This declaration is live, so it cannot be for a plan that is a rehearsal.",
                safe=_NOTHING,
                todo="Prepare another declaration for that plan.",
                field="plan_id",
            )
        if details.wording != row.wording:
            # Answers to what another wording asks would never be seen again.
            asked = {one.id for one in self._known_wording(details, facts).questions}
            details = replace(details, answers={key: text for key, text in details.answers.items() if key in asked})
        wording, known = wording_of(details, facts)
        if not known and details.wording != row.wording:
            self._known_wording(details, facts)
        values = entered.columns(details, wording if known else _kept(wording, row), self._actor)
        return self._change(row, values, f"Change {_name(row)}", "declaration.edit")

    def answer(self, declaration_id: int, question_id: str, answer: str) -> Changes:
        """See DeclarationService."""
        row = self._draft(declaration_id)
        details = details_of(row)
        wording = self._known_wording(details, self._reader.facts())
        question = next((one for one in wording.questions if one.id == question_id), None)
        if question is None:
            raise InvalidInput(
                f"“{wording.title}” does not ask “{question_id}”.",
                safe=_NOTHING,
                todo=f"It asks: {', '.join(one.id for one in wording.questions) or 'nothing'}.",
                field=f"{entered.ANSWER}{question_id}",
            )
        kept = entered.answer(question, answer)
        answers = {key: text for key, text in details.answers.items() if key != question_id}
        if kept:
            answers[question_id] = kept
        values = {"answers": json.dumps(answers, ensure_ascii=False)}
        return self._change(row, values, f"Answer a question of {_name(row)}", "declaration.edit")

    def make_ready(self, sheet: Sheet) -> Changes:
        """See DeclarationService."""
        row = self._draft(sheet.declaration.id)
        if sheet.problems:
            first = sheet.problems[0]
            raise InvalidInput(first.text, field=first.field, safe=_NOTHING)
        return self._change(row, {"state": DeclarationState.READY.value}, f"Make {_name(row)} ready to sign")

    def back_to_draft(self, declaration_id: int) -> Changes:
        """See DeclarationService."""
        row = self._draft(declaration_id)
        return self._change(row, {"state": DeclarationState.DRAFT.value}, f"Make {_name(row)} a draft again")

    def remove(self, declaration_id: int) -> Changes:
        """See DeclarationService."""
        row = self._draft(declaration_id, todo="Withdraw it: that is a signed record of its own.")
        title = f"Remove the draft {_name(row)}"
        with self._edit("declaration.remove", title) as edit:
            edit.delete("evidence_link", links_to(edit.connection, TargetKind.DECLARATION, [row.id]))
            edit.delete("declaration", [row.id])
        return Changes.of(Subject.DECLARATIONS, Subject.EVIDENCE, title=title, count=1)

    def new_version(self, declaration_id: int, reason: str) -> tuple[int, Changes]:
        """See DeclarationService."""
        reason = entered.paragraph(reason, "reason")
        row = self._reader.row(declaration_id)
        state = state_of(row)
        newest = rows.versions(self._store.read(), row.ref)[0]
        if not reason:
            raise InvalidInput("Say why a newer version is made.", safe=_NOTHING, field="reason")
        if not state.locked:
            raise InvalidInput(f"{_name(row)} is not signed yet.", safe=_NOTHING, todo="Change it as it is.")
        if not state_of(newest).locked:
            raise InvalidInput(f"There is a draft of a newer version already: {_name(newest)}.", safe=_NOTHING)
        if not state.stands:
            raise InvalidInput(f"{_name(row)} was {state.value} already.", safe=_NOTHING, todo="Prepare another one.")
        facts = self._reader.facts()
        details = details_of(row)
        wording, known = wording_of(details, facts)
        if known:
            details = replace(details, answers=self._still_asked(row, details, wording))
        else:
            wording = _kept(wording, row)
        title = f"Start {row.ref} v{newest.version + 1}"
        values = entered.columns(replace(details, prepared_by=""), wording, self._actor)
        with self._edit("declaration.version", title) as edit:
            new_id = edit.insert(
                "declaration",
                {
                    "ref": row.ref,
                    "version": newest.version + 1,
                    **values,
                    "title": row.title,
                    "rehearsal": row.rehearsal,
                    "supersedes": row.id,
                    "reason": reason,
                    **self._born(),
                },
            )
            for link in rows.links_to_carry(edit.connection, row.id):
                edit.insert("evidence_link", {**link, "target_id": new_id, **self._born()})
        return new_id, Changes.of(Subject.DECLARATIONS, Subject.EVIDENCE, title=title, count=1)

    def _still_asked(self, row: DeclarationRow, details: DeclarationDetails, wording: Wording) -> Mapping[str, str]:
        """The answers to questions that read as they did when they were answered."""
        signed = self._reader.signed(row.id)
        answered = signed.body.get("answers") if signed else None
        was = {one["id"]: one["question"] for one in answered} if isinstance(answered, list) else {}
        now = {one.id: one.text for one in wording.questions}
        return {key: text for key, text in details.answers.items() if key in now and was.get(key) == now[key]}

    def _draft(self, declaration_id: int, todo: str = "Start a new version of it.") -> DeclarationRow:
        row = self._reader.row(declaration_id)
        if state_of(row).locked:
            raise InvalidInput(
                f"{_name(row)} is signed, and what was signed is never changed.", safe=_NOTHING, todo=todo
            )
        return row

    def _placed(self, details: DeclarationDetails, facts: Facts) -> tuple[DeclarationDetails, bool]:
        """The details with the plan of their activity, and whether that is a rehearsal.

        Raises NotFound, InvalidInput.
        """
        if details.activity_id is not None and details.plan_id is None:
            for plan_id in facts.plans:
                view = facts.view(plan_id)
                if view is not None and view.by_id(details.activity_id) is not None:
                    details = replace(details, plan_id=plan_id)
                    break
            else:
                raise NotFound("This activity is not in a plan any more.", safe=_NOTHING)
        plan = facts.plans.get(details.plan_id) if details.plan_id is not None else None
        if details.plan_id is not None and plan is None:
            raise NotFound("This cutover plan is not there any more.", safe=_NOTHING)
        if details.activity_id is not None:
            view = facts.view(details.plan_id)
            if view is None or view.by_id(details.activity_id) is None:
                raise InvalidInput("This activity is not in that plan.", safe=_NOTHING, field="activity_id")
        for field, given, known in (
            ("milestone", [details.milestone] if details.milestone else [], facts.milestones),
            ("roles", details.roles, facts.parties.roles),
            ("recipients", details.recipients, facts.parties.recipients),
        ):
            unknown = [one for one in given if one not in known]
            if unknown:
                raise InvalidInput(
                    f"“{unknown[0]}” is none of the {field if field.endswith('s') else f'{field}s'} that are known.",
                    safe=_NOTHING,
                    todo=f"Choose from {', '.join(known) or 'none: there are none yet'}.",
                    field=field,
                )
        return details, plan is not None and plan.rehearsal

    def _known_wording(self, details: DeclarationDetails, facts: Facts) -> Wording:
        wording, known = wording_of(details, facts)
        if not known:
            there = [row["id"] for row in facts.packs["declarations"].body["wordings"]]
            raise InvalidInput(
                f"The declaration wording in use has no “{details.wording}”."
                if details.wording
                else "Choose a wording.",
                safe=_NOTHING,
                todo=f"It has {', '.join(there)}." if there else "It has none: take another pack under Settings.",
                field="wording",
            )
        return wording

    def _change(
        self, row: DeclarationRow, values: Mapping[str, object], title: str, action: str = "declaration.state"
    ) -> Changes:
        """Write what differs; a ready one is a draft again when something but its state changed."""
        differing = {key: value for key, value in values.items() if getattr(row, key) != value}
        if not differing:
            return Changes()
        if "state" not in values and row.state == DeclarationState.READY:
            differing["state"] = DeclarationState.DRAFT.value
        with self._edit(action, title) as edit:
            self._must_be_draft(edit.connection, row.id)
            edit.update("declaration", [row.id], differing)
        return _changes(title)

    def _must_be_draft(self, connection: Connection, declaration_id: int) -> None:
        """Another thread may have signed it since it was read."""
        row = self._reader.row(declaration_id, connection)
        if state_of(row).locked:
            raise InvalidInput(f"{_name(row)} was signed meanwhile.", safe=_NOTHING)

    def _born(self) -> dict[str, object]:
        return {"created_at": audit.timestamp(self._clock()), "created_by": self._actor}

    def _edit(self, action: str, title: str) -> AbstractContextManager[Edit]:
        subjects: list[Any] = [Subject.DECLARATIONS.value, Subject.EVIDENCE.value]
        return self._store.edit(action=action, title=title, subjects=subjects, actor=self._actor, at=self._clock())


def _kept(wording: Wording, row: DeclarationRow) -> Wording:
    """A wording that the pack in use has no more, with questions for the answers that are there: they are kept."""
    return replace(wording, title=row.title, questions=tuple(Question(key, key) for key in details_of(row).answers))


def _name(row: DeclarationRow) -> str:
    return f"{row.ref} v{row.version}"


def _changes(title: str) -> Changes:
    return Changes.of(Subject.DECLARATIONS, title=title, count=1)

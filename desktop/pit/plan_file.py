"""The plan as a file gives it and takes it: which rows are here, what they say, and taking them; in one's own edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from desktop.errors import InvalidInput
from desktop.participant.service import ParticipantService
from desktop.pit import entered, incoming
from desktop.pit.reading import PlanReader, blank
from local_db import pit as rows
from local_db.connection import Connection, Store
from local_db.edit import Edit
from local_db.references import next_references


class PlanFile:
    """Deliverables out of a file; `PitService` hands its calls on to it."""

    def __init__(self, store: Store, plan: PlanReader, participant: ParticipantService) -> None:
        """Nothing is read here."""
        self._store, self._plan, self._participant = store, plan, participant

    @staticmethod
    def matched(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
        """Which keys of a file are deliverables that are here, by id."""
        return incoming.matched(rows.deliverables(connection), keys)

    def texts(self, connection: Connection) -> dict[int, dict[str, str]]:
        """What is kept of every deliverable by field, as a file would say it."""
        words = self._plan.words(connection)
        return {row.id: incoming.texts_of(row, words) for row in rows.deliverables(connection)}

    def checked(self, given: Mapping[str, str], day: date) -> dict[str, str]:
        """A row of a file as it would be kept, said as `texts` says it. Raises InvalidInput, its field named."""
        words = self._plan.words(self._store.read())
        values = incoming.values_of(given, words, day)
        said = {name: values["offset_days" if name == "offset" else name] for name in given}
        return {
            name: words.name_of(name, str(value)) if name in ("gate", "stage", "party_type") else _said(value)
            for name, value in said.items()
        }

    def unknown_words(self, connection: Connection, said: Mapping[str, str]) -> dict[str, str]:
        """Of a row as `checked` says it, the gate, stage and party type that the plan does not know, by field."""
        words = self._plan.words(connection)
        given = {field: said.get(field, "") for field in ("gate", "stage", "party_type")}
        return {field: word for field, word in given.items() if word and not words.knows(field, word)}

    def upsert_in(self, edit: Edit, given: Mapping[str, Mapping[str, str]], source: str, day: date) -> dict[str, int]:
        """Take rows inside an open edit; returns key to id. Raises InvalidInput, its field named."""
        connection = edit.connection
        words = self._plan.words(connection)
        kept = {row.id: row for row in rows.deliverables(connection)}
        schedule = self._plan.schedule(connection)
        ids = incoming.matched(kept.values(), given)
        held = [scope.role for scope in self._participant.scopes()]
        only_role = held[0] if len(set(held)) == 1 else ""
        refs = iter(next_references(connection, "PIT", len(given) - len(ids)) if len(ids) < len(given) else ())
        for key, texts in given.items():
            values = incoming.values_of(texts, words, day)
            if key in ids:
                row = kept[ids[key]]
                edit.update("deliverable", [row.id], entered.freed(row, values, schedule.planned(row)[0]))
                continue
            if not values.get("title"):
                raise InvalidInput("A deliverable needs a title.", field="title")
            row = blank(next(refs), incoming.key_of_new(key), str(values.get("party_type") or only_role))
            fixed = {"ref": row.ref, "key": row.key, "party_type": row.party_type, "source": source}
            ids[key] = edit.insert("deliverable", {**entered.freed(row, values, None), **fixed})
        return ids


def _said(value: object) -> str:
    return "" if value is None else str(value)

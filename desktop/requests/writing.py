"""Writing requests and their questions, each call one step that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from desktop.changes import Changes, Subject
from desktop.errors import InvalidInput
from desktop.evidence.model import TargetKind
from desktop.records.plain_keys import added_title
from desktop.requests import entered
from desktop.requests.context import NOTHING, Desk, changes, named
from desktop.requests.model import QuestionDetails, QuestionEdit, RequestDetails
from local_db import audit
from local_db import info_requests as rows
from local_db.edit import Edit
from local_db.evidence import links_to
from local_db.info_requests import QUESTION_COLUMNS, QuestionRow
from local_db.references import next_references

KIND = "IRQ"
_WORDS = {
    "their_ref": "their reference",
    "received": "the day of receipt",
    "due": "the due day",
    "not_for_us": "why it does not apply",
}
_WRITTEN = tuple(one for one in QUESTION_COLUMNS if one != "request_id")


class Writer:
    """Writes requests and questions."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def add(self, details: RequestDetails) -> tuple[int, Changes]:
        """See RequestService."""
        title = "Add an information request"
        entered.request_values(details, self._desk.senders(), self._desk.today())
        with self._desk.edit("add", title) as edit:
            request_id = self.add_in(edit, details)
        return request_id, changes(title, 1)

    def add_in(self, edit: Edit, details: RequestDetails) -> int:
        """See RequestService."""
        values = entered.request_values(details, self._desk.senders(), self._desk.today())
        return edit.insert(
            "info_request",
            {
                "ref": next_references(edit.connection, KIND)[0],
                "created_at": audit.timestamp(self._desk.clock()),
                "created_by": self._desk.actor,
                **values,
            },
        )

    def edit(self, request_id: int, details: RequestDetails) -> Changes:
        """See RequestService."""
        with self._desk.store.reading() as connection:
            before = self._desk.request_row(connection, request_id)
        # A sender that a newer pack does not have any more stays, as long as nobody names another one.
        values = entered.request_values(
            details, {before.sender: before.sender, **self._desk.senders()}, self._desk.today()
        )
        differing = [name for name, value in values.items() if value != getattr(before, name)]
        if not differing:
            return Changes()
        title = f"Change {', '.join(_WORDS.get(name, name) for name in differing)} of {before.ref}"
        if "closed" in differing and bool(values["closed"]) != bool(before.closed):
            title = f"Close {before.ref}" if values["closed"] else f"Open {before.ref} again"
        with self._desk.edit("edit", title) as edit:
            edit.update("info_request", [request_id], {name: values[name] for name in differing})
        return changes(title, 1)

    def remove(self, request_id: int) -> Changes:
        """See RequestService."""
        with self._desk.store.reading() as connection:
            before = self._desk.request_row(connection, request_id)
            frozen = rows.frozen_over(connection, request_id)
            drafts = rows.drafts_over(connection, request_id)
        if frozen:
            some = ", ".join(frozen[:3]) + (f" and {len(frozen) - 3} more" if len(frozen) > 3 else "")
            raise InvalidInput(
                f"The answers to {before.ref} were frozen in {some}.",
                safe=NOTHING,
                todo="Close the request instead: what was answered stays readable.",
            )
        if drafts:
            one = len(drafts) == 1
            raise InvalidInput(
                f"{', '.join(drafts[:3])} {'is a draft' if one else 'are drafts'} of the answers to {before.ref}.",
                safe=NOTHING,
                todo=f"Remove {'it' if one else 'them'} first, or close the request.",
            )
        title = f"Remove {before.ref}"
        with self._desk.edit("remove", title) as edit:
            _forget(edit, [one.id for one in rows.questions(edit.connection, request_id)])
            edit.delete("info_request", [request_id])
        return changes(title, 1, Subject.EVIDENCE)

    def add_question(self, request_id: int, details: QuestionDetails) -> tuple[int, Changes]:
        """See RequestService."""
        values = entered.question_values(details)
        with self._desk.store.reading() as connection:
            request = self._desk.open_request(connection, request_id)
        title = f"{added_title('question', values['key'])} to {request.ref}"
        with self._desk.edit("question", title) as edit:
            here = rows.questions(edit.connection, request_id)
            _must_be_free(values["key"], here)
            question_id = add_rows(edit, request_id, [values], here)[0]
        return question_id, changes(title, 1)

    def edit_question(self, question_id: int, details: QuestionDetails) -> Changes:
        """See RequestService."""
        return self._write([question_id], entered.question_values(details), "edit")

    def change(self, question_ids: Sequence[int], change: QuestionEdit) -> Changes:
        """See RequestService."""
        given = {one.name: getattr(change, one.name) for one in fields(change)}
        return self._write(
            question_ids, entered.checked({name: value for name, value in given.items() if value is not None}), "edit"
        )

    def looked_at(self, question_ids: Sequence[int]) -> Changes:
        """See RequestService."""
        with self._desk.store.reading() as connection:
            found = self._desk.chosen(connection, question_ids)
        ask = [row for row in found if row.missing or row.text_hash != row.looked_hash]
        if not ask:
            return Changes()
        title = f"Say that the answer to {named(ask)} still holds"
        with self._desk.edit("looked", title) as edit:
            edit.update_many("info_question", ("looked_hash", "missing"), {row.id: (row.text_hash, 0) for row in ask})
        return changes(title, len(ask))

    def remove_questions(self, question_ids: Sequence[int]) -> Changes:
        """See RequestService."""
        if not question_ids:
            return Changes()
        with self._desk.store.reading() as connection:
            found = self._desk.chosen(connection, question_ids)
        title = f"Remove {named(found)}"
        with self._desk.edit("remove-questions", title) as edit:
            _forget(edit, [row.id for row in found])
        return changes(title, len(found), Subject.EVIDENCE)

    def paste(self, request_id: int, given: Sequence[Mapping[str, str]]) -> Changes:
        """See RequestService."""
        with self._desk.store.reading() as connection:
            request = self._desk.open_request(connection, request_id)
        said: dict[str, dict[str, str]] = {}
        for row in given:
            values = entered.checked(row)
            if "key" not in values:
                raise InvalidInput("A question needs its number, as the document has it.", field="key")
            if values["key"].casefold() in said:
                raise InvalidInput(f"{values['key']} is there twice.", safe=NOTHING, field="key")
            said[values["key"].casefold()] = values
        title = f"Paste questions into {request.ref}"
        with self._desk.edit("paste", title) as edit:
            here = rows.questions(edit.connection, request_id)
            known = {row.key.casefold(): row for row in here}
            new = [values for key, values in said.items() if key not in known]
            for values in new:
                if not values.get("text"):
                    raise InvalidInput(f"{values['key']} needs its text.", safe=NOTHING, field="text")
            add_rows(edit, request_id, new, here)
            # The number stays as it is here: the paste may write it in other letters.
            changed = {
                known[key].id: (known[key], {name: text for name, text in values.items() if name != "key"})
                for key, values in said.items()
                if key in known
            }
            count = len(new) + write_rows(edit, changed)
        return changes(title, count) if count else Changes()

    def _write(self, question_ids: Sequence[int], values: Mapping[str, str], action: str) -> Changes:
        """Give questions these values. Raises InvalidInput, NotFound."""
        with self._desk.store.reading() as connection:
            found = self._desk.chosen(connection, question_ids)
            changed = [row for row in found if any(getattr(row, name) != value for name, value in values.items())]
            if "key" in values:
                for row in changed:
                    others = (one for one in rows.questions(connection, row.request_id) if one.id != row.id)
                    _must_be_free(values["key"], others)
        if not changed:
            return Changes()
        differing = {name for row in changed for name in values if getattr(row, name) != values[name]}
        title = _title(changed, differing, values)
        with self._desk.edit(action, title) as edit:
            now = rows.questions_by_id(edit.connection, [row.id for row in changed])
            write_rows(edit, {row.id: (row, values) for row in now})
        return changes(title, len(changed))


def add_rows(
    edit: Edit,
    request_id: int,
    new: Sequence[Mapping[str, str]],
    here: Sequence[QuestionRow],
    extra: Mapping[str, str] | None = None,
) -> list[int]:
    """Add checked questions after those that are here; `extra`: number to JSON. Gives their ids."""
    last = max((row.position for row in here), default=0)
    made = []
    for place, values in enumerate(new, start=last + 1):
        asks = entered.text_hash(values)
        row = {
            **dict.fromkeys(entered.FIELDS, ""),
            **values,
            "text_hash": asks,
            "looked_hash": asks,
            "missing": 0,
            "extra": (extra or {}).get(values["key"], "{}"),
            "position": place,
        }
        made.append((request_id, *(row[name] for name in _WRITTEN)))
    return list(edit.insert_many("info_question", ("request_id", *_WRITTEN), made))


def write_rows(edit: Edit, changed: Mapping[int, tuple[QuestionRow, Mapping[str, object]]]) -> int:
    """Give questions new values, each its own. Gives how many differ.

    A question that was not answered has nothing to be looked at again, and who writes an answer has read the question.
    """
    written: dict[int, tuple[object, ...]] = {}
    for row_id, (row, values) in changed.items():
        before = {name: getattr(row, name) for name in _WRITTEN}
        after = {**before, **values}
        after["text_hash"] = entered.text_hash(after)
        answers = any(after[name] != before[name] for name in ("answer", "not_for_us"))
        if answers or not (before["answer"] or before["not_for_us"]):
            after["looked_hash"] = after["text_hash"]
        if after != before:
            written[row_id] = tuple(after[name] for name in _WRITTEN)
    edit.update_many("info_question", _WRITTEN, written)
    return len(written)


def reorder(edit: Edit, wanted: Sequence[QuestionRow]) -> None:
    """Give questions the places 1, 2, 3 ... in this order."""
    places = {row.id: (place,) for place, row in enumerate(wanted, start=1) if row.position != place}
    edit.update_many("info_question", ["position"], places)


def _forget(edit: Edit, question_ids: Sequence[int]) -> None:
    """Remove questions with their links to evidence; the evidence stays."""
    edit.delete("evidence_link", links_to(edit.connection, TargetKind.QUESTION, question_ids))
    edit.delete("info_question", question_ids)


def _must_be_free(key: str, others: Iterable[QuestionRow]) -> None:
    for row in others:
        if row.key.casefold() == key.casefold():
            raise InvalidInput(f"There is a question {row.key} already.", safe=NOTHING, field="key")


def _title(changed: Sequence[QuestionRow], differing: set[str], values: Mapping[str, str]) -> str:
    if differing == {"answer"}:
        return f"Answer {named(changed)}" if values["answer"] else f"Take back the answer to {named(changed)}"
    if differing == {"not_for_us"}:
        verb = "does not apply" if values["not_for_us"] else "applies"
        verb = verb if len(changed) == 1 else verb.replace("does", "do").replace("applies", "apply")
        return f"Say that {named(changed)} {verb}"
    order = [name for name in entered.FIELDS if name in differing]
    told = ", ".join("number" if name == "key" else _WORDS.get(name, name) for name in order)
    return f"Change {told} of {named(changed)}"

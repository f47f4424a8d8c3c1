"""What a file of questions would do to an information request; the request itself knows what is kept.

Decided here, and said in the notes or at the row:

- A known question is known by its number, without regard to case. One that a newer version lacks is kept and marked.
- A question that asks something else than before keeps its answer, which then asks to be looked at.
- An answer that a file gives is taken; a blank cell leaves the answer that is here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.errors import InvalidInput
from desktop.portfolio.mapping import fold
from desktop.records.cells import shown
from desktop.records.model import ChangeKind, RecordChange, RecordKind
from desktop.records.rows import Record
from desktop.requests.entered import text_hash
from desktop.requests.model import RequestDetails
from desktop.requests.service import RequestService
from desktop.testing.changed_here import ChangedHere, changed_here
from desktop.testing.import_plan import (
    Applied,
    Context,
    Known,
    Plan,
    Wanted,
    absence_notes,
    change_of,
    compared,
    counted,
    missing_change,
    missing_from,
    source_text,
)
from local_db.edit import Edit

KIND = RecordKind.QUESTIONS
UNASKED = "It has no text, and there is no question with this number to change."
_TITLE = 200


@dataclass
class _Rows:
    """The rows as they are judged one by one: those that can be taken, and why others cannot."""

    good: dict[str, Record] = field(default_factory=dict)
    """By the number as it is known here, or will be."""
    refused: list[RecordChange] = field(default_factory=list)


def plan_questions(
    context: Context, records: Sequence[Record], requests: RequestService, *, numbered: bool = False
) -> Plan:
    """Compare with the questions of the request. `numbered`: the numbers were made from the order of the rows.

    Raises NotFound, InvalidInput (field key) for rows without numbers that are not the request's.
    """
    request_id = context.options.request
    source = source_text(context.options)
    kept = {} if request_id is None else requests.texts(context.connection, request_id)
    # A request is one document, however a version of it is called.
    known = {
        key: Known(one.id, key, _title(one.values), {**one.values, "title": _title(one.values)}, one.extra, one.missing,
                   source)
        for key, one in kept.items()
    }  # fmt: skip
    stood = next((one.source for one in kept.values()), "")
    if numbered:
        _must_be_the_same(records, known)
    rows = _judged(records, known, requests)
    here = changed_here(context, KIND, rows.good, known)
    for key, one in here.items():
        rows.good[key] = one.record
    wanted, same, _ = compared(
        KIND,
        rows.good.values(),
        known,
        title_of=lambda record, before: _title({**(before.values if before else {}), **record.values}),
        ours=context.ours,
    )
    # The title is the beginning of the text, which is told itself.
    wanted = [replace(one, fields={name: two for name, two in one.fields.items() if name != "title"}) for one in wanted]
    stays = {one.key for one in same if not (context.ours and one.missing)} | {one.record.key for one in wanted}
    numbers = {*rows.good, *(one.key for one in rows.refused)}
    named = numbers | {_here(key, known) for key in context.refused}
    gone = missing_from(context, KIND, known.values(), named) if wanted or same else []
    resourced = bool(source and source != stood and same and not context.ours)
    plan = Plan(
        changes=[
            *(_with_note(change_of(one), here) for one in wanted),
            *(_with_note(_unchanged(one, rows.good), here) for one in same if one.key in here),
            *rows.refused,
            *(missing_change(one) for one in gone),
        ],
        unchanged=len(same),
        work=bool(wanted or gone or resourced),
        apply=lambda edit, import_id: _apply(
            edit, context, requests, {key: one for key, one in rows.good.items() if key in stays}, wanted, gone
        ),
        request_id=request_id,
    )
    if numbered:
        plan.notes.append("The file has no numbers: its rows became Q1, Q2 ... in their order.")
    plan.notes += _notes(wanted)
    if resourced:
        plan.notes.append(f"The request will be said to stand in {source}.")
    if here and not context.options.over_changes_here:
        were = counted(len(here), "question was", "questions were")
        plan.notes.append(f"{were} changed here since, where the file says the same as before: what is here is kept.")
    plan.notes += absence_notes(context, known.values(), named, "question")
    return plan


def _must_be_the_same(records: Sequence[Record], known: Mapping[str, Known]) -> None:
    """Rows without numbers may go into a request that has questions only when each is what stands in its place."""
    other = [
        one
        for one in records
        if known and (one.key not in known or fold(_title(one.values)) != fold(known[one.key].title))
    ]
    if not other:
        return
    one = other[0]
    here = f", which is “{shown(known[one.key].title)}”" if one.key in known else ""
    raise InvalidInput(
        f"The file has no numbers, and this request has questions: row {one.row:,}, “{shown(_title(one.values))}”, "
        f"would become {one.key}{here}.",
        field="key",
        safe="Nothing was imported.",
        todo="Map the column with the numbers, or take the file into a new request.",
    )


def _judged(records: Sequence[Record], known: Mapping[str, Known], requests: RequestService) -> _Rows:
    rows = _Rows()
    folded = {key.casefold(): key for key in known}
    for record in records:
        key = folded.setdefault(record.key.casefold(), record.key)
        title = _title(record.values)
        if key in rows.good:
            reason = f"{key} stands in another row in other letters (upper and lower case), so that it is not sure."
            rows.refused.append(RecordChange(record.key, title, ChangeKind.REFUSED, record.row, reason=reason))
            continue
        # A text is never cleared: a question without one asks nothing.
        given = {name: text for name, text in record.values.items() if name != "text" or text}
        try:
            requests.checked({"key": key})
            values = dict(requests.checked(given))
        except InvalidInput as error:
            reason = f"{error.what} {error.todo}".strip()
            rows.refused.append(RecordChange(record.key, title, ChangeKind.REFUSED, record.row, reason=reason))
            continue
        if key not in known and not values.get("text"):
            rows.refused.append(RecordChange(record.key, title, ChangeKind.REFUSED, record.row, reason=UNASKED))
            continue
        rows.good[key] = replace(record, key=key, values=values)
    return rows


def _here(key: str, known: Mapping[str, Known]) -> str:
    """The number as the request has it, where it differs in its case only."""
    if key in known:
        return key
    return next((one for one in known if one.casefold() == key.casefold()), key)


def _title(values: Mapping[str, str]) -> str:
    """The beginning of what it asks."""
    text = " ".join(values.get("text", "").split())
    return text if len(text) <= _TITLE else f"{text[: _TITLE - 3]}..."


def _unchanged(known: Known, records: Mapping[str, Record]) -> RecordChange:
    return RecordChange(known.key, known.title, ChangeKind.UNCHANGED, records[known.key].row)


def _with_note(change: RecordChange, here: Mapping[str, ChangedHere]) -> RecordChange:
    changed = here.get(change.key)
    return replace(change, note=changed.note, here=changed.fields) if changed else change


def _notes(wanted: Sequence[Wanted]) -> list[str]:
    answered = [
        one
        for one in wanted
        if one.known is not None
        and (one.known.values.get("answer") or one.known.values.get("not_for_us"))
        and text_hash(one.known.values) != text_hash(one.values)
    ]
    asked = [one for one in answered if "Answer" not in one.fields]
    notes = []
    if asked:
        notes.append(
            f"{counted(len(asked), 'answered question')} {'asks' if len(asked) == 1 else 'ask'} something else than "
            "before: the answer stays and asks to be looked at."
        )
    over = [
        one for one in wanted if one.known is not None and one.known.values.get("answer") and "Answer" in one.fields
    ]
    if over:
        names = ", ".join(shown(one.record.key) for one in over[:5]) + (" ..." if len(over) > 5 else "")
        notes.append(
            f"The file gives another answer to {counted(len(over), 'question')} that "
            f"{'is' if len(over) == 1 else 'are'} answered here ({names}): the file’s is taken."
        )
    return notes


def _apply(  # noqa: PLR0917 - everything that was planned
    edit: Edit,
    context: Context,
    requests: RequestService,
    good: Mapping[str, Record],
    wanted: Sequence[Wanted],
    gone: Sequence[Known],
) -> Applied:
    request_id = context.options.request
    if request_id is None:
        request_id = requests.add_in(edit, RequestDetails(context.options.new_request))
    changed = {one.record.key: one for one in wanted}
    given: dict[str, Mapping[str, str]] = {}
    extra: dict[str, Mapping[str, str]] = {}
    # Every row in the order of the file: the request takes that order when the file has all of it.
    for key, record in good.items():
        given[key] = record.values if key in changed else {}
        if key in changed:
            extra[key] = changed[key].extra
    still = [one.known.id for one in wanted if one.stays_missing and one.known is not None]
    source = "" if context.ours else source_text(context.options)
    ids = requests.upsert_in(edit, request_id, given, extra, [*(one.id for one in gone), *still], source)
    applied = Applied([(KIND, ids[one.record.key], change_of(one)) for one in wanted], request_id=request_id)
    applied.records += [(KIND, one.id, missing_change(one)) for one in gone]
    return applied

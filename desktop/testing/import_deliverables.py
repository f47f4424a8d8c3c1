"""What a file of PIT deliverables would do to the plan; the plan itself knows what each row means (desktop/pit)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.errors import InvalidInput
from desktop.pit.service import PitService
from desktop.portfolio.mapping import fold
from desktop.records.model import ChangeKind, RecordChange, RecordKind
from desktop.records.rows import Record
from desktop.testing.import_plan import Applied, Context, Known, Plan, Wanted, change_of, compared, listed, source_text
from local_db.edit import Edit

_EVERYBODY = "All party types"
"""How the plan's table and workbook show a deliverable that is for no party type in particular."""
_OF_PLAN = {
    "gate": ("gate", "no day is planned from it"),
    "stage": ("stage", "it is kept as it stands"),
    "party_type": ("party type", "it is kept as it stands"),
}
"""Fields whose words the plan knows: what they are, and what comes of a word that it does not know."""


def plan_deliverables(context: Context, records: Sequence[Record], pit: PitService) -> Plan:
    """Compare with the deliverables of the plan."""
    ids = pit.matched(context.connection, [record.key for record in records])
    texts = pit.texts(context.connection)
    known = {key: Known(row_id, key, texts[row_id]["title"], texts[row_id]) for key, row_id in ids.items()}
    good: list[Record] = []
    refused: list[RecordChange] = []
    taken: dict[int, int] = {}
    strange: dict[str, list[str]] = {}
    for record in records:
        title = record.values.get("title", "")
        before = known.get(record.key)
        if before is not None and before.id in taken:
            reason = f"Row {taken[before.id]:,} is the same deliverable under another id."
            refused.append(RecordChange(record.key, title, ChangeKind.REFUSED, record.row, reason=reason))
            continue
        given = {name: text for name, text in record.values.items() if name != "key"}
        if fold(given.get("party_type", "")) == fold(_EVERYBODY):
            given["party_type"] = ""
        try:
            said = pit.checked(given)
        except InvalidInput as error:
            reason = f"{error.what} {error.todo}".strip()
            refused.append(RecordChange(record.key, title, ChangeKind.REFUSED, record.row, reason=reason))
            continue
        if before is not None:
            taken[before.id] = record.row
        for name, word in pit.unknown_words(context.connection, said).items():
            strange.setdefault(name, []).append(word)
        good.append(replace(record, values=said, extra={}))
    wanted, same, untitled = compared(
        RecordKind.DELIVERABLES,
        good,
        known,
        title_of=lambda record, before: record.values.get("title") or (before.title if before else ""),
    )
    kept_not = any(record.extra for record in records)
    left = ["Columns that are mapped to nothing are not kept with deliverables."] if kept_not else []
    return Plan(
        changes=[*(change_of(one) for one in wanted), *refused, *untitled],
        unchanged=len(same),
        work=bool(wanted),
        apply=lambda edit, import_id: _apply(edit, wanted, pit, source_text(context.options)),
        notes=[*left, *(_unknown(name, words) for name, words in strange.items())],
    )


def _unknown(name: str, words: Sequence[str]) -> str:
    """What is said of words that the plan does not have: how many deliverables, which words, what follows."""
    what, follows = _OF_PLAN[name]
    deliverables = "1 deliverable names" if len(words) == 1 else f"{len(words):,} deliverables name"
    shown = listed([f"“{one}”" for one in dict.fromkeys(words)])
    return f"{deliverables} no {what} of the plan: {shown}; {follows}."


def _apply(edit: Edit, wanted: Sequence[Wanted], pit: PitService, source: str) -> Applied:
    given = {
        one.record.key: {name: text for name, text in one.record.values.items() if name != "key"} for one in wanted
    }  # fmt: skip
    ids = pit.upsert_in(edit, given, source)
    return Applied([(RecordKind.DELIVERABLES, ids[one.record.key], change_of(one)) for one in wanted])

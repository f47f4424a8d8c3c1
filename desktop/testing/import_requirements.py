"""What a file of requirements (an RTTM) would do to those that are kept, to their test cases and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.records.model import ChangeKind, RecordChange, RecordKind
from desktop.records.rows import Record
from desktop.testing.hashing import requirement_hash
from desktop.testing.import_links import LinkPlan, planned_links
from desktop.testing.import_plan import (
    Applied,
    Context,
    Known,
    Plan,
    Wanted,
    absence_notes,
    case_notice,
    change_of,
    compared,
    counted,
    missing_change,
    missing_from,
    same_document,
    source_text,
    with_links,
)
from desktop.testing.requirement_rows import EMPTY_REQUIREMENT, extra_of, extra_text
from local_db import requirements
from local_db.edit import Edit

FIELDS = ("title", "text", "family", "stage", "party", "priority", "applies", "owner", "note")
ASKING = ("title", "text", "family", "stage", "party")
"""What is in its hash."""
LONGEST_TITLE = 200


@dataclass(frozen=True)
class _Work:
    """What is to be written."""

    wanted: list[Wanted]
    gone: list[Known]
    resourced: list[Known]
    """Unchanged ones that are of a newer version of their document now."""
    links: LinkPlan


def plan_requirements(context: Context, records: Sequence[Record]) -> Plan:
    """Compare with what is kept."""
    rows = requirements.requirements(context.connection)
    known = {
        row.key: Known(
            row.id, row.key, row.title, {name: getattr(row, name) for name in FIELDS}, extra_of(row.extra),
            bool(row.missing), row.source,
        )
        for row in rows
    }  # fmt: skip
    wanted, same, refused = compared(RecordKind.REQUIREMENTS, records, known, title_of=_title, ours=context.ours)
    taken = {one.record.key for one in wanted} | {one.key for one in same}
    pairs = {record.key: record.keys.get("cases", ()) for record in records if record.key in taken}
    links = planned_links(context, pairs, of_requirements=True)
    wanted, same = with_links(wanted, same, records, links.told(), "Test cases")
    named = {record.key for record in records} | context.refused
    gone = missing_from(context, RecordKind.REQUIREMENTS, known.values(), named) if taken else []
    source = source_text(context.options)
    resourced = [one for one in same if source and one.source != source and not context.ours]
    work = _Work(wanted, gone, resourced, links)
    plan = Plan(
        changes=[*(change_of(one) for one in wanted), *refused, *(missing_change(one) for one in gone)],
        unchanged=len(same),
        work=bool(wanted or gone or resourced),
        apply=lambda edit, import_id: _apply(edit, context, work),
    )
    plan.notes += case_notice(named, known, "requirement")
    plan.notes += links.notes
    plan.notes += absence_notes(context, known.values(), named, "requirement")
    if context.options.source.strip() and context.options.complete and not context.ours:
        others = sum(1 for one in known.values() if not same_document(one.source, context.options))
        if others:
            plan.notes.append(
                f"{counted(others, 'requirement')} of other documents than {context.options.source.strip()} "
                "stay as they are."
            )
    if resourced:
        plan.notes.append(f"{counted(len(resourced), 'unchanged requirement')} will be said to stand in {source}.")
    touched = {one.known.id for one in wanted if one.known and _asks_otherwise(one)}
    asked = sum(1 for link in requirements.links(context.connection) if link.requirement_id in touched)
    if asked:
        plan.notes.append(
            f"{counted(asked, 'link')} to test cases will ask to be looked at, since the requirement reads otherwise."
        )
    return plan


def _title(record: Record, known: Known | None) -> str:
    """Its own; of a new one without, the first line of its text."""
    if title := record.values.get("title"):
        return title
    if known is not None:
        return known.title
    text = record.values.get("text", "")
    first = text.split("\n", 1)[0]
    return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 3]}..."


def _asks_otherwise(one: Wanted) -> bool:
    assert one.known is not None
    return any(one.known.values.get(name, "") != one.values.get(name, "") for name in ASKING)


def _apply(edit: Edit, context: Context, work: _Work) -> Applied:
    applied = Applied()
    source = source_text(context.options)
    new = [one for one in work.wanted if one.known is None]
    old = [one for one in work.wanted if one.known is not None]
    position = requirements.next_position(edit.connection, "requirement")
    ids = edit.insert_many(
        "requirement",
        ["key", *FIELDS, "source", "extra", "hash", "position"],
        [
            (
                one.record.key, *(one.values.get(name, "") for name in FIELDS), source, extra_text(one.extra),
                _hash(one), position + place,
            )
            for place, one in enumerate(new)
        ],
    )  # fmt: skip
    # A sheet of ours is no document in which a known record stands.
    stands = "" if context.ours else source
    rows = {}
    for one in old:
        assert one.known is not None
        rows[one.known.id] = (
            *(one.values.get(name, "") for name in FIELDS), stands or one.known.source, extra_text(one.extra),
            _hash(one), int(one.stays_missing),
        )  # fmt: skip
    edit.update_many("requirement", [*FIELDS, "source", "extra", "hash", "missing"], rows)
    edit.update("requirement", [one.id for one in work.gone], {"missing": 1})
    edit.update("requirement", [one.id for one in work.resourced], {"source": source})
    id_of = {one.record.key: row_id for one, row_id in zip(new, ids, strict=True)}
    id_of |= {one.record.key: one.known.id for one in old if one.known is not None}
    kind = RecordKind.REQUIREMENTS
    applied.records += [(kind, id_of[one.record.key], change_of(one)) for one in work.wanted]
    applied.records += [(kind, one.id, missing_change(one)) for one in work.gone]
    made = work.links.apply(edit, source)
    applied.records += [
        (RecordKind.CASES, row_id, RecordChange(key, key, ChangeKind.ADDED, fields={"Title": ("", key)}))
        for key, row_id in made.items()
    ]
    return applied


def _hash(one: Wanted) -> str:
    asking = {name: one.values.get(name, "") for name in ASKING}
    return requirement_hash(replace(EMPTY_REQUIREMENT, **asking))  # type: ignore[arg-type]  # texts only

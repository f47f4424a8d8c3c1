"""What a file of test cases would do to those that are kept, to their steps and links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from desktop.records.model import RecordKind
from desktop.records.rows import Record
from desktop.testing.hashing import case_hash
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
    source_text,
    with_links,
)
from desktop.testing.model import Case, Step
from desktop.testing.requirement_rows import (
    EMPTY_CASE,
    case_of,
    extra_text,
    step_row,
    steps_as_text,
    steps_by_case,
)
from local_db import requirements
from local_db.edit import Edit

FIELDS = (
    "title", "scenario", "description", "precondition", "expected", "stage", "priority", "owner", "note",
)  # fmt: skip
TESTED = ("title", "scenario", "description", "precondition", "expected", "stage")
"""What is in a case's hash, with its steps."""
_STEP = {
    "step": "step",
    "step_description": "description",
    "step_source": "source",
    "step_recipient": "recipient",
    "step_message": "message",
    "step_who": "who",
    "step_valid": "valid",
}
"""Fields of a file to those of a step."""


@dataclass(frozen=True)
class _Work:
    """What is to be written."""

    wanted: list[Wanted]
    steps: dict[str, tuple[Step, ...]]
    """Of the cases whose steps are new or differ."""
    kept_steps: dict[str, tuple[Step, ...]]
    gone: list[Known]
    resourced: list[Known]
    links: LinkPlan


def plan_cases(context: Context, records: Sequence[Record]) -> Plan:
    """Compare with what is kept."""
    kept = _kept(context)
    known = {key: _known(case) for key, case in kept.items()}
    steps = {record.key: _steps(record, kept.get(record.key), context.options.clear_blanks) for record in records}
    given = [
        replace(record, values={**record.values, "steps": steps_as_text(steps[record.key])}) if record.steps else record
        for record in records
    ]
    wanted, same, refused = compared(RecordKind.CASES, given, known, title_of=_title, ours=context.ours)
    wanted = [replace(one, fields=_named(one.fields)) for one in wanted]
    taken = {one.record.key for one in wanted} | {one.key for one in same}
    pairs = {record.key: record.keys.get("requirements", ()) for record in records if record.key in taken}
    links = planned_links(context, pairs, of_requirements=False)
    wanted, same = with_links(wanted, same, given, links.told(), "Requirements")
    named = {record.key for record in records} | context.refused
    gone = missing_from(context, RecordKind.CASES, known.values(), named) if taken else []
    source = source_text(context.options)
    resourced = [one for one in same if source and one.source != source and not context.ours]
    work = _Work(
        wanted,
        {one.record.key: steps[one.record.key] for one in wanted if one.record.steps},
        {key: case.steps for key, case in kept.items()},
        gone,
        resourced,
        links,
    )
    plan = Plan(
        changes=[*(change_of(one) for one in wanted), *refused, *(missing_change(one) for one in gone)],
        unchanged=len(same),
        work=bool(wanted or gone or resourced),
        apply=lambda edit, import_id: _apply(edit, context, work),
    )
    plan.notes += [*case_notice(named, known, "test case"), *links.notes]
    plan.notes += absence_notes(context, known.values(), named, "test case")
    total = sum(len(some) for some in work.steps.values())
    if total:
        plan.notes.append(f"{counted(total, 'step')} of new and changed cases.")
    if resourced:
        plan.notes.append(f"{counted(len(resourced), 'unchanged test case')} will be said to stand in {source}.")
    return plan


def _kept(context: Context) -> dict[str, Case]:
    by_case = steps_by_case(requirements.steps(context.connection))
    return {row.key: case_of(row, by_case.get(row.id, ())) for row in requirements.cases(context.connection)}


def _known(case: Case) -> Known:
    values = {name: str(getattr(case, name)) for name in FIELDS}
    values["steps"] = steps_as_text(case.steps)
    return Known(case.id, case.key, case.title, values, case.extra, case.missing, case.source)


def _title(record: Record, known: Known | None) -> str:
    """Its own; of a new one without, the first line of its description or scenario, else its id."""
    if title := record.values.get("title"):
        return title
    if known is not None:
        return known.title
    text = record.values.get("description") or record.values.get("scenario") or record.key
    return text.split("\n", 1)[0][:200]


def _steps(record: Record, kept: Case | None, clear_blanks: bool) -> tuple[Step, ...]:
    """The steps of a record: a blank cell leaves what the step of the same number said, unless it clears."""
    if not record.steps:
        return kept.steps if kept is not None else ()
    before = {step.step: step for step in kept.steps} if kept is not None and not clear_blanks else {}
    made = []
    for position, given in enumerate(record.steps, start=1):
        number = given.get("step") or str(position)
        base = before.get(number, Step(position, number))
        texts = {name: given[cell] for cell, name in _STEP.items() if cell != "step" and given.get(cell)}
        made.append(replace(base, position=position, step=number, **texts))
    return tuple(made)


def _named(fields: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {"Steps" if name == "steps" else name: pair for name, pair in fields.items()}


def _apply(edit: Edit, context: Context, work: _Work) -> Applied:
    applied = Applied()
    source = source_text(context.options)
    new = [one for one in work.wanted if one.known is None]
    old = [one for one in work.wanted if one.known is not None]
    position = requirements.next_position(edit.connection, "test_case")
    ids = edit.insert_many(
        "test_case",
        ["key", *FIELDS, "source", "extra", "hash", "position"],
        [
            (
                one.record.key, *(one.values.get(name, "") for name in FIELDS), source, extra_text(one.extra),
                _hash(one, work), position + place,
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
            _hash(one, work), int(one.stays_missing),
        )  # fmt: skip
    edit.update_many("test_case", [*FIELDS, "source", "extra", "hash", "missing"], rows)
    edit.update("test_case", [one.id for one in work.gone], {"missing": 1})
    edit.update("test_case", [one.id for one in work.resourced], {"source": source})
    id_of = {one.record.key: row_id for one, row_id in zip(new, ids, strict=True)}
    id_of |= {one.record.key: one.known.id for one in old if one.known is not None}
    other = [key for key, steps in work.steps.items() if steps != work.kept_steps.get(key, ())]
    replaced = [id_of[key] for key in other if work.kept_steps.get(key)]
    edit.delete("test_step", [row.id for row in requirements.steps(edit.connection, replaced)] if replaced else [])
    edit.insert_many(
        "test_step",
        requirements.STEP_COLUMNS,
        [step_row(id_of[key], step) for key in other for step in work.steps[key]],
    )
    applied.records += [(RecordKind.CASES, id_of[one.record.key], change_of(one)) for one in work.wanted]
    applied.records += [(RecordKind.CASES, one.id, missing_change(one)) for one in work.gone]
    work.links.apply(edit)
    return applied


def _hash(one: Wanted, work: _Work) -> str:
    texts = {name: one.values.get(name, "") for name in TESTED}
    steps = work.steps.get(one.record.key, work.kept_steps.get(one.record.key, ()))
    return case_hash(replace(EMPTY_CASE, steps=steps, **texts))  # type: ignore[arg-type]  # texts only

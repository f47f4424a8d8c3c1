"""What a file of defects or of work-off items would do to those that are kept.

A defect is known by its reference here, else by its number in the participant's own tool; a work-off item by its
reference, which a file may give it, else by its title. Neither is marked when it is not in a file: a log of one team or
release says nothing about the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from desktop.pit.model import SeverityLevel
from desktop.portfolio.mapping import fold
from desktop.records.model import ChangeKind, RecordChange, RecordKind
from desktop.records.rows import Record
from desktop.testing.import_plan import Applied, Context, Known, Plan, Wanted, change_of, compared, counted, listed
from desktop.testing.model import DefectStatus, WorkOffStatus
from local_db import defects, requirements, test_runs
from local_db.edit import Edit
from local_db.references import next_references

DEFECT_FIELDS = (
    "key", "title", "description", "severity", "status", "owner", "raised", "due", "closed", "resolution",
)  # fmt: skip
WORK_OFF_FIELDS = (
    "title", "description", "owner", "due", "status", "agreed_by", "agreed_on", "closed", "note",
)  # fmt: skip


def plan_defects(context: Context, records: Sequence[Record], severities: Sequence[SeverityLevel]) -> Plan:
    """Compare defects with what is kept; `severities` is the scale in use."""
    names = {one.id: one.name for one in severities}
    rows = defects.defects(context.connection)
    kept = [
        Known(
            row.id,
            row.ref,
            row.title,
            {**{name: getattr(row, name) for name in DEFECT_FIELDS}, "severity": names.get(row.severity, row.severity)},
        )
        for row in rows
    ]
    by_ref = {one.key: one for one in kept}
    by_key = {one.values["key"]: one for one in kept if one.values["key"]}

    def kept_of(record: Record) -> Known | None:
        ref = record.values.get("ref", "")
        return by_ref.get(ref) or by_key.get(record.values.get("key", "") or ref)

    ids = {fold(text): one.id for one in severities for text in (one.id, one.name)}
    good: list[Record] = []
    refused: list[RecordChange] = []
    for record in records:
        values = {name: text for name, text in record.values.items() if name != "ref"}
        before = kept_of(record)
        if record.values.get("ref") and before is None:
            # A reference of another tool under the heading of ours: it is the defect's number there.
            values.setdefault("key", record.values["ref"])
        severity = values.get("severity", "")
        if severity:
            known = ids.get(fold(severity))
            if known is None and (before is None or severity != before.values["severity"]):
                reason = (
                    f"The scale has no severity “{severity[:60]}”; use {listed([one.name for one in severities], 9)}, "
                    "or map no heading to the severity."
                )
                refused.append(
                    RecordChange(record.key, values.get("title", ""), ChangeKind.REFUSED, record.row, reason=reason)
                )
                continue
            values["severity"] = names[known] if known else severity
        if not values.get("status"):
            values.pop("status", None)
        if before is None:
            values.setdefault("status", DefectStatus.OPEN.value)
        good.append(replace(record, values=values))
    matched = _matched(good, records, kept_of)
    wanted, same, untitled = compared(RecordKind.DEFECTS, good, matched, title_of=_title)
    newest = {row.case_id: row.result_id for row in test_runs.newest(context.connection)}
    case_ids = {row.key: row.id for row in requirements.cases(context.connection)}
    seen = {(one.defect_id, one.result_id) for one in defects.seen_in(context.connection)}
    links: dict[str, list[int]] = {}
    unseen: dict[str, None] = {}
    for record in good:
        before = matched.get(record.key)
        for key in record.keys.get("cases", ()):
            result = newest.get(case_ids.get(key, 0))
            if result is None:
                unseen[key] = None
            elif before is None or (before.id, result) not in seen:
                links.setdefault(record.key, []).append(result)
    plan = Plan(
        changes=[*(change_of(one) for one in wanted), *refused, *untitled],
        unchanged=len(same),
        work=bool(wanted or links),
        apply=lambda edit, import_id: _apply_defects(
            edit, wanted, same, links, {name: one for one, name in names.items()}
        ),
    )
    if links:
        total = sum(len(some) for some in links.values())
        plan.notes.append(f"{counted(total, 'link')} to the newest results of test cases will be added.")
    if unseen:
        plan.notes.append(f"Test cases without a result, to which nothing is linked: {listed(list(unseen))}.")
    return plan


def plan_work_off(context: Context, records: Sequence[Record]) -> Plan:
    """Compare work-off items with what is kept."""
    rows = defects.work_off(context.connection)
    kept = [
        Known(
            row.id,
            row.ref,
            row.title,
            {
                **{name: getattr(row, name) for name in WORK_OFF_FIELDS},
                "defect": row.defect_ref,
                "requirement": row.requirement_key,
            },
        )
        for row in rows
    ]
    by_ref = {one.key: one for one in kept}
    by_title: dict[str, list[Known]] = {}
    for one in kept:
        by_title.setdefault(one.title, []).append(one)

    def kept_of(record: Record) -> Known | None:
        if ref := record.values.get("ref", ""):
            return by_ref.get(ref)
        titled = by_title.get(record.values.get("title", ""), ())
        return titled[0] if len(titled) == 1 else None

    defect_of = {name: row for row in defects.defects(context.connection) for name in (row.key, row.ref) if name}
    requirement_of = {row.key: row.id for row in requirements.requirements(context.connection)}
    unknown: dict[str, None] = {}
    good: list[Record] = []
    refs: dict[str, str] = {}
    for record in records:
        values = {name: text for name, text in record.values.items() if name != "ref"}
        refs[record.key] = record.values.get("ref", "")
        if named := values.get("defect"):
            if named in defect_of:
                values["defect"] = defect_of[named].ref
            else:
                unknown[values.pop("defect")] = None
        if (named := values.get("requirement")) and named not in requirement_of:
            unknown[values.pop("requirement")] = None
        if not values.get("status"):
            values.pop("status", None)
        if kept_of(record) is None:
            values.setdefault("status", WorkOffStatus.OPEN.value)
        good.append(replace(record, values=values))
    matched = _matched(good, records, kept_of)
    wanted, same, untitled = compared(RecordKind.WORK_OFF, good, matched, title_of=_title)
    defect_ids = {row.ref: row.id for row in defect_of.values()}
    plan = Plan(
        changes=[*(change_of(one) for one in wanted), *untitled],
        unchanged=len(same),
        work=bool(wanted),
        apply=lambda edit, import_id: _apply_work_off(edit, wanted, refs, defect_ids, requirement_of),
    )
    if unknown:
        plan.notes.append(f"Defects and requirements that are not here, and are left out: {listed(list(unknown))}.")
    loose = sum(1 for one in wanted if not one.values.get("defect") and not one.values.get("requirement"))
    if loose:
        plan.notes.append(f"For no defect and no requirement that is here: {counted(loose, 'work-off item')}.")
    return plan


def _title(record: Record, known: Known | None) -> str:
    return record.values.get("title") or (known.title if known is not None else "")


def _matched(
    good: Sequence[Record], records: Sequence[Record], kept_of: Callable[[Record], Known | None]
) -> dict[str, Known]:
    """The kept record of each row by the row's id."""
    whole = {record.key: record for record in records}
    found = ((record.key, kept_of(whole[record.key])) for record in good)
    return {key: known for key, known in found if known is not None}


def _apply_defects(
    edit: Edit,
    wanted: Sequence[Wanted],
    same: Sequence[Known],
    links: Mapping[str, Sequence[int]],
    severity_ids: Mapping[str, str],
) -> Applied:
    def columns(one: Wanted) -> tuple[str, ...]:
        values = {
            **one.values,
            "severity": severity_ids.get(one.values.get("severity", ""), one.values.get("severity", "")),
        }
        return tuple(values.get(name, "") for name in DEFECT_FIELDS)

    new = [one for one in wanted if one.known is None]
    refs = next_references(edit.connection, "DEF", len(new)) if new else []
    ids = edit.insert_many(
        "defect", ["ref", *DEFECT_FIELDS], [(ref, *columns(one)) for ref, one in zip(refs, new, strict=True)]
    )
    edit.update_many("defect", DEFECT_FIELDS, {one.known.id: columns(one) for one in wanted if one.known is not None})
    id_of = {one.record.key: row_id for one, row_id in zip(new, ids, strict=True)}
    id_of |= {one.record.key: one.known.id for one in wanted if one.known is not None}
    by_ref = {one.key: one.id for one in same} | {one.values["key"]: one.id for one in same if one.values.get("key")}
    rows = [
        (id_of.get(key) or by_ref[key], result) for key, some in links.items() for result in dict.fromkeys(some)
    ]  # fmt: skip
    edit.insert_many("defect_result", ["defect_id", "result_id"], rows)
    return Applied([(RecordKind.DEFECTS, id_of[one.record.key], change_of(one)) for one in wanted])


def _apply_work_off(
    edit: Edit,
    wanted: Sequence[Wanted],
    refs: Mapping[str, str],
    defect_ids: Mapping[str, int],
    requirement_ids: Mapping[str, int],
) -> Applied:
    def columns(one: Wanted) -> tuple[object, ...]:
        return (
            *(one.values.get(name, "") for name in WORK_OFF_FIELDS),
            defect_ids.get(one.values.get("defect", "")),
            requirement_ids.get(one.values.get("requirement", "")),
        )

    names = [*WORK_OFF_FIELDS, "defect_id", "requirement_id"]
    new = [one for one in wanted if one.known is None]
    nameless = sum(1 for one in new if not refs[one.record.key])
    given = iter(next_references(edit.connection, "WOP", nameless) if nameless else ())
    rows = [(refs[one.record.key] or next(given), *columns(one)) for one in new]
    ids = edit.insert_many("work_off", ["ref", *names], rows)
    edit.update_many("work_off", names, {one.known.id: columns(one) for one in wanted if one.known is not None})
    id_of = {one.record.key: row_id for one, row_id in zip(new, ids, strict=True)}
    id_of |= {one.record.key: one.known.id for one in wanted if one.known is not None}
    return Applied([(RecordKind.WORK_OFF, id_of[one.record.key], change_of(one)) for one in wanted])

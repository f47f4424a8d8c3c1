"""What a file of defects or of work-off items would do to those that are kept.

A defect is known by its reference here, else by its number in the participant's own tool; a work-off item by its
reference, which a file may give it, else by its title. Neither is marked when it is not in a file: a log of one team or
release says nothing about the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from desktop.errors import InvalidInput
from desktop.pit.model import SeverityLevel
from desktop.portfolio.mapping import fold
from desktop.records.model import ChangeKind, RecordChange, RecordKind
from desktop.records.rows import Record
from desktop.testing.day_rules import ENDED, check_defect, check_work_off, closing_day
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
    told = _Told("defect", context.today)
    for record in records:
        values = {name: text for name, text in record.values.items() if name != "ref"}
        before = kept_of(record)
        if record.values.get("ref") and before is None:
            # A reference of another tool under the heading of ours: it is the defect's number there.
            values.setdefault("key", record.values["ref"])
        if reason := _scaled(values, before, ids, names):
            refused.append(
                RecordChange(record.key, values.get("title", ""), ChangeKind.REFUSED, record.row, reason=reason)
            )
            continue
        if not values.get("status"):
            values.pop("status", None)
        if before is None:
            values.setdefault("status", DefectStatus.OPEN.value)
        try:
            check_defect(_closed(values, before, context.today, told), context.today)
        except InvalidInput as error:
            refused.append(_refused(record, values, error))
            continue
        good.append(replace(record, values=values))
    matched = _matched(good, records, kept_of)
    wanted, same, untitled = compared(RecordKind.DEFECTS, good, matched, title_of=_title)
    links, unseen = _new_links(context, good, matched)
    plan = Plan(
        changes=[*(change_of(one) for one in wanted), *refused, *untitled],
        unchanged=len(same),
        work=bool(wanted or links),
        apply=lambda edit, import_id: _apply_defects(
            edit, wanted, same, links, {name: one for one, name in names.items()}
        ),
        notes=told.notes(),
    )
    if links:
        total = sum(len(some) for some in links.values())
        plan.notes.append(f"{counted(total, 'link')} to the newest results of test cases will be added.")
    if unseen:
        plan.notes.append(f"Test cases without a result, to which nothing is linked: {listed(list(unseen))}.")
    return plan


def _scaled(values: dict[str, str], before: Known | None, ids: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Put the scale's own word for the severity; why the row is refused, '' when it is not."""
    severity = values.get("severity", "")
    if not severity:
        return ""
    known = ids.get(fold(severity))
    if known is None and (before is None or severity != before.values["severity"]):
        return (
            f"The scale has no severity “{severity[:60]}”; use {listed(list(names.values()), 9)}, or map no heading to "
            "the severity."
        )
    values["severity"] = names[known] if known else severity
    return ""


def _new_links(
    context: Context, good: Sequence[Record], matched: Mapping[str, Known]
) -> tuple[dict[str, list[int]], dict[str, None]]:
    """Results to link by the row's id, and cases without a result."""
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
    return links, unseen


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
    refused: list[RecordChange] = []
    told = _Told("work-off item", context.today)
    refs: dict[str, str] = {}
    for record in records:
        values = {name: text for name, text in record.values.items() if name != "ref"}
        refs[record.key] = record.values.get("ref", "")
        before = kept_of(record)
        lost = []
        if named := values.get("defect"):
            if named in defect_of:
                values["defect"] = defect_of[named].ref
            else:
                lost.append(values.pop("defect"))
        if (named := values.get("requirement")) and named not in requirement_of:
            lost.append(values.pop("requirement"))
        if not values.get("status"):
            values.pop("status", None)
        if before is None:
            values.setdefault("status", WorkOffStatus.OPEN.value)
        whole = _closed(values, before, context.today, told)
        try:
            check_work_off(whole, context.today, is_for=bool(whole.get("defect") or whole.get("requirement")))
        except InvalidInput as error:
            refused.append(_refused(record, values, error, lost))
            continue
        unknown |= dict.fromkeys(lost)
        good.append(replace(record, values=values))
    matched = _matched(good, records, kept_of)
    wanted, same, untitled = compared(RecordKind.WORK_OFF, good, matched, title_of=_title)
    defect_ids = {row.ref: row.id for row in defect_of.values()}
    plan = Plan(
        changes=[*(change_of(one) for one in wanted), *refused, *untitled],
        unchanged=len(same),
        work=bool(wanted),
        apply=lambda edit, import_id: _apply_work_off(edit, wanted, refs, defect_ids, requirement_of),
        notes=told.notes(),
    )
    if unknown:
        plan.notes.append(f"Defects and requirements that are not here, and are left out: {listed(list(unknown))}.")
    return plan


@dataclass
class _Told:
    """What was put in place or left out, to be told."""

    word: str
    day: str
    undated: int = 0
    open: int = 0

    def notes(self) -> list[str]:
        notes = []
        if self.undated:
            notes.append(f"Closed without a day: {counted(self.undated, self.word)}; {self.day} is put there.")
        if self.open:
            notes.append(f"Open with a closing day, which is left out: {counted(self.open, self.word)}.")
        return notes


def _closed(values: dict[str, str], before: Known | None, today: str, told: _Told) -> dict[str, str]:
    """Give `values` the closing day that the status asks for, as for typed ones; returns all values as they will be."""
    kept = before.values if before is not None else {}
    whole = {**kept, **values}
    given = whole.get("closed", "")
    if values.get("closed") == "" and whole["status"] in ENDED:
        given = kept.get("closed", "")
    closed = closing_day(whole["status"], given, today)
    told.undated += bool(closed and not given)
    told.open += bool(values.get("closed") and not closed)
    if closed != kept.get("closed", "") or "closed" in values:
        values["closed"] = closed
    return {**whole, "closed": closed}


def _refused(record: Record, values: Mapping[str, str], error: InvalidInput, lost: Sequence[str] = ()) -> RecordChange:
    """A row that the rule for typed ones refuses."""
    reason = error.what
    if lost:
        are = "is" if len(lost) == 1 else "are"
        reason = f"{reason} {listed(lost)} {are} not here: import what it is for first."
    return RecordChange(record.key, values.get("title", ""), ChangeKind.REFUSED, record.row, reason=reason)


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

"""What a file of results would do: a run of its own, or the results of an open run brought up to date.

A result is known by its run and the id of its case; rows of steps go to its steps (desktop/testing/import_steps.py),
and a case whose own status the file does not say takes the worst of them. Results of cases that are not here yet add
these cases with what the file says of them; a test without an id is of the case that its name tells
(desktop/testing/named_cases.py). What was tested is frozen in a new result as it is for every run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.errors import InvalidInput
from desktop.records.model import ChangeKind, RecordChange, RecordKind, RunDetails
from desktop.records.rows import Record
from desktop.testing.day_rules import check_executed
from desktop.testing.freezing import frozen_case
from desktop.testing.import_links import LinkPlan, add_cases, planned_links
from desktop.testing.import_plan import (
    Applied,
    Context,
    Known,
    Plan,
    Wanted,
    case_notice,
    change_of,
    compared,
    counted,
    listed,
)
from desktop.testing.import_steps import Place, StepsPlan, plan_steps
from desktop.testing.model import Case, Status
from desktop.testing.named_cases import NamedCases, worst_of
from desktop.testing.requirement_rows import case_of, steps_as_text, steps_by_case
from local_db import record_imports, requirements, test_runs
from local_db.edit import Edit
from local_db.references import next_references

FIELDS = ("status", "reason", "message", "tester", "executed", "seconds")
NO_REASON = "Not given in the file"
_SAID_OF_RUN = ("title", "stage", "gate", "environment", "tester", "started", "finished", "note")


@dataclass(frozen=True)
class _Work:
    """What is to be written."""

    run: RunDetails | None
    """Of the run that is to be made; None: there is one."""
    wanted: list[tuple[Place, Wanted]]
    new_cases: dict[str, str]
    """Ids and titles."""
    links: LinkPlan
    steps: StepsPlan
    actor: str
    at: str


def plan_results(context: Context, records: Sequence[Record], *, actor: str, at: str, default_title: str) -> Plan:
    """Compare with the runs that are kept. `default_title` is for a run of which the person says nothing."""
    connection = context.connection
    runs = {row.ref: row for row in test_runs.runs(connection)}
    by_id = {row.id: row for row in runs.values()}
    details = context.options.run or RunDetails()
    details = replace(details, title=details.title.strip() or default_title)
    target = context.options.into_run or record_imports.run_of(connection, context.file_sha256, details.title) or 0
    case_ids = {row.key: row.id for row in requirements.cases(connection)}
    day = details.started or (by_id[target].started if target in by_id else "") or context.today
    told = _Told(min(day, context.today))
    placed, refused = _placed(context, records, runs, target, told)
    known = _known(context, {run for run, _ in placed if run})
    steps = plan_steps(context, placed, {place: known[place].id for place in placed if place in known})
    refused += steps.refused
    placed = {place: record for place, record in placed.items() if place not in steps.lost}
    wanted: list[tuple[Place, Wanted]] = []
    same = 0
    for place, record in placed.items():
        before = known.get(place)
        one = replace(
            record, key=place[1], values=_completed(_by_steps(context, record, place, before, steps), before, told)
        )
        if place in steps.of:
            one = replace(one, values={**one.values, **steps.of[place].new()})
            before = before and replace(before, values={**before.values, **steps.of[place].old()})
        some, unchanged, _ = compared(
            RecordKind.RESULTS, [one], {place[1]: before} if before else {}, title_of=lambda r, _k: r.values["title"]
        )
        same += len(unchanged)
        run = by_id.get(place[0])
        if some and run is not None and run.finished:
            reason = f"The run {run.ref} was finished on {run.finished}. Open it again to change its results."
            refused.append(RecordChange(one.key, one.values["title"], ChangeKind.REFUSED, one.row, reason=reason))
        else:
            wanted += [(place, item) for item in some]
    new_cases = {place[1]: one.record.values["title"] for place, one in wanted if place[1] not in case_ids}
    taken = {place[1] for place, _ in wanted} | case_ids.keys()
    pairs = {place[1]: one.keys.get("requirements", ()) for place, one in placed.items() if place[1] in taken}
    links = planned_links(context, pairs, of_requirements=False, tell_lost=False)
    makes_run = any(place[0] == 0 for place, _ in wanted)
    work = _Work(details if makes_run else None, wanted, new_cases, links, steps, actor, at)
    plan = Plan(
        changes=[*(change_of(one) for _, one in wanted), *refused],
        unchanged=same,
        work=bool(wanted or links.added),
        run_id=target or None,
        apply=lambda edit, import_id: _apply(edit, work, import_id, target),
    )
    plan.notes += case_notice([place[1] for place in placed], case_ids, "test case")
    if target and not context.options.into_run:
        run = by_id[target]
        plan.notes.append(
            f"This file is here already as {run.ref}, “{run.title}”: its results are compared with that run."
        )
    if makes_run:
        plan.notes.append(f"The results become a run of their own: “{details.title}”.")
    if new_cases:
        are = "is of a test case that is" if len(new_cases) == 1 else "are of test cases that are"
        plan.notes.append(
            f"{counted(len(new_cases), 'result')} {are} not here yet and will be added: {listed(list(new_cases))}."
        )
    fresh = {place[1] for place, one in wanted if one.known is None}
    plan.notes += [*told.notes(), *steps.notes(fresh), *links.notes]
    return plan


@dataclass
class _Told:
    """What was put where the file says nothing, counted."""

    day: str
    """For results without one."""
    strange: dict[str, None] = field(default_factory=dict)
    """References of runs that are not here."""
    reasonless: int = 0
    undated: int = 0
    blank: int = 0
    named: NamedCases = field(default_factory=lambda: NamedCases.of(()))
    """Which cases were found by the names of tests."""
    shared: str = ""
    """What is said of cases with several tests that name them."""

    def notes(self) -> list[str]:
        """In sentences."""
        notes = [*self.named.notes(), *([self.shared] if self.shared else [])]
        if self.strange:
            notes.append(
                f"Runs that are not here, so that their results go into one run: {listed(list(self.strange))}."
            )
        if self.reasonless:
            notes.append(
                f"Blocked or not applicable, without a reason: {counted(self.reasonless, 'result')}; “{NO_REASON}” "
                "is put there."
            )
        if self.undated:
            notes.append(f"Without a day: {counted(self.undated, 'result')}; {self.day} is put there.")
        if self.blank:
            notes.append(f"Without a status: {counted(self.blank, 'result')}, taken as Not run.")
        return notes


def _placed(
    context: Context, records: Sequence[Record], runs: Mapping[str, test_runs.RunRow], target: int, told: _Told
) -> tuple[dict[Place, Record], list[RecordChange]]:
    """Each row by its run and case, and rows that are refused because another one is of the same."""
    by_title: dict[str, list[str]] = {}
    cases = requirements.cases(context.connection)
    for row in cases:
        by_title.setdefault(row.title, []).append(row.key)
    ids = {row.key for row in cases}
    told.named = NamedCases.of((row.key, row.title) for row in cases)
    placed: dict[Place, Record] = {}
    several: dict[Place, list[Record]] = {}
    by_name: set[Place] = set()
    refused: list[RecordChange] = []
    for record in records:
        place = _place(record, runs, target, by_title, told.strange)
        named = ""
        if place[1] not in ids and not record.values.get("key"):
            named = told.named.case_of(record.values.get("title", ""))
            place = (place[0], named or place[1])
        if named:
            by_name.add(place)
        together = place in by_name and not record.steps and not (place in placed and placed[place].steps)
        if place in placed and not together:
            reason = f"Row {placed[place].row:,} is a result of the same test case in the same run."
            refused.append(RecordChange(record.key, _title_of(record), ChangeKind.REFUSED, record.row, reason=reason))
            continue
        try:
            check_executed(record.values.get("executed", ""), context.today)
        except InvalidInput as error:
            refused.append(
                RecordChange(record.key, _title_of(record), ChangeKind.REFUSED, record.row, reason=error.what)
            )
            continue
        placed.setdefault(place, record)
        several.setdefault(place, []).append(record)
    for place, some in several.items():
        if len(some) > 1:
            placed[place] = worst_of(some, place[1])
    shared = [place[1] for place, some in several.items() if len(some) > 1]
    if shared:
        have = "test case has" if len(shared) == 1 else "test cases have"
        told.shared = f"{len(shared):,} {have} several tests; the worst of them counts: {listed(shared)}."
    return placed, refused


def _place(
    record: Record,
    runs: Mapping[str, test_runs.RunRow],
    target: int,
    by_title: Mapping[str, Sequence[str]],
    strange: dict[str, None],
) -> Place:
    """The run and case of a row; references of runs that are not here are noted in `strange`."""
    key = record.values.get("key", record.key)
    ref = record.values.get("run", "")
    if not record.values.get("key") and key == " ".join(record.values.get("title", "").split())[:200]:
        # Named by its title only: the case of that title, when there is one and no other.
        titled = by_title.get(record.values.get("title", ""), ())
        key = titled[0] if len(titled) == 1 else key
    if ref in runs:
        return runs[ref].id, key
    if ref:
        strange[ref] = None
    return target, key


def _title_of(record: Record) -> str:
    return record.values.get("title") or record.key


def _by_steps(context: Context, record: Record, place: Place, known: Known | None, steps: StepsPlan) -> Record:
    """The record with the status that its case takes from its steps, where the file says none.

    A sheet of ours that holds steps changes them alone: the result of the case stands on a sheet of its own.
    """
    if place not in steps.of or "status" in record.values or (context.ours and known is not None):
        return record
    status, reason = steps.status_of(place)
    values = {**record.values, "status": status}
    kept = known.values if known is not None else {}
    if reason and not values.get("reason") and not (kept.get("status") == status and kept.get("reason")):
        values["reason"] = reason
    return replace(record, values=values)


def _known(context: Context, run_ids: set[int]) -> dict[Place, Known]:
    known: dict[Place, Known] = {}
    for row in record_imports.results_in(context.connection, run_ids):
        values = {
            "title": row.title,
            "status": row.status,
            "reason": row.reason,
            "message": row.message,
            "tester": row.tester,
            "executed": row.executed,
            "seconds": "" if row.seconds is None else repr(row.seconds),
        }
        known[row.run_id, row.key] = Known(row.id, row.key, row.title, values)
    return known


def _completed(record: Record, known: Known | None, told: _Told) -> dict[str, str]:
    """The values of a result with what the file leaves open: no reason, no day, no status; counted in `told`."""
    values = {name: text for name, text in record.values.items() if name in FIELDS}
    kept = known.values if known is not None else {}
    # What was tested is frozen: its title is not changed by a file.
    values["title"] = kept.get("title") or _title_of(record)
    if known is not None and len(values) == 1:
        return values
    told.blank += not values.get("status") and known is None
    status = values.setdefault("status", kept.get("status", Status.NOT_RUN.value))
    other = status != kept.get("status")
    if Status(status).needs_reason:
        if not values.get("reason"):
            values.pop("reason", None)
            if not kept.get("reason"):
                values["reason"] = NO_REASON
                told.reasonless += 1
    elif other and known is not None:
        values.setdefault("reason", "")
    if status == Status.NOT_RUN:
        if other and known is not None:
            values.setdefault("executed", "")
    elif not values.get("executed"):
        values.pop("executed", None)
        if other or not kept.get("executed"):
            values["executed"] = told.day
            told.undated += 1
    return values


def _apply(edit: Edit, work: _Work, import_id: int, target: int) -> Applied:
    connection = edit.connection
    applied = Applied(run_id=target or None)
    add_cases(edit, list(work.new_cases), titles=work.new_cases)
    fresh = {place[1] for place, one in work.wanted if one.known is None}
    grown = work.steps.add_to_cases(edit, fresh, work.new_cases)
    # The links come first: what a run was for is frozen with its cases.
    work.links.apply(edit)
    if work.run is not None:
        applied.run_id = edit.insert(
            "test_run",
            {
                "ref": next_references(connection, "RUN")[0],
                **{name: getattr(work.run, name) for name in _SAID_OF_RUN},
                "import_id": import_id,
                "created_at": work.at,
                "created_by": work.actor,
            },
        )
    case_ids = {row.key: row.id for row in requirements.cases(connection)}
    new = [(place, one) for place, one in work.wanted if one.known is None]
    cases = _cases(edit, [case_ids[place[1]] for place, _ in new])
    asked = requirements.requirement_keys(connection, cases)
    rows = []
    for place, one in new:
        case = cases[case_ids[place[1]]]
        frozen = frozen_case(case, asked.get(case.id, ()))
        rows.append(
            (
                place[0] or applied.run_id, case.id, case.key, case.title,
                json.dumps(frozen, ensure_ascii=False), frozen["case_hash"], *_columns(one),
            )
        )  # fmt: skip
    ids = edit.insert_many(
        "result", ["run_id", "case_id", "key", "title", "frozen", "case_hash", *FIELDS], rows
    )  # fmt: skip
    old = {one.known.id: _columns(one) for _, one in work.wanted if one.known is not None}
    edit.update_many("result", FIELDS, old)
    result_ids = {place: row_id for (place, _), row_id in zip(new, ids, strict=True)}
    result_ids |= {place: one.known.id for place, one in work.wanted if one.known is not None}
    work.steps.write(edit, result_ids)
    kind = RecordKind.RESULTS
    applied.records += [(kind, row_id, change_of(one)) for (_, one), row_id in zip(new, ids, strict=True)]
    applied.records += [(kind, one.known.id, change_of(one)) for _, one in work.wanted if one.known is not None]
    applied.records += [
        (RecordKind.CASES, case_ids[key], RecordChange(key, title, ChangeKind.ADDED, fields=_new_fields(key, work)))
        for key, title in work.new_cases.items()
    ]
    applied.records += [(RecordKind.CASES, row_id, change) for row_id, change in grown]
    return applied


def _new_fields(key: str, work: _Work) -> dict[str, tuple[str, str]]:
    """What a case that comes with its result is added with."""
    fields = {"Title": ("", work.new_cases[key])}
    if key in work.steps.added:
        fields["Steps"] = ("", steps_as_text(work.steps.added[key]))
    return fields


def _columns(one: Wanted) -> tuple[object, ...]:
    texts = [one.values.get(name, "") for name in FIELDS[:-1]]
    seconds = one.values.get("seconds", "")
    return (*texts, float(seconds) if seconds else None)


def _cases(edit: Edit, ids: Sequence[int]) -> dict[int, Case]:
    steps = steps_by_case(requirements.steps(edit.connection, ids))
    return {row.id: case_of(row, steps.get(row.id, ())) for row in requirements.cases(edit.connection, ids)}

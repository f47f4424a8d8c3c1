"""Results of steps that come in with a file of results: a row for each step, as the qualification test grid has them.

A result is of the steps that were frozen with it: a row of another step is refused. The steps of a case that this
import adds, or that has neither steps nor results yet, are made from the file, so that the frozen copy has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.records.cells import plain
from desktop.records.model import ChangeKind, RecordChange
from desktop.records.rows import Record
from desktop.testing.freezing import frozen_steps
from desktop.testing.hashing import case_hash
from desktop.testing.import_plan import Context, counted, listed
from desktop.testing.model import Status, Step, StepResult
from desktop.testing.requirement_rows import case_of, step_row, steps_as_text, steps_by_case
from desktop.testing.stepping import suggested_status
from local_db import requirements, test_runs
from local_db.edit import Edit

Place = tuple[int, str]
"""A run (0: the one that the file becomes) and the id of a case."""

_OF_STEP = {
    "step_description": "description",
    "step_source": "source",
    "step_recipient": "recipient",
    "step_message": "message",
    "step_who": "who",
    "step_valid": "valid",
}
_SAID = {"step_status": "status", "step_evidence": "evidence", "step_files": "files", "step_remark": "remark"}
_NOTHING: Mapping[str, str] = {"status": Status.NOT_RUN.value, "evidence": "", "files": "", "remark": ""}
_WORD = re.compile(r"^step\b[\s.:#-]*", re.IGNORECASE)


@dataclass
class StepsOfResult:
    """What a file says of the steps of one result."""

    steps: list[Step]
    """All steps of the case, as they are or will be frozen."""
    rows: dict[int, int]
    """Position of each kept step result to its row in the workspace."""
    before: dict[int, Mapping[str, str]]
    after: dict[int, Mapping[str, str]] = field(default_factory=dict)
    """Position to what is said, of the steps that the file holds."""

    def worst(self) -> Status:
        """What all steps come to, those too that the file does not hold."""
        said = {**self.before, **self.after}
        found = [StepResult(one, Status(said.get(one.position, _NOTHING)["status"])) for one in self.steps]
        return suggested_status(found) or Status.NOT_RUN

    def why(self, status: Status) -> str:
        """The reason of a case that is blocked by its steps, or to which none of them applies."""
        said = {**self.before, **self.after}
        words = "is blocked" if status is Status.BLOCKED else "does not apply"
        lines = []
        for one in self.steps:
            kept = said.get(one.position, _NOTHING)
            if kept["status"] == status:
                lines.append(f"Step {one.step}: {kept['remark']}" if kept["remark"] else f"Step {one.step} {words}")
        return "\n".join(lines)

    def old(self) -> dict[str, str]:
        """What stands, as fields in words."""
        return self._fields({place: self.before.get(place, _NOTHING) for place in self.after})

    def new(self) -> dict[str, str]:
        """What the file says, as fields in words."""
        return self._fields(self.after)

    def _fields(self, said: Mapping[int, Mapping[str, str]]) -> dict[str, str]:
        numbers = [one.step for one in self.steps]
        found = {}
        for one in self.steps:
            name = f"Step {one.step}" if numbers.count(one.step) == 1 else f"Step {one.step} (place {one.position})"
            for what, text in said.get(one.position, {}).items():
                found[f"{name}: {what}"] = text
        return found


@dataclass
class StepsPlan:
    """What becomes of the steps in a file."""

    of: dict[Place, StepsOfResult] = field(default_factory=dict)
    added: dict[str, list[Step]] = field(default_factory=dict)
    """Steps that cases get, by the id of the case."""
    lost: set[Place] = field(default_factory=set)
    """Results of which the file holds nothing but steps that are refused."""
    refused: list[RecordChange] = field(default_factory=list)
    other: int = 0
    """Steps that the file words otherwise than they were tested."""
    worst: int = 0
    """Cases that take the worst status of their steps."""

    def status_of(self, place: Place) -> tuple[str, str]:
        """The status that a case takes from its steps, counted, and the reason that it needs ('' for none)."""
        self.worst += 1
        status = self.of[place].worst()
        return status.value, self.of[place].why(status) if status.needs_reason else ""

    def notes(self, keys: Collection[str]) -> list[str]:
        """In sentences. `keys`: the cases whose results are new, which are those that get steps."""
        notes = []
        if self.worst:
            take = "case takes the worst status of its" if self.worst == 1 else "cases take the worst status of their"
            notes.append(f"{self.worst:,} {take} steps.")
        getting = [key for key in self.added if key in keys]
        if getting:
            count = sum(len(self.added[key]) for key in getting)
            notes.append(
                f"{counted(count, 'step')} will be added to {counted(len(getting), 'test case')} without steps here: "
                f"{listed(getting)}."
            )
        if self.other:
            notes.append(
                f"Worded otherwise in the file: {counted(self.other, 'step')}, which stay as they were tested; only "
                "what became of them is taken."
            )
        return notes

    def add_to_cases(self, edit: Edit, keys: Collection[str], new: Collection[str]) -> list[tuple[int, RecordChange]]:
        """Write the steps of these cases, and how the cases read with them; returns the changes of cases not `new`."""
        getting = [key for key in self.added if key in keys]
        rows = {row.key: row for row in requirements.cases(edit.connection)} if getting else {}
        edit.insert_many(
            "test_step",
            requirements.STEP_COLUMNS,
            [step_row(rows[key].id, step) for key in getting for step in self.added[key]],
        )
        changes, hashes = [], {}
        for key in getting:
            row, steps = rows[key], tuple(self.added[key])
            hashes[row.id] = (case_hash(replace(case_of(row, ()), steps=steps)),)
            if key not in new:
                fields = {"Steps": ("", steps_as_text(steps))}
                changes.append((row.id, RecordChange(key, row.title, ChangeKind.CHANGED, fields=fields)))
        edit.update_many("test_case", ["hash"], hashes)
        return changes

    def write(self, edit: Edit, result_ids: Mapping[Place, int]) -> None:
        """Write what became of the steps of these results."""
        rows: list[tuple[object, ...]] = []
        old: dict[int, tuple[object, ...]] = {}
        for place, result_id in result_ids.items():
            one = self.of.get(place)
            for position, said in one.after.items() if one is not None else ():
                texts = tuple(said[name] for name in _NOTHING)
                if one is not None and (row_id := one.rows.get(position)) is not None:
                    if said != one.before[position]:
                        old[row_id] = texts
                elif said != _NOTHING:
                    rows.append((result_id, position, *texts))
        edit.insert_many("step_result", test_runs.STEP_RESULT_COLUMNS[:2] + tuple(_NOTHING), rows)
        edit.update_many("step_result", list(_NOTHING), old)


def plan_steps(context: Context, placed: Mapping[Place, Record], result_ids: Mapping[Place, int]) -> StepsPlan:
    """Find the step of each row. `result_ids`: of the results that are kept."""
    plan = StepsPlan()
    stepped = {place: record for place, record in placed.items() if record.steps}
    if not stepped:
        return plan
    kept = _kept(context, {place: row_id for place, row_id in result_ids.items() if place in stepped})
    cases = {row.key: row.id for row in requirements.cases(context.connection)}
    ids = [cases[key] for _, key in stepped if key in cases]
    rows = steps_by_case(requirements.steps(context.connection, ids))
    named = {row.id: row for row in requirements.cases(context.connection, ids)}
    steps = {row.key: list(case_of(row, rows.get(row.id, ())).steps) for row in named.values()}
    tested = {row[0] for row in test_runs.newest_rows(context.connection, ids)}
    for place, record in stepped.items():
        key = place[1]
        # A case without steps that was tested was tested without them.
        grows = place not in kept and not steps.get(key) and cases.get(key) not in tested
        if place in kept:
            one = kept[place]
        else:
            one = StepsOfResult(plan.added.setdefault(key, []) if grows else steps[key], {}, {})
        _take(plan, place, record, one, grows)
    return plan


def _take(plan: StepsPlan, place: Place, record: Record, one: StepsOfResult, grows: bool) -> None:
    """Give each row of a record to its step. `grows`: steps that are not there are made."""
    said_in: dict[int, int] = {}
    for row, given in zip(record.step_rows, record.steps, strict=True):
        texts = {name: given[cell] for cell, name in _OF_STEP.items() if given.get(cell)}
        alike = [step for step in one.steps if _number(step.step) == _number(given["step"])]
        if grows:
            alike = [step for step in alike if _texts(step) == {**dict.fromkeys(_OF_STEP.values(), ""), **texts}]
            if not alike:
                position = len(one.steps) + 1
                alike = [Step(position, plain(given["step"]), **texts)]
                one.steps.append(alike[0])
        free = [step for step in alike if step.position not in said_in]
        if not alike:
            plan.refused.append(_refused(record, row, _not_there(given["step"], one.steps)))
            continue
        step = free[0] if free else alike[-1]
        before = one.before.get(step.position, _NOTHING)
        said = {**before, **{name: given[cell] for cell, name in _SAID.items() if cell in given}}
        if not free:
            if said != one.after[step.position]:
                reason = f"Step {step.step} stands in row {said_in[step.position]:,} too, and says otherwise there."
                plan.refused.append(_refused(record, row, reason))
            continue
        said_in[step.position] = row
        one.after[step.position] = said
        plan.other += not grows and any(_texts(step)[name] != text for name, text in texts.items())
    if one.after:
        plan.of[place] = one
    elif "status" not in record.values:
        plan.lost.add(place)


def _not_there(number: str, steps: Sequence[Step]) -> str:
    if not steps:
        return (
            f"The case has results and no steps here, so that there is no step {number} to set. Import its steps as "
            "test cases first, and the results into a new run."
        )
    return f"The case has no step {number}: it was tested with {listed([one.step for one in steps], 12)}."


def _refused(record: Record, row: int, reason: str) -> RecordChange:
    return RecordChange(record.key, record.values.get("title") or record.key, ChangeKind.REFUSED, row, reason=reason)


def _number(text: str) -> str:
    """The number of a step for comparing: Step 010 and 10 are one."""
    number = _WORD.sub("", " ".join(plain(text).split())).casefold()
    return number.lstrip("0") or "0" if number.isdecimal() else number


def _texts(step: Step) -> dict[str, str]:
    return {name: str(getattr(step, name)) for name in _OF_STEP.values()}


def _kept(context: Context, result_ids: Mapping[Place, int]) -> dict[Place, StepsOfResult]:
    """The frozen steps of results that are kept, and what is said of them."""
    rows: dict[int, dict[int, int]] = {}
    said: dict[int, dict[int, Mapping[str, str]]] = {}
    for one in test_runs.step_results(context.connection, result_ids.values()):
        rows.setdefault(one.result_id, {})[one.position] = one.id
        texts = {"status": one.status, "evidence": one.evidence, "files": one.files, "remark": one.remark}
        said.setdefault(one.result_id, {})[one.position] = texts
    frozen = {row.id: row.frozen for row in test_runs.results(context.connection, result_ids.values())}
    return {
        place: StepsOfResult(list(frozen_steps(json.loads(frozen[row_id]))), rows.get(row_id, {}), said.get(row_id, {}))
        for place, row_id in result_ids.items()
    }

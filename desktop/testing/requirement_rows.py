"""Requirements and cases as they are kept, made into what people see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from desktop.testing.model import Case, Requirement, Step
from local_db.requirements import CaseRow, RequirementRow, StepRow

EMPTY_REQUIREMENT = Requirement(0, "", "", "", "", "", "", "", "", "", "", None, "", {}, missing=False)
EMPTY_CASE = Case(0, "", "", "", "", "", "", "", "", "", "", "", {}, missing=False)
"""Where new ones begin."""


def requirement_of(row: RequirementRow) -> Requirement:
    """A kept requirement as people see it."""
    return Requirement(
        id=row.id,
        key=row.key,
        title=row.title,
        text=row.text,
        family=row.family,
        stage=row.stage,
        party=row.party,
        priority=row.priority,
        applies=row.applies,
        owner=row.owner,
        note=row.note,
        reliance_id=row.reliance_id,
        source=row.source,
        extra=extra_of(row.extra),
        missing=bool(row.missing),
    )


def case_of(row: CaseRow, steps: Iterable[StepRow]) -> Case:
    """A kept case with its steps as people see it."""
    return Case(
        id=row.id,
        key=row.key,
        title=row.title,
        scenario=row.scenario,
        description=row.description,
        precondition=row.precondition,
        expected=row.expected,
        stage=row.stage,
        priority=row.priority,
        owner=row.owner,
        note=row.note,
        source=row.source,
        extra=extra_of(row.extra),
        missing=bool(row.missing),
        steps=tuple(
            Step(
                one.position, one.step, one.description, one.source, one.recipient, one.message, one.who, one.valid
            )
            for one in steps
        ),
    )  # fmt: skip


def steps_by_case(rows: Iterable[StepRow]) -> dict[int, list[StepRow]]:
    """The steps of each case, in their order."""
    found: dict[int, list[StepRow]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def step_row(case_id: int, step: Step) -> tuple[object, ...]:
    """A step in the order of `STEP_COLUMNS`."""
    return (
        case_id, step.position, step.step, step.description, step.source, step.recipient, step.message, step.who,
        step.valid,
    )  # fmt: skip


def steps_as_text(steps: Sequence[Step]) -> str:
    """Steps as a text that shows every difference between them."""
    return "\n".join(
        " | ".join(
            (step.step, step.description, step.source, step.recipient, step.message, step.who, step.valid)
        ).rstrip(" |")
        for step in steps
    )


def extra_of(text: str) -> dict[str, str]:
    """The columns that were mapped to nothing, as they stood."""
    return {str(heading): str(cell) for heading, cell in json.loads(text).items()}


def extra_text(extra: Mapping[str, str]) -> str:
    """The same as it is kept."""
    return json.dumps(dict(extra), ensure_ascii=False)

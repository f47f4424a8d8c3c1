"""What a requirement asks and what a case tests, as one hash each: another hash means that somebody has to look again.

Notes, owners, priorities and the columns that are mapped to nothing are not in it: changing them changes no test.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Protocol

from desktop.testing.model import Step


class Asking(Protocol):
    """What of a requirement is hashed; `Requirement` has it."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def family(self) -> str: ...  # noqa: D102
    @property
    def stage(self) -> str: ...  # noqa: D102
    @property
    def party(self) -> str: ...  # noqa: D102


class Testing(Protocol):
    """What of a case is hashed, with its steps; `Case` has it."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def scenario(self) -> str: ...  # noqa: D102
    @property
    def description(self) -> str: ...  # noqa: D102
    @property
    def precondition(self) -> str: ...  # noqa: D102
    @property
    def expected(self) -> str: ...  # noqa: D102
    @property
    def stage(self) -> str: ...  # noqa: D102
    @property
    def steps(self) -> Sequence[Step]: ...  # noqa: D102


def requirement_hash(requirement: Asking) -> str:
    """SHA-256 of title, text, family, stage and party (schema, `requirement.hash`)."""
    return _hash(
        {
            "title": requirement.title,
            "text": requirement.text,
            "family": requirement.family,
            "stage": requirement.stage,
            "party": requirement.party,
        }
    )


def case_hash(case: Testing) -> str:
    """SHA-256 of title, scenario, description, precondition, expected result, stage and the steps in their order."""
    return _hash(
        {
            "title": case.title,
            "scenario": case.scenario,
            "description": case.description,
            "precondition": case.precondition,
            "expected": case.expected,
            "stage": case.stage,
            "steps": [step_values(step) for step in case.steps],
        }
    )


def step_values(step: Step) -> dict[str, object]:
    """A step as JSON: place and the columns of the qualification test grid that are of the case."""
    return {
        "position": step.position,
        "step": step.step,
        "description": step.description,
        "source": step.source,
        "recipient": step.recipient,
        "message": step.message,
        "who": step.who,
        "valid": step.valid,
    }


def _hash(values: dict[str, object]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

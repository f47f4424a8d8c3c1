"""The copy of a case that a run keeps: what was tested, however the case reads later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from desktop.testing.hashing import Testing, case_hash, step_values
from desktop.testing.model import Step


def frozen_case(case: Testing, requirement_keys: Sequence[str]) -> dict[str, object]:
    """The case as it is now, as JSON values: its texts, steps, the keys of its requirements (sorted), and `case_hash`.

    This is the form of `result.frozen`; every way to a run (started by hand, imported) uses it.
    """
    return {
        "title": case.title,
        "scenario": case.scenario,
        "description": case.description,
        "precondition": case.precondition,
        "expected": case.expected,
        "stage": case.stage,
        "requirements": sorted(requirement_keys),
        "steps": [step_values(step) for step in case.steps],
        "case_hash": case_hash(case),
    }


def frozen_steps(frozen: Mapping[str, object]) -> tuple[Step, ...]:
    """The steps of a frozen copy."""
    kept = cast("Sequence[Mapping[str, Any]]", frozen.get("steps", ()))
    return tuple(
        Step(
            int(one["position"]),
            str(one["step"]),
            *(str(one.get(name, "")) for name in ("description", "source", "recipient", "message", "who", "valid")),
        )
        for one in kept
    )

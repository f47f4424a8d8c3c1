"""A few examples of anything in any order; `make faults` runs a thousand (MHHS_FAULT_EXAMPLES)."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.machine import Machine

pytestmark = pytest.mark.xdist_group("faults")


def test_anything_in_any_order_loses_nothing(template):
    Machine.template = template
    examples = int(os.environ.get("MHHS_FAULT_EXAMPLES", "4"))
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            database=None,
            derandomize=examples < 100,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if examples >= 100 else (Phase.generate,),
            print_blob=True,
        ),
    )

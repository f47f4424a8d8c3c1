"""Runs the real engine over a few rows written as dicts, with the content packs that are shipped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from desktop.cleanse.catalogue import all_checks
from desktop.cleanse.check import Check
from desktop.cleanse.columns import CheckSource
from desktop.cleanse.engine import CheckResult, run_checks

AS_OF = date(2026, 11, 23)
PACKS = Path(__file__).parents[2] / "resources" / "programme" / "suggested-2026.11"
CODES: dict[str, Any] = json.loads((PACKS / "code_lists.json").read_text("utf-8"))["body"]
CHECKS: dict[str, Check] = {check.id: check for check in all_checks()}


def frame_of(rows: Sequence[Mapping[str, str]]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame(
        {name: [row.get(name, "") for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )


def run(rows: Sequence[Mapping[str, str]], *checks: str | Check, **how: Any) -> CheckResult:
    """Run these checks over rows whose keys are item names."""
    chosen = [CHECKS[one] if isinstance(one, str) else one for one in checks]
    source = how.pop("source", None) or CheckSource.of_frame(frame_of(rows))
    return run_checks(source, chosen, **{"as_of": AS_OF, "codes": CODES, "strict": True, "block_rows": 7, **how})


def found(rows: Sequence[Mapping[str, str]], check_id: str, **how: Any) -> set[tuple[int, str]]:
    """The findings of one check as (row from 1, item); fails if one item of one row is reported twice."""
    findings = run(rows, check_id, **how).findings
    pairs = [(row, str(item)) for row, item in findings.select("row", "item").iter_rows()]
    assert len(pairs) == len(set(pairs)), "two findings about one item of one row"
    return set(pairs)


def told(row: Mapping[str, str], check_id: str, **how: Any) -> list[tuple[str, str]]:
    """The findings of one check for a single row: (message, suggestion)."""
    return run([row], check_id, **how).findings.select("message", "suggestion").rows()

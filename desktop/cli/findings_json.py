"""The JSON of `check --json`, whose form other programs rely on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import polars as pl

from desktop.cleanse.model import CheckOutcome
from desktop.cli.output import text_target

_FIELDS = {
    "check": "check_id",
    "row": "row",
    "mpan": "mpan",
    "item": "item",
    "value": "value",
    "severity": "severity",
    "message": "message",
    "suggestion": "suggestion",
}
_AT_ONCE = 50_000


def write(target: str, rows: int, as_of: date, outcomes: Sequence[CheckOutcome], findings: pl.DataFrame) -> None:
    """Write `{"rows", "as_of", "checks": [...], "findings": [...]}` to a file, or to standard output for `-`.

    `row` counts data rows from 1 and is null for a finding about the file; `value` is the text as it stood. Findings
    stand by row, then check. They are written in parts, so that a million of them need no more memory than one part.
    """
    checks = [
        {"id": one.check_id, "outcome": one.outcome.value, "count": one.count, "reason": one.reason} for one in outcomes
    ]
    ordered = findings.select(pl.col(column).alias(name) for name, column in _FIELDS.items()).with_columns(
        pl.col("check", "item", "severity").cast(pl.String)
    )
    ordered = ordered.sort("row", "check", "item", nulls_last=False, maintain_order=True)
    with text_target(target) as file:
        head = json.dumps({"rows": rows, "as_of": as_of.isoformat(), "checks": checks}, ensure_ascii=False, indent=1)
        file.write(head.removesuffix("\n}") + ',\n "findings": [')
        first = True
        for part in ordered.iter_slices(_AT_ONCE):
            for row in part.iter_rows(named=True):
                file.write("\n  " if first else ",\n  ")
                json.dump(row, file, ensure_ascii=False)
                first = False
        file.write("\n ]\n}\n")

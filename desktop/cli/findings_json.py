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
_AT_ONCE = 8_192
_ESCAPED = r'["\\\x00-\x1f]'
"""Characters that JSON does not take as they stand."""


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
        between = "\n  "
        for part in ordered.iter_slices(_AT_ONCE):
            # A line break stands in no JSON text as it is, so it parts the lines.
            for lines in _objects(part).str.join("\n").str.replace_all("\n", ",\n  ", literal=True):
                file.write(between + lines)
            between = ",\n  "
        file.write("\n ]\n}\n")


def _objects(findings: pl.DataFrame) -> pl.Series:
    """Each row as a JSON object on one line, made column by column: some ten times faster than row by row."""
    parts: list[pl.Expr] = []
    for name, kind in findings.schema.items():
        parts.append(pl.lit(f'{", " if parts else "{"}"{name}": '))
        texts = findings[name].cast(pl.String).fill_null("null") if kind != pl.String else _quoted(findings[name])
        parts.append(pl.lit(texts))
    return findings.select(pl.concat_str(*parts, pl.lit("}")).alias("object")).to_series()


def _quoted(texts: pl.Series) -> pl.Series:
    """Texts as JSON texts; those with a character to be escaped, which are few, one by one."""
    plain = pl.select(pl.concat_str(pl.lit('"'), pl.lit(texts), pl.lit('"'))).to_series()
    odd = texts.str.contains(_ESCAPED).arg_true()
    if odd.is_empty():
        return plain
    return plain.scatter(odd, [json.dumps(text, ensure_ascii=False) for text in texts.gather(odd)])

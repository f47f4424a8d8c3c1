"""From what the rules emitted to the frame of findings: root causes first, the MPAN of each row, and fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from desktop.cleanse.check import Check, FileFault
from desktop.cleanse.columns import ItemColumns, prepare
from desktop.cleanse.evaluate import FOUND, PlannedFault
from desktop.cleanse.fingerprint import fingerprints
from desktop.cleanse.model import Party, Severity
from desktop.cleanse.whole import WholeColumns
from desktop.portfolio.items import ITEMS

FINDINGS = (
    "fingerprint", "check_id", "item", "mpan", "row", "value", "severity", "party", "message", "suggestion",
)  # fmt: skip
"""Columns of the findings frame, sorted by row: fingerprint Int64 (unique); check_id, item, severity, party Enum; row
UInt32 (null: about the file); the rest String, never null. `mpan` is thirteen digits, or the text as it stood."""

SEVERITIES = pl.Enum([severity.value for severity in Severity])
PARTIES = pl.Enum([party.value for party in Party])

ROW_CONTENT = ("supply_number", "meter_serial", "uprn", "postcode", "address_1")
"""What tells a row without an MPAN from another, when fingerprints are made."""


@dataclass
class Emitted:
    """What the rules of one run gave, as they gave it."""

    faults: list[PlannedFault] = field(default_factory=list)
    """By number."""
    found: list[pl.DataFrame] = field(default_factory=list)
    table: list[tuple[Check, pl.DataFrame]] = field(default_factory=list)
    file: list[tuple[Check, FileFault]] = field(default_factory=list)


def assemble(emitted: Emitted, ran: Mapping[str, Check], whole: WholeColumns, items: ItemColumns) -> pl.DataFrame:
    """The findings of the checks that ran, echoes left out, in the order of their rows."""
    headings = dict.fromkeys(fault.item for _, fault in emitted.file if fault.item not in ITEMS)
    kinds = _Kinds(pl.Enum(list(ran)), pl.Enum([*ITEMS, *(name for name in headings if name), ""]))
    parts = [_row_findings(emitted, ran, kinds, whole)]
    parts.extend(_table_findings(check, found, kinds, whole) for check, found in emitted.table if check.id in ran)
    parts.append(_file_findings([entry for entry in emitted.file if entry[0].id in ran], kinds))
    emitted.found.clear()
    findings = _without_echoes(pl.concat(parts), ran).sort("row", maintain_order=True, nulls_last=False)
    return _identified(findings, whole, items)


@dataclass(frozen=True)
class _Kinds:
    """The closed sets of a run's small texts."""

    check_id: pl.Enum
    item: pl.Enum

    @property
    def schema(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        return {
            "check_id": self.check_id,
            "item": self.item,
            "row": pl.UInt32,
            "value": pl.String,
            "severity": SEVERITIES,
            "party": PARTIES,
            "message": pl.String,
            "suggestion": pl.String,
        }


def _row_findings(emitted: Emitted, ran: Mapping[str, Check], kinds: _Kinds, whole: WholeColumns) -> pl.DataFrame:
    found = pl.concat([pl.DataFrame(schema=FOUND), *emitted.found])
    faults = emitted.faults
    counts = dict(found["fault"].value_counts().iter_rows()) if found.height else {}
    kept = pl.Series(
        [
            fault.check.id in ran and not (fault.fault.unless_every_row and counts.get(fault.number, 0) == whole.rows)
            for fault in faults
        ],
        dtype=pl.Boolean,
    )
    if not kept.all():
        found = found.filter(kept.gather(found["fault"]))

    def by_fault(texts: list[str | None], kind: pl.Enum) -> pl.Series:
        return pl.Series(texts, dtype=pl.String).cast(kind).gather(found["fault"])

    return found.select(
        by_fault([fault.check.id if fault.check.id in ran else None for fault in faults], kinds.check_id).alias(
            "check_id"
        ),
        by_fault([fault.fault.item for fault in faults], kinds.item).alias("item"),
        "row",
        "value",
        by_fault([(fault.fault.severity or fault.check.severity).value for fault in faults], SEVERITIES).alias(
            "severity"
        ),
        by_fault([(fault.fault.party or fault.check.party).value for fault in faults], PARTIES).alias("party"),
        "message",
        "suggestion",
    )


def _table_findings(check: Check, found: pl.DataFrame, kinds: _Kinds, whole: WholeColumns) -> pl.DataFrame:
    values = pl.Series("value", [""], dtype=pl.String).new_from_index(0, found.height)
    for (item,), group in found.with_row_index("place").group_by("item"):
        if whole.has(str(item)):
            values = values.scatter(group["place"], whole.raw(group["row"], str(item)))
    return found.select(
        pl.lit(check.id).cast(kinds.check_id).alias("check_id"),
        pl.col("item").cast(kinds.item),
        "row",
        values.alias("value"),
        pl.col("severity").fill_null(check.severity.value).cast(SEVERITIES),
        pl.col("party").fill_null(check.party.value).cast(PARTIES),
        "message",
        "suggestion",
    )


def _file_findings(faults: list[tuple[Check, FileFault]], kinds: _Kinds) -> pl.DataFrame:
    rows = [
        (
            check.id,
            fault.item,
            fault.row,
            fault.value,
            check.severity.value,
            check.party.value,
            fault.message,
            fault.suggestion,
        )
        for check, fault in faults
    ]
    return pl.DataFrame(rows, schema=kinds.schema, orient="row")


def _without_echoes(findings: pl.DataFrame, ran: Mapping[str, Check]) -> pl.DataFrame:
    """Leave out a row's findings of checks whose root cause that row has, judged before anything is left out."""
    drops = []
    for check in ran.values():
        roots = [root for root in check.unless if root in ran]
        if not roots:
            continue
        rows = findings.filter(pl.col("check_id").is_in(roots) & pl.col("row").is_not_null())["row"].unique()
        if len(rows):
            drops.append((pl.col("check_id") == check.id) & pl.col("row").is_in(rows.implode()))
    return findings.filter(~pl.any_horizontal(drops).fill_null(value=False)) if drops else findings


def _identified(findings: pl.DataFrame, whole: WholeColumns, items: ItemColumns) -> pl.DataFrame:
    """Add `mpan` and `fingerprint`."""
    number, mpan, text = _mpan_of_rows(findings["row"], whole, items)
    identity = findings.select(pl.col("check_id", "item").cast(pl.String)).with_columns(
        number.alias("number"), text.alias("text")
    )
    made = fingerprints(identity, {item.name: item.number for item in ITEMS.values()})
    return findings.with_columns(mpan.alias("mpan"), made.alias("fingerprint")).select(FINDINGS)


def _mpan_of_rows(rows: pl.Series, whole: WholeColumns, items: ItemColumns) -> tuple[pl.Series, pl.Series, pl.Series]:
    """For each finding's row: the MPAN as a number, as text to show, and what identifies the row without one."""
    nothing = pl.repeat(None, len(rows), dtype=pl.Int64, eager=True)
    if not items.has("mpan") or rows.is_empty():
        blank = pl.repeat("", len(rows), dtype=pl.String, eager=True)
        return nothing, blank, blank
    number = whole.frame("mpan")["mpan"].gather(rows.cast(pl.Int64) - 1)
    wanting = rows.filter(number.is_null()).drop_nulls().unique().sort()
    text = _row_texts(wanting, whole, items).join(
        pl.DataFrame({"row": rows}).with_row_index("place"), on="row", how="right", maintain_order="right"
    )
    mpan = pl.select(
        pl.when(number.is_not_null()).then(number.cast(pl.String).str.zfill(13)).otherwise(text["mpan"]).fill_null("")
    ).to_series()
    return number, mpan, text["text"].fill_null("")


def _row_texts(rows: pl.Series, whole: WholeColumns, items: ItemColumns) -> pl.DataFrame:
    """For rows without a well-formed MPAN: its text as it stood, and what identifies the row.

    A malformed MPAN identifies its row by itself; where there is none, the rest of the row must.
    """
    if rows.is_empty():
        return pl.DataFrame(schema={"row": pl.UInt32, "mpan": pl.String, "text": pl.String})
    names = [name for name in ROW_CONTENT if items.has(name)]
    cells = whole.cells(rows, ("mpan", *names))
    mpan = cells["mpan"]
    frame = pl.DataFrame({"row": rows, "mpan": mpan, "text": mpan})
    blank = prepare("clean", ITEMS["mpan"], mpan).is_null()
    if blank.any() and names:
        joined = cells.select(pl.concat_str(pl.all(), separator="\x1f")).to_series()
        frame = frame.with_columns(pl.when(blank).then(joined).otherwise(mpan).alias("text"))
    return frame


__all__ = ["FINDINGS", "Emitted", "assemble"]

"""From what the rules emitted to the frame of findings: root causes first, the MPAN of each row, and fingerprints."""

from __future__ import annotations

from collections import Counter
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
from desktop.portfolio.reading import Reading

FINDINGS = (
    "fingerprint", "check_id", "item", "mpan", "row", "value", "severity", "party", "message", "suggestion",
)  # fmt: skip
"""Columns of the findings frame, sorted by row: fingerprint Int64 (unique); check_id, item, severity, party Enum; row
UInt32 (null: about the file); the rest String, never null. `mpan` is thirteen digits, or the text as it stood."""

SEVERITIES = pl.Enum([severity.value for severity in Severity])
PARTIES = pl.Enum([party.value for party in Party])

ROW_CONTENT = ("supply_number", "meter_serial", "uprn", "postcode", "address_1")
"""What tells a row without an MPAN from another, when fingerprints are made."""


LARGEST = 200_000
"""So many findings of one check and item are kept with their texts, the first by row; the others are counted. More
mean that a wrong column was chosen: a person cannot work on them, and millions of texts would fill the memory."""


@dataclass
class Emitted:
    """What the rules of one run gave, as they gave it."""

    faults: list[PlannedFault] = field(default_factory=list)
    """By number."""
    found: list[pl.DataFrame] = field(default_factory=list)
    beyond: list[pl.DataFrame] = field(default_factory=list)
    """Row and fault of findings that are counted only."""
    table: list[tuple[Check, pl.DataFrame]] = field(default_factory=list)
    file: list[tuple[Check, FileFault]] = field(default_factory=list)
    blank: pl.Series | None = None
    """For each data row, from 1 (row 0 is none), whether nothing stands in it; None when there is no such row."""
    _kept: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def take(self, found: pl.DataFrame) -> None:
        """Keep findings (`FOUND`) of one fault, as far as there is room for them; blank rows have none."""
        found = self._of_filled_rows(found)
        if found.is_empty():
            return
        fault = self.faults[found["fault"][0]]
        # What is left out where it stands in every row must not take the room of other findings.
        key = (fault.check.id, fault.fault.item, fault.number if fault.fault.unless_every_row else -1)
        room = LARGEST - self._kept[key]
        self._kept[key] += min(room, found.height)
        if found.height > room:
            self.beyond.append(found.slice(room).select("row", "fault"))
            found = found.head(room)
        if found.height:
            self.found.append(found)

    def take_table(self, check: Check, found: pl.DataFrame) -> None:
        """Keep what a table rule found; blank rows have no findings."""
        found = self._of_filled_rows(found)
        if found.height:
            self.table.append((check, found))

    @property
    def blank_rows(self) -> int:
        """How many rows are blank."""
        return 0 if self.blank is None else int(self.blank.sum())

    def _of_filled_rows(self, found: pl.DataFrame) -> pl.DataFrame:
        return found if self.blank is None else found.filter(~self.blank.gather(found["row"]))


def blank_mask(reading: Reading, rows: int) -> pl.Series | None:
    """Which data rows are blank, as `Emitted` has it."""
    blank = [row for first, last in reading.blank_rows for row in range(first, min(last, rows) + 1)]
    if not blank:
        return None
    return pl.repeat(value=False, n=rows + 1, dtype=pl.Boolean, eager=True).scatter(blank, True)


@dataclass(frozen=True)
class Assembled:
    """The findings of a run (`FINDINGS`), and check_id, item and row of those that are counted only."""

    findings: pl.DataFrame
    beyond: pl.DataFrame

    def counts(self) -> dict[str, int]:
        """Findings by check, those that are counted only among them."""
        checks = pl.concat([part["check_id"].cast(pl.String) for part in (self.findings, self.beyond)])
        return dict(checks.value_counts().iter_rows())

    def told(self) -> dict[str, str]:
        """For each check of which not all findings are kept, a sentence that says so."""
        told: dict[str, list[str]] = {}
        names = ["check_id", "item"]
        groups = self.beyond.group_by(names, maintain_order=True).agg(beyond=pl.len())
        kept = self.findings.group_by(names).agg(kept=pl.len())
        for check_id, item, beyond, there in groups.join(kept, on=names, how="left").iter_rows():
            title = ITEMS[item].title if item in ITEMS else item or "the file"
            told.setdefault(check_id, []).append(f"{there or 0:,} of {beyond + (there or 0):,} in {title}")
        said = "Only the first findings are listed and followed: {}. The others are counted here."
        return {check_id: said.format("; ".join(parts)) for check_id, parts in told.items()}


def assemble(emitted: Emitted, ran: Mapping[str, Check], whole: WholeColumns, items: ItemColumns) -> Assembled:
    """The findings of the checks that ran, echoes left out, in the order of their rows."""
    headings = dict.fromkeys(fault.item for _, fault in emitted.file if fault.item not in ITEMS)
    kinds = _Kinds(pl.Enum(list(ran)), pl.Enum([*ITEMS, *(name for name in headings if name), ""]))
    listed, counted = [], []
    for part, beyond in (
        _row_findings(emitted, ran, kinds, whole),
        *(_table_findings(check, found, kinds, whole) for check, found in emitted.table if check.id in ran),
    ):
        listed.append(part)
        counted.append(beyond)
    listed.append(_file_findings([entry for entry in emitted.file if entry[0].id in ran], kinds))
    emitted.found.clear()
    emitted.beyond.clear()
    findings, beyond = _without_echoes(pl.concat(listed), pl.concat(counted), ran)
    findings = findings.sort("row", maintain_order=True, nulls_last=False)
    return Assembled(_identified(findings, whole, items), beyond)


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


def _row_findings(
    emitted: Emitted, ran: Mapping[str, Check], kinds: _Kinds, whole: WholeColumns
) -> tuple[pl.DataFrame, pl.DataFrame]:
    found = pl.concat([pl.DataFrame(schema=FOUND), *emitted.found])
    beyond = pl.concat([pl.DataFrame(schema={name: FOUND[name] for name in ("row", "fault")}), *emitted.beyond])
    faults = emitted.faults
    counts = dict(pl.concat([found["fault"], beyond["fault"]]).value_counts().iter_rows())
    filled = whole.rows - emitted.blank_rows
    kept = pl.Series(
        [
            fault.check.id in ran and not (fault.fault.unless_every_row and counts.get(fault.number, 0) == filled)
            for fault in faults
        ],
        dtype=pl.Boolean,
    )
    if not kept.all():
        found = found.filter(kept.gather(found["fault"]))
        beyond = beyond.filter(kept.gather(beyond["fault"]))
    ids = pl.Series([fault.check.id if fault.check.id in ran else None for fault in faults], dtype=pl.String)
    names = pl.Series([fault.fault.item for fault in faults], dtype=pl.String)
    ids, names = ids.cast(kinds.check_id).alias("check_id"), names.cast(kinds.item).alias("item")

    def by_fault(texts: list[str], kind: pl.Enum) -> pl.Series:
        return pl.Series(texts, dtype=pl.String).cast(kind).gather(found["fault"])

    listed = found.select(
        ids.gather(found["fault"]),
        names.gather(found["fault"]),
        "row",
        "value",
        by_fault([(fault.fault.severity or fault.check.severity).value for fault in faults], SEVERITIES).alias(
            "severity"
        ),
        by_fault([(fault.fault.party or fault.check.party).value for fault in faults], PARTIES).alias("party"),
        "message",
        "suggestion",
    )
    return listed, beyond.select(ids.gather(beyond["fault"]), names.gather(beyond["fault"]), "row")


def _table_findings(
    check: Check, found: pl.DataFrame, kinds: _Kinds, whole: WholeColumns
) -> tuple[pl.DataFrame, pl.DataFrame]:
    check_id = pl.lit(check.id).cast(kinds.check_id).alias("check_id")
    item = pl.col("item").cast(kinds.item)
    within = pl.int_range(pl.len()).over("item") < LARGEST if found.height > LARGEST else pl.lit(value=True)
    beyond = found.filter(~within).select(check_id, item, "row")
    found = found.filter(within) if beyond.height else found
    values = pl.Series("value", [""], dtype=pl.String).new_from_index(0, found.height)
    for (name,), group in found.with_row_index("place").group_by("item"):
        if whole.has(str(name)):
            values = values.scatter(group["place"], whole.raw(group["row"], str(name)))
    listed = found.select(
        check_id,
        item,
        "row",
        values.alias("value"),
        pl.col("severity").fill_null(check.severity.value).cast(SEVERITIES),
        pl.col("party").fill_null(check.party.value).cast(PARTIES),
        "message",
        "suggestion",
    )
    return listed, beyond


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


def _without_echoes(
    findings: pl.DataFrame, beyond: pl.DataFrame, ran: Mapping[str, Check]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leave out a row's findings of checks whose root cause that row has, judged before anything is left out."""
    about = pl.concat([findings.select("check_id", "row"), beyond.select("check_id", "row")])
    drops = []
    for check in ran.values():
        roots = [root for root in check.unless if root in ran]
        if not roots:
            continue
        rows = about.filter(pl.col("check_id").is_in(roots) & pl.col("row").is_not_null())["row"].unique()
        if len(rows):
            drops.append((pl.col("check_id") == check.id) & pl.col("row").is_in(rows.implode()))
    if not drops:
        return findings, beyond
    kept = ~pl.any_horizontal(drops).fill_null(value=False)
    return findings.filter(kept), beyond.filter(kept)


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


__all__ = ["FINDINGS", "Assembled", "Emitted", "assemble"]

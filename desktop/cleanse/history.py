"""What became of each finding from run to run: New, Still open, Changed, Gone; and how findings are kept.

The meaning of the states, always against the newest run before (`previous_run`), whatever snapshot that was of. A run
on an older snapshot, or on the same one with other settings, is a run like any other: it says what that snapshot shows
now, and the next run is compared with it.

- New: not there after the previous run. A finding that was gone and comes back is New again and keeps its first run.
- Changed: there before, and its value or its message is another. Moving to another row is no change.
- Still open: there before, as it was; also a finding whose check did not run this time: nothing says that it has gone.
- Gone: there before, its check ran, and it is not there now.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from desktop.cleanse.model import Severity, State
from desktop.jobs import Job
from local_db.errors import WorkspaceDamaged
from local_db.findings import Part
from local_db.runs import CountRow

RESULT_SCHEMA = pl.Schema(
    {
        "fingerprint": pl.Int64,
        "check_id": pl.String,
        "item": pl.String,
        "mpan": pl.String,
        "row": pl.UInt32,
        "value": pl.String,
        "severity": pl.String,
        "party": pl.String,
        "message": pl.String,
        "suggestion": pl.String,
    }
)
"""The columns of a finding as the engine gives it. `row` is the data row from 1; null: about the file."""

KEPT_SCHEMA = pl.Schema(
    [
        *RESULT_SCHEMA.items(),
        *((name, pl.UInt32()) for name in ("first_run", "since_run", "changed_run", "seen_run", "gone_run")),
    ]
)
"""The columns of a finding as it is kept.

`first_run`: the first run that ever showed it; `since_run`: the run in which it was last New; `changed_run`: the newest
run that found it changed, or null; `seen_run`: the newest run that showed it; `gone_run`: the run that no longer showed
it, or null while it is there.
"""

PART_ROWS = 131_072
"""Findings in one kept part."""

FIRST_ROWS = 16_384
"""Findings in the first part: it is what is read to show the first pages."""

_SEVERITY_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}
_GROUP = ["check_id", "item", "severity", "party"]


@dataclass(frozen=True)
class Comparison:
    """What a run leaves: every finding that is there, in reading order, those that went with it, and the counts."""

    run_id: int
    present: pl.DataFrame
    gone: pl.DataFrame
    counts: tuple[CountRow, ...]

    def total(self, state: State) -> int:
        """How many findings stand in a state after the run; Gone means gone with this run."""
        field = {State.NEW: "new", State.STILL: "still", State.CHANGED: "changed", State.GONE: "gone"}[state]
        return sum(int(getattr(count, field)) for count in self.counts)

    @property
    def open(self) -> int:
        """How many findings are there."""
        return self.present.height

    def affected(self) -> tuple[int, int, int]:
        """Different MPANs with a finding, of these with one of severity Block, and data rows with a finding."""
        named = self.present.filter(pl.col("mpan") != "")
        blocked = named.filter(pl.col("severity") == Severity.BLOCK.value)
        return named["mpan"].n_unique(), blocked["mpan"].n_unique(), self.present["row"].drop_nulls().n_unique()


def compare(
    present: pl.DataFrame, gone: pl.DataFrame, found: pl.DataFrame, checked: Collection[str], run_id: int
) -> Comparison:
    """Compare what a run found with what was there after the run before.

    `present` has KEPT_SCHEMA, `gone` at least fingerprint and first_run of those that went before (one line each);
    `found` has RESULT_SCHEMA; `checked` names the checks that ran. Raises ValueError when fingerprints repeat.
    """
    found = found.select(RESULT_SCHEMA.names()).cast(RESULT_SCHEMA)
    if found["fingerprint"].is_duplicated().any():
        raise ValueError("two findings have the same fingerprint")
    run = pl.lit(run_id, pl.UInt32)
    before = present.select(
        "fingerprint", "first_run", "since_run", "changed_run", was_value="value", was_message="message"
    )
    met = found.join(before, on="fingerprint", how="left", maintain_order="left")
    if not gone.is_empty():
        met = met.join(
            gone.select("fingerprint", earlier="first_run"), on="fingerprint", how="left", maintain_order="left"
        )
    else:
        met = met.with_columns(pl.lit(None, pl.UInt32).alias("earlier"))
    differs = (pl.col("value") != pl.col("was_value")) | (pl.col("message") != pl.col("was_message"))
    met = met.with_columns(
        pl.coalesce("first_run", "earlier", run).alias("first_run"),
        pl.coalesce("since_run", run).alias("since_run"),
        pl.when(differs).then(run).otherwise("changed_run").alias("changed_run"),
        run.alias("seen_run"),
        pl.lit(None, pl.UInt32).alias("gone_run"),
    ).select(KEPT_SCHEMA.names())
    left = present.join(met.select("fingerprint"), on="fingerprint", how="anti", maintain_order="left")
    ran = pl.col("check_id").is_in(list(checked))
    went = left.filter(ran).with_columns(run.alias("gone_run"))
    there = pl.concat([met, left.filter(~ran)]) if left.height > went.height else met
    there = in_reading_order(there)
    return Comparison(run_id, there, went, _counts(there, went, run_id))


def in_reading_order(findings: pl.DataFrame) -> pl.DataFrame:
    """Worst severity first, then by check, findings about the file before those about rows, rows in file order."""
    checks = sorted(findings["check_id"].unique().to_list())
    key = (
        pl.col("severity").replace_strict(_SEVERITY_RANK, default=len(_SEVERITY_RANK), return_dtype=pl.Int64) * 2**52
        + pl.col("check_id").cast(pl.Enum(checks)).to_physical().cast(pl.Int64) * 2**36
        + pl.col("row").fill_null(0).cast(pl.Int64)
    )
    order = findings.select(key.arg_sort()).to_series()
    return findings[order]


_STATE_TEXTS = {state: pl.lit(state.value) for state in State}


def state_of(run_id: int, told: Mapping[State, pl.Expr] = _STATE_TEXTS) -> pl.Expr:
    """The expression that tells the state of kept findings after the run `run_id`, as text or as `told` has it."""
    return (
        pl.when(pl.col("gone_run").is_not_null())
        .then(told[State.GONE])
        .when(pl.col("since_run") == run_id)
        .then(told[State.NEW])
        .when((pl.col("changed_run") == run_id).fill_null(value=False))
        .then(told[State.CHANGED])
        .otherwise(told[State.STILL])
    )


def packed(findings: pl.DataFrame, job: Job) -> list[Part]:
    """Kept findings as parts. Reports progress; raises Cancelled."""
    parts: list[Part] = []
    starts = [0, *range(FIRST_ROWS, findings.height, PART_ROWS)] if findings.height else []
    for start in starts:
        job.report("Storing the findings", start, findings.height, "findings")
        some = findings.slice(start, PART_ROWS if start else FIRST_ROWS)
        buffer = io.BytesIO()
        some.write_parquet(buffer, compression="lz4", statistics=False)
        parts.append(Part(some.height, buffer.getvalue()))
    return parts


def unpacked(parts: Iterable[bytes], columns: list[str] | None = None) -> pl.DataFrame:
    """The kept findings of parts, in their order. Raises WorkspaceDamaged for a part that is not one."""
    # One part is taken apart while the next one is read.
    with ThreadPoolExecutor(1, "findings") as taking_apart:
        waiting = [taking_apart.submit(pl.read_parquet, io.BytesIO(part), columns=columns) for part in parts]
    try:
        frames = [one.result() for one in waiting]
    except pl.exceptions.PolarsError as error:
        raise WorkspaceDamaged(
            "Some kept findings cannot be read.",
            safe="The portfolio snapshots and your notes are kept apart from them.",
            todo="Restore the newest backup.",
        ) from error
    wanted = KEPT_SCHEMA if columns is None else pl.Schema({name: KEPT_SCHEMA[name] for name in columns})
    return pl.concat(frames) if frames else pl.DataFrame(schema=wanted)


def newest_of_each(gone: pl.DataFrame, present: pl.DataFrame) -> pl.DataFrame:
    """Of findings that went, newest run first: the last time each went, without those that are back."""
    if gone.is_empty():
        return gone
    latest = gone.unique("fingerprint", keep="first", maintain_order=True)
    # What went is far less than what is there: look the few up in the many, not the other way round.
    back = present["fingerprint"].filter(present["fingerprint"].is_in(latest["fingerprint"].implode()))
    return latest.filter(~pl.col("fingerprint").is_in(back.implode()))


def _counts(present: pl.DataFrame, gone: pl.DataFrame, run_id: int) -> tuple[CountRow, ...]:
    state = state_of(run_id)
    told = pl.concat(
        [
            frame.group_by(_GROUP).agg(
                (state == State.NEW.value).sum().alias("new"),
                (state == State.STILL.value).sum().alias("still"),
                (state == State.CHANGED.value).sum().alias("changed"),
                (state == State.GONE.value).sum().alias("gone"),
            )
            for frame in (present, gone)
        ]
    )
    told = told.group_by(_GROUP).agg(pl.col("new", "still", "changed", "gone").sum()).sort(_GROUP)
    return tuple(CountRow(*row) for row in told.iter_rows())

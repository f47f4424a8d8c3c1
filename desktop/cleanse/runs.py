"""Storing a run as one step, and reading what the workspace keeps of runs and findings."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from typing import Any

from desktop.changes import Changes
from desktop.cleanse.exceptions import Covers, Reopened, reopened_title, to_reopen
from desktop.cleanse.history import FIRST_ROWS, Comparison, compare, newest_of_each, packed, unpacked
from desktop.cleanse.model import CheckOutcome, Outcome, Severity, State
from desktop.clock import Clock
from desktop.errors import NotFound
from desktop.frames import pl
from desktop.jobs import Job
from local_db import exceptions as exception_rows
from local_db import findings as finding_rows
from local_db import runs as run_rows
from local_db.connection import Connection, Store
from local_db.exceptions import ExceptionRow
from local_db.runs import CountRow, OutcomeRow, RunRow


@dataclass(frozen=True)
class RunInfo:
    """One run. The four totals are findings; what is there after the run (`open`) counts accepted ones too."""

    id: int
    snapshot_id: int
    previous_run: int | None
    as_of: date
    started_at: str
    finished_at: str
    app_version: str
    packs: Mapping[str, Any]
    actor: str
    mpans_found: int
    mpans_blocked: int
    rows_found: int
    new: int
    still: int
    changed: int
    gone: int
    by_severity: Mapping[Severity, int]
    """What is there after the run, worst first; every severity has an entry."""

    @property
    def open(self) -> int:
        """Findings that are there after the run."""
        return self.new + self.still + self.changed


@dataclass(frozen=True)
class RunResult:
    """What a run gave: its place in the history, the outcomes, and the findings as the engine gave them (by row)."""

    run: RunInfo
    outcomes: tuple[CheckOutcome, ...]
    findings: pl.DataFrame
    reopened: tuple[Reopened, ...] = ()
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True)
class RunFacts:
    """What is written with a run beside its findings."""

    snapshot_id: int
    as_of: date
    started_at: str
    app_version: str
    packs: Mapping[str, Any]
    actor: str


def record_run(
    store: Store, facts: RunFacts, found: pl.DataFrame, outcomes: Sequence[CheckOutcome], *, clock: Clock, job: Job
) -> tuple[int, tuple[Reopened, ...]]:
    """Compare what a run found with what was there, and store all of it in one transaction; returns the run's id.

    Also opens the exceptions that this run outgrew or whose end has passed on `facts.as_of`, with an audit entry.
    Raises Cancelled; then, as after any failure, nothing of the run is kept.
    """
    checked = [one.check_id for one in outcomes if one.outcome in {Outcome.PASSED, Outcome.FAILED}]
    while True:
        job.report("Comparing with the last run", 0, found.height, "findings")
        with store.reading() as connection:
            previous = run_rows.newest_run(connection)
            present = unpacked(finding_rows.present_parts(connection))
            gone = unpacked(finding_rows.gone_parts(connection), ["fingerprint", "first_run"])
        run_id = (previous or 0) + 1
        comparison = compare(present, newest_of_each(gone, present), found, checked, run_id)
        job.check()
        present_parts, gone_parts = packed(comparison.present, job), packed(comparison.gone, job)
        with store.write() as connection:
            if run_rows.newest_run(connection) != previous:
                continue  # another run was stored meanwhile: compare with that one
            run = _run_row(facts, comparison, previous, clock().isoformat())
            rows = [OutcomeRow(one.check_id, one.outcome.value, one.count, one.reason) for one in outcomes]
            run_rows.insert_run(connection, run, rows, comparison.counts)
            job.check()
            finding_rows.write_parts(connection, run_id, present_parts, gone_parts)
            job.check()
            body = _told(facts, comparison, previous, outcomes)
            title = f"Check snapshot {facts.snapshot_id}: {_in_words(comparison)}"
            store.record("cleanse.run", title, body, actor=facts.actor, at=clock())
            now = population_now(connection, comparison.counts, comparison.present)
            reopened = reopen(store, connection, facts.as_of, now, actor=facts.actor, clock=clock)
            # The last moment at which a cancel leaves nothing behind.
            job.check()
        return run_id, reopened


def reopen(
    store: Store,
    connection: Connection,
    today: date,
    now: Callable[[ExceptionRow], int],
    *,
    actor: str,
    clock: Clock,
) -> tuple[Reopened, ...]:
    """Write down, inside the running `write()`, the exceptions that hold no longer; one audit entry for all of them."""
    reopened = to_reopen(exception_rows.exceptions(connection), today, now)
    for one in reopened:
        exception_rows.set_state(connection, one.exception_id, one.state.value)
    if reopened:
        body = {"today": today.isoformat(), "exceptions": [_as_dict(one) for one in reopened]}
        store.record("exceptions.reopen", reopened_title(reopened), body, actor=actor, at=clock())
    return reopened


def population_now(
    connection: Connection, counts: Sequence[CountRow], findings: pl.DataFrame
) -> Callable[[ExceptionRow], int]:
    """How many findings an exception is about: those listed that are there, or all that are there of check and item.

    `counts` are those of the newest run, `findings` the kept ones after it (gone ones do not count).
    """
    listed = exception_rows.listed(connection)
    there: dict[int, int] = {}
    if listed:
        schema = {"fingerprint": pl.Int64, "exception_id": pl.Int64}
        entries = pl.DataFrame(listed, schema=schema, orient="row")
        present = findings.lazy().filter(pl.col("gone_run").is_null()).select("fingerprint")
        found = entries.lazy().join(present, on="fingerprint", how="semi").group_by("exception_id").len()
        there = dict(found.collect().iter_rows())

    def now(row: ExceptionRow) -> int:
        if row.covers == Covers.LISTED:
            return there.get(row.id, 0)
        return sum(count.open for count in counts if count.check_id == row.check_id and row.item in {"", count.item})

    return now


def run_infos(store: Store) -> tuple[RunInfo, ...]:
    """Every run, newest first."""
    totals: dict[int, dict[str, int]] = {}
    severities: dict[int, dict[Severity, int]] = {}
    for run_id, severity, new, still, changed, gone in run_rows.severity_trend(store):
        total = totals.setdefault(run_id, {"new": 0, "still": 0, "changed": 0, "gone": 0})
        for name, value in (("new", new), ("still", still), ("changed", changed), ("gone", gone)):
            total[name] += value
        severities.setdefault(run_id, dict.fromkeys(Severity, 0))[Severity(severity)] += new + still + changed
    none = {"new": 0, "still": 0, "changed": 0, "gone": 0}
    return tuple(
        RunInfo(
            id=row.id,
            snapshot_id=row.snapshot_id,
            previous_run=row.previous_run,
            as_of=date.fromisoformat(row.as_of),
            started_at=row.started_at,
            finished_at=row.finished_at,
            app_version=row.app_version,
            packs=json.loads(row.packs),
            actor=row.actor,
            mpans_found=row.mpans_found,
            mpans_blocked=row.mpans_blocked,
            rows_found=row.rows_found,
            by_severity=severities.get(row.id, dict.fromkeys(Severity, 0)),
            **totals.get(row.id, none),
        )
        for row in run_rows.runs(store)
    )


def run_info(store: Store, run_id: int) -> RunInfo:
    """One run. Raises NotFound."""
    for run in run_infos(store):
        if run.id == run_id:
            return run
    raise NotFound(f"There is no run {run_id} in this workspace.")


def run_outcomes(store: Store, run_id: int) -> tuple[CheckOutcome, ...]:
    """What became of each check in a run, by check id. Raises NotFound."""
    run_info(store, run_id)
    return tuple(
        CheckOutcome(row.check_id, Outcome(row.outcome), row.count, row.reason)
        for row in run_rows.outcomes(store, run_id)
    )


def first_findings(connection: Connection) -> pl.DataFrame | None:
    """The first part of what is there, in reading order; None when that is all there is, or nothing."""
    parts = finding_rows.present_parts(connection)
    first = unpacked(itertools.islice(parts, 1))
    return first if first.height >= FIRST_ROWS else None


def kept_findings(connection: Connection) -> pl.DataFrame:
    """Every finding ever kept, once: those that are there in reading order, then those gone, the latest first."""
    present = unpacked(finding_rows.present_parts(connection))
    gone = newest_of_each(unpacked(finding_rows.gone_parts(connection)), present)
    return present if gone.is_empty() else pl.concat([present, gone])


def _run_row(facts: RunFacts, comparison: Comparison, previous: int | None, finished_at: str) -> RunRow:
    mpans, blocked, rows = comparison.affected()
    return RunRow(
        snapshot_id=facts.snapshot_id,
        previous_run=previous,
        as_of=facts.as_of.isoformat(),
        started_at=facts.started_at,
        finished_at=finished_at,
        app_version=facts.app_version,
        packs=json.dumps(facts.packs, ensure_ascii=False, sort_keys=True),
        actor=facts.actor,
        mpans_found=mpans,
        mpans_blocked=blocked,
        rows_found=rows,
        id=comparison.run_id,
    )


def _in_words(comparison: Comparison) -> str:
    told = [f"{comparison.total(state):,} {state.value.lower()}" for state in State]
    return ", ".join(told)


def _told(
    facts: RunFacts, comparison: Comparison, previous: int | None, outcomes: Sequence[CheckOutcome]
) -> dict[str, Any]:
    return {
        "run": comparison.run_id,
        "previous_run": previous,
        "snapshot": facts.snapshot_id,
        "as_of": facts.as_of.isoformat(),
        "app_version": facts.app_version,
        "packs": dict(facts.packs),
        "findings": {state.value: comparison.total(state) for state in State},
        "outcomes": {kind.value: sum(one.outcome is kind for one in outcomes) for kind in Outcome},
        "not_checked": {
            one.check_id: one.reason for one in outcomes if one.outcome in {Outcome.COULD_NOT_RUN, Outcome.SKIPPED}
        },
    }


def _as_dict(reopened: Reopened) -> dict[str, Any]:
    names = ("exception", "check", "item", "state", "accepted_for", "now", "expires")
    return dict(zip(names, astuple(reopened), strict=True))

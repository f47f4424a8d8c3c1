"""Queries about runs of the checks: the runs, their outcomes and their small counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from local_db.connection import Connection, Store

_RUN = (
    "snapshot_id, previous_run, as_of, started_at, finished_at, app_version, packs, actor,"
    " mpans_found, mpans_blocked, rows_found"
)


@dataclass(frozen=True)
class RunRow:
    """A run as it is kept. Dates are ISO texts, `packs` is JSON; the last three count MPANs and rows with findings."""

    snapshot_id: int
    previous_run: int | None
    as_of: str
    started_at: str
    finished_at: str
    app_version: str
    packs: str
    actor: str
    mpans_found: int
    mpans_blocked: int
    rows_found: int
    id: int = 0


@dataclass(frozen=True)
class OutcomeRow:
    """What became of one check in a run."""

    check_id: str
    outcome: str
    count: int
    reason: str


@dataclass(frozen=True)
class CountRow:
    """How many findings of one check, item, severity and party stand in each state after a run."""

    check_id: str
    item: str
    severity: str
    party: str
    new: int
    still: int
    changed: int
    gone: int

    @property
    def open(self) -> int:
        """Those that are there, whether accepted or not."""
        return self.new + self.still + self.changed


def newest_run(connection: Connection) -> int | None:
    """The id of the newest run, or None before the first."""
    row = connection.execute("SELECT max(id) FROM check_run").fetchone()
    return None if row is None or row[0] is None else int(row[0])


def insert_run(connection: Connection, run: RunRow, outcomes: Iterable[OutcomeRow], counts: Iterable[CountRow]) -> int:
    """Write a run with its outcomes and counts inside the running `write()`; returns its id (`run.id` if set)."""
    values = astuple(run)
    cursor = connection.execute(
        f"INSERT INTO check_run ({_RUN}, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed names
        (*values[:-1], run.id or None),
    )
    run_id = int(cursor.lastrowid)
    connection.executemany(
        "INSERT INTO check_outcome (run_id, check_id, outcome, count, reason) VALUES (?, ?, ?, ?, ?)",
        ((run_id, *astuple(outcome)) for outcome in outcomes),
    )
    connection.executemany(
        "INSERT INTO run_count (run_id, check_id, item, severity, party, new, still, changed, gone)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((run_id, *astuple(count)) for count in counts),
    )
    return run_id


def runs(store: Store) -> list[RunRow]:
    """Every run, newest first."""
    found = store.read().execute(f"SELECT {_RUN}, id FROM check_run ORDER BY id DESC")  # noqa: S608 - fixed names
    return [RunRow(*row) for row in found]


def outcomes(store: Store, run_id: int) -> list[OutcomeRow]:
    """What became of each check in a run, by check id."""
    found = store.read().execute(
        "SELECT check_id, outcome, count, reason FROM check_outcome WHERE run_id = ? ORDER BY check_id", (run_id,)
    )
    return [OutcomeRow(*row) for row in found]


def counts(store: Store, run_id: int) -> list[CountRow]:
    """The counts of a run."""
    found = store.read().execute(
        "SELECT check_id, item, severity, party, new, still, changed, gone FROM run_count WHERE run_id = ?"
        " ORDER BY check_id, item, severity, party",
        (run_id,),
    )
    return [CountRow(*row) for row in found]


def open_of_check(connection: Connection, run_id: int, check_id: str, item: str) -> int:
    """How many findings of a check, and of an item unless that is '', are there after a run."""
    row = connection.execute(
        "SELECT coalesce(sum(new + still + changed), 0) FROM run_count"
        " WHERE run_id = ? AND check_id = ? AND (? = '' OR item = ?)",
        (run_id, check_id, item, item),
    ).fetchone()
    return int(row[0])


def severity_trend(store: Store) -> list[tuple[int, str, int, int, int, int]]:
    """(run, severity, new, still, changed, gone) of every run, oldest first; the summary is small, so this is quick."""
    found = store.read().execute(
        "SELECT run_id, severity, sum(new), sum(still), sum(changed), sum(gone) FROM run_count"
        " GROUP BY run_id, severity ORDER BY run_id"
    )
    return [tuple(row) for row in found]

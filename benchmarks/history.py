"""Measures storing, comparing and browsing findings: figures 8, 10 and 11 of the performance brief.

    python -m benchmarks.history                      300,000 findings stored and compared; 1,000,000 browsed
    python -m benchmarks.history --stored 300000 --browsed 1000000 --runs 5

Storing: a first run, and a second run in which 5 % are gone, 5 % new, 5 % changed and every row has moved, both in a
workspace's own database with its own settings (every commit is synchronised). The peer beside it keeps a row for each
finding, by executemany, and does the same comparison by rows. Browsing: every filter, sort, search and count from the
call to the first page of 200 rows; the painting of the window (30 ms) is not in it. Times are
medians of wall clock, or with --cpu of processor time, which other work on the machine does not move.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, View
from desktop.cleanse.catalogue import all_checks
from desktop.cleanse.finding_table import COLUMNS, DEFAULT_VIEW, FindingTable
from desktop.cleanse.history import RESULT_SCHEMA
from desktop.cleanse.model import CheckOutcome, Outcome
from desktop.cleanse.runs import RunFacts
from desktop.cleanse.work import FindingEdit
from desktop.jobs import Job

ITEMS = ("mpan", "profile_class", "measurement_class", "ssc", "postcode", "meter_serial", "gsp_group")
PAGE = 200
CLOCK = [time.perf_counter]


def findings(count: int, seed: int = 2026) -> pl.DataFrame:
    """Findings as a portfolio of some twenty times as many rows has them."""
    draw = random.Random(seed)
    checks = [check for check in all_checks() if check.row is not None]
    chosen = draw.choices(checks, k=count)
    mpans = [str(1_000_000_000_000 + draw.randrange(1_400_000_000_000)) for _ in range(count)]
    values = [draw.choice(("", "00", "A", "1.2E+12")) if draw.random() < 0.5 else str(draw.randrange(10**9))
              for _ in range(count)]  # fmt: skip
    return pl.DataFrame(
        {
            "fingerprint": draw.sample(range(10**15), count),
            "check_id": [check.id for check in chosen],
            "item": draw.choices(ITEMS, k=count),
            "mpan": mpans,
            "row": sorted(draw.sample(range(1, 20 * count), count)),
            "value": values,
            "severity": [check.severity.value for check in chosen],
            "party": [check.party.value for check in chosen],
            "message": [
                f"“{value}” is not a value that {mpan} can have here."
                for value, mpan in zip(values, mpans, strict=True)
            ],
            "suggestion": ["" if n % 3 else f"Use {n % 9}" for n in range(count)],
        },
        schema=RESULT_SCHEMA,
    )


def next_month(found: pl.DataFrame) -> pl.DataFrame:
    """5 % gone, 5 % new, 5 % changed, every row moved."""
    count = found.height
    some = max(1, count // 20)
    moved = found.slice(some).with_columns(pl.col("row") + 1)
    changed = pl.int_range(pl.len()) < some
    moved = moved.with_columns(pl.when(changed).then(pl.col("value") + "x").otherwise("value").alias("value"))
    new = findings(some, seed=7).with_columns(pl.col("fingerprint") + 10**15)
    return pl.concat([moved, new])


def workspace_with_snapshot(folder: Path) -> tuple[Workspace, int]:
    workspace = Workspace.create(folder / "workspace", "Bench", "BENCH", actor="bench")
    workspace.settings.set(replace(workspace.settings.get(), backup_at_close=False))
    file = folder / "portfolio.csv"
    file.write_text("MPAN\n1200000000013\n", encoding="utf-8")
    source = workspace.portfolio.read(file)
    staged = workspace.portfolio.stage(source, {"mpan": "MPAN"})
    source.close()
    return workspace, workspace.portfolio.commit(staged).snapshot.id


def record(workspace: Workspace, snapshot: int, found: pl.DataFrame) -> None:
    outcomes = [CheckOutcome(check.id, Outcome.FAILED, 1) for check in all_checks()]
    facts = RunFacts(snapshot, date(2026, 11, 23), datetime.now(UTC).isoformat(), "bench", {}, "bench")
    workspace.cleanse.record(facts, found, outcomes)


def timed(work: Callable[..., object], *given: object) -> float:
    """Milliseconds of wall clock, or with --cpu of processor time over all threads: that is not moved by other work."""
    start = CLOCK[0]()
    work(*given)
    return 1000 * (CLOCK[0]() - start)


def rows_peer(folder: Path, first: pl.DataFrame, second: pl.DataFrame) -> tuple[float, float]:
    """One row for each finding: insert all, then read the keys, insert the new, change the changed, mark the gone."""
    from local_db.connection import connect

    connection = connect(folder / "rows.db")
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    names = first.columns
    connection.execute(
        f"CREATE TABLE finding ({names[0]} INTEGER PRIMARY KEY, {', '.join(names[1:])}, first_run, gone_run)"
    )
    insert = f"INSERT INTO finding VALUES ({', '.join('?' * len(names))}, ?, NULL)"

    def store_first() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(insert, ((*row, 1) for row in first.sort("fingerprint").iter_rows()))
        connection.execute("COMMIT")

    def store_second() -> None:
        connection.execute("BEGIN IMMEDIATE")
        known = {row[0]: row[1:] for row in connection.execute("SELECT fingerprint, value, message FROM finding")}
        place = {name: number for number, name in enumerate(names)}
        seen, new, changed = set(), [], []
        for row in second.iter_rows():
            seen.add(row[0])
            before = known.get(row[0])
            if before is None:
                new.append((*row, 2))
            elif before != (row[place["value"]], row[place["message"]]):
                changed.append((row[place["value"]], row[place["message"]], row[place["row"]], row[0]))
        gone = [(key,) for key in known if key not in seen]
        connection.executemany(insert, new)
        connection.executemany("UPDATE finding SET value = ?, message = ?, row = ? WHERE fingerprint = ?", changed)
        connection.executemany("UPDATE finding SET gone_run = 2 WHERE fingerprint = ?", gone)
        connection.execute("COMMIT")

    times = timed(store_first), timed(store_second)
    connection.close()
    return times


def storing(count: int, runs: int) -> None:
    """Figure 8."""
    first = findings(count)
    second = next_month(first)
    ours: list[tuple[float, float]] = []
    peer: list[tuple[float, float]] = []
    sizes = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as name:
            workspace, snapshot = workspace_with_snapshot(Path(name))
            ours.append((timed(record, workspace, snapshot, first), timed(record, workspace, snapshot, second)))
            workspace.close()
            sizes.append((Path(name) / "workspace" / "workspace.db").stat().st_size / 1e6)
        with tempfile.TemporaryDirectory() as name:
            peer.append(rows_peer(Path(name), first, second))
    for place, what in enumerate(("stored first", "compared and stored")):
        mine, theirs = (statistics.median(times[place] for times in one) for one in (ours, peer))
        print(f"{count:,} findings {what}: {mine:.0f} ms; as rows {theirs:.0f} ms ({theirs / mine:.1f} times)")
    print(f"  workspace.db after both: {statistics.median(sizes):.0f} MB")


def clicks(table: FindingTable) -> list[tuple[str, Callable[[], object]]]:
    """Every kind of click, each from the call to the first page."""

    def view(given: View) -> Callable[[], object]:
        def click() -> object:
            table.apply(given)
            return table.page(0, PAGE)

        return click

    def only(column: str, op: Op, *values: str) -> View:
        return replace(DEFAULT_VIEW, filters=(*DEFAULT_VIEW.filters, Filter(column, op, values)))

    made = [("no filter", view(View())), ("default view", view(DEFAULT_VIEW))]
    made += [
        (f"sort {one.key}{' down' if down else ''}", view(replace(DEFAULT_VIEW, sort=one.key, descending=down)))
        for one in COLUMNS
        for down in (False, True)
    ]
    made += [
        ("filter severity", view(only("severity", Op.IS_ANY, "Block", "High"))),
        ("filter check", view(only("check", Op.IS_ANY, "FMT-05"))),
        ("filter owner", view(only("owner", Op.IS_ANY, "Northgrid"))),
        ("filter state", view(only("state", Op.IS_ANY, "New"))),
        ("filter row", view(only("row", Op.BEFORE, "5000"))),
        ("filter mpan starts", view(only("mpan", Op.STARTS, "12 00"))),
        ("filter value contains", view(only("value", Op.CONTAINS, "e+1"))),
        ("filter and sort", view(replace(only("severity", Op.IS_ANY, "High"), sort="mpan"))),
        ("search mpan part", view(replace(DEFAULT_VIEW, text="12 3456"))),
        ("search word", view(replace(DEFAULT_VIEW, text="northgrid"))),
        ("search two words", view(replace(DEFAULT_VIEW, text="value fmt-05"))),
        ("search nothing found", view(replace(DEFAULT_VIEW, text="zzzz"))),
    ]
    made.append(("default view again", view(DEFAULT_VIEW)))
    for key in ("severity", "check", "party", "item", "state", "status", "owner", "exception"):
        made.append((f"facet {key}", lambda key=key: table.facets(key)))
    made.append(("ids of all", lambda: table.ids(0, table.count())))
    made.append(("position of the last", lambda: table.position(table.ids(table.count() - 1, 1)[0])))
    return made


def browsing(count: int, runs: int) -> None:
    """Figures 10 and 11."""
    with tempfile.TemporaryDirectory() as name:
        workspace, snapshot = workspace_with_snapshot(Path(name))
        first = findings(count)
        record(workspace, snapshot, first)
        record(workspace, snapshot, next_month(first))
        touched = first["fingerprint"].slice(count // 2, 10_000).to_list()
        edited = timed(lambda: workspace.cleanse.edit(touched, FindingEdit(owner="Northgrid")))
        workspace.close()
        opened, shown, prepared, overview = [], [], [], []
        for _ in range(runs):
            start = CLOCK[0]()
            workspace = Workspace.open(Path(name) / "workspace", actor="bench")
            opened.append(1000 * (CLOCK[0]() - start))
            start = CLOCK[0]()
            table = workspace.cleanse.findings()
            table.page(0, PAGE)
            shown.append(1000 * (CLOCK[0]() - start))
            prepared.append(timed(table.prepare, Job()))
            overview.append(timed(workspace.cleanse.overview, date(2026, 11, 23)))
            workspace.close()
        print(f"{count:,} findings: first page {statistics.median(shown):.0f} ms after the workspace is open "
              f"({statistics.median(opened):.0f} ms); prepare {statistics.median(prepared):.0f} ms; "
              f"overview {statistics.median(overview):.0f} ms; editing 10,000 {edited:.0f} ms")  # fmt: skip
        workspace = Workspace.open(Path(name) / "workspace", actor="bench")
        cold = {what: timed(click) for what, click in clicks(workspace.cleanse.findings())}
        workspace.close()
        workspace = Workspace.open(Path(name) / "workspace", actor="bench")
        table = workspace.cleanse.findings()
        table.prepare(Job())
        warm = {what: timed(click) for what, click in clicks(table)}
        again = {what: statistics.median(timed(click) for _ in range(runs)) for what, click in clicks(table)}
        refreshed = timed(lambda: table.refresh(touched))
        refreshed_all = timed(table.refresh)
        print(f"  {'click':32} {'not prepared':>12} {'first':>8} {'again':>8}   ms")
        for what, first_time in warm.items():
            print(f"  {what:32} {cold[what]:12.0f} {first_time:8.0f} {again[what]:8.1f}")
        print(f"  {'worst':32} {max(cold.values()):12.0f} {max(warm.values()):8.0f} {max(again.values()):8.1f}")
        print(f"  refresh of 10,000: {refreshed:.0f} ms; of all: {refreshed_all:.0f} ms")
        workspace.close()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stored", type=int, default=300_000)
    parser.add_argument("--browsed", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cpu", action="store_true", help="processor time instead of wall clock")
    given = parser.parse_args()
    if given.cpu:
        CLOCK[0] = time.process_time
    storing(given.stored, given.runs)
    browsing(given.browsed, given.runs)


if __name__ == "__main__":
    main()

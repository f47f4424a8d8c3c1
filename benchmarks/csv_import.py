"""Measures importing a CSV portfolio against polars.read_csv and the csv module, and clicks in the portfolio table.

    python -m benchmarks.csv_import                    1,000,000 rows, five runs of each, in turn
    python -m benchmarks.csv_import --rows 5000000 --runs 1
    python -m benchmarks.csv_import --clicks           filter, sort, search and page times of the table

Each run is a process of its own. `import` is everything a person waits for: looking at the file, suggesting the
mapping, staging and committing, fsync included; `quoted` is the same for a file with every cell in quotation marks.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from benchmarks.portfolios import write_portfolio
from desktop.browse.view import Filter, Op, View
from desktop.portfolio.service import PortfolioService
from desktop.portfolio.snapshots import Snapshot
from local_db.blobs import BlobStore
from local_db.connection import Store

CASES = ("polars.read_csv as text", "csv module", "import", "quoted", "preview")


def imported(path: Path, folder: Path, *, preview: bool = False) -> tuple[PortfolioService, Snapshot]:
    """A new workspace in `folder` with the portfolio in it."""
    store = Store.create(folder / "workspace.db")
    service = PortfolioService(store, BlobStore(store, folder), folder, "benchmark", lambda: datetime.now(UTC))
    with closing(service.read(path)) as source:
        mapping = {item: one.heading for item, one in service.suggest(source).items()}
        staged = service.stage(source, mapping)
        if preview:
            start = time.process_time()
            service.preview(staged)
            print(f"preview alone: {time.process_time() - start:.2f} s cpu", file=sys.stderr)
        return service, service.commit(staged).snapshot


def run_case(case: str, path: Path, quoted: Path) -> None:
    """One case in this process; prints its figures as JSON."""
    pl.read_csv(b"a,b\n1,2\n")
    start, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        if case == CASES[0]:
            pl.read_csv(path, infer_schema=False)
        elif case == CASES[1]:
            with path.open(newline="", encoding="utf-8") as file:
                sum(1 for _ in csv.reader(file))
        else:
            imported(quoted if case == "quoted" else path, Path(folder), preview=case == "preview")
        wall, used = time.perf_counter() - start, time.process_time() - cpu
    # On Linux ru_maxrss counts what the parent held when it made this process.
    status = Path("/proc/self/status")
    held = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    peak = (int(held[1]) if held else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024
    print(json.dumps({"wall": wall, "cpu": used, "peak": peak}))


def compare(path: Path, quoted: Path, runs: int) -> None:
    """Every case, in turn, and the medians."""
    found: dict[str, list[dict[str, float]]] = {case: [] for case in CASES}
    for _ in range(runs):
        for case in CASES:
            command = [sys.executable, "-m", "benchmarks.csv_import", "--case", case, "--path", str(path)]
            told = subprocess.run([*command, "--quoted", str(quoted)], check=True, capture_output=True, text=True)
            found[case].append(json.loads(told.stdout.splitlines()[-1]))
    middle = {
        case: {name: statistics.median(one[name] for one in all_runs) for name in ("wall", "cpu", "peak")}
        for case, all_runs in found.items()
    }
    bare = middle[CASES[0]]["cpu"]
    print(f"{'case':26}{'wall s':>8}{'cpu s':>8}{'peak MB':>9}{'cpu / bare':>12}")
    for case, one in middle.items():
        print(f"{case:26}{one['wall']:8.2f}{one['cpu']:8.2f}{one['peak']:9.0f}{one['cpu'] / bare:12.2f}")


def clicks(path: Path) -> None:
    """How long each click in the portfolio table takes: apply, first page, a page far down and the one after it."""
    with tempfile.TemporaryDirectory() as folder:
        service, snapshot = imported(path, Path(folder))
        start = time.perf_counter()
        table = service.table(snapshot.id)
        table.page(0, 200)
        print(f"open and first page {1000 * (time.perf_counter() - start):.0f} ms")
        heading = dict(snapshot.mapping)
        mpan, address = heading["mpan"], heading["address_1"]
        cases = {
            "MPAN contains": View((Filter(mpan, Op.CONTAINS, ("12345",)),)),
            "sort by MPAN": View(sort=mpan),
            "sort by address": View(sort=address),
            "sort by date": View(sort=heading["supply_start_date"]),
            "sort by profile class": View(sort=heading["profile_class"], descending=True),
            "LLFC is any of": View((Filter(heading["llfc"], Op.IS_ANY, ("100", "0A1")),)),
            "address contains": View((Filter(address, Op.CONTAINS, ("road",)),)),
            "date is after": View((Filter(heading["supply_start_date"], Op.AFTER, ("01/01/2022",)),)),
            "text everywhere": View(text="road"),
        }
        time.sleep(2)
        for name, view in cases.items():
            took = [_timed(lambda view=view: table.apply(view))]
            middle = table.count() // 2
            took += [_timed(lambda at=at: table.page(at, 200)) for at in (0, middle, middle + 200)]
            again = _timed(lambda view=view: table.apply(view))
            shown = "  ".join(f"{1000 * one:7.1f}" for one in (*took, again))
            print(f"{name:24}{shown} ms   {table.count():,} rows")
        print(f"facet: {1000 * _timed(lambda: table.facets(heading['llfc'])):.1f} ms")
        print(f"row: {1000 * _timed(lambda: service.row(snapshot.id, snapshot.rows // 2)):.1f} ms")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--clicks", action="store_true")
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--quoted", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        run_case(given.case, given.path, given.quoted)
        return
    with tempfile.TemporaryDirectory() as folder:
        path, quoted = Path(folder) / "portfolio.csv", Path(folder) / "quoted.csv"
        write_portfolio(given.rows, path)
        print(f"{given.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
        if given.clicks:
            clicks(path)
            return
        pl.scan_csv(path, infer_schema=False, empty_string_is_null=False).sink_csv(quoted, quote_style="always")
        compare(path, quoted, given.runs)


if __name__ == "__main__":
    main()

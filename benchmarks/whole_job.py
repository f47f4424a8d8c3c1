"""The whole job as `mhhs-desk check` does it, against bare `polars.read_csv` of the same file, stage by stage.

    python -m benchmarks.whole_job 1000000 [--repeat 5] [--folder DIR] [--json]

Each run is a process of its own: in a workspace that has seen last month's file it imports this month's, runs all
checks, compares with the run before, stores the run, and writes the JSON and the workbook ("first run": in a new
workspace, without the comparison). Last month's file has 97 of 100 of this month's rows, so nearly all findings are
still open. The program's own start (imports) is the first stage and part of the whole. `read_csv` is measured in
processes of its own as well, in turn with the job, polars' import not counted; the memory of a process is the most
that it held, its libraries among it. Ratios are what to look at: seconds tell of the machine.
"""

from __future__ import annotations

import time

_BEGUN = time.perf_counter(), 0.0

import argparse  # noqa: E402 - the clock starts before the imports
import json  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Callable  # noqa: E402
from contextlib import closing  # noqa: E402
from datetime import date  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TypeVar  # noqa: E402

AS_OF = date(2026, 11, 23)
BEFORE = date(2026, 10, 23)
STAGES = ("start", "open", "import", "check and store", "json", "workbook", "close")
T = TypeVar("T")


def peak_megabytes() -> float:
    """The most memory this process has held. Not `ru_maxrss`: that is inherited from the process that started it."""
    told = Path("/proc/self/status").read_text("utf-8")
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def bare(path: Path) -> dict[str, float]:
    """`read_csv` of the file as text, once; polars is loaded and warmed with two lines before the clock starts."""
    import polars as pl

    pl.read_csv(b"a,b\n1,2\n")
    wall, cpu = time.perf_counter(), time.process_time()
    pl.read_csv(path, infer_schema=False)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak_mb": peak_megabytes(),
    }


def job(path: Path, folder: Path, as_of: date) -> dict[str, float]:
    """Import, check, compare, store, JSON and workbook, in a workspace that is made if it is not there."""
    from desktop.app import Workspace
    from desktop.cli import findings_json
    from desktop.jobs import Job

    taken: dict[str, float] = {}
    wall, cpu = _BEGUN

    def stage(name: str, work: Callable[[], T]) -> T:
        nonlocal wall, cpu
        result = work()
        now, used = time.perf_counter(), time.process_time()
        taken[f"wall {name}"], taken[f"cpu {name}"] = now - wall, used - cpu
        taken[f"peak {name}"] = peak_megabytes()
        wall, cpu = now, used
        return result

    def opened() -> Workspace:
        there = folder / "workspace"
        if there.exists():
            return Workspace.open(there)
        return Workspace.create(there, "Measured", "MEASURED")

    def imported() -> int:
        with closing(workspace.portfolio.read(path)) as source:
            mapping = {item: one.heading for item, one in workspace.portfolio.suggest(source).items()}
            staged = workspace.portfolio.stage(source, mapping)
        return workspace.portfolio.commit(staged).snapshot.id

    stage("start", lambda: None)
    workspace = stage("open", opened)
    snapshot = stage("import", imported)
    result = stage("check and store", lambda: workspace.cleanse.run(snapshot, as_of, Job()))
    rows = workspace.portfolio.snapshot(snapshot).rows
    target = str(folder / "findings.json")
    stage("json", lambda: findings_json.write(target, rows, as_of, result.outcomes, result.findings))
    stage("workbook", lambda: workspace.reports.progress_report(folder / "report.xlsx", "", "full"))
    stage("close", workspace.close)
    taken |= {kind: sum(taken[f"{kind} {name}"] for name in STAGES) for kind in ("wall", "cpu")}
    taken |= {"peak_mb": peak_megabytes(), "findings": result.findings.height, "new": result.run.new}
    return taken


def in_process(case: str, path: Path, folder: Path) -> dict[str, float]:
    """One case in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.whole_job", "0", "--case", case, "--path", str(path)]
    told = subprocess.run([*command, "--folder", str(folder)], check=True, capture_output=True, text=True).stdout
    measured: dict[str, float] = json.loads(told.splitlines()[-1])
    return measured


def measure(rows: int, folder: Path, repeat: int) -> dict[str, dict[str, float]]:
    """Medians of `read_csv` and of the job's first and second run, in turn."""
    this, last = folder / "this-month.csv", folder / "last-month.csv"
    for path, count in ((this, rows), (last, max(1, rows * 97 // 100))):
        if not path.exists():
            command = [sys.executable, "-m", "benchmarks.portfolios", str(count), str(path)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    kept = folder / "kept"
    kept.mkdir(exist_ok=True)
    in_process("before", last, kept)
    taken: dict[str, list[dict[str, float]]] = {"read_csv": [], "first run": [], "second run": []}
    for _ in range(repeat):
        taken["read_csv"].append(in_process("read_csv", this, folder))
        for name, before in (("first run", None), ("second run", kept / "workspace")):
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                if before is not None:
                    shutil.copytree(before, Path(scratch) / "workspace")
                taken[name].append(in_process("job", this, Path(scratch)))
    return {case: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for case, runs in taken.items()}


def show(rows: int, repeat: int, told: dict[str, dict[str, float]]) -> None:
    """The table for people."""
    base = told["read_csv"]["cpu"]
    load = os.getloadavg()[0]
    print(f"{rows:,} rows, medians of {repeat}, {os.cpu_count()} processors, load {load:.1f}")
    print(f"{'':26}{'wall s':>8}{'cpu s':>8}{'cpu / bare':>12}{'peak MB':>9}")
    print(f"{'read_csv':26}{told['read_csv']['wall']:8.2f}{base:8.2f}{1:12.1f}{told['read_csv']['peak_mb']:9.0f}")
    for case in ("first run", "second run"):
        one = told[case]
        print(f"{case:26}{one['wall']:8.2f}{one['cpu']:8.2f}{one['cpu'] / base:12.1f}{one['peak_mb']:9.0f}")
        for name in STAGES:
            wall, cpu, peak = (one[f"{kind} {name}"] for kind in ("wall", "cpu", "peak"))
            print(f"  {name:24}{wall:8.2f}{cpu:8.2f}{cpu / base:12.2f}{peak:9.0f}")
    second = told["second run"]
    print(f"{second['findings']:,.0f} findings, {second['new']:,.0f} of them new in the second run")


def main() -> None:
    """Measure and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--case", choices=("read_csv", "before", "job"), help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case == "read_csv":
        print(json.dumps(bare(given.path)))
    elif given.case:
        print(json.dumps(job(given.path, given.folder, BEFORE if given.case == "before" else AS_OF)))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            told = measure(given.rows, given.folder or Path(temporary), given.repeat)
        if given.json:
            print(json.dumps(told, indent=2))
        else:
            show(given.rows, given.repeat, told)


if __name__ == "__main__":
    main()

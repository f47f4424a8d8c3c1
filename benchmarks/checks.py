"""What the checks cost: rows x rules a second, cpu against bare `polars.read_csv`, memory, and a hostile file.

    python -m benchmarks.checks 1000000 [--repeat 5] [--folder DIR] [--json]

Each case runs in a process of its own, once to warm up and then `--repeat` times, cases in turn; medians are shown.
Compare the ratios: seconds depend on the machine and on what else it does. `checks` reads the snapshot's Parquet.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.portfolios import COLUMNS, MAPPING, chunks
from desktop.cleanse.catalogue import all_checks
from desktop.cleanse.columns import CheckSource
from desktop.cleanse.engine import run_checks
from desktop.portfolio.reading import Reading

PACKS = Path(__file__).parents[1] / "resources" / "programme" / "suggested-2026.11"
AS_OF = date(2026, 11, 23)
CASES = ("read_csv", "checks", "checks_fmt", "checks_hostile")


def make_files(rows: int, folder: Path) -> None:
    """The CSV, its snapshot, and a snapshot whose supplier column holds nearly half a million different MPIDs."""
    with (folder / "kind.csv").open("wb") as file:
        for place, chunk in enumerate(chunks(rows)):
            chunk.write_csv(file, include_header=place == 0)
    names = {heading: f"c{place}" for place, (_, heading) in enumerate(COLUMNS)}
    kind = pl.scan_csv(folder / "kind.csv", infer_schema=False, empty_string_is_null=False).rename(names)
    row = pl.int_range(pl.len())
    letters = [
        pl.lit(pl.Series(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))).gather(row * 7_919 // 26**place % 26)
        for place in range(4)
    ]
    supplier = names[MAPPING["supplier"]]
    for name, frame in (("kind", kind), ("hostile", kind.with_columns(pl.concat_str(letters).alias(supplier)))):
        frame.sink_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=1, row_group_size=65_536)


def job_of(case: str, folder: Path) -> tuple[Callable[[], int], int]:
    """What a case does (giving its number of findings), and how many rules it has."""
    if case == "read_csv":
        return lambda: pl.read_csv(folder / "kind.csv", infer_schema=False).height * 0, 0
    codes = json.loads((PACKS / "code_lists.json").read_text("utf-8"))["body"]
    path = folder / ("hostile.parquet" if case.endswith("hostile") else "kind.parquet")
    rows = pl.scan_parquet(path).select(pl.len()).collect().item()
    reading = Reading("csv", tuple(heading for _, heading in COLUMNS), rows, encoding="utf-8")
    source = CheckSource.of_parquet(path, reading, MAPPING)
    checks = [check for check in all_checks() if not case.endswith("fmt") or check.id.startswith(("FIL", "FMT"))]
    outcomes = run_checks(source, checks, as_of=AS_OF, codes=codes, strict=True).outcomes
    rules = sum(1 for outcome in outcomes if outcome.outcome.value in {"passed", "failed"})
    return lambda: run_checks(source, checks, as_of=AS_OF, codes=codes, strict=True).findings.height, rules


def peak_megabytes() -> float:
    """The most memory this program has held. Not `ru_maxrss`: that is inherited from the program that started it."""
    told = Path("/proc/self/status").read_text("utf-8")
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def measure_one(case: str, folder: Path) -> dict[str, float]:
    """One warmed run in this process."""
    job, rules = job_of(case, folder)
    job()
    wall, cpu = time.perf_counter(), time.process_time()
    findings = job()
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak_mb": peak_megabytes(),
        "findings": findings,
        "rules": rules,
    }


def measure_all(rows: int, folder: Path, repeat: int) -> dict[str, dict[str, float]]:
    """Medians of every case, the cases in turn."""
    taken: dict[str, list[dict[str, float]]] = {case: [] for case in CASES}
    for _ in range(repeat):
        for case in CASES:
            command = [sys.executable, "-m", "benchmarks.checks", str(rows), "--case", case, "--folder", str(folder)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            taken[case].append(json.loads(told))
    return {case: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for case, runs in taken.items()}


def main() -> None:
    """Measure and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        print(json.dumps(measure_one(given.case, given.folder)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        if not (folder / "hostile.parquet").exists():
            make_files(given.rows, folder)
        told = measure_all(given.rows, folder, given.repeat)
    if given.json:
        print(json.dumps(told, indent=2))
        return
    base = told["read_csv"]["cpu"]
    print(f"{given.rows:,} rows, medians of {given.repeat}")
    print("case               wall s   cpu s  x csv  peak MB  rules  findings  M row-rules/s")
    for case, run in told.items():
        speed = given.rows * run["rules"] / run["wall"] / 1e6
        print(
            f"{case:16}{run['wall']:8.2f}{run['cpu']:8.2f}{run['cpu'] / base:7.1f}{run['peak_mb']:9.0f}"
            f"{run['rules']:7.0f}{run['findings']:10,.0f}{speed:15.1f}"
        )
    print(f"hostile / kind, cpu: {told['checks_hostile']['cpu'] / told['checks']['cpu']:.2f}")


if __name__ == "__main__":
    main()

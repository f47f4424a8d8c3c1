"""Writes rows x 12 cells with our streamed sheets, openpyxl write-only, XlsxWriter constant-memory: cpu, wall, memory.

    python benchmarks/workbook.py --rows 1000000
    python benchmarks/workbook.py --rows 1000000 --xlsxwriter /tmp/throwaway/bin/python

XlsxWriter is no dependency of ours: make a throwaway virtual environment with it and give its Python. Each case runs
in a process of its own over the same data (made in the process, not counted); cases take turns, medians count.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

COLUMNS = ("Severity", "State", "Check", "What is wrong", "MPAN", "Row", "Item", "Value", "Message", "Suggestion",
           "Who mends it", "Row key")  # fmt: skip


def data(rows: int) -> list[list[object]]:
    """The columns: texts as findings have them, one of numbers; the same for every case."""
    rng = random.Random(2026)
    mpans = [str(1_200_000_000_000 + rng.randrange(10**11)) for _ in range(rows)]
    return [
        [("Block", "High", "Med", "Low")[n % 4] for n in range(rows)],
        [("New", "Still open", "Changed")[n % 3] for n in range(rows)],
        [f"FMT-{n % 37:02d}" for n in range(rows)],
        [f"Profile class is not one of the eight classes {n % 37}" for n in range(rows)],
        mpans,
        list(range(1, rows + 1)),
        [("Profile Class", "GSP Group ID", "Postcode")[n % 3] for n in range(rows)],
        [str(rng.randrange(10**6)) for _ in range(rows)],
        [f"“{n % 1000}” is not in the list of classes & groups" for n in range(rows)],
        ["" if n % 3 else f"Use {n % 9}" for n in range(rows)],
        [("Supplier", "Distributor (LDSO)", "MEM")[n % 3] for n in range(rows)],
        [f"{mpan}{n % 37:03d}001" for n, mpan in enumerate(mpans)],
    ]


def ours(columns: list[list[object]], path: Path) -> None:
    """The product's way: a named table, frozen headings, text cells, quotePrefix, row heights."""
    import polars as pl

    from desktop.excel.book import Book, Field, Kind, Page

    frame = pl.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    columns.clear()
    marks = measure()
    book = Book("Findings", "Acme", datetime(2026, 11, 23, tzinfo=UTC))
    wrapped = ("What is wrong", "Message", "Suggestion", "Item")
    fields = [
        Field(name, Kind.NUMBER if name == "Row" else Kind.WRAPPED if name in wrapped else Kind.TEXT, 24, name)
        for name in COLUMNS
    ]
    book.add_stream(Page("Findings", "Findings", "All"), fields, frame.height, lambda: iter([frame]))
    book.save(path)
    report(marks)


def with_openpyxl(columns: list[list[object]], path: Path) -> None:
    """Write-only mode, values as they come."""
    from openpyxl import Workbook

    marks = measure()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Findings")
    sheet.append(COLUMNS)
    for row in zip(*columns, strict=True):
        sheet.append(row)
    book.save(path)
    report(marks)


def with_xlsxwriter(columns: list[list[object]], path: Path) -> None:
    """Constant-memory mode, texts written as texts."""
    import xlsxwriter

    marks = measure()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Findings")
    text = book.add_format({"num_format": "@"})
    sheet.write_row(0, 0, COLUMNS)
    for number, row in enumerate(zip(*columns, strict=True), start=1):
        for place, value in enumerate(row):
            if place == 5:
                sheet.write_number(number, place, value)
            else:
                sheet.write_string(number, place, value, text)
    book.close()
    report(marks)


def measure() -> tuple[float, float, int]:
    """Process time, wall time, and peak memory so far."""
    return time.process_time(), time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def report(marks: tuple[float, float, int]) -> None:
    """Print what was used since the marks: cpu and wall in seconds, memory above the data in MB."""
    cpu, wall, peak = measure()
    told = {"cpu": cpu - marks[0], "wall": wall - marks[1], "more_mb": (peak - marks[2]) / 1024, "peak_mb": peak / 1024}
    print(json.dumps(told))


CASES = {"ours": ours, "openpyxl": with_openpyxl, "xlsxwriter": with_xlsxwriter}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--xlsxwriter", metavar="PYTHON", help="a Python that has XlsxWriter")
    parser.add_argument("--skip", action="append", default=[], choices=list(CASES))
    parser.add_argument("--case", choices=list(CASES), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        CASES[given.case](data(given.rows), given.out)
        return
    pythons = {"ours": sys.executable, "openpyxl": sys.executable, "xlsxwriter": given.xlsxwriter}
    names = [name for name in CASES if pythons[name] and name not in given.skip]
    results: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    root = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(given.repeat):
            for name in names:
                out = Path(folder) / f"{name}.xlsx"
                ran = subprocess.run(
                    [str(pythons[name]), str(Path(__file__).resolve()), "--case", name, "--rows", str(given.rows),
                     "--out", str(out)],
                    check=True, capture_output=True, text=True, env={"PYTHONPATH": str(root)},
                )  # fmt: skip
                results[name].append({**json.loads(ran.stdout), "file_mb": out.stat().st_size / 2**20})
    median = {
        name: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for name, runs in results.items()
    }
    print(f"{given.rows:,} rows x {len(COLUMNS)} cells, median of {given.repeat}")
    for name, figures in median.items():
        told = "  ".join(f"{key} {value:8.2f}" for key, value in figures.items())
        ratio = figures["cpu"] / median["ours"]["cpu"] if "ours" in median else float("nan")
        print(f"{name:11} {told}  cpu / ours {ratio:6.1f}")


if __name__ == "__main__":
    main()

"""Measures reading a workbook against openpyxl read-only and fastexcel: processor time and memory, children included.

Run: python -m benchmarks.xlsx_reading [--rows 100000] [--columns 25] [--runs 3] [--form excel|inline] [--only NAME]
Each reader runs in a process of its own; the product's own child counts as its cost, pre-flight included.
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
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READERS = ("ours", "ours-exact", "fastexcel", "openpyxl")


def letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def row_values(rnd: random.Random, row: int, columns: int) -> list[str]:
    """One row of a portfolio: an MPAN, codes, dates as text, a serial, addresses."""
    pool = [
        f"{1_000_000_000_000 + row * 7}",
        rnd.choice(["A", "B", "C", "E"]),
        f"0{rnd.randrange(1, 9)}",
        f"{rnd.randrange(10000):04d}",
        f"20{rnd.randrange(10, 26)}-{rnd.randrange(1, 13):02d}-{rnd.randrange(1, 29):02d}",
        f"E{rnd.randrange(10):01d}S{rnd.randrange(10**7):07d}",
        f"{rnd.randrange(1, 300)} High Street & Co",
        f"EX{rnd.randrange(1, 30)} {rnd.randrange(1, 10)}AB",
        "" if rnd.random() < 0.5 else "Flat 2",
    ]
    return [pool[column % len(pool)] for column in range(columns)]


def write_workbook(path: Path, rows: int, columns: int, form: str) -> None:
    """A workbook as Excel writes it (shared texts) or as openpyxl and other libraries do (texts in the cells)."""
    rnd = random.Random(20261123)
    names = [letters(column) for column in range(columns)]
    shared: dict[str, int] = {}
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        file.writestr(
            "[Content_Types].xml",
            f'{declaration}<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/'
            'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{sheet_type}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_type}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{sheet_type}.sharedStrings+xml"/></Types>',
        )
        file.writestr(
            "_rels/.rels",
            f'{declaration}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        file.writestr(
            "xl/workbook.xml",
            f'{declaration}<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Portfolio" sheetId="1" '
            'r:id="rId1"/></sheets></workbook>',
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{declaration}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
            f'Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        with file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out:
            dimension = f'<dimension ref="A1:{names[-1]}{rows + 1}"/>'
            out.write(f'{declaration}<worksheet xmlns="{main}">{dimension}<sheetData>'.encode())
            for row in range(1, rows + 2):
                values = (
                    row_values(rnd, row, columns) if row > 1 else [f"Heading {column}" for column in range(columns)]
                )
                cells = []
                for name, value in zip(names, values, strict=True):
                    if not value:
                        continue
                    if form == "excel":
                        index = shared.setdefault(value, len(shared))
                        cells.append(f'<c r="{name}{row}" t="s"><v>{index}</v></c>')
                    else:
                        text = value.replace("&", "&amp;")
                        cells.append(f'<c r="{name}{row}" t="inlineStr"><is><t>{text}</t></is></c>')
                out.write(f'<row r="{row}" spans="1:{columns}">{"".join(cells)}</row>'.encode())
            out.write(b"</sheetData></worksheet>")
        with file.open("xl/sharedStrings.xml", "w", force_zip64=True) as out:
            out.write(f'{declaration}<sst xmlns="{main}" count="{len(shared)}" uniqueCount="{len(shared)}">'.encode())
            for text in shared:
                out.write(f"<si><t>{text.replace('&', '&amp;')}</t></si>".encode())
            out.write(b"</sst>")


def read(reader: str, path: Path) -> int:
    """Read the whole sheet by one reader and give the number of rows, the heading's included."""
    if reader.startswith("ours"):
        from desktop.jobs import Job
        from desktop.portfolio.readers import sniff, xlsx

        with tempfile.TemporaryDirectory() as staging:
            if reader == "ours":
                sniff.sniff(path)
                return xlsx.read_workbook(path, None, Path(staging), Job()).reading.rows + 1
            from desktop.portfolio.readers import xlsx_sheet

            made = xlsx_sheet.read(path, None, Path(staging) / "rows.parquet", lambda *_: None, bulk=False)
            return made.rows + 1
    if reader == "fastexcel":
        import fastexcel

        return fastexcel.read_excel(str(path)).load_sheet(0, dtypes="string").to_polars().height + 1
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))


def measured(reader: str, path: Path) -> dict[str, float]:
    """Run one reader in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.xlsx_reading", "--one", reader, str(path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return dict(json.loads(done.stdout))


def one(reader: str, path: Path) -> None:
    begun = time.perf_counter()
    rows = read(reader, path)
    wall = time.perf_counter() - begun
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(use.ru_utime + use.ru_stime for use in (own, children))
    print(
        json.dumps(
            {
                "rows": rows,
                "wall": wall,
                "cpu": cpu,
                "peak_mb": max(own.ru_maxrss, children.ru_maxrss) / 1024,
                "parent_mb": own.ru_maxrss / 1024,
            }
        )
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--columns", type=int, default=25)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--form", choices=["excel", "inline"], default="excel")
    options.add_argument("--only", choices=READERS, action="append")
    options.add_argument("--one", nargs=2, metavar=("READER", "FILE"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        one(given.one[0], Path(given.one[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portfolio.xlsx"
        write_workbook(path, given.rows, given.columns, given.form)
        print(f"{given.rows:,} x {given.columns}, {given.form}, {path.stat().st_size / 1024**2:.1f} MB")
        runs: dict[str, list[dict[str, float]]] = {}
        for _ in range(given.runs):
            for reader in given.only or READERS:
                runs.setdefault(reader, []).append(measured(reader, path))
    medians = {reader: statistics.median(run["cpu"] for run in made) for reader, made in runs.items()}
    for reader, made in runs.items():
        wall = statistics.median(run["wall"] for run in made)
        ratio = medians.get("openpyxl", 0) / medians[reader]
        print(
            f"{reader:12} cpu {medians[reader]:7.2f} s  wall {wall:7.2f} s  peak {made[0]['peak_mb']:6.0f} MB  "
            f"parent {made[0]['parent_mb']:5.0f} MB  rows {made[0]['rows']:,.0f}"
            + (f"  openpyxl / this = {ratio:.1f}" if ratio else "")
        )


if __name__ == "__main__":
    main()

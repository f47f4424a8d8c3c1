"""The same job done plainly with other tools, beside ours: read a portfolio, apply twelve rules, keep and write the findings.

    python -m benchmarks.peers 100000 --peers PYTHON      PYTHON of an environment with pandas, duckdb, sqlite-utils, openpyxl

Every case runs in a process of its own, in turn, `--repeat` times; cpu and peak memory are the operating system's for that
process and its children. All cases must find the same number of faults for every rule, or the comparison is void and says so.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RULES = (
    "FMT-01", "FMT-05", "FMT-08", "FMT-09", "FMT-10", "FMT-11", "FMT-14", "FMT-17", "FMT-20", "ROW-01", "XFD-03", "XFD-05",
)  # fmt: skip
"""Rules that every tool here can say. Numbers of faults are of rows."""
CASES = ("ours", "duckdb", "pandas", "loop")
_WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
_PLACEHOLDERS = ("", "data not available", "not applicable", "null", "n/a", "0")
_GROUPS = tuple(f"_{letter}" for letter in "ABCDEFGHJKLMNP")
_POSTCODE = r"^(GIR 0AA|[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2})$"
_COLUMNS = {
    "mpan": "MPAN", "gsp": "GSP Group ID", "pc": "Profile Class", "mc": "Measurement Class", "es": "Energisation Status",
    "ssc": "Standard Settlement Configuration", "llfc": "Line Loss Factor Class", "mt": "Meter Type", "postcode": "Postcode",
}  # fmt: skip


def _meter_types() -> list[str]:
    root = Path(__file__).resolve().parents[1] / "resources" / "programme"
    newest = sorted(root.iterdir())[-1] / "code_lists.json"
    listed = json.loads(newest.read_text(encoding="utf-8"))["body"]["meter_types"]
    return [one if isinstance(one, str) else str(one.get("id") or one.get("code")) for one in listed]


def ours(file: Path, out: Path) -> dict[str, int]:
    """MHHS Desk with these rules alone, through the services: import, check, history, workbook."""
    from datetime import date

    from desktop.app import Workspace
    from desktop.cleanse.catalogue import all_checks
    from desktop.sample.generated import MAPPING

    with Workspace.create(out / "workspace", "Bench", "BENCH") as workspace:
        body = dict(workspace.content.pack("cleanse_checks").body)
        body["checks"] = {check.id: {"on": check.id in RULES} for check in all_checks()}
        workspace.content.adjust("cleanse_checks", body, title="Twelve rules")
        source = workspace.portfolio.read(file)
        staged = workspace.portfolio.stage(source, MAPPING)
        snapshot = workspace.portfolio.commit(staged).snapshot
        found = workspace.cleanse.run(snapshot.id, date(2026, 11, 23)).findings
        workspace.reports.progress_report(out / "report.xlsx", "", "full")
    distinct = found.filter(found["item"].cast(str).is_in(["linked_mpan"]).not_()).group_by("check_id").agg(rows="row")
    return {check: len(set(rows)) for check, rows in distinct.iter_rows()}


def duckdb(file: Path, out: Path) -> dict[str, int]:
    """DuckDB SQL for the reading and the rules; sqlite-utils and openpyxl for the rest."""
    import duckdb as engine  # type: ignore[import-not-found]

    db = engine.connect()
    names = ", ".join(f'"{heading}" AS {name}' for name, heading in _COLUMNS.items())
    db.execute(
        f"CREATE TABLE p AS SELECT row_number() OVER () AS row, {names} FROM read_csv(?, all_varchar = true)",
        [str(file)],
    )
    db.execute("UPDATE p SET ssc = coalesce(ssc, ''), es = coalesce(es, ''), mpan = coalesce(mpan, '')")
    db.execute("ALTER TABLE p ADD COLUMN m VARCHAR")
    db.execute("UPDATE p SET m = regexp_replace(mpan, '[\\s\u00a0.-]', '', 'g')")
    total = " + ".join(f"CAST(substr(m, {i + 1}, 1) AS INT) * {w}" for i, w in enumerate(_WEIGHTS))
    thirteen = "regexp_full_match(m, '[0-9]{13}')"
    hh = "('C','D','E','F','G')"
    padded = "lpad(pc, 2, '0')"
    known = "', '".join(_meter_types())
    where = {
        "FMT-01": f"lower(trim(mpan)) IN {_PLACEHOLDERS}",
        "FMT-05": f"{thirteen} AND CASE WHEN {thirteen} THEN ({total}) % 11 % 10 <> CAST(substr(m, 13, 1) AS INT) ELSE false END",
        "FMT-08": f"gsp <> '' AND gsp NOT IN {_GROUPS}",
        "FMT-09": f"NOT regexp_full_match({padded}, '0[0-8]')",
        "FMT-10": "NOT regexp_full_match(mc, '[A-G]')",
        "FMT-11": "es NOT IN ('E', 'D')",
        "FMT-14": "NOT regexp_full_match(llfc, '[0-9A-HJ-NP-Z]{3}')",
        "FMT-17": f"mt <> '' AND mt NOT IN ('{known}')",
        "FMT-20": f"NOT regexp_matches(postcode, '{_POSTCODE}')",
        "ROW-01": f"{thirteen} AND m IN (SELECT m FROM p GROUP BY m HAVING count(*) > 1)",
        "XFD-03": f"regexp_full_match({padded}, '0[0-8]') AND regexp_full_match(mc, '[A-G]') AND ({padded} = '00') <> (mc IN {hh})",
        "XFD-05": f"regexp_full_match({padded}, '0[0-8]') AND ({padded} = '00') <> (ssc = '')",
    }
    found = [(check, row, mpan) for check, rule in where.items()
             for row, mpan in db.execute(f"SELECT row, mpan FROM p WHERE {rule}").fetchall()]  # fmt: skip
    return _keep(found, out)


def pandas(file: Path, out: Path) -> dict[str, int]:
    """pandas, vectorised; sqlite-utils and openpyxl for the rest."""
    import pandas as pd  # type: ignore[import-untyped]

    p = pd.read_csv(file, dtype=str, keep_default_na=False).rename(columns={v: k for k, v in _COLUMNS.items()})
    m = p.mpan.str.replace(r"[\s\u00a0.-]", "", regex=True)
    ok = m.str.fullmatch("[0-9]{13}")
    digits = m.where(ok, "0" * 13)
    total = sum(digits.str[i].astype(int) * w for i, w in enumerate(_WEIGHTS))
    pc = p.pc.str.zfill(2)
    pc_ok, mc_ok = pc.str.fullmatch("0[0-8]"), p.mc.str.fullmatch("[A-G]")
    masks = {
        "FMT-01": p.mpan.str.strip().str.lower().isin(_PLACEHOLDERS),
        "FMT-05": ok & (total % 11 % 10 != digits.str[12].astype(int)),
        "FMT-08": (p.gsp != "") & ~p.gsp.isin(_GROUPS),
        "FMT-09": ~pc_ok,
        "FMT-10": ~mc_ok,
        "FMT-11": ~p.es.isin(["E", "D"]),
        "FMT-14": ~p.llfc.str.fullmatch("[0-9A-HJ-NP-Z]{3}"),
        "FMT-17": (p.mt != "") & ~p.mt.isin(_meter_types()),
        "FMT-20": ~p.postcode.str.match(_POSTCODE),
        "ROW-01": ok & m.duplicated(keep=False),
        "XFD-03": pc_ok & mc_ok & ((pc == "00") != p.mc.isin(list("CDEFG"))),
        "XFD-05": pc_ok & ((pc == "00") != (p.ssc == "")),
    }
    found = [(check, row + 1, p.mpan[row]) for check, mask in masks.items() for row in p.index[mask]]
    return _keep(found, out)


def loop(file: Path, out: Path) -> dict[str, int]:
    """The csv module and a loop; sqlite-utils and openpyxl for the rest."""
    import csv
    import re
    from collections import Counter

    strip, code, post = re.compile(r"[\s\u00a0.-]"), re.compile("[0-9A-HJ-NP-Z]{3}"), re.compile(_POSTCODE)
    types, groups = set(_meter_types()), set(_GROUPS)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [{name: line[heading] for name, heading in _COLUMNS.items()} for line in csv.DictReader(stream)]
    numbers = [strip.sub("", row["mpan"]) for row in rows]
    times = Counter(numbers)
    found = []
    for number, (row, m) in enumerate(zip(rows, numbers, strict=True), 1):
        ok = len(m) == 13 and m.isascii() and m.isdigit()
        pc, mc = row["pc"].zfill(2), row["mc"]
        pc_ok, mc_ok = pc in {f"0{n}" for n in range(9)}, mc in set("ABCDEFG")
        faults = {
            "FMT-01": row["mpan"].strip().lower() in _PLACEHOLDERS,
            "FMT-05": ok and sum(int(d) * w for d, w in zip(m, _WEIGHTS, strict=False)) % 11 % 10 != int(m[12]),
            "FMT-08": row["gsp"] != "" and row["gsp"] not in groups,
            "FMT-09": not pc_ok,
            "FMT-10": not mc_ok,
            "FMT-11": row["es"] not in ("E", "D"),
            "FMT-14": not code.fullmatch(row["llfc"]),
            "FMT-17": row["mt"] != "" and row["mt"] not in types,
            "FMT-20": not post.match(row["postcode"]),
            "ROW-01": ok and times[m] > 1,
            "XFD-03": pc_ok and mc_ok and (pc == "00") != (mc in "CDEFG"),
            "XFD-05": pc_ok and (pc == "00") != (row["ssc"] == ""),
        }
        found += [(check, number, row["mpan"]) for check, fault in faults.items() if fault]
    return _keep(found, out)


def _keep(found: list[tuple[str, int, str]], out: Path) -> dict[str, int]:
    """Store with sqlite-utils and write a workbook with openpyxl, as their first pages show."""
    from collections import Counter

    import sqlite_utils
    from openpyxl import Workbook

    db = sqlite_utils.Database(out / "findings.db")
    db["finding"].insert_all(
        {"check": c, "row": int(r), "mpan": m, "severity": "High", "state": "New"} for c, r, m in found
    )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Findings")
    sheet.append(["Check", "Row", "MPAN", "Severity", "State"])
    for check, row, mpan in found:
        sheet.append([check, int(row), mpan, "High", "New"])
    book.save(out / "findings.xlsx")
    return dict(Counter(check for check, _, _ in found))


def _run(case: str, python: str, file: Path) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as scratch:
        result = subprocess.run(
            [python, "-m", "benchmarks.peers", "--case", case, "--file", str(file), "--out", scratch],
            capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[1],
        )  # fmt: skip
    if result.returncode != 0:
        raise SystemExit(f"{case} failed:\n{result.stderr[-2000:]}")
    measured: dict[str, object] = json.loads(result.stdout.splitlines()[-1])
    return measured


def main() -> None:
    """Measure one case (in the child), or all of them in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="?", default=100_000)
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--cases", default=",".join(CASES))
    for hidden in ("--case", "--file", "--out"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        start = time.perf_counter()
        counts = globals()[given.case](Path(given.file), Path(given.out))
        wall = time.perf_counter() - start
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = sum(use.ru_utime + use.ru_stime for use in (own, children))
        print(json.dumps({"cpu": cpu, "wall": wall, "peak_mb": own.ru_maxrss / 1024, "counts": counts}))
        return
    from desktop.sample.generated import write_portfolio

    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "portfolio.csv"
        write_portfolio(given.rows, file)
        cases = given.cases.split(",")
        runs: dict[str, list[dict[str, object]]] = {case: [] for case in cases}
        for _ in range(given.repeat):
            for case in cases:
                runs[case].append(_run(case, sys.executable if case == "ours" else given.peers, file))
    print(f"{given.rows:,} rows, {len(RULES)} rules, medians of {given.repeat}; load {os.getloadavg()[0]:.1f}")
    base = statistics.median(float(str(run["cpu"])) for run in runs[cases[0]])
    for case in cases:
        cpu, wall, peak = (
            statistics.median(float(str(run[key])) for run in runs[case]) for key in ("cpu", "wall", "peak_mb")
        )
        print(f"{case:>8}: cpu {cpu:7.2f} s ({cpu / base:5.1f}x {cases[0]}), wall {wall:7.2f} s, peak {peak:6.0f} MB")
    first = runs[cases[0]][0]["counts"]
    for case in cases[1:]:
        if runs[case][0]["counts"] != first:
            print(f"VOID: {case} found {runs[case][0]['counts']}\n      {cases[0]} found {first}")


if __name__ == "__main__":
    main()

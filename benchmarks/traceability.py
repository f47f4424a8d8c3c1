"""Measures the traceability matrix: reading it whole, then every sort, filter, search and count of its tables.

    python -m benchmarks.traceability                     5,000 requirements, 20,000 cases, 30,000 links, 3 runs
    python -m benchmarks.traceability --requirements 500 --cases 2000 --runs 5 --cpu

The workspace is a real one on disk, with a frozen copy of each case in each run (three steps each), evidence on half
of the passed results, and 300 defects. "Load" is from nothing to a table that answers; "click" is from the call to the
first page of 200 rows; the painting of the window is not in it. Times are medians of wall clock, or with --cpu of
processor time, which other work on the machine does not move.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from desktop.app import Workspace
from desktop.browse.frame_table import FrameTable
from desktop.browse.view import ColumnKind, Filter, Op, View
from desktop.testing.freezing import frozen_case
from desktop.testing.hashing import case_hash, requirement_hash
from desktop.testing.model import Case, Requirement, Step
from desktop.testing.workbooks import BookKind

PAGE = 200
FAMILIES = ("functional", "migration", "non-functional", "operational")
STATUSES = ("Passed",) * 8 + ("Failed", "Blocked", "Not run", "Not applicable")
AT = "2026-11-23T12:00:00+00:00"
CLOCK = [time.perf_counter]


def fill(workspace: Workspace, requirements: int, cases: int, links: int, runs: int) -> None:
    """Rows as an import leaves them, written at once."""
    draw = random.Random(2026)
    steps = tuple(Step(n, str(n), f"Send the message of step {n} and look at the answer", "SUPI", "DIP", "IF-031", "QP",
                       "Auto") for n in (1, 2, 3))  # fmt: skip
    needed = [
        Requirement(n, f"REQ-{n:05}", f"Requirement {n} on settlement", f"The system shall do the thing {n}. " * 5,
                    draw.choice(FAMILIES), draw.choice(FAMILIES), "supplier", "", "", f"Owner {n % 9}", "", None,
                    "Document v1.0", {}, missing=False)
        for n in range(1, requirements + 1)
    ]  # fmt: skip
    made = [
        Case(n, f"TC-{n:05}", f"Case {n} of the scenario", f"Scenario {n % 300}", "What is done. " * 8, "", "As asked.",
             draw.choice(FAMILIES), "", f"Owner {n % 9}", "", "", {}, missing=False, steps=steps)
        for n in range(1, cases + 1)
    ]  # fmt: skip
    hashes = {one.id: requirement_hash(one) for one in needed}
    pairs = {(draw.randint(1, requirements), draw.randint(1, cases)) for _ in range(links)}
    keys: dict[int, list[str]] = {}
    for requirement, case in pairs:
        keys.setdefault(case, []).append(needed[requirement - 1].key)
    with workspace.store.write() as connection:
        connection.executemany(
            "INSERT INTO requirement (id, key, title, text, family, stage, party, owner, source, hash, position) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((r.id, r.key, r.title, r.text, r.family, r.stage, r.party, r.owner, r.source, hashes[r.id], r.id)
             for r in needed),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO test_case (id, key, title, scenario, description, expected, stage, owner, hash, position) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((c.id, c.key, c.title, c.scenario, c.description, c.expected, c.stage, c.owner, case_hash(c), c.id)
             for c in made),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO test_step (case_id, position, step, description, source, recipient, message, who, valid) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((c.id, s.position, s.step, s.description, s.source, s.recipient, s.message, s.who, s.valid)
             for c in made for s in c.steps),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO requirement_case (requirement_id, case_id, requirement_hash) VALUES (?, ?, ?)",
            ((r, c, hashes[r] if draw.random() < 0.97 else "older") for r, c in sorted(pairs)),
        )
        for run in range(1, runs + 1):
            connection.execute(
                "INSERT INTO test_run (id, ref, title, created_at, created_by) VALUES (?, ?, ?, ?, 'Jo')",
                (run, f"ACME-RUN-{run:04}", f"Run {run}", AT),
            )
            connection.executemany(
                "INSERT INTO result (run_id, case_id, key, title, case_hash, status, executed, frozen) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ((run, c.id, c.key, c.title, case_hash(c), draw.choice(STATUSES), f"2026-1{run % 3}-1{run % 10}",
                  json.dumps(frozen_case(c, keys.get(c.id, ())))) for c in made),
            )  # fmt: skip
        connection.executemany(
            "INSERT INTO evidence (id, ref, title, created_at, created_by) VALUES (?, ?, ?, ?, 'Jo')",
            ((n, f"ACME-EVD-{n:04}", f"Log {n}", AT) for n in range(1, 2_001)),
        )
        results = connection.execute("SELECT id FROM result WHERE status = 'Passed' AND id % 2 = 0").fetchall()
        connection.executemany(
            "INSERT INTO evidence_link (evidence_id, target_kind, target_id, confirmed_revision, created_at, created_by) "
            "VALUES (?, 'result', ?, ?, ?, 'Jo')",
            ((draw.randint(1, 2_000), row[0], draw.choice((1, 1, 1, 0)), AT) for row in results),
        )
        failed = connection.execute("SELECT id FROM result WHERE status = 'Failed' LIMIT 300").fetchall()
        for number, row in enumerate(failed, start=1):
            connection.execute(
                "INSERT INTO defect (id, ref, title, severity) VALUES (?, ?, ?, ?)",
                (number, f"ACME-DEF-{number:04}", f"Defect {number}", draw.choice(("critical", "high", "low"))),
            )
            connection.execute("INSERT INTO defect_result (defect_id, result_id) VALUES (?, ?)", (number, row[0]))


def timed(what: Callable[[], object], runs: int) -> float:
    """Median seconds."""
    taken = []
    for _ in range(runs):
        start = CLOCK[0]()
        what()
        taken.append(CLOCK[0]() - start)
    return statistics.median(taken)


def afresh(workspace: Workspace, make: Callable[[], FrameTable]) -> FrameTable:
    """A table as after a write, which the matrix is read anew for."""
    workspace.trace._last = None
    return make()


def clicks(name: str, table: FrameTable, runs: int) -> None:
    """Every sort (the first one makes its keys), a filter and the counts of every column, and two searches."""

    def shown(view: View) -> None:
        table.apply(view)
        table.page(0, PAGE)

    first = {
        column.key: timed(lambda key=column.key: shown(View(sort=key)), 1)  # type: ignore[misc]
        for column in table.columns
    }
    sorts = {
        column.key: timed(lambda key=column.key: shown(View(sort=key)), runs)  # type: ignore[misc]
        for column in table.columns
    }
    filters = {}
    counts = {}
    for column in table.columns:
        if column.facet:
            table.apply(View())
            values = [one.value for one in table.facets(column.key)]
            filters[column.key] = timed(
                lambda key=column.key, value=values[0]: shown(View((Filter(key, Op.IS_ANY, (value,)),))),  # type: ignore[misc]
                runs,
            )
            counts[column.key] = timed(lambda key=column.key: table.facets(key), runs)  # type: ignore[misc]
        elif column.kind is ColumnKind.TEXT:
            filters[column.key] = timed(
                lambda key=column.key: shown(View((Filter(key, Op.CONTAINS, ("12",)),))),  # type: ignore[misc]
                runs,
            )
    searches = {text: timed(lambda text=text: shown(View(text=text)), runs) for text in ("settlement 12", "zzz")}  # type: ignore[misc]
    for kind, found in (
        ("first", first),
        ("sort", sorts),
        ("filter", filters),
        ("counts", counts),
        ("search", searches),
    ):
        worst = max(found, key=lambda key: found[key])
        print(
            f"{name}: {kind:7} {statistics.median(found.values()) * 1e3:6.1f} ms, "
            f"worst {found[worst] * 1e3:6.1f} ms ({worst})"
        )


def main() -> None:
    """Make the workspace, then measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requirements", type=int, default=5_000)
    options.add_argument("--cases", type=int, default=20_000)
    options.add_argument("--links", type=int, default=30_000)
    options.add_argument("--test-runs", type=int, default=3)
    options.add_argument("--runs", type=int, default=5, help="how often each thing is measured")
    options.add_argument("--cpu", action="store_true", help="processor time instead of wall clock")
    given = options.parse_args()
    if given.cpu:
        CLOCK[0] = time.process_time
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.create(Path(folder) / "w", "Acme Ltd", "ACME", actor="Jo") as workspace,
    ):
        fill(workspace, given.requirements, given.cases, given.links, given.test_runs)
        size = (Path(folder) / "w" / "workspace.db").stat().st_size
        print(f"{given.requirements:,} requirements, {given.cases:,} cases, {given.links:,} links, "
              f"{given.test_runs * given.cases:,} results, database {size / 1e6:.0f} MB")  # fmt: skip
        tables: dict[str, Callable[[], FrameTable]] = {
            "requirements": workspace.trace.requirements,
            "cases": workspace.trace.cases,
            "results of all runs": workspace.test_runs.table,
            "results of one run": lambda: workspace.test_runs.table(1),
            "defects": workspace.defects.table,
        }
        for name, make in tables.items():
            first = timed(lambda make=make: afresh(workspace, make), given.runs)  # type: ignore[misc]
            print(
                f"{name}: load    {first * 1e3:6.0f} ms, {timed(make, given.runs) * 1e3:.0f} ms when nothing was written"
            )
        print(f"coverage: {timed(workspace.trace.coverage, given.runs) * 1e3:.0f} ms beside a table of the matrix")
        print(f"one requirement: {timed(lambda: workspace.trace.requirement(7), given.runs) * 1e3:.1f} ms")
        print(f"one case: {timed(lambda: workspace.trace.case(7), given.runs) * 1e3:.1f} ms")
        print(f"runs with counts: {timed(workspace.test_runs.runs, given.runs) * 1e3:.1f} ms")
        for name in ("requirements", "cases", "results of all runs"):
            clicks(name, tables[name](), given.runs)
        path = Path(folder) / "book.xlsx"
        for kind in (BookKind.RTTM, BookKind.COMPLETION):
            seconds = timed(lambda kind=kind: workspace.workbooks.write(path, kind), 1)  # type: ignore[misc]
            print(f"{kind.short}: {seconds:.2f} s, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

"""Queries about runs of tests: runs, the results in them, their steps, and the newest result of each case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from local_db.among import among
from local_db.connection import Connection

RUN_COLUMNS = (
    "ref", "title", "stage", "gate", "environment", "tester", "started", "finished", "note", "import_id", "created_at",
    "created_by",
)  # fmt: skip
RESULT_COLUMNS = (
    "run_id", "case_id", "key", "title", "case_hash", "status", "reason", "message", "tester", "executed", "seconds",
    "frozen",
)  # fmt: skip
STEP_RESULT_COLUMNS = ("result_id", "position", "status", "evidence", "files", "remark")


@dataclass(frozen=True)
class RunRow:
    """A run as it is kept; days are ISO texts, `finished` '' = open."""

    id: int
    ref: str
    title: str
    stage: str
    gate: str
    environment: str
    tester: str
    started: str
    finished: str
    note: str
    import_id: int | None
    created_at: str
    created_by: str


@dataclass(frozen=True)
class ResultRow:
    """A result as it is kept, with its run and how the case reads now (`hash_now`)."""

    id: int
    run_id: int
    case_id: int
    key: str
    title: str
    case_hash: str
    status: str
    reason: str
    message: str
    tester: str
    executed: str
    seconds: float | None
    frozen: str
    run_ref: str
    run_finished: str
    run_tester: str
    hash_now: str


@dataclass(frozen=True)
class StepResultRow:
    """What is kept of the execution of one step."""

    id: int
    result_id: int
    position: int
    status: str
    evidence: str
    files: str
    remark: str


@dataclass(frozen=True)
class NewestRow:
    """The newest result of a case; `changed` = the case reads otherwise now."""

    case_id: int
    result_id: int
    run_id: int
    run_ref: str
    status: str
    executed: str
    changed: bool


def runs(connection: Connection, ids: Iterable[int] | None = None) -> list[RunRow]:
    """These runs (None: all), newest first; ids that are not there are left out."""
    where, values = among("id", ids)
    found = connection.execute(
        f"SELECT id, {', '.join(RUN_COLUMNS)} FROM test_run WHERE {where} ORDER BY id DESC",  # noqa: S608 - fixed names
        values,
    )
    return [RunRow(*row) for row in found]


def counts(connection: Connection, ids: Iterable[int] | None = None) -> dict[int, dict[str, int]]:
    """How many results of each status these runs (None: all) have."""
    where, values = among("run_id", ids)
    found: dict[int, dict[str, int]] = {}
    for run_id, status, count in connection.execute(
        f"SELECT run_id, status, count(*) FROM result WHERE {where} GROUP BY run_id, status",  # noqa: S608 - fixed names
        values,
    ):
        found.setdefault(int(run_id), {})[str(status)] = int(count)
    return found


def results(connection: Connection, ids: Iterable[int]) -> list[ResultRow]:
    """These results; ids that are not there are left out."""
    where, values = among("r.id", ids)
    found = connection.execute(
        f"SELECT r.id, {', '.join(f'r.{name}' for name in RESULT_COLUMNS)}, t.ref, t.finished, t.tester, c.hash "  # noqa: S608
        f"FROM result AS r JOIN test_run AS t ON t.id = r.run_id JOIN test_case AS c ON c.id = r.case_id WHERE {where} "
        "ORDER BY r.id",
        values,
    )
    return [ResultRow(*row) for row in found]


def results_of_run(connection: Connection, run_id: int) -> list[tuple[int, int, str, str]]:
    """(result, case, key, status) of every result of a run, in its order."""
    found = connection.execute("SELECT id, case_id, key, status FROM result WHERE run_id = ? ORDER BY id", (run_id,))
    return [(int(row[0]), int(row[1]), str(row[2]), str(row[3])) for row in found]


def frozen_of_run(connection: Connection, run_id: int) -> list[tuple[int, str]]:
    """(result, the case as it was, as JSON) of every result of a run."""
    found = connection.execute("SELECT id, frozen FROM result WHERE run_id = ? ORDER BY id", (run_id,))
    return [(int(row[0]), str(row[1])) for row in found]


def step_results(connection: Connection, result_ids: Iterable[int] | None) -> list[StepResultRow]:
    """What is kept of the steps of these results (None: of all), in their order."""
    where, values = among("result_id", result_ids)
    found = connection.execute(
        f"SELECT id, {', '.join(STEP_RESULT_COLUMNS)} FROM step_result WHERE {where} ORDER BY result_id, position",  # noqa: S608
        values,
    )
    return [StepResultRow(*row) for row in found]


def newest(connection: Connection, case_ids: Iterable[int] | None = None) -> list[NewestRow]:
    """The newest result of each of these cases (None: of all that have one)."""
    return [_newest(row) for row in newest_rows(connection, case_ids)]


def newest_rows(
    connection: Connection, case_ids: Iterable[int] | None = None
) -> list[tuple[int, int, int, str, str, str, int]]:
    """The same as plain rows in the order of `NewestRow`, for a whole matrix.

    One that was run comes before one that was not; then the later day; then the later run. The whole answer comes from
    the index `result_newest`: of the columns beside max(), SQLite gives those of the row that has it.
    """
    where, values = among("r.case_id", case_ids)
    found: list[Any] = connection.execute(
        "SELECT n.case_id, n.id, n.run_id, t.ref, n.status, n.executed, n.case_hash <> c.hash FROM ("  # noqa: S608
        "SELECT r.case_id, r.id, r.run_id, r.status, r.executed, r.case_hash, "
        "max((r.status <> 'Not run') || substr(r.executed || '          ', 1, 10) || printf('%012d', r.run_id)) "
        f"FROM result AS r WHERE {where} GROUP BY r.case_id) AS n "
        "JOIN test_run AS t ON t.id = n.run_id JOIN test_case AS c ON c.id = n.case_id",
        values,
    ).fetchall()
    return found


def results_of_case(connection: Connection, case_id: int) -> list[NewestRow]:
    """Every result of a case, newest first (as `newest` has it)."""
    found = connection.execute(
        "SELECT r.case_id, r.id, r.run_id, t.ref, r.status, r.executed, r.case_hash <> c.hash FROM result AS r "
        "JOIN test_run AS t ON t.id = r.run_id JOIN test_case AS c ON c.id = r.case_id WHERE r.case_id = ? "
        "ORDER BY r.status = 'Not run', substr(r.executed, 1, 10) DESC, r.run_id DESC",
        (case_id,),
    )
    return [_newest(row) for row in found]


TABLE_COLUMNS = (
    "id", "case_id", "key", "title", "run", "run_title", "status", "reason", "message", "tester", "executed",
    "seconds", "stage", "gate", "environment", "finished", "changed", "steps",
)  # fmt: skip


def table_rows(connection: Connection, run_id: int | None = None) -> list[tuple[object, ...]]:
    """The results of a run (None: of all runs, newest run first) as TABLE_COLUMNS; `steps`: how many were set."""
    where = "WHERE r.run_id = ?" if run_id is not None else ""
    found: list[Any] = connection.execute(
        "SELECT r.id, r.case_id, r.key, r.title, t.ref, t.title, r.status, r.reason, r.message, r.tester, "  # noqa: S608
        "r.executed, CAST(round(r.seconds) AS INTEGER), c.stage, t.gate, t.environment, t.finished, "
        "r.case_hash <> c.hash, coalesce(s.steps, 0) "
        "FROM result AS r JOIN test_run AS t ON t.id = r.run_id JOIN test_case AS c ON c.id = r.case_id "
        "LEFT JOIN (SELECT result_id, count(*) AS steps FROM step_result WHERE status <> 'Not run' "
        f"GROUP BY result_id) AS s ON s.result_id = r.id {where} ORDER BY r.run_id DESC, r.id",
        () if run_id is None else (run_id,),
    ).fetchall()
    return found


def step_ids(connection: Connection, result_id: int) -> dict[int, int]:
    """Position to row of the steps of a result that something was said of."""
    found = connection.execute("SELECT position, id FROM step_result WHERE result_id = ?", (result_id,))
    return {int(position): int(row_id) for position, row_id in found}


def _newest(row: tuple[int, int, int, str, str, str, int]) -> NewestRow:
    case_id, result_id, run_id, run_ref, status, executed, changed = row
    return NewestRow(case_id, result_id, run_id, run_ref, status, executed, bool(changed))

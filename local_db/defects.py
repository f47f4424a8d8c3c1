"""Queries about defects, the results they were seen in, and the work-off plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from local_db.among import among, listed
from local_db.connection import Connection

DEFECT_COLUMNS = (
    "ref", "key", "title", "description", "severity", "status", "owner", "raised", "due", "closed", "resolution",
)  # fmt: skip
WORK_OFF_COLUMNS = (
    "ref", "title", "description", "defect_id", "requirement_id", "owner", "due", "status", "agreed_by", "agreed_on",
    "closed", "note",
)  # fmt: skip


@dataclass(frozen=True)
class DefectRow:
    """A defect as it is kept; days are ISO texts."""

    id: int
    ref: str
    key: str
    title: str
    description: str
    severity: str
    status: str
    owner: str
    raised: str
    due: str
    closed: str
    resolution: str


@dataclass(frozen=True)
class SeenRow:
    """A result that a defect was seen in."""

    id: int
    defect_id: int
    result_id: int
    run_ref: str
    case_id: int
    case_key: str
    status: str


@dataclass(frozen=True)
class WorkOffRow:
    """A work-off item as it is kept, with the names of what it is for ('' = nothing)."""

    id: int
    ref: str
    title: str
    description: str
    defect_id: int | None
    requirement_id: int | None
    owner: str
    due: str
    status: str
    agreed_by: str
    agreed_on: str
    closed: str
    note: str
    defect_ref: str
    requirement_key: str


def defects(connection: Connection, ids: Iterable[int] | None = None) -> list[DefectRow]:
    """These defects (None: all), newest first; ids that are not there are left out."""
    where, values = among("id", ids)
    found = connection.execute(
        f"SELECT id, {', '.join(DEFECT_COLUMNS)} FROM defect WHERE {where} ORDER BY id DESC",  # noqa: S608 - fixed names
        values,
    )
    return [DefectRow(*row) for row in found]


def seen_in(connection: Connection, defect_ids: Iterable[int] | None = None) -> list[SeenRow]:
    """The results that these defects (None: all) were seen in, newest run first."""
    where, values = among("d.defect_id", defect_ids)
    found = connection.execute(
        "SELECT d.id, d.defect_id, d.result_id, t.ref, r.case_id, r.key, r.status FROM defect_result AS d "  # noqa: S608
        "JOIN result AS r ON r.id = d.result_id JOIN test_run AS t ON t.id = r.run_id "
        f"WHERE {where} ORDER BY d.defect_id, r.run_id DESC, r.id",
        values,
    )
    return [SeenRow(*row) for row in found]


def of_cases(connection: Connection, case_ids: Iterable[int]) -> list[tuple[int, DefectRow]]:
    """(case, defect) for every defect that was seen in a result of these cases, each pair once, by defect."""
    where, values = among("r.case_id", case_ids)
    found = connection.execute(
        f"SELECT DISTINCT r.case_id, f.id, {', '.join(f'f.{name}' for name in DEFECT_COLUMNS)} "  # noqa: S608
        "FROM defect_result AS d JOIN result AS r ON r.id = d.result_id JOIN defect AS f ON f.id = d.defect_id "
        f"WHERE {where} ORDER BY f.id",
        values,
    )
    return [(int(row[0]), DefectRow(*row[1:])) for row in found]


def links(connection: Connection, defect_id: int, result_ids: Iterable[int]) -> dict[int, int]:
    """Result to link of those of these results that a defect is said to be seen in."""
    found = connection.execute(
        "SELECT result_id, id FROM defect_result WHERE defect_id = ? AND result_id IN (SELECT value FROM json_each(?))",
        (defect_id, listed(result_ids)),
    )
    return {int(result_id): int(link_id) for result_id, link_id in found}


def results_there(connection: Connection, result_ids: Sequence[int]) -> set[int]:
    """Those of these results that are there."""
    found = connection.execute(
        "SELECT id FROM result WHERE id IN (SELECT value FROM json_each(?))", (listed(result_ids),)
    )
    return {int(row[0]) for row in found}


def is_there(connection: Connection, table: str, row_id: int) -> bool:
    """Whether a defect or requirement (`table`) has this id."""
    assert table in ("defect", "requirement")
    return connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (row_id,)).fetchone() is not None  # noqa: S608


def work_off(connection: Connection, ids: Iterable[int] | None = None) -> list[WorkOffRow]:
    """These items of the work-off plan (None: all): open ones first, by their day; those without a day last."""
    where, values = among("w.id", ids)
    found = connection.execute(
        f"SELECT w.id, {', '.join(f'w.{name}' for name in WORK_OFF_COLUMNS)}, coalesce(d.ref, ''), "  # noqa: S608
        "coalesce(q.key, '') FROM work_off AS w LEFT JOIN defect AS d ON d.id = w.defect_id "
        f"LEFT JOIN requirement AS q ON q.id = w.requirement_id WHERE {where} "
        "ORDER BY w.status <> 'open', w.due = '', w.due, w.id",
        values,
    )
    return [WorkOffRow(*row) for row in found]


def work_off_of_defects(connection: Connection, defect_ids: Iterable[int] | None = None) -> dict[int, list[str]]:
    """Defect to the references of its work-off items."""
    where, values = among("defect_id", defect_ids)
    found: dict[int, list[str]] = {}
    for defect_id, ref in connection.execute(
        f"SELECT defect_id, ref FROM work_off WHERE defect_id IS NOT NULL AND {where} ORDER BY id",  # noqa: S608
        values,
    ):
        found.setdefault(int(defect_id), []).append(str(ref))
    return found


def with_promise(connection: Connection) -> set[int]:
    """Defects with a work-off item that is open or done."""
    found = connection.execute("SELECT DISTINCT defect_id FROM work_off WHERE status <> 'dropped' AND defect_id > 0")
    return {int(row[0]) for row in found}

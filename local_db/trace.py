"""The queries of the traceability matrix: each reads one side or one kind of link of it at once."""

from __future__ import annotations

from typing import Any

from local_db.connection import Connection

REQUIREMENT_COLUMNS = (
    "id", "key", "title", "text", "family", "stage", "party", "priority", "applies", "owner", "note", "source",
    "missing", "reliance_id",
)  # fmt: skip
CASE_COLUMNS = ("id", "key", "title", "scenario", "stage", "priority", "owner", "note", "source", "missing")

Row = tuple[object, ...]


def requirement_rows(connection: Connection) -> list[Row]:
    """Every requirement as REQUIREMENT_COLUMNS, in the order of its document."""
    found: list[Any] = connection.execute(
        f"SELECT {', '.join(REQUIREMENT_COLUMNS)} FROM requirement ORDER BY position, id"  # noqa: S608 - fixed names
    ).fetchall()
    return found


def case_rows(connection: Connection) -> list[Row]:
    """Every case as CASE_COLUMNS, in the order of its document."""
    found: list[Any] = connection.execute(
        f"SELECT {', '.join(CASE_COLUMNS)} FROM test_case ORDER BY position, id"  # noqa: S608 - fixed names
    ).fetchall()
    return found


def link_rows(connection: Connection) -> list[tuple[int, int, int, int]]:
    """(link, requirement, case, whether the requirement reads otherwise than when they were linked) of every link."""
    found: list[Any] = connection.execute(
        "SELECT l.id, l.requirement_id, l.case_id, l.requirement_hash <> r.hash FROM requirement_case AS l "
        "JOIN requirement AS r ON r.id = l.requirement_id JOIN test_case AS c ON c.id = l.case_id "
        "ORDER BY l.requirement_id, c.position, c.id"
    ).fetchall()
    return found


def result_counts(connection: Connection) -> dict[int, int]:
    """How many results each case has."""
    return dict(connection.execute("SELECT case_id, count(*) FROM result GROUP BY case_id").fetchall())


def evidence_rows(connection: Connection) -> list[tuple[str, int, int, str, int, str]]:
    """Evidence in use of what the matrix holds; `expires` is '' for what never does.

    (kind of target, target, item, its reference, whether the link awaits confirmation, expires).
    """
    found: list[Any] = connection.execute(
        "SELECT l.target_kind, l.target_id, l.evidence_id, e.ref, l.confirmed_revision < e.revision, e.expires "
        "FROM evidence_link AS l JOIN evidence AS e ON e.id = l.evidence_id WHERE e.withdrawn = '' "
        "AND l.target_kind IN ('requirement', 'test_case', 'result', 'defect', 'work_off') ORDER BY e.id"
    ).fetchall()
    return found


def all_evidence_rows(connection: Connection) -> list[tuple[str, int, int, str, int, str]]:
    """The same for every kind of target."""
    found: list[Any] = connection.execute(
        "SELECT l.target_kind, l.target_id, l.evidence_id, e.ref, l.confirmed_revision < e.revision, e.expires "
        "FROM evidence_link AS l JOIN evidence AS e ON e.id = l.evidence_id WHERE e.withdrawn = '' ORDER BY e.id"
    ).fetchall()
    return found


def defect_rows(connection: Connection) -> list[tuple[int, int, str, str, str]]:
    """(case, defect, its reference, title, status) for every defect seen in a result of a case, each pair once."""
    found: list[Any] = connection.execute(
        "SELECT DISTINCT r.case_id, d.id, d.ref, d.title, d.status FROM defect_result AS s "
        "JOIN result AS r ON r.id = s.result_id JOIN defect AS d ON d.id = s.defect_id ORDER BY d.id"
    ).fetchall()
    return found


def defects_of_results(connection: Connection) -> list[tuple[int, str]]:
    """(result, reference of a defect) for every result that a defect was seen in."""
    found: list[Any] = connection.execute(
        "SELECT s.result_id, d.ref FROM defect_result AS s JOIN defect AS d ON d.id = s.defect_id ORDER BY d.id"
    ).fetchall()
    return found


def work_off_rows(connection: Connection) -> list[tuple[int, str]]:
    """(requirement, reference of a work-off item that is open) for every such item."""
    found: list[Any] = connection.execute(
        "SELECT requirement_id, ref FROM work_off WHERE requirement_id IS NOT NULL AND status = 'open' ORDER BY id"
    ).fetchall()
    return found


def requirement_keys_by_case(connection: Connection) -> list[tuple[int, str]]:
    """(case, key of a requirement it is for) of every link, in the order of the requirements."""
    found: list[Any] = connection.execute(
        "SELECT l.case_id, r.key FROM requirement_case AS l JOIN requirement AS r ON r.id = l.requirement_id "
        "ORDER BY r.position, r.id"
    ).fetchall()
    return found


def links_of_requirement(connection: Connection, requirement_id: int) -> list[tuple[int, int, str, str, str, bool]]:
    """(link, case, its key, title, stage, whether to look at it again) of a requirement's cases, in their order."""
    found = connection.execute(
        "SELECT l.id, c.id, c.key, c.title, c.stage, l.requirement_hash <> r.hash FROM requirement_case AS l "
        "JOIN requirement AS r ON r.id = l.requirement_id JOIN test_case AS c ON c.id = l.case_id "
        "WHERE l.requirement_id = ? ORDER BY c.position, c.id",
        (requirement_id,),
    )
    return [(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in found]


def links_of_case(connection: Connection, case_id: int) -> list[tuple[int, int, bool]]:
    """(link, requirement, whether to look at it again) of a case's requirements, in their order."""
    found = connection.execute(
        "SELECT l.id, r.id, l.requirement_hash <> r.hash FROM requirement_case AS l "
        "JOIN requirement AS r ON r.id = l.requirement_id WHERE l.case_id = ? ORDER BY r.position, r.id",
        (case_id,),
    )
    return [(row[0], row[1], bool(row[2])) for row in found]

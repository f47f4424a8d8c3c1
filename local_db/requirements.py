"""Queries about requirements, test cases with their steps, and which case is for which requirement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from local_db.among import among, listed
from local_db.connection import Connection

REQUIREMENT_COLUMNS = (
    "key", "title", "text", "family", "stage", "party", "priority", "applies", "owner", "note", "reliance_id", "source",
    "extra", "hash", "missing", "position",
)  # fmt: skip
CASE_COLUMNS = (
    "key", "title", "scenario", "description", "precondition", "expected", "stage", "priority", "owner", "note",
    "source", "extra", "hash", "missing", "position",
)  # fmt: skip
STEP_COLUMNS = ("case_id", "position", "step", "description", "source", "recipient", "message", "who", "valid")
LINK_COLUMNS = ("requirement_id", "case_id", "requirement_hash")


@dataclass(frozen=True)
class RequirementRow:
    """A requirement as it is kept."""

    id: int
    key: str
    title: str
    text: str
    family: str
    stage: str
    party: str
    priority: str
    applies: str
    owner: str
    note: str
    reliance_id: int | None
    source: str
    extra: str
    hash: str
    missing: int
    position: int


@dataclass(frozen=True)
class CaseRow:
    """A test case as it is kept, without its steps."""

    id: int
    key: str
    title: str
    scenario: str
    description: str
    precondition: str
    expected: str
    stage: str
    priority: str
    owner: str
    note: str
    source: str
    extra: str
    hash: str
    missing: int
    position: int


@dataclass(frozen=True)
class StepRow:
    """A step of a case as it is kept."""

    id: int
    case_id: int
    position: int
    step: str
    description: str
    source: str
    recipient: str
    message: str
    who: str
    valid: str


@dataclass(frozen=True)
class LinkRow:
    """A case that is for a requirement."""

    id: int
    requirement_id: int
    case_id: int
    requirement_hash: str


def requirements(connection: Connection, ids: Iterable[int] | None = None) -> list[RequirementRow]:
    """These requirements (None: all) in the order of their document; ids that are not there are left out."""
    where, values = among("id", ids)
    found = connection.execute(
        f"SELECT id, {', '.join(REQUIREMENT_COLUMNS)} FROM requirement WHERE {where} ORDER BY position, id",  # noqa: S608 - fixed names
        values,
    )
    return [RequirementRow(*row) for row in found]


def cases(connection: Connection, ids: Iterable[int] | None = None) -> list[CaseRow]:
    """These test cases (None: all) in the order of their document; ids that are not there are left out."""
    where, values = among("id", ids)
    found = connection.execute(
        f"SELECT id, {', '.join(CASE_COLUMNS)} FROM test_case WHERE {where} ORDER BY position, id",  # noqa: S608 - fixed names
        values,
    )
    return [CaseRow(*row) for row in found]


def steps(connection: Connection, case_ids: Iterable[int] | None = None) -> list[StepRow]:
    """The steps of these cases (None: of all), case by case, in their order."""
    where, values = among("case_id", case_ids)
    found = connection.execute(
        f"SELECT id, {', '.join(STEP_COLUMNS)} FROM test_step WHERE {where} ORDER BY case_id, position, id",  # noqa: S608 - fixed names
        values,
    )
    return [StepRow(*row) for row in found]


def links(connection: Connection, ids: Iterable[int] | None = None) -> list[LinkRow]:
    """These links (None: all)."""
    where, values = among("id", ids)
    found = connection.execute(
        f"SELECT id, {', '.join(LINK_COLUMNS)} FROM requirement_case WHERE {where} ORDER BY id",  # noqa: S608 - fixed names
        values,
    )
    return [LinkRow(*row) for row in found]


def requirement_keys(connection: Connection, case_ids: Iterable[int]) -> dict[int, list[str]]:
    """The keys of the requirements that cases are for, sorted; cases without any are left out."""
    found: dict[int, list[str]] = {}
    for case_id, key in connection.execute(
        "SELECT rc.case_id, r.key FROM requirement_case AS rc JOIN requirement AS r ON r.id = rc.requirement_id "
        "WHERE rc.case_id IN (SELECT value FROM json_each(?)) ORDER BY rc.case_id, r.key",
        (listed(case_ids),),
    ):
        found.setdefault(int(case_id), []).append(str(key))
    return found


def taken(connection: Connection, table: str, key: str) -> bool:
    """Whether a requirement or test case (`table`) has this key."""
    assert table in ("requirement", "test_case")
    return connection.execute(f"SELECT 1 FROM {table} WHERE key = ?", (key,)).fetchone() is not None  # noqa: S608 - fixed names


def next_position(connection: Connection, table: str) -> int:
    """The place after the last requirement or test case (`table`)."""
    assert table in ("requirement", "test_case")
    return int(connection.execute(f"SELECT coalesce(max(position), 0) + 1 FROM {table}").fetchone()[0])  # noqa: S608 - fixed names


def reliance_is_there(connection: Connection, reliance_id: int) -> bool:
    """Whether there is such a reliance."""
    return connection.execute("SELECT 1 FROM reliance WHERE id = ?", (reliance_id,)).fetchone() is not None


def links_to_confirm(connection: Connection) -> list[int]:
    """Ids of links whose requirement reads otherwise than when they were looked at."""
    found = connection.execute(
        "SELECT rc.id FROM requirement_case AS rc JOIN requirement AS r ON r.id = rc.requirement_id "
        "WHERE rc.requirement_hash <> r.hash ORDER BY rc.id"
    )
    return [int(row[0]) for row in found]


def links_between(
    connection: Connection, requirement_ids: Sequence[int], case_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """The (requirement, case) pairs among these that are linked."""
    found = connection.execute(
        "SELECT requirement_id, case_id FROM requirement_case WHERE requirement_id IN (SELECT value FROM json_each(?)) "
        "AND case_id IN (SELECT value FROM json_each(?))",
        (listed(requirement_ids), listed(case_ids)),
    )
    return {(int(requirement), int(case)) for requirement, case in found}

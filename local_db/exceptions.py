"""Queries about exceptions: findings that somebody accepted for a time."""

from __future__ import annotations

from dataclasses import dataclass

from local_db.connection import Connection

_EXCEPTION = (
    "id, check_id, item, reason, approver, approved_at, expires, population, covers, state, created_at, created_by"
)


@dataclass(frozen=True)
class ExceptionRow:
    """An exception as it is kept; dates are ISO texts."""

    id: int
    check_id: str
    item: str
    reason: str
    approver: str
    approved_at: str
    expires: str
    population: int
    covers: str
    state: str
    created_at: str
    created_by: str


def exceptions(connection: Connection) -> list[ExceptionRow]:
    """Every exception, newest first."""
    found = connection.execute(f"SELECT {_EXCEPTION} FROM exception ORDER BY id DESC")  # noqa: S608 - fixed names
    return [ExceptionRow(*row) for row in found]


def set_state(connection: Connection, exception_id: int, state: str) -> None:
    """Write what became of an exception, inside the running `write()`, beside its audit entry."""
    connection.execute("UPDATE exception SET state = ? WHERE id = ?", (state, exception_id))


def listed(connection: Connection) -> list[tuple[int, int]]:
    """(fingerprint, exception) of every finding that stands in an exception by itself."""
    found = connection.execute("SELECT fingerprint, exception_id FROM finding_work WHERE exception_id IS NOT NULL")
    return [(int(fingerprint), int(exception_id)) for fingerprint, exception_id in found]

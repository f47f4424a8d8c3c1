"""Queries about the central endpoints of a workspace. Tokens and keys are never in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from local_db.connection import Connection


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint as it is kept. Moments are UTC, ISO 8601; '' = never."""

    id: int
    uuid: str
    name: str
    address: str
    participant: str
    recipients: str
    """A JSON list, as `jwks`, `info`, `connection` and `problem` are JSON objects."""
    device_uuid: str
    device_name: str
    signed_in_at: str
    jwks: str
    info: str
    connection: str
    paused: int
    metered: int
    cap_kib: int
    contacts: int
    epoch: str
    cursor: str
    last_ok_at: str
    last_try_at: str
    next_try_at: str
    tries: int
    clock_ms: int | None
    problem: str
    removed: str
    added_at: str
    added_by: str


_COLUMNS = tuple(one.name for one in fields(EndpointRow))
_ALL = ", ".join(_COLUMNS)


def endpoints(connection: Connection) -> list[EndpointRow]:
    """All of them, removed ones too, in the order in which they were added."""
    return [EndpointRow(*row) for row in connection.execute(f"SELECT {_ALL} FROM endpoint ORDER BY id")]  # noqa: S608 - fixed names


def endpoint(connection: Connection, endpoint_id: int) -> EndpointRow | None:
    """One; None if there is none."""
    row = connection.execute(f"SELECT {_ALL} FROM endpoint WHERE id = ?", (endpoint_id,)).fetchone()  # noqa: S608 - fixed names
    return None if row is None else EndpointRow(*row)


def of_uuid(connection: Connection, uuid: str) -> EndpointRow | None:
    """The one with this id of its own, removed or not."""
    row = connection.execute(f"SELECT {_ALL} FROM endpoint WHERE uuid = ?", (uuid,)).fetchone()  # noqa: S608 - fixed names
    return None if row is None else EndpointRow(*row)


def waiting(connection: Connection, endpoint_id: int) -> int:
    """How many deliveries of it are neither received nor left out."""
    row = connection.execute(
        "SELECT count(*) FROM delivery AS d JOIN envelope AS e ON e.uuid = d.uuid "
        "WHERE e.endpoint_id = ? AND d.state NOT IN ('received', 'left out')",
        (endpoint_id,),
    ).fetchone()
    return int(row[0])


# -- writing, inside the running `write()`: nothing here can be undone -------------------------------------------------


def add(connection: Connection, values: Mapping[str, object]) -> int:
    """Keep a new one; columns left out take their defaults. Returns its id."""
    names = _known(values)
    cursor = connection.execute(
        f"INSERT INTO endpoint ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608 - known names
        [values[name] for name in names],
    )
    return int(cursor.lastrowid or 0)


def change(connection: Connection, endpoint_id: int, values: Mapping[str, object]) -> None:
    """Give columns of one other values."""
    names = _known(values)
    if names:
        connection.execute(
            f"UPDATE endpoint SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",  # noqa: S608 - known names
            [*(values[name] for name in names), endpoint_id],
        )


def _known(values: Mapping[str, object]) -> tuple[str, ...]:
    unknown = set(values) - set(_COLUMNS)
    if unknown:
        raise ValueError(f"endpoint has no column {min(unknown)}")
    return tuple(name for name in _COLUMNS if name in values)

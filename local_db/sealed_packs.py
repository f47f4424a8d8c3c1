"""Queries about sealed packs: what was written of which submission, with whose key."""

from __future__ import annotations

from dataclasses import dataclass, fields

from local_db.connection import Connection


@dataclass(frozen=True)
class SealedPackRow:
    """A pack as it is kept; `parts` is a JSON list of {name, sha256, size}. `id` 0: not kept yet."""

    submission_id: int
    number: int
    recipient: str
    name: str
    form: str
    parts: str
    files: int
    bytes: int
    tag_manifest: str
    signature: str
    key_id: int
    audit_head: str
    sealed_at: str
    sealed_by: str
    id: int = 0


@dataclass(frozen=True)
class Listed:
    """A kept pack with what its submission and its key are called."""

    row: SealedPackRow
    ref: str
    version: int
    fingerprint: str
    person: str


_COLUMNS = tuple(one.name for one in fields(SealedPackRow))


def next_number(connection: Connection, submission_id: int) -> int:
    """The number of the next pack of a submission, from 1."""
    (last,) = connection.execute(
        "SELECT max(number) FROM sealed_pack WHERE submission_id = ?", (submission_id,)
    ).fetchone()
    return int(last or 0) + 1


def add(connection: Connection, row: SealedPackRow) -> int:
    """Keep one, inside the running `write()`; returns its id."""
    names = [name for name in _COLUMNS if name != "id"]
    cursor = connection.execute(
        f"INSERT INTO sealed_pack ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608 - fixed names
        tuple(getattr(row, name) for name in names),
    )
    return int(cursor.lastrowid or 0)


def packs(connection: Connection, submission_id: int | None = None) -> list[Listed]:
    """Those of a submission (None: of all), newest first."""
    columns = ", ".join(f"p.{name}" for name in _COLUMNS)
    found = connection.execute(
        f"SELECT {columns}, s.ref, s.version, k.fingerprint, k.person FROM sealed_pack AS p "  # noqa: S608 - fixed names
        "JOIN submission AS s ON s.id = p.submission_id JOIN signing_key AS k ON k.id = p.key_id "
        "WHERE ?1 IS NULL OR p.submission_id = ?1 ORDER BY p.id DESC",
        (submission_id,),
    )
    last = len(_COLUMNS)
    return [Listed(SealedPackRow(*row[:last]), *row[last:]) for row in found]

"""The findings kept by columns in parts, and the work that people add to them, kept in rows."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local_db.connection import Connection, Store
from local_db.errors import WorkspaceDamaged

_AT_ONCE = 500
"""Values of one IN list: far below SQLite's limit of variables."""

_WORK = "fingerprint, status, owner, due, note, exception_id"


@dataclass(frozen=True)
class Part:
    """Up to some hundred thousand findings by columns: how many, and their Parquet (desktop/cleanse/history.py)."""

    row_count: int
    data: bytes


@dataclass(frozen=True)
class WorkRow:
    """What people added to a finding; `due` is an ISO date."""

    fingerprint: int
    status: str = "open"
    owner: str = ""
    due: str | None = None
    note: str = ""
    exception_id: int | None = None


def write_parts(connection: Connection, run_id: int, present: Sequence[Part], gone: Sequence[Part]) -> None:
    """Keep the findings of a run inside the running `write()`: all that are there, and those that went with it.

    The parts of what was there after earlier runs are dropped: the newest run holds every finding that is there.
    """
    connection.execute("DELETE FROM finding_part WHERE gone = 0")
    for flag, parts in ((0, present), (1, gone)):
        connection.executemany(
            "INSERT INTO finding_part (run_id, gone, part, row_count, crc32, data) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (run_id, flag, number, part.row_count, zlib.crc32(part.data), part.data)
                for number, part in enumerate(parts)
            ),
        )


def present_parts(connection: Connection) -> Iterator[bytes]:
    """The parts with every finding that is there, in reading order, read one at a time.

    Raises WorkspaceDamaged when a part is not what was written.
    """
    return _parts(connection, "SELECT rowid FROM finding_part WHERE gone = 0 ORDER BY part")


def gone_parts(connection: Connection) -> Iterator[bytes]:
    """The parts with findings that went, newest run first. Raises WorkspaceDamaged."""
    return _parts(connection, "SELECT rowid FROM finding_part WHERE gone = 1 ORDER BY run_id DESC, part")


def work(store: Store, fingerprints: Sequence[int] | None = None) -> list[WorkRow]:
    """What people added, of these findings or of all; findings nobody touched have none."""
    if fingerprints is None:
        return [WorkRow(*row) for row in store.read().execute(f"SELECT {_WORK} FROM finding_work")]  # noqa: S608
    found: list[WorkRow] = []
    for start in range(0, len(fingerprints), _AT_ONCE):
        some = fingerprints[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        cursor = store.read().execute(
            f"SELECT {_WORK} FROM finding_work WHERE fingerprint IN ({marks})",  # noqa: S608 - marks only
            tuple(some),
        )
        found.extend(WorkRow(*row) for row in cursor)
    return found


def owners(store: Store) -> tuple[str, ...]:
    """Every owner that was given to a finding, by name."""
    found = store.read().execute(
        "SELECT DISTINCT owner FROM finding_work WHERE owner != '' ORDER BY owner COLLATE NOCASE"
    )
    return tuple(str(row[0]) for row in found)


def has_due_or_listed(store: Store) -> bool:
    """Whether any finding has a due date or stands in an exception by itself."""
    row = store.read().execute(
        "SELECT EXISTS (SELECT 1 FROM finding_work WHERE exception_id IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM finding_work WHERE due IS NOT NULL)"
    )
    return bool(row.fetchone()[0])


def _parts(connection: Connection, sql: str) -> Iterator[bytes]:
    # The numbers are sorted, not the parts themselves: SQLite would read all of them before it gives the first.
    for row in connection.execute(sql).fetchall():
        data, crc32 = connection.execute("SELECT data, crc32 FROM finding_part WHERE rowid = ?", row).fetchone()
        if zlib.crc32(data) != crc32:
            raise WorkspaceDamaged(
                "Some kept findings are damaged.",
                safe="The portfolio snapshots and your notes are kept apart from them.",
                todo="Restore the newest backup.",
            )
        yield data

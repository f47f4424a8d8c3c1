"""The queries of what was exported: so that the next report can say what changed since, and to whom it went how."""

from __future__ import annotations

from dataclasses import dataclass

from local_db.connection import Connection, Store


@dataclass(frozen=True)
class ReportRow:
    """One file that was made; `made_at` is UTC, ISO 8601. `run_id` None: it is about no run."""

    kind: str
    run_id: int | None
    recipient: str
    mpan_choice: str
    file_name: str
    sha256: str
    made_at: str
    made_by: str
    id: int = 0


_COLUMNS = "kind, run_id, recipient, mpan_choice, file_name, sha256, made_at, made_by"


def add(connection: Connection, row: ReportRow) -> int:
    """Note a file that was made, inside `store.write()`; returns its id."""
    cursor = connection.execute(
        f"INSERT INTO report ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed names
        (row.kind, row.run_id, row.recipient, row.mpan_choice, row.file_name, row.sha256, row.made_at, row.made_by),
    )
    return int(cursor.lastrowid)


def last(store: Store, kind: str, recipient: str) -> ReportRow | None:
    """The newest report of a kind to a recipient."""
    found = (
        store.read()
        .execute(
            f"SELECT {_COLUMNS}, id FROM report WHERE kind = ? AND recipient = ? ORDER BY id DESC LIMIT 1",  # noqa: S608
            (kind, recipient),
        )
        .fetchone()
    )
    return None if found is None else ReportRow(*found)


def complete(connection: Connection, report_id: int, sha256: str) -> None:
    """Give a file that was noted before it was written (without a hash) its hash, inside `store.write()`."""
    connection.execute("UPDATE report SET sha256 = ? WHERE id = ?", (sha256, report_id))


def drop(connection: Connection, report_id: int) -> None:
    """Forget a file that was noted and then not written, inside `store.write()`.

    Not when another of its kind was noted after it: that one was counted with it.
    """
    connection.execute(
        "DELETE FROM report AS r WHERE r.id = ? AND r.sha256 = '' "
        "AND NOT EXISTS (SELECT 1 FROM report AS later WHERE later.kind = r.kind AND later.id > r.id)",
        (report_id,),
    )


def rows(store: Store) -> tuple[ReportRow, ...]:
    """Everything that was made, newest first; not what was noted and not finished."""
    found = store.read().execute(f"SELECT {_COLUMNS}, id FROM report WHERE sha256 <> '' ORDER BY id DESC")  # noqa: S608 - fixed names
    return tuple(ReportRow(*row) for row in found)


def count(store: Store, kind: str) -> int:
    """How many of a kind were noted, those that were not finished too: a number that was given is not given again."""
    return int(store.read().execute("SELECT count(*) FROM report WHERE kind = ?", (kind,)).fetchone()[0])

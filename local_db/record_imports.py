"""Queries about the files of requirements, cases, results ... that were taken, and what each changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from local_db.connection import Connection

IMPORT_COLUMNS = (
    "kind", "file_name", "file_sha256", "format", "sheet", "mapping", "source", "version", "added", "changed",
    "unchanged", "missing", "refused", "imported_at", "imported_by",
)  # fmt: skip
CHANGE_COLUMNS = ("import_id", "kind", "record_id", "change", "fields")


@dataclass(frozen=True)
class ImportRow:
    """One import as it is kept."""

    id: int
    kind: str
    file_name: str
    file_sha256: str
    format: str
    sheet: str
    mapping: str
    source: str
    version: str
    added: int
    changed: int
    unchanged: int
    missing: int
    refused: int
    imported_at: str
    imported_by: str


@dataclass(frozen=True)
class ChangeRow:
    """What one import changed in one record; `fields` is JSON: {field: [before, after]}."""

    import_id: int
    file_name: str
    source: str
    version: str
    change: str
    fields: str
    imported_at: str
    imported_by: str


def imports(connection: Connection) -> list[ImportRow]:
    """Every import, newest first."""
    found = connection.execute(
        f"SELECT id, {', '.join(IMPORT_COLUMNS)} FROM record_import ORDER BY id DESC"  # noqa: S608 - fixed names
    )
    return [ImportRow(*row) for row in found]


def back_counts(connection: Connection) -> dict[int, int]:
    """How many records came back with each import that brought any back."""
    found = connection.execute("SELECT import_id, count(*) FROM record_change WHERE change = 'back' GROUP BY import_id")
    return {int(import_id): int(count) for import_id, count in found}


def changes_of(connection: Connection, kind: str, record_id: int) -> list[ChangeRow]:
    """What imports changed in one record, newest first."""
    found = connection.execute(
        "SELECT i.id, i.file_name, i.source, i.version, c.change, c.fields, i.imported_at, i.imported_by "
        "FROM record_change AS c JOIN record_import AS i ON i.id = c.import_id "
        "WHERE c.kind = ? AND c.record_id = ? ORDER BY c.id DESC",
        (str(kind), record_id),
    )
    return [ChangeRow(*row) for row in found]


def brought(connection: Connection, kind: str) -> set[int]:
    """The records of a kind that a file of that kind brought or changed: only these can be missing from one."""
    found = connection.execute(
        "SELECT DISTINCT c.record_id FROM record_change AS c JOIN record_import AS i ON i.id = c.import_id "
        "WHERE c.kind = ? AND i.kind = ?",
        (str(kind), str(kind)),
    )
    return {int(row[0]) for row in found}


def brought_fields(connection: Connection, kind: str) -> list[tuple[int, str, str]]:
    """(record, source of the file, fields as JSON) of every change that files of a kind made to records of it."""
    found = connection.execute(
        "SELECT c.record_id, i.source, c.fields FROM record_change AS c JOIN record_import AS i ON i.id = c.import_id "
        "WHERE c.kind = ? AND i.kind = ? ORDER BY c.id",
        (str(kind), str(kind)),
    )
    return [(int(record_id), str(source), str(fields)) for record_id, source, fields in found]


@dataclass(frozen=True)
class KeptResult:
    """A result as an import compares it."""

    id: int
    run_id: int
    key: str
    title: str
    status: str
    reason: str
    message: str
    tester: str
    executed: str
    seconds: float | None


def run_of(connection: Connection, file_sha256: str, title: str) -> int | None:
    """The newest run of this title that came from these bytes."""
    row = connection.execute(
        "SELECT r.id FROM test_run AS r JOIN record_import AS i ON i.id = r.import_id "
        "WHERE i.file_sha256 = ? AND r.title = ? ORDER BY r.id DESC LIMIT 1",
        (file_sha256, title),
    ).fetchone()
    return None if row is None else int(row[0])


def results_in(connection: Connection, run_ids: Iterable[int]) -> list[KeptResult]:
    """The results of these runs."""
    found = connection.execute(
        "SELECT id, run_id, key, title, status, reason, message, tester, executed, seconds FROM result "
        "WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(sorted(run_ids)),),
    )
    return [KeptResult(*row) for row in found]

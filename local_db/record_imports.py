"""Queries about the files of requirements, cases, results ... that were taken, and what each changed."""

from __future__ import annotations

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

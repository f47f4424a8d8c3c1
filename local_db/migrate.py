"""Numbered SQL, one transaction each, after a verified backup; what is not ours or newer than us is refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

from sqlcipher3 import dbapi2

from local_db.connection import APPLICATION_ID, Connection, connect, plain
from local_db.errors import WorkspaceDamaged, WorkspaceError

_SCHEMA = Path(__file__).parent / "schema"
_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")


@cache
def migrations(folder: Path = _SCHEMA) -> tuple[tuple[int, Path], ...]:
    """The numbered SQL files, oldest first, as (number, path); numbers run from 1 without a gap."""
    found = sorted((int(match[1]), path) for path in folder.iterdir() if (match := _NAME.match(path.name)) is not None)
    if [number for number, _ in found] != list(range(1, len(found) + 1)):
        raise RuntimeError(f"the migrations in {folder} are not numbered 1, 2, 3 ...")
    return tuple(found)


def newest(folder: Path = _SCHEMA) -> int:
    """The schema number that this version of the app writes."""
    return migrations(folder)[-1][0]


def statements(script: str) -> list[str]:
    """The single statements of an SQL script; a trigger with its inner semicolons is one."""
    found: list[str] = []
    gathered = ""
    for piece in re.split(r"(?<=;)", script):
        gathered += piece
        if dbapi2.complete_statement(gathered):
            if gathered.strip():
                found.append(gathered.strip())
            gathered = ""
    if re.sub(r"--[^\n]*", "", gathered).strip():
        raise RuntimeError("the script ends inside a statement")
    return found


def _apply(connection: Connection, number: int, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements(path.read_text(encoding="utf-8")):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {number}")
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"migration {number} leaves {len(broken)} broken references")  # noqa: TRY301 - rolled back below
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def schema_digest(connection: Connection) -> str:
    """SHA-256 of everything the database declares: tables, indexes, triggers, views, as written."""
    digest = hashlib.sha256()
    for row in connection.execute(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_master "
        "WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY type, name, tbl_name"
    ):
        digest.update("\x1f".join(row).encode() + b"\x1e")
    return digest.hexdigest()


@cache
def expected_digest(version: int, folder: Path = _SCHEMA) -> str:
    """The digest of a database that our own migrations up to `version` make."""
    with closing(connect(":memory:")) as connection:
        for number, path in migrations(folder):
            if number <= version:
                _apply(connection, number, path)
        return schema_digest(connection)


def version_of(connection: Connection) -> int:
    """The schema number in the file's header."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_identity(connection: Connection, path: Path, folder: Path = _SCHEMA) -> int:
    """The file's schema number, if it is a workspace that this version of the app may touch.

    Raises WorkspaceDamaged for a file that is not a database or not ours, WorkspaceError for a newer one.
    """
    try:
        application_id = int(connection.execute("PRAGMA application_id").fetchone()[0])
        version = version_of(connection)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.DatabaseError as error:
        raise (plain(error, path) or error) from error
    if application_id != APPLICATION_ID or version < 1:
        raise WorkspaceDamaged(
            f"{path.name} in {path.parent} is not a workspace of MHHS Desk.",
            safe="Nothing was changed.",
            todo="Choose another folder, or restore a backup.",
        )
    if version > newest(folder):
        raise WorkspaceError(
            f"This workspace was made by a newer MHHS Desk (its schema is {version}, this version knows "
            f"{newest(folder)}).",
            safe="Nothing was changed.",
            todo="Install the newer version to open it.",
        )
    return version


def check_schema(connection: Connection, path: Path, folder: Path = _SCHEMA) -> None:
    """Raise if the declared schema is not exactly the newest one of this version (WorkspaceDamaged when altered)."""
    version = version_of(connection)
    try:
        found = schema_digest(connection)
    except dbapi2.DatabaseError as error:
        raise (plain(error, path) or error) from error
    if found != expected_digest(version, folder):
        raise WorkspaceDamaged(
            f"The tables of {path.name} are not those that MHHS Desk made: the file was altered or is damaged.",
            safe="Nothing was changed.",
            todo="Restore the newest backup.",
        )
    if version < newest(folder):
        raise WorkspaceError(
            f"This workspace is of an older version (schema {version}; this version needs {newest(folder)}).",
            safe="Nothing was changed.",
            todo="Open it for writing once, so that it can be brought up to date.",
        )


def create(path: Path, folder: Path = _SCHEMA) -> None:
    """Make a new database at `path` with the newest schema. Raises WorkspaceError if something is there already."""
    if path.exists():
        raise WorkspaceError(
            f"There is already a workspace in {path.parent}.", todo="Open it, or choose another folder."
        )
    try:
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("PRAGMA synchronous = FULL")
            for number, migration in migrations(folder):
                _apply(connection, number, migration)
    except dbapi2.Error as error:
        for leftover in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            leftover.unlink(missing_ok=True)
        raise (plain(error, path) or error) from error


def needs_migration(path: Path, folder: Path = _SCHEMA) -> bool:
    """Whether the file is an older workspace of ours. Raises as `check_identity` does for anything else."""
    try:
        with closing(connect(path)) as connection:
            return check_identity(connection, path, folder) < newest(folder)
    except dbapi2.Error as error:
        raise (plain(error, path) or error) from error


def bring_up_to_date(path: Path, before: Callable[[], object], folder: Path = _SCHEMA) -> int:
    """Apply the migrations that the file lacks, each in its own transaction; returns how many.

    `before` is called first and makes a verified backup; if it raises, nothing is migrated. A migration that fails
    leaves the file as the one before it made it. The caller holds the workspace's lock.
    """
    try:
        with closing(connect(path)) as connection:
            version = check_identity(connection, path, folder)
            missing = [(number, file) for number, file in migrations(folder) if number > version]
            if not missing:
                return 0
            if schema_digest(connection) != expected_digest(version, folder):
                raise WorkspaceDamaged(
                    f"The tables of {path.name} are not those that MHHS Desk made: the file was altered or is damaged.",
                    safe="Nothing was changed.",
                    todo="Restore the newest backup.",
                )
            before()
            connection.execute("PRAGMA synchronous = FULL")
            for number, file in missing:
                _apply(connection, number, file)
            return len(missing)
    except dbapi2.Error as error:
        raise (plain(error, path) or error) from error

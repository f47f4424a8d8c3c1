"""Backups: the database by SQLite's backup API and every kept file, verified by reopening, and thinned by age.

A rolling backup is a folder in `backups/` with `workspace.db` and `manifest.json`; kept files are copied once into
`backups/files/`, shared by all of them. A backup to carry away is one ZIP file with the same parts. Why: see
docs/decisions/0004-backups.md.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from local_db import audit, migrate
from local_db.blobs import copy_hashed, hash_file, relative_path
from local_db.durable import make_folders, sync_folder, write_text
from local_db.engine import CORRUPT, DATABASE_NAME, NOTADB, code_of, connect, plain
from local_db.errors import WorkspaceDamaged, WorkspaceError
from local_db.manifest import FORMAT, MANIFEST_NAME, BackupInfo, info_of
from local_db.retention import BACKUPS_NAME, FILES_NAME, made_this_week, newest, thin

_ONE_AT_A_TIME = threading.Lock()
"""Thinning must not take the files that another backup has just put on the shelf."""

Progress = Callable[[str, int, int], None]
"""Called with what is done, how far and of how much; may raise to stop. A stopped backup leaves nothing."""


def silent(_what: str, _done: int, _total: int) -> None:
    """The progress that nobody watches."""


def check_copy(path: Path, named: str = "", todo: str = "Use another backup.") -> tuple[int, audit.Head]:
    """Open a copied database, check it from end to end, and give its schema number and audit head.

    `named` is what a failure calls it ('' = the copy by its file name), `todo` what it tells the person to do.
    Checks: ours, not newer, pages (integrity_check), references, declared tables, audit chain. Raises WorkspaceDamaged
    or WorkspaceError.
    """
    named = named or f"the copy {path.name}"
    try:
        with closing(connect(path, read_only=True, immutable=True)) as connection:
            version = migrate.check_identity(connection, path)
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if found != "ok" or broken is not None:
                raise WorkspaceDamaged(f"{named[0].upper()}{named[1:]} is damaged.", todo=todo)
            if migrate.schema_digest(connection) != migrate.expected_digest(version):
                raise WorkspaceDamaged(f"The tables of {named} were altered.", todo=todo)
            chain = audit.verify(connection)
            if not chain.ok:
                raise WorkspaceDamaged(f"The audit log in {named} does not fit at entry {chain.broken_at}.", todo=todo)
            return version, chain.head
    except dbapi2.Error as error:
        if code_of(error) in {CORRUPT, NOTADB}:
            raise WorkspaceDamaged(f"{named[0].upper()}{named[1:]} is damaged.", todo=todo) from error
        raise (plain(error, path) or error) from error


def _copy_database(source: Path, target: Path, progress: Progress) -> None:
    """Copy a database with the backup API, in one consistent state, into a file of its own without a log."""
    with closing(connect(source, read_only=True)) as reading, closing(connect(target)) as writing:
        reading.execute("BEGIN")
        # The first read fixes the state that is copied, whatever is written meanwhile.
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reading.backup(
            writing, pages=4096, progress=lambda _s, left, of: progress("Copying the database", of - left, of)
        )
        reading.execute("ROLLBACK")
        writing.execute("PRAGMA journal_mode = DELETE").fetchall()
    with target.open("r+b") as file:
        os.fsync(file.fileno())


def _named_files(database: Path) -> tuple[list[dict[str, Any]], str]:
    with closing(connect(database, read_only=True, immutable=True)) as connection:
        files = [
            {"sha256": sha256, "area": area, "size": size}
            for sha256, area, size in connection.execute("SELECT sha256, area, size FROM blob ORDER BY sha256")
        ]
        row = connection.execute("SELECT name FROM participant").fetchone()
    return files, "" if row is None else str(row[0])


def _still_whole(kept: Path, file: dict[str, Any], read_again: bool) -> bool:
    """Whether a file on the shelf is as it was: by its size, and once a week by reading all of it."""
    if kept.stat().st_size != file["size"]:
        return False
    return not read_again or hash_file(kept)[0] == file["sha256"]


def _copy_file(source: Path, target: Path, sha256: str) -> bool:
    """Copy one kept file to its place in a backup; False if the source is not what its name says."""
    if not source.is_file():
        return False
    make_folders(target.parent)
    aside = target.with_name(f"{secrets.token_hex(6)}.part")
    try:
        found, _ = copy_hashed(source, aside)
        if found != sha256:
            return False
        aside.replace(target)
        sync_folder(target.parent)
        return True
    finally:
        aside.unlink(missing_ok=True)


def make(folder: Path, *, at: datetime, reason: str, to: Path | None = None, progress: Progress = silent) -> BackupInfo:
    """Back up the workspace in `folder`, verify it, and thin the rolling ones.

    `reason`: daily, asked, before migration ... `to` is a ZIP file to write (or a folder to write one into); without
    it the backup goes into the workspace's own `backups/`. Raises WorkspaceError when there is no room or no right.
    """
    with _ONE_AT_A_TIME:
        return _make(folder, at, reason, to, progress)


def _make(folder: Path, at: datetime, reason: str, to: Path | None, progress: Progress) -> BackupInfo:
    if to is not None and to.is_dir():
        to = to / f"{folder.name}-{stamp(at)}.zip"
    if to is not None and to.exists():
        raise WorkspaceError(f"{to.name} is there already.", safe="It was not overwritten.", todo="Give another name.")
    root = folder / BACKUPS_NAME if to is None else to.parent
    aside = root / f".making-{secrets.token_hex(6)}"
    try:
        make_folders(aside)
        database = aside / DATABASE_NAME
        _copy_database(folder / DATABASE_NAME, database, progress)
        progress("Checking the copy", 0, 0)
        schema, head = _check_taken(folder, database, at)
        files, name = _named_files(database)
        sha256, size = hash_file(database)
        shelf = root / FILES_NAME if to is None else aside / FILES_NAME
        read_again = reason != "daily" or not made_this_week(folder, at)
        missing = []
        for place, file in enumerate(files):
            progress("Copying the kept files", place, len(files))
            relative = relative_path(file["area"], file["sha256"])
            kept = shelf / relative
            if kept.is_file() and _still_whole(kept, file, read_again):
                continue
            if not _copy_file(folder / relative, kept, file["sha256"]):
                missing.append(file["sha256"])
        manifest = {
            "format": FORMAT,
            "made_at": audit.timestamp(at),
            "reason": reason,
            "name": name,
            "schema": schema,
            "database": {"sha256": sha256, "size": size},
            "head": {"seq": head.seq, "h": head.h},
            "files": files,
            "missing": missing,
        }
        write_text(aside / MANIFEST_NAME, json.dumps(manifest, ensure_ascii=False, indent=1))
        if to is None:
            final = _free_name(root, f"{stamp(at)}-{reason.replace(' ', '-')}")
            aside.rename(final)
            sync_folder(root)
            thin(folder, at)
        else:
            final = to
            _pack(aside, final, progress)
        return info_of(final, manifest)
    except dbapi2.Error as error:
        raise (plain(error, root / DATABASE_NAME) or error) from error
    except OSError as error:
        raise WorkspaceError(
            f"The backup could not be written to {root}: {error.strerror or error}.",
            safe="The workspace itself is as it was.",
            todo="Check the free space and the right to write there.",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _check_taken(folder: Path, database: Path, at: datetime) -> tuple[int, audit.Head]:
    """Check the copy that was just taken: what is wrong with it is wrong with the workspace, and is so named."""
    last = newest(folder, at)
    todo = f"Restore the newest backup, of {last.made_at:%d %B %Y %H:%M} UTC." if last else "It has no backup yet."
    try:
        return check_copy(database, f"the database of the workspace {folder}", todo)
    except WorkspaceDamaged as error:
        raise WorkspaceDamaged(
            error.what, safe="No backup was made of it.", todo=error.todo, backup=last.path if last else None
        ) from error


def stamp(at: datetime) -> str:
    """A time as part of a file name, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")


def _free_name(root: Path, name: str) -> Path:
    path, number = root / name, 1
    while path.exists():
        number += 1
        path = root / f"{name}-{number}"
    return path


def _pack(folder: Path, target: Path, progress: Progress) -> None:
    """Write the parts of a finished backup into one ZIP and read every part back."""
    aside = target.with_name(f".{target.name}-{secrets.token_hex(4)}.part")
    parts = sorted(path for path in folder.rglob("*") if path.is_file())
    try:
        with aside.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
                for place, path in enumerate(parts):
                    progress("Packing", place, len(parts))
                    packed.write(path, path.relative_to(folder).as_posix())
            file.flush()
            os.fsync(file.fileno())
        with zipfile.ZipFile(aside) as packed:
            if packed.testzip() is not None:
                raise WorkspaceError(
                    f"The backup {target.name} could not be read back.",
                    safe="The workspace itself is as it was.",
                    todo="Write it to another drive.",
                )
        aside.replace(target)
        sync_folder(target.parent)
    finally:
        aside.unlink(missing_ok=True)


def sweep_unfinished(folder: Path) -> None:
    """Remove what a backup that was cut short left behind; called when the workspace is opened for writing."""
    root = folder / BACKUPS_NAME
    if root.is_dir():
        for path in root.glob(".making-*"):
            shutil.rmtree(path, ignore_errors=True)


__all__ = ["BackupInfo", "Progress", "check_copy", "make", "silent", "stamp", "sweep_unfinished"]

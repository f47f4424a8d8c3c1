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
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from local_db import audit, migrate
from local_db.blobs import copy_hashed, hash_file, relative_path
from local_db.connection import DATABASE_NAME, Store, connect, plain
from local_db.durable import make_folders, sync_folder, write_text
from local_db.errors import WorkspaceDamaged, WorkspaceError

BACKUPS_NAME = "backups"
FILES_NAME = "files"
MANIFEST_NAME = "manifest.json"
FORMAT = 1
DAYS, WEEKS, MONTHS, MIGRATIONS = 7, 4, 12, 3
"""How many daily, weekly, monthly and before-migration backups are kept."""

Progress = Callable[[str, int, int], None]
"""Called with what is done, how far and of how much; may raise to stop. A stopped backup leaves nothing."""


@dataclass(frozen=True)
class BackupInfo:
    """A verified backup: its folder or ZIP, when (UTC) and why it was made, bytes of its database, what it holds.

    `missing` names kept files that the workspace itself no longer had whole; everything else is in the backup.
    """

    path: Path
    made_at: datetime
    reason: str
    size: int
    schema: int
    head: audit.Head
    files: int
    missing: tuple[str, ...] = ()
    name: str = ""
    """The participant's name, to recognise it by."""


def silent(_what: str, _done: int, _total: int) -> None:
    """The progress that nobody watches."""


def check_copy(path: Path) -> tuple[int, audit.Head]:
    """Open a copied database, check it from end to end, and give its schema number and audit head.

    Checks: ours, not newer, pages (integrity_check), references, declared tables, audit chain. Raises WorkspaceDamaged
    or WorkspaceError.
    """
    try:
        with closing(connect(path, read_only=True, immutable=True)) as connection:
            version = migrate.check_identity(connection, path)
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if found != "ok" or broken is not None:
                raise WorkspaceDamaged(f"The copy {path.name} is damaged.", todo="Use another backup.")
            if migrate.schema_digest(connection) != migrate.expected_digest(version):
                raise WorkspaceDamaged(f"The tables of the copy {path.name} were altered.", todo="Use another backup.")
            chain = audit.verify(connection)
            if not chain.ok:
                raise WorkspaceDamaged(
                    f"The audit log in the copy {path.name} does not fit at entry {chain.broken_at}.",
                    todo="Use another backup.",
                )
            return version, chain.head
    except dbapi2.Error as error:
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
        schema, head = check_copy(database)
        files, name = _named_files(database)
        sha256, size = hash_file(database)
        shelf = root / FILES_NAME if to is None else aside / FILES_NAME
        missing = []
        for place, file in enumerate(files):
            progress("Copying the kept files", place, len(files))
            relative = relative_path(file["area"], file["sha256"])
            kept = shelf / relative
            if kept.is_file() and hash_file(kept) == (file["sha256"], file["size"]):
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
            thin(folder)
        else:
            final = to
            _pack(aside, final, progress)
        return _info(final, manifest)
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


def _info(path: Path, manifest: dict[str, Any]) -> BackupInfo:
    return BackupInfo(
        path=path,
        made_at=datetime.fromisoformat(manifest["made_at"]),
        reason=str(manifest["reason"]),
        size=int(manifest["database"]["size"]),
        schema=int(manifest["schema"]),
        head=audit.Head(int(manifest["head"]["seq"]), str(manifest["head"]["h"])),
        files=len(manifest["files"]),
        missing=tuple(manifest["missing"]),
        name=str(manifest["name"]),
    )


def named(path: Path) -> Path:
    """The backup that a person means by a path: a ZIP, a backup's folder, or a file inside that folder."""
    return path.parent if path.name in {MANIFEST_NAME, DATABASE_NAME} else path


def read_manifest(backup: Path) -> dict[str, Any]:
    """The manifest of a backup folder or ZIP. Raises WorkspaceError if it is not a backup of ours or a newer one."""
    try:
        if backup.is_dir():
            text = (backup / MANIFEST_NAME).read_text(encoding="utf-8")
        else:
            with zipfile.ZipFile(backup) as packed, packed.open(MANIFEST_NAME) as part:
                text = part.read(64 << 20).decode()
        manifest: dict[str, Any] = json.loads(text)
        if int(manifest["format"]) > FORMAT:
            raise WorkspaceError(
                "This backup was made by a newer MHHS Desk.", safe="Nothing was changed.", todo="Install that version."
            )
        _info(backup, manifest)
        for file in manifest["files"]:
            if not _is_hash(file["sha256"]) or file["area"] not in {"snapshots", "evidence"}:
                raise ValueError("not a kept file")  # noqa: TRY301 - one sentence for every way of being wrong
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise WorkspaceError(
            f"{backup.name} is not a backup of MHHS Desk, or it is damaged.",
            safe="Nothing was changed.",
            todo="Choose another backup.",
        ) from error
    return manifest


def _is_hash(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and all(c in "0123456789abcdef" for c in text)


def info(backup: Path) -> BackupInfo:
    """What a backup folder or ZIP says of itself. Raises WorkspaceError if it is not one."""
    backup = named(backup)
    return _info(backup, read_manifest(backup))


def rolling(folder: Path) -> list[BackupInfo]:
    """The backups in the workspace's own `backups/`, newest first; what cannot be read as one is passed over."""
    found = []
    root = folder / BACKUPS_NAME
    if root.is_dir():
        for path in root.iterdir():
            if path.is_dir() and not path.name.startswith(".") and path.name != FILES_NAME:
                with suppress(WorkspaceError):
                    found.append(info(path))
    return sorted(found, key=lambda one: (one.made_at, one.path.name), reverse=True)


def due(folder: Path, head: audit.Head, now: datetime) -> bool:
    """Whether a rolling backup is due at closing: none today (UTC) and something new, or none for a week."""
    newest = next(iter(rolling(folder)), None)
    if newest is None:
        return True
    if newest.made_at.date() >= now.astimezone(UTC).date():
        return False
    return newest.head != head or now - newest.made_at >= timedelta(days=7)


def keep(backups: Sequence[BackupInfo]) -> set[Path]:
    """Which of the backups (newest first) stay: newest of 7 days, 4 weeks, 12 months; last before migrations."""
    kept: set[Path] = set()
    kinds: tuple[tuple[int, Callable[[BackupInfo], object]], ...] = (
        (DAYS, lambda one: one.made_at.date()),
        (WEEKS, lambda one: one.made_at.isocalendar()[:2]),
        (MONTHS, lambda one: (one.made_at.year, one.made_at.month)),
    )
    for number, period in kinds:
        seen: set[object] = set()
        for one in backups:
            if period(one) not in seen and len(seen) < number:
                seen.add(period(one))
                kept.add(one.path)
    kept.update([one.path for one in backups if one.reason == "before migration"][:MIGRATIONS])
    return kept


def thin(folder: Path) -> list[Path]:
    """Remove the rolling backups that are no longer kept, and the shared files only they held; returns what went."""
    backups = rolling(folder)
    kept = keep(backups)
    gone = [one.path for one in backups if one.path not in kept]
    for path in gone:
        # The manifest goes first: what is left of a removal that was cut short is no backup any more.
        (path / MANIFEST_NAME).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)
    if gone:
        _sweep_files(folder / BACKUPS_NAME, list(kept))
    return gone


def _sweep_files(root: Path, kept: Iterable[Path]) -> None:
    wanted: set[str] = set()
    for backup in kept:
        wanted.update(file["sha256"] for file in read_manifest(backup)["files"])
    shelf = root / FILES_NAME
    for path in shelf.glob("*/??/*"):
        if path.name not in wanted and (_is_hash(path.name) or path.suffix == ".part"):
            path.unlink(missing_ok=True)


def sweep_unfinished(folder: Path) -> None:
    """Remove what a backup that was cut short left behind; called when the workspace is opened for writing."""
    root = folder / BACKUPS_NAME
    if root.is_dir():
        for path in root.glob(".making-*"):
            shutil.rmtree(path, ignore_errors=True)


def head_of(store: Store) -> audit.Head:
    """The audit head of an open workspace, to compare with a backup's."""
    return audit.head(store.read())

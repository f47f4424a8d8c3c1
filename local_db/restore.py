"""Restoring a backup into a folder: built beside it, verified, then renamed into place; the old one is kept aside."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from local_db.backup import Progress, check_copy, silent, stamp
from local_db.blobs import relative_path
from local_db.durable import make_folders, sync_folder
from local_db.engine import DATABASE_NAME
from local_db.errors import WorkspaceDamaged, WorkspaceError
from local_db.lock import WriteLock
from local_db.manifest import BackupInfo, info, named, read_manifest
from local_db.retention import BACKUPS_NAME, FILES_NAME

_BLOCK = 1 << 20


def restore(backup: Path, to: Path, *, at: datetime, replace: bool = False, progress: Progress = silent) -> BackupInfo:
    """Make the workspace folder `to` out of a backup folder or ZIP; returns what was restored.

    `to` must not be there or be empty. With `replace` a workspace that is there, and not open anywhere, is renamed to
    `<name>-before-restore-<time>` (its `backups/` come along to the restored one). Raises WorkspaceError or
    WorkspaceDamaged, with everything as it was.
    """
    backup = named(backup)
    manifest = read_manifest(backup)
    to = to.absolute()
    occupied = to.exists() and (not to.is_dir() or any(to.iterdir()))
    if occupied and not replace:
        raise WorkspaceError(
            f"The folder {to} is not empty.",
            safe="Nothing was changed.",
            todo="Choose a new folder to restore into.",
        )
    if occupied and not (to / DATABASE_NAME).is_file():
        raise WorkspaceError(
            f"The folder {to} is not a workspace, so it is not replaced.",
            safe="Nothing was changed.",
            todo="Choose a new folder to restore into.",
        )
    aside = to.with_name(f".{to.name}-restoring-{secrets.token_hex(4)}")
    try:
        make_folders(aside)
        _fill(backup, manifest, aside, progress)
        if occupied:
            _put_in_place(aside, to, at)
        else:
            if to.exists():
                to.rmdir()
            aside.rename(to)
            sync_folder(to.parent)
    except OSError as error:
        raise WorkspaceError(
            f"The backup could not be restored to {to}: {error.strerror or error}.",
            safe="Nothing that was there before was changed.",
            todo="Check the free space and the right to write there.",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return info(backup) if backup.exists() else info(to / BACKUPS_NAME / backup.name)


def _fill(backup: Path, manifest: dict[str, Any], folder: Path, progress: Progress) -> None:
    """Write the database and the kept files of a backup into `folder`, each compared with the manifest's hash."""
    with _parts(backup) as parts:
        progress("Restoring the database", 0, 0)
        _write(parts, DATABASE_NAME, folder / DATABASE_NAME, manifest["database"]["sha256"], backup)
        _, head = check_copy(folder / DATABASE_NAME)
        if (head.seq, head.h) != (manifest["head"]["seq"], manifest["head"]["h"]):
            raise WorkspaceDamaged(f"The backup {backup.name} is not as it was made.", todo="Choose another backup.")
        files = [file for file in manifest["files"] if file["sha256"] not in set(manifest["missing"])]
        for place, file in enumerate(files):
            progress("Restoring the kept files", place, len(files))
            relative = relative_path(file["area"], file["sha256"])
            make_folders((folder / relative).parent)
            _write(parts, f"{FILES_NAME}/{relative.as_posix()}", folder / relative, file["sha256"], backup)


class _Parts:
    """The parts of a backup by name, whether it is a rolling folder (files on the shared shelf) or a ZIP."""

    def __init__(self, backup: Path, packed: zipfile.ZipFile | None) -> None:
        self._backup = backup
        self._packed = packed

    def open(self, name: str) -> IO[bytes]:
        """Open one part to read."""
        if self._packed is not None:
            return self._packed.open(name)
        root = self._backup.parent if name.startswith(f"{FILES_NAME}/") else self._backup
        own = self._backup / name
        return (own if own.is_file() else root / name).open("rb")


@contextmanager
def _parts(backup: Path) -> Iterator[_Parts]:
    if backup.is_dir():
        yield _Parts(backup, None)
    else:
        with zipfile.ZipFile(backup) as packed:
            yield _Parts(backup, packed)


def _write(parts: _Parts, name: str, target: Path, sha256: str, backup: Path) -> None:
    digest = hashlib.sha256()
    try:
        with parts.open(name) as reading, target.open("xb") as writing:
            while block := reading.read(_BLOCK):
                digest.update(block)
                writing.write(block)
            writing.flush()
            os.fsync(writing.fileno())
    except (FileNotFoundError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise _not_whole(backup) from error
    if digest.hexdigest() != sha256:
        raise _not_whole(backup)
    sync_folder(target.parent)


def _not_whole(backup: Path) -> WorkspaceDamaged:
    return WorkspaceDamaged(
        f"The backup {backup.name} is damaged: a part of it is gone or is not as it was written.",
        safe="Nothing was restored and nothing was changed.",
        todo="Choose another backup.",
    )


def _put_in_place(aside: Path, to: Path, at: datetime) -> None:
    """Rename the old workspace away and the restored one into its place, under the old one's lock."""
    old = to.with_name(f"{to.name}-before-restore-{stamp(at)}")
    if old.exists():
        old = old.with_name(f"{old.name}-{secrets.token_hex(2)}")
    lock = WriteLock(to)
    lock.acquire(at)
    # The lock's file goes along with the folder; on Windows an open file would bar the renaming, so it is freed first.
    lock.release()
    to.rename(old)
    try:
        aside.rename(to)
    except OSError:
        old.rename(to)
        raise
    if (old / BACKUPS_NAME).is_dir():
        (old / BACKUPS_NAME).rename(to / BACKUPS_NAME)
    sync_folder(to.parent)

"""Opening a workspace folder, in the one order that loses nothing (design/reliability.md, section 4.5).

Lock, then health, then migration behind a backup, then the store, then leftovers.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local_db import audit, backup, health, migrate, retention
from local_db.blobs import AREAS, BlobStore
from local_db.connection import DATABASE_NAME, Store
from local_db.durable import make_folders, sync_folder
from local_db.errors import ReadOnly, WorkspaceDamaged, WorkspaceError, WorkspaceLocked
from local_db.lock import LOCK_NAME, RECORD_NAME, WriteLock, disk_is_full

BUILDING_NAME = ".building.db"
"""What a new database is called until it is finished."""


@dataclass(frozen=True)
class Opened:
    """An open workspace folder: its store, its kept files, its lock (None when read-only) and what is to be said."""

    store: Store
    blobs: BlobStore
    lock: WriteLock | None
    read_only_reason: str = ""
    notices: tuple[str, ...] = ()


def create(folder: Path, *, name: str, short_name: str, app_version: str, actor: str, now: datetime) -> Opened:
    """Make a new workspace in `folder`, which must not be there or be empty, and leave it open.

    The database gets its name when it is finished, so that a creation that was killed leaves no half workspace; what
    it left is no obstacle to another try. Raises WorkspaceError, with nothing left behind, when it cannot be made.
    """
    there = folder.is_dir()
    if folder.exists() and (not there or not all(_is_leftover(one) for one in folder.iterdir())):
        raise WorkspaceError(
            f"The folder {folder} is not empty.", safe="Nothing was changed.", todo="Choose a new folder."
        )
    lock = WriteLock(folder)
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    locked_before = (folder / LOCK_NAME).exists()
    try:
        make_folders(folder)
        if not there:
            folder.chmod(0o700)  # MPANs are personal data: only this account reads them
        lock.acquire(now)
        for area in AREAS:
            make_folders(folder / area)
        _build(folder / BUILDING_NAME, name=name, short_name=short_name, app_version=app_version, actor=actor, now=now)
        (folder / BUILDING_NAME).rename(folder / DATABASE_NAME)
        sync_folder(folder)
        return _opened(folder, Store.open(folder / DATABASE_NAME), lock)
    except BaseException as error:
        if lock.held:
            # Only who holds the lock may tidy: another program may be making its workspace here.
            _remove_new(folder)
            lock.release(clean=True)
        if not isinstance(error, WorkspaceLocked):
            if not locked_before:
                with suppress(OSError):
                    (folder / LOCK_NAME).unlink(missing_ok=True)
            for one in missing:
                with suppress(OSError):
                    one.rmdir()
        cause = error.__cause__ if isinstance(error, ReadOnly) else error
        if isinstance(cause, OSError):
            raise _not_made(folder, cause) from error
        raise


def _not_made(folder: Path, error: OSError) -> WorkspaceError:
    full = disk_is_full(error)
    return WorkspaceError(
        f"The disk is full, so the workspace cannot be made in {folder}."
        if full
        else f"The workspace cannot be made in {folder}: {error.strerror or error}.",
        safe="Nothing was left there.",
        todo="Free some space, or choose a folder on another disk."
        if full
        else "Check the right to write there, or choose another folder.",
    )


def _is_leftover(path: Path) -> bool:
    """Whether a creation that was killed may have left this."""
    if path.name in AREAS:
        return path.is_dir() and not any(path.iterdir())
    return path.name in {LOCK_NAME, RECORD_NAME, f"{RECORD_NAME}.new"} or path.name.startswith(BUILDING_NAME)


def _build(path: Path, *, name: str, short_name: str, app_version: str, actor: str, now: datetime) -> None:
    """Write a whole new database at `path` and close it."""
    for leftover in path.parent.glob(f"{BUILDING_NAME}*"):
        leftover.unlink()
    facts = {
        "workspace_id": secrets.token_hex(16),
        "created_at": audit.timestamp(now),
        "created_by_version": app_version,
        "checked_at": now.isoformat(),
    }
    store = Store.create(path)
    try:
        with store.write():
            store.db.table("meta").insert_all({"name": fact, "value": value} for fact, value in facts.items())
            store.db.table("participant").insert({"id": 1, "name": name, "short_name": short_name})
            store.record(
                "workspace.create",
                "Make the workspace",
                {"name": name, "short_name": short_name, "app_version": app_version},
                actor=actor,
                at=now,
            )
    finally:
        store.close()


def _remove_new(folder: Path) -> None:
    """Take away what a creation that failed has made, under its lock; the folder was empty before."""
    with suppress(OSError):
        for path in (*folder.glob(f"{BUILDING_NAME}*"), *folder.glob(f"{DATABASE_NAME}*")):
            path.unlink()
        for area in AREAS:
            if (folder / area).is_dir():
                (folder / area).rmdir()


def open_folder(folder: Path, *, now: datetime, read_only: bool = False) -> Opened:
    """Open the workspace in `folder`; for reading only when another program holds it or it cannot be written.

    Raises WorkspaceDamaged (with `backup` and `quarantine`) for damage, WorkspaceError for a newer or a foreign file.
    """
    path = folder / DATABASE_NAME
    if not path.is_file():
        raise WorkspaceError(
            f"There is no workspace in {folder}.", safe="Nothing was changed.", todo="Choose another folder."
        )
    if read_only:
        return _reader(folder, now)
    lock = WriteLock(folder)
    try:
        lock.acquire(now)
    except WorkspaceLocked as error:
        return _reader(folder, now, error)
    except ReadOnly as error:
        # On a full disk the reserve makes the room that opening needs; then the person can remove something.
        if disk_is_full(error) and health.free_reserve(folder):
            return open_folder(folder, now=now)
        return _reader(folder, now, error)
    try:
        return _open_locked(folder, lock, now)
    except BaseException as error:
        # The record of who has it open stays when the last one crashed: the next opening must look for damage again.
        lock.release(clean=lock.closed_cleanly)
        if isinstance(error, WorkspaceDamaged) and error.backup is None:
            raise _with_backup(error, folder, now) from error
        raise


def _open_locked(folder: Path, lock: WriteLock, now: datetime) -> Opened:
    path = folder / DATABASE_NAME
    notices = []
    if not lock.closed_cleanly:
        _check_health(folder, now)
        notices.append(
            "MHHS Desk was not closed in order the last time. The workspace was checked and everything saved is there."
        )
    with suppress(OSError):
        backup.sweep_unfinished(folder)
    try:
        if migrate.needs_migration(path):
            migrate.bring_up_to_date(path, lambda: backup.make(folder, at=now, reason="before migration"))
            notices.append("The workspace was brought up to date; a backup of it as it was is in its backups.")
        store = Store.open(path)
    except WorkspaceDamaged as error:
        raise _with_backup(error, folder, now) from error
    try:
        notices.extend(filter(None, [health.clock_notice(store, folder, now)]))
        if not lock.closed_cleanly:
            health.checked(store, now)
        elif health.check_due(store, now):
            # The check wants the file to itself.
            store.close()
            _check_health(folder, now)
            store = Store.open(path)
            health.checked(store, now)
        notices.extend(_not_attached(one.names) for one in BlobStore(store, folder).unfinished())
        opened = _opened(folder, store, lock, tuple(notices))
        opened.blobs.sweep(unclean=not lock.closed_cleanly)
        health.make_reserve(folder)
    except BaseException:
        store.close()
        raise
    return opened


def _not_attached(names: Sequence[str]) -> str:
    """What is said of files that were on their way in when the program stopped."""
    if len(names) == 1:
        return f"“{names[0]}” was being attached when MHHS Desk stopped; it was not attached. Add it again."
    more = "1 more file" if len(names) == 2 else f"{len(names) - 1:,} more files"
    first = f"“{names[0]}” and {more}" if names else "Files"
    return f"{first} were being attached when MHHS Desk stopped; none of them was attached. Add them again."


def _check_health(folder: Path, now: datetime) -> None:
    found = health.faults(folder / DATABASE_NAME)
    if found:
        raise health.quarantine(folder, now, found)


def _with_backup(error: WorkspaceDamaged, folder: Path, now: datetime) -> WorkspaceDamaged:
    """The same failure with the newest backup beside it, if there is one."""
    newest = retention.newest(folder, now)
    return WorkspaceDamaged(
        error.what,
        safe=error.safe,
        todo=f"Restore the newest backup, of {newest.made_at:%d %B %Y %H:%M} UTC." if newest else error.todo,
        backup=newest.path if newest else None,
        quarantine=error.quarantine,
    )


def _opened(folder: Path, store: Store, lock: WriteLock, notices: tuple[str, ...] = ()) -> Opened:
    store.on_full = lambda: health.free_reserve(folder)
    return Opened(store, BlobStore(store, folder), lock, "", notices)


def _reader(folder: Path, now: datetime, why: WorkspaceError | None = None) -> Opened:
    """The workspace for reading only; `why` is what kept it from being opened for writing."""
    try:
        store = Store.open(folder / DATABASE_NAME, read_only=True)
    except WorkspaceDamaged as error:
        raise _with_backup(error, folder, now) from error
    store.why_read_only = why
    return Opened(store, BlobStore(store, folder), None, str(why or "It was opened for reading only."))

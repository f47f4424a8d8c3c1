"""Looking for damage when a workspace is opened, and the reserve that is freed when the disk is full."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlcipher3 import dbapi2

from local_db import audit, backup, migrate, retention
from local_db.blobs import copy_hashed
from local_db.connection import DATABASE_NAME, Store, connect
from local_db.durable import make_folders
from local_db.errors import WorkspaceDamaged
from local_db.manifest import BackupInfo

CHECK_EVERY = timedelta(days=7)
RESERVE_NAME = "reserve.bin"
RESERVE_BYTES = 32 << 20
_ROOM = 512 << 20
"""The reserve is made only where at least this much is free."""

_CHECKED_AT = "checked_at"


def faults(path: Path) -> list[str]:
    """What SQLite's quick check says of a database that nobody has open; empty = nothing found."""
    try:
        # Read-only: closing it must not merge the log into a file that may be damaged.
        with closing(connect(path, read_only=True)) as connection:
            migrate.check_identity(connection, path)
            said = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
            return [] if said == ["ok"] else said
    except dbapi2.Error as error:
        return [str(error)]
    except WorkspaceDamaged as error:
        return [error.what]


def checked_at(store: Store) -> datetime | None:
    """When the database was last checked and found whole; None if that is not known."""
    row = store.read().execute("SELECT value FROM meta WHERE name = ?", (_CHECKED_AT,)).fetchone()
    return None if row is None else datetime.fromisoformat(str(row[0]))


def check_due(store: Store, now: datetime) -> bool:
    """Whether the weekly check is due. A check that a wrong clock dated later than now does not count."""
    last = checked_at(store)
    return last is None or now - last >= CHECK_EVERY or retention.is_ahead(last, now)


def clock_notice(store: Store, folder: Path, now: datetime) -> str:
    """What to tell of backups or a check that are dated later than now; '' when there are none."""
    backups = retention.ahead(folder, now)
    last = checked_at(store)
    if backups:
        one = backups[0]
        what = f"a backup was made: it is dated {one.made_at:%d %B %Y}"
        after = f" It is kept, but does not count for when the next one is due; its folder is {one.path.name}."
    elif last is not None and retention.is_ahead(last, now):
        what, after = f"the workspace was last checked: that is dated {last:%d %B %Y}", " It was checked again."
    else:
        return ""
    return f"The computer's clock was ahead when {what}. If the clock is wrong now, set it right.{after}"


def checked(store: Store, now: datetime) -> None:
    """Note that the database was checked and found whole."""
    with store.write() as connection:
        connection.execute(
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (_CHECKED_AT, now.isoformat()),
        )


def quarantine(folder: Path, now: datetime, said: Sequence[str]) -> WorkspaceDamaged:
    """Copy the damaged database and its log aside (nothing is removed) and make the failure that tells of it.

    The database must not be open in this process.
    """
    aside = folder / f"quarantine-{backup.stamp(now)}"
    kept: Path | None = aside
    try:
        make_folders(aside)
        for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm"):
            if (folder / name).is_file() and not (aside / name).exists():
                copy_hashed(folder / name, aside / name)
        (aside / "found.txt").write_text("\n".join(said) + "\n", encoding="utf-8")
    except OSError:
        kept = None
    newest = retention.newest(folder, now)
    return WorkspaceDamaged(
        "The workspace's database is damaged.",
        safe=f"Nothing was removed; a copy is in {aside.name}." if kept else "Nothing was removed.",
        todo=_restore(newest) + (_newer(folder, newest) if newest else ""),
        backup=newest.path if newest else None,
        quarantine=kept,
    )


def damaged(folder: Path, now: datetime) -> WorkspaceDamaged:
    """The failure for damage that is met while the workspace is open; the files are copied aside after closing."""
    newest = retention.newest(folder, now)
    return WorkspaceDamaged(
        f"The workspace's database is damaged ({DATABASE_NAME} in {folder}).",
        safe="Nothing was changed.",
        todo=f"Close the workspace. {_restore(newest)}",
        backup=newest.path if newest else None,
    )


def page_faults(store: Store) -> list[str]:
    """What SQLite's quick check says of an open database; empty = nothing found."""
    try:
        said = [str(row[0]) for row in store.read().execute("PRAGMA quick_check(20)")]
    except WorkspaceDamaged as error:
        # What the engine says of its pages; it holds no row's text.
        return [str(error.__cause__ or error.what)]
    return [] if said == ["ok"] else said


def _restore(newest: BackupInfo | None) -> str:
    if newest is None:
        return "There is no backup in the workspace: restore one that you keep elsewhere."
    return f"Restore the newest backup, of {newest.made_at:%d %B %Y %H:%M} UTC."


def _newer(folder: Path, newest: BackupInfo) -> str:
    """What the backup does not hold, as far as the damaged log can still be read; '' when it cannot or it is all."""
    with suppress(dbapi2.Error), closing(connect(folder / DATABASE_NAME, read_only=True)) as connection:
        missing = audit.head(connection).seq - newest.head.seq
        if missing > 0:
            return f" It was made before the last {missing:,} changes." if missing > 1 else " It lacks the last change."
    return ""


def make_reserve(folder: Path) -> bool:
    """Set 32 MB aside, to be freed when the disk is full (then even a removal needs room); False if not made."""
    path = folder / RESERVE_NAME
    try:
        if path.exists():
            return True
        if shutil.disk_usage(folder).free < _ROOM:
            return False
        with path.open("xb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
            else:
                # Random bytes, so that a file system which packs files gives the room all the same.
                for _ in range(RESERVE_BYTES >> 20):
                    file.write(os.urandom(1 << 20))
    except OSError:
        free_reserve(folder)
        return False
    return True


def free_reserve(folder: Path) -> bool:
    """Give the reserve back to the disk; whether there was one."""
    path = folder / RESERVE_NAME
    there = path.exists()
    with suppress(OSError):
        path.unlink(missing_ok=True)
    return there

"""Which rolling backups there are, when the next is due, and which are kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local_db.audit import Head
from local_db.errors import WorkspaceError
from local_db.manifest import MANIFEST_NAME, BackupInfo, info, is_hash, read_manifest

BACKUPS_NAME = "backups"
FILES_NAME = "files"
"""Shared by all rolling backups: each kept file once, below its area."""

NEWEST, DAYS, WEEKS, MONTHS, MIGRATIONS = 5, 7, 4, 12, 3
"""How many are kept: the newest whatever their day, daily, weekly, monthly, and those before migrations."""

AHEAD = timedelta(days=1)
"""What is dated later than this from now was dated by a clock that was wrong; less may be a change of time zone."""


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


def is_ahead(at: datetime, now: datetime) -> bool:
    """Whether a time was noted by a clock that was ahead (or the clock is behind now)."""
    return at > now + AHEAD


def ahead(folder: Path, now: datetime) -> list[BackupInfo]:
    """The rolling backups that are dated later than now, newest first: they say nothing of what is due."""
    return [one for one in rolling(folder) if is_ahead(one.made_at, now)]


def newest(folder: Path, now: datetime) -> BackupInfo | None:
    """The newest rolling backup, one with a date that cannot be right only where there is no other."""
    backups = rolling(folder)
    return next((one for one in backups if not is_ahead(one.made_at, now)), next(iter(backups), None))


def due(folder: Path, head: Head, now: datetime) -> bool:
    """Whether a rolling backup is due at closing: none today (UTC) and something new, or none for a week.

    A backup that a wrong clock dated later than now does not count: it would put backups off until that day.
    """
    newest = next((one for one in rolling(folder) if not is_ahead(one.made_at, now)), None)
    if newest is None:
        return True
    if newest.made_at.date() >= now.astimezone(UTC).date():
        return False
    return newest.head != head or now - newest.made_at >= timedelta(days=7)


def made_this_week(folder: Path, now: datetime) -> bool:
    """Whether there is a backup of this calendar week (UTC)."""
    week = now.astimezone(UTC).isocalendar()[:2]
    return any(one.made_at.isocalendar()[:2] == week for one in rolling(folder))


def keep(backups: Sequence[BackupInfo], now: datetime) -> set[Path]:
    """Which of the backups (newest first) stay: see the numbers above; the newest of each period is its backup.

    Those dated later than now stay too and take no place of another.
    """
    kept = {one.path for one in backups if is_ahead(one.made_at, now)}
    backups = [one for one in backups if one.path not in kept]
    kept.update(one.path for one in backups[:NEWEST])
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


def thin(folder: Path, now: datetime) -> list[Path]:
    """Remove the rolling backups that are no longer kept, and the shared files only they held; returns what went."""
    backups = rolling(folder)
    kept = keep(backups, now)
    gone = [one.path for one in backups if one.path not in kept]
    for path in gone:
        # The manifest goes first: what is left of a removal that was cut short is no backup any more.
        (path / MANIFEST_NAME).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)
    # A manifest that cannot be read may name any file: then none is removed, and a person can still mend it.
    if gone and not _unreadable(folder):
        _sweep_files(folder / BACKUPS_NAME, kept)
    return gone


def _unreadable(folder: Path) -> bool:
    known = {one.path for one in rolling(folder)}
    return any(path.parent not in known for path in (folder / BACKUPS_NAME).glob(f"[!.]*/{MANIFEST_NAME}"))


def _sweep_files(root: Path, kept: Iterable[Path]) -> None:
    wanted: set[str] = set()
    for backup in kept:
        wanted.update(file["sha256"] for file in read_manifest(backup)["files"])
    shelf = root / FILES_NAME
    for path in shelf.glob("*/??/*"):
        if path.name not in wanted and (is_hash(path.name) or path.suffix == ".part"):
            path.unlink(missing_ok=True)

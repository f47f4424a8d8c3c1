"""Which files are the workspace's own: nothing is written over them, and none is taken as evidence."""

from __future__ import annotations

import os
from pathlib import Path

from desktop.errors import InvalidInput
from local_db.blobs import AREAS, STAGING_NAME
from local_db.connection import DATABASE_NAME
from local_db.health import RESERVE_NAME
from local_db.lock import LOCK_NAME, RECORD_NAME
from local_db.retention import BACKUPS_NAME

_FOLDERS = {*AREAS, STAGING_NAME, BACKUPS_NAME}
_FILES = {
    LOCK_NAME,
    RECORD_NAME,
    RESERVE_NAME,
    *(f"{DATABASE_NAME}{ending}" for ending in ("", "-wal", "-shm", "-journal")),
}


def is_own_file(workspace: Path, target: Path) -> bool:
    """Whether `target`, links followed, is a file of the workspace in this folder, or lies in one of its folders."""
    real = Path(os.path.realpath(target))
    for place in (real, *real.parents):
        name = place.name.casefold()
        owned = name in _FOLDERS or (place == real and name in _FILES)
        if owned and is_same(place.parent, workspace):
            return True
    return any(is_same(workspace / name, real) for name in _FILES)


def is_same(one: Path, other: Path) -> bool:
    """Whether two names are one file or folder: through links of either kind, or both not there yet."""
    try:
        return one.samefile(other)
    except OSError:
        return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))


def must_be_free(workspace: Path, target: Path) -> None:
    """Raises InvalidInput when `target` is one of the workspace's own files, or no file at all."""
    if is_own_file(workspace, target):
        raise InvalidInput(
            f"{target.name} is or lies among the workspace's own files.",
            safe="Nothing was written.",
            todo="Choose another folder.",
            field="path",
        )
    try:
        stream = target.exists() and not target.is_file() and not target.is_dir()
    except OSError:  # it is said when it is written
        return
    if stream:
        raise InvalidInput(f"{target.name} is a device and no file.", todo="Choose a file.", field="path")

"""Files that are there after a power cut, and a full drive told as a problem."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from central.refusals import Refused

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names. Windows has no such call: its journal keeps names."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Make it with its missing parents, each flushed into the one above."""
    missing = []
    here = folder
    while not here.is_dir():
        missing.append(here)
        here = here.parent
    for one in reversed(missing):
        one.mkdir(exist_ok=True, mode=mode)
        sync_folder(one.parent)


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a small file whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def room() -> Iterator[None]:
    """A full drive (or quota) as Refused (no-room)."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Refused("no-room", "The endpoint has no room.", retry_after=60) from error
        raise

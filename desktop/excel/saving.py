"""Writes a file whole or not at all: beside the target first, then in its place."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from desktop.errors import PlainError

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_FRESH = 60
"""Seconds."""
_MOST_LINKS = 40
"""Links that are followed one by one; as many as Linux follows."""


class NotSaved(PlainError):
    """A file could not be written; what was there before is still there."""


@contextmanager
def replacing(path: Path, called: str = "") -> Iterator[BinaryIO]:
    """Give a file to write to; when the block ends well it takes the place of `path`, flushed to the disk.

    If the block raises, nothing is left behind and the old file stays. A link stays, and the file that it points to is
    replaced. What is no regular file (a device, a pipe, /dev/stdout) is written straight to and never replaced.
    `called`: what messages call a file whose name and place are the program's own. Raises NotSaved when the disk is
    full, the folder is missing or not writable, the name too long, or the target is open in a program that locks it.
    """
    try:
        if _is_stream(path):
            with _opened_stream(path) as file:
                yield file
            return
        with _replaced(Path(os.path.realpath(path))) as file:
            yield file
    except BrokenPipeError:  # whoever read it has gone: no matter of the place
        raise
    except OSError as error:
        raise _not_saved(path, error, called) from error


@contextmanager
def _replaced(target: Path) -> Iterator[BinaryIO]:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    begins = f".{target.name[:40]}."
    _remove_leftovers(target.parent, begins)
    partial = target.with_name(f"{begins}{secrets.token_hex(4)}.part")
    try:
        with partial.open("xb") as file:
            _locked(file)
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        _flush_folder(target.parent)
    finally:
        with suppress(OSError):  # a medium that lets nobody write must not hide why
            partial.unlink(missing_ok=True)


def _remove_leftovers(folder: Path, begins: str) -> None:
    """Remove what a killed program left of this file: nobody has it locked (or open, on Windows) any more.

    An empty one may be another program's that has not locked it yet: it goes when it is older than a minute.
    """
    ours = re.compile(re.escape(begins) + r"[0-9a-f]{8}\.part")
    left: list[Path] = []
    with suppress(OSError):  # a folder that is not there, or that lets nobody look: writing says so
        left = [one for one in folder.iterdir() if ours.fullmatch(one.name)]
    for one in left:
        with suppress(OSError):
            about = one.lstat()
            old = about.st_size or time.time() - about.st_mtime > _FRESH
            if not stat.S_ISREG(about.st_mode) or not old:
                continue
            with one.open("rb+") as file:
                if not _locked(file):
                    continue
                if os.name == "nt":  # it removes no file that is open, ours or another's
                    file.close()
                one.unlink()


def _locked(file: BinaryIO) -> bool:
    """Lock a file as long as it is open; whether nobody else had it. On Windows being open is lock enough."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody has it, or the drive knows no locks: then it stays
        return False
    return True


def _is_stream(path: Path) -> bool:
    """Whether a target is a device, a pipe or an open descriptor. Raises OSError when its name is too long."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return True
    return _descriptor(path) is not None


def _descriptor(path: Path) -> int | None:
    """The number of our own descriptor that a name such as /dev/stdout or /dev/fd/3 stands for; None for others."""
    for _ in range(_MOST_LINKS):
        folder = os.path.realpath(path.parent)
        if folder == f"/proc/{os.getpid()}/fd" and path.name.isdecimal():
            return int(path.name)
        if not path.is_symlink():
            return None
        path = Path(folder) / path.readlink()
    return None


def _opened_stream(path: Path) -> BinaryIO:
    """Open a stream to write on from where it stands; our own descriptor once more, so that its place is shared."""
    number = _descriptor(path)
    if number is None:
        return path.open("wb")
    if sys.stdout is not None:
        sys.stdout.flush()
    return os.fdopen(os.dup(number), "wb")


def _flush_folder(folder: Path) -> None:
    """Make the new name durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_saved(path: Path, error: OSError, called: str) -> NotSaved:
    name = path.name if len(path.name) <= 80 else f"{path.name[:60]}…"
    there = False
    with suppress(OSError):
        there = path.exists()
    why, todo = _reason(path, error)
    if called:
        name, todo = called, "Make room" if error.errno in _FULL else "Check the folder of the workspace"
    return NotSaved(
        f"{name} could not be written: {why}.",
        safe="The file that was there is unchanged." if there and path.is_file() else "Nothing was left behind.",
        todo=f"{todo}, then try again.",
    )


def _reason(path: Path, error: OSError) -> tuple[str, str]:
    """Why a file could not be written, and what to do."""
    elsewhere = "Choose another folder"
    if error.errno in _FULL:
        return "the disk is full", "Make room or choose another folder"
    if isinstance(error, PermissionError):
        return (
            "it is open in another program, or the folder does not let you write",
            "Close it (in Excel, for example) or choose another name",
        )
    reasons = {
        errno.ENAMETOOLONG: ("its name is too long", "Choose a shorter name"),
        errno.EROFS: ("nothing can be written on that medium", elsewhere),
        errno.ENOTDIR: (f"{path.parent} is a file or lies in one, and not a folder", elsewhere),
        errno.ENOENT: (f"the folder {path.parent} is not there", elsewhere),
        errno.EISDIR: ("a folder has that name", "Choose another name"),
    }
    return reasons.get(error.errno or 0, (error.strerror or str(error), elsewhere))

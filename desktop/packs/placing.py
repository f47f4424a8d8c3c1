"""Where a pack is written: beside its place under a name that says so, and into its place when it is whole."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from desktop.errors import FileRefused
from desktop.excel.saving import NotSaved
from desktop.jobs import Job
from desktop.packs.tag_files import size_words
from local_db.blobs import hash_file
from local_db.durable import sync_folder, write_text

UNFINISHED = ".unfinished"
"""Ending of the folder that is written into; what a killed program leaves of it goes with the next pack of its name."""
_LOCK = ".lock"
"""A file in it that whoever writes into it has locked; the system frees the lock when the program ends, however."""
_MOVING = "moving.json"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_MORE = 1 << 20
"""Bytes that are asked for besides, for folders and lists."""


@contextmanager
def unfinished(folder: Path, name: str) -> Iterator[Path]:
    """A folder beside the pack's place that is gone afterwards, however it ends.

    Raises NotSaved, FileRefused when a pack of this name is being written into the same folder.
    """
    beside = folder / (name + UNFINISHED)
    try:
        if not folder.is_dir():
            raise NotSaved(
                f"There is no folder {folder}.", safe="Nothing was written.", todo="Make it, or choose another folder."
            )
        with _ours(beside, name):
            _clear(beside, folder)
            yield beside
    except OSError as error:
        what = "the disk is full" if error.errno in _FULL else error.strerror or str(error)
        raise NotSaved(
            f"The pack could not be written into {folder}: {what}.",
            safe="Nothing was left behind.",
            todo="Check the folder and its free space, or choose another folder.",
        ) from error


def must_be_free(folder: Path, names: Sequence[str]) -> None:
    """Raises FileRefused when something has one of the names."""
    there = {one.name.casefold() for one in folder.iterdir()}
    taken = [name for name in names if name.casefold() in there]
    if taken:
        raise FileRefused(
            f"There is a {taken[0]} in {folder} already.",
            safe="It was left as it is, and nothing was written.",
            todo="Choose another folder, or move it away.",
        )


def must_have_room(folder: Path, name: str, size: int) -> None:
    """Raises NotSaved when the drive has not so many bytes free."""
    free = shutil.disk_usage(folder).free
    if size + _MORE > free:
        raise NotSaved(
            f"There is no room for {name} in {folder}: it needs {size_words(size + _MORE)}, and "
            f"{size_words(free)} are free.",
            safe="Nothing was written.",
            todo="Free some space, or choose a folder on another drive.",
        )


def place(beside: Path, folder: Path, names: Sequence[str], *, hashed: bool, job: Job) -> tuple[str, ...]:
    """Give what was written its names, all or none; returns the SHA-256 of each file when it is `hashed`."""
    hashes = []
    sizes = [(beside / name).stat().st_size for name in names] if hashed else []
    for at, name in enumerate(names if hashed else ()):
        before = sum(sizes[:at])
        told = lambda done, before=before: job.report("Hashing the ZIP", before + done, sum(sizes), "bytes")  # noqa: E731
        hashes.append(hash_file(beside / name, told)[0])
    job.check()
    must_be_free(folder, names)
    if hashed:
        write_text(beside / _MOVING, json.dumps(dict(zip(names, hashes, strict=True))))
    moved: list[Path] = []
    try:
        for name in names:
            (beside / name).rename(folder / name)
            moved.append(folder / name)
        sync_folder(folder)
    except BaseException:
        for path in moved:
            with suppress(OSError):
                _remove(path)
        raise
    return tuple(hashes)


@contextmanager
def _ours(beside: Path, name: str) -> Iterator[None]:
    """Have the folder for ourselves, and remove it at the end. Raises FileRefused while somebody else has it."""
    if beside.is_symlink() or not beside.is_dir():
        beside.unlink(missing_ok=True)
    beside.mkdir(exist_ok=True)
    lock = FileLock(beside / _LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except (Timeout, FileNotFoundError):  # or it was just taken away by whoever had it
        raise FileRefused(
            f"{name} is being written into {beside.parent} by somebody else at this moment.",
            safe="Nothing was written.",
            todo="Wait until it is there, or choose another folder.",
        ) from None
    try:
        yield
    finally:
        _empty(beside)
        if os.name == "nt":  # it removes no file that is open
            lock.release()
        with suppress(OSError):  # there somebody else may have it already
            (beside / _LOCK).unlink(missing_ok=True)
            beside.rmdir()
        lock.release()


def _empty(beside: Path) -> None:
    for one in beside.iterdir():
        if one.name != _LOCK:
            _remove(one)


def _clear(beside: Path, folder: Path) -> None:
    """Remove what a killed program left: its unfinished files, and parts that it had just given their names."""
    with suppress(OSError, ValueError, AttributeError):
        moving = json.loads((beside / _MOVING).read_text(encoding="utf-8"))
        for name, digest in moving.items():
            path = folder / Path(name).name
            if path.is_file() and not path.is_symlink() and hash_file(path)[0] == digest:
                path.unlink()
    _empty(beside)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)

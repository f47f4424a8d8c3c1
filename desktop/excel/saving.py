"""Writes a file whole or not at all: beside the target first, then in its place."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from desktop.errors import PlainError

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


class NotSaved(PlainError):
    """A file could not be written; what was there before is still there."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to; when the block ends well it takes the place of `path`, flushed to the disk.

    If the block raises, nothing is left behind and the old file stays. Raises NotSaved when the disk is full, the
    folder is missing or not writable, or the target is open in a program that locks it.
    """
    partial = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.part")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        raise _not_saved(path, error) from error
    finally:
        partial.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make the new name durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_saved(path: Path, error: OSError) -> NotSaved:
    kept = "The file that was there is unchanged." if path.exists() else "Nothing was left behind."
    if error.errno in _FULL:
        return NotSaved(
            f"{path.name} could not be written: the disk is full.",
            safe=kept,
            todo="Make room or choose another folder, then try again.",
        )
    if isinstance(error, PermissionError):
        return NotSaved(
            f"{path.name} could not be written: it is open in another program, or the folder does not let you write.",
            safe=kept,
            todo="Close it (in Excel, for example) or choose another name, then try again.",
        )
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return NotSaved(
            f"{path.name} could not be written: the folder {path.parent} is not there.",
            todo="Choose another folder, then try again.",
        )
    if isinstance(error, IsADirectoryError):
        return NotSaved(f"{path.name} could not be written: a folder has that name.", todo="Choose another name.")
    return NotSaved(
        f"{path.name} could not be written: {error.strerror or error}.", safe=kept, todo="Try another folder."
    )

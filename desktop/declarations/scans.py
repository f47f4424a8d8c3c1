"""A scanned or otherwise signed file that stands for a signature."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.declarations.body import ScanPart, sha256
from desktop.errors import FileRefused
from desktop.evidence.kinds import FileKind, identify
from desktop.evidence.taking import kept_name

LARGEST = 100 * 1024 * 1024
"""Bytes."""


@dataclass(frozen=True)
class Scan:
    """The file: its bytes, and what is said of it in the signed JSON."""

    data: bytes
    part: ScanPart
    kind: FileKind


def read_scan(path: Path) -> Scan:
    """Read it. Raises FileRefused for what cannot be read, is empty, too large, can run, or is no PDF nor picture.

    What it is follows from its bytes, not from its name.
    """
    try:
        if path.is_dir():
            raise _refused(path, "is a folder")
        size = path.stat().st_size
        if size > LARGEST:
            raise _refused(path, "is larger than 100 MB")
        data, kind = path.read_bytes(), identify(path, path.name)
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror or error})") from error
    if not data:
        raise _refused(path, "is empty")
    if kind.active:
        raise _refused(path, f"can run when it is opened ({kind.words})")
    if kind.media_type != "application/pdf" and not kind.media_type.startswith("image/"):
        raise _refused(path, f"is no PDF and no picture, but: {kind.words}")
    return Scan(data, {"file_name": kept_name(path.name), "size": len(data), "sha256": sha256(data)}, kind)


def _refused(path: Path, why: str) -> FileRefused:
    return FileRefused(
        f"“{path.name}” {why}.", safe="Nothing was signed.", todo="Choose the signed document: a PDF or a picture."
    )

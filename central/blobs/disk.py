"""Blobs in a folder: <participant>/<two figures>/<sha256>, unfinished ones in <participant>/unfinished/<sha256>."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from central.blobs.durable import make_folder, room, sync_folder
from central.blobs.storage import CHUNK
from central.points import reach
from central.refusals import Refused


class DiskStorage:
    """Order of a part: cut to the committed offset, write, flush; of the end: compare, rename, flush the folder."""

    def __init__(self, folder: Path) -> None:
        """The folder is made."""
        make_folder(folder)
        self._folder = folder

    def size(self, participant: str, sha256: str) -> int | None:
        """See Storage."""
        try:
            return self._done(participant, sha256).stat().st_size
        except FileNotFoundError:
            return None

    def write(self, participant: str, sha256: str, offset: int, chunks: Iterable[bytes]) -> None:
        """See Storage."""
        path = self._unfinished(participant, sha256)
        with room():
            make_folder(path.parent)
            fresh = not path.exists()
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "r+b", buffering=0) as file:
                if os.fstat(handle).st_size < offset:
                    raise FileNotFoundError(path.name)  # never a hole of zeros
                file.truncate(offset)
                file.seek(offset)
                reach("blob-cut")
                try:
                    for chunk in chunks:
                        _write_all(handle, chunk)
                    reach("blob-written")
                    os.fsync(handle)
                except (OSError, Refused):
                    with suppress(OSError):
                        file.truncate(offset)
                    raise
            if fresh:
                sync_folder(path.parent)
        reach("blob-synced")

    def finish(self, participant: str, sha256: str, length: int) -> bool:
        """See Storage."""
        path, done = self._unfinished(participant, sha256), self._done(participant, sha256)
        with room():
            if length == 0 and not path.exists():
                self.write(participant, sha256, 0, ())
            try:
                right = path.stat().st_size >= length and _hash(path, length) == sha256
            except FileNotFoundError:
                right = False
            if not right:
                self.drop(participant, sha256)
                return False
            reach("blob-compared")
            if path.stat().st_size > length:  # bytes that were never committed
                os.truncate(path, length)
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
            make_folder(done.parent)
            path.replace(done)
            reach("blob-renamed")
            sync_folder(done.parent)
            sync_folder(path.parent)
        return True

    def drop(self, participant: str, sha256: str) -> None:
        """See Storage."""
        self._unfinished(participant, sha256).unlink(missing_ok=True)

    def remove(self, participant: str, sha256: str) -> None:
        """See Storage."""
        self._done(participant, sha256).unlink(missing_ok=True)

    def read(self, participant: str, sha256: str) -> Iterator[bytes]:
        """See Storage."""
        path = self._done(participant, sha256)
        path.stat()

        def chunks() -> Iterator[bytes]:
            with path.open("rb") as file:  # opened when it is read: it may never be
                while chunk := file.read(CHUNK):
                    yield chunk

        return chunks()

    def _done(self, participant: str, sha256: str) -> Path:
        return self._folder / participant / sha256[:2] / sha256

    def _unfinished(self, participant: str, sha256: str) -> Path:
        return self._folder / participant / "unfinished" / sha256


def _write_all(handle: int, data: bytes) -> None:
    """A nearly full drive takes a piece of it without a word: the rest is asked for until it says so."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _hash(path: Path, length: int) -> str:
    made = hashlib.sha256()
    left = length
    with path.open("rb") as file:
        while left and (chunk := file.read(min(CHUNK, left))):
            made.update(chunk)
            left -= len(chunk)
    return made.hexdigest()

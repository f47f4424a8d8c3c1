"""Copies the files of a pack into a folder or a ZIP, hashing each on the way; memory is constant."""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop.errors import WorkspaceDamaged
from desktop.jobs import Job
from desktop.packs import zip_form
from local_db.durable import make_folders, sync_folder

_BLOCK = 1 << 20
_WRITING = "Writing the pack"


@dataclass(frozen=True)
class Piece:
    """A file of a pack by its name within it, with what it has to be; its bytes come from `source` or are `data`."""

    name: str
    size: int
    sha256: str
    source: Path | None = None
    data: bytes | None = None


class Writer:
    """Writes the pieces of one pack. Raises OSError, WorkspaceDamaged for a source that is not as it was, Cancelled."""

    def __init__(self, name: str, total: int, job: Job) -> None:
        """`name` is that of the pack's folder; `total` bytes will be written, for the progress."""
        self._name = name
        self._total = total
        self._job = job
        self._done = 0

    def folder(self, folder: Path, pieces: Sequence[Piece]) -> None:
        """Write them as files."""
        folders = {folder}
        make_folders(folder)
        for piece in pieces:
            path = folder / piece.name
            if path.parent not in folders:
                make_folders(path.parent)
                folders.add(path.parent)
            with path.open("xb") as file:
                self._copy(piece, file)
                _flush(file)
        for one in folders:
            sync_folder(one)

    def zip(self, path: Path, pieces: Sequence[Piece]) -> None:
        """Write them as one ZIP (zip_form.py)."""
        entries = []
        with path.open("xb") as file:
            for piece in pieces:
                name, place = f"{self._name}/{piece.name}".encode(), file.tell()
                file.write(zip_form.local_header(name, piece.size, 0))
                crc = self._copy(piece, file)
                end = file.tell()
                file.seek(place)
                file.write(zip_form.local_header(name, piece.size, crc))
                file.seek(end)
                entries.append(zip_form.Entry(name, piece.size, crc, place))
            file.write(zip_form.directory(entries, file.tell()))
            _flush(file)

    def _copy(self, piece: Piece, file: BinaryIO) -> int:
        """Write its bytes; returns their CRC-32."""
        digest, size, crc = hashlib.sha256(), 0, 0
        for block in _blocks(piece):
            digest.update(block)
            crc = zlib.crc32(block, crc)
            size += len(block)
            if size > piece.size:
                break
            file.write(block)
            self._done += len(block)
            self._job.report(_WRITING, self._done, self._total, "bytes")
        if (size, digest.hexdigest()) != (piece.size, piece.sha256):
            raise WorkspaceDamaged(
                f"The kept file of {piece.name} is not as it was frozen, so it is not sealed.",
                safe="Nothing was left behind; what is kept was not changed.",
                todo="Restore the newest backup, then do it again.",
            )
        return crc


def _blocks(piece: Piece) -> Iterator[bytes]:
    try:
        with io.BytesIO(piece.data or b"") if piece.source is None else piece.source.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block
    except OSError as error:
        raise WorkspaceDamaged(
            f"The kept file of {piece.name} cannot be read: {error.strerror or error}.",
            safe="Nothing was left behind.",
            todo="Restore the newest backup, then do it again.",
        ) from error


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())

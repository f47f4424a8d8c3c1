"""Copies of kept files, hashed while they are copied: to open, to save elsewhere; and the check of all of them."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from desktop.errors import WorkspaceDamaged, WorkspaceError
from desktop.evidence.model import EvidenceFault, EvidenceReport
from desktop.excel.names import file_name
from desktop.jobs import Job
from local_db import evidence as queries
from local_db.blobs import BlobStore, hash_file, relative_path
from local_db.connection import Store

_BLOCK = 1 << 20
_MEGABYTE = 1_000_000
_OPENED = "mhhs-desk-open-"
_KEPT_OPEN = 24 * 60 * 60
"""Seconds after which a copy that was opened by an earlier run is removed."""


def safe_name(name: str, start: str = "", taken: tuple[str, ...] = ()) -> str:
    """A file name for every system out of a kept one, with `start` before it."""
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or len(ending.encode()) > 20 or not ending.strip():
        stem, ending = name, ""
    ending = file_name(ending, "") if ending else ""
    return file_name(f"{start}{stem}", f".{ending}" if ending else "", taken)


class KeptFiles:
    """The kept files of evidence; `EvidenceService` hands its calls on to it."""

    def __init__(self, store: Store, blobs: BlobStore) -> None:
        """Nothing is read here."""
        self._store, self._blobs = store, blobs

    def verified_path(self, sha256: str, job: Job | None = None) -> Path:
        """A kept file, hashed again just now. Raises WorkspaceDamaged, Cancelled."""
        job = job or Job()
        path = self._blobs.path(sha256)
        try:
            found, _ = hash_file(path, lambda _bytes: job.check())
        except OSError as error:
            raise self.damaged(sha256) from error
        if found != sha256:
            raise self.damaged(sha256)
        return path

    def copy(self, sha256: str, to: BinaryIO, job: Job, what: str = "Copying the file") -> None:
        """Write a kept file into an open one, hashed on the way. Raises WorkspaceDamaged, OSError, Cancelled.

        Whoever calls it throws away what was written when it raises.
        """
        path = self._blobs.path(sha256)
        whole = path.stat().st_size
        digest, done = hashlib.sha256(), 0
        with path.open("rb") as file:
            while True:
                try:
                    block = file.read(_BLOCK)
                except OSError as error:
                    raise self.damaged(sha256) from error
                if not block:
                    break
                digest.update(block)
                to.write(block)
                done += len(block)
                if whole > 10 * _BLOCK:
                    job.report(what, done // _MEGABYTE, whole // _MEGABYTE, "MB")
                else:
                    job.check()
        if digest.hexdigest() != sha256:
            raise self.damaged(sha256)

    def copy_to_open(self, sha256: str, name: str) -> Path:
        """A read-only copy under a safe name in a folder of its own; it goes when the program ends."""
        _remove_old()
        try:
            folder = Path(tempfile.mkdtemp(prefix=_OPENED))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            target = folder / safe_name(name)
            with target.open("xb") as file:
                self.copy(sha256, file, Job())
            target.chmod(stat.S_IREAD)
        except OSError as error:
            raise WorkspaceError(
                f"No copy to open could be made: {error.strerror or error}.",
                safe="The evidence itself is unchanged.",
                todo="Make room on the disk with the temporary files, or save a copy elsewhere.",
            ) from error
        return target

    def verify(self, job: Job) -> EvidenceReport:
        """Read every file of evidence and compare it with its hash. Raises Cancelled."""
        rows = queries.files(self._store.read())
        first = {row.sha256: row for row in rows}
        states: dict[str, str] = {}
        done = 0
        for place, (sha256, row) in enumerate(first.items()):
            job.report("Checking the evidence", place, len(first), "files")
            states[sha256] = self._state(row, job)
            done += row.size
        faults = tuple(
            EvidenceFault(row.ref, row.title, row.number, row.file_name, row.sha256, states[row.sha256] == "damaged")
            for row in rows
            if states[row.sha256]
        )
        return EvidenceReport(len(first), done, faults)

    def _state(self, row: queries.FileRow, job: Job) -> str:
        """'' for a file that is as it was kept, else missing or damaged."""
        path = self._blobs.folder / relative_path(row.area, row.sha256)
        if not path.is_file():
            return "missing"
        try:
            found = hash_file(path, lambda _bytes: job.check())
        except OSError:
            return "damaged"
        return "" if found == (row.sha256, row.size) else "damaged"

    def damaged(self, sha256: str) -> WorkspaceDamaged:
        """The failure that names a damaged file."""
        rows = [row for row in queries.files(self._store.read()) if row.sha256 == sha256]
        named = f"{rows[0].file_name} of {rows[0].ref}" if rows else f"A kept file ({sha256[:12]}…)"
        return WorkspaceDamaged(
            f"{named} is damaged: it is not what was kept.",
            safe="Everything else can be used.",
            todo="Add the same file again, which mends it, or restore the newest backup.",
        )


def _remove_old() -> None:
    """Remove copies that earlier runs left: another program may have kept them open when those ended."""
    limit = time.time() - _KEPT_OPEN
    for folder in Path(tempfile.gettempdir()).glob(f"{_OPENED}*"):
        with suppress(OSError):
            if folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)

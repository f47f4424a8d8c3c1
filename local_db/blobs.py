"""Every file that a workspace keeps, by its SHA-256, in `snapshots/` and `evidence/`.

A file is on the drive, under its final name, before the row that names it is committed (design/reliability.md,
section 1.7): a crash can leave a file that no row names, never a row without its file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from local_db.audit import timestamp
from local_db.connection import Connection, Store
from local_db.durable import make_folders, sync_folder, write_text
from local_db.errors import WorkspaceDamaged, WorkspaceError

Area = Literal["snapshots", "evidence"]
AREAS: tuple[Area, ...] = ("snapshots", "evidence")
STAGING_NAME = "staging"
"""Files on their way in, in the workspace; whatever is in it when a workspace is opened is a leftover."""

_NOTE_START = "attaching-"
"""How the notes in the staging folder begin that say which files are on their way in."""

_BLOCK = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Blob:
    """One kept file: its hash, its area, its size in bytes."""

    sha256: str
    area: Area
    size: int


@dataclass(frozen=True)
class BlobFaults:
    """What a check of the kept files found: hashes of files that are gone, and of files with another content."""

    checked: int
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every file is as it was put."""
        return not self.missing and not self.damaged


def hash_file(path: Path, progress: Callable[[int], None] | None = None) -> tuple[str, int]:
    """SHA-256 and size in bytes of a file; `progress(bytes)` is called per MiB and may raise to stop."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            if progress is not None:
                progress(size)
    return digest.hexdigest(), size


def relative_path(area: str, sha256: str) -> Path:
    """Where a kept file stands, below a workspace or a backup."""
    return Path(area) / sha256[:2] / sha256


def copy_hashed(source: Path, target: Path, progress: Callable[[int], None] | None = None) -> tuple[str, int]:
    """Copy a file and flush it; returns the hash and size of what was written."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading, target.open("xb") as writing:
        while block := reading.read(_BLOCK):
            digest.update(block)
            writing.write(block)
            size += len(block)
            if progress is not None:
                progress(size)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest(), size


@dataclass(frozen=True)
class Staged:
    """A file in the staging folder, whole and flushed, on its way to be kept."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True)
class Unfinished:
    """Files that were on their way in when the program stopped: their names, and the token of their step."""

    token: str
    names: tuple[str, ...]


def _not_kept(error: OSError) -> WorkspaceError:
    if error.errno in _FULL:
        return WorkspaceError(
            "The disk is full, so the file could not be kept in the workspace.",
            safe="Nothing of this step was saved.",
            todo="Free some space on the workspace's disk, and do it again.",
        )
    return WorkspaceError(
        f"The file could not be kept in the workspace: {error.strerror or error}.",
        safe="Nothing of this step was saved.",
        todo="Check the file and the free space of the disk, and do it again.",
    )


class BlobStore:
    """The kept files of one workspace folder."""

    def __init__(self, store: Store, folder: Path) -> None:
        """`folder` is the workspace; its areas and its staging folder are made when first used."""
        self._store = store
        self.folder = folder

    @property
    def staging(self) -> Path:
        """A folder on the same drive for files on their way in; made here. Leftovers go at the next opening.

        Raises WorkspaceError when it cannot be made.
        """
        staging = self.folder / STAGING_NAME
        try:
            make_folders(staging)
        except OSError as error:
            raise _not_kept(error) from error
        return staging

    def path(self, sha256: str) -> Path:
        """The file with this hash, to read by path. Raises WorkspaceDamaged if it is not there or was never kept."""
        row = self._store.read().execute("SELECT area FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
        path = self.folder / relative_path(str(row[0]), sha256) if row is not None else None
        if path is None or not path.is_file():
            raise WorkspaceDamaged(
                f"A kept file is not there ({sha256[:12]}…).",
                safe="Everything else can be used.",
                todo="Restore the newest backup, or import the file again.",
            )
        return path

    def add(self, source: Path, area: Area, *, at: datetime, progress: Callable[[int], None] | None = None) -> Blob:
        """Keep a copy of `source`; the same content is kept once. Inside a `write()` it becomes part of that.

        `progress(bytes)` is called per MiB and may raise to stop: then nothing is kept.
        """
        self._store.require_writable()
        aside = self.staging / f"{secrets.token_hex(8)}.part"
        try:
            sha256, size = copy_hashed(source, aside, progress)
            return self._place(aside, area, sha256, size, at)
        except OSError as error:
            raise _not_kept(error) from error
        finally:
            aside.unlink(missing_ok=True)

    def adopt(self, source: Path, area: Area, *, at: datetime, progress: Callable[[int], None] | None = None) -> Blob:
        """Keep a finished file of the staging folder by moving it; on success `source` is gone.

        Inside a `write()` the row becomes part of that transaction.
        """
        self._store.require_writable()
        try:
            sha256, size = hash_file(source, progress)
            with source.open("r+b") as file:
                os.fsync(file.fileno())
            blob = self._place(source, area, sha256, size, at)
            source.unlink(missing_ok=True)
        except OSError as error:
            raise _not_kept(error) from error
        return blob

    # A large file is kept in three steps, of which only the last, a row, is inside a transaction: `stage` copies and
    # hashes it, `settle` gives it its final name, `name` writes the row. Until then nobody waits for it.

    def stage(self, blocks: Iterable[bytes], progress: Callable[[int], None] | None = None) -> Staged:
        """Write blocks of bytes into the staging folder, hashed on the way, and flush them.

        `progress(bytes)` is called after each block and may raise to stop; what the blocks raise goes on as it is. Then
        nothing is left. Raises WorkspaceError when it cannot be written.
        """
        self._store.require_writable()
        aside = self.staging / f"{secrets.token_hex(8)}.part"
        digest, size = hashlib.sha256(), 0
        try:
            with aside.open("xb") as writing:
                for block in blocks:
                    digest.update(block)
                    writing.write(block)
                    size += len(block)
                    if progress is not None:
                        progress(size)
                writing.flush()
                os.fsync(writing.fileno())
        except BaseException as error:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise _not_kept(error) from error
            raise
        return Staged(aside, digest.hexdigest(), size)

    def settle(self, staged: Staged, area: Area, progress: Callable[[int], None] | None = None) -> Blob:
        """Give a staged file its final name, flushed; no row names it yet (`name` does that). Outside `write()`.

        What is there already with the same content stays; a file that was damaged or lost is made whole. `progress`
        (bytes) is called while what is there is read. Raises WorkspaceError.
        """
        try:
            known = self._store.read().execute("SELECT area FROM blob WHERE sha256 = ?", (staged.sha256,)).fetchone()
            kept_in: Area = known[0] if known is not None else area
            self._settle(staged.path, kept_in, staged.sha256, staged.size, progress)
        except OSError as error:
            raise _not_kept(error) from error
        finally:
            with suppress(OSError):
                staged.path.unlink(missing_ok=True)
        return Blob(staged.sha256, kept_in, staged.size)

    @staticmethod
    def name(connection: Connection, blob: Blob, at: datetime) -> None:
        """Write the row of a settled file, inside the running `write()`; a row that is there stays."""
        connection.execute(
            "INSERT INTO blob (sha256, area, size, added_at) VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
            (blob.sha256, blob.area, blob.size, timestamp(at)),
        )

    @contextmanager
    def announced(self, names: Sequence[str]) -> Iterator[str]:
        """Note in the staging folder which files are on their way in, until the block ends; gives the step's token.

        The step's audit entry is to hold the token, so that the next opening can tell whether it was done
        (`unfinished`). Raises WorkspaceError when the note cannot be written.
        """
        token = secrets.token_hex(16)
        note = self.staging / f"{_NOTE_START}{token}.json"
        try:
            try:
                write_text(note, json.dumps(list(names)))
            except OSError as error:
                raise _not_kept(error) from error
            yield token
        finally:
            with suppress(OSError):
                note.unlink(missing_ok=True)

    def unfinished(self) -> tuple[Unfinished, ...]:
        """What was on its way in when the program stopped, without the steps that were done. Ask before `sweep`."""
        found = []
        for note in sorted((self.folder / STAGING_NAME).glob(f"{_NOTE_START}*.json")):
            token = note.stem.removeprefix(_NOTE_START)
            try:
                names = json.loads(note.read_text("utf-8"))
            except (OSError, ValueError):
                continue  # nothing was copied before its note was whole
            if isinstance(names, list) and not self._was_done(token):
                found.append(Unfinished(token, tuple(str(one) for one in names)))
        return tuple(found)

    def _was_done(self, token: str) -> bool:
        """Whether an entry of the log's end has the token: others may have been written after it, but not many."""
        row = self._store.read().execute(
            "SELECT 1 FROM audit WHERE seq > (SELECT max(seq) FROM audit) - 10000 AND instr(body, ?) LIMIT 1",
            (f'"{token}"',),
        )
        return row.fetchone() is not None

    def _settle(
        self, aside: Path, area: Area, sha256: str, size: int, progress: Callable[[int], None] | None = None
    ) -> None:
        target = self.folder / relative_path(area, sha256)
        # A file that was damaged or lost is made whole by the same content.
        if not target.is_file() or target.stat().st_size != size or hash_file(target, progress) != (sha256, size):
            make_folders(target.parent)
            aside.replace(target)
        sync_folder(target.parent)

    def _place(self, aside: Path, area: Area, sha256: str, size: int, at: datetime) -> Blob:
        with self._store.write() as connection:
            known = connection.execute("SELECT area FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
            kept_in: Area = known[0] if known is not None else area
            self._settle(aside, kept_in, sha256, size)
            blob = Blob(sha256, kept_in, size)
            self.name(connection, blob, at)
        return blob

    def known(self) -> tuple[Blob, ...]:
        """Every file that the database names."""
        rows = self._store.read().execute("SELECT sha256, area, size FROM blob ORDER BY sha256")
        return tuple(Blob(*row) for row in rows)

    def verify(self, progress: Callable[[int, int], None] | None = None) -> BlobFaults:
        """Read every kept file and compare it with its hash; `progress(files done, of)` may raise to stop."""
        blobs = self.known()
        missing, damaged = [], []
        for place, blob in enumerate(blobs):
            if progress is not None:
                progress(place, len(blobs))
            path = self.folder / relative_path(blob.area, blob.sha256)
            if not path.is_file():
                missing.append(blob.sha256)
            elif hash_file(path) != (blob.sha256, blob.size):
                damaged.append(blob.sha256)
        return BlobFaults(len(blobs), tuple(missing), tuple(damaged))

    def sweep(self, *, unclean: bool) -> int:
        """Remove leftovers when a workspace is opened for writing; returns how many files went.

        The staging folder is emptied always. Kept files that no row names are removed only when the last close was
        clean: after a crash a restore might still want them.
        """
        self._store.require_writable()
        gone = 0
        staging = self.folder / STAGING_NAME
        if staging.is_dir() and not staging.is_symlink():
            for one in list(staging.iterdir()):
                if one.is_dir() and not one.is_symlink():
                    shutil.rmtree(one, ignore_errors=True)
                else:
                    one.unlink(missing_ok=True)
                gone += 1
        if not unclean:
            named = {(blob.area, blob.sha256) for blob in self.known()}
            gone += sum(self._sweep_area(area, named) for area in AREAS)
        return gone

    def _sweep_area(self, area: Area, named: Iterable[tuple[str, str]]) -> int:
        root, gone, keep = self.folder / area, 0, set(named)
        if not root.is_dir() or root.is_symlink():
            return 0
        for path in root.glob("??/*"):
            # Only what looks like one of ours: a person's own file in there is left alone.
            if len(path.name) == 64 and path.parent.name == path.name[:2] and (area, path.name) not in keep:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

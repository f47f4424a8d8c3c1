"""Files of a submission on their way to be kept: whole and flushed, until they are settled or thrown away."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from desktop.errors import WorkspaceDamaged
from local_db.blobs import Blob, BlobStore, Staged, hash_file


class Staging:
    """The files of one step, by their hash. What was not settled when the block ends is thrown away."""

    def __init__(self, blobs: BlobStore) -> None:
        """Nothing is written yet."""
        self._blobs = blobs
        self._staged: dict[str, Staged] = {}
        self._loose: list[Path] = []

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for path in (*(one.path for one in self._staged.values()), *self._loose):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def keep(self, blocks: Iterable[bytes]) -> tuple[str, int]:
        """Write blocks of bytes; gives hash and size. Raises WorkspaceError (the disk is full), and what they raise."""
        return self._added(self._blobs.stage(blocks))

    def place(self) -> Path:
        """Where a program may write a file; `take` it afterwards."""
        path = self._blobs.staging / f"{secrets.token_hex(8)}.xlsx"
        self._loose.append(path)
        return path

    def take(self, path: Path) -> tuple[str, int]:
        """Take a finished file of `place`; gives hash and size."""
        return self._added(Staged(path, *hash_file(path)))

    def path(self, sha256: str) -> Path:
        """A file of this step, to read. Raises WorkspaceDamaged when it is none."""
        if sha256 not in self._staged:
            raise WorkspaceDamaged("A file of this step is not there.")
        return self._staged[sha256].path

    def settle(self) -> list[Blob]:
        """Give each its final name: on the drive before any row names it."""
        blobs = [self._blobs.settle(one, "evidence") for one in self._staged.values()]
        self._staged.clear()
        return blobs

    def _added(self, staged: Staged) -> tuple[str, int]:
        if staged.sha256 in self._staged:
            staged.path.unlink(missing_ok=True)
        else:
            self._staged[staged.sha256] = staged
        return staged.sha256, staged.size

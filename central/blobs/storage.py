"""What a storage of blobs does. Participants and hashes were checked before; one caller at a time per blob."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

CHUNK = 1024 * 1024
"""Bytes that are in memory at a time when a whole blob is read."""


class Storage(Protocol):
    """Bytes only: what is committed and complete stands in the database."""

    def size(self, participant: str, sha256: str) -> int | None:
        """Of a finished blob; None = there is none."""

    def write(self, participant: str, sha256: str, offset: int, chunks: Iterable[bytes]) -> None:
        """Put a part at the committed offset, dropping what stands behind it; on the drive when this returns.

        What reading the chunks raises is passed on, and nothing is kept of them.
        Raises Refused (no-room, unavailable); then what was committed is as it was. Raises FileNotFoundError when the
        committed bytes are not there any more.
        """

    def finish(self, participant: str, sha256: str, length: int) -> bool:
        """Compare the whole with its hash, and give it its name; False, and nothing is left, if it is another."""

    def drop(self, participant: str, sha256: str) -> None:
        """Throw the unfinished parts away."""

    def remove(self, participant: str, sha256: str) -> None:
        """Throw a finished blob away."""

    def read(self, participant: str, sha256: str) -> Iterator[bytes]:
        """A finished blob, chunk by chunk. Raises FileNotFoundError before the first."""

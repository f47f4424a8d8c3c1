"""Until when each bucket of rates.py is filled: in the memory of one worker, or in a file that all workers share.

The shared file is a table of a fixed size, mapped into the memory of each worker, without locks: two that count in the
same instant may count one request between them, which does no harm. It is made anew by every `serve`.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import secrets
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Protocol

FILE = "MHHS_CENTRAL_ASKED_FILE"
"""The variable with the shared file of the workers of one `serve`."""
MOST_BUCKETS = 20_000
"""Kept at once in memory; the ones that were asked for longest ago go first."""
_SALT = 16
_SLOT = struct.Struct("=Qd")
_SLOTS = 2**16
_NEAR = 8
"""Slots where a key may stand; when all are taken the one that is emptied first gives way."""


class Asked(Protocol):
    """Moments by key, in seconds of time.monotonic, which is the same for all processes of a machine."""

    def get(self, key: str) -> float:
        """0.0 for what is not known."""

    def set(self, key: str, until: float) -> None:
        """Remember it."""


class InMemory:
    """Of one process."""

    def __init__(self) -> None:
        """Nothing is known."""
        self._kept: OrderedDict[str, float] = OrderedDict()

    def get(self, key: str) -> float:
        """See Asked."""
        return self._kept.get(key, 0.0)

    def set(self, key: str, until: float) -> None:
        """See Asked."""
        self._kept[key] = until
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_BUCKETS:
            self._kept.popitem(last=False)


class Shared:
    """Of all processes that have the file open. Nobody can choose keys that share a slot: they are salted."""

    def __init__(self, path: Path) -> None:
        """One that `make` made."""
        with path.open("r+b") as file:
            self._table = mmap.mmap(file.fileno(), 0)
        self._salt = self._table[:_SALT]

    @staticmethod
    def make(path: Path) -> None:
        """An empty one, for its owner's eyes only."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_SALT) + bytes(_SLOTS * _SLOT.size))

    def get(self, key: str) -> float:
        """See Asked."""
        tag, first = self._place(key)
        for number in range(_NEAR):
            there, until = _SLOT.unpack_from(self._table, self._at(first + number))
            if there == tag:
                return float(until)
        return 0.0

    def set(self, key: str, until: float) -> None:
        """See Asked."""
        tag, first = self._place(key)
        places = [self._at(first + number) for number in range(_NEAR)]
        found = [_SLOT.unpack_from(self._table, one) for one in places]
        same = next((one for one, (there, _) in zip(places, found, strict=True) if there == tag), None)
        place = same if same is not None else min(zip(places, found, strict=True), key=lambda one: one[1][1])[0]
        _SLOT.pack_into(self._table, place, tag, until)

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()

    def _place(self, key: str) -> tuple[int, int]:
        made = hashlib.blake2b(key.encode(), key=self._salt, digest_size=16).digest()
        return int.from_bytes(made[:8], "big") or 1, int.from_bytes(made[8:], "big")

    @staticmethod
    def _at(number: int) -> int:
        return _SALT + (number % _SLOTS) * _SLOT.size

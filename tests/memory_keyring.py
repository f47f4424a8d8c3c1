"""A keyring of tests, in memory or in one file of a test: known to be safe only while a test says so.

with memory_keyring() as ring:
    ...
with memory_keyring(folder / "ring.json"):   # for processes that are killed and started again
    ...
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from desktop.declarations import keyrings


class MemoryKeyring(KeyringBackend):
    """Keeps entries by service and name. `locked` = it answers nothing."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self.path = path
        self.locked = False
        self._entries: dict[str, str] = {}

    @property
    def entries(self) -> dict[str, str]:
        """All that is kept, by `service|name`."""
        if self.path is not None and self.path.exists():
            return dict(json.loads(self.path.read_text()))
        return dict(self._entries)

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.entries.get(f"{service}|{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self._write({**self.entries, f"{service}|{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        self._look()
        entries = self.entries
        if entries.pop(f"{service}|{username}", None) is None:
            raise PasswordDeleteError
        self._write(entries)

    def _look(self) -> None:
        if self.locked:
            raise KeyringLocked

    def _write(self, entries: dict[str, str]) -> None:
        self._entries = entries
        if self.path is not None:
            beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
            beside.write_text(json.dumps(entries))
            beside.replace(self.path)


@contextmanager
def memory_keyring(path: Path | None = None) -> Iterator[MemoryKeyring]:
    """Put one into the keyring library's place, and call it safe, for as long as the block runs."""
    made = MemoryKeyring(path)
    kind = (MemoryKeyring.__module__, MemoryKeyring.__qualname__)
    before = keyring.core._keyring_backend
    keyring.core._keyring_backend = made
    keyrings.SAFE[kind] = "a keyring of tests"
    try:
        yield made
    finally:
        keyring.core._keyring_backend = before
        keyrings.SAFE.pop(kind, None)

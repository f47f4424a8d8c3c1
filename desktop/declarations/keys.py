"""Signing keys: made, kept in the operating system's keyring or in an encrypted key file, and used. Never shown.

A key is of one person on one device. The keyring's back end must be one that is known to be safe (design/reliability.md,
6): with none there is a passphrase, never a plain file. A key that cannot be had is never replaced silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.declarations.model import SigningKey
from local_db.connection import Store

SHORTEST_PASSPHRASE = 12
"""Characters that a passphrase has at least."""


def keyring_state() -> tuple[bool, str]:
    """Whether a safe keyring answers now, and one sentence that says which or why not. May wait for a prompt of the

    operating system: never call it on the window's own thread.
    """
    raise NotImplementedError


class KeyService:
    """The signing keys of this workspace on this device."""

    def __init__(self, store: Store, folder: Path, actor: str, clock: Clock) -> None:
        """`folder` is the workspace's: key files stand in its `keys`."""
        self._store = store
        self._folder = folder
        self._actor = actor
        self._clock = clock

    def keys(self) -> tuple[SigningKey, ...]:
        """Every key that was ever made here, newest first."""
        raise NotImplementedError

    def key_for(self, person: str) -> SigningKey | None:
        """The key in use of a person, by full name without regard to case and blanks."""
        raise NotImplementedError

    def make(self, person: str, *, passphrase: str = "") -> tuple[SigningKey, Changes]:
        """Make a key: kept in the keyring, or with `passphrase` in an encrypted file (Argon2id, AES-GCM). Not undoable.

        Raises InvalidInput (field person, passphrase), WorkspaceError when no safe keyring answers and no passphrase is
        given (says what to do).
        """
        raise NotImplementedError

    def retire(self, key_id: int, reason: str) -> Changes:
        """Use a key no more (lost, a person who left); old signatures stay verifiable. Its private half is removed."""
        raise NotImplementedError

    def sign(self, key: SigningKey, data: bytes, *, passphrase: str = "") -> bytes:
        """The 64 bytes of the Ed25519 signature. Raises InvalidInput (field passphrase) for a wrong or missing one,

        WorkspaceError when the keyring does not give the key (locked, gone, another device): says what to do.
        """
        raise NotImplementedError

    def public_key(self, key: SigningKey) -> bytes:
        """The raw 32 bytes."""
        raise NotImplementedError

    def people(self) -> Sequence[str]:
        """Names of people with a key in use."""
        raise NotImplementedError

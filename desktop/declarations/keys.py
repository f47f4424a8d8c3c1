"""Signing keys: made, kept in the operating system's keyring or in an encrypted key file, and used. Never shown.

A key is of one person on one device. The keyring's back end must be one that is known to be safe
(design/reliability.md, 6): with none there is a passphrase, never a plain file. A key that cannot be had is never
replaced silently.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.declarations import key_files, keyrings, witness
from desktop.declarations.body import moment, sha256
from desktop.declarations.key_files import SHORTEST_PASSPHRASE
from desktop.declarations.model import SigningKey
from desktop.declarations.verify import fingerprint_figures
from desktop.errors import InvalidInput, NotFound, WorkspaceError
from local_db import settings, signing_keys
from local_db.connection import Store
from local_db.signing_keys import KeyRow

__all__ = ["SHORTEST_PASSPHRASE", "KeyService", "keyring_state"]

_KEYRING, _FILE = "keyring", "file"
_UNSIGNED = "Nothing was signed."


def keyring_state() -> tuple[bool, str]:
    """Whether a safe keyring answers now, and one sentence that says which or why not.

    May wait for a prompt of the operating system: never call it on the window's own thread.
    """
    return keyrings.state()


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
        return tuple(_key(row) for row in signing_keys.every_key(self._store))

    def key_for(self, person: str) -> SigningKey | None:
        """The key in use of a person, by full name without regard to case and blanks."""
        wanted = _same(person)
        return next((key for key in self.keys() if not key.retired and _same(key.person) == wanted), None)

    def by_fingerprint(self, text: str) -> SigningKey:
        """A key by its fingerprint: all of it, or its first 16 figures.

        Raises InvalidInput (field fingerprint) for what is none, NotFound.
        """
        wanted = fingerprint_figures(text)
        found = [key for key in self.keys() if wanted and key.fingerprint.startswith(wanted)]
        if not found:
            raise NotFound(
                f"This workspace has no signing key with the fingerprint “{text.strip()}”.",
                todo="Look it up in the list of signing keys.",
            )
        return found[0]

    def make(self, person: str, *, passphrase: str = "") -> tuple[SigningKey, Changes]:
        """Make a key: kept in the keyring, or with `passphrase` in an encrypted file (Argon2id, AES-GCM). Not undoable.

        Raises InvalidInput (field person, passphrase), WorkspaceError when no safe keyring answers and no passphrase is
        given (says what to do).
        """
        self._store.require_writable()
        person = " ".join(person.split())
        if not person:
            raise InvalidInput("A signing key needs the full name of the person who signs with it.", field="person")
        self._refuse_second(person)
        if passphrase:
            key_files.check_passphrase(passphrase)
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        kept = _FILE if passphrase else _KEYRING
        self._keep(private, public, passphrase)
        title = "Make a signing key"
        try:
            with self._store.write() as connection:
                self._refuse_second(person)  # another thread may have made one meanwhile
                facts: dict[str, object] = {"fingerprint": sha256(public), "person": person, "kept": kept}
                key_id = signing_keys.add(
                    connection,
                    fingerprint=sha256(public),
                    public_key=base64.b64encode(public).decode(),
                    person=person,
                    kept=kept,
                    at=moment(self._clock()),
                    by=self._actor,
                )
                facts |= {witness.ROWS: witness.told(connection, [("signing_key", key_id)])}
                self._store.record("key.make", title, facts, actor=self._actor, at=self._clock(), barrier=True)
        except BaseException:
            with suppress(WorkspaceError, OSError):
                self._forget(kept, sha256(public))
            raise
        return _key(self._row(key_id)), Changes.of(Subject.DECLARATIONS, title=title, count=1)

    def retire(self, key_id: int, reason: str) -> Changes:
        """Use a key no more (lost, a person who left); old signatures stay verifiable. Its private half is removed.

        Raises InvalidInput (field reason) without one or when it is retired already, NotFound. Where the keyring does
        not answer, the key is retired all the same; the title of what changed says that its private half is there.
        """
        reason = " ".join(reason.split())
        row = self._row(key_id)
        if not reason:
            raise InvalidInput("Say why this signing key is not used any more.", field="reason")
        if row.retired:
            raise InvalidInput(f"This signing key is retired already: {row.retired}", field="reason")
        title = "Retire a signing key"
        with self._store.write() as connection:
            signing_keys.retire(connection, key_id, reason)
            told = witness.told(connection, [("signing_key", key_id)])
            facts = {"fingerprint": row.fingerprint, "reason": reason, witness.ROWS: told}
            self._store.record("key.retire", title, facts, actor=self._actor, at=self._clock(), barrier=True)
        try:
            self._forget(row.kept, row.fingerprint)
        except (WorkspaceError, OSError):
            title += f"; its private half could not be removed from the {row.kept}"
        return Changes.of(Subject.DECLARATIONS, title=title, count=1)

    def sign(self, key: SigningKey, data: bytes, *, passphrase: str = "") -> bytes:
        """The 64 bytes of the Ed25519 signature.

        Raises InvalidInput (field passphrase) for a wrong or missing one, WorkspaceError when the keyring does not give
        the key (locked, gone, another device): says what to do.
        """
        row = self._row(key.id)
        public = self.public_key(key)
        if row.retired:
            raise WorkspaceError(
                f"The signing key {key.short} is not used any more: {row.retired}",
                safe=_UNSIGNED,
                todo="Make a new key for this person.",
            )
        seed = self._seed(row, passphrase)
        private = Ed25519PrivateKey.from_private_bytes(seed)
        if private.public_key().public_bytes_raw() != public:
            raise _not_this_one(row)
        return private.sign(data)

    def public_key(self, key: SigningKey) -> bytes:
        """The raw 32 bytes. Raises NotFound, WorkspaceError when what is kept of it was altered."""
        row = self._row(key.id)
        try:
            public = base64.b64decode(row.public_key, validate=True)
        except ValueError:
            public = b""
        if len(public) != 32 or not sha256(public) == row.fingerprint == key.fingerprint:
            raise WorkspaceError(
                "What this workspace keeps of the signing key was altered: it is not used.",
                safe=_UNSIGNED,
                todo=f"Restore a backup, or {key_files.how_to_retire(row.fingerprint)}.",
            )
        return public

    def people(self) -> Sequence[str]:
        """Names of people with a key in use."""
        return tuple(sorted((key.person for key in self.keys() if not key.retired), key=str.casefold))

    def _row(self, key_id: int) -> KeyRow:
        row = signing_keys.key(self._store, key_id)
        if row is None:
            raise NotFound("This workspace has no such signing key.", safe=_UNSIGNED)
        return row

    def _refuse_second(self, person: str) -> None:
        there = self.key_for(person)
        if there is not None:
            raise InvalidInput(
                f"{there.person} has a signing key already ({there.short}).",
                field="person",
                todo="Retire that one first if it is lost.",
            )

    def _service(self) -> str:
        """Name of the keyring's entries: of this workspace, so that another one's keys are never taken for its own."""
        return f"MHHS Desk signing key, workspace {settings.fact(self._store, 'workspace_id') or 'unknown'}"

    def _keep(self, private: Ed25519PrivateKey, public: bytes, passphrase: str) -> None:
        seed = private.private_bytes_raw()
        if passphrase:
            key_files.write(key_files.path_of(self._folder, sha256(public)), seed, public, passphrase)
        else:
            keyrings.keep(self._service(), sha256(public), seed.hex())

    def _seed(self, row: KeyRow, passphrase: str) -> bytes:
        if row.kept == _FILE:
            return key_files.read(key_files.path_of(self._folder, row.fingerprint), row.fingerprint, passphrase)
        secret = keyrings.secret(self._service(), row.fingerprint)
        if secret is None:
            raise WorkspaceError(
                "The keyring of this computer and account does not have this signing key.",
                safe=_UNSIGNED,
                todo="Sign on the computer and with the account that it was made on, or retire it and make a new one.",
            )
        seed = bytes.fromhex(secret) if len(secret) == 64 and set(secret) <= set("0123456789abcdef") else b""
        if not seed:
            raise _not_this_one(row)
        return seed

    def _forget(self, kept: str, fingerprint: str) -> None:
        if kept == _FILE:
            key_files.remove(key_files.path_of(self._folder, fingerprint))
        else:
            keyrings.forget(self._service(), fingerprint)


def _key(row: KeyRow) -> SigningKey:
    return SigningKey(row.id, row.fingerprint, row.person, row.kept, row.created_at, row.retired)


def _same(person: str) -> str:
    return " ".join(person.split()).casefold()


def _not_this_one(row: KeyRow) -> WorkspaceError:
    return WorkspaceError(
        f"What the {row.kept} gives is not the signing key that was made here.",
        safe=_UNSIGNED,
        todo="Retire this key and make a new one.",
    )

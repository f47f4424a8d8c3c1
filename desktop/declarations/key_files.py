"""Encrypted key files: a signing key under a passphrase, for computers without a safe keyring.

`keys/<fingerprint>.json` in the workspace: the 32 bytes of the seed under AES-256-GCM, its key made from the passphrase
by Argon2id (RFC 9106: 64 MiB, 3 passes, 4 lanes; 0.3 s on a small computer). Everything else in the file is
authenticated with it. `check` is a plain hash of the fields: it tells a damaged file from a wrong passphrase, and
protects nothing.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
import threading
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from desktop.declarations.body import sha256
from desktop.declarations.canonical import canonical_bytes, read_canonical
from desktop.errors import InvalidInput, WorkspaceError
from local_db import durable

FORMAT = "mhhs-desk/signing-key/1"
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4
SHORTEST_PASSPHRASE = 12
"""Characters that a passphrase has at least."""

FOLDER = "keys"
_UNCHANGED = "Nothing was signed."
_MOST = 16 * 1024
"""Bytes of a file that is read at all; a key file has about 700."""


def path_of(workspace: Path, fingerprint: str) -> Path:
    """Where the key file of a fingerprint stands."""
    return workspace / FOLDER / f"{fingerprint}.json"


def check_passphrase(passphrase: str) -> None:
    """Raises InvalidInput (field passphrase) for one that a new key cannot be kept with."""
    if len(_bytes(passphrase).decode().strip()) < SHORTEST_PASSPHRASE:
        raise InvalidInput(
            f"The passphrase needs at least {SHORTEST_PASSPHRASE} characters.",
            field="passphrase",
            todo="Four or five words that belong to nothing are easy to keep in mind.",
        )


def write(path: Path, seed: bytes, public_key: bytes, passphrase: str) -> None:
    """Write a key file, whole and flushed, for its owner's eyes only. Raises InvalidInput, WorkspaceError."""
    check_passphrase(passphrase)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    told: dict[str, Any] = {
        "format": FORMAT,
        "fingerprint": sha256(public_key),
        "public_key": _text(public_key),
        "kdf": {"name": "argon2id", "memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": LANES, "salt": _text(salt)},
        "cipher": {"name": "aes-256-gcm", "nonce": _text(nonce)},
    }
    told["sealed"] = _text(AESGCM(_stretched(passphrase, salt)).encrypt(nonce, seed, canonical_bytes(told)))
    told["check"] = sha256(canonical_bytes(told))
    try:
        durable.make_folders(path.parent)
        if os.name == "posix":
            path.parent.chmod(0o700)
        durable.write_text(path, canonical_bytes(told).decode())
        if os.name == "posix":
            path.chmod(0o600)
    except OSError as error:
        raise WorkspaceError(
            f"The key file could not be written: {error.strerror or 'the drive refused it'}.",
            safe="No key was made.",
            todo="Make room in the workspace's folder, then try again.",
        ) from error


def read(path: Path, fingerprint: str, passphrase: str) -> bytes:
    """The seed.

    Raises InvalidInput (field passphrase) for a wrong or missing one, WorkspaceError for a file that is not there,
    damaged, or of another key.
    """
    told = _told(path, fingerprint)
    if not passphrase:
        raise InvalidInput("The passphrase of the signing key is needed.", field="passphrase", safe=_UNCHANGED)
    sealed = told.pop("sealed")
    try:
        salt, nonce, box = _raw(told["kdf"]["salt"]), _raw(told["cipher"]["nonce"]), _raw(sealed)
        return AESGCM(_stretched(passphrase, salt)).decrypt(nonce, box, canonical_bytes(told))
    except InvalidTag:
        raise InvalidInput(
            "The passphrase does not open the signing key.",
            field="passphrase",
            safe=_UNCHANGED,
            todo="Mind capital letters and the keyboard's language, then try again.",
        ) from None


def remove(path: Path) -> None:
    """Remove a key file; one that is not there is no matter. Raises OSError."""
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        durable.sync_folder(path.parent)


def how_to_retire(fingerprint: str) -> str:
    """What to do with a key that cannot be had any more, in words to put into a sentence."""
    return (
        "retire this key (Signing keys on the Declarations page, or mhhs-desk declare retire-key"
        f" {fingerprint[:16]}) and make a new one"
    )


def _told(path: Path, fingerprint: str) -> dict[str, Any]:
    """The fields of a whole file, without `check`. Raises WorkspaceError."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except FileNotFoundError:
        raise WorkspaceError(
            "The file of this signing key is not in the workspace's folder of keys.",
            safe=_UNCHANGED,
            todo=f"Put {path.name} back from where you keep a copy, or {how_to_retire(fingerprint)}.",
        ) from None
    except OSError as error:
        raise WorkspaceError(
            f"The file of this signing key cannot be read: {error.strerror or 'the drive refused it'}.", safe=_UNCHANGED
        ) from error
    try:
        return _checked(data, fingerprint)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WorkspaceError(
            "The file of this signing key is damaged or not of this key.",
            safe=_UNCHANGED,
            todo=f"Put {path.name} back from where you keep a copy, or {how_to_retire(fingerprint)}.",
        ) from None


def _checked(data: bytes, fingerprint: str) -> dict[str, Any]:
    """Raises ValueError (and what wrong kinds of values raise) unless every field is as `write` makes them."""
    if len(data) > _MOST:
        raise ValueError("too large")
    told = dict(read_canonical(data))
    check = told.pop("check")
    kdf: Mapping[str, Any] = told["kdf"]
    cipher: Mapping[str, Any] = told["cipher"]
    fit = (
        check == sha256(canonical_bytes(told))
        and told.keys() == {"format", "fingerprint", "public_key", "kdf", "cipher", "sealed"}
        and told["format"] == FORMAT
        and told["fingerprint"] == fingerprint == sha256(_raw(told["public_key"]))
        # The cost is not taken from the file: a forged one could ask for all of the memory.
        and (kdf["name"], kdf["memory_kib"], kdf["passes"], kdf["lanes"]) == ("argon2id", MEMORY_KIB, PASSES, LANES)
        and cipher["name"] == "aes-256-gcm"
        and (len(_raw(kdf["salt"])), len(_raw(cipher["nonce"])), len(_raw(told["sealed"]))) == (16, 12, 48)
    )
    if not fit:
        raise ValueError("a field is not as it is written")
    return told


_ONE_AT_A_TIME = threading.Lock()


def _stretched(passphrase: str, salt: bytes) -> bytes:
    """The 32 bytes of the AES key. Raises WorkspaceError without the memory for it."""
    stretch = Argon2id(salt=salt, length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
    try:
        # Two derivations at once wait for each other's lanes for ever.
        with _ONE_AT_A_TIME:
            return stretch.derive(_bytes(passphrase))
    except MemoryError:
        raise WorkspaceError(
            "There is not enough memory to open the signing key.", safe=_UNCHANGED, todo="Close other programs."
        ) from None


def _bytes(passphrase: str) -> bytes:
    """The same bytes on every system: composed letters (macOS hands decomposed ones over)."""
    try:
        return unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:
        raise InvalidInput(
            "The passphrase holds a character that is no text.", field="passphrase", todo="Type it again."
        ) from None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _raw(text: str) -> bytes:
    """Raises ValueError unless it is the base64 that `_text` would write."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if _text(data) != text:
        raise ValueError("not the one base64 of it")
    return data

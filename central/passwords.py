"""Passwords of persons: Argon2id (RFC 9106), kept as the PHC text of it."""

from __future__ import annotations

import os
import unicodedata
from functools import cache

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from central.refusals import Refused

LEAST, MOST = 12, 200
"""Characters."""
_ITERATIONS, _LANES, _KIB = 2, 1, 19 * 1024
"""19 MiB, twice, one lane: what OWASP's Password Storage Cheat Sheet asks for at least."""


def made(password: str, name: str) -> str:
    """What is kept of a new password. Raises Refused (invalid) for one that is easily guessed."""
    plain = _plain(password)
    if not LEAST <= len(plain) <= MOST:
        raise Refused("invalid", f"A password has {LEAST} to {MOST} characters.", field="password")
    if len(set(plain)) < 5 or name.casefold() in plain.casefold():
        raise Refused("invalid", "The password is too easily guessed.", field="password")
    return _kept(plain)


def holds(password: str, kept: str) -> bool:
    """Whether it is the password; for '' (nobody is called so) it takes as long as for a wrong one."""
    plain = _plain(password[: MOST * 4])
    try:
        Argon2id.verify_phc_encoded(plain.encode("utf-8", "surrogatepass"), kept or _nobody())
    except (InvalidKey, ValueError):
        return False
    return bool(kept)


def _plain(password: str) -> str:
    """The same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFC", password)


def _kept(plain: str) -> str:
    derived = Argon2id(salt=os.urandom(16), length=32, iterations=_ITERATIONS, lanes=_LANES, memory_cost=_KIB)
    return derived.derive_phc_encoded(plain.encode("utf-8", "surrogatepass"))


@cache
def _nobody() -> str:
    return _kept(os.urandom(16).hex())

"""What signs this laptop in at an endpoint, in the operating system's keyring only: never in a file or the database.

One entry per endpoint, laptop (device uuid) and thing. A laptop without a safe keyring cannot use an endpoint, by
network or by bundle: that is said plainly. Any call may wait for a prompt of the system.
"""

from __future__ import annotations

import hashlib

from desktop.declarations import keyrings
from desktop.declarations.keyrings import KeyringRefused
from desktop.sync.model import Trouble
from desktop.sync.troubles import SyncTrouble
from desktop.sync.wire.problems import Retry

SERVICE = "MHHS Desk sync"
TOKEN, SEED, PROXY_PASSWORD, CODE = "token", "seed", "proxy", "code"
"""token: what the endpoint gave; seed: the device key, 64 hexadecimal figures; code: of an enrolment by bundle."""
ALL = (TOKEN, SEED, PROXY_PASSWORD, CODE)
LONGEST = 1_200
"""Characters: the Windows Credential Manager takes 2,560 bytes of UTF-16."""


def require() -> None:
    """Raises SyncTrouble (slug keyring) unless a safe keyring answers."""
    answers, why = keyrings.state()
    if not answers:
        raise _trouble(why)


def keep(endpoint: str, device: str, what: str, secret: str) -> None:
    """Keep one. Raises SyncTrouble (slug keyring)."""
    try:
        keyrings.keep(SERVICE, _entry(endpoint, device, what), secret)
    except KeyringRefused as error:
        raise _trouble(error.what) from error


def get(endpoint: str, device: str, what: str) -> str:
    """What is kept; '' = nothing, such as in a workspace that was copied here. Raises SyncTrouble (slug keyring)."""
    try:
        return keyrings.secret(SERVICE, _entry(endpoint, device, what)) or ""
    except KeyringRefused as error:
        raise _trouble(error.what) from error


def forget(endpoint: str, device: str, *things: str) -> bool:
    """Remove some (none named: all); whether the keyring let them go."""
    try:
        for what in things or ALL:
            keyrings.forget(SERVICE, _entry(endpoint, device, what))
    except KeyringRefused:
        return False
    return True


def half_way(workspace: str, address: str, code: str) -> tuple[str, str]:
    """Name of the entry of an enrolment whose answer has not come: laptop and key of it are used again."""
    told = hashlib.sha256(f"{workspace}\n{address}\n{code}".encode()).hexdigest()[:32]
    return "half way", told


def _entry(endpoint: str, device: str, what: str) -> str:
    return f"{endpoint}/{device}/{what}"


def _trouble(why: str) -> SyncTrouble:
    return SyncTrouble(
        Trouble(
            why,
            "Unlock the keyring, or log in to the computer again. The laptop's sign-in and key are kept in the "
            "system's keyring only: without one it can use no endpoint, neither by network nor by bundle.",
            retry=Retry.ENDPOINT,
            slug="keyring",
        )
    )

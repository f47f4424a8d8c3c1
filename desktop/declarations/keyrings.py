"""The operating system's keyring, if it is one that is known to be safe (design/reliability.md, section 6).

Safe are Windows Credential Manager, the macOS Keychain, the Secret Service (GNOME and others) and KWallet. Anything
else, such as a plain file, is refused: then a passphrase is asked. Every call may wait for a prompt of the system.
On Windows and macOS any program of the same person can read an entry.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from desktop.errors import WorkspaceError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SAFE = {
    ("keyring.backends.Windows", "WinVaultKeyring"): "Windows Credential Manager",
    ("keyring.backends.macOS", "Keyring"): "the macOS Keychain",
    ("keyring.backends.SecretService", "Keyring"): "the system's keyring (Secret Service)",
    ("keyring.backends.libsecret", "Keyring"): "the system's keyring (libsecret)",
    ("keyring.backends.kwallet", "DBusKeyring"): "KWallet",
}
"""Module and class of each safe back end, with its name for people."""

UNCHANGED = "Nothing was signed or changed."

_Answer = TypeVar("_Answer")


class KeyringRefused(WorkspaceError):
    """No safe keyring answers, or it does not give what was asked: why, and what to do."""


def state() -> tuple[bool, str]:
    """Whether a safe keyring answers now (it is asked for an entry that is not there), with one sentence."""
    try:
        found = _safe()
        name = _name(found)
        _asked(lambda: found.get_password("MHHS Desk", "is it there"))
    except KeyringRefused as error:
        return False, error.what
    return True, f"Keys are kept in {name}."


def keep(service: str, entry: str, secret: str) -> None:
    """Keep a secret, and read it back. Raises KeyringRefused."""
    found = _safe()
    _asked(lambda: found.set_password(service, entry, secret))
    if _asked(lambda: found.get_password(service, entry)) != secret:
        raise KeyringRefused(
            "The keyring took the key but does not give it back.", safe=UNCHANGED, todo="Use a passphrase instead."
        )


def secret(service: str, entry: str) -> str | None:
    """What is kept; None when there is no such entry. Raises KeyringRefused when the keyring does not answer."""
    found = _safe()
    return _asked(lambda: found.get_password(service, entry))


def forget(service: str, entry: str) -> None:
    """Remove an entry; one that is not there is no matter. Raises KeyringRefused."""
    found = _safe()
    if _asked(lambda: found.get_password(service, entry)) is not None:
        _asked(lambda: found.delete_password(service, entry))


def _safe() -> KeyringBackend:
    """The back end to use. Raises KeyringRefused."""
    import keyring
    from keyring.backends.chainer import ChainerBackend
    from keyring.backends.fail import Keyring as NoKeyring

    found: KeyringBackend = _asked(keyring.get_keyring)
    if isinstance(found, ChainerBackend):
        chain: list[KeyringBackend] = _asked(lambda: list(found.backends))  # type: ignore[attr-defined]
        found = next((one for one in chain if _name(one)), found)
    if isinstance(found, NoKeyring):
        found = _started_since() or found
    if not _name(found):
        none = isinstance(found, NoKeyring)
        raise KeyringRefused(
            "This computer offers no keyring to keep a key in."
            if none
            else f"The keyring that is set here ({type(found).__module__}) is not one that is known to be safe.",
            safe=UNCHANGED,
            todo="Use a key file with a passphrase instead.",
        )
    if type(found).__name__ == "WinVaultKeyring":
        # The default roams with the Windows profile to other computers; a key is of one device.
        found.persist = "local machine"  # type: ignore[attr-defined]
    return found


def _name(found: KeyringBackend) -> str:
    """Its name for people when it is safe, else ''; by the very class, not by what it calls itself."""
    kind = type(found)
    where = (kind.__module__, kind.__qualname__)
    return SAFE.get(where, "") if getattr(sys.modules.get(where[0]), where[1], None) is kind else ""


def _started_since() -> KeyringBackend | None:
    """A safe one that was started after the keyring library looked (it looks once)."""
    from importlib import import_module

    for module, name in SAFE:
        try:
            kind = getattr(import_module(module), name)
            if kind.viable:
                made: KeyringBackend = kind()
                return made
        except Exception:  # noqa: S112 - back ends of other systems fail in many ways to be imported or asked
            continue
    return None


def _asked(call: Callable[[], _Answer]) -> _Answer:
    """Its answer. Whatever fails becomes one sentence that holds nothing of the secret: raises KeyringRefused."""
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    try:
        return call()
    except NoKeyringError:
        what, todo = "This computer offers no keyring to keep a key in.", "Use a key file with a passphrase instead."
    except (KeyringLocked, InitError):
        what, todo = "The keyring is locked, or its prompt was closed.", "Unlock the keyring, then try again."
    except Exception as error:  # KeyringError, and what the libraries below raise when a daemon dies
        what = f"The keyring does not answer ({type(error).__name__})."
        todo = "Log in to the computer again, then try again."
    raise KeyringRefused(what, safe=UNCHANGED, todo=todo)

"""Checks of the exact shape of a JSON body: a field more or less is refused, and each has to be of its kind.

What is frozen or signed is checked before it is kept, and what is read before it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], None]
"""Takes a value and where it stands; raises ValueError."""


def text(value: Any, where: str) -> None:
    """A text."""
    if not isinstance(value, str):
        raise ValueError(f"{where} is no text")  # noqa: TRY004 - one kind of failure for every field


def words(value: Any, where: str) -> None:
    """A text that is not blank."""
    text(value, where)
    if not value.strip():
        raise ValueError(f"{where} is empty")


def flag(value: Any, where: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{where} is neither true nor false")  # noqa: TRY004


def whole(least: int) -> Check:
    """A whole number from `least`."""

    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"{where} is no whole number from {least}")

    return check


def like(pattern: str, what: str) -> Check:
    """A text of a pattern; `what` says what another one is."""
    compiled = re.compile(pattern)

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or compiled.fullmatch(value) is None:
            raise ValueError(f"{where} is {what}")

    return check


def one_of(*allowed: str) -> Check:
    """One of these texts."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"{where} is none of: {', '.join(allowed)}")

    return check


def fields(**checks: Check) -> Check:
    """An object with exactly these fields."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, Mapping):
            raise ValueError(f"{where or 'it'} is no object")  # noqa: TRY004
        if value.keys() != checks.keys():
            odd = sorted(value.keys() ^ checks.keys())
            raise ValueError(f"{where or 'it'} has other fields than format 1: {', '.join(odd)[:200]}")
        for name, one in checks.items():
            one(value[name], f"{where}.{name}".lstrip("."))

    return check


def list_of(of: Check) -> Check:
    """A list, each of whose items passes."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{where} is no list")  # noqa: TRY004
        for number, one in enumerate(value):
            of(one, f"{where}[{number}]")

    return check


def or_null(of: Check) -> Check:
    """Null, or what passes."""

    def check(value: Any, where: str) -> None:
        if value is not None:
            of(value, where)

    return check


hash_of = like("[0-9a-f]{64}", "no SHA-256")
hash_or_none = like("(?:[0-9a-f]{64})?", "no SHA-256")
day_or_none = like(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?", "no day")
moment = like(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", "no moment in UTC")

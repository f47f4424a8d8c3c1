"""Reading the file of an invitation, before anything is done with it."""

from __future__ import annotations

from pathlib import Path

from desktop.errors import FileRefused
from desktop.sync.wire.invitation import Invitation

LARGEST = 256 * 1024
"""Bytes of an invitation: one has a few public keys and a dozen short texts."""


def read_invitation(path: Path) -> Invitation:
    """What an invitation's file says. Raises FileRefused for what is none."""
    try:
        with path.open("rb") as source:
            data = source.read(LARGEST + 1)
    except OSError as error:
        raise FileRefused(
            f"“{path.name}” cannot be read: {error.strerror or error}.",
            safe="Nothing was changed.",
            todo="See that it is there and that you may read it.",
        ) from error
    try:
        return Invitation.read("" if len(data) > LARGEST else data.decode("utf-8"))
    except ValueError as error:
        raise FileRefused(
            f"“{path.name}” is no invitation of an endpoint.",
            safe="Nothing was changed.",
            todo="Take the file as the endpoint gave it to you, or type the address and the one-time code.",
        ) from error

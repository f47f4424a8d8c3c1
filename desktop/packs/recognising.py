"""Whether a file can be a sealed pack at all, a damaged one included: told from a few bytes of it."""

from __future__ import annotations

from pathlib import Path

from desktop.errors import FileRefused
from desktop.packs.layout import BAGIT_NAME, INFO_NAME, PART, PEM_NAME, SIGNATURE_NAME, TAG_MANIFEST

_NAMES = tuple(f"/{name}".encode() for name in (BAGIT_NAME, INFO_NAME, TAG_MANIFEST, SIGNATURE_NAME, PEM_NAME))
"""Names that a pack's ZIP has near its beginning, before the data, and in the list of files at its end."""
_BEGINNING, _END = 256 * 1024, 1024 * 1024


class NoPack(FileRefused):
    """What was given has nothing of a sealed pack."""


def may_be_pack(path: Path) -> bool:
    """Whether a file is named as a part of a pack, or has a name of a pack's files in its beginning or its end.

    A pack that was damaged has one of them, so that it is told as one that does not hold. Raises OSError.
    """
    if PART.fullmatch(path.name):
        return True
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
        whole = file.seek(0, 2)
        file.seek(max(0, whole - _END))
        end = file.read(_END)
    return any(name in beginning or name in end for name in _NAMES)

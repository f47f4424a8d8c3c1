"""Which file of a pack goes into which ZIP, when none may be larger than so many bytes."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.errors import FileRefused
from desktop.packs import zip_form
from desktop.packs.tag_files import size_words

_NOTE = 2_000
"""Most bytes that the note costs which each part has of itself (tag_files.part_text)."""
_MOST_PARTS = 999


def parts_of(files: Sequence[tuple[str, int]], most: int, reserve: int) -> list[list[str]]:
    """Names of (name, size) by part: each in the first part that has room. `reserve`: kept free in the first one.

    Names are whole, as they stand in the ZIP. Raises FileRefused when one file is larger than a part, or the parts are
    too small for what every pack has.
    """
    if reserve + zip_form.END > most:
        raise FileRefused(
            f"Parts of {size_words(most)} are too small: the list of its files alone needs {size_words(reserve)}.",
            safe="Nothing was written.",
            todo="Choose larger parts.",
        )
    rooms = [most - reserve - zip_form.END]
    parts: list[list[str]] = [[]]
    for name, size in files:
        needs = zip_form.most_for(name, size)
        if needs > most - zip_form.END - _NOTE:
            raise FileRefused(
                f"{name} has {size_words(size)}: it does not fit into a part of {size_words(most)}.",
                safe="Nothing was written.",
                todo="Choose larger parts, or leave this file out and hand it over by another way.",
            )
        at = next((at for at, room in enumerate(rooms) if room >= needs), len(rooms))
        if at == len(rooms):
            rooms.append(most - zip_form.END - _NOTE)
            parts.append([])
        rooms[at] -= needs
        parts[at].append(name)
        if len(parts) > _MOST_PARTS:
            raise FileRefused(
                f"It would be more than {_MOST_PARTS} parts.", safe="Nothing was written.", todo="Choose larger parts."
            )
    return parts

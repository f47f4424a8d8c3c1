"""How items are called: in titles of steps by their references only, since those titles stay for ever."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.evidence.details import MAX_TITLE


def items_words(refs: Sequence[str]) -> str:
    """The reference of a single item, else how many there are."""
    return refs[0] if len(refs) == 1 else f"{len(refs):,} pieces of evidence"


def title_of(file_name: str) -> str:
    """An item's title where the person gave none: the file's name without its ending."""
    stem, dot, ending = file_name.rpartition(".")
    named = stem if dot and stem and len(ending) <= 10 else file_name
    return " ".join(named.split())[:MAX_TITLE] or file_name


def records_words(count: int) -> str:
    """How many things evidence is linked to, in words."""
    return "1 record" if count == 1 else f"{count:,} records"

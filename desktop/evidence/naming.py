"""How items are called: in titles of steps by their references only, since those titles stay for ever."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.evidence.details import MAX_TITLE
from desktop.evidence.model import LeftAsItWas


def items_words(refs: Sequence[str]) -> str:
    """The reference of a single item, else how many there are."""
    return refs[0] if len(refs) == 1 else f"{len(refs):,} pieces of evidence"


def left_words(one: LeftAsItWas) -> str:
    """What became of details that were given for an item that was here already, without how to change them."""
    *first, last = one.details
    named = f"{', '.join(first)} and {last}" if first else last
    were = "were" if first or last == "tags" else "was"
    linked = " it was linked;" if one.linked else ""
    return f"{one.ref} is here already:{linked} its {named} {were} left as {'they are' if were == 'were' else 'it is'}."


def title_of(file_name: str) -> str:
    """An item's title where the person gave none: the file's name without its ending."""
    stem, dot, ending = file_name.rpartition(".")
    named = stem if dot and stem and len(ending) <= 10 else file_name
    return " ".join(named.split())[:MAX_TITLE] or file_name


def records_words(count: int) -> str:
    """How many things evidence is linked to, in words."""
    return "1 record" if count == 1 else f"{count:,} records"

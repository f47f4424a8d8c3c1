"""Rows below the headings that are no records: totals, and the headings of another table on the same sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from desktop.portfolio.mapping import fold
from desktop.records.cells import plain
from desktop.records.field_words import CASE, DEFECT, KEY, REQUIREMENT, named
from desktop.records.fields import name_index
from desktop.records.model import RecordKind

_TOTAL = re.compile(
    r"(?:(?:grand|sub)[ -]?)?(?:totals?|count|sum)"
    r"(?: (?:of )?(?:requirements|test cases|cases|tests|results|defects|items|records|rows))?\s*[:=]?\s*[\d,.]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\d.,]+ ?%?")
_OTHERS = 2
"""Cells with names of fields that make a row below data one of headings, when no blank row stands before it."""


def is_total(cells: Sequence[str], key: int | None, title: int | None) -> bool:
    """Whether a row counts the others: Total stands where ids stand, and no title beside it."""
    if key is None:
        return False
    text = " ".join(plain(cells[key]).split())
    if not text or _TOTAL.fullmatch(text) is None:
        return False
    beside = plain(cells[title]) if title is not None and title != key else ""
    return not beside or _NUMBER.fullmatch(beside) is not None


def begins_table(cells: Sequence[str], key: int | None, *, after_blank: bool) -> bool:
    """Whether the headings of another table stand here: a heading where ids stand, and names of fields beside it.

    Below a blank row one name beside it is enough. Where no id is named nothing but names of fields may stand.
    """
    if key is None or fold(cells[key]) not in _names():
        return False
    others = [fold(cell) in _names() for at, cell in enumerate(cells) if at != key and cell.strip()]
    enough = 1 if after_blank else _OTHERS
    if fold(cells[key]) in _key_names():
        return sum(others) >= enough
    return len(others) >= enough and all(others)


@cache
def _key_names() -> frozenset[str]:
    """Folded headings of ids, of any kind of record."""
    told = {*named((*REQUIREMENT, *CASE, *DEFECT), *KEY), *KEY, *REQUIREMENT, *CASE, *DEFECT}
    of_fields = {
        name
        for kind in RecordKind
        for name, owners in name_index(kind).items()
        if any(owner in ("key", "ref") for owner, _ in owners)
    }
    return frozenset({*map(fold, told), *of_fields})


@cache
def _names() -> frozenset[str]:
    """Folded names of the fields of every kind of record, of ids, and of sums."""
    of_fields = (name for kind in RecordKind for name in name_index(kind))
    return frozenset(
        {*of_fields, *_key_names(), *map(fold, ("count", "total", "sum", "share", "%", "percentage"))} - {""}
    )

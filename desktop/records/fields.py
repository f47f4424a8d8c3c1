"""The fields of each kind of record: what a heading can be mapped to, and the names by which headings are known."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from desktop.portfolio.mapping import fold
from desktop.records.activity_fields import ACTIVITY_FIELDS
from desktop.records.case_fields import CASE_FIELDS
from desktop.records.model import RecordField, RecordKind
from desktop.records.question_fields import QUESTION_FIELDS
from desktop.records.result_fields import RESULT_FIELDS

_FIELDS: Mapping[RecordKind, tuple[RecordField, ...]] = {
    **CASE_FIELDS,
    **RESULT_FIELDS,
    **ACTIVITY_FIELDS,
    **QUESTION_FIELDS,
}


def fields_of(kind: RecordKind) -> tuple[RecordField, ...]:
    """The fields of a kind, needed ones first."""
    return tuple(sorted(_FIELDS[kind], key=lambda one: (not one.needed, not one.one_of)))


@cache
def by_name(kind: RecordKind) -> Mapping[str, RecordField]:
    """The same by name."""
    return {one.name: one for one in fields_of(kind)}


@cache
def name_index(kind: RecordKind) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Every folded name with the fields it may stand for and its rank there: 0 the field's own, then its synonyms."""
    index: dict[str, dict[str, int]] = {}
    for one in _FIELDS[kind]:
        for rank, name in enumerate((one.title, *one.synonyms), start=0):
            ranks = index.setdefault(fold(name), {})
            ranks[one.name] = min(rank, ranks.get(one.name, rank))
        index.setdefault(fold(one.name), {})[one.name] = 0
    index.pop("", None)
    return {name: tuple(sorted(ranks.items(), key=lambda pair: pair[1])) for name, ranks in index.items()}

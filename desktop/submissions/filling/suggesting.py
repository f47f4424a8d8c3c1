"""What goes where in a template, by its labels and headings; a person looks at it before it counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeVar

from desktop.portfolio.readers.xlsx_cells import place_of
from desktop.submissions.content import Content
from desktop.submissions.filling.items import items_of
from desktop.submissions.filling.model import CellRule, Item, Spot, SpotKind, TableRule, TemplateLook, TemplateMapping

_ENOUGH = 86
"""Likeness (of 100) from which a name is proposed."""
_MARGIN = 10
"""By so much it must beat the likeness to anything else."""
_SHORTEST = 4
"""Letters of a name that is compared by its likeness; shorter ones have to be the same."""
_WORDS: dict[str, tuple[str, ...]] = {
    "participant.name": ("organisation", "organisation name", "name of organisation", "legal name", "company",
                         "company name", "participant", "participant name", "programme participant", "legal entity",
                         "party name", "legal entity name"),
    "participant.short_name": ("short name", "organisation short name", "abbreviation"),
    "participant.mpids": ("mpid", "mpids", "mpid s", "market participant id", "market participant ids", "mpid list"),
    "contact.name": ("contact", "contact name", "main contact", "primary contact", "name of contact", "completed by"),
    "contact.position": ("position", "job title", "contact position", "role of contact"),
    "contact.email": ("email", "e mail", "email address", "contact email", "e mail address", "contact e mail"),
    "contact.phone": ("phone", "telephone", "telephone number", "phone number", "contact number", "contact phone"),
    "recipient.name": ("recipient", "code body", "submitted to", "recipient name", "to"),
    "submission.ref": ("reference", "submission reference", "document reference", "your reference", "our reference",
                       "ref", "submission ref", "document number"),
    "submission.version": ("version", "version number", "document version", "submission version"),
    "submission.title": ("title", "document title", "submission title", "subject"),
    "submission.date": ("date", "submission date", "date of submission", "date submitted", "document date"),
}  # fmt: skip


_COLUMN_WORDS: dict[str, tuple[str, ...]] = {
    "row_key": ("ref", "reference", "id", "unique reference"),
    "number": ("no", "number", "question number", "question no", "question ref"),
    "answer": ("response", "your response", "participant response", "your answer", "reply"),
    "evidence": ("supporting evidence", "evidence reference", "evidence references"),
    "owner": ("responsible", "responsible person"),
    "due": ("due date", "target date", "date due"),
    "summary": ("description", "defect summary"),
}
"""What headings call our columns, by the column's id."""


def suggested(look: TemplateLook, content: Content) -> TemplateMapping:
    """A mapping by names alone: each of our items once, each place once, nothing where two are nearly alike."""
    items = items_of(content)
    single = [(one.id, _names(one)) for one in items if not one.table]
    cells = [spot for spot in look.spots if spot.kind is not SpotKind.TABLE and _is_meant(spot, look)]
    # A defined name says more surely what a place is for than what stands beside it.
    cells.sort(key=lambda spot: spot.kind is not SpotKind.NAME)
    rules, used = [], set()
    for spot, item in _matched([(spot.label, spot) for spot in cells], single):
        if item not in used:
            used.add(item)
            rules.append(CellRule(spot.place if spot.kind is SpotKind.NAME else f"{spot.sheet}!{spot.place}", item))
    return TemplateMapping(tuple(rules), tuple(_tables(look, items)))


def _tables(look: TemplateLook, items: Sequence[Item]) -> Iterable[TableRule]:
    ours = list(dict.fromkeys(one.table for one in items if one.table))
    found: list[tuple[int, int, Spot, str, tuple[tuple[str, str], ...]]] = []
    for place, spot in enumerate(look.spots):
        if spot.kind is not SpotKind.TABLE or not _is_meant(spot, look):
            continue
        for table in ours:
            columns = [
                (one.column, [fold(one.title), fold(one.column), *_COLUMN_WORDS.get(one.column, ())])
                for one in items
                if one.table == table
            ]
            taken: dict[str, str] = {}
            for letter, item in _matched([(text, letter) for letter, text in spot.headings], columns):
                if item not in taken.values():
                    taken[letter] = item
            if len(taken) >= min(2, len(spot.headings)):
                found.append((len(taken), -place, spot, table, tuple(taken.items())))
    found.sort(key=lambda one: (-one[0], -one[1]))
    used: set[str] = set()
    for count, _, spot, table, columns_ in found:
        key = f"{spot.sheet}!{spot.place}"
        rival = any(other[0] == count and other[2] is spot and other[3] != table for other in found)
        if rival or table in used or key in used:
            continue
        used |= {table, key}
        heading = place_of(spot.place.partition(":")[0])
        if heading is not None:
            yield TableRule(spot.sheet, heading[0], table, columns_)


def _is_meant(spot: Spot, look: TemplateLook) -> bool:
    """Whether a place is for filling: not locked, or on a sheet that locks all of its places, which is a mistake."""
    return not spot.locked or all(one.locked for one in look.spots if one.sheet == spot.sheet)


_Where = TypeVar("_Where")


def _matched(
    places: Sequence[tuple[str, _Where]], items: Sequence[tuple[str, Sequence[str]]]
) -> list[tuple[_Where, str]]:
    """The item for each place whose name is surely its; those that are the same word for word come first."""
    sure: list[tuple[int, tuple[_Where, str]]] = []
    for text, where in places:
        label = fold(text)
        if not label:
            continue
        scores = sorted(
            ((max((_likeness(label, name) for name in names), default=0), item) for item, names in items), reverse=True
        )
        if not scores or scores[0][0] < _ENOUGH:
            continue
        if len(scores) > 1 and scores[0][0] - scores[1][0] < _MARGIN:
            continue
        sure.append((scores[0][0], (where, scores[0][1])))
    sure.sort(key=lambda one: -one[0])
    return [one for _, one in sure]


def _likeness(label: str, name: str) -> int:
    from rapidfuzz import fuzz

    if label == name:
        return 110  # beats what is merely alike
    if min(len(label), len(name)) < _SHORTEST:
        return 0
    return round(fuzz.ratio(label, name))


def _names(item: Item) -> list[str]:
    return [fold(item.title), fold(item.id), *_WORDS.get(item.id, ())]


def fold(text: str) -> str:
    """A name without case, marks and brackets: 'Organisation name (legal):' is 'organisation name'."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", plain)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", "".join(one for one in plain if not unicodedata.combining(one))).split())

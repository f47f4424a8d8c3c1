"""Which heading of a file holds which item: suggestions with their reasons, and the check of a person's choice."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from desktop.errors import InvalidInput
from desktop.portfolio.evidence import Evidence, evidence_for
from desktop.portfolio.items import ITEMS, NEEDED, ItemKind
from desktop.portfolio.synonyms import EXPORT_MPAN, FROM_WORDS, IMPORT_MPAN, SYNONYMS, TO_WORDS, WITHOUT_ITEM

ITEM_ALIASES = {f"duos_tariff{end}": f"duos_tariff_id{end}" for end in ("", "_from", "_to")}
"""Other machine names that are taken for an item: the DUoS tariff id under its shorter name."""

FUZZY_LIMIT = 88
FUZZY_MARGIN = 10
"""`Postal Code` is as like to Meter Timeswitch Code as makes no matter: a likeness must beat the next one clearly."""


@dataclass(frozen=True)
class Suggestion:
    """A heading proposed for an item: its label, how sure (0 to 100), and why: remembered, name, synonym, content."""

    heading: str
    sure: int
    why: str
    reason: str = ""
    """The why in words, for people."""


def fold(heading: str) -> str:
    """A heading without case, spaces, punctuation and hidden characters, for comparing."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(character for character in plain if character.isalnum())


def heading_labels(headings: Sequence[str]) -> tuple[str, ...]:
    """A different name for every column: the heading as it stands; repeated ones numbered, blank ones by place."""
    taken: set[str] = set()
    result = []
    for place, heading in enumerate(headings, start=1):
        base = heading if heading.strip() else f"(column {place})"
        label, number = base, 1
        while label in taken:
            number += 1
            label = f"{base} ({number})"
        taken.add(label)
        result.append(label)
    return tuple(result)


def heading_set(headings: Sequence[str]) -> str:
    """SHA-256 of the folded headings in sorted order: the name under which a confirmed mapping is remembered."""
    folded = sorted(fold(heading) or heading.strip() for heading in headings)
    return hashlib.sha256("\x1f".join(folded).encode()).hexdigest()


def mapping_hash(mapping: Mapping[str, str], *, sheet: str = "") -> str:
    """SHA-256 of a mapping, and of the sheet it is for: two sheets of one workbook are two portfolios."""
    text = json.dumps({"mapping": dict(mapping), "sheet": sheet}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def resolve_mapping(mapping: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """A person's mapping with item names and headings as the product writes them, checked.

    Headings are found as they stand, else without regard to case, spaces and punctuation where that is not ambiguous.
    Items with an empty heading are left out. Raises InvalidInput naming the item in `field`.
    """
    labels = heading_labels(headings)
    resolved: dict[str, str] = {}
    for name, heading in mapping.items():
        item = ITEM_ALIASES.get(name, name)
        if item not in ITEMS:
            raise InvalidInput(
                f"There is no item called {name}.", field=name, todo="See the list of items in the help."
            )
        if not heading:
            continue
        resolved[item] = find_label(item, ITEMS[item].title, heading, labels)
    for heading, times in Counter(resolved.values()).items():
        if times > 1:
            items = [ITEMS[item].title for item, chosen in resolved.items() if chosen == heading]
            raise InvalidInput(
                f"The heading {heading} is chosen for {' and for '.join(items)}.",
                field=next(item for item, chosen in resolved.items() if chosen == heading),
                todo="A heading can be one item only.",
            )
    for item in NEEDED:
        if item not in resolved:
            raise InvalidInput(
                f"No heading is chosen for the {ITEMS[item].title}, without which a portfolio cannot be checked.",
                field=item,
                todo="Choose the heading that holds it; if the file has none, export it again with the MPANs.",
            )
    return {item: resolved[item] for item in ITEMS if item in resolved}


def find_label(item: str, title: str, heading: str, labels: Sequence[str]) -> str:
    """The label that a person meant by a heading: as it stands, else alike where that is not ambiguous.

    `title` is what it was given for, in words. Raises InvalidInput with `item` as its field.
    """
    if heading in labels:
        return heading
    alike = [label for label in labels if fold(label) == fold(heading) and fold(heading)]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise InvalidInput(
            f"Several headings of the file are like {heading}.", field=item, todo="Write it as it stands."
        )
    raise InvalidInput(
        f"The file has no heading {heading}, which was given for {title}.",
        field=item,
        todo="Choose one of its headings: " + ", ".join(labels[:12]) + (" ..." if len(labels) > 12 else "."),
    )


def suggest(
    headings: Sequence[str], samples: Sequence[Sequence[str]], remembered: Mapping[str, str] | None = None
) -> dict[str, Suggestion]:
    """Propose a heading for each item that the file seems to hold; no heading is proposed twice.

    `samples` are data rows in heading order. `remembered` is the mapping a person confirmed for these headings.
    """
    labels = heading_labels(headings)
    if remembered:
        known = {fold(label): label for label in reversed(labels)}
        found = {item: known[fold(heading)] for item, heading in remembered.items() if fold(heading) in known}
        if all(item in found for item in NEEDED) and len(set(found.values())) == len(found):
            return {
                item: Suggestion(label, 100, "remembered", "Confirmed for these headings before.")
                for item, label in found.items()
            }
    columns = {
        label: [row[place] for row in samples if place < len(row)] for place, label in enumerate(labels)
    }  # fmt: skip
    found_by_item = _by_name(labels, columns)
    _both_sides(labels, columns, found_by_item)
    _by_likeness(labels, columns, found_by_item)
    _by_content(labels, columns, found_by_item)
    return {item: found_by_item[item] for item in ITEMS if item in found_by_item}


def _by_name(labels: Sequence[str], columns: Mapping[str, list[str]]) -> dict[str, Suggestion]:
    """Headings that are a name of an item, however they are written."""
    candidates: dict[str, list[tuple[int, int, str, Evidence]]] = {}
    index = _name_index()
    for place, label in enumerate(labels):
        for item, rank in index.get(fold(label), ()):
            evidence = evidence_for(columns[label], ITEMS[item])
            # A heading whose cells say otherwise comes after every one whose cells do not.
            order = rank + (1_000 if evidence.against else 0) + (100 if not evidence.filled else 0)
            candidates.setdefault(item, []).append((order, place, label, evidence))
    found: dict[str, Suggestion] = {}
    taken: set[str] = set()
    for item, choices in sorted(candidates.items(), key=lambda pair: min(pair[1])):
        for _, _, label, evidence in sorted(choices, key=lambda choice: choice[:2]):
            if label in taken:
                continue
            own = fold(label) in {fold(item), fold(ITEMS[item].title)}
            sure = 99 if own or evidence.supports else 95
            found[item] = Suggestion(
                label, 40 if evidence.against else sure, "name" if own else "synonym", evidence.words
            )
            taken.add(label)
            break
    return found


def _both_sides(labels: Sequence[str], columns: Mapping[str, list[str]], found: dict[str, Suggestion]) -> None:
    """Import and export MPAN side by side: the better filled is the MPAN, the other the linked one."""
    sides = {
        side: next((label for label in labels if fold(label) in {fold(name) for name in names}), None)
        for side, names in (("import", IMPORT_MPAN), ("export", EXPORT_MPAN))
    }
    present = [label for label in sides.values() if label is not None]
    taken = {suggestion.heading for suggestion in found.values()}
    present = [label for label in present if label not in taken]
    if not present:
        return
    evidence = {label: evidence_for(columns[label], ITEMS["mpan"]) for label in present}
    present.sort(key=lambda label: -evidence[label].fitting)
    for item in ("mpan", "linked_mpan"):
        if item not in found and present:
            label = present.pop(0)
            found[item] = Suggestion(label, 95, "synonym", evidence[label].words)


def _by_likeness(labels: Sequence[str], columns: Mapping[str, list[str]], found: dict[str, Suggestion]) -> None:
    """Headings nearly like a name: a slip of the keyboard, one word more. Never against what the cells say."""
    from rapidfuzz import fuzz

    taken = {suggestion.heading for suggestion in found.values()}
    known = {fold(name) for name in WITHOUT_ITEM}
    proposals: list[tuple[float, str, str, Evidence]] = []
    for label in labels:
        folded = fold(label)
        if label in taken or folded in known or len(folded) < 4:
            continue
        scores: dict[str, float] = {}
        for name, items in _name_index().items():
            if len(name) < 4:
                continue
            score = fuzz.ratio(folded, name)
            for item, _ in items:
                scores[item] = max(scores.get(item, 0.0), score)
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])
        item, best = ranked[0]
        # The dates of an item carry its name: they are no rivals of the item itself.
        second = next(score for other, score in ranked[1:] if other not in {f"{item}_from", f"{item}_to"})
        if best < FUZZY_LIMIT or best - second < FUZZY_MARGIN or item in found:
            continue
        evidence = evidence_for(columns[label], ITEMS[item])
        if not evidence.against:
            proposals.append((best, item, label, evidence))
    for best, item, label, evidence in sorted(proposals, key=lambda proposal: -proposal[0]):
        if item not in found and label not in taken:
            sure = min(90, int(best) - 10 + (5 if evidence.supports else 0))
            found[item] = Suggestion(label, sure, "synonym", evidence.words)
            taken.add(label)


def _by_content(labels: Sequence[str], columns: Mapping[str, list[str]], found: dict[str, Suggestion]) -> None:
    """Headings that say nothing but whose cells can only be one item: MPANs, postcodes, GSP groups."""
    taken = {suggestion.heading for suggestion in found.values()}
    for item in ("mpan", "postcode", "gsp_group"):
        if item in found:
            continue
        fits = [
            (label, evidence)
            for label in labels
            if label not in taken and (evidence := evidence_for(columns[label], ITEMS[item])).proves
        ]
        if len(fits) == 1 or (fits and item == "mpan"):
            label, evidence = fits[0]
            found[item] = Suggestion(label, 85 if len(fits) == 1 else 60, "content", evidence.words)
            taken.add(label)


@cache
def _name_index() -> dict[str, tuple[tuple[str, int], ...]]:
    """Every folded name with the items it may stand for and the rank of the name within the item."""
    index: dict[str, dict[str, int]] = {}

    def add(name: str, item: str, rank: int) -> None:
        ranks = index.setdefault(fold(name), {})
        ranks[item] = min(rank, ranks.get(item, rank))

    for item in ITEMS.values():
        add(item.name, item.name, 0)
        add(item.title, item.name, 0)
        for rank, name in enumerate(SYNONYMS.get(item.name, ()), start=1):
            add(name, item.name, rank)
    for item in ITEMS.values():
        base, _, end = item.name.rpartition("_")
        if item.kind is not ItemKind.DATE or end not in {"from", "to"} or base not in ITEMS:
            continue
        words = FROM_WORDS if end == "from" else TO_WORDS
        names = (base, ITEMS[base].title, *SYNONYMS.get(base, ()))
        for rank, name in enumerate(names, start=10):
            for word in words:
                if fold(f"{name} {word}") not in index:
                    add(f"{name} {word}", item.name, rank)
    for alias, name in ITEM_ALIASES.items():
        add(alias, name, 0)
    without = {fold(name) for name in WITHOUT_ITEM} - {fold("data service dip id"), fold("metering service dip id")}
    return {
        name: tuple(sorted(items.items(), key=lambda pair: pair[1]))
        for name, items in index.items()
        if name not in without
    }

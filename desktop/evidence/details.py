"""What a person says of an item, checked, as the values of its row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from desktop.errors import InvalidInput
from desktop.evidence.model import Confidentiality, EvidenceDetails, EvidenceEdit, Redaction
from local_db.evidence import ItemRow

MAX_TITLE = 300
MAX_LINE = 200
"""Characters of a name (author, collector)."""
MAX_TEXT = 20_000
MAX_TAG = 60
MAX_TAGS = 50

_DAYS = {
    "collected": "day it was collected",
    "period_from": "start of the period",
    "period_to": "end of the period",
    "expires": "expiry",
}
_IN_WORDS = {
    "title": "title",
    "description": "description",
    "author": "author",
    "collector": "collector",
    "collected": "day of collection",
    "period_from": "period",
    "period_to": "period",
    "expires": "expiry",
    "confidentiality": "confidentiality",
    "redaction": "redaction",
    "tags": "tags",
}
_LINES = {"title": MAX_TITLE, "author": MAX_LINE, "collector": MAX_LINE}


def details_of(row: ItemRow) -> EvidenceDetails:
    """What is said of a kept item."""
    return EvidenceDetails(
        title=row.title,
        description=row.description,
        author=row.author,
        collector=row.collector,
        collected=row.collected,
        period_from=row.period_from,
        period_to=row.period_to,
        expires=row.expires,
        confidentiality=Confidentiality(row.confidentiality),
        redaction=Redaction(row.redaction),
        tags=tags_of(row.tags),
    )


def values_of(details: EvidenceDetails, *, actor: str, today: date) -> dict[str, object]:
    """The row's values of a new item, the title as it is given. Raises InvalidInput, `field` naming the detail."""
    texts = {
        "title": details.title,
        "description": details.description,
        "author": details.author,
        "collector": details.collector.strip() or actor,
        "collected": details.collected.strip() or today.isoformat(),
        "period_from": details.period_from,
        "period_to": details.period_to,
        "expires": details.expires,
    }
    values: dict[str, object] = {field: _checked(field, text) for field, text in texts.items()}
    must_be_in_order(str(values["period_from"]), str(values["period_to"]))
    return {
        **values,
        "confidentiality": Confidentiality(details.confidentiality).value,
        "redaction": Redaction(details.redaction).value,
        "tags": tags_text(checked_tags(details.tags)),
    }


def changed_values(change: EvidenceEdit) -> dict[str, object]:
    """The row's values that an edit gives to every item; tags and the order of the period are each item's own matter.

    Raises InvalidInput, `field` naming the detail.
    """
    values: dict[str, object] = {}
    for field in ("title", "description", "author", "collector", *_DAYS):
        text = getattr(change, field)
        if text is not None:
            values[field] = _checked(field, text)
    if values.get("title") == "":
        raise InvalidInput("A piece of evidence needs a title.", field="title")
    if change.confidentiality is not None:
        values["confidentiality"] = Confidentiality(change.confidentiality).value
    if change.redaction is not None:
        values["redaction"] = Redaction(change.redaction).value
    return values


def changed_tags(tags: str, change: EvidenceEdit) -> str:
    """An item's tags after an edit, as they are kept. Raises InvalidInput."""
    gone = {one.casefold() for one in checked_tags(change.remove_tags)}
    left = [one for one in tags_of(tags) if one.casefold() not in gone]
    return tags_text(checked_tags([*left, *change.add_tags]))


def left_out(given: EvidenceDetails, kept: EvidenceDetails, *, single: bool) -> tuple[str, ...]:
    """The details, in words, that were given on purpose and are not what is kept; a title counts for a `single` file.

    Tags that are all kept already are no other ones.
    """
    unsaid = EvidenceDetails()
    found = []
    for field, words in _IN_WORDS.items():
        said = getattr(given, field)
        if said == getattr(unsaid, field) or (field == "title" and not single):
            continue
        if field == "tags":
            there = {tag.casefold() for tag in kept.tags}
            other = any(tag.casefold() not in there for tag in checked_tags(given.tags))
        else:
            other = (said.strip() if isinstance(said, str) else said) != getattr(kept, field)
        if other:
            found.append(words)
    return tuple(dict.fromkeys(found))


def must_be_in_order(period_from: str, period_to: str) -> None:
    """Raises InvalidInput when a period ends before it starts."""
    if period_from and period_to and period_to < period_from:
        raise InvalidInput(f"The period ends on {period_to}, before it starts on {period_from}.", field="period_to")


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: one line each, sorted, none twice without regard to case. Raises InvalidInput."""
    found: dict[str, str] = {}
    for tag in tags:
        text = " ".join(tag.replace(",", " ").split())
        if len(text) > MAX_TAG:
            raise InvalidInput(f"A tag has at most {MAX_TAG} characters.", field="tags")
        if text:
            found.setdefault(text.casefold(), text)
    if len(found) > MAX_TAGS:
        raise InvalidInput(f"A piece of evidence has at most {MAX_TAGS} tags.", field="tags")
    return tuple(found[key] for key in sorted(found))


@lru_cache(maxsize=4096)
def tags_of(text: str) -> tuple[str, ...]:
    """Tags out of their column."""
    try:
        tags = json.loads(text)
    except ValueError:
        return ()
    return tuple(str(one) for one in tags) if isinstance(tags, list) else ()


def tags_text(tags: Sequence[str]) -> str:
    """Tags for their column; not escaped, since the search reads it."""
    return json.dumps(list(tags), ensure_ascii=False)


def edit_words(values: Mapping[str, object], change: EvidenceEdit) -> str:
    """What an edit changes, for its title: no values, which may be personal data."""
    words = [_DAYS.get(field, field) for field in values]
    if change.add_tags or change.remove_tags:
        words.append("tags")
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _checked(field: str, text: str) -> str:
    if field in _DAYS:
        return _day(field, text)
    if field in _LINES:
        line = " ".join(text.split())
        if len(line) > _LINES[field]:
            raise InvalidInput(f"The {field} has {len(line):,} characters; {_LINES[field]} fit.", field=field)
        return line
    cleaned = text.strip()
    if len(cleaned) > MAX_TEXT:
        raise InvalidInput(f"The {field} has {len(cleaned):,} characters; {MAX_TEXT:,} fit.", field=field)
    return cleaned


def _day(field: str, text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise InvalidInput(
            f"“{text}” is no date for the {_DAYS[field]}.", todo="Write it as 2026-11-23.", field=field
        ) from None

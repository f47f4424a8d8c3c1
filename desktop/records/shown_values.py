"""How a value of a record is shown in a difference: moments as people write them, the rest as it stands."""

from __future__ import annotations

from desktop.records.fields import fields_of
from desktop.records.model import FieldKind, RecordKind
from desktop.uk_time import parse_moment


def shown_value(kind: RecordKind | None, title: str, text: str) -> str:
    """The text of the field that is called `title`: 25 Nov 2026 09:00 of a moment."""
    if kind is None or not text:
        return text
    if not any(one.title == title and one.kind is FieldKind.MOMENT for one in fields_of(kind)):
        return text
    try:
        moment = parse_moment(text)
    except ValueError:
        return text
    return moment.words if moment else text

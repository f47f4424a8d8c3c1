"""What the submissions pack says of kinds and of delivery. What cannot be read in a person's own pack has a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.content.pack import Pack
from desktop.submissions.model import KindInfo

PATTERN = "{reference}_{document}_v{version}_{date}"
"""Of file names, where a pack says nothing of a recipient."""
LONGEST = 250
"""Working days of a term that are counted: a year."""


@dataclass(frozen=True)
class Delivery:
    """How a recipient wants what it gets: the pattern of file names, one ZIP or the files as they are."""

    recipient: str
    pattern: str = PATTERN
    as_zip: bool = False
    largest_mb: int = 0
    """Of one file; 0 = nothing is said."""
    answer_days: int = 0
    """Working days within which it wants its comments answered; 0 = nothing is said."""
    channel: str = ""
    source: str = ""


def kinds_of(pack: Pack) -> tuple[KindInfo, ...]:
    """The kinds of a pack, in its order."""
    return tuple(
        KindInfo(
            row["id"],
            _text(row, "name") or row["id"],
            _code(row),
            _text(row, "about"),
            _text(row, "scope"),
            _texts(row, "recipients"),
            _text(row, "milestone"),
            _text(row, "source"),
        )
        for row in pack.body["kinds"]
    )


def delivery_of(pack: Pack, recipient: str) -> Delivery:
    """How a recipient wants it."""
    for row in pack.body["delivery"]:
        if row["id"] == recipient:
            return Delivery(
                recipient,
                _text(row, "pattern") or PATTERN,
                row.get("zip") is True,
                _whole(row, "largest_mb"),
                min(_whole(row, "answer_days"), LONGEST),
                _text(row, "channel"),
                _text(row, "source"),
            )
    return Delivery(recipient)


def _code(row: Mapping[str, Any]) -> str:
    """The letters of its references: what a pack says, without what does not belong into a reference."""
    code = "".join(one for one in _text(row, "code").upper() if one.isascii() and one.isalnum())
    return code[:8] or "SUB"


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _whole(row: Mapping[str, Any], name: str) -> int:
    """A whole number over 0; 0 for anything else."""
    value = row.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

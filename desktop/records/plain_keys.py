"""Which keys may stand in the title of a step: those titles go into the log, which is never changed."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[\w.()/#:+-]{1,40}")
_MOST_DIGITS = 9
"""More digits may be the number of a supply (13) or of a telephone (10 or 11)."""


def is_plain(key: str) -> bool:
    """Whether a key reads like the number of a document: one word with a digit, and no number of a person or supply."""
    digits = sum(mark.isdigit() for mark in key)
    return bool(_PLAIN.fullmatch(key)) and 0 < digits <= _MOST_DIGITS


def added_title(what: str, key: str) -> str:
    """The title of adding something: Add requirement FR-001; without the key where it may be personal data."""
    return f"Add {what} {key}" if is_plain(key) else f"Add a {what}"

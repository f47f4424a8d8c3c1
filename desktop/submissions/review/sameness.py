"""When a cell that came back says the same as what was sent, whatever programs did to it in between."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from desktop.typed_days import read_day

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EPOCH = date(1899, 12, 30)
_DEPTH = 3
"""How often a text may have been escaped anew by programs that do not undo escapes when they read."""


def plain(text: str) -> str:
    """A text without what programs add or drop: escapes undone, one kind of line end, no white space around it."""
    for _ in range(_DEPTH):
        if "_x" not in text:
            break
        text = _ESCAPE.sub(_character, text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[ \t\u00a0]*\n[ \t\u00a0]*", "\n", text).strip()


def same(sent: str, came: str) -> bool:
    """Whether two cells say the same: texts, numbers kept as texts, days in any form."""
    if sent == came:
        return True
    left, right = plain(sent), plain(came)
    if left == right:
        return True
    one, other = _number(left), _number(right)
    if one is not None and other is not None:
        return one == other
    return _same_day(left, right, one, other)


def _same_day(left: str, right: str, one: Decimal | None, other: Decimal | None) -> bool:
    left_day = date.fromisoformat(left) if _is_iso(left) else None
    right_day = date.fromisoformat(right) if _is_iso(right) else None
    if left_day is None and right_day is None:
        return False
    for day, text, number in ((left_day, right, other), (right_day, left, one)):
        if day is not None and (read_day(text) == day or number == _serial(day)):
            return True
    return False


def _is_iso(text: str) -> bool:
    return _ISO.fullmatch(text) is not None and read_day(text) is not None


def _serial(day: date) -> Decimal:
    return Decimal((day - _EPOCH) // timedelta(days=1))


def _number(text: str) -> Decimal | None:
    """The number that a text is; a leading nought makes it an identifier, which is no number."""
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if code == 0 or 0xD800 <= code <= 0xDFFF or code >= 0xFFFE else chr(code)

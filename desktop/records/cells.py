"""The text of a cell as the value of a field: trimmed, known words put in place, dates as ISO texts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime

from desktop.portfolio.mapping import fold
from desktop.records.model import FieldKind, RecordField

LONGEST = 32_767
"""Characters: what a cell of a workbook can hold, so that every text can be handed on."""
LONGEST_KEY = 200

_ERRORS = frozenset(("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"))
"""What a spreadsheet shows where a formula has no value."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_KEYS = re.compile(r"[,;|\n]+")
_BRITISH = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$")


class BadCell(ValueError):
    """A cell that cannot be taken as its field; the words say why."""


def plain(text: str) -> str:
    """A text that every program can hold: no control characters but line ends and tabs, no blanks around it."""
    if text.isprintable():
        return text.strip()
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub("", text).strip()


def value_of(text: str, of: RecordField) -> str:
    """The value of a cell that is not blank. Raises BadCell.

    KEYS come back as one text with a line end between the ids; see `keys_in`.
    """
    text = plain(text)
    if text in _ERRORS:
        raise BadCell(f"{of.title} holds an error of the workbook ({text}) instead of a value")
    if len(text) > LONGEST:
        raise BadCell(f"{of.title} has {len(text):,} characters, more than the {LONGEST:,} that a cell can hold")
    match of.kind:
        case FieldKind.DATE:
            return _day(text, of)
        case FieldKind.NUMBER:
            return _number(text, of)
        case FieldKind.KEYS:
            return "\n".join(keys_in([text]))
        case FieldKind.CHOICE:
            known = of.choices.get(fold(text))
            if known is None:
                shown = text if len(text) <= 60 else f"{text[:60]}..."
                raise BadCell(f"{of.title} “{shown}” is not known; use {_listed(of)}")
            return known
        case FieldKind.TEXT:
            return of.choices.get(fold(text), text) if of.choices else text


def key_of(text: str) -> str:
    """A key as it stands, its white space made single. Raises BadCell when it is too long to be one."""
    key = " ".join(plain(text).split())
    if key in _ERRORS:
        raise BadCell(f"The id holds an error of the workbook ({key})")
    if len(key) > LONGEST_KEY:
        raise BadCell(f"The id has {len(key):,} characters, more than {LONGEST_KEY}")
    return key


def keys_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Every id in some cells once, in their order. Raises BadCell."""
    found = (key_of(part) for text in texts for part in _KEYS.split(plain(text)))
    return tuple(dict.fromkeys(key for key in found if key))


def _listed(of: RecordField) -> str:
    values = list(dict.fromkeys(of.choices.values()))
    return f"{', '.join(values[:-1])} or {values[-1]}" if len(values) > 1 else "".join(values)


def _day(text: str, of: RecordField) -> str:
    """A day (2026-11-23), or a moment (2026-11-23T09:30:00) where more than the day is said."""
    british = _BRITISH.match(text)
    try:
        if british is not None:
            day, month, year, hour, minute, second = (int(part or 0) for part in british.groups())
            moment = datetime(year, month, day, hour, minute, second)
        elif len(text) <= 10:
            return date.fromisoformat(text).isoformat()
        else:
            moment = datetime.fromisoformat(text.replace(" ", "T", 1))
    except ValueError:
        shown = text if len(text) <= 60 else f"{text[:60]}..."
        raise BadCell(f"{of.title} “{shown}” is no date; write 2026-11-23 or 23/11/2026") from None
    if moment.tzinfo is None and (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds")


def _number(text: str, of: RecordField) -> str:
    try:
        number = float(text.replace(",", "").removesuffix("s").strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise BadCell(f"{of.title} “{text[:60]}” is no number")
    return repr(number)

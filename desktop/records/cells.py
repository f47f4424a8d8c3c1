"""The text of a cell as the value of a field: trimmed, known words put in place, dates as ISO texts."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from desktop.portfolio.cleaning import HIDDEN
from desktop.portfolio.mapping import fold
from desktop.records.model import FieldKind, RecordField
from desktop.typed_days import WAYS, read_day
from desktop.uk_time import read_moment

LONGEST = 32_767
"""Characters: what a cell of a workbook can hold, so that every text can be handed on."""
LONGEST_KEY = 200

_ERRORS = frozenset(("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"))
"""What a spreadsheet shows where a formula has no value."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_KEYS = re.compile(r"[,;|\n]+")
_UNSEEN = re.compile(HIDDEN)
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_CLOCK = re.compile(r"(.*?[^T ])[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?", re.DOTALL)


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
        case FieldKind.MOMENT:
            return _moment(text, of)
        case FieldKind.NUMBER:
            return _number(text, of)
        case FieldKind.KEYS:
            return "\n".join(keys_in([text]))
        case FieldKind.CHOICE:
            known = of.choices.get(fold(text))
            if known is None:
                if why := of.vague.get(fold(text)):
                    raise BadCell(f"{of.title} “{shown(text)}” {why}")
                raise BadCell(f"{of.title} “{shown(text)}” is not known; use {_listed(of)}")
            return known
        case FieldKind.TEXT:
            return of.choices.get(fold(text), text) if of.choices else text


def key_of(text: str) -> str:
    """A key as people see it: no characters that nobody sees, every dash a hyphen, its white space made single.

    Nothing that is seen is lost. Raises BadCell when it is an error of a workbook or too long to be a key.
    """
    key = " ".join(plain(text).split())
    if not key.isascii():
        key = " ".join(_UNSEEN.sub("", _DASHES.sub("-", unicodedata.normalize("NFC", key))).split())
    if key in _ERRORS:
        raise BadCell(f"The id holds an error of the workbook ({key})")
    if len(key) > LONGEST_KEY:
        raise BadCell(f"The id has {len(key):,} characters, more than {LONGEST_KEY}")
    return key


def looks_other(text: str) -> bool:
    """Whether a cell of ids holds characters that nobody sees, or dashes and blanks of another kind."""
    return not text.isascii() and bool(_UNSEEN.search(text) or _DASHES.search(text))


def keys_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Every id in some cells once, in their order. Raises BadCell."""
    found = (key_of(part) for text in texts for part in _KEYS.split(plain(text)))
    return tuple(dict.fromkeys(key for key in found if key))


def _listed(of: RecordField) -> str:
    values = list(dict.fromkeys(of.choices.values()))
    return f"{', '.join(values[:-1])} or {values[-1]}" if len(values) > 1 else "".join(values)


def _day(text: str, of: RecordField) -> str:
    """A day (2026-11-23), or a moment (2026-11-23T09:30:00) where more than the day is said."""
    clock = _CLOCK.fullmatch(text)
    day = read_day(clock[1] if clock else text)
    try:
        if day is None:
            moment = datetime.fromisoformat(text.replace(" ", "T", 1))
        elif clock is None:
            return day.isoformat()
        else:
            hour, minute, second = (int(part or 0) for part in clock.groups()[1:])
            moment = datetime(day.year, day.month, day.day, hour, minute, second)
    except ValueError:
        raise BadCell(f"{of.title} “{shown(text)}” is no date; write {WAYS}") from None
    if moment.tzinfo is None and (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds")


def _moment(text: str, of: RecordField) -> str:
    """A moment as plans keep it: 2026-11-23, or 2026-11-23T09:30."""
    moment = read_moment(text)
    if moment is None:
        raise BadCell(f"{of.title} “{shown(text)}” is no date; write {WAYS}, with a time or without (22:30)")
    return moment.text


def shown(text: str) -> str:
    """A text on one line, its first 60 characters."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:60]}..."


def _number(text: str, of: RecordField) -> str:
    try:
        number = float(text.replace(",", "").removesuffix("s").strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise BadCell(f"{of.title} “{text[:60]}” is no number")
    return repr(number)

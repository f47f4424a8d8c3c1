"""What an activity waits for, as people and runbooks write it: T-001, T-002 + 2 wd."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop.cutover.durations import read_duration
from desktop.errors import InvalidInput

_SEPARATORS = re.compile(r"[,;|\r\n]+")
_LAG = re.compile(r"(?P<key>.*?\S)\s*\+\s*(?P<lag>\S.*)")
_LEAD = re.compile(r"(?P<key>.*?\S)(?:\s+|(?<=[FS][FS]))[-\u2212\u2013]\s*(?P<lag>\d[\d.:]*\s*[a-zA-Z% ]*)")
_TYPE = re.compile(r"(?P<key>.*?\S)(?:\s+|(?<=\d))(?P<type>FS|SS|FF|SF)", re.IGNORECASE)
_KINDS = {"SS": "start to start", "FF": "finish to finish", "SF": "start to finish"}


def read_predecessors(text: str) -> tuple[tuple[str, str], ...]:
    """(key, lag) of each, in the order they stand; '' is no lag.

    Separated by comma, semicolon, bar or line end: `T-001`, `T-001 FS`, `T-001 + 2 wd`, `T-001FS+4h`. One that stands
    twice counts once. Only finish to start is known: SS, FF, SF and negative lags raise InvalidInput (field
    `predecessors`) saying so, and so does a lag that cannot be read.
    """
    found: dict[str, tuple[str, str]] = {}
    for part in (" ".join(one.split()) for one in _SEPARATORS.split(text)):
        if not part:
            continue
        key, lag = _read_one(part)
        before = found.setdefault(key.casefold(), (key, lag))
        if before[1] != lag:
            raise InvalidInput(
                f"{key} stands twice, with different waiting times.", todo="Keep one of them.", field="predecessors"
            )
    return tuple(found.values())


def _read_one(part: str) -> tuple[str, str]:
    lag = ""
    if found := _LEAD.fullmatch(part):
        raise InvalidInput(
            f"“{part}” would begin before its predecessor has ended; this is not known here.",
            todo="Leave the negative time out, or wait for an earlier activity.",
            field="predecessors",
        )
    if found := _LAG.fullmatch(part):
        part = found["key"]
        try:
            duration = read_duration(found["lag"])
        except InvalidInput as error:
            raise InvalidInput(
                f"The waiting time after {part} cannot be read: {error.what}", todo=error.todo, field="predecessors"
            ) from error
        lag = duration.text if duration.count else ""
    if found := _TYPE.fullmatch(part):
        kind = found["type"].upper()
        if kind in _KINDS:
            raise InvalidInput(
                f"“{part}” is {_KINDS[kind]}; only finish to start (FS) is known here.",
                todo="Say which activity has to end before this one begins.",
                field="predecessors",
            )
        part = found["key"]
    return part, lag


def predecessors_text(predecessors: Sequence[tuple[str, str]]) -> str:
    """As `read_predecessors` reads them: T-001, T-002 + 2 wd."""
    return ", ".join(f"{key} + {lag}" if lag else key for key, lag in predecessors)


def check_key(key: str) -> str:
    """A key that can be named as a predecessor, blanks around it cut. Raises InvalidInput (field `key`)."""
    key = " ".join(key.split())
    try:
        readable = read_predecessors(key) == ((key, ""),)
    except InvalidInput:
        readable = False
    if not key or not readable or len(key) > 60:
        raise InvalidInput(
            f"“{key[:60]}” cannot be the id of an activity." if key else "An activity needs an id.",
            todo="Use letters, digits, dots and hyphens, such as T-014; at most 60 characters.",
            field="key",
        )
    return key

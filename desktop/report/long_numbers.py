"""Finds MPANs whose digits stand apart in a text, and tells them from dates, times, amounts and lists.

Digits belong together while no more than three characters that are neither letter nor digit stand between them. From
eleven digits on such a run is masked, unless it is dates with their times, amounts, short numbers and rising lists
only. A run of thirteen digits, as many as an MPAN has, is masked whatever it looks like; one with a date in it, and a
date with a longer number beside it, only where thirteen digits in a row have the check digit of an MPAN: a date and a
reference are no MPAN, and an MPAN that is written like a date still is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from desktop.cleanse.mpan_arithmetic import WEIGHTS

_RUN = re.compile(r"\d(?:[\W_]{0,3}\d){10,}")
MPAN_DIGITS = 13
_FEWEST = 11
"""Digits of a run that is masked."""
_SHORT = 4
"""Beside a date of eight digits a fifth one could make an MPAN: then the check digit tells."""

_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?![\d:])"
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20|99)\d\d"
_DATE = rf"(?:{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|{_DAY}([/.-]){_MONTH}\1{_YEAR})(?!\d)"
_TIMES = rf"{_TIME}(?:[ ]?[-\u2013][ ]?{_TIME})?"
_AMOUNT = r"\d{1,3}(?:,\d{3}){1,2}(?:\.\d\d)?(?![\d,])"
PLAIN = re.compile(
    rf"(?<!\d)(?:(?:(?<!:){_TIME}[\W_]{{1,3}})?{_DATE}(?:,?[ ]{_TIMES})?|{_YEAR},?[ ]{_TIMES}|(?<![\d,]){_AMOUNT})"
)
"""What is no part of a number that is longer."""
_DATED = re.compile(rf"(?<!\d){_DATE}|{_YEAR},?[ ]{_TIMES}")
_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,3}){0,3}")


def long_numbers_masked(text: str, hidden: str) -> str:
    """The text with `hidden` and the last four digits in the place of each long number whose digits stand apart."""
    return _RUN.sub(lambda found: _masked(found[0], hidden), text)


def _masked(run: str, hidden: str) -> str:
    whole = digits_of(run)
    if len(whole) == MPAN_DIGITS and (not _DATED.search(run) or holds_mpan(whole)):
        return last_of(run, hidden)
    shown, place = [], 0
    for found in [*PLAIN.finditer(run), None]:
        end = found.start() if found else len(run)
        between = run[place:end]
        count = len(digits_of(between))
        if count >= _FEWEST and not _rises(between):
            shown.append(_edges(between, hidden))
        elif count > _SHORT and not _rises(between) and holds_mpan(whole):
            return last_of(run, hidden)  # with the date beside it, it may be one number
        else:
            shown.append(between)
        if found:
            shown.append(found[0])
            place = found.end()
    return "".join(shown)


def holds_mpan(digits: str) -> bool:
    """Whether thirteen of these digits in a row have the check digit of an MPAN."""
    numbers = [int(mark) for mark in digits]
    return any(_checks(numbers[place : place + MPAN_DIGITS]) for place in range(len(numbers) - MPAN_DIGITS + 1))


def _checks(numbers: Sequence[int]) -> bool:
    weighted = sum(number * weight for number, weight in zip(numbers, WEIGHTS, strict=False))
    return weighted % 11 % 10 == numbers[-1]


def _rises(text: str) -> bool:
    """Whether it is a list as of rows or questions: 12, 13, 104 or 3.1, 3.2, 3.10."""
    parts = text.strip(" ,:;()").split(", ")
    if len(parts) < 3 or not all(_NUMBER.fullmatch(part) for part in parts):
        return False
    numbers = [tuple(map(int, part.split("."))) for part in parts]
    return all(one < other for one, other in pairwise(numbers))


def _edges(between: str, hidden: str) -> str:
    """Masked, with what stands around it."""
    first = next(place for place, mark in enumerate(between) if mark.isdecimal())
    last = max(place for place, mark in enumerate(between) if mark.isdecimal())
    return between[:first] + last_of(between[first : last + 1], hidden) + between[last + 1 :]


def last_of(run: str, hidden: str) -> str:
    """What stands for a number: `hidden` and its last four digits."""
    return hidden + digits_of(run)[-4:]


def digits_of(text: str) -> str:
    """Its digits alone."""
    return "".join(mark for mark in text if mark.isdecimal())

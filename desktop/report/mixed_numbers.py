"""Finds MPANs with letters among their digits: 12O0012345678, 1200x0123x45678, 12 OO01 2345 678.

Three forms:

- one word with ten digits or more and up to three letters among them, whatever the letters are;
- letters that are typed for a digit (O for 0, l for 1 ...) in one word with a digit, where digits and such letters
  together are as many as an MPAN has, whatever stands between them;
- single letters between the digits, where thirteen digits in a row have the check digit of an MPAN. Words are full of
  such letters, so that the check digit has to tell.

Hashes and the keys of rows are left as they are: they are no numbers of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from desktop.report.long_numbers import MPAN_DIGITS, PLAIN, digits_of, holds_mpan, last_of, long_numbers_masked

_WORD = re.compile(r"[^\W_]{11,24}")
_LEFT_ALONE = re.compile(r"[^\W_]{25,}|(?<![^\W_])k[0-9a-f]{16}(?![^\W_])")
"""Hashes, and keys of rows (desktop/report/privacy.py)."""
_FEWEST, _MOST_LETTERS = 10, 3
_TYPED_FOR = str.maketrans("OoQIilSsBZz", "00011155822")
"""Letters that are typed, or read by a scanner, for a digit."""
_LIKE = r"[\dOoQIilSsBZz]"
_LOOKALIKES = re.compile(rf"{_LIKE}(?:[\W_]{{0,3}}{_LIKE}){{10,}}")
_SINGLE = re.compile(r"\d(?:(?:[\W_]{0,3}|[\W_]?[^\W\d_][\W_]?)\d){12,}")
_WORDS = re.compile(r"[^\W_]+")
_MOMENT = re.compile(r"(?<!\d)\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?!\d)")


def mixed_numbers_masked(text: str, hidden: str) -> str:
    """The text with `hidden` and the last four digits in the place of each such number."""
    # The widest first: what one word holds may be a part of it.
    for pattern, masked in ((_SINGLE, _single), (_LOOKALIKES, _lookalikes), (_WORD, _word)):
        text = _replaced(text, pattern, masked, hidden)
    return text


def _replaced(text: str, pattern: re.Pattern[str], masked: Callable[[str, str], str], hidden: str) -> str:
    """Each match masked, but none in what is left alone."""
    seen = _LEFT_ALONE.sub(lambda found: "\0" * len(found[0]), text)
    shown, place = [], 0
    for found in pattern.finditer(seen):
        shown += [text[place : found.start()], masked(found[0], hidden)]
        place = found.end()
    return "".join([*shown, text[place:]])


def _word(word: str, hidden: str) -> str:
    first, last = _ends(word)
    core = word[first:last]
    letters = sum(not mark.isdecimal() for mark in core)
    if len(core) - letters < _FEWEST or not 1 <= letters <= _MOST_LETTERS:
        return word
    return word[:first] + last_of(core, hidden) + word[last:]


def _lookalikes(run: str, hidden: str) -> str:
    first, last = _ends(run)
    core = run[first:last]
    places = [place for place, mark in enumerate(core) if mark.isalpha()]
    beside = all(any(mark.isdecimal() for mark in word) for word in _WORDS.findall(core))
    read = core.translate(_TYPED_FOR)
    longest = max(len(digits_of(part)) for part in PLAIN.sub("\0", read).split("\0"))
    if not 1 <= len(places) <= _MOST_LETTERS or not beside or longest < MPAN_DIGITS:
        return run
    if long_numbers_masked(read, hidden) == read:  # a list
        return run
    return run[:first] + last_of(read, hidden) + run[last:]


def _single(run: str, hidden: str) -> str:
    if not any(mark.isalpha() for mark in run):
        return run
    shown, place = [], 0
    dates = sorted({found.span() for pattern in (_MOMENT, PLAIN) for found in pattern.finditer(run)})
    for start, end in [*dates, (len(run), len(run))]:
        if start < place:
            continue  # a date within a moment
        between = run[place:start]
        if any(mark.isalpha() for mark in between) and holds_mpan(digits_of(between)):
            first, last = _ends(between)
            between = between[:first] + last_of(between, hidden) + between[last:]
        shown += [between, run[start:end]]
        place = end
    return "".join(shown)


def _ends(text: str) -> tuple[int, int]:
    """From the first digit to behind the last one."""
    places = [place for place, mark in enumerate(text) if mark.isdecimal()]
    return (places[0], places[-1] + 1) if places else (0, 0)

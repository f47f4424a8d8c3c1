"""Where the headings of a table stand that people made for people: under merged titles, over two or three rows.

A sheet of requirements often has its title merged over the columns, a block of who and when, and headings of two rows:
groups ("Testing", merged over three columns) over names ("Stage", "Case", "Result").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from desktop.portfolio.mapping import fold

SEARCHED = 25
"""Rows from the top among which the headings are looked for."""
DEEPEST = 3
"""Rows that headings may take."""

Row = Sequence[str]

_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)$")


@dataclass(frozen=True)
class Merge:
    """Merged cells: rows of the sheet from 1, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @staticmethod
    def of(reference: str) -> Merge | None:
        """Read a reference such as A3:D4."""
        found = _REFERENCE.match(reference)
        if found is None:
            return None
        left, top, right, bottom = found.groups()
        return Merge(int(top), _column(left), int(bottom), _column(right))


@dataclass(frozen=True)
class Headings:
    """The headings by column, and the places (from 0) of the first and last row that they take."""

    texts: tuple[str, ...]
    first: int
    last: int


def find_headings(
    rows: Sequence[Row], usual: int, names: Mapping[str, Collection[str]], merges: Sequence[Merge], first_row: int
) -> Headings:
    """The headings among the first rows of a sheet.

    `usual` is the place where a reader found them by the look of the table; another row counts only when it holds more
    names of fields, and two at least. `names` are folded names of fields with what they may stand for; `first_row` is
    the sheet row of the first of `rows`, to which the merges refer.
    """
    place = usual
    told = [_fields_in(row, names) for row in rows[:SEARCHED]]
    if told:
        best = max(range(len(told)), key=lambda at: (told[at], -at))
        if told[best] >= 2 and told[best] > told[usual]:
            place = best
    last = max([place, *(_sheet_bottoms(place, merges, first_row))])
    last = min(last, place + DEEPEST - 1, len(rows) - 1)
    if last == place and place + 1 < len(rows) and _is_below(rows[place], rows[place + 1]):
        last = place + 1
    first = place
    while first > 0 and last - first < DEEPEST - 1 and _belongs(rows, first - 1, merges, first_row, last):
        first -= 1
    return Headings(_joined(rows[first : last + 1], first + first_row, merges), first, last)


def _joined(rows: Sequence[Row], top: int, merges: Sequence[Merge]) -> tuple[str, ...]:
    """One heading for each column: the lowest text in it, with its group before it where that stands more than once."""
    width = max(len(row) for row in rows)
    plain = [[" ".join(row[at].split()) if at < len(row) else "" for at in range(width)] for row in rows]
    names = []
    for at in range(width):
        names.append(next((row[at] for row in reversed(plain) if row[at]), ""))
    groups = [_spread(row, top + place, merges) for place, row in enumerate(plain[:-1])]
    result = []
    for at, name in enumerate(names):
        if not name or sum(fold(other) == fold(name) for other in names) == 1:
            result.append(name)
            continue
        above = next((group[at] for group in reversed(groups) if group[at] and fold(group[at]) != fold(name)), "")
        result.append(f"{above} – {name}" if above else name)
    return tuple(result)


def _spread(row: Row, sheet_row: int, merges: Sequence[Merge]) -> list[str]:
    """A row of groups with each text over all its columns: as merged, else up to the next one."""
    merged = {merge.left: merge.right for merge in merges if merge.top <= sheet_row <= merge.bottom}
    spread = list(row)
    for at, text in enumerate(row):
        if not text:
            continue
        if merged:
            end = merged.get(at, at)
        else:
            end = next((other - 1 for other in range(at + 1, len(row)) if row[other]), len(row) - 1)
        for covered in range(at, min(end, len(row) - 1) + 1):
            spread[covered] = text
    return spread


def _fields_in(row: Row, names: Mapping[str, Collection[str]]) -> int:
    """How many different fields the cells of a row may name, a cell counting once."""
    found: set[str] = set()
    for cell in row:
        fields = [one for one in names.get(fold(cell), ()) if one not in found]
        if fields:
            found.add(fields[0])
    return len(found)


def _sheet_bottoms(place: int, merges: Sequence[Merge], first_row: int) -> list[int]:
    """Places down to which cells of the row of headings are merged with those under them."""
    row = first_row + place
    return [merge.bottom - first_row for merge in merges if merge.top == row and merge.bottom > row]


def _is_below(row: Row, under: Row) -> bool:
    """Whether the row under the headings is a second row of them: it fills their gaps, and nothing before the first."""
    filled = [at for at, text in enumerate(row) if text.strip()]
    if len(filled) < 2:
        return False
    gaps = [at for at in range(filled[0], len(under)) if at >= len(row) or not row[at].strip()]
    inner = [at for at in gaps if at < len(under) and under[at].strip()]
    return bool(inner) and len(inner) == len(gaps) and not under[filled[0]].strip()


def _belongs(rows: Sequence[Row], place: int, merges: Sequence[Merge], first_row: int, last: int) -> bool:
    """Whether a row above is one of groups: merged down into the headings, or texts side by side over columns."""
    row, under = rows[place], rows[place + 1]
    sheet_row = first_row + place
    if any(merge.top <= sheet_row < merge.bottom <= first_row + last for merge in merges):
        return True
    texts = [at for at, text in enumerate(row) if text.strip()]
    if len(texts) < 2:
        return False
    across = [merge for merge in merges if merge.top == merge.bottom == sheet_row and merge.right > merge.left]
    gaps = [at for at, text in enumerate(under) if not text.strip() and at < len(row) and row[at].strip()]
    repeated = len({fold(text) for text in under if text.strip()}) < sum(1 for text in under if text.strip())
    return bool(gaps) or len(across) >= 2 or (repeated and not merges)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1

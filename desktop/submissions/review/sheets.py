"""Finds in a reviewer's copy the sheets of what was sent, renamed ones too, and a sheet's headings. In the child."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from desktop.excel.book import HEADING_ROW
from desktop.submissions.review.cells import Sheet
from desktop.submissions.review.sameness import plain

_SEARCHED = 30
"""Rows from the top among which headings are looked for, should rows have been put in above them."""


def folded(text: str) -> str:
    """A name or heading as it is compared."""
    return " ".join(plain(text).casefold().split())


def pairs(sent: Sequence[str], came: Sequence[str], read: Callable[[bool, str], Sheet]) -> dict[str, str]:
    """The copy's sheet for each sheet that was sent: by name, else by its title and headings.

    `read(of the copy, name)` is asked only where a name is not found.
    """
    found: dict[str, str] = {}
    by_name = {folded(name): name for name in came}
    for name in sent:
        if folded(name) in by_name:
            found[name] = by_name[folded(name)]
    left = [name for name in came if name not in found.values()]
    missing = [name for name in sent if name not in found]
    if not left or not missing:
        return found
    marks = {name: _mark(read(True, name)) for name in left}
    for name in missing:
        mark = _mark(read(False, name))
        like = [one for one in left if marks[one] == mark and any(mark[1])]
        if len(like) != 1:
            like = [one for one in left if marks[one][1] == mark[1] and len(mark[1]) > 2]
        if len(like) == 1:
            found[name] = like[0]
            left.remove(like[0])
    return found


def _mark(sheet: Sheet) -> tuple[str, tuple[str, ...]]:
    headings = [folded(text) for text in sheet.row(HEADING_ROW)]
    while headings and not headings[-1]:
        headings.pop()
    return folded(sheet.cell(1, 0)), tuple(headings)


def heading_row(sheet: Sheet, headings: Sequence[str]) -> int:
    """The row that has most of the headings; the usual one when none has two."""
    wanted = {folded(text) for text in headings}
    best, most = HEADING_ROW, min(1, len(wanted) - 1)
    for number in range(1, min(_SEARCHED, sheet.last) + 1):
        count = len(wanted & {folded(text) for text in sheet.row(number)})
        if count > most:
            best, most = number, count
    return best


def columns_of(sheet: Sheet, row: int, headings: Sequence[str]) -> Mapping[int, int]:
    """Where each column that was sent stands in the copy, by its place: by heading, else where it stood."""
    there = [folded(text) for text in sheet.row(row)]
    found: dict[int, int] = {}
    for place, heading in enumerate(headings):
        name = folded(heading)
        if place < len(there) and there[place] == name:
            found[place] = place
        elif there.count(name) == 1:
            found[place] = there.index(name)
    taken = set(found.values())
    for place, _ in enumerate(headings):
        # A heading that was edited in its place; a column that was moved leaves nobody else's heading there.
        if place not in found and place not in taken and place < len(there) and there[place]:
            found[place] = place
    return found

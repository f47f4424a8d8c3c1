"""A sheet without row keys against the same as it was sent: cell by cell, by place. Inside the child."""

from __future__ import annotations

from difflib import SequenceMatcher

from desktop.submissions.review.answer import Found
from desktop.submissions.review.cells import Sheet, address
from desktop.submissions.review.model import DifferenceKind
from desktop.submissions.review.sameness import plain, same

_ALIGNED = 2_000
"""Rows up to which rows that were put in or taken out are found; longer sheets are compared by place alone."""


def compare_cells(sent: Sheet, came: Sheet, found: Found) -> None:
    """Note every cell that says something else. Rows that were put in or taken out shift nothing.

    A formula that is still one is the same, whatever it comes to; one that was typed over is a difference.
    """
    for row, other in _rows(sent, came):
        before = sent.row(row) if row else ()
        after = came.row(other) if other else ()
        for column in range(max(len(before), len(after))):
            one = before[column] if column < len(before) else ""
            two = after[column] if column < len(after) else ""
            if (row, column) in sent.formulas and (other, column) in came.formulas:
                continue  # what it comes to is worked out anew by every program
            if not same(one, two):
                where = f"{came.name}!{address(other or row, column)}"
                found.differ(DifferenceKind.EDITED, where, sent=one or sent.formulas.get((row, column), ""), came=two)


def _rows(sent: Sheet, came: Sheet) -> list[tuple[int, int]]:
    """Pairs of sheet rows that may differ; 0 where there is none on that side."""
    last = max(sent.last, came.last)
    if last > _ALIGNED or sent.last == came.last:
        return [(row, row) for row in range(1, last + 1)]
    left = [tuple(plain(text) for text in _stripped(sent.row(row))) for row in range(1, sent.last + 1)]
    right = [tuple(plain(text) for text in _stripped(came.row(row))) for row in range(1, came.last + 1)]
    made: list[tuple[int, int]] = []
    for _, start, end, first, last_one in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for place in range(max(end - start, last_one - first)):
            made.append(
                (start + place + 1 if start + place < end else 0, first + place + 1 if first + place < last_one else 0)
            )
    return made


def _stripped(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]

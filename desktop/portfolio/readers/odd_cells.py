"""What is odd about the cells of any format alike: control characters in a cell, and rows in which nothing stands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from desktop.frames import pl
from desktop.portfolio.reading import FaultKind, ReadingFault

CONTROLS = r"[\x00-\x1f\x7f-\u{9f}]"
"""Control characters, the line break of Alt+Enter among them, as a pattern for polars."""
BLANK_ROW_MESSAGE = "This row is blank."
SHOWN = 200
"""Characters of a cell or line that a fault keeps."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_CONTROL_NAMES = {
    "\t": "a tab",
    "\n": "a line break",
    "\r": "a line break",
    "\u0085": "a line break",
    "\x7f": "a delete mark",
}
_AFTER_SPACE = "!"
"""The character after the space: a blank cell sorts before it, which is far cheaper to see than to strip each cell."""


def holds_control(text: str) -> bool:
    """Whether a text holds a control character."""
    return _CONTROL.search(text) is not None


def control_fault(row: int, column: int, heading: str, text: str) -> ReadingFault:
    """The fault of a cell that holds a control character; `row` is the data row from 1, `column` from 0."""
    first = _CONTROL.search(text)
    character = first[0] if first else "\0"
    name = _CONTROL_NAMES.get(character, f"the control character U+{ord(character):04X}")
    message = f"The cell under {heading or f'column {column + 1}'} holds {name}."
    return ReadingFault(FaultKind.CONTROL, row, column, text[:SHOWN], message)


def blank_fault(row: int) -> ReadingFault:
    """The fault of a row in which nothing stands."""
    return ReadingFault(FaultKind.BLANK_ROW, row, None, "", BLANK_ROW_MESSAGE)


def is_blank(cells: Iterable[str]) -> bool:
    """Whether nothing but spaces stands in the cells of a row."""
    return not any(cell.strip(" ") for cell in cells)


def blank_places(frame: pl.DataFrame) -> pl.Series:
    """The places, from 0, of rows in which nothing but spaces stands.

    Each column is looked at only where all before it are blank: usually one column, and then nowhere.
    """
    left: pl.Series | None = None
    for column in frame.iter_columns():
        cells = column if left is None else column.gather(left)
        low = (cells < _AFTER_SPACE).arg_true()
        low = low.gather((cells.gather(low).str.strip_chars(" ") == "").arg_true())
        left = low if left is None else left.gather(low)
        if left.is_empty():
            break
    return pl.Series([], dtype=pl.UInt32) if left is None else left


def add_run(runs: list[tuple[int, int]], first: int, last: int) -> None:
    """Add rows, later than all that are there, to runs of rows (first and last)."""
    if runs and runs[-1][1] == first - 1:
        runs[-1] = (runs[-1][0], last)
    else:
        runs.append((first, last))

"""Cells copied out of a spreadsheet, read as questions: which column is what, and what taking them changes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from desktop.errors import InvalidInput
from desktop.requests import entered
from desktop.requests.model import Question

MOST_ROWS = 5_000
"""More are a file, to be imported as one."""
LONGEST_NUMBER = 20
"""Characters up to which a cell in the first column looks like the number of a question."""
NEW, CHANGED, SAME, NOT_TAKEN = "New", "Changed", "As it is", "Not taken"


@dataclass(frozen=True)
class Pasted:
    """Cells, row by row, each row as long as the longest; and the field that each column seems to be ('' = none)."""

    rows: tuple[tuple[str, ...], ...]
    fields: tuple[str, ...]
    headed: bool
    """The first row holds headings."""


@dataclass(frozen=True)
class Foreseen:
    """One row: what it would do here (`NEW`, `CHANGED` ...), with the fields that are taken and why it is not."""

    what: str
    values: Mapping[str, str]
    why: str = ""


def read_pasted(text: str) -> Pasted | None:
    """The cells of a text; None when it is no table: neither several columns nor several rows."""
    rows = [row for row in _cells(text) if any(row)][:MOST_ROWS]
    width = max((len(row) for row in rows), default=0)
    if width < 2 and len(rows) < 2:
        return None
    even = tuple(tuple(row) + ("",) * (width - len(row)) for row in rows)
    known = _by_heading(even[0])
    if known:
        return Pasted(even, known, headed=True)
    return Pasted(even, _by_content(even), headed=False)


def foreseen(pasted: Pasted, fields: Sequence[str], here: Sequence[Question], *, headed: bool) -> tuple[Foreseen, ...]:
    """What taking the rows would do to the questions `here`; a blank cell leaves what is here.

    Rows without a number become Q1, Q2 ...; a number that was there in a row before is not taken again.
    """
    known = {one.details.key.casefold(): one for one in here}
    given = [
        {name: cell for name, cell in zip(fields, row, strict=True) if name and cell}
        for row in pasted.rows[1 if headed else 0 :]
    ]
    used = {*known, *(row["key"].casefold() for row in given if "key" in row)}
    seen: set[str] = set()
    found = []
    for row in given:
        if "key" not in row and "text" in row:
            row = {"key": _free(used), **row}  # noqa: PLW2901 - the row with its number
        found.append(_foreseen(row, known, seen))
    return tuple(found)


def _foreseen(row: Mapping[str, str], known: Mapping[str, Question], seen: set[str]) -> Foreseen:
    try:
        values = entered.checked(row)
    except InvalidInput as error:
        return Foreseen(NOT_TAKEN, row, str(error))
    key = values.get("key", "").casefold()
    if not key:
        return Foreseen(NOT_TAKEN, values, "It has neither a number nor a question.")
    if key in seen:
        return Foreseen(NOT_TAKEN, values, "Its number is there twice.")
    seen.add(key)
    one = known.get(key)
    if one is None:
        return Foreseen(NEW, values) if "text" in values else Foreseen(NOT_TAKEN, values, "It has no question.")
    differs = any(getattr(one.details, name) != text for name, text in values.items() if name != "key")
    return Foreseen(CHANGED if differs else SAME, values)


def _cells(text: str) -> list[list[str]]:
    """Spreadsheets put a cell of several lines between quotes; a lone quote is one that stands in a text."""
    lines = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    if lines.count('"') % 2:
        return [[cell.strip() for cell in line.split("\t")] for line in lines.split("\n")]
    try:
        read = list(csv.reader(io.StringIO(lines, newline=""), delimiter="\t"))
    except csv.Error:  # a cell longer than the reader takes
        read = [line.split("\t") for line in lines.split("\n")]
    return [[cell.strip() for cell in row] for row in read]


def _by_heading(row: Sequence[str]) -> tuple[str, ...]:
    """The fields of a row of headings; () when it is none: without a question, or with a word that is too long."""
    from desktop.portfolio.mapping import fold
    from desktop.records.fields import name_index  # brings the data engine along
    from desktop.records.model import RecordKind

    index = name_index(RecordKind.QUESTIONS)
    fields: list[str] = []
    for cell in row:
        names = [name for name, _ in index.get(fold(cell), ()) if name not in fields]
        fields.append(names[0] if names else "")
    if "text" not in fields and fields.count("key") == 1 and fold(row[fields.index("key")]) == "question":
        fields[fields.index("key")] = "text"
    return tuple(fields) if "text" in fields and sum(map(bool, fields)) >= min(2, len(row)) else ()


def _by_content(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The longest column asks; a short first one that is always filled is the number; one between is the section."""
    columns = list(zip(*rows, strict=True))
    fields = [""] * len(columns)
    asks = max(range(len(columns)), key=lambda at: mean(len(cell) for cell in columns[at]))
    fields[asks] = "text"
    if asks > 0 and all(0 < len(cell) <= LONGEST_NUMBER for cell in columns[0]):
        fields[0] = "key"
    between = [at for at in range(asks) if not fields[at]]
    if between:
        fields[between[-1]] = "section"
    return tuple(fields)


def _free(used: set[str]) -> str:
    number = next(number for number in range(1, len(used) + 2) if f"q{number}" not in used)
    used.add(f"q{number}")
    return f"Q{number}"

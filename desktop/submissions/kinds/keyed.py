"""Plain tables with a key for each row: never empty, each once in its table, the same from version to version."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.excel.book import Kind
from desktop.excel.cells import visible_text
from desktop.submissions.content import KEY, Cell, Column, Row, Table, table_of
from desktop.submissions.kinds.masking import Masking

KEY_COLUMN = Column(KEY, "Row key", Kind.TEXT, 24)
REVIEWED = (
    Column("reviewer_comment", "Reviewer's comment", Kind.WRAPPED, 40, for_reviewer=True),
    Column("reviewer_status", "Reviewer's status", Kind.TEXT, 18, for_reviewer=True),
)
"""What a reviewer writes into the main tables; they leave empty."""

_LONGEST_KEY = 120


class Keys:
    """Gives each row of a table its key: what it is made of, and a number where that was given before."""

    def __init__(self) -> None:
        """None was given yet."""
        self._given: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, made_of: str) -> str:
        """The key of the next row. Rows without anything to tell them by are numbered."""
        base = _plain(made_of)
        key = base
        while key in self._given:
            number = self._next.get(base, 1) + 1
            self._next[base] = number
            key = f"{base} #{number}"
        self._given.add(key)
        return key


def _plain(text: str) -> str:
    """As a cell shows it again: one line, nothing invisible, not too long to be looked for."""
    line = visible_text(" ".join(text.split())) or "row"
    if len(line) <= _LONGEST_KEY:
        return line
    return f"{line[:100].rstrip()} {hashlib.sha256(line.encode('utf-8', 'replace')).hexdigest()[:16]}"


@dataclass(frozen=True)
class Sheet:
    """What is said of a table beside its rows. `exact`: ids of columns whose texts are never masked (hashes)."""

    id: str
    tab: str
    title: str
    about: str
    columns: tuple[Column, ...]
    """Without the key and without those for the reviewer."""
    exact: frozenset[str] = field(default=frozenset())
    reviewed: bool = False
    ours: frozenset[str] = field(default=frozenset(), repr=False)
    """Whole texts that this program itself brings: nobody's data, so they stay as they are."""

    def whole(self) -> tuple[Column, ...]:
        """All columns of the table."""
        return (KEY_COLUMN, *self.columns, *(REVIEWED if self.reviewed else ()))


def keyed_table(
    sheet: Sheet, rows: Iterable[Sequence[object]], keys: Iterable[str | Sequence[object]], masking: Masking
) -> Table:
    """A table whose rows are at hand. `keys`: what tells each row, a text or its parts."""
    given = list(rows)
    made_of = [one if isinstance(one, str) else " ".join(filter(None, map(_text, one))) for one in keys]
    if len(made_of) != len(given):
        raise ValueError(f"{len(given)} rows of {sheet.id} have {len(made_of)} keys")
    take = Keys().take
    found = [take(one) for one in masking.keys(made_of)]
    columns: list[Sequence[Cell]] = [found]
    for place, column in enumerate(sheet.columns):
        columns.append(cells_of(column, [row[place] for row in given], sheet, masking))
    beside: Row = ("",) * (len(REVIEWED) if sheet.reviewed else 0)
    made: list[Row] = [(*cells, *beside) for cells in zip(*columns, strict=True)]
    title, about = masking.words(sheet.title), masking.words(sheet.about)
    return table_of(sheet.id, sheet.tab, title, about, sheet.whole(), made)


def cells_of(column: Column, values: Sequence[object], sheet: Sheet, masking: Masking) -> Sequence[Cell]:
    """The cells of one column: whole numbers as they are, texts masked, nothing else."""
    if column.kind is Kind.NUMBER and all(value is None or _is_number(value) for value in values):
        return [None if value is None else int(value) for value in values]  # type: ignore[call-overload]
    texts = [_text(value) for value in values]
    if column.id in sheet.exact:
        return texts
    if column.id == "note":
        return masking.notes(texts)
    masked = masking.days(texts) if column.kind is Kind.DATE else masking.column(texts)
    return [text if text in sheet.ours else hidden for text, hidden in zip(texts, masked, strict=True)]


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(value: object) -> str:
    return "" if value is None else str.__str__(value) if isinstance(value, str) else str(value)


def column_ids(headings: Iterable[str], known: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Ids of columns from their headings: test_case of 'Test case', each once; `known` says those that differ."""
    taken = {KEY, *(column.id for column in REVIEWED)}
    made = []
    for heading in headings:
        plain = (known or {}).get(heading) or re.sub(r"[^a-z0-9]+", "_", heading.casefold()).strip("_") or "column"
        one, number = plain, 1
        while one in taken:
            number += 1
            one = f"{plain}_{number}"
        taken.add(one)
        made.append(one)
    return tuple(made)

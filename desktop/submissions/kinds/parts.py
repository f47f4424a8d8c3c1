"""The sheets of the workbooks of testing (desktop/testing/book_*.py) as plain tables: laid out once, there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.excel.book import Field
from desktop.submissions.content import Column, Table
from desktop.submissions.kinds.keyed import Sheet, column_ids, keyed_table
from desktop.submissions.kinds.masking import Masking
from desktop.testing.book_parts import Draft, Part, texts


@dataclass(frozen=True)
class Taken:
    """How a part becomes a table: its id here, and the places of the columns that tell its rows."""

    id: str
    key: tuple[int, ...] = (0,)
    reviewed: bool = False


def tables_of(book: str, draft: Draft, taken: Mapping[str, Taken], masking: Masking) -> tuple[Table, ...]:
    """The parts of a draft as tables, in its order. Every part has to be named in `taken`."""
    return tuple(_table(book, part, taken[part.key], masking) for part in draft.parts)


def _table(book: str, part: Part, taken: Taken, masking: Masking) -> Table:
    words = texts()[book]
    entry = words["sheets"][part.key]
    # What the sheet says of being edited and brought back in holds of our own workbook only.
    about = entry["about"].replace(" This sheet can be edited and brought back in.", "")
    said = f"{part.about} {about}" if part.about else about
    sheet = Sheet(
        taken.id, entry["tab"], entry.get("title", words["title"]), said, columns_of(part.fields, masking),
        reviewed=taken.reviewed,
    )  # fmt: skip
    keys = [[row[place] for place in taken.key] for row in part.rows]
    return keyed_table(sheet, part.rows, keys, masking)


def columns_of(fields: Sequence[Field], masking: Masking) -> tuple[Column, ...]:
    """Columns of fields, with ids made of their headings."""
    headings = masking.column([field.heading for field in fields])
    ids = column_ids(headings)
    return tuple(
        Column(one, heading, field.kind, field.width) for one, heading, field in zip(ids, headings, fields, strict=True)
    )

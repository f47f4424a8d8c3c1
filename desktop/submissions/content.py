"""What a submission says, as plain tables: gathered from the services for a draft, read from bytes for a frozen one.

Every table has a row key in its first column (`KEY`): stable from version to version, so that a reviewer's comment
finds its row again and two versions can be compared. Cells are texts, whole numbers or None; days are ISO texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.excel.book import Kind

KEY = "row_key"
"""Id of the first column of every table."""

Cell = str | int | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """One column of a table. `id` is stable and for machines; `for_reviewer`: the reviewer may write into it."""

    id: str
    title: str
    kind: Kind = Kind.TEXT
    width: int = 16
    """Characters."""
    for_reviewer: bool = False


@dataclass(frozen=True)
class Table:
    """One table, one sheet of the workbook. `rows` gives them anew each time it is called, in reading order.

    `count` rows; `id` is stable ('findings', 'requirements'). Keys are texts, never empty, each once in a table.
    """

    id: str
    tab: str
    title: str
    about: str
    columns: tuple[Column, ...]
    count: int
    rows: Callable[[], Iterator[Row]]


@dataclass(frozen=True)
class Relied:
    """Something that a submission rests on, with the hash of what it was: a run, a snapshot, a declaration, a pack."""

    kind: str
    ref: str
    title: str
    sha256: str


@dataclass(frozen=True)
class EvidenceFile:
    """One revision of an item of evidence that goes into the pack. `size` in bytes."""

    ref: str
    revision: int
    title: str
    file_name: str
    sha256: str
    size: int
    media_type: str
    description: str = ""
    author: str = ""
    collected: str = ""
    period: str = ""
    expires: str = ""
    confidentiality: str = "internal"
    redaction: str = "none"
    active: bool = False
    """It can run or act when it is opened."""
    proves: tuple[str, ...] = ()
    """What it is linked to that this submission says something of, in words."""
    withdrawn: str = ""


@dataclass(frozen=True)
class BesideFile:
    """A file that goes into the pack beside the evidence: a signed declaration's ZIP, a plan's PDF. `data` is small."""

    folder: str
    """Within the pack's data/: declarations, documents."""
    name: str
    data: bytes
    title: str


@dataclass(frozen=True)
class Content:
    """All that a submission says.

    `position`: the figures of its cover, (item, detail). `values`: single values for templates and patterns, by stable
    id ('findings.open'). `open_points`: what is known to be open or was not checked, each a sentence: printed.
    """

    kind: str
    title: str
    position: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    relies: tuple[Relied, ...] = ()
    evidence: tuple[EvidenceFile, ...] = ()
    beside: tuple[BesideFile, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    open_points: tuple[str, ...] = ()


def table_of(  # noqa: PLR0917 - the parts of a table
    table_id: str, tab: str, title: str, about: str, columns: Sequence[Column], rows: Sequence[Row]
) -> Table:
    """A table whose rows are at hand."""
    kept = tuple(rows)
    return Table(table_id, tab, title, about, tuple(columns), len(kept), lambda: iter(kept))

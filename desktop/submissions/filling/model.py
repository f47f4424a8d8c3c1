"""What is known of a recipient's own template, and of what goes where in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class SpotKind(StrEnum):
    """A place in a workbook that can be filled."""

    CELL = "cell"
    """One cell: 'Cover!C5'."""
    NAME = "name"
    """A defined name of one cell."""
    TABLE = "table"
    """Columns below headings: a range with one heading row, or an Excel table."""


@dataclass(frozen=True)
class Spot:
    """A place that was found. `label`: what stands beside or above it; `headings` (column letter, text) of a TABLE."""

    kind: SpotKind
    sheet: str
    place: str
    """C5, the name, or the heading row's range: A7:H7."""
    label: str
    headings: tuple[tuple[str, str], ...] = ()
    room: int = 0
    """Rows below the headings that can be filled before something else stands there; 0 = no end."""
    validations: tuple[str, ...] = ()
    """Values that a list validation allows there (first some), or by column 'C: Pass, Fail'."""
    locked: bool = False
    rules: tuple[str, ...] = ()
    """What another validation allows there: 'at most 10 characters', or by column 'C: a day from 2026-01-01 on'."""


@dataclass(frozen=True)
class TemplateLook:
    """What a workbook is, before it is taken: sheets, spots, parts, and what cannot be done with it."""

    file_name: str
    sha256: str
    size: int
    sheets: tuple[tuple[str, str], ...]
    """(name, visible | hidden)."""
    spots: tuple[Spot, ...]
    parts: tuple[str, ...]
    """Every part of the file, so that they can be compared afterwards."""
    holds: tuple[str, ...]
    """What it holds that is kept, in words: 'Threaded comments on 2 sheets', 'Conditional formats', 'Pictures' ..."""
    remarks: tuple[str, ...] = ()
    """What the person should know: macros (refused), external links, protection."""


@dataclass(frozen=True)
class CellRule:
    """One of our items in one place. `item`: an id of `Item`; `spot`: 'Cover!C5' or a defined name."""

    spot: str
    item: str


@dataclass(frozen=True)
class TableRule:
    """One of our tables below a heading row. `columns`: column letter to our column's id; others stay as they are."""

    sheet: str
    heading_row: int
    table: str
    columns: tuple[tuple[str, str], ...]
    first_row: int = 0
    """0 = the row below the headings."""


@dataclass(frozen=True)
class TemplateMapping:
    """What goes where in a template. `translations`: our words to the template's, by item or 'table.column'."""

    cells: tuple[CellRule, ...] = ()
    tables: tuple[TableRule, ...] = ()
    translations: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


@dataclass(frozen=True)
class Item:
    """One of our values that a template can take: id, what it is, an example; of a column, its table and column."""

    id: str
    title: str
    example: str = ""
    table: str = ""
    column: str = ""


@dataclass(frozen=True)
class Template:
    """A recipient's template as it is kept."""

    id: int
    recipient: str
    recipient_name: str
    kind: str
    title: str
    document: str
    file_name: str
    sha256: str
    size: int
    added_at: str
    added_by: str
    retired: str
    version: int
    """Of its mapping; 0 = not mapped yet."""
    mapping: TemplateMapping = field(default_factory=TemplateMapping)
    not_carried: tuple[str, ...] = ()
    """What of the mapping of the one before was not found in it, in words; only as `add` gives it back."""

    @property
    def mapped(self) -> bool:
        """Whether somebody said what goes where: only then it is filled."""
        return bool(self.mapping.cells or self.mapping.tables)


@dataclass(frozen=True)
class FillProblem:
    """Something that stands in the way of filling, or that the person should know. `refuses`: it is not filled."""

    words: str
    place: str = ""
    refuses: bool = True
    unlisted: bool = False
    """A value is not in the list that the template has for its cell."""
    breaks_rule: bool = False
    """A value is not what another rule of the template for its cell takes: too long, no number, another day."""


@dataclass(frozen=True)
class Filled:
    """What filling came to: cells written, rows written, remarks, and the part lists compared."""

    cells: int
    rows: int
    remarks: tuple[FillProblem, ...]
    parts_before: int
    parts_after: int

"""A view: which rows of a table, in which order, with which columns. It is data, so it can be saved and shared."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


class Op(StrEnum):
    """How a filter compares a column with its values."""

    IS_ANY = "is any of"
    IS_NONE = "is none of"
    CONTAINS = "contains"
    NOT_CONTAINS = "does not contain"
    STARTS = "starts with"
    BEFORE = "is before"
    AFTER = "is after"
    EMPTY = "is empty"
    NOT_EMPTY = "is not empty"


@dataclass(frozen=True)
class Filter:
    """One condition on one column; several of them are joined by *and*."""

    column: str
    op: Op
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """Filters, a text searched in all text columns, a sort (a column key, '' = natural order), and visible columns."""

    filters: tuple[Filter, ...] = ()
    text: str = ""
    sort: str = ""
    descending: bool = False
    columns: tuple[str, ...] = ()
    """Visible columns in order; empty = the table's own choice."""

    def to_json(self) -> str:
        """The view as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> View:
        """Read what `to_json` wrote. Raises ValueError for anything else."""
        try:
            raw: dict[str, Any] = json.loads(text)
            filters = tuple(
                Filter(str(f["column"]), Op(f["op"]), tuple(str(v) for v in f["values"])) for f in raw["filters"]
            )
            return View(
                filters, str(raw["text"]), str(raw["sort"]), bool(raw["descending"]),
                tuple(str(c) for c in raw["columns"]),
            )  # fmt: skip
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a view: {error}") from error


class ColumnKind(StrEnum):
    """How a column is shown, aligned and sorted."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    """Codes and MPANs: fixed-width digits, never a number."""
    NUMBER = "number"
    DATE = "date"
    SEVERITY = "severity"
    STATE = "state"


@dataclass(frozen=True)
class Column:
    """One column of a table: key, heading, kind, starting width in characters, whether facets are counted for it."""

    key: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 12
    facet: bool = False
    shown: bool = True
    """Whether it is visible before the person chose columns."""
    editable: bool = False
    about: str = ""
    """What a heading of few words means, in the tooltip."""
    most: int = 0
    """Characters that it starts no wider than, with as little room beside them as can be; 0 = as every column."""
    icon_only: bool = False
    """A state whose icon stands for its word; the word is in the tooltip, spoken, copied and exported."""


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet with the rows it would leave, given every other filter."""

    value: str
    title: str
    count: int


@runtime_checkable
class TableSource(Protocol):
    """What a table page reads: any number of rows, a page at a time. Every call may run on a worker thread.

    `apply` is the only call that does work; the rest answer from what it prepared. Row ids are stable integers.
    """

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns there are, in their natural order."""
        ...

    @property
    def view(self) -> View:
        """The view that is applied now."""
        ...

    def apply(self, view: View) -> None:
        """Filter and sort. Raises InvalidInput if the view names a column that is not there."""
        ...

    def total(self) -> int:
        """Rows without any filter."""
        ...

    def count(self) -> int:
        """Rows that the view leaves."""
        ...

    def page(self, start: int, length: int) -> list[tuple[object, ...]]:
        """The cells of `length` rows from position `start`, in `columns` order, as str, int or None."""
        ...

    def ids(self, start: int, length: int) -> list[int]:
        """The ids of rows by position."""
        ...

    def position(self, row_id: int) -> int | None:
        """Where a row stands in the view; None if the view leaves it out."""
        ...

    def facets(self, column: str) -> list[FacetValue]:
        """Counts per value of a facet column, under all filters but its own; most frequent first."""
        ...

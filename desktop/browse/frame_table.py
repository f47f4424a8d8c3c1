"""Records of one kind as a table: a frame read once, then filtered, sorted, searched and counted in memory.

For what a workspace holds by the thousand (evidence, requirements, cases, results, defects): 20,000 rows of twelve
columns are filtered or sorted within a few milliseconds. Findings and portfolios have tables of their own.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.browse.view import Column, ColumnKind, FacetValue, Filter, Op, View
from desktop.errors import InvalidInput
from desktop.frames import pl

ID = "id"
"""The column of a loaded frame that holds the rows' ids, Int64."""

SEPARATOR = ", "
"""Between the values of a cell that has several (a column of lists)."""

Load = Callable[[], "pl.DataFrame"]
"""Reads the rows anew: `id`, then a column for each key; texts, Int64 for numbers, List(String) for several values."""

Search = Callable[[str], Iterable[int]]
"""The ids of rows that a text fits by what is not in their cells (the text inside a file)."""


@dataclass(frozen=True)
class _Applied:
    """A view and the places of the rows it leaves; swapped as one so that pages can be read on another thread."""

    frame: pl.DataFrame
    places: dict[int, int]
    view: View
    masks: tuple[tuple[str, pl.Series], ...]
    """(column, mask) of each filter; '' for the searched text."""
    order: pl.Series


class FrameTable:
    """A TableSource over a frame. `apply` and `reload` do the work; the rest answers from what they prepared.

    `ranks` gives the order of a column's values where it is not the alphabet's (Failed before Passed); a value that is
    not listed comes after those that are. `words` are what an empty value is called in the counts, by column.
    `unsearched` are columns that a searched text does not find: what they say is about other rows.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        load: Load,
        *,
        view: View = View(),  # noqa: B008 - frozen
        ranks: Mapping[str, Sequence[str]] | None = None,
        words: Mapping[str, str] | None = None,
        search: Search | None = None,
        unsearched: Sequence[str] = (),
        name: str = "table",
    ) -> None:
        """Read the rows and apply `view`; `name` stands in the sentence about a column that is not there."""
        self._columns = tuple(columns)
        self._by_key = {column.key: column for column in self._columns}
        self._load = load
        self._ranks = {key: tuple(values) for key, values in (ranks or {}).items()}
        self._words = dict(words or {})
        self._search = search
        self._searched_columns = [
            one.key for one in self._columns if one.kind is not ColumnKind.NUMBER and one.key not in unsearched
        ]
        self._name = name
        self._lock = threading.Lock()
        self._keys: tuple[pl.DataFrame | None, dict[str, pl.DataFrame]] = (None, {})
        """The rows that sort keys were made of, and these by column: a second click costs the sort alone."""
        self._applied = self._prepared(self._read(), view)

    @property
    def columns(self) -> tuple[Column, ...]:
        """See TableSource."""
        return self._columns

    @property
    def view(self) -> View:
        """See TableSource."""
        return self._applied.view

    def apply(self, view: View) -> None:
        """Filter and sort. Raises InvalidInput if the view names a column that is not there."""
        with self._lock:
            self._applied = self._prepared(self._applied.frame, view, self._applied.places)

    def reload(self) -> None:
        """Read the rows anew and keep the view."""
        frame = self._read()
        with self._lock:
            self._applied = self._prepared(frame, self._applied.view)

    def total(self) -> int:
        """Rows without any filter."""
        return self._applied.frame.height

    def count(self) -> int:
        """Rows that the view leaves."""
        return len(self._applied.order)

    def page(self, start: int, length: int) -> list[tuple[object, ...]]:
        """The cells of `length` rows from position `start`, in `columns` order."""
        return self.frame(start, length).rows()

    def frame(self, start: int, length: int) -> pl.DataFrame:
        """The same as a frame with the columns' keys as names: the fast way to export a long view."""
        applied = self._applied
        rows = applied.frame[applied.order.slice(start, length)]
        return rows.select(self._shown(rows[column.key]).alias(column.key) for column in self._columns)

    def ids(self, start: int, length: int) -> list[int]:
        """The ids of rows by position."""
        applied = self._applied
        return applied.frame[ID].gather(applied.order.slice(start, length)).to_list()

    def position(self, row_id: int) -> int | None:
        """Where a row stands in the view; None if the view leaves it out."""
        applied = self._applied
        place = applied.places.get(row_id)
        if place is None:
            return None
        found = (applied.order == place).arg_true()
        return int(found[0]) if len(found) else None

    def facets(self, column: str) -> list[FacetValue]:
        """Counts per value of a column, under all filters but its own; by rank where it has one, else by count.

        A row with several values counts for each. Raises InvalidInput if the column has no counts.
        """
        known = self._by_key.get(column)
        if known is None or not known.facet:
            raise InvalidInput(f"The {self._name} has no counts for “{column}”.", field=column)
        applied = self._applied
        others = [mask for key, mask in applied.masks if key != column]
        values = applied.frame[column]
        kept = _all_of(others)
        if kept is not None:
            values = values.filter(kept)
        if isinstance(values.dtype, pl.List):
            values = values.explode(empty_as_null=True)
        counted = values.cast(pl.String).fill_null("").value_counts(name="rows")
        found = {str(value): int(count) for value, count in counted.rows()}
        rank = {value: place for place, value in enumerate(self._ranks.get(column, ()))}
        ordered = sorted(found.items(), key=lambda pair: (rank.get(pair[0], len(rank)), -pair[1], pair[0].casefold()))
        empty = self._words.get(column, "(blank)")
        return [FacetValue(value, value or empty, count) for value, count in ordered]

    # -- inside -------------------------------------------------------------------------------------------------------

    def _read(self) -> pl.DataFrame:
        frame = self._load()
        missing = [column.key for column in self._columns if column.key not in frame.columns]
        if ID not in frame.columns or missing:
            raise ValueError(f"the rows of {self._name} lack {missing or ID}")
        return frame

    def _prepared(self, frame: pl.DataFrame, view: View, places: dict[int, int] | None = None) -> _Applied:
        for key in [one.column for one in view.filters] + [key for key in (view.sort, *view.columns) if key]:
            if key not in self._by_key:
                raise InvalidInput(f"The {self._name} has no column “{key}”.", field=key)
        masks = [(one.column, self._mask(frame[one.column], one)) for one in view.filters]
        if view.text.strip():
            masks.append(("", self._searched(frame, view.text)))
        kept = _all_of([mask for _, mask in masks])
        order = self._order(frame, view)
        if kept is not None:
            order = order.filter(kept.gather(order))
        if places is None:
            places = {int(row_id): place for place, row_id in enumerate(frame[ID])}
        return _Applied(frame, places, view, tuple(masks), order)

    def _order(self, frame: pl.DataFrame, view: View) -> pl.Series:
        everything = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
        if not view.sort:
            return everything.reverse() if view.descending else everything
        if self._keys[0] is not frame:
            self._keys = (frame, {})
        made = self._keys[1]
        keys = made.get(view.sort)
        if keys is None:
            keys = made[view.sort] = self._sort_keys(frame[view.sort], self._by_key[view.sort])
        placed = keys.with_row_index("__place")
        return placed.sort(
            keys.columns, descending=view.descending, nulls_last=True, maintain_order=True
        )["__place"]  # fmt: skip

    def _sort_keys(self, cells: pl.Series, column: Column) -> pl.DataFrame:
        """Empty cells sort last both ways, texts without regard to case, identifiers by their numbers (QT-9, QT-10)."""
        if cells.dtype.is_numeric():
            return pl.DataFrame({"0": cells})
        texts = self._shown(cells)
        texts = texts.set(texts == "", None)
        rank = self._ranks.get(column.key)
        if rank:
            order = pl.DataFrame(
                {"text": rank, "rank": list(range(len(rank)))}, schema={"text": pl.String, "rank": pl.Int64}
            )
            named = texts.alias("text").to_frame().join(order, on="text", how="left", maintain_order="left")
            ranked = pl.when(pl.col("text").is_null()).then(None).otherwise(pl.col("rank").fill_null(len(rank)))
            return named.select(ranked.alias("0"), pl.col("text").alias("1"))
        if column.kind is ColumnKind.IDENTIFIER:
            return pl.DataFrame(
                {"0": pl.Series([None if text is None else natural(text) for text in texts], dtype=pl.String)}
            )
        return pl.DataFrame({"0": texts.str.to_lowercase(), "1": texts})

    @staticmethod
    def _shown(cells: pl.Series) -> pl.Series:
        """What a cell shows: several values joined, numbers as they are."""
        if isinstance(cells.dtype, pl.List):
            return cells.list.join(SEPARATOR).fill_null("")
        return cells if cells.dtype.is_numeric() else cells.cast(pl.String).fill_null("")

    def _searched(self, frame: pl.DataFrame, text: str) -> pl.Series:
        """Every word must stand somewhere in the row's texts, or the search of what is behind the row finds it."""
        texts = [self._shown(frame[key]) for key in self._searched_columns]
        joined = pl.select(pl.concat_str([pl.lit(one.cast(pl.String)) for one in texts], separator="\x1f")).to_series()
        joined = joined.str.to_lowercase()
        words = text.lower().split()
        found = _all_of([joined.str.contains(word, literal=True) for word in words])
        assert found is not None
        if self._search is not None:
            found |= frame[ID].is_in(list(self._search(text)))
        return found

    def _mask(self, cells: pl.Series, condition: Filter) -> pl.Series:  # noqa: PLR0911 - one line an operation
        """True where a cell meets a condition; of a cell with several values one has to (none may, for a negation)."""
        listed = isinstance(cells.dtype, pl.List)
        match condition.op:
            case Op.IS_ANY:
                return self._is_any(cells, condition.values, listed)
            case Op.IS_NONE:
                return ~self._is_any(cells, condition.values, listed)
            case Op.CONTAINS:
                return self._contains(cells, condition.values)
            case Op.NOT_CONTAINS:
                return ~self._contains(cells, condition.values)
            case Op.STARTS:
                texts = self._shown(cells).cast(pl.String).str.to_lowercase()
                return _any_of([texts.str.starts_with(value.lower()) for value in condition.values], len(cells))
            case Op.BEFORE | Op.AFTER:
                return self._compared(cells, condition)
            case Op.EMPTY:
                return self._empty(cells, listed)
            case Op.NOT_EMPTY:
                return ~self._empty(cells, listed)

    @staticmethod
    def _empty(cells: pl.Series, listed: bool) -> pl.Series:
        if listed:
            return cells.list.len().fill_null(0) == 0
        return cells.is_null() if cells.dtype.is_numeric() else cells.cast(pl.String).fill_null("") == ""

    def _is_any(self, cells: pl.Series, values: Sequence[str], listed: bool) -> pl.Series:
        if listed:
            found = _any_of([cells.list.contains(value).fill_null(value=False) for value in values], len(cells))
            return found | self._empty(cells, listed) if "" in values else found
        return cells.cast(pl.String).fill_null("").is_in(list(values))

    def _contains(self, cells: pl.Series, values: Sequence[str]) -> pl.Series:
        texts = self._shown(cells).cast(pl.String).fill_null("").str.to_lowercase()
        return _any_of([texts.str.contains(value.lower(), literal=True) for value in values], len(cells))

    def _compared(self, cells: pl.Series, condition: Filter) -> pl.Series:
        """Numbers as numbers; else texts, which for dates is by day: "after" a day is after the whole of it."""
        masks = []
        for value in condition.values:
            if cells.dtype.is_numeric():
                try:
                    number = float(value.replace(",", ""))
                except ValueError:
                    raise InvalidInput(f"“{value}” is no number.", field=condition.column) from None
                found = cells < number if condition.op is Op.BEFORE else cells > number
            else:
                texts = self._shown(cells)
                found = texts < value if condition.op is Op.BEFORE else texts > f"{value}~"
                found &= texts != ""
            masks.append(found.fill_null(value=False))
        kept = _all_of(masks)
        return kept if kept is not None else pl.repeat(True, len(cells), dtype=pl.Boolean, eager=True)


def natural(text: str) -> str:
    """A key that sorts identifiers as people count: QT-9 before QT-10, without regard to case."""
    return re.sub(r"[0-9]+", lambda found: f"{len(found[0].lstrip('0')):02}{found[0].lstrip('0')}", text.casefold())


def _all_of(masks: Sequence[pl.Series]) -> pl.Series | None:
    kept: pl.Series | None = None
    for mask in masks:
        kept = mask if kept is None else kept & mask
    return kept


def _any_of(masks: Sequence[pl.Series], rows: int) -> pl.Series:
    found = pl.repeat(False, rows, dtype=pl.Boolean, eager=True)
    for mask in masks:
        found |= mask
    return found

"""The rows of a snapshot as a table: any number of rows, in file order without an index, pages out of the Parquet."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from desktop.browse.view import Column, ColumnKind, FacetValue, Filter, View
from desktop.errors import InvalidInput
from desktop.frames import pl
from desktop.portfolio.items import ITEMS, ItemKind
from desktop.portfolio.row_filters import (
    OddMpans,
    TableColumn,
    filter_mask,
    odd_mpans,
    sort_keys,
    sorted_places,
    text_mask,
)
from desktop.portfolio.row_store import RowStore
from desktop.portfolio.snapshots import SnapshotColumns

ROW_KEY = "#"
"""Key of the first column, the data row number from 1. A heading `#` gets the key `# (2)`."""

WINDOW = 1_000
"""Rows that are fetched together when the rows of a page stand all over the file, so that scrolling on is free."""

FRAME_WINDOW = 131_072
"""Rows that are fetched together for an export of a sorted or filtered view: each time the whole file is looked
through for them. One such block is kept."""

COLUMNS_KEPT = 192 * 1024 * 1024
"""Bytes of decoded columns that are kept for the next filter; the oldest go first."""
STORE_AT_ONCE = 50_000
"""Rows up to which the row store is built before the first filtered view is shown; beyond, beside it."""
_LONGEST_WAIT = 5.0
"""Seconds for which unpacking waits for a view at most."""
MASKS_KEPT = 24
ORDERS_KEPT = 4
WINDOWS_KEPT = 16
FACET_LIMIT = 1_000
"""Values of a facet that are listed, the most frequent."""

_KINDS = {
    ItemKind.MPAN: ColumnKind.IDENTIFIER,
    ItemKind.CODE: ColumnKind.IDENTIFIER,
    ItemKind.MPID: ColumnKind.IDENTIFIER,
    ItemKind.SERIAL: ColumnKind.IDENTIFIER,
    ItemKind.UPRN: ColumnKind.IDENTIFIER,
    ItemKind.DATE: ColumnKind.DATE,
}
_WIDTHS = {
    ItemKind.MPAN: 15, ItemKind.CODE: 9, ItemKind.MPID: 9, ItemKind.SERIAL: 13, ItemKind.DATE: 12,
    ItemKind.POSTCODE: 10, ItemKind.UPRN: 13, ItemKind.FLAG: 9, ItemKind.TEXT: 20,
}  # fmt: skip
_FACETS = frozenset({ItemKind.CODE, ItemKind.MPID, ItemKind.FLAG})


@dataclass(frozen=True)
class _State:
    """What a view left: positions of rows from 0 in order; None = every row in file order."""

    view: View
    order: pl.Series | None
    count: int


class PortfolioTable:
    """`TableSource` over a snapshot. The id of a row is its data row number, from 1. Safe to use from any thread."""

    def __init__(self, snapshot: SnapshotColumns) -> None:
        """Reads nothing yet."""
        self._snapshot = snapshot
        items = {heading: ITEMS[item] for item, heading in snapshot.mapping.items()}
        self._columns = [TableColumn(ROW_KEY, "", None)]
        shown = [Column(ROW_KEY, "Row", ColumnKind.NUMBER, width=8)]
        many = len(snapshot.headings) > 40
        for place, heading in enumerate(snapshot.headings):
            key = heading if heading != ROW_KEY else f"{ROW_KEY} (2)"
            item = items.get(heading)
            self._columns.append(TableColumn(key, f"c{place}", item))
            shown.append(
                Column(
                    key,
                    item.title if item else heading,
                    _KINDS.get(item.kind, ColumnKind.TEXT) if item else ColumnKind.TEXT,
                    width=_WIDTHS[item.kind] if item else 16,
                    facet=item is not None and (item.kind in _FACETS or item.name == "distributor"),
                    shown=item is not None or not many,
                )
            )
        self._shown = tuple(shown)
        self._by_key = {column.key: column for column in self._columns}
        self._lock = threading.RLock()
        self._decoded: OrderedDict[str, pl.Series] = OrderedDict()
        self._masks: OrderedDict[Filter | str, pl.Series] = OrderedDict()
        self._orders: OrderedDict[tuple[str, bool], pl.Series] = OrderedDict()
        self._windows: OrderedDict[int, list[tuple[object, ...]]] = OrderedDict()
        self._state = _State(View(), None, snapshot.rows)
        self._block: tuple[_State, int, pl.DataFrame] | None = None
        self._odd: dict[str, OddMpans] = {}
        self._store: RowStore | None = None
        self._idle = threading.Event()
        self._idle.set()
        self._unpacking: threading.Thread | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The row number, then every heading in file order: mapped ones under their item's title, keyed by heading."""
        return self._shown

    @property
    def view(self) -> View:
        """The view that is applied now."""
        return self._state.view

    def apply(self, view: View) -> None:
        """Filter and sort. Raises InvalidInput if the view names a column that is not there or a value is no date."""
        named = [condition.column for condition in view.filters] + ([view.sort] if view.sort else [])
        for key in (*named, *view.columns):
            self._column(key)
        with self._lock, self._person_waits():
            mask = self._mask(view.filters, view.text)
            order = self._order(view.sort, descending=view.descending) if view.sort else None
            if mask is not None:
                order = mask.arg_true() if order is None else order.filter(mask.gather(order))
            count = self._snapshot.rows if order is None else len(order)
            self._windows.clear()
            self._block = None
            self._state = _State(view, order, count)
            if order is not None and count:
                self._window(self._state, 0)
                self._prepare_store()

    def total(self) -> int:
        """Rows of the snapshot."""
        return self._snapshot.rows

    def count(self) -> int:
        """Rows that the view leaves."""
        return self._state.count

    def page(self, start: int, length: int) -> list[tuple[object, ...]]:
        """The cells of `length` rows from position `start`: the row number, then the texts as they stood."""
        state = self._state
        start, end = max(0, start), min(start + length, state.count)
        if end <= start:
            return []
        if state.order is None:
            return self._rows(pl.int_range(start, end, dtype=pl.UInt32, eager=True))
        rows: list[tuple[object, ...]] = []
        for number in range(start // WINDOW, (end - 1) // WINDOW + 1):
            window = self._window(state, number)
            first = number * WINDOW
            rows += window[max(0, start - first) : end - first]
        return rows

    def frame(self, start: int, length: int) -> pl.DataFrame:
        """What `page` gives as a frame, by column key, the row number as UInt32: for exports, 50 times as fast."""
        state = self._state
        start, end = max(0, start), min(start + length, state.count)
        if state.order is None or end <= start:
            return self._cells(pl.int_range(start, max(start, end), dtype=pl.UInt32, eager=True))
        parts = []
        for number in range(start // FRAME_WINDOW, (end - 1) // FRAME_WINDOW + 1):
            first = number * FRAME_WINDOW
            skipped = max(0, start - first)
            parts.append(self._window_frame(state, number).slice(skipped, end - first - skipped))
        return pl.concat(parts)

    def ids(self, start: int, length: int) -> list[int]:
        """The data row numbers by position."""
        state = self._state
        start, end = max(0, start), min(start + length, state.count)
        if state.order is None:
            return list(range(start + 1, max(start, end) + 1))
        return [int(row) + 1 for row in state.order.slice(start, max(0, end - start))]

    def position(self, row_id: int) -> int | None:
        """Where a data row stands in the view; None if the view leaves it out or there is no such row."""
        state = self._state
        if not 1 <= row_id <= self._snapshot.rows:
            return None
        if state.order is None:
            return row_id - 1
        found = state.order.index_of(row_id - 1)
        return None if found is None else int(found)

    def facets(self, column: str) -> list[FacetValue]:
        """Counts per value of a column, under all filters but its own; the most frequent first, up to 1,000 values."""
        cells = self._decode(self._column(column).name)
        view = self._state.view
        others = tuple(condition for condition in view.filters if condition.column != column)
        with self._lock:
            mask = self._mask(others, view.text)
        counted = (cells if mask is None else cells.filter(mask)).alias("value").value_counts(name="count")
        top = counted.sort(["count", "value"], descending=[True, False]).head(FACET_LIMIT)
        return [FacetValue(value, value or "(blank)", count) for value, count in top.iter_rows()]

    def _column(self, key: str) -> TableColumn:
        found = self._by_key.get(key)
        if found is None:
            raise InvalidInput(
                f"This portfolio has no column {key}.",
                field=key,
                todo="The view was made for a file with other headings: take that column out of it.",
            )
        return found

    def _decode(self, name: str) -> pl.Series:
        """A whole column, kept for the next time within `COLUMNS_KEPT`."""
        if not name:
            return pl.int_range(1, self._snapshot.rows + 1, dtype=pl.UInt32, eager=True)
        with self._lock:
            cells = self._decoded.get(name)
            if cells is None:
                cells = self._snapshot.scan().select(name).collect().to_series()
                self._decoded[name] = cells
                while len(self._decoded) > 1 and sum(map(_bytes_of, self._decoded.values())) > COLUMNS_KEPT:
                    self._decoded.popitem(last=False)
            self._decoded.move_to_end(name)
            return cells

    def _mask(self, filters: tuple[Filter, ...], text: str) -> pl.Series | None:
        """True where a row passes every filter and holds the text; None when there is nothing to pass."""
        result: pl.Series | None = None
        for condition in filters:
            result = _both(result, self._kept_mask(condition))
        if text.strip():
            result = _both(result, self._kept_mask(text))
        return result

    def _kept_mask(self, condition: Filter | str) -> pl.Series:
        mask = self._masks.get(condition)
        if mask is None:
            if isinstance(condition, Filter):
                column = self._column(condition.column)
                cells = self._decode(column.name)
                mask = filter_mask(cells, column, condition, lambda: self._odd_mpans(cells, column))
            else:
                mask = text_mask(self._snapshot.scan(), self._columns[1:], condition)
            self._masks[condition] = mask
            if len(self._masks) > MASKS_KEPT:
                self._masks.popitem(last=False)
        self._masks.move_to_end(condition)
        return mask

    def _order(self, key: str, *, descending: bool) -> pl.Series:
        """Positions of all rows, sorted by a column; rows alike stay in file order, blanks come last."""
        order = self._orders.get((key, descending))
        if order is None:
            column = self._column(key)
            cells = self._decode(column.name)
            keys = sort_keys(cells, column, lambda: self._odd_mpans(cells, column))
            order = sorted_places(keys, descending=descending)
            self._orders[key, descending] = order
            if len(self._orders) > ORDERS_KEPT:
                self._orders.popitem(last=False)
        self._orders.move_to_end((key, descending))
        return order

    def _telling_values(self, positions: pl.Series) -> pl.Series | None:
        """The values of these rows in a column in memory that tells rows apart; None when none of them does."""
        with self._lock:
            columns = list(self._decoded.values())
        for cells in reversed(columns):
            values = cells.gather(positions).unique()
            if 2 * len(values) > len(positions):
                return values
        return None

    def _odd_mpans(self, cells: pl.Series, column: TableColumn) -> OddMpans:
        """The odd cells of an MPAN column, found once."""
        if column.name not in self._odd:
            self._odd[column.name] = odd_mpans(cells, column)
        return self._odd[column.name]

    @contextmanager
    def _person_waits(self) -> Iterator[None]:
        """While somebody waits for a view, the unpacking of rows does too."""
        self._idle.clear()
        try:
            yield
        finally:
            self._idle.set()

    def _window(self, state: _State, number: int) -> list[tuple[object, ...]]:
        with self._lock:
            window = self._windows.get(number) if state is self._state else None
            if window is None:
                assert state.order is not None
                window = self._rows(state.order.slice(number * WINDOW, WINDOW))
                if state is self._state:
                    self._windows[number] = window
                    if len(self._windows) > WINDOWS_KEPT:
                        self._windows.popitem(last=False)
            return window

    def _prepare_store(self) -> None:
        """Unpack the rows once, for views in which neighbours stand far apart in the file."""
        if self._store is not None or self._unpacking is not None:
            return
        self._unpacking = threading.Thread(target=self._unpack, name="unpack portfolio rows", daemon=True)
        self._unpacking.start()
        if self._snapshot.rows <= STORE_AT_ONCE:
            self._idle.set()  # the person waits for the unpacking itself
            self._unpacking.join()

    def _unpack(self) -> None:
        # Without the store pages come slower, but they come: a full temporary drive is no reason to fail.
        with suppress(OSError, pl.exceptions.PolarsError):
            self._store = RowStore.build(self._snapshot, lambda: self._idle.wait(_LONGEST_WAIT))

    def _rows(self, positions: pl.Series) -> list[tuple[object, ...]]:
        """The cells of rows by their place in the file, in the order given."""
        store = self._store
        if store is not None:
            places = positions.to_list()
            return [(place + 1, *cells) for place, cells in zip(places, store.rows(places), strict=True)]
        return list(self._cells(positions).iter_rows())

    def _window_frame(self, state: _State, number: int) -> pl.DataFrame:
        with self._lock:
            kept = self._block
            if kept is None or kept[0] is not state or kept[1] != number:
                assert state.order is not None
                self._block = None
                kept = (state, number, self._cells(state.order.slice(number * FRAME_WINDOW, FRAME_WINDOW)))
                if state is self._state:
                    self._block = kept
            return kept[2]

    def _cells(self, positions: pl.Series) -> pl.DataFrame:
        """Rows by their place in the file, in the order given: the row number, then the texts, by column key."""
        keys = [column.key for column in self._columns]
        if positions.is_empty():
            return pl.DataFrame(schema={key: pl.String if place else pl.UInt32 for place, key in enumerate(keys)})
        first, last = int(positions.min()), int(positions.max())  # type: ignore[arg-type]
        near = self._snapshot.scan().slice(first, last - first + 1)
        if last - first + 1 == len(positions):
            found = near.collect()
            order = positions - first
        else:
            wanted = pl.col("#").is_in(positions.implode())
            some = self._telling_values(positions)
            if some is None:
                found = near.with_row_index("#", offset=first).filter(wanted).collect()
            else:
                # Of the other columns polars then takes only these rows apart.
                telling = pl.col(some.name).is_in(some.implode())
                found = self._snapshot.scan().with_row_index("#").filter(telling).filter(wanted).collect()
            at = pl.DataFrame({"#": found["#"], "place": pl.int_range(found.height, dtype=pl.UInt32, eager=True)})
            order = positions.alias("#").to_frame().join(at, on="#", how="left", maintain_order="left")["place"]
            found = found.drop("#")
        cells = found[order]
        cells.columns = keys[1:]
        return cells.insert_column(0, (positions + 1).cast(pl.UInt32).alias(keys[0]))


def _both(left: pl.Series | None, right: pl.Series) -> pl.Series:
    return right if left is None else left & right


def _bytes_of(cells: pl.Series) -> int:
    """What a text column holds in memory, about: 16 bytes a cell, and its text where it is longer than that."""
    return max(int(cells.estimated_size()), 16 * len(cells))

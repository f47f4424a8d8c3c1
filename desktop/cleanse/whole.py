"""Whole columns of a snapshot, for rules that judge rows against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from desktop.cleanse.coding import Block, Dictionary
from desktop.frames import pl
from desktop.portfolio.items import ITEMS, ItemKind


class WholeColumns:
    """The `KeyColumns` of one run: reads again only the columns that are asked for, and keeps what was prepared."""

    def __init__(self, blocks: Callable[[tuple[str, ...]], Iterator[Block]], mapped: frozenset[str], rows: int) -> None:
        """`blocks` reads the given items block by block; `rows` is the number of data rows."""
        self._blocks = blocks
        self._mapped = mapped
        self.rows = rows
        self._kept: dict[str, pl.Series] = {}
        self._coded: dict[str, tuple[Dictionary, pl.Series]] = {}

    def has(self, *names: str) -> bool:
        """Whether all these items are mapped."""
        return all(name in self._mapped for name in names)

    def keep(self, name: str, column: pl.Series) -> None:
        """Hand over a column that was prepared on the way: MPAN items as Int64, others as cleaned text."""
        self._kept[name] = column.alias(name)

    def keep_codes(self, name: str, dictionary: Dictionary, codes: pl.Series) -> None:
        """Hand over the codes of an item's rows, UInt16: two bytes a row, and the item need not be read again."""
        self._coded[name] = (dictionary, codes)

    def frame(self, *names: str) -> pl.DataFrame:
        """Column `row` (UInt32, from 1) and the cleaned items by name; MPANs as Int64. Raises KeyError if unmapped."""
        for name in names:
            if name not in self._kept and name in self._coded:
                dictionary, codes = self._coded[name]
                self._kept[name] = dictionary.prepared(_kind(name)).gather(codes).alias(name)
        missing = tuple(name for name in names if name not in self._kept)
        if missing:
            self._read(missing)
        row = pl.int_range(1, self.rows + 1, dtype=pl.UInt32, eager=True).alias("row")
        return pl.DataFrame([row, *(self._kept[name] for name in names)])

    def raw(self, rows: pl.Series, name: str) -> pl.Series:
        """The text as it stood of one item, for these data rows, in their order."""
        return self.cells(rows, (name,)).to_series()

    def cells(self, rows: pl.Series, names: tuple[str, ...]) -> pl.DataFrame:
        """The texts as they stood of several items, by name, for these data rows, in their order: read in one pass."""
        places = rows.cast(pl.Int64) - 1
        made = {}
        for name in names:
            if name in self._coded:
                dictionary, codes = self._coded[name]
                made[name] = dictionary.prepared("raw").gather(codes.gather(places)).alias(name)
        others = tuple(name for name in names if name not in made)
        if others:
            read = self._read_cells(rows, others)
            made.update((name, read[name]) for name in others)
        return pl.DataFrame([made[name] for name in names])

    def _read_cells(self, rows: pl.Series, names: tuple[str, ...]) -> pl.DataFrame:
        parts = [pl.DataFrame(schema={"row": pl.UInt32, **dict.fromkeys(names, pl.String)})]
        wanted = rows.cast(pl.UInt32).unique().sort()
        for block in self._blocks(names):
            first, after = (wanted.search_sorted(block.first_row + place) for place in (0, block.height))
            here = wanted.slice(int(first), int(after) - int(first))
            if len(here):
                places = here - block.first_row
                cells = [block.raw(name).gather(places).alias(name) for name in names]
                parts.append(pl.DataFrame([here.alias("row"), *cells]))
        found = pl.concat(parts)
        return found.drop("row")[found["row"].search_sorted(rows.cast(pl.UInt32))]

    def _read(self, names: tuple[str, ...]) -> None:
        prepared: dict[str, list[pl.Series]] = {name: [] for name in names}
        for block in self._blocks(names):
            for name in names:
                prepared[name].append(block.column(f"{_kind(name)}:{name}"))
        for name in names:
            empty = pl.Series([], dtype=pl.Int64 if ITEMS[name].kind is ItemKind.MPAN else pl.String)
            self._kept[name] = pl.concat([empty, *prepared[name]]).alias(name)


def _kind(name: str) -> str:
    """How an item is prepared for comparing rows: MPANs as numbers, others as cleaned text."""
    return "number" if ITEMS[name].kind is ItemKind.MPAN else "clean"

"""Evaluation of rules once per distinct value or combination of values, where a block has few of them.

A column with few distinct values is turned into codes (one dictionary for the whole run). A rule over such columns is
evaluated on the distinct combinations that occur in the block; only rows whose combination fails are looked at. A
column with many distinct values, a name or a hostile file's, is seen to have them from a sample and is read row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import polars as pl

from desktop.cleanse.columns import MIGRATED, prepare
from desktop.portfolio.items import ITEMS

SAMPLE = 2_048
"""Rows looked at to tell whether a column has few distinct values."""
FEW = 0.93
"""Few: at most this share of the sampled rows are distinct, as are 2,048 rows of a column of some 14,000 values."""
LARGEST_DICTIONARY = 65_536
ALL_OF_THEM = 16
"""Where there are so many rows for each possible combination, all of them are evaluated, met in the block or not: that
is cheaper than to find out which are met."""
LARGEST_KEY = 2**32
"""Combinations are numbered in 32 bits; more possible ones than that are evaluated row by row."""


@dataclass
class Dictionary:
    """The distinct texts of one item met so far in a run, and what was prepared from them."""

    item: str
    categories: pl.Categories = field(default_factory=pl.Categories.random)
    many: bool = False
    """Seen to have many distinct values: read row by row from here on."""
    size: int = 0
    _prepared: dict[str, pl.Series] = field(default_factory=dict)
    _anchor: pl.Series | None = None
    """polars forgets categories that no Series uses: this one, of no rows, keeps them for the run."""

    def takes(self, raw: pl.Series) -> bool:
        """Whether these cells look as if they had few distinct values; once seen to have many, never again."""
        if not self.many and self.size == 0 and _has_many(raw):
            self.many = True
        return not self.many

    def encode(self, coded: pl.Series) -> pl.Series | None:
        """The codes (UInt32) of cells cast to these categories, or None if there are too many distinct values."""
        if self._anchor is None:
            self._anchor = coded.clear()
        codes = coded.to_physical()
        size = len(self.categories.to_series())
        if size != self.size:
            self.size = size
            self._prepared.clear()
        if size > min(LARGEST_DICTIONARY, max(SAMPLE, len(coded))):
            self.many = True
            return None
        return codes

    def prepared(self, kind: str) -> pl.Series:
        """A prepared column of the dictionary: its element k belongs to code k."""
        if kind not in self._prepared:
            texts = self.categories.to_series().cast(pl.String)
            self._prepared[kind] = prepare(kind, ITEMS[self.item], texts)
        return self._prepared[kind]


def _has_many(cells: pl.Series) -> bool:
    """Whether a sample spread over these cells is mostly distinct."""
    sample = cells.gather_every(max(1, len(cells) // SAMPLE))
    return len(sample) > 64 and sample.n_unique() > FEW * len(sample)


@dataclass(frozen=True)
class Combinations:
    """The distinct combinations of some coded columns in a block.

    `keys` has one number per row, `distinct` those that occur, sorted, and `codes` each column's codes for these.
    Where `dense`, `distinct` has every possible combination, so that a key is its own place.
    """

    keys: pl.Series
    distinct: pl.Series
    codes: Mapping[str, pl.Series]
    dense: bool = False

    def places(self, keys: pl.Series) -> pl.Series:
        """Where each of these keys stands among the distinct ones."""
        return keys if self.dense else self.distinct.search_sorted(keys)

    def rows(self, wanted: pl.Series) -> pl.Series:
        """The positions of the rows whose combination is wanted; `wanted` is Boolean, one for each distinct one."""
        if self.dense:
            return wanted.gather(self.keys).arg_true()
        return self.keys.is_in(self.distinct.filter(wanted).implode()).arg_true()


class Block:
    """Some consecutive rows of a snapshot, with prepared columns made when first asked for.

    `tokens` below are what a rule depends on: item names, and `migrated:` for the column of that name.
    """

    def __init__(
        self,
        cells: pl.DataFrame,
        columns: Mapping[str, str],
        dictionaries: dict[str, Dictionary],
        migrated: pl.Expr,
        first_row: int,
    ) -> None:
        """`cells` holds the file's columns; `columns` says which belongs to an item; `first_row` counts from 1."""
        self.height = cells.height
        self.first_row = first_row
        self._cells = cells
        self._columns = columns
        self._dictionaries = dictionaries
        self._migrated = migrated
        self._codes: dict[str, pl.Series | None] = {}
        self._prepared: dict[str, pl.Series] = {}
        self._combinations: dict[tuple[str, ...], Combinations | None] = {}

    def raw(self, item: str) -> pl.Series:
        """The cells of an item as they stood."""
        return self._cells[self._columns[item]]

    def reads(self, item: str) -> bool:
        """Whether this item's cells are in the block."""
        return item in self._columns

    def frame(self, names: Sequence[str], rows: pl.Series | None = None) -> pl.DataFrame:
        """Prepared columns by name, for all rows or for these positions."""
        return pl.DataFrame([self.column(name, rows).alias(name) for name in names])

    def column(self, name: str, rows: pl.Series | None = None) -> pl.Series:
        """One prepared column, for all rows or for these positions; a few rows are prepared by themselves."""
        whole = self._prepared.get(name)
        if whole is not None:
            return whole if rows is None else whole.gather(rows)
        kind, item = name.split(":")
        if name != MIGRATED and kind != "raw":
            codes = self.codes(item)
            if codes is not None:
                codes = codes if rows is None else codes.gather(rows)
                return self._dictionaries[item].prepared(kind).gather(codes)
        if name == MIGRATED:
            whole = self._whole_migrated()
        elif rows is not None:
            return prepare(kind, ITEMS[item], self.raw(item).gather(rows))
        else:
            whole = prepare(kind, ITEMS[item], self.raw(item))
        self._prepared[name] = whole
        return whole if rows is None else whole.gather(rows)

    def codes(self, token: str) -> pl.Series | None:
        """The codes of one token, or None if it has many distinct values."""
        if token not in self._codes:
            if token == MIGRATED:
                self._codes[token] = self.column(MIGRATED).cast(pl.UInt32)
            else:
                self._encode((token,))
        return self._codes[token]

    def encode(self) -> None:
        """Make the codes of all items that have few distinct values, side by side on all processors."""
        self._encode(tuple(self._columns))

    def _encode(self, items: Sequence[str]) -> None:
        fitting = {}
        for item in items:
            dictionary = self._dictionaries.setdefault(item, Dictionary(item))
            if dictionary.takes(self.raw(item)):
                fitting[item] = dictionary
            else:
                self._codes[item] = None
        coded = self._cells.select(
            pl.col(self._columns[item]).cast(pl.Categorical(dictionary.categories)).alias(item)
            for item, dictionary in fitting.items()
        )
        for item, dictionary in fitting.items():
            self._codes[item] = dictionary.encode(coded[item])

    def combinations(self, tokens: tuple[str, ...]) -> Combinations | None:
        """The distinct combinations of these tokens; None where evaluating row by row is the cheaper way."""
        if tokens not in self._combinations:
            self._combinations[tokens] = self._combine(tokens)
        return self._combinations[tokens]

    def combination_frame(self, combinations: Combinations, names: Sequence[str]) -> pl.DataFrame:
        """Prepared columns by name, one row for each distinct combination."""
        made = []
        for name in names:
            kind, item = name.split(":")
            codes = combinations.codes[MIGRATED if name == MIGRATED else item]
            if name == MIGRATED:
                made.append(codes.cast(pl.Boolean).alias(name))
            else:
                made.append(self._dictionaries[item].prepared(kind).gather(codes).alias(name))
        return pl.DataFrame(made)

    def _size(self, token: str) -> int:
        return 2 if token == MIGRATED else self._dictionaries[token].size

    def _combine(self, tokens: tuple[str, ...]) -> Combinations | None:
        if not tokens:
            return None
        coded: list[pl.Series] = []
        for token in tokens:
            codes = self.codes(token)
            if codes is None:
                return None
            coded.append(codes)
        sizes = [self._size(token) for token in tokens]
        possible = reduce(lambda a, b: a * b, sizes)
        if possible > LARGEST_KEY:
            return None
        keys = coded[0]
        for codes, size in zip(coded[1:], sizes[1:], strict=True):
            keys = keys * size + codes
        dense = possible * ALL_OF_THEM <= len(keys)
        if not dense and possible > SAMPLE and _has_many(keys):
            return None
        distinct = pl.int_range(possible, dtype=pl.UInt32, eager=True) if dense else keys.unique().sort()
        split: dict[str, pl.Series] = {}
        rest = distinct
        for token, size in zip(reversed(tokens), reversed(sizes), strict=True):
            split[token] = rest % size
            rest = rest // size
        return Combinations(keys, distinct, split, dense)

    def _whole_migrated(self) -> pl.Series:
        """Evaluate the migrated rule, on combinations where there are few."""
        names = tuple(dict.fromkeys(self._migrated.meta.root_names()))
        tokens = tuple(sorted({name.split(":")[1] for name in names}))
        combinations = self.combinations(tokens)
        if combinations is None:
            return self.frame(names).select(self._migrated.alias("m")).to_series()
        values = self.combination_frame(combinations, names).select(self._migrated.alias("m")).to_series()
        return values.gather(combinations.places(combinations.keys))

"""The columns of the findings table in memory: what a filter keeps, how a sort runs, what a cell shows.

A column of few different values is one code for each row, a text column is the text itself. A filter gives a mask (a
Boolean for each row), a sort a permutation; both are kept, so that the second click costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import polars as pl

from desktop.browse.view import Filter, Op
from desktop.errors import InvalidInput

_KEPT_MASKS = 16


class ColumnData(Protocol):
    """One column of any number of rows."""

    def mask(self, condition: Filter) -> pl.Series:
        """A Boolean for each row: whether the condition keeps it. Raises InvalidInput for a value of the wrong kind."""
        ...

    def order(self, descending: bool) -> pl.Series:
        """Row places (UInt32) in the sorted order; rows alike keep their order, empty ones come last both ways."""
        ...

    def cells(self, places: pl.Series) -> pl.Series:
        """What the cells of these rows show."""
        ...


def sorted_places(keys: pl.Series, descending: bool) -> pl.Series:
    """The permutation that sorts integer keys, stable, nulls last."""
    frame = pl.DataFrame({"key": keys}).with_row_index("place")
    return frame.sort("key", descending=descending, nulls_last=True, maintain_order=True)["place"]


class _Kept:
    """Masks and permutations that were asked for before."""

    def __init__(self) -> None:
        self._masks: dict[Filter, pl.Series] = {}
        self._orders: dict[bool, pl.Series] = {}

    def mask(self, condition: Filter) -> pl.Series:
        """See ColumnData."""
        known = self._masks.get(condition)
        if known is None:
            known = self._mask(condition)
            if len(self._masks) >= _KEPT_MASKS:
                self._masks.clear()
            self._masks[condition] = known
        return known

    def order(self, descending: bool) -> pl.Series:
        """See ColumnData."""
        known = self._orders.get(descending)
        if known is None:
            known = sorted_places(self._keys(), descending)
            self._orders[descending] = known
        return known

    def _mask(self, condition: Filter) -> pl.Series:
        raise NotImplementedError

    def _keys(self) -> pl.Series:
        raise NotImplementedError


Coded = tuple[pl.Series, Sequence[str]]
"""A code for each row, and the labels that the codes count, in sorting order."""


class Labelled(_Kept):
    """A column of few different values: a code for each row, its place in `labels`, which stand in sorting order.

    `titles` are what people see. A filter may name a value by its label or by its title. The label '' is empty: its
    title is for the counts only. The codes are made when a filter, a sort or a count first needs them; a page of cells
    does not, where `peek` gives the labels of some rows.
    """

    def __init__(
        self,
        make: Callable[[], Coded],
        titles: Mapping[str, str] | None = None,
        peek: Callable[[pl.Series], pl.Series] | None = None,
    ) -> None:
        super().__init__()
        self._make = make
        self._titles = {label: title for label, title in (titles or {}).items() if label}
        self._empty_title = (titles or {}).get("", "")
        self._peek = peek
        self._coded: Coded | None = None

    @staticmethod
    def coded(codes: pl.Series, labels: Sequence[str], titles: Mapping[str, str] | None = None) -> Labelled:
        """From codes that are there already."""
        return Labelled(lambda: (codes, labels), titles)

    @staticmethod
    def of(values: pl.Series, order: Sequence[str] = (), titles: Mapping[str, str] | None = None) -> Labelled:
        """From texts without nulls. Values in `order` sort first, in that order; the others after them."""

        def make() -> Coded:
            there = set(values.unique().to_list())
            labels = [label for label in order if label in there] + sorted(there - set(order))
            return values.cast(pl.Enum(labels)).to_physical(), labels

        return Labelled(make, titles, values.gather)

    @property
    def codes(self) -> pl.Series:
        """The code of each row."""
        return self._made()[0]

    @property
    def labels(self) -> Sequence[str]:
        """The different values, in sorting order."""
        return self._made()[1]

    @property
    def shown(self) -> tuple[str, ...]:
        """What a cell shows for each label, and what a search looks at."""
        return tuple(self._titles.get(label, label) for label in self.labels)

    @property
    def titles(self) -> tuple[str, ...]:
        """The labels as counts show them: as cells do, and a word for the empty one."""
        return tuple(self._titles.get(label, label) if label else self._empty_title for label in self.labels)

    def _made(self) -> Coded:
        if self._coded is None:
            self._coded = self._make()
        return self._coded

    def _mask(self, condition: Filter) -> pl.Series:
        return self._of_labels(self._kept(condition))

    def containing(self, folded: str) -> pl.Series | None:
        """The rows whose label or title contains a text in lower case; None for no row."""
        kept = [
            folded in label.lower() or folded in title.lower()
            for label, title in zip(self.labels, self.shown, strict=True)
        ]
        return self._of_labels(kept) if any(kept) else None

    def counts(self, kept: pl.Series | None) -> dict[int, int]:
        """How many rows carry each code, among those of a mask (None = all)."""
        codes = self.codes if kept is None else self.codes.filter(kept)
        return {int(code): int(count) for code, count in codes.value_counts().iter_rows()}

    def cells(self, places: pl.Series) -> pl.Series:
        """What the rows at these places show; '' for an empty value, whatever the counts call it."""
        if self._coded is None and self._peek is not None:
            return self._peek(places).replace(self._titles)
        return pl.Series(self.shown, dtype=pl.String).gather(self.codes.gather(places))

    def _of_labels(self, kept: Sequence[bool]) -> pl.Series:
        chosen = [code for code, keep in enumerate(kept) if keep]
        if not chosen or len(chosen) == len(kept):
            return pl.repeat(bool(chosen), len(self.codes), dtype=pl.Boolean, eager=True)
        if len(chosen) == 1:
            return self.codes == chosen[0]
        if len(chosen) == len(kept) - 1:
            return self.codes != next(code for code, keep in enumerate(kept) if not keep)
        return pl.Series(kept, dtype=pl.Boolean).gather(self.codes)

    def _kept(self, condition: Filter) -> list[bool]:
        pairs = list(zip(self.labels, self.titles, strict=True))
        wanted = set(condition.values)
        if condition.op in {Op.IS_ANY, Op.IS_NONE}:
            among = [label in wanted or title in wanted for label, title in pairs]
            return among if condition.op is Op.IS_ANY else [not one for one in among]
        if condition.op in {Op.CONTAINS, Op.NOT_CONTAINS, Op.STARTS}:
            test = _text_test(condition)
            return [test(label, title) for label, title in zip(self.labels, self.shown, strict=True)]
        if condition.op in {Op.EMPTY, Op.NOT_EMPTY}:
            return [(label == "") is (condition.op is Op.EMPTY) for label in self.labels]
        limit = _one_value(condition)
        if condition.op is Op.BEFORE:
            return [label != "" and label < limit for label in self.labels]
        return [label > limit for label in self.labels]

    def _keys(self) -> pl.Series:
        if "" not in self.labels:
            return self.codes
        empty = self.labels.index("")
        return pl.DataFrame({"c": self.codes}).select(pl.when(pl.col("c") != empty).then(pl.col("c"))).to_series()


class Texts(_Kept):
    """A column of texts, '' for none. `digits`: an identifier that people type with blanks in it."""

    def __init__(self, values: pl.Series, *, digits: bool = False) -> None:
        super().__init__()
        self.values = values
        self._digits = digits
        self._ranks: pl.Series | None = None

    def cells(self, places: pl.Series) -> pl.Series:
        """The texts at these places."""
        return self.values.gather(places)

    def _mask(self, condition: Filter) -> pl.Series:
        if condition.op in {Op.EMPTY, Op.NOT_EMPTY}:
            return (self.values == "") if condition.op is Op.EMPTY else (self.values != "")
        wanted = [self._typed(value) for value in condition.values]
        if condition.op in {Op.IS_ANY, Op.IS_NONE}:
            found = self.values.is_in(wanted)
        elif condition.op in {Op.BEFORE, Op.AFTER}:
            limit = self._typed(_one_value(condition))
            return (self.values < limit) if condition.op is Op.BEFORE else (self.values > limit)
        else:
            folded = self.values.str.to_lowercase()
            starts = condition.op is Op.STARTS
            found = pl.repeat(value=False, n=len(self.values), dtype=pl.Boolean, eager=True)
            for text in (value.lower() for value in wanted):
                found = found | (folded.str.starts_with(text) if starts else folded.str.contains(text, literal=True))
        return ~found if condition.op in {Op.IS_NONE, Op.NOT_CONTAINS} else found

    def _typed(self, value: str) -> str:
        return typed_digits(value) or value if self._digits else value

    def _keys(self) -> pl.Series:
        if self._ranks is None:
            if self._digits:
                # Thirteen digits sort as a number as they sort as a text, and four times as fast.
                plain = self.values.str.len_bytes() == 13
                numbers = self.values.cast(pl.Int64, strict=False)
                if bool((plain & numbers.is_not_null()).all()):
                    self._ranks = numbers
                    return numbers
            frame = pl.DataFrame({"v": self.values}).select(
                pl.when(pl.col("v") != "").then(pl.col("v")).rank("dense").cast(pl.UInt32)
            )
            self._ranks = frame.to_series()
        return self._ranks


class Numbers(_Kept):
    """A column of whole numbers, null for none."""

    def __init__(self, values: pl.Series) -> None:
        super().__init__()
        self.values = values

    def cells(self, places: pl.Series) -> pl.Series:
        """The numbers at these places."""
        return self.values.gather(places)

    def _mask(self, condition: Filter) -> pl.Series:
        if condition.op in {Op.EMPTY, Op.NOT_EMPTY}:
            return self.values.is_null() if condition.op is Op.EMPTY else self.values.is_not_null()
        if condition.op in {Op.BEFORE, Op.AFTER}:
            limit = _whole(_one_value(condition), condition.column)
            found = (self.values < limit) if condition.op is Op.BEFORE else (self.values > limit)
            return found.fill_null(value=False)
        if condition.op in {Op.IS_ANY, Op.IS_NONE}:
            wanted = [_whole(value, condition.column) for value in condition.values]
            found = self.values.is_in(wanted).fill_null(value=False)
            return found if condition.op is Op.IS_ANY else ~found
        return Texts(self.values.cast(pl.String).fill_null("")).mask(condition)

    def _keys(self) -> pl.Series:
        return self.values


def typed_digits(text: str) -> str:
    """The digits of a text that is nothing but digits and blanks (an MPAN as people write it), else ''."""
    bare = "".join(text.split())
    return bare if bare.isascii() and bare.isdigit() else ""


def _text_test(condition: Filter) -> Callable[[str, str], bool]:
    wanted = [value.lower() for value in condition.values]
    if condition.op is Op.STARTS:
        return lambda label, title: any(
            label.lower().startswith(text) or title.lower().startswith(text) for text in wanted
        )
    found = condition.op is Op.CONTAINS
    return lambda label, title: any(text in label.lower() or text in title.lower() for text in wanted) is found


def _one_value(condition: Filter) -> str:
    if len(condition.values) != 1:
        raise InvalidInput(f"“{condition.op.value}” needs one value.", field=condition.column)
    return condition.values[0]


def _whole(value: str, field: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise InvalidInput(f"“{value}” is not a whole number.", field=field) from None

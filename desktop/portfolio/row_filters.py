"""Filters, text search and sorting over whole columns of a snapshot, as masks and sort keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.browse.view import Filter, Op
from desktop.errors import InvalidInput
from desktop.frames import pl
from desktop.portfolio.cleaning import clean, clean_series, parse_date
from desktop.portfolio.items import Item, ItemKind

_SPACED_DIGITS = re.compile(r"^[\s\d\-./]*\d[\s\d\-./]*$")


_PARTS_OF_MPANS = frozenset({Op.CONTAINS, Op.NOT_CONTAINS, Op.STARTS})
_AFTER_ALL_DAYS = 10_000_000
"""Later than any day that can be written, as days since 1970."""
_AFTER_ALL_MPANS = 10**13
_SAMPLE = 4_096


@dataclass(frozen=True)
class TableColumn:
    """A column of the table: its key, its name in the Parquet ('' = the row number), and its item if it is mapped."""

    key: str
    name: str
    item: Item | None

    @property
    def is_mpan(self) -> bool:
        """Whether it holds MPANs, which people write with and without spaces."""
        return self.item is not None and self.item.kind is ItemKind.MPAN

    @property
    def is_date(self) -> bool:
        """Whether it holds dates."""
        return self.item is not None and self.item.kind is ItemKind.DATE


@dataclass(frozen=True)
class OddMpans:
    """The cells of an MPAN column that are not thirteen digits: their places, and what cleaning makes of them.

    They are few in most files. All other cells are their own cleaned text, so only these ever need cleaning.
    """

    places: pl.Series
    cleaned: pl.Series


def odd_mpans(cells: pl.Series, column: TableColumn) -> OddMpans:
    """Find and clean the odd cells of an MPAN column: some 30 ms for a million rows."""
    cell = pl.col("cell")
    # A number of thirteen characters is one of thirteen digits, if it does not begin with its sign.
    tidy = (cell.str.len_bytes() == 13) & cell.cast(pl.Int64, strict=False).is_not_null() & (cell >= "0")
    places = cells.alias("cell").to_frame().select((~tidy).arg_true()).to_series()
    return OddMpans(places, clean_series(cells.gather(places), _item(column)))


def filter_mask(
    cells: pl.Series, column: TableColumn, condition: Filter, odd: Callable[[], OddMpans] | None = None
) -> pl.Series:
    """True where a cell meets a condition. Texts are compared as they stood, `contains` without regard to case.

    `odd` gives the odd cells of an MPAN column where they are known already.
    Raises InvalidInput for a value that cannot be compared: a date or a row number that is none.
    """
    if column.is_mpan and condition.op in _PARTS_OF_MPANS and all(map(_SPACED_DIGITS.match, condition.values)):
        return _mpan_mask(cells, odd() if odd else odd_mpans(cells, column), condition)
    cell = pl.col("cell")
    frame = cells.alias("cell").to_frame()
    return frame.select(_condition(cell, column, condition)).to_series()


def _condition(cell: pl.Expr, column: TableColumn, condition: Filter) -> pl.Expr:  # noqa: PLR0911 - one line an operation
    values = condition.values
    if not column.name:
        return _row_number(cell, condition)
    match condition.op:
        case Op.IS_ANY:
            return cell.is_in(list(values))
        case Op.IS_NONE:
            return ~cell.is_in(list(values))
        case Op.CONTAINS:
            return _contains_any(cell, column, values)
        case Op.NOT_CONTAINS:
            return ~_contains_any(cell, column, values)
        case Op.STARTS:
            return pl.any_horizontal(pl.lit(value=False), *(_starts(cell, column, value) for value in values))
        case Op.BEFORE | Op.AFTER:
            return _compared(cell, column, condition)
        case Op.EMPTY:
            return cell.str.strip_chars() == ""
        case Op.NOT_EMPTY:
            return cell.str.strip_chars() != ""


def _mpan_mask(cells: pl.Series, odd: OddMpans, condition: Filter) -> pl.Series:
    """As `_contains` and `_starts`, but cleaning the odd cells alone."""
    found = pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)
    odd_cells = cells.gather(odd.places)
    for value in condition.values:
        digits = re.sub(r"[^0-9]", "", value)
        if condition.op is Op.STARTS:
            among, odd_ones = cells.str.starts_with(digits), odd.cleaned.str.starts_with(digits)
        else:
            among, odd_ones = cells.str.contains(digits, literal=True), odd.cleaned.str.contains(digits, literal=True)
        odd_ones = odd_ones.fill_null(value=False)
        if condition.op is not Op.STARTS:
            odd_ones |= odd_cells.str.contains(value.strip(), literal=True)
        found |= among.scatter(odd.places, odd_ones)
    return ~found if condition.op is Op.NOT_CONTAINS else found


def _row_number(number: pl.Expr, condition: Filter) -> pl.Expr:
    try:
        values = [int(value.replace(",", "").strip()) for value in condition.values]
    except ValueError as error:
        raise InvalidInput("A row number is a whole number.", field=condition.column) from error
    first = values[0] if values else 0
    match condition.op:
        case Op.BEFORE:
            return number < first
        case Op.AFTER:
            return number > first
        case Op.IS_ANY:
            return number.is_in(values)
        case Op.IS_NONE:
            return ~number.is_in(values)
        case Op.EMPTY | Op.NOT_EMPTY:
            return number.is_not_null() if condition.op is Op.NOT_EMPTY else number.is_null()
        case _:
            text = number.cast(pl.String)
            found = pl.any_horizontal(
                pl.lit(value=False),
                *(
                    text.str.starts_with(str(value))
                    if condition.op is Op.STARTS
                    else text.str.contains(str(value), literal=True)
                    for value in values
                ),
            )
            return ~found if condition.op is Op.NOT_CONTAINS else found


def _contains_any(cell: pl.Expr, column: TableColumn, values: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(value=False), *(_contains(cell, column, value) for value in values))


def _contains(cell: pl.Expr, column: TableColumn, value: str) -> pl.Expr:
    """Without regard to case; an MPAN is found with or without spaces, in the file and in what was typed."""
    if column.is_mpan and _SPACED_DIGITS.match(value):
        digits = re.sub(r"[^0-9]", "", value)
        return clean(cell, _item(column)).str.contains(digits, literal=True).fill_null(value=False) | cell.str.contains(
            value.strip(), literal=True
        )
    if value.lower() != value.upper():
        if value.isascii():
            return cell.str.contains_any([value], ascii_case_insensitive=True)
        return cell.str.to_lowercase().str.contains(value.lower(), literal=True)
    return cell.str.contains(value, literal=True)


def _starts(cell: pl.Expr, column: TableColumn, value: str) -> pl.Expr:
    if column.is_mpan and _SPACED_DIGITS.match(value):
        digits = re.sub(r"[^0-9]", "", value)
        return clean(cell, _item(column)).str.starts_with(digits).fill_null(value=False)
    return cell.str.to_lowercase().str.starts_with(value.lower())


def _compared(cell: pl.Expr, column: TableColumn, condition: Filter) -> pl.Expr:
    """Before or after: dates as dates, everything else as text."""
    value = condition.values[0] if condition.values else ""
    before = condition.op is Op.BEFORE
    if not column.is_date:
        return (cell != "") & ((cell < value) if before else (cell > value))
    day = _day(value, condition.column)
    dates = parse_date(cell)
    return ((dates < day) if before else (dates > day)).fill_null(value=False)


def _day(value: str, key: str) -> date:
    found = pl.select(parse_date(pl.lit(value))).item()
    if not isinstance(found, date):
        raise InvalidInput(f"{value} is not a date.", field=key, todo="Write it as day/month/year or year-month-day.")
    return found


def text_mask(rows: pl.LazyFrame, columns: Sequence[TableColumn], text: str) -> pl.Series:
    """True where any cell of a row holds the text, without regard to case; MPANs with or without spaces."""
    value = text.strip()
    found = [_contains(pl.col(column.name), column, value) for column in columns]
    return rows.select(pl.any_horizontal(found)).collect().to_series()


def sort_keys(cells: pl.Series, column: TableColumn, odd: Callable[[], OddMpans] | None = None) -> pl.Series:
    """What to sort by: numbers where all cells are, dates as days, unreadable ones last; else texts. null = blank."""
    if not column.name:
        return cells
    number = cells.cast(pl.Int64, strict=False)
    if number.null_count() == (cells == "").sum():
        return number
    if column.is_date:
        days = cells.to_frame("cell").select(parse_date(pl.col("cell")).dt.epoch("d").cast(pl.Int64)).to_series()
        return _odd_ones_last(cells, days, _AFTER_ALL_DAYS)
    if column.is_mpan:
        spoiled = odd() if odd else odd_mpans(cells, column)
        keys = number.scatter(spoiled.places, spoiled.cleaned.cast(pl.Int64, strict=False))
        return _odd_ones_last(cells, keys, _AFTER_ALL_MPANS)
    return cells.to_frame("cell").select(pl.when(pl.col("cell") != "").then(pl.col("cell"))).to_series()


def _odd_ones_last(cells: pl.Series, keys: pl.Series, after: int) -> pl.Series:
    """The keys; filled cells without one (or one beyond `after`) get numbers behind all others, in order of text."""
    keys = keys.to_frame("key").select(pl.when(pl.col("key") < after).then(pl.col("key"))).to_series()
    places = (keys.is_null() & (cells != "")).arg_true()
    if not len(places):
        return keys
    return keys.scatter(places, after - 1 + cells.gather(places).rank("dense").cast(pl.Int64))


def sorted_places(keys: pl.Series, *, descending: bool) -> pl.Series:
    """The places of all rows, sorted by their key; rows alike stay in their order, null comes last."""
    if keys.dtype == pl.String and keys.head(_SAMPLE).n_unique() < _SAMPLE // 4:
        # Few texts, often repeated: sort those, then their ranks.
        texts = keys.drop_nulls().unique().sort()
        ranks = pl.int_range(len(texts), dtype=pl.Int64, eager=True)
        keys = keys.replace_strict(texts, ranks, default=None, return_dtype=pl.Int64)
    frame = keys.alias("key").to_frame()
    low, high = (keys.min(), keys.max()) if keys.dtype != pl.String else (None, None)
    if isinstance(low, int) and isinstance(high, int) and (high - low + 1).bit_length() + len(keys).bit_length() < 63:
        # Key and place in one integer: one plain sort, and rows alike stay in their order.
        shift = 1 << len(keys).bit_length()
        key = pl.col("key").cast(pl.Int64)
        rank = ((high - key) if descending else (key - low)).fill_null(high - low + 1)
        packed = rank * shift + pl.int_range(pl.len(), dtype=pl.Int64)
        return frame.select((packed.sort() % shift).cast(pl.UInt32)).to_series()
    return frame.select(
        pl.arg_sort_by("key", descending=descending, nulls_last=True, maintain_order=True).cast(pl.UInt32)
    ).to_series()


def _item(column: TableColumn) -> Item:
    assert column.item is not None
    return column.item

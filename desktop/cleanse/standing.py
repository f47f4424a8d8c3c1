"""Reading of industry tables (MDD): their columns by the words of the heading, their dates, their padded codes."""

from __future__ import annotations

import re
from datetime import date

import polars as pl


def column_of(table: pl.DataFrame, *words: str) -> str | None:
    """The last column whose heading holds all these words (lower case); None if there is none.

    Headings differ between versions of a table in capitals, spaces and suffixes, so they are not compared whole. Where
    several fit, the last is meant: a table's own dates stand after those of what it refers to.
    """
    fitting = [name for name in table.columns if all(word in _plain(name) for word in words)]
    return fitting[-1] if fitting else None


def padded(column: str, width: int) -> pl.Expr:
    """A code column as text with leading zeros: MDD writes 1 for MTC 001."""
    return pl.col(column).str.strip_chars().str.to_uppercase().str.zfill(width)


def table_date(column: str) -> pl.Expr:
    """A date column as Date: DD/MM/YYYY as in MDD, or ISO as in ISD; null where blank (open)."""
    text = pl.col(column).str.strip_chars().str.head(10)
    return pl.coalesce(text.str.to_date("%d/%m/%Y", strict=False), text.str.to_date("%Y-%m-%d", strict=False))


def live_on(table: pl.DataFrame, day: date) -> pl.DataFrame:
    """The rows in force on a day: begun, and not ended before it (end dates are inclusive)."""
    start, end = column_of(table, "effective", "from"), column_of(table, "effective", "to")
    rows = table
    if start is not None:
        rows = rows.filter((table_date(start) <= day).fill_null(value=True))
    if end is not None:
        rows = rows.filter((table_date(end) >= day).fill_null(value=True))
    return rows


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z]+", " ", heading.lower())

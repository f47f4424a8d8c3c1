"""The lines that table rules return: one for each row a finding is about, and how such lines name other rows."""

from __future__ import annotations

import polars as pl

LINE_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "item": pl.String(),
    "message": pl.String(),
    "suggestion": pl.String(),
}
NAMED_ROWS = 3
"""How many other rows a message names before it only counts them."""


def no_lines() -> pl.DataFrame:
    """A result without findings."""
    return pl.DataFrame(schema=LINE_SCHEMA)


def lines(frame: pl.DataFrame, item: str, message: str | pl.Expr, suggestion: str | pl.Expr = "") -> pl.DataFrame:
    """One line for each row of `frame` (its column `row`), with a text or an expression over `frame` as the message."""
    # polars 2.1 was seen to panic in `format` over a frame in several chunks, put together by joins and concat.
    return frame.rechunk().select(
        pl.col("row").cast(pl.UInt32),
        item=pl.lit(item),
        message=_text(message),
        suggestion=_text(suggestion),
    )


def together(*parts: pl.DataFrame) -> pl.DataFrame:
    """All these lines in row order; of several lines about one item of one row, the first given stays."""
    if not any(part.height for part in parts):
        return no_lines()
    return pl.concat(parts).unique(["row", "item"], keep="first", maintain_order=True).sort("row", maintain_order=True)


def with_other_rows(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Adds `others`: the other rows with the same key in words, such as `row 7` or `rows 7, 9, 12 and 4 more`."""
    groups = frame.group_by(key).agg(
        first=pl.col("row").unique().sort().head(NAMED_ROWS + 1), count=pl.col("row").n_unique()
    )
    other = pl.col("first").list.set_difference(pl.concat_list("row")).list.sort().list.head(NAMED_ROWS)
    return (
        frame.join(groups, on=key, how="left", maintain_order="left")
        .rechunk()
        .with_columns(others=rows_in_words(other, pl.col("count") - 1))
        .drop("first", "count")
    )


def rows_in_words(first: pl.Expr, count: pl.Expr) -> pl.Expr:
    """`first` is a list of row numbers to name, `count` how many there are: `row 7`, `rows 7, 9, 12 and 4 more`."""
    named = first.cast(pl.List(pl.String)).list.join(", ")
    more = count.cast(pl.Int64) - first.list.len().cast(pl.Int64)
    tail = pl.when(more > 0).then(pl.format(" and {} more", more)).otherwise(pl.lit(""))
    return pl.when(count == 1).then(pl.format("row {}", named)).otherwise(pl.format("rows {}{}", named, tail))


def _text(text: str | pl.Expr) -> pl.Expr:
    return pl.lit(text) if isinstance(text, str) else text.cast(pl.String)

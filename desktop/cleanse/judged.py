"""The valid values that cross-field rules judge (others are the form checks' findings), and how they look at rows."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Items, KeyColumns, RuleContext
from desktop.cleanse.columns import ItemColumns, prepare
from desktop.portfolio.items import ITEMS

HALF_HOURLY_PROFILE = "00"
PROFILES = tuple(f"{number:02d}" for number in range(1, 9))
"""Profile classes of non-half-hourly settlement: 01 to 08 (00 means half-hourly)."""
HALF_HOURLY_CLASSES = ("C", "D", "E", "F", "G")
NON_HALF_HOURLY_CLASSES = ("A", "B")
UNMETERED_CLASSES = ("B", "D")
METERED_CLASSES = ("A", "C", "E", "F", "G")
CURRENT_TRANSFORMER_CONNECTIONS = ("L", "H", "E")
CONNECTIONS = ("W", "L", "H", "E", "U")
SEGMENTS = ("S", "A", "U")
DIRECTIONS = ("I", "E")
GSP_GROUPS = tuple(f"_{letter}" for letter in "ABCDEFGHJKLMNP")


def not_migrated(items: Items, when: pl.Expr) -> pl.Expr:
    """`when`, but false for migrated rows: they may lack, or still carry, legacy settlement items (domain data 3.2)."""
    return when & ~items.migrated()


def blank(keys: KeyColumns, rows: pl.Series, name: str) -> pl.Series:
    """Whether the item of each of these rows is blank or a placeholder, rather than filled but unreadable."""
    return prepare("clean", ITEMS[name], keys.raw(rows, name)).is_null()


def migrated_rows(keys: KeyColumns, ctx: RuleContext, rows: pl.Series) -> pl.Series:
    """`Items.migrated` for a few rows of a table rule, in their order."""
    mapped = {name: name for name in ITEMS if keys.has(name)}
    items = ItemColumns(mapped, ctx.as_of)
    if "data_service" not in mapped or rows.is_empty():
        return pl.Series([False] * len(rows), dtype=pl.Boolean)
    rule = items.migrated_rule()
    columns = [
        prepare(token.split(":")[0], ITEMS[token.split(":")[1]], keys.raw(rows, token.split(":")[1])).alias(token)
        for token in dict.fromkeys(rule.meta.root_names())
    ]
    return pl.DataFrame(columns).select(rule.alias("migrated")).to_series()


def missing_parts(items: Items, parts: dict[str, tuple[str, ...]]) -> str:
    """A note for people on what was not looked at: `parts` names each part and the items it needs."""
    left_out = [part for part, needed in parts.items() if not items.has(*needed)]
    if not left_out:
        return ""
    return "Not looked at, because the file has no such item: " + "; ".join(left_out) + "."

"""The valid values that cross-field rules judge (others are the form checks' findings), and how they look at rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from desktop.cleanse.check import Items, KeyColumns, RuleContext
from desktop.cleanse.columns import ItemColumns, prepare
from desktop.cleanse.mpan_arithmetic import is_filler
from desktop.portfolio.items import ITEMS, ItemKind

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


def real_serial(serial: pl.Expr) -> pl.Expr:
    """Whether a cleaned serial number could be one: 1 to 10 letters and digits, no filler (else FMT-18 reports it)."""
    return serial.str.contains(r"^[A-Z0-9]{1,10}$") & ~serial.str.contains(r"^(0+|UNK|TBA|NOTKNOWN)$")


def not_migrated(items: Items, when: pl.Expr) -> pl.Expr:
    """`when`, but false for migrated rows: they may lack, or still carry, legacy settlement items (domain data 3.2)."""
    return when & ~items.migrated()


def numbers(keys: KeyColumns, *names: str) -> pl.DataFrame:
    """`keys.frame`, but one digit thirteen times over, which stands for no MPAN, is null."""
    frame = keys.frame(*names)
    mpans = [name for name in names if ITEMS[name].kind is ItemKind.MPAN]
    fillers = [name for name in mpans if frame.select(is_filler(pl.col(name)).any()).item()]
    return frame.with_columns(pl.when(~is_filler(pl.col(name))).then(pl.col(name)) for name in fillers)


def is_repeated(values: pl.Series) -> pl.Series:
    """Whether each of these integers stands more than once (never for null): found by sorting, which beats hashing."""
    ordered = values.drop_nulls().sort()
    repeated = ordered.filter((ordered == ordered.shift()).fill_null(value=False)).unique()
    return values.is_in(repeated.implode()).fill_null(value=False)


def on_repeated_mpans(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a frame whose MPAN stands in other rows too, in their order."""
    return frame.filter(is_repeated(frame["mpan"]))


def blank(keys: KeyColumns, rows: pl.Series, name: str) -> pl.Series:
    """Whether an MPAN item of these rows holds nothing (blank, a placeholder, 0), rather than something amiss."""
    cleaned = prepare("clean", ITEMS[name], keys.raw(rows, name)).alias("cleaned").to_frame()
    text = pl.col("cleaned")
    filler = (text.str.len_bytes() == 13) & (text.str.strip_chars(text.str.slice(0, 1)) == "")
    return cleaned.select(text.is_null() | (text == "0") | filler).to_series()


def live_distributors(ctx: RuleContext) -> dict[int, Mapping[str, Any]]:
    """The code list's ordinary distributors in being on the day, by id; others are form check FMT-06's findings."""
    day = ctx.as_of.isoformat()
    return {
        int(entry["id"]): entry
        for entry in ctx.codes["distributors"]
        if not entry.get("special") and (entry.get("from") or "") <= day and (not entry.get("to") or entry["to"] >= day)
    }


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
    """A `Check.note` on what was not looked at: `parts` names each part and the items it needs."""
    left_out = [part for part, needed in parts.items() if not items.has(*needed)]
    if not left_out:
        return ""
    absent = dict.fromkeys(ITEMS[name].title for part in left_out for name in parts[part] if not items.has(name))
    return f"{'; '.join(left_out)}, because no heading is mapped to {', '.join(absent)}."

"""The columns that rules read: where a portfolio's cells come from, and how each item is named and prepared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from desktop.frames import pl
from desktop.portfolio.cleaning import clean, parse_date
from desktop.portfolio.items import ITEMS, Item, ItemKind
from desktop.portfolio.reading import Reading

LEGACY_AGENTS = ("meter_operator", "data_collector", "data_aggregator")
SERVICES = ("data_service", "metering_service")
MIGRATED = "migrated:"
"""The prepared column that says whether a row's supply has migrated."""

_FIRST_13_DIGITS = 10**12
_AFTER_13_DIGITS = 10**13


@dataclass(frozen=True)
class CheckSource:
    """One snapshot as the engine reads it: text columns c0, c1, ... in file order, data row 1 first."""

    rows: pl.LazyFrame
    row_count: int
    reading: Reading
    mapping: Mapping[str, str]
    """Item to heading, as confirmed by the person."""
    columns: Mapping[str, str]
    """Item to the column (c0, c1, ...) under that heading."""
    given_date: date | None = None
    """The extract date that was given at import."""
    standing: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    @staticmethod
    def of_parquet(
        path: Path, reading: Reading, mapping: Mapping[str, str], given_date: date | None = None
    ) -> CheckSource:
        """A snapshot's Parquet, as `RawTable` describes it. Of a heading that stands twice, the first is read."""
        columns = {item: f"c{reading.headings.index(heading)}" for item, heading in mapping.items()}
        return CheckSource(pl.scan_parquet(path), reading.rows, reading, dict(mapping), columns, given_date)

    @staticmethod
    def of_frame(
        frame: pl.DataFrame,
        mapping: Mapping[str, str] | None = None,
        reading: Reading | None = None,
        given_date: date | None = None,
    ) -> CheckSource:
        """A frame in memory; its column names are the headings. Without a mapping, item names are mapped."""
        headings = tuple(frame.columns)
        mapping = {name: name for name in headings if name in ITEMS} if mapping is None else dict(mapping)
        reading = reading or Reading(format="csv", headings=headings, rows=frame.height, encoding="utf-8")
        columns = {item: f"c{headings.index(heading)}" for item, heading in mapping.items()}
        cells = frame.select(
            pl.col(name).cast(pl.String).fill_null("").alias(f"c{place}") for place, name in enumerate(headings)
        )
        return CheckSource(cells.lazy(), frame.height, reading, mapping, columns, given_date)


def is_regular_mpan(text: pl.Expr) -> pl.Expr:
    """Whether a cell is thirteen ASCII digits of which the first is not 0: nothing about its form needs a second look.

    Far cheaper than a pattern: thirteen bytes that read as an integer of thirteen digits hold no sign and no space.
    """
    number = text.cast(pl.Int64, strict=False)
    return ((text.str.len_bytes() == 13) & (number >= _FIRST_13_DIGITS) & (number < _AFTER_13_DIGITS)).fill_null(
        value=False
    )


def mpan_number(cleaned: pl.Expr) -> pl.Expr:
    """The cleaned text as Int64 where it is thirteen ASCII digits, else null."""
    return pl.when(cleaned.str.contains("^[0-9]{13}$")).then(cleaned).cast(pl.Int64, strict=False)


class ItemColumns:
    """The `Items` that row rules are given. An item that is not mapped reads as blank in every row."""

    def __init__(self, mapped: Mapping[str, str], as_of: date) -> None:
        """`mapped` has the items that are mapped as its keys."""
        self._mapped = frozenset(mapped)
        self._as_of = as_of

    def has(self, *names: str) -> bool:
        """Whether all these items are mapped to a heading."""
        return all(name in self._mapped for name in names)

    def first(self, *names: str) -> str | None:
        """The first of these items that is mapped."""
        return next((name for name in names if name in self._mapped), None)

    def raw(self, name: str) -> pl.Expr:
        """The text as it stood in the file (String, never null)."""
        return pl.col(f"raw:{name}") if self.has(name) else pl.lit("")

    def clean(self, name: str) -> pl.Expr:
        """The text cleaned for comparing (String; null where blank or a placeholder)."""
        return pl.col(f"clean:{name}") if self.has(name) else pl.lit(None, pl.String)

    def date(self, name: str) -> pl.Expr:
        """A date item as Date; null where blank, open (31/12/9999) or unreadable."""
        return pl.col(f"date:{name}") if self.has(name) else pl.lit(None, pl.Date)

    def number(self, name: str) -> pl.Expr:
        """An MPAN item as Int64 where its cleaned text is thirteen digits, else null."""
        return pl.col(f"number:{name}") if self.has(name) else pl.lit(None, pl.Int64)

    def irregular(self, name: str) -> pl.Expr:
        """Whether an MPAN cell is anything but thirteen plain digits as it stood: the gate to costly form checks."""
        return pl.col(f"irregular:{name}") if self.has(name) else pl.lit(value=False)

    def migrated(self) -> pl.Expr:
        """Both MHHS services are held (for segment U, the data service) and no legacy agent is; false if not mapped."""
        return pl.col(MIGRATED) if self.has("data_service") else pl.lit(value=False)

    def migrated_rule(self) -> pl.Expr:
        """What the column behind `migrated` holds, from the cleaned items and the day that counts as today."""
        unmetered = (self.clean("market_segment") == "U").fill_null(value=False)
        held = self._held("data_service") & (unmetered | self._held("metering_service"))
        legacy = pl.lit(value=False)
        for agent in LEGACY_AGENTS:
            legacy = legacy | self._held(agent)
        return held & ~legacy

    def _held(self, agent: str) -> pl.Expr:
        """An appointment that stands on the day: begun, and not ended before it (end dates are inclusive)."""
        day = pl.lit(self._as_of)
        begun = (self.date(f"{agent}_from") <= day).fill_null(value=True)
        ended = (self.date(f"{agent}_to") < day).fill_null(value=False)
        return self.clean(agent).is_not_null() & begun & ~ended


def prepare(kind: str, item: Item, raw: pl.Series) -> pl.Series:
    """One prepared column (`raw`, `clean`, `date`, `number` or `irregular`) from the cells as they stood."""
    if kind == "raw":
        return raw
    if kind == "irregular":
        return _evaluate(raw, ~is_regular_mpan(pl.col("cell")))
    if item.kind is ItemKind.MPAN and kind in ("clean", "number"):
        return _prepare_mpan(kind, item, raw)
    rule = parse_date(pl.col("cell")) if kind == "date" else clean(pl.col("cell"), item)
    return _evaluate(raw, rule)


def _evaluate(raw: pl.Series, rule: pl.Expr) -> pl.Series:
    return raw.to_frame("cell").select(rule.alias("cell")).to_series()


def _prepare_mpan(kind: str, item: Item, raw: pl.Series) -> pl.Series:
    """Clean the few irregular cells only: cleaning leaves thirteen plain digits as they are."""
    text = pl.col("cell")
    made = raw.to_frame("cell").select(text.cast(pl.Int64, strict=False).alias("number"), regular=is_regular_mpan(text))
    irregular = (~made["regular"]).arg_true()
    plain = raw if kind == "clean" else made["number"].alias("cell")
    if irregular.is_empty():
        return plain
    cell = clean(text, item)
    mended = _evaluate(raw.gather(irregular), cell if kind == "clean" else mpan_number(cell))
    return mended if len(mended) == len(raw) else plain.clone().scatter(irregular, mended)


__all__ = ["MIGRATED", "CheckSource", "ItemColumns", "is_regular_mpan", "mpan_number", "prepare"]

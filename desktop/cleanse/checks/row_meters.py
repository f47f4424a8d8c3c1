"""Checks of meters across rows: related metering (ROW-05), export beside import (ROW-06), shared serials (ROW-07)."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, KeyColumns, RuleContext
from desktop.cleanse.families import family_of
from desktop.cleanse.judged import (
    SEGMENTS,
    blank,
    is_repeated,
    migrated_rows,
    missing_parts,
    not_migrated,
    numbers,
    real_serial,
)
from desktop.cleanse.lines import lines, no_lines, rows_in_words, together
from desktop.cleanse.model import Party, Severity
from desktop.cleanse.mpan_arithmetic import check_digit_holds
from desktop.cleanse.standing import column_of, padded
from desktop.portfolio.items import ITEMS

TIMESWITCH_CLASSES = "Meter_Timeswitch_Class"
YEAR_PART = r"^([A-Z])[0-9]{2}([A-Z]+[0-9]+)$"
"""A serial with a letter, two digits of the year, a maker's letters and a running number, such as E09BG12345."""
SHARED_ITEMS = ("supplier", "supply_start_date", "market_segment")
"""Items in which related MPANs must agree."""


def related_mpans(keys: KeyColumns, ctx: RuleContext) -> pl.DataFrame:
    """ROW-05: rows of a related metering class whose partner is missing, is themselves, or differs."""
    classes = related_classes(ctx)
    frame = numbers(keys, "mpan", "mtc", "related_mpan")
    related = frame.filter(pl.col("mtc").is_in(classes))
    related = related.filter(~migrated_rows(keys, ctx, related["row"])).drop("mtc")
    if related.is_empty():
        return no_lines()
    unnamed = related.filter(pl.col("related_mpan").is_null())
    unnamed = unnamed.filter(blank(keys, unnamed["row"], "related_mpan"))
    named = related.drop_nulls().filter(check_digit_holds(pl.col("related_mpan")))
    own = pl.col("mpan") == pl.col("related_mpan")
    pairs = named.filter(~own)
    present = frame.select(related_mpan="mpan").drop_nulls()
    todo = "Find the other MPAN in EES and plan both together."
    parts = [
        lines(
            unnamed, "related_mpan", "The meter timeswitch class is a related one, but no related MPAN is given.", todo
        ),
        lines(named.filter(own), "related_mpan", "The related MPAN given is this row's own MPAN.", todo),
        lines(
            pairs.join(present, on="related_mpan", how="anti"),
            "related_mpan",
            "The related MPAN is named but not in this file.",
            todo,
        ),
    ]
    inside = pairs.join(present, on="related_mpan", how="semi")
    parts.extend(_disagreements(keys, inside, item) for item in SHARED_ITEMS if keys.has(item) and inside.height)
    return together(*parts)


def related_classes(ctx: RuleContext) -> list[str]:
    """The timeswitch classes of related metering: by the industry table when loaded, else the range of the settings."""
    table = ctx.standing.get(TIMESWITCH_CLASSES)
    if table is not None:
        code, indicator = column_of(table, "timeswitch", "class", "id"), column_of(table, "related")
        if code is not None and indicator is not None:
            flagged = table.filter(pl.col(indicator).str.strip_chars().str.to_uppercase() == "T")
            return flagged.select(padded(code, 3).unique().sort()).to_series().to_list()
    first, last = (int(number) for number in ctx.settings["range"])
    return [f"{number:03d}" for number in range(first, last + 1)]


def _disagreements(keys: KeyColumns, pairs: pl.DataFrame, item: str) -> pl.DataFrame:
    """Findings on both rows of a related pair whose values of one item differ; blank cells are not compared."""
    values = numbers(keys, "mpan", item).drop_nulls()
    if item == "market_segment":
        values = values.filter(pl.col(item).is_in(SEGMENTS))
    if item == "supply_start_date":
        values = values.filter(pl.col(item).str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))
    near = pairs.select("row", "mpan", far="related_mpan").join(values.drop("mpan"), on="row", maintain_order="left")
    back = values.join(pairs.select(mpan="related_mpan"), on="mpan", how="semi")
    title = ITEMS[item].title
    message = pl.format(f"{title} is {{}} here and {{}} at the related MPAN in row {{}}.", *_columns(item))
    todo = "Related MPANs migrate together: align them first."
    at_primary = _apart(near, _summary(back, "mpan", item), "far", "mpan", item)
    naming = near.select("row", mpan="far", **{item: item})
    at_partner = _apart(back, _summary(naming, "mpan", item), "mpan", "mpan", item)
    return pl.concat([lines(found, item, message, todo) for found in (at_primary, at_partner)])


def _summary(rows: pl.DataFrame, key: str, item: str) -> pl.DataFrame:
    value = pl.col(item)
    return rows.group_by(key).agg(low=value.min(), high=value.max(), partner=pl.col("row").min())


def _apart(rows: pl.DataFrame, others: pl.DataFrame, left: str, right: str, item: str) -> pl.DataFrame:
    """The rows whose value is not the one value that all the others have."""
    joined = rows.join(others, left_on=left, right_on=right, maintain_order="left")
    return joined.filter((pl.col(item) != pl.col("low")) | (pl.col(item) != pl.col("high")))


def _columns(item: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    other = pl.when(pl.col(item) != pl.col("low")).then(pl.col("low")).otherwise(pl.col("high"))
    return pl.col(item), other, pl.col("partner")


def export_without_import(items: Items, ctx: RuleContext) -> list[Fault]:
    """ROW-06: the timeswitch class says that the meter measures both directions, but no partner is given."""
    first, last = (int(number) for number in ctx.settings["range"])
    both = items.clean("mtc").is_in([f"{number:03d}" for number in range(first, last + 1)])
    return [
        Fault(
            item="linked_mpan",
            when=not_migrated(items, both & items.clean("linked_mpan").is_null()),
            among=both,
            message=pl.format(
                "Meter timeswitch class {} is for a meter that measures import and export, but no partner is given.",
                items.clean("mtc"),
            ),
            suggestion="Register or link the other MPAN.",
        )
    ]


def shared_meters(keys: KeyColumns, ctx: RuleContext) -> pl.DataFrame:
    """ROW-07: one serial number on several MPANs that are neither linked nor related."""
    frame = numbers(keys, "mpan", "meter_serial")
    # Serials equal but for the year part end alike, so rows alone with their end can be left out at once.
    end = frame["meter_serial"].str.slice(3).hash()
    alike = frame.filter(is_repeated(end)).drop_nulls()
    serial = pl.col("meter_serial")
    alike = alike.filter(real_serial(serial))
    if alike.is_empty():
        return no_lines()
    stem = pl.when(serial.str.contains(YEAR_PART)).then(serial.str.replace(YEAR_PART, "$1-$2"))
    alike = alike.with_columns(stem=stem)
    crowded = pl.col("mpan").n_unique().over("meter_serial") > 1
    if ctx.settings["match_year_part"]:
        crowded = crowded | (pl.col("stem").is_not_null() & (pl.col("mpan").n_unique().over("stem") > 1))
    alike = alike.filter(crowded)
    if alike.is_empty():
        return no_lines()
    alike = alike.with_columns(family=family_of(keys, alike["mpan"]))
    links = keys.has("linked_mpan") or keys.has("related_mpan")
    ending = "with no link." if links else "and this file links neither."
    parts = [_strangers(alike, "meter_serial", f"The same meter serial number is on another MPAN in {{}}, {ending}")]
    if ctx.settings["match_year_part"]:
        message = f"A meter serial number on another MPAN in {{}} differs only in the year part, {ending}"
        parts.append(_strangers(alike.drop_nulls("stem"), "stem", message))
    return together(*parts)


def _strangers(alike: pl.DataFrame, key: str, message: str) -> pl.DataFrame:
    """Findings on rows that share `key` with an MPAN of another family."""
    mixed = alike.filter(pl.col("family").n_unique().over(key) > 1)
    if mixed.is_empty():
        return no_lines()
    # Three rows of each family are enough to name three rows of other families.
    families = mixed.group_by(key, "family").agg(own=pl.col("row").sort().head(3), count=pl.len())
    groups = families.group_by(key).agg(first=pl.col("own").explode().sort().head(6), total=pl.col("count").sum())
    joined = mixed.join(groups, on=key, maintain_order="left").join(families, on=[key, "family"], maintain_order="left")
    others = pl.col("first").list.set_difference("own").list.sort().list.head(3)
    where = rows_in_words(others, pl.col("total") - pl.col("count"))
    todo = "Ask the meter equipment manager which MPAN the meter serves, and end-date the stale record."
    return lines(joined, "meter_serial", pl.format(message, where), todo)


def _related_note(items: Items, _: RuleContext) -> str:
    return missing_parts(items, {ITEMS[item].title: (item,) for item in SHARED_ITEMS})


def _shared_remark(items: Items, _: RuleContext) -> str:
    """Nothing is left unchecked without links, but pairs that may share a meter are reported."""
    if not items.has("linked_mpan") and not items.has("related_mpan"):
        return (
            "This file has no column that links MPANs, or none is mapped, so an import and export pair that shares a "
            "meter is reported too."
        )
    if not items.has("linked_mpan"):
        return "No heading is mapped to Linked import/export MPAN, so such a pair that shares a meter is reported too."
    if not items.has("related_mpan"):
        return "No heading is mapped to Related MPAN, so related MPANs that share a meter are reported too."
    return ""


CHECKS: tuple[Check, ...] = (
    Check(
        id="ROW-05",
        title="Related MPANs incomplete or split",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=("mtc", "related_mpan", *SHARED_ITEMS),
        explanation=(
            "A supply with related metering (MTC 500 to 783) has more than one MPAN, and they migrate together. "
            "Each needs its partner named and present, with the same supplier, supply start date and market "
            "segment. Which of them is the primary one cannot be told from the file."
        ),
        fix_hint="Plan the primary and the secondary MPANs together.",
        basis="[MDD] [if033] [derived]",
        needs=("mpan", "mtc", "related_mpan"),
        defaults={"range": [500, 783]},
        table=related_mpans,
        note=_related_note,
    ),
    Check(
        id="ROW-06",
        title="Import and export meter without a partner",
        severity=Severity.MED,
        party=Party.SUP,
        items=("linked_mpan", "mtc"),
        explanation=(
            "Meter timeswitch classes 869 to 871 belong to meters that measure import and export, so a second "
            "MPAN is to be expected. This row names none."
        ),
        fix_hint="Register or link the other MPAN.",
        basis="[MDD] [ccdg]",
        needs=("mtc", "linked_mpan"),
        defaults={"range": [869, 871]},
        row=export_without_import,
    ),
    Check(
        id="ROW-07",
        title="One meter on several MPANs with no link",
        severity=Severity.HIGH,
        party=Party.MEM,
        items=("meter_serial",),
        explanation=(
            "A meter serves one MPAN, or MPANs that are linked or related to each other. The same serial number "
            "elsewhere is mostly a record that was never ended after an exchange. Serials that differ only in "
            "the year part (E09BG12345 and E10BG12345) are matched too."
        ),
        fix_hint="End-date the stale record.",
        basis="[mra-dupmsn] [mra-enddate]",
        needs=("mpan", "meter_serial"),
        unless=("FMT-18",),
        defaults={"match_year_part": True},
        table=shared_meters,
        remark=_shared_remark,
    ),
)

"""Checks of one MPAN against the others of its file: the same number twice (ROW-01), and lookalikes (ROW-08)."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Check, Items, KeyColumns, RuleContext
from desktop.cleanse.columns import prepare
from desktop.cleanse.judged import missing_parts, numbers, on_repeated_mpans
from desktop.cleanse.lines import lines, no_lines, rows_in_words, together, with_other_rows
from desktop.cleanse.model import Party, Severity
from desktop.cleanse.mpan_arithmetic import check_digit_holds, check_remainder
from desktop.portfolio.items import ITEMS

METER_ITEMS = frozenset({"meter_serial", "meter_type", "meter_install_date", "map", "map_from", "map_to", "ct_ratio"})
"""Items in which the rows of one supply with several meters may differ: an EES export repeats the row per meter."""

_ALIKE = (
    "This MPAN also stands in {}, with the same values in every item that was mapped; "
    "columns that are not mapped were not compared."
)


def repeated_mpans(keys: KeyColumns, _: RuleContext) -> pl.DataFrame:
    """ROW-01: rows whose MPAN stands in other rows too, unless they only show the several meters of one supply."""
    repeated = on_repeated_mpans(numbers(keys, "mpan")).sort("mpan", "row")
    if repeated.is_empty():
        return no_lines()
    groups = _differences(keys, repeated)
    faulty = repeated.join(groups.filter(~pl.col("meters_only")), on="mpan", maintain_order="left")
    differ = pl.col("differ")
    return together(
        lines(
            with_other_rows(faulty, "mpan"),
            "mpan",
            pl.when(differ == "")
            .then(pl.format(_ALIKE, pl.col("others")))
            .otherwise(pl.format("This MPAN also stands in {}. The rows differ in: {}.", pl.col("others"), differ)),
            pl.when(differ == "")
            .then(pl.lit("Compare the rows before taking one out."))
            .otherwise(pl.lit("Keep the row that is right.")),
        )
    )


def _differences(keys: KeyColumns, repeated: pl.DataFrame) -> pl.DataFrame:
    """For each MPAN of these rows (sorted by MPAN): `differ`, the items in which its rows differ, and `meters_only`."""
    same = (repeated["mpan"] == repeated["mpan"].shift()).fill_null(value=False)
    steps = repeated.select("mpan")
    names = [name for name in ITEMS if name != "mpan" and keys.has(name)]
    for name in names:
        cleaned = prepare("clean", ITEMS[name], keys.raw(repeated["row"], name))
        steps = steps.with_columns((same & cleaned.ne_missing(cleaned.shift())).alias(name))
        if name == "meter_serial":
            steps = steps.with_columns(serial=cleaned)
    several = pl.lit(value=False)
    if "meter_serial" in names:
        several = (pl.col("serial").null_count() == 0) & (pl.col("serial").n_unique() == pl.len())
    groups = steps.group_by("mpan").agg(*(pl.col(name).any() for name in names), several_meters=several)
    titles = [pl.when(pl.col(name)).then(pl.lit(ITEMS[name].title)) for name in names]
    others = [pl.col(name) for name in names if name not in METER_ITEMS]
    return groups.rechunk().select(
        "mpan",
        differ=pl.concat_str(titles, separator=", ", ignore_nulls=True) if titles else pl.lit(""),
        meters_only=pl.col("several_meters") & ~pl.any_horizontal(pl.lit(value=False), *others),
    )


def lookalike_mpans(keys: KeyColumns, _: RuleContext) -> pl.DataFrame:
    """ROW-08: valid MPANs that a swap of the last two digits, or one digit at the same postcode, tells apart."""
    known = numbers(keys, "mpan").drop_nulls("mpan")
    return together(_swapped(known), _one_digit_apart(keys, known))


def _swapped(known: pl.DataFrame) -> pl.DataFrame:
    """Pairs with the same first 11 digits and the last two swapped: next to each other once sorted by those 11."""
    mpan, stem = pl.col("mpan"), pl.col("mpan") // 100
    ordered = known["mpan"].sort()
    near = ordered // 100 == ordered.shift() // 100
    stems = ordered.filter((near & (ordered != ordered.shift())).fill_null(value=False)) // 100
    if stems.is_empty():
        return no_lines()
    alike = known.with_columns(stem=stem).filter(pl.col("stem").is_in(stems.unique().implode()))
    alike = alike.filter(check_digit_holds(mpan))
    twin = stem * 100 + mpan % 10 * 10 + mpan // 10 % 10
    rows_of = alike.group_by("mpan").agg(first=pl.col("row").sort().head(3), count=pl.len())
    pairs = (
        alike.with_columns(twin=twin)
        .filter(pl.col("twin") != mpan)
        .join(rows_of, left_on="twin", right_on="mpan", maintain_order="left")
    )
    where = rows_in_words(pl.col("first"), pl.col("count"))
    message = "Differs from the MPAN in {} only by a swap of the last two digits, which the check digit cannot see."
    return lines(pairs, "mpan", pl.format(message, where), "Confirm on a bill or in EES that both numbers exist.")


def _one_digit_apart(keys: KeyColumns, known: pl.DataFrame) -> pl.DataFrame:
    """Pairs at one postcode that differ in exactly one digit while the check digit holds for both.

    A change of one of the digits 1 to 12 always changes the remainder, so both hold only when one remainder is 0 and
    the other 10: both end in 0. That leaves few numbers to compare.
    """
    if not keys.has("postcode"):
        return no_lines()
    mpan = pl.col("mpan")
    ending = known.filter(mpan % 10 == 0).with_columns(remainder=check_remainder(mpan))
    ending = ending.filter(pl.col("remainder").is_in([0, 10]))
    if ending.is_empty():
        return no_lines()
    postcodes = prepare("clean", ITEMS["postcode"], keys.raw(ending["row"], "postcode"))
    place = postcodes.hash()
    shared = place.is_duplicated()
    ending, postcodes = ending.filter(shared), postcodes.filter(shared)
    ending = ending.with_columns(postcode=postcodes).filter(pl.col("postcode").str.contains(POSTCODE))
    if ending.is_empty():
        return no_lines()
    ending = ending.with_columns(place=pl.col("postcode").rank("dense").cast(pl.Int64))
    found = []
    for power in range(1, 13):
        masked = mpan - mpan // 10**power % 10 * 10**power
        key = ending.with_columns(masked=masked)
        # As one integer first: hardly any number stands beside another.
        key = key.filter((pl.col("place") * 10**12 + pl.col("masked") // 10).is_duplicated())
        if key.is_empty():
            continue
        several = key.group_by("place", "masked").agg(
            pl.col("mpan").n_unique().alias("numbers"), pl.col("row").min().alias("first_row")
        )
        hits = key.join(several.filter(pl.col("numbers") > 1), on=["place", "masked"])
        if hits.height:
            found.append(hits.with_columns(partner=_row_of_another(hits)))
    if not found:
        return no_lines()
    message = (
        "At the same postcode, the MPAN in row {} differs from this one in a single digit, and both pass the check."
    )
    return lines(
        pl.concat(found).sort("row", "partner"),
        "mpan",
        pl.format(message, pl.col("partner")),
        "Confirm on a bill or in EES that both numbers exist.",
    )


def _row_of_another(hits: pl.DataFrame) -> pl.Series:
    """For each row, the first row of its group (postcode and other digits) that holds another MPAN."""
    firsts = hits.group_by("place", "masked", "mpan").agg(pl.col("row").min()).sort("row")
    ordered = firsts.group_by("place", "masked", maintain_order=True).agg(pl.col("row"), pl.col("mpan"))
    joined = hits.select("place", "masked", own="mpan").join(ordered, on=["place", "masked"], maintain_order="left")
    first_is_own = pl.col("mpan").list.first() == pl.col("own")
    return joined.select(pl.col("row").list.get(pl.when(first_is_own).then(1).otherwise(0))).to_series()


POSTCODE = r"^([A-Z]{1,2}[0-9][0-9A-Z]?) [0-9][A-Z]{2}$"
"""A full GB postcode, cleaned: only such a place says that two supplies stand side by side."""


def _lookalike_note(items: Items, _: RuleContext) -> str:
    return missing_parts(items, {"numbers one digit apart at one postcode": ("postcode",)})


CHECKS: tuple[Check, ...] = (
    Check(
        id="ROW-01",
        title="Same MPAN twice in one file",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("mpan",),
        explanation=(
            "An MPAN should stand once in a portfolio; two rows leave it open which values are true. Rows of "
            "one supply that differ only in its meters, each with its own serial number, are taken together and "
            "are no fault."
        ),
        fix_hint=(
            "Compare the rows before taking one out. The finding names the other rows and the mapped items in which "
            "they differ."
        ),
        basis="[measured] 15 in each register; [chellow] multi-meter rows",
        needs=("mpan",),
        table=repeated_mpans,
    ),
    Check(
        id="ROW-08",
        title="Two MPANs alike but for an error the check digit cannot see",
        severity=Severity.LOW,
        party=Party.SUP,
        items=("mpan", "postcode"),
        explanation=(
            "Swapping the last two digits of an MPAN nearly always leaves its check digit right, and so do a "
            "few changes of one digit. Two such numbers in one file may both exist, or one may be a slip of the "
            "other. Only numbers whose check digit holds are compared."
        ),
        fix_hint="Confirm on a bill or in EES that both numbers exist.",
        basis="[measured]",
        needs=("mpan",),
        table=lookalike_mpans,
        note=_lookalike_note,
    ),
)

"""Checks of linked import and export MPANs: one for both (ROW-02), broken links (ROW-03), pairs at odds (ROW-04)."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Check, Items, KeyColumns, RuleContext
from desktop.cleanse.judged import (
    DIRECTIONS,
    GSP_GROUPS,
    SEGMENTS,
    blank,
    live_distributors,
    missing_parts,
    numbers,
    on_repeated_mpans,
)
from desktop.cleanse.lines import lines, no_lines, rows_in_words, together
from desktop.cleanse.model import Party, Severity
from desktop.cleanse.mpan_arithmetic import check_digit_holds, distributor_id
from desktop.portfolio.items import ITEMS


def both_ways(keys: KeyColumns, _: RuleContext) -> pl.DataFrame:
    """ROW-02: an MPAN that names itself as its partner, or is import in one row and export in another."""
    parts = []
    if keys.has("linked_mpan"):
        selves = numbers(keys, "mpan", "linked_mpan").filter(pl.col("mpan") == pl.col("linked_mpan"))
        parts.append(
            lines(
                selves,
                "linked_mpan",
                "The same MPAN is given as this supply's import and as its export MPAN.",
                "Find the true partner in EES.",
            )
        )
    if keys.has("energy_direction"):
        parts.append(_in_both_directions(keys))
    return together(*parts)


def _in_both_directions(keys: KeyColumns) -> pl.DataFrame:
    directed = on_repeated_mpans(numbers(keys, "mpan", "energy_direction"))
    directed = directed.filter(pl.col("energy_direction").is_in(DIRECTIONS))
    sides = directed.group_by("mpan", "energy_direction").agg(
        first=pl.col("row").unique().sort().head(3), count=pl.col("row").n_unique()
    )
    opposite = pl.when(pl.col("energy_direction") == "I").then(pl.lit("E")).otherwise(pl.lit("I"))
    sides = sides.with_columns(energy_direction=opposite)
    clash = directed.join(sides, on=["mpan", "energy_direction"], maintain_order="left")
    where = rows_in_words(pl.col("first"), pl.col("count"))
    given, other = (
        pl.when(pl.col("energy_direction") == "I").then(pl.lit(yes)).otherwise(pl.lit(no))
        for yes, no in (("import", "export"), ("export", "import"))
    )
    message = pl.format("This MPAN is given as {} here, and as {} in {}.", given, other, where)
    return lines(clash, "energy_direction", message, "Look up in EES which direction this MPAN has.")


def broken_links(keys: KeyColumns, _: RuleContext) -> pl.DataFrame:
    """ROW-03: links that are not returned, several MPANs with one partner, and pairs with one direction."""
    frame = numbers(keys, "mpan", "linked_mpan")
    links = _links(frame)
    if links.is_empty():
        return no_lines()
    frame = _named_rows(frame, links)
    in_file = links.join(frame.select(linked="mpan").drop_nulls(), on="linked", how="semi")
    unreturned = _readable(in_file.join(_reversed(links), on=["mpan", "linked"], how="anti"))
    partners = frame.join(unreturned.select(mpan="linked"), on="mpan", how="semi").sort("row")
    unclear = _rows_with_unreadable_link(keys, partners).select(linked="mpan")
    unreturned = unreturned.join(unclear, on="linked", how="anti")
    parts = [
        _unreturned_lines(unreturned, partners),
        _shared_partner_lines(links, frame, unclear),
    ]
    if keys.has("energy_direction"):
        parts.append(_one_direction_lines(keys, links))
    return together(*parts)


def _links(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows that name another MPAN than their own: columns row, mpan, linked."""
    named = frame.filter(pl.col("linked_mpan").is_not_null()).filter(pl.col("mpan") != pl.col("linked_mpan"))
    return named.select("row", "mpan", linked="linked_mpan")


def _named_rows(frame: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The rows whose MPAN a link names: looked up among the few links, which is far cheaper than among all rows."""
    return frame.filter(pl.col("mpan").is_in(links["linked"].unique().implode()))


def _readable(links: pl.DataFrame) -> pl.DataFrame:
    """Links of which both numbers have a right check digit."""
    return links.filter(check_digit_holds(pl.col("mpan")) & check_digit_holds(pl.col("linked")))


def _reversed(links: pl.DataFrame) -> pl.DataFrame:
    """The same links seen from the partner, for joining."""
    return links.select(mpan="linked", linked="mpan")


def _rows_with_unreadable_link(keys: KeyColumns, rows: pl.DataFrame) -> pl.DataFrame:
    """Those rows whose link is filled but is no valid MPAN: what they name cannot be known."""
    unread = rows.filter(pl.col("linked_mpan").is_null())
    filled = unread.filter(~blank(keys, unread["row"], "linked_mpan"))
    wrong = rows.filter((~check_digit_holds(pl.col("linked_mpan"))).fill_null(value=False))
    return pl.concat([filled, wrong])


def _unreturned_lines(unreturned: pl.DataFrame, partners: pl.DataFrame) -> pl.DataFrame:
    """Findings on the rows that name a partner and on the partner's rows, which name another MPAN or none."""
    if unreturned.is_empty():
        return no_lines()
    where = rows_in_words(pl.col("first"), pl.col("count"))
    named = partners.group_by("mpan").agg(first=pl.col("row").sort().head(3), count=pl.len())
    naming = unreturned.group_by("linked").agg(first=pl.col("row").sort().head(3), count=pl.len())
    near = unreturned.join(named, left_on="linked", right_on="mpan", maintain_order="left")
    far = partners.join(naming, left_on="mpan", right_on="linked", maintain_order="left")
    instead = (
        pl.when(pl.col("linked_mpan").is_null())
        .then(pl.lit("names no partner"))
        .otherwise(pl.lit("names another MPAN"))
    )
    return pl.concat(
        [
            lines(
                near,
                "linked_mpan",
                pl.format("The partner named here stands in {}, which does not name this MPAN.", where),
                "Ask the distributor to mend the link.",
            ),
            lines(
                far,
                "linked_mpan",
                pl.format("This MPAN is named as partner in {}, but this row {}.", where, instead),
                "Ask the distributor to mend the link.",
            ),
        ]
    )


def _shared_partner_lines(links: pl.DataFrame, frame: pl.DataFrame, unclear: pl.DataFrame) -> pl.DataFrame:
    """Findings on several MPANs that name the same partner, where the partner does not name them in turn.

    A partner in the file that names none of them is reported by the unreturned link already, so only partners that are
    not in the file, or whose own link cannot be read, are looked at.
    """
    ordered = links.sort("linked")
    same = pl.col("linked") == pl.col("linked").shift()
    shared = _readable(ordered.filter((same | same.shift(-1)).fill_null(value=False)))
    several = shared.group_by("linked").agg(pl.col("mpan").n_unique()).filter(pl.col("mpan") > 1)
    present = frame.select(linked="mpan").drop_nulls().join(unclear, on="linked", how="anti")
    faulty = shared.join(several, on="linked", how="semi").join(present, on="linked", how="anti")
    returned = _reversed(links)
    faulty = faulty.join(returned, on=["mpan", "linked"], how="anti")
    if faulty.is_empty():
        return no_lines()
    counts = shared.group_by("linked").agg(first=pl.col("row").sort().head(4), count=pl.len())
    joined = faulty.join(counts, on="linked")
    others = pl.col("first").list.set_difference(pl.concat_list("row")).list.sort().list.head(3)
    where = rows_in_words(others, pl.col("count") - 1)
    message = pl.format("The partner named here is named by another MPAN too, in {}.", where)
    return lines(joined, "linked_mpan", message, "Ask the distributor which of them is linked.")


def _one_direction_lines(keys: KeyColumns, links: pl.DataFrame) -> pl.DataFrame:
    """Findings on both rows of a pair that name each other and have the same direction."""
    pairs = links.join(_reversed(links), on=["mpan", "linked"], how="semi")
    directions = keys.frame("energy_direction").filter(pl.col("energy_direction").is_in(DIRECTIONS))
    directed = _readable(pairs.join(directions, on="row", maintain_order="left"))
    back = directed.group_by("mpan", "linked", "energy_direction").agg(
        first=pl.col("row").sort().head(3), count=pl.len()
    )
    back = back.rename({"mpan": "linked", "linked": "mpan"})
    alike = directed.join(back, on=["mpan", "linked", "energy_direction"], maintain_order="left")
    word = pl.when(pl.col("energy_direction") == "I").then(pl.lit("import")).otherwise(pl.lit("export"))
    where = rows_in_words(pl.col("first"), pl.col("count"))
    message = pl.format("Both MPANs of this pair are given as {}; the partner stands in {}.", word, where)
    return lines(alike, "energy_direction", message, "Look up in EES which of the two is import and which is export.")


def pairs_at_odds(keys: KeyColumns, ctx: RuleContext) -> pl.DataFrame:
    """ROW-04: linked MPANs of different distributors or GSP groups, or with one meter and two segments or services."""
    frame = numbers(keys, "mpan", "linked_mpan")
    links = _links(frame)
    if links.is_empty():
        return no_lines()
    returned = links.join(_reversed(links), on=["mpan", "linked"], how="semi")
    outside = links.join(_named_rows(frame, links).select(linked="mpan").drop_nulls(), on="linked", how="anti")
    here, there = distributor_id(pl.col("mpan")), distributor_id(pl.col("linked"))
    live = list(live_distributors(ctx))
    apart = _readable(pl.concat([returned, outside]).filter((here != there) & here.is_in(live) & there.is_in(live)))
    parts = [
        lines(
            apart,
            "linked_mpan",
            pl.format(
                "This MPAN belongs to distributor {}, the partner named to distributor {}.",
                *(number.cast(pl.String).str.pad_start(2, "0") for number in (here, there)),
            ),
            "Check both numbers in EES: linked MPANs lie on one network.",
        )
    ]
    returned = _readable(returned)
    if keys.has("gsp_group"):
        parts.append(_differing(keys, returned, "gsp_group", GSP_GROUPS, same_meter=False))
    if keys.has("meter_serial"):
        for item, values in (("market_segment", SEGMENTS), ("metering_service", None)):
            if keys.has(item):
                parts.append(_differing(keys, returned, item, values, same_meter=True))
    return together(*parts)


def _differing(
    keys: KeyColumns, pairs: pl.DataFrame, item: str, values: tuple[str, ...] | None, *, same_meter: bool
) -> pl.DataFrame:
    """Findings on both rows of a pair whose values of one item differ, where they must agree.

    `values`: the values that count as valid. `same_meter`: only rows of the pair with the same meter serial number.
    """
    names = [item, "meter_serial"] if same_meter else [item]
    rows = pairs.join(keys.frame(*names), on="row", maintain_order="left").drop_nulls(names)
    if values is not None:
        rows = rows.filter(pl.col(item).is_in(values))
    group = ["mpan", "linked", "meter_serial"] if same_meter else ["mpan", "linked"]
    far = rows.group_by(group).agg(low=pl.col(item).min(), high=pl.col(item).max(), partner=pl.col("row").min())
    far = far.rename({"mpan": "linked", "linked": "mpan"})
    joined = rows.join(far, on=group, maintain_order="left")
    apart = joined.filter((pl.col(item) != pl.col("low")) | (pl.col(item) != pl.col("high")))
    other = pl.when(pl.col(item) != pl.col("low")).then(pl.col("low")).otherwise(pl.col("high"))
    title = ITEMS[item].title
    shared = ", which has the same meter," if same_meter else ""
    message = pl.format(
        f"{title} is {{}} here and {{}} at the linked MPAN{shared} in row {{}}.", pl.col(item), other, pl.col("partner")
    )
    return lines(apart, item, message, "Settle with the distributor which value is right, before either is planned.")


def _direction_note(items: Items, _: RuleContext) -> str:
    return missing_parts(items, {"the directions of the two MPANs": ("energy_direction",)})


def _both_ways_note(items: Items, _: RuleContext) -> str:
    return missing_parts(
        items,
        {
            "import and export MPAN in one row": ("linked_mpan",),
            "one MPAN with two directions across the file": ("energy_direction",),
        },
    )


def _pair_note(items: Items, _: RuleContext) -> str:
    return missing_parts(
        items,
        {
            "GSP groups of the pair": ("gsp_group",),
            "segments at a shared meter": ("meter_serial", "market_segment"),
            "metering services at a shared meter": ("meter_serial", "metering_service"),
        },
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="ROW-02",
        title="One MPAN given as both import and export",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=("mpan", "linked_mpan", "energy_direction"),
        explanation=(
            "An MPAN is either import or export, never both. A row that names its own MPAN as the partner, or "
            "an MPAN that is import in one row and export in another, hides the number of a second supply."
        ),
        fix_hint="Find the true partner in EES.",
        basis="[measured]",
        needs=("mpan", ("linked_mpan", "energy_direction")),
        table=both_ways,
        note=_both_ways_note,
    ),
    Check(
        id="ROW-03",
        title="Linked pair broken",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("linked_mpan", "energy_direction"),
        explanation=(
            "Linked import and export MPANs name each other, each has one partner, and one of them is import "
            "and the other export. A partner that is not in this file is no fault, for another supplier may "
            "hold it. Numbers that are not valid MPANs are not followed."
        ),
        fix_hint="Ask the distributor (LDSO) to mend the link.",
        basis="[if033] [ccdg]",
        needs=("mpan", "linked_mpan"),
        table=broken_links,
        note=_direction_note,
    ),
    Check(
        id="ROW-04",
        title="Linked pair disagrees",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("linked_mpan", "gsp_group", "market_segment", "metering_service"),
        explanation=(
            "A linked import and export supply stand at one place: they have the same distributor and the same "
            "GSP group, and where one meter serves both, the same market segment and metering service. Their "
            "suppliers may differ."
        ),
        fix_hint="Align the two before either is put into a migration plan.",
        basis="[if033] [derived]",
        needs=("mpan", "linked_mpan"),
        unless=("ROW-02", "ROW-03"),
        table=pairs_at_odds,
        note=_pair_note,
    ),
)

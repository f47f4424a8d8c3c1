"""Cross-field checks of settlement: distributor and GSP group (XFD-01, 02), PC, MC and SSC (XFD-03 to XFD-07)."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.checks.xfd_distributor import gsp_group_not_open, gsp_group_note, stated_distributor_differs
from desktop.cleanse.judged import (
    HALF_HOURLY_CLASSES,
    HALF_HOURLY_PROFILE,
    NON_HALF_HOURLY_CLASSES,
    PROFILES,
    not_migrated,
)
from desktop.cleanse.model import Party, Severity
from desktop.cleanse.standing import column_of, live_on, padded

CONFIGURATIONS = "Standard_Settlement_Configuration"


def profile_against_class(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-03: half-hourly measurement classes have profile class 00, the others 01 to 08."""
    profile, measurement = items.clean("profile_class"), items.clean("measurement_class")
    half_hourly = measurement.is_in(HALF_HOURLY_CLASSES) & profile.is_in(PROFILES)
    non_half_hourly = measurement.is_in(NON_HALF_HOURLY_CLASSES) & (profile == HALF_HOURLY_PROFILE)
    return [
        Fault(
            item="profile_class",
            when=not_migrated(items, half_hourly | non_half_hourly),
            message=pl.when(profile == HALF_HOURLY_PROFILE)
            .then(pl.format("Profile class 00 is half-hourly, but measurement class {} is not.", measurement))
            .otherwise(
                pl.format(
                    "Profile class {} is non-half-hourly, but measurement class {} is half-hourly.",
                    profile,
                    measurement,
                )
            ),
            suggestion=pl.when(half_hourly)
            .then(pl.lit("00, if the measurement class is right."))
            .otherwise(pl.lit("01 to 08, if the measurement class is right.")),
        )
    ]


def maximum_demand_import(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-04: an import supply of profile class 05 to 08 still in measurement class A."""
    profile, measurement = items.clean("profile_class"), items.clean("measurement_class")
    left_over = (
        (measurement == "A") & profile.is_in(("05", "06", "07", "08")) & (items.clean("energy_direction") == "I")
    )
    return [
        Fault(
            item="profile_class",
            when=not_migrated(items, left_over),
            message=pl.format("Import supply of profile class {} is still settled non-half-hourly.", profile),
            suggestion="Change of measurement class to half-hourly settlement (P272).",
        )
    ]


def configuration_presence(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-05: a half-hourly supply has no SSC, a non-half-hourly one has."""
    profile, configuration = items.clean("profile_class"), items.clean("ssc")
    superfluous = (profile == HALF_HOURLY_PROFILE) & configuration.str.contains("^[0-9]{4}$").fill_null(value=False)
    lacking = profile.is_in(PROFILES) & configuration.is_null()
    return [
        Fault(
            item="ssc",
            when=not_migrated(items, superfluous | lacking),
            message=pl.when(configuration.is_null())
            .then(pl.format("Profile class {} is non-half-hourly and needs an SSC, but there is none.", profile))
            .otherwise(pl.lit("Profile class 00 is half-hourly, which has no SSC, but one is given.")),
            suggestion=pl.when(configuration.is_null())
            .then(pl.lit("Add the SSC."))
            .otherwise(pl.lit("Clear the SSC.")),
        )
    ]


def configuration_direction(items: Items, ctx: RuleContext) -> list[Fault]:
    """XFD-06: an import SSC on an export supply, or the reverse."""
    configuration, direction = items.clean("ssc"), items.clean("energy_direction")
    imports, exports = (configuration.is_in(_configurations(ctx, kind)) for kind in ("I", "E"))
    import_only, export_only = imports & ~exports, exports & ~imports
    return [
        Fault(
            item="ssc",
            when=not_migrated(items, (import_only & (direction == "E")) | (export_only & (direction == "I"))),
            message=pl.when(direction == "E")
            .then(pl.format("SSC {} is for import, but the supply is export.", configuration))
            .otherwise(pl.format("SSC {} is for export, but the supply is import.", configuration)),
            suggestion="Correct the SSC, or the energy direction.",
        )
    ]


def export_profile(items: Items, ctx: RuleContext) -> list[Fault]:
    """XFD-07: a non-half-hourly export SSC goes with profile class 08 only."""
    configuration, profile = items.clean("ssc"), items.clean("profile_class")
    exports, imports = (configuration.is_in(_configurations(ctx, kind)) for kind in ("E", "I"))
    other_profile = profile.is_in((HALF_HOURLY_PROFILE, *PROFILES[:-1]))
    wrong = exports & ~imports & (items.clean("measurement_class") == "A") & other_profile
    return [
        Fault(
            item="profile_class",
            when=not_migrated(items, wrong),
            message=pl.format(
                "SSC {} is for export, which is settled in profile class 08, not {}.", configuration, profile
            ),
            suggestion="08",
        )
    ]


def _configurations(ctx: RuleContext, kind: str) -> list[str]:
    """SSC codes of one type (I import, E export) in force today; of a code that is closed, the type it last had."""
    table = ctx.standing[CONFIGURATIONS]
    code = column_of(table, "configuration", "id") or table.columns[0]
    column = column_of(table, "configuration", "type")
    if column is None:
        return []
    known = table.select(padded(code, 4).alias("code"), pl.col(column).str.strip_chars().alias("type"))
    live = live_on(table, ctx.as_of).select(
        padded(code, 4).alias("code"), pl.col(column).str.strip_chars().alias("type")
    )
    closed = known.join(live, on="code", how="anti").unique("code", keep="last", maintain_order=True)
    of_kind = pl.concat([live, closed]).filter(pl.col("type") == kind)
    return of_kind["code"].unique().sort().to_list()


CHECKS: tuple[Check, ...] = (
    Check(
        id="XFD-01",
        title="MPAN prefix disagrees with the distributor named",
        severity=Severity.MED,
        party=Party.SUP,
        items=("mpan", "distributor"),
        explanation=(
            "The first two digits of an MPAN say which distributor issued it. The distributor column names "
            "another one. Names are compared loosely, and a name that the list of distributors does not know is "
            "left alone."
        ),
        fix_hint="Correct the distributor column, or check the MPAN.",
        basis="[MDD] [measured] one real case; [eddie]",
        needs=("mpan", "distributor"),
        table=stated_distributor_differs,
    ),
    Check(
        id="XFD-02",
        title="GSP group not open to that distributor",
        severity=Severity.HIGH,
        party=Party.LDSO,
        items=("mpan", "gsp_group"),
        explanation=(
            "Each distributor works in certain GSP groups only, some in one and others in all. The group of "
            "this row is not among those of the distributor that the MPAN begins with. Distributors whose "
            "groups are not known are left out."
        ),
        fix_hint="Ask the distributor (LDSO) to correct the group.",
        basis="[limejump-data]",
        needs=("mpan", "gsp_group"),
        table=gsp_group_not_open,
        rows_note=gsp_group_note,
    ),
    Check(
        id="XFD-03",
        title="Profile class against measurement class",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("profile_class", "measurement_class"),
        explanation=(
            "Measurement classes C to G are half-hourly and have profile class 00; A and B are not and have 01 "
            "to 08. A mixture usually means that a change of measurement class was never finished. Migrated "
            "rows are left out."
        ),
        fix_hint="Finish the change of measurement class.",
        basis="[bscp516] [elexon-comc]",
        needs=("profile_class", "measurement_class"),
        row=profile_against_class,
    ),
    Check(
        id="XFD-04",
        title="Import of profile class 05 to 08 still non-half-hourly",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("profile_class", "measurement_class", "energy_direction"),
        explanation=(
            "Since P272, import supplies with maximum demand (profile classes 05 to 08) are settled "
            "half-hourly. This one is still in measurement class A. Export supplies and migrated rows are left out."
        ),
        fix_hint="Change the measurement class (P272).",
        basis="[elexon-pc34]",
        needs=("profile_class", "measurement_class", "energy_direction"),
        row=maximum_demand_import,
    ),
    Check(
        id="XFD-05",
        title="SSC on a half-hourly supply, or none on another",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("ssc", "profile_class"),
        explanation=(
            "A Standard Settlement Configuration belongs to non-half-hourly settlement: profile class 00 has "
            "none, and 01 to 08 need one. Migrated rows are left out."
        ),
        fix_hint="Clear the SSC, or add it.",
        basis="[chellow]",
        needs=("profile_class", "ssc"),
        row=configuration_presence,
    ),
    Check(
        id="XFD-06",
        title="SSC direction against MPAN direction",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("ssc", "energy_direction"),
        explanation=(
            "The industry table marks each SSC as import or export. This one does not fit the direction of the "
            "supply. Migrated rows are left out."
        ),
        fix_hint="Choose the right SSC, or correct the direction.",
        basis="[MDD]",
        needs=("ssc", "energy_direction"),
        needs_tables=(CONFIGURATIONS,),
        row=configuration_direction,
    ),
    Check(
        id="XFD-07",
        title="Non-half-hourly export not in profile class 08",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("profile_class", "ssc", "measurement_class"),
        explanation=(
            "Export that is settled non-half-hourly (measurement class A with an export SSC) is always in "
            "profile class 08. Migrated rows are left out."
        ),
        fix_hint="Correct the profile class.",
        basis="[measured] 2008 table: 19 of 19; [wiki]",
        unless=("XFD-06",),
        needs=("profile_class", "ssc", "measurement_class"),
        needs_tables=(CONFIGURATIONS,),
        row=export_profile,
    ),
)

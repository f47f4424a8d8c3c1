"""Cross-field checks of measurement class, market segment, premises and connection (XFD-16 to XFD-23)."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.judged import (
    CONNECTIONS,
    CURRENT_TRANSFORMER_CONNECTIONS,
    METERED_CLASSES,
    SEGMENTS,
    UNMETERED_CLASSES,
    missing_parts,
    not_migrated,
)
from desktop.cleanse.meter_types import ADVANCED_TYPES, SMART_TYPES, TRADITIONAL_TYPES
from desktop.cleanse.model import Party, Severity

NO_TRANSFORMER = r"^(0+|0*1|0*1[/:]0*1)$"
"""What is written for a CT ratio where there is no current transformer."""


def premises_against_class(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-16: F is for domestic premises, G for others; C and E are seldom domestic."""
    measurement, domestic = items.clean("measurement_class"), items.clean("domestic_premises")
    against = ((measurement == "F") & (domestic == "F")) | ((measurement == "G") & (domestic == "T"))
    seldom = measurement.is_in(("C", "E")) & (domestic == "T")
    return [
        Fault(
            item="domestic_premises",
            when=not_migrated(items, against),
            message=pl.when(measurement == "F")
            .then(pl.lit("Measurement class F is for domestic premises, but the premises are marked non-domestic."))
            .otherwise(pl.lit("Measurement class G is for non-domestic premises, but these are marked domestic.")),
            suggestion="Confirm the use of the premises.",
        ),
        Fault(
            item="domestic_premises",
            when=not_migrated(items, seldom),
            message=pl.format("Measurement class {} is seldom used for domestic premises.", measurement),
            suggestion="Confirm the use of the premises.",
            severity=Severity.LOW,
        ),
    ]


def premises_against_profile(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-17: profile classes 01 and 02 are usual for domestic premises, 03 to 08 for others; not so for export."""
    profile, domestic = items.clean("profile_class"), items.clean("domestic_premises")
    home = profile.is_in(("01", "02")) & (domestic == "F")
    business = profile.is_in(("03", "04", "05", "06", "07"))
    if items.has("energy_direction"):  # what a home exports is settled in 08 by rule (XFD-07): only import tells
        business = (business | (profile == "08")) & (items.clean("energy_direction") != "E").fill_null(value=True)
    business &= domestic == "T"
    return [
        Fault(
            item="domestic_premises",
            when=not_migrated(items, home | business),
            message=pl.when(domestic == "F")
            .then(pl.format("Profile class {} is usual for domestic premises; these are marked non-domestic.", profile))
            .otherwise(
                pl.format("Profile class {} is usual for non-domestic premises; these are marked domestic.", profile)
            ),
            suggestion="Confirm the use of the premises: it decides, not the profile class.",
        )
    ]


def class_against_connection(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-18: E needs a current transformer, G whole current, B and D an unmetered connection."""
    measurement, connection = items.clean("measurement_class"), items.clean("connection_type")
    not_ct = connection.is_in(("W", "U")) & (measurement == "E")
    not_whole = connection.is_in((*CURRENT_TRANSFORMER_CONNECTIONS, "U")) & (measurement == "G")
    not_unmetered = connection.is_in(("W", *CURRENT_TRANSFORMER_CONNECTIONS)) & measurement.is_in(UNMETERED_CLASSES)
    needed = (
        pl.when(measurement == "E")
        .then(pl.lit("a current transformer (L, H or E)"))
        .when(measurement == "G")
        .then(pl.lit("whole current (W)"))
        .otherwise(pl.lit("an unmetered connection (U)"))
    )
    return [
        Fault(
            item="measurement_class",
            when=not_migrated(items, not_ct | not_whole | not_unmetered),
            message=pl.format(
                "Measurement class {} goes with {}, but the connection type is {}.", measurement, needed, connection
            ),
            suggestion="Correct the measurement class or the connection type.",
        )
    ]


def transformer_left_over(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-19: measurement class A with a current transformer."""
    connected = items.clean("connection_type").is_in(CURRENT_TRANSFORMER_CONNECTIONS).fill_null(value=False)
    ratio = items.clean("ct_ratio")
    held = (ratio.is_not_null() & ~ratio.str.contains(NO_TRANSFORMER)).fill_null(value=False)
    class_a = items.clean("measurement_class") == "A"
    return [
        Fault(
            item="measurement_class",
            when=not_migrated(items, class_a & (connected | held)),
            among=class_a,
            message=pl.when(connected)
            .then(
                pl.format(
                    "Connection type {} has a current transformer, but measurement class A is settled non-half-hourly.",
                    items.clean("connection_type"),
                )
            )
            .otherwise(
                pl.format("A CT ratio ({}) is held, but measurement class A is settled non-half-hourly.", ratio)
            ),
            suggestion="Change the measurement class; it is overdue under P432.",
        )
    ]


def unmetered_left_over(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-20: measurement class B."""
    return [
        Fault(
            item="measurement_class",
            when=not_migrated(items, items.clean("measurement_class") == "B"),
            message="The unmetered supply is still settled non-half-hourly (measurement class B).",
            suggestion="D",
        )
    ]


def segment_against_class(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-21: segment U means unmetered by class and by flag; classes C and E mean segment A."""
    segment = items.clean("market_segment")
    unmetered = segment == "U"
    judged = segment.is_in(SEGMENTS)
    measurement = pl.when(~items.migrated()).then(items.clean("measurement_class"))
    flag = items.clean("metered")
    u_by_segment = (judged & unmetered & measurement.is_in(METERED_CLASSES)).fill_null(value=False)
    u_by_class = (judged & ~unmetered & measurement.is_in(UNMETERED_CLASSES)).fill_null(value=False)
    u_but_metered = (judged & unmetered & (flag == "T")).fill_null(value=False)
    metered_but_not = (judged & ~unmetered & (flag == "F")).fill_null(value=False)
    not_advanced = ((segment == "S") & measurement.is_in(("C", "E"))).fill_null(value=False)
    return [
        Fault(
            item="market_segment",
            when=u_by_segment | u_by_class | u_but_metered | metered_but_not | not_advanced,
            message=pl.when(u_by_segment)
            .then(pl.format("The segment is U (unmetered), but measurement class {} is metered.", measurement))
            .when(u_by_class)
            .then(pl.format("Measurement class {} is unmetered, but the segment is {}, not U.", measurement, segment))
            .when(not_advanced)
            .then(pl.format("Measurement class {} belongs to segment A (advanced), not S.", measurement))
            .when(u_but_metered)
            .then(pl.lit("The segment is U (unmetered), but the supply is marked as metered."))
            .otherwise(pl.format("The supply is marked as unmetered, but the segment is {}, not U.", segment)),
            suggestion="Settle which is right before the supply is planned.",
        )
    ]


def segment_against_meter_type(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-22: half-hourly and AMR meters mean segment A; smart and traditional ones mean segment S."""
    segment, kind = items.clean("market_segment"), items.clean("meter_type")
    advanced = kind.is_in(ADVANCED_TYPES) & segment.is_in(("S", "U"))
    smart = kind.is_in((*SMART_TYPES, *TRADITIONAL_TYPES)) & segment.is_in(("A", "U"))
    expected = pl.when(kind.is_in(ADVANCED_TYPES)).then(pl.lit("A")).otherwise(pl.lit("S"))
    return [
        Fault(
            item="market_segment",
            when=advanced | smart,
            message=pl.format("Meter type {} belongs to segment {}, but the segment is {}.", kind, expected, segment),
            suggestion=expected,
        )
    ]


def segment_against_connection(items: Items, _: RuleContext) -> list[Fault]:
    """XFD-23: current transformers mean segment A; the unmetered connection and segment U go together."""
    segment, connection = items.clean("market_segment"), items.clean("connection_type")
    transformer = connection.is_in(CURRENT_TRANSFORMER_CONNECTIONS) & segment.is_in(("S", "U"))
    unmetered = (connection == "U") & segment.is_in(("S", "A"))
    segment_only = (segment == "U") & connection.is_in(CONNECTIONS) & (connection != "U")
    return [
        Fault(
            item="market_segment",
            when=transformer | unmetered | segment_only,
            message=pl.when(connection == "U")
            .then(pl.format("The connection is unmetered (U), but the segment is {}.", segment))
            .when(segment == "U")
            .then(pl.format("The segment is U (unmetered), but connection type {} is metered.", connection))
            .otherwise(
                pl.format(
                    "Connection type {} has a current transformer and belongs to segment A, not {}.",
                    connection,
                    segment,
                )
            ),
            suggestion=pl.when(connection == "U")
            .then(pl.lit("U"))
            .when(connection.is_in(CURRENT_TRANSFORMER_CONNECTIONS))
            .then(pl.lit("A"))
            .otherwise(pl.lit("S or A, if the connection type is right.")),
        )
    ]


def _left_over_note(items: Items, _: RuleContext) -> str:
    return missing_parts(items, {"the connection type": ("connection_type",), "the CT ratio": ("ct_ratio",)})


def _class_note(items: Items, _: RuleContext) -> str:
    return missing_parts(
        items, {"the measurement class": ("measurement_class",), "the metered indicator": ("metered",)}
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="XFD-16",
        title="Domestic premises against measurement class",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("domestic_premises", "measurement_class"),
        explanation=(
            "Measurement class F is for domestic premises and G for others, and the indicator says the "
            "opposite. C and E are seldom domestic, which gives a warning. Migrated rows are left out."
        ),
        fix_hint="Confirm the use of the premises.",
        basis="[elexon-comc]",
        needs=("domestic_premises", "measurement_class"),
        row=premises_against_class,
    ),
    Check(
        id="XFD-17",
        title="Domestic premises against profile class",
        severity=Severity.LOW,
        party=Party.SUP,
        items=("domestic_premises", "profile_class", "energy_direction"),
        explanation=(
            "Profile classes 01 and 02 are usual for homes and 03 to 08 for businesses. The use of the premises "
            "decides, not the profile class, so this is only a warning. Export, which is settled in 08 for homes too "
            "(XFD-07), and migrated rows are left out; so is 08 where no energy direction is mapped."
        ),
        fix_hint="Confirm the use of the premises; the profile class does not decide.",
        basis="[bscp516] [parl]; [measured] 2008 table: non-half-hourly export in profile class 08, 19 of 19 (XFD-07)",
        needs=("domestic_premises", "profile_class"),
        row=premises_against_profile,
    ),
    Check(
        id="XFD-18",
        title="Measurement class against connection type",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("measurement_class", "connection_type"),
        explanation=(
            "Measurement class E is for supplies with current transformers, G for whole current, B and D for "
            "unmetered supplies. The connection type says otherwise. Migrated rows are left out."
        ),
        fix_hint="Correct one of the two.",
        basis="[elexon-comc]",
        needs=("measurement_class", "connection_type"),
        row=class_against_connection,
    ),
    Check(
        id="XFD-19",
        title="Non-half-hourly supply with a current transformer left over",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("measurement_class", "connection_type", "ct_ratio"),
        explanation=(
            "Supplies with a current transformer and an advanced meter had to move to half-hourly settlement "
            "under P432. This one is still in measurement class A. A CT ratio of 1 counts as none. Migrated "
            "rows are left out."
        ),
        fix_hint="Change the measurement class; it is overdue under P432.",
        basis="[p432]",
        needs=("measurement_class", ("connection_type", "ct_ratio")),
        row=transformer_left_over,
        note=_left_over_note,
    ),
    Check(
        id="XFD-20",
        title="Non-half-hourly unmetered supply left over",
        severity=Severity.HIGH,
        party=Party.UMSO,
        items=("measurement_class",),
        explanation=(
            "All unmetered supplies had to move from measurement class B to half-hourly settlement (class D) "
            "under P434. This one has not. Migrated rows are left out."
        ),
        fix_hint="Change the measurement class; it is overdue under P434.",
        basis="[p434]",
        needs=("measurement_class",),
        row=unmetered_left_over,
    ),
    Check(
        id="XFD-21",
        title="Market segment against measurement class or metered flag",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=("market_segment", "measurement_class", "metered"),
        explanation=(
            "Segment U, measurement class B or D and an unmetered flag go together, and classes C and E belong "
            "to segment A. A supply in the wrong segment is migrated by the wrong services. Of migrated rows "
            "only the flag is looked at."
        ),
        fix_hint="Correct the segment or the other item before the batch is planned.",
        basis="[npower-faq] [derived]",
        needs=("market_segment", ("measurement_class", "metered")),
        row=segment_against_class,
        note=_class_note,
    ),
    Check(
        id="XFD-22",
        title="Market segment against meter type",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=("market_segment", "meter_type"),
        explanation=(
            "Half-hourly and AMR meters belong to segment A; smart, key, smartcard, token and ordinary meters "
            "to segment S. Type NSS may be in either."
        ),
        fix_hint="Correct the segment, or the meter type.",
        basis="[npower-faq] [npower-gloss]",
        needs=("market_segment", "meter_type"),
        row=segment_against_meter_type,
    ),
    Check(
        id="XFD-23",
        title="Market segment against connection type",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=("market_segment", "connection_type"),
        explanation=(
            "Supplies with a current transformer (L, H or E) belong to segment A, and the unmetered connection "
            "(U) goes with segment U and with no other. A supply in the wrong segment is migrated by the wrong "
            "services."
        ),
        fix_hint="Correct one of the two.",
        basis="[energycode] [trade knowledge]",
        needs=("market_segment", "connection_type"),
        row=segment_against_connection,
    ),
)

"""Cross-field checks of the meter: on unmetered supplies (XFD-24), missing (XFD-25), smart items (XFD-26)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.judged import METERED_CLASSES, UNMETERED_CLASSES, missing_parts, not_migrated, real_serial
from desktop.cleanse.meter_types import ADVANCED_TYPES, ALL_TYPES, OTHER_TYPES, SMART_TYPES, TRADITIONAL_TYPES
from desktop.cleanse.model import Party, Severity
from desktop.cleanse.standing import column_of, padded

TIMESWITCH_CLASSES = "Meter_Timeswitch_Class"
NOTHING_FITTED = "NONE"
"""The SMSO or SMETS version of a meter that has none; a genuine value, unlike a blank."""


def meter_on_unmetered(items: Items, ctx: RuleContext) -> list[Fault]:
    """XFD-24: a serial number, a meter type or a metered timeswitch class on an unmetered supply."""
    by_segment = (items.clean("market_segment") == "U").fill_null(value=False)
    by_class = items.clean("measurement_class").is_in(UNMETERED_CLASSES).fill_null(value=False) & ~items.migrated()
    unmetered = by_segment | by_class
    timeswitch = items.clean("mtc")
    metered_class = timeswitch.str.contains("^[0-9]{3}$") & ~timeswitch.is_in(
        _codes(ctx.settings["timeswitch_classes"])
    )
    given = (
        ("meter_serial", "meter serial number", real_serial(items.clean("meter_serial"))),
        ("meter_type", "meter type", items.clean("meter_type").is_in(ALL_TYPES)),
    )
    faults = [
        Fault(
            item=item,
            when=unmetered & held,
            among=unmetered,
            message=f"The supply is unmetered, but a {name} is given.",
            suggestion="Clear it, or correct the segment and class if there is a meter.",
        )
        for item, name, held in given
        if items.has(item)
    ]
    if items.has("mtc"):
        faults.append(
            Fault(
                item="mtc",
                when=not_migrated(items, unmetered & metered_class),
                among=unmetered,
                message=pl.format("The supply is unmetered, but timeswitch class {} is for a meter.", timeswitch),
                suggestion="One of 857 to 861, 863 or 502 to 506.",
            )
        )
    return faults


def meter_missing(items: Items, ctx: RuleContext) -> list[Fault]:
    """XFD-25: an energised metered supply without a serial number, or with the timeswitch class for no meter."""
    by_flag = (items.clean("metered") == "T").fill_null(value=False)
    by_segment = items.clean("market_segment").is_in(("S", "A")).fill_null(value=False)
    by_class = items.clean("measurement_class").is_in(METERED_CLASSES).fill_null(value=False) & ~items.migrated()
    # Where another item says unmetered, XFD-21 reports the contradiction: that no meter is held is then its echo.
    doubtful = (items.clean("metered") == "F") | (items.clean("market_segment") == "U")
    doubtful |= items.clean("measurement_class").is_in(UNMETERED_CLASSES) & ~items.migrated()
    metered = (by_flag | by_segment | by_class) & ~doubtful.fill_null(value=False)
    energised = (items.clean("energisation_status") == "E") & metered
    absent = items.clean("meter_serial").is_null()
    no_meter_class = items.clean("mtc") == f"{int(ctx.settings['no_meter_class']):03d}"
    faults = [
        Fault(
            item="meter_serial",
            when=energised & absent,
            message="The supply is energised and metered, but no meter serial number is given.",
            suggestion="Ask for the meter technical details (D0150 or D0268), or de-energise.",
        )
    ]
    if items.has("mtc"):
        faults.append(
            Fault(
                item="mtc",
                when=not_migrated(items, energised & no_meter_class & ~absent),
                among=no_meter_class,
                message=pl.format(
                    "The supply is energised and metered, but timeswitch class {} means that there is no meter.",
                    items.clean("mtc"),
                ),
                suggestion="Correct the timeswitch class from EES.",
            )
        )
    return faults


def smart_items(items: Items, ctx: RuleContext) -> list[Fault]:
    """XFD-26: what a smart meter needs and what any other meter must not keep."""
    kind = items.clean("meter_type")
    smart = kind.is_in(SMART_TYPES)
    other = kind.is_in((*ADVANCED_TYPES, *TRADITIONAL_TYPES, *OTHER_TYPES))
    faults = []
    if items.has("smso"):
        operator = items.clean("smso")
        lacking = smart & (operator.is_null() | (operator == NOTHING_FITTED))
        faults += [
            Fault(
                item="smso",
                when=lacking,
                message=pl.format("Meter type {} is smart and needs an SMSO, but there is none.", kind),
                suggestion="Take the SMSO from EES.",
            ),
            _left_behind(other, "smso", "SMSO", operator.is_not_null() & (operator != NOTHING_FITTED), items),
        ]
    if items.has("smets_version"):
        version = items.clean("smets_version")
        faults.append(
            _left_behind(
                other,
                "smets_version",
                "SMETS version",
                version.is_not_null() & (version != NOTHING_FITTED),
                items,
            )
        )
    if items.has("dcc_service_flag"):
        active = items.clean("dcc_service_flag") == "A"
        faults.append(_left_behind(other, "dcc_service_flag", "DCC service flag", active, items))
    silent = _classes_without_communications(ctx)
    if items.has("mtc") and silent:
        faults.append(
            Fault(
                item="mtc",
                when=not_migrated(items, smart & items.clean("mtc").is_in(silent)),
                message=pl.format(
                    "Meter type {} is smart, but timeswitch class {} is for a meter without communications.",
                    kind,
                    items.clean("mtc"),
                ),
                suggestion="Choose a timeswitch class with communications.",
            )
        )
    return faults


def _left_behind(other: pl.Expr, item: str, title: str, held: pl.Expr, items: Items) -> Fault:
    """A smart item that stayed when the smart meter went."""
    return Fault(
        item=item,
        when=other & held,
        message=pl.format(
            f"Meter type {{}} is not smart, but {title} {{}} is still given.",
            items.clean("meter_type"),
            items.clean(item),
        ),
        suggestion="Clear it, or put NONE." if item != "dcc_service_flag" else "Clear it.",
    )


def _classes_without_communications(ctx: RuleContext) -> list[str]:
    """Common timeswitch classes that the industry table marks as without communications; none if it is not loaded.

    Classes that a distributor defines for itself are not in that table with an indicator, so they are not judged.
    """
    table = ctx.standing.get(TIMESWITCH_CLASSES)
    if table is None:
        return []
    code, indicator = column_of(table, "timeswitch", "class", "id"), column_of(table, "communication")
    if code is None or indicator is None:
        return []
    silent = table.filter(pl.col(indicator).str.strip_chars().str.to_uppercase() == "N")
    return silent.select(padded(code, 3).unique().sort()).to_series().to_list()


def _codes(ranges: Sequence[Sequence[int]]) -> list[str]:
    """Three-digit codes out of `[[first, last], ...]`, both ends included."""
    return [f"{number:03d}" for first, last in ranges for number in range(int(first), int(last) + 1)]


def _unmetered_note(items: Items, _: RuleContext) -> str:
    return missing_parts(
        items,
        {
            "meter serial numbers": ("meter_serial",),
            "meter types": ("meter_type",),
            "timeswitch classes": ("mtc",),
        },
    )


def _missing_note(items: Items, _: RuleContext) -> str:
    return missing_parts(items, {"timeswitch class 800 (no meter)": ("mtc",)})


def _smart_note(items: Items, ctx: RuleContext) -> str:
    parts = missing_parts(
        items,
        {"SMSO": ("smso",), "SMETS version": ("smets_version",), "DCC service flag": ("dcc_service_flag",)},
    )
    if items.has("mtc") and _classes_without_communications(ctx):
        return parts
    table = f"communications of the timeswitch class, which need its item and the industry table {TIMESWITCH_CLASSES}."
    return f"{parts} Nor {table}" if parts else table


CHECKS: tuple[Check, ...] = (
    Check(
        id="XFD-24",
        title="Meter details on an unmetered supply",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("meter_serial", "meter_type", "mtc", "market_segment", "measurement_class"),
        explanation=(
            "An unmetered supply (segment U, or measurement class B or D) has no serial number and no meter "
            "type, and its timeswitch class is one of those for unmetered supplies. Class and timeswitch class "
            "of migrated rows are left out."
        ),
        fix_hint="Clear the meter details, or the supply is not unmetered.",
        basis="[MDD] [derived]; chellow's comparison once broke on UMS [chellow-log]",
        needs=(("market_segment", "measurement_class"), ("meter_serial", "meter_type", "mtc")),
        unless=("XFD-21",),
        defaults={"timeswitch_classes": [[502, 506], [857, 861], [863, 863]]},
        row=meter_on_unmetered,
        note=_unmetered_note,
    ),
    Check(
        id="XFD-25",
        title="Energised and metered, but no meter",
        severity=Severity.HIGH,
        party=Party.MEM,
        items=("meter_serial", "mtc", "energisation_status"),
        explanation=(
            "A supply that is energised and metered has a meter, so a serial number must be held, and "
            "timeswitch class 800 (temporary, no meter) cannot be right. De-energised supplies are left out."
        ),
        fix_hint="Get the meter technical details (D0150 or D0268), or de-energise.",
        basis="[MDD] MTC 800 = no meter; [derived]",
        needs=("energisation_status", "meter_serial", ("metered", "market_segment", "measurement_class")),
        unless=("FMT-18",),
        defaults={"no_meter_class": 800},
        row=meter_missing,
        note=_missing_note,
    ),
    Check(
        id="XFD-26",
        title="Smart items against meter type",
        severity=Severity.MED,
        party=Party.SUP,
        items=("smso", "smets_version", "dcc_service_flag", "mtc", "meter_type"),
        explanation=(
            "A smart meter (S1, S2 and the 2 family) needs an SMSO. When it gives way to another kind of meter, "
            "SMSO, SMETS version and an active DCC flag are often left behind, and the supply then looks smart "
            "when it is not."
        ),
        fix_hint="Clear the stale items after an exchange, or correct the meter type.",
        basis="[mra-none] [mra-smso] [mp077] [MDD]",
        needs=("meter_type", ("smso", "smets_version", "dcc_service_flag")),
        row=smart_items,
        note=_smart_note,
    ),
)

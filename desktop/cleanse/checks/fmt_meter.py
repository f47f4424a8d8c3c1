"""Checks of the meter's own items: FMT-17 and FMT-18."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.model import Party, Severity

SERIAL_FORM = r"^[A-Z0-9]{1,10}$"
_PLAIN_SERIAL = r"^[0-9A-Z]{0,9}[1-9][0-9A-Z]{0,9}$"
"""A serial number with a digit other than 0 is no word and no filler."""
FILLERS = (
    "unknown", "unk", "tbc", "tba", "n/a", "na", "n.a.", "#n/a", "not applicable", "not available",
    "data not available", "not known", "no meter", "nometer",
)  # fmt: skip


def meter_type_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-17."""
    known = [str(entry["id"]) for entry in ctx.codes["meter_types"]]
    wrong = ~items.clean("meter_type").is_in(known)
    return [Fault("meter_type", wrong, pl.format("“{}” is not a known meter type.", items.raw("meter_type")))]


def serial_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-18. A blank, or NULL or NONE for a blank, is no fault of form."""
    raw, cleaned = items.raw("meter_serial"), items.clean("meter_serial")
    word = raw.str.strip_chars().str.to_lowercase().str.replace_all(r"\s+", " ")
    filler = word.is_in([str(one).lower() for one in ctx.settings["placeholders"]]) | cleaned.str.contains("^0+$")
    own_mpan = ((cleaned == items.clean("mpan")) & (cleaned.str.len_chars() > 10)).fill_null(value=False)
    malformed = ~cleaned.str.contains(SERIAL_FORM)
    message = (
        pl.when(filler)
        .then(pl.format("“{}” stands for no serial number.", raw.str.strip_chars()))
        .when(own_mpan)
        .then(pl.lit("The MPAN stands where the meter serial number should."))
        .when(cleaned.str.len_chars() > 10)
        .then(pl.format("A serial number has at most 10 characters; this has {}.", cleaned.str.len_chars()))
        .otherwise(pl.lit("A serial number holds letters and digits only."))
    )
    # A number that is well formed and holds a digit other than 0 cannot be a filler, and is too short for an MPAN.
    odd = (raw.str.len_bytes() > 10) | ~raw.str.contains(_PLAIN_SERIAL)
    return [Fault("meter_serial", (filler | own_mpan | malformed).fill_null(value=False), message, among=odd)]


CHECKS: tuple[Check, ...] = (
    Check(
        id="FMT-17",
        title="Meter type code unknown",
        severity=Severity.MED,
        party=Party.MEM,
        items=("meter_type",),
        explanation=(
            "The meter type says whether a meter is smart, advanced or traditional, and so which market segment the "
            "supply belongs to. This code is not one of those in use."
        ),
        fix_hint="Ask the metering agent to send the technical details again.",
        basis="[chellow] [dtc3417]",
        needs=("meter_type",),
        row=meter_type_rule,
    ),
    Check(
        id="FMT-18",
        title="Meter serial number malformed",
        severity=Severity.MED,
        party=Party.MEM,
        items=("meter_serial", "mpan"),
        explanation=(
            "A meter serial number is 1 to 10 letters and digits; spaces do not count. A word such as UNKNOWN, zeros "
            "only, or the MPAN itself tells nothing of the meter on site."
        ),
        fix_hint="Read the number off the meter's plate and have the technical details sent again (D0150).",
        basis="[trade knowledge] length; [mra-dupmsn] spaces",
        needs=("meter_serial",),
        defaults={"placeholders": list(FILLERS)},
        row=serial_rule,
    ),
)

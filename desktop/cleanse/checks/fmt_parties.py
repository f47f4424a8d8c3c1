"""Check FMT-15: the ids of suppliers, agents and services."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.model import Party, Severity
from desktop.portfolio.items import ITEMS

PARTICIPANTS = "Market_Participant"
"""The MDD table whose first column lists every MPID."""
PARTY_ITEMS = (
    "supplier", "meter_operator", "data_collector", "data_aggregator", "data_service", "metering_service", "smso",
    "map",
)  # fmt: skip
DIP_ITEMS = ("supplier", "data_service", "metering_service")
"""Items that may hold the ten digits of a DIP participant instead of an MPID."""

MPID_FORM = r"^[A-Z]{4}$"
DIP_FORM = r"^[0-9]{10}$"


def party_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-15."""
    known = _known_mpids(ctx)
    faults = []
    for name in PARTY_ITEMS:
        if not items.has(name):
            continue
        cleaned = items.clean(name)
        formed = cleaned.str.contains(MPID_FORM)
        wanted = "four letters"
        if name in DIP_ITEMS:
            formed = formed | cleaned.str.contains(DIP_FORM)
            wanted = "four letters, or the ten digits of a DIP id"
        title = ITEMS[name].title
        faults.append(
            Fault(name, ~formed, pl.format(f"“{{}}” is not the id of a {title}: an MPID is {wanted}.", items.raw(name)))
        )
        if known is not None:
            unknown = cleaned.str.contains(MPID_FORM) & ~cleaned.is_in(known)
            faults.append(Fault(name, unknown, pl.format("No market participant has the MPID “{}”.", cleaned)))
    return faults


def _known_mpids(ctx: RuleContext) -> list[str] | None:
    """Every MPID of the loaded table, and NONE, which stands for no SMSO; None if no table is loaded."""
    table = ctx.standing.get(PARTICIPANTS)
    if table is None or not table.width:
        return None
    ids = table.to_series(0).drop_nulls().str.strip_chars().str.to_uppercase().unique().to_list()
    return [*ids, "NONE"]


def party_note(_: Items, ctx: RuleContext) -> str:
    """Only the form is judged without the industry table."""
    if _known_mpids(ctx) is not None:
        return ""
    return f"whether each MPID exists, which needs the industry table {PARTICIPANTS}. The form was checked."


CHECKS: tuple[Check, ...] = (
    Check(
        id="FMT-15",
        title="MPID or DIP id malformed or unknown",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=PARTY_ITEMS,
        explanation=(
            "Suppliers and agents are named by an MPID of four capital letters; suppliers and MHHS services also by "
            "the ten digits of their DIP id. Anything else cannot be sent to anyone. With the industry table loaded, "
            "an MPID must also be in it."
        ),
        fix_hint="Take the id from MDD or ISD.",
        basis="[MDD] all 958 MPIDs are four letters; [chellow] [if033]",
        needs=(PARTY_ITEMS,),
        row=party_rule,
        note=party_note,
    ),
)

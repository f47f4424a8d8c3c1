"""Checks of codes in a row: FMT-07 to FMT-11, FMT-14 and FMT-19."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.model import Party, Severity
from desktop.portfolio.items import ITEMS

SUPPLY_FORM = r"^[0-9]{5}[0-9A-Z]{3}[0-9]{13}$"
ONE_DIGIT = 1_111_111_111_111
"""Its multiples are one digit repeated: a filler, which FMT-01 reports and nothing is compared with."""
LLFC_FORM = r"^[0-9A-HJ-NP-Z]{3}$"


def _ids(ctx: RuleContext, name: str) -> list[str]:
    """The ids of one code list."""
    return [str(entry["id"]) for entry in ctx.codes[name]]


def _padded_llfc(items: Items) -> pl.Expr:
    """Files drop the zeros in front of factor classes with letters too, which cleaning leaves alone."""
    return items.clean("llfc").str.zfill(3)


def supply_number_rule(items: Items, _: RuleContext) -> list[Fault]:
    """FMT-07."""
    supply = items.clean("supply_number").str.replace_all(r"\s", "").str.to_uppercase()
    well_formed = supply.str.contains(SUPPLY_FORM)
    judged = ~items.migrated()
    number = items.number("mpan")
    parts = (
        ("profile_class", supply.str.slice(0, 2), items.clean("profile_class")),
        ("mtc", supply.str.slice(2, 3), items.clean("mtc")),
        ("llfc", supply.str.slice(5, 3), _padded_llfc(items)),
        ("mpan", supply.str.slice(8, 13).cast(pl.Int64, strict=False), pl.when(number % ONE_DIGIT != 0).then(number)),
    )
    differing = [
        (pl.when(part != stated).then(pl.lit(ITEMS[name].title)), (part != stated).fill_null(value=False))
        for name, part, stated in parts
        if items.has(name)
    ]
    faults = [
        Fault(
            "supply_number",
            ~well_formed & judged,
            "A supply number is 21 characters: 5 digits, 3 digits or letters, and the 13 digits of the MPAN.",
        )
    ]
    if differing:
        named = pl.concat_str([name for name, _ in differing], separator=", ", ignore_nulls=True)
        faults.append(
            Fault(
                "supply_number",
                well_formed & judged & pl.any_horizontal(differs for _, differs in differing),
                pl.format("The supply number disagrees with its own column: {}.", named),
            )
        )
    return faults


def supply_number_note(items: Items, _: RuleContext) -> str:
    """Parts of the supply number that have no column to be compared with."""
    absent = [ITEMS[name].title for name in ("profile_class", "mtc", "llfc") if not items.has(name)]
    return f"{', '.join(absent)} of the supply number, because no heading is mapped to them." if absent else ""


def gsp_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-08."""
    wrong = ~items.clean("gsp_group").is_in(_ids(ctx, "gsp_groups"))
    return [Fault("gsp_group", wrong, pl.format("“{}” is not one of the 14 GSP groups.", items.raw("gsp_group")))]


def _class_rule(items: Items, name: str, valid: list[str], wrong: str) -> list[Fault]:
    cleaned = items.clean(name)
    return [
        Fault(
            name,
            cleaned.is_null() & ~items.migrated(),
            f"The {ITEMS[name].title} is blank; only a migrated supply may lack it.",
        ),
        Fault(name, ~cleaned.is_in(valid), pl.format(wrong, items.raw(name))),
    ]


def profile_class_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-09."""
    return _class_rule(items, "profile_class", _ids(ctx, "profile_classes"), "“{}” is not a profile class (00 to 08).")


def measurement_class_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-10."""
    valid = _ids(ctx, "measurement_classes")
    return _class_rule(items, "measurement_class", valid, "“{}” is not a measurement class (A to G).")


def energisation_rule(items: Items, _: RuleContext) -> list[Fault]:
    """FMT-11."""
    cleaned = items.clean("energisation_status")
    return [
        Fault(
            "energisation_status",
            cleaned.is_null(),
            "The status is blank. A blank in a registration extract means disconnected, yet the supply is in here.",
        ),
        Fault(
            "energisation_status",
            ~cleaned.is_in(["E", "D"]),
            pl.format("“{}” is not an energisation status (E or D).", items.raw("energisation_status")),
        ),
    ]


def llfc_rule(items: Items, _: RuleContext) -> list[Fault]:
    """FMT-14."""
    code = _padded_llfc(items)
    mended = code.str.replace_all("I", "1", literal=True).str.replace_all("O", "0", literal=True)
    message = (
        pl.when(code.str.contains(r"^[0-9A-Z]{3}$"))
        .then(pl.lit("The letters I and O never occur in a line loss factor class."))
        .otherwise(pl.lit("A line loss factor class is three digits or letters."))
    )
    suggestion = pl.when((mended != code) & mended.str.contains(LLFC_FORM)).then(mended)
    return [Fault("llfc", ~code.str.contains(LLFC_FORM), message, suggestion)]


_SETS = {
    "market_segment": ("S", "A", "U"),
    "connection_type": ("W", "L", "H", "E", "U"),
    "energy_direction": ("I", "E"),
    "domestic_premises": ("T", "F"),
}


def mhhs_sets_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-19."""
    faults = []
    for name in _SETS:
        if not items.has(name):
            continue
        valid = [str(value) for value in ctx.settings[name]]
        cleaned = items.clean(name)
        words = "T or F, Y or N" if name == "domestic_premises" else ", ".join(valid)
        faults.append(
            Fault(
                name,
                ~cleaned.is_in(valid),
                pl.format(f"“{{}}” is not a known {ITEMS[name].title} ({words}).", items.raw(name)),
            )
        )
        if ctx.settings["report_blank"]:
            faults.append(
                Fault(name, cleaned.is_null(), f"The {ITEMS[name].title} is not populated.", unless_every_row=True)
            )
    return faults


CHECKS: tuple[Check, ...] = (
    Check(
        id="FMT-07",
        title="Supply number disagrees with its parts",
        severity=Severity.MED,
        party=Party.SUP,
        items=("supply_number", "profile_class", "mtc", "llfc", "mpan"),
        explanation=(
            "The 21 characters of a supply number are the profile class, the meter timeswitch class, the line loss "
            "factor class and the MPAN. Where they disagree with their own columns, one of the two is out of date. "
            "Migrated supplies are passed over, for their number has a new form."
        ),
        fix_hint="Rebuild the supply number from its parts, once these are right.",
        basis="[wiki] R0083 [rec-webinar]",
        needs=("supply_number",),
        row=supply_number_rule,
        note=supply_number_note,
    ),
    Check(
        id="FMT-08",
        title="GSP group not a valid id",
        severity=Severity.HIGH,
        party=Party.LDSO,
        items=("gsp_group",),
        explanation=(
            "There are 14 GSP groups, written as an underscore and a letter from A to H, J to N or P. Any other text "
            "names no place on the network, and the supply would settle nowhere. A letter alone or in lower case is "
            "understood."
        ),
        fix_hint="Take the group from the enquiry service (EES).",
        basis="[MDD] GSP_Group",
        needs=("gsp_group",),
        row=gsp_rule,
    ),
    Check(
        id="FMT-09",
        title="Profile class outside 00-08",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("profile_class",),
        explanation=(
            "A profile class is 01 to 08, or 00 for a half-hourly supply. It may be blank only once the supply has "
            "migrated."
        ),
        fix_hint="Take the profile class from the enquiry service (EES).",
        basis="[MDD] [chellow]",
        needs=("profile_class",),
        row=profile_class_rule,
    ),
    Check(
        id="FMT-10",
        title="Measurement class outside A-G",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("measurement_class",),
        explanation=(
            "A measurement class is one letter from A to G and says how the supply is settled today. It may be blank "
            "only once the supply has migrated."
        ),
        fix_hint="Take the measurement class from the enquiry service (EES).",
        basis="[elexon-comc]",
        needs=("measurement_class",),
        row=measurement_class_rule,
    ),
    Check(
        id="FMT-11",
        title="Energisation status invalid",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("energisation_status",),
        explanation=(
            "A supply is energised (E) or de-energised (D). In a registration extract a blank means disconnected, and "
            "a disconnected supply does not belong in a portfolio."
        ),
        fix_hint="Put the status right (D0134, D0139), or have the disconnection recorded.",
        basis="[chellow] [emds]",
        needs=("energisation_status",),
        row=energisation_rule,
    ),
    Check(
        id="FMT-14",
        title="Line loss factor class malformed",
        severity=Severity.HIGH,
        party=Party.LDSO,
        items=("llfc",),
        explanation=(
            "A line loss factor class is three digits or letters, zeros in front included. The letters I and O never "
            "occur, so they are most likely the digits 1 and 0."
        ),
        fix_hint="Correct the typing; ask the distributor where in doubt.",
        basis="[MDD] no I or O in 49,060 rows",
        needs=("llfc",),
        row=llfc_rule,
    ),
    Check(
        id="FMT-19",
        title="Market segment, connection type, direction or domestic indicator out of set",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=tuple(_SETS),
        explanation=(
            "These newly introduced items decide how a supply migrates, and each has a small set of values. The sets "
            "are settings, for not every official list is public. Blank cells count as not yet populated and are "
            "reported only if the setting says so."
        ),
        fix_hint="Populate from the enquiry service (EES).",
        basis="[if033] [trade knowledge] for letters not seen",
        needs=(tuple(_SETS),),
        defaults={**{name: list(values) for name, values in _SETS.items()}, "report_blank": False},
        row=mhhs_sets_rule,
    ),
)

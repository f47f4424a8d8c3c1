"""Checks of where a supply stands: FMT-20 (postcode, UPRN) and FMT-22 (address lines)."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.model import Party, Severity
from desktop.portfolio.items import ITEMS

POSTCODE_FORM = r"^(GIR 0AA|[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2})$"
UPRN_FORM = r"^[1-9][0-9]{0,11}$"
ADDRESS_ITEMS = tuple(f"address_{line}" for line in range(1, 10))

_SPACES = r"[\s\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]+"
_POSTCODE = re.compile(POSTCODE_FORM)
_MOST_OFFERED = 3
_PLOT = r"(?i)(\bPLOT\b|^\s*(PL|PC)\s*[0-9])"
_IS_POSTCODE = r"(?i)^\s*(PL|PC)[0-9][A-Z0-9]?\s*[0-9][A-Z]{2}\s*$"
"""PL is also the postcode area of Plymouth: a line that holds a postcode is no plot."""


def tidy_postcode(raw: pl.Expr) -> pl.Expr:
    """A postcode in capitals with single spaces; where no space is there at all, one before the last three characters.

    A space that stands in the wrong place is left there, for it may be a sign of a missing character.
    """
    text = raw.str.replace_all(_SPACES, " ").str.strip_chars(" '\u2018\u2019`").str.to_uppercase()
    return pl.when(text.str.contains(r"^[0-9A-Z]{5,7}$")).then(
        text.str.replace(r"^(.*)(...)$", "$1 $2")
    ).otherwise(text)  # fmt: skip


def place_rule(items: Items, _: RuleContext) -> list[Fault]:
    """FMT-20."""
    faults = []
    if items.has("postcode"):
        raw = items.raw("postcode")
        tidy = tidy_postcode(raw)
        wrong = items.clean("postcode").is_not_null() & ~tidy.str.contains(POSTCODE_FORM)
        faults.append(
            Fault(
                "postcode",
                wrong,
                pl.format("“{}” is not a postcode.", raw.str.strip_chars()),
                tidy.map_elements(suggest_postcode, return_dtype=pl.String),
                among=~raw.str.contains(POSTCODE_FORM),
            )
        )
    if items.has("uprn"):
        raw = items.raw("uprn")
        cleaned = items.clean("uprn")
        faults.append(
            Fault(
                "uprn",
                ~cleaned.str.contains(UPRN_FORM),
                pl.format("“{}” is not a UPRN: 1 to 12 digits that do not begin with 0.", raw.str.strip_chars()),
                among=~raw.str.contains(UPRN_FORM),
            )
        )
    return faults


def suggest_postcode(tidy: str) -> str:
    """Postcodes that this may be: its space moved, then letters O and digits 0 exchanged, as few as do; '' if none."""
    solid = tidy.replace(" ", "")
    if len(solid) < 5 or not (solid.isascii() and solid.isalnum()):
        return ""
    places = [place for place, character in enumerate(solid) if character in "O0"][:6]
    for count in range(len(places) + 1):
        found = []
        for chosen in combinations(places, count):
            letters = [
                ("0" if character == "O" else "O") if place in chosen else character
                for place, character in enumerate(solid)
            ]
            text = "".join(letters)
            postcode = f"{text[:-3]} {text[-3:]}"
            if _POSTCODE.match(postcode) and postcode != tidy:
                found.append(postcode)
        if found:
            return " or ".join(found[:_MOST_OFFERED])
    return ""


def address_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-22."""
    lines = [name for name in ADDRESS_ITEMS if items.has(name)]
    first = lines[0]
    blank = pl.all_horizontal(items.clean(name).is_null() for name in lines)
    faults = [
        Fault(
            first,
            blank,
            "No address line holds anything.",
            # A line that begins with a digit other than 0 is neither blank nor a placeholder.
            among=~items.raw(first).str.contains("^[1-9]"),
        )
    ]
    if _judges_plots(items):
        before = ctx.as_of - timedelta(days=int(ctx.settings["days_energised"]))
        settled = (items.clean("energisation_status") == "E") & (items.date("energisation_status_from") < before)
        for name in lines:
            raw = items.raw(name)
            faults.append(
                Fault(
                    name,
                    raw.str.contains(_PLOT) & ~raw.str.contains(_IS_POSTCODE),
                    "Still a plot address, though the supply has been energised for a long time.",
                    among=settled,
                )
            )
    return faults


def _judges_plots(items: Items) -> bool:
    return items.has("energisation_status", "energisation_status_from")


def address_note(items: Items, _: RuleContext) -> str:
    """Plot addresses cannot be judged without knowing since when the supply is energised."""
    if _judges_plots(items):
        return ""
    absent = [name for name in ("energisation_status", "energisation_status_from") if not items.has(name)]
    titles = " and ".join(ITEMS[name].title for name in absent)
    return f"plot addresses, because no heading is mapped to {titles}."


CHECKS: tuple[Check, ...] = (
    Check(
        id="FMT-20",
        title="Postcode or UPRN malformed",
        severity=Severity.MED,
        party=Party.LDSO,
        items=("postcode", "uprn"),
        explanation=(
            "A postcode has an outward part, a space and an inward part of one digit and two letters; a UPRN has up to "
            "12 digits. A supply whose place cannot be found is hard to visit and to match. A missing space and small "
            "letters are understood."
        ),
        fix_hint="Correct from the address base. Where a postcode is offered, confirm it first.",
        basis="[measured] `C012 5NB`, `IP60 LE`, `RM9`; [uprn]",
        needs=(("postcode", "uprn"),),
        row=place_rule,
    ),
    Check(
        id="FMT-22",
        title="Address thin, plot or filler",
        severity=Severity.LOW,
        party=Party.LDSO,
        items=ADDRESS_ITEMS,
        explanation=(
            "A supply without any address line, or still under its plot number months after it was energised, is hard "
            "to find on site and to match with other records."
        ),
        fix_hint="Have the distributor send the postal address (plot-to-postal update).",
        basis="[mra-plot] [mra-addr1]",
        needs=(ADDRESS_ITEMS,),
        defaults={"days_energised": 90},
        row=address_rule,
        note=address_note,
    ),
)

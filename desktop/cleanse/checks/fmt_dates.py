"""Check FMT-21: dates that cannot be read, or cannot be true."""

from __future__ import annotations

from datetime import date

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.model import Party, Severity
from desktop.portfolio.cleaning import OPEN_DATE
from desktop.portfolio.items import ITEMS, ItemKind

MARKET_OPENED = date(1996, 4, 1)
"""The first effective date in MDD."""
DATE_ITEMS = tuple(name for name, item in ITEMS.items() if item.kind is ItemKind.DATE)
METER_INSTALLED = "meter_install_date"
"""TMP-06 judges when a meter can have been installed; here it need only be readable."""
MAY_BE_AHEAD = frozenset(
    {"supply_end_date", "supply_start_date", METER_INSTALLED, *(name for name in DATE_ITEMS if name.endswith("_to"))}
)
"""Planned ends may be ahead. A supply start or an installation ahead is TMP-01's and TMP-06's finding."""


def date_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-21."""
    first = date.fromisoformat(str(ctx.settings["first_date"]))
    faults = []
    for name in DATE_ITEMS:
        if not items.has(name):
            continue
        day, cleaned = items.date(name), items.clean(name)
        unreadable = day.is_null() & (cleaned != OPEN_DATE)
        faults.append(Fault(name, unreadable, items.raw(name).map_elements(_unreadable, return_dtype=pl.String)))
        if name != METER_INSTALLED:
            faults.append(
                Fault(
                    name,
                    day < first,
                    pl.format(f"{{}} is before {first:%d/%m/%Y}, when the market opened.", _shown(day)),
                )
            )
        if name not in MAY_BE_AHEAD:
            faults.append(
                Fault(name, day > ctx.as_of, pl.format("{} is in the future; only a planned end may be.", _shown(day)))
            )
    return faults


def _shown(day: pl.Expr) -> pl.Expr:
    return day.dt.to_string("%d/%m/%Y")


def _unreadable(raw: str) -> str:
    """Why a date cannot be read; says the order where day and month are likely swapped."""
    parts = raw.strip().replace("-", "/").split("/")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts) and len(parts[2]) == 4:
        day, month = int(parts[0]), int(parts[1])
        if 12 < month <= 31 and 0 < day <= 12:
            return (
                f"There is no month {month}: dates are read day first, and this one looks as if the month came first."
            )
        if 0 < day <= 31 and 0 < month <= 12:
            return "There is no such day in that month (read day first)."
    if len(parts) == 3 and len(parts[2].split(" ")[0]) == 2:
        return "The year has two digits; write DD/MM/YYYY, YYYYMMDD or YYYY-MM-DD."
    return "Not a date; write DD/MM/YYYY, YYYYMMDD or YYYY-MM-DD."


CHECKS: tuple[Check, ...] = (
    Check(
        id="FMT-21",
        title="Date unreadable or absurd",
        severity=Severity.MED,
        party=Party.SUP,
        items=DATE_ITEMS,
        explanation=(
            "Dates are read as DD/MM/YYYY (day first), YYYYMMDD or YYYY-MM-DD; 31/12/9999 means no end. A date before "
            "the market opened on 01/04/1996, or in the future where nothing is planned, cannot be true."
        ),
        fix_hint="Correct the date, and settle with whoever makes the file in which order day and month stand.",
        basis="[MDD] first effective dates; [chellow]",
        needs=(DATE_ITEMS,),
        defaults={"first_date": MARKET_OPENED.isoformat()},
        row=date_rule,
    ),
)

"""The catalogue of checks: all of them in order, and what a person sees of each under the settings in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from desktop.cleanse.check import Check, Need
from desktop.cleanse.model import Party, Severity


@dataclass(frozen=True)
class CheckInfo:
    """One check with its settings in force."""

    id: str
    title: str
    severity: Severity
    party: Party
    items: tuple[str, ...]
    explanation: str
    fix_hint: str
    basis: str
    needs: tuple[Need, ...]
    needs_tables: tuple[str, ...]
    on: bool
    settings: Mapping[str, Any]
    unless: tuple[str, ...] = ()
    """Root causes, as the check declares them."""


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check the app has, by family and number. Raises ValueError if two share an id."""
    from desktop.cleanse.checks import MODULES  # here, so that reading the settings of one check loads no rule

    checks = tuple(check for module in MODULES for check in module.CHECKS)
    ids = [check.id for check in checks]
    repeated = {one for one in ids if ids.count(one) > 1}
    if repeated:
        raise ValueError(f"two checks share an id: {', '.join(sorted(repeated))}")
    order = {family: place for place, family in enumerate(("FIL", "FMT", "ROW", "XFD", "TMP", "XFL"))}
    return tuple(sorted(checks, key=lambda check: (order[check.id[:3]], check.id)))


def describe(check: Check, settings: Mapping[str, Mapping[str, Any]]) -> CheckInfo:
    """A check as the cleanse_checks pack's body sets it: check id to `{"on", "severity", "settings"}`."""
    entry = settings.get(check.id, {})
    return CheckInfo(
        id=check.id,
        title=check.title,
        severity=Severity(entry.get("severity", check.severity)),
        party=check.party,
        items=check.items,
        explanation=check.explanation,
        fix_hint=check.fix_hint,
        basis=check.basis,
        needs=check.needs,
        needs_tables=check.needs_tables,
        on=bool(entry.get("on", check.on)),
        settings={**check.defaults, **entry.get("settings", {})},
        unless=check.unless,
    )

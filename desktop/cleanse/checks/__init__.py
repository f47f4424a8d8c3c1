"""The checks, a module for each family or subject. A module gives `CHECKS`; a new one is added to `MODULES` below."""

from __future__ import annotations

from typing import Protocol

from desktop.cleanse.check import Check
from desktop.cleanse.checks import (
    fil,
    fmt_address,
    fmt_codes,
    fmt_dates,
    fmt_hidden,
    fmt_meter,
    fmt_mpan,
    fmt_parties,
    row_duplicates,
    row_links,
    row_meters,
    tmp,
    xfd_meter,
    xfd_segment,
    xfd_settlement,
)


class CheckModule(Protocol):
    """What a module of checks gives."""

    @property
    def CHECKS(self) -> tuple[Check, ...]:  # noqa: N802 - a module's constant
        """The module's checks, in the order of their numbers."""
        ...


MODULES: tuple[CheckModule, ...] = (
    fil,
    fmt_mpan,
    fmt_hidden,
    fmt_codes,
    fmt_parties,
    fmt_meter,
    fmt_address,
    fmt_dates,
    row_duplicates,
    row_links,
    row_meters,
    xfd_meter,
    xfd_segment,
    xfd_settlement,
    tmp,
)

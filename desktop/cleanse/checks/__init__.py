"""The checks, a module for each family or subject. A module gives `CHECKS`; a new one is added to `MODULES` below."""

from __future__ import annotations

from typing import Protocol

from desktop.cleanse.check import Check


class CheckModule(Protocol):
    """What a module of checks gives."""

    CHECKS: tuple[Check, ...]


MODULES: tuple[CheckModule, ...] = ()

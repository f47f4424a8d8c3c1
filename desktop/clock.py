"""The clock that services are given, so that no rule reads the time of day by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present as an aware datetime in UTC."""


def system_clock() -> datetime:
    """The computer's clock, in UTC."""
    return datetime.now(UTC)

"""The clock that services are given, so that no rule reads the time of day by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo

Clock = Callable[[], datetime]
"""Returns the present as an aware datetime in UTC."""


def system_clock() -> datetime:
    """The computer's clock, in UTC."""
    return datetime.now(UTC)


def today(clock: Clock, zone: tzinfo | None = None) -> date:
    """The day that it is now for the people at this computer; `zone` None = the computer's own time zone.

    Everything that a person reads or sets as a day goes by this one: ages, due days, the expiry of exceptions, the day
    of a check, file names. In British summer time the UTC day is yesterday until one in the morning, and an exception
    would end or a check be dated a day off. Moments (the log, backups) stay in UTC.
    """
    return clock().astimezone(zone).date()

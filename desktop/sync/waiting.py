"""How long to wait before the next try. Kept on disk by whoever asks; it never gives up."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

FIRST = 5.0
MOST = 15 * 60.0
"""Seconds."""

Chance = Callable[[], float]
"""Gives a number from 0 to 1."""


def seconds(tries: int, chance: Chance = random.random) -> float:
    """Between nothing and twice as much with each try in vain, so that laptops do not come back all at once."""
    return chance() * min(FIRST * float(2 ** min(max(tries, 0), 20)), MOST)


def until(now: datetime, tries: int, retry_after: float | None, chance: Chance = random.random) -> datetime:
    """When it is tried again. What the endpoint asks for counts; laptops come back spread after it."""
    spread = seconds(tries, chance)
    return now + timedelta(seconds=spread if retry_after is None else retry_after + min(spread, MOST / 10))

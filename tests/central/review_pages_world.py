"""What tests of the review pages read from a page, and what they hand over."""

from __future__ import annotations

import re


def fresh(page: str) -> str:
    return re.search(r'name="id" value="([0-9a-f-]{36})"', page)[1]


def seen(page: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', page)[1]


numbers = iter(range(100, 10_000))


def handed(laptop, body=None, **more):
    return laptop.hand_over(body, reference=f"ACME-RTTM-{next(numbers):04}", **more)

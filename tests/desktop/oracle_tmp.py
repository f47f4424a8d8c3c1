"""The rules of dates in plain Python: dates as Python dates or None, the day that counts as today given."""

from __future__ import annotations

from datetime import date, timedelta

OPEN = date(9999, 12, 31)
BANK_HOLIDAYS_2026 = {date(2026, 12, 25), date(2026, 12, 28)}
"""Those between November 2026 and the end of the year: Christmas Day, and Boxing Day's Monday in lieu."""


def tmp_01(start: date | None, today: date) -> bool:
    return start is None or start > today


def tmp_06(installed: date | None, today: date) -> bool:
    return installed is not None and (installed > today or installed < date(1950, 1, 1))


def tmp_07(end: date | None, today: date) -> bool:
    if end is None or end == OPEN:
        return False
    last, left = today, 10
    while left:
        last += timedelta(days=1)
        left -= last.weekday() < 5 and last not in BANK_HOLIDAYS_2026
    return end <= last


def tmp_08(status: str, since: date | None, today: date) -> bool:
    year_ago = date(today.year - 1, today.month, min(today.day, 28) if today.month == 2 else today.day)
    return status == "D" and since is not None and since != OPEN and since < year_ago

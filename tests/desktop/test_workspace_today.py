"""One today for everything a person reads or sets as a day: the local one, also when it is still yesterday in UTC."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desktop.clock import today

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2026, 7, 14, 23, 30, tzinfo=UTC), "Europe/London", date(2026, 7, 15)),
        (datetime(2026, 7, 14, 22, 59, tzinfo=UTC), "Europe/London", date(2026, 7, 14)),
        (datetime(2026, 12, 14, 23, 30, tzinfo=UTC), "Europe/London", date(2026, 12, 14)),
        (datetime(2026, 7, 14, 1, 0, tzinfo=UTC), "America/New_York", date(2026, 7, 13)),
    ],
)
def test_today_is_the_day_of_the_people_at_the_computer(moment, zone, day):
    assert today(lambda: moment, ZoneInfo(zone)) == day


_AT_HALF_PAST_MIDNIGHT = """
import sys, time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
time.tzset()
from desktop.app import Workspace
from desktop.cleanse.exceptions import ExceptionRequest
from desktop.clock import today
from desktop.errors import InvalidInput
clock = lambda: datetime(2026, 7, 14, 23, 30, tzinfo=UTC)
with Workspace.create(Path(sys.argv[1]), "Acme", "ACME", actor="Jo", clock=clock) as workspace:
    refused = []
    for day in (15, 16):
        try:
            workspace.cleanse.accept("FMT-05", ExceptionRequest("Agreed", "Alex", date(2026, 7, day)))
        except InvalidInput as error:
            refused.append(error.field or "nothing")
    print(today(clock), workspace.cleanse._today(), *refused)
"""


@pytest.mark.skipif(not hasattr(__import__("time"), "tzset"), reason="the time zone of a program is set by POSIX only")
def test_exceptions_go_by_the_local_day_at_half_past_midnight_in_summer(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", _AT_HALF_PAST_MIDNIGHT, str(tmp_path / "acme")],
        cwd=ROOT, env={**os.environ, "TZ": "Europe/London"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[:3] == ["2026-07-15", "2026-07-15", "expires"]
    # The next day lies ahead: that there is nothing to accept is said instead.
    assert ran.stdout.split()[3] != "expires"

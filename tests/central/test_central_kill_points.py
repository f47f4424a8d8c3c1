"""Every step of the service at which it may die is tried, with a real end of the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_wherever_the_service_is_killed_nothing_is_lost_twice_or_half() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "tests" / "central_kill_points.py")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["broken"] == []
    assert found["ended"] == 0, ran.stderr
    assert found["points"] >= 56
    assert {"blob-cut", "blob-renamed", "submission-receipt", "change-numbered", "device-kept"} <= set(found["names"])

"""What every test gets: a screen for Qt that needs no screen, a home of its own, and one profile of hypothesis."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_ACCESSIBILITY", "1")

# No deadline: how long an example takes depends on what else the machine does. A failure prints how to see it again.
settings.register_profile("desk", deadline=None, print_blob=True)
settings.load_profile("desk")

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, settings and data folder for each test, so that no test sees the person's or another test's."""
    home = tmp_path_factory.mktemp("home")
    for name, folder in {
        "HOME": home,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_STATE_HOME": home / "state",
    }.items():
        monkeypatch.setenv(name, str(folder))
    return home


@pytest.fixture
def clock():
    """A clock that stands still at noon on 23 November 2026."""
    return lambda: NOON


@pytest.fixture(scope="session")
def industry_data() -> Path:
    """The folder of real industry tables that lies beside the checkout; tests that need it skip where it is missing."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of industry data is not beside this checkout")
    return folder

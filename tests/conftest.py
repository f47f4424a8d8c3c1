"""What every test gets: a screen for Qt that needs no screen, a home of its own, and one profile of hypothesis."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import Phase, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_ACCESSIBILITY", "1")

# No deadline: how long an example takes depends on what else the machine does. The same examples everywhere, so that
# what passes here passes on a build machine too, and none made small, which takes minutes: a failure prints how to see
# it again. `make explore` draws new examples, and makes those that fail small.
_everywhere = {"deadline": None, "print_blob": True}
settings.register_profile("explore", settings.get_profile("default"), **_everywhere)
settings.register_profile(
    "desk",
    settings.get_profile("default"),
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    **_everywhere,
)
settings.load_profile("desk")

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

MEMORY = Path("/dev/shm")
ROOM = 10 << 30
FAILED = pytest.StashKey[bool]()


def pytest_configure() -> None:
    """Keep what tests write in memory, where there is room: they wait for a disk a third of their time."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        there = os.statvfs(MEMORY)
        free = min(there.f_bavail * there.f_frsize, available_memory())  # what others left there takes memory as well
        if free >= ROOM and not there.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))  # pytest's own name for it


def available_memory() -> int:
    """Bytes that programs may still take, as Linux tells it."""
    lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    return next(int(one.split()[1]) * 1024 for one in lines if one.startswith("MemAvailable:"))


def pytest_collection_finish() -> None:
    """Let no collection of garbage go again through the half a million objects that stay for the whole run."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember which test failed: its home is worth keeping."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


def homes_of(home: Path) -> dict[str, str]:
    """The environment of a person whose home this is."""
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
    }


@pytest.fixture(scope="session", autouse=True)
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where homes are made. What a whole module shares is made before a test has one: it gets one of the run."""
    folder = tmp_path_factory.mktemp("homes")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in homes_of(folder / "shared").items():
            patch.setenv(name, value)
        (folder / "shared").mkdir()
        yield folder


@pytest.fixture(autouse=True)
def own_home(homes: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home, settings and data folder for each test, so that no test sees the person's or another test's."""
    home = Path(tempfile.mkdtemp(dir=homes))
    for name, value in homes_of(home).items():
        monkeypatch.setenv(name, value)
    yield home
    if not request.node.stash.get(FAILED, False):
        shutil.rmtree(home, ignore_errors=True)


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

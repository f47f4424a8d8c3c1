"""An endpoint without HTTP, on SQLite where a test does not ask for both, with laptops of two participants."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.central import Central
from central.settings import Settings
from desktop.sync.wire.protocol import Limits
from tests.central.core_world import opened
from tests.central_laptop import Laptop


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    return "" if getattr(request, "param", "sqlite") == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def settings(tmp_path: Path, database: str) -> Settings:
    return Settings(data=tmp_path / "central", database=database, limits=Limits(part=2**20, blob=2**24))


@pytest.fixture
def central(settings: Settings) -> Iterator[Central]:
    made = opened(settings)
    yield made
    made.close()


@pytest.fixture
def laptop(central: Central) -> Laptop:
    return Laptop().enrol(central)


@pytest.fixture
def stranger(central: Central) -> Laptop:
    """Of another participant."""
    return Laptop("OTHER").enrol(central)

"""What tests of the central service share: databases of both kinds, and a service that answers on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.central import Central
from tests.central_postgres import Cluster, cluster
from tests.central_server import PARTICIPANTS, Running, serving, settings


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL for this process of tests: `postgres.new()` is the URL of a fresh database."""
    with cluster() as made:
        yield made


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """A fresh, empty database."""
    url = postgres.new()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Both kinds in turn: '' = SQLite in the folder."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def central(tmp_path: Path, database: str) -> Iterator[Central]:
    """An endpoint with the participants ACME and OTHER, on both kinds of database in turn."""
    made = Central(settings(tmp_path / "central", database=database))
    for short, name in PARTICIPANTS.items():
        made.participants.add(short, name, "test")
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running endpoint on SQLite, one for the module: with participants of its own a test has it for itself."""
    with serving(tmp_path_factory.mktemp("central")) as running:
        yield running

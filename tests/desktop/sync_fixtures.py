"""The set-up that tests of sync share. A module takes what it needs by name: `desk = sync_fixtures.desk`."""

from __future__ import annotations

import pytest
from sync_hands import WalkingClock, acme, signed_in

from tests.central_server import serving
from tests.memory_keyring import memory_keyring


@pytest.fixture
def clock():
    """Stands at noon on Monday until a test sets it on."""
    return WalkingClock()


@pytest.fixture(autouse=True)
def ring():
    """A keyring in memory: for every test of the module that takes it."""
    with memory_keyring() as made:
        yield made


@pytest.fixture
def desk(tmp_path, clock):
    """A workspace without an endpoint."""
    with acme(tmp_path / "desk", clock) as workspace:
        yield workspace


@pytest.fixture
def running(tmp_path):
    """A central service on the loopback."""
    with serving(tmp_path / "central") as made:
        yield made


@pytest.fixture
def central(desk, running, tmp_path):
    """The endpoint's number in the workspace, which is signed in there."""
    return signed_in(desk, running, tmp_path)

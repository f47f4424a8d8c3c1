"""One world for all fault tests of a run: made once, copied for each."""

from __future__ import annotations

import sys

import pytest

from tests.faults.world import World, copy, make

if sys.platform == "linux":
    collect_ignore: list[str] = []
else:  # processes are forked, and drives are mounted
    collect_ignore = ["test_fault_kills.py", "test_fault_drives.py"]


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> World:
    """Two laptops of one participant: three frozen submissions on the first, two on the second."""
    return make(tmp_path_factory.mktemp("faults") / "template", submissions=3, laptops=2)


@pytest.fixture
def world(template, tmp_path) -> World:
    return copy(template, tmp_path / "world")

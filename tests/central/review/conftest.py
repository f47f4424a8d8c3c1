"""One running endpoint for a module, with a laptop, a reviewer and an administrator."""

from __future__ import annotations

import pytest

from tests.central.review_pages_world import handed
from tests.central.review_world import (
    ADMINISTRATOR,
    REVIEWER,
    Laptop,
    browser,
    let_in,
)
from tests.central_server import serving


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("review")) as one:
        let_in(one.central)
        yield one


@pytest.fixture(scope="module")
def laptop(running):
    return Laptop(running.central)


@pytest.fixture(scope="module")
def reviewer(running):
    return browser(running.address, REVIEWER)


@pytest.fixture(scope="module")
def admin(running):
    return browser(running.address, ADMINISTRATOR)


@pytest.fixture(scope="module")
def untouched(laptop):
    """One that stays as it was received, whatever is tried."""
    return handed(laptop)

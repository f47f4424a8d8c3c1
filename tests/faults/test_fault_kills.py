"""Some of the kill points of a full round; `make faults` tries them all."""

from __future__ import annotations

import pytest

from tests.faults import kills, unsynced
from tests.faults.checker import check
from tests.faults.processes import Endpoint, free_port, laptop_round

pytestmark = pytest.mark.xdist_group("faults")


def test_every_step_of_a_round_is_a_kill_point(template, tmp_path):
    names = {(side, name) for side, name, _ in kills.every_point(template, tmp_path)}
    assert len(names) > 25
    for step in (
        ("laptop", "outbox.queued"), ("laptop", "upload.part"), ("laptop", "delivery.sending"),
        ("laptop", "receipt.kept"), ("laptop", "feed.applied"), ("endpoint", "blob-written"),
        ("endpoint", "blob-renamed"), ("endpoint", "submission-receipt"), ("endpoint", "submission-committed"),
    ):  # fmt: skip
        assert step in names


@pytest.mark.parametrize(
    ("side", "name", "number"),
    [
        ("laptop", "outbox.queued", 2),
        ("laptop", "upload.part-sent", 2),
        ("laptop", "receipt.kept", 1),
        ("endpoint", "blob-written", 2),
        ("endpoint", "blob-renamed", 1),
        ("endpoint", "submission-receipt", 2),
    ],
)
def test_a_process_that_is_killed_anywhere_loses_and_doubles_nothing(template, tmp_path, side, name, number):
    killed, _, wrong = kills.kill_at(template, tmp_path / "world", side, name, number)
    assert killed
    assert wrong == ""


@pytest.mark.parametrize("point", ["blob-written", "blob-renamed"])
def test_a_power_cut_of_the_endpoint_loses_nothing_that_it_acknowledged(template, tmp_path, point):
    cut, _, wrong = unsynced.cut_at(template, tmp_path / "world", point, 2, seed=1)
    assert cut
    assert wrong == ""


def test_an_endpoint_that_is_killed_from_outside_in_the_middle_goes_on(world):
    port = free_port()
    world.lead(f"http://127.0.0.1:{port}")
    serving = Endpoint(world, port, None)
    serving.kill()
    assert laptop_round(world).says["waiting"]
    serving = Endpoint(world, port, None)
    assert laptop_round(world).says["waiting"] == []
    serving.end()
    assert str(check([world.laptop()], world.server, queued=3)) == ""

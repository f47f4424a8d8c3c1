"""Faults on the way, restored endpoints, two laptops, wrong clocks: nothing is lost, doubled, corrupted or stuck."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from desktop.sync.model import DeliveryState
from tests.faults.campaign import campaign
from tests.faults.checker import check
from tests.faults.fault_proxy import FAULTS, LIE, PORTAL, REDIRECT, fault_proxy
from tests.faults.world import IMPATIENT, Clock

pytestmark = pytest.mark.xdist_group("faults")


def queue_all(workspace):
    for one in workspace.submissions.submissions():
        workspace.outbox.queue(one.id)


def states(workspace):
    return [one.state for one in workspace.outbox.deliveries()]


def until_received(workspace, rounds=6):
    """Rounds until one went well to its end; an impatient laptop on a busy computer may need more than one.

    A receipt can come with the answer to a sending, before the feed that has it too was read: received is not the end.
    """
    outcome = None
    for _ in range(rounds):
        workspace.outbox.try_again()
        [outcome] = workspace.sync.now()
        if outcome.trouble is None and set(states(workspace)) == {DeliveryState.RECEIVED}:
            return
    raise AssertionError((outcome, [(one.state, one.trouble) for one in workspace.outbox.deliveries()]))


def test_a_small_campaign_of_random_faults_loses_nothing(template, tmp_path):
    figures = campaign([20261128], 25, template, tmp_path)
    assert figures.well, "\n".join(figures.lines())
    assert sum(figures.faults.values()) >= 25
    assert figures.submissions == 3


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_at_every_other_request_ends_in_the_stated_state(world, fault):
    turn = iter(range(1_000_000))
    with world.serving() as running, fault_proxy(int(running.address.rpartition(":")[2])) as proxy:
        world.lead(proxy.address, IMPATIENT)
        with world.at() as workspace:
            workspace.outbox.queue(workspace.submissions.submissions()[0].id)
            proxy.plan = lambda _: fault if next(turn) % 2 == 0 else None
            [outcome] = workspace.sync.now()
            if outcome.trouble is not None and fault in {PORTAL, REDIRECT}:
                assert outcome.trouble.slug == "captive"
            assert set(states(workspace)) <= set(DeliveryState) - {DeliveryState.LEFT_OUT}
            workspace.sync.now()
            proxy.plan = None
            until_received(workspace)
    assert str(check([world.laptop()], world.server, queued=1)) == ""


def test_a_forged_or_foreign_receipt_is_never_taken(world):
    with world.serving() as running, fault_proxy(int(running.address.rpartition(":")[2])) as proxy:
        world.lead(proxy.address)
        with world.at() as workspace:
            queue_all(workspace)
            proxy.plan = lambda _: LIE
            for _ in range(3):
                workspace.outbox.try_again()
                workspace.sync.now()
            assert len(proxy.receipts) == 3
            assert DeliveryState.RECEIVED not in states(workspace)
            proxy.plan = None
            until_received(workspace)
    assert str(check([world.laptop()], world.server, queued=3)) == ""


def test_a_restored_endpoint_gets_again_what_it_lost(world):
    with world.serving() as running:
        world.lead(running.address)
        with world.at() as workspace:
            first, *others = [one.id for one in workspace.submissions.submissions()]
            workspace.outbox.queue(first)
            workspace.sync.now()
            back_up(world)
            for one in others:
                workspace.outbox.queue(one)
            workspace.sync.now()
            assert set(states(workspace)) == {DeliveryState.RECEIVED}
    restore(world)
    with world.serving() as running:
        assert running.central.was_put_back
        world.lead(running.address)
        with world.at() as workspace:
            for _ in range(3):
                workspace.sync.now()
            assert set(states(workspace)) == {DeliveryState.RECEIVED}
            assert any(one.event == "queued again" for one in workspace.outbox.log())
    assert str(check([world.laptop()], world.server, queued=3)) == ""


def test_an_endpoint_that_lost_its_files_too_gets_them_again(world):
    with world.serving() as running:
        world.lead(running.address)
        back_up(world)
        with world.at() as workspace:
            queue_all(workspace)
            workspace.sync.now()
    restore(world)
    shutil.rmtree(world.server / "blobs")
    with world.serving() as running:
        world.lead(running.address)
        with world.at() as workspace:
            for _ in range(3):
                workspace.sync.now()
    assert str(check([world.laptop()], world.server, queued=3)) == ""


def test_two_laptops_of_one_participant_lose_nothing_and_each_learns_of_the_other(world):
    with world.serving() as running:
        for laptop in (1, 2):
            world.lead(running.address, laptop=laptop)
        with world.at(2) as second:
            for one in second.submissions.submissions():
                # Both laptops number from 1: the second says that its are others.
                second.outbox.queue(one.id)
            second.sync.now()
        with world.at(1) as first:
            queue_all(first)
            first.sync.now()
            mine = {one.uuid: one for one in first.outbox.deliveries()}
            clash = [one for one in mine.values() if one.state is DeliveryState.NEEDS_YOU]
            assert all(one.trouble.slug == "reference-taken" for one in clash)  # the same references: told, not mixed
            assert len(clash) == 2
        with world.at(2) as second:
            second.sync.now()
            assert set(states(second)) == {DeliveryState.RECEIVED}
    found = check([world.laptop(2)], world.server, queued=2)
    assert str(found) == ""
    assert found.submissions == 3
    assert str(check([world.laptop(1)], world.server, finished=False)) == ""


@pytest.mark.parametrize("off", [timedelta(days=-1), timedelta(days=1), timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_is_off_is_told_and_decides_nothing(world, off):
    with world.serving() as running:
        world.lead(running.address)
        with world.at() as workspace:
            queue_all(workspace)
        with world.at(clock=Clock(off)) as workspace:
            workspace.sync.now()
            assert set(states(workspace)) == {DeliveryState.RECEIVED}
            assert workspace.endpoints.endpoints()[0].clock_wrong
            assert workspace.sync.lines()[0].waiting == 0
    assert str(check([world.laptop()], world.server, queued=3)) == ""


def back_up(world):
    """As an administrator does while it runs."""
    with (
        closing(sqlite3.connect(world.server / "central.sqlite3")) as live,
        closing(sqlite3.connect(world.folder / "backup.sqlite3")) as kept,
    ):
        live.backup(kept)


def restore(world):
    for one in world.server.glob("central.sqlite3*"):
        one.unlink()
    shutil.copyfile(world.folder / "backup.sqlite3", world.server / "central.sqlite3")

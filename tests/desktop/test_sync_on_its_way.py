"""Uploading and sending are said only while a round runs: not after a kill, and not after a round in trouble."""

from __future__ import annotations

import json
import os
import socket

import pytest
import sync_between
import sync_fixtures
from sync_hands import a_frozen, acme, at_point, state_of

from desktop.app import Workspace
from desktop.cli.sync_json import delivery_lines
from desktop.sync import delivery_words
from desktop.sync.model import DeliveryState
from local_db import deliveries as rows
from local_db.lock import RECORD_NAME

clock, ring, running = sync_fixtures.clock, sync_fixtures.ring, sync_fixtures.running
between = sync_between.between


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        yield workspace


def queued(desk):
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    return desk.outbox.deliveries(submission_id=made)[0]


def cut_off(desk, one, state="uploading", **more):
    """As a killed program left it."""
    with desk.store.write() as connection:
        rows.change(connection, one.uuid, "2026-11-23", state=state, sent=one.size * 34 // 100 + 1, **more)


def test_after_a_kill_nothing_is_said_to_be_on_its_way_and_how_much_is_there_is(desk, between):
    one = queued(desk)
    cut_off(desk, one)
    left = desk.outbox.get(one.uuid)
    assert (left.state, delivery_words.stands(left)) == (DeliveryState.QUEUED, delivery_words.QUEUED)
    assert delivery_lines(left)[0].endswith("queued, 34 % there")
    cut_off(desk, one, "sending", tried="2026-11-23T12:00:00+00:00")
    (left,) = desk.outbox.deliveries()
    assert (left.state, delivery_words.stands(left)) == (DeliveryState.QUEUED, delivery_words.AGAIN)
    assert delivery_lines(left)[0].endswith("queued, may be there already, no receipt yet")
    assert delivery_words.why(left, desk.endpoints.get(left.endpoint_id)).what.startswith("It may be there already")


def test_while_a_round_runs_it_is_said(desk, between):
    one, seen = queued(desk), []
    with at_point("upload.part", lambda: seen.append(state_of(desk, one.uuid))):
        desk.sync.now()
    assert seen == ["uploading"]
    assert state_of(desk, one.uuid) == "received"


def test_another_program_that_reads_believes_it_only_while_the_one_that_writes_lives(desk, between):
    one = queued(desk)
    cut_off(desk, one)
    folder = desk.folder
    for process, state in ((os.getppid(), DeliveryState.UPLOADING), (2**22 + 1, DeliveryState.QUEUED)):
        record = {"pid": process, "host": socket.gethostname(), "since": "2026-11-23T12:00:00"}
        (folder / RECORD_NAME).write_text(json.dumps(record), "utf-8")
        with Workspace.open(folder, read_only=True) as reading:
            assert reading.outbox.get(one.uuid).state is state


def test_what_a_killed_program_left_is_put_right_when_background_work_begins(desk, between):
    one = queued(desk)
    desk.endpoints.set_paused(one.endpoint_id, True)
    cut_off(desk, one)
    desk.sync.start(lambda _: None)
    assert desk.sync.stop()
    assert rows.delivery(desk.store.read(), one.uuid).state == "queued"


def test_a_round_in_trouble_leaves_nothing_that_is_said_to_be_sent_and_files_do_not_go_twice(desk, between):
    one = queued(desk)
    between.fault = lambda method, path: between.problem("internal") if path.endswith(one.uuid) else None
    desk.sync.now()
    assert rows.delivery(desk.store.read(), one.uuid).state == "queued", "what another program reads"
    between.fault = lambda method, path: None
    before = len(between.calls)
    desk.sync.now()
    assert state_of(desk, one.uuid) == "received"
    assert not [path for method, path in between.calls[before:] if method in {"PATCH", "HEAD"}]

"""The checker sees what it is there for: each harm, done by hand, is found."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.faults import unsynced
from tests.faults.checker import check

pytestmark = pytest.mark.xdist_group("faults")


WITHOUT_THE_LAST = (
    "DELETE FROM receipt WHERE number = 3",
    "DELETE FROM attachment WHERE submission NOT IN (SELECT submission FROM receipt)",
    "DELETE FROM submission WHERE id NOT IN (SELECT submission FROM receipt)",
)


@pytest.fixture(scope="module")
def done(template, tmp_path_factory):
    from tests.faults.world import copy

    world = copy(template, tmp_path_factory.mktemp("done") / "world")
    with world.serving() as running:
        world.lead(running.address)
        with world.at() as workspace:
            for one in workspace.submissions.submissions():
                workspace.outbox.queue(one.id)
            workspace.sync.now()
    assert str(check([world.laptop()], world.server, queued=3)) == ""
    return world


@pytest.fixture
def harmed(done, tmp_path):
    from tests.faults.world import copy

    return copy(done, tmp_path / "harmed")


def at_endpoint(world, *statements):
    with closing(sqlite3.connect(world.server / "central.sqlite3")) as db, db:
        for one in statements:
            db.execute(one)


def on_laptop(world, *statements):
    with closing(sqlite3.connect(world.laptop() / "workspace.db")) as db, db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN "
                                  "('envelope', 'delivery', 'submission_event')").fetchall():  # fmt: skip
            db.execute(f"DROP TRIGGER {name}")
        for one in statements:
            db.execute(one)


def a_file(folder):
    return max((one for one in folder.rglob("*") if len(one.name) == 64), key=lambda one: one.stat().st_size)


def turn_a_byte(path):
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "kind", "words"),
    [
        (lambda one: a_file(one.server / "blobs").unlink(), "lost", "not on the endpoint's drive"),
        (lambda one: turn_a_byte(a_file(one.server / "blobs")), "corrupt", "at the endpoint has other bytes"),
        (lambda one: turn_a_byte(a_file(one.laptop() / "evidence")), "corrupt", "on the laptop has other bytes"),
        (lambda one: a_file(one.laptop() / "evidence").unlink(), "lost", "not on the laptop any more"),
        (
            lambda one: at_endpoint(one, *WITHOUT_THE_LAST),
            "lost", "the endpoint does not have it",
        ),
        (lambda one: at_endpoint(one, "DELETE FROM receipt WHERE number = 2"), "duplicated", "go from 1 to 3"),
        (
            lambda one: at_endpoint(one, "UPDATE submission SET reference = (SELECT max(reference) FROM submission)"),
            "duplicated", "3 times",
        ),
        (lambda one: at_endpoint(one, "UPDATE submission SET bytes = x'7b7d'"), "corrupt", "bytes at the endpoint"),
        (lambda one: at_endpoint(one, "UPDATE blob SET complete = 0"), "lost", "is not complete"),
        (lambda one: on_laptop(one, "UPDATE delivery SET state = 'sending'"), "stuck", "is sending"),
        (
            lambda one: on_laptop(one, "UPDATE delivery SET receipt = (SELECT max(receipt) FROM delivery)"),
            "corrupt", "is for something else",
        ),
        (lambda one: on_laptop(one, "UPDATE delivery SET receipt = 'a.b.c'"), "corrupt", "not signed by its endpoint"),
        (
            lambda one: at_endpoint(one, "UPDATE receipt SET jws = jws || 'AAAA' WHERE number = 3"),
            "corrupt", "not signed by a key of the endpoint",
        ),
        (
            lambda one: on_laptop(one, "UPDATE endpoint SET uuid = '11111111-2222-4333-8444-555555555555'"),
            "corrupt", "another endpoint or participant",
        ),
        (lambda one: on_laptop(one, "DELETE FROM feed_item"), "lost", "did not come to laptop-1"),
        (lambda one: on_laptop(one, "DELETE FROM submission_event"), "lost", "no event says so"),
    ],
)  # fmt: skip
def test_each_harm_is_found(harmed, harm, kind, words):
    harm(harmed)
    found = check([harmed.laptop()], harmed.server, queued=3)
    assert any(words in one for one in getattr(found, kind)), str(found)


def test_a_delivery_that_vanished_is_found(harmed):
    on_laptop(harmed, "DELETE FROM delivery", "DELETE FROM envelope")
    assert "3 were queued, 0 are there" in str(check([harmed.laptop()], harmed.server, queued=3))


def test_a_power_cut_takes_what_was_not_flushed(tmp_path):
    blobs, shadow = tmp_path / "data" / "blobs", tmp_path / "shadow"
    blobs.mkdir(parents=True)
    flush = unsynced.os.fsync
    try:
        unsynced.watch(tmp_path / "data", shadow)
    finally:
        unsynced.os.fsync = flush
    seen = set()
    for seed in range(40):
        (blobs / "never-flushed").write_bytes(b"x" * 3000)
        unsynced.power_cut(tmp_path / "data", shadow, random.Random(seed))
        there = blobs / "never-flushed"
        seen.add("gone" if not there.exists() else "torn" if there.read_bytes() != b"x" * 3000 else "whole")
        shutil.rmtree(blobs)
        blobs.mkdir()
        (shadow / "folders" / str(blobs.stat().st_ino)).write_text("{}")
    assert seen == {"gone", "torn", "whole"}

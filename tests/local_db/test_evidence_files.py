"""Large files are kept in three steps, the last of them a row: staged, settled, named; a failing drive at any call."""

from __future__ import annotations

import errno
import hashlib
from datetime import UTC, datetime

import pytest

from local_db import opening
from local_db.errors import ReadOnly, WorkspaceError
from tests.local_db.test_failing_drive import Drive, fail_everywhere

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BLOCKS = [b"a" * 100_000, b"b" * 100_000]
SHA256 = hashlib.sha256(b"".join(BLOCKS)).hexdigest()


@pytest.fixture
def drive(monkeypatch):
    return Drive(monkeypatch)


@pytest.fixture
def opened(tmp_path, drive):
    made = opening.create(tmp_path / "acme", name="Acme", short_name="ACME", app_version="0", actor="Jo", now=NOON)
    yield made
    drive.left = None
    made.store.close()
    made.lock.release()


def keep(opened):
    staged = opened.blobs.stage(iter(BLOCKS))
    blob = opened.blobs.settle(staged, "evidence")
    with opened.store.write() as connection:
        opened.blobs.name(connection, blob, NOON)
    return blob


def left(opened):
    return list(opened.blobs.staging.iterdir())


def test_a_file_is_under_its_hash_before_its_row_is_written(opened):
    staged = opened.blobs.stage(iter(BLOCKS))
    assert (staged.sha256, staged.size, left(opened)) == (SHA256, 200_000, [staged.path])
    blob = opened.blobs.settle(staged, "evidence")
    assert opened.blobs.known() == ()
    assert opened.blobs.folder.joinpath("evidence", SHA256[:2], SHA256).is_file()
    with opened.store.write() as connection:
        opened.blobs.name(connection, blob, NOON)
        opened.blobs.name(connection, blob, NOON)
    assert opened.blobs.known() == (blob,)
    assert left(opened) == []


def test_settling_needs_no_transaction_and_waits_for_none(opened):
    """A writer that is busy does not stop a large file from being copied, hashed and settled."""
    import threading

    ready, done = threading.Event(), threading.Event()

    def writer():
        with opened.store.write():
            ready.set()
            assert done.wait(30)

    busy = threading.Thread(target=writer)
    busy.start()
    assert ready.wait(30)
    opened.blobs.settle(opened.blobs.stage(iter(BLOCKS)), "evidence")
    opened.blobs.settle(opened.blobs.stage(iter(BLOCKS)), "evidence")
    done.set()
    busy.join(30)
    assert not busy.is_alive()


def test_what_the_blocks_raise_goes_on_and_leaves_nothing(opened):
    def blocks():
        yield b"half"
        raise KeyError("gone")

    with pytest.raises(KeyError):
        opened.blobs.stage(blocks())
    assert left(opened) == []


def test_a_damaged_file_under_the_same_hash_is_made_whole(opened):
    blob = keep(opened)
    path = opened.blobs.path(blob.sha256)
    for content in (b"short", b"c" * 200_000):
        path.write_bytes(content)
        assert not opened.blobs.verify().ok
        keep(opened)
        assert opened.blobs.verify().ok
    path.unlink()
    keep(opened)
    assert opened.blobs.verify().ok


def test_content_of_another_area_stays_where_it_is(opened, tmp_path):
    source = tmp_path / "register.csv"
    source.write_bytes(b"".join(BLOCKS))
    first = opened.blobs.add(source, "snapshots", at=NOON)
    assert keep(opened) == first


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES], ids=errno.errorcode.get)
def test_a_failing_drive_is_a_sentence_and_nothing_half_done(opened, drive, number):
    def step():
        with opened.blobs.announced(["x.zip"]):
            keep(opened)

    def whole():
        assert opened.blobs.known() == ()
        assert left(opened) == []

    assert fail_everywhere(drive, step, whole, number) >= 4
    assert opened.blobs.verify().ok
    assert left(opened) == []


def test_a_full_disk_says_so(opened, drive):
    drive.left = 1
    with pytest.raises(WorkspaceError, match="The disk is full"):
        opened.blobs.stage(iter(BLOCKS))


def test_a_note_stands_while_files_are_on_their_way(opened):
    with opened.blobs.announced(["ä.zip", "b"]) as token:
        assert [(one.token, one.names) for one in opened.blobs.unfinished()] == [(token, ("ä.zip", "b"))]
        with opened.store.write():
            opened.store.record("evidence.add", "Add", {"step": token}, actor="Jo", at=NOON)
        assert opened.blobs.unfinished() == ()
    assert left(opened) == []


def test_a_workspace_for_reading_only_stages_nothing(opened):
    reader = opening.open_folder(opened.blobs.folder, now=NOON, read_only=True)
    with pytest.raises(ReadOnly):
        reader.blobs.stage(iter(BLOCKS))
    reader.store.close()

"""Full drives on both sides, for real: small file systems in memory. They need root; elsewhere only one is tried."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from contextlib import contextmanager, suppress

import pytest

from central.blobs import disk
from desktop.errors import WorkspaceError
from desktop.sync.model import DeliveryState
from tests.faults.checker import check

pytestmark = pytest.mark.xdist_group("faults")


@contextmanager
def small_drive(folder, kib):
    """`folder` is moved to a file system of so many KiB until the block ends; then it is back with what it has."""
    drive = folder.with_name(folder.name + "-drive")
    drive.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", drive], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        shutil.copytree(folder, drive / "all")
        shutil.rmtree(folder)
        folder.symlink_to(drive / "all")
        yield drive
        folder.unlink()
        shutil.copytree(drive / "all", folder)
    finally:
        subprocess.run(["umount", "-l", drive], check=True)


def size_of(folder):
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) // 1024


def fill(path):
    with suppress(OSError), path.open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(1024))


def queue_all(workspace):
    for one in workspace.submissions.submissions():
        workspace.outbox.queue(one.id)


@pytest.mark.parametrize("room", [0, 40, 120, 300])
def test_an_endpoint_whose_drive_is_full_says_so_and_goes_on_when_there_is_room(world, room):
    with small_drive(world.server, size_of(world.server) + 250 + room) as drive, world.serving() as running:
        world.lead(running.address)
        with world.at() as workspace:
            queue_all(workspace)
            workspace.sync.now()
            waiting = [one for one in workspace.outbox.deliveries() if not one.done]
            assert waiting
            assert {one.state for one in waiting} <= {
                DeliveryState.QUEUED,
                DeliveryState.UPLOADING,
                DeliveryState.SENDING,
            }
            subprocess.run(["mount", "-o", "remount,size=20m", drive], check=True)
            for _ in range(3):
                workspace.sync.now()
            assert {one.state for one in workspace.outbox.deliveries()} == {DeliveryState.RECEIVED}
    assert str(check([world.laptop()], world.server, queued=3)) == ""


def test_a_laptop_whose_drive_is_full_says_so_and_loses_nothing(world):
    with small_drive(world.laptop(), size_of(world.laptop()) + 600) as drive, world.serving() as running:
        world.lead(running.address)
        with world.at() as workspace:
            fill(drive / "filler")
            with pytest.raises(WorkspaceError, match="full"):
                queue_all(workspace)
            (drive / "filler").unlink()
            queue_all(workspace)
            workspace.sync.now()
            assert {one.state for one in workspace.outbox.deliveries()} == {DeliveryState.RECEIVED}
    assert str(check([world.laptop()], world.server, queued=3)) == ""


def test_a_drive_that_takes_a_piece_of_a_part_and_then_no_more_is_told_and_mended(world, monkeypatch):
    write, times = os.write, iter(range(1_000_000))

    def full_now_and_then(handle, data):
        if len(data) > 1000 and next(times) % 3 == 1:
            write(handle, bytes(data[: len(data) // 2]))
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data)

    with world.serving() as running:
        world.lead(running.address)
        with world.at() as workspace:
            queue_all(workspace)
            monkeypatch.setattr(disk.os, "write", full_now_and_then)
            for _ in range(3):
                workspace.sync.now()
            monkeypatch.undo()
            for _ in range(2):
                workspace.sync.now()
            assert {one.state for one in workspace.outbox.deliveries()} == {DeliveryState.RECEIVED}
    assert str(check([world.laptop()], world.server, queued=3)) == ""

"""A drive that fails at the n-th call, for every n: a sentence, nothing half-done, and the next try works."""

from __future__ import annotations

import errno
import itertools
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local_db import backup, opening
from local_db.errors import PlainError, ReadOnly
from local_db.health import free_reserve
from local_db.restore import restore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALLS = ((os, "fsync"), (Path, "replace"), (Path, "rename"), (Path, "mkdir"))
"""What a file goes through on its way to the drive."""


class Drive:
    """Lets `good` calls through and then fails each one until it is mended."""

    def __init__(self, patch):
        self.left = None
        self.number = errno.ENOSPC
        for owner, name in CALLS:
            patch.setattr(owner, name, self.through(getattr(owner, name)))

    def through(self, real):
        def call(*arguments, **more):
            if self.left is not None:
                if self.left == 0:
                    raise OSError(self.number, os.strerror(self.number))
                self.left -= 1
            return real(*arguments, **more)

        return call


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


def fail_everywhere(drive, step, whole, number):
    """Run `step` with the drive failing at its 1st, 2nd ... call until it gets through; `whole` checks after each."""
    drive.number = number
    for good in itertools.count():
        drive.left = good
        try:
            step()
        except PlainError:
            drive.left = None
            whole()
        else:
            assert drive.left is not None
            drive.left = None
            return good
    raise AssertionError


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES], ids=errno.errorcode.get)
def test_keeping_a_file(opened, drive, tmp_path, number):
    source = tmp_path / "register.csv"
    source.write_bytes(b"x" * 3_000_000)

    def whole():
        assert opened.blobs.known() == ()
        assert list(opened.blobs.staging.iterdir()) == []

    assert fail_everywhere(drive, lambda: opened.blobs.add(source, "evidence", at=NOON), whole, number) >= 3
    assert opened.blobs.verify().ok
    assert len(opened.blobs.known()) == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
def test_backing_up(opened, drive, tmp_path, number):
    source = tmp_path / "register.csv"
    source.write_bytes(b"x" * 3_000_000)
    opened.blobs.add(source, "evidence", at=NOON)
    folder = opened.blobs.folder

    def whole():
        backups = folder / "backups"
        assert not backups.exists() or {p.name for p in backups.iterdir()} <= {"files"} | finished
        assert list(backups.rglob("*.part")) == []

    finished = set()
    made = []

    def step():
        try:
            made.append(backup.make(folder, at=NOON, reason="asked"))
        except PlainError:
            # A backup that is in place and verified counts, although the drive failed while old ones were thinned.
            finished.update(p.name for p in (folder / "backups").glob("2026*"))
            raise

    assert fail_everywhere(drive, step, whole, number) >= 6
    restore(made[-1].path, tmp_path / "new", at=NOON)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
@pytest.mark.parametrize("replace", [False, True], ids=["new", "replace"])
def test_restoring(opened, drive, tmp_path, number, replace):
    made = backup.make(opened.blobs.folder, at=NOON, reason="asked", to=tmp_path / "carried.zip")
    target = tmp_path / "target"
    if replace:
        other = opening.create(target, name="Old", short_name="OLD", app_version="0", actor="Jo", now=NOON)
        other.store.close()
        other.lock.release()

    def name():
        found = opening.open_folder(target, now=NOON)
        text = found.store.read().execute("SELECT name FROM participant").fetchone()[0]
        found.store.close()
        found.lock.release()
        return text

    def whole():
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
        # Until the very last call nothing has changed; a failure in flushing the finished folder leaves the new one.
        assert not target.exists() or name() in {"Acme", "Old"}

    def step():
        good, drive.left = drive.left, None
        if target.exists() and name() == "Acme":
            drive.left = good
            return
        drive.left = good
        restore(made.path, target, at=NOON, replace=replace)

    assert fail_everywhere(drive, step, whole, number) >= 0
    assert name() == "Acme"
    if replace:
        (old,) = tmp_path.glob("target-before-restore-*")
        assert (old / "workspace.db").is_file()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES], ids=errno.errorcode.get)
def test_making_a_workspace(drive, tmp_path, number):
    places = itertools.count()
    made = []

    def step():
        place = tmp_path / f"deep {next(places)}" / "acme"
        made.append(opening.create(place, name="Acme", short_name="ACME", app_version="0", actor="Jo", now=NOON))

    def whole():
        assert list(tmp_path.iterdir()) == []

    assert fail_everywhere(drive, step, whole, number) >= 4
    made[0].store.close()
    made[0].lock.release()


@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_making_a_workspace_on_a_full_disk_says_so_at_every_step(drive, tmp_path, there):
    place = tmp_path / "deep" / "acme"
    if there:
        place.mkdir(parents=True)
    for good in range(4):
        drive.left = good
        with pytest.raises(PlainError, match="The disk is full, so the workspace cannot be made") as caught:
            opening.create(place, name="Acme", short_name="ACME", app_version="0", actor="Jo", now=NOON)
        assert not isinstance(caught.value, ReadOnly)
        assert "reading only" not in str(caught.value)
        assert [p.name for p in tmp_path.rglob("*")] == (["deep", "acme"] if there else [])


@pytest.mark.parametrize(
    ("number", "what"), [(errno.ENOSPC, "The disk is full"), (errno.EROFS, "cannot be written")], ids=["full", "rights"]
)
def test_what_kept_a_workspace_from_being_opened_for_writing_is_the_reason_that_is_given(opened, drive, number, what):
    opened.store.close()
    opened.lock.release()
    free_reserve(opened.blobs.folder)
    drive.left, drive.number = 0, number
    reader = opening.open_folder(opened.blobs.folder, now=NOON)
    assert what in reader.read_only_reason
    for refused in (
        reader.store.require_writable,
        lambda: reader.store.write().__enter__(),
        lambda: reader.store.writer,
    ):
        with pytest.raises(ReadOnly, match=what) as caught:
            refused()
        assert "other" not in str(caught.value)
        assert "nothing was changed" in str(caught.value)
    reader.store.close()

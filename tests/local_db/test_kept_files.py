"""The kept files: by content, on the drive before their row, verified, swept."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from local_db.blobs import BlobStore, hash_file
from local_db.connection import Store
from local_db.errors import ReadOnly, WorkspaceDamaged, WorkspaceError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def blobs(tmp_path):
    folder = tmp_path / "acme"
    folder.mkdir()
    store = Store.create(folder / "workspace.db")
    yield BlobStore(store, folder)
    store.close()


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "register.csv"
    path.write_bytes(b"mpan\n1012345678901\n" * 100_000)
    return path


def files(blobs):
    return sorted(p.relative_to(blobs.folder).as_posix() for p in blobs.folder.glob("*/??/*"))


def rows(blobs):
    return blobs._store.read().execute("SELECT sha256, area, size FROM blob").fetchall()


def test_a_file_is_kept_under_its_hash_and_the_source_is_left_alone(blobs, source):
    before = source.read_bytes()
    sha256 = hashlib.sha256(before).hexdigest()
    blob = blobs.add(source, "evidence", at=NOON)
    assert (blob.sha256, blob.size) == (sha256, len(before))
    assert blobs.path(sha256).read_bytes() == before == source.read_bytes()
    assert files(blobs) == [f"evidence/{sha256[:2]}/{sha256}"]
    assert list(blobs.staging.iterdir()) == []


def test_the_same_content_is_kept_once(blobs, source, tmp_path):
    copy = tmp_path / "other name.csv"
    copy.write_bytes(source.read_bytes())
    first = blobs.add(source, "snapshots", at=NOON)
    assert blobs.add(copy, "evidence", at=NOON) == first
    assert len(files(blobs)) == len(rows(blobs)) == 1


def test_a_staged_file_is_moved_in(blobs):
    staged = blobs.staging / "portfolio.parquet"
    staged.write_bytes(b"PAR1" * 1000)
    blob = blobs.adopt(staged, "snapshots", at=NOON)
    assert not staged.exists()
    assert blobs.path(blob.sha256).read_bytes() == b"PAR1" * 1000


def test_a_staged_file_that_is_kept_already_goes(blobs):
    for _ in range(2):
        staged = blobs.staging / "portfolio.parquet"
        staged.write_bytes(b"PAR1")
        blob = blobs.adopt(staged, "snapshots", at=NOON)
        assert not staged.exists()
    assert rows(blobs) == [(blob.sha256, "snapshots", 4)]


def test_inside_a_write_that_fails_the_row_goes_and_the_file_is_swept_later(blobs, source):
    with pytest.raises(ZeroDivisionError), blobs._store.write():  # noqa: PT012
        blob = blobs.add(source, "evidence", at=NOON)
        assert blobs.path(blob.sha256).is_file()
        1 / 0  # noqa: B018
    assert rows(blobs) == []
    assert len(files(blobs)) == 1
    assert blobs.sweep(unclean=False) == 1
    assert files(blobs) == []


def test_a_copy_that_is_stopped_leaves_nothing(blobs, source):
    def stop(_done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blobs.add(source, "evidence", at=NOON, progress=stop)
    assert files(blobs) == []
    assert list(blobs.staging.iterdir()) == []
    assert rows(blobs) == []


def test_a_source_that_is_not_there_is_told_plainly(blobs, tmp_path):
    with pytest.raises(WorkspaceError, match="could not be kept"):
        blobs.add(tmp_path / "nothing.csv", "evidence", at=NOON)
    assert rows(blobs) == []


def test_damaged_and_missing_files_are_named(blobs, tmp_path):
    kept = []
    for number in range(4):
        one = tmp_path / f"{number}.txt"
        one.write_text(f"file {number}")
        kept.append(blobs.add(one, "evidence", at=NOON))
    assert blobs.verify().ok
    path = blobs.path(kept[1].sha256)
    path.write_bytes(path.read_bytes().replace(b"1", b"7"))
    blobs.path(kept[2].sha256).unlink()
    faults = blobs.verify()
    assert (faults.damaged, faults.missing, faults.checked) == ((kept[1].sha256,), (kept[2].sha256,), 4)
    with pytest.raises(WorkspaceDamaged, match="not there"):
        blobs.path(kept[2].sha256)


def test_every_flipped_bit_of_a_kept_file_is_noticed(blobs, tmp_path):
    one = tmp_path / "small"
    one.write_bytes(bytes(range(50)))
    blob = blobs.add(one, "evidence", at=NOON)
    path = blobs.path(blob.sha256)
    for bit in range(400):
        content = bytearray(bytes(range(50)))
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        assert blobs.verify().damaged == (blob.sha256,)


def test_keeping_the_content_again_makes_a_damaged_file_whole(blobs, source):
    blob = blobs.add(source, "evidence", at=NOON)
    blobs.path(blob.sha256).write_bytes(b"broken")
    blobs.add(source, "evidence", at=NOON)
    assert blobs.verify().ok


def test_a_hash_that_was_never_kept_has_no_path(blobs):
    with pytest.raises(WorkspaceDamaged):
        blobs.path("../../../etc/passwd")


def test_a_sweep_after_a_crash_keeps_what_no_row_names(blobs, source):
    blob = blobs.add(source, "evidence", at=NOON)
    with blobs._store.write() as connection:
        connection.execute("DELETE FROM blob")
    (blobs.staging / "half.part").write_text("x")
    (blobs.staging / "job").mkdir()
    (blobs.staging / "job" / "more.part").write_text("x")
    assert blobs.sweep(unclean=True) == 2
    assert len(files(blobs)) == 1
    assert blobs.sweep(unclean=False) == 1
    assert files(blobs) == []
    assert blob.size > 0


def test_a_sweep_leaves_what_is_named_and_what_is_not_ours(blobs, source):
    blob = blobs.add(source, "evidence", at=NOON)
    note = blobs.folder / "evidence" / "my note.txt"
    note.write_text("mine")
    (blobs.folder / "evidence" / "zz").mkdir()
    (blobs.folder / "evidence" / "zz" / "also mine.txt").write_text("mine")
    assert blobs.sweep(unclean=False) == 0
    assert note.exists()
    assert blobs.path(blob.sha256).is_file()


def test_a_reader_keeps_nothing(blobs, source):
    reader = BlobStore(Store.open(blobs.folder / "workspace.db", read_only=True), blobs.folder)
    with pytest.raises(ReadOnly):
        reader.add(source, "evidence", at=NOON)
    reader._store.close()


def test_hashing_tells_how_far_it_is(source):
    seen = []
    sha256, size = hash_file(source, seen.append)
    assert seen[-1] == size == source.stat().st_size
    assert sha256 == hashlib.sha256(source.read_bytes()).hexdigest()

"""Where the bytes stand: a full drive, files that were tampered with, and S3-compatible storage (moto's server)."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from central import points
from central.central import Central
from central.refusals import Refused
from central.settings import Settings
from central.uploads import digest_of
from desktop.sync.wire.protocol import Limits
from tests.central_laptop import Laptop, sha

MIB = 2**20


class _Died(BaseException):
    """A kill, as far as the storage can tell."""


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def blobs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "disk":
        yield ""
        return
    address = request.getfixturevalue("s3")
    for name, value in {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=address, region_name="us-east-1")
    client.create_bucket(Bucket="blobs")
    yield f"s3://blobs/a/prefix?endpoint={address}&region=us-east-1"
    for one in client.list_objects_v2(Bucket="blobs").get("Contents", ()):
        client.delete_object(Bucket="blobs", Key=one["Key"])
    client.close()


@pytest.fixture
def central(tmp_path: Path, blobs: str) -> Iterator[Central]:
    made = Central(Settings(data=tmp_path, blobs=blobs, limits=Limits(part=8 * MIB)))
    made.participants.add("ACME", "Acme", "test")
    yield made
    made.close()


@pytest.fixture
def laptop(central: Central) -> Laptop:
    return Laptop().enrol(central)


def send(central: Central, data: bytes, offset: int, end: int, name: str = "") -> None:
    piece = data[offset:end]
    central.uploads.append(
        "ACME", name or sha(data), offset=offset, length=len(data), complete=end == len(data),
        digest=digest_of(piece), parts=piece,
    )  # fmt: skip


@pytest.fixture
def hook() -> Iterator[None]:
    yield
    points.install(None)


@pytest.mark.parametrize("size", [0, 1, 5 * MIB, 20 * MIB + 7])
def test_a_file_of_any_size_comes_out_as_it_went_in(central: Central, laptop: Laptop, size: int) -> None:
    data = os.urandom(size)
    assert laptop.upload(central, data, part=8 * MIB).complete
    assert b"".join(central.uploads.open("ACME", sha(data))) == data
    assert central.blobs.size("ACME", sha(data)) == size
    assert central.blobs.size("OTHER", sha(data)) is None


def test_a_file_with_other_bytes_is_thrown_away_whole(central: Central, laptop: Laptop) -> None:
    data = os.urandom(12 * MIB)
    send(central, data, 0, 8 * MIB, "0" * 64)
    with pytest.raises(Refused, match="blob-digest-mismatch"):
        send(central, data, 8 * MIB, len(data), "0" * 64)
    assert central.uploads.head("ACME", "0" * 64).offset == 0
    assert central.blobs.size("ACME", "0" * 64) is None


@pytest.mark.usefixtures("hook")
def test_killed_anywhere_a_file_in_parts_arrives_whole(central: Central, laptop: Laptop) -> None:
    """Sizes that differ from try to try, so that what was never committed has another length than what follows."""
    number = 0
    while True:
        number += 1
        data = os.urandom(MIB // 2) + bytes([number]) * 8 * MIB
        left = [number]

        def die(_name: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise _Died

        points.install(die)
        died = False
        try:
            laptop.upload(central, data, part=5 * MIB)
        except _Died:
            died = True
        points.install(None)
        assert laptop.upload(central, data, part=4 * MIB).complete
        made = b"".join(central.uploads.open("ACME", sha(data)))
        assert sha(made) == sha(data), number
        central.blobs.remove("ACME", sha(data))
        if not died:
            break
    assert number > 9


@pytest.mark.parametrize("blobs", ["disk"], indirect=True)
def test_a_full_drive_is_told_and_leaves_nothing_half_written(
    central: Central, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(3 * MIB)
    send(central, data, 0, MIB)
    real = os.write

    def full(handle: int, piece: bytes) -> int:
        if len(piece) < MIB:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, piece[: MIB // 2])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Refused) as found:
        send(central, data, MIB, 2 * MIB)
    monkeypatch.undo()
    assert found.value.problem.slug == "no-room"
    assert (central.settings.data / "blobs" / "ACME" / "unfinished" / sha(data)).stat().st_size == MIB
    assert central.uploads.head("ACME", sha(data)).offset == MIB
    laptop.upload(central, data)
    assert b"".join(central.uploads.open("ACME", sha(data))) == data


@pytest.mark.parametrize("blobs", ["disk"], indirect=True)
def test_unfinished_bytes_that_were_lost_are_asked_for_again(central: Central, laptop: Laptop) -> None:
    data = b"0123456789"
    send(central, data, 0, 5)
    (central.settings.data / "blobs" / "ACME" / "unfinished" / sha(data)).write_bytes(b"01")
    with pytest.raises(Refused) as found:
        send(central, data, 5, 10)
    assert (found.value.problem.slug, found.value.problem.more) == ("mismatching-upload-offset", {"offset": 0})
    assert laptop.upload(central, data).complete


def test_a_storage_that_does_not_answer_is_told_as_what_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    central = Central(Settings(data=tmp_path, blobs="s3://blobs?endpoint=http://127.0.0.1:9&region=us-east-1"))
    central.participants.add("ACME", "Acme", "test")
    Laptop().enrol(central)
    with pytest.raises(Refused) as found:
        send(central, b"0123456789", 0, 5)
    assert found.value.problem.slug == "unavailable"
    central.close()


def test_a_database_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    from sqlalchemy import text

    central = Central(Settings(data=tmp_path))
    with central.db.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    central.close()
    with pytest.raises(Refused, match="newer version"):
        Central(Settings(data=tmp_path))


def test_a_full_database_is_told_and_keeps_what_it_had(tmp_path: Path) -> None:
    from sqlalchemy import event, text

    central = Central(Settings(data=tmp_path))
    central.participants.add("ACME", "Acme", "test")
    laptop = Laptop().enrol(central)
    first, jws = laptop.hand_over(central)
    with central.db.read() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    limit = event.listens_for(central.db.engine, "begin")
    limit(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}"))
    refused = None
    for number in range(50):
        try:
            laptop.hand_over(central, (b"x" * 100,), reference=f"R-{number}", title="t" * 1900)
        except Refused as error:
            refused = error.problem.slug
            break
    assert refused == "no-room"
    assert central.receiving.status("ACME", first.id)["receipt"] == jws
    assert central.audit.verify().broken_at is None
    central.close()


# Files that the storage has lost


def damaged(central: Central, data: bytes, blobs: str, left: bytes) -> None:
    """A finished file that another one than the service has cut short; nothing left = it is gone."""
    if not left:
        central.blobs.remove("ACME", sha(data))
    elif blobs:
        client = boto3.client("s3", endpoint_url=blobs.partition("endpoint=")[2].partition("&")[0])
        client.put_object(Bucket="blobs", Key=f"a/prefix/ACME/{sha(data)}", Body=left)
        client.close()
    else:
        (central.settings.data / "blobs" / "ACME" / sha(data)[:2] / sha(data)).write_bytes(left)


@pytest.mark.parametrize("left", [b"", b"cut sh"], ids=["gone", "cut short"])
def test_a_file_that_the_storage_lost_has_no_receipt_and_is_asked_for_again(
    central: Central, laptop: Laptop, blobs: str, left: bytes
) -> None:
    data, other = os.urandom(MIB + 1), b"still there"
    laptop.upload(central, data)
    laptop.upload(central, other)
    damaged(central, data, blobs, left)
    made = laptop.envelope([data, other])
    with pytest.raises(Refused) as found:
        laptop.submit(central, made)
    assert (found.value.problem.slug, found.value.problem.more) == ("missing-blobs", {"missing": [sha(data)]})
    assert central.participants.get("ACME").receipts == 0
    there = central.uploads.head("ACME", sha(data))
    assert (there.offset, there.complete) == (0, False)
    assert laptop.upload(central, data).complete
    assert laptop.submit(central, made)[1]
    assert b"".join(central.uploads.open("ACME", sha(data))) == data


def test_a_lost_file_is_noticed_by_a_question_and_by_a_part_as_well(
    central: Central, laptop: Laptop, blobs: str
) -> None:
    asked, sent = os.urandom(2 * MIB), os.urandom(MIB)
    for one in (asked, sent):
        laptop.upload(central, one)
        damaged(central, one, blobs, b"")
    assert central.uploads.head("ACME", sha(asked)).offset == 0
    send(central, asked, 0, MIB)
    assert central.uploads.head("ACME", sha(asked)).offset == MIB
    send(central, asked, MIB, 2 * MIB)
    send(central, sent, 0, MIB)
    for one in (asked, sent):
        assert b"".join(central.uploads.open("ACME", sha(one))) == one


def test_a_file_without_bytes_that_was_lost_is_made_again(central: Central, laptop: Laptop, blobs: str) -> None:
    laptop.upload(central, b"")
    damaged(central, b"", blobs, b"")
    assert not central.uploads.head("ACME", sha(b"")).complete or central.blobs.size("ACME", sha(b"")) == 0
    assert laptop.upload(central, b"").complete
    assert b"".join(central.uploads.open("ACME", sha(b""))) == b""


@pytest.mark.parametrize("blobs", ["disk"], indirect=True)
def test_files_of_a_storage_that_was_not_mounted_are_there_again_with_it(central: Central, laptop: Laptop) -> None:
    data = b"0123456789"
    laptop.upload(central, data)
    folder = central.settings.data / "blobs"
    folder.rename(folder.with_name("away"))
    assert central.uploads.head("ACME", sha(data)).offset == 0
    folder.with_name("away").rename(folder)
    assert central.uploads.head("ACME", sha(data)).complete
    with pytest.raises(Refused, match="blob-complete"):
        send(central, data, 0, 5)


def test_whoever_put_a_backup_back_is_told_which_files_are_missing(central: Central, laptop: Laptop) -> None:
    kept, gone, loose = b"kept", b"gone", b"never handed over"
    made, _ = laptop.hand_over(central, [kept, gone])
    laptop.upload(central, loose)
    assert central.uploads.lost() == []
    for one in (gone, loose):
        central.blobs.remove("ACME", sha(one))
    told = {(one.participant, one.sha256): one.submissions for one in central.uploads.lost()}
    assert told == {("ACME", sha(gone)): (made.id,), ("ACME", sha(loose)): ()}
    assert [one.sha256 for one in central.uploads.lost()] == [sha(gone)]  # still, as there is a receipt for it
    assert laptop.upload(central, gone).complete
    assert central.uploads.lost() == []

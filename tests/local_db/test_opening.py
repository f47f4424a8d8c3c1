"""Opening a workspace folder: locks, read-only folders, unclean closes, damage, migration, the reserve."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local_db import backup, health, migrate, opening, retention
from local_db.audit import head
from local_db.engine import connect
from local_db.errors import ReadOnly, WorkspaceDamaged, WorkspaceError, WorkspaceLocked
from local_db.lock import RECORD_NAME, WriteLock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path):
    made = create(tmp_path / "acme")
    close(made)
    return tmp_path / "acme"


def create(folder):
    return opening.create(folder, name="Acme Ltd", short_name="ACME", app_version="0.1.0", actor="Jo", now=NOON)


def open_folder(folder, now=NOON, **more):
    return opening.open_folder(folder, now=now, **more)


def close(opened, clean=True):
    opened.store.close()
    if opened.lock is not None:
        opened.lock.release(clean=clean)


def crash(folder):
    """Leave the folder as a program that was killed does."""
    (folder / RECORD_NAME).write_text("{}")


def test_a_new_workspace_holds_its_participant_and_its_first_entry(tmp_path):
    opened = create(tmp_path / "deep" / "acme")
    row = opened.store.read().execute("SELECT name, short_name FROM participant").fetchone()
    assert row == ("Acme Ltd", "ACME")
    assert head(opened.store.read()).seq == 1
    close(opened)


def test_a_folder_with_something_in_it_is_not_made_a_workspace(tmp_path):
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(WorkspaceError, match="not empty"):
        create(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_a_folder_without_a_workspace_is_not_made_one_by_opening_it(tmp_path):
    with pytest.raises(WorkspaceError, match="no workspace"):
        open_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_second_instance_reads_and_is_told_who_has_it(folder):
    first = open_folder(folder)
    second = open_folder(folder)
    assert second.store.read_only
    assert str(os.getpid()) in second.read_only_reason
    assert "open in another window" in second.read_only_reason
    with pytest.raises(ReadOnly, match=r"another window or program.*Close the other one"), second.store.write():
        pass
    with first.store.write() as connection:
        connection.execute("INSERT INTO contact (hat, name) VALUES ('x', 'Jo')")
    assert second.store.read().execute("SELECT count(*) FROM contact").fetchone()[0] == 1
    close(second)
    close(first)
    third = open_folder(folder)
    assert not third.store.read_only
    close(third)


_HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from local_db import opening
opened = opening.open_folder(Path(sys.argv[1]), now=datetime(2026, 11, 23, 12, tzinfo=UTC))
print(opened.store.read_only, flush=True)
sys.stdin.read()
"""


def holder(folder):
    return subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_another_program_is_refused_and_the_lock_is_free_after_it_was_killed(folder):
    for _ in range(3):
        with holder(folder) as other:
            assert other.stdout.readline() == "False\n"
            refused = open_folder(folder)
            assert refused.store.read_only
            close(refused)
            other.kill()
            other.wait()
        free = open_folder(folder)
        assert not free.store.read_only
        assert any("not closed in order" in notice for notice in free.notices)
        close(free)


def test_a_lock_is_told_in_one_sentence(folder):
    first, second = WriteLock(folder), WriteLock(folder)
    first.acquire(NOON)
    with pytest.raises(WorkspaceLocked, match="since 2026-11-23T12:00:00"):
        second.acquire(NOON)
    first.release()
    second.acquire(NOON)
    second.release()


def test_opening_read_only_takes_no_lock(folder):
    reader = open_folder(folder, read_only=True)
    writer = open_folder(folder)
    assert not writer.store.read_only
    close(writer)
    close(reader)


_READER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from local_db import opening
import filelock, sqlcipher3.dbapi2, local_db.retention, local_db.restore
from local_db import audit, migrate
migrate.expected_digest(1)
if os.getuid() == 0:
    os.setuid(65534)
opened = opening.open_folder(Path(sys.argv[1]), now=datetime(2026, 11, 23, 12, tzinfo=UTC))
print(opened.store.read_only, audit.head(opened.store.read()).seq, opened.read_only_reason, sep="|")
opened.store.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX rights on folders")
def test_a_folder_that_cannot_be_written_is_opened_for_reading(folder):
    # Not below pytest's own folder, which another account may not enter.
    place = Path(tempfile.mkdtemp())
    try:
        shutil.copytree(folder, place / "acme")
        before = sorted(p.name for p in (place / "acme").iterdir())
        for path in [place, *place.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        ran = subprocess.run(
            [sys.executable, "-c", _READER, str(place / "acme")], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        read_only, seq, reason = ran.stdout.strip().split("|")
        assert (read_only, seq) == ("True", "1")
        assert "cannot be written" in reason
        assert sorted(p.name for p in (place / "acme").iterdir()) == before
    finally:
        for path in [place, *place.rglob("*")]:
            path.chmod(0o755)
        shutil.rmtree(place)


def test_a_clean_close_leaves_no_notice_and_an_unclean_one_does(folder):
    opened = open_folder(folder)
    assert opened.notices == ()
    close(opened)
    crash(folder)
    opened = open_folder(folder)
    assert len(opened.notices) == 1
    close(opened)
    opened = open_folder(folder)
    assert opened.notices == ()
    close(opened)


def break_page(folder):
    """Write noise over the pages after the first one."""
    path = folder / "workspace.db"
    data = bytearray(path.read_bytes())
    size = 4096
    for page in range(1, len(data) // size):
        data[page * size : page * size + 64] = b"\xff" * 64
    path.write_bytes(data)


def test_damage_found_after_a_crash_is_put_aside_and_the_newest_backup_offered(folder):
    made = backup.make(folder, at=NOON, reason="daily")
    break_page(folder)
    damaged = (folder / "workspace.db").read_bytes()
    crash(folder)
    with pytest.raises(WorkspaceDamaged) as caught:
        open_folder(folder)
    error = caught.value
    assert error.backup == made.path
    assert error.quarantine == folder / "quarantine-2026-11-23T12-00-00Z"
    assert (error.quarantine / "workspace.db").read_bytes() == damaged == (folder / "workspace.db").read_bytes()
    assert "damaged" in str(error)
    assert "23 November 2026" in str(error)
    assert (folder / RECORD_NAME).exists(), "the next opening looks again"


def test_damage_without_a_backup_says_so(folder):
    break_page(folder)
    crash(folder)
    with pytest.raises(WorkspaceDamaged, match="no backup") as caught:
        open_folder(folder)
    assert caught.value.backup is None


def test_a_file_that_is_no_database_any_more_offers_the_backup_too(folder):
    made = backup.make(folder, at=NOON, reason="daily")
    (folder / "workspace.db").write_bytes(b"\0" * 4096)
    with pytest.raises(WorkspaceDamaged) as caught:
        open_folder(folder)
    assert caught.value.backup == made.path
    with pytest.raises(WorkspaceDamaged) as caught:
        open_folder(folder, read_only=True)
    assert caught.value.backup == made.path


def test_the_weekly_check_finds_damage_after_clean_closes(folder):
    opened = open_folder(folder, NOON + timedelta(days=8))
    assert not health.check_due(opened.store, NOON + timedelta(days=14))
    assert health.check_due(opened.store, NOON + timedelta(days=15))
    close(opened)


def test_a_failed_opening_frees_the_lock(folder):
    with closing(connect(folder / "workspace.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(WorkspaceError, match="newer MHHS Desk"):
        open_folder(folder)
    assert not (folder / RECORD_NAME).exists()
    lock = WriteLock(folder)
    lock.acquire(NOON)
    assert lock.closed_cleanly
    lock.release()


def test_an_older_workspace_is_brought_up_to_date_behind_a_verified_backup(folder, tmp_path, monkeypatch):
    schema = tmp_path / "schema"
    shutil.copytree(Path(migrate.__file__).parent / "schema", schema)
    version = migrate.newest() + 1
    (schema / f"{version:04}_next.sql").write_text("CREATE TABLE more (x TEXT) STRICT;")
    for name in ("newest", "migrations", "expected_digest", "check_identity", "check_schema", "needs_migration",
                 "bring_up_to_date"):  # fmt: skip
        function = getattr(migrate, name)
        monkeypatch.setattr(migrate, name, with_folder(function, schema))
    opened = open_folder(folder)
    assert any("brought up to date" in notice for notice in opened.notices)
    assert opened.store.read().execute("SELECT count(*) FROM more").fetchone()[0] == 0
    close(opened)
    (made,) = retention.rolling(folder)
    assert (made.reason, made.schema) == ("before migration", version - 1)


def with_folder(function, folder):
    def called(*arguments):
        wanted = function.__wrapped__ if hasattr(function, "__wrapped__") else function
        names = wanted.__code__.co_varnames[: wanted.__code__.co_argcount]
        return function(*arguments) if len(arguments) == len(names) else function(*arguments, folder)

    return called


def test_the_reserve_is_made_at_the_second_opening_and_freed_when_the_disk_is_full(folder):
    opened = open_folder(folder)
    reserve = folder / health.RESERVE_NAME
    assert reserve.stat().st_size == 32 << 20
    pages = opened.store.writer.execute("PRAGMA page_count").fetchone()[0]
    opened.store.writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(WorkspaceError, match="disk is full"), opened.store.write() as connection:
        connection.executemany("INSERT INTO contact (hat, name) VALUES ('x', ?)", ((f"{n:0100}",) for n in range(5000)))
    assert not reserve.exists()
    close(opened)


def test_leftovers_go_at_the_next_opening(folder):
    opened = open_folder(folder)
    (opened.blobs.staging / "half").write_text("x")
    close(opened)
    (folder / "backups" / ".making-1").mkdir(parents=True)
    close(open_folder(folder))
    assert list((folder / "staging").iterdir()) == []
    assert list((folder / "backups").iterdir()) == []


def test_opened_on_one_thread_and_closed_on_another_the_lock_is_free(folder):
    opened = []
    other = threading.Thread(target=lambda: opened.append(open_folder(folder)))
    other.start()
    other.join()
    with opened[0].store.write() as connection:
        connection.execute("INSERT INTO contact (hat, name) VALUES ('x', 'Jo')")
    close(opened[0])
    again = open_folder(folder)
    assert not again.store.read_only
    assert again.notices == ()
    close(again)


def test_the_offer_says_how_many_changes_are_newer_than_the_backup(folder):
    backup.make(folder, at=NOON, reason="daily")
    opened = open_folder(folder)
    with opened.store.write():
        for number in range(3):
            opened.store.record("a.b", f"Step {number}", {}, actor="Jo", at=NOON)
    close(opened)
    with closing(connect(folder / "workspace.db")) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'contact'").fetchone()[0]
    data = bytearray((folder / "workspace.db").read_bytes())
    data[(root - 1) * 4096 : (root - 1) * 4096 + 64] = b"\xff" * 64
    (folder / "workspace.db").write_bytes(data)
    crash(folder)
    with pytest.raises(WorkspaceDamaged, match="made before the last 3 changes"):
        open_folder(folder)


_MAKER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from local_db import opening
print("go", flush=True)
opening.create(Path(sys.argv[1]), name="A", short_name="A", app_version="0", actor="Jo",
               now=datetime(2026, 11, 23, 12, tzinfo=UTC))
print("made", flush=True)
sys.stdin.read()
"""


def test_a_creation_that_is_killed_leaves_a_workspace_or_none_and_can_be_tried_again(tmp_path):
    chance = random.Random(7)
    for number in range(12):
        folder = tmp_path / f"acme {number}"
        with subprocess.Popen(
            [sys.executable, "-c", _MAKER, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as maker:
            maker.stdout.readline()
            time.sleep(chance.random() * 0.12)  # the instant of the kill, not a wait for something
            maker.kill()
            made = b"made" in maker.stdout.read()
            maker.wait()
        opened = open_folder(folder) if (folder / "workspace.db").exists() else create(folder)
        assert opened.store.read().execute("SELECT count(*) FROM participant").fetchone()[0] == 1
        assert head(opened.store.read()).seq == 1
        assert (folder / "workspace.db").exists() or not made
        close(opened)


def test_two_creations_in_one_folder_do_not_harm_each_other(tmp_path):
    folder = tmp_path / "acme"
    folder.mkdir()
    lock = WriteLock(folder)
    lock.acquire(NOON)
    (folder / opening.BUILDING_NAME).write_text("the other program is at it")
    with pytest.raises(WorkspaceLocked):
        create(folder)
    assert (folder / opening.BUILDING_NAME).exists()
    lock.release()
    close(create(folder))
    assert not (folder / opening.BUILDING_NAME).exists()


def test_a_clock_that_was_ahead_does_not_put_checks_off_and_is_told(folder):
    opened = open_folder(folder)
    health.checked(opened.store, NOON.replace(year=2090))
    close(opened)
    again = open_folder(folder, NOON)
    assert any("clock was ahead when the workspace was last checked" in notice for notice in again.notices)
    assert health.checked_at(again.store) == NOON
    close(again)
    backup.make(folder, at=NOON.replace(year=2090), reason="asked")
    third = open_folder(folder, NOON)
    assert [n for n in third.notices if "clock was ahead when a backup was made: it is dated 23 November 2090" in n]
    close(third)

"""Backups that are whole, verified and thinned by age; restoring never loses what is there."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local_db import backup, retention
from local_db.audit import Head, head
from local_db.blobs import BlobStore
from local_db.connection import Store
from local_db.errors import WorkspaceDamaged, WorkspaceError, WorkspaceLocked
from local_db.lock import WriteLock
from local_db.manifest import BackupInfo, info
from local_db.restore import restore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "acme"


@pytest.fixture
def store(folder, tmp_path):
    folder.mkdir()
    made = Store.create(folder / "workspace.db")
    blobs = BlobStore(made, folder)
    for number in range(3):
        source = tmp_path / f"file {number}"
        source.write_bytes(bytes([number]) * 100_000)
        blobs.add(source, "evidence", at=NOON)
    with made.write() as connection:
        connection.execute("INSERT INTO participant (id, name, short_name) VALUES (1, 'Acme', 'ACME')")
        made.record("a.b", "Begin", {}, actor="Jo", at=NOON)
    yield made
    made.close()


def content(folder):
    """Everything that a person put into a workspace: rows of every table, and kept files."""
    store = Store.open(folder / "workspace.db", read_only=True)
    tables = [row[0] for row in store.read().execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    rows = {table: store.read().execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}
    store.close()
    files = {p.name: p.read_bytes() for area in ("evidence", "snapshots") for p in (folder / area).glob("??/*")}
    return rows, files


def add_contact(store, name):
    with store.write() as connection:
        connection.execute("INSERT INTO contact (hat, name) VALUES ('x', ?)", (name,))
        store.record("contact.add", "Add", {"name": name}, actor="Jo", at=NOON)


def make(folder, *, at=NOON, reason="daily", to=None):
    return backup.make(folder, at=at, reason=reason, to=to)


@pytest.mark.parametrize("carried", [False, True], ids=["rolling", "zip"])
def test_a_restored_backup_is_equal_in_rows_and_files(folder, store, tmp_path, carried):
    made = make(folder, to=tmp_path / "out.zip" if carried else None)
    assert (made.files, made.missing, made.name, made.head) == (3, (), "Acme", head(store.read()))
    restored = restore(made.path, tmp_path / "new", at=NOON)
    assert restored == info(made.path)
    assert content(tmp_path / "new") == content(folder)


def test_a_backup_made_while_others_write_is_one_consistent_state(folder, store, tmp_path):
    stop = threading.Event()

    def write():
        while not stop.is_set():
            with store.write() as connection:
                connection.execute("INSERT INTO contact (hat, name) VALUES ('a', 'x')")
                connection.execute("INSERT INTO contact (hat, name) VALUES ('b', 'x')")
                store.record("pair", "Pair", {}, actor="Jo", at=NOON)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [make(folder, at=NOON + timedelta(seconds=n)) for n in range(5)]
    finally:
        stop.set()
        writer.join()
    for number, one in enumerate(made):
        restore(one.path, tmp_path / f"new {number}", at=NOON)
        rows, _ = content(tmp_path / f"new {number}")
        hats = [row[1] for row in rows["contact"]]
        assert hats.count("a") == hats.count("b") == len(rows["audit"]) - 1
    assert made[-1].head.seq >= made[0].head.seq


def test_kept_files_are_copied_once_for_all_rolling_backups(folder, store):
    make(folder)
    shelf = folder / "backups" / "files"
    first = {p: p.stat().st_mtime_ns for p in shelf.rglob("*") if p.is_file()}
    make(folder, at=NOON + timedelta(days=1))
    assert {p: p.stat().st_mtime_ns for p in shelf.rglob("*") if p.is_file()} == first
    assert len(first) == 3


def test_a_backup_stays_whole_when_the_workspace_loses_a_file_later(folder, store, tmp_path):
    make(folder)
    for path in (folder / "evidence").glob("??/*"):
        path.write_bytes(b"broken")
    again = make(folder, at=NOON + timedelta(days=1))
    assert again.missing == ()
    restore(again.path, tmp_path / "new", at=NOON)
    assert sorted(len(data) for data in content(tmp_path / "new")[1].values()) == [100_000] * 3


def test_a_file_that_is_gone_before_the_first_backup_is_named_and_the_rest_is_backed_up(folder, store, tmp_path):
    gone = next((folder / "evidence").glob("??/*"))
    gone.unlink()
    made = make(folder)
    assert made.missing == (gone.name,)
    restore(made.path, tmp_path / "new", at=NOON)
    assert len(content(tmp_path / "new")[1]) == 2


def test_a_backup_that_is_stopped_leaves_nothing(folder, store, tmp_path):
    def stop(_what, _done, _total):
        raise KeyboardInterrupt

    for to in (None, tmp_path / "out.zip"):
        with pytest.raises(KeyboardInterrupt):
            backup.make(folder, at=NOON, reason="asked", to=to, progress=stop)
    assert not (tmp_path / "out.zip").exists()
    assert list((folder / "backups").iterdir()) == []


def test_what_a_killed_backup_left_is_removed_later(folder, store):
    (folder / "backups" / ".making-1234").mkdir(parents=True)
    (folder / "backups" / ".making-1234" / "workspace.db").write_text("half")
    backup.sweep_unfinished(folder)
    assert list((folder / "backups").iterdir()) == []


def test_an_existing_file_is_not_overwritten(folder, store, tmp_path):
    there = tmp_path / "out.zip"
    there.write_text("mine")
    with pytest.raises(WorkspaceError, match="there already"):
        make(folder, to=there)
    assert there.read_text() == "mine"


def test_a_folder_as_target_gets_a_named_zip(folder, store, tmp_path):
    made = make(folder, to=tmp_path)
    assert made.path == tmp_path / "acme-2026-11-23T12-00-00Z.zip"


def test_a_target_that_cannot_be_written_is_told_plainly(folder, store, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="could not be written"):
        make(folder, to=tmp_path / "file" / "out.zip")


@pytest.mark.parametrize("carried", [False, True], ids=["rolling", "zip"])
@pytest.mark.parametrize("part", ["workspace.db", "manifest.json", "files"])
def test_a_damaged_backup_is_refused_and_nothing_is_left(folder, store, tmp_path, carried, part):
    made = make(folder, to=tmp_path / "out.zip" if carried else None)
    if carried:
        loose = tmp_path / "loose"
        with zipfile.ZipFile(made.path) as packed:
            packed.extractall(loose)
        damage(next(p for p in loose.rglob("*") if p.is_file() and part in p.as_posix()))
        made.path.unlink()
        shutil.make_archive(str(made.path.with_suffix("")), "zip", loose)
        shutil.rmtree(loose)
    else:
        damage(next(p for p in (folder / "backups").rglob("*") if p.is_file() and part in p.as_posix()))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(WorkspaceError):
        restore(made.path, tmp_path / "new", at=NOON)
    assert sorted(tmp_path.iterdir()) == before


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["sha256", "area"])
def test_a_manifest_that_points_elsewhere_is_refused(folder, store, tmp_path, name):
    made = make(folder)
    manifest = json.loads((made.path / "manifest.json").read_text())
    manifest["files"][0][name] = "../../../../etc/passwd"
    (made.path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WorkspaceError, match="not a backup"):
        restore(made.path, tmp_path / "new", at=NOON)


def test_a_newer_backup_is_refused(folder, store, tmp_path):
    made = make(folder)
    manifest = json.loads((made.path / "manifest.json").read_text())
    manifest["format"] = 99
    (made.path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WorkspaceError, match="newer MHHS Desk"):
        restore(made.path, tmp_path / "new", at=NOON)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"hello"])
def test_what_is_no_backup_is_refused(tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(WorkspaceError, match="not a backup"):
        restore(tmp_path / "x.zip", tmp_path / "new", at=NOON)


def test_the_database_inside_a_rolling_backup_may_be_pointed_at(folder, store, tmp_path):
    made = make(folder)
    restore(made.path / "workspace.db", tmp_path / "new", at=NOON)
    assert content(tmp_path / "new") == content(folder)


def test_a_live_workspace_is_not_replaced_unless_told(folder, store, tmp_path):
    made = make(folder)
    add_contact(store, "later")
    before = content(folder)
    with pytest.raises(WorkspaceError, match="not empty"):
        restore(made.path, folder, at=NOON)
    assert content(folder) == before


def test_a_workspace_that_is_open_is_never_replaced(folder, store):
    made = make(folder)
    lock = WriteLock(folder)
    lock.acquire(NOON)
    with pytest.raises(WorkspaceLocked):
        restore(made.path, folder, at=NOON, replace=True)
    lock.release()
    assert folder.is_dir()


def test_a_replaced_workspace_is_kept_aside_with_the_backups_going_on(folder, store, tmp_path):
    made = make(folder)
    add_contact(store, "later")
    store.close()
    newer = content(folder)
    restored = restore(made.path, folder, at=NOON, replace=True)
    assert restored.head == made.head
    assert content(folder)[0]["contact"] == []
    assert content(tmp_path / "acme-before-restore-2026-11-23T12-00-00Z") == newer
    assert [one.path for one in retention.rolling(folder)] == [made.path]


def test_a_folder_that_is_no_workspace_is_never_replaced(folder, store, tmp_path):
    made = make(folder)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_text("x")
    with pytest.raises(WorkspaceError, match="not a workspace"):
        restore(made.path, tmp_path / "photos", at=NOON, replace=True)
    assert (tmp_path / "photos" / "one.jpg").exists()


def test_an_altered_audit_log_makes_a_backup_fail(folder, store):
    with store.write() as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET title = 'x'")
        sql = "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit\nBEGIN SELECT RAISE(ABORT, "
        connection.execute(sql + "'the audit log is append-only'); END")
    with pytest.raises(WorkspaceDamaged, match="audit log"):
        make(folder)
    assert retention.rolling(folder) == []


def at_days(*days, reason="daily"):
    return [
        BackupInfo(Path(str(day)), NOON - timedelta(days=day), reason, 1, 1, Head(1, "h"), 0) for day in sorted(days)
    ]


def test_seven_days_four_weeks_and_twelve_months_are_kept():
    kept = sorted(int(path.name) for path in retention.keep(at_days(*range(800)), NOON))
    assert kept[:7] == [0, 1, 2, 3, 4, 5, 6]
    weeks = {(NOON - timedelta(days=day)).isocalendar()[:2] for day in kept}
    months = {((NOON - timedelta(days=day)).year, (NOON - timedelta(days=day)).month) for day in kept}
    assert len(months) == 12
    assert len(weeks) >= 4
    assert len(kept) <= 7 + 4 + 12


def test_the_newest_five_stay_whatever_their_day():
    many = [BackupInfo(Path(str(n)), NOON - timedelta(minutes=n), "asked", 1, 1, Head(1, "h"), 0) for n in range(20)]
    assert retention.keep(many, NOON) == {Path(str(n)) for n in range(5)}


def test_the_newest_of_a_day_is_the_one_that_stays():
    late = BackupInfo(Path("late"), NOON + timedelta(hours=3), "asked", 1, 1, Head(1, "h"), 0)
    early = BackupInfo(Path("early"), NOON + timedelta(hours=2), "asked", 1, 1, Head(1, "h"), 0)
    days = [replace(one, made_at=one.made_at - timedelta(days=10)) for one in at_days(*range(5))]
    same_day = [replace(one, path=Path(f"same {n}"), made_at=days[-1].made_at) for n, one in enumerate(days[:3])]
    kept = retention.keep([late, early, *days, *same_day], NOON)
    assert {Path("late"), Path("early"), *(one.path for one in days)} == kept


def test_the_last_backups_before_migrations_stay():
    old = at_days(400, 500, 600, 700, 701, reason="before migration")
    kept = retention.keep([*at_days(*range(30)), *old], NOON)
    assert {Path("400"), Path("500"), Path("600")} <= kept


def test_thinning_removes_files_that_no_backup_names_any_more(folder, store):
    make(folder, at=NOON - timedelta(days=40))
    gone = next((folder / "evidence").glob("??/*")).name
    with store.write() as connection:
        connection.execute("DELETE FROM blob WHERE sha256 = ?", (gone,))
    for day in range(39, 0, -1):
        make(folder, at=NOON - timedelta(days=day))
    (folder / "backups" / "mine.txt").write_text("mine")
    assert len(retention.rolling(folder)) <= 7 + 4 + 2
    shelf = [p.name for p in (folder / "backups" / "files").rglob("*") if p.is_file()]
    named = {f for one in retention.rolling(folder) for f in names(one.path)}
    assert set(shelf) == named
    assert (folder / "backups" / "mine.txt").exists()


def names(path):
    return [file["sha256"] for file in json.loads((path / "manifest.json").read_text())["files"]]


def test_a_backup_is_due_once_a_day_when_something_is_new(folder, store):
    assert retention.due(folder, head(store.read()), NOON)
    make(folder)
    assert not retention.due(folder, head(store.read()), NOON + timedelta(hours=5))
    assert not retention.due(folder, head(store.read()), NOON + timedelta(days=1))
    assert retention.due(folder, head(store.read()), NOON + timedelta(days=7))
    add_contact(store, "new")
    assert retention.due(folder, head(store.read()), NOON + timedelta(days=1))
    assert not retention.due(folder, head(store.read()), NOON + timedelta(hours=5))


def test_backups_of_a_clock_that_was_ahead_neither_put_the_next_off_nor_push_others_out(folder, store):
    many = at_days(*range(20))
    wrong = [replace(one, path=Path(f"wrong {n}"), made_at=NOON.replace(year=2090 + n)) for n, one in enumerate(many)]
    right = retention.keep(many, NOON)
    assert retention.keep([*reversed(wrong), *many], NOON) == right | {one.path for one in wrong}
    first = make(folder)
    ahead = make(folder, at=NOON.replace(year=2090))
    add_contact(store, "new")
    assert retention.due(folder, head(store.read()), NOON + timedelta(days=1))
    assert retention.ahead(folder, NOON) == [ahead]
    assert retention.newest(folder, NOON) == first
    assert not retention.due(folder, head(store.read()), NOON + timedelta(hours=1))


def test_a_backup_of_a_time_zone_further_east_is_not_ahead():
    assert not retention.is_ahead(NOON + timedelta(hours=23), NOON)


def test_files_of_a_backup_whose_manifest_cannot_be_read_are_not_thinned_away(folder, store):
    first = make(folder, at=NOON - timedelta(days=60))
    (first.path / "manifest.json").write_text("{broken")
    with store.write() as connection:
        connection.execute("DELETE FROM blob")
    for day in range(20, 0, -1):
        make(folder, at=NOON - timedelta(days=day))
    assert len([p for p in (folder / "backups" / "files").rglob("*") if p.is_file()]) == 3
    assert (first.path / "workspace.db").exists()


def test_a_file_that_rots_on_the_shelf_is_written_anew_within_the_week(folder, store, tmp_path):
    make(folder, at=NOON)
    kept = next(p for p in (folder / "backups" / "files").rglob("*") if p.is_file())
    damage(kept)
    again = make(folder, at=NOON + timedelta(days=7))
    restore(again.path, tmp_path / "new", at=NOON)
    assert content(tmp_path / "new") == content(folder)


def test_backups_made_at_the_same_time_do_not_take_files_from_one_another(folder, store, tmp_path):
    made = []
    threads = [
        threading.Thread(target=lambda n=n: made.append(make(folder, at=NOON + timedelta(days=n)))) for n in range(6)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 6
    for number, one in enumerate(retention.rolling(folder)):
        restore(one.path, tmp_path / f"new {number}", at=NOON)

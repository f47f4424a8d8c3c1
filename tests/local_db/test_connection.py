"""The store: pragmas, transactions, readers, and what a person is told when the disk is full."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from local_db import engine
from local_db.connection import Store
from local_db.errors import ReadOnly, WorkspaceError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path):
    with_store = Store.create(tmp_path / "workspace.db")
    yield with_store
    with_store.close()


def contacts(store):
    return store.read().execute("SELECT count(*) FROM contact").fetchone()[0]


def add_contact(connection, name="Jo"):
    connection.execute("INSERT INTO contact (hat, name) VALUES ('data_owner', ?)", (name,))


def test_sqlite_utils_catches_the_exceptions_of_our_engine():
    import sqlite_utils.db

    assert sqlite_utils.db.OperationalError is dbapi2.OperationalError


def test_the_engine_is_recent_enough_for_the_wal_reset_fix():
    assert tuple(int(part) for part in dbapi2.sqlite_version.split(".")) >= (3, 51, 3)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"), ("synchronous", 2), ("fullfsync", 1), ("checkpoint_fullfsync", 1),
        ("busy_timeout", 10000), ("foreign_keys", 1), ("recursive_triggers", 1), ("trusted_schema", 0),
        ("cell_size_check", 1), ("mmap_size", 0), ("temp_store", 2), ("journal_size_limit", 67108864),
    ],
)  # fmt: skip
def test_the_writer_is_durable_and_guarded(store, pragma, value):
    found = store.writer.execute(f"PRAGMA {pragma}").fetchone()
    # SQLite answers mmap_size with no row where it was built without it.
    assert found is None or found[0] == value


def test_foreign_keys_stay_on_after_sqlite_utils_has_used_the_connection(store):
    with store.write():
        store.db["contact"].insert({"hat": "data_owner", "name": "Jo"})
    assert store.writer.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert store.writer.execute("PRAGMA recursive_triggers").fetchone()[0] == 1


def test_readers_cannot_write_and_never_checkpoint(store):
    with pytest.raises(dbapi2.OperationalError):
        add_contact(store.read())
    assert store.read().execute("PRAGMA wal_autocheckpoint").fetchone()[0] == 0
    assert store.read().execute("PRAGMA query_only").fetchone()[0] == 1


def test_a_failure_inside_write_leaves_nothing(store):
    with pytest.raises(ZeroDivisionError), store.write() as connection:  # noqa: PT012
        add_contact(connection)
        1 / 0  # noqa: B018
    assert contacts(store) == 0


def test_sqlite_utils_joins_the_transaction(store):
    with pytest.raises(ZeroDivisionError), store.write():  # noqa: PT012
        store.db["contact"].insert_all([{"hat": "data_owner", "name": str(n)} for n in range(250)], batch_size=100)
        1 / 0  # noqa: B018
    assert contacts(store) == 0


def test_sqlite_utils_is_refused_outside_a_transaction(store):
    with pytest.raises(RuntimeError):
        _ = store.db


def test_an_inner_write_that_fails_takes_back_only_itself(store):
    with store.write() as connection:
        add_contact(connection, "kept")
        with pytest.raises(ZeroDivisionError), store.write() as inner:  # noqa: PT012
            add_contact(inner, "gone")
            1 / 0  # noqa: B018
        with store.write() as inner:
            add_contact(inner, "kept too")
    assert [row[0] for row in store.read().execute("SELECT name FROM contact ORDER BY id")] == ["kept", "kept too"]


def test_inside_write_this_thread_reads_its_own_work_and_others_do_not(store):
    seen_elsewhere = []
    with store.write() as connection:
        add_contact(connection)
        assert contacts(store) == 1
        other = threading.Thread(target=lambda: seen_elsewhere.append(contacts(store)))
        other.start()
        other.join()
    assert seen_elsewhere == [0]
    assert contacts(store) == 1


def test_a_connection_used_in_a_with_neither_commits_nor_rolls_back(store):
    with pytest.raises(ZeroDivisionError), store.write() as connection:  # noqa: PT012
        with connection:
            add_contact(connection)
        1 / 0  # noqa: B018
    assert contacts(store) == 0


def test_many_threads_write_one_after_the_other(store):
    def work():
        for _ in range(20):
            with store.write() as connection:
                before = connection.execute("SELECT count(*) FROM contact").fetchone()[0]
                add_contact(connection, str(before))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    names = [int(row[0]) for row in store.read().execute("SELECT name FROM contact ORDER BY id")]
    assert names == list(range(120))


def test_a_write_holds_the_right_to_write_from_its_start(store):
    # With a transaction that begins by reading, another writer could come between what was read and what is written.
    with closing(engine.connect(store.path)) as other:
        other.execute("PRAGMA busy_timeout = 0").fetchall()
        with store.write() as connection:
            assert connection.execute("SELECT count(*) FROM contact").fetchone()[0] == 0
            with pytest.raises(dbapi2.OperationalError, match="locked"):
                add_contact(other, "came between")
            add_contact(connection, "first")
        add_contact(other, "second")
    assert contacts(store) == 2


def test_reading_sees_one_state_while_another_thread_writes(store):
    def write():
        with store.write() as connection:
            add_contact(connection)

    with store.reading() as connection:
        before = connection.execute("SELECT count(*) FROM contact").fetchone()[0]
        other = threading.Thread(target=write)
        other.start()
        other.join()
        assert connection.execute("SELECT count(*) FROM contact").fetchone()[0] == before == 0
    assert contacts(store) == 1


_ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


def test_interrupt_stops_the_query_of_one_thread(store):
    running, outcome = threading.Event(), []

    def work():
        connection = store.read()
        connection.set_progress_handler(running.set, 1000)
        try:
            connection.execute(_ENDLESS).fetchall()
        except dbapi2.OperationalError as error:
            outcome.append(str(error))

    other = threading.Thread(target=work)
    other.start()
    running.wait(30)
    store.interrupt(other.ident)
    other.join(30)
    assert outcome == ["interrupted"]
    assert contacts(store) == 0


def test_an_interrupted_write_is_rolled_back(store):
    running, outcome = threading.Event(), []

    def work():
        try:
            with store.write() as connection:
                add_contact(connection)
                connection.set_progress_handler(running.set, 1000)
                connection.execute(_ENDLESS).fetchall()
        except dbapi2.OperationalError as error:
            outcome.append(error)

    other = threading.Thread(target=work)
    other.start()
    running.wait(30)
    store.writer.interrupt()
    other.join(30)
    assert len(outcome) == 1
    assert contacts(store) == 0


def test_a_full_disk_is_told_plainly_and_loses_nothing(store):
    freed = []
    store.on_full = lambda: freed.append(True)
    with store.write() as connection:
        connection.executemany(
            "INSERT INTO contact (hat, name) VALUES ('data_owner', ?)", ((f"{n:0100}",) for n in range(500))
        )
    pages = store.writer.execute("PRAGMA page_count").fetchone()[0]
    store.writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(WorkspaceError, match="disk is full") as caught, store.write() as connection:
        connection.executemany(
            "INSERT INTO contact (hat, name) VALUES ('data_owner', ?)", ((f"{n:0100}",) for n in range(5000))
        )
    assert "everything before it is safe" in str(caught.value)
    assert freed == [True]
    assert contacts(store) == 500
    assert store.writer.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.writer.execute("PRAGMA max_page_count = 1000000")
    with store.write() as connection:
        add_contact(connection)
    assert contacts(store) == 501


_FILLER = """
import resource, sys
from pathlib import Path
from local_db.connection import Store
from local_db.errors import WorkspaceError

import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
saved = 0
try:
    while True:
        with store.write() as connection:
            connection.executemany(
                "INSERT INTO contact (hat, name) VALUES ('data_owner', ?)", ((f"{n:0500}",) for n in range(100))
            )
        saved += 100
except WorkspaceError as error:
    print(saved, error, sep="|", flush=True)
    print(store.read().execute("SELECT count(*) FROM contact").fetchone()[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_drive_that_takes_no_more_bytes_is_told_plainly_and_what_was_saved_stays(tmp_path):
    path = tmp_path / "workspace.db"
    Store.create(path).close()
    ran = subprocess.run(
        [sys.executable, "-c", _FILLER, str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    told, counted = ran.stdout.splitlines()
    saved, sentence = told.split("|")
    assert int(saved) > 0
    assert int(counted) == int(saved)
    assert "disk" in sentence
    assert "Traceback" not in ran.stderr
    store = Store.open(path)
    assert contacts(store) == int(saved)
    assert store.read().execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.close()


def test_a_store_opened_for_reading_refuses_every_write(tmp_path, store):
    reader = Store.open(store.path, read_only=True)
    with pytest.raises(ReadOnly), reader.write():
        pass
    with pytest.raises(ReadOnly):
        _ = reader.writer
    assert contacts(reader) == 0
    reader.close()


def test_a_closed_store_says_so(tmp_path):
    store = Store.create(tmp_path / "workspace.db")
    store.close()
    store.close()
    with pytest.raises(WorkspaceError, match="closed"):
        store.read()
    with pytest.raises(WorkspaceError, match="closed"), store.write():
        pass


def test_closing_leaves_one_file_without_a_log(tmp_path):
    store = Store.create(tmp_path / "workspace.db")
    with store.write() as connection:
        add_contact(connection)
    store.read()
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["workspace.db"]


def test_readers_of_finished_threads_go(store):
    for _ in range(10):
        other = threading.Thread(target=lambda: contacts(store))
        other.start()
        other.join()
    assert len(store._readers) <= 1


def test_closing_while_another_thread_reads_stops_its_query_and_harms_nothing(tmp_path):
    store = Store.create(tmp_path / "workspace.db")
    running, outcome = threading.Event(), []

    def work():
        connection = store.read()
        connection.set_progress_handler(running.set, 1000)
        try:
            connection.execute(_ENDLESS).fetchall()
        except dbapi2.OperationalError as error:
            outcome.append(str(error))

    other = threading.Thread(target=work)
    other.start()
    running.wait(30)
    store.close()
    other.join(30)
    assert outcome == ["interrupted"]
    Store.open(tmp_path / "workspace.db").close()


def test_closing_takes_idle_readers_of_living_threads_along(tmp_path):
    store = Store.create(tmp_path / "workspace.db")
    read, go_on = threading.Event(), threading.Event()

    def work():
        contacts(store)
        read.set()
        go_on.wait(30)

    other = threading.Thread(target=work)
    other.start()
    read.wait(30)
    store.close()
    left = [path.name for path in tmp_path.iterdir()]
    go_on.set()
    other.join()
    assert left == ["workspace.db"]

"""A workspace whose database or kept files rot: told as damage, with the backup to restore, wherever it is met."""

from __future__ import annotations

import json
import random
from contextlib import closing
from datetime import timedelta

import pytest
from sqlcipher3 import dbapi2

from desktop.app import Workspace, restore
from desktop.browse.view import View
from desktop.cli.main import main
from desktop.errors import WorkspaceDamaged, WorkspaceError
from local_db import engine, health


@pytest.fixture
def folder(tmp_path, clock):
    """A workspace of some megabytes with kept files and a backup."""
    folder = tmp_path / "acme"
    with Workspace.create(folder, "Acme Energy Ltd", "ACME", actor="Jo", clock=clock) as workspace:
        for number in range(3):
            source = tmp_path / f"file {number}"
            source.write_text(f"{number}" * 10_000)
            workspace.blobs.add(source, "snapshots" if number else "evidence", at=clock())
        with workspace.store.write() as connection:
            connection.executemany(
                "INSERT INTO contact (hat, name, phone) VALUES ('data_owner', ?, ?)",
                ((f"Person {number}", f"{number:0300}") for number in range(5000)),
            )
            for number in range(3000):
                workspace.store.record("test.step", f"Step {number}", {"n": number}, actor="Jo", at=clock())
    return folder


def rot(folder, seed=1, size=20_000):
    """20 KB of random bytes in the middle of the database, as a failing drive leaves them."""
    path = folder / "workspace.db"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 - size // 2)
        file.write(random.Random(seed).randbytes(size))


def read_everything(workspace):
    for table in ("contact", "audit"):
        for _ in workspace.store.read().execute(f"SELECT * FROM {table}"):
            pass


READERS = {
    "iteration": lambda read: list(read.execute("SELECT * FROM contact ")),
    "fetchall": lambda read: read.execute("SELECT name, phone FROM contact").fetchall(),
    "fetchmany": lambda read: read.execute("SELECT name, phone FROM contact").fetchmany(10_000),
    "execute": lambda read: read.execute("SELECT max(length(name || phone)) FROM contact").fetchone(),
}


@pytest.mark.parametrize("seed", range(3))
def test_damage_that_is_met_while_reading_is_told_with_the_backup_and_set_aside_after_closing(folder, clock, seed):
    rot(folder, seed)
    workspace = Workspace.open(folder, actor="Jo", clock=clock)
    (newest,) = workspace.backups
    with pytest.raises(WorkspaceDamaged, match=r"database is damaged.*Restore the newest backup") as caught:
        read_everything(workspace)
    assert caught.value.backup == newest.path
    assert isinstance(caught.value.__cause__, dbapi2.DatabaseError)
    workspace.close()
    (aside,) = folder.glob("quarantine-*")
    assert (aside / "workspace.db").stat().st_size == (folder / "workspace.db").stat().st_size
    assert any(aside.name in notice for notice in workspace.notices)
    with pytest.raises(WorkspaceDamaged) as again:
        Workspace.open(folder, actor="Jo", clock=lambda: clock() + timedelta(minutes=1))
    restore(again.value.backup, folder, actor="Jo", clock=clock, replace=True)
    with Workspace.open(folder, actor="Jo", clock=clock) as whole:
        read_everything(whole)
        assert whole.verify().ok


@pytest.mark.parametrize("way", READERS)
def test_however_a_read_is_written_it_tells_of_damage(folder, clock, way):
    rot(folder, size=400_000)
    with Workspace.open(folder, actor="Jo", clock=clock, read_only=True) as workspace:
        for _ in range(2):
            with pytest.raises(WorkspaceDamaged, match="database is damaged"):
                READERS[way](workspace.store.read())


@pytest.mark.parametrize(
    ("number", "message", "kind", "says"),
    [
        (10, "disk I/O error", WorkspaceError, "refused to write or read"),
        (13, "database or disk is full", WorkspaceError, "disk is full"),
        (14, "unable to open database file", WorkspaceError, "cannot be opened"),
        (26, "file is not a database", WorkspaceDamaged, "damaged"),
        (0, "Could not decode to UTF-8 column 'name' with text 'x'", WorkspaceDamaged, "damaged"),
    ],
)
def test_each_failure_of_a_read_has_its_sentence(folder, clock, number, message, kind, says):
    with Workspace.open(folder, actor="Jo", clock=clock, read_only=True) as workspace:
        error = dbapi2.OperationalError(message)
        if number:
            error.sqlite_errorcode = number
        with pytest.raises(kind, match=says):
            workspace.store.read().tell(error)
        interrupted = dbapi2.OperationalError("interrupted")
        workspace.store.read().tell(interrupted)
        assert engine.code_of(interrupted) == engine.INTERRUPT


def test_verifying_finds_rotten_pages_and_names_the_backup(folder, clock, capsys):
    rot(folder)
    with Workspace.open(folder, actor="Jo", clock=clock, read_only=True) as workspace:
        found = workspace.verify()
        assert not found.ok
        assert found.pages
        assert found.backup == workspace.backups[0].path
    assert main(["history", "--workspace", str(folder), "--verify"]) == 1
    said = capsys.readouterr()
    assert (said.out + said.err).count("database is damaged") == 1
    assert "fault in MHHS Desk" not in said.err


def test_verifying_names_kept_files_that_are_damaged_or_gone(folder, clock, capsys):
    assert main(["history", "--workspace", str(folder), "--verify", "--last", "1"]) == 0
    assert "every kept file are as they were written" in capsys.readouterr().out
    kept = sorted(path for area in ("snapshots", "evidence") for path in (folder / area).glob("??/*"))
    kept[0].unlink()
    for path in kept[1:]:
        data = bytearray(path.read_bytes())
        data[5] ^= 1
        path.write_bytes(data)
    assert main(["history", "--workspace", str(folder), "--verify", "--last", "0", "--json", "-"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["database"] == {"whole": True, "why": []}
    assert told["files"]["missing"] == [kept[0].name]
    assert sorted(told["files"]["damaged"]) == sorted(path.name for path in kept[1:])
    assert main(["history", "--workspace", str(folder), "--verify", "--last", "0"]) == 1
    lines = capsys.readouterr().out
    assert "2 kept files are damaged" in lines
    assert kept[0].name[:12] in lines


def test_a_backup_of_a_damaged_workspace_names_the_workspace(folder, clock, capsys, tmp_path):
    rot(folder)
    for more in ([], ["--to", str(tmp_path / "out.zip")]):
        assert main(["backup", "--workspace", str(folder), *more]) == 1
        said = capsys.readouterr().err
        assert "the workspace" in said.lower()
        assert str(folder) in said or "workspace's database is damaged" in said
        assert "another backup" not in said
        assert "copy workspace.db" not in said
    assert not (tmp_path / "out.zip").exists()


def test_damage_that_the_backup_at_closing_meets_is_told_and_looked_for_at_the_next_opening(folder, clock):
    later = lambda: clock() + timedelta(days=1)  # noqa: E731
    workspace = Workspace.open(folder, actor="Jo", clock=later)
    workspace.views.save("findings", "Mine", View())
    workspace.store.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    # Rotten in the file alone: nothing that this workspace reads again.
    rot(folder)
    assert workspace.close() is None
    assert any("was not made" in notice and "damaged" in notice for notice in workspace.notices)
    assert list(folder.glob("quarantine-*"))
    with pytest.raises(WorkspaceDamaged):
        Workspace.open(folder, actor="Jo", clock=later)


def test_a_whole_database_has_no_faults_while_it_is_open(folder, clock):
    with Workspace.open(folder, actor="Jo", clock=clock) as workspace:
        assert health.page_faults(workspace.store) == []
        assert not workspace.store.damaged
        assert workspace.verify().lines == ()
    assert not list(folder.glob("quarantine-*"))


def test_verifying_names_the_entry_of_the_history_in_which_a_text_is_no_text(folder, clock, capsys):
    database = folder / engine.DATABASE_NAME
    with Workspace.open(folder, clock=clock) as workspace:
        for number in range(3):
            workspace.milestones.save("M14", note=f"Asked {number} times")
        seq = workspace.history.head().seq - 1
    with closing(engine.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (body,) = connection.execute("SELECT body FROM audit WHERE seq = ?", (seq,)).fetchone()
    data = database.read_bytes()
    assert data.count(body.encode()) == 1
    place = data.index(body.encode()) + body.index("Asked")
    database.write_bytes(data[:place] + bytes([data[place] ^ 0x80]) + data[place + 1 :])
    with Workspace.open(folder, read_only=True, clock=clock) as workspace:
        found = workspace.verify()
    assert (found.ok, found.chain.broken_at, found.chain.why) == (False, seq, "its details were changed")
    assert main(["history", "--workspace", str(folder), "--verify", "--last", "0"]) == 1
    assert f"The history does not fit at entry {seq}: its details were changed." in capsys.readouterr().out


def test_an_entry_whose_title_is_no_text_is_named_though_it_cannot_be_listed(folder, capsys):
    database = folder / engine.DATABASE_NAME
    with closing(engine.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (seq,) = connection.execute("SELECT seq FROM audit WHERE title = 'Step 2999'").fetchone()
    data = database.read_bytes()
    place = data.index(b"Step 2999")
    assert data.count(b"Step 2999") == 1
    database.write_bytes(data[:place] + bytes([data[place] ^ 0x80]) + data[place + 1 :])
    assert main(["history", "--workspace", str(folder), "--verify"]) == 1
    assert f"The history does not fit at entry {seq}: it was changed." in capsys.readouterr().out

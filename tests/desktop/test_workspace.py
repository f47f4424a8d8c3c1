"""The workspace as the window and the command line use it: making, opening, backing up, closing, restoring."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.app import Workspace, backup_info, restore
from desktop.browse.view import View
from desktop.errors import InvalidInput, ReadOnly, WorkspaceDamaged, WorkspaceError
from desktop.jobs import Cancelled, Job

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "acme"


@pytest.fixture
def workspace(folder, clock):
    made = Workspace.create(folder, "Acme Energy Ltd", "ACME", actor="Jo", clock=clock)
    yield made
    made.close()


def later(clock, **by):
    return lambda: clock() + timedelta(**by)


def test_a_new_workspace_knows_its_participant_and_has_nothing_to_undo(workspace, folder):
    participant = workspace.participant.get()
    assert (participant.name, participant.short_name) == ("Acme Energy Ltd", "ACME")
    assert (workspace.folder, workspace.read_only, workspace.read_only_reason) == (folder, False, "")
    assert workspace.notices == ()
    assert workspace.history.undo_title() is None
    assert workspace.history.entries().page(0, 9) == [
        (1, "2026-11-23 12:00:00", "Jo", "workspace.create", "Make the workspace")
    ]


@pytest.mark.parametrize(("name", "short", "field"), [("", "ACME", "name"), ("Acme", " ", "short_name")])
def test_a_workspace_needs_names(tmp_path, clock, name, short, field):
    with pytest.raises(InvalidInput) as caught:
        Workspace.create(tmp_path / "new", name, short, actor="Jo", clock=clock)
    assert caught.value.field == field
    assert not (tmp_path / "new").exists()


def test_without_a_name_the_account_is_the_actor(tmp_path, clock, monkeypatch):
    monkeypatch.setenv("LOGNAME", "jo.example")
    with Workspace.create(tmp_path / "new", "Acme", "ACME", clock=clock) as workspace:
        assert workspace.actor == "jo.example"


def test_what_was_saved_is_there_after_closing(workspace, folder, clock):
    workspace.views.save("findings", "Mine", View(text="x"))
    workspace.close()
    with Workspace.open(folder, actor="Sam", clock=clock) as again:
        assert [one.name for one in again.views.list("findings")] == ["Mine"]
        assert again.history.undo_title() == "Save view “Mine”"


def test_the_database_file_itself_may_be_pointed_at(workspace, folder, clock):
    workspace.close()
    with Workspace.open(folder / "workspace.db", actor="Jo", clock=clock) as again:
        assert again.folder == folder


def test_a_second_window_reads_and_says_why(workspace, folder, clock):
    with Workspace.open(folder, actor="Sam", clock=clock) as second:
        assert second.read_only
        assert "another window or program" in second.read_only_reason
        assert second.participant.get().short_name == "ACME"
        with pytest.raises(ReadOnly):
            second.views.save("findings", "Mine", View())
        second.views.remember("findings", View(text="x"))
        assert second.views.last("findings") is None
        with pytest.raises(ReadOnly):
            second.backup()
        assert second.history.undo_title() is None
    workspace.views.save("findings", "Mine", View())


def test_a_reader_may_still_carry_a_backup_away(workspace, folder, clock, tmp_path):
    with Workspace.open(folder, actor="Sam", clock=clock, read_only=True) as reader:
        assert reader.backup(tmp_path / "out.zip").name == "Acme Energy Ltd"


def test_a_folder_without_a_workspace_is_refused_in_a_sentence(tmp_path, clock):
    with pytest.raises(WorkspaceError, match="There is no workspace"):
        Workspace.open(tmp_path / "nothing", actor="Jo", clock=clock)


@pytest.mark.parametrize("name", ["OneDrive", "OneDrive - Acme Ltd", "Dropbox", "Google Drive", "iCloud Drive"])
def test_a_synchronised_folder_is_refused_for_a_new_workspace(own_home, clock, name):
    folder = own_home / name / "acme"
    with pytest.raises(WorkspaceError, match="cloud program"):
        Workspace.create(folder, "Acme", "ACME", actor="Jo", clock=clock)
    assert not (own_home / name).exists()


def test_a_workspace_that_was_moved_into_a_synchronised_folder_is_refused_but_can_be_read(
    workspace, folder, clock, own_home
):
    workspace.close()
    (own_home / "Dropbox").mkdir()
    moved = folder.rename(own_home / "Dropbox" / "acme")
    with pytest.raises(WorkspaceError, match="cloud program"):
        Workspace.open(moved, actor="Jo", clock=clock)
    with Workspace.open(moved, actor="Jo", clock=clock, read_only=True) as reader:
        assert reader.participant.get().short_name == "ACME"


def test_a_folder_too_deep_is_refused(tmp_path, clock):
    with pytest.raises(WorkspaceError, match="at most 160"):
        Workspace.create(tmp_path / ("a" * 80) / ("b" * 80), "Acme", "ACME", actor="Jo", clock=clock)


def test_closing_makes_the_first_backup_and_then_one_a_day_when_something_is_new(workspace, folder, clock):
    first = workspace.close()
    assert (first.reason, first.head.seq) == ("daily", 1)
    assert workspace.close() is None
    same_day = Workspace.open(folder, actor="Jo", clock=later(clock, hours=3))
    same_day.views.save("findings", "Mine", View())
    assert same_day.close() is None
    next_day = Workspace.open(folder, actor="Jo", clock=later(clock, days=1))
    second = next_day.close()
    assert second.head.seq == 2
    idle = Workspace.open(folder, actor="Jo", clock=later(clock, days=2))
    assert idle.close() is None
    assert [one.path for one in idle.backups] == [second.path, first.path]


def test_the_backup_at_closing_can_be_switched_off(workspace, folder, clock):
    from dataclasses import replace

    workspace.settings.set(replace(workspace.settings.get(), backup_at_close=False))
    assert workspace.close() is None
    assert not (folder / "backups").exists()


def test_a_cancelled_backup_at_closing_closes_all_the_same(workspace, folder, clock):
    job = Job()
    job.cancel()
    assert workspace.close(job) is None
    with Workspace.open(folder, actor="Jo", clock=clock) as again:
        assert not again.read_only
        assert again.notices == ()


def test_a_backup_that_finds_no_room_for_itself_closes_all_the_same(workspace, folder, clock):
    (folder / "backups").write_text("a file where the folder should be")
    assert workspace.close() is None
    assert any("was not made" in notice for notice in workspace.notices)
    (folder / "backups").unlink()
    Workspace.open(folder, actor="Jo", clock=clock).close()


def test_a_cancelled_backup_leaves_nothing(workspace, folder):
    job = Job(lambda _progress: job.cancel())
    with pytest.raises(Cancelled):
        workspace.backup(job=job)
    assert list((folder / "backups").iterdir()) == []


def test_a_restored_workspace_opens_with_everything_and_says_it_was_restored(workspace, tmp_path, clock):
    workspace.views.save("findings", "Mine", View(text="x"))
    made = workspace.backup(tmp_path / "carried.zip")
    assert backup_info(tmp_path / "carried.zip") == made
    assert restore(made.path, tmp_path / "new", actor="Sam", clock=clock) == made
    with Workspace.open(tmp_path / "new", actor="Sam", clock=clock) as again:
        assert [one.view.text for one in again.views.list("findings")] == ["x"]
        assert again.history.entries().page(0, 1) == [
            (3, "2026-11-23 12:00:00", "Sam", "workspace.restore", "Restore the backup of 2026-11-23 12:00 UTC")
        ]
        assert again.history.verify(known=made.head).ok
        assert again.history.undo_title() == "Save view “Mine”"


def test_restoring_over_a_workspace_needs_to_be_told_and_keeps_the_old_one(workspace, folder, tmp_path, clock):
    made = workspace.backup()
    workspace.views.save("findings", "Later", View())
    workspace.close()
    with pytest.raises(WorkspaceError, match="not empty"):
        restore(made.path, folder, actor="Jo", clock=clock)
    restore(made.path, folder, actor="Jo", clock=clock, replace=True)
    with Workspace.open(folder, actor="Jo", clock=clock) as again:
        assert again.views.list("findings") == ()
    (old,) = tmp_path.glob("acme-before-restore-*")
    with Workspace.open(old, actor="Jo", clock=clock) as before:
        assert [one.name for one in before.views.list("findings")] == ["Later"]


def test_a_damaged_workspace_offers_a_backup_that_restores(workspace, folder, tmp_path, clock):
    workspace.close()
    (folder / "workspace.db").write_bytes(b"SQLite format 3\0" + b"\0" * 10_000)
    with pytest.raises(WorkspaceDamaged) as caught:
        Workspace.open(folder, actor="Jo", clock=clock)
    restore(caught.value.backup, folder, actor="Jo", clock=clock, replace=True)
    with Workspace.open(folder, actor="Jo", clock=clock) as again:
        assert again.participant.get().short_name == "ACME"


def test_kept_files_are_verified_by_name(workspace, tmp_path, clock):
    source = tmp_path / "file"
    source.write_text("x")
    blob = workspace.blobs.add(source, "evidence", at=clock())
    assert workspace.verify_files().ok
    workspace.blobs.path(blob.sha256).write_text("y")
    assert workspace.verify_files().damaged == (blob.sha256,)


def test_opening_loads_neither_the_data_engine_nor_workbooks_nor_qt(workspace, folder):
    workspace.close()
    code = (
        "import sys; from pathlib import Path; from desktop.app import Workspace\n"
        "w = Workspace.open(Path(sys.argv[1]), actor='Jo'); w.participant.get(); w.views.list('findings')\n"
        "w.history.entries().page(0, 10); w.close()\n"
        "print([m for m in ('polars', 'openpyxl', 'requests', 'PySide6', 'fastexcel', 'holidays') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_every_service_is_wired(workspace):
    assert workspace.portfolio.snapshots() == ()
    assert workspace.cleanse.runs() == ()
    assert workspace.reports is workspace.reports
    assert workspace.content.milestones()

"""The welcome page and its dialogs: open, make, restore, recent ones, by mouse and by keyboard."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from desktop.app import Workspace
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.new_workspace import NewWorkspaceDialog
from ui.main_window import MainWindow
from ui.pages.welcome import CHOICES
from ui.widgets.choice import ChoiceButton


@pytest.fixture
def acme(own_home: Path, clock) -> Path:
    folder = own_home / "workspaces" / "acme"
    Workspace.create(folder, "Acme", "ACME", actor="Pat", clock=clock).close()
    return folder


def choice(window: MainWindow, name: str) -> ChoiceButton:
    title = window.context.commands.get(name).text.removesuffix("…")
    return next(button for button in window.findChildren(ChoiceButton) if button.accessibleName() == title)


def test_it_offers_open_new_sample_and_restore(window: MainWindow) -> None:
    for name in CHOICES:
        assert choice(window, name).isVisible()


@pytest.mark.parametrize("way", ["click", "key"])
def test_opening_a_folder_that_was_chosen(window: MainWindow, acme: Path, monkeypatch, way: str) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(acme))
    button = choice(window, "workspace.open")
    if way == "click":
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    else:
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert window.context.workspace.folder == acme


def test_a_folder_without_a_workspace_is_said_in_one_sentence(window: MainWindow, own_home: Path) -> None:
    empty = own_home / "empty"
    empty.mkdir()
    window.door.open(empty)
    assert window.current.id == "welcome"
    assert window._banner.text
    assert "Traceback" not in window._banner.text


def test_recent_workspaces_are_listed_newest_first_and_open_with_return(window: MainWindow, own_home: Path) -> None:
    for name in ("one", "two"):
        window.door.create(own_home / name, name, name)
    window.close_workspace()
    recent = window._welcome.recent
    assert [recent.item(row).text().split("\n")[0] for row in range(recent.count())] == ["two", "one"]
    recent.setCurrentRow(1)
    recent.itemActivated.emit(recent.item(1))
    assert window.context.workspace.folder == own_home / "one"


def test_a_recent_workspace_that_moved_can_be_located(window: MainWindow, own_home: Path, monkeypatch) -> None:
    window.door.create(own_home / "here", "Here", "HERE")
    window.close_workspace()
    shutil.move(own_home / "here", own_home / "there")
    window._welcome._fill_recent()
    item = window._welcome.recent.item(0)
    assert "not found: Locate…" in item.text()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(own_home / "there"))
    window._welcome._activate(item)
    assert window.context.workspace.folder == own_home / "there"
    assert [entry.folder.name for entry in window.door.recent.all()] == ["there"]


def test_delete_takes_a_recent_workspace_off_the_list_and_leaves_it_on_disk(window: MainWindow, acme: Path) -> None:
    window.door.open(acme)
    window.close_workspace()
    window._welcome.recent.setFocus()
    window._welcome.recent.setCurrentRow(0)
    QTest.keyClick(window._welcome.recent, Qt.Key.Key_Delete)
    assert window.door.recent.all() == []
    assert (acme / "workspace.db").is_file()


def test_a_backup_is_restored_into_an_empty_folder_and_opened(
    window: MainWindow, acme: Path, own_home: Path, clock
) -> None:
    with Workspace.open(acme, actor="Pat", clock=clock) as workspace:
        backup = workspace.backup(own_home / "backup.zip").path
    window.door.restore(backup, own_home / "again")
    assert window.context.workspace.folder == own_home / "again"
    assert window.context.workspace.participant.get().name == "Acme"


def test_backing_up_says_where_the_verified_file_is(opened: MainWindow, own_home: Path, monkeypatch) -> None:
    target = own_home / "stick"
    target.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(target))
    assert opened.context.commands.run("workspace.backup")
    written = list(target.iterdir())
    assert len(written) == 1
    assert str(written[0]) in opened.statusBar().currentMessage()


@pytest.fixture
def new(window: MainWindow, qtbot, own_home: Path) -> NewWorkspaceDialog:
    dialog = NewWorkspaceDialog(window, own_home)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.close()


def test_short_name_and_folder_follow_the_organisation_until_they_are_edited(
    new: NewWorkspaceDialog, qtbot, own_home: Path
) -> None:
    qtbot.keyClicks(new.name, "Acme Energy")
    assert new.short.text() == "ACME"
    assert Path(new.folder.text()) == own_home / "MHHS ACME"
    new.short.clear()
    qtbot.keyClicks(new.short, "AE")
    qtbot.keyClicks(new.name, " Limited")
    assert new.answer() == (own_home / "MHHS AE", "Acme Energy Limited", "AE")


@pytest.mark.parametrize(
    ("name", "short", "folder", "words"),
    [
        ("", "A", "x", "Give the organisation's name"),
        ("Acme", "A/B", "x", "goes into file names"),
        ("Acme", "A", "", "Choose a folder"),
        ("Acme", "A", ".", "not empty"),
    ],
)
def test_what_cannot_become_a_workspace_is_said_beside_the_field(
    new: NewWorkspaceDialog, own_home, name, short, folder, words
) -> None:
    (own_home / "something").mkdir()
    new.name.setText(name)
    new.short.setText(short)
    new.folder.setText(str(own_home / folder) if folder else "")
    new._accept()
    assert words in new.wrong.text()
    assert new.isVisible()


def test_a_dangerous_question_has_the_focus_on_cancel(window: MainWindow, qtbot) -> None:
    dialog = ConfirmDialog(window, "Reset?", "It cannot be undone.", "Reset the pack", dangerous=True)
    qtbot.addWidget(dialog)
    assert not dialog.verb.isDefault()
    harmless = ConfirmDialog(window, "Accept?", "It can be undone.", "Accept 312 findings")
    qtbot.addWidget(harmless)
    assert harmless.verb.isDefault()
    assert harmless.verb.text() == "Accept 312 findings"

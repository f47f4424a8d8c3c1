"""The registry of commands: every one can be reached by menu, key and palette, and the sheet lists every key."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from ui.commands import MENUS, Command, Found, match
from ui.dialogs.palette import PaletteDialog
from ui.dialogs.shortcuts import ShortcutsDialog, sheet
from ui.main_window import MainWindow
from ui.pages import PAGES


def visit_all(window: MainWindow) -> None:
    """Build every page, so that its commands are there."""
    for entry in PAGES:
        window.show_page(entry.id)


def menu_actions(window: MainWindow) -> list[str]:
    return [action.objectName() for menu in window.menuBar().findChildren(QMenu) for action in menu.actions()]


def test_every_command_stands_in_exactly_one_menu(opened: MainWindow) -> None:
    visit_all(opened)
    names = menu_actions(opened)
    for command in opened.context.commands.all():
        assert names.count(command.id) == (1 if command.menu else 0), command.id


def test_every_available_command_is_found_in_the_palette_by_its_own_words(opened: MainWindow) -> None:
    for entry in PAGES:
        opened.show_page(entry.id)
        for command in opened.context.commands.all():
            if opened.context.commands.available(command):
                words = opened.context.commands.words(command)
                assert words in [found.text for found in opened.context.commands.find(words.removesuffix("…"))], (
                    command.id
                )


def test_no_two_commands_share_a_key(opened: MainWindow) -> None:
    visit_all(opened)
    keys: dict[tuple[str, str], str] = {}
    for command in opened.context.commands.all():
        for key in command.shortcut.split():
            for page in {command.page, ""}:
                assert (key, page) not in keys or (command.page and page == ""), (key, command.id)
            keys[key, command.page] = command.id


def test_every_key_is_one_that_qt_understands(opened: MainWindow) -> None:
    visit_all(opened)
    for command in opened.context.commands.all():
        for key in command.shortcut.split():
            assert QKeySequence(key).toString() == key, command.id


def test_ids_are_named_by_where_and_what(opened: MainWindow) -> None:
    visit_all(opened)
    for command in opened.context.commands.all():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", command.id), command.id


def test_the_sheet_lists_every_key(opened: MainWindow, qtbot) -> None:
    visit_all(opened)
    listed = " ".join(keys for _, _, keys in sheet(opened.context.commands))
    for command in opened.context.commands.all():
        for key in command.shortcut.split():
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) in listed
    dialog = ShortcutsDialog(opened, opened.context.commands)
    qtbot.addWidget(dialog)
    dialog._search.setText("quit")
    visible = [row for row in range(dialog.table.rowCount()) if not dialog.table.isRowHidden(row)]
    assert [dialog.table.item(row, 1).text() for row in visible] == ["Quit"]


def test_a_key_runs_its_command(opened: MainWindow, qapp) -> None:
    opened.activateWindow()
    qapp.processEvents()
    QTest.keyClick(opened, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert opened.current.id == PAGES[2].id
    QTest.keyClick(opened, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert opened.current.id == "settings"


def test_a_command_that_is_off_does_not_run(window: MainWindow) -> None:
    assert not window.context.commands.action("workspace.close").isEnabled()
    assert not window.context.commands.run("workspace.close")


def test_the_command_of_a_page_is_off_on_other_pages(opened: MainWindow) -> None:
    ran: list[int] = []
    last = PAGES[-1].id
    opened.context.commands.add(Command("testing.here", "Only here", lambda: ran.append(1), "Tools", page=last))
    opened.show_page(PAGES[0].id)
    assert not opened.context.commands.run("testing.here")
    opened.show_page(last)
    assert opened.context.commands.run("testing.here")
    assert ran == [1]


def test_a_taken_key_or_id_is_refused(opened: MainWindow) -> None:
    commands = opened.context.commands
    with pytest.raises(ValueError, match="is there already"):
        commands.add(Command("app.quit", "Quit", lambda: None))
    with pytest.raises(ValueError, match=r"belongs to app\.palette"):
        commands.add(Command("testing.other", "Other", lambda: None, shortcut="Ctrl+K"))


def test_typing_finds_and_return_chooses(opened: MainWindow, qtbot) -> None:
    dialog = PaletteDialog(opened, opened.context.commands, opened.context.theme)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(dialog.search, "abou")
    assert dialog.found()[0].text == "About MHHS Desk"
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.list.currentRow() == min(1, dialog.list.count() - 1)
    qtbot.keyClick(dialog.search, Qt.Key.Key_Up)
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.chosen is not None
    assert dialog.chosen.text == "About MHHS Desk"
    assert not dialog.isVisible()


def test_records_of_a_page_are_found_beside_commands(opened: MainWindow, qtbot) -> None:
    went: list[str] = []
    commands = opened.context.commands

    def provider(typed: str) -> list[Found]:
        return [Found(f"Note {typed}", "in the notes", "file", lambda: went.append(typed))]

    commands.add_provider(provider)
    found = commands.find("green folder")
    assert found[0].text == "Note green folder"
    found[0].run()
    assert went == ["green folder"]
    commands.remove_provider(provider)
    assert all(one.kind != "Record" for one in commands.find("green folder"))


def test_nothing_found_is_said_and_cannot_be_chosen(opened: MainWindow, qtbot) -> None:
    dialog = PaletteDialog(opened, opened.context.commands, opened.context.theme)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.search.setText("zzqqxxjj")
    assert dialog.list.item(0).text() == "Nothing found for “zzqqxxjj”"
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.chosen is None
    assert dialog.isVisible()
    dialog.close()


@pytest.mark.parametrize(
    ("better", "worse"), [("Open workspace", "Reopen the file"), ("Open the sample workspace", "Quit")]
)
def test_a_title_that_begins_so_comes_first(better: str, worse: str) -> None:
    assert match("open", better, better) > match("open", worse, worse)


def test_a_slip_of_the_fingers_still_finds() -> None:
    assert match("resotre", "Restore from a backup", "Restore from a backup") >= 55


def test_the_palette_answers_within_a_frame(opened: MainWindow) -> None:
    begin = perf_counter()
    for typed in ("a", "exp", "workspace", "filter"):
        opened.context.commands.find(typed)
    assert (perf_counter() - begin) / 4 < 0.1


def menus(window: MainWindow) -> list[str]:
    """The menus of the menu bar by their words."""
    return [action.text().replace("&", "") for action in window.menuBar().actions()]


def test_the_commands_of_a_page_go_with_its_workspace(opened: MainWindow, own_home: Path) -> None:
    commands = opened.context.commands
    before = {command.id for command in commands.all() if not command.page}
    folder = opened.context.workspace.folder
    visit_all(opened)
    assert {"PIT plan", "Evidence", "Traceability"} <= set(menus(opened))
    opened.show_page("overview")
    opened.door.create(own_home / "workspaces" / "other", "Other Energy Limited", "OTHE")
    assert opened.context.workspace.folder != folder
    assert opened.current is not None
    assert opened.current.id == "overview"
    assert {command.id for command in commands.all()} == before
    assert menus(opened) == [*MENUS]
    visit_all(opened)
    opened.close_workspace()
    assert {command.id for command in commands.all()} == before
    assert menus(opened) == [*MENUS]


def test_every_command_that_a_page_brings_belongs_to_that_page(opened: MainWindow) -> None:
    commands = opened.context.commands
    there = {command.id for command in commands.all()}
    for entry in PAGES:
        opened.show_page(entry.id)
        brought = [command for command in commands.all() if command.id not in there]
        assert [command.id for command in brought if command.page != entry.id] == []
        there.update(command.id for command in brought)

"""The registry of commands: every one can be reached by menu, key and palette, and the sheet lists every key."""

from __future__ import annotations

import re
from pathlib import Path
from time import thread_time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton
from window_care import settle

from ui.commands import MENUS, Command, Found, match
from ui.dialogs.palette import PaletteDialog
from ui.dialogs.shortcuts import RESULT_KEYS, ShortcutsDialog, sheet
from ui.known_commands import said_of
from ui.main_window import MainWindow
from ui.menu_bar import STAGES, with_mnemonics
from ui.pages import HANDING_OVER, PAGES
from ui.widgets.run_steps import KEYS


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


def test_the_sheet_names_the_page_of_a_command_and_the_keys_of_results(opened: MainWindow) -> None:
    rows = sheet(opened.context.commands)
    assert ("PIT plan", "Late deliverables only", "Ctrl+L") in rows
    assert ("Traceability", "Link", "Ctrl+L") in rows
    letters = {QKeySequence(key).toString(): status for key, status in KEYS.items()}
    assert {keys: what for _, what, keys in rows if len(keys) == 1} == {
        letter: f"Mark the chosen results as {status.value.lower()}" for letter, status in letters.items()
    }
    assert len(RESULT_KEYS) == len(letters)


def test_the_headings_of_the_sheet_stand_over_their_columns(opened: MainWindow, qtbot) -> None:
    dialog = ShortcutsDialog(opened, opened.context.commands)
    qtbot.addWidget(dialog)
    assert dialog.table.horizontalHeader().defaultAlignment() & Qt.AlignmentFlag.AlignLeft


def test_a_command_of_a_page_never_opened_is_found_and_run_there(opened: MainWindow) -> None:
    opened.show_page("evidence")
    found = opened.context.commands.find("deliverables of the pack")
    assert (found[0].text, found[0].kind) == ("Deliverables of the pack…", "PIT plan")
    late = opened.context.commands.find("late deliverables")[0]
    late.run()
    assert opened.current is not None
    assert opened.current.id == "pit"
    assert [one.column for one in opened.table().view.filters] == ["standing"]


def test_a_menu_leads_to_the_page_of_its_command(opened: MainWindow) -> None:
    action = opened.context.commands.action("pit.late")
    assert action.isEnabled()
    assert action.shortcuts() == [], "the key belongs to the page in front"
    action.trigger()
    assert opened.current is not None
    assert opened.current.id == "pit"
    assert action.shortcuts() == [QKeySequence("Ctrl+L")]
    assert opened.context.commands.action("trace.link").shortcuts() == []


def test_what_acts_on_chosen_rows_at_once_is_not_run_from_another_page(opened: MainWindow) -> None:
    opened.context.commands.ask("runs.mark_passed")
    assert opened.current is not None
    assert opened.current.id == "testruns"
    assert "Choose the rows for “Mark as passed” here" in opened.statusBar().currentMessage()


def test_what_cannot_be_done_there_is_said(opened: MainWindow) -> None:
    opened.context.commands.ask("trace.edit")
    assert opened.current is not None
    assert opened.current.id == "traceability"
    assert "“Edit” cannot be done here now." in opened.statusBar().currentMessage()


def test_undo_is_found_by_its_name_alone(opened: MainWindow) -> None:
    commands = opened.context.commands
    commands.add(
        Command("testing.undo", "Undo", lambda: None, title=lambda: "Undo Replace the file of the pack", by_name=True)
    )
    for typed in ("the pack", "replace the file", "deliverables of the pack", "file"):
        assert "testing.undo" not in [one.run.args[0] for one in commands.find(typed) if hasattr(one.run, "args")]
    for typed in ("u", "undo", "undo replace", ""):
        assert "Undo Replace the file of the pack" in [one.text for one in commands.find(typed)]


def test_what_is_off_stands_last_and_is_not_chosen(opened: MainWindow, qtbot) -> None:
    dialog = PaletteDialog(opened, opened.context.commands, opened.context.theme)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(dialog.search, "redo")
    off = next(place for place, one in enumerate(dialog.found()) if one.text.startswith("Redo"))
    assert not dialog.found()[off].ready
    assert all(not one.ready for one in dialog.found()[off:])
    dialog.list.setCurrentRow(off)
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.chosen is None
    dialog.close()


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
    begin = thread_time()
    for typed in ("a", "exp", "workspace", "filter"):
        opened.context.commands.find(typed)
    assert (thread_time() - begin) / 4 < 0.1


def menus(window: MainWindow) -> list[str]:
    """The menus of the menu bar by their words."""
    return [action.text().replace("&", "") for action in window.menuBar().actions()]


def test_every_menu_is_in_sight_at_1024(opened: MainWindow) -> None:
    visit_all(opened)
    opened.resize(1024, 768)
    opened.show()
    settle()
    bar = opened.menuBar()
    spare = [one for one in bar.findChildren(QToolButton) if one.objectName() == "qt_menubar_ext_button"]
    assert [one for one in spare if one.isVisible()] == []
    edges = [bar.actionGeometry(action).right() for action in bar.actions()]
    assert max(edges) * 1.25 < bar.width(), "the rest is for larger letters"


def test_a_menu_and_what_it_holds_are_reached_by_keys_of_their_own(opened: MainWindow) -> None:
    visit_all(opened)
    bar = opened.menuBar()
    for place in (bar, *(action.menu() for action in bar.actions())):
        words = [action.text() for action in place.actions() if action.menu() is not None]
        letters = [text[text.index("&") + 1].lower() for text in words]
        assert len(set(letters)) == len(letters), words


def test_a_stage_holds_a_menu_for_each_page_and_what_stands_alone_by_itself(opened: MainWindow) -> None:
    visit_all(opened)
    stage = next(one for one in opened.menuBar().actions() if one.text().replace("&", "") == "Data").menu()
    assert [one.text().replace("&", "") for one in stage.actions()] == ["Cleanse", "Show the finding", "Check again"]
    inner = stage.actions()[0].menu()
    assert "findings.accept" in [one.objectName() for one in inner.actions()]


def test_a_menu_without_a_free_letter_keeps_its_words() -> None:
    assert with_mnemonics(["Go", "Log", "Gl", "Help"], ["Help"]) == ["&Go", "&Log", "Gl", "&Help"]


def test_the_commands_of_a_page_go_with_its_workspace(opened: MainWindow, own_home: Path) -> None:
    commands = opened.context.commands
    before = {command.id for command in commands.all() if not command.page}
    folder = opened.context.workspace.folder
    visit_all(opened)
    assert menus(opened) == [*MENUS[:-1], *STAGES, MENUS[-1]]
    opened.show_page("overview")
    opened.door.create(own_home / "workspaces" / "other", "Other Energy Limited", "OTHE")
    assert opened.context.workspace.folder != folder
    assert opened.current is not None
    assert opened.current.id == "overview"
    assert {command.id for command in commands.all() if not command.page} == before
    assert all(command.stands_in for command in commands.all() if command.page)
    visit_all(opened)
    opened.close_workspace()
    assert {command.id for command in commands.all()} == before
    assert menus(opened) == [*MENUS[:-1], HANDING_OVER, MENUS[-1]], "a round of sync can be asked for everywhere"


def test_the_commands_of_a_page_are_known_before_it_is_built(opened: MainWindow) -> None:
    commands = opened.context.commands
    known = said_of(commands.all())
    assert all(command.stands_in for command in commands.all() if command.page)
    visit_all(opened)
    assert [command.id for command in commands.all() if command.stands_in] == []
    assert said_of(commands.all()) == known, "run `python -m ui.known_commands` and keep what it writes"

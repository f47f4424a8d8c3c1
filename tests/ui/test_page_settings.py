"""The Settings page: right values are taken and undone, wrong ones refused at their field."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from desk_steps import (
    banner,
    buttons,
    choose,
    copied,
    fill,
    kept,
    noon,
    portfolio_file,
    press,
    rows,
    run,
    said,
    take_file,
    texts,
    when_asked,
)
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from window_care import settle

from desktop.cleanse.model import Outcome
from ui.dialogs.form import FormDialog
from ui.main_window import MainWindow
from ui.pages.payloads import ShowSection
from ui.pages.settings import SECTIONS, SettingsPage
from ui.theme.theme import Appearance
from ui.widgets.settings_content import PackChangesDialog


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one portfolio of 200 rows, checked."""
    folder = tmp_path_factory.mktemp("settings")
    return kept(folder / "acme", noon, portfolio_file(folder / "p.csv", 200))


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> SettingsPage:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("settings")
    settle()
    assert isinstance(window.current, SettingsPage)
    return window.current


def go(page: SettingsPage, section: str) -> None:
    """Walk to a section with the arrow keys."""
    wanted = [name for name, _, _ in SECTIONS].index(section)
    page.list.setFocus()
    page.list.setCurrentRow(0)
    for _ in range(wanted):
        QTest.keyClick(page.list, Qt.Key.Key_Down)
    assert page.stack.currentWidget() is page.sections[section]
    settle()


def refused(field: str, **values: str) -> tuple[list[str], list[bool]]:
    """Fill the next form with these, expect it to point at `field`, and give up."""
    words: list[str] = []
    there: list[bool] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        fill(dialog, **values)
        words.append(dialog.wrong.text())
        there.append(dialog.focusWidget() is dialog.fields[field])

    when_asked(drive)
    return words, there


def test_the_sections_are_reached_by_key_and_the_last_one_is_remembered(page: SettingsPage, window: MainWindow) -> None:
    go(page, "checks")
    window.door.open(window.context.workspace.folder)
    window.show_page("settings")
    assert isinstance(window.current, SettingsPage)
    assert window.current.list.currentRow() == [name for name, _, _ in SECTIONS].index("checks")
    window.show_page("settings", ShowSection("backups"))
    assert window.current.stack.currentWidget() is window.current.sections["backups"]


def test_the_organisation_is_changed_and_undone(page: SettingsPage, window: MainWindow) -> None:
    asked = when_asked(lambda d: fill(d, name="Beacon Power Limited", short_name="beacon", notes="Two licences"))
    press(page, "Edit the organisation…")
    assert asked == ["The organisation"]
    assert "Beacon Power Limited" in texts(page)
    assert "BEACON" in texts(page)
    assert window.windowTitle() == "Beacon Power Limited – MHHS Desk"
    run(window, "edit.undo")
    assert "Acme Energy Supply Limited" in texts(page)
    assert window.windowTitle() == "Acme Energy Supply Limited – MHHS Desk"


def test_a_wrong_short_name_is_told_at_its_field(page: SettingsPage) -> None:
    words, there = refused("short_name", short_name="A company")
    press(page, "Edit the organisation…")
    assert there == [True]
    assert words[0].startswith("The short name is 2 to 12 letters or digits")
    assert page.context.workspace.participant.get().short_name == "ACME"


def test_the_scope_chooses_the_recipients_and_can_be_edited_and_removed(page: SettingsPage, window: MainWindow) -> None:
    section = page.sections["participant"]
    words, there = refused("mpid", mpid="ACM1")
    press(section, "Add…")
    assert (words, there) == (["An MPID is four letters, such as ACME."], [True])
    when_asked(lambda d: fill(d, mpid="acme", role="supplier"))
    press(section, "Add…")
    assert rows(section.scopes.list)[0][0] == "ACME"
    assert "because you act as: Supplier" in texts(section)
    when_asked(lambda d: fill(d, reliance="full"))
    QTest.keyClick(section.scopes.list, Qt.Key.Key_Return)
    settle()
    assert rows(section.scopes.list)[0][4] == "Full"
    QTest.keyClick(section.scopes.list, Qt.Key.Key_Delete)
    settle()
    assert rows(section.scopes.list) == []
    assert "None yet: they follow from the market roles" in texts(section)
    run(window, "edit.undo")
    assert rows(section.scopes.list)[0][0] == "ACME"


def test_people_are_added_edited_and_removed(page: SettingsPage, window: MainWindow) -> None:
    go(page, "people")
    section = page.sections["people"]
    words, there = refused("email", name="Robin", email="robin")
    press(section, "Add…")
    assert (words, there) == (["“robin” is not an e-mail address."], [True])
    words, there = refused("name", position="Manager")
    press(section, "Add…")
    assert (words, there) == (["A contact needs a name."], [True])
    when_asked(lambda d: fill(d, name="Robin", email="robin@acme.example"))
    press(section, "Add…")
    assert rows(section.contacts.list)[0][1:4] == ("Robin", "", "robin@acme.example")
    when_asked(lambda d: fill(d, position="Data lead"))
    press(section, "Edit…")
    assert rows(section.contacts.list)[0][2] == "Data lead"
    press(section, "Remove")
    assert rows(section.contacts.list) == []
    run(window, "edit.undo")
    assert rows(section.contacts.list)[0][1] == "Robin"


def choose_check(page: SettingsPage, check: str) -> None:
    table = page.sections["checks"].checks.list
    table.selectRow(next(row for row, line in enumerate(rows(table)) if line[0] == check))


def test_a_check_is_explained_with_its_source_and_settings(page: SettingsPage) -> None:
    go(page, "checks")
    choose_check(page, "FIL-03")
    said_of_it = page.sections["checks"].detail.text()
    for part in ("How it is mended: ", "Source: ", "Settings: Max days: "):
        assert part in said_of_it


def test_a_wrong_setting_of_a_check_is_told_at_its_field(page: SettingsPage) -> None:
    go(page, "checks")
    choose_check(page, "FIL-03")
    _, there = refused("max_days", max_days="many")
    press(page.sections["checks"], "Edit…")
    assert there == [True]
    choose_check(page, "TMP-07")
    _, there = refused("planned_migration_date", planned_migration_date="soon")
    press(page.sections["checks"], "Edit…")
    assert there == [True]


def test_a_check_that_is_switched_off_is_skipped_in_the_next_run_and_undo_switches_it_on(
    page: SettingsPage, window: MainWindow
) -> None:
    go(page, "checks")
    choose_check(page, "FMT-01")
    when_asked(lambda d: fill(d, on="no"))
    press(page.sections["checks"], "Edit…")
    assert next(line for line in rows(page.sections["checks"].checks.list) if line[0] == "FMT-01")[4] == "No"
    cleanse = window.context.workspace.cleanse
    result = cleanse.run(1, date(2026, 11, 23))
    assert next(one for one in result.outcomes if one.check_id == "FMT-01").outcome is Outcome.SKIPPED
    run(window, "edit.undo")
    assert next(line for line in rows(page.sections["checks"].checks.list) if line[0] == "FMT-01")[4] == "Yes"
    result = cleanse.run(1, date(2026, 11, 23))
    assert next(one for one in result.outcomes if one.check_id == "FMT-01").outcome is not Outcome.SKIPPED


def test_another_severity_counts_from_the_next_run(page: SettingsPage, window: MainWindow) -> None:
    go(page, "checks")
    cleanse = window.context.workspace.cleanse
    found = cleanse.findings()
    check = str(found.page(0, 1)[0][1])
    choose_check(page, check)
    when_asked(lambda d: fill(d, severity="Low"))
    press(page.sections["checks"], "Edit…")
    cleanse.run(1, date(2026, 11, 23))
    again = cleanse.findings()
    assert {line[0] for line in again.page(0, again.count()) if line[1] == check} == {"Low"}


def own_milestones(path: Path, page: SettingsPage) -> Path:
    pack = page.context.workspace.content.pack("milestones")
    body = {
        "milestones": [{**one, "title": "Ours"} if n == 0 else one for n, one in enumerate(pack.body["milestones"])]
    }
    path.write_text(
        json.dumps(
            {"kind": "milestones", "version": "2027.1", "status": "official", "source": "Our own copy",
             "date": "2026-11-20", "body": body}
        ),
        encoding="utf-8",
    )  # fmt: skip
    return path


def test_a_pack_is_taken_after_its_changes_are_shown_and_put_back_again(
    page: SettingsPage, window: MainWindow, own_home: Path
) -> None:
    go(page, "content")
    section = page.sections["content"]
    path = own_milestones(own_home / "milestones.json", page)
    changes: list[str] = []

    def file_dialog(dialog: QDialog) -> None:
        def compare(next_one: QDialog) -> None:
            assert isinstance(next_one, PackChangesDialog)
            changes.append(texts(next_one))
            press(next_one, "Use version 2027.1")

        when_asked(compare)
        take_file(dialog, path)

    when_asked(file_dialog)
    press(section, "Take a pack from a file…")
    assert "1 value differs from the pack in use." in changes[0]
    line = next(one for one in rows(section.packs.list) if one[1] == "2027.1")
    assert line[2] == "official, your own"
    section.packs.list.selectRow(rows(section.packs.list).index(line))
    press(section, "Back to the shipped one")
    assert not [one for one in rows(section.packs.list) if one[1] == "2027.1"]
    run(window, "edit.undo")
    assert [one for one in rows(section.packs.list) if one[1] == "2027.1"]


def test_a_file_that_is_no_pack_is_refused_in_a_sentence(
    page: SettingsPage, window: MainWindow, own_home: Path
) -> None:
    go(page, "content")
    (own_home / "wrong.json").write_text('{"kind": "weather"}', encoding="utf-8")
    choose(own_home / "wrong.json")
    press(page.sections["content"], "Take a pack from a file…")
    assert "wrong.json" in banner(window)


def test_a_copy_of_a_pack_can_be_saved_and_taken_again(page: SettingsPage, own_home: Path) -> None:
    go(page, "content")
    choose(own_home / "copy.json")
    press(page.sections["content"], "Save a copy…")
    _, changes = page.context.workspace.content.compare(own_home / "copy.json")
    assert changes == ()


def test_backups_are_made_listed_and_kept_files_looked_at(
    page: SettingsPage, window: MainWindow, own_home: Path
) -> None:
    go(page, "backups")
    section = page.sections["backups"]
    before = len(rows(section.backups.list))
    press(section, "Back up now")
    assert len(rows(section.backups.list)) == before + 1
    assert said(window).startswith("Backed up and verified: ")
    press(section, "Check the kept files")
    assert said(window) == "Every kept file is whole."
    kept_files = (window.context.workspace.folder / "snapshots").rglob("*")
    snapshot = next(one for one in kept_files if one.is_file())
    snapshot.chmod(0o600)
    snapshot.write_bytes(b"damaged")
    press(section, "Check the kept files")
    assert banner(window).startswith("1 kept file is damaged; no kept file is missing.")
    (own_home / "away").mkdir()
    choose(own_home / "away")
    press(section, "Back up to a file…")
    assert list((own_home / "away").iterdir())


def test_colours_change_at_once(page: SettingsPage, window: MainWindow) -> None:
    go(page, "appearance")
    section = page.sections["appearance"]
    for appearance in (Appearance.DARK, Appearance.CONTRAST, Appearance.LIGHT):
        section.choices[appearance].setFocus()
        QTest.keyClick(section.choices[appearance], Qt.Key.Key_Space)
        assert window.context.theme.appearance is appearance
    window.context.commands.run("appearance.dark")
    assert section.choices[Appearance.DARK].isChecked()


def test_nothing_can_be_written_when_the_workspace_is_open_for_reading_only(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    window.door.open(copied(template, own_home / "acme"), read_only=True)
    window.show_page("settings")
    page = window.current
    assert isinstance(page, SettingsPage)
    on: dict[str, list[str]] = {}
    for name, _, _ in SECTIONS:
        go(page, name)
        on[name] = [words for words, enabled in buttons(page.sections[name]).items() if enabled]
    assert on["participant"] == on["people"] == on["checks"] == on["tables"] == []
    assert on["content"] == ["Save a copy…", "Milestones…"]
    assert on["backups"] == ["Back up to a file…", "Check the kept files"]


def test_industry_tables_are_chosen_listed_missed_and_forgotten(
    page: SettingsPage, window: MainWindow, own_home: Path
) -> None:
    go(page, "tables")
    section = page.sections["tables"]
    assert "No industry tables." in texts(section)
    folder = own_home / "mdd"
    folder.mkdir()
    choose(folder)
    press(section, "Choose a folder…")
    assert "holds none of the tables that the checks use" in banner(window)
    assert window.context.workspace.settings.get().standing_folder == ""
    table = folder / "Standard_Settlement_Configuration_377.csv"
    table.write_text("Standard Settlement Configuration Id\n393\n", encoding="utf-8")
    choose(folder)
    press(section, "Choose a folder…")
    assert f"Folder: {folder}" in texts(section)
    assert ("Standard Settlement Configuration", "377", "1") in rows(section.tables.list)
    assert ("Market Participant", "Not in this folder", "") in rows(section.tables.list)
    table.unlink()
    page.refresh(page.subjects)
    assert "holds none of the tables" in section.trouble.text()
    press(section, "Forget the folder")
    assert "No industry tables." in texts(section)
    assert section.trouble.text() == ""
    run(window, "edit.undo")
    assert f"Folder: {folder}" in texts(section)


def test_after_how_many_days_an_answer_is_missed_is_typed_kept_and_undone(
    page: SettingsPage, window: MainWindow
) -> None:
    go(page, "calendar")
    field = page.sections["calendar"].unanswered
    assert (field.minimum(), field.maximum(), field.value()) == (1, 250, 10)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert page.context.workspace.settings.get().unanswered_days == 3
    field.selectAll()
    QTest.keyClicks(field, "251")  # the last figure finds no room
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert page.context.workspace.settings.get().unanswered_days == 25
    run(window, "edit.undo")
    assert field.value() == 3
    assert page.context.workspace.history.verify().ok

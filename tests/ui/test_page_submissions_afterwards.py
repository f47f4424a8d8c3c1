"""What becomes of a submission, as a person does it on the page: frozen, exported, sent, answered, corrected."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from desk_steps import banner, buttons, choose, copied, fill, press, run, said, texts, when_asked
from PySide6.QtWidgets import QDialog, QPushButton
from submission_steps import REPORT, exported, freeze, made, now, put_cursor, shown, window_of
from test_accessibility import check_names
from window_care import settle

from desktop.submissions.model import EventKind, RecipientState, SubmissionState
from ui.dialogs.submission_export import ExportDialog, ExportedDialog
from ui.dialogs.submission_freeze import FOR_EVER
from ui.dialogs.submission_prepare import PrepareSubmissionDialog
from ui.main_window import MainWindow
from ui.pages.submissions import SubmissionsPage
from ui.widgets.menu_button import MenuButton
from ui.widgets.submission_shown import read_shown


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("submissions")
    return made(folder / "acme", folder)


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> SubmissionsPage:
    return shown(window, copied(template, own_home / "acme"))


def say_menus(page: SubmissionsPage) -> list[MenuButton]:
    return [one for one in page.pane.status.findChildren(MenuButton) if one.isVisibleTo(page)]


def entries(menu: MenuButton) -> list[str]:
    return [one.text() for one in menu.menu_of.actions() if one.text()]


def states(page: SubmissionsPage, name: str = REPORT) -> dict[str, RecipientState]:
    return {one.recipient: one.state for one in now(page, name).recipients}


def test_freezing_says_plainly_that_it_is_for_ever_and_then_offers_the_export(page: SubmissionsPage) -> None:
    put_cursor(page, REPORT)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        check_names(dialog)
        seen.append(texts(dialog))

    when_asked(drive)
    run(window_of(page), "submissions.freeze")
    assert FOR_EVER in seen[0]
    assert now(page, REPORT).state is SubmissionState.DRAFT, "it was only asked"
    one = freeze(page)
    assert one.state is SubmissionState.FROZEN
    assert said(window_of(page)) == f"Done: {REPORT} v1 is frozen"
    assert [made_now.text() for made_now in page.pane.primary()] == ["Export…"]
    assert "Frozen, not exported" in texts(page.pane.status)
    found = buttons(page.pane)
    assert "Edit…" not in found
    assert "Remove the draft…" not in found
    assert not window_of(page).context.commands.action("submissions.edit").isEnabled()


def test_the_pane_reads_the_versions_of_one_reference_and_not_every_submission(
    page: SubmissionsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, one = page.context.workspace, now(page, REPORT)
    read: list[object] = []
    monkeypatch.setattr(workspace.submissions, "submissions", lambda *_args: read.append(_args) or ())
    found = read_shown(workspace, one.id)
    assert [other.id for other in found.versions] == [one.id]
    assert read == []


def test_an_export_shows_the_names_before_it_writes_and_remembers_the_folder(
    page: SubmissionsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[Path] = []
    monkeypatch.setattr("ui.dialogs.submission_export.show_folder", folders.append)
    one = freeze(page)
    names = page.context.workspace.submissions.file_names(one.id)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ExportDialog)
        check_names(dialog)
        seen.append(texts(dialog))
        dialog.path.setText(str(tmp_path / "nowhere"))
        dialog.verb.click()
        seen.append(dialog.wrong.text())
        dialog.path.setText(str(tmp_path))
        dialog.boxes["DIP"].setChecked(False)

        def told(after: QDialog) -> None:
            assert isinstance(after, ExportedDialog)
            seen.append(texts(after))
            press(after, "Show in folder")

        when_asked(told)
        dialog.verb.click()

    when_asked(drive)
    press(page.pane, "Export…")
    assert names["BSC"][0] in seen[0]
    assert "it does not send them" in seen[0]
    assert f"There is no folder {tmp_path / 'nowhere'}." in seen[1]
    assert "It is exported, not sent." in seen[2]
    assert folders == [tmp_path / names["BSC"][0]]
    assert (tmp_path / names["BSC"][0]).exists()
    assert states(page)["BSC"] is RecipientState.EXPORTED
    assert states(page)["DIP"] is RecipientState.FROZEN
    page.verbs.show_export(names["BSC"][0])
    assert "is not in" not in said(window_of(page))
    again: list[str] = []
    when_asked(lambda dialog: again.append(dialog.path.text()) if isinstance(dialog, ExportDialog) else None)
    run(window_of(page), "submissions.export")
    assert again == [str(tmp_path)]


def test_nobody_is_exported_to_when_no_box_is_ticked(page: SubmissionsPage) -> None:
    freeze(page)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ExportDialog)
        for box in dialog.boxes.values():
            box.setChecked(False)
        assert not dialog.verb.isEnabled()
        assert not dialog.other_form.isVisibleTo(dialog)
        dialog.form.setCurrentIndex(1)
        assert dialog.other_form.isVisibleTo(dialog)
        assert dialog.wanted().as_zip is True

    assert when_asked(drive) is not None
    run(window_of(page), "submissions.export")


def test_a_frozen_file_is_saved_byte_for_byte(page: SubmissionsPage, tmp_path: Path) -> None:
    one = freeze(page)
    file = next(other for other in page.context.workspace.submissions.files(one.id) if other.role == "workbook")
    choose(tmp_path / "copy.xlsx")
    page.verbs.save_file(file)
    settle()
    assert sha256((tmp_path / "copy.xlsx").read_bytes()).hexdigest() == file.sha256
    words = [one.text() for one in page.pane.status.findChildren(QPushButton)]
    assert any(text.startswith(f"Save a copy of {file.name} (") for text in words)


def test_each_recipient_goes_its_own_way_and_what_may_follow_is_a_menu(page: SubmissionsPage, tmp_path: Path) -> None:
    exported(page, tmp_path / "out")
    assert "Exported, not sent as far as we know" in texts(page.pane.status)
    menus = say_menus(page)
    assert entries(menus[0]) == ["Handed over…", "Received…"]
    when_asked(lambda dialog: fill(dialog, day="23/11/2026", their_ref="T-77", note="By e-mail"))
    menus[0].menu_of.actions()[0].trigger()
    settle()
    told = texts(page.pane.status)
    assert "Handed over, no receipt yet" in told
    assert "their reference T-77" in told
    assert list(states(page).values()).count(RecipientState.EXPORTED) == 2, "the others are as they were"
    when_asked(fill)
    page.verbs.say(EventKind.RECEIVED, "BSC")
    settle()
    told = texts(page.pane.status)
    assert "Received, not reviewed" in told
    assert "Accepted" not in told.replace("received is not accepted", "")


def test_changes_requested_needs_a_note_and_then_a_new_version_is_next(page: SubmissionsPage, tmp_path: Path) -> None:
    one = exported(page, tmp_path / "out")
    page.context.workspace.submissions.say(one.id, EventKind.HANDED_OVER)
    window_of(page).refresh_page()
    put_cursor(page, REPORT)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        check_names(dialog)
        fill(dialog)
        settle()
        seen.append(texts(dialog))
        fill(dialog, note="Explain row 7")

    when_asked(drive)
    run(window_of(page), "submissions.changes_requested")
    assert "Say which changes they ask for." in seen[0]
    assert "Changes requested" in texts(page.pane.status)
    assert [made_now.text() for made_now in page.pane.primary()] == ["New version…"]
    when_asked(lambda dialog: fill(dialog, reason="Row 7 is explained"))
    press(page.pane, "New version…")
    newer = now(page, REPORT)
    assert (newer.version, newer.state) == (2, SubmissionState.DRAFT)
    assert page.chosen() == newer
    page.pane.show_tab("History")
    assert f"{REPORT} v2: Draft (shown)" in texts(page.pane.history)
    versions = [
        other for other in page.pane.history.findChildren(QPushButton) if other.text().startswith(f"{REPORT} v1")
    ]
    versions[0].click()
    settle()
    chosen = page.chosen()
    assert chosen is not None
    assert chosen.version == 1
    assert "New version…" not in buttons(page.pane), "a newer one is under way"
    freeze(page, f"{REPORT} v2")
    assert now(page, f"{REPORT} v1").state is SubmissionState.SUPERSEDED
    put_cursor(page, f"{REPORT} v1")
    assert "Export…" in buttons(page.pane), "what was sent can be written again"
    assert "Withdraw…" not in buttons(page.pane)


def test_what_was_said_by_mistake_is_taken_back_and_stays_in_what_happened(
    page: SubmissionsPage, tmp_path: Path
) -> None:
    one = exported(page, tmp_path / "out")
    page.context.workspace.submissions.say(one.id, EventKind.HANDED_OVER, "BSC")
    window_of(page).refresh_page()
    put_cursor(page, REPORT)
    assert entries(say_menus(page)[0])[-1] == "It was not handed over: take it back…"
    when_asked(lambda dialog: fill(dialog, reason="Another one was meant"))
    run(window_of(page), "submissions.mistake")
    assert states(page)["BSC"] is RecipientState.EXPORTED
    page.pane.show_tab("History")
    told = texts(page.pane.history)
    assert "taken back: it was a mistake" in told
    assert "Another one was meant" in told
    assert not window_of(page).context.commands.action("submissions.mistake").isEnabled()


def test_a_withdrawal_asks_for_a_reason_and_is_a_record(page: SubmissionsPage) -> None:
    freeze(page)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        fill(dialog)
        settle()
        seen.append(texts(dialog))
        fill(dialog, reason="Sent too early")

    when_asked(drive)
    press(page.pane, "Withdraw…")
    assert "Say why it is withdrawn." in seen[0]
    assert now(page, REPORT).state is SubmissionState.WITHDRAWN
    assert page.pane.look.words.text() == "Withdrawn"
    assert not page.pane.primary()
    assert "Freeze…" not in buttons(page.pane)
    assert "Sent too early" in page.pane.next.text()
    assert page.pane.next.text().startswith("Withdrawn on ")
    assert "say each when it happens" not in texts(page.pane.status)

    def prepare(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareSubmissionDialog)
        dialog.verb.click()

    when_asked(prepare)
    press(page.pane, "Prepare another…")
    chosen = page.chosen()
    assert chosen is not None
    assert (chosen.state, chosen.details.title) == (SubmissionState.DRAFT, now(page, REPORT).details.title)


def test_what_cannot_follow_is_said_and_asks_nothing(page: SubmissionsPage) -> None:
    freeze(page)
    page.verbs.say(EventKind.ACCEPTED)
    assert "cannot follow" in said(window_of(page))
    assert not banner(window_of(page))


def test_a_file_that_is_not_in_the_folder_any_more_is_said(page: SubmissionsPage, tmp_path: Path) -> None:
    exported(page, tmp_path / "out")
    page.verbs.show_export("gone.xlsx")
    assert "gone.xlsx is not in" in said(window_of(page))


def test_a_failed_export_is_told_in_a_banner_and_nothing_is_noted(page: SubmissionsPage, tmp_path: Path) -> None:
    one = freeze(page)
    name = page.context.workspace.submissions.file_names(one.id)["BSC"][0]
    (tmp_path / name).write_text("something else")

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ExportDialog)
        dialog.path.setText(str(tmp_path))
        dialog.verb.click()

    when_asked(drive)
    run(window_of(page), "submissions.export")
    assert "is there already, with something else in it" in banner(window_of(page))
    assert (tmp_path / name).read_text() == "something else"
    assert states(page)["BSC"] is RecipientState.FROZEN


def test_the_list_tells_exported_from_accepted_and_keeps_the_columns_after_the_title_in_sight(
    page: SubmissionsPage, own_home: Path
) -> None:
    one = exported(page, own_home / "out")
    table = page.panel.table
    section, title = page.panel.model.section("stands"), page.panel.model.section("title")
    row = page.panel.table.currentIndex().row()
    assert page.panel.model.index(row, section).data() == "Exported only"
    submissions = page.context.workspace.submissions
    for kind in (EventKind.HANDED_OVER, EventKind.ACCEPTED):
        submissions.say(one.id, kind)
    window_of(page).refresh_page()
    settle()
    assert page.panel.model.index(page.panel.table.currentIndex().row(), section).data() != "Exported only"
    assert table.columnWidth(title) > 0
    window_of(page).resize(1280, 800)
    settle()
    assert table.horizontalHeader().length() <= table.viewport().width()


def test_of_a_superseded_version_it_is_said_that_a_newer_one_exists(page: SubmissionsPage) -> None:
    one = page.submissions()[0]
    for state, newer in ((SubmissionState.FROZEN, False), (SubmissionState.SUPERSEDED, True)):
        dialog = ExportedDialog(page, replace(one, state=state), ())
        assert ("A newer version was frozen after it" in texts(dialog)) is newer
        dialog.deleteLater()

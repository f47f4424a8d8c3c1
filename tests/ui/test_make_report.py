"""Making the report: for whom, how much of the MPANs, where to; remembered, or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_steps import banner, choose, copied, kept, noon, portfolio_file, press, run, said, texts, when_asked
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from desktop.participant.model import Scope
from desktop.report.privacy import MpanChoice
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.make_report import MakeReportDialog
from ui.main_window import MainWindow


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of a supplier with one portfolio of 200 rows, checked."""
    folder = tmp_path_factory.mktemp("report")
    made = kept(folder / "acme", noon, portfolio_file(folder / "p.csv", 200))
    from desktop.app import Workspace

    with Workspace.open(made, actor="Pat", clock=noon) as workspace:
        workspace.participant.save_scope(Scope("ACME", "supplier"))
    return made


@pytest.fixture
def desk(window: MainWindow, template: Path, own_home: Path) -> MainWindow:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("overview")
    return window


def answer(path: Path, choice: MpanChoice, *, recipient: int = 0, lists: bool = False) -> list[str]:
    """Answer the next report dialog as a person does, and the question after it; the titles of both."""
    titles: list[str] = []

    def after(dialog: QDialog) -> None:
        assert isinstance(dialog, ConfirmDialog)
        titles.append(texts(dialog))
        dialog.reject()

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MakeReportDialog)
        titles.append(dialog.windowTitle())
        dialog.recipient.setFocus()
        for _ in range(recipient):
            QTest.keyClick(dialog.recipient, Qt.Key.Key_Down)
        dialog.choices[choice].setFocus()
        QTest.keyClick(dialog.choices[choice], Qt.Key.Key_Space)
        if lists:
            dialog.lists.setFocus()
            QTest.keyClick(dialog.lists, Qt.Key.Key_Space)
        dialog.path.setFocus()
        dialog.path.selectAll()
        QTest.keyClicks(dialog.path, str(path))
        press(dialog, "Make the report")
        if not dialog.isVisible():
            when_asked(after)
        else:
            titles.append(dialog.wrong.text())

    when_asked(drive)
    return titles


def test_the_report_is_written_where_it_was_wanted(desk: MainWindow, own_home: Path) -> None:
    titles = answer(own_home / "r.xlsx", MpanChoice.LAST_FOUR)
    run(desk, "report.make")
    assert titles[0] == "Make the report"
    assert "r.xlsx" in titles[1]
    assert said(desk) == f"The report is written: {own_home / 'r.xlsx'}"
    book = load_workbook(own_home / "r.xlsx", read_only=True)
    assert len(book.sheetnames) > 3
    book.close()


def test_with_a_fix_list_for_each_owner(desk: MainWindow, own_home: Path) -> None:
    titles = answer(own_home / "r.xlsx", MpanChoice.FULL, lists=True)
    run(desk, "report.make")
    made = sorted(path.name for path in own_home.glob("*.xlsx"))
    assert len(made) > 1
    assert all(name in titles[1] for name in made)
    assert f" and {len(made) - 1} fix list" in said(desk)


def test_there_are_no_fix_lists_of_counts(desk: MainWindow) -> None:
    seen: list[bool] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MakeReportDialog)
        for choice in (MpanChoice.COUNTS, MpanChoice.FULL):
            dialog.choices[choice].click()
            seen.append(dialog.lists.isEnabled())

    when_asked(drive)
    run(desk, "report.make")
    assert seen == [False, True]


def test_the_choice_of_mpans_is_remembered_for_each_recipient_and_the_folder_for_all(
    desk: MainWindow, own_home: Path
) -> None:
    (own_home / "out").mkdir()
    answer(own_home / "out" / "own.xlsx", MpanChoice.FULL)
    run(desk, "report.make")
    answer(own_home / "out" / "body.xlsx", MpanChoice.COUNTS, recipient=1)
    run(desk, "report.make")
    seen: list[tuple[str, MpanChoice, str]] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, MakeReportDialog)
        for place in range(2):
            dialog.recipient.setCurrentIndex(place)
            wanted = dialog.wanted()
            seen.append((wanted.recipient, wanted.choice, wanted.path.name))
            assert wanted.path.parent == own_home / "out"

    when_asked(look)
    run(desk, "report.make")
    assert [choice for _, choice, _ in seen] == [MpanChoice.FULL, MpanChoice.COUNTS]
    assert seen[0][0] == ""
    assert seen[0][2] == "ACME Data cleanse progress report 2026-11-23.xlsx"
    assert seen[0][2] != seen[1][2]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere/r.xlsx", "There is no folder "),
        ("r.pdf", "The report is an Excel workbook: its name ends in .xlsx."),
        ("", "The report is an Excel workbook: its name ends in .xlsx."),
    ],
)
def test_a_place_that_will_not_do_is_told_in_the_dialog(
    desk: MainWindow, own_home: Path, path: str, words: str
) -> None:
    titles = answer(own_home / path if path else Path(), MpanChoice.FULL)
    run(desk, "report.make")
    assert titles[1].startswith(words)
    assert list(own_home.glob("*.xlsx")) == []


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left(desk: MainWindow, own_home: Path) -> None:
    # A folder of that name stands where the workbook should go.
    (own_home / "r.xlsx").mkdir()
    (own_home / "r.xlsx" / "in it").touch()

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MakeReportDialog)
        dialog.path.setText(str(own_home / "r.xlsx"))
        press(dialog, "Make the report")

    when_asked(drive)
    run(desk, "report.make")
    assert "r.xlsx" in banner(desk)
    assert [path.name for path in (own_home / "r.xlsx").iterdir()] == ["in it"]
    assert not list(own_home.glob("*.tmp")) + list(own_home.glob(".*xlsx*"))


def test_choose_offers_a_file_dialog_and_adds_the_ending(desk: MainWindow, own_home: Path) -> None:
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MakeReportDialog)
        choose(own_home / "mine")
        press(dialog, "Choose…")
        seen.append(dialog.path.text())

    when_asked(drive)
    run(desk, "report.make")
    assert seen == [str(own_home / "mine.xlsx")]


def test_before_the_first_run_there_is_nothing_to_report(opened: MainWindow) -> None:
    run(opened, "report.make")
    assert banner(opened)
    assert "Traceback" not in banner(opened)


def test_a_workspace_open_for_reading_only_can_make_reports_too(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    window.door.open(copied(template, own_home / "acme"), read_only=True)
    answer(own_home / "r.xlsx", MpanChoice.LAST_FOUR)
    run(window, "report.make")
    assert (own_home / "r.xlsx").is_file()

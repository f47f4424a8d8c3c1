"""The menu More of submissions as a person uses it: reviews and answers, packs, comparing, the register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_steps import banner, copied, fill, press, rows, run, texts, when_asked
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog
from submission_more_steps import (
    ANSWERS,
    came_back,
    comments_tab,
    first_file_then,
    made_answers,
)
from submission_steps import put_cursor, shown, window_of
from test_accessibility import check_names
from window_care import settle

from desktop.submissions.model import EventKind
from desktop.submissions.review.model import Comment, CommentSource, CommentState, Review
from ui.dialogs.form import FormDialog
from ui.dialogs.review_import import NOBODY, ReviewDialog
from ui.main_window import MainWindow
from ui.pages.submissions import SubmissionsPage


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    return made_answers(folder / "acme", folder)


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> SubmissionsPage:
    return shown(window, copied(template, own_home / "acme"))


def comments(page: SubmissionsPage) -> list[tuple[str, str, str]]:
    return [(one.text, one.state.value, one.answer) for one in page.context.workspace.reviews.comments()]


def take_in(page: SubmissionsPage, path: Path, recipient: str = "BSC") -> None:
    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ReviewDialog)
        dialog.recipient.setCurrentIndex(dialog.recipient.findData(recipient))
        dialog.verb.click()

    first_file_then(path, drive)
    run(window_of(page), "submissions.import_review")


# -- reviews ----------------------------------------------------------------------------------------------------------


def test_a_reviewers_copy_is_shown_and_what_is_ticked_is_taken_in(page: SubmissionsPage, own_home: Path) -> None:
    path = came_back(page, own_home / "back.xlsx", "Why?", "Not needed", "Sign it", edit=True)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ReviewDialog)
        check_names(dialog)
        seen.extend((texts(dialog), dialog.verb.text(), dialog.tabs.tabText(1)))
        dialog.verb.click()
        assert "Choose the recipient that sent it." in texts(dialog)
        assert dialog.isVisible()
        dialog.recipient.setCurrentIndex(dialog.recipient.findData("REC"))
        assert "Choose the recipient that sent it." not in texts(dialog)
        dialog.comments.setCurrentCell(1, 0)
        QTest.keyClick(dialog.comments, Qt.Key.Key_Space)
        seen.append(dialog.verb.text())
        dialog.tabs.setCurrentIndex(1)
        seen.append(" ".join(rows(dialog.differences.list)[0]))
        dialog.state.setCurrentIndex(dialog.state.findData(EventKind.CHANGES_REQUESTED.value))
        dialog.verb.click()
        seen.append(dialog.wrong.text())
        dialog.state.setCurrentIndex(0)
        dialog.verb.click()

    first_file_then(path, drive)
    run(window_of(page), "submissions.import_review")
    assert "back.xlsx: ACME-PPIR-0001 v1" in seen[0]
    assert seen[1:4] == ["Take in 3 comments", "Differences (1)", "Take in 2 comments"]
    assert "Changed, though it was locked" in seen[4]
    assert "Something else" in seen[4]
    assert seen[5]  # it was not handed over, so changes cannot be requested: said in the dialog
    assert comments(page) == [("Why?", "open", ""), ("Sign it", "open", "")]
    assert {one.recipient for one in page.context.workspace.reviews.comments()} == {"REC"}
    run(window_of(page), "edit.undo")
    assert comments(page) == []


def test_what_stands_in_a_sheet_that_was_not_sent_is_shown(page: SubmissionsPage, own_home: Path) -> None:
    path = came_back(page, own_home / "back.xlsx", "Why?")
    book = load_workbook(path)
    book.create_sheet("My notes")["B2"] = "<b>Ask Jo</b> about row 7"
    book.save(path)
    seen: list[Any] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ReviewDialog)
        dialog.tabs.setCurrentIndex(1)
        seen.extend((texts(dialog), rows(dialog.differences.list)))
        dialog.reject()

    first_file_then(path, drive)
    run(window_of(page), "submissions.import_review")
    assert "“My notes” is a sheet that was not sent: 1 cell holds something" in seen[0]
    assert list(seen[1][-1]) == ["Sheet that was not sent", "My notes!B2", "", "<b>Ask Jo</b> about row 7"]


def test_what_is_here_already_depends_on_whose_review_it_is(page: SubmissionsPage, own_home: Path) -> None:
    path = came_back(page, own_home / "back.xlsx", "Why?", "Sign it")

    reviews = page.context.workspace.reviews
    reviews.take(path, reviews.read(path, recipient="BSC"))
    seen: list[str] = []

    def again(dialog: QDialog) -> None:
        assert isinstance(dialog, ReviewDialog)
        dialog.recipient.setCurrentIndex(dialog.recipient.findData("REC"))
        seen.append(dialog.verb.text())  # another recipient may say the same
        dialog.recipient.setCurrentIndex(dialog.recipient.findData("BSC"))
        seen.append(dialog.verb.text())
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    first_file_then(came_back(page, own_home / "back.xlsx", "Why?", "Sign it", "And?"), again)
    run(window_of(page), "submissions.import_review")
    assert seen == ["Take in 3 comments", "Take in 1 comment"]
    assert len(comments(page)) == 2


def test_a_reviewers_copy_can_be_dropped_on_the_page(page: SubmissionsPage, own_home: Path) -> None:
    path = came_back(page, own_home / "back.xlsx", "Why?")
    drop = page.drop([path], QPoint(5, 5))
    assert drop is not None
    assert "back.xlsx" in drop.words
    assert page.drop([path, path], QPoint(5, 5)) is None

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ReviewDialog)
        dialog.recipient.setCurrentIndex(dialog.recipient.findData("BSC"))
        dialog.verb.click()

    when_asked(drive)
    page.dropped([path], QPoint(5, 5))
    settle()
    assert comments(page) == [("Why?", "open", "")]


def test_what_cannot_be_read_is_said_and_a_file_without_a_name_is_asked_about(
    page: SubmissionsPage, own_home: Path
) -> None:
    broken = own_home / "broken.xlsx"
    broken.write_bytes(b"no workbook")
    first_file_then(broken)
    run(window_of(page), "submissions.import_review")
    assert "broken.xlsx" in banner(window_of(page))
    other = Workbook()
    other.active.append(["Budget"])
    other.save(own_home / "budget.xlsx")
    seen: list[str] = []

    def which(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        check_names(dialog)
        seen.append(texts(dialog))
        dialog.verb.click()

    first_file_then(own_home / "budget.xlsx", which)
    run(window_of(page), "submissions.import_review")
    assert "does not say which submission" in seen[0]
    assert "sheets" in banner(window_of(page))
    assert comments(page) == []


def test_of_several_submissions_none_is_guessed_but_from_the_name_of_the_file(
    page: SubmissionsPage, own_home: Path
) -> None:
    submissions = page.context.workspace.submissions
    newer, _ = submissions.new_version(submissions.by_ref(ANSWERS).id, "An answer was wrong")
    submissions.freeze(newer)
    seen: list[object] = []

    def which(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        chosen = dialog.fields["submission"]
        assert isinstance(chosen, QComboBox)
        seen.append(chosen.currentData())
        if not chosen.currentData():
            dialog.verb.click()
            assert dialog.isVisible()
            seen.append(dialog.wrong.text())

    for name in ("budget.xlsx", f"{ANSWERS}-v2 with our remarks.xlsx"):
        Workbook().save(own_home / name)
        first_file_then(own_home / name, which)
        run(window_of(page), "submissions.import_review")
    assert seen == ["", "Say which submission it is a copy of.", str(newer)]


def test_an_answer_saves_by_itself_when_another_comment_or_submission_is_chosen(
    page: SubmissionsPage, own_home: Path
) -> None:
    take_in(page, came_back(page, own_home / "back.xlsx", "Why?", "Sign it"))
    tab = comments_tab(page)
    assert rows(tab.list.list) == [("To answer", "Why?"), ("To answer", "Sign it")]
    assert not tab.close_button.isEnabled()
    tab.answer.editor.setFocus()
    QTest.keyClicks(tab.answer.editor, "Because.")
    tab.list.list.selectRow(1)
    settle()
    QTest.keyClicks(tab.answer.editor, "Signed.")
    window_of(page).show_page("overview")
    settle()
    assert comments(page) == [("Why?", "answered", "Because."), ("Sign it", "answered", "Signed.")]


def test_an_answer_that_is_being_typed_survives_closing_the_workspace(
    page: SubmissionsPage, own_home: Path, window: MainWindow
) -> None:
    take_in(page, came_back(page, own_home / "back.xlsx", "Why?"))
    tab = comments_tab(page)
    tab.answer.editor.setFocus()
    QTest.keyClicks(tab.answer.editor, "Because.")
    window.door.close()
    settle()
    again = shown(window, own_home / "acme")
    assert comments(again) == [("Why?", "answered", "Because.")]


def test_a_comment_is_entered_answered_closed_and_opened_again(page: SubmissionsPage) -> None:
    tab = comments_tab(page)
    assert "No comment yet" in texts(tab)

    def drive(dialog: QDialog) -> None:
        check_names(dialog)
        fill(dialog, recipient="REC", author="Cy", said_at="2026-11-20")
        assert dialog.isVisible()  # there is no comment yet
        fill(dialog, text="By telephone: which meters?", proposed="Name them")

    when_asked(drive)
    press(tab, "Enter a comment…")
    assert comments(page) == [("By telephone: which meters?", "open", "")]
    assert "Cy on 20 Nov 2026: By telephone: which meters?\n\nProposed: Name them" in texts(tab)
    tab.answer.editor.setFocus()
    QTest.keyClicks(tab.answer.editor, "These.")
    tab.answer.flush()
    settle()
    press(tab, "Close the comment")
    assert comments(page)[0][1] == CommentState.CLOSED.value
    press(tab, "Open again")
    assert comments(page)[0][1] != CommentState.CLOSED.value


def test_reading_only_there_is_nothing_to_change(window: MainWindow, template: Path, own_home: Path) -> None:
    page = shown(window, copied(template, own_home / "acme"), read_only=True)
    put_cursor(page, ANSWERS)
    commands = page.context.commands
    assert not commands.action("submissions.import_review").isEnabled()
    assert not commands.action("submissions.seal").isEnabled()
    tab = comments_tab(page)
    assert not tab.enter_button.isEnabled()
    assert not tab.import_button.isEnabled()
    refused = page.drop([own_home / "back.xlsx"], QPoint(5, 5))
    assert refused is not None
    assert (refused.kind, "reading only" in refused.words) == ("no", True)
    when_asked(check_names)
    run(window, "submissions.register")


def test_a_submission_for_nobody_says_that_a_review_cannot_be_taken_in(page: SubmissionsPage, own_home: Path) -> None:
    one = page.context.workspace.submissions.by_ref(ANSWERS)
    path = came_back(page, own_home / "back.xlsx", "Why?")
    review = page.context.workspace.reviews.read(path)
    dialog = ReviewDialog(page.context, page, path, review, replace(one, recipients=()))
    assert NOBODY in dialog.from_whom.wrong.text()
    assert not dialog.verb.isEnabled()
    dialog.deleteLater()


def test_comments_of_the_version_before_are_shown_and_answered_at_the_next_one(
    page: SubmissionsPage, own_home: Path
) -> None:
    take_in(page, came_back(page, own_home / "back.xlsx", "Why?"))
    one = page.chosen()
    assert one is not None
    number, changes = page.context.workspace.submissions.new_version(one.id, "They asked")
    page.context.hub.publish(changes)
    settle()
    page.show_id(number)
    settle()
    tab = page.comments
    assert tab is not None
    page.pane.show_tab("Comments")
    assert page.pane.tabs.tabText(page.pane.tabs.currentIndex()) == "Comments (1)"
    assert rows(tab.list.list) == [("To answer", "v1: Why?")]
    tab.answer.editor.setFocus()
    QTest.keyClicks(tab.answer.editor, "Because.")
    QTest.keyClick(tab.answer.editor, Qt.Key.Key_Escape)
    settle()
    assert window_of(page).focusWidget() is tab.list.list
    assert comments(page) == [("Why?", "answered", "Because.")]


def test_a_thousand_comments_of_a_reviewer_are_shown_with_all_of_their_words(page: SubmissionsPage) -> None:
    one = page.context.workspace.submissions.by_ref(ANSWERS)
    long = "A name that goes on and on " * 8
    said = tuple(
        Comment(0, one.id, "BSC", f"{number:064}", CommentSource.LOG, long, "", "", f"{long}{number}", long, "", "", "",
                f"Answers!C{number}", known=number == 0)
        for number in range(1000)
    )  # fmt: skip
    review = Review(
        one.id, one.name, "BSC", f"{long}.xlsx", "0" * 64, "its document properties", said, (), (long * 3,) * 9
    )
    dialog = ReviewDialog(page.context, page, Path("back.xlsx"), review, one)
    dialog.show()
    settle()
    check_names(dialog)
    assert dialog.verb.text() == "Take in 999 comments"
    assert "and 3 more" in texts(dialog)
    assert not dialog.comments.item(0, 0).flags() & Qt.ItemFlag.ItemIsUserCheckable
    cells = [dialog.comments.item(7, column) for column in range(1, dialog.comments.columnCount())]
    assert all(cell.toolTip() == cell.text() for cell in cells)
    press(dialog, "Take none")
    assert dialog.chosen() == []
    assert dialog.verb.text() == "Keep the file only"
    press(dialog, "Take all")
    assert len(dialog.chosen()) == 999
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.deleteLater()

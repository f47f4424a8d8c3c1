"""The Requests page as a person uses it: note a request, answer, go on, look again, close, import, undo."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from desk_steps import fill, noon, press, run, said, texts, when_asked
from evidence_steps import drop, hover, middle, on_row
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from test_accessibility import check_names
from window_care import settle

from desktop.app import Workspace
from desktop.changes import Subject
from desktop.evidence.model import Target, TargetKind
from desktop.records.model import RecordKind
from desktop.requests.model import Question, QuestionDetails, QuestionEdit, RequestDetails
from desktop.requests.table import CHANGED
from ui.dialogs.request_paste import PasteDialog
from ui.main_window import MainWindow
from ui.pages.payloads import ShowTarget, place_of
from ui.pages.requests import RequestsPage
from ui.pages.traceability import TraceabilityPage
from ui.record_finder import find_records

QUESTIONS = (
    QuestionDetails("1.1", "How many MPANs will you migrate?", "Portfolio", "A number for each segment."),
    QuestionDetails("1.2", "Which of them are not traded?", "Portfolio"),
    QuestionDetails("2.1", "When do you finish PIT?", "Testing", owner="Sam Cole"),
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A request of three questions that is due on 3 December 2026. Today is 23 November 2026."""
    folder = tmp_path_factory.mktemp("requests") / "acme"
    with Workspace.create(folder, "Acme Energy", "ACME", actor="Pat", clock=noon) as workspace:
        made, _ = workspace.requests.add(RequestDetails("Readiness", "PPIR 31", "MCC", "2026-11-05", "2026-12-03"))
        for one in QUESTIONS:
            workspace.requests.add_question(made, one)
    return folder


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> RequestsPage:
    return shown(window, shutil.copytree(template, own_home / "acme"))


def shown(window: MainWindow, folder: Path, **how: bool) -> RequestsPage:
    window.door.open(folder, **how)
    return go(window)


def go(window: MainWindow) -> RequestsPage:
    window.show_page("requests")
    settle()
    page = window.current
    assert isinstance(page, RequestsPage)
    return page


def window_of(page: RequestsPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def questions(page: RequestsPage) -> dict[str, Question]:
    """The questions as they are kept, by number."""
    assert page.request is not None
    return {one.details.key: one for one in page.context.workspace.requests.questions(page.request.id)}


def put_cursor(page: RequestsPage, key: str) -> int:
    found = questions(page)[key].id
    page.panel.table.setFocus()
    page.show_question(found)
    settle()
    return found


def type_answer(page: RequestsPage, text: str) -> None:
    page.pane.answer.editor.setFocus()
    QTest.keyClicks(page.pane.answer.editor, text)


# -- getting there -----------------------------------------------------------------------------------------------------


def test_without_a_request_the_page_offers_two_ways_to_one(opened: MainWindow) -> None:
    page = go(opened)
    assert "There is no information request yet" in texts(page)
    check_names(page)
    when_asked(lambda dialog: fill(dialog, title="Readiness", their_ref="PPIR 31", due="3 Dec 2026", sender="MCC"))
    run(opened, "requests.new")
    assert page.request is not None
    assert page.request.details == RequestDetails("Readiness", "PPIR 31", "MCC", "", "2026-12-03")
    assert "This request has no question yet" in texts(page)
    when_asked(lambda dialog: fill(dialog, key="1.1", text="How many?"))
    press(page, "Add the first question…")
    assert page.pane.title.text() == "How many?"
    run(opened, "edit.undo")
    assert "This request has no question yet" in texts(page)


def test_the_head_says_how_far_it_is_and_its_counts_filter(page: RequestsPage) -> None:
    assert page.strip.answered.text() == "0 of 3 questions answered"
    assert page.strip.due.words.text() == "Due Thu 3 Dec 2026, in 8 working days"
    assert page.pane.title.text() == QUESTIONS[0].text, "the first question is shown at once"
    check_names(page)
    page.context.workspace.requests.answer(questions(page)["1.1"].id, "12")
    page.refresh(frozenset({Subject.REQUESTS}))
    settle()
    page.strip.figures["open"].click()
    settle()
    assert page.panel.source is not None
    assert page.panel.source.count() == 2
    page.strip.figures["open"].click()
    settle()
    assert page.panel.source.count() == 3


# -- answering ---------------------------------------------------------------------------------------------------------


def test_an_answer_saves_when_the_keyboard_leaves_it_and_is_one_step_to_undo(page: RequestsPage) -> None:
    put_cursor(page, "1.1")
    type_answer(page, "12,345 MPANs")
    assert page.pane.answer.state.text() == "Saving…"
    assert questions(page)["1.1"].details.answer == ""
    QTest.keyClick(page.pane.answer.editor, Qt.Key.Key_Escape)
    settle()
    assert window_of(page).focusWidget() is page.panel.table
    assert questions(page)["1.1"].details.answer == "12,345 MPANs"
    assert page.pane.answer.state.text() == "Saved"
    assert page.pane.look.words.text() == "Answered"
    run(window_of(page), "edit.undo")
    assert questions(page)["1.1"].details.answer == ""
    assert page.pane.answer.editor.toPlainText() == ""


def test_it_saves_when_the_typing_rests_and_the_blank_at_the_end_stays(page: RequestsPage) -> None:
    put_cursor(page, "1.1")
    type_answer(page, "12 ")
    page.pane.answer._timer.timeout.emit()
    settle()
    assert questions(page)["1.1"].details.answer == "12"
    QTest.keyClicks(page.pane.answer.editor, "MPANs")
    page.pane.answer.flush()
    assert questions(page)["1.1"].details.answer == "12 MPANs"


def test_going_on_from_question_to_question_while_writing(page: RequestsPage) -> None:
    put_cursor(page, "1.1")
    type_answer(page, "one")
    run(window_of(page), "requests.next")
    assert page.pane.title.text() == QUESTIONS[1].text
    assert page.pane.answer.typing()
    type_answer(page, "two")
    run(window_of(page), "requests.next")
    run(window_of(page), "requests.next")
    assert page.pane.title.text() == QUESTIONS[2].text, "the last one stays"
    run(window_of(page), "requests.previous")
    found = questions(page)
    assert [found[key].details.answer for key in ("1.1", "1.2", "2.1")] == ["one", "two", ""]
    assert page.pane.answer.editor.toPlainText() == "two"


def test_the_question_stays_under_who_is_writing_when_its_row_leaves_the_view(page: RequestsPage) -> None:
    put_cursor(page, "1.1")
    page.show_figure("open")
    settle()
    type_answer(page, "one")
    page.pane.answer.flush()
    settle()
    assert page.panel.source is not None
    assert page.panel.source.count() == 2, "it is answered"
    assert page.pane.title.text() == QUESTIONS[0].text
    QTest.keyClicks(page.pane.answer.editor, " more")
    page.pane.answer.flush()
    assert questions(page)["1.1"].details.answer == "one more"
    assert questions(page)["1.2"].details.answer == ""
    run(window_of(page), "requests.next")
    assert page.pane.title.text() == QUESTIONS[1].text


def test_what_cannot_be_saved_stays_in_the_editor_and_says_why(page: RequestsPage) -> None:
    first = put_cursor(page, "1.1")
    page.pane.answer.editor.setPlainText("x" * 40_000)
    page.pane.answer.flush()
    settle()
    assert page.pane.answer.state.text().startswith("Not saved: Use at most 32,767 characters")
    assert page.may_close() == "An answer that was typed could not be saved."
    put_cursor(page, "1.2")
    assert page.pane.answer.editor.toPlainText() == ""
    put_cursor(page, "1.1")
    assert len(page.pane.answer.editor.toPlainText()) == 40_000
    page.pane.answer.editor.setPlainText("short")
    page.pane.answer.flush()
    settle()
    assert page.context.workspace.requests.question(first).details.answer == "short"
    assert page.may_close() is None


def test_what_was_typed_last_is_saved_when_the_workspace_is_closed(page: RequestsPage, own_home: Path) -> None:
    put_cursor(page, "1.1")
    type_answer(page, "typed last")
    window_of(page).close_workspace()
    with Workspace.open(own_home / "acme", read_only=True) as workspace:
        assert workspace.requests.questions(1)[0].details.answer == "typed last"


def test_a_question_may_not_be_for_us_in_the_pane_or_for_many(page: RequestsPage) -> None:
    put_cursor(page, "1.2")
    page.pane.reason.editor.setFocus()
    QTest.keyClicks(page.pane.reason.editor, "All are traded")
    page.pane.reason.flush()
    settle()
    assert page.pane.look.words.text() == "Not for us"
    page.panel.table.setFocus()
    page.panel.select_all()
    when_asked(lambda dialog: fill(dialog, not_for_us="No migration"))
    run(window_of(page), "requests.not_for_us")
    assert {one.details.not_for_us for one in questions(page).values()} == {"No migration"}
    run(window_of(page), "edit.undo")
    assert [one.details.not_for_us for one in questions(page).values()] == ["", "All are traded", ""]


def test_a_changed_question_asks_to_be_looked_at_until_somebody_did(page: RequestsPage) -> None:
    first = put_cursor(page, "1.1")
    assert not page.pane.changed_card.isVisible()
    page.context.workspace.requests.answer(first, "12")
    page.context.workspace.requests.change([first], QuestionEdit(text="How many in all?"))
    page.refresh(frozenset({Subject.REQUESTS}))
    settle()
    assert page.pane.changed_card.isVisible()
    assert CHANGED in page.pane.changed.text()
    assert page.strip.figures["changed"].text() == "1 to look at again"
    page.pane.holds_button.click()
    settle()
    assert not page.pane.changed_card.isVisible()
    run(window_of(page), "requests.confirm")
    assert said(window_of(page)) == "Nothing of it asks to be looked at."


# -- questions and requests --------------------------------------------------------------------------------------------


def test_questions_are_edited_without_touching_their_answers_and_removed(page: RequestsPage) -> None:
    put_cursor(page, "2.1")
    type_answer(page, "In June")
    when_asked(lambda dialog: fill(dialog, text="When exactly do you finish PIT?", owner="Kim Day"))
    run(window_of(page), "requests.edit")
    one = questions(page)["2.1"].details
    assert (one.text, one.owner, one.answer) == ("When exactly do you finish PIT?", "Kim Day", "In June")
    when_asked(lambda dialog: dialog.accept())
    run(window_of(page), "requests.remove")
    assert list(questions(page)) == ["1.1", "1.2"]
    run(window_of(page), "edit.undo")
    assert list(questions(page)) == ["1.1", "1.2", "2.1"]


def test_a_number_that_is_taken_is_said_in_the_form(page: RequestsPage) -> None:
    heard: list[str] = []

    def drive(dialog: QDialog) -> None:
        fill(dialog, key="1.1", text="Again?")
        heard.append(texts(dialog))

    when_asked(drive)
    run(window_of(page), "requests.add")
    assert "There is a question 1.1 already" in heard[0]


def test_a_closed_request_can_be_read_and_opened_again(page: RequestsPage) -> None:
    when_asked(lambda dialog: dialog.accept())
    run(window_of(page), "requests.close")
    assert page.request is not None
    assert page.request.details.closed == "2026-11-23"
    assert page.pane.answer.editor.isReadOnly()
    assert not page.pane.edit_button.isEnabled()
    assert page.strip.due.words.text() == "Closed on Mon 23 Nov 2026"
    run(window_of(page), "requests.reopen")
    assert not page.pane.answer.editor.isReadOnly()


def test_a_request_is_changed_chosen_and_removed(page: RequestsPage) -> None:
    window = window_of(page)
    when_asked(lambda dialog: fill(dialog, title="Readiness again"))
    run(window, "requests.about")
    assert page.request is not None
    assert page.request.name == "PPIR 31: Readiness again"
    when_asked(lambda dialog: fill(dialog, title="Other"))
    run(window, "requests.new")
    assert page.request.details.title == "Other"
    page.choose_request(1)
    settle()
    assert page.request.id == 1
    assert page.pane.title.text() == QUESTIONS[0].text
    when_asked(lambda dialog: dialog.accept())
    run(window, "requests.drop")
    assert page.request.details.title == "Other"
    run(window, "edit.undo")
    assert len(page.context.workspace.requests.requests()) == 2


def test_read_only_shows_all_and_changes_nothing(window: MainWindow, template: Path, own_home: Path) -> None:
    page = shown(window, shutil.copytree(template, own_home / "acme"), read_only=True)
    assert page.pane.answer.editor.isReadOnly()
    assert page.pane.reason.editor.isReadOnly()
    assert "Saves by itself" not in texts(page.pane)
    assert not page.add_button.isEnabled()
    assert not page.prepare_button.isEnabled()
    check_names(page)


# -- evidence and files ------------------------------------------------------------------------------------------------


def test_files_dropped_on_a_row_are_its_evidence(page: RequestsPage, own_home: Path) -> None:
    window, first = window_of(page), put_cursor(page, "1.1")
    proof = own_home / "count.pdf"
    proof.write_bytes(b"%PDF-1.4 count")
    at = on_row(page.panel, 0)
    assert hover(window, at, proof) == "Drop to attach “count.pdf” to 1.1 How many MPANs will you migrate?"
    drop(window, at, proof)
    (found,) = page.context.workspace.evidence.proofs(Target(TargetKind.QUESTION, first))
    assert found.file_name == "count.pdf"
    assert questions(page)["1.1"].proofs == 1
    where = place_of(Target(TargetKind.QUESTION, questions(page)["2.1"].id))
    assert where is not None
    window.context.navigate(*where)
    assert isinstance(where[1], ShowTarget)
    settle()
    assert page.pane.title.text() == QUESTIONS[2].text


def test_a_form_is_imported_into_the_request_and_the_page_comes_back_with_it(
    page: RequestsPage, own_home: Path
) -> None:
    window = window_of(page)
    put_cursor(page, "1.1")
    type_answer(page, "12")
    form = own_home / "PPIR_31_v2.csv"
    form.write_text("No,Question\n1.1,How many in all?\n3.1,New?\n", "utf-8")
    drop(window, middle(page.strip), form)
    assert isinstance(window.current, TraceabilityPage)
    flow = window.current.flow
    assert flow.source is not None
    assert flow.source.kind is RecordKind.QUESTIONS
    assert flow.options.request.where() == "ACME-IRQ-0001 PPIR 31: Readiness"
    press(flow, "Show the difference")
    assert "asks something else than before" in texts(flow)
    press(flow, "Take 2 changes")
    settle()
    assert window.current is page
    assert list(questions(page)) == ["1.1", "1.2", "2.1", "3.1"]
    assert page.pane.title.text() == "How many in all?"
    assert "Question was: How many MPANs will you migrate?" in page.pane.changed.text()
    run(window, "edit.undo")
    assert list(questions(page)) == ["1.1", "1.2", "2.1"]


@pytest.mark.parametrize(
    ("name", "asked", "into"),
    [
        ("PPIR_44", "Which meters are smart?", "a new request “PPIR 44”"),
        ("answers", "When do you finish PIT?", "ACME-IRQ-0001 PPIR 31: Readiness"),
    ],
)
def test_a_file_goes_into_the_request_that_is_shown_when_it_fits_it_else_into_a_new_one(
    page: RequestsPage, own_home: Path, name: str, asked: str, into: str
) -> None:
    form = own_home / f"{name}.csv"
    form.write_text(f"No,Question\n1,{asked}\n", "utf-8")
    page.verbs.import_rows(form)
    settle()
    window = window_of(page)
    assert isinstance(window.current, TraceabilityPage)
    assert window.current.flow.options.request.where() == into
    assert window.current.header._title.text() == "Import questions"


def test_a_form_becomes_a_request_of_its_own(opened: MainWindow, own_home: Path) -> None:
    page = go(opened)
    form = own_home / "PPIR_40.csv"
    form.write_text("No,Question\n1,How many?\n", "utf-8")
    drop(opened, middle(page), form)
    assert isinstance(opened.current, TraceabilityPage)
    flow = opened.current.flow
    assert (flow.options.request.new.isChecked(), flow.options.request.title.text()) == (True, "PPIR 40")
    press(flow, "Show the difference")
    press(flow, "Take 1 change")
    settle()
    assert opened.current is page
    assert page.request is not None
    assert page.request.details.title == "PPIR 40"
    assert window_of(page).focusWidget() is page.panel.table


def test_a_question_is_found_in_the_palette_by_its_words(page: RequestsPage) -> None:
    (found,) = [one for one in find_records(page.context, "finish pit") if one.kind == "Question"]
    found.run()
    settle()
    assert page.pane.title.text() == QUESTIONS[2].text


@pytest.mark.parametrize("typed", ["ppir 31", "readiness", "IRQ-0001"])
def test_a_request_is_found_in_the_palette_by_its_references_and_its_title(page: RequestsPage, typed: str) -> None:
    assert ("ACME-IRQ-0001 PPIR 31: Readiness", "Information request") in [
        (one.text, one.kind) for one in find_records(page.context, typed)
    ]


def test_prepare_submission_goes_on_with_the_answers_of_this_request(page: RequestsPage) -> None:
    window, asked = window_of(page), when_asked(lambda dialog: dialog.reject())
    page.prepare_button.click()
    settle()
    assert window.current.id == "submissions"
    assert len(asked) == 1


# -- pasting -----------------------------------------------------------------------------------------------------------


def test_rows_of_a_spreadsheet_become_questions_in_one_step(page: RequestsPage) -> None:
    put_cursor(page, "1.1")
    QGuiApplication.clipboard().setText("2.1\tTesting\tWhen do you finish PIT?\n2.2\tTesting\tWho signs it off?\n")
    offered: list[str] = []

    def take(dialog: QDialog) -> None:
        assert isinstance(dialog, PasteDialog)
        offered.append(dialog.verb.text())
        dialog.verb.click()

    when_asked(take)
    run(window_of(page), "requests.attach_pasted")
    settle()
    assert offered == ["Add 1 question"]
    kept = questions(page)
    assert (kept["2.2"].details.section, kept["2.2"].details.text) == ("Testing", "Who signs it off?")
    assert not any(one.proofs for one in kept.values())
    run(window_of(page), "edit.undo")
    settle()
    assert "2.2" not in questions(page)


def test_a_text_that_is_no_table_becomes_evidence_only_when_that_is_said(page: RequestsPage) -> None:
    put_cursor(page, "1.1")
    QGuiApplication.clipboard().setText("See the plan")
    when_asked(lambda dialog: dialog.reject())
    run(window_of(page), "requests.attach_pasted")
    settle()
    assert not questions(page)["1.1"].proofs
    when_asked(lambda dialog: press(dialog, "Attach the text"))
    run(window_of(page), "requests.attach_pasted")
    settle()
    assert questions(page)["1.1"].proofs == 1

"""The page of declarations as a person uses it, over the real service: from the draft to a withdrawal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from declaration_steps import (
    ANSWERS,
    SECRET,
    fill_screen,
    made_signable,
    put_cursor,
    shown,
    sign_on_screen,
    signed,
    state,
    window_of,
    with_plan,
)
from desk_steps import buttons, choose, copied, fill, press, run, texts, when_asked
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QPlainTextEdit
from test_accessibility import check_names
from window_care import settle

from desktop.declarations.model import DeclarationDetails, DeclarationState
from desktop.evidence.model import Target, TargetKind
from desktop.participant.model import Scope
from ui.dialogs.declaration_answers import AnswersDialog
from ui.dialogs.declaration_prepare import GONE, PrepareDialog, read_choices
from ui.main_window import MainWindow
from ui.pages.declarations import EMPTY, LIST, SIGNED, SIGNING, DeclarationsPage
from ui.pages.payloads import PrepareDeclaration, ShowDeclaration, ShowTarget, place_of
from ui.record_finder import find_records
from ui.widgets.declaration_key import FILE


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_signable(tmp_path_factory.mktemp("declarations") / "acme")


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> DeclarationsPage:
    return shown(window, copied(template, own_home / "acme"))


# -- preparing --------------------------------------------------------------------------------------------------------


def test_an_empty_page_says_what_a_declaration_is_and_prepares_one(opened: MainWindow) -> None:
    opened.context.workspace.participant.save_scope(Scope("ACME", "supplier"))
    opened.show_page("declarations")
    settle()
    page = opened.current
    assert isinstance(page, DeclarationsPage)
    assert page.stack.currentIndex() == EMPTY
    assert "A declaration says to a Code Body or the programme" in texts(page)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareDialog)
        check_names(dialog)
        seen.append(texts(dialog))
        dialog.wording.setCurrentIndex(dialog.wording.findData("reverse_migration"))
        dialog.due.setText("04/12/2026")
        dialog.roles.boxes["supplier"].setChecked(True)
        dialog.recipients.boxes["REC"].setChecked(True)
        dialog.verb.click()

    when_asked(drive)
    press(page, "Prepare a declaration…")
    assert "This wording is a placeholder of MHHS Desk, not the Code Body's text." in seen[0]
    assert page.stack.currentIndex() == LIST
    one = opened.context.workspace.declarations.by_ref("ACME-DEC-0001")
    assert page.chosen() == one
    assert (one.details.due, one.details.recipients, one.details.roles) == ("2026-12-04", ("REC",), ("supplier",))
    assert one.details.title == "Reverse migration function deployed"
    assert one.details.prepared_by == "Pat"
    run(opened, "edit.undo")
    assert page.stack.currentIndex() == EMPTY


def test_a_day_that_is_none_is_refused_at_its_field_and_nothing_typed_is_lost(page: DeclarationsPage) -> None:
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareDialog)
        dialog.title.setText("Mine")
        dialog.due.setText("someday")
        dialog.verb.click()
        settle()
        seen.extend([dialog.asked["due"].wrong.text(), *dialog.summary.words(), dialog.title.text()])
        dialog.summary.links()[0].click()
        seen.append(str(dialog.due.hasFocus()))

    when_asked(drive)
    run(window_of(page), "declarations.prepare")
    assert seen[0] == seen[1]
    assert "someday" in seen[0]
    assert seen[2:] == ["Mine", "True"]


def test_the_questions_are_answered_in_one_step_that_can_be_undone(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0002")
    assert "Answer the question “What do you do if it fails?”" in [one.words for one in page.pane.problems.shown()]

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, AnswersDialog)
        check_names(dialog)
        scope, way_back = dialog.fields["scope"], dialog.fields["way_back"]
        assert isinstance(scope, QPlainTextEdit)
        assert isinstance(way_back, QPlainTextEdit)
        scope.setPlainText("All MPANs")
        way_back.setPlainText("Restore")
        rehearsed = dialog.fields["rehearsed"]
        assert isinstance(rehearsed, QComboBox)
        rehearsed.setCurrentIndex(rehearsed.findData("yes"))
        dialog.verb.click()

    when_asked(drive)
    run(window_of(page), "declarations.answers")
    answers = page.context.workspace.declarations.by_ref("ACME-DEC-0002").details.answers
    assert answers == {"scope": "All MPANs", "rehearsed": "yes", "way_back": "Restore"}
    assert not page.pane.problems_card.isVisible()
    run(window_of(page), "edit.undo")
    assert page.context.workspace.declarations.by_ref("ACME-DEC-0002").details.answers == {}


def test_a_problem_in_the_pane_leads_to_its_question(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0002")
    titles: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, AnswersDialog)
        titles.extend(dialog.fields)

    when_asked(drive)
    page.pane.problems.shown()[0].click()  # type: ignore[attr-defined]
    assert titles == ["scope"]


def test_ready_and_back_to_draft_are_said_by_the_pane_with_what_may_follow(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0001")
    assert page.pane.follows.text() == "Next it can be ready to sign or signed."
    press(page.pane, "Ready to sign")
    assert state(page, "ACME-DEC-0001") is DeclarationState.READY
    assert page.pane.look.words.text() == "Ready to sign"
    press(page.pane, "Back to draft")
    assert state(page, "ACME-DEC-0001") is DeclarationState.DRAFT


def test_an_activity_asks_for_a_declaration_with_words_that_are_no_wording(page: DeclarationsPage) -> None:
    chosen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareDialog)
        chosen.append(str(dialog.wording.currentData()))

    when_asked(drive)
    window_of(page).show_page("declarations", PrepareDeclaration(wording="Readiness statement"))
    settle()
    assert chosen == ["cutover_readiness"]


def test_it_is_prepared_for_an_activity_of_a_cutover_plan(page: DeclarationsPage) -> None:
    plan, activity = with_plan(page)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareDialog)
        check_names(dialog)
        seen.extend([dialog.wording.currentText(), dialog.activity.currentText(), dialog.activity.itemText(1)])
        dialog.verb.click()

    when_asked(drive)
    asked = PrepareDeclaration(plan, activity, "cutover_readiness")
    window_of(page).show_page("declarations", asked)
    settle()
    # Those that need a declaration come first.
    assert seen == ["Cutover readiness", "T-002  Declare", "T-002  Declare"]
    one = page.chosen()
    assert one is not None
    assert (one.details.plan_id, one.details.activity_id) == (plan, activity)
    assert "Activity: T-002 Declare" in page.pane.facts.text()
    page.pane.plan_link.shown()[0].click()  # type: ignore[attr-defined]
    settle()
    assert window_of(page).current is not page


def test_the_activity_is_kept_while_those_of_the_plan_are_still_being_read(page: DeclarationsPage) -> None:
    plan, activity = with_plan(page)
    choices = read_choices(page.context.workspace, "Pat")
    dialog = PrepareDialog(page.context, page, choices, DeclarationDetails("cutover_readiness", "", plan, activity))
    dialog._activities.clear()
    dialog.activity.clear()
    assert dialog.details().activity_id == activity
    dialog.plan.setCurrentIndex(0)
    assert (dialog.details().plan_id, dialog.details().activity_id) == (None, None)
    dialog.deleteLater()


def test_of_a_rehearsal_it_is_one_and_is_never_submitted(page: DeclarationsPage) -> None:
    plan, _ = with_plan(page)
    rehearsal, changes = page.context.workspace.cutover.rehearse(plan)
    page.context.hub.publish(changes)
    settle()
    seen: list[bool] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareDialog)
        seen.append(dialog.rehearsal.isVisible())
        dialog.wording.setCurrentIndex(dialog.wording.findData("reverse_migration"))
        dialog.verb.click()

    when_asked(drive)
    window_of(page).show_page("declarations", PrepareDeclaration(rehearsal))
    settle()
    one = page.chosen()
    assert seen == [True]
    assert one is not None
    assert one.rehearsal
    assert "can never be submitted" in page.pane.rehearsal.text
    declarations = page.context.workspace.declarations
    for key, text in ANSWERS.items():
        declarations.answer(one.id, key, text)
    signed(page, one.ref)
    put_cursor(page, one.ref)
    assert page.pane.follows.text() == "Next it can be withdrawn or superseded by a newer version."
    assert "Submitted…" not in buttons(page.pane)
    assert not window_of(page).context.commands.action("declarations.submitted").isEnabled()


def test_one_with_a_wording_that_the_content_has_no_more_can_still_be_changed(page: DeclarationsPage) -> None:
    one = put_cursor(page, "ACME-DEC-0001")
    choices = replace(read_choices(page.context.workspace, "Pat"), wordings=())
    dialog = PrepareDialog(page.context, page, choices, one.details, one)
    assert GONE in texts(dialog)
    assert dialog.verb.isEnabled()
    assert dialog.details().answers == one.details.answers
    dialog.deleteLater()


def test_the_palette_finds_a_declaration_by_its_reference(page: DeclarationsPage) -> None:
    window = window_of(page)
    found = [one for one in find_records(window.context, "DEC-0002") if one.kind == "Declaration"]
    assert [one.text for one in found] == ["ACME-DEC-0002 v1 Cutover readiness"]
    window.show_page("history")
    found[0].run()
    settle()
    assert window.current is page
    assert page.chosen() == page.context.workspace.declarations.by_ref("ACME-DEC-0002")


# -- signing ----------------------------------------------------------------------------------------------------------


def test_it_is_read_signed_and_locked_and_the_reference_is_shown(page: DeclarationsPage) -> None:
    sign_on_screen(page)
    assert page.stack.currentIndex() == SIGNED
    words = texts(page.panel_signed)
    assert "ACME-DEC-0001 v1" in words
    assert "Signed and locked." in words
    assert "1.  Send the exported declaration to the recipients" in words
    one = page.context.workspace.declarations.by_ref("ACME-DEC-0001")
    assert (one.state, one.signatory, one.position) == (DeclarationState.SIGNED, "Robin Hale", "Director")
    check_names(page)
    press(page, "Copy the reference")
    assert QGuiApplication.clipboard().text() == "ACME-DEC-0001 v1"
    assert {"declaration.html", "declaration.pdf"} <= set(page.context.workspace.declarations.files(one.id))
    press(page, "Back to the declarations")
    assert page.stack.currentIndex() == LIST
    assert page.pane.look.words.text() == "Signed on 23 Nov 2026"
    assert "Robin Hale, Director" in page.pane.signature.text()
    assert page.signing.signatory.person == "", "nothing typed is left for the next one"


def test_a_first_signature_makes_the_key_where_the_person_chose(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0001")
    run(window_of(page), "declarations.sign")
    fill_screen(page, "Sam Okafor")
    key = page.signing.signatory.key
    key.choices[FILE].click()
    key.passphrase.setText("a passphrase of mine")
    key.again.setText("a passphrase of mine")
    page.signing.verb.click()
    settle()
    assert page.stack.currentIndex() == SIGNED
    made = page.context.workspace.declarations.keys.key_for("Sam Okafor")
    assert made is not None
    assert made.kept == "file"


def test_a_refusal_for_another_reason_makes_no_key(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0002")  # its questions are not answered
    run(window_of(page), "declarations.sign")
    fill_screen(page, "Sam Okafor")
    key = page.signing.signatory.key
    key.choices[FILE].click()
    key.passphrase.setText("a passphrase of mine")
    key.again.setText("a passphrase of mine")
    page.signing.verb.click()
    settle()
    assert page.stack.currentIndex() == SIGNING
    assert page.signing.summary.words()[0].startswith("Answer the question")
    assert page.context.workspace.declarations.keys.key_for("Sam Okafor") is None


def test_a_wrong_passphrase_is_said_at_its_field_and_nothing_is_signed(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0001")
    run(window_of(page), "declarations.sign")
    fill_screen(page)
    page.signing.signatory.key.passphrase.setText("not the right one")
    page.signing.verb.click()
    settle()
    assert page.signing.summary.words() == [page.signing.signatory.key.asked.wrong.text()]
    assert state(page, "ACME-DEC-0001") is DeclarationState.DRAFT
    page.signing.signatory.key.passphrase.setText(SECRET)
    page.signing.verb.click()
    settle()
    assert state(page, "ACME-DEC-0001") is DeclarationState.SIGNED


def test_a_scan_locks_it_in_the_place_of_a_key(page: DeclarationsPage, tmp_path: Path) -> None:
    scan = tmp_path / "signed.pdf"
    scan.write_bytes(b"%PDF-1.4\nsigned by hand\n%%EOF\n")
    put_cursor(page, "ACME-DEC-0001")
    run(window_of(page), "declarations.sign")
    fill_screen(page)
    page.signing.signatory.ways["scan"].click()
    choose(scan)
    press(page, "Choose…")
    assert page.signing.signatory.scan_path.text() == str(scan)
    shown = page.signing.signatory.scan_preview
    assert shown.words.text() == "signed.pdf · PDF document · 30 bytes"
    assert shown.preview.words.text()
    page.signing.verb.click()
    settle()
    assert page.stack.currentIndex() == SIGNED
    assert "A document that was signed elsewhere" in texts(page.panel_signed)
    assert page.context.workspace.declarations.by_ref("ACME-DEC-0001").scan


def test_a_document_that_cannot_be_taken_is_said_at_its_field(page: DeclarationsPage, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    put_cursor(page, "ACME-DEC-0001")
    run(window_of(page), "declarations.sign")
    fill_screen(page)
    page.signing.signatory.ways["scan"].click()
    page.signing.signatory.scan_path.setText(str(empty))
    page.signing.verb.click()
    settle()
    assert "is empty" in page.signing.signatory.asked["scan"].wrong.text()
    assert state(page, "ACME-DEC-0001") is DeclarationState.DRAFT


def test_a_text_is_no_signed_document_whatever_it_is_called(page: DeclarationsPage, tmp_path: Path) -> None:
    for name in ("scan.txt", "scan.pdf"):
        (tmp_path / name).write_bytes(b"x")
    put_cursor(page, "ACME-DEC-0001")
    run(window_of(page), "declarations.sign")
    fill_screen(page)
    page.signing.signatory.ways["scan"].click()
    for name in ("scan.txt", "scan.pdf"):
        page.signing.signatory.scan_path.setText(str(tmp_path / name))
        page.signing.verb.click()
        settle()
        assert "is no PDF and no picture" in page.signing.signatory.asked["scan"].wrong.text()
    assert state(page, "ACME-DEC-0001") is DeclarationState.DRAFT


def test_changing_an_answer_on_the_screen_reads_it_anew_and_keeps_what_was_typed(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0001")
    run(window_of(page), "declarations.sign")
    fill_screen(page)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, AnswersDialog)
        field = dialog.fields["systems"]
        assert isinstance(field, QPlainTextEdit)
        field.setPlainText("Kraken 5")
        dialog.verb.click()

    when_asked(drive)
    made = page.signing.part.rows.button_of("systems")
    assert made is not None
    made.click()
    settle()
    assert "Kraken 5" in texts(page.signing.part.rows)
    assert page.signing.moved.text == ""
    assert not page.signing.confirm.isChecked()
    assert page.signing.signatory.person == "Robin Hale"
    page.signing.confirm.setChecked(True)
    page.signing.verb.click()
    settle()
    assert page.stack.currentIndex() == SIGNED


def test_what_others_change_meanwhile_is_told_before_it_is_signed(page: DeclarationsPage) -> None:
    one = put_cursor(page, "ACME-DEC-0001")
    run(window_of(page), "declarations.sign")
    fill_screen(page)
    page.context.workspace.declarations.answer(one.id, "systems", "Something else")  # no word of it to the window
    page.signing.verb.click()
    settle()
    assert state(page, "ACME-DEC-0001") is DeclarationState.DRAFT
    assert "It has changed since you read it" in page.signing.moved.text
    assert "In which systems is the function deployed?" in page.signing.moved.text
    assert page.signing.signatory.person == "Robin Hale"
    assert not page.signing.confirm.isChecked()
    page.signing.confirm.setChecked(True)
    page.signing.verb.click()
    settle()
    assert state(page, "ACME-DEC-0001") is DeclarationState.SIGNED


def test_leaving_in_the_middle_keeps_the_draft_and_what_was_typed_but_no_passphrase(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0001")
    run(window_of(page), "declarations.sign")
    fill_screen(page)
    press(page, "Leave it for later")
    assert page.stack.currentIndex() == LIST
    assert state(page, "ACME-DEC-0001") is DeclarationState.DRAFT
    told = page.may_close()
    assert told is not None
    assert "ACME-DEC-0001 v1" in told
    run(window_of(page), "declarations.sign")
    assert page.signing.signatory.person == "Robin Hale"
    assert page.signing.signatory.key.passphrase.text() == ""
    page.signing.clear()
    assert page.may_close() is None


def test_a_passphrase_does_not_wait_on_a_page_that_is_not_seen(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0001")
    run(window_of(page), "declarations.sign")
    fill_screen(page)
    window_of(page).show_page("history")
    window_of(page).show_page("declarations")
    settle()
    assert page.stack.currentIndex() == SIGNING
    assert page.signing.signatory.person == "Robin Hale"
    assert page.signing.signatory.key.passphrase.text() == ""


def test_sign_in_the_palette_asks_which_one_when_there_are_several(page: DeclarationsPage) -> None:
    signed(page)
    put_cursor(page, "ACME-DEC-0001")  # signed already: the other one is meant
    run(window_of(page), "declarations.sign")
    assert page.stack.currentIndex() == SIGNING
    assert page.signing.title.text() == "Sign ACME-DEC-0002 v1"
    page.leave()
    page.context.workspace.declarations.prepare(DeclarationDetails("reverse_migration"))
    window_of(page).refresh_page()
    put_cursor(page, "ACME-DEC-0001")
    asked = when_asked(fill)
    run(window_of(page), "declarations.sign")
    assert asked == ["Which declaration is to be signed?"]
    assert page.stack.currentIndex() == SIGNING


def test_the_signing_screen_can_be_asked_for_from_elsewhere(page: DeclarationsPage) -> None:
    window = window_of(page)
    one = page.context.workspace.declarations.by_ref("ACME-DEC-0001")
    window.show_page("history")
    window.show_page("declarations", ShowDeclaration(one.id, sign=True))
    settle()
    assert page.stack.currentIndex() == SIGNING
    other = page.context.workspace.declarations.by_ref("ACME-DEC-0002")
    place = place_of(Target(TargetKind.DECLARATION, other.id))
    assert place == ("declarations", ShowTarget(Target(TargetKind.DECLARATION, other.id)))
    window.show_page(*place)
    settle()
    assert page.stack.currentIndex() == LIST
    assert page.chosen() == other

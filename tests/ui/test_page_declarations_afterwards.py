"""The page of declarations after the signature: what became of one, copies, keys, evidence, reading only."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
from declaration_steps import (
    SECRET,
    fill_screen,
    into,
    made_signable,
    put_cursor,
    shown,
    sign_on_screen,
    signed,
    state,
    window_of,
)
from desk_steps import banner, buttons, choose, copied, fill, press, run, said, texts, when_asked
from evidence_steps import drop, on_row
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit
from test_accessibility import check_names, controls
from window_care import focusable, settle

from desktop.declarations.model import DeclarationDetails, DeclarationState, Verdict
from desktop.declarations.verify import verify
from desktop.evidence.model import Target, TargetKind
from ui.dialogs.declaration_verdict import VerdictDialog
from ui.dialogs.declaration_withdraw import WithdrawDialog
from ui.dialogs.form import FormDialog
from ui.dialogs.signing_key import SigningKeysDialog
from ui.main_window import MainWindow
from ui.pages.declarations import LIST, DeclarationsPage
from ui.pages.payloads import ShowDeclaration
from ui.widgets.declaration_pane import RECEIVED


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_signable(tmp_path_factory.mktemp("declarations") / "acme")


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> DeclarationsPage:
    return shown(window, copied(template, own_home / "acme"))


# -- what became of it ------------------------------------------------------------------------------------------------


def test_submitted_acknowledged_and_returned_are_said_by_hand_with_a_note(page: DeclarationsPage) -> None:
    signed(page)
    put_cursor(page, "ACME-DEC-0001")
    for words, note in (("Submitted…", "By e-mail"), ("Acknowledged…", "REF-7"), ("Returned…", "Sign page 2")):
        when_asked(lambda dialog, text=note: fill(dialog, note=text))
        press(page.pane, words)
    assert state(page, "ACME-DEC-0001") is DeclarationState.RETURNED
    happened = page.pane.events.text()
    assert "Submitted" in happened
    assert "by Pat: REF-7" in happened
    assert page.pane.look.words.text() == "Returned"


def test_what_was_said_by_mistake_goes_back_by_one_state_with_its_reason(page: DeclarationsPage) -> None:
    signed(page)
    put_cursor(page, "ACME-DEC-0001")
    assert not page.pane.buttons["mistake"].isVisible()
    for words in ("Submitted…", "Acknowledged…"):
        when_asked(lambda dialog: fill(dialog, note="sent"))
        press(page.pane, words)
    when_asked(lambda dialog: fill(dialog, reason="Another one was meant"))
    press(page.pane, "Said by mistake…")
    assert state(page, "ACME-DEC-0001") is DeclarationState.SUBMITTED
    assert "Back to submitted by Pat: Said by mistake: Another one was meant" in page.pane.events.text()
    when_asked(lambda dialog: fill(dialog, reason="That too"))
    press(page.pane, "Said by mistake…")
    assert state(page, "ACME-DEC-0001") is DeclarationState.SIGNED
    assert not page.pane.buttons["mistake"].isVisible()


def test_who_signed_is_told_apart_from_who_entered_it(page: DeclarationsPage) -> None:
    signed(page)
    put_cursor(page, "ACME-DEC-0001")
    assert "Signed by Robin Hale (entered by Pat)" in page.pane.events.text()


def test_received_is_not_accepted_is_said_where_it_is_acknowledged(page: DeclarationsPage) -> None:
    signed(page)
    put_cursor(page, "ACME-DEC-0001")
    when_asked(lambda dialog: fill(dialog, note="sent"))
    press(page.pane, "Submitted…")
    assert RECEIVED in page.pane.follows.text()
    seen: list[str] = []
    when_asked(lambda dialog: seen.append(texts(dialog)))
    press(page.pane, "Acknowledged…")
    assert RECEIVED in seen[0]


def test_one_recipient_is_chosen_by_name(page: DeclarationsPage) -> None:
    signed(page)
    put_cursor(page, "ACME-DEC-0001")

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        fill(dialog, recipient="REC Code Manager", note="posted")

    when_asked(drive)
    press(page.pane, "Submitted…")
    assert "Submitted (REC Code Manager)" in page.pane.events.text()


def test_a_new_version_is_a_draft_that_supersedes_once_it_is_signed(page: DeclarationsPage) -> None:
    first = signed(page)
    put_cursor(page, "ACME-DEC-0001")
    when_asked(lambda dialog: fill(dialog, reason="The date moved"))
    press(page.pane, "New version…")
    one = page.chosen()
    assert one is not None
    assert one.name == "ACME-DEC-0001 v2"
    assert "Takes the place of: v1, because: The date moved" in page.pane.facts.text()
    assert page.context.workspace.declarations.get(first.id).state is DeclarationState.SIGNED
    run(window_of(page), "declarations.sign")
    assert "The date moved" in texts(page.signing.part.rows)
    fill_screen(page)
    page.signing.verb.click()
    settle()
    page.leave()
    page.show_id(first.id)
    settle()
    assert page.pane.look.words.text() == "Superseded by ACME-DEC-0001 v2"
    assert page.pane.follows.text() == "Nothing follows: it stays as it is."
    assert not {"Withdraw…", "New version…", "Sign…"} & buttons(page.pane).keys()
    assert "Verify" in buttons(page.pane)


def test_a_reason_is_needed_for_a_new_version(page: DeclarationsPage) -> None:
    signed(page)
    put_cursor(page, "ACME-DEC-0001")
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        fill(dialog, reason="")
        seen.append(dialog.wrong.text())

    when_asked(drive)
    press(page.pane, "New version…")
    assert "Say why a newer version is made." in seen[0]


def test_withdrawing_is_signed_with_its_grounds(page: DeclarationsPage) -> None:
    one = signed(page)
    put_cursor(page, "ACME-DEC-0001")
    seen: list[list[str]] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, WithdrawDialog)
        check_names(dialog)
        dialog.verb.click()
        seen.append(dialog.summary.words())
        dialog.grounds.setPlainText("A system failed")
        dialog.confirm.setChecked(True)
        dialog.signatory.name.setText("Robin Hale")
        dialog.signatory.look_for_key()
        dialog.signatory.position.setText("Director")
        dialog.signatory._capacities["director"].click()
        dialog.signatory.key.passphrase.setText(SECRET)
        dialog.verb.click()

    when_asked(drive)
    press(page.pane, "Withdraw…")
    assert len(seen[0]) == 5  # grounds, box, name, position, capacity
    assert page.context.workspace.declarations.get(one.id).state is DeclarationState.WITHDRAWN
    assert "Withdrawn by Robin Hale (entered by Pat): A system failed" in page.pane.events.text()
    assert "is withdrawn" in said(window_of(page))


def test_what_changed_under_a_signed_one_asks_to_be_looked_at(page: DeclarationsPage) -> None:
    signed(page)
    page.context.workspace.milestones.save("M14", current=date(2026, 12, 24))
    window_of(page).refresh_page()
    put_cursor(page, "ACME-DEC-0001")
    assert any(text.startswith("Look again: ") for text in texts(page.pane.flags).splitlines())
    assert "1 to look at again" in texts(page.header)


# -- copies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["declarations.save_folder", "declarations.save_zip"])
def test_a_saved_copy_verifies_by_itself(page: DeclarationsPage, tmp_path: Path, command: str) -> None:
    signed(page)
    put_cursor(page, "ACME-DEC-0001")
    into(tmp_path)
    run(window_of(page), command)
    made = [one for one in tmp_path.iterdir() if one.name.startswith("ACME-DEC-0001-v1")]
    assert len(made) == 1
    assert verify(made[0]).ok
    assert said(window_of(page)) == f"Written: {made[0]}"
    into(tmp_path)
    run(window_of(page), command)
    assert said(window_of(page)) == f"There already, byte for byte: {made[0]}"
    part = made[0] if made[0].is_file() else made[0] / "declaration.json"
    part.write_bytes(part.read_bytes() + b" ")
    into(tmp_path, told=False)
    run(window_of(page), command)
    assert "is there already, with something else in it" in banner(window_of(page))


def test_a_copy_is_saved_from_the_panel_after_signing(page: DeclarationsPage, tmp_path: Path) -> None:
    sign_on_screen(page)
    into(tmp_path)
    press(page, "Save as one ZIP…")
    (made,) = tmp_path.glob("*.zip")
    assert "declaration.pdf" in " ".join(zipfile.ZipFile(made).namelist())


def test_one_file_is_saved_where_the_person_wants_it(page: DeclarationsPage, tmp_path: Path) -> None:
    one = signed(page)
    put_cursor(page, "ACME-DEC-0001")
    target = tmp_path / "mine.html"
    choose(target)
    page.verbs.save_file("declaration.html")
    assert target.read_bytes() == page.context.workspace.declarations.files(one.id)["declaration.html"]
    assert not list(tmp_path.glob(".*.part"))


def test_verifying_says_the_verdict_in_words(page: DeclarationsPage) -> None:
    signed(page)
    put_cursor(page, "ACME-DEC-0001")
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, VerdictDialog)
        check_names(dialog)
        seen.append(f"{dialog.answer.text}\n{texts(dialog)}")
        dialog.verb.click()

    when_asked(drive)
    press(page.pane, "Verify")
    assert "ACME-DEC-0001 v1: every byte is as it was signed." in seen[0]
    assert "Signed by: Robin Hale" in seen[0]


def test_that_a_signed_document_does_not_prove_its_record_is_said_in_words(page: DeclarationsPage) -> None:
    verdict = Verdict(
        False, "ACME-DEC-0001 v1", "declaration", "Robin Hale", "2026-11-28T09:49:04Z", "",
        ("The copies fit declaration.json, but nothing in the export proves declaration.json itself.",),
        ("Its SHA-256 is abc.",), unproven=True,
    )  # fmt: skip
    dialog = VerdictDialog(page, page.context.theme, verdict)
    check_names(dialog)
    assert dialog.answer.text == (
        "ACME-DEC-0001 v1 cannot be verified by itself: a signed document stands for the signature."
    )
    assert "What is not known" in texts(dialog)
    assert "What does not hold" not in texts(dialog)
    dialog.deleteLater()


def test_a_file_of_somebody_else_is_verified_and_each_fault_told(page: DeclarationsPage, tmp_path: Path) -> None:
    one = signed(page)
    folder = page.context.workspace.declarations.export(one.id, tmp_path)
    page_file = folder / "declaration.html"
    page_file.write_bytes(page_file.read_bytes().replace(b"Kraken", b"Krakem"))
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, VerdictDialog)
        seen.append(texts(dialog))
        dialog.verb.click()

    def drive_file(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        when_asked(drive)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        field.setText(str(folder / "declaration.json"))
        QTest.keyClick(field, Qt.Key.Key_Return)

    when_asked(drive_file)
    press(page, "Verify a file…")
    assert "What does not hold" in seen[0]
    assert "declaration.html" in seen[0]


# -- keys, evidence, reading only --------------------------------------------------------------------------------------


def test_a_key_is_used_no_more_after_a_reason(page: DeclarationsPage) -> None:
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, SigningKeysDialog)
        check_names(dialog)
        seen.append(dialog.fingerprint.text())
        when_asked(lambda form: fill(form, reason="The laptop was lost"))
        dialog.retire_button.click()
        seen.append(dialog.fingerprint.text())

    when_asked(drive)
    press(page, "Signing keys…")
    assert "SHA-256 of the public key" in seen[0]
    assert "Not used any more: The laptop was lost" in seen[1]
    assert page.context.workspace.declarations.keys.key_for("Robin Hale") is None


def test_files_dropped_on_a_row_are_evidence_of_the_declaration(page: DeclarationsPage, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("all is well")
    one = put_cursor(page, "ACME-DEC-0002")
    source = page.panel.source
    assert source is not None
    position = source.position(one.id)
    assert position is not None
    drop(window_of(page), on_row(page.panel, position), file)
    settle()
    assert [
        proof.title for proof in page.context.workspace.evidence.proofs(Target(TargetKind.DECLARATION, one.id))
    ] == ["report"]


def test_a_workspace_that_is_open_for_reading_shows_verifies_and_saves_but_signs_nothing(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    page = shown(window, copied(template, own_home / "acme"), read_only=True)
    put_cursor(page, "ACME-DEC-0001")
    assert not page.prepare_button.isEnabled()
    assert not any(on for words, on in buttons(page.pane).items() if words in ("Sign…", "Change…", "Ready to sign"))
    assert not window.context.commands.action("declarations.sign").isEnabled()
    assert window.context.commands.action("declarations.verify_file").isEnabled()


def test_a_draft_is_removed_after_a_question_and_comes_back(page: DeclarationsPage) -> None:
    put_cursor(page, "ACME-DEC-0002")
    when_asked(lambda dialog: dialog.accept())
    run(window_of(page), "declarations.remove")
    assert [one.ref for one in page.context.workspace.declarations.declarations()] == ["ACME-DEC-0001"]
    run(window_of(page), "edit.undo")
    assert len(page.context.workspace.declarations.declarations()) == 2


def test_undoing_the_draft_that_is_on_the_signing_screen_goes_back_to_the_list(page: DeclarationsPage) -> None:
    number, changes = page.context.workspace.declarations.prepare(DeclarationDetails("reverse_migration"))
    page.context.hub.publish(changes)
    settle()
    window_of(page).show_page("declarations", ShowDeclaration(number, sign=True))
    fill_screen(page)
    run(window_of(page), "edit.undo")
    assert page.stack.currentIndex() == LIST
    assert page.may_close() is None
    assert "is not to be signed any more" in said(window_of(page))
    assert banner(window_of(page)) == ""


@pytest.mark.parametrize("place", ["list", "signing", "signed"])
def test_every_control_is_named_and_reached_by_the_tab_key(page: DeclarationsPage, place: str) -> None:
    put_cursor(page, "ACME-DEC-0001")
    if place == "signing":
        run(window_of(page), "declarations.sign")
    elif place == "signed":
        sign_on_screen(page)
    check_names(page)
    assert {one for one in controls(page) if one.isVisibleTo(page)} <= set(focusable(page)) | {page.signing.summary}

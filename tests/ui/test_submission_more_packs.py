"""Packs, comparing and the register, from the menu More of submissions, as a person uses them."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_steps import banner, choose, copied, rows, run, texts, when_asked
from evidence_steps import middle
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPlainTextEdit
from submission_more_steps import ANSWERS, SECRET, SIGNER, first_file_then, made_answers
from submission_steps import put_cursor, shown, window_of
from test_accessibility import check_names
from window_care import settle

from desktop.packs.verify import verify
from desktop.requests.model import RequestDetails
from desktop.submissions.model import Scope, SubmissionDetails
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.pack_seal import SealDialog
from ui.dialogs.pack_verdict import PackVerdictDialog
from ui.dialogs.submission_compare import CompareDialog
from ui.dialogs.submission_register import RegisterDialog
from ui.main_window import MainWindow
from ui.pages.submissions import SubmissionsPage

PACK = "ACME-PPIR-0001-v1-pack-1"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    return made_answers(folder / "acme", folder)


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> SubmissionsPage:
    return shown(window, copied(template, own_home / "acme"))


@pytest.fixture
def out(own_home: Path) -> Path:
    (own_home / "out").mkdir()
    return own_home / "out"


def type_key(dialog: SealDialog, person: str = SIGNER, secret: str = SECRET) -> None:
    """Type whose key it is and the passphrase, as after a rest in typing."""
    dialog.person.setText(person)
    dialog._look.stop()
    dialog._look_for_key()
    dialog.key.passphrase.setText(secret)


def sealed(page: SubmissionsPage, out: Path, change: Callable[[SealDialog], object] | None = None) -> str:
    """Seal with the key file; `change` is done in the dialog before. Gives what is said afterwards."""
    put_cursor(page, ANSWERS)
    seen: list[str] = []

    def told(dialog: QDialog) -> None:
        assert isinstance(dialog, ConfirmDialog)
        seen.append(texts(dialog))

    def go(dialog: QDialog) -> None:
        assert isinstance(dialog, SealDialog)
        check_names(dialog)
        type_key(dialog)
        if change is not None:
            change(dialog)
        first_file_then(out, told)
        dialog.verb.click()

    when_asked(go)
    run(window_of(page), "submissions.seal")
    return seen[0]


def shown_verdict(page: SubmissionsPage, path: Path) -> str:
    """Verify it from the menu; what the dialog says."""
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PackVerdictDialog)
        check_names(dialog)
        faults = dialog.findChild(QPlainTextEdit)
        seen.extend((dialog.answer.text, texts(dialog), faults.toPlainText() if faults else ""))
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()

    first_file_then(path, drive)
    run(window_of(page), "submissions.verify_pack")
    return "\n".join(seen)


# -- sealing and verifying --------------------------------------------------------------------------------------------


def test_a_pack_is_sealed_with_a_key_file_and_verified_and_a_broken_one_is_told(
    page: SubmissionsPage, out: Path, own_home: Path
) -> None:
    said = sealed(page, out)
    assert f"{PACK}.zip" in said
    assert "Tell the recipient the fingerprint of the key by another way" in said
    pack = out / f"{PACK}.zip"
    assert verify(pack).ok
    words = shown_verdict(page, pack)
    assert f"{PACK}: complete, and every byte is as it was sealed." in words
    assert "Last four digits of MPANs" in words
    with zipfile.ZipFile(pack) as whole:
        whole.extractall(own_home / "unpacked")
    broken = own_home / "unpacked" / PACK
    next(broken.rglob("plan.txt")).write_bytes(b"another plan")
    words = shown_verdict(page, broken / "bag-info.txt")
    assert "does not verify" in words
    assert "What does not hold" in words
    assert "plan.txt" in words
    shutil.rmtree(broken)
    broken.mkdir(parents=True)
    (broken / "notes.txt").write_text("no pack", "utf-8")
    first_file_then(broken / "notes.txt")
    run(window_of(page), "submissions.verify_pack")
    assert "pack" in banner(window_of(page))


def test_a_pack_dropped_on_the_page_is_verified_and_another_zip_is_not_the_pages(
    page: SubmissionsPage, out: Path
) -> None:
    sealed(page, out)
    pack = out / f"{PACK}.zip"
    offer = page.drop([pack], middle(page))
    assert offer is not None
    assert "verify the sealed pack" in offer.words
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PackVerdictDialog)
        seen.append(dialog.answer.text)
        dialog.reject()

    when_asked(drive)
    page.dropped([pack], middle(page))
    settle()
    assert "complete, and every byte is as it was sealed" in seen[0]
    with zipfile.ZipFile(out / "other.zip", "w") as other:
        other.writestr("portfolio.csv", "MPAN\n")
    assert page.drop([out / "other.zip"], middle(page)) is None


def test_who_forgot_the_passphrase_sees_its_field_and_the_complaint_goes_as_they_type(
    page: SubmissionsPage, out: Path
) -> None:
    put_cursor(page, ANSWERS)
    asked: list[SealDialog] = []

    def go(dialog: QDialog) -> None:
        assert isinstance(dialog, SealDialog)
        dialog.resize(dialog.width(), 480)
        type_key(dialog, secret="")
        dialog.verb.click()
        assert not dialog.wrong.isHidden()
        field = dialog.key.passphrase
        assert dialog.area.viewport().rect().contains(field.mapTo(dialog.area.viewport(), field.rect().center()))
        QTest.keyClicks(field, "x")
        assert dialog.wrong.isHidden()
        assert dialog.key.asked.wrong.isHidden()
        asked.append(dialog)
        dialog.reject()

    when_asked(go)
    run(window_of(page), "submissions.seal")
    assert asked


def test_evidence_is_left_out_and_taken_in_again(page: SubmissionsPage, out: Path) -> None:
    def change(dialog: SealDialog) -> None:
        assert rows(dialog.files.list)[0][0] == "submission.json"
        assert not dialog.leave_button.isEnabled()  # only evidence can be left out
        count = dialog.files.list.rowCount()
        at = next(row for row, one in enumerate(rows(dialog.files.list)) if one[0] == "plan.txt")
        dialog.files.list.selectRow(at)
        dialog.leave_button.click()
        assert rows(dialog.files.list)[-1] == ("ACME-EVD-0001", "Evidence", "", "left out")
        assert dialog.files.list.rowCount() == count
        dialog.files.list.selectRow(count - 1)
        assert dialog.leave_button.text() == "Take it in again"
        dialog.leave_button.click()
        assert [one[3] for one in rows(dialog.files.list)] == ["yes"] * count
        dialog.files.list.selectRow(at)
        dialog.leave_button.click()

    sealed(page, out, change)
    with zipfile.ZipFile(out / f"{PACK}.zip") as pack:
        assert not [one for one in pack.namelist() if one.endswith("plan.txt")]
    assert verify(out / f"{PACK}.zip").ok


def test_a_folder_for_one_recipient_is_said_of_that_one_only(page: SubmissionsPage, out: Path) -> None:
    def change(dialog: SealDialog) -> None:
        dialog.recipient.setCurrentIndex(dialog.recipient.findData("REC"))
        assert dialog.parts.isEnabled()
        dialog.form.setCurrentIndex(1)
        assert not dialog.parts.isEnabled()

    sealed(page, out, change)
    assert verify(out / PACK).ok
    (kept,) = page.context.workspace.packs.packs()
    assert (kept.recipient, kept.form) == ("REC", "folder")


def test_a_pack_goes_in_parts_of_a_chosen_size(page: SubmissionsPage, out: Path) -> None:
    sealed(page, out, lambda dialog: dialog.parts.setCurrentIndex(dialog.parts.findData(10)))
    assert [one.name for one in sorted(out.glob("*.zip"))]
    assert all(verify(one).ok for one in out.glob("*.zip"))


def test_what_is_missing_is_said_in_the_dialog_and_nothing_is_written(page: SubmissionsPage, out: Path) -> None:
    put_cursor(page, ANSWERS)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, SealDialog)
        dialog.person.clear()
        dialog.verb.click()
        assert "Type the full name" in dialog.wrong.text()
        assert dialog.focusWidget() is dialog.person
        type_key(dialog, secret="")
        dialog.verb.click()
        assert "Enter the passphrase of your key file." in dialog.wrong.text()
        assert dialog.focusWidget() is dialog.key.passphrase
        type_key(dialog, secret="not the passphrase")
        choose(out)
        dialog.verb.click()
        assert "passphrase" in dialog.wrong.text()
        assert dialog.verb.isEnabled()
        assert dialog.inside.isEnabled()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        assert dialog.key.passphrase.text() == ""

    when_asked(drive)
    run(window_of(page), "submissions.seal")
    assert list(out.iterdir()) == []
    assert page.context.workspace.packs.packs() == ()


def test_a_new_person_makes_a_key_file_first(page: SubmissionsPage, out: Path) -> None:
    def change(dialog: SealDialog) -> None:
        type_key(dialog, "Sam Field", SECRET)
        dialog.key.choices["file"].click()
        dialog.key.passphrase.setText(SECRET)
        dialog.key.again.setText(SECRET)

    sealed(page, out, change)
    assert verify(out / f"{PACK}.zip").person == "Sam Field"


def test_escape_while_it_is_sealed_stops_that_and_keeps_the_dialog(page: SubmissionsPage, out: Path, qtbot) -> None:
    one = put_cursor(page, ANSWERS)
    jobs = page.context.jobs
    dialog = SealDialog(page.context, page, one)
    type_key(dialog)
    jobs.serial = False
    try:
        choose(out)
        dialog.show()
        dialog.verb.click()
        assert not dialog.inside.isEnabled()
        dialog.reject()
        assert dialog.isVisible()
        qtbot.waitUntil(lambda: not jobs.running(), timeout=20_000)
        settle()
    finally:
        jobs.serial = True
    assert "It was cancelled. Nothing was written." in dialog.wrong.text()
    assert dialog.inside.isEnabled()
    assert list(out.iterdir()) == []
    dialog.reject()
    dialog.deleteLater()


def test_of_a_withdrawn_submission_no_pack_is_made(page: SubmissionsPage) -> None:
    one = put_cursor(page, ANSWERS)
    assert page.context.commands.action("submissions.seal").isEnabled()
    page.context.workspace.submissions.withdraw(one.id, "It was for another gate")
    window_of(page).refresh_page()
    settle()
    put_cursor(page, ANSWERS)
    assert not page.context.commands.action("submissions.seal").isEnabled()


# -- comparing and the register ---------------------------------------------------------------------------------------


def test_two_versions_are_compared_side_by_side(page: SubmissionsPage) -> None:
    workspace = page.context.workspace
    first = workspace.submissions.by_ref(ANSWERS)
    other, _ = workspace.requests.add(RequestDetails("About something else", due="2026-12-01"))
    details = SubmissionDetails("info_request", scope=Scope(request_id=other), recipients=("BSC",))
    workspace.submissions.prepare(details)
    window_of(page).refresh_page()
    settle()
    page.show_id(first.id)
    settle()
    assert not page.context.commands.action(
        "submissions.compare"
    ).isEnabled()  # answers to another request are no version
    question = workspace.requests.questions(first.details.scope.request_id or 0)[1]
    second, _ = workspace.submissions.new_version(first.id, "An answer was wrong")
    workspace.requests.answer(question.id, "No, and here is why")
    window_of(page).refresh_page()
    settle()
    page.show_id(second)
    settle()
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, CompareDialog)
        check_names(dialog)
        assert (dialog.before.currentData(), dialog.after.currentData()) == (first.id, second)
        seen.append(dialog.summary.text())
        seen.extend(" ".join(one) for one in rows(dialog.list.list))
        dialog.before.setCurrentIndex(dialog.before.findData(second))
        assert dialog.summary.text() == "Choose two versions."
        assert dialog.list.empty.text() == ""
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()

    when_asked(drive)
    run(window_of(page), "submissions.compare")
    assert "1 changed" in seen[0]
    assert any("No, and here is why" in one for one in seen[1:])


def test_the_register_is_filtered_and_saved_as_pdf(page: SubmissionsPage, out: Path) -> None:
    page.context.workspace.submissions.export(put_cursor(page, ANSWERS).id, out)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, RegisterDialog)
        check_names(dialog)
        assert dialog.focusWidget() is dialog.filter
        headings = [dialog.list.list.horizontalHeaderItem(at).text() for at in range(dialog.list.list.columnCount())]
        every = [dict(zip(headings, one, strict=True)) for one in rows(dialog.list.list)]
        assert every[-1]["What happened"] == "Frozen"
        assert {one["Submission"] for one in every} == {ANSWERS}
        dialog.filter.setText("exported rec")
        found = rows(dialog.list.list)
        assert 0 < len(found) < len(every)
        dialog.list.list.selectRow(0)
        assert ".xlsx" in dialog.detail.text()
        assert "by Pat" in dialog.detail.text()
        assert dialog.count.text() == f"{len(found):,} of {len(every):,} entries"
        dialog.filter.setText("nothing like it")
        assert "No entry has all these words." in texts(dialog)
        first_file_then(out / "register.pdf", lambda _told: None)
        dialog.pdf_button.click()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    when_asked(drive)
    run(window_of(page), "submissions.register")
    assert (out / "register.pdf").read_bytes().startswith(b"%PDF")


def test_an_empty_register_says_what_will_stand_in_it(opened: MainWindow) -> None:
    opened.show_page("submissions")
    settle()

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, RegisterDialog)
        assert "Nothing was frozen yet" in texts(dialog)
        assert not dialog.pdf_button.isEnabled()

    when_asked(drive)
    run(opened, "submissions.register")
    assert banner(opened) == ""

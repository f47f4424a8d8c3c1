"""What a person does on the page of declarations."""

from __future__ import annotations

from pathlib import Path

from desk_steps import noon, run, when_asked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit
from window_care import settle

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, PlanDetails
from desktop.declarations.model import Declaration, DeclarationDetails, DeclarationState, SignatoryWords
from desktop.participant.model import Scope
from ui.main_window import MainWindow
from ui.pages.declarations import SIGNING, DeclarationsPage

SECRET = "correct horse battery"
ANSWERS = {"systems": "Kraken 4.2", "deployed_on": "2026-11-02", "tested": "yes"}


def made_signable(folder: Path) -> Path:
    """A supplier with a declaration that can be signed and one with open questions, and a key file of Robin Hale."""
    with Workspace.create(folder, "Acme Energy", "ACME", actor="Pat", clock=noon) as workspace:
        workspace.participant.save_scope(Scope("ACME", "supplier"))
        declarations = workspace.declarations
        declarations.prepare(
            DeclarationDetails("reverse_migration", milestone="M14", answers=ANSWERS, due="2026-12-01")
        )
        declarations.prepare(DeclarationDetails("cutover_readiness", milestone="M14"))
        declarations.keys.make("Robin Hale", passphrase=SECRET)
    return folder


def shown(window: MainWindow, folder: Path, **how: bool) -> DeclarationsPage:
    window.door.open(folder, **how)
    window.show_page("declarations")
    settle()
    assert isinstance(window.current, DeclarationsPage)
    return window.current


def window_of(page: DeclarationsPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def put_cursor(page: DeclarationsPage, ref: str) -> Declaration:
    one = page.context.workspace.declarations.by_ref(ref)
    page.show_id(one.id)
    settle()
    return one


def state(page: DeclarationsPage, ref: str) -> DeclarationState:
    return page.context.workspace.declarations.by_ref(ref).state


def sign_on_screen(page: DeclarationsPage, ref: str = "ACME-DEC-0001", name: str = "Robin Hale") -> None:
    """Read, confirm, type and sign, with the key file of the template."""
    put_cursor(page, ref)
    run(window_of(page), "declarations.sign")
    assert page.stack.currentIndex() == SIGNING
    fill_screen(page, name)
    QTest.mouseClick(page.signing.verb, Qt.MouseButton.LeftButton)
    settle()


def fill_screen(page: DeclarationsPage, name: str = "Robin Hale") -> None:
    signing = page.signing
    signing.confirm.setChecked(True)
    signing.signatory.name.setText(name)
    signing.signatory.look_for_key()
    signing.signatory.position.setText("Director")
    signing.signatory._capacities["director"].click()
    signing.signatory.key.passphrase.setText(SECRET)


def signed(page: DeclarationsPage, ref: str = "ACME-DEC-0001") -> Declaration:
    """Sign with the service, as the command line does."""
    declarations = page.context.workspace.declarations
    one = declarations.by_ref(ref)
    words = SignatoryWords("Robin Hale", "Director", "director", confirmed=True)
    copy = declarations.sign(one.id, words, digest=declarations.sheet(one.id).digest, passphrase=SECRET)
    window_of(page).refresh_page()
    settle()
    return copy.declaration


def into(folder: Path, *, told: bool = True) -> None:
    """Choose a folder in the next dialog, then close the message that the copy is written (`told`)."""

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        if told:
            when_asked(lambda message: message.reject())
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        field.setText(str(folder))
        dialog.accept()

    when_asked(drive)


def with_plan(page: DeclarationsPage) -> tuple[int, int]:
    """A cutover plan with two activities, the second of which needs a declaration."""
    cutover = page.context.workspace.cutover
    plan, _ = cutover.add_plan(PlanDetails("Go-live & back", milestone="M14"))
    cutover.add(plan, ActivityDetails("T-001", "Deploy"))
    activity, changes = cutover.add(plan, ActivityDetails("T-002", "Declare", declaration_needed="cutover_readiness"))
    page.context.hub.publish(changes)
    settle()
    return plan, activity

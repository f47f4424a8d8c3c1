"""What a person does on the page of submissions."""

from __future__ import annotations

from pathlib import Path

from desk_steps import kept, noon, portfolio_file, run, when_asked
from PySide6.QtWidgets import QDialog
from window_care import settle

from desktop.app import Workspace
from desktop.participant.model import Scope as Role
from desktop.submissions.model import Submission, SubmissionDetails
from ui.dialogs.submission_freeze import FreezeDialog
from ui.main_window import MainWindow
from ui.pages.submissions import SubmissionsPage

REPORT, WORK_OFF = "ACME-DCR-0001", "ACME-WOPL-0001"


def made(folder: Path, files: Path) -> Path:
    """A supplier whose portfolio was checked, with a draft of a cleanse report and one that cannot be frozen yet."""
    kept(folder, noon, portfolio_file(files / "portfolio.csv", 60))
    with Workspace.open(folder, actor="Pat", clock=noon) as workspace:
        workspace.participant.save_scope(Role("ACME", "supplier"))
        submissions = workspace.submissions
        submissions.prepare(SubmissionDetails("cleanse_report", due="2026-11-30", covering="As agreed."))
        submissions.prepare(SubmissionDetails("work_off", recipients=("BSC",), due="2026-11-20"))
    return folder


def shown(window: MainWindow, folder: Path, **how: bool) -> SubmissionsPage:
    window.door.open(folder, **how)
    window.show_page("submissions")
    settle()
    assert isinstance(window.current, SubmissionsPage)
    return window.current


def window_of(page: SubmissionsPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def put_cursor(page: SubmissionsPage, name: str) -> Submission:
    one = page.context.workspace.submissions.by_ref(name)
    page.show_id(one.id)
    settle()
    assert page.chosen() == one
    return one


def now(page: SubmissionsPage, name: str) -> Submission:
    return page.context.workspace.submissions.by_ref(name)


def freeze(page: SubmissionsPage, name: str = REPORT) -> Submission:
    """Freeze it as a person does."""
    put_cursor(page, name)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FreezeDialog)
        dialog.verb.click()

    when_asked(drive)
    run(window_of(page), "submissions.freeze")
    return now(page, name)


def exported(page: SubmissionsPage, folder: Path, name: str = REPORT) -> Submission:
    """Freeze and export with the service, as the command line does."""
    submissions = page.context.workspace.submissions
    one = submissions.by_ref(name)
    if not one.state.locked:
        submissions.freeze(one.id)
    folder.mkdir(exist_ok=True)
    submissions.export(one.id, folder)
    window_of(page).refresh_page()
    settle()
    return put_cursor(page, name)

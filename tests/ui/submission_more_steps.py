"""What a person does with the menu More of the page of submissions, and the workspace for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desk_steps import noon, when_asked
from openpyxl import load_workbook
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit
from submission_steps import put_cursor

from desktop.app import Workspace
from desktop.evidence.model import Target, TargetKind
from desktop.participant.model import Scope as Role
from desktop.requests.model import QuestionDetails, RequestDetails
from desktop.submissions.model import Scope, SubmissionDetails
from ui.pages.submissions import SubmissionsPage
from ui.widgets.submission_comments import CommentsTab

ANSWERS = "ACME-PPIR-0001 v1"
NEWER = "ACME-PPIR-0001 v2"
SECRET = "correct horse battery"
SIGNER = "Robin Hale"


def made_answers(folder: Path, files: Path) -> Path:
    """A supplier that handed answers over to BSC and REC, corrected one, and has a key file of Robin Hale."""
    with Workspace.create(folder, "Acme Energy Supply Limited", "ACME", actor="Pat", clock=noon) as workspace:
        workspace.participant.save_scope(Role("ACME", "supplier"))
        request, _ = workspace.requests.add(
            RequestDetails("Readiness", their_ref="PPIR 31", sender="MCC", due="2026-12-04")
        )
        for number in range(1, 4):
            details = QuestionDetails(str(number), f"Question {number}?", answer="Yes")
            workspace.requests.add_question(request, details)
        question = workspace.requests.questions(request)[0]
        proof = files / "plan.txt"
        proof.write_bytes(b"the plan\n" * 200)
        (item,) = workspace.evidence.add([proof]).ids
        workspace.evidence.link([item], [Target(TargetKind.QUESTION, question.id)])
        one, _ = workspace.submissions.prepare(
            SubmissionDetails(
                "info_request", scope=Scope(request_id=request, with_evidence=True), recipients=("BSC", "REC")
            )
        )
        workspace.submissions.freeze(one)
        workspace.declarations.keys.make(SIGNER, passphrase=SECRET)
    return folder


def sent(page: SubmissionsPage, path: Path, name: str = ANSWERS) -> Path:
    """The workbook that was handed over."""
    submissions = page.context.workspace.submissions
    one = submissions.by_ref(name)
    file = next(file for file in submissions.files(one.id) if file.role == "workbook")
    submissions.save_file(one.id, file, path)
    return path


def came_back(page: SubmissionsPage, path: Path, *comments: str, by: str = "Bo", edit: bool = False) -> Path:
    """The reviewer's copy with these comments in its log; with `edit` a locked cell says something else."""
    book = load_workbook(sent(page, path))
    log = book["Comments"]
    headings = {cell.value: cell.column for cell in log[4]}
    for row, text in enumerate(comments, start=5):
        log.cell(row, headings["Comment"]).value = text
        log.cell(row, headings["Comment by"]).value = by
    if edit:
        sheet = book["Answers"] if "Answers" in book.sheetnames else book[book.sheetnames[2]]
        sheet.cell(5, 3).value = "Something else"
    book.save(path)
    return path


def first_file_then(path: Path, drive: Callable[[QDialog], object] | None = None) -> None:
    """Choose a file in the next dialog; `drive` is for the dialog that comes then."""

    def go(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        field.setText(str(path))
        dialog.accept()
        if drive is not None:
            when_asked(drive)

    when_asked(go)


def comments_tab(page: SubmissionsPage, name: str = ANSWERS) -> CommentsTab:
    put_cursor(page, name)
    page.pane.show_tab("Comments")
    assert page.comments is not None
    return page.comments

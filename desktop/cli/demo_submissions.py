"""What `mhhs-desk demo` writes and says of the sample's submissions."""

from __future__ import annotations

from pathlib import Path

from desktop.app import Workspace
from desktop.jobs import Job
from desktop.sample.cutover import DIRECTOR, PASSPHRASE
from desktop.submissions.model import RecipientState, Submission, SubmissionState

_AT_HOME = {RecipientState.FROZEN, RecipientState.EXPORTED, RecipientState.QUEUED}
FOLDER, REGISTER = "submissions", "register-of-submissions.html"


def write(workspace: Workspace, out: Path, job: Job) -> tuple[Path, ...]:
    """Write the frozen submissions as they were sent, a sealed pack of the newest, and the register."""
    folder = _room(out)
    folder.mkdir(exist_ok=True)
    made = []
    for one in reversed(workspace.submissions.submissions()):
        for file in workspace.submissions.files(one.id) if one.state is SubmissionState.FROZEN else ():
            if file.role in {"workbook", "template"}:
                path = folder / file.name
                if file.role == "workbook" and file.recipient:
                    path = path.with_stem(f"{path.stem}_{file.recipient}")
                workspace.submissions.save_file(one.id, file, path)
                made.append(path)
    built, _ = workspace.packs.build(_accepted(workspace).id, folder, person=DIRECTOR, passphrase=PASSPHRASE, job=job)
    register = folder / REGISTER
    register.write_text(workspace.submissions.register_html(), encoding="utf-8")
    return (*made, *built.parts, register)


def _room(out: Path) -> Path:
    """The folder, or another when somebody's files stand in it."""
    folder, number = out / FOLDER, 1
    while folder.exists() and any(folder.iterdir()):
        number += 1
        folder = out / f"{FOLDER}-{number}"
    return folder


def lines(workspace: Workspace) -> list[str]:
    """How submissions stand, in two lines. What was exported and not said to be sent is not out."""
    found = workspace.submissions.submissions()
    frozen = [one for one in found if one.state is SubmissionState.FROZEN]
    out = [one for one in frozen if any(standing.state not in _AT_HOME for standing in one.recipients)]
    waiting = [one for one in out if any(standing.waiting for standing in one.recipients)]
    comments = workspace.reviews.comments()
    return [
        f"Submissions: {len(out)} out, {len(frozen) - len(out)} frozen and not said to be sent, "
        f"{sum(one.state is SubmissionState.DRAFT for one in found)} drafts, "
        f"{len(waiting)} not answered yet",
        f"Comments of reviewers: {len(comments)}, {sum(one.state.value == 'open' for one in comments)} to answer",
    ]


def _accepted(workspace: Workspace) -> Submission:
    """The answered information request: a small one whose recipient has a form of its own."""
    return next(one for one in workspace.submissions.submissions() if one.kind.id == "info_request" and one.sha256)

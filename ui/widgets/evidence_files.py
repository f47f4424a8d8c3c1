"""Looking at a kept file outside of the app: a read-only copy in the system's program, or a copy where one wants it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.errors import FileRefused
from desktop.evidence.model import Evidence, Revision
from desktop.jobs import Job
from ui.context import Context, Tone
from ui.widgets.evidence_adding import FOLDER

ACTIVE = (
    "This file can run or act when it is opened, so it is never opened from here. "
    "Save a copy and look at it where your rules allow."
)
"""Why a program, a script, a workbook with macros, a page or a shortcut has no Open."""


def open_copy(context: Context, evidence_id: int, revision: int | None = None) -> None:
    """Check the kept file, write a read-only copy and open that in the system's own program."""
    evidence = context.workspace.evidence

    def done(path: Path) -> None:
        if QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            context.say(f"A read-only copy is opened: {path.name}")
        else:
            refused = FileRefused(
                f"This computer has no program that opens “{path.name}”.",
                safe="The kept file is as it was.",
                todo="Save a copy and open it on another computer.",
            )
            context.say(str(refused), Tone.WARNING)

    context.read("Opening a copy", lambda _job: evidence.copy_to_open(evidence_id, revision), done, quiet=False)


def save_copy(context: Context, parent: QWidget, item: Evidence, revision: Revision) -> None:
    """Ask where and write a verified copy there."""
    folder = Path(str(context.settings.value(FOLDER, "") or Path.home()))
    start = (folder if folder.is_dir() else Path.home()) / revision.file_name
    name, _ = QFileDialog.getSaveFileName(parent, f"Save a copy of {item.ref}", str(start))
    if not name:
        return
    path = Path(name)
    context.settings.setValue(FOLDER, str(path.parent))
    evidence, number = context.workspace.evidence, revision.number

    def work(job: Job) -> Path:
        evidence.save_copy(item.id, path, number, job)
        return path

    context.read("Saving a copy", work, lambda saved: context.say(f"Written: {saved}", Tone.GOOD), quiet=False)


def sized(size: int) -> str:
    """A size as people say it: `812 bytes`, `14 kB`, `3.2 MB`, `5.0 GB`."""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)):,} kB"
    return f"{size / 1_000_000:,.1f} MB" if size < 1_000_000_000 else f"{size / 1_000_000_000:,.1f} GB"

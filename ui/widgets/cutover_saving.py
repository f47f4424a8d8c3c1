"""Writing a cutover plan to a file: asks where to, writes on a worker, says where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.jobs import Job
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.reporting import show_folder
from ui.widgets.cutover_look import counted

if TYPE_CHECKING:
    from desktop.testing.cutover_files import CutoverFile

FOLDER = "books.folder"
WAYS = {
    ".xlsx": ("Make the workbook of the plan", "Excel workbooks (*.xlsx)"),
    ".ics": ("Save the deadlines as a calendar", "Calendars (*.ics)"),
    ".csv": ("Save the activities as CSV", "CSV files (*.csv)"),
}
"""What each ending is called in the dialog, and its filter."""


def save_plan(context: Context, parent: QWidget, plan_id: int, ending: str) -> None:
    """Ask where to and write the file that the ending asks for."""
    files = context.workspace.cutover_files
    folder = Path(str(context.settings.value(FOLDER, "") or Path.home()))
    start = (folder if folder.is_dir() else Path.home()) / files.name(plan_id, ending)
    title, pattern = WAYS[ending]
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(start), pattern)
    if not chosen:
        return
    path = Path(chosen if chosen.lower().endswith(ending) else f"{chosen}{ending}")
    context.settings.setValue(FOLDER, str(path.parent))

    def work(job: Job) -> CutoverFile:
        return files.write(path, plan_id, job)

    def done(made: CutoverFile) -> None:
        context.say(f"Written: {made.path}", Tone.GOOD)
        number = f", version {made.number}" if made.number else ""
        held = "" if ending == ".ics" else f"\n{counted(made.rows)}{number}"
        words = f"{made.path.parent}\n\n{made.path.name}{held}"
        if confirm(parent, "The file is written", words, "Show the folder", other="Close"):
            show_folder(made.path)

    context.jobs.run("Writing the cutover plan", work, done=done, writes=not context.workspace.read_only)

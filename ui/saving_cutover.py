"""What the window does to write files out of a cutover plan: ask where to, write on a worker, say where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.jobs import Job
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.reporting import show_folder

if TYPE_CHECKING:
    from desktop.testing.cutover_files import CutoverFile

_FOLDER = "cutover.folder"
"""The window's setting that remembers where the last file went."""
_KINDS = {
    ".xlsx": ("Write the workbook of the plan", "Excel workbook (*.xlsx)", "Writing the workbook"),
    ".ics": ("Save the deadlines as a calendar", "Calendar (*.ics)", "Writing the calendar"),
    ".csv": ("Save the activities as CSV", "CSV (*.csv)", "Writing the activities"),
}


def save_plan(context: Context, window: QWidget, plan_id: int, ending: str = ".xlsx") -> None:
    """Ask where to and write a plan there: its workbook (.xlsx), its calendar (.ics) or its activities (.csv)."""
    files = context.workspace.cutover_files
    title, filters, doing = _KINDS[ending]
    kept = Path(str(context.settings.value(_FOLDER, "") or Path.home()))
    folder = kept if kept.is_dir() else Path.home()
    chosen, _ = QFileDialog.getSaveFileName(window, title, str(folder / files.name(plan_id, ending)), filters)
    if not chosen:
        return
    path = Path(chosen)
    if path.suffix.casefold() != ending:
        path = path.with_name(path.name + ending)
    context.settings.setValue(_FOLDER, str(path.parent))

    def work(job: Job) -> CutoverFile:
        return files.write(path, plan_id, job)

    def done(made: CutoverFile) -> None:
        context.say(f"The file is written: {made.path}", Tone.GOOD)
        number = f", version {made.number}" if made.number else ""
        words = f"{made.path.parent}\n\n{made.path.name}\n{made.rows:,} activities{number}"
        if confirm(window, "The file is written", words, "Show the folder", other="Close"):
            show_folder(made.path)

    context.jobs.run(doing, work, done=done, writes=ending == ".xlsx")

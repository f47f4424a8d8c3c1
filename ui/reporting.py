"""What the window does to make the report: ask, write on a worker, say where it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.report.service import ReportInfo
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.make_report import MakeReportDialog

_FOLDER = "report.folder"


def make_report(context: Context, window: QWidget) -> None:
    """Ask for the report's terms and write it, with the fix lists if they are wanted."""
    workspace = context.workspace
    recipients = tuple((one.id, one.name) for one in workspace.participant.recipients())
    folder = Path(str(context.settings.value(_FOLDER, "") or Path.home()))
    try:
        dialog = MakeReportDialog(window, workspace.reports, recipients, folder if folder.is_dir() else Path.home())
    except PlainError as error:  # nothing has been checked yet
        context.say(str(error), Tone.WARNING)
        return
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    wanted = dialog.wanted() if accepted else None
    dialog.deleteLater()
    if wanted is None:
        return
    context.settings.setValue(_FOLDER, str(wanted.path.parent))

    def work(job: Job) -> tuple[ReportInfo, ...]:
        made = workspace.reports.progress_report(wanted.path, wanted.recipient, wanted.choice, job)
        lists: tuple[ReportInfo, ...] = ()
        if wanted.fix_lists is not None:
            lists = workspace.reports.fix_lists(wanted.fix_lists, wanted.choice, job)
        return (made, *lists)

    def done(made: tuple[ReportInfo, ...]) -> None:
        more = f" and {len(made) - 1} fix list{'s' if len(made) > 2 else ''}" if len(made) > 1 else ""
        context.say(f"The report{more} {'are' if more else 'is'} written: {made[0].path}", Tone.GOOD)
        names = "\n".join(one.path.name for one in made)
        if confirm(window, "The report is written", f"{made[0].path.parent}\n\n{names}", "Show the folder"):
            show_folder(made[0].path)

    context.jobs.run("Writing the report", work, done=done, writes=True)


def show_folder(path: Path) -> None:
    """Open the folder of a file in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

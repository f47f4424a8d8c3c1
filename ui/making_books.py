"""What the window does to make a workbook of testing: ask, write on a worker, say where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget

from desktop.jobs import Job
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.reporting import show_folder

if TYPE_CHECKING:
    from desktop.testing.workbooks import BookInfo, BookKind

_FOLDER, _GATE = "books.folder", "books.gate"
COMMAND = "books.make"


def make_workbook(context: Context, window: QWidget, kind: BookKind | None = None) -> None:
    """Ask which workbook (`kind` is proposed), at which gate and where to, and write it."""
    from desktop.testing.workbooks import BookKind
    from ui.dialogs.make_workbook import MakeWorkbookDialog

    workspace = context.workspace
    kept = Path(str(context.settings.value(_FOLDER, "") or Path.home()))
    gates = tuple((one.id, one.name) for one in workspace.pit.gates())
    dialog = MakeWorkbookDialog(
        window,
        workspace.workbooks.name,
        gates,
        kept if kept.is_dir() else Path.home(),
        kind or BookKind.RTTM,
        str(context.settings.value(_GATE, "") or ""),
    )
    wanted = dialog.wanted() if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    if wanted is None:
        return
    context.settings.setValue(_FOLDER, str(wanted.path.parent))
    context.settings.setValue(_GATE, wanted.gate)

    def work(job: Job) -> BookInfo:
        return workspace.workbooks.write(wanted.path, wanted.kind, wanted.gate, job)

    def done(made: BookInfo) -> None:
        context.say(f"The workbook is written: {made.path}", Tone.GOOD)
        number = f"submission {made.submission}" if made.submission else "not numbered: it is open for reading only"
        words = f"{made.path.parent}\n\n{made.path.name}\n{made.rows:,} rows, {number}"
        if confirm(window, "The workbook is written", words, "Show the folder", other="Close"):
            show_folder(made.path)

    context.jobs.run("Writing the workbook", work, done=done, writes=True)

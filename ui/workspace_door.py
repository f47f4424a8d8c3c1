"""Opening, making, restoring and closing workspaces: what File and the welcome page do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.changes import Changes
from desktop.errors import PlainError
from desktop.jobs import Job
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.new_workspace import NewWorkspaceDialog
from ui.recent import RecentList

if TYPE_CHECKING:
    from desktop.app import Workspace

WORKSPACE_FILE = "workspace.db"


class WorkspaceDoor(QObject):
    """Opens one workspace at a time; `opened` fires with it, `closed` when it is gone."""

    opened = Signal()
    closed = Signal()

    def __init__(self, context: Context, recent: RecentList, window: QWidget, before_close: Callable[[], None]) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._before_close = before_close
        self.recent = recent

    def ask_open(self) -> None:
        """Let the person choose a workspace folder."""
        chosen = QFileDialog.getExistingDirectory(
            self._window, "Open a workspace: choose its folder", str(self.recent.usual_place())
        )
        if chosen:
            self.open(Path(chosen))

    def ask_new(self) -> None:
        """Ask for name and folder, make the workspace, open it."""
        dialog = NewWorkspaceDialog(self._window, self.recent.usual_place())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            folder, name, short_name = dialog.answer()
            self.create(folder, name, short_name)
        dialog.deleteLater()

    def ask_restore(self) -> None:
        """Let the person choose a backup and an empty folder, restore, open."""
        backup, _ = QFileDialog.getOpenFileName(
            self._window,
            "Restore from a backup: choose the backup",
            str(self.recent.usual_place()),
            "Backups (*.zip *.db *.backup);;All files (*)",
        )
        if not backup:
            return
        folder = QFileDialog.getExistingDirectory(
            self._window, "Restore into: choose an empty folder", str(self.recent.usual_place())
        )
        if folder:
            self.restore(Path(backup), Path(folder))

    def ask_backup(self) -> None:
        """Let the person choose where the backup goes, then make and verify it."""
        folder = QFileDialog.getExistingDirectory(
            self._window, "Back up to: choose a folder", str(self.recent.usual_place())
        )
        if folder:
            workspace = self._context.workspace

            def work(job: Job) -> Changes:
                info = workspace.backup(Path(folder), job=job)
                return Changes(title=f"Backed up and verified: {info.path}")

            self._context.change("Backing up", work)

    def locate(self, missing: Path) -> None:
        """A recent workspace is no longer where it was: let the person show where it is."""
        chosen = QFileDialog.getExistingDirectory(
            self._window, f"Where is “{missing.name}” now?", str(self.recent.usual_place())
        )
        if chosen:
            self.recent.forget(missing)
            self.open(Path(chosen))

    def open(self, folder: Path, then: Callable[[], object] | None = None, *, read_only: bool = False) -> None:
        """Open a workspace folder, closing the one that is open. `then` runs after the pages are there."""
        from desktop.app import Workspace

        folder = folder.parent if folder.name == WORKSPACE_FILE else folder
        actor, clock = self._context.actor, self._context.clock
        self._enter(
            "Opening the workspace",
            lambda _job: Workspace.open(folder, actor=actor, clock=clock, read_only=read_only),
            then,
        )

    def create(self, folder: Path, name: str, short_name: str) -> None:
        """Make a workspace and open it."""
        from desktop.app import Workspace

        context = self._context
        self._enter(
            "Making the workspace",
            lambda _job: Workspace.create(folder, name, short_name, actor=context.actor, clock=context.clock),
            None,
        )

    def restore(self, backup: Path, folder: Path) -> None:
        """Restore a backup into an empty folder and open it."""
        from desktop.app import Workspace, restore

        def work(job: Job) -> Workspace:
            restore(backup, folder, job=job)
            return Workspace.open(folder, actor=self._context.actor, clock=self._context.clock)

        self._enter("Restoring the backup", work, None)

    def enter_sample(self, folder: Path | None = None, then: Callable[[], object] | None = None) -> None:
        """Open the sample workspace, in its usual place or in `folder`, building it first when it is not there."""
        from desktop.app import Workspace

        folder, context = folder or self.recent.sample_folder(), self._context

        def work(job: Job) -> Workspace:
            if not (folder / WORKSPACE_FILE).is_file():
                from desktop.sample.workspace import build

                build(folder, clock=context.clock, job=job)
            return Workspace.open(folder, actor=context.actor, clock=context.clock)

        self._enter("Building the sample workspace", work, then)

    def close(self) -> bool:
        """Close the open workspace (which makes the due rolling backup). False while a job is writing."""
        workspace = self._context.open_workspace
        if workspace is None:
            return True
        if writing := self._context.jobs.writing():
            self._context.say(
                f"“{writing.title}” is still running. Wait for it or cancel it before closing the workspace.",
                Tone.WARNING,
            )
            return False
        if not self._may_close():
            return False
        self._before_close()
        self._context.jobs.shut_down()
        self._context.open_workspace = None
        self.closed.emit()
        try:
            workspace.close()
        except PlainError as error:
            self._context.say(str(error), Tone.ERROR)
        return True

    def _may_close(self) -> bool:
        """Ask about what a page has not finished."""
        from ui.pages.page import Page

        lost = [words for page in self._window.findChildren(Page) if page.built and (words := page.may_close())]
        if not lost:
            return True
        safe = "What was taken before stays; nothing of this is taken."
        return confirm(self._window, "Close the workspace?", f"{' '.join(lost)} {safe}", "Close and drop it")

    def _enter(self, title: str, work: Callable[[Job], Workspace], then: Callable[[], object] | None) -> None:
        if not self.close():
            return

        def entered(workspace: Workspace) -> None:
            self._context.open_workspace = workspace
            self.recent.add(workspace.folder)
            self.opened.emit()
            if then:
                then()

        self._context.jobs.run(title, work, done=entered, writes=True, cancelled=self.closed.emit)

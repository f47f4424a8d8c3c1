"""Undo and redo of steps, by the workspace's own history; the window only names them."""

from __future__ import annotations

from desktop.changes import Changes
from desktop.jobs import Job
from ui.context import Context


class UndoMenu:
    """Remembers the titles between changes, so that asking whether Undo is enabled costs nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._undo: str | None = None
        self._redo: str | None = None
        self._barrier: str | None = None
        context.hub.changed.connect(lambda _changes: self.refresh())

    def refresh(self) -> None:
        """Ask the workspace for the titles anew."""
        workspace = self._context.open_workspace
        if workspace is None or workspace.read_only:
            self._undo = self._redo = self._barrier = None
        else:
            self._undo, self._redo = workspace.history.undo_title(), workspace.history.redo_title()
            self._barrier = workspace.history.undo_barrier()
        self._context.commands.refresh()

    def can_undo(self) -> bool:
        """Whether there is a step to take back, and nothing is writing."""
        return self._undo is not None and self._context.can_write

    def can_redo(self) -> bool:
        """Whether there is a step to do again, and nothing is writing."""
        return self._redo is not None and self._context.can_write

    def undo_words(self) -> str:
        """`Undo Accept 312 findings`; after a step that cannot be undone, that it cannot."""
        if self._undo:
            return f"Undo {self._undo}"
        return f"Undo: “{self._barrier}” cannot be undone" if self._barrier else "Undo"

    def redo_words(self) -> str:
        """`Redo Accept 312 findings`."""
        return f"Redo {self._redo}" if self._redo else "Redo"

    def undo(self) -> None:
        """Take the last step back."""
        title, history = self._undo or "", self._context.workspace.history

        def work(_job: Job) -> Changes:
            changes = history.undo()
            return Changes(changes.subjects, title, changes.count)

        self._context.change(f"Undoing {title}", work, quiet=True, now="Undone")

    def redo(self) -> None:
        """Do the step again."""
        title, history = self._redo or "", self._context.workspace.history

        def work(_job: Job) -> Changes:
            changes = history.redo()
            return Changes(changes.subjects, title, changes.count)

        self._context.change(f"Redoing {title}", work, quiet=True, now="Done again")

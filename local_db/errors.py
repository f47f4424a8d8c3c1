"""The failures a person can do something about, raised anywhere in the product."""

from __future__ import annotations

from pathlib import Path


class PlainError(Exception):
    """A failure told in plain words: what happened, what is safe, what to do.

    `str(error)` is the one sentence (or two) that the window and the command line show. Anything that is not a
    `PlainError` is a fault of ours and is shown as a report.
    """

    def __init__(self, what: str, *, safe: str = "", todo: str = "") -> None:
        """Keep the three parts; empty parts are left out of the sentence."""
        self.what = what
        self.safe = safe
        self.todo = todo
        super().__init__(" ".join(part for part in (what, safe, todo) if part))


class WorkspaceError(PlainError):
    """The workspace folder or its database cannot be used as asked."""


class WorkspaceLocked(WorkspaceError):
    """Another running program holds the workspace's write lock."""


class WorkspaceDamaged(WorkspaceError):
    """The database or a kept file is not what was written.

    `backup` is the newest verified backup to restore, `quarantine` where the damaged files were copied; None where
    there is none.
    """

    def __init__(
        self,
        what: str,
        *,
        safe: str = "",
        todo: str = "",
        backup: Path | None = None,
        quarantine: Path | None = None,
    ) -> None:
        """Keep the two folders beside the sentence."""
        self.backup = backup
        self.quarantine = quarantine
        super().__init__(what, safe=safe, todo=todo)


class ReadOnly(WorkspaceError):
    """A change was asked of a workspace that is open for reading only."""

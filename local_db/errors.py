"""The failures a person can do something about, raised anywhere in the product."""

from __future__ import annotations


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
    """The database or a kept file is not what was written."""


class ReadOnly(WorkspaceError):
    """A change was asked of a workspace that is open for reading only."""

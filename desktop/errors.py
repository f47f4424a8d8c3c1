"""The product's failures, by whom they are to be mended."""

from __future__ import annotations

from local_db.errors import PlainError, ReadOnly, WorkspaceDamaged, WorkspaceError, WorkspaceLocked


class FileRefused(PlainError):
    """A file given by the person cannot be taken: what it is, and what to do instead."""


class NotFound(PlainError):
    """Something that was named (a snapshot, a finding, a heading) is not there."""


class InvalidInput(PlainError):
    """A value that the person typed cannot be used; `field` names it so that the screen can point to it."""

    def __init__(self, what: str, *, field: str = "", safe: str = "", todo: str = "") -> None:
        """Keep the field's machine name beside the sentence."""
        self.field = field
        super().__init__(what, safe=safe, todo=todo)


__all__ = [
    "FileRefused",
    "InvalidInput",
    "NotFound",
    "PlainError",
    "ReadOnly",
    "WorkspaceDamaged",
    "WorkspaceError",
    "WorkspaceLocked",
]

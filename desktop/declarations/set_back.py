"""A clock that was set back: what is signed then would seem older than what it followed."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.errors import WorkspaceError
from local_db import declarations as rows
from local_db.connection import Connection

MOST = timedelta(days=1)
"""So far back a clock may go: time zones, a clock that is put right. The verdict tells it then (`notes`)."""


def must_not_be_set_back(connection: Connection, at: datetime, *, safe: str) -> None:
    """Raise WorkspaceError when `at` is more than a day before something that the audit log holds already."""
    newest = rows.newest_moment(connection)
    if newest and at + MOST < datetime.fromisoformat(newest):
        raise WorkspaceError(
            f"The clock of this computer says {_said(at)}, but something was written to this workspace at"
            f" {_said(datetime.fromisoformat(newest))}.",
            safe=safe,
            todo="Set the clock right, then do it once more. If it is right now and was wrong then, restore a backup"
            " from before.",
        )


def note_after_log(signed_at: str, before: str) -> tuple[str, ...]:
    """Of a signature at a moment, where something in the audit log before it is of a later one."""
    if not is_before(signed_at, before):
        return ()
    return (
        "The clock was set back before it was signed: what the audit log holds before it is of"
        f" {_said(datetime.fromisoformat(before))}.",
    )


def note_after_other(signed_at: str, other: str, words: str) -> tuple[str, ...]:
    """Of a signature that follows another one, `words`, that is of a later moment."""
    if not is_before(signed_at, other):
        return ()
    return (f"By the clock it was signed before {words}, which was signed at {_said(datetime.fromisoformat(other))}.",)


def is_before(signed_at: str, other: str) -> bool:
    """Whether a moment is before another one, to the second; what is no moment is not."""
    try:
        return bool(signed_at and other) and datetime.fromisoformat(signed_at) < datetime.fromisoformat(other).replace(
            microsecond=0
        )
    except (ValueError, TypeError):
        return False


def _said(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} {at.tzname() or ''}".strip()

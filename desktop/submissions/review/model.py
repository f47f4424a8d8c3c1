"""What a reviewer's copy brings back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CommentSource(StrEnum):
    """Where a comment stood."""

    LOG = "log"
    """A row of the comments log."""
    NOTE = "note"
    """A note (an old comment) on a cell."""
    THREAD = "thread"
    """A threaded comment of Excel 365."""
    ENTERED = "entered"
    """Typed in here: it came by telephone or e-mail."""
    SYNC = "sync"


class CommentState(StrEnum):
    """Of a comment, here."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True)
class Comment:
    """Something that a reviewer said. `id` 0: read and not taken yet. `about`: the row it is about, in words."""

    id: int
    submission_id: int
    recipient: str
    fingerprint: str
    source: CommentSource
    author: str
    said_at: str
    kind: str
    text: str
    proposed: str
    table_id: str
    row_key: str
    column_id: str
    place: str
    about: str = ""
    in_reply_to: str = ""
    state: CommentState = CommentState.OPEN
    answer: str = ""
    answered_at: str = ""
    answered_by: str = ""
    owner: str = ""
    known: bool = False
    """It was taken before."""


class DifferenceKind(StrEnum):
    """How the copy differs from what was sent, outside what the reviewer may write."""

    EDITED = "edited"
    """A cell that was locked."""
    UNKNOWN_ROW = "unknown row"
    MISSING_ROW = "missing row"
    MOVED_ROW = "moved row"
    MISSING_SHEET = "missing sheet"
    EXTRA_SHEET = "extra sheet"
    REVIEWER = "reviewer"
    """A cell in a column that is the reviewer's: it is no fault, and is shown."""


@dataclass(frozen=True)
class Difference:
    """One of them. `sent` and `came` are texts as shown."""

    kind: DifferenceKind
    place: str
    table_id: str = ""
    row_key: str = ""
    column: str = ""
    sent: str = ""
    came: str = ""


@dataclass(frozen=True)
class Review:
    """A reviewer's copy, read and compared; nothing is taken yet. `how`: what told which submission it is."""

    submission_id: int
    name: str
    """ACME-RTTM-0004 v2."""
    recipient: str
    """'' = the person has to say."""
    file_name: str
    sha256: str
    how: str
    comments: tuple[Comment, ...]
    differences: tuple[Difference, ...]
    remarks: tuple[str, ...] = ()
    """What the person should know: an older version, properties stripped, already taken, sheets not read."""
    known: bool = False
    """The same bytes were taken before for this recipient."""

    @property
    def new(self) -> tuple[Comment, ...]:
        """Comments that are not here yet."""
        return tuple(one for one in self.comments if not one.known)

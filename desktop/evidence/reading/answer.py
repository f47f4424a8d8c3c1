"""What the child is asked and what it answers; nothing heavy is imported here, for both sides read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CHILD_FLAG = "--read-evidence-child"
"""First argument that makes the frozen program the child that reads evidence."""
MODULE = "desktop.evidence.reading.child"
TASKS = "tasks.json"
MOST_TEXT = 1_000_000
"""Characters of a file's text that are kept for the search."""
SHOWN_TEXT = 100_000
"""Characters of a text that a preview shows."""
WIDEST = 1_200
"""Points that a picture's preview has at most, either way."""


class Want(StrEnum):
    """What is to be made of a file."""

    TEXT = "text"
    """Its text for the search."""
    PREVIEW = "preview"
    """What can be shown of it: a picture where it is one, else its text."""


@dataclass(frozen=True)
class Task:
    """One file to read: where it is, its media type (by content), what is wanted."""

    path: str
    media_type: str
    want: str


@dataclass(frozen=True)
class Answer:
    """What came of one file. `state` is that of local_db's evidence_text: read, part, none, failed.

    `words` say what it is (a PDF of 12 pages), or for none and failed why there is nothing to show.
    """

    state: str
    words: str
    text: str = ""
    picture: bool = False
    """Whether a PNG lies beside the answer."""


class Unreadable(Exception):
    """A file that cannot be read, with the reason: to stand after "No preview: "."""


def answer_name(place: int) -> str:
    """The file of the answer to a task."""
    return f"{place}.json"


def picture_name(place: int) -> str:
    """The file of the picture made for a task."""
    return f"{place}.png"

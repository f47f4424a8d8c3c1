"""The words of evidence: what an item says of itself, its revisions, what it proves, and what a file was refused for.

An evidence item is used for many things (targets). A link remembers the revision that was looked at when it was made;
once a newer revision is there, the link awaits confirmation. Dates are ISO texts, '' where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from desktop.changes import Changes


class TargetKind(StrEnum):
    """What evidence can prove. The values stand in workspaces: never change one."""

    REQUIREMENT = "requirement"
    TEST_CASE = "test_case"
    RESULT = "result"
    DEFECT = "defect"
    WORK_OFF = "work_off"
    DELIVERABLE = "deliverable"
    RELIANCE = "reliance"
    FINDING = "finding"
    ACTIVITY = "activity"
    """Of a cutover plan."""
    ANSWER = "answer"
    """To a question of a questionnaire."""
    DECLARATION = "declaration"
    QUESTION = "question"
    """Of an information request."""

    @property
    def words(self) -> str:
        """In the singular, for people: test case, work-off item."""
        return {"test_case": "test case", "work_off": "work-off item"}.get(self.value, self.value)


@dataclass(frozen=True)
class Target:
    """One thing that evidence proves: a row of its kind; for a finding its fingerprint."""

    kind: TargetKind
    id: int


@dataclass(frozen=True)
class TargetName:
    """How a target is called: its reference or key, and its title."""

    ref: str
    title: str


class Targets(Protocol):
    """What a capability says of the things that evidence can prove; one for each kind, wired in desktop/app.py."""

    def names(self, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """How these are called; ids that are not there (any more) are left out."""
        ...

    def find(self, text: str, limit: int) -> Sequence[tuple[int, TargetName]]:
        """Ids with names that fit the text, best first; all, in their usual order, for ''."""
        ...


class Confidentiality(StrEnum):
    """Who may see it."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"


class Redaction(StrEnum):
    """Whether something has to be blacked out before it leaves."""

    NONE = "none"
    NEEDED = "needed"
    DONE = "done"


@dataclass(frozen=True)
class EvidenceDetails:
    """What a person says of an item. `title` '' = the file's name without its ending; `collected` '' = today."""

    title: str = ""
    description: str = ""
    author: str = ""
    collector: str = ""
    """'' = the actor."""
    collected: str = ""
    period_from: str = ""
    period_to: str = ""
    expires: str = ""
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    redaction: Redaction = Redaction.NONE
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvidenceEdit:
    """A change to any number of items; None leaves a field as it is, '' clears it."""

    title: str | None = None
    description: str | None = None
    author: str | None = None
    collector: str | None = None
    collected: str | None = None
    period_from: str | None = None
    period_to: str | None = None
    expires: str | None = None
    confidentiality: Confidentiality | None = None
    redaction: Redaction | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Revision:
    """One file of an item. `active`: it can run or act when it is opened, so it is never opened from the app."""

    id: int
    number: int
    sha256: str
    file_name: str
    size: int
    """Bytes."""
    media_type: str
    kind: str
    """What it is by its content, for people: PDF document, PNG picture, Windows program."""
    active: bool
    modified_at: str
    origin: str
    reason: str
    added_at: str
    added_by: str


@dataclass(frozen=True)
class Evidence:
    """One item with its revisions, newest first."""

    id: int
    ref: str
    details: EvidenceDetails
    withdrawn: str
    """Why it is not to be used any more; '' = in use."""
    created_at: str
    created_by: str
    revisions: tuple[Revision, ...]

    @property
    def newest(self) -> Revision:
        """The revision that counts."""
        return self.revisions[0]


@dataclass(frozen=True)
class Use:
    """One thing that an item is used in. `name` is None when the target is not there any more."""

    link_id: int
    target: Target
    name: TargetName | None
    note: str
    confirmed_revision: int
    awaiting: bool
    """A newer revision is there than the one that was confirmed."""


@dataclass(frozen=True)
class Proof:
    """One item that a target relies on, in short."""

    link_id: int
    evidence_id: int
    ref: str
    title: str
    file_name: str
    kind: str
    size: int
    collected: str
    expires: str
    note: str
    awaiting: bool
    withdrawn: bool
    expired: bool


@dataclass(frozen=True)
class Refused:
    """A file that was not taken: its name and one sentence why, with what to do."""

    name: str
    why: str
    passed_over: bool = False
    """Rightly so: a hidden file that a system left in a folder; nobody meant it."""


@dataclass(frozen=True)
class LeftAsItWas:
    """An item that was here already and keeps what is said of it, though other details were given on purpose."""

    evidence_id: int
    ref: str
    details: tuple[str, ...]
    """The details that were given and not taken, in words: title, tags, expiry."""
    linked: bool
    """Links were asked for, and it has them now."""


@dataclass(frozen=True)
class Added:
    """What adding came to. `ids` are the items in the order of the files; `known` are files whose content was here.

    A file whose bytes are already kept as an item is not made a second item: that item is linked instead. An empty
    file has no bytes to be known by: it is known if an empty file of the same name is kept.
    """

    changes: Changes
    ids: tuple[int, ...]
    known: tuple[int, ...] = ()
    refused: tuple[Refused, ...] = ()
    repeats: tuple[str, ...] = ()
    """Names of files that hold the same as another of those given; they are no item of their own."""
    left: tuple[LeftAsItWas, ...] = ()
    """Known items of which something else was said on purpose; what is said of an item is changed by `edit` only."""


class PreviewKind(StrEnum):
    """What can be shown of a file without opening it."""

    TEXT = "text"
    PICTURE = "picture"
    NONE = "none"


@dataclass(frozen=True)
class Preview:
    """What the capped child process made of a file: a text, or a picture as PNG; `words` say what it is, or why not."""

    kind: PreviewKind
    words: str
    text: str = ""
    png: bytes = b""


@dataclass(frozen=True)
class EvidenceFault:
    """A revision whose file is missing or has another content than was kept."""

    ref: str
    title: str
    revision: int
    file_name: str
    sha256: str
    damaged: bool
    """Else it is missing."""


@dataclass(frozen=True)
class EvidenceReport:
    """What a check of all evidence found; `checked` files of `bytes` in all."""

    checked: int
    bytes: int
    faults: tuple[EvidenceFault, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether every file is as it was kept."""
        return not self.faults


@dataclass(frozen=True)
class Exported:
    """The files written by an export, with their list."""

    folder: Path
    files: tuple[Path, ...]
    index: Path

"""Requests for information and their questions, as pages and commands know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class RequestDetails:
    """What a person says of a request. Days are ISO texts or ''."""

    title: str
    their_ref: str = ""
    sender: str = ""
    received: str = ""
    due: str = ""
    note: str = ""
    closed: str = ""


@dataclass(frozen=True)
class InfoRequest:
    """A request with how far its answers are."""

    id: int
    ref: str
    details: RequestDetails
    sender_name: str
    source: str
    questions: int
    answered: int
    """Answered or not for us."""
    to_look_at: int
    """Whose question reads otherwise than when its answer was last looked at."""
    missing: int = 0
    """Not in the newest version of the document."""

    @property
    def name(self) -> str:
        """The title after the sender's own reference, unless it begins with that: PPIR 31: Readiness."""
        theirs, title = self.details.their_ref, self.details.title
        return title if not theirs or title.casefold().startswith(theirs.casefold()) else f"{theirs}: {title}"

    @property
    def open(self) -> int:
        """Questions without an answer."""
        return self.questions - self.answered


@dataclass(frozen=True)
class QuestionDetails:
    """What a person says of a question."""

    key: str
    text: str
    section: str = ""
    guidance: str = ""
    answer: str = ""
    owner: str = ""
    not_for_us: str = ""
    note: str = ""


@dataclass(frozen=True)
class QuestionEdit:
    """A change to any number of questions; None leaves a field as it is, '' clears it."""

    section: str | None = None
    text: str | None = None
    guidance: str | None = None
    answer: str | None = None
    owner: str | None = None
    not_for_us: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Question:
    """One question of a request."""

    id: int
    request_id: int
    details: QuestionDetails
    look_again: bool
    missing: bool
    proofs: int
    """Items of evidence linked to it (TargetKind.QUESTION)."""
    position: int
    extra: Mapping[str, str] = field(default_factory=dict)
    """Columns of the document that were mapped to nothing, heading to text."""
    awaiting: int = 0
    """Of the proofs, how many have a newer file than the one that was looked at."""

    @property
    def answered(self) -> bool:
        """There is an answer, or it does not apply."""
        return bool(self.details.answer or self.details.not_for_us)


@dataclass(frozen=True)
class KeptQuestion:
    """A question as a file would say it, for comparing: every field but its number."""

    id: int
    values: Mapping[str, str]
    extra: Mapping[str, str]
    missing: bool
    source: str
    """Document and version that the questions of its request were last taken from."""


@dataclass(frozen=True)
class DueRequest:
    """An open request with the day it is due."""

    request: InfoRequest
    day: date | None
    late: bool = False
    """The day lies behind, and it is not closed."""

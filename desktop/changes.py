"""What a write changed, so that every page can decide whether it cares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What there is to change in a workspace."""

    PARTICIPANT = "participant"
    SNAPSHOTS = "snapshots"
    RUNS = "runs"
    FINDINGS = "findings"
    EXCEPTIONS = "exceptions"
    SETTINGS = "settings"
    CONTENT = "content"
    VIEWS = "views"


@dataclass(frozen=True)
class Changes:
    """The subjects a step touched, its title for the undo menu, and how many records it was about."""

    subjects: frozenset[Subject] = frozenset()
    title: str = ""
    count: int = 0

    @staticmethod
    def of(*subjects: Subject, title: str = "", count: int = 0) -> Changes:
        """Build one from subjects: `Changes.of(Subject.FINDINGS, title="Accept 3 findings", count=3)`."""
        return Changes(frozenset(subjects), title, count)

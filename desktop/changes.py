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
    EVIDENCE = "evidence"
    """Evidence, its revisions and links."""
    PIT = "pit"
    """Gates, deliverables and reliance of the PIT plan."""
    REQUIREMENTS = "requirements"
    """Requirements, test cases and which case is for which requirement."""
    RESULTS = "results"
    """Runs and results."""
    DEFECTS = "defects"
    """Defects and the work-off plan."""
    MILESTONES = "milestones"
    """The participant's days of milestones; the pack itself is CONTENT."""
    CUTOVER = "cutover"
    """Cutover plans and their activities."""
    DECLARATIONS = "declarations"
    """Declarations, what became of them, and signing keys."""
    REQUESTS = "requests"
    """Information requests, their questions and answers."""
    SUBMISSIONS = "submissions"
    """Submissions, what became of them, and sealed packs."""
    TEMPLATES = "templates"
    """Recipients' own templates and what goes where in them."""
    COMMENTS = "comments"
    """Comments of reviewers and their answers."""
    ENDPOINTS = "endpoints"
    """Central endpoints: added, changed, paused, spoken to."""
    DELIVERIES = "deliveries"
    """What waits to be sent, is on its way, or was received, and what has left."""
    INBOX = "inbox"
    """Programme content that was offered, and conflicts."""


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

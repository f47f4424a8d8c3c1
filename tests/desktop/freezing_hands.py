"""What tests of submissions share: a workspace with a request that was answered, drafts over it, a clock that walks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.app import Workspace
from desktop.participant.model import Scope as Role
from desktop.requests.model import QuestionDetails, RequestDetails
from desktop.submissions.content import Content
from desktop.submissions.model import Scope, SubmissionDetails

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


class WalkingClock:
    """Says what it was set to; `walk` sets it on."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def walk(self, days: int) -> None:
        self.now += timedelta(days=days)


def acme(folder: Path, clock) -> Workspace:
    """A new workspace of a supplier."""
    workspace = Workspace.create(folder, "Acme Energy", "ACME", actor="Jo", clock=clock)
    workspace.participant.save_scope(Role("ACME", "supplier"))
    return workspace


def asked(workspace: Workspace, questions: int = 2, **other) -> int:
    """A request of the programme with so many questions, all answered."""
    details = {"title": "Readiness", "their_ref": "PPIR 31", "sender": "MCC", "due": "2026-12-04", **other}
    request, _ = workspace.requests.add(RequestDetails(**details))
    for number in range(1, questions + 1):
        workspace.requests.add_question(request, QuestionDetails(str(number), f"Question {number}?", answer="Yes"))
    return request


def over(request: int, **other) -> SubmissionDetails:
    """What is said of a draft of the answers."""
    return SubmissionDetails("info_request", scope=Scope(request_id=request), **other)


def a_draft(workspace: Workspace, recipients: tuple[str, ...] = ("BSC", "REC"), **other) -> int:
    """A draft over a request of its own."""
    return workspace.submissions.prepare(over(asked(workspace), recipients=recipients, **other))[0]


def a_frozen(workspace: Workspace, recipients: tuple[str, ...] = ("BSC", "REC"), **other) -> int:
    """The same, frozen."""
    made = a_draft(workspace, recipients, **other)
    workspace.submissions.freeze(made)
    return made


def plain(content: Content) -> tuple[object, ...]:
    """A content as values that can be compared: tables with their rows."""
    tables = [
        (one.id, one.tab, one.title, one.about, one.columns, one.count, tuple(one.rows())) for one in content.tables
    ]
    parts = (content.kind, content.title, content.position, content.relies, content.evidence, content.beside)
    return (*parts, dict(content.values), content.open_points, tables)

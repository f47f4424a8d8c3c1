"""What tests of information requests share: a workspace with a request of four questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cutover_hands import Clock

from desktop.app import Workspace
from desktop.evidence.model import Target, TargetKind
from desktop.requests.model import Question, QuestionDetails, RequestDetails

DETAILS = RequestDetails("Readiness for migration", "PPIR 31", "MCC", "2026-11-05", "2026-12-03")
QUESTIONS = (
    QuestionDetails("1.1", "How many MPANs will you migrate?", "Portfolio", "A number for each segment."),
    QuestionDetails("1.2", "Which of them are not traded?", "Portfolio"),
    QuestionDetails("2.1", "When do you finish PIT?", "Testing", "A day."),
    QuestionDetails("2.2", "Who signs your cutover declaration?", "Cutover"),
)


@contextmanager
def acme(folder: Path) -> Iterator[Workspace]:
    """A workspace whose clock stands at noon on 23 November 2026."""
    with Workspace.create(folder / "desk", "Acme Energy Ltd", "ACME", actor="Jo", clock=Clock()) as workspace:
        yield workspace


def a_request(workspace: Workspace, details: RequestDetails = DETAILS) -> int:
    """The request with its questions, none of them answered."""
    request_id, _ = workspace.requests.add(details)
    for one in QUESTIONS:
        workspace.requests.add_question(request_id, one)
    return request_id


def by_key(workspace: Workspace, request_id: int) -> dict[str, Question]:
    """Its questions by number, in the order of the request."""
    return {one.details.key: one for one in workspace.requests.questions(request_id)}


def prove(workspace: Workspace, folder: Path, question_id: int) -> int:
    """Link an item of evidence to a question; gives the item's id."""
    path = folder / "count.txt"
    path.write_text("12,345 MPANs\n", "utf-8")
    (item,) = workspace.evidence.add([path]).ids
    workspace.evidence.link([item], [Target(TargetKind.QUESTION, question_id)])
    return item

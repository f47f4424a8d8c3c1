"""What the pane shows of one submission: what is at hand, then what takes a while to gather."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

from desktop import clock
from desktop.errors import InvalidInput, PlainError
from desktop.jobs import Job
from desktop.submissions.model import (
    CheckReport,
    Event,
    EventKind,
    Mend,
    RecipientStanding,
    Submission,
    SubmissionFile,
    SubmissionState,
)
from desktop.sync.model import Delivery, Route
from desktop.sync.sendable import BY_BUNDLE, SEND_IT, next_step
from ui.widgets.pit_look import day_words

if TYPE_CHECKING:
    from desktop.app import Workspace


@dataclass(frozen=True)
class TableFacts:
    """One table of what a submission says, without its rows."""

    title: str
    about: str
    count: int


@dataclass(frozen=True)
class Looked:
    """What it says and what would be said of it. `problem`: why it cannot say anything yet."""

    report: CheckReport | None = None
    tables: tuple[TableFacts, ...] = ()
    position: tuple[tuple[str, str], ...] = ()
    open_points: tuple[str, ...] = ()
    evidence: int = 0
    relies: int = 0
    problem: str = ""


@dataclass(frozen=True)
class ShownSubmission:
    """All that the pane shows of one version. `looked` None: it is still being gathered."""

    one: Submission
    today: date
    versions: tuple[Submission, ...] = ()
    """Those of the same reference, newest first."""
    events: tuple[Event, ...] = ()
    files: tuple[SubmissionFile, ...] = ()
    recipients: Mapping[str, str] | None = None
    """Names by id."""
    looked: Looked | None = None
    forms: Mapping[str, str] | None = None
    """Of a draft: the names of recipients' own forms that freezing fills, by recipient."""
    routes: tuple[Route, ...] = ()
    """Where each recipient's things go; none where there is no endpoint."""
    deliveries: tuple[Delivery, ...] = ()
    """What was queued or sent of it."""

    @property
    def next_step(self) -> str:
        """The one thing to do next, in words; '' = nothing."""
        return next_step(self.one, self.routes)

    def delivery(self, recipient: str) -> Delivery | None:
        """The newest one that carries it to a recipient; None: there is none."""
        found = [one for one in self.deliveries if recipient in one.recipients]
        return max(found, key=lambda one: one.queued_at, default=None)

    @property
    def ended(self) -> str:
        """Of one that stands for nothing any more: since when and why; '' for another."""
        one = self.one
        if one.state is SubmissionState.WITHDRAWN:
            event = next((event for event in self.events if event.kind is EventKind.WITHDRAWN), None)
            if event is None:
                return "It was withdrawn."
            by, why = f" by {event.by}" if event.by else "", f": {event.note}" if event.note else "."
            return f"Withdrawn on {day_words(event.at.astimezone().date())}{by}{why}"
        after = next((other for other in self.versions if other.supersedes == one.id and other.state.locked), None)
        if one.state is not SubmissionState.SUPERSEDED or after is None:
            return ""
        on = f", frozen on {day_words(after.frozen_at.astimezone().date())}" if after.frozen_at else ""
        return f"{after.name}{on}, took its place{f': {after.reason}' if after.reason else '.'}"

    @property
    def newest(self) -> bool:
        """No newer version is there, draft or not."""
        return not self.versions or self.one.version == max(other.version for other in self.versions)

    def said_of(self, standing: RecipientStanding) -> Event | None:
        """The event by which it stands so with a recipient, where something was written with it."""
        events = [
            event for event in self.events
            if event.recipient in {"", standing.recipient} and event.kind.value == standing.state.value
            and not event.taken_back
        ]  # fmt: skip
        return events[-1] if events and events[-1].note else None

    def said_last(self, recipient: str) -> Event | None:
        """What a person said last of a recipient and did not take back."""
        said = [
            event for event in self.events
            if event.recipient == recipient and event.kind in SAID and not event.taken_back
        ]  # fmt: skip
        return said[-1] if said else None


SAID = (
    EventKind.HANDED_OVER, EventKind.RECEIVED, EventKind.IN_REVIEW, EventKind.CHANGES_REQUESTED, EventKind.ACCEPTED,
)  # fmt: skip
"""What a person says, in the order in which it happens."""


class PaneAsks(Protocol):
    """What the pane asks the page to do with the chosen submission."""

    def do(self, verb: str) -> object:
        """One of the page's commands about the chosen submission, by the last part of its id."""

    def say(self, kind: EventKind, recipient: str = "") -> object:
        """Ask what has to be asked and say that it happened."""

    def take_back(self, event: Event) -> object:
        """Ask why it was a mistake and take it back."""

    def mend(self, where: Mend) -> object:
        """Go where something is mended."""

    def save_file(self, file: SubmissionFile) -> object:
        """Ask where and write a file as it was frozen."""

    def show_export(self, file_name: str) -> object:
        """Show a file that was exported, in its folder."""

    def show_version(self, submission_id: int) -> object:
        """Show another version."""


class PaneTab(Protocol):
    """A tab of the pane: a widget with a name, and a number beside it when there is something to count."""

    heading: str

    def show_submission(self, shown: ShownSubmission | None) -> None:
        """Show one; None = none is chosen."""

    def count(self, shown: ShownSubmission) -> int:
        """The number beside its name; 0 = none."""

    def as_widget(self) -> QWidget:
        """Itself, to be laid out."""


MakeTab = Callable[[], PaneTab]


def read_shown(workspace: Workspace, submission_id: int) -> ShownSubmission:
    """What is at hand; on a worker. Raises NotFound."""
    service = workspace.submissions
    one = service.get(submission_id)
    locked = one.state.locked
    return ShownSubmission(
        one,
        clock.today(workspace.clock),
        service.versions(submission_id),
        service.events(submission_id) if locked else (),
        service.files(submission_id) if locked else (),
        {choice.id: choice.title for choice in service.recipients()},
        forms={} if locked else _forms(workspace, one),
        routes=workspace.outbox.routes(submission_id) if locked and workspace.endpoints.endpoints() else (),
        deliveries=workspace.outbox.deliveries(submission_id=submission_id) if locked else (),
    )


def _forms(workspace: Workspace, one: Submission) -> dict[str, str]:
    """The recipients' own forms that freezing a draft fills."""
    found = {
        standing.recipient: workspace.templates.for_recipient(standing.recipient, one.kind.id)
        for standing in one.recipients
    }
    return {recipient: form.file_name for recipient, form in found.items() if form is not None}


def read_looked(workspace: Workspace, submission_id: int, job: Job) -> Looked:
    """Gather what it says and hold the rules against it; on a worker. Raises NotFound, WorkspaceDamaged, Cancelled."""
    service = workspace.submissions
    try:
        report, content = service.look(submission_id, job)
    except InvalidInput as error:
        return Looked(problem=_words(error))
    if isinstance(content, PlainError):
        return Looked(report, problem=_words(content))
    return Looked(
        report,
        tuple(TableFacts(table.title, table.about, table.count) for table in content.tables),
        content.position,
        content.open_points,
        len(content.evidence),
        len(content.relies),
    )


def _words(error: PlainError) -> str:
    return " ".join(part for part in (error.what, error.todo) if part)


def next_verb(shown: ShownSubmission) -> str:
    """The command that its next step asks for; '' = it is a matter of waiting, or nothing is to be done."""
    if shown.one.state is SubmissionState.DRAFT:
        return "freeze"
    words = shown.next_step
    if words == SEND_IT:
        return "send"
    if words == BY_BUNDLE:
        return ""
    return next((verb for begin, verb in _VERBS.items() if words.startswith(begin)), "")


_VERBS = {
    "Answer ": "comments",
    "Make a new version": "version",
    "Export it": "export",
    "Send it": "handed over",
    "Wait for the receipt": "received",
    "Wait for the review": "in review",
    "Wait for the decision": "accepted",
}
"""The command for each next step of the model, by how its words begin."""

"""What pages and commands know of submissions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from desktop.errors import InvalidInput
from desktop.report.privacy import MpanChoice


class SubmissionState(StrEnum):
    """Of a version as a whole."""

    DRAFT = "draft"
    FROZEN = "frozen"
    SUPERSEDED = "superseded"
    """A newer version was frozen; it stays as it was."""
    WITHDRAWN = "withdrawn"

    @property
    def locked(self) -> bool:
        """It is frozen, whatever became of it."""
        return self is not SubmissionState.DRAFT


class RecipientState(StrEnum):
    """How it stands with one recipient. Received is not accepted; exported is not sent."""

    DRAFT = "draft"
    FROZEN = "frozen"
    EXPORTED = "exported"
    """A file for this recipient was written (or a pack sealed). Whether it was sent is not known."""
    HANDED_OVER = "handed over"
    """A person says that it was sent; there is no receipt."""
    QUEUED = "queued"
    """Waits to be sent by sync."""
    RECEIVED = "received"
    """There is a receipt. Nothing is said of what the recipient thinks."""
    IN_REVIEW = "in review"
    CHANGES_REQUESTED = "changes requested"
    ACCEPTED = "accepted"

    @property
    def words(self) -> str:
        """For people; exported never reads as sent, received never as accepted."""
        return {
            "draft": "Draft",
            "frozen": "Frozen, not exported",
            "exported": "Exported, not sent as far as we know",
            "handed over": "Handed over, no receipt yet",
            "queued": "Queued, not sent yet",
            "received": "Received, not reviewed",
            "in review": "In review",
            "changes requested": "Changes requested",
            "accepted": "Accepted",
        }[self.value]


class EventKind(StrEnum):
    """What can happen to a submission. The values stand in workspaces."""

    FROZEN = "frozen"
    EXPORTED = "exported"
    PACKED = "packed"
    HANDED_OVER = "handed over"
    QUEUED = "queued"
    RECEIVED = "received"
    IN_REVIEW = "in review"
    CHANGES_REQUESTED = "changes requested"
    ACCEPTED = "accepted"
    TAKEN_BACK = "taken back"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class KindInfo:
    """A kind of submission of the submissions pack."""

    id: str
    """One of kinds.registry.KINDS, such as rttm or cleanse_report."""
    name: str
    code: str
    """Part of its references: RTTM in ACME-RTTM-0004."""
    about: str
    scope: str
    """What has to be chosen: '', gate, plan, request, evidence, declarations."""
    recipients: tuple[str, ...]
    """Ids that get it in any case; () = those of the participant's roles."""
    milestone: str
    """Its deadline hangs on this milestone when nothing else is said; '' = none."""
    source: str


@dataclass(frozen=True)
class Scope:
    """What a submission is over. Each kind uses the fields that it asks for."""

    gate: str = ""
    plan_id: int | None = None
    request_id: int | None = None
    declarations: tuple[int, ...] = ()
    evidence: tuple[int, ...] = ()
    """Ids of items; for the kind evidence () = all that are in use."""
    with_evidence: bool = True
    """The files of the evidence go into its packs."""


@dataclass(frozen=True)
class Choice:
    """One thing that a scope can be: a gate, a plan, a request, a signed declaration."""

    id: str
    title: str
    detail: str = ""
    ref: str = ""
    """By which a command names it; '' = by its id."""


@dataclass(frozen=True)
class SubmissionDetails:
    """What a person says of a draft. `title` '' = the kind's; `recipients` () = the kind's or the roles'.

    Saving those that follow anyway pins nothing. `due` is a day of its own, which takes the place of a milestone; what
    follows from a gate or a request is `Submission.deadline` only.
    """

    kind: str
    title: str = ""
    scope: Scope = field(default_factory=Scope)
    recipients: tuple[str, ...] = ()
    milestone: str = ""
    due: str = ""
    mpan_choice: MpanChoice = MpanChoice.LAST_FOUR
    covering: str = ""
    note: str = ""


@dataclass(frozen=True)
class RecipientStanding:
    """How it stands with one recipient."""

    recipient: str
    name: str
    state: RecipientState
    since: date | None
    """The day of the state."""
    their_ref: str = ""
    waiting: int = 0
    """Working days without a word since it was handed over, received or taken into review; 0 when it does not wait."""
    open_comments: int = 0
    next: tuple[EventKind, ...] = ()
    """What may be said next."""


@dataclass(frozen=True)
class Submission:
    """One version."""

    id: int
    ref: str
    version: int
    details: SubmissionDetails
    """With title, recipients and deadline resolved."""
    kind: KindInfo
    state: SubmissionState
    recipients: tuple[RecipientStanding, ...]
    deadline: date | None
    deadline_words: str
    """Where it comes from: M14, the gate, own day."""
    supersedes: int | None
    reason: str
    sha256: str
    """Of the frozen bytes; '' for a draft."""
    content_sha256: str
    frozen_at: datetime | None
    frozen_by: str
    created_at: datetime
    created_by: str
    open_comments: int = 0

    @property
    def name(self) -> str:
        """ACME-RTTM-0004 v2."""
        return f"{self.ref} v{self.version}"

    @property
    def next_step(self) -> str:
        """The one thing to do next, in words; '' = nothing."""
        return next_step(self)


@dataclass(frozen=True)
class Event:
    """Something that happened to a version. `taken_back`: a later event says that it was a mistake."""

    id: int
    kind: EventKind
    recipient: str
    recipient_name: str
    at: datetime
    by: str
    day: str
    their_ref: str
    note: str
    file_name: str
    sha256: str
    taken_back: bool = False


class Severity(StrEnum):
    """Of an acceptance rule. Only rules about structure block."""

    BLOCK = "block"
    ADVISE = "advise"


class Outcome(StrEnum):
    """Of a rule."""

    PASSED = "passed"
    FAILED = "failed"
    COULD_NOT_RUN = "could not run"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Mend:
    """Where to go to mend something: a page of the window and what on it (its payload's words), and a command."""

    page: str
    target: str = ""
    """'cleanse:check=C012', 'pit:ref=ACME-PIT-0003', 'evidence:ref=ACME-EVD-0004', 'requests:key=3.2'; of the draft
    itself 'submission:field=covering'."""
    command: str = ""


@dataclass(frozen=True)
class CheckLine:
    """One acceptance rule and what it found: `count` things, up to some `examples`, each with where to mend it."""

    rule: str
    title: str
    severity: Severity
    recipient: str
    """Whose rule it is; '' = everybody's."""
    outcome: Outcome
    detail: str
    count: int = 0
    examples: tuple[tuple[str, Mend], ...] = ()
    mend: Mend | None = None
    source: str = ""


@dataclass(frozen=True)
class CheckReport:
    """Would they bounce it? Each rule with what it found."""

    lines: tuple[CheckLine, ...]
    as_of: date
    pack: str
    """The pack in use with its standing, in words."""

    @property
    def blocked(self) -> tuple[CheckLine, ...]:
        """What stands in the way of freezing."""
        return tuple(one for one in self.lines if one.severity is Severity.BLOCK and one.outcome is not Outcome.PASSED
                     and one.outcome is not Outcome.SKIPPED)  # fmt: skip

    @property
    def advised(self) -> tuple[CheckLine, ...]:
        """What they may well ask about."""
        return tuple(one for one in self.lines if one.severity is Severity.ADVISE
                     and one.outcome in {Outcome.FAILED, Outcome.COULD_NOT_RUN})  # fmt: skip


class NotFreezable(InvalidInput):
    """A draft cannot be frozen: the first thing that stands in the way, and how many more."""


@dataclass(frozen=True)
class SubmissionFile:
    """A file that was frozen with it."""

    role: str
    """workbook, template, rows."""
    recipient: str
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Exported:
    """What an export wrote for one recipient; the first is what to send."""

    recipient: str
    paths: tuple[Path, ...]
    sha256: tuple[str, ...]


class ChangeKind(StrEnum):
    """How a row differs between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class RowChange:
    """One difference. For CHANGED each column that differs has its own, with what stood there before and after."""

    table: str
    table_title: str
    key: str
    kind: ChangeKind
    column: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side. `counts`: (table title, added, removed, changed rows); `changes` may be cut."""

    before: str
    after: str
    counts: tuple[tuple[str, int, int, int], ...]
    changes: tuple[RowChange, ...]
    left_out: int = 0
    """Changes beyond those listed."""
    same_choice: bool = True
    """False: the two show personal data differently, so cells cannot be compared and rows only by key."""


@dataclass(frozen=True)
class DueSubmission:
    """Something that is due to somebody: a draft, something not begun, or what is out and unanswered."""

    day: date | None
    kind: str
    title: str
    recipients: tuple[str, ...]
    """Names."""
    what: str
    """not begun, draft, frozen, exported, queued, unanswered, changes requested, comments."""
    detail: str
    late: bool
    submission_id: int | None = None
    scope: Scope | None = None
    """To begin it with, when there is none yet."""


@dataclass(frozen=True)
class RegisterEntry:
    """One line of the register of everything that was ever frozen, exported, packed, sent, received or answered."""

    at: datetime
    name: str
    kind: str
    title: str
    recipient: str
    what: str
    """In words: exported is not sent, received is not accepted."""
    day: str
    file_name: str
    sha256: str
    their_ref: str
    note: str
    by: str
    taken_back: bool = False


def next_step(one: Submission) -> str:
    """The one thing to do next with a version, in words; '' = nothing. The most urgent of its recipients decides."""
    if one.state is SubmissionState.DRAFT:
        return "Check it, then freeze it"
    if one.state is not SubmissionState.FROZEN:
        return ""
    states = {standing.state for standing in one.recipients}
    if one.open_comments:
        return f"Answer {one.open_comments} comment{'' if one.open_comments == 1 else 's'}"
    for state, words in (
        (RecipientState.CHANGES_REQUESTED, "Make a new version"),
        (RecipientState.FROZEN, "Export it"),
        (RecipientState.EXPORTED, "Send it, then say so"),
        (RecipientState.HANDED_OVER, "Wait for the receipt"),
        (RecipientState.QUEUED, "Wait for sync"),
        (RecipientState.RECEIVED, "Wait for the review"),
        (RecipientState.IN_REVIEW, "Wait for the decision"),
    ):
        if state in states:
            return words
    return ""

"""What the data cleanse progress report says, as plain values: no service, no database, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from desktop.frames import pl
from desktop.report.privacy import MpanChoice

FINDING_COLUMNS = (
    "fingerprint",
    "state",
    "severity",
    "check_id",
    "check_title",
    "row",
    "mpan",
    "item",
    "item_title",
    "value",
    "message",
    "suggestion",
    "party",
    "owner",
    "due",
    "status",
    "accepted",
    "first_seen",
    "note",
)
"""Columns of a block of findings: fingerprint Int64; row an integer, null for the file; due and first_seen ISO dates or
null; accepted says the exception in words or is ''; all else texts, never null."""


@dataclass(frozen=True)
class ParticipantFacts:
    """Who reports: legal name, short name, and each MPID with its roles in words."""

    name: str
    short_name: str
    mpids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SnapshotFacts:
    """What was checked: the file as it was given."""

    file_name: str
    sha256: str
    rows: int
    imported_at: datetime
    extract_date: date | None = None


@dataclass(frozen=True)
class PackFacts:
    """A content pack that was in use: its title, its version, and its status: official, suggested or sample."""

    title: str
    version: str
    status: str
    source: str = ""

    @property
    def words(self) -> str:
        """Version and status in words; what is ours is never shown as official."""
        status = {"suggested": "suggested by MHHS Desk, not official", "official": "official, from the user's own copy"}
        return f"{self.version} ({status.get(self.status, self.status)})"


@dataclass(frozen=True)
class CheckFacts:
    """One check in the run: its words, its outcome, and how its findings stand."""

    id: str
    title: str
    severity: str
    party: str
    """In words."""
    explanation: str
    basis: str
    outcome: str
    reason: str = ""
    """Why it could not run or was skipped, or what of it was not checked; '' when all of it was."""
    remark: str = ""
    """What was found out beside the findings."""
    unless: tuple[str, ...] = ()
    """Its root causes: a row with a finding of one of these checks gets none of this one."""
    new: int = 0
    still: int = 0
    changed: int = 0
    gone: int = 0
    excepted: int = 0

    @property
    def open(self) -> int:
        """Findings that are there; the excepted ones are counted apart."""
        return self.new + self.still + self.changed


@dataclass(frozen=True)
class PartyFacts:
    """How the findings of one party that mends them stand, by severity."""

    party: str
    severity: str
    new: int
    still: int
    changed: int
    gone: int
    excepted: int

    @property
    def open(self) -> int:
        """Findings that are there; the excepted ones are counted apart."""
        return self.new + self.still + self.changed


@dataclass(frozen=True)
class ExceptionFacts:
    """An exception: what it covers, why, who approved it, and until when."""

    check_id: str
    check_title: str
    item_title: str
    reason: str
    approver: str
    approved: date
    expires: date
    population: int
    state: str


@dataclass(frozen=True)
class SinceLast:
    """What moved in one check since the last report to the same recipient."""

    check_id: str
    check_title: str
    new: int
    changed: int
    gone: int
    open: int


@dataclass(frozen=True)
class LastReport:
    """The report that this one is compared with."""

    file_name: str
    made_at: datetime
    sha256: str


@dataclass(frozen=True)
class Findings:
    """Findings in reading order: how many, and their blocks with `FINDING_COLUMNS`. `blocks` may be called once."""

    rows: int
    blocks: Callable[[], Iterator[pl.DataFrame]]


@dataclass(frozen=True)
class ReportContent:
    """All that the workbook says."""

    participant: ParticipantFacts
    recipient: str
    snapshot: SnapshotFacts
    as_of: date
    made_at: datetime
    made_by: str
    app_version: str
    audit_head: str
    mpan_choice: MpanChoice
    checks: tuple[CheckFacts, ...]
    parties: tuple[PartyFacts, ...]
    findings: Findings
    packs: tuple[PackFacts, ...] = ()
    exceptions: tuple[ExceptionFacts, ...] = ()
    last: LastReport | None = None
    since: tuple[SinceLast, ...] = ()
    key_secret: bytes = field(default=b"", repr=False)
    """The workspace's secret under which row keys are hashed when MPANs are masked; 16 bytes or more."""

"""The words of the cleanse: severities, parties, outcomes, findings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is, worst first (domain data, section 5)."""

    BLOCK = "Block"
    """Cannot be identified, migrated or billed safely."""
    HIGH = "High"
    """Likely rejection or mis-settlement."""
    MED = "Med"
    """Put right soon."""
    LOW = "Low"
    """Information."""


class Party(StrEnum):
    """Who mends it."""

    SUP = "SUP"
    LDSO = "LDSO"
    MEM = "MEM"
    UMSO = "UMSO"
    TOOL = "TOOL"

    @property
    def title(self) -> str:  # type: ignore[override]  # not the method of str
        """The party in words."""
        return {
            "SUP": "Supplier",
            "LDSO": "Distributor (LDSO)",
            "MEM": "Meter equipment manager (MEM)",
            "UMSO": "Unmetered supplies operator (UMSO)",
            "TOOL": "MHHS Desk (cleaned on reading)",
        }[self.value]


class Outcome(StrEnum):
    """What became of a check in a run."""

    PASSED = "passed"
    FAILED = "failed"
    COULD_NOT_RUN = "could not run"
    SKIPPED = "skipped"


class State(StrEnum):
    """How a finding stands against the run before."""

    NEW = "New"
    STILL = "Still open"
    CHANGED = "Changed"
    GONE = "Gone"


class WorkStatus(StrEnum):
    """How far people are with a finding; only a later snapshot closes it."""

    OPEN = "open"
    IN_PROGRESS = "in progress"
    SENT = "sent to owner"
    FIXED = "fixed at source"


@dataclass(frozen=True)
class CheckOutcome:
    """One check in one run: outcome, number of findings, and why it could not run, was skipped or is partial."""

    check_id: str
    outcome: Outcome
    count: int
    reason: str = ""

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


_NOT_CHECKED = "Not checked: "
"""Begins the line of a reason that says what of its rule a check that ran left out. Kept with every run: stable."""


@dataclass(frozen=True)
class CheckOutcome:
    """One check in one run: outcome, number of findings, and a reason.

    The reason of a check that did not run says why. That of one that ran is made by `reason_of`: it says what was left
    out, in a first line that begins `Not checked: `, and what was found out besides. Both are '' when there is nothing.
    """

    check_id: str
    outcome: Outcome
    count: int
    reason: str = ""

    @property
    def ran(self) -> bool:
        """Whether it passed or failed."""
        return self.outcome in {Outcome.PASSED, Outcome.FAILED}

    @property
    def left_out(self) -> str:
        """What of its rule a check that ran did not look at; '' if nothing."""
        first = self.reason.partition("\n")[0]
        return first.removeprefix(_NOT_CHECKED) if self.ran and first.startswith(_NOT_CHECKED) else ""

    @property
    def remark(self) -> str:
        """What a check that ran found out beside its findings; nothing was left unchecked for it."""
        if not self.ran:
            return ""
        return self.reason.partition("\n")[2] if self.left_out else self.reason


def reason_of(left_out: str, remark: str) -> str:
    """The reason of a check that ran. `left_out` is one line of our own words; a remark may quote the file."""
    return "\n".join(part for part in (left_out and _NOT_CHECKED + left_out, remark) if part)

"""The words of testing: requirements, cases with steps, runs, results, defects, the work-off plan, and coverage.

A result's status is one of five words; three of them stand on the qualification test screen (Passed, Failed, Not Run;
domain/process.md, section 6.3), Blocked and Not applicable are added and need a reason. Days are ISO texts, '' = none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from desktop.evidence.model import Proof


class Status(StrEnum):
    """What became of a case in a run."""

    PASSED = "Passed"
    FAILED = "Failed"
    BLOCKED = "Blocked"
    NOT_RUN = "Not run"
    NOT_APPLICABLE = "Not applicable"

    @property
    def needs_reason(self) -> bool:
        """Whether somebody has to say why."""
        return self in (Status.BLOCKED, Status.NOT_APPLICABLE)


class Cover(StrEnum):
    """How a requirement stands, worst first: gaps come before what is done."""

    NO_CASE = "No test case"
    ONLY_NOT_APPLICABLE = "Only not applicable"
    """It applies, and somebody said of each of its test cases that the case does not: nothing tests it."""
    FAILED = "Failed"
    BLOCKED = "Blocked"
    NOT_RUN = "Not run"
    NO_EVIDENCE = "Passed, no evidence"
    """Every case passed, and a passed result has no evidence in use that is still good."""
    RELIES = "Relies, not proven"
    """Rests on a third party whose reliance is not proven."""
    RELIANCE = "Reliance"
    """Rests on a third party, agreed and with evidence."""
    PASSED = "Passed"
    NOT_APPLICABLE = "Not applicable"

    @property
    def is_gap(self) -> bool:
        """Whether something is still to be done for it."""
        return self not in (Cover.PASSED, Cover.RELIANCE, Cover.NOT_APPLICABLE)


@dataclass(frozen=True)
class Requirement:
    """One requirement as its document has it (key to party, priority, extra), and what is said of it here."""

    id: int
    key: str
    title: str
    text: str
    family: str
    stage: str
    party: str
    priority: str
    applies: str
    """'' = it applies; else why not."""
    owner: str
    note: str
    reliance_id: int | None
    source: str
    extra: dict[str, str]
    missing: bool
    """It was not in the newest import that claimed to be complete."""


@dataclass(frozen=True)
class RequirementEdit:
    """A change to any number of requirements; None leaves a field. `reliance_id` 0 clears it."""

    title: str | None = None
    text: str | None = None
    family: str | None = None
    stage: str | None = None
    party: str | None = None
    priority: str | None = None
    applies: str | None = None
    owner: str | None = None
    note: str | None = None
    reliance_id: int | None = None


@dataclass(frozen=True)
class Step:
    """One step of a case: the columns of the qualification test grid that are of the case."""

    position: int
    step: str
    description: str = ""
    source: str = ""
    recipient: str = ""
    message: str = ""
    who: str = ""
    valid: str = ""


@dataclass(frozen=True)
class Case:
    """One test case with its steps and the keys of the requirements it is for."""

    id: int
    key: str
    title: str
    scenario: str
    description: str
    precondition: str
    expected: str
    stage: str
    priority: str
    owner: str
    note: str
    source: str
    extra: dict[str, str]
    missing: bool
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class CaseEdit:
    """A change to any number of cases; None leaves a field. `steps` replace the case's steps."""

    title: str | None = None
    scenario: str | None = None
    description: str | None = None
    precondition: str | None = None
    expected: str | None = None
    stage: str | None = None
    priority: str | None = None
    owner: str | None = None
    note: str | None = None
    steps: tuple[Step, ...] | None = None


@dataclass(frozen=True)
class RunInfo:
    """A run with its counts by status."""

    id: int
    ref: str
    title: str
    stage: str
    gate: str
    environment: str
    tester: str
    started: str
    finished: str
    """'' = still open."""
    note: str
    import_id: int | None
    counts: dict[Status, int]

    @property
    def open(self) -> bool:
        """Whether results can still be set."""
        return not self.finished

    @property
    def cases(self) -> int:
        """How many results it has."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class StepResult:
    """One frozen step with what happened."""

    step: Step
    status: Status = Status.NOT_RUN
    evidence: str = ""
    files: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Result:
    """One case of a run: the case as it was (frozen) and what became of it."""

    id: int
    run_id: int
    run_ref: str
    case_id: int
    key: str
    title: str
    frozen: dict[str, object]
    """The case as it was: title, scenario, description, expected, stage, requirements (keys), steps."""
    status: Status
    reason: str
    message: str
    tester: str
    executed: str
    seconds: float | None
    steps: tuple[StepResult, ...]
    case_changed: bool
    """The case reads otherwise now than when it was run."""


@dataclass(frozen=True)
class ResultEdit:
    """What is said of results; None leaves a field. Without `executed` a status takes the clock's today."""

    status: Status | None = None
    reason: str | None = None
    message: str | None = None
    tester: str | None = None
    executed: str | None = None


class DefectStatus(StrEnum):
    """How far a defect is."""

    OPEN = "open"
    IN_FIX = "in fix"
    READY = "ready to retest"
    CLOSED = "closed"
    DEFERRED = "deferred"
    """To the work-off plan."""
    REJECTED = "rejected"

    @property
    def is_open(self) -> bool:
        """Whether it still counts against a gate (a deferred one does, until the work-off item is done)."""
        return self not in (DefectStatus.CLOSED, DefectStatus.REJECTED)


@dataclass(frozen=True)
class DefectDetails:
    """What is said of a defect. `key` is its number in the participant's own tool."""

    title: str
    key: str = ""
    description: str = ""
    severity: str = ""
    status: DefectStatus = DefectStatus.OPEN
    owner: str = ""
    raised: str = ""
    due: str = ""
    closed: str = ""
    resolution: str = ""


@dataclass(frozen=True)
class Defect:
    """One defect with the results it was seen in: (result id, run ref, case key, status)."""

    id: int
    ref: str
    details: DefectDetails
    results: tuple[tuple[int, str, str, Status], ...] = ()
    work_off: tuple[str, ...] = ()
    """References of work-off items."""


class WorkOffStatus(StrEnum):
    """How far a work-off item is."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True)
class WorkOffDetails:
    """One item of the work-off plan: what, who, until when, and who agreed (domain/process.md, section 4.2)."""

    title: str
    description: str = ""
    defect_id: int | None = None
    requirement_id: int | None = None
    owner: str = ""
    due: str = ""
    status: WorkOffStatus = WorkOffStatus.OPEN
    agreed_by: str = ""
    agreed_on: str = ""
    closed: str = ""
    note: str = ""


@dataclass(frozen=True)
class WorkOff:
    """One item with its reference and names; late: open past its day."""

    id: int
    ref: str
    details: WorkOffDetails
    defect_ref: str = ""
    requirement_key: str = ""
    late: bool = False


@dataclass(frozen=True)
class LatestResult:
    """The newest result of a case (by day executed, then by run), or none yet."""

    result_id: int | None
    run_ref: str
    status: Status
    executed: str
    case_changed: bool = False


@dataclass(frozen=True)
class TracedCase:
    """A case as a requirement sees it. `changed`: the requirement reads otherwise than when they were linked."""

    link_id: int
    case_id: int
    key: str
    title: str
    stage: str
    latest: LatestResult
    evidence: tuple[Proof, ...]
    """Of its newest result and of the case itself."""
    defects: tuple[tuple[int, str, str, DefectStatus], ...]
    """(id, ref, title, status) of defects seen in its results."""
    changed: bool


@dataclass(frozen=True)
class TracedRequirement:
    """A requirement as a case sees it."""

    link_id: int
    requirement_id: int
    key: str
    title: str
    family: str
    cover: Cover
    changed: bool


@dataclass(frozen=True)
class RequirementTrace:
    """Requirement -> cases -> newest result -> evidence -> defects."""

    requirement: Requirement
    cover: Cover
    cases: tuple[TracedCase, ...]
    evidence: tuple[Proof, ...]
    """Linked to the requirement itself."""
    reliance: str = ""
    """Reference and third party, when it rests on one."""


@dataclass(frozen=True)
class CaseTrace:
    """And back: case -> requirements, and every result it had, newest first."""

    case: Case
    requirements: tuple[TracedRequirement, ...]
    results: tuple[LatestResult, ...]
    evidence: tuple[Proof, ...]
    defects: tuple[tuple[int, str, str, DefectStatus], ...]


@dataclass(frozen=True)
class CoverageRow:
    """How many requirements of a family (or stage) stand how; '' = the document names none."""

    name: str
    total: int
    counts: dict[Cover, int]

    @property
    def gaps(self) -> int:
        """Requirements with something still to be done."""
        return sum(count for cover, count in self.counts.items() if cover.is_gap)


@dataclass(frozen=True)
class Coverage:
    """The requirements that apply, by family and by stage, and what to look at first."""

    whole: CoverageRow
    by_family: tuple[CoverageRow, ...] = field(default=())
    by_stage: tuple[CoverageRow, ...] = field(default=())
    changed_links: int = 0
    """Links whose requirement changed since they were looked at."""
    orphan_cases: int = 0
    """Cases that are for no requirement."""

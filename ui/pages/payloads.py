"""What one page can ask another to show; handed to `context.navigate`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.browse.view import View
from desktop.evidence.model import Target, TargetKind

if TYPE_CHECKING:
    from desktop.records.model import RecordKind  # brings the data engine along
    from desktop.sync.model import Delivery


@dataclass(frozen=True)
class ShowRow:
    """Portfolio: show this data row (from 1) of this snapshot."""

    snapshot_id: int
    row: int


@dataclass(frozen=True)
class ShowFinding:
    """Cleanse: show the finding with this fingerprint."""

    fingerprint: int


@dataclass(frozen=True)
class ShowView:
    """Cleanse, Portfolio, History: apply this view to the page's table."""

    view: View


@dataclass(frozen=True)
class ImportFile:
    """Imports: start with this file (chosen in a menu or dropped on the window)."""

    path: Path


@dataclass(frozen=True)
class ChooseFile:
    """Imports: ask for a file and start with it."""


@dataclass(frozen=True)
class ShowSection:
    """Settings: show this section (`participant`, `checks`, `content`, `appearance` ...)."""

    section: str


@dataclass(frozen=True)
class ShowEvidence:
    """Evidence: show the item with this id."""

    evidence_id: int


@dataclass(frozen=True)
class ShowTarget:
    """PIT plan, Traceability, Test runs, Defects, Cutover: show this record."""

    target: Target


TARGET_PAGES = {
    TargetKind.REQUIREMENT: "traceability",
    TargetKind.TEST_CASE: "traceability",
    TargetKind.RESULT: "testruns",
    TargetKind.DEFECT: "defects",
    TargetKind.WORK_OFF: "defects",
    TargetKind.DELIVERABLE: "pit",
    TargetKind.RELIANCE: "pit",
    TargetKind.FINDING: "cleanse",
    TargetKind.ACTIVITY: "cutover",
    TargetKind.DECLARATION: "declarations",
    TargetKind.QUESTION: "requests",
}
"""The page that shows what evidence proves. Such a page takes `ShowTarget`; Cleanse takes `ShowFinding`."""


def place_of(target: Target) -> tuple[str, object] | None:
    """Where a record is shown: the page and what to ask of it, for `context.navigate`; None if no page shows it."""
    page = TARGET_PAGES.get(target.kind)
    if page is None:
        return None
    return page, ShowFinding(target.id) if target.kind is TargetKind.FINDING else ShowTarget(target)


@dataclass(frozen=True)
class ImportRecords:
    """Traceability: import requirements, cases, results, defects ... from this file (None = ask for one)."""

    path: Path | None = None
    kind: RecordKind | None = None
    """What its rows are, when that is known; else the file says it or the person is asked."""
    plan: int | None = None
    """Of activities: the cutover plan that they are meant for."""
    request: int | None = None
    """Of questions: the information request that they are meant for."""
    begun_on: str = ""
    """The page that asked for it: there the person is again when nothing was taken; '' = Traceability itself."""


@dataclass(frozen=True)
class ShowRun:
    """Test runs: show this run."""

    id: int


@dataclass(frozen=True)
class AddWorkOff:
    """Defects: ask for a new work-off item, of this defect or this requirement if one is given."""

    defect_id: int | None = None
    requirement_id: int | None = None


@dataclass(frozen=True)
class StartRun:
    """Test runs: ask for a new run, of these test cases if some are given."""

    case_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class ShowRecords:
    """Traceability, Defects: show the table of these records."""

    kind: RecordKind


@dataclass(frozen=True)
class ShowDeclaration:
    """Declarations: show this one; with `sign` its signing screen."""

    declaration_id: int
    sign: bool = False


@dataclass(frozen=True)
class ShowActivity:
    """Cutover: show this plan, and this activity of it if one is given."""

    plan_id: int
    activity_id: int | None = None


@dataclass(frozen=True)
class ShowRequest:
    """Requests: show this information request, and this question of it if one is given."""

    request_id: int
    question_id: int | None = None


@dataclass(frozen=True)
class PrepareDeclaration:
    """Declarations: ask for a new declaration, for an activity of a cutover plan if one is given."""

    plan_id: int | None = None
    activity_id: int | None = None
    wording: str = ""
    """Id in the declarations pack; '' or words that are no id = the person chooses."""


@dataclass(frozen=True)
class ShowSubmission:
    """Submissions: show this version; `tab`: the heading of the pane's tab that is wanted."""

    submission_id: int
    tab: str = ""


@dataclass(frozen=True)
class PrepareSubmission:
    """Submissions: ask for a new submission of this kind ('' = the person chooses), over this if something is given."""

    kind: str = ""
    request_id: int | None = None
    gate: str = ""
    plan_id: int | None = None
    declarations: tuple[int, ...] = ()
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True)
class ShowEndpoint:
    """Endpoints: show this one."""

    endpoint_id: int


@dataclass(frozen=True)
class ShowDelivery:
    """Sending: show this delivery, else the newest of this submission."""

    uuid: str = ""
    submission_id: int | None = None

    def fits(self, one: Delivery) -> bool:
        """Whether it is the one."""
        return one.uuid == self.uuid if self.uuid else one.submission_id == self.submission_id

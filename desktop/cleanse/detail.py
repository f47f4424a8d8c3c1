"""Everything about one finding: the check in plain words, the row it stands in, its history and what people added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desktop.cleanse.catalogue import CheckInfo
from desktop.cleanse.exceptions import AcceptedException
from desktop.cleanse.model import Party, Severity, State, WorkStatus
from desktop.cleanse.runs import RunInfo
from desktop.portfolio.items import ITEMS
from desktop.portfolio.snapshots import PortfolioRow
from local_db.findings import WorkRow


@dataclass(frozen=True)
class Work:
    """What people added to a finding."""

    status: WorkStatus = WorkStatus.OPEN
    owner: str = ""
    due: date | None = None
    note: str = ""


@dataclass(frozen=True)
class RunMark:
    """A run in a finding's history, with the day that it was as of."""

    run_id: int
    as_of: date


@dataclass(frozen=True)
class RelatedFinding:
    """Another finding of the same MPAN that is there."""

    fingerprint: int
    check_id: str
    title: str
    severity: Severity
    item: str
    message: str


@dataclass(frozen=True)
class FindingDetail:
    """One finding. `value` is the text as it stood in the file; `row` counts data rows from 1, None: about the file."""

    fingerprint: int
    check_id: str
    check_title: str
    explanation: str
    """What the check looks at and why it matters; '' for a check that this version does not have any more."""
    fix_hint: str
    basis: str
    severity: Severity
    party: Party
    item: str
    item_title: str
    mpan: str
    row: int | None
    value: str
    message: str
    suggestion: str
    state: State
    not_checked_because: str
    """Why the check did not run in the newest run, so that the finding stays as it was; '' when it ran."""
    first_seen: RunMark
    since: RunMark
    """When it was last New; later than `first_seen` when it was gone in between."""
    changed: RunMark | None
    last_seen: RunMark
    gone: RunMark | None
    age_days: int
    snapshot_id: int
    """The snapshot in which it was last seen: `row` and `portfolio_row` are of that one."""
    portfolio_row: PortfolioRow | None
    related: tuple[RelatedFinding, ...]
    work: Work
    exception: AcceptedException | None
    """The exception that holds for it, or the one that held and opened it again."""


def item_title(item: str) -> str:
    """An item as people read it; the heading itself for a column that is not mapped."""
    return ITEMS[item].title if item in ITEMS else item


def history_of(
    kept: Mapping[str, object], runs: Mapping[int, RunInfo]
) -> tuple[RunMark, RunMark, RunMark | None, RunMark, RunMark | None]:
    """First seen, since, changed, last seen and gone of a kept finding."""

    def mark(column: str) -> RunMark | None:
        run_id = kept[column]
        return RunMark(run_id, runs[run_id].as_of) if isinstance(run_id, int) else None

    first, since, seen = mark("first_run"), mark("since_run"), mark("seen_run")
    assert first is not None
    assert since is not None
    assert seen is not None
    return first, since, mark("changed_run"), seen, mark("gone_run")


def work_of(rows: list[WorkRow]) -> Work:
    """What people added, from what is kept of one finding."""
    if not rows:
        return Work()
    row = rows[0]
    return Work(WorkStatus(row.status), row.owner, date.fromisoformat(row.due) if row.due else None, row.note)


def check_words(check: CheckInfo | None, check_id: str) -> tuple[str, str, str, str]:
    """Title, explanation, fix hint and basis of a check; its id alone when this version does not have it."""
    if check is None:
        return check_id, "", "", ""
    return check.title, check.explanation, check.fix_hint, check.basis

"""What a person sees first: what is open, who mends it, what was not checked, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from desktop.cleanse.exceptions import EXPIRES_SOON_DAYS, AcceptedException, Covers
from desktop.cleanse.finding_index import ACCEPTED
from desktop.cleanse.model import CheckOutcome, Outcome, Party, Severity, State
from desktop.cleanse.runs import RunInfo
from desktop.content.milestones import Milestone
from desktop.frames import pl
from local_db.runs import CountRow

DUE_SOON_DAYS = 14
"""A due date within so many days is shown as due soon."""

NEXT_DATES = 6
"""So many of the next milestones are shown."""


@dataclass(frozen=True)
class OpenCount:
    """Findings of one severity or party: open ones by state, and accepted ones beside them (in none of the states)."""

    key: str
    title: str
    new: int = 0
    still: int = 0
    changed: int = 0
    accepted: int = 0

    @property
    def open(self) -> int:
        """Those that are there and not accepted."""
        return self.new + self.still + self.changed


@dataclass(frozen=True)
class TrendPoint:
    """One run in the trend. `by_severity` counts all findings that were there, accepted or not."""

    run_id: int
    snapshot_id: int
    as_of: date
    by_severity: Mapping[Severity, int]
    new: int
    gone: int


@dataclass(frozen=True)
class SnapshotFacts:
    """The snapshot that the newest run read. `age_days` counts from the extract date, or else from the import."""

    id: int
    file_name: str
    rows: int
    imported_at: str
    extract_date: date | None
    age_days: int


@dataclass(frozen=True)
class NextDate:
    """A milestone that lies ahead, or today. `text` is the date as its source gives it."""

    id: str
    title: str
    day: date
    text: str
    days: int
    plan: str
    source: str
    acts: bool


@dataclass(frozen=True)
class Overview:
    """The state of the cleanse on a day. Without a run everything but the dates and the snapshot is empty."""

    today: date
    run: RunInfo | None = None
    snapshot: SnapshotFacts | None = None
    unchecked_snapshot: SnapshotFacts | None = None
    """The newest snapshot, when no run has read it yet."""
    by_severity: tuple[OpenCount, ...] = ()
    by_party: tuple[OpenCount, ...] = ()
    gone: int = 0
    """Findings that went with the newest run."""
    fewer_rows: int = 0
    """So many rows fewer than the file of the run before it; 0 when there are as many, or more."""
    trend: tuple[TrendPoint, ...] = ()
    """Every run, oldest first."""
    not_checked: tuple[CheckOutcome, ...] = ()
    """Checks of the newest run that could not run or were skipped, with the reason."""
    partly_checked: tuple[CheckOutcome, ...] = ()
    """Checks that ran, but left a part of their rule out, with what that was."""
    exceptions: tuple[AcceptedException, ...] = ()
    """All but the withdrawn ones, newest first."""
    expiring: tuple[AcceptedException, ...] = ()
    """Active exceptions that end within 30 days, soonest first."""
    overdue: int = 0
    due_soon: int = 0
    next_dates: tuple[NextDate, ...] = field(default=())

    @property
    def open(self) -> int:
        """Findings that are there and not accepted."""
        return sum(count.open for count in self.by_severity)

    @property
    def new(self) -> int:
        """Of the open ones, those that the newest run showed and the one before did not."""
        return sum(count.new for count in self.by_severity)

    @property
    def accepted(self) -> int:
        """Findings that an active exception covers."""
        return sum(count.accepted for count in self.by_severity)

    @property
    def rows_without_findings(self) -> int:
        """Data rows of the snapshot in which nothing was found, accepted findings included."""
        return self.snapshot.rows - self.run.rows_found if self.snapshot and self.run else 0


def tally_of_counts(counts: Sequence[CountRow], exceptions: Sequence[AcceptedException]) -> pl.DataFrame:
    """severity, party, state, exception and count from a run's small counts, where no exception lists findings."""
    whole = [one for one in exceptions if one.active and one.covers is Covers.ALL]
    rows = []
    for count in counts:
        covered = any(one.check_id == count.check_id and one.item in {"", count.item} for one in whole)
        for state, number in ((State.NEW, count.new), (State.STILL, count.still), (State.CHANGED, count.changed)):
            rows.append((count.severity, count.party, state.value, ACCEPTED if covered else "", number))
    schema = {"severity": pl.String, "party": pl.String, "state": pl.String, "exception": pl.String, "count": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def open_counts(tally: pl.DataFrame, column: str, titles: Mapping[str, str]) -> tuple[OpenCount, ...]:
    """The counts by severity or party, one for each key of `titles`, in that order; zeros where there is nothing."""
    found: dict[str, dict[str, int]] = {key: {} for key in titles}
    fields = {State.NEW.value: "new", State.STILL.value: "still", State.CHANGED.value: "changed"}
    for key, state, exception, count in tally.select(column, "state", "exception", "count").iter_rows():
        name = "accepted" if exception == ACCEPTED else fields[state]
        counts = found.setdefault(key, {})
        counts[name] = counts.get(name, 0) + count
    return tuple(OpenCount(key, titles.get(key, key), **counts) for key, counts in found.items())


def by_severity(tally: pl.DataFrame) -> tuple[OpenCount, ...]:
    """Counts for every severity, worst first."""
    return open_counts(tally, "severity", {severity.value: severity.value for severity in Severity})


def by_party(tally: pl.DataFrame) -> tuple[OpenCount, ...]:
    """Counts for every party that has findings."""
    counts = open_counts(tally, "party", {party.value: party.title for party in Party})
    return tuple(count for count in counts if count.open or count.accepted)


def trend_of(runs: Iterable[RunInfo]) -> tuple[TrendPoint, ...]:
    """The trend over runs that are given newest first."""
    return tuple(
        TrendPoint(run.id, run.snapshot_id, run.as_of, run.by_severity, run.new, run.gone)
        for run in reversed(tuple(runs))
    )


def not_checked(outcomes: Sequence[CheckOutcome]) -> tuple[CheckOutcome, ...]:
    """The checks that did not run."""
    return tuple(one for one in outcomes if one.outcome in {Outcome.COULD_NOT_RUN, Outcome.SKIPPED})


def partly_checked(outcomes: Sequence[CheckOutcome]) -> tuple[CheckOutcome, ...]:
    """The checks that ran but say that they left something out; a mere remark does not count."""
    return tuple(one for one in outcomes if one.left_out)


def expiring(exceptions: Sequence[AcceptedException], today: date) -> tuple[AcceptedException, ...]:
    """Active exceptions that end soon, soonest first."""
    last = today + timedelta(days=EXPIRES_SOON_DAYS)
    return tuple(sorted((one for one in exceptions if one.active and one.expires <= last), key=lambda o: o.expires))


def due_counts(due_days: Mapping[str, int], today: date) -> tuple[int, int]:
    """Findings whose due date has passed, and those due from today within 14 days."""
    first, last = today.isoformat(), (today + timedelta(days=DUE_SOON_DAYS)).isoformat()
    overdue = sum(count for day, count in due_days.items() if day < first)
    return overdue, sum(count for day, count in due_days.items() if first <= day <= last)


def next_dates(milestones: Iterable[Milestone], today: date) -> tuple[NextDate, ...]:
    """The milestones that lie ahead by their newest plan and have not happened, soonest first."""
    ahead = [
        NextDate(
            one.id,
            one.title,
            planned.day,
            planned.text,
            (planned.day - today).days,
            planned.plan,
            planned.source,
            one.acts,
        )
        for one in milestones
        if one.actual is None and (planned := one.latest) is not None and planned.day >= today
    ]
    return tuple(sorted(ahead, key=lambda one: one.day)[:NEXT_DATES])

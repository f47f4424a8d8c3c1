"""The cleanse's one service: run the checks, read what they found, work on it, accept it for a time."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from desktop import __version__
from desktop.changes import Changes, Subject
from desktop.cleanse import overview as views
from desktop.cleanse.acceptance import Acceptance
from desktop.cleanse.catalogue import CheckInfo, all_checks, describe
from desktop.cleanse.columns import CheckSource
from desktop.cleanse.detail import (
    FindingDetail,
    RelatedFinding,
    check_words,
    history_of,
    item_title,
    work_of,
)
from desktop.cleanse.engine import run_checks
from desktop.cleanse.exceptions import (
    AcceptedException,
    ExceptionRequest,
    covering,
)
from desktop.cleanse.finding_index import FindingIndex, Kept, work_frame
from desktop.cleanse.finding_table import FindingTable
from desktop.cleanse.model import CheckOutcome, Party, Severity, State
from desktop.cleanse.overview import Overview, SnapshotFacts
from desktop.cleanse.runs import (
    RunFacts,
    RunInfo,
    RunResult,
    first_findings,
    kept_findings,
    record_run,
    run_info,
    run_infos,
    run_outcomes,
)
from desktop.cleanse.standing_folder import RememberedStanding, remembered_standing
from desktop.cleanse.work import FindingEdit, counted, edit_title, values_of
from desktop.clock import Clock, today
from desktop.content.service import ContentService
from desktop.errors import InvalidInput, NotFound
from desktop.frames import pl
from desktop.jobs import Job
from desktop.participant.service import ParticipantService
from desktop.portfolio.service import PortfolioService
from desktop.portfolio.snapshots import PortfolioRow, Snapshot
from desktop.settings import SettingsService
from local_db import findings as finding_rows
from local_db import runs as run_rows
from local_db.connection import Connection, Store
from local_db.runs import CountRow


def is_mpan(text: str) -> bool:
    """Whether a finding's MPAN is a number: a placeholder is the text of many supplies, and of none."""
    return len(text) == 13 and text.isascii() and text.isdigit()


_PACKS = ("cleanse_checks", "code_lists")
"""The content packs that decide what a run finds; their versions are kept with it."""

_FEW = 20_000
"""Up to so many findings are read anew one by one; beyond, reading all that people added is quicker."""


class CleanseService:
    """What pages and commands call about checks, findings and exceptions. Every call may run on a worker thread."""

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        store: Store,
        portfolio: PortfolioService,
        content: ContentService,
        participant: ParticipantService,
        actor: str,
        clock: Clock,
    ) -> None:
        """`actor` is written into the audit log; `clock` gives today for ages and exceptions."""
        self._store = store
        self._portfolio = portfolio
        self._content = content
        self._participant = participant
        self._actor = actor
        self._clock = clock
        self._lock = threading.Lock()
        self._base: FindingIndex | None = None
        self._acceptance = Acceptance(store, lambda: self._index().findings, actor, clock)

    # --- checks and runs ----------------------------------------------------------------------------------------------

    def catalogue(self) -> tuple[CheckInfo, ...]:
        """Every check under the settings in force, by family and number."""
        settings = _settings(self._content.pack("cleanse_checks").body)
        return tuple(describe(check, settings) for check in all_checks())

    def run(
        self, snapshot_id: int, as_of: date, job: Job | None = None, standing: Mapping[str, pl.DataFrame] | None = None
    ) -> RunResult:
        """Run the checks over a snapshot, compare with the newest run before, and keep all of it in one step.

        `as_of` is the day that counts as today, also for the expiry of exceptions. `standing` are industry tables by
        name, all columns as text; None = those of the folder that the workspace remembers.
        Raises NotFound, ReadOnly, WorkspaceError, and Cancelled with nothing kept.
        """
        self._store.require_writable()
        job = job or Job()
        started = self._clock().isoformat()
        packs = {kind: self._content.pack(kind) for kind in _PACKS}
        snapshot = self._portfolio.open_columns(snapshot_id)
        tables = RememberedStanding(tables=dict(standing)) if standing is not None else self._remembered()
        source = CheckSource(
            snapshot.scan(),
            snapshot.rows,
            snapshot.reading,
            snapshot.mapping,
            snapshot.columns,
            snapshot.extract_date,
            tables.tables,
        )
        result = run_checks(
            source,
            all_checks(),
            as_of=as_of,
            codes=packs["code_lists"].body,
            settings=_settings(packs["cleanse_checks"].body),
            standing_trouble=tables.trouble,
            job=job,
        )
        told = {
            kind: {"version": pack.version, "status": pack.status.value, "sha256": pack.sha256}
            for kind, pack in packs.items()
        }
        if tables.version:
            told["Industry tables"] = {"version": tables.version, "status": "your copy", "sha256": ""}
        facts = RunFacts(snapshot_id, as_of, started, __version__, told, self._actor)
        return self.record(facts, result.findings, result.outcomes, job)

    def record(
        self, facts: RunFacts, found: pl.DataFrame, outcomes: Sequence[CheckOutcome], job: Job | None = None
    ) -> RunResult:
        """Keep what a run found: the second half of `run`. Raises Cancelled with nothing kept."""
        run_id, reopened = record_run(self._store, facts, found, outcomes, clock=self._clock, job=job or Job())
        run = run_info(self._store, run_id)
        subjects = [Subject.RUNS, Subject.FINDINGS, *([Subject.EXCEPTIONS] if reopened else [])]
        changes = Changes.of(*subjects, title=f"Check {counted(run.open)}", count=run.open)
        return RunResult(run, tuple(outcomes), found, reopened, changes)

    def runs(self) -> tuple[RunInfo, ...]:
        """Every run, newest first."""
        return run_infos(self._store)

    def outcomes(self, run_id: int) -> tuple[CheckOutcome, ...]:
        """What became of each check in a run. Raises NotFound."""
        return run_outcomes(self._store, run_id)

    def counts(self, run_id: int) -> tuple[CountRow, ...]:
        """New, still open, changed and gone of a run by check, item, severity and party."""
        return tuple(run_rows.counts(self._store, run_id))

    # --- findings -----------------------------------------------------------------------------------------------------

    def findings(self, job: Job | None = None) -> FindingTable:
        """All findings as a table that shows what is open. `prepare` it on a worker, so that first clicks are quick."""
        work = job or Job()
        work.report("Reading the findings", 0, 0, "findings")
        return FindingTable(self._with_work(self._index(), None), self._with_work)

    def first_findings(self, job: Job | None = None) -> FindingTable:
        """The first findings in reading order as a table that is not `whole`, in a tenth of the time that all take.

        `prepare` (or `refresh`) makes it whole. It is whole at once when all were read before, or are few.
        """
        (job or Job()).report("Reading the findings", 0, 0, "findings")
        with self._lock, self._store.reading() as connection:
            base = self._base
            known = base is not None and self._is_current(base, connection)
            first = None if known else first_findings(connection)
            index = None if first is None else self._index_of(first, connection)
        if index is None:
            return self.findings(job)
        shown = index.with_work(work_frame(finding_rows.work(self._store)), self.exceptions())
        return FindingTable(shown, self._with_work, whole=False)

    def edit(self, fingerprints: Collection[int], edit: FindingEdit) -> Changes:
        """Write owner, due date, note or status to findings, as one step that can be undone.

        Raises InvalidInput for a field that cannot be used or no findings at all, NotFound if one of them is not known.
        """
        values = values_of(edit)
        known = self._known(fingerprints)
        title = edit_title(edit, known.height, names=False)
        with self._store.edit(
            action="findings.edit",
            title=title,
            subjects=[Subject.FINDINGS.value],
            actor=self._actor,
            at=self._clock(),
            body={"values": values},
        ) as step:
            step.upsert("finding_work", known["fingerprint"].to_list(), values)
        shown = edit_title(edit, known.height, names=True)
        return Changes.of(Subject.FINDINGS, title=shown, count=known.height)

    def owners(self) -> tuple[str, ...]:
        """Every owner that was given to a finding, by name, to offer them again."""
        return finding_rows.owners(self._store)

    def detail(self, fingerprint: int) -> FindingDetail:
        """Everything about one finding. Raises NotFound."""
        index = self._index()
        kept = index.row(fingerprint)
        work = finding_rows.work(self._store, [fingerprint])
        runs = {run.id: run for run in self.runs()}
        first, since, changed, seen, gone = history_of(kept, runs)
        checks = {check.id: check for check in self.catalogue()}
        check_id, item, mpan = str(kept["check_id"]), str(kept["item"]), str(kept["mpan"])
        title, explanation, fix_hint, basis = check_words(checks.get(check_id), check_id)
        row = kept["row"]
        snapshot_id = runs[seen.run_id].snapshot_id
        return FindingDetail(
            fingerprint=fingerprint,
            check_id=check_id,
            check_title=title,
            explanation=explanation,
            fix_hint=fix_hint,
            basis=basis,
            severity=Severity(str(kept["severity"])),
            party=Party(str(kept["party"])),
            item=item,
            item_title=item_title(item),
            mpan=mpan,
            row=row if isinstance(row, int) else None,
            value=str(kept["value"]),
            message=str(kept["message"]),
            suggestion=str(kept["suggestion"]),
            state=State(str(kept["state"])),
            not_checked_because=self._not_checked(check_id, seen.run_id, gone=gone is not None),
            first_seen=first,
            since=since,
            changed=changed,
            last_seen=seen,
            gone=gone,
            age_days=max(0, (self._today() - first.as_of).days),
            snapshot_id=snapshot_id,
            portfolio_row=self._row(snapshot_id, row),
            related=tuple(one for one in self.findings_of(mpan) if one.fingerprint != fingerprint),
            work=work_of(work),
            exception=covering(self.exceptions(), check_id, item, work[0].exception_id if work else None),
        )

    def findings_of(self, mpan: str) -> tuple[RelatedFinding, ...]:
        """The findings of an MPAN (13 digits) that are there, in reading order; none for any other text."""
        if not is_mpan(mpan):
            return ()
        titles = {check.id: check for check in self.catalogue()}
        return tuple(
            RelatedFinding(
                one["fingerprint"],
                one["check_id"],
                check_words(titles.get(one["check_id"]), one["check_id"])[0],
                Severity(one["severity"]),
                one["item"],
                one["message"],
            )
            for one in self._index().rows_of(mpan).iter_rows(named=True)
        )

    # --- exceptions ---------------------------------------------------------------------------------------------------

    def accept(self, what: Collection[int] | str, request: ExceptionRequest) -> Changes:
        """Accept findings for a time, as one step that can be undone.

        `what` is fingerprints, or the id of a check for all its findings (of `request.item`, unless that is ''): then
        the exception is outgrown when a later run finds more. Findings of several checks get one exception for each.
        Raises InvalidInput (no reason, no approver, no expiry, nothing to accept), NotFound.
        """
        return self._acceptance.accept(what if isinstance(what, str) else self._known(what), request)

    def exceptions(self, today: date | None = None) -> tuple[AcceptedException, ...]:
        """Every exception as it stands on a day (None = today by the clock), newest first; withdrawn ones too."""
        return self._acceptance.exceptions(today or self._today())

    def withdraw(self, exception_id: int) -> Changes:
        """Take an exception back; its findings are open again. Can be undone. Raises NotFound."""
        return self._acceptance.withdraw(exception_id)

    def approve_again(self, exception_id: int, request: ExceptionRequest) -> Changes:
        """Renew an exception, for as many findings as it is about now, with a new end. Can be undone.

        Raises InvalidInput, NotFound.
        """
        return self._acceptance.approve_again(exception_id, request)

    def reopen_due(self, today: date) -> Changes:
        """Write down the exceptions whose end has passed (call it on opening); nothing when there are none."""
        return self._acceptance.reopen_due(today)

    # --- overview -----------------------------------------------------------------------------------------------------

    def overview(self, today: date) -> Overview:
        """The state of the cleanse on a day. Exceptions whose end has passed are opened again, with an audit entry."""
        self.reopen_due(today)
        runs = self.runs()
        dates = views.next_dates(self._content.milestones(), today)
        exceptions = tuple(one for one in self.exceptions(today) if one.state.value != "withdrawn")
        latest = self._portfolio.latest()
        if not runs:
            waiting = _facts(latest, today) if latest else None
            return Overview(today, unchecked_snapshot=waiting, next_dates=dates, exceptions=exceptions)
        run = runs[0]
        outcomes = self.outcomes(run.id)
        counts = self.counts(run.id)
        due: dict[str, int] = {}
        if finding_rows.has_due_or_listed(self._store):
            # With the exceptions as they stand on that day, which need not be today.
            index = self._index().with_work(work_frame(finding_rows.work(self._store)), exceptions)
            table = FindingTable(index, self._with_work)
            tally, due = table.tally(), table.due_days()
        else:
            tally = views.tally_of_counts(counts, exceptions)
        overdue, due_soon = views.due_counts(due, today)
        snapshot = self._portfolio.snapshot(run.snapshot_id)
        before = next((self._portfolio.snapshot(one.snapshot_id) for one in runs if one.id == run.previous_run), None)
        unchecked = latest if latest and all(one.snapshot_id != latest.id for one in runs) else None
        return Overview(
            today=today,
            run=run,
            snapshot=_facts(snapshot, today),
            unchecked_snapshot=_facts(unchecked, today) if unchecked else None,
            by_severity=views.by_severity(tally),
            by_party=views.by_party(tally),
            gone=run.gone,
            fewer_rows=max(0, before.rows - snapshot.rows) if before else 0,
            trend=views.trend_of(runs),
            not_checked=views.not_checked(outcomes),
            partly_checked=views.partly_checked(outcomes),
            exceptions=exceptions,
            expiring=views.expiring(exceptions, today),
            overdue=overdue,
            due_soon=due_soon,
            next_dates=dates,
        )

    # --- what they share ----------------------------------------------------------------------------------------------

    def _remembered(self) -> RememberedStanding:
        """The industry tables of the folder in the workspace's settings, read anew for each run."""
        return remembered_standing(SettingsService(self._store, self._actor, self._clock).get().standing_folder)

    def _today(self) -> date:
        return today(self._clock)

    def _index(self) -> FindingIndex:
        """All findings after the newest run, without what people added; read once for each run and day."""
        with self._lock, self._store.reading() as connection:
            base = self._base
            if base is None or not self._is_current(base, connection):
                base = self._index_of(kept_findings(connection), connection)
                self._base = base
            return base

    def _is_current(self, index: FindingIndex, connection: Connection) -> bool:
        return index.kept.run_id == (run_rows.newest_run(connection) or 0) and index.kept.today == self._today()

    def _index_of(self, findings: pl.DataFrame, connection: Connection) -> FindingIndex:
        dates = {row.id: row.as_of for row in run_rows.runs(self._store)}
        titles = {check.id: check.title for check in all_checks()}
        return FindingIndex(Kept(findings, run_rows.newest_run(connection) or 0, dates, titles, self._today()))

    def _with_work(self, index: FindingIndex, fingerprints: Sequence[int] | None) -> FindingIndex:
        """The findings with what people added to these, or to all, as it is now."""
        base = self._index()
        exceptions = self.exceptions()
        if fingerprints is None or len(fingerprints) > _FEW or base.kept is not index.kept:
            return base.with_work(work_frame(finding_rows.work(self._store)), exceptions)
        return index.with_work_of(fingerprints, work_frame(finding_rows.work(self._store, fingerprints)), exceptions)

    def _known(self, fingerprints: Collection[int]) -> pl.DataFrame:
        if not fingerprints:
            raise InvalidInput("Choose at least one finding.", field="findings")
        wanted = set(fingerprints)
        known = self._index().known(list(wanted))
        if known.height != len(wanted):
            raise NotFound(
                f"{counted(len(wanted) - known.height)} of those chosen cannot be found.",
                safe="Nothing was changed.",
                todo="Reload the page and choose again.",
            )
        return known

    def _not_checked(self, check_id: str, seen: int, *, gone: bool) -> str:
        newest = self.runs()[0].id
        if gone or seen == newest:
            return ""
        for outcome in self.outcomes(newest):
            if outcome.check_id == check_id:
                return outcome.reason
        return "This version of MHHS Desk does not have this check any more."

    def _row(self, snapshot_id: int, row: object) -> PortfolioRow | None:
        return self._portfolio.row(snapshot_id, row) if isinstance(row, int) else None


def _settings(body: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The settings of checks by id: on, severity and settings, each optional. In a pack they are a list with ids."""
    checks = body.get("checks", body)
    if isinstance(checks, Mapping):
        return {str(check_id): entry for check_id, entry in checks.items() if isinstance(entry, Mapping)}
    return {str(entry["id"]): entry for entry in checks}


def _facts(snapshot: Snapshot, today: date) -> SnapshotFacts:
    day = snapshot.extract_date or date.fromisoformat(snapshot.imported_at[:10])
    return SnapshotFacts(
        snapshot.id,
        snapshot.file_name,
        snapshot.rows,
        snapshot.imported_at,
        snapshot.extract_date,
        max(0, (today - day).days),
    )

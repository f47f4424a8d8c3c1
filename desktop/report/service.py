"""The reports' one service: the progress report, fix lists, exported views; each noted with the hash of the file."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.browse.view import TableSource
from desktop.cleanse.runs import RunInfo
from desktop.cleanse.service import CleanseService
from desktop.clock import Clock
from desktop.content.service import ContentService
from desktop.errors import InvalidInput, NotFound
from desktop.excel.names import file_name
from desktop.jobs import Job
from desktop.own_files import must_be_free
from desktop.participant.service import ParticipantService
from desktop.portfolio.service import PortfolioService
from desktop.report import gather
from desktop.report.content import LastReport, ReportContent
from desktop.report.fixlist import FixListFacts, fix_list_book, fix_list_name
from desktop.report.privacy import MpanChoice, masked_words
from desktop.report.progress import build
from desktop.report.view_export import ViewExport, export_view
from desktop.settings import SettingsService
from local_db import audit, reports
from local_db import settings as setting_rows
from local_db.connection import Store
from local_db.reports import ReportRow

PROGRESS, FIX_LIST, VIEW = "progress report", "fix list", "view"
"""The kinds of file that are made."""

_KEY_FACT = "report_key"


@dataclass(frozen=True)
class ReportInfo:
    """A file that was made. `rows` are the findings (or rows) in it."""

    path: Path
    kind: str
    sha256: str
    rows: int
    recipient: str
    mpan_choice: MpanChoice
    made_at: datetime


class ReportService:
    """What pages and commands call about files that leave the workspace. Every call may run on a worker thread.

    A workspace that is open for reading only can export too; nothing is noted in it then.
    """

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        store: Store,
        cleanse: CleanseService,
        portfolio: PortfolioService,
        participant: ParticipantService,
        content: ContentService,
        actor: str,
        clock: Clock,
    ) -> None:
        """`actor` stands on the cover and in the audit log; `clock` gives the one time that goes into a file."""
        self._store = store
        self._cleanse = cleanse
        self._portfolio = portfolio
        self._participant = participant
        self._content = content
        self._actor = actor
        self._clock = clock

    def made(self) -> tuple[ReportRow, ...]:
        """Every file that was made, newest first."""
        return reports.rows(self._store)

    def mpan_choice(self, recipient: str = "") -> MpanChoice:
        """How MPANs went to a recipient the last time, or the workspace's default; '' = a file for oneself."""
        return MpanChoice(SettingsService(self._store, self._actor, self._clock).mpan_choice(recipient))

    def progress_report_name(self, recipient: str = "") -> str:
        """The name to offer for a progress report: ACME Data cleanse progress report BSC 2026-11-23.xlsx."""
        parts = (
            self._participant.get().short_name,
            "Data cleanse progress report",
            self._recipient_name(recipient),
            self._newest_run().as_of.isoformat(),
        )
        return file_name(" ".join(part for part in parts if part), ".xlsx")

    def progress_report(
        self, path: Path, recipient: str = "", mpan_choice: str | None = None, job: Job | None = None
    ) -> ReportInfo:
        """Write the data cleanse progress report of the newest run in place of `path`.

        `recipient` is an id of the recipients pack (BSC, REC ...), or ''. `mpan_choice` (full, last-four, counts) None
        = as the last time; it is remembered for the recipient. Raises NotFound before the first run, InvalidInput
        (also when `path` is one of the workspace's own files), NotSaved with the old file kept, Cancelled.
        """
        job = job or Job()
        self._must_be_known(recipient)
        choice = self._choice(recipient, mpan_choice)
        _must_be_workbook(path)
        must_be_free(self._store.path.parent, path)
        run = self._newest_run()
        content = self._content_of(run, recipient, choice, job)
        build(content).save(path, job)
        rows = 0 if choice is MpanChoice.COUNTS else content.findings.rows
        info = ReportInfo(path, PROGRESS, _sha256(path), rows, recipient, choice, content.made_at)
        to = content.recipient or "no recipient"
        self._note(f"Write the progress report for {to}", run.id, [info])
        return info

    def fix_lists(self, folder: Path, mpan_choice: str | None = None, job: Job | None = None) -> tuple[ReportInfo, ...]:
        """Write one workbook for each owner, or party without one, into an existing folder; nothing there is replaced.

        Raises NotFound before the first run or when nothing is open, InvalidInput for counts only, NotSaved, Cancelled;
        lists that were finished before stay.
        """
        job = job or Job()
        choice = self._choice("", mpan_choice or MpanChoice.FULL.value)
        if choice is MpanChoice.COUNTS:
            raise InvalidInput(
                "A fix list is rows, so it cannot hold counts only.",
                todo="Choose full MPANs or their last four digits.",
                field="mpan_choice",
            )
        if not folder.is_dir():
            raise InvalidInput(f"The folder {folder} is not there.", todo="Choose another folder.", field="folder")
        must_be_free(self._store.path.parent, folder / "list.xlsx")
        run = self._newest_run()
        person = self._participant.get()
        facts = FixListFacts(
            person.name,
            person.short_name,
            masked_words(self._portfolio.snapshot(run.snapshot_id).file_name, choice),
            run.as_of,
            self._clock(),
            choice,
            self._key(),
        )
        hints = {check.id: check.fix_hint for check in self._cleanse.catalogue()}
        lists = gather.fix_lists_of(self._cleanse.findings(job), hints)
        if not lists:
            raise NotFound("There is nothing to mend: no finding is open that somebody has to act on.")
        taken = [path.name for path in folder.iterdir()]
        made: list[ReportInfo] = []
        try:
            for place, one in enumerate(lists):
                job.report("Writing fix lists", place, len(lists), "lists")
                name = fix_list_name(one.owner, facts, taken)
                taken.append(name)
                path = folder / name
                fix_list_book(one, facts).save(path, job)
                made.append(ReportInfo(path, FIX_LIST, _sha256(path), one.rows, "", choice, facts.made_at))
        finally:  # what was written before a cancel or a full disk is there, so it is noted
            if made:
                self._note(f"Write {len(made)} fix list{'' if len(made) == 1 else 's'}", run.id, made)
        return tuple(made)

    def export_view(
        self, source: TableSource, title: str, path: Path, mpan_choice: str | None = None, job: Job | None = None
    ) -> ReportInfo:
        """Write a table as it is seen to .xlsx, .csv (exact, for machines) or -for-reading.csv (guarded, for people).

        Raises InvalidInput for another name or counts only, NotSaved with the old file kept, Cancelled.
        """
        job = job or Job()
        choice = self._choice("", mpan_choice or MpanChoice.FULL.value)
        must_be_free(self._store.path.parent, path)
        made_at = self._clock()
        export_view(ViewExport(source, title, path, choice, made_at, self._participant.get().name), job)
        info = ReportInfo(path, VIEW, _sha256(path), source.count(), "", choice, made_at)
        self._note(f"Export the table {title}", None, [info])
        return info

    def newest(self, choice: MpanChoice, job: Job) -> tuple[RunInfo, ReportContent] | None:
        """What the newest run says, and what moved since the run before it; None before the first run.

        For submissions: the progress report compares with the report before to the same recipient instead.
        """
        run = next(iter(self._cleanse.runs()), None)
        if run is None:
            return None
        return run, self._content_of(run, "", choice, job, against=run.previous_run or 0)

    def row_key_secret(self) -> bytes:
        """The workspace's secret under which row keys are hashed where MPANs are masked."""
        return self._key()

    # --- what they share ----------------------------------------------------------------------------------------------

    def _content_of(
        self, run: RunInfo, recipient: str, choice: MpanChoice, job: Job, against: int | None = None
    ) -> ReportContent:
        """`against`: the run since which is told what moved, 0 for none; None = that of the report before."""
        table = self._cleanse.findings(job)
        counts = self._cleanse.counts(run.id)
        catalogue = self._cleanse.catalogue()
        checks = gather.check_facts(catalogue, self._cleanse.outcomes(run.id), counts, table)
        last = reports.last(self._store, PROGRESS, recipient)
        if against is None:
            against = last.run_id or 0 if last else 0
        head = audit.head(self._store.read())
        return ReportContent(
            participant=gather.participant_facts(self._participant),
            recipient=self._recipient_name(recipient),
            snapshot=gather.snapshot_facts(self._portfolio.snapshot(run.snapshot_id)),
            as_of=run.as_of,
            made_at=self._clock(),
            made_by=self._actor,
            app_version=run.app_version,
            audit_head=f"{head.seq}:{head.h}" if head.seq else "",
            mpan_choice=choice,
            checks=checks,
            parties=gather.party_facts(table, counts),
            findings=gather.all_findings(table),
            packs=gather.pack_facts(run),
            exceptions=gather.exception_facts(self._cleanse.exceptions(), {check.id: check.title for check in checks}),
            last=LastReport(last.file_name, datetime.fromisoformat(last.made_at), last.sha256) if last else None,
            since=gather.since_last(self._store, against, checks, table.index.accepted()) if against else (),
            key_secret=self._key(),
        )

    def _newest_run(self) -> RunInfo:
        runs = self._cleanse.runs()
        if not runs:
            raise NotFound("Nothing was checked yet.", todo="Import a portfolio and run the checks first.")
        return runs[0]

    def _recipient_name(self, recipient: str) -> str:
        if not recipient:
            return ""
        known = {str(one["id"]): str(one["name"]) for one in self._participant.choices("recipients")}
        return known.get(recipient, recipient)

    def _must_be_known(self, recipient: str) -> None:
        if not recipient:
            return
        known = [str(one["id"]) for one in self._participant.choices("recipients")]
        if recipient not in known:
            raise InvalidInput(
                f"“{recipient}” is no recipient that is known.",
                safe="Nothing was written.",
                todo=f"Choose one of {', '.join(known)}, or none.",
                field="recipient",
            )

    def _choice(self, recipient: str, mpan_choice: str | None) -> MpanChoice:
        try:
            return MpanChoice(mpan_choice) if mpan_choice else self.mpan_choice(recipient)
        except ValueError:
            raise InvalidInput(
                f"“{mpan_choice}” is no way to export MPANs.",
                todo="Choose full, last-four or counts.",
                field="mpan_choice",
            ) from None

    def _key(self) -> bytes:
        """The workspace's secret for row keys; a new one that is not kept when the workspace cannot be written."""
        kept = setting_rows.fact(self._store, _KEY_FACT)
        if kept is not None:
            return bytes.fromhex(kept)
        made = secrets.token_bytes(32)
        if not self._store.read_only:
            with self._store.write() as connection:
                setting_rows.put_fact(connection, _KEY_FACT, made.hex())
        return made

    def _note(self, title: str, run_id: int | None, made: list[ReportInfo]) -> None:
        if self._store.read_only:
            return
        with self._store.write() as connection:
            for one in made:
                reports.add(
                    connection,
                    ReportRow(
                        one.kind, run_id, one.recipient, one.mpan_choice.value, one.path.name, one.sha256,
                        one.made_at.isoformat(), self._actor,
                    ),
                )  # fmt: skip
            body = {
                "run": run_id,
                "files": [
                    {
                        "kind": one.kind, "name": one.path.name, "sha256": one.sha256, "rows": one.rows,
                        "recipient": one.recipient, "mpan_choice": one.mpan_choice.value,
                    }
                    for one in made
                ],
            }  # fmt: skip
            self._store.record("report.write", title, body, actor=self._actor, at=self._clock())
        if made and made[0].kind == PROGRESS:
            settings = SettingsService(self._store, self._actor, self._clock)
            if settings.mpan_choice(made[0].recipient) != made[0].mpan_choice.value:
                settings.remember_mpan_choice(made[0].recipient, made[0].mpan_choice.value)


def _must_be_workbook(path: Path) -> None:
    if path.suffix.casefold() != ".xlsx":
        raise InvalidInput("The report is an Excel workbook: its name ends in .xlsx.", field="path")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

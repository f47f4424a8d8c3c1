"""The workspace: one folder opened, and its services wired by plain arguments. Window, command line and tests use it.

Nothing heavy is imported before it is used: opening a workspace does not load the data engine or the workbook code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from desktop import __version__, paths
from desktop.clock import Clock, system_clock, today
from desktop.errors import InvalidInput, WorkspaceDamaged, WorkspaceError
from desktop.history import ChainReport, HistoryService, Verified
from desktop.jobs import Cancelled, Job
from desktop.settings import SettingsService
from desktop.views import SavedViews
from local_db import audit, backup, health, manifest, opening, retention
from local_db import restore as restoring
from local_db.blobs import BlobFaults
from local_db.connection import DATABASE_NAME
from local_db.manifest import BackupInfo

__all__ = ["BackupInfo", "BlobFaults", "Verified", "Workspace", "backup_info", "restore"]

if TYPE_CHECKING:
    from desktop.agenda import Agenda
    from desktop.cleanse.service import CleanseService
    from desktop.content.service import ContentService
    from desktop.cutover.service import CutoverService
    from desktop.declarations.service import DeclarationService
    from desktop.evidence.service import EvidenceService
    from desktop.gonogo.service import GoNoGoService
    from desktop.milestones.service import MilestoneService
    from desktop.participant.service import ParticipantService
    from desktop.pit.service import PitService
    from desktop.portfolio.service import PortfolioService
    from desktop.report.service import ReportService
    from desktop.testing.cutover_files import CutoverFiles
    from desktop.testing.defects import DefectService
    from desktop.testing.imports import RecordImports
    from desktop.testing.requirements import RequirementService
    from desktop.testing.runs import RunService
    from desktop.testing.trace import TraceService
    from desktop.testing.workbooks import WorkbookService


class Workspace:
    """One open workspace. Make one with `create` or `open`; `close` it, or use it in a `with`."""

    def __init__(self, folder: Path, opened: opening.Opened, *, actor: str, clock: Clock, notice: str = "") -> None:
        """Used by `create` and `open`."""
        self.folder = folder
        self.actor = actor
        self.clock = clock
        self.store = opened.store
        self.blobs = opened.blobs
        self.read_only = opened.store.read_only
        self.read_only_reason = opened.read_only_reason
        self.notices = (*opened.notices, *([notice] if notice else []))
        self._lock = opened.lock
        self._closed = False
        self.store.on_damage = lambda: health.damaged(folder, clock())

    @staticmethod
    def create(folder: Path, name: str, short_name: str, *, actor: str = "", clock: Clock = system_clock) -> Workspace:
        """Make a workspace in a new or empty folder and open it.

        Raises InvalidInput for an empty name, WorkspaceError when the folder is in use, synchronised by a cloud
        program, on a network drive, too deep, or cannot be written. `actor` '' = the account's name.
        """
        name, short_name = " ".join(name.split()), " ".join(short_name.split())
        for text, which in ((name, "name"), (short_name, "short_name")):
            if not text:
                raise InvalidInput("A workspace needs the organisation's name and a short name.", field=which)
        folder, notice = _fit_place(folder)
        actor = actor or paths.account_name()
        opened = opening.create(
            folder, name=name, short_name=short_name, app_version=__version__, actor=actor, now=clock()
        )
        return Workspace(folder, opened, actor=actor, clock=clock, notice=notice)

    @staticmethod
    def open(folder: Path, *, actor: str = "", clock: Clock = system_clock, read_only: bool = False) -> Workspace:
        """Open the workspace in `folder`.

        When another program holds it, or it cannot be written, it opens for reading only: `read_only_reason` says
        why. Raises WorkspaceError when there is none, when it is newer than this program, or its folder is no place
        for a live workspace; WorkspaceDamaged (with the backup to restore) when it is damaged.
        """
        if folder.name == DATABASE_NAME:
            folder = folder.parent
        folder = folder.absolute()
        notice = ""
        if not read_only and (folder / DATABASE_NAME).is_file():
            folder, notice = _fit_place(folder)
        opened = opening.open_folder(folder, now=clock(), read_only=read_only)
        return Workspace(folder, opened, actor=actor or paths.account_name(), clock=clock, notice=notice)

    @cached_property
    def settings(self) -> SettingsService:
        """The settings of this workspace."""
        return SettingsService(self.store, self.actor, self.clock)

    @cached_property
    def views(self) -> SavedViews:
        """Saved views of tables."""
        return SavedViews(self.store, self.actor, self.clock)

    @cached_property
    def history(self) -> HistoryService:
        """Undo, redo and the audit log."""
        return HistoryService(self.store, self.actor, self.clock)

    @cached_property
    def content(self) -> ContentService:
        """Programme content in versioned packs."""
        from desktop.content.service import ContentService

        return ContentService(self.store, self.actor, self.clock)

    @cached_property
    def participant(self) -> ParticipantService:
        """The organisation, its roles and contacts."""
        from desktop.participant.service import ParticipantService

        return ParticipantService(self.store, self.content, self.actor, self.clock)

    @cached_property
    def portfolio(self) -> PortfolioService:
        """Portfolio files and snapshots."""
        from desktop.portfolio.service import PortfolioService

        return PortfolioService(self.store, self.blobs, self.folder, self.actor, self.clock)

    @cached_property
    def cleanse(self) -> CleanseService:
        """Checks, findings and exceptions."""
        from desktop.cleanse.service import CleanseService

        return CleanseService(self.store, self.portfolio, self.content, self.participant, self.actor, self.clock)

    @cached_property
    def reports(self) -> ReportService:
        """Workbooks and fix lists."""
        from desktop.report.service import ReportService

        return ReportService(
            self.store, self.cleanse, self.portfolio, self.participant, self.content, self.actor, self.clock
        )

    @cached_property
    def evidence(self) -> EvidenceService:
        """Files that prove something, kept once with their revisions."""
        from desktop.evidence.service import EvidenceService
        from desktop.evidence_targets import targets_of

        return EvidenceService(self.store, self.blobs, targets_of(self.store), self.actor, self.clock)

    @cached_property
    def milestones(self) -> MilestoneService:
        """Milestones of the programme and of the participant."""
        from desktop.milestones.service import MilestoneService

        return MilestoneService(self.store, self.content, self.actor, self.clock)

    @cached_property
    def pit(self) -> PitService:
        """The PIT plan: gates, deliverables, reliance."""
        from desktop.pit.service import PitService

        return PitService(
            self.store, self.content, self.participant, self.milestones, self.evidence, self.actor, self.clock
        )

    @cached_property
    def cutover(self) -> CutoverService:
        """Cutover plans and their activities."""
        from desktop.cutover.service import CutoverService

        return CutoverService(
            self.store,
            self.content,
            self.participant,
            self.milestones,
            self.evidence,
            self.settings,
            self.actor,
            self.clock,
        )

    @cached_property
    def declarations(self) -> DeclarationService:
        """Declarations and the keys that sign them."""
        from desktop.declarations.keys import KeyService
        from desktop.declarations.service import DeclarationService

        return DeclarationService(
            self.store,
            self.blobs,
            self.content,
            self.participant,
            self.milestones,
            self.cleanse,
            self.cutover,
            self.defects,
            self.evidence,
            KeyService(self.store, self.folder, self.actor, self.clock),
            self.actor,
            self.clock,
        )

    @cached_property
    def gonogo(self) -> GoNoGoService:
        """Everything that has to be known to decide on a milestone."""
        from desktop.gonogo.service import GoNoGoService

        return GoNoGoService(
            self.participant,
            self.milestones,
            self.cleanse,
            self.cutover,
            self.declarations,
            self.pit,
            self.defects,
            self.folder,
            self._head,
            self.clock,
        )

    @cached_property
    def requirements(self) -> RequirementService:
        """Requirements and test cases."""
        from desktop.testing.requirements import RequirementService

        return RequirementService(self.store, self.actor, self.clock)

    @cached_property
    def test_runs(self) -> RunService:
        """Runs of tests and their results."""
        from desktop.testing.runs import RunService

        return RunService(self.store, self.actor, self.clock, lambda: {gate.id: gate.name for gate in self.pit.gates()})

    @cached_property
    def defects(self) -> DefectService:
        """Defects and the work-off plan."""
        from desktop.testing.defects import DefectService

        return DefectService(self.store, self.pit, self.actor, self.clock)

    @cached_property
    def trace(self) -> TraceService:
        """The traceability matrix and coverage."""
        from desktop.testing.trace import TraceService

        return TraceService(self.store, self.evidence, self.pit, self.clock)

    @cached_property
    def record_imports(self) -> RecordImports:
        """Imports of requirements, cases, results, defects, work-off items, deliverables and cutover activities."""
        from desktop.testing.imports import RecordImports

        return RecordImports(self.store, self.blobs, self.pit, self.cutover, self.actor, self.clock)

    @cached_property
    def workbooks(self) -> WorkbookService:
        """The workbooks of testing."""
        from desktop.testing.workbooks import WorkbookService

        return WorkbookService(
            self.store,
            self.participant,
            self.content,
            self.evidence,
            self.pit,
            self.requirements,
            self.test_runs,
            self.defects,
            self.trace,
            self.actor,
            self.clock,
        )

    @cached_property
    def cutover_files(self) -> CutoverFiles:
        """Files out of a cutover plan: workbook, CSV, calendar."""
        from desktop.testing.book_sources import BookSources
        from desktop.testing.cutover_files import CutoverFiles

        def books() -> BookSources:
            day = today(self.clock)
            return BookSources(self.store, self.participant, self.pit, self.test_runs, self.defects, self.trace, day)

        def due(plan_id: int) -> list[tuple[str, str, date]]:
            found = self.declarations.due(today(self.clock))
            return [
                (one.declaration.ref, one.declaration.details.title, one.day)
                for one in found
                if one.day is not None and one.declaration.details.plan_id == plan_id
            ]

        return CutoverFiles(
            self.store,
            self.participant,
            self.content,
            self.milestones,
            self.cutover,
            due,
            books,
            self.actor,
            self.clock,
        )

    @cached_property
    def agenda(self) -> Agenda:
        """What is late and what comes next."""
        from desktop.agenda import Agenda

        return Agenda(self.pit, self.defects, self.evidence, self.milestones, self.cutover, self.declarations)

    def _head(self) -> tuple[int, str]:
        head = audit.head(self.store.read())
        return head.seq, head.h

    @property
    def backups(self) -> tuple[BackupInfo, ...]:
        """The rolling backups in the workspace, newest first."""
        return tuple(retention.rolling(self.folder))

    def backup(self, to: Path | None = None, job: Job | None = None) -> BackupInfo:
        """Make a verified backup: in the workspace's `backups/`, or as one ZIP file `to` (or into that folder).

        Raises WorkspaceError when it cannot be written, Cancelled; then nothing of it is left.
        """
        if to is None:
            self.store.require_writable()
        work = job or Job()
        return backup.make(self.folder, at=self.clock(), reason="asked", to=to, progress=work.report)

    def verify_files(self, job: Job | None = None) -> BlobFaults:
        """Read every kept file and compare it with its hash: names of the damaged and the missing. Raises Cancelled."""
        work = job or Job()
        return self.blobs.verify(lambda done, total: work.report("Checking the kept files", done, total, "files"))

    def verify(self, job: Job | None = None) -> Verified:
        """Check all that is kept: the pages of the database, the chain of the log, every kept file. Raises Cancelled.

        Damage is told in the answer, not raised.
        """
        work = job or Job()
        work.report("Checking the database", 0, 0, "")
        pages = health.page_faults(self.store)
        try:
            chain = self.history.verify(work)
        except WorkspaceDamaged:
            chain = ChainReport(0, audit.Head(0, ""), 1, "the log cannot be read")
            pages = pages or ["a part of it cannot be read"]
        try:
            files: BlobFaults | None = self.verify_files(work)
        except WorkspaceDamaged:
            files = None
            pages = pages or ["a part of it cannot be read"]
        newest = retention.newest(self.folder, self.clock()) if pages else None
        return Verified(tuple(pages), chain, files, newest.path if newest else None, self._unsound(pages, work))

    def _unsound(self, pages: Sequence[str], job: Job) -> tuple[str, ...]:
        """Of each signed declaration that does not hold: reference and why. Nothing is said of a damaged database."""
        if pages:
            return ()
        job.report("Checking the signed declarations", 0, 0, "")
        return tuple(
            f"{name} does not hold: {verdict.faults[0] if verdict.faults else 'it was changed'}"
            for name, verdict in self.declarations.verify_all_kept(job)
            if not verdict.ok
        )

    def close(self, job: Job | None = None) -> BackupInfo | None:
        """Make the rolling backup if one is due and close; returns that backup. Closing twice does nothing.

        A backup that fails (no room) or is cancelled is passed over: the workspace is closed all the same. A damaged
        database is copied aside once it is closed, and the next opening looks for damage first.
        """
        if self._closed:
            return None
        self._closed = True
        made = None
        damaged = False
        work = job or Job()
        try:
            if not self.read_only:
                try:
                    if self._backup_due():
                        made = backup.make(self.folder, at=self.clock(), reason="daily", progress=work.report)
                except (WorkspaceError, Cancelled) as error:
                    damaged = isinstance(error, WorkspaceDamaged)
                    self.notices = (*self.notices, f"The backup at closing was not made. {error}".strip())
        finally:
            damaged = damaged or self.store.damaged
            self.store.close()
            if self._lock is not None:
                self._lock.release(clean=not (damaged and self._set_aside()))
        return made

    def _set_aside(self) -> bool:
        """Copy a closed database aside if it is damaged (not merely altered); whether it is."""
        found = health.faults(self.folder / DATABASE_NAME)
        if found or self.store.damaged:
            error = health.quarantine(self.folder, self.clock(), found or ["damage was met while it was read"])
            self.notices = (*self.notices, str(error))
            return True
        return False

    def _backup_due(self) -> bool:
        if not self.settings.get().backup_at_close:
            return False
        return retention.due(self.folder, audit.head(self.store.read()), self.clock())

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def restore(
    backup_path: Path,
    to: Path,
    *,
    job: Job | None = None,
    replace: bool = False,
    actor: str = "",
    clock: Clock = system_clock,
) -> BackupInfo:
    """Make the workspace folder `to` out of a backup folder or ZIP, verified part by part; returns what was restored.

    A workspace that is there is left alone unless `replace`; then it must not be open, and is renamed and kept. The
    restored history says that it was restored. Raises WorkspaceError, WorkspaceDamaged, Cancelled.
    """
    work = job or Job()
    to, _ = _fit_place(to)
    restored = restoring.restore(backup_path, to, at=clock(), replace=replace, progress=work.report)
    opened = opening.open_folder(to, now=clock())
    try:
        if not opened.store.read_only:
            with opened.store.write():
                opened.store.record(
                    "workspace.restore",
                    f"Restore the backup of {restored.made_at:%Y-%m-%d %H:%M} UTC",
                    {"made_at": audit.timestamp(restored.made_at), "seq": restored.head.seq, "h": restored.head.h},
                    actor=actor or paths.account_name(),
                    at=clock(),
                )
    finally:
        opened.store.close()
        if opened.lock is not None:
            opened.lock.release()
    return restored


def backup_info(path: Path) -> BackupInfo:
    """What a backup folder or ZIP says of itself, for a dialog. Raises WorkspaceError if it is not one."""
    return manifest.info(path)


def _fit_place(folder: Path) -> tuple[Path, str]:
    """The absolute folder and a notice about it. Raises WorkspaceError when a live workspace may not be there."""
    folder = folder.absolute()
    sentence = paths.too_long(folder)
    verdict = paths.judge_folder(folder)
    if sentence or verdict.refused:
        raise WorkspaceError(sentence or verdict.sentence, safe="Nothing was changed.")
    return folder, verdict.sentence

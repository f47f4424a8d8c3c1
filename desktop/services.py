"""The services of one workspace, wired by plain arguments; each is made when it is first asked for.

Nothing heavy is imported before it is used: opening a workspace does not load the data engine or the workbook code.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.clock import Clock, today
from desktop.history import HistoryService
from desktop.settings import SettingsService
from desktop.views import SavedViews
from local_db import audit
from local_db.blobs import BlobStore
from local_db.connection import Store

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
    from desktop.requests.service import RequestService
    from desktop.submissions.filling.service import TemplateService
    from desktop.submissions.packing import PackService
    from desktop.submissions.review.service import ReviewService
    from desktop.submissions.service import SubmissionService
    from desktop.sync.bundles import BundleService
    from desktop.sync.departures import DepartureService
    from desktop.sync.endpoints import EndpointService
    from desktop.sync.inbox import InboxService
    from desktop.sync.outbox import OutboxService
    from desktop.sync.rounds import SyncService
    from desktop.testing.book_sources import BookSources
    from desktop.testing.cutover_files import CutoverFiles
    from desktop.testing.defects import DefectService
    from desktop.testing.imports import RecordImports
    from desktop.testing.requirements import RequirementService
    from desktop.testing.runs import RunService
    from desktop.testing.trace import TraceService
    from desktop.testing.workbooks import WorkbookService


class Services:
    """What `Workspace` gives access to; it knows nothing of opening, closing and backups."""

    def __init__(self, folder: Path, store: Store, blobs: BlobStore, *, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self.folder = folder
        self.store = store
        self.blobs = blobs
        self.actor = actor
        self.clock = clock

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
        """Imports of requirements, cases, results, defects, work-off items, deliverables, activities and questions."""
        from desktop.testing.imports import RecordImports

        return RecordImports(self.store, self.blobs, self.pit, self.cutover, self.requests, self.actor, self.clock)

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
        from desktop.testing.cutover_files import CutoverFiles

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
            self.books,
            self.actor,
            self.clock,
        )

    @cached_property
    def requests(self) -> RequestService:
        """Information requests and their answers."""
        from desktop.requests.service import RequestService

        return RequestService(self.store, self.participant, self.evidence, self.actor, self.clock)

    @cached_property
    def templates(self) -> TemplateService:
        """Recipients' own templates."""
        from desktop.submissions.filling.service import TemplateService

        return TemplateService(self.store, self.blobs, self.content, self.actor, self.clock)

    @cached_property
    def submissions(self) -> SubmissionService:
        """What is handed over, and what became of it."""
        from desktop.submissions.service import SubmissionService

        return SubmissionService(
            self.store,
            self.blobs,
            self,  # a kind asks for the services that it says something from, which are made then
            self.templates,
            self.folder,
            self.actor,
            self.clock,
            # Reviews need submissions: so late, that it is no circle.
            lambda ref, recipient: self.reviews.log_rows(ref, recipient),  # noqa: PLW0108 - `self.reviews` is not to be asked for yet
        )

    @cached_property
    def reviews(self) -> ReviewService:
        """What reviewers say of submissions."""
        from desktop.submissions.review.service import ReviewService

        return ReviewService(self.store, self.blobs, self.submissions, self.actor, self.clock)

    @cached_property
    def packs(self) -> PackService:
        """Sealed evidence packs."""
        from desktop.submissions.packing import PackService

        return PackService(
            self.store,
            self.blobs,
            self.submissions,
            self.evidence,
            self.declarations.keys,
            self.folder,
            self.actor,
            self.clock,
        )

    @cached_property
    def endpoints(self) -> EndpointService:
        """Central endpoints and how they are reached."""
        from desktop.sync.endpoints import EndpointService

        return EndpointService(self.store, self.actor, self.clock)

    @cached_property
    def outbox(self) -> OutboxService:
        """What waits to be sent."""
        from desktop.sync.outbox import OutboxService

        return OutboxService(self.store, self.blobs, self.endpoints, self.submissions, self.actor, self.clock)

    @cached_property
    def inbox(self) -> InboxService:
        """What endpoints say."""
        from desktop.sync.inbox import InboxService

        return InboxService(
            self.store,
            self.endpoints,
            self.submissions,
            self.reviews,
            self.content,
            self.participant,
            self.actor,
            self.clock,
        )

    @cached_property
    def sync(self) -> SyncService:
        """Rounds of sync, in the background or when asked."""
        from desktop.sync.rounds import SyncService

        return SyncService(self.store, self.blobs, self.endpoints, self.outbox, self.inbox, self.actor, self.clock)

    @cached_property
    def bundles(self) -> BundleService:
        """The same carried by hand."""
        from desktop.sync.bundles import BundleService

        return BundleService(
            self.store, self.blobs, self.endpoints, self.outbox, self.inbox, self.folder, self.actor, self.clock
        )

    @cached_property
    def departures(self) -> DepartureService:
        """What has left this laptop."""
        from desktop.sync.departures import DepartureService

        return DepartureService(self.store, self.endpoints, self.submissions, self.clock)

    @cached_property
    def agenda(self) -> Agenda:
        """What is late and what comes next."""
        from desktop.agenda import Agenda

        return Agenda(
            self.pit, self.defects, self.evidence, self.milestones, self.cutover, self.declarations, self.submissions
        )

    def books(self) -> BookSources:
        """What the workbooks of testing and cutover are made from, as of today."""
        from desktop.testing.book_sources import BookSources

        day = today(self.clock)
        return BookSources(self.store, self.participant, self.pit, self.test_runs, self.defects, self.trace, day)

    def _head(self) -> tuple[int, str]:
        head = audit.head(self.store.read())
        return head.seq, head.h

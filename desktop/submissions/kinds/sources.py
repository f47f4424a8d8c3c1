"""What the kinds of submissions are gathered from: the services, each asked for when a kind needs it."""

# ruff: noqa: D102 - each is the service of its name, as `Services` says of it

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from desktop.cleanse.service import CleanseService
    from desktop.clock import Clock
    from desktop.content.service import ContentService
    from desktop.cutover.service import CutoverService
    from desktop.declarations.service import DeclarationService
    from desktop.evidence.service import EvidenceService
    from desktop.milestones.service import MilestoneService
    from desktop.participant.service import ParticipantService
    from desktop.pit.service import PitService
    from desktop.portfolio.service import PortfolioService
    from desktop.report.service import ReportService
    from desktop.requests.service import RequestService
    from desktop.testing.book_sources import BookSources
    from desktop.testing.defects import DefectService
    from desktop.testing.requirements import RequirementService
    from desktop.testing.trace import TraceService
    from local_db.connection import Store


class Sources(Protocol):
    """Every service that a submission may say something from.

    The services of a workspace are this (`desktop/services.py`). One that nobody asks for is not made: following
    submissions and sending them loads none of what puts them together.
    """

    store: Store
    clock: Clock

    @property
    def content(self) -> ContentService: ...
    @property
    def participant(self) -> ParticipantService: ...
    @property
    def milestones(self) -> MilestoneService: ...
    @property
    def portfolio(self) -> PortfolioService: ...
    @property
    def cleanse(self) -> CleanseService: ...
    @property
    def reports(self) -> ReportService: ...
    @property
    def evidence(self) -> EvidenceService: ...
    @property
    def pit(self) -> PitService: ...
    @property
    def requirements(self) -> RequirementService: ...
    @property
    def defects(self) -> DefectService: ...
    @property
    def trace(self) -> TraceService: ...
    @property
    def cutover(self) -> CutoverService: ...
    @property
    def declarations(self) -> DeclarationService: ...
    @property
    def requests(self) -> RequestService: ...

    def books(self) -> BookSources: ...

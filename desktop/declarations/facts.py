"""What declarations rest on, as it is now: each capability is asked once, whatever the number of declarations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from desktop.content.pack import KINDS, Pack
from desktop.content.service import ContentService
from desktop.cutover.model import Activity, PlanSummary, PlanView
from desktop.declarations.parties import Parties, parties_of
from desktop.errors import PlainError
from desktop.milestones.service import MilestoneDay
from desktop.pit.plan_pack import severities_of

if TYPE_CHECKING:
    from desktop.cleanse.overview import Overview
    from desktop.cleanse.service import CleanseService
    from desktop.cutover.service import CutoverService
    from desktop.milestones.service import MilestoneService
    from desktop.participant.service import ParticipantService
    from desktop.pit.model import SeverityLevel
    from desktop.testing.defects import DefectService


class Sources:
    """The services that are asked."""

    def __init__(  # noqa: PLR0917 - wired once, by the service of declarations
        self,
        content: ContentService,
        participant: ParticipantService,
        milestones: MilestoneService,
        cleanse: CleanseService,
        cutover: CutoverService,
        defects: DefectService,
    ) -> None:
        """Nothing is read before it is asked for."""
        self.content = content
        self.participant = participant
        self.milestones = milestones
        self.cleanse = cleanse
        self.cutover = cutover
        self.defects = defects


class Facts:
    """The present for one reading: what was asked once is kept until the reading is over."""

    def __init__(self, sources: Sources, today: date) -> None:
        """`today`: the day by which evidence expires and exceptions end."""
        self.sources = sources
        self.today = today
        self._views: dict[int, PlanView | None] = {}

    @cached_property
    def packs(self) -> dict[str, Pack]:
        """The pack in use of every kind."""
        return {kind: self.sources.content.pack(kind) for kind in KINDS}

    @cached_property
    def parties(self) -> Parties:
        """Roles and recipients."""
        return parties_of(self.packs["recipients"], [one.role for one in self.sources.participant.scopes()])

    @cached_property
    def organisation(self) -> str:
        """Its legal name."""
        return self.sources.participant.get().name

    @cached_property
    def milestones(self) -> dict[str, MilestoneDay]:
        """Every milestone by its id."""
        return {one.id: one for one in self.sources.milestones.milestones()}

    @cached_property
    def overview(self) -> Overview:
        """The state of the cleanse."""
        return self.sources.cleanse.overview(self.today)

    @cached_property
    def plans(self) -> dict[int, PlanSummary]:
        """Every plan by its id."""
        return {one.id: one for one in self.sources.cutover.plans()}

    @cached_property
    def severities(self) -> dict[str, SeverityLevel]:
        """The scale of defects by its ids, worst first."""
        return {one.id: one for one in severities_of(self.packs["pit_plan"])}

    def view(self, plan_id: int | None) -> PlanView | None:
        """A plan with its activities; None for no plan, one that is gone, or one that cannot be computed."""
        if plan_id is None:
            return None
        if plan_id not in self._views:
            try:
                self._views[plan_id] = self.sources.cutover.plan(plan_id)
            except PlainError:
                self._views[plan_id] = None
        return self._views[plan_id]


def before(view: PlanView | None, activity_id: int | None) -> tuple[Activity, ...]:
    """The activities of a plan that a declaration speaks of: not those that wait for the one that it is made for."""
    if view is None:
        return ()
    if activity_id is None:
        return view.activities
    after = _after(view.activities, activity_id)
    return tuple(one for one in view.activities if one.id not in after)


def _after(activities: Iterable[Activity], activity_id: int) -> set[int]:
    """Ids of all that waits for an activity, directly or through others."""
    ids = {one.details.key: one.id for one in activities}
    waiting: dict[int, list[int]] = {}
    for one in activities:
        for link in one.details.predecessors:
            waiting.setdefault(link.id or ids.get(link.key, 0), []).append(one.id)
    found: set[int] = set()
    ahead = [activity_id]
    while ahead:
        for one_id in waiting.get(ahead.pop(), ()):
            if one_id not in found:
                found.add(one_id)
                ahead.append(one_id)
    return found - {activity_id}

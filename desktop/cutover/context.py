"""What every part of the cutover service works with: the other services, and how an edit is begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.content.service import ContentService
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.service import EvidenceService
from desktop.milestones.service import MilestoneService
from desktop.participant.service import ParticipantService
from desktop.settings import SettingsService
from local_db import cutover as rows
from local_db.connection import Connection, Store
from local_db.cutover import ActivityRow, PlanRow
from local_db.edit import Edit

NOTHING = "Nothing was changed."


@dataclass(frozen=True)
class Desk:
    """The services that plans are made of."""

    store: Store
    content: ContentService
    participant: ParticipantService
    milestones: MilestoneService
    evidence: EvidenceService
    settings: SettingsService
    actor: str
    clock: Clock

    def now(self) -> datetime:
        """The clock's moment."""
        return self.clock()

    def edit(self, action: str, title: str, body: Mapping[str, Any] | None = None) -> AbstractContextManager[Edit]:
        """An edit that can be undone."""
        return self.store.edit(
            action=f"cutover.{action}",
            title=title,
            subjects=[Subject.CUTOVER],
            actor=self.actor,
            at=self.clock(),
            body=body,
        )

    def milestone_ids(self) -> dict[str, str]:
        """Folded id or title of every milestone to its id; an id goes before a title."""
        all_of_them = self.milestones.milestones()
        return {
            **{one.title.casefold(): one.id for one in reversed(all_of_them) if one.title},
            **{one.id.casefold(): one.id for one in all_of_them},
        }

    def plan_row(self, connection: Connection, plan_id: int) -> PlanRow:
        """A plan as it is kept. Raises NotFound."""
        found = rows.plans(connection, plan_id)
        if not found:
            raise NotFound("This cutover plan is not here any more.", safe=NOTHING, todo="Reload the page.")
        return found[0]

    def open_plan(self, connection: Connection, plan_id: int) -> PlanRow:
        """A plan that may be changed. Raises NotFound, InvalidInput when it is closed."""
        plan = self.plan_row(connection, plan_id)
        if plan.closed:
            raise InvalidInput(
                f"{plan.ref} was closed on {plan.closed}.",
                safe=NOTHING,
                todo="Open the plan again first: clear the day on which it was closed.",
                field="closed",
            )
        return plan

    def chosen(self, connection: Connection, activity_ids: Sequence[int]) -> dict[int, list[ActivityRow]]:
        """Activities that may be changed, by plan, in the plan's order.

        Raises NotFound when one is not there, InvalidInput when its plan is closed.
        """
        wanted = set(activity_ids)
        of_plan = rows.plans_of(connection, wanted)
        if len(of_plan) < len(wanted):
            raise NotFound("An activity is not in the plan any more.", safe=NOTHING, todo="Reload the page.")
        found = {}
        for plan_id in sorted(set(of_plan.values())):
            self.open_plan(connection, plan_id)
            found[plan_id] = [row for row in rows.activities(connection, plan_id) if row.id in wanted]
        return found


def changes(title: str, count: int, *more: Subject) -> Changes:
    """What an edit of plans changed."""
    return Changes.of(Subject.CUTOVER, *more, title=title, count=count)


def counted(count: int, one: str = "activity", several: str = "") -> str:
    """A number with its word: 1 activity, 12 activities."""
    return f"{count:,} {one if count == 1 else several or one.removesuffix('y') + 'ies'}"


def named(found: Iterable[ActivityRow]) -> str:
    """One activity by its id, or how many they are: titles of steps hold no text that people wrote."""
    all_of_them = list(found)
    return all_of_them[0].key if len(all_of_them) == 1 else counted(len(all_of_them))

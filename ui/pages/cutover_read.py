"""What the Cutover page shows, read in one job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.browse.frame_table import FrameTable
from desktop.content.pack import KINDS, Pack
from desktop.content.plan_change import PlanChange
from desktop.cutover.model import PlanSummary, PlanView
from desktop.cutover.plan_pack import KIND
from desktop.errors import InvalidInput, NotFound
from desktop.working_days import WorkingDays
from ui.dialogs.cutover_fields import ActivityWords
from ui.widgets.cutover_words import Changed

if TYPE_CHECKING:
    from desktop.app import Workspace


@dataclass(frozen=True)
class Wanted:
    """What the page was asked for: a plan, else the plan of an activity, else the one with this reference.

    `source`: the table that is shown, with the id of its plan; it is read anew instead of being made anew.
    """

    plan_id: int | None = None
    activity_id: int | None = None
    ref: str = ""
    source: tuple[int, FrameTable] | None = None


@dataclass(frozen=True)
class CutoverData:
    """All that the page shows."""

    pack: Pack
    plans: tuple[PlanSummary, ...]
    plan: PlanSummary | None
    view: PlanView | None
    table: FrameTable | None
    days: WorkingDays
    words: ActivityWords
    declared: Mapping[str, int]
    """Declarations made for activities of the plan: ACME-DEC-0003 v2 to its id."""
    changes: tuple[PlanChange, ...]
    """What the pack in use says otherwise than the plan."""
    said_before: Mapping[int, Changed] = field(default_factory=dict)
    """Of activities whose text waits to be confirmed: what the newest import that asked for something else changed."""
    trouble: str = ""
    """Why the plan cannot be computed, in words."""


def read(workspace: Workspace, wanted: Wanted) -> CutoverData:
    """Everything at once. A plan that cannot be computed is told in words, so that another one can be chosen."""
    cutover = workspace.cutover
    plans = cutover.plans()
    plan = _chosen(workspace, plans, wanted)
    view, table, trouble = None, None, ""
    if plan is not None:
        try:
            view = cutover.plan(plan.id)
            table = _table(workspace, plan.id, wanted.source)
        except InvalidInput as error:
            trouble = str(error)
    return CutoverData(
        cutover.pack(), plans, plan, view, table, cutover.working_days(), _words(workspace, view),
        _declared(workspace, view), _changes(workspace, plan), _said_before(workspace, view), trouble,
    )  # fmt: skip


def _chosen(workspace: Workspace, plans: Sequence[PlanSummary], wanted: Wanted) -> PlanSummary | None:
    if wanted.plan_id is None and wanted.activity_id is not None:
        for plan in plans:
            try:
                if workspace.cutover.plan(plan.id).by_id(wanted.activity_id) is not None:
                    return plan
            except InvalidInput:
                continue
    for fits in (
        lambda plan: plan.id == wanted.plan_id,
        lambda plan: plan.ref == wanted.ref,
        lambda plan: not plan.rehearsal and not plan.details.closed,
        lambda _plan: True,
    ):
        found = next((plan for plan in plans if fits(plan)), None)
        if found is not None:
            return found
    return None


def _table(workspace: Workspace, plan_id: int, source: tuple[int, FrameTable] | None) -> FrameTable:
    if source is not None and source[0] == plan_id:
        source[1].reload()
        return source[1]
    return workspace.cutover.table(plan_id)


def _declared(workspace: Workspace, view: PlanView | None) -> dict[str, int]:
    if view is None or not any(one.declarations for one in view.activities):
        return {}
    return {one.name: one.id for one in workspace.declarations.declarations() if one.details.plan_id == view.plan.id}


def _said_before(workspace: Workspace, view: PlanView | None) -> dict[int, Changed]:
    """Texts before and after, by the words of their fields. What was taken from a pack keeps no texts."""
    flagged = [one for one in view.activities if one.changed and not one.missing] if view else []
    if not flagged:
        return {}
    from desktop.records.fields import by_name
    from desktop.records.model import RecordKind
    from desktop.testing.import_activities import ASKING

    fields = by_name(RecordKind.ACTIVITIES)
    asked = {fields[name].title for name in ASKING}
    found: dict[int, Changed] = {}
    for one in flagged:
        if one.source.startswith(KINDS[KIND]):
            continue
        for past in workspace.record_imports.history(RecordKind.ACTIVITIES, one.id):
            if asked & past.fields.keys():
                found[one.id] = past.fields
                break
    return found


def _words(workspace: Workspace, view: PlanView | None) -> ActivityWords:
    details = [one.details for one in view.activities] if view else []
    return ActivityWords(
        phases=_known(one.phase for one in details),
        responsible=_known(one.responsible for one in details),
        people=workspace.cutover.people(),
        milestones=workspace.milestones.milestones(),
        wordings=tuple((one.id, one.title) for one in workspace.declarations.wordings()),
    )


def _known(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _changes(workspace: Workspace, plan: PlanSummary | None) -> tuple[PlanChange, ...]:
    if plan is None or not plan.key or plan.rehearsal or plan.details.closed:
        return ()
    try:
        return workspace.cutover.compare(plan.key, plan.id)
    except NotFound:  # the pack in use has it no more
        return ()

"""A cutover plan as it stands. A rehearsal is for practice and is in no submission."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.cutover.ends import end_words
from desktop.cutover.model import Activity, ActivityState, PlanSummary, PlanView, Rag
from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.submissions.content import Content, Relied
from desktop.submissions.kinds import relied
from desktop.submissions.kinds.files import file_points, files_of, listed
from desktop.submissions.kinds.keyed import column_ids
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.parts import Taken, tables_of
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Choice, Scope
from desktop.testing.book_cutover import cutover_draft
from desktop.testing.book_parts import Draft

_TAKEN = {
    "checks": Taken("to_look_at", (0, 1)),
    "activities": Taken("activities", reviewed=True),
    "actual": Taken("planned_against_actual"),
    "chain": Taken("critical_path", (1,)),
}


def gather(scope: Scope, masking: Masking, sources: Sources, job: Job) -> Content:
    """What it says. Raises InvalidInput (field scope)."""
    plan = plan_of(scope, sources)
    view = sources.cutover.plan(plan.id)
    if not view.activities:
        raise refused(f"The plan {plan.ref} has no activity yet.", "Add its activities, or choose another plan.")
    books = sources.books()
    draft = cutover_draft(view, books)
    job.check()
    tables = tables_of("cutover", draft, _TAKEN, masking)
    files = files_of(sources, books.used(), masking, (TargetKind.ACTIVITY,))
    named = {one.id: one.name for one in sources.milestones.milestones()}
    milestone = named.get(plan.details.milestone, plan.details.milestone)
    packs = ["cutover_plans"] if plan.key else []
    return Content(
        "cutover_status",
        f"Cutover status: {plan.details.title}",
        (("Plan", f"{plan.details.title} ({plan.ref})"), ("Milestone", milestone or "Not given"), *draft.position),
        tables,
        (*relied.packs(sources, packs), _plan_relied(view, masking)),
        files,
        values=_values(view, milestone),
        open_points=(*_points(draft, view), *file_points(files, books.today.isoformat())),
    )


def plan_of(scope: Scope, sources: Sources) -> PlanSummary:
    """The plan. Raises InvalidInput (field scope): none is chosen, it is not there, or it is a rehearsal."""
    if scope.plan_id is None:
        raise refused("Choose the cutover plan.", "Make or import one first, if there is none.")
    found = next((one for one in sources.cutover.plans() if one.id == scope.plan_id), None)
    if found is None:
        raise refused("This cutover plan is not there any more.", "Choose another one.")
    if found.rehearsal:
        raise refused(
            f"{found.ref} is a rehearsal: it is for practice and is never submitted.", "Choose the plan itself."
        )
    return found


def plan_choices(sources: Sources) -> tuple[Choice, ...]:
    """Every plan that is no rehearsal, open ones first."""
    return tuple(
        Choice(
            str(one.id), f"{one.ref} {one.name}", f"{one.finished:,} of {one.activities:,} activities finished", one.ref
        )
        for one in sources.cutover.plans()
        if not one.rehearsal
    )


def _plan_relied(view: PlanView, masking: Masking) -> Relied:
    facts = [
        (
            one.details.key, one.details.title, one.state.value, _cell(one.planned.start), _cell(one.planned.finish),
            _cell(one.started), _cell(one.finished), one.outcome, one.rag.value,
        )
        for one in view.activities
    ]  # fmt: skip
    count = relied.counted(len(facts), "activity")
    title = f"Cutover plan {view.plan.details.title} with {count}"
    return Relied(
        "plan", view.plan.ref, title, relied.hash_of(masking, view.plan.ref, view.plan.details.milestone, facts)
    )


def _cell(moment: object) -> str:
    return str(getattr(moment, "cell", "") or "")


def _values(view: PlanView, milestone: str) -> dict[str, str]:
    activities = view.activities
    states = [one.state for one in activities]
    ids = column_ids(state.value for state in ActivityState)
    rags = [one.rag for one in activities]
    return {
        "plan.ref": view.plan.ref,
        "plan.title": view.plan.details.title,
        "plan.milestone": milestone,
        "plan.planned_end": end_words(view.planned_end) if view.planned_end else "",
        "plan.forecast_end": end_words(view.ends) if view.ends else "",
        "activities.total": str(len(activities)),
        "activities.finished": str(sum(state.finished for state in states)),
        "activities.late": str(sum(one.late for one in activities)),
        **{f"activities.{one}": str(states.count(state)) for one, state in zip(ids, ActivityState, strict=True)},
        **{f"activities.{rag.value}": str(rags.count(rag)) for rag in Rag if rag.value},
    }


def _points(draft: Draft, view: PlanView) -> tuple[str, ...]:
    """What the plan's own sheet of what is not in order says, counted, and evidence that is asked for and lacking."""
    found: dict[str, list[str]] = {}
    for row in next(part.rows for part in draft.parts if part.key == "checks"):
        found.setdefault(str(row[0]), []).append(str(row[1]))
    unproven = _keys(
        one for one in view.activities if one.state.finished and one.details.evidence_needed and not one.evidence
    )
    if unproven:
        found["Finished without the evidence that is asked for"] = unproven
    return tuple(f"{what}, {len(keys):,}: {listed(keys)}." for what, keys in found.items())


def _keys(activities: Iterable[Activity]) -> list[str]:
    return [one.details.key for one in activities]

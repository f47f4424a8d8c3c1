"""What the Cutover page says of a plan as a whole, and what each figure of its head leaves of the list."""

from __future__ import annotations

from datetime import date

from desktop.browse.view import Filter, Op
from desktop.cutover.model import ActivityState, PlanSummary, Rag
from desktop.cutover.table import CHANGED, LATE, MISSING, rag_words
from ui.context import Tone
from ui.pages.cutover_read import CutoverData
from ui.widgets.cutover_look import has_days
from ui.widgets.pit_look import day_words

FIGURE_FILTERS = {
    "failed": Filter("state", Op.IS_ANY, (ActivityState.FAILED.value,)),
    "waiting": Filter("state", Op.IS_ANY, (ActivityState.WAITING.value,)),
    "ready": Filter("state", Op.IS_ANY, (ActivityState.READY.value,)),
    "started": Filter("state", Op.IS_ANY, (ActivityState.STARTED.value,)),
    "late": Filter("look", Op.IS_ANY, (LATE,)),
    "changed": Filter("look", Op.IS_ANY, (CHANGED, MISSING)),
    "red": Filter("rag", Op.IS_ANY, (rag_words(Rag.RED),)),
    "amber": Filter("rag", Op.IS_ANY, (rag_words(Rag.AMBER),)),
}
"""By the names of the figures (ui/widgets/cutover_strip.py)."""


def subtitle(data: CutoverData) -> str:
    """The line under the page's title: which plan, where it is from, in which calendar days are counted."""
    plan = data.plan
    if plan is None:
        return "What has to be done before, at and after a milestone, by whom, and what waits for what."
    source = f" · from {plan.source}" if plan.source else ""
    calendar = data.days.calendar.title.partition(":")[0]
    return f"{plan.ref}{source} · working days of {calendar}, times of Great Britain"


def notice_of(data: CutoverData) -> tuple[str, Tone] | None:
    """What stands across the page: why a plan cannot be shown, that it is a rehearsal or closed, that it has no day."""
    plan = data.plan
    if data.trouble:
        return data.trouble, Tone.ERROR
    if plan is not None and plan.rehearsal:
        of = next((one for one in data.plans if one.id == plan.rehearsal_of), None)
        what = f" of {of.ref} {of.details.title}" if of else ""
        words = f"REHEARSAL{what}. A copy to practise on: nothing of it is ever submitted, and the plan itself stays."
        return f"{words}{_closed_words(plan)}", Tone.WARNING
    if plan is not None and plan.details.closed:
        return _closed_words(plan).strip(), Tone.INFO
    if data.view is not None and data.view.activities and not has_days(data.view):
        words = (
            "Nothing of this plan has a day yet. Give an activity a start or a due moment, or give the milestones that "
            "they hang on their days (Milestones…)."
        )
        return words, Tone.INFO
    return None


def _closed_words(plan: PlanSummary) -> str:
    if not plan.details.closed:
        return ""
    day = day_words(date.fromisoformat(plan.details.closed))
    review = f" Review: {plan.details.review}" if plan.details.review else ""
    return f" Closed on {day}. Plan › Open the plan again works on it again.{review}"

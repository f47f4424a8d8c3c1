"""What is said of a cutover plan: its title, the milestone it leads to, its note; closing it with a review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QWidget

from desktop.changes import Changes
from desktop.cutover.model import PlanDetails, PlanSummary
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.milestones.service import MilestoneDay
from ui.context import Context
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save
from ui.widgets.cutover_look import counted


def ask_new_plan(
    context: Context, parent: QWidget, milestones: Sequence[MilestoneDay], made: Callable[[int], object]
) -> bool:
    """Title, milestone and note of an empty plan of one's own; `made` is told its id."""
    cutover = context.workspace.cutover
    ids: list[int] = []

    def work_of(values: dict[str, str]) -> Work:
        _needs_title(values)

        def work(_job: Job) -> Changes:
            plan_id, changes = cutover.add_plan(PlanDetails(values["title"], values["milestone"], values["note"]))
            ids.append(plan_id)
            return changes

        return work

    fields = _fields(PlanDetails(""), milestones)
    return ask_and_save(
        context, parent, "New cutover plan", fields, "Make the plan", work_of, done=lambda _changes: made(ids[-1])
    )


def ask_plan(context: Context, parent: QWidget, plan: PlanSummary, milestones: Sequence[MilestoneDay]) -> bool:
    """What is said of a plan that is there."""
    cutover, now = context.workspace.cutover, plan.details
    fields = _fields(now, milestones)
    if now.closed or now.review:
        fields = (*fields, Field("review", "Review", now.review, long=True, hint="What went well, what to change."))

    def work_of(values: dict[str, str]) -> Work:
        _needs_title(values)
        details = replace(now, **values)
        return lambda _job: cutover.edit_plan(plan.id, details)

    return ask_and_save(context, parent, f"About {plan.ref}", fields, "Save", work_of)


def ask_close(context: Context, parent: QWidget, plan: PlanSummary, today: date) -> bool:
    """Close a plan, with what is to be remembered from it."""
    cutover, left = context.workspace.cutover, plan.activities - plan.finished
    intro = (
        f"{plan.details.title}\n"
        + (
            f"{counted(left)} of it {'is' if left == 1 else 'are'} not finished. "
            if left
            else "All of it is finished. "
        )
        + "A closed plan stays as it is, is late for nothing any more, and can be opened again."
    )
    fields = (
        Field("review", "Review", plan.details.review, long=True, hint="What went well, what to change. May be empty."),
    )

    def work_of(values: dict[str, str]) -> Work:
        details = replace(plan.details, closed=today.isoformat(), review=values["review"])
        return lambda _job: cutover.edit_plan(plan.id, details)

    return ask_and_save(context, parent, f"Close {plan.ref}", fields, "Close the plan", work_of, intro)


def ask_rehearsal(context: Context, parent: QWidget, plan: PlanSummary, made: Callable[[int], object]) -> bool:
    """Make a copy of a plan to practise on; `made` is told its id."""
    cutover = context.workspace.cutover
    ids: list[int] = []
    intro = (
        f"A copy of {plan.ref} with {counted(plan.activities)}, its baseline set to what is planned and nothing of it "
        "done. Its days are those of the plan; slip its first activities to the day on which you practise. It is "
        "marked as a rehearsal everywhere, and nothing of it can ever be submitted."
    )

    def work_of(values: dict[str, str]) -> Work:
        def work(_job: Job) -> Changes:
            plan_id, changes = cutover.rehearse(plan.id, values["title"])
            ids.append(plan_id)
            return changes

        return work

    fields = (Field("title", "Title", hint="Empty: the title of the plan, with a number."),)
    return ask_and_save(
        context, parent, "Rehearse the plan", fields, "Make the rehearsal", work_of, intro,
        done=lambda _changes: made(ids[-1]),
    )  # fmt: skip


def milestone_choices(
    milestones: Sequence[MilestoneDay], now: str = "", nothing: str = "None"
) -> tuple[tuple[str, str], ...]:
    """The milestones to choose among, one that is not known any more kept."""
    known = tuple((one.id, one.name) for one in milestones)
    kept = ((now, now),) if now and now not in dict(known) else ()
    return (("", nothing), *known, *kept)


def _fields(now: PlanDetails, milestones: Sequence[MilestoneDay]) -> tuple[Field, ...]:
    return (
        Field("title", "Title", now.title),
        Field("milestone", "Leads to", now.milestone, milestone_choices(milestones, now.milestone, "No milestone")),
        Field("note", "Note", now.note, long=True),
    )


def _needs_title(values: dict[str, str]) -> None:
    if not values["title"]:
        raise InvalidInput("A plan needs a title.", field="title")

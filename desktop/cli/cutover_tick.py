"""`mhhs-desk cutover tick`: say that activities are done, begun, or not after all."""

from __future__ import annotations

import argparse

from desktop.app import Workspace
from desktop.changes import Changes
from desktop.cli import arguments, output
from desktop.cli.cutover_arguments import add_keys, add_plan, chosen, chosen_ids, moment
from desktop.cutover.model import ActivityType

_OUTCOMES = (*ActivityType.VALIDATION.outcomes, *ActivityType.GO_NO_GO.outcomes)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `cutover`."""
    command = commands.add_parser(
        "tick",
        help="say that activities are done",
        description="Say that activities are done, when and by whom. One that waits for something, or lacks its "
        "evidence or its signed declaration, is refused with why, unless --despite gives a reason. A validation needs "
        "an outcome (pass, fail, not tested) and so does a go/no-go (go, no-go); of several those that need one, or "
        "another, are named and nothing is ticked. One step to undo.",
    )
    add_keys(command)
    arguments.add_workspace(command, required=True)
    add_plan(command)
    what = command.add_mutually_exclusive_group()
    what.add_argument("--start", action="store_true", help="say that work on them began")
    what.add_argument("--undo", action="store_true", help="take ticks and starts back; the audit log keeps them")
    command.add_argument("--at", type=moment, metavar="MOMENT", help="when; without it now, to the minute")
    command.add_argument("--by", default="", metavar="WHO", help="by whom; without it the account's name")
    command.add_argument("--outcome", default="", choices=_OUTCOMES, help="of a validation or a go/no-go")
    command.add_argument("--remark", default="", help="on the outcome; needed for fail, not tested and no-go")
    command.add_argument("--despite", default="", metavar="REASON", help="why, though something is not ready")
    command.add_argument("--reason", default="", help="with --undo: why it is taken back")
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Tick; prints the step and how each activity stands now."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    _must_fit(given)
    with Workspace.open(given.workspace) as workspace:
        cutover = workspace.cutover
        plan = chosen(workspace, given)
        ids = chosen_ids(workspace, plan, given.key)
        changes: Changes
        if given.undo:
            changes = cutover.untick(ids, given.reason)
        elif given.start:
            changes = cutover.start(ids, at=given.at, by=given.by, despite=given.despite)
        else:
            changes = cutover.tick(
                ids, at=given.at, by=given.by, outcome=given.outcome, remark=given.remark, despite=given.despite
            )
        view = cutover.plan(plan.id)
        found = [one for activity_id in ids if (one := view.by_id(activity_id)) is not None]
    ready = [one for one in view.activities if one.state.value == "Ready to start"]
    if given.json:
        activities = [
            {
                "key": one.details.key,
                "title": one.details.title,
                "state": one.state.value,
                "started": one.started.text if one.started else None,
                "finished": one.finished.text if one.finished else None,
                "finished_by": one.finished_by,
                "outcome": one.outcome,
            }
            for one in found
        ]
        made = {"plan": plan.ref, "step": changes.title, "activities": activities}
        output.write_json(given.json, {**made, "ready": [one.details.key for one in ready]})
    if given.json != output.STANDARD_OUTPUT:
        lines = [f"{plan.name} ({plan.ref}): {changes.title or 'nothing was changed'}"]
        lines += [f"  {one.details.key} {one.details.title}: {one.state.value}" for one in found]
        if ready:
            lines.append(f"Ready to start: {', '.join(one.details.key for one in ready)}")
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def _must_fit(given: argparse.Namespace) -> None:
    """Raise WrongUsage for options that say nothing about what is done."""
    unused = {
        "--at": given.undo and given.at is not None,
        "--by": given.undo and given.by,
        "--outcome": (given.undo or given.start) and given.outcome,
        "--remark": (given.undo or given.start) and given.remark,
        "--despite": given.undo and given.despite,
        "--reason": not given.undo and given.reason,
    }
    for option, wrong in unused.items():
        if wrong:
            doing = "--undo" if given.undo else "--start" if given.start else "a tick"
            raise arguments.WrongUsage(f"{option} says nothing about {doing}.")

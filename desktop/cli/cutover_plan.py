"""`mhhs-desk cutover plan`: rename a plan, close it, open it again, remove it."""

from __future__ import annotations

import argparse
from dataclasses import replace

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.cutover_arguments import add_plan, chosen
from desktop.cli.cutover_plans import plan_json
from desktop.clock import today


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `cutover`."""
    command = commands.add_parser(
        "plan",
        help="rename, close, open again or remove a plan",
        description="Change what is said of a plan as a whole. A closed plan can be read and is not changed any more. "
        "One step to undo.",
    )
    arguments.add_workspace(command, required=True)
    add_plan(command)
    command.add_argument("--title", help="another title")
    command.add_argument("--milestone", metavar="ID", help="the milestone that it is for; none takes it back")
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--close", nargs="?", const="", type=_closing, metavar="DATE", help="close it, on this day or today"
    )
    which.add_argument("--reopen", action="store_true", help="open it again")
    which.add_argument("--remove", action="store_true", help="remove it with its activities; evidence stays")
    arguments.add_json(command)
    command.set_defaults(run=run)


def _closing(text: str) -> str:
    return arguments.day(text).isoformat() if text else ""


def run(given: argparse.Namespace) -> int:
    """Change it; prints the step and the plan."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    said = given.title is not None or given.milestone is not None
    if not said and given.close is None and not given.reopen and not given.remove:
        raise arguments.WrongUsage("Say what to change: --title, --milestone, --close, --reopen or --remove.")
    if given.remove and said:
        raise arguments.WrongUsage("--remove takes the whole plan away: leave the other options out.")
    with Workspace.open(given.workspace) as workspace:
        cutover = workspace.cutover
        plan = chosen(workspace, given)
        if given.remove:
            changes = cutover.remove_plan(plan.id)
            left = None
        else:
            details = plan.details
            if given.title is not None:
                details = replace(details, title=given.title)
            if given.milestone is not None:
                milestone = given.milestone.strip()
                details = replace(details, milestone="" if milestone.casefold() == "none" else milestone)
            if given.close is not None:
                details = replace(details, closed=given.close or today(workspace.clock).isoformat())
            if given.reopen:
                details = replace(details, closed="")
            changes = cutover.edit_plan(plan.id, details)
            left = next(one for one in cutover.plans() if one.id == plan.id)
    if given.json:
        output.write_json(given.json, {"step": changes.title, "plan": plan_json(left) if left else None})
    if given.json != output.STANDARD_OUTPUT:
        output.tell(f"{(left or plan).name} ({plan.ref}): {changes.title or 'nothing was changed'}\n")
    return 0

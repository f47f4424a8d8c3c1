"""`mhhs-desk cutover slip`: what moves when activities begin later, and moving it."""

from __future__ import annotations

import argparse
import sys

from desktop.app import Workspace
from desktop.changes import Changes
from desktop.cli import arguments, output
from desktop.cli.cutover_arguments import add_keys, add_plan, chosen, chosen_ids
from desktop.cli.cutover_moved import counted, moved_json, moved_lines


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `cutover`."""
    command = commands.add_parser(
        "slip",
        help="let activities begin later, or see what would move",
        description="Let activities begin so many working days later, and tell everything that moves with them: what "
        "waits for them, and what then ends after its due moment. Deadlines stay where they are unless --with-deadline "
        "is given. With --dry-run nothing is kept. One step to undo.",
    )
    add_keys(command)
    arguments.add_workspace(command, required=True)
    add_plan(command)
    command.add_argument(
        "--days", type=int, required=True, metavar="N", help="working days later; negative for earlier"
    )
    command.add_argument(
        "--with-deadline", action="store_true",
        help="move their own due moments too; those that hang on a milestone never move",
    )  # fmt: skip
    command.add_argument("--dry-run", action="store_true", help="tell what would move and change nothing")
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print what moves, and move it unless this is a dry run."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=given.dry_run) as workspace:
        cutover = workspace.cutover
        plan = chosen(workspace, given)
        ids = chosen_ids(workspace, plan, given.key)
        moved = cutover.slip(ids, given.days, given.with_deadline)
        changes = Changes() if given.dry_run else cutover.do_slip(ids, given.days, given.with_deadline)
    if given.json:
        made = {"plan": plan.ref, "dry_run": given.dry_run, "step": changes.title, "days": given.days}
        output.write_json(given.json, {**made, "moved": moved_json(moved, {plan.id: plan.ref})})
    if given.json != output.STANDARD_OUTPUT:
        much = counted(len(moved), "activity", "activities")
        would = f"would move {much}" if given.dry_run else changes.title or "nothing moves"
        lines = [f"{plan.name} ({plan.ref}): {would}", *moved_lines(moved, {})]
        output.tell("".join(f"{line}\n" for line in lines))
    if given.dry_run:
        sys.stderr.write("Nothing was changed.\n")
    return 0

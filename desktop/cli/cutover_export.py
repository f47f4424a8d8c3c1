"""`mhhs-desk cutover export`: a plan as a workbook, a calendar of its deadlines, or a CSV."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.cutover_arguments import add_plan, chosen
from desktop.cli.progress import told_job
from desktop.testing.cutover_files import EXACT


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `cutover`."""
    command = commands.add_parser(
        "export",
        help="write a plan as a workbook, a calendar of its deadlines, or a CSV",
        description="Write a plan. The workbook (.xlsx) is for people: no cell of it runs as a formula. The CSV is "
        "exact, for machines: its cells stay as they are, also those that begin with = + - or @, which a spreadsheet "
        "program may run. Both come back in with `cutover import` with nothing to change. A calendar (.ics) has an "
        "event for each activity that is not finished, and its events keep their ids, so that a newer file moves them. "
        "Workbooks are numbered; from a workspace that can only be read, or that is open in a window, one has no "
        "number: `number` is 0 in JSON. The file of a rehearsal has to be called so.",
    )
    arguments.add_workspace(command, required=True)
    add_plan(command)
    command.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the file, its name ending in .xlsx, .ics or .csv"
    )
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Write the file; prints where it is."""
    output.must_not_clash({"--json": given.json, "--out": given.out}, (), given.workspace)
    if given.out.suffix.casefold() not in (".xlsx", ".ics", ".csv"):
        raise arguments.WrongUsage(f"--out: “{given.out.name}” has to end in .xlsx, .ics or .csv.")
    with Workspace.open(given.workspace) as workspace:
        plan = chosen(workspace, given)
        made = workspace.cutover_files.write(given.out, plan.id, told_job())
    if given.json:
        output.write_json(
            given.json,
            {
                "path": str(made.path),
                "plan": made.plan_ref,
                "rehearsal": made.rehearsal,
                "number": made.number,
                "activities": made.rows,
                "sha256": made.sha256,
            },
        )
    if given.out.suffix.casefold() == ".xlsx" and not made.number:
        sys.stderr.write(
            "The workbook is not numbered: the workspace is open elsewhere or can only be read, so no number could be "
            "noted. Close it there and write the workbook again before you hand it over.\n"
        )
    if given.out.suffix.casefold() == ".csv":
        sys.stderr.write(f"{EXACT}\n")
    if given.json != output.STANDARD_OUTPUT:
        number = f", version {made.number}" if made.number else ""
        output.tell(f"{made.path}\n{plan.name} ({plan.ref}){number}\n")
    return 0

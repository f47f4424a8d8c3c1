"""`mhhs-desk report`: the progress report and the fix lists of a workspace as it stands."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.report.privacy import MpanChoice


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "report",
        help="write the progress report and fix lists",
        description="Write the data cleanse progress report of a workspace, and one fix list for each owner.",
    )
    arguments.add_workspace(command, required=True)
    command.add_argument("--xlsx", type=Path, required=True, metavar="OUT", help="the progress report's file")
    command.add_argument("--fix-lists", type=Path, metavar="DIR", help="a folder for one fix list for each owner")
    command.add_argument("--recipient", default="", metavar="ID", help="BSC, REC, DIP ...: named on the cover")
    arguments.add_mpans(command)
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Write the files; prints where they are."""
    arguments.must_be_workbook("--xlsx", given.xlsx)
    if given.fix_lists is not None and given.mpans == MpanChoice.COUNTS:
        raise arguments.WrongUsage(
            "A fix list is rows, so --fix-lists cannot be with --mpans counts. Choose full or last-four."
        )
    outputs = {"--json": given.json, "--xlsx": given.xlsx, "--fix-lists": given.fix_lists}
    output.must_not_clash(outputs, (), given.workspace)
    job, choice = told_job(), MpanChoice(given.mpans)
    with Workspace.open(given.workspace) as workspace:
        made = [workspace.reports.progress_report(given.xlsx, given.recipient, choice, job)]
        if given.fix_lists is not None:
            output.make_folder(given.fix_lists)
            made += workspace.reports.fix_lists(given.fix_lists, choice, job)
    if given.json:
        output.write_json(given.json, {"files": [{"path": str(one.path), "sha256": one.sha256} for one in made]})
    if given.json != "-":
        output.tell("".join(f"{one.path}\n" for one in made))
    return 0

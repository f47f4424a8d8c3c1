"""`mhhs-desk pit export`: PIT plan, RTTM, completion report, or defect log with the work-off plan, as a workbook."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.testing.workbooks import BookKind


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `pit`."""
    command = commands.add_parser(
        "export",
        help="write the PIT plan, RTTM, completion report or defect log as a workbook",
        description="Write a workbook that a stranger can follow, numbered as a submission of its kind and gate. What "
        "is changed in it comes back in with `pit import`. From a workspace that can only be read, or that is open in "
        "a window, it has no number: `submission` is 0 in JSON.",
    )
    arguments.add_workspace(command, required=True)
    command.add_argument(
        "--kind",
        choices=[kind.value for kind in BookKind],
        required=True,
        help="plan: gates, deliverables, reliance; rttm: requirements to cases to results; completion: what was "
        "tested and what not; defects: defect log and work-off plan",
    )
    command.add_argument(
        "--gate",
        default="",
        metavar="ID",
        help="the gate that it is for: pit_entry, pit_exit, qt_entry, qt_exit of the suggested plan",
    )
    command.add_argument("--xlsx", type=Path, required=True, metavar="OUT", help="the workbook's file")
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Write the workbook; prints where it is and which submission."""
    arguments.must_be_workbook("--xlsx", given.xlsx)
    output.must_not_clash({"--json": given.json, "--xlsx": given.xlsx}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        made = workspace.workbooks.write(given.xlsx, BookKind(given.kind), given.gate, told_job())
    if given.json:
        output.write_json(
            given.json,
            {
                "path": str(made.path),
                "kind": made.kind.value,
                "gate": made.gate,
                "submission": made.submission,
                "sha256": made.sha256,
                "rows": made.rows,
            },
        )
    if not made.submission:
        sys.stderr.write(
            "The workbook is not numbered: the workspace is open elsewhere or can only be read, so no number could be "
            "noted. Close it there and write the workbook again before you hand it over.\n"
        )
    if given.json != output.STANDARD_OUTPUT:
        number = f"submission {made.submission}" if made.submission else "not numbered"
        output.tell(f"{made.path}\n{made.kind.title}, {number}\n")
    return 0

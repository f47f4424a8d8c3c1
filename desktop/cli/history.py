"""`mhhs-desk history`: the audit log, newest first, and whether its chain is unbroken."""

from __future__ import annotations

import argparse

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "history", help="read the audit log", description="List the audit log of a workspace, newest first."
    )
    arguments.add_workspace(command, required=True)
    command.add_argument("--last", type=int, default=50, metavar="N", help="how many entries (50)")
    command.add_argument(
        "--verify", action="store_true", help="check every link of the chain; status 1 if it is broken"
    )
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print the newest entries; with `--verify` say whether the chain is whole."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        table = workspace.history.entries()
        rows = table.page(0, max(0, given.last))
        report = workspace.history.verify(told_job()) if given.verify else None
    names = [column.key for column in table.columns]
    if given.json:
        facts: dict[str, object] = {"entries": [dict(zip(names, row, strict=True)) for row in rows]}
        if report is not None:
            facts["chain"] = {"whole": report.ok, "entries": report.entries, "why": report.why}
        output.write_json(given.json, facts)
    if given.json != "-":
        for row in rows:
            number, at, actor, _action, title = row
            output.tell(f"{number:>6}  {at}  {actor}  {title}\n")
        if report is not None:
            output.tell(f"{report.why or 'Every entry is as it was written.'}\n")
    return 0 if report is None or report.ok else 1

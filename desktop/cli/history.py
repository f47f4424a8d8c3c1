"""`mhhs-desk history`: the audit log, newest first, and whether all that is kept is as it was written."""

from __future__ import annotations

import argparse

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.errors import WorkspaceDamaged
from desktop.history import HistoryTable


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "history", help="read the audit log", description="List the audit log of a workspace, newest first."
    )
    arguments.add_workspace(command, required=True)
    command.add_argument("--last", type=int, default=50, metavar="N", help="how many entries (50)")
    command.add_argument(
        "--verify",
        action="store_true",
        help="check the database, every link of the chain and every kept file; status 1 if one was changed",
    )
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print the newest entries; with `--verify` say whether the database, the chain and the kept files are whole."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        report = workspace.verify(told_job()) if given.verify else None
        rows: list[tuple[object, ...]] = []
        # Entries of a damaged database may not be what was written, or not be there to read.
        if report is None or not report.pages:
            try:
                rows = workspace.history.entries().page(0, max(0, given.last))
            except WorkspaceDamaged:
                if report is None or report.ok:
                    raise  # otherwise the report names the entry
    names = [column.key for column in HistoryTable.columns]
    if given.json:
        facts: dict[str, object] = {"entries": [dict(zip(names, row, strict=True)) for row in rows]}
        if report is not None:
            chain, files = report.chain, report.files
            facts["chain"] = {"whole": chain.ok, "entries": chain.entries, "why": chain.why}
            facts["database"] = {"whole": not report.pages, "why": list(report.pages)}
            facts["files"] = {
                "whole": files is not None and files.ok,
                "checked": files.checked if files else 0,
                "damaged": list(files.damaged) if files else [],
                "missing": list(files.missing) if files else [],
            }
        output.write_json(given.json, facts)
    if given.json != "-":
        for row in rows:
            number, at, actor, _action, title = row
            output.tell(f"{number:>6}  {at}  {actor}  {title}\n")
        if report is not None:
            sound = "The database, every entry and every kept file are as they were written."
            output.tell("\n".join(report.lines or (sound,)) + "\n")
    return 0 if report is None or report.ok else 1

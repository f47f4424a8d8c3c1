"""`mhhs-desk sync now`: one round with every endpoint, or with one."""

from __future__ import annotations

import argparse

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.cli.sync_json import add_endpoint, outcome_lines, tell


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "now",
        help="send what is queued, and take in what they say",
        description="One round with every endpoint, side by side, or with one: what is queued is sent, receipts are "
        "checked and kept, and what they say is taken in. Waiting times are passed over. Ctrl+C stops after the part "
        "that is on its way. The status is 1 where something failed, waits or needs you.",
    )
    add_endpoint(command, optional=True)
    arguments.add_workspace(command, required=True)
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Do it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        ids = [workspace.endpoints.by_name(given.name).id] if given.name else []
        found = workspace.sync.now(ids, told_job())
    lines = [line for one in found for line in outcome_lines(one)]
    tell(given, {"rounds": found}, lines or ["There is no endpoint yet."])
    return 1 if any(one.trouble or one.needs_you or (one.waiting and not one.skipped) for one in found) else 0

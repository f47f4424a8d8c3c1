"""`mhhs-desk sync`: central endpoints, what is sent to them and what they say, from the command line.

Each of its commands is in a module of its own with `add(commands)`; a new one is one name in `COMMANDS`.
"""

from __future__ import annotations

import argparse

from desktop.cli import (
    sync_add,
    sync_bundles,
    sync_change,
    sync_endpoints,
    sync_inbox,
    sync_now,
    sync_outbox,
    sync_status,
)

COMMANDS = (sync_add, sync_change, sync_endpoints, sync_status, sync_outbox, sync_now, sync_inbox, sync_bundles)
"""Modules with `add(subparsers)`; each sets `run` to a function of the parsed arguments that returns a status."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands to the command line."""
    command = commands.add_parser(
        "sync",
        help="central endpoints: what is sent to them, their receipts, and what they say",
        description="Central endpoints of the Programme and the Code Bodies. No submission is sent before it was "
        "queued, and none is received before the endpoint's signed receipt was checked. Your answers to "
        "comments of reviewers go by themselves at the next sync; so do your contacts, where you agreed to that with "
        "--contacts or the command contacts, and nowhere else. An endpoint is named by its name, address, id or "
        "number. The status is 1 where something failed or needs you.",
    )
    inner = command.add_subparsers(dest="sync_command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(inner)

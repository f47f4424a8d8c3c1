"""`mhhs-desk pit`: the PIT plan, requirements, test cases and results from the command line.

Each of its commands is a module of its own with `add(commands)`; a new one is one name in `COMMANDS`.
"""

from __future__ import annotations

import argparse

from desktop.cli import pit_export, pit_import, pit_status

COMMANDS = (pit_import, pit_status, pit_export)
"""Modules with `add(subparsers)`; each sets `run` to a function of the parsed arguments that returns a status."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands to the command line."""
    command = commands.add_parser(
        "pit",
        help="pre-integration testing: plan, requirements, cases, results",
        description="Pre-Integration Testing (PIT): what is to be tested, by what, and how far it is.",
    )
    inner = command.add_subparsers(dest="pit_command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(inner)

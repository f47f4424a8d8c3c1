"""`mhhs-desk request`: information requests, their questions and answers, from the command line.

Each of its commands is in a module of its own with `add(commands)`; a new one is one name in `COMMANDS`.
"""

from __future__ import annotations

import argparse

from desktop.cli import request_answer, request_import, request_list, request_make

COMMANDS = (request_make, request_list, request_answer, request_import)
"""Modules with `add(subparsers)`; each sets `run` to a function of the parsed arguments that returns a status."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands to the command line."""
    command = commands.add_parser(
        "request",
        help="information requests (PPIR): their questions and your answers",
        description="Information requests: what the Programme or somebody else asks, question by question, and what "
        "you answer. A request is named by our reference (ACME-IRQ-0001), the sender's (PPIR 31), or its title.",
    )
    inner = command.add_subparsers(dest="request_command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(inner)

"""`mhhs-desk submit`: submissions from the command line.

Each of its commands is in a module of its own with `add(commands)`; a new one is one name in `COMMANDS`.
"""

from __future__ import annotations

import argparse

from desktop.cli import (
    submit_after,
    submit_check,
    submit_compare,
    submit_export,
    submit_list,
    submit_prepare,
    submit_review,
    submit_template,
)

COMMANDS = (
    submit_prepare, submit_check, submit_export, submit_after, submit_compare, submit_review, submit_list,
    submit_template,
)  # fmt: skip
"""Modules with `add(subparsers)`; each sets `run` to a function of the parsed arguments that returns a status."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands to the command line."""
    command = commands.add_parser(
        "submit",
        help="what you hand over: prepare, check, freeze, export, follow it",
        description="Submissions: prepared, checked as the recipient would, frozen with everything they say, exported, "
        "and followed recipient by recipient. Exported is not sent; received is not accepted. A submission is named "
        "by its reference: ACME-RTTM-0004 is its newest version, “ACME-RTTM-0004 v2” that one.",
    )
    inner = command.add_subparsers(dest="submit_command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(inner)

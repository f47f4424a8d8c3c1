"""`mhhs-desk cutover`: cutover plans and milestones from the command line: all that the window does.

Each of its commands is a module of its own with `add(commands)`; a new one is one name in `COMMANDS`.
"""

from __future__ import annotations

import argparse

from desktop.cli import (
    cutover_export,
    cutover_gonogo,
    cutover_import,
    cutover_milestones,
    cutover_plan,
    cutover_plans,
    cutover_say,
    cutover_slip,
    cutover_status,
    cutover_tick,
)

COMMANDS = (
    cutover_import,
    cutover_status,
    cutover_tick,
    cutover_slip,
    cutover_say,
    cutover_export,
    cutover_gonogo,
    cutover_plans,
    cutover_plan,
    cutover_milestones,
)
"""Modules with `add(subparsers)`; each sets `run` to a function of the parsed arguments that returns a status."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands to the command line."""
    command = commands.add_parser(
        "cutover",
        help="cutover plans and milestones: import, how they stand, ticks, slips, files out",
        description="Cutover plans: what is done before, at and after a milestone, what waits for what, and how far "
        "it is. Moments are days (2026-10-25) or days with the time that clocks show in Great Britain "
        "(2026-10-25T01:30). In the night in which clocks go back a time that they show twice is the first; the second "
        "is written 2026-10-25 01:30 GMT, and stands in JSON as 2026-10-25T01h30 GMT.",
    )
    inner = command.add_subparsers(dest="cutover_command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(inner)

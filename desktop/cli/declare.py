"""`mhhs-desk declare`: declarations prepared, signed, withdrawn, exported and verified from the command line.

Each of its commands is a module of its own with `add(commands)`; a new one is one name in `COMMANDS`.
"""

from __future__ import annotations

import argparse

from desktop.cli import (
    declare_export,
    declare_keys,
    declare_prepare,
    declare_show,
    declare_sign,
    declare_status,
    declare_verify,
    declare_withdraw,
)

COMMANDS = (
    declare_show,
    declare_prepare,
    declare_sign,
    declare_withdraw,
    declare_status,
    declare_export,
    declare_verify,
    declare_keys,
)
"""Modules with `add(subparsers)`; each sets `run` to a function of the parsed arguments that returns a status."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands to the command line."""
    command = commands.add_parser(
        "declare",
        help="declarations: prepare, sign, withdraw, export, verify",
        description="Declarations: prepared, signed with a key of this device (a simple electronic signature with "
        "tamper evidence), withdrawn and superseded by signed records, exported, and verified by themselves.",
    )
    inner = command.add_subparsers(dest="declare_command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(inner)

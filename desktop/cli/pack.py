"""`mhhs-desk pack`: sealed packs of frozen submissions, made and listed.

Each of its commands is a module of its own with `add(commands)`; a new one is one name in `COMMANDS`.
"""

from __future__ import annotations

import argparse

from desktop.cli import pack_build, pack_list

COMMANDS = (pack_build, pack_list)
"""Modules with `add(subparsers)`; each sets `run` to a function of the parsed arguments that returns a status."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands to the command line."""
    command = commands.add_parser(
        "pack",
        help="sealed packs: build, list",
        description="Sealed packs: a frozen submission with its workbook and evidence in one folder or ZIP, signed so "
        "that any change to any file shows. `mhhs-desk verify` checks one.",
    )
    inner = command.add_subparsers(dest="pack_command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(inner)

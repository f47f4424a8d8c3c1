"""`mhhs-desk declare export`: write what verifies by itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "export",
        help="write a signed declaration for others",
        description="Write a signed declaration with its signature, its public key and its copies: it verifies by "
        "itself, with this program or with openssl alone. Its withdrawal is written beside it. Nothing that is there "
        "is replaced.",
    )
    command.add_argument("ref", metavar="REF", help="its reference")
    arguments.add_workspace(command, required=True)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder; made if it is not there")
    command.add_argument("--zip", action="store_true", help="as one ZIP file")
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Write it and print where."""
    with Workspace.open(given.workspace, read_only=True) as workspace:
        declaration = workspace.declarations.by_ref(given.ref)
        output.make_folder(given.out)
        path = workspace.declarations.export(declaration.id, given.out, as_zip=given.zip)
    output.tell(f"{path}\n")
    return 0

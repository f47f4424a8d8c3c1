"""`mhhs-desk declare export`: write what verifies by itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app import Workspace
from desktop.cli import arguments, output

if TYPE_CHECKING:
    from desktop.declarations.service import DeclarationService


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "export",
        help="write a signed declaration for others",
        description="Write a signed declaration with its signature, its public key and its copies: it verifies by "
        "itself, with this program or with openssl alone. Its withdrawal is written beside it. Nothing that is there "
        "is replaced; what is there byte for byte stays, and is no fault.",
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
        path = written(workspace.declarations, declaration.id, given.out, as_zip=given.zip)
    output.tell(f"{path}\n")
    return 0


def written(declarations: DeclarationService, declaration_id: int, folder: Path, *, as_zip: bool = False) -> Path:
    """Export into a folder, made if it is not there; says on standard error what stood there already."""
    output.make_folder(folder)
    before = declarations.there_already(declaration_id, folder, as_zip=as_zip)
    path = declarations.export(declaration_id, folder, as_zip=as_zip)
    for one in before:
        sys.stderr.write(f"{one.name} is there already, the same byte for byte: it was left as it is.\n")
    return path

"""`mhhs-desk pack list`: the packs that were sealed."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from desktop.app import Workspace
from desktop.cli import arguments, output

if TYPE_CHECKING:
    from desktop.submissions.packing import SealedPack


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "list", help="the packs that were sealed", description="The packs that were sealed, newest first."
    )
    command.add_argument("ref", nargs="?", default="", metavar="REF", help="of one submission only")
    arguments.add_workspace(command, required=True)
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print them."""
    output.must_not_clash({"--json": given.json}, [], given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        one = workspace.submissions.by_ref(given.ref) if given.ref else None
        packs = workspace.packs.packs(one.id if one else None)
    if given.json != output.STANDARD_OUTPUT:
        for pack in packs:
            output.tell("\n".join(_lines(pack)) + "\n")
        if not packs:
            output.tell("No pack was sealed yet.\n")
    if given.json:
        output.write_json(given.json, {"packs": [as_json(pack) for pack in packs]})
    return 0


def as_json(pack: SealedPack) -> dict[str, Any]:
    """A pack for other programs."""
    parts = [{"name": name, "sha256": sha256, "size": size} for name, sha256, size in pack.parts]
    return {**asdict(pack), "parts": parts}


def _lines(pack: SealedPack) -> Iterator[str]:
    from desktop.packs.tag_files import size_words

    to = f" for {pack.recipient}" if pack.recipient else ""
    yield f"{pack.name}: {pack.submission}{to}, {pack.files} files, {size_words(pack.bytes)}, {pack.form}"
    yield f"  sealed {pack.sealed_at} with the key of {pack.person} ({pack.fingerprint[:16]})"
    yield from (f"  {sha256}  {name}" for name, sha256, _ in pack.parts)

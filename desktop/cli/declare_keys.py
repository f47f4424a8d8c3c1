"""`mhhs-desk declare keys|retire-key`: the signing keys of a workspace."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.declarations.model import SigningKey


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    keys = commands.add_parser(
        "keys",
        help="list the signing keys",
        description="List every signing key that was made in the workspace, newest first: whose it is, its "
        "fingerprint, where its private half is kept, and why one is not used any more.",
    )
    arguments.add_workspace(keys, required=True)
    arguments.add_json(keys)
    keys.set_defaults(run=run_keys)

    retire = commands.add_parser(
        "retire-key",
        help="use a signing key no more",
        description="Use a signing key no more: it is lost, or its person left. What it signed stays and verifies; its "
        "private half is removed. A new one can then be made for the person, as they sign.",
    )
    retire.add_argument(
        "fingerprint", metavar="FINGERPRINT", help="of the key: all of it, or its first sixteen figures"
    )
    arguments.add_workspace(retire, required=True)
    retire.add_argument("--reason", required=True, help="why it is not used any more; it is kept")
    retire.set_defaults(run=run_retire)


def run_keys(given: argparse.Namespace) -> int:
    """Print the keys."""
    output.must_not_clash({"--json": given.json}, [], given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = workspace.declarations.keys.keys()
    if given.json != "-":
        output.tell("".join(_lines(one) for one in found) or "There is no signing key yet.\n")
    if given.json:
        output.write_json(given.json, {"keys": [_json(one) for one in found]})
    return 0


def run_retire(given: argparse.Namespace) -> int:
    """Retire it and print what was done."""
    with Workspace.open(given.workspace) as workspace:
        keys = workspace.declarations.keys
        key = keys.by_fingerprint(given.fingerprint)
        changes = keys.retire(key.id, given.reason)
    output.tell(f"{changes.title}: {key.short}, of {key.person}. What it signed stays and verifies.\n")
    return 0


def _lines(one: SigningKey) -> str:
    where = "in the keyring of a computer" if one.kept == "keyring" else "in a file with a passphrase"
    retired = f"\n    Not used any more: {one.retired}" if one.retired else ""
    return f"{one.person}, made {one.created_at[:10]}, {where}\n    {one.fingerprint}{retired}\n"


def _json(one: SigningKey) -> dict[str, Any]:
    return {
        "fingerprint": one.fingerprint,
        "person": one.person,
        "kept": one.kept,
        "created_at": one.created_at,
        "retired": one.retired,
    }

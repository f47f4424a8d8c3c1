"""`mhhs-desk declare status`: every declaration, and what it rests on that has changed since."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.declarations.model import Declaration
from desktop.declarations.reading import DAMAGED


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "status",
        help="list the declarations and how they stand",
        description="List every version of every declaration, newest first, with what it rests on that has changed "
        "since it was signed.",
    )
    arguments.add_workspace(command, required=True)
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print them."""
    output.must_not_clash({"--json": given.json}, [], given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = workspace.declarations.declarations()
        head = workspace.history.head()
    if given.json != "-":
        output.tell("".join(_lines(one) for one in found) or "There is no declaration yet.\n")
    if given.json:
        value = {
            "declarations": [_json(one) for one in found],
            "audit_head": {"seq": head.seq, "h": head.h},
        }
        output.write_json(given.json, value)
    return 0


def _lines(one: Declaration) -> str:
    mark = "  REHEARSAL" if one.rehearsal else ""
    due = f"  due {one.details.due}" if one.details.due and not one.state.locked else ""
    signed = f"  signed by {one.signatory} on {one.signed_at[:10]}" if one.signed_at else ""
    first = f"{one.name:<20}  {one.state.title:<13}  {one.details.title}{due}{signed}{mark}\n"
    return first + "".join(f"    {flag}\n" if flag == DAMAGED else f"    Changed since: {flag}\n" for flag in one.flags)


def _json(one: Declaration) -> dict[str, Any]:
    details = one.details
    return {
        "ref": one.ref,
        "version": one.version,
        "title": details.title,
        "wording": details.wording,
        "state": one.state.value,
        "rehearsal": one.rehearsal,
        "milestone": details.milestone,
        "roles": list(details.roles),
        "recipients": list(details.recipients),
        "due": details.due or None,
        "prepared_by": details.prepared_by,
        "signed_at": one.signed_at or None,
        "signatory": one.signatory,
        "position": one.position,
        "capacity": one.capacity,
        "same_person": one.same_person,
        "fingerprint": one.fingerprint,
        "signed_document": one.scan,
        "evidence": one.evidence,
        "damaged": one.damaged,
        "changed_since": list(one.flags),
    }

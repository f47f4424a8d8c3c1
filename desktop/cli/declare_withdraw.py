"""`mhhs-desk declare withdraw|say|take-back`: what becomes of a signed declaration."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.declare_export import written
from desktop.cli.declare_sign import add_signatory, printer_of, refused, secret_of, tell, words_of
from desktop.declarations.model import DeclarationState, SigningRefused


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    withdraw = commands.add_parser(
        "withdraw",
        help="withdraw a signed declaration",
        description="Withdraw a signed declaration: a signed record of its own that states the grounds. Nothing that "
        "was signed is changed.",
    )
    withdraw.add_argument("ref", metavar="REF", help="its reference")
    arguments.add_workspace(withdraw, required=True)
    withdraw.add_argument("--grounds", required=True, help="why it is withdrawn")
    add_signatory(withdraw)
    withdraw.add_argument("--out", type=Path, metavar="DIR", help="export it with its withdrawal into this folder")
    withdraw.set_defaults(run=run_withdraw)

    say = commands.add_parser(
        "say",
        help="say that it was submitted, acknowledged or returned",
        description="Say what became of a signed declaration. Received is not accepted.",
    )
    say.add_argument("ref", metavar="REF", help="its reference")
    say.add_argument("state", choices=("submitted", "acknowledged", "returned"), help="what happened")
    arguments.add_workspace(say, required=True)
    say.add_argument("--recipient", default="", metavar="ID", help="by or to whom; without it, all of them")
    say.add_argument("--note", default="", help="the recipient's reference, or why it was returned")
    say.set_defaults(run=run_say)

    back = commands.add_parser(
        "take-back",
        help="say that what was said last was a mistake",
        description="Say that “submitted” or “acknowledged”, said last, was a mistake: an event of its own, with the "
        "reason, after which the declaration stands as it did before. A signature cannot be taken back.",
    )
    back.add_argument("ref", metavar="REF", help="its reference")
    arguments.add_workspace(back, required=True)
    back.add_argument("--reason", required=True, help="why it was a mistake; it is kept")
    back.set_defaults(run=run_take_back)


def run_withdraw(given: argparse.Namespace) -> int:
    """Withdraw it."""
    with Workspace.open(given.workspace) as workspace:
        declarations = workspace.declarations
        declaration = declarations.by_ref(given.ref)
        try:
            copy = declarations.withdraw(
                declaration.id,
                given.grounds,
                words_of(given),
                passphrase=secret_of(declarations, given),
                printer=printer_of(given),
            )
        except SigningRefused as error:
            return refused(error)
        tell(copy, f"{copy.declaration.name} is withdrawn.")
        if given.out:
            output.tell(f"Exported to {written(declarations, declaration.id, given.out)}\n")
    return 0


def run_say(given: argparse.Namespace) -> int:
    """Say it and print how it stands."""
    with Workspace.open(given.workspace) as workspace:
        declarations = workspace.declarations
        declaration = declarations.by_ref(given.ref)
        declarations.say(declaration.id, DeclarationState(given.state), recipient=given.recipient, note=given.note)
        state = declarations.get(declaration.id).state
    output.tell(f"{declaration.name}: {state.title}\n")
    return 0


def run_take_back(given: argparse.Namespace) -> int:
    """Take it back and print how it stands."""
    with Workspace.open(given.workspace) as workspace:
        declarations = workspace.declarations
        declaration = declarations.by_ref(given.ref)
        declarations.take_back(declaration.id, given.reason)
        state = declarations.get(declaration.id).state
    output.tell(f"{declaration.name}: {state.title}\n")
    return 0

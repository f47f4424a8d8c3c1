"""`mhhs-desk submit say|take-back|withdraw`: what becomes of a frozen submission."""

from __future__ import annotations

import argparse

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.submit_json import add_ref, submission_json, submission_lines
from desktop.errors import InvalidInput
from desktop.submissions.model import EventKind
from desktop.submissions.standing import SAID


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    say = commands.add_parser(
        "say",
        help="say that it was handed over, received, is in review, or was decided",
        description="Say what happened to a frozen submission, for one recipient or for all for whom it can follow. "
        "Received is not accepted.",
    )
    add_ref(say)
    say.add_argument("what", choices=[one.value.replace(" ", "-") for one in SAID], help="what happened")
    arguments.add_workspace(say, required=True)
    say.add_argument("--recipient", default="", metavar="ID", help="by or to whom; without it, all of them")
    say.add_argument("--on", type=arguments.day, metavar="DATE", help="the day; without it today")
    say.add_argument("--their-ref", default="", metavar="REF", help="how the recipient calls it")
    say.add_argument("--note", default="", help="the channel, or the recipient's words; needed for changes-requested")
    arguments.add_json(say)
    say.set_defaults(run=run_say)

    back = commands.add_parser(
        "take-back",
        help="say that what was said last was a mistake",
        description="Say that what was said last of a recipient was a mistake: a record of its own, with the reason, "
        "after which it stands as it did before. Freezing and exporting cannot be taken back.",
    )
    add_ref(back)
    arguments.add_workspace(back, required=True)
    back.add_argument("--recipient", default="", metavar="ID", help="of whom it was said; without it, the last of all")
    back.add_argument("--reason", required=True, help="why it was a mistake; it is kept")
    arguments.add_json(back)
    back.set_defaults(run=run_take_back)

    withdraw = commands.add_parser(
        "withdraw",
        help="withdraw a frozen submission",
        description="Withdraw a frozen submission: a record with the reason. What was frozen stays as it was.",
    )
    add_ref(withdraw)
    arguments.add_workspace(withdraw, required=True)
    withdraw.add_argument("--reason", required=True, help="why it is withdrawn; it is kept")
    arguments.add_json(withdraw)
    withdraw.set_defaults(run=run_withdraw)


def run_say(given: argparse.Namespace) -> int:
    """Say it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        changes = workspace.submissions.say(
            one.id,
            EventKind(given.what.replace("-", " ")),
            given.recipient,
            day=given.on.isoformat() if given.on else "",
            their_ref=given.their_ref,
            note=given.note,
        )
        return _tell(given, workspace, one.id, changes.title)


def run_take_back(given: argparse.Namespace) -> int:
    """Take it back."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        wanted = given.recipient.strip().casefold()
        said = [
            event
            for event in workspace.submissions.events(one.id)
            if event.kind in SAID
            and not event.taken_back
            and wanted in {"", event.recipient.casefold(), event.recipient_name.casefold()}
        ]
        if not said:
            raise InvalidInput(f"Nothing was said of {one.name} that could be taken back.", safe="Nothing was changed.")
        changes = workspace.submissions.take_back(said[-1].id, given.reason)
        return _tell(given, workspace, one.id, changes.title)


def run_withdraw(given: argparse.Namespace) -> int:
    """Withdraw it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        changes = workspace.submissions.withdraw(one.id, given.reason)
        return _tell(given, workspace, one.id, changes.title)


def _tell(given: argparse.Namespace, workspace: Workspace, submission_id: int, step: str) -> int:
    made = workspace.submissions.get(submission_id)
    then = workspace.outbox.next_step(made)
    if given.json:
        output.write_json(given.json, {"step": step, "submission": submission_json(made, then)})
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in (step, *submission_lines(made, then))))
    return 0

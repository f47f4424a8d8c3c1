"""`mhhs-desk request add|close`: making a request and its questions, closing it, opening it again."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.request_json import request_json, request_line
from desktop.clock import today
from desktop.requests.model import QuestionDetails, RequestDetails


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to `request`."""
    command = commands.add_parser(
        "add",
        help="note a request that came in, or a question of one",
        description="Note a request that came in; with --to, add one question to a request that is here. One step to "
        "undo.",
    )
    command.add_argument("title", metavar="TITLE", help="title of the request; with --to the text of the question")
    arguments.add_workspace(command, required=True)
    command.add_argument("--their-ref", default="", metavar="REF", help="how the sender calls it, such as PPIR 31")
    command.add_argument("--sender", default="", metavar="ID", help="who gets the answers: id of a recipient, as MCC")
    command.add_argument("--received", type=arguments.day, metavar="DATE", help="when it came in")
    command.add_argument("--due", type=arguments.day, metavar="DATE", help="when the answers are due")
    command.add_argument("--to", default="", metavar="REQUEST", help="add a question to this request")
    command.add_argument("--key", default="", metavar="NUMBER", help="with --to: the question's number")
    command.add_argument("--section", default="", help="with --to: the section that it is in")
    command.add_argument("--guidance", default="", help="with --to: what the sender says of how to answer")
    arguments.add_json(command)
    command.set_defaults(run=_add)
    command = commands.add_parser(
        "close",
        help="close a request, or open it again",
        description="Close a request: its answers can be read and are not changed any more. One step to undo.",
    )
    command.add_argument("request", metavar="REQUEST", help="the request, by our reference, theirs, or its title")
    arguments.add_workspace(command, required=True)
    which = command.add_mutually_exclusive_group()
    which.add_argument("--on", type=arguments.day, metavar="DATE", help="the day; without it today")
    which.add_argument("--reopen", action="store_true", help="open it again")
    arguments.add_json(command)
    command.set_defaults(run=_close)


def _add(given: argparse.Namespace) -> int:
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    of_request = given.their_ref or given.sender or given.received or given.due
    of_question = given.key or given.section or given.guidance
    if given.to and of_request:
        raise arguments.WrongUsage("--their-ref, --sender, --received and --due say nothing of a question.")
    if given.to and not given.key:
        raise arguments.WrongUsage("--key is needed with --to: the question's number, as the document has it.")
    if of_question and not given.to:
        raise arguments.WrongUsage("--key, --section and --guidance are of a question: give --to too.")
    with Workspace.open(given.workspace) as workspace:
        requests = workspace.requests
        if given.to:
            request_id = requests.by_ref(given.to).id
            details = QuestionDetails(given.key, given.title, given.section, given.guidance)
            _, changes = requests.add_question(request_id, details)
        else:
            request_id, changes = requests.add(
                RequestDetails(given.title, given.their_ref, given.sender, _text(given.received), _text(given.due))
            )
        return _tell(given, workspace, request_id, changes.title)


def _close(given: argparse.Namespace) -> int:
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.requests.by_ref(given.request)
        day = "" if given.reopen else _text(given.on or today(workspace.clock))
        changes = workspace.requests.edit(one.id, replace(one.details, closed=day))
        return _tell(given, workspace, one.id, changes.title)


def _tell(given: argparse.Namespace, workspace: Workspace, request_id: int, step: str) -> int:
    one = workspace.requests.get(request_id)
    if given.json:
        output.write_json(given.json, {"step": step, "request": request_json(one)})
    if given.json != output.STANDARD_OUTPUT:
        output.tell(f"{step or 'Nothing was changed'}\n{request_line(one)}\n")
    return 0


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""

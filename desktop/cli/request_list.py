"""`mhhs-desk request list|show`: which requests there are, and the questions of one with their answers."""

from __future__ import annotations

import argparse

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.request_json import question_json, question_line, request_json, request_line
from desktop.requests.table import OPEN, looks, state_of


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to `request`."""
    command = commands.add_parser(
        "list",
        help="list the requests",
        description="List the requests, open ones first, by the day they are due, and how many questions are answered.",
    )
    arguments.add_workspace(command, required=True)
    arguments.add_json(command)
    command.set_defaults(run=_list)
    command = commands.add_parser(
        "show",
        help="show the questions of a request with their answers",
        description="Show the questions of a request in the order of the document, with their answers and what has to "
        "be looked at.",
    )
    command.add_argument("request", metavar="REQUEST", help="the request, by our reference, theirs, or its title")
    arguments.add_workspace(command, required=True)
    which = command.add_mutually_exclusive_group()
    which.add_argument("--open", action="store_true", help="only questions without an answer")
    which.add_argument("--look", action="store_true", help="only questions that ask to be looked at")
    arguments.add_json(command)
    command.set_defaults(run=_show)


def _list(given: argparse.Namespace) -> int:
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = workspace.requests.requests()
    if given.json:
        output.write_json(given.json, {"requests": [request_json(one) for one in found]})
    if given.json != output.STANDARD_OUTPUT:
        lines = [request_line(one) for one in found] or ["There is no information request yet."]
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def _show(given: argparse.Namespace) -> int:
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        one = workspace.requests.by_ref(given.request)
        questions = [
            question
            for question in workspace.requests.questions(one.id)
            if not (given.open and state_of(question) != OPEN) and not (given.look and not looks(question))
        ]
    if given.json:
        made = {"request": request_json(one), "questions": [question_json(question) for question in questions]}
        output.write_json(given.json, made)
    if given.json != output.STANDARD_OUTPUT:
        lines = [request_line(one)]
        for question in questions:
            lines.append(question_line(question))
            said = question.details.not_for_us or question.details.answer
            lines += [f"      {line}" for line in said.split("\n") if said]
        output.tell("".join(f"{line}\n" for line in lines))
    return 0

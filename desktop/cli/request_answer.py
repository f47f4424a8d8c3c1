"""`mhhs-desk request answer`: answer a question, or say why it does not apply, or that its answer still holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.changes import Changes
from desktop.cli import arguments, output
from desktop.cli.request_json import question_json, question_line
from desktop.errors import FileRefused
from desktop.requests.model import QuestionEdit

MOST = 1_000_000
"""Bytes of a file with an answer; no answer is that long."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `request`."""
    command = commands.add_parser(
        "answer",
        help="answer a question of a request",
        description="Answer a question, say why it does not apply to you, or that the answer still holds for the "
        "question as it reads now. Who answers has looked at the question. One step to undo.",
    )
    command.add_argument("request", metavar="REQUEST", help="the request, by our reference, theirs, or its title")
    command.add_argument("key", metavar="QUESTION", help="the question's number, such as 3.2")
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--text", metavar="ANSWER", help="the answer; '' takes it back")
    what.add_argument("--from-file", type=Path, metavar="FILE", help="the answer is the text of this file (UTF-8)")
    what.add_argument(
        "--not-for-us", metavar="REASON", help="why it does not apply to you; '' says that it does after all"
    )
    what.add_argument("--still-holds", action="store_true", help="the answer holds for the question as it reads now")
    arguments.add_workspace(command, required=True)
    command.add_argument("--owner", metavar="WHO", help="who answers it, at your organisation")
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Answer; prints the step and how the question stands now."""
    output.must_not_clash({"--json": given.json}, [given.from_file], given.workspace)
    if given.still_holds and given.owner is not None:
        raise arguments.WrongUsage("--owner says nothing about --still-holds.")
    answer = _text_of(given.from_file) if given.from_file else given.text
    with Workspace.open(given.workspace) as workspace:
        requests = workspace.requests
        one = requests.by_ref(given.request)
        question_id = requests.question_id(one.id, given.key)
        changes: Changes
        if given.still_holds:
            changes = requests.looked_at([question_id])
        else:
            edit = QuestionEdit(answer=answer, not_for_us=given.not_for_us, owner=given.owner)
            changes = requests.change([question_id], edit)
        question = requests.question(question_id)
    if given.json:
        made = {"request": one.ref, "step": changes.title, "question": question_json(question)}
        output.write_json(given.json, made)
    if given.json != output.STANDARD_OUTPUT:
        output.tell(f"{one.name} ({one.ref}): {changes.title or 'nothing was changed'}\n{question_line(question)}\n")
    return 0


def _text_of(path: Path) -> str:
    """The text of a file. Raises FileRefused."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
        if len(data) > MOST:
            raise FileRefused(f"{path.name} is too long for an answer.", safe="Nothing was changed.")
        return data.decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise FileRefused(f"{path.name} cannot be read: {reason}.", safe="Nothing was changed.") from error
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"{path.name} is no text in UTF-8.", safe="Nothing was changed.", todo="Save it as text in UTF-8."
        ) from error

"""`mhhs-desk declare prepare|answer|new-version`: drafts."""

from __future__ import annotations

import argparse

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.declare_show import sheet_lines
from desktop.declarations.model import DeclarationDetails


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    prepare = commands.add_parser(
        "prepare",
        help="make a draft",
        description="Make a draft and show it. For a plan that is a rehearsal it is a rehearsal for ever.",
    )
    arguments.add_workspace(prepare, required=True)
    prepare.add_argument("--wording", required=True, metavar="ID", help="what is declared: see `declare wordings`")
    prepare.add_argument("--plan", default="", metavar="REF", help="the cutover plan that it is made for")
    prepare.add_argument("--activity", default="", metavar="KEY", help="the activity of that plan that needs it")
    prepare.add_argument("--milestone", default="", metavar="ID", help="without it, the wording's or the plan's")
    prepare.add_argument("--title", default="", help="without it, the wording's")
    prepare.add_argument(
        "--role", action="append", default=[], metavar="ID", help="without it, every role of the participant"
    )
    prepare.add_argument(
        "--recipient", action="append", default=[], metavar="ID", help="without it, those that go with the roles"
    )
    prepare.add_argument("--due", type=arguments.day, metavar="DATE", help="by when it is to be signed")
    prepare.add_argument("--note", default="", help="for yourselves; it is not signed")
    prepare.add_argument("--prepared-by", default="", metavar="NAME", help="without it, you")
    _add_answers(prepare)
    prepare.set_defaults(run=run_prepare)

    answer = commands.add_parser(
        "answer", help="answer questions of a draft", description="Answer questions of a draft; “ID=” takes one back."
    )
    answer.add_argument("ref", metavar="REF", help="its reference")
    arguments.add_workspace(answer, required=True)
    _add_answers(answer)
    answer.set_defaults(run=run_answer)

    version = commands.add_parser(
        "new-version",
        help="start a draft that supersedes a signed one",
        description="Start a draft with the next number; the signed one is superseded when the draft is signed.",
    )
    version.add_argument("ref", metavar="REF", help="the signed declaration")
    arguments.add_workspace(version, required=True)
    version.add_argument("--reason", required=True, help="why a newer version is made")
    version.set_defaults(run=run_new_version)


def run_prepare(given: argparse.Namespace) -> int:
    """Make the draft and print its sheet."""
    if given.activity and not given.plan:
        raise arguments.WrongUsage("--activity needs --plan: keys of activities are those of one plan.")
    with Workspace.open(given.workspace) as workspace:
        plan = workspace.cutover.plan_by_ref(given.plan) if given.plan else None
        activity = workspace.cutover.activity_id(plan.id, given.activity) if plan and given.activity else None
        details = DeclarationDetails(
            wording=given.wording,
            title=given.title,
            plan_id=plan.id if plan else None,
            activity_id=activity,
            milestone=given.milestone,
            recipients=tuple(given.recipient),
            roles=tuple(given.role),
            due=given.due.isoformat() if given.due else "",
            answers=dict(given.answer),
            note=given.note,
            prepared_by=given.prepared_by,
        )
        made, _ = workspace.declarations.prepare(details)
        lines = sheet_lines(workspace.declarations.sheet(made))
    output.tell("\n".join(lines) + "\n")
    return 0


def run_answer(given: argparse.Namespace) -> int:
    """Answer and print the sheet."""
    if not given.answer:
        raise arguments.WrongUsage("Give at least one --answer ID=TEXT.")
    with Workspace.open(given.workspace) as workspace:
        declaration = workspace.declarations.by_ref(given.ref)
        for question, text in given.answer:
            workspace.declarations.answer(declaration.id, question, text)
        lines = sheet_lines(workspace.declarations.sheet(declaration.id))
    output.tell("\n".join(lines) + "\n")
    return 0


def run_new_version(given: argparse.Namespace) -> int:
    """Start the version and print its sheet."""
    with Workspace.open(given.workspace) as workspace:
        declaration = workspace.declarations.by_ref(given.ref)
        made, _ = workspace.declarations.new_version(declaration.id, given.reason)
        lines = sheet_lines(workspace.declarations.sheet(made))
    output.tell("\n".join(lines) + "\n")
    return 0


def _add_answers(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--answer",
        action="append",
        default=[],
        type=_answer,
        metavar="ID=TEXT",
        help="the answer to a question; may be given several times",
    )


def _answer(text: str) -> tuple[str, str]:
    question, equals, answer = text.partition("=")
    if not equals or not question.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not ID=TEXT with the id of a question")
    return question.strip(), answer

"""`mhhs-desk submit list|due|register`: every version, what is due to whom, and everything that was ever sent."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.submit_json import due_json, entry_json, submission_json, submission_lines
from desktop.submissions.model import SubmissionState


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    listing = commands.add_parser(
        "list",
        help="list the submissions and how they stand",
        description="List every version of every submission, newest first, and how it stands with each recipient.",
    )
    arguments.add_workspace(listing, required=True)
    listing.add_argument("--state", choices=[one.value for one in SubmissionState], help="only those in this state")
    arguments.add_json(listing)
    listing.set_defaults(run=run_list)

    due = commands.add_parser(
        "due",
        help="what is due to whom",
        description="What is due to whom, late ones first: not begun, drafts, frozen and not exported, exported and "
        "not handed over, out and not answered, changes requested.",
    )
    arguments.add_workspace(due, required=True)
    arguments.add_json(due)
    due.set_defaults(run=run_due)

    register = commands.add_parser(
        "register",
        help="everything that was ever frozen, exported, sent or answered",
        description="The register of submissions, newest entry first. With --html a page to print.",
    )
    arguments.add_workspace(register, required=True)
    register.add_argument("--html", type=Path, metavar="OUT", help="write it as one page of HTML to print")
    arguments.add_json(register)
    register.set_defaults(run=run_register)


def run_list(given: argparse.Namespace) -> int:
    """List them."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = [one for one in workspace.submissions.submissions() if given.state in {None, one.state.value}]
        steps = {one.id: workspace.outbox.next_step(one) for one in found}
    if given.json:
        output.write_json(given.json, {"submissions": [submission_json(one, steps[one.id]) for one in found]})
    if given.json != output.STANDARD_OUTPUT:
        lines = [line for one in found for line in submission_lines(one, steps[one.id])]
        lines = lines or ["There is no submission yet."]
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def run_due(given: argparse.Namespace) -> int:
    """List what is due."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = workspace.submissions.due()
        names = {one.id: one.name for one in workspace.submissions.submissions()}
    if given.json:
        value = [due_json(one, names.get(one.submission_id, "") if one.submission_id else "") for one in found]
        output.write_json(given.json, {"due": value})
    if given.json != output.STANDARD_OUTPUT:
        lines = []
        for one in found:
            day = one.day.isoformat() if one.day else "no day"
            late = "LATE" if one.late else "    "
            whom = f"  to: {', '.join(one.recipients)}" if one.recipients else ""
            lines.append(f"{day:<10}  {late}  {one.what:<17}  {one.title}{whom}\n{'':18}{one.detail}")
        output.tell("".join(f"{line}\n" for line in lines or ["Nothing is due."]))
    return 0


def run_register(given: argparse.Namespace) -> int:
    """Print it."""
    output.must_not_clash({"--json": given.json, "--html": given.html}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = workspace.submissions.register()
        page = workspace.submissions.register_html() if given.html else ""
    if given.html:
        with output.text_target(str(given.html)) as file:
            file.write(page)
    if given.json:
        output.write_json(given.json, {"entries": [entry_json(one) for one in found]})
    if given.json != output.STANDARD_OUTPUT:
        lines = []
        for one in found:
            back = " (taken back later)" if one.taken_back else ""
            whom = f"  {one.recipient}" if one.recipient else ""
            named = f"  {one.file_name}" if one.file_name else ""
            lines.append(f"{one.day or one.at.date().isoformat()}  {one.name:<22}  {one.what}{back}{whom}{named}")
        output.tell("".join(f"{line}\n" for line in lines or ["Nothing was ever frozen or sent."]))
    return 0

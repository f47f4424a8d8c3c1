"""`mhhs-desk submit export|files`: write what each recipient gets, and write again what it got."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.cli.submit_json import add_ref
from desktop.jobs import Job
from desktop.own_files import is_same
from desktop.submissions.model import Exported, Submission, SubmissionState


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "export",
        help="write what each recipient gets",
        description="Write the files of a frozen submission as each recipient wants them: the workbook, its own "
        "template filled, one ZIP or the files as they are, under names of its pattern. Nothing that is there is "
        "replaced. It is noted as exported, which is not sent: say so when you have sent it.",
    )
    _add_where(command)
    command.set_defaults(run=run)
    again = commands.add_parser(
        "files",
        help="write again what was frozen for each recipient",
        description="Write the files of a frozen submission again, byte for byte as an export writes them: of any "
        "version, superseded or withdrawn too. Nothing that is there is replaced, and nothing is noted.",
    )
    _add_where(again)
    again.set_defaults(run=run_again)


def _add_where(command: argparse.ArgumentParser) -> None:
    add_ref(command)
    arguments.add_workspace(command, required=True)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder; made if it is not there")
    command.add_argument(
        "--recipient", action="append", default=[], metavar="ID", help="for this one only; again for more"
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--zip", action="store_true", help="as one ZIP for each recipient, whatever its pack says")
    form.add_argument("--no-zip", action="store_true", help="as files, whatever the pack says")
    arguments.add_json(command)


def run(given: argparse.Namespace) -> int:
    """Write them and print where."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        if one.state.locked and one.state is not SubmissionState.WITHDRAWN:
            _make_folder(given)
        made, _ = workspace.submissions.export(
            one.id, given.out, tuple(given.recipient), as_zip=_as_zip(given), job=_job(given)
        )
        newer = workspace.submissions.newer_frozen(one.id)
    _tell(given, one, made, newer, "Exported, not sent. Send it, then: mhhs-desk submit say")
    return 0


def run_again(given: argparse.Namespace) -> int:
    """Write them again and say what they are."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        if one.state.locked:
            _make_folder(given)
        made = workspace.submissions.write_again(
            one.id, given.out, tuple(given.recipient), as_zip=_as_zip(given), job=_job(given)
        )
        newer = workspace.submissions.newer_frozen(one.id)
    withdrawn = " It was withdrawn." if one.state is SubmissionState.WITHDRAWN else ""
    _tell(given, one, made, newer, f"As they were frozen with {one.name}.{withdrawn} Nothing was noted.")
    return 0


def _make_folder(given: argparse.Namespace) -> None:
    """Make the folder, unless it lies in the workspace: the service says that it may not."""
    real = given.out.resolve()
    if not any(is_same(given.workspace, one) for one in (real, *real.parents)):
        output.make_folder(given.out)


def _as_zip(given: argparse.Namespace) -> bool | None:
    return True if given.zip else False if given.no_zip else None


def _job(given: argparse.Namespace) -> Job:
    return told_job(quiet=given.json == output.STANDARD_OUTPUT)


def _tell(given: argparse.Namespace, one: Submission, made: Sequence[Exported], newer: str, what: str) -> None:
    if given.json:
        value = {
            "submission": one.name,
            "state": one.state.value,
            "newer": newer,
            "exported": [
                {
                    "recipient": each.recipient,
                    "files": [
                        {"path": str(path), "sha256": sha} for path, sha in zip(each.paths, each.sha256, strict=True)
                    ],
                }
                for each in made
            ],
        }
        output.write_json(given.json, value)
    if given.json != output.STANDARD_OUTPUT:
        lines = [f"{each.recipient}  {path}" for each in made for path in each.paths]
        if newer:
            lines.append(f"Note: {one.name} is not the newest: {newer} was frozen after it.")
        lines.append(what)
        output.tell("".join(f"{line}\n" for line in lines))

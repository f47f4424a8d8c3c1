"""`mhhs-desk submit kinds|prepare|edit|new-version|remove`: drafts."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.submit_json import add_ref, submission_json, submission_lines, text_of
from desktop.errors import InvalidInput
from desktop.report.privacy import MpanChoice
from desktop.submissions.model import Choice, Scope, SubmissionDetails


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    kinds = commands.add_parser(
        "kinds",
        help="list the kinds of submission, and what each can be over",
        description="List the kinds of submission of the content pack in use, who gets them, and what each can be "
        "over: gates, cutover plans, requests, signed declarations.",
    )
    arguments.add_workspace(kinds, required=True)
    arguments.add_json(kinds)
    kinds.set_defaults(run=run_kinds)

    prepare = commands.add_parser(
        "prepare",
        help="make a draft",
        description="Make a draft. What is not said follows from its kind, its request and your roles. One step to "
        "undo.",
    )
    prepare.add_argument("kind", metavar="KIND", help="such as rttm or cleanse_report; see `submit kinds`")
    arguments.add_workspace(prepare, required=True)
    _add_details(prepare)
    arguments.add_json(prepare)
    prepare.set_defaults(run=run_prepare)

    edit = commands.add_parser(
        "edit",
        help="change a draft",
        description="Change what is said of a draft; what is not given stays. One step to undo. What is frozen is "
        "never changed: start a new version of it.",
    )
    add_ref(edit)
    arguments.add_workspace(edit, required=True)
    _add_details(edit)
    arguments.add_json(edit)
    edit.set_defaults(run=run_edit)

    version = commands.add_parser(
        "new-version",
        help="start a new version of a frozen one",
        description="Make a draft with the next number. When it is frozen it supersedes the one before, which stays "
        "as it was sent.",
    )
    add_ref(version)
    arguments.add_workspace(version, required=True)
    version.add_argument("--reason", required=True, help="why a newer version is made; it is printed in it")
    arguments.add_json(version)
    version.set_defaults(run=run_new_version)

    remove = commands.add_parser(
        "remove", help="remove a draft", description="Remove a draft. One step to undo. What is frozen stays for ever."
    )
    add_ref(remove)
    arguments.add_workspace(remove, required=True)
    remove.set_defaults(run=run_remove)


def _add_details(command: argparse.ArgumentParser) -> None:
    command.add_argument("--title", help="its title; without it that of the kind")
    command.add_argument("--gate", metavar="GATE", help="the gate that it is at: id or name, such as pit_exit")
    command.add_argument("--plan", metavar="PLAN", help="the cutover plan: reference or title")
    command.add_argument("--request", metavar="REQUEST", help="the information request: our reference or theirs")
    command.add_argument("--declaration", action="append", metavar="REF", help="a signed declaration; again for more")
    command.add_argument(
        "--evidence", action="append", metavar="REF",
        help="for an evidence pack: an item that goes into it; again for more, without it all that are in use",
    )  # fmt: skip
    command.add_argument(
        "--files", choices=("with", "without"), help="whether the files of the evidence go into its packs"
    )
    command.add_argument("--to", action="append", metavar="ID", help="a recipient, such as BSC; again for more")
    day = command.add_mutually_exclusive_group()
    day.add_argument("--due", type=arguments.day, metavar="DATE", help="the day it is due")
    day.add_argument("--milestone", metavar="ID", help="it is due at this milestone, such as M14")
    command.add_argument(
        "--mpans", choices=[one.value for one in MpanChoice],
        help="how MPANs, which are personal data, stand in it: in full, last four digits, or counts only",
    )  # fmt: skip
    note = command.add_mutually_exclusive_group()
    note.add_argument("--covering", metavar="TEXT", help="the covering note, which goes with it")
    note.add_argument("--covering-file", type=Path, metavar="FILE", help="the covering note is the text of this file")
    command.add_argument("--note", metavar="TEXT", help="a note for you: it never leaves")


def _scope(given: argparse.Namespace, workspace: Workspace, scope: Scope) -> Scope:
    """What it is over, where that was said."""
    if given.gate is not None:
        scope = replace(scope, gate=_gate(workspace, given.gate))
    if given.plan is not None:
        scope = replace(scope, plan_id=workspace.cutover.plan_by_ref(given.plan).id)
    if given.request is not None:
        scope = replace(scope, request_id=workspace.requests.by_ref(given.request).id)
    if given.declaration is not None:
        found = [workspace.declarations.by_ref(one).id for one in given.declaration]
        scope = replace(scope, declarations=tuple(dict.fromkeys(found)))
    if given.evidence is not None:
        items = [workspace.evidence.by_ref(one).id for one in given.evidence if one.strip()]
        scope = replace(scope, evidence=tuple(dict.fromkeys(items)))
    if given.files is not None:
        scope = replace(scope, with_evidence=given.files == "with")
    return scope


def _details(given: argparse.Namespace, workspace: Workspace, before: SubmissionDetails) -> SubmissionDetails:
    """What was said, over what was there before."""
    made = replace(before, scope=_scope(given, workspace, before.scope))
    if given.covering_file is not None:
        made = replace(made, covering=text_of(given.covering_file))
    for name in ("title", "covering", "note"):
        if getattr(given, name) is not None:
            made = replace(made, **{name: getattr(given, name)})
    if given.to is not None:
        made = replace(made, recipients=_recipients(workspace, given.to))
    if given.due is not None:
        made = replace(made, due=given.due.isoformat(), milestone="")
    if given.milestone is not None:
        made = replace(made, milestone=given.milestone, due="")
    if given.mpans is not None:
        made = replace(made, mpan_choice=MpanChoice(given.mpans))
    return made


def _gate(workspace: Workspace, said: str) -> str:
    wanted = said.strip().casefold().replace("_", " ")
    gates = workspace.pit.gates()
    for one in gates:
        if wanted in {one.id.casefold().replace("_", " "), one.name.casefold()}:
            return one.id
    raise InvalidInput(
        f"There is no gate “{said[:60]}”.",
        safe="Nothing was changed.",
        todo=f"Use one of: {', '.join(one.id for one in gates)}.",
        field="scope",
    )


def _recipients(workspace: Workspace, said: list[str]) -> tuple[str, ...]:
    """Ids of recipients from ids or names; what is neither is refused by the service."""
    known = {one.id.casefold(): one.id for one in workspace.submissions.recipients()}
    known |= {one.title.casefold(): one.id for one in workspace.submissions.recipients()}
    return tuple(known.get(one.strip().casefold(), one.strip()) for one in said if one.strip())


def run_kinds(given: argparse.Namespace) -> int:
    """List them."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        submissions = workspace.submissions
        label = submissions.pack().label
        kinds = [(one, submissions.choices(one.id)) for one in submissions.kinds()]
        recipients = submissions.recipients()
    if given.json:
        value = {
            "pack": label,
            "kinds": [
                {
                    "id": one.id, "name": one.name, "code": one.code, "about": one.about, "scope": one.scope,
                    "recipients": list(one.recipients), "milestone": one.milestone, "source": one.source,
                    "choices": [asdict(choice) for choice in choices],
                }
                for one, choices in kinds
            ],
            "recipients": [{"id": one.id, "name": one.title, "because": one.detail} for one in recipients],
        }  # fmt: skip
        output.write_json(given.json, value)
    if given.json != output.STANDARD_OUTPUT:
        lines = [label]
        for one, choices in kinds:
            lines.append(f"{one.id:<15}  {one.name}: {one.about}")
            lines += [f"    --{_OPTION.get(one.scope, one.scope)} {_named(choice)}" for choice in choices]
        lines += ["Recipients:", *(f"{one.id:<15}  {one.title}  {one.detail}".rstrip() for one in recipients)]
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


_OPTION = {"declarations": "declaration"}


def _named(choice: Choice) -> str:
    """A choice as an option takes it, and what it is."""
    name = choice.ref or choice.id
    return f"{f'{chr(34)}{name}{chr(34)}' if ' ' in name else name}  {choice.title.removeprefix(choice.ref).strip()}"


def run_prepare(given: argparse.Namespace) -> int:
    """Make it."""
    output.must_not_clash({"--json": given.json}, [given.covering_file], given.workspace)
    with Workspace.open(given.workspace) as workspace:
        details = _details(given, workspace, SubmissionDetails(given.kind))
        submission_id, _ = workspace.submissions.prepare(details)
        return _tell(given, workspace, submission_id)


def run_edit(given: argparse.Namespace) -> int:
    """Change it."""
    output.must_not_clash({"--json": given.json}, [given.covering_file], given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        workspace.submissions.edit(one.id, _details(given, workspace, one.details))
        return _tell(given, workspace, one.id)


def run_new_version(given: argparse.Namespace) -> int:
    """Start it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        submission_id, _ = workspace.submissions.new_version(one.id, given.reason)
        return _tell(given, workspace, submission_id)


def run_remove(given: argparse.Namespace) -> int:
    """Remove it."""
    with Workspace.open(given.workspace) as workspace:
        changes = workspace.submissions.remove(workspace.submissions.by_ref(given.ref).id)
    output.tell(f"{changes.title}\n")
    return 0


def _tell(given: argparse.Namespace, workspace: Workspace, submission_id: int) -> int:
    made = workspace.submissions.get(submission_id)
    then = workspace.outbox.next_step(made)
    if given.json:
        output.write_json(given.json, {"submission": submission_json(made, then)})
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in submission_lines(made, then)))
    return 0

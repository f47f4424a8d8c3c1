"""`mhhs-desk sync list|test|pause|resume|contacts|remove`: the endpoints of a workspace."""

from __future__ import annotations

import argparse

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.cli.sync_json import add_endpoint, endpoint_lines, tell
from desktop.sync.model import TestReport, TestStep


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    listed = commands.add_parser("list", help="list the endpoints", description="List the endpoints of a workspace.")
    listed.add_argument("--removed", action="store_true", help="those too that are not used any more")
    arguments.add_workspace(listed, required=True)
    arguments.add_json(listed)
    listed.set_defaults(run=run_list)

    test = commands.add_parser(
        "test",
        help="test the connection and name the step that fails",
        description="Test the connection step by step: address, proxy, name, connection, certificate, endpoint, "
        "version, sign-in, clock. Nothing is sent. The status is 1 when a step fails.",
    )
    add_endpoint(test)
    arguments.add_workspace(test, required=True)
    arguments.add_json(test)
    test.set_defaults(run=run_test)

    for name, paused, words in (("pause", True, "send nothing for now"), ("resume", False, "go on sending")):
        command = commands.add_parser(
            name, help=f"{words}", description=f"Say to an endpoint's sync: {words}. It is kept over restarts."
        )
        add_endpoint(command)
        arguments.add_workspace(command, required=True)
        arguments.add_json(command)
        command.set_defaults(run=run_pause, paused=paused)

    contacts = commands.add_parser(
        "contacts",
        help="keep your contacts at an endpoint up to date, or not",
        description="Say whether your contacts go to an endpoint at every sync and in bundles, and are merged with "
        "what is changed there: names, positions, e-mail addresses and telephone numbers of people. Nothing of "
        "them goes before you said on. What is there already stays there after off.",
    )
    add_endpoint(contacts)
    contacts.add_argument("agreed", choices=("on", "off"), help="on or off")
    arguments.add_workspace(contacts, required=True)
    arguments.add_json(contacts)
    contacts.set_defaults(run=run_contacts)

    remove = commands.add_parser(
        "remove",
        help="do not use an endpoint any more",
        description="Do not use an endpoint any more: its token and key are forgotten, its receipts and what it said "
        "are kept. Refused while something waits for it.",
    )
    add_endpoint(remove)
    arguments.add_workspace(remove, required=True)
    remove.add_argument("--reason", required=True, help="why; it is kept")
    arguments.add_json(remove)
    remove.set_defaults(run=run_remove)


def run_list(given: argparse.Namespace) -> int:
    """Print them."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = workspace.endpoints.endpoints(removed=given.removed)
    lines = [line for one in found for line in endpoint_lines(one)]
    tell(given, {"endpoints": found}, lines or ["There is no endpoint yet."])
    return 0


def run_test(given: argparse.Namespace) -> int:
    """Test it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.endpoints.by_name(given.name)
        report = workspace.endpoints.test(one.id, told_job())
    tell(given, {"endpoint": one.name, "ok": report.ok, "report": report}, _report_lines(report))
    return 0 if report.ok else 1


def run_pause(given: argparse.Namespace) -> int:
    """Pause it, or go on."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.endpoints.by_name(given.name)
        changes = workspace.endpoints.set_paused(one.id, given.paused)
        one = workspace.endpoints.get(one.id)
    step = changes.title or f"{one.name} {'is paused' if given.paused else 'goes on'}"
    tell(given, {"step": step, "endpoint": one}, [step, *endpoint_lines(one)])
    return 0


def run_contacts(given: argparse.Namespace) -> int:
    """Agree that contacts go there, or take it back."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.endpoints.by_name(given.name)
        changes = workspace.endpoints.set_contacts(one.id, given.agreed == "on")
        one = workspace.endpoints.get(one.id)
    step = changes.title or f"{one.name}: as it was"
    tell(given, {"step": step, "endpoint": one}, [step, *endpoint_lines(one)])
    return 0


def run_remove(given: argparse.Namespace) -> int:
    """Remove it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.endpoints.by_name(given.name)
        changes = workspace.endpoints.remove(one.id, given.reason)
    step = changes.title or f"Remove {one.name}"
    tell(given, {"step": step}, [step])
    return 0


def _report_lines(report: TestReport) -> list[str]:
    told = [line for one in report.steps for line in _step_lines(one)]
    if report.certificate:
        one = report.certificate
        told.append(f"Certificate of {one.subject}, by {one.issuer}, until {one.until.date().isoformat()}")
    return told


def _step_lines(one: TestStep) -> list[str]:
    told = [f"{one.state.value:<12} {one.title}{f': {one.detail}' if one.detail else ''}"]
    return told + ([f"{'':<12} {one.todo}"] if one.todo else [])

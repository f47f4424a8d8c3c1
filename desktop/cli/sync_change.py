"""`mhhs-desk sync change`: what a person changes of an endpoint that is there; what is not given stays."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.sync_json import add_endpoint, endpoint_lines, tell
from desktop.cli.sync_options import add_proxy, first_line, with_connection
from desktop.errors import InvalidInput
from desktop.sync.model import Endpoint, EndpointDetails

_NOTHING = "Nothing was changed."


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "change",
        help="change how an endpoint is called, reached and used",
        description="Change an endpoint: its name, address, connection and limits, and for which recipients it is "
        "used. What is not given stays as it is. Where several endpoints receive for the same recipient, the one that "
        "was added first is used: take the recipient from it with --recipient to use the other.",
    )
    add_endpoint(command)
    arguments.add_workspace(command, required=True)
    command.add_argument("--name", dest="called", metavar="NAME", help="how it is called here")
    command.add_argument("--address", metavar="ADDRESS", help="https://...; an empty one: by bundles only")
    whom = command.add_mutually_exclusive_group()
    whom.add_argument(
        "--recipient", action="append", metavar="ID", help="use it for this recipient; once for each, no others stay"
    )
    whom.add_argument("--its-recipients", action="store_true", help="use it for those that it says itself")
    add_proxy(command, default=None)
    command.add_argument("--metered", choices=("on", "off"), help="send small items only, or all")
    command.add_argument("--cap", type=int, metavar="KIB", help="KiB a second at most; 0 = no cap")
    arguments.add_json(command)
    command.set_defaults(run=run_change)


def run_change(given: argparse.Namespace) -> int:
    """Change it."""
    files: tuple[Path | None, ...] = (given.ca_file, given.proxy_password_file)
    output.must_not_clash({"--json": given.json}, files, given.workspace)
    password = first_line(given.proxy_password_file, "password", _NOTHING) if given.proxy_password_file else None
    with Workspace.open(given.workspace) as workspace:
        one = workspace.endpoints.by_name(given.name)
        known = {choice.id for choice in workspace.submissions.recipients()} | set(one.recipients)
        changes = workspace.endpoints.edit(one.id, _details(given, one, known), proxy_password=password)
        one = workspace.endpoints.get(one.id)
    step = changes.title or f"{one.name}: as it was"
    tell(given, {"step": step, "endpoint": one}, [step, *endpoint_lines(one)])
    return 0


def _details(given: argparse.Namespace, one: Endpoint, known: set[str]) -> EndpointDetails:
    """As it is, but for what was given. Raises InvalidInput for a recipient that nobody knows."""
    details = EndpointDetails(
        one.name, one.connection, one.metered, one.cap_kib, one.recipients, None, contacts=one.contacts
    )
    if given.recipient:
        for wrong in set(given.recipient) - known:
            raise InvalidInput(
                f"There is no recipient {wrong}.", safe=_NOTHING, todo=f"Name some of {', '.join(sorted(known))}.",
                field="recipients",
            )  # fmt: skip
        details = replace(details, recipients=tuple(dict.fromkeys(given.recipient)))
    elif given.its_recipients:
        details = replace(details, recipients=None)
    if given.called is not None:
        details = replace(details, name=given.called)
    if given.address is not None:
        details = replace(details, address=given.address)
    if given.metered is not None:
        details = replace(details, metered=given.metered == "on")
    if given.cap is not None:
        details = replace(details, cap_kib=given.cap)
    return replace(details, connection=with_connection(given, one.connection))

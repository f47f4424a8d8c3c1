"""`mhhs-desk sync add|sign-in`: add an endpoint by address and code or by invitation, and sign in anew.

A code is given by `--code -` (a line of standard input) or typed on a terminal, so that no history of a shell has it.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.cli.sync_json import add_endpoint, endpoint_lines, tell
from desktop.cli.sync_options import LONGEST, add_proxy, first_line, with_connection
from desktop.errors import InvalidInput
from desktop.sync.model import Connection, EndpointDetails

_NOTHING = "Nothing was added."


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    command = commands.add_parser(
        "add",
        help="add an endpoint and sign this laptop in",
        description="Add a central endpoint by its address and the one-time code that you were given, or by an "
        "invitation file. Token and key go into the operating system's keyring only.",
    )
    command.add_argument("address", nargs="?", default="", metavar="ADDRESS", help="https://...")
    _add_code(command)
    command.add_argument("--invitation", type=Path, metavar="FILE", help="instead of address and code")
    command.add_argument(
        "--offline", action="store_true", help="with an invitation: do not connect, the first bundle signs in"
    )
    arguments.add_workspace(command, required=True)
    command.add_argument("--name", default="", help="how it is called here; without it as it calls itself")
    command.add_argument("--device-name", default="", metavar="NAME", help="how it calls this laptop")
    add_proxy(command, default="system")
    command.add_argument("--metered", action="store_true", help="send small items only")
    command.add_argument("--cap", type=int, default=0, metavar="KIB", help="KiB a second at most; 0 = no cap")
    command.add_argument(
        "--contacts",
        action="store_true",
        help="keep your contacts there up to date: names, positions, e-mail addresses and telephone numbers go there",
    )
    arguments.add_json(command)
    command.set_defaults(run=run_add)

    again = commands.add_parser(
        "sign-in",
        help="sign this laptop in again with a new code",
        description="Sign in anew: the key was lost, the laptop was revoked, or the workspace was copied to it.",
    )
    add_endpoint(again)
    _add_code(again)
    arguments.add_workspace(again, required=True)
    arguments.add_json(again)
    again.set_defaults(run=run_sign_in)


def run_add(given: argparse.Namespace) -> int:
    """Add it."""
    output.must_not_clash(
        {"--json": given.json}, (given.invitation, given.ca_file, given.proxy_password_file), given.workspace
    )
    if bool(given.address) == bool(given.invitation):
        raise arguments.WrongUsage("Give either an address or --invitation.")
    if given.offline and not given.invitation:
        raise arguments.WrongUsage("--offline goes with --invitation: without it there is no code to carry.")
    if given.invitation and given.code:
        raise arguments.WrongUsage("The invitation has its own code, so --code is not for it.")
    details = EndpointDetails(
        given.name, with_connection(given, Connection()), given.metered, given.cap, contacts=given.contacts
    )
    password = first_line(given.proxy_password_file, "password", _NOTHING) if given.proxy_password_file else ""
    code = "" if given.invitation else _code(given.code)
    with Workspace.open(given.workspace) as workspace:
        if given.invitation:
            made, changes = workspace.endpoints.add_invitation(
                given.invitation, details=details, device_name=given.device_name, proxy_password=password,
                online=not given.offline, job=told_job(),
            )  # fmt: skip
        else:
            made, changes = workspace.endpoints.add(
                given.address, code, details=details, device_name=given.device_name, proxy_password=password,
                job=told_job(),
            )  # fmt: skip
        one = workspace.endpoints.get(made)
    tell(given, {"step": changes.title, "endpoint": one}, [changes.title, *endpoint_lines(one)])
    return 0


def run_sign_in(given: argparse.Namespace) -> int:
    """Sign in anew."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    code = _code(given.code)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.endpoints.by_name(given.name)
        changes = workspace.endpoints.sign_in_again(one.id, code, told_job())
        one = workspace.endpoints.get(one.id)
    tell(given, {"step": changes.title, "endpoint": one}, [changes.title, *endpoint_lines(one)])
    return 0


def _add_code(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--code",
        default="",
        metavar="CODE",
        help="the one-time code; - reads a line of standard input; without it, it is asked for on a terminal",
    )


def _code(said: str) -> str:
    if said == output.STANDARD_OUTPUT:
        return sys.stdin.readline(LONGEST).strip()
    if said:
        return said
    if not sys.stdin.isatty():
        raise InvalidInput(
            "There is no terminal to ask for the code.", safe=_NOTHING, todo="Give --code - and the code as a line of "
            "standard input.", field="code",
        )  # fmt: skip
    return getpass.getpass("One-time code: ").strip()

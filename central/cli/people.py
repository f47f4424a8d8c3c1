"""`person`: reviewers and administrators, and the tokens of their programs."""

from __future__ import annotations

import argparse
import getpass
import sys
from dataclasses import asdict
from typing import Any

from central.cli import said
from central.people import ROLES


def add(commands: Any) -> None:
    """Its commands."""
    group = said.group(commands, "person", "reviewers and administrators")
    new = group.add_parser("add", parents=[said.common()], help="let somebody sign in to the review pages")
    new.add_argument("name", help="small letters and figures, such as jo.smith")
    new.add_argument("--role", choices=ROLES, default=ROLES[0], help="reviewer without it")
    new.set_defaults(run=_add)
    every = group.add_parser("list", parents=[said.common()], help="who there is")
    every.set_defaults(run=_list)
    for name, run, about in (
        ("password", _password, "set a new password; every session and token ends"),
        ("disable", _disable, "take everything away, at once"),
        ("enable", _enable, "let somebody sign in again"),
        ("token", _token, "make a token for a program, shown once"),
    ):
        one = group.add_parser(name, parents=[said.common()], help=about)
        one.add_argument("name")
        one.set_defaults(run=run)
        if name == "disable":
            one.add_argument("--why", required=True, help="stands with the person")
        if name == "token":
            one.add_argument("--days", type=int, default=90, help="how long it is good for; 90 without it")


def _asked() -> str:
    """The password: asked twice at a terminal, else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise said.CannotBeDone("These were two different passwords. Nothing was changed.")
    return first


def _add(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        made = central.people.add(parsed.name, parsed.role, _asked(), said.BY)
    return said.say(parsed, f"{made.name} may sign in as {made.role}.", asdict(made))


def _list(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        every = central.people.all()
    rows = [(one.name, one.role, one.added_at[:10], one.disabled and f"disabled: {one.disabled}") for one in every]
    text = said.table(rows, ("Name", "Role", "Since", ""), "Nobody may sign in yet: mhhs-central person add NAME.")
    return said.say(parsed, text, {"people": [asdict(one) for one in every]})


def _password(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        central.people.set_password(parsed.name, _asked(), said.BY)
    return said.say(parsed, f"{parsed.name} has a new password.", {"name": parsed.name})


def _disable(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        central.people.disable(parsed.name, parsed.why, said.BY)
    return said.say(parsed, f"{parsed.name} can do nothing any more.", {"name": parsed.name})


def _enable(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        central.people.enable(parsed.name, said.BY)
    return said.say(parsed, f"{parsed.name} may sign in again.", {"name": parsed.name})


def _token(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        token = central.people.make_token(parsed.name, parsed.days)
    return said.say(parsed, token, {"name": parsed.name, "token": token, "days": parsed.days})

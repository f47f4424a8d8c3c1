"""Options of `mhhs-desk sync` that say how an endpoint is reached."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from desktop.errors import FileRefused
from desktop.sync.model import Connection, ProxyChoice

LONGEST = 4096
"""Bytes of a line that is read as a code or a password."""


def add_proxy(command: argparse.ArgumentParser, *, default: str | None) -> None:
    """Add the options; `default` of --proxy, None = as it is."""
    said = " (the default)" if default == "system" else ""
    command.add_argument("--ca-file", type=Path, metavar="FILE", help="PEM certificates that are trusted too")
    command.add_argument("--proxy", default=default, metavar="PROXY", help=f"system{said}, none, or http://host:port")
    nobody = "" if default else None
    command.add_argument("--proxy-user", default=nobody, metavar="USER", help="who signs in to the proxy")
    command.add_argument(
        "--proxy-password-file", type=Path, metavar="FILE", help="its first line is the proxy's password"
    )


def with_connection(given: argparse.Namespace, before: Connection) -> Connection:
    """`before` with what was given."""
    made = before
    if given.proxy is not None:
        known = {one.value: one for one in (ProxyChoice.SYSTEM, ProxyChoice.NONE)}
        choice = known.get(given.proxy, ProxyChoice.OWN)
        made = replace(made, proxy_choice=choice, proxy=given.proxy if choice is ProxyChoice.OWN else "")
    if given.proxy_user is not None:
        made = replace(made, proxy_user=given.proxy_user)
    if given.ca_file is not None:
        made = replace(made, ca_file=str(given.ca_file.absolute()))
    return made


def first_line(file: Path, what: str, safe: str) -> str:
    """The first line of a file. Raises FileRefused, whose `safe` is given."""
    try:
        with file.open("rb") as stream:
            lines = stream.read(LONGEST).decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(f"The {what} in “{file.name}” cannot be read.", safe=safe) from error
    if not lines or not lines[0]:
        raise FileRefused(f"“{file.name}” has no {what} in its first line.", safe=safe)
    return lines[0]

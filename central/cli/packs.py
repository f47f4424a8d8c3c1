"""`pack`: programme content that is published to every participant."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from central.cli import said
from central.packs import LARGEST


def add(commands: Any) -> None:
    """Its commands."""
    group = said.group(commands, "pack", "programme content for every participant")
    publish = group.add_parser("publish", parents=[said.common()], help="publish a content pack")
    publish.add_argument("file", help="a content pack of the desk, JSON")
    publish.add_argument("--title", default="", help="what participants read of it")
    publish.set_defaults(run=_publish)
    withdraw = group.add_parser("withdraw", parents=[said.common()], help="say that it does not stand any more")
    withdraw.add_argument("sha256", help="its SHA-256, or the beginning of it")
    withdraw.add_argument("--why", required=True, help="participants read it")
    withdraw.set_defaults(run=_withdraw)
    group.add_parser("list", parents=[said.common()], help="what is published").set_defaults(run=_list)


def _publish(parsed: argparse.Namespace) -> int:
    path = Path(parsed.file)
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    with said.opened(parsed) as central:
        made = central.packs.publish(data, said.BY, parsed.title)
    return said.say(parsed, f"Published: {made.title} (version {made.version}, {made.sha256}).", asdict(made))


def _withdraw(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        found = [one for one in central.packs.all() if parsed.sha256 and one.sha256.startswith(parsed.sha256.lower())]
        if len(found) != 1:
            raise said.CannotBeDone(f"{len(found) or 'No'} content packs begin with {parsed.sha256}.")
        central.packs.withdraw(found[0].sha256, parsed.why, said.BY)
    return said.say(parsed, f"Withdrawn: {found[0].title}.", {"sha256": found[0].sha256})


def _list(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        every = central.packs.all()
    rows = [(one.sha256[:12], one.kind, one.version, one.published_at[:10], one.title, one.withdrawn) for one in every]
    head = ("SHA-256", "Kind", "Version", "Published", "Title", "Withdrawn")
    return said.say(parsed, said.table(rows, head, "Nothing is published."), {"packs": [asdict(one) for one in every]})

"""`bundle`: files of laptops that are never online, taken in, and what goes back to them."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from central.bundling import Outcome
from central.cli import said


def add(commands: Any) -> None:
    """Its commands."""
    group = said.group(commands, "bundle", "files of laptops that are never online")
    take = group.add_parser("take", parents=[said.common()], help="take in bundles, whole or in parts, in any order")
    take.add_argument("file", nargs="+")
    take.set_defaults(run=_take)
    give = group.add_parser("give", parents=[said.common()], help="write the return bundles of a participant's laptops")
    give.add_argument("id", help="of the participant")
    give.add_argument("--device", default="", metavar="UUID", help="one laptop, or the beginning of its uuid")
    give.add_argument("--out", metavar="DIR", default=".", help="the folder to write to; here without it")
    give.set_defaults(run=_give)


def _take(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        outcomes = central.bundles.take([Path(one) for one in parsed.file], said.BY)
    text = "\n".join(line for one in outcomes for line in _lines(one))
    said.say(parsed, text, {"bundles": [asdict(one) for one in outcomes]})
    return said.FINISHED if all(item.ok for one in outcomes for item in one.items) else said.FAILED


def _lines(one: Outcome) -> list[str]:
    head = f"Bundle {one.bundle} of {one.participant}:"
    if one.missing:
        return [f"{head} kept until the other parts come ({', '.join(str(number) for number in one.missing)})."]
    known = sum(item.result == "known" for item in one.items)
    new = sum(item.ok for item in one.items) - known
    refused = [item for item in one.items if not item.ok]
    return [
        f"{head} {new} new, {known} here already, {len(refused)} not taken.",
        *(f"  {item.kind} {item.id}: {item.detail or item.result}" for item in refused),
    ]


def _give(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        every = [one for one in central.devices.all(parsed.id) if not one.revoked]
        chosen = [one for one in every if one.uuid.startswith(parsed.device.lower())]
        if not chosen:
            raise said.CannotBeDone(f"{parsed.id} has no such laptop.")
        written = [(one, central.bundles.give(parsed.id, one.uuid, Path(parsed.out))) for one in chosen]
    text = "\n".join(f"{path}: for {one.name or one.uuid}" for one, path in written)
    return said.say(parsed, text, {"bundles": [{"device": one.uuid, "file": str(path)} for one, path in written]})

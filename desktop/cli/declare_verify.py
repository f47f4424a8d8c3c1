"""`mhhs-desk declare verify`: verify an exported declaration by itself; no workspace is needed."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from desktop.cli import arguments, output
from desktop.declarations.model import Verdict


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "verify",
        help="verify an exported declaration by itself",
        description="Verify the folder or the ZIP of an exported declaration: every byte, with no workspace and no "
        "network. Status 1 with the reasons when it does not hold.",
    )
    command.add_argument("path", type=Path, metavar="PATH", help="the folder, the ZIP, or the declaration.json in it")
    command.add_argument(
        "--fingerprint",
        default="",
        metavar="HEX",
        help="of the key that you know to be the signatory's: all of it, or its first sixteen figures",
    )
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Verify and print what was found."""
    from desktop.declarations.verify import verify

    output.must_not_clash({"--json": given.json}, [given.path])
    verdict = verify(given.path, fingerprint=given.fingerprint)
    if given.json != "-":
        output.tell("\n".join(_lines(verdict)) + "\n")
    if given.json:
        output.write_json(
            given.json,
            {
                "ok": verdict.ok,
                "reference": verdict.reference,
                "kind": verdict.kind,
                "organisation": verdict.organisation,
                "signatory": verdict.signatory,
                "signed_at": verdict.signed_at,
                "fingerprint": verdict.fingerprint,
                "faults": list(verdict.faults),
                "notes": list(verdict.notes),
            },
        )
    return 0 if verdict.ok else 1


def _lines(verdict: Verdict) -> Iterator[str]:
    what = f"{verdict.kind.capitalize()} {verdict.reference}".strip() or "What is there"
    yield f"{what}: every byte is as it was signed." if verdict.ok else f"{what} DOES NOT HOLD."
    yield from (f"  {fault}" for fault in verdict.faults)
    if verdict.reference:
        yield f"Organisation: {verdict.organisation}"
        yield f"Signed by: {verdict.signatory}, {verdict.signed_at}"
        if verdict.fingerprint:
            yield f"Key: {verdict.fingerprint}"
    yield from (f"Note: {note}" for note in verdict.notes)

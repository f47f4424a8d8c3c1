"""`mhhs-desk declare verify`: verify an exported declaration by itself, or what a workspace keeps of signed ones."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.declarations.model import Verdict


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "verify",
        help="verify an exported declaration by itself",
        description="Verify the folder or the ZIP of an exported declaration: every byte, with no workspace and no "
        "network. With --workspace, what the workspace keeps of its signed declarations, against its audit log too. "
        "Status 1 with the reasons when something does not hold.",
    )
    command.add_argument(
        "path",
        nargs="?",
        default="",
        metavar="PATH",
        help="the folder, the ZIP, or the declaration.json in it; with --workspace, a reference (without: all)",
    )
    arguments.add_workspace(command, required=False)
    command.add_argument(
        "--fingerprint",
        type=arguments.figures,
        metavar="HEX",
        help="of the key that you know to be the signatory's: all of it, or its first sixteen figures",
    )
    command.add_argument(
        "--sha256",
        type=arguments.figures,
        metavar="HEX",
        help="of declaration.json, as it was told when it was signed: where a signed document stands for the "
        "signature, nothing else proves declaration.json",
    )
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Verify and print what was found."""
    if given.workspace:
        return _run_kept(given)
    if not given.path:
        raise arguments.WrongUsage("Give the folder or the ZIP of an exported declaration, or --workspace.")
    from desktop.declarations.verify import verify

    path = Path(given.path)
    output.must_not_clash({"--json": given.json}, [path])
    verdict = verify(path, fingerprint=given.fingerprint or "", sha256=given.sha256 or "")
    if given.json != "-":
        output.tell("\n".join(lines_of(verdict)) + "\n")
    if given.json:
        output.write_json(given.json, as_json(verdict))
    return 0 if verdict.ok else 1


def _run_kept(given: argparse.Namespace) -> int:
    """Verify what a workspace keeps."""
    if given.fingerprint or given.sha256:
        raise arguments.WrongUsage("--fingerprint and --sha256 are for an exported declaration.")
    output.must_not_clash({"--json": given.json}, [], given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        declarations = workspace.declarations
        one = declarations.by_ref(given.path) if given.path else None
        told = [(one.name, declarations.verify_kept(one.id))] if one else declarations.verify_all_kept()
    if given.json != "-":
        for name, verdict in told:
            output.tell(f"{name}: {'as it was signed' if verdict.ok else 'DOES NOT HOLD'}\n")
            output.tell("".join(f"  {fault}\n" for fault in verdict.faults))
        if not told:
            output.tell("Nothing is signed yet.\n")
    ok = all(verdict.ok for _, verdict in told)
    if given.json:
        listed = [{"declaration": name, **as_json(verdict)} for name, verdict in told]
        output.write_json(given.json, {"ok": ok, "declarations": listed})
    return 0 if ok else 1


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for other programs."""
    return {
        "ok": verdict.ok,
        "unproven": verdict.unproven,
        "reference": verdict.reference,
        "kind": verdict.kind,
        "organisation": verdict.organisation,
        "signatory": verdict.signatory,
        "signed_at": verdict.signed_at,
        "fingerprint": verdict.fingerprint,
        "faults": list(verdict.faults),
        "notes": list(verdict.notes),
    }


def lines_of(verdict: Verdict) -> Iterator[str]:
    """A verdict in lines for people."""
    what = f"{verdict.kind.capitalize()} {verdict.reference}".strip() or "What is there"
    if verdict.ok:
        yield f"{what}: every byte is as it was signed."
    else:
        yield f"{what} CANNOT BE VERIFIED BY ITSELF." if verdict.unproven else f"{what} DOES NOT HOLD."
    yield from (f"  {fault}" for fault in verdict.faults)
    if verdict.reference:
        yield f"Organisation: {verdict.organisation}"
        yield f"Signed by: {verdict.signatory}, {verdict.signed_at}"
        if verdict.fingerprint:
            yield f"Key: {verdict.fingerprint}"
    yield from (f"Note: {note}" for note in verdict.notes)

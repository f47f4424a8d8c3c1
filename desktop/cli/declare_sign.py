"""`mhhs-desk declare sign`: sign and lock a declaration."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app import Workspace
from desktop.cli import arguments, output, passphrase
from desktop.cli.declare_export import written
from desktop.declarations.model import PdfPrinter, SignatoryWords, SignedCopy, SigningRefused

if TYPE_CHECKING:
    from desktop.declarations.service import DeclarationService

_OPTIONS = {"confirm": "--confirm", "key": "--make-key", "name": "--name", "position": "--position"}
"""Which option mends a problem."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "sign",
        help="sign and lock a declaration",
        description="Sign a declaration with the signatory's key: a simple electronic signature with tamper evidence. "
        "It cannot be undone; a signed one can be withdrawn or superseded. Status 1 with every reason when it is not "
        "signed.",
    )
    command.add_argument("ref", metavar="REF", help="its reference")
    arguments.add_workspace(command, required=True)
    add_signatory(command)
    command.add_argument(
        "--read",
        default="",
        metavar="SUM",
        help="the check sum that `declare show` told: it is not signed if something has changed since",
    )
    command.add_argument(
        "--make-key",
        choices=("keyring", "file"),
        help="make the key of the signatory first, once nothing else stands in the way: in the operating system's "
        "keyring, or in a file with a passphrase",
    )
    command.add_argument(
        "--scan", type=Path, metavar="FILE", help="a scanned or otherwise signed document in the place of a signature"
    )
    command.add_argument("--out", type=Path, metavar="DIR", help="export it into this folder")
    command.set_defaults(run=run)


def add_signatory(command: argparse.ArgumentParser) -> None:
    """Add what a signatory says of themselves, and where the passphrase is."""
    command.add_argument("--name", required=True, help="the full name of who signs")
    command.add_argument("--position", required=True, help="the position in the organisation")
    command.add_argument(
        "--capacity", required=True, metavar="ID", help="director, or another that `declare show` tells"
    )
    command.add_argument("--confirm", action="store_true", help="the box: what is declared is confirmed")
    passphrase.add(command)


def run(given: argparse.Namespace) -> int:
    """Sign; prints the reference, the key's fingerprint and what happens next."""
    if given.scan and given.make_key:
        raise arguments.WrongUsage("--scan needs no key: leave --make-key out.")
    with Workspace.open(given.workspace) as workspace:
        declarations = workspace.declarations
        declaration = declarations.by_ref(given.ref)
        digest = given.read.strip().casefold() or declarations.sheet(declaration.id).digest
        words = words_of(given)
        try:
            if given.scan:
                copy = declarations.sign_with_scan(declaration.id, words, given.scan, digest=digest)
            else:
                if given.make_key:  # no key is made for what is not signed then
                    declarations.must_be_signable(declaration.id, words, digest=digest)
                secret = secret_of(declarations, given, make=given.make_key or "")
                copy = declarations.sign(
                    declaration.id, words, digest=digest, passphrase=secret, printer=printer_of(given)
                )
        except SigningRefused as error:
            return refused(error)
        tell(copy, f"{copy.declaration.name} is signed and locked.")
        if given.out:
            output.tell(f"Exported to {written(declarations, declaration.id, given.out)}\n")
    return 0


def words_of(given: argparse.Namespace) -> SignatoryWords:
    """What the signatory says."""
    return SignatoryWords(given.name, given.position, given.capacity, confirmed=given.confirm)


def secret_of(declarations: DeclarationService, given: argparse.Namespace, *, make: str = "") -> str:
    """The passphrase of the signatory's key, if it is in a file; makes the key first where that is asked."""
    key = declarations.keys.key_for(given.name)
    if make and key is None and given.confirm:
        secret = passphrase.passphrase(given.passphrase_file, new=True) if make == "file" else ""
        key, _ = declarations.keys.make(given.name, passphrase=secret)
        output.tell(f"A signing key was made for {key.person}. Its fingerprint: {key.fingerprint}\n")
        return secret
    # Without a confirmation nothing will be signed, so nothing is asked for.
    return passphrase.passphrase(given.passphrase_file) if key and key.kept == "file" and given.confirm else ""


def printer_of(given: argparse.Namespace) -> PdfPrinter | None:
    """What prints a page as PDF, where the program was started with it."""
    printer: PdfPrinter | None = getattr(given, "printer", None)
    return printer


def refused(error: SigningRefused) -> int:
    """Tell every problem on standard error; the status of a failure."""
    for one in error.problems:
        option = _OPTIONS.get(one.field, "")
        sys.stderr.write(f"{one.text} ({option})\n" if option else f"{one.text}\n")
    sys.stderr.write(" ".join(part for part in (error.safe, error.todo) if part) + "\n")
    return 1


def tell(copy: SignedCopy, sentence: str) -> None:
    """What was done, what there is to keep, and what happens next."""
    one = copy.declaration
    lines = [sentence]
    if one.same_person:
        lines.append("It was prepared and signed by one person; the record says so.")
    if one.fingerprint:
        lines.append(f"Key: {one.fingerprint}")
    lines += [f"  {sha256}  {name}" for name, sha256 in copy.files.items()]
    lines += [f"Next: {step}" for step in copy.next_steps]
    output.tell("\n".join(lines) + "\n")

"""`mhhs-desk pack build`: write and seal the pack of a frozen submission."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.app import Workspace
from desktop.cli import arguments, output, passphrase
from desktop.cli.progress import told_job
from desktop.report.privacy import MpanChoice

if TYPE_CHECKING:
    from desktop.packs.model import Built, PackPlan

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "build",
        help="write and seal the pack of a frozen submission",
        description="Write the pack of a frozen submission, seal it with the key of a person, check what was written "
        "and note it. It stands in the folder whole or not at all. A pack is sealed, not sent.",
    )
    command.add_argument("ref", metavar="REF", help="the submission: ACME-RTTM-0004, or “ACME-RTTM-0004 v2”")
    arguments.add_workspace(command, required=True)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder that it is written into")
    command.add_argument(
        "--name", required=True, metavar="PERSON", help="the full name of the person whose key seals it"
    )
    command.add_argument("--recipient", default="", metavar="ID", help="for this one only, with its filled template")
    command.add_argument("--folder", action="store_true", help="a folder in the place of a ZIP")
    command.add_argument(
        "--split", type=size, default=0, metavar="SIZE", help="most bytes of one ZIP, such as 20M, for e-mail"
    )
    command.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="REF",
        help="evidence that does not go into it; again for more",
    )
    command.add_argument(
        "--make-key",
        choices=("keyring", "file"),
        help="make the key of the person first if there is none: in the operating system's keyring, or in a file with "
        "a passphrase",
    )
    passphrase.add(command)
    arguments.add_json(command)
    command.set_defaults(run=run)


def size(text: str) -> int:
    """Read a size in bytes: 20M, 1.5 GB, 800000; anything else is wrong usage."""
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kmg]?)b?", text.strip(), re.IGNORECASE)
    amount = int(float(found[1]) * _UNITS[found[2].casefold()]) if found else 0
    if amount <= 0:
        raise argparse.ArgumentTypeError(f"“{text}” is not a size such as 20M, 500k or 1.5G")
    return amount


def run(given: argparse.Namespace) -> int:
    """Build it and tell what was written."""
    if given.folder and given.split:
        raise arguments.WrongUsage("--split is for ZIPs: leave --folder out.")
    output.must_not_clash({"--json": given.json}, [], given.workspace)
    quiet = given.json == output.STANDARD_OUTPUT
    with Workspace.open(given.workspace) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        leave_out = tuple(given.leave_out)
        plan = workspace.packs.plan(one.id, recipient=given.recipient, leave_out=leave_out)
        output.make_folder(given.out)
        secret = _secret(workspace, given, quiet=quiet)
        built, _ = workspace.packs.build(
            one.id,
            given.out,
            person=given.name,
            passphrase=secret,
            recipient=given.recipient,
            as_zip=not given.folder,
            split=given.split,
            leave_out=leave_out,
            job=told_job(quiet=quiet),
        )
    if not quiet:
        output.tell("\n".join(_lines(plan, built)) + "\n")
    if given.json:
        output.write_json(given.json, _json(plan, built))
    return 0


def _secret(workspace: Workspace, given: argparse.Namespace, *, quiet: bool) -> str:
    """The passphrase of the key, if it is in a file; makes the key first where that is asked."""
    keys = workspace.declarations.keys
    key = keys.key_for(given.name)
    if key is None and given.make_key:
        secret = passphrase.passphrase(given.passphrase_file, new=True) if given.make_key == "file" else ""
        key, _ = keys.make(given.name, passphrase=secret)
        if not quiet:
            output.tell(f"A signing key was made for {key.person}. Its fingerprint: {key.fingerprint}\n")
        return secret
    return passphrase.passphrase(given.passphrase_file) if key is not None and key.kept == "file" else ""


def _lines(plan: PackPlan, built: Built) -> Iterator[str]:
    from desktop.packs.how_to_verify import grouped
    from desktop.packs.tag_files import size_words

    yield f"{built.name} is sealed: {built.files} files, {size_words(built.bytes)}. It was not sent."
    if built.part_sha256:
        yield from (f"  {sha}  {path}" for path, sha in zip(built.parts, built.part_sha256, strict=True))
    else:
        yield from (f"  {path}" for path in built.parts)
    yield from (f"Note: {remark}" for remark in plan.remarks)
    evidence = sum(one.path.startswith("evidence/") for one in plan.files)
    if evidence and plan.personal_data != MpanChoice.FULL:
        they = "1 file of evidence is" if evidence == 1 else f"{evidence:,} files of evidence are"
        yield f"Note: {they} in it as they were kept: no MPAN, address or name in them is shortened."
    yield from (f"Left out: {one.title}. {one.why}" for one in plan.left_out)
    yield f"Key: {grouped(built.fingerprint)}"
    yield "Next: send it, and tell the recipient the key's fingerprint by another way (telephone)."


def _json(plan: PackPlan, built: Built) -> dict[str, Any]:
    hashes = built.part_sha256 or ("",) * len(built.parts)
    return {
        "name": built.name,
        "reference": f"{plan.reference} v{plan.version}",
        "parts": [{"path": str(path), "sha256": sha} for path, sha in zip(built.parts, hashes, strict=True)],
        "files": built.files,
        "bytes": built.bytes,
        "tag_manifest_sha256": built.tag_manifest_sha256,
        "fingerprint": built.fingerprint,
        "personal_data": plan.personal_data,
        "remarks": list(plan.remarks),
        "left_out": [{"sha256": one.sha256, "title": one.title, "why": one.why} for one in plan.left_out],
    }

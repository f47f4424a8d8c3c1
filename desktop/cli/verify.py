"""`mhhs-desk verify`: check a sealed pack or an exported declaration by itself; one command for whoever received it."""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import arguments, declare_verify, output
from desktop.cli.progress import told_job
from desktop.errors import FileRefused, InvalidInput
from desktop.packs.layout import AS_KEPT, NEEDED, TAG_MANIFEST

if TYPE_CHECKING:
    from desktop.packs.model import PackVerdict

_MOST_TOLD = 40
"""Faults that are told one by one; the JSON has all."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "verify",
        help="check a sealed pack, or an exported declaration, by itself",
        description="Check a sealed pack (its folder, its ZIP, or one part of a split one, the others beside it) or an "
        "exported declaration: every byte, with no workspace and no network. A ZIP is not unpacked to do it. Status 0 "
        "when it holds, 1 with each file that does not, 2 for wrong usage.",
    )
    command.add_argument("path", type=Path, metavar="PATH", help="the folder, the ZIP, or one of its parts")
    command.add_argument(
        "others", type=Path, nargs="*", metavar="PART", help="other parts of a split pack that lie elsewhere"
    )
    command.add_argument(
        "--fingerprint",
        type=arguments.figures,
        metavar="HEX",
        help="of the key that you know to be the sender's: all of it, or its first sixteen figures",
    )
    command.add_argument(
        "--sha256",
        type=arguments.figures,
        metavar="HEX",
        help="of tagmanifest-sha256.txt (of declaration.json for a declaration), as it was told by another way",
    )
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Check and print what was found."""
    output.must_not_clash({"--json": given.json}, [given.path, *given.others])
    try:
        return _declaration(given) if _is_declaration(given.path) else _pack(given)
    except InvalidInput as error:
        if error.field in {"fingerprint", "sha256"}:
            raise arguments.WrongUsage(str(error)) from error
        raise


def _is_declaration(path: Path) -> bool:
    """Whether it is an exported declaration (or what is left of one), not a pack."""
    from desktop.declarations.export_set import JSON_NAME

    try:
        if path.is_dir():
            return (path / JSON_NAME).exists() and not (path / TAG_MANIFEST).exists()
        if path.name == JSON_NAME:
            return True
        with zipfile.ZipFile(path) as packed:
            return JSON_NAME in packed.namelist()
    except Exception:  # noqa: BLE001,RUF100 - zipfile raises many kinds; the pack's reader tells what is wrong
        return (path.parent / JSON_NAME).is_file() and path.suffix.casefold() != ".zip"


def _declaration(given: argparse.Namespace) -> int:
    from desktop.declarations.verify import verify

    if given.others:
        raise arguments.WrongUsage("A declaration has no parts: give its folder or its ZIP alone.")
    verdict = verify(given.path, fingerprint=given.fingerprint or "", sha256=given.sha256 or "")
    if given.json != output.STANDARD_OUTPUT:
        output.tell("\n".join(declare_verify.lines_of(verdict)) + "\n")
    if given.json:
        output.write_json(given.json, {"what": "declaration", **declare_verify.as_json(verdict)})
    return 0 if verdict.ok else 1


def _pack(given: argparse.Namespace) -> int:
    from desktop.packs.recognising import NoPack
    from desktop.packs.verify import verify

    path = given.path
    if path.is_file() and path.name in NEEDED:  # a file of the folder
        path = path.absolute().parent
    job = told_job(quiet=given.json == output.STANDARD_OUTPUT)
    try:
        told = {"fingerprint": given.fingerprint or "", "sha256": given.sha256 or ""}
        verdict = verify(path, others=given.others, job=job, **told)
    except NoPack as error:
        raise FileRefused(
            f"{given.path.name or given.path} is no sealed pack and no exported declaration.", todo=error.todo
        ) from error
    if given.json != output.STANDARD_OUTPUT:
        output.tell("\n".join(_lines(verdict)) + "\n")
    if given.json:
        output.write_json(given.json, _json(verdict))
    return 0 if verdict.ok else 1


def _lines(verdict: PackVerdict) -> Iterator[str]:
    from desktop.packs.how_to_verify import grouped
    from desktop.packs.tag_files import size_words

    what = shown(f"The pack {verdict.name}".strip())
    if verdict.ok:
        yield f"{what}: every byte is as it was sealed."
    else:
        yield f"{what} DOES NOT HOLD. Do not rely on it, nor on what it says of itself."
    for fault in verdict.faults[:_MOST_TOLD]:
        yield shown(f"  {fault.file}: {fault.words}" if fault.file else f"  {fault.words}")
    if len(verdict.faults) > _MOST_TOLD:
        yield f"  ... and {len(verdict.faults) - _MOST_TOLD:,} more"
    if verdict.ok:
        yield shown(f"Submission: {verdict.reference}")
        yield f"Files: {verdict.files:,}, {size_words(verdict.bytes)}"
        yield shown(f"Sealed: {verdict.sealed_at}, with a key said to be that of {verdict.person}")
        yield shown(f"Personal data: {verdict.personal_data}{f'; {AS_KEPT}' if verdict.evidence else ''}")
    if verdict.fingerprint:
        yield f"Key: {grouped(verdict.fingerprint)}"
    yield from (shown(f"Note: {note}") for note in verdict.notes)


def _json(verdict: PackVerdict) -> dict[str, Any]:
    return {
        "what": "pack",
        "ok": verdict.ok,
        "name": verdict.name,
        "reference": verdict.reference,
        "files": verdict.files,
        "bytes": verdict.bytes,
        "fingerprint": verdict.fingerprint,
        "person": verdict.person,
        "sealed_at": verdict.sealed_at,
        "personal_data": verdict.personal_data,
        "evidence_as_kept": verdict.evidence,
        "faults": [{"file": fault.file, "words": fault.words} for fault in verdict.faults],
        "notes": list(verdict.notes),
        "parts_missing": list(verdict.parts_missing),
    }


def shown(text: str) -> str:
    """A text of a stranger's file with which nobody can steer a terminal."""
    return "".join(one if one.isprintable() else "?" for one in text)

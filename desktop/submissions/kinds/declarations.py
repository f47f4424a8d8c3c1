"""Signed declarations, each with the ZIP that verifies by itself. A rehearsal is in no submission."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from desktop.clock import today
from desktop.declarations.export_set import JSON_NAME, folder_name, zipped
from desktop.declarations.model import SIGNATURE_WORDS, Declaration, DeclarationState
from desktop.evidence.model import TargetKind
from desktop.excel.book import Kind
from desktop.jobs import Job
from desktop.submissions.content import BesideFile, Column, Content, Relied
from desktop.submissions.kinds.files import file_points, files_of, linked_to
from desktop.submissions.kinds.keyed import Sheet, keyed_table
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.relied import packs
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Choice, Scope

FOLDER = "declarations"
_SIGNED = Sheet(
    "declarations", "Declarations", "Signed declarations",
    "One row for each. Its ZIP verifies by itself; the SHA-256 is that of the signed text in it.",
    (
        Column("declaration", "Declaration", Kind.TEXT, 20),
        Column("title", "Title", Kind.WRAPPED, 44),
        Column("state", "State", Kind.WORD, 14),
        Column("signatory", "Signed by", Kind.WRAPPED, 24),
        Column("position", "Position", Kind.WRAPPED, 24),
        Column("signed_on", "Signed on (UTC)", Kind.DATE, 17),
        Column("signature", "What stands for the signature", Kind.WRAPPED, 34),
        Column("sha256", "SHA-256 of the signed text", Kind.TEXT, 66),
        Column("fingerprint", "Fingerprint of the key", Kind.TEXT, 66),
        Column("changed_since", "Changed since it was signed", Kind.WRAPPED, 50),
        Column("file", "File in the pack", Kind.TEXT, 30),
    ),
    frozenset({"sha256", "fingerprint"}),
    reviewed=True,
)  # fmt: skip


def gather(scope: Scope, masking: Masking, sources: Sources, job: Job) -> Content:
    """What it says. Raises InvalidInput (field scope), WorkspaceDamaged when a signed file is not as it was kept."""
    found = chosen(scope, sources)
    rows, beside, relied = [], [], []
    for one in found:
        job.check()
        files = sources.declarations.files(one.id)
        sha256 = hashlib.sha256(files[JSON_NAME]).hexdigest()
        added = [_zip(files, _title(one))]
        if one.state is DeclarationState.WITHDRAWN:
            added.append(_zip(sources.declarations.withdrawal_files(one.id), f"Withdrawal of {one.name}"))
        beside += added
        relied.append(Relied("declaration", one.name, one.details.title, sha256))
        rows.append(_row(one, sha256, added))
    items = linked_to(sources, TargetKind.DECLARATION, [one.id for one in found])
    evidence = files_of(sources, items, masking, (TargetKind.DECLARATION,))
    states = [one.state for one in found]
    position = (
        ("Declarations", f"{len(found):,}"),
        ("Signed and standing", f"{sum(state.stands for state in states):,}"),
        ("What a signature is", SIGNATURE_WORDS),
    )
    return Content(
        "declarations",
        "Cutover declarations" if len(found) > 1 else _title(found[0]),
        position,
        (keyed_table(_SIGNED, rows, [one.name for one in found], masking),),
        (*relied, *packs(sources, ["declarations"])),
        evidence,
        tuple(beside),
        {
            "declarations.total": str(len(found)),
            "declarations.standing": str(sum(state.stands for state in states)),
            "declarations.withdrawn": str(states.count(DeclarationState.WITHDRAWN)),
        },
        (*_points(found, masking), *file_points(evidence, today(sources.clock).isoformat())),
    )


def chosen(scope: Scope, sources: Sources) -> tuple[Declaration, ...]:
    """The declarations, in the order of their references. Raises InvalidInput (field scope)."""
    if not scope.declarations:
        raise refused("Choose the declarations.", "Sign one first, if there is none.")
    known = {one.id: one for one in sources.declarations.declarations()}
    if any(one not in known for one in scope.declarations):
        raise refused("A declaration that was chosen is not there any more.", "Choose again.")
    found = sorted((known[one] for one in set(scope.declarations)), key=lambda one: (one.ref, one.version))
    for one in found:
        if one.rehearsal:
            raise refused(f"{one.name} is of a rehearsal: it is for practice and is never submitted.", "Leave it out.")
        if not one.state.locked:
            raise refused(f"{one.name} is not signed yet.", "Sign it first, or leave it out.")
    return tuple(found)


def signed_choices(sources: Sources) -> tuple[Choice, ...]:
    """Those that were signed and stand, and are no rehearsal; newest first."""
    return tuple(
        Choice(
            str(one.id), f"{one.name} {one.details.title}".strip(), f"{one.state.title}; by {one.signatory}", one.name
        )
        for one in sources.declarations.declarations()
        if one.state.stands and not one.rehearsal
    )


def _title(one: Declaration) -> str:
    return f"{one.name} {one.details.title}".strip()


def _zip(files: Mapping[str, bytes], title: str) -> BesideFile:
    return BesideFile(FOLDER, f"{folder_name(json.loads(files[JSON_NAME]))}.zip", zipped(files), title)


def _row(one: Declaration, sha256: str, beside: list[BesideFile]) -> tuple[object, ...]:
    return (
        one.name, one.details.title, one.state.title, one.signatory, one.position,
        one.signed_at[:16].replace("T", " "), "A scanned or otherwise signed file" if one.scan else SIGNATURE_WORDS,
        sha256, one.fingerprint, "\n".join(one.flags), "\n".join(file.name for file in beside),
    )  # fmt: skip


def _points(found: tuple[Declaration, ...], masking: Masking) -> tuple[str, ...]:
    said = [f"{one.name} was {one.state.value}, and is not to be relied on." for one in found if not one.state.stands]
    said += [f"{one.name}, since it was signed: {flag}" for one in found for flag in one.flags]
    if not masking.full:
        said.append("The signed files are as they were signed: nothing can be masked in them.")
    return tuple(said)

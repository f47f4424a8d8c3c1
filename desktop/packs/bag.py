"""Writes a sealed pack: BagIt 1.0 (RFC 8493), SHA-256 manifests, an Ed25519 signature over the tag manifest.

Memory is constant whatever the size. Layout of `NAME/`: bagit.txt, bag-info.txt, manifest-sha256.txt,
tagmanifest-sha256.txt, tagmanifest-sha256.txt.sig (64 bytes), public-key.pem, index.html, README.txt, verify_pack.py,
data/... A reader begins with index.html.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from desktop.declarations.body import sha256
from desktop.declarations.export_set import pem
from desktop.errors import FileRefused, InvalidInput
from desktop.excel.saving import NotSaved
from desktop.jobs import Job
from desktop.packs import index_page, placing, readme, splitting, tag_files, zip_form
from desktop.packs.layout import (
    BAGIT,
    BAGIT_NAME,
    INDEX_NAME,
    INFO_NAME,
    MANIFEST,
    PAYLOAD,
    PEM_NAME,
    README_NAME,
    SIGNATURE_NAME,
    SUBMISSION,
    TAG_MANIFEST,
    VERIFIER_FILE,
    VERIFIER_NAME,
    is_safe,
    part_name,
    part_note,
)
from desktop.packs.model import Built, PackPlan, Seal
from desktop.packs.verify import verify
from desktop.packs.writing import Piece, Writer

__all__ = ["PEM_NAME", "SIGNATURE_NAME", "VERIFIER_NAME", "build"]


def build(plan: PackPlan, seal: Seal, folder: Path, *, as_zip: bool, split: int = 0, job: Job | None = None) -> Built:
    """Write the pack into `folder`; whole or not at all. `split`: most bytes of one ZIP (0 = one ZIP).

    Parts of a split pack (NAME.part-1-of-3.zip) unpack into the one folder; each says which others belong to it. Files
    are read from their sources and hashed while they are copied: one that is not as it was frozen stops it. What was
    written is checked before it gets its name. Raises FileRefused (a name that is taken, a file larger than a part),
    InvalidInput (field split), WorkspaceDamaged, NotSaved, Cancelled.
    """
    job = job or Job()
    if split < 0 or (split and not as_zip):
        raise InvalidInput("Only a ZIP can be split, into parts of some bytes.", field="split")
    _must_be_sound(plan)
    parts, tags = _laid_out(plan, seal, split)
    with placing.unfinished(folder, plan.name) as beside:
        names = [part_name(plan.name, at, len(parts)) for at in range(1, len(parts) + 1)] if as_zip else [plan.name]
        placing.must_be_free(folder, names)
        pieces = _pieces(plan, tags, parts)
        placing.must_have_room(folder, plan.name, sum(piece.size for one in pieces for piece in one))
        tags[SIGNATURE_NAME] = seal.sign(tags[TAG_MANIFEST])
        pieces = _pieces(plan, tags, parts)
        writer = Writer(plan.name, sum(piece.size for one in pieces for piece in one), job)
        for name, one in zip(names, pieces, strict=True):
            if as_zip:
                writer.zip(beside / name, one)
            else:
                writer.folder(beside / name, one)
        _must_be_whole(beside / names[0], seal, job)
        hashes = placing.place(beside, folder, names, hashed=as_zip, job=job)
    return Built(
        name=plan.name,
        parts=tuple(folder / name for name in names),
        part_sha256=hashes,
        files=len(plan.files),
        bytes=sum(one.size for one in plan.files),
        tag_manifest_sha256=sha256(tags[TAG_MANIFEST]),
        fingerprint=seal.fingerprint,
        signature=base64.b64encode(tags[SIGNATURE_NAME]).decode(),
    )


def _must_be_sound(plan: PackPlan) -> None:
    """Raises ValueError for a plan that no pack can be made from: a fault of whoever made it."""
    paths = [one.path for one in plan.files]
    if not is_safe(plan.name) or "/" in plan.name or not all(map(is_safe, paths)):
        raise ValueError("a name that no pack may have")
    folders = {"/".join(path.split("/")[:at]).casefold() for path in paths for at in range(1, path.count("/") + 1)}
    folded = [path.casefold() for path in paths]
    if len(set(folded)) != len(folded) or folders & set(folded):
        raise ValueError("two files of one name")
    if SUBMISSION not in {PAYLOAD + path for path in paths}:
        raise ValueError("no submission.json")


def _laid_out(plan: PackPlan, seal: Seal, split: int) -> tuple[list[list[str]], dict[str, bytes]]:
    """Names of the payload by part, and the tag files without the signature.

    The index names each file's part, so its size depends on the parts, and room for it is kept in the first of them:
    it is made until it fits.
    """
    payload = sorted((PAYLOAD + one.path, one.size) for one in plan.files)
    names = [name for name, _ in payload]
    tags = _tags(plan, seal, [names])
    everything = [*payload, *((name, len(data)) for name, data in tags.items()), (SIGNATURE_NAME, 64)]
    if not split or zip_form.size_of([(f"{plan.name}/{name}", size) for name, size in everything]) <= split:
        return [names], tags
    reserve = _cost(plan, tags)
    while True:
        inside = [(f"{plan.name}/{name}", size) for name, size in payload]
        parts = [[name.removeprefix(f"{plan.name}/") for name in one]
                 for one in splitting.parts_of(inside, split, reserve)]  # fmt: skip
        tags = _tags(plan, seal, parts)
        needed = _cost(plan, {name: data for name, data in tags.items() if not name.startswith("parts/")}) + 2_000
        if needed <= reserve:
            return parts, tags
        reserve = needed


def _cost(plan: PackPlan, tags: dict[str, bytes]) -> int:
    """Bytes that the tag files add to a ZIP at most."""
    sizes = [(name, len(data)) for name, data in tags.items()] + [(SIGNATURE_NAME, 64)]
    return sum(zip_form.most_for(f"{plan.name}/{name}", size) for name, size in sizes)


def _tags(plan: PackPlan, seal: Seal, parts: Sequence[Sequence[str]]) -> dict[str, bytes]:
    """Every tag file but the signature, by name. `parts`: names of the payload by part."""
    last = len(parts)
    made = {
        BAGIT_NAME: BAGIT,
        INFO_NAME: tag_files.bag_info(plan, seal, last),
        MANIFEST: tag_files.manifest(tag_files.by_path(plan)),
        PEM_NAME: pem(seal.public_key),
        INDEX_NAME: index_page.index_page(plan, seal, parts),
        README_NAME: readme.readme(plan, seal, parts),
        VERIFIER_NAME: VERIFIER_FILE.read_bytes(),
    }
    if last > 1:
        made |= {part_note(at, last): tag_files.part_text(plan, at, last) for at in range(1, last + 1)}
    made[TAG_MANIFEST] = tag_files.manifest((name, sha256(data)) for name, data in made.items())
    return made


def _pieces(plan: PackPlan, tags: dict[str, bytes], parts: Sequence[Sequence[str]]) -> list[list[Piece]]:
    """What is written, by part, in the order of the names. The tag files stand in the first part."""
    payload = {PAYLOAD + one.path: one for one in plan.files}
    made = []
    for at, names in enumerate(parts, 1):
        own = [name for name in tags if name == part_note(at, len(parts)) or (at == 1 and "/" not in name)]
        pieces = [Piece(name, len(tags[name]), sha256(tags[name]), data=tags[name]) for name in own]
        for name in names:
            one = payload[name]
            pieces.append(Piece(name, one.size, one.sha256, source=one.source, data=one.data))
        made.append(sorted(pieces, key=lambda piece: piece.name))
    return made


def _must_be_whole(path: Path, seal: Seal, job: Job) -> None:
    """Raises NotSaved when the drive does not give back what was written."""
    try:
        verdict = verify(path, fingerprint=seal.fingerprint, job=job)
    except FileRefused as error:
        raise NotSaved(f"What was written cannot be read again: {error}", safe="Nothing was left behind.") from error
    if not verdict.ok:
        fault = verdict.faults[0]
        raise NotSaved(
            f"What was written does not hold. {fault.file}: {fault.words}",
            safe="Nothing was left behind.",
            todo="Check the drive, and do it again or in another folder.",
        )

"""Verify an exported declaration by itself: no workspace, no network, no key of ours."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.declarations import export_files, verify_notes
from desktop.declarations.body import sha256 as _sha256
from desktop.declarations.canonical import read_canonical
from desktop.declarations.export_set import JSON_NAME, PEM_NAME, SIGNATURE_NAME, expected, folder_name, pem, scan_name
from desktop.declarations.model import Verdict
from desktop.declarations.shape import WITHDRAWAL, check_body
from desktop.errors import FileRefused, InvalidInput

NAMES = (JSON_NAME, SIGNATURE_NAME, PEM_NAME)
"""Files that openssl needs; beside them declaration.html, declaration.pdf, how-to-verify.txt, hashed in the JSON."""

_LEAST_FIGURES = 16
"""Figures of a fingerprint that have to be told: those that are read over the telephone."""
_UNPROVEN = (
    f"The copies fit {JSON_NAME}, but nothing in the export proves {JSON_NAME} itself: verify it with the SHA-256 of"
    f" {JSON_NAME} that was told when it was signed. Ask the signatory for it by another way."
)
_UNPROVEN_COPIES = f"Nothing in the export proves {JSON_NAME} itself either."
"""Of a scan whose SHA-256 the reader does not give: without a key anybody can write another one that fits."""
_MOST_NAMED = 5
"""Strange files that are named one by one."""


def verify(path: Path, *, fingerprint: str = "", sha256: str = "") -> Verdict:
    """Verify a folder, a ZIP, or a declaration.json with its files beside it.

    Every bit counts: the canonical text, the signature, the public key file (byte for byte as it would be written
    again), every copy by its hash, no file besides, the ZIP as it would be written again. `fingerprint`: of the key
    the reader knows by another way (all of it, or its first 16 figures); another one is a fault. `sha256`: of
    declaration.json, known by another way. Where a scan stands for the signature nothing else proves it: without it the
    verdict is `unproven` and not ok. A withdrawal that lies beside it under the name that it is exported with is told.
    Raises FileRefused when it is no declaration at all, InvalidInput (field fingerprint, sha256) for what is none.
    """
    found = export_files.read(path)
    verdict = verify_files(
        found.files, fingerprint=fingerprint, sha256=sha256, besides=found.besides, faults=found.faults
    )
    notes = (*verdict.notes, *found.notes, *_withdrawn(found, verdict))
    return Verdict(**{**vars(verdict), "notes": notes, "path": path})


def verify_files(
    files: Mapping[str, bytes],
    *,
    fingerprint: str = "",
    sha256: str = "",
    besides: Sequence[str] = (),
    faults: Sequence[str] = (),
) -> Verdict:
    """Verify the files of an export by name. `besides`: names of others that lie there; `faults`: found before.

    Raises InvalidInput (field fingerprint, sha256) for what is none.
    """
    wanted, known = fingerprint_figures(fingerprint), _hash(sha256)
    data = files.get(JSON_NAME)
    if data is None:
        return _verdict({}, [*faults, f"{JSON_NAME} is missing."])
    try:
        body = read_canonical(data)
        check_body(body)
    except ValueError as error:
        return _verdict({}, [*faults, f"{JSON_NAME} is not as it was written: {error}."])
    found = list(faults)
    if body["key"] is not None:
        found += _key_faults(body["key"], files, wanted)
    elif wanted:
        found.append("It was not signed with a key: a signed document stands for the signature.")
    found += _copy_faults(body, files)
    found += _strange([*besides, *sorted(set(files) - set(expected(body)))])
    if known and known != _sha256(data):
        found.append(f"{JSON_NAME} has another SHA-256 than the one that you gave.")
    unproven = body["key"] is None and not known
    told = verify_notes.notes(
        body, _sha256(data), holds=not found, fingerprint_told=bool(wanted), sha256_told=bool(known)
    )
    if unproven:
        found.append(_UNPROVEN_COPIES if found else _UNPROVEN)
    return _verdict(body, found, told, unproven=unproven and found == [_UNPROVEN])


def _key_faults(key: Mapping[str, str], files: Mapping[str, bytes], wanted: str) -> list[str]:
    """What does not hold of the key, its file and the signature."""
    faults = []
    public = base64.b64decode(key["public_key"])
    if _sha256(public) != key["fingerprint"]:
        faults.append("The fingerprint in it is not the one of the key in it.")
    if wanted and not _sha256(public).startswith(wanted):
        faults.append("It was signed with another key than the one whose fingerprint you gave.")
    signature, shown = files.get(SIGNATURE_NAME), files.get(PEM_NAME)
    if shown is None:
        faults.append(f"{PEM_NAME} is missing.")
    elif shown != pem(public):
        faults.append(f"{PEM_NAME} is not the key that {JSON_NAME} names.")
    if signature is None:
        faults.append(f"{SIGNATURE_NAME} is missing.")
        return faults
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, files[JSON_NAME])
    except (InvalidSignature, ValueError):
        faults.append(f"The signature does not fit: {JSON_NAME} or {SIGNATURE_NAME} was changed, or is of another one.")
    return faults


def _copy_faults(body: Mapping[str, Any], files: Mapping[str, bytes]) -> list[str]:
    wanted = dict(body["files"])
    scan = body.get("scan")
    if scan is not None:
        wanted[scan_name(scan["file_name"])] = scan["sha256"]
    faults = []
    for name, known in wanted.items():
        if name not in files:
            faults.append(f"{name} is missing.")
        elif _sha256(files[name]) != known:
            faults.append(f"{name} was changed since it was signed.")
    return faults


def _strange(names: Sequence[str]) -> list[str]:
    faults = [f"{name!r} lies beside it and is no part of what was signed." for name in names[:_MOST_NAMED]]
    if len(names) > _MOST_NAMED:
        more = len(names) - _MOST_NAMED
        faults.append(f"{more:,} more files lie beside it: put what was exported into a folder of its own.")
    return faults


def _hash(text: str) -> str:
    """A whole SHA-256 as it is typed or copied. Raises InvalidInput."""
    plain = "".join(text.split()).lower()
    if plain and (len(plain) != 64 or not set(plain) <= set("0123456789abcdef")):
        raise InvalidInput(
            "That is no SHA-256: it has 64 figures from 0 to f.", field="sha256", todo="Give all of them."
        )
    return plain


def fingerprint_figures(fingerprint: str) -> str:
    """A fingerprint as it is typed, without what groups it. Raises InvalidInput."""
    plain = "".join(fingerprint.split()).replace(":", "").lower()
    if plain and (not _LEAST_FIGURES <= len(plain) <= 64 or not set(plain) <= set("0123456789abcdef")):
        raise InvalidInput(
            "That is no fingerprint of a key: it has 64 figures from 0 to f.",
            field="fingerprint",
            todo="Give all of them, or at least the first 16.",
        )
    return plain


def _withdrawn(found: export_files.Found, verdict: Verdict) -> list[str]:
    """Whether the withdrawal lies beside it, and holds."""
    data = found.files.get(JSON_NAME)
    if not (verdict.ok or verdict.unproven) or data is None or verdict.kind == WITHDRAWAL:
        return []
    name = folder_name({**read_canonical(data), "kind": WITHDRAWAL})
    beside = [found.place.with_name(name), found.place.with_name(f"{name}.zip")]
    for path in beside:
        if not _there(path):
            continue
        try:
            there = export_files.read(path)
        except FileRefused:
            return [f"What lies beside it as its withdrawal ({path.name}) cannot be read."]
        other = verify_files(there.files, besides=there.besides, faults=there.faults)
        withdrawn = read_canonical(there.files[JSON_NAME]).get("withdraws", {}) if other.ok else {}
        if withdrawn.get("sha256") != _sha256(data):
            return [f"What lies beside it as its withdrawal ({path.name}) is not a withdrawal of it that holds."]
        return [f"It was withdrawn by {other.signatory} at {other.signed_at}, signed with the key {other.fingerprint}."]
    return []


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be looked into
        return False


def _verdict(
    body: Mapping[str, Any], faults: Sequence[str], notes: Sequence[str] = (), *, unproven: bool = False
) -> Verdict:
    if not body:
        return Verdict(False, "", "", "", "", "", tuple(faults), tuple(notes))
    return Verdict(
        ok=not faults,
        reference=f"{body['reference']} v{body['version']}",
        kind=body["kind"],
        signatory=body["signatory"]["name"],
        signed_at=body["signed_at"],
        fingerprint=(body["key"] or {}).get("fingerprint", ""),
        faults=tuple(faults),
        notes=tuple(notes),
        organisation=body["organisation"]["name"],
        unproven=unproven,
    )

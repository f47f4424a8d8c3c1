"""What has to hold of the files of a pack: manifests, names, key and signature, bag-info, submission.json."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Set
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.declarations.body import sha256
from desktop.declarations.canonical import read_canonical
from desktop.declarations.export_set import pem
from desktop.packs.layout import (
    BAGIT,
    BAGIT_NAME,
    INFO_NAME,
    MANIFEST,
    NEEDED,
    PAYLOAD,
    PEM_NAME,
    SIGNATURE_NAME,
    SUBMISSION,
    TAG_MANIFEST,
    UNCOVERED,
    is_safe,
)
from desktop.packs.reading import Found

FORMAT = "mhhs-desk/submission/1"
"""Of submission.json (desktop/submissions/body.py has the same; packs know nothing of submissions)."""

_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)")
_MANIFESTS = re.compile(r"(tag)?manifest-[^/]*\.txt", re.IGNORECASE)
_NAME = "Its name is none that a pack may have: absolute, with .., reserved, or with other signs than A-Z a-z 0-9 . _ -"


def check(found: Found) -> tuple[bytes, Mapping[str, str]]:
    """Hold everything against everything, noting faults. Returns the key (b'' = none) and bag-info's single values."""
    for name in NEEDED:
        if name not in found.files:
            found.fault(name, "It is missing: every pack has it.")
    _check_names(found)
    if found.texts.get(BAGIT_NAME, BAGIT) != BAGIT:
        found.fault(BAGIT_NAME, "It is not that of a BagIt 1.0 bag.")
    payload = {name for name in found.files if name.startswith(PAYLOAD)}
    for manifest, there in ((TAG_MANIFEST, set(found.files) - payload - UNCOVERED), (MANIFEST, payload)):
        if manifest in found.texts:
            _check_listed(found, manifest, there)
    public = _check_key(found)
    info = _info(found)
    _check_info(found, dict(info), public)
    if SUBMISSION in found.texts:
        _check_submission(found, info)
    return public, dict(info)


def _check_names(found: Found) -> None:
    """Files that other programs would act on, and names that could do harm."""
    for name in sorted(found.files):
        if name.casefold() == "fetch.txt":
            found.fault(name, "It would have files fetched from elsewhere: a pack has none.")
        elif _MANIFESTS.fullmatch(name) and name not in {MANIFEST, TAG_MANIFEST}:
            found.fault(name, "It is a second manifest: a pack has those of SHA-256 only.")
        if not is_safe(name):
            found.fault(name, _NAME)


def _check_listed(found: Found, manifest: str, there: Set[str]) -> None:
    """Whether a manifest and the files that it is about agree, one by one."""
    listed = _listed(found, manifest)
    folded = {one.casefold(): one for one in there}
    for name, digest in sorted(listed.items()):
        if name in there:
            if found.files[name][1] != digest:
                found.fault(name, f"It was changed since it was sealed: its SHA-256 is not the one in {manifest}.")
        elif name.casefold() in folded:
            found.fault(name, f"It is there under another spelling: {folded[name.casefold()]}.")
        else:
            found.fault(name, f"It is missing: {manifest} lists it.")
    for name in sorted(there - set(listed)):
        found.fault(name, f"It is no part of what was sealed: {manifest} does not list it.")


def _listed(found: Found, manifest: str) -> dict[str, str]:
    """The hashes of a manifest, by name."""
    listed: dict[str, str] = {}
    folded: set[str] = set()
    before = ""
    try:
        text = found.texts[manifest].decode("utf-8")
    except UnicodeDecodeError:
        found.fault(manifest, "It is no text.")
        return listed
    if text and not text.endswith("\n"):
        found.fault(manifest, "Its last line is cut.")
    for number, line in enumerate(text.split("\n")[:-1], 1):
        fits = _LINE.fullmatch(line)
        if fits is None:
            found.fault(manifest, f"Line {number} is no line of a manifest.")
            continue
        digest, name = fits.groups()
        if not is_safe(name):
            found.fault(name, _NAME)
        if name in listed or name.casefold() in folded:
            found.fault(name, f"{manifest} lists it twice.")
        elif name < before:
            found.fault(manifest, f"Line {number} is out of order.")
        listed[name], before = digest, name
        folded.add(name.casefold())
    return listed


def _check_key(found: Found) -> bytes:
    """The key, if the file is one, and whether the signature fits."""
    shown = found.texts.get(PEM_NAME)
    if shown is None:
        return b""
    try:
        public = base64.b64decode(shown.split(b"\n")[1], validate=True)[12:]
        if pem(public) != shown:
            raise ValueError("another form")  # noqa: TRY301 - one place that tells it
    except (ValueError, IndexError):
        found.fault(PEM_NAME, "It is no Ed25519 public key as MHHS Desk writes it.")
        return b""
    signed = found.texts.get(TAG_MANIFEST)
    if signed is not None:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(found.texts.get(SIGNATURE_NAME, b""), signed)
        except (InvalidSignature, ValueError):
            found.fault(
                SIGNATURE_NAME,
                f"The signature does not fit: {TAG_MANIFEST}, the key or the signature was changed, by damage or by "
                "somebody without the key that sealed it.",
            )
    return public


def _info(found: Found) -> list[tuple[str, str]]:
    """Labels and values of bag-info.txt."""
    try:
        text = found.texts.get(INFO_NAME, b"").decode("utf-8")
    except UnicodeDecodeError:
        found.fault(INFO_NAME, "It is no text.")
        return []
    lines = (line.partition(": ") for line in text.split("\n"))
    return [(label, value) for label, colon, value in lines if colon]


def _check_info(found: Found, info: Mapping[str, str], public: bytes) -> None:
    if not info:
        return
    sizes = [size for name, (size, _) in found.files.items() if name.startswith(PAYLOAD)]
    if info.get("Payload-Oxum") != f"{sum(sizes)}.{len(sizes)}":
        found.fault(INFO_NAME, "Payload-Oxum is not the size and number of the files in data/.")
    if public and info.get("Key-Fingerprint") != sha256(public):
        found.fault(INFO_NAME, f"The fingerprint in it is not that of the key in {PEM_NAME}.")
    if found.parts and info.get("Internal-Sender-Identifier", found.name) != found.name:
        found.fault("", f"The folder in the ZIP is not called {info['Internal-Sender-Identifier']}.")
    if found.parts and info.get("Part-Count", "1") != str(found.parts + len(found.parts_missing)):
        found.fault("", f"The pack has {info.get('Part-Count', '1')} part(s), and these are others.")


def _check_submission(found: Found, info: list[tuple[str, str]]) -> None:
    """Whether submission.json and the payload name the same files with the same hashes."""
    try:
        body = read_canonical(found.texts[SUBMISSION])
        if body.get("format") != FORMAT:
            raise ValueError(f"it is not of the format {FORMAT}")  # noqa: TRY301 - one place that tells it
        named = named_files(body)
        evidence = {str(one["sha256"]) for one in body["evidence"]}
        told = {
            "External-Identifier": f"{body['reference']} v{body['version']}",
            "Personal-Data": str(body["personal_data"]),
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found.fault(SUBMISSION, f"It is not as it was frozen: {error}.")
        return
    left_out = {value.split(" ")[0] for label, value in info if label == "Left-Out"}
    payload = {name: about for name, about in found.files.items() if name.startswith(PAYLOAD)}
    there = {digest: size for size, digest in payload.values()}
    found.evidence = not evidence.isdisjoint(there)
    for digest, size, words in named:
        if digest not in there and digest not in left_out:
            found.fault(SUBMISSION, f"{words} is named in it and is neither in data/ nor told to be left out.")
        elif there.get(digest, size) != size:
            found.fault(SUBMISSION, f"{words} has another size than it says.")
    known = {digest for digest, _, _ in named}
    for name, (_, digest) in sorted(payload.items()):
        if name != SUBMISSION and digest not in known:
            found.fault(name, "submission.json does not name it.")
    for label, value in told.items():
        if dict(info).get(label) != value:
            found.fault(INFO_NAME, f"{label} is not what submission.json says.")


def named_files(body: Mapping[str, Any]) -> list[tuple[str, Any, str]]:
    """(SHA-256, size, words) of every file that a submission names. Raises as a body that is not whole does."""
    lines = [(one["lines"], one["title"]) for one in body["tables"] if one["lines"]]
    named = [(one, one["name"]) for one in body["files"]] + lines
    named += [(one, f"{one['ref']} {one['file_name']}") for one in body["evidence"]]
    named += [(one, one["name"]) for one in body["beside"]]
    return [(str(one["sha256"]), one["size"], str(words)) for one, words in named]

"""The files of an exported declaration or withdrawal, by name, and the one ZIP of them.

A withdrawal has files of the same names, in a folder of its own: one way of verifying fits both.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desktop.declarations.shape import HOW_NAME, HTML_NAME, PDF_NAME, WITHDRAWAL

JSON_NAME, SIGNATURE_NAME, PEM_NAME = "declaration.json", "declaration.sig", "public-key.pem"
SCAN_STEM = "signed-document"

ZIP_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every entry of the ZIP: the earliest that a ZIP can say, so that it is the same bytes each time."""


def exported(
    data: bytes,
    signature: bytes,
    public_key: bytes | None,
    copies: Mapping[str, bytes],
    scan: tuple[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Every file by its name: the canonical JSON, the 64 bytes of its signature, the key as PEM, and the copies.

    With a scan (its name as given, its bytes) there is no key, and neither signature nor PEM.
    """
    files = {JSON_NAME: data, **copies}
    if public_key is not None:
        files |= {SIGNATURE_NAME: signature, PEM_NAME: pem(public_key)}
    if scan is not None:
        files[scan_name(scan[0])] = scan[1]
    return files


def expected(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that belong to a body with its files bound in, in the order in which people look at them."""
    signed = (SIGNATURE_NAME, PEM_NAME) if body["key"] is not None else ()
    copies = (name for name in (HTML_NAME, PDF_NAME, HOW_NAME) if name in body["files"])
    scan = body.get("scan")
    return (JSON_NAME, *signed, *copies, *([scan_name(scan["file_name"])] if scan else []))


def pem(public_key: bytes) -> bytes:
    """The public key as openssl reads it. Raises ValueError unless it is 32 bytes."""
    return Ed25519PublicKey.from_public_bytes(public_key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def scan_name(given: str) -> str:
    """Under which name a signed file is exported: only its ending is its own, so that no other name is taken."""
    ending = PurePath(given).suffix.lower()
    plain = ending[1:].isascii() and ending[1:].isalnum() and len(ending) <= 8
    return SCAN_STEM + (ending if plain else ".bin")


def folder_name(body: Mapping[str, Any]) -> str:
    """ACME-DEC-0003-v2, or ACME-DEC-0003-v2-withdrawal: the folder's name, and the ZIP's without its ending.

    That of a rehearsal says so, before anybody opens it: REHEARSAL-ACME-DEC-0003-v2.
    """
    name = f"{body['reference']}-v{body['version']}" + ("-withdrawal" if body["kind"] == WITHDRAWAL else "")
    return f"REHEARSAL-{name}" if body["rehearsal"] else name


def zipped(files: Mapping[str, bytes]) -> bytes:
    """One ZIP of them: the same bytes each time, nothing packed, so that `verify` can write it again and compare."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_DAY)
            entry.create_system = 3  # whatever the system that writes it
            entry.external_attr = 0o644 << 16
            made.writestr(entry, files[name])
    return into.getvalue()

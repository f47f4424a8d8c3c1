"""The text that goes with an exported declaration: how anybody verifies it with openssl.

docs/verify-a-declaration.md says the same at length; a test runs the commands of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.declarations.export_set import JSON_NAME, PEM_NAME, SIGNATURE_NAME, scan_name
from desktop.declarations.shape import HOW_NAME, WITHDRAWAL

SIGNATURE_COMMAND = f"openssl pkeyutl -verify -pubin -inkey {PEM_NAME} -rawin -in {JSON_NAME} -sigfile {SIGNATURE_NAME}"
FINGERPRINT_COMMAND = f"openssl pkey -pubin -in {PEM_NAME} -outform DER | tail -c 32 | openssl dgst -sha256"
HASHES_COMMAND = f"grep -o '\"files\":{{[^}}]*}}' {JSON_NAME}"


def how_to_verify(body: Mapping[str, Any], copies: Sequence[str]) -> str:
    """The text for a body; `copies` are the names of its other copies."""
    name = f"{body['reference']} version {body['version']}"
    what = f"the withdrawal of {name}" if body["kind"] == WITHDRAWAL else f"the declaration {name}"
    first = f"How to verify {what}"
    parts = [first, "=" * len(first), ""]
    if body["rehearsal"]:
        parts += ["REHEARSAL: nothing is declared by it.", ""]
    if body["kind"] != WITHDRAWAL and body["wording"]["placeholder"]:
        parts += ["Placeholder wording: it is not the Code Body's own text.", ""]
    parts += [
        f"MHHS Desk does all of this: mhhs-desk declare verify FOLDER{'' if body['key'] else ' --sha256 HEX'}",
        "Without it, OpenSSL 3 does; run the commands in this folder (on Windows in Git Bash).",
        "",
    ]
    parts += _of_scan(body) if body["key"] is None else _of_key(body)
    names = " ".join([*copies, HOW_NAME])
    parts += [
        "The copies. Each hash of the first command stands beside its name in the answer of the second.",
        "",
        f"    openssl dgst -sha256 {names}",
        f"    {HASHES_COMMAND}",
        "",
        "What it does not show: the true time of signing (it is that of the signing computer's clock), and whether it",
        "was withdrawn or superseded later. Ask the organisation.",
        "",
    ]
    return "\n".join(parts)


def _of_key(body: Mapping[str, Any]) -> list[str]:
    return [
        f"{body['signature_kind']}.",
        "",
        "The signature.",
        "",
        f"    {SIGNATURE_COMMAND}",
        "",
        f'"Signature Verified Successfully": {JSON_NAME} is, to the bit, what was signed with the key in',
        f'{PEM_NAME}. "Signature Verification Failure": one of the three files is not as it was.',
        "",
        "The key. Its fingerprint is:",
        "",
        f"    {body['key']['fingerprint']}",
        "",
        f"    {FINGERPRINT_COMMAND}",
        "",
        "Whose key it is, no file can show by itself: anybody can sign with a key of their own. Ask the signatory for",
        "the fingerprint by another way (telephone, in person) and compare it with the answer of that command.",
        "",
    ]


def _of_scan(body: Mapping[str, Any]) -> list[str]:
    scan = body["scan"]
    name = scan_name(scan["file_name"])
    return [
        f"{body['signature_kind']}: there is no electronic signature. Whether the signature on",
        f"{name} is genuine is for its reader to judge. It is the file that was attached if its SHA-256 is:",
        "",
        f"    {scan['sha256']}",
        "",
        f"    openssl dgst -sha256 {name}",
        "",
        f"Nothing here proves {JSON_NAME} itself: anybody could write another one that fits. Only its own SHA-256 can",
        "tell. Ask the signatory for it by another way (telephone, in person) and compare:",
        "",
        f"    openssl dgst -sha256 {JSON_NAME}",
        "",
    ]

"""Whether a body has exactly the fields that format 1 has, each of its kind: a field more or less is refused.

What is signed is checked before it is signed, and what is read before it is believed.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from desktop.declarations.model import FORMAT, SIGNATURE_WORDS
from desktop.json_shape import (
    Check,
    day_or_none,
    fields,
    flag,
    hash_of,
    hash_or_none,
    like,
    list_of,
    moment,
    one_of,
    or_null,
    text,
    whole,
    words,
)

SCAN_WORDS = "Signed document attached"
"""Kind of signature when a scanned or otherwise signed file stands for it."""

DECLARATION, WITHDRAWAL = "declaration", "withdrawal"
"""Kinds of body."""

HTML_NAME, PDF_NAME, HOW_NAME = "declaration.html", "declaration.pdf", "how-to-verify.txt"
"""The copies for people; the PDF where a printer was at hand."""


def check_body(body: Mapping[str, Any]) -> None:
    """Raises ValueError, with the field in its text, for what is no body of format 1 with its files bound in."""
    kind = body.get("kind")
    if body.get("format") != FORMAT or not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError("it is of another format")
    _KINDS[kind](body, "")
    if kind == DECLARATION:
        scanned = body["scan"] is not None
        if scanned != (body["key"] is None) or body["signature_kind"] != (SCAN_WORDS if scanned else SIGNATURE_WORDS):
            raise ValueError("signature_kind does not fit the key or the scan")


def _key_bytes(value: Any, where: str) -> None:
    text(value, where)
    data = base64.b64decode(value, validate=True)  # its failure is a ValueError too
    if len(data) != 32 or base64.b64encode(data).decode() != value:
        raise ValueError(f"{where} is no public key")


def _files(value: Any, where: str) -> None:
    if not isinstance(value, Mapping):
        raise ValueError(f"{where} is no object")  # noqa: TRY004
    needed, known = {HTML_NAME, HOW_NAME}, {HTML_NAME, PDF_NAME, HOW_NAME}
    if not needed <= value.keys() <= known:
        raise ValueError(f"{where} does not name the copies")
    for name, one in value.items():
        hash_of(one, f"{where}.{name}")


_named = fields(id=words, name=words)
_organisation = fields(name=words, short_name=words, mpids=list_of(text))
_signatory = fields(name=words, position=words, capacity=words, capacity_name=words, on_behalf_of=words)
_head = fields(seq=whole(0), h=hash_or_none)
_key = fields(algorithm=one_of("Ed25519"), public_key=_key_bytes, fingerprint=hash_of)
_reference = like(r"[\w-]{1,100}", "no reference")
"""Letters and figures of any language: it is in file names."""
_version = {"reference": _reference, "version": whole(1), "sha256": hash_of}

_KINDS: Mapping[str, Check] = {
    DECLARATION: fields(
        format=one_of(FORMAT),
        kind=one_of(DECLARATION),
        reference=_reference,
        version=whole(1),
        rehearsal=flag,
        title=words,
        wording=fields(
            id=words,
            pack_version=text,
            pack_status=text,
            pack_sha256=hash_of,
            source=text,
            placeholder=flag,
            statement=words,
            confirm=words,
        ),
        organisation=_organisation,
        roles=list_of(_named),
        recipients=list_of(_named),
        milestone=or_null(fields(id=words, title=text, day=day_or_none, source=text)),
        plan=or_null(fields(ref=words, title=text)),
        activity=or_null(fields(key=words, title=text)),
        answers=list_of(fields(id=words, question=text, answer=text)),
        open_items=list_of(fields(kind=words, ref=text, text=words)),
        evidence=list_of(
            fields(ref=words, title=text, revision=whole(1), file_name=text, size=whole(0), sha256=hash_of)
        ),
        relied_on=list_of(fields(kind=words, ref=text, title=text, sha256=hash_of)),
        packs=list_of(fields(kind=words, version=text, status=text, sha256=hash_of)),
        prepared_by=text,
        signatory=_signatory,
        same_person=flag,
        signature_kind=one_of(SIGNATURE_WORDS, SCAN_WORDS),
        signed_at=moment,
        audit_head=_head,
        key=or_null(_key),
        scan=or_null(fields(file_name=words, size=whole(1), sha256=hash_of)),
        supersedes=or_null(fields(**_version, reason=words)),
        files=_files,
    ),
    WITHDRAWAL: fields(
        format=one_of(FORMAT),
        kind=one_of(WITHDRAWAL),
        reference=_reference,
        version=whole(1),
        rehearsal=flag,
        title=words,
        organisation=_organisation,
        withdraws=fields(**_version),
        grounds=words,
        signatory=_signatory,
        signature_kind=one_of(SIGNATURE_WORDS),
        signed_at=moment,
        audit_head=_head,
        key=_key,
        files=_files,
    ),
}

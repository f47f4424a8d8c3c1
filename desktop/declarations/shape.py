"""Whether a body has exactly the fields that format 1 has, each of its kind: a field more or less is refused.

What is signed is checked before it is signed, and what is read before it is believed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from desktop.declarations.model import FORMAT, SIGNATURE_WORDS

Check = Callable[[Any, str], None]
"""Takes a value and where it stands; raises ValueError."""

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


def _text(value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise ValueError(f"{where} is no text")  # noqa: TRY004 - one kind of failure for every field


def _words(value: Any, where: str) -> None:
    _text(value, where)
    if not value.strip():
        raise ValueError(f"{where} is empty")


def _flag(value: Any, where: str) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"{where} is neither true nor false")  # noqa: TRY004


def _whole(least: int) -> Check:
    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"{where} is no whole number from {least}")

    return check


def _like(pattern: str, what: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or compiled.fullmatch(value) is None:
            raise ValueError(f"{where} is {what}")

    return check


def _one_of(*allowed: str) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"{where} is none of: {', '.join(allowed)}")

    return check


def _fields(**checks: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, Mapping):
            raise ValueError(f"{where or 'it'} is no object")  # noqa: TRY004
        if value.keys() != checks.keys():
            odd = sorted(value.keys() ^ checks.keys())
            raise ValueError(f"{where or 'it'} has other fields than format 1: {', '.join(odd)[:200]}")
        for name, one in checks.items():
            one(value[name], f"{where}.{name}".lstrip("."))

    return check


def _list(of: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{where} is no list")  # noqa: TRY004
        for number, one in enumerate(value):
            of(one, f"{where}[{number}]")

    return check


def _or_null(of: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if value is not None:
            of(value, where)

    return check


def _key_bytes(value: Any, where: str) -> None:
    _text(value, where)
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
        _hash(one, f"{where}.{name}")


_hash = _like("[0-9a-f]{64}", "no SHA-256")
_hash_or_none = _like("(?:[0-9a-f]{64})?", "no SHA-256")
_day_or_none = _like(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?", "no day")
_moment = _like(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", "no moment in UTC")
_named = _fields(id=_words, name=_words)
_organisation = _fields(name=_words, short_name=_words, mpids=_list(_text))
_signatory = _fields(name=_words, position=_words, capacity=_words, capacity_name=_words, on_behalf_of=_words)
_head = _fields(seq=_whole(0), h=_hash_or_none)
_key = _fields(algorithm=_one_of("Ed25519"), public_key=_key_bytes, fingerprint=_hash)
_reference = _like(r"[\w-]{1,100}", "no reference")
"""Letters and figures of any language: it is in file names."""
_version = {"reference": _reference, "version": _whole(1), "sha256": _hash}

_KINDS: Mapping[str, Check] = {
    DECLARATION: _fields(
        format=_one_of(FORMAT),
        kind=_one_of(DECLARATION),
        reference=_reference,
        version=_whole(1),
        rehearsal=_flag,
        title=_words,
        wording=_fields(
            id=_words,
            pack_version=_text,
            pack_status=_text,
            pack_sha256=_hash,
            source=_text,
            placeholder=_flag,
            statement=_words,
            confirm=_words,
        ),
        organisation=_organisation,
        roles=_list(_named),
        recipients=_list(_named),
        milestone=_or_null(_fields(id=_words, title=_text, day=_day_or_none, source=_text)),
        plan=_or_null(_fields(ref=_words, title=_text)),
        activity=_or_null(_fields(key=_words, title=_text)),
        answers=_list(_fields(id=_words, question=_text, answer=_text)),
        open_items=_list(_fields(kind=_words, ref=_text, text=_words)),
        evidence=_list(
            _fields(ref=_words, title=_text, revision=_whole(1), file_name=_text, size=_whole(0), sha256=_hash)
        ),
        relied_on=_list(_fields(kind=_words, ref=_text, title=_text, sha256=_hash)),
        packs=_list(_fields(kind=_words, version=_text, status=_text, sha256=_hash)),
        prepared_by=_text,
        signatory=_signatory,
        same_person=_flag,
        signature_kind=_one_of(SIGNATURE_WORDS, SCAN_WORDS),
        signed_at=_moment,
        audit_head=_head,
        key=_or_null(_key),
        scan=_or_null(_fields(file_name=_words, size=_whole(1), sha256=_hash)),
        supersedes=_or_null(_fields(**_version, reason=_words)),
        files=_files,
    ),
    WITHDRAWAL: _fields(
        format=_one_of(FORMAT),
        kind=_one_of(WITHDRAWAL),
        reference=_reference,
        version=_whole(1),
        rehearsal=_flag,
        title=_words,
        organisation=_organisation,
        withdraws=_fields(**_version),
        grounds=_words,
        signatory=_signatory,
        signature_kind=_one_of(SIGNATURE_WORDS),
        signed_at=_moment,
        audit_head=_head,
        key=_key,
        files=_files,
    ),
}

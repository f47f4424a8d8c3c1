"""What stands in the signed JSON of a declaration or of a withdrawal, made from plain values.

The order is: `declaration_body` (or `withdrawal_body`), its copies (copies.py), `sealed` binds them in by their hashes,
and the bytes that it gives are what is signed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

from desktop.declarations.canonical import canonical_bytes
from desktop.declarations.model import FORMAT, SIGNATURE_WORDS
from desktop.declarations.shape import DECLARATION, SCAN_WORDS, WITHDRAWAL, check_body

ALGORITHM = "Ed25519"


class Named(TypedDict):
    """A role or a recipient: its id in the pack, and its name for people."""

    id: str
    name: str


class WordingPart(TypedDict):
    """The words that were agreed to. `statement` with everything put in; `placeholder`: not the Code Body's own."""

    id: str
    pack_version: str
    pack_status: str
    pack_sha256: str
    source: str
    placeholder: bool
    statement: str
    confirm: str


class OrganisationPart(TypedDict):
    """Who declares."""

    name: str
    short_name: str
    mpids: Sequence[str]


class MilestonePart(TypedDict):
    """The milestone with its day as it stood (ISO; '' = no day) and where the day is from."""

    id: str
    title: str
    day: str
    source: str


class PlanPart(TypedDict):
    """The cutover plan that it is made for."""

    ref: str
    title: str


class ActivityPart(TypedDict):
    """The activity of that plan."""

    key: str
    title: str


class AnswerPart(TypedDict):
    """A question and what was answered."""

    id: str
    question: str
    answer: str


class OpenPart(TypedDict):
    """Something open or excepted as it stood (`OpenItem`)."""

    kind: str
    ref: str
    text: str


class EvidencePart(TypedDict):
    """A revision of evidence: the file's SHA-256 and its size in bytes."""

    ref: str
    title: str
    revision: int
    file_name: str
    size: int
    sha256: str


class ReliedPart(TypedDict):
    """Something that it rests on, with a hash of what it said (`ReliedOn`)."""

    kind: str
    ref: str
    title: str
    sha256: str


class PackPart(TypedDict):
    """A content pack that was used."""

    kind: str
    version: str
    status: str
    sha256: str


class SignatoryPart(TypedDict):
    """Who signed, as typed. `on_behalf_of`: the organisation."""

    name: str
    position: str
    capacity: str
    capacity_name: str
    on_behalf_of: str


class HeadPart(TypedDict):
    """The head of the audit log before it was signed: the log as it then stood cannot be rewritten unnoticed."""

    seq: int
    h: str


class KeyPart(TypedDict):
    """The public half of the key that signs: raw bytes in base64, and their SHA-256."""

    algorithm: str
    public_key: str
    fingerprint: str


class VersionPart(TypedDict):
    """Another declaration: the SHA-256 is of its signed JSON."""

    reference: str
    version: int
    sha256: str


class SupersededPart(VersionPart):
    """The version that this one takes the place of, and why."""

    reason: str


class ScanPart(TypedDict):
    """The signed file: its name as it was given, bytes, SHA-256."""

    file_name: str
    size: int
    sha256: str


def declaration_body(
    *,
    reference: str,
    version: int,
    rehearsal: bool,
    title: str,
    wording: WordingPart,
    organisation: OrganisationPart,
    roles: Iterable[Named],
    recipients: Iterable[Named],
    milestone: MilestonePart | None,
    plan: PlanPart | None,
    activity: ActivityPart | None,
    answers: Iterable[AnswerPart],
    open_items: Iterable[OpenPart],
    evidence: Iterable[EvidencePart],
    relied_on: Iterable[ReliedPart],
    packs: Iterable[PackPart],
    prepared_by: str,
    signatory: SignatoryPart,
    same_person: bool,
    signed_at: datetime,
    audit_head: HeadPart,
    key: KeyPart | None,
    scan: ScanPart | None = None,
    supersedes: SupersededPart | None = None,
) -> dict[str, Any]:
    """A declaration's body without `files`. Give a key, or a scan in its place; ValueError for both or neither."""
    if (key is None) == (scan is None):
        raise ValueError("a declaration is signed with a key or by a scanned file")
    return {
        "format": FORMAT,
        "kind": DECLARATION,
        "reference": reference,
        "version": version,
        "rehearsal": rehearsal,
        "title": title,
        "wording": dict(wording),
        "organisation": {**organisation, "mpids": list(organisation["mpids"])},
        "roles": _copied(roles),
        "recipients": _copied(recipients),
        "milestone": _or_null(milestone),
        "plan": _or_null(plan),
        "activity": _or_null(activity),
        "answers": _copied(answers),
        "open_items": _copied(open_items),
        "evidence": _copied(evidence),
        "relied_on": _copied(relied_on),
        "packs": _copied(packs),
        "prepared_by": prepared_by,
        "signatory": dict(signatory),
        "same_person": same_person,
        "signature_kind": SIGNATURE_WORDS if scan is None else SCAN_WORDS,
        "signed_at": moment(signed_at),
        "audit_head": dict(audit_head),
        "key": _or_null(key),
        "scan": _or_null(scan),
        "supersedes": _or_null(supersedes),
    }


def withdrawal_body(
    *,
    reference: str,
    version: int,
    rehearsal: bool,
    title: str,
    organisation: OrganisationPart,
    withdraws: VersionPart,
    grounds: str,
    signatory: SignatoryPart,
    signed_at: datetime,
    audit_head: HeadPart,
    key: KeyPart,
) -> dict[str, Any]:
    """A withdrawal's body without `files`; `reference`, `version` and `title` are those of what it withdraws."""
    return {
        "format": FORMAT,
        "kind": WITHDRAWAL,
        "reference": reference,
        "version": version,
        "rehearsal": rehearsal,
        "title": title,
        "organisation": {**organisation, "mpids": list(organisation["mpids"])},
        "withdraws": dict(withdraws),
        "grounds": grounds,
        "signatory": dict(signatory),
        "signature_kind": SIGNATURE_WORDS,
        "signed_at": moment(signed_at),
        "audit_head": dict(audit_head),
        "key": dict(key),
    }


def sealed(body: Mapping[str, Any], copies: Mapping[str, bytes]) -> bytes:
    """The canonical JSON that is signed: the body with the SHA-256 of each copy bound in.

    Raises ValueError for a body that is not whole (shape.py), and as `canonical_bytes` does.
    """
    whole = {**body, "files": {name: sha256(data) for name, data in copies.items()}}
    check_body(whole)
    return canonical_bytes(whole)


def key_part(public_key: bytes) -> KeyPart:
    """Of the raw 32 bytes of a public key."""
    return {
        "algorithm": ALGORITHM,
        "public_key": base64.b64encode(public_key).decode(),
        "fingerprint": sha256(public_key),
    }


def moment(at: datetime) -> str:
    """An aware moment as it stands in the body: 2026-11-28T09:49:04Z. Raises ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sha256(data: bytes) -> str:
    """In hexadecimal figures."""
    return hashlib.sha256(data).hexdigest()


def _copied(parts: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(part) for part in parts]


def _or_null(part: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if part is None else dict(part)

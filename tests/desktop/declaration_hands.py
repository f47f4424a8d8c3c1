"""Bodies of declarations and signed sets of files, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.declarations.body import declaration_body, key_part, sealed, withdrawal_body
from desktop.declarations.copies import copies_of
from desktop.declarations.export_set import exported

SIGNED_AT = datetime(2026, 11, 28, 9, 49, 4, tzinfo=UTC)
HASH = "ab" * 32
ORGANISATION = {"name": "Acme Energy Limited", "short_name": "ACME", "mpids": ["ACME", "ACM2"]}
SIGNATORY = {
    "name": "Anne O'Neil",
    "position": "Director of Operations",
    "capacity": "director",
    "capacity_name": "Company director",
    "on_behalf_of": "Acme Energy Limited",
}


def private_key(number: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def small_pdf(page: str) -> bytes:
    """Stands for the printer where the bytes of a PDF do not matter."""
    return b"%PDF-1.4\n" + str(len(page)).encode()


def a_declaration(private: Ed25519PrivateKey | None = None, **other: Any) -> dict[str, Any]:
    """A whole body (without `files`); `other` takes the place of single arguments."""
    values: dict[str, Any] = {
        "reference": "ACME-DEC-0003",
        "version": 2,
        "rehearsal": False,
        "title": "Ready for M11",
        "wording": {
            "id": "m11-ready",
            "pack_version": "1",
            "pack_status": "suggested",
            "pack_sha256": HASH,
            "source": "MHHS Desk",
            "placeholder": True,
            "statement": "Acme Energy Limited declares that it is ready.\n\nIt has done what the plan asks.",
            "confirm": "I confirm that this is true.",
        },
        "organisation": ORGANISATION,
        "roles": [{"id": "supplier", "name": "Supplier"}],
        "recipients": [{"id": "bsc", "name": "BSC Code Body"}],
        "milestone": {"id": "M11", "title": "Start of migration", "day": "2026-12-01", "source": "Plan 7"},
        "plan": {"ref": "ACME-CUT-0001", "title": "Cutover to M11"},
        "activity": {"key": "T-014", "title": "Declare readiness"},
        "answers": [{"id": "q1", "question": "Is everything done?", "answer": "Yes, <b>all</b> of it & more"}],
        "open_items": [{"kind": "exception", "ref": "FMT-001", "text": "3 findings are accepted"}],
        "evidence": [
            {
                "ref": "ACME-EVD-0001",
                "title": "Test report",
                "revision": 1,
                "file_name": "report.pdf",
                "size": 12345,
                "sha256": HASH,
            }
        ],
        "relied_on": [{"kind": "plan", "ref": "ACME-CUT-0001", "title": "Cutover to M11", "sha256": HASH}],
        "packs": [{"kind": "declarations", "version": "1", "status": "suggested", "sha256": HASH}],
        "prepared_by": "Bob Smith",
        "signatory": SIGNATORY,
        "same_person": False,
        "signed_at": SIGNED_AT,
        "audit_head": {"seq": 41, "h": HASH},
        "key": key_part(public_bytes(private)) if private is not None else None,
        "supersedes": {"reference": "ACME-DEC-0003", "version": 1, "sha256": HASH, "reason": "a later day"},
    }
    return declaration_body(**{**values, **other})


def a_withdrawal(private: Ed25519PrivateKey, of_sha256: str = HASH, **other: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "reference": "ACME-DEC-0003",
        "version": 2,
        "rehearsal": False,
        "title": "Ready for M11",
        "organisation": ORGANISATION,
        "withdraws": {"reference": "ACME-DEC-0003", "version": 2, "sha256": of_sha256},
        "grounds": "A test was found to be wrong.",
        "signatory": SIGNATORY,
        "signed_at": SIGNED_AT,
        "audit_head": {"seq": 50, "h": HASH},
        "key": key_part(public_bytes(private)),
    }
    return withdrawal_body(**{**values, **other})


def a_set(body: Mapping[str, Any], private: Ed25519PrivateKey) -> dict[str, bytes]:
    """What is exported of a body signed with that key."""
    made = copies_of(body, small_pdf)
    data = sealed(body, made)
    return exported(data, private.sign(data), public_bytes(private), made)


def a_scanned_set(scan: bytes = b"%PDF-1.4 with ink", name: str = "Signed by Anne.PDF") -> dict[str, bytes]:
    from desktop.declarations.body import sha256

    body = a_declaration(scan={"file_name": name, "size": len(scan), "sha256": sha256(scan)})
    made = copies_of(body, small_pdf)
    return exported(sealed(body, made), b"", None, made, (name, scan))

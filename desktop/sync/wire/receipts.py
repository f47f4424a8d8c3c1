"""Signed receipts: an endpoint says that it has these bytes. JWS (RFC 7515) with Ed25519 (RFC 8037), by joserfc."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from desktop.declarations.canonical import canonical_bytes, read_canonical
from desktop.sync.wire.protocol import SHA256, UUID

TYPE = "mhhs-desk/receipt/1"
ALGORITHM = "Ed25519"


class ReceiptWrong(ValueError):
    """A receipt that does not prove what it should: why, in words that can follow “The receipt ...”."""


@dataclass(frozen=True)
class Receipt:
    """What an endpoint says that it has."""

    endpoint: str
    epoch: str
    participant: str
    number: int
    """Of this participant's receipts, from 1, in the order of acceptance."""
    submission: str
    """Id of the envelope."""
    sha256: str
    """Of the envelope's bytes."""
    attachments: tuple[tuple[str, int], ...]
    """SHA-256 and size of each file, in the envelope's order, each once."""
    received_at: str
    """By the endpoint's clock."""
    previous: str
    """SHA-256 of the participant's receipt before; '' for the first. A gap shows."""


def sign(receipt: Receipt, private: Ed25519PrivateKey, key_id: str) -> str:
    """The compact JWS; the same for the same receipt and key."""
    body = canonical_bytes({**receipt.__dict__, "attachments": [list(one) for one in receipt.attachments]})
    return sign_bytes(body, private, key_id, TYPE)


def sign_bytes(data: bytes, private: Ed25519PrivateKey, key_id: str, kind: str) -> str:
    """Any bytes as a compact JWS of an endpoint; `kind` is its `typ`."""
    key = OKPKey.import_key(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return jws.serialize_compact({"alg": ALGORITHM, "kid": key_id, "typ": kind}, data, key, algorithms=[ALGORITHM])


def check(text: str, jwks: Mapping[str, Any]) -> Receipt:
    """The receipt, if one of these keys signed it. Raises ReceiptWrong."""
    body = check_bytes(text, jwks, TYPE)
    try:
        read = dict(read_canonical(body))
        read["attachments"] = tuple((str(sha), int(size)) for sha, size in read["attachments"])
        receipt = Receipt(**read)
        if UUID.fullmatch(receipt.submission) is None or SHA256.fullmatch(receipt.sha256) is None:
            raise ReceiptWrong("names no submission")
    except (ValueError, TypeError, KeyError) as error:
        raise ReceiptWrong("does not say what a receipt says") from error
    return receipt


def number_of(text: str) -> int:
    """The number in a receipt that was checked when it was kept; 0 for what is none."""
    try:
        middle = text.split(".")[1]
        return int(json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))["number"])
    except (ValueError, TypeError, KeyError, IndexError):
        return 0


def check_bytes(text: str, jwks: Mapping[str, Any], kind: str) -> bytes:
    """What a compact JWS of an endpoint says, if one of these keys signed it. Raises ReceiptWrong."""
    try:
        keys = KeySet.import_key_set(dict(jwks))  # type: ignore[arg-type]
        found = jws.deserialize_compact(text, keys, algorithms=[ALGORITHM])
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ReceiptWrong("is not signed by the key that this endpoint was enrolled with") from error
    if found.headers().get("typ") != kind:
        raise ReceiptWrong("is of another kind")
    return found.payload or b""


def proves(receipt: Receipt, *, endpoint: str, submission: str, sha256: str, files: Sequence[tuple[str, int]]) -> None:
    """Raises ReceiptWrong unless it is for this envelope, at this endpoint, with all of its files."""
    if receipt.endpoint != endpoint:
        raise ReceiptWrong("is of another endpoint")
    if receipt.submission != submission:
        raise ReceiptWrong("is for another submission")
    if receipt.sha256 != sha256:
        raise ReceiptWrong("is for other bytes than were sent")
    if set(receipt.attachments) != set(files):
        raise ReceiptWrong("does not name every file that was sent")


def chain_hash(text: str) -> str:
    """What the next receipt has as `previous`."""
    return hashlib.sha256(text.encode()).hexdigest()


def public_jwk(private: Ed25519PrivateKey, key_id: str) -> dict[str, str]:
    """The public half, as it stands in a JWKS."""
    made = OKPKey.import_key(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return {**json.loads(json.dumps(made.as_dict(private=False))), "kid": key_id, "alg": ALGORITHM, "use": "sig"}

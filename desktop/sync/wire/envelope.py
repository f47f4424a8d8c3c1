"""The envelope: what is handed over, to whom, with the hash of every file of it. Canonical JSON, signed by the device.

The frozen canonical JSON of a submission is itself a file of it (role `body`), so that a large one travels in parts.
A version that was withdrawn is told by an envelope of its own, with the act `withdraw` and no files.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from desktop.declarations.canonical import canonical_bytes, read_canonical
from desktop.sync.wire.protocol import SHA256, UUID

FORMAT = "mhhs-desk/envelope/1"
SUBMIT, WITHDRAW = "submit", "withdraw"
ROLES = ("body", "rows", "workbook", "template", "evidence", "beside")
"""body: the frozen JSON; rows: lines of a large table; workbook, template: what a person opens; evidence; beside:
signed declarations and documents."""


class EnvelopeRefused(ValueError):
    """What an endpoint does not take: where (a JSON pointer) and why."""

    def __init__(self, pointer: str, detail: str) -> None:
        """Both are said in the problem of the answer."""
        self.pointer = pointer
        self.detail = detail
        super().__init__(f"{pointer or '/'}: {detail}")


@dataclass(frozen=True)
class Attachment:
    """A file of it. `size` in bytes."""

    role: str
    recipient: str
    """Whose it is; '' = for everybody."""
    name: str
    sha256: str
    size: int
    type: str = "application/octet-stream"


@dataclass(frozen=True)
class Envelope:
    """What is handed over to one endpoint."""

    id: str
    """A uuid, made once when it is queued; the same for every try and every channel."""
    act: str
    """submit, withdraw."""
    participant: str
    """How the endpoint calls the participant."""
    kind: str
    reference: str
    version: int
    title: str
    supersedes: str
    """Id of the envelope of the version before at this endpoint; '' = none went there."""
    of: str
    """Of `withdraw`: the id of the envelope that is withdrawn; else ''."""
    reason: str
    recipients: tuple[str, ...]
    """Everybody who gets it, wherever, so that each sees who else does."""
    here: tuple[str, ...]
    """Those of them that this endpoint receives for."""
    packs: Mapping[str, str]
    """Programme content that it was made with: kind and SHA-256."""
    attachments: tuple[Attachment, ...]
    created_at: str
    app: str


def to_bytes(envelope: Envelope) -> bytes:
    """The one canonical text of it. Raises ValueError for texts that are no Unicode."""
    body = {"format": FORMAT, **{one.name: getattr(envelope, one.name) for one in fields(Envelope)}}
    body["attachments"] = [asdict(one) for one in envelope.attachments]
    body["packs"] = dict(envelope.packs)
    return canonical_bytes(body)


def read(data: bytes) -> Envelope:
    """What such bytes say. Raises EnvelopeRefused for anything that `to_bytes` would not have written."""
    try:
        body = dict(read_canonical(data))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise EnvelopeRefused("", "it is no JSON text in UTF-8") from error
    except ValueError as error:
        raise EnvelopeRefused("", str(error)) from error
    if body.pop("format", None) != FORMAT:
        raise EnvelopeRefused("/format", f"it is not {FORMAT}")
    for one in fields(Envelope):
        _check(one.name, body.get(one.name))
    unknown = set(body) - {one.name for one in fields(Envelope)}
    if unknown:
        raise EnvelopeRefused(f"/{min(unknown)}", "it is not known")
    body["attachments"] = tuple(_attachment(number, one) for number, one in enumerate(body["attachments"]))
    made = Envelope(**{**body, "recipients": tuple(body["recipients"]), "here": tuple(body["here"])})
    _check_whole(made)
    return made


def sign(data: bytes, private: Ed25519PrivateKey, device: str) -> str:
    """A detached JWS (RFC 7515, appendix F) over the bytes, `kid` = the device's uuid."""
    head = _b64(json.dumps({"alg": "Ed25519", "kid": device}, separators=(",", ":"), sort_keys=True).encode())
    return f"{head}..{_b64(private.sign(f'{head}.{_b64(data)}'.encode()))}"


def signer(jws: str) -> str:
    """The device whose key is said to have signed; '' when it is no such signature."""
    try:
        head = json.loads(_unb64(jws.split(".", maxsplit=1)[0]))
        return str(head["kid"]) if head.get("alg") == "Ed25519" else ""
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def signature_holds(data: bytes, jws: str, public: bytes) -> bool:
    """Whether the 32 bytes of the public key say that this device signed these bytes."""
    parts = jws.split(".")
    if len(parts) != 3 or parts[1] or not signer(jws):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(_unb64(parts[2]), f"{parts[0]}.{_b64(data)}".encode())
    except (InvalidSignature, ValueError):
        return False
    return True


_TEXTS = ("participant", "kind", "reference", "title", "reason", "created_at", "app", "supersedes", "of", "id", "act")
_LONGEST = 2_000


def _check(name: str, value: object) -> None:
    where = f"/{name}"
    if name in _TEXTS:
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise EnvelopeRefused(where, f"it is no text of up to {_LONGEST} characters")
        if "\x00" in value:
            raise EnvelopeRefused(where, "it holds a NUL character")
    if name == "id" and UUID.fullmatch(str(value)) is None:
        raise EnvelopeRefused(where, "it is no uuid")
    if name in {"supersedes", "of"} and value and UUID.fullmatch(str(value)) is None:
        raise EnvelopeRefused(where, "it is neither empty nor a uuid")
    if name in {"participant", "kind", "reference", "title"} and not str(value).strip():
        raise EnvelopeRefused(where, "it is empty")
    if name == "act" and value not in {SUBMIT, WITHDRAW}:
        raise EnvelopeRefused(where, "it is neither submit nor withdraw")
    if name == "version" and (type(value) is not int or not 1 <= value < 2**31):
        raise EnvelopeRefused(where, "it is no whole number from 1")
    if name in {"recipients", "here", "attachments"} and not isinstance(value, list):
        raise EnvelopeRefused(where, "it is no list")
    if name in {"recipients", "here"} and not (
        isinstance(value, list) and value and all(isinstance(one, str) and 0 < len(one) <= 40 for one in value)
    ):
        raise EnvelopeRefused(where, "it does not name recipients")
    if name == "packs" and not (
        isinstance(value, dict) and all(isinstance(one, str) and SHA256.fullmatch(one) for one in value.values())
    ):
        raise EnvelopeRefused(where, "it does not give hashes by kind")


def _attachment(number: int, value: object) -> Attachment:
    where = f"/attachments/{number}"
    wanted = {one.name for one in fields(Attachment)}
    if not isinstance(value, dict) or set(value) != wanted:
        raise EnvelopeRefused(where, f"it has other fields than {', '.join(sorted(wanted))}")
    for name in ("role", "recipient", "name", "sha256", "type"):
        one = value[name]
        if not isinstance(one, str) or len(one) > _LONGEST or "\x00" in one:
            raise EnvelopeRefused(f"{where}/{name}", f"it is no text of up to {_LONGEST} characters")
    if value["role"] not in ROLES:
        raise EnvelopeRefused(f"{where}/role", f"it is none of {', '.join(ROLES)}")
    if SHA256.fullmatch(value["sha256"]) is None:
        raise EnvelopeRefused(f"{where}/sha256", "it is no SHA-256 in small hexadecimal figures")
    if type(value["size"]) is not int or not 0 <= value["size"] < 2**53:
        raise EnvelopeRefused(f"{where}/size", "it is no size in bytes")
    return Attachment(**value)


def _check_whole(made: Envelope) -> None:
    bodies = [one for one in made.attachments if one.role == "body"]
    if made.act == SUBMIT and (len(bodies) != 1 or made.of):
        raise EnvelopeRefused("/attachments", "a submission has one file with the role body, and withdraws nothing")
    if made.act == WITHDRAW and (made.attachments or not made.of):
        raise EnvelopeRefused("/of", "a withdrawal has no files, and says what it withdraws")
    if not set(made.here) <= set(made.recipients):
        raise EnvelopeRefused("/here", "it names others than the recipients")
    sizes: dict[str, int] = {}
    for number, one in enumerate(made.attachments):
        if sizes.setdefault(one.sha256, one.size) != one.size:
            raise EnvelopeRefused(f"/attachments/{number}/size", "one hash is said to have two sizes")


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

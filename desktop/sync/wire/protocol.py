"""Names, paths, limits and headers of the protocol, and what an endpoint says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

PROTOCOL = 1
"""The version of the protocol that this program speaks."""
PREFIX = "/v1"
INFO = "/v1/info"
CHANGES = "/v1/changes"

PROTOCOL_HEADER = "X-Protocol"
ENDPOINT_HEADER = "X-Endpoint"
"""In every answer of an endpoint: its id. An answer without it comes from something else, such as a sign-in page."""
REQUEST_HEADER = "X-Request-Id"
"""A uuid in every request, said again in the answer; shown in errors and logs."""
SIGNATURE_HEADER = "X-Signature"
"""Of PUT /v1/submissions/{id}: the detached JWS over the bytes of the envelope."""
OFFSET_HEADER = "Upload-Offset"
LENGTH_HEADER = "Upload-Length"
COMPLETE_HEADER = "Upload-Complete"
"""`?1` or `?0` (RFC 8941 booleans)."""
LIMIT_HEADER = "Upload-Limit"
DIGEST_HEADER = "Content-Digest"
"""`sha-256=:base64:` (RFC 9530)."""
PART_TYPE = "application/partial-upload"
JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"

SHA256 = re.compile(r"[0-9a-f]{64}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

MIB = 1024 * 1024
FIRST_PART = 1 * MIB
"""Bytes of the first part: the default body limit of nginx."""
LEAST_PART = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """What an endpoint takes. Sizes in bytes."""

    part: int = 8 * MIB
    blob: int = 20 * 1024 * MIB
    envelope: int = 4 * MIB
    attachments: int = 5_000
    unfinished_days: int = 30
    """How long a blob that is not complete is kept."""


@dataclass(frozen=True)
class Info:
    """What an endpoint says of itself to anybody (GET /v1/info)."""

    endpoint: str
    """A uuid; never changes."""
    name: str
    epoch: str
    """A uuid; another one means that the endpoint was restored from a backup."""
    time: str
    protocol: tuple[int, int]
    """The lowest and the highest version that it speaks."""
    formats: tuple[str, ...]
    """Of envelopes that it takes."""
    recipients: tuple[str, ...]
    """Ids of the recipients that it receives for: BSC, REC, DIP, MCC."""
    limits: Limits
    jwks: Mapping[str, Any] = field(default_factory=dict)
    """The public keys that sign its receipts (RFC 7517), old ones too."""

    def as_json(self) -> dict[str, Any]:
        """The answer's body."""
        return {
            "endpoint": self.endpoint,
            "name": self.name,
            "epoch": self.epoch,
            "time": self.time,
            "protocol": {"min": self.protocol[0], "max": self.protocol[1]},
            "formats": list(self.formats),
            "recipients": list(self.recipients),
            "limits": asdict(self.limits),
            "jwks": dict(self.jwks),
        }

    @staticmethod
    def read(body: object) -> Info:
        """Raises ValueError for what no endpoint says. Fields that this version does not know are passed over."""
        try:
            if not isinstance(body, dict) or UUID.fullmatch(body["endpoint"]) is None:
                raise ValueError("it has no endpoint id")
            least, most = body["protocol"]["min"], body["protocol"]["max"]
            known = {one: body.get("limits", {}).get(one) for one in asdict(Limits())}
            limits = Limits(**{one: value for one, value in known.items() if type(value) is int and value > 0})
            texts = [body[one] for one in ("name", "epoch", "time")]
            if not all(isinstance(one, str) for one in texts) or type(least) is not int or type(most) is not int:
                raise ValueError("a field is of another kind")
            return Info(
                body["endpoint"],
                texts[0],
                texts[1],
                texts[2],
                (least, most),
                tuple(str(one) for one in body["formats"]),
                tuple(str(one) for one in body["recipients"]),
                limits,
                dict(body["jwks"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("it is not what an endpoint says") from error


def submission_path(uuid: str) -> str:
    """Of an envelope."""
    return f"{PREFIX}/submissions/{uuid}"


def blob_path(sha256: str) -> str:
    """Of a blob."""
    return f"{PREFIX}/blobs/{sha256}"


def device_path(uuid: str) -> str:
    """Of a device, to enrol it."""
    return f"{PREFIX}/devices/{uuid}"


def record_path(record: str) -> str:
    """Of a record that both sides may edit."""
    return f"{PREFIX}/records/{record}"


def comment_path(uuid: str) -> str:
    """Of an answer in a review."""
    return f"{PREFIX}/comments/{uuid}"


def pack_path(sha256: str) -> str:
    """Of the bytes of a published content pack."""
    return f"{PREFIX}/packs/{sha256}"

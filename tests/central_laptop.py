"""A laptop as the service sees it, without the product: a key, a token, envelopes and files."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from central.central import Central
from central.devices import Caller
from central.refusals import Refused
from central.uploads import Upload, digest_of
from desktop.sync.wire import envelope as wire

PART = 1024 * 1024


@dataclass
class Laptop:
    """Of one participant; `enrol` signs it in."""

    participant: str = "ACME"
    device: str = field(default_factory=lambda: str(uuid.uuid4()))
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    token: str = ""

    @property
    def caller(self) -> Caller:
        return Caller(self.participant, self.device)

    @property
    def public_key(self) -> str:
        return base64.b64encode(self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    def enrolment(self, code: str) -> dict[str, str]:
        return {"code": code, "public_key": self.public_key, "name": "laptop of a test", "app": "1.0"}

    def enrol(self, central: Central) -> Laptop:
        code = central.devices.invite(self.participant, "test").code
        self.token = central.devices.enrol(self.device, self.enrolment(code))["token"]
        return self

    def sign(self, data: bytes) -> str:
        return wire.sign(data, self.private, self.device)

    def upload(self, central: Central, data: bytes, *, part: int = PART) -> Upload:
        """Every part that is not there yet."""
        sha256 = sha(data)
        while True:
            there = central.uploads.head(self.participant, sha256) or Upload(0, len(data), False)
            if there.complete:
                return there
            piece = data[there.offset : there.offset + part]
            try:
                central.uploads.append(
                    self.participant,
                    sha256,
                    offset=there.offset,
                    length=len(data),
                    complete=there.offset + len(piece) == len(data),
                    digest=digest_of(piece),
                    parts=piece,
                )
            except Refused as error:  # another laptop was faster
                if error.problem.slug not in {"mismatching-upload-offset", "blob-complete"}:
                    raise

    def envelope(self, files: Sequence[bytes] = (b'{"body":1}',), **more: Any) -> wire.Envelope:
        """A first version with those files: the first is the body, the others are evidence."""
        roles = ("body", *["evidence"] * len(files))[: len(files)]
        made = wire.Envelope(
            id=str(uuid.uuid4()),
            act=wire.SUBMIT,
            participant=self.participant,
            kind="rttm",
            reference=f"{self.participant}-RTTM-0001",
            version=1,
            title="Requirements traceability",
            supersedes="",
            of="",
            reason="",
            recipients=("BSC", "REC"),
            here=("BSC",),
            packs={},
            attachments=tuple(
                wire.Attachment(role, "", f"file {number}", sha(data), len(data))
                for number, (role, data) in enumerate(zip(roles, files, strict=True))
            ),
            created_at="2026-11-23T12:00:00Z",
            app="1.0",
        )
        return replace(made, **more)

    def withdrawal(self, of: str, **more: Any) -> wire.Envelope:
        return self.envelope((), act=wire.WITHDRAW, of=of, attachments=(), **more)

    def submit(self, central: Central, made: wire.Envelope, channel: str = "online") -> tuple[str, bool]:
        data = wire.to_bytes(made)
        return central.receiving.submit(self.caller, made.id, data, self.sign(data), channel)

    def hand_over(
        self, central: Central, files: Sequence[bytes] = (b'{"body":1}',), **more: Any
    ) -> tuple[wire.Envelope, str]:
        """Files and envelope; gives the envelope and its receipt."""
        for one in files:
            self.upload(central, one)
        made = self.envelope(files, **more)
        return made, self.submit(central, made)[0]


def items_of(central: Central, participant: str = "ACME") -> list[Mapping[str, Any]]:
    """Everything in its feed, as JSON."""
    return [one.as_json() for one in central.feed.page(participant, "", 1000).items]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

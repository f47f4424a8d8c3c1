"""A laptop of tests and benchmarks that speaks the protocol in the plainest way: no retries, nothing kept on disk."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desktop.sync.wire import envelope as wire
from desktop.sync.wire.invitation import Invitation
from desktop.sync.wire.protocol import (
    CHANGES,
    COMPLETE_HEADER,
    DIGEST_HEADER,
    JSON_TYPE,
    LENGTH_HEADER,
    OFFSET_HEADER,
    PART_TYPE,
    PROTOCOL_HEADER,
    SIGNATURE_HEADER,
    blob_path,
    device_path,
    submission_path,
)

Answer = requests.Response


def digest_of(data: bytes) -> str:
    """Content-Digest of a part."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


@dataclass(frozen=True)
class File:
    """A file of a submission that is held in memory."""

    data: bytes
    role: str = "body"
    name: str = "submission.json"
    recipient: str = ""

    @property
    def sha256(self) -> str:
        """Its name on the endpoint."""
        return hashlib.sha256(self.data).hexdigest()

    def attachment(self) -> wire.Attachment:
        """As an envelope names it."""
        return wire.Attachment(self.role, self.recipient, self.name, self.sha256, len(self.data))


class Laptop:
    """One device of a participant."""

    def __init__(self, address: str, session: requests.Session | None = None) -> None:
        """Not enrolled yet."""
        self.address = address
        self.uuid = str(uuid.uuid4())
        self.key = Ed25519PrivateKey.generate()
        self.session = session or requests.Session()
        self.session.headers[PROTOCOL_HEADER] = "1"
        self.participant = ""
        self.recipients: tuple[str, ...] = ()
        self.enrolled: dict[str, Any] = {}

    def ask(self, method: str, path: str, **more: Any) -> Answer:
        """One request."""
        return self.session.request(method, self.address + path, timeout=60, allow_redirects=False, **more)

    def enrol(self, invitation: str) -> Answer:
        """With the text of an invitation file; the answer, good or not."""
        read = Invitation.read(invitation)
        public = base64.b64encode(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
        body = {"code": read.code, "public_key": public, "name": "Laptop of tests", "app": "tests"}
        answer = self.ask("PUT", device_path(self.uuid), json=body)
        if answer.ok:
            self.enrolled = answer.json()
            self.participant = self.enrolled["participant"]
            self.recipients = tuple(self.enrolled["recipients"])
            self.session.headers["Authorization"] = f"Bearer {self.enrolled['token']}"
        return answer

    def part(self, sha256: str, data: bytes, *, offset: int, length: int, **headers: str) -> Answer:
        """Send one part."""
        said = {
            OFFSET_HEADER: str(offset),
            LENGTH_HEADER: str(length),
            COMPLETE_HEADER: "?1" if offset + len(data) == length else "?0",
            DIGEST_HEADER: digest_of(data),
            "Content-Type": PART_TYPE,
        }
        return self.ask("PATCH", blob_path(sha256), data=data, headers={**said, **headers})

    def upload(self, data: bytes, part: int = 1024 * 1024) -> None:
        """Send a whole file, if it is not there yet."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self.ask("HEAD", blob_path(sha256)).headers.get(COMPLETE_HEADER) == "?1":
            return
        for offset in range(0, len(data), part) or [0]:
            one = data[offset : offset + part]
            answer = self.part(sha256, one, offset=offset, length=len(data))
            assert answer.status_code == 204, answer.text

    def upload_file(self, file: BinaryIO, sha256: str, length: int, part: int) -> Iterator[int]:
        """Send a large file; yields what is there after each part."""
        offset = 0
        while offset < length:
            one = file.read(part)
            answer = self.part(sha256, one, offset=offset, length=length)
            assert answer.status_code == 204, answer.text
            offset = int(answer.headers[OFFSET_HEADER])
            yield offset

    def envelope(self, files: Sequence[File], **fields: Any) -> wire.Envelope:
        """What is handed over with these files; `fields` of the envelope."""
        made = wire.Envelope(
            id=str(uuid.uuid4()),
            act=wire.SUBMIT,
            participant=self.participant,
            kind="cleanse_report",
            reference=f"{self.participant}-CLEANSE-{uuid.uuid4().hex[:8]}",
            version=1,
            title="Report of tests (made up)",
            supersedes="",
            of="",
            reason="",
            recipients=self.recipients,
            here=self.recipients,
            packs={},
            attachments=tuple(one.attachment() for one in files),
            created_at="2026-11-28T12:00:00.000Z",
            app="tests",
        )
        return replace(made, **fields)

    def submit(self, envelope: wire.Envelope, *, data: bytes | None = None, path_id: str = "") -> Answer:
        """Hand it over."""
        body = wire.to_bytes(envelope) if data is None else data
        headers = {SIGNATURE_HEADER: wire.sign(body, self.key, self.uuid), "Content-Type": JSON_TYPE}
        return self.ask("PUT", submission_path(path_id or envelope.id), data=body, headers=headers)

    def hand_over(self, files: Sequence[File], **fields: Any) -> tuple[wire.Envelope, Answer]:
        """Upload the files and submit."""
        for one in {file.sha256: file for file in files}.values():
            self.upload(one.data)
        made = self.envelope(files, **fields)
        return made, self.submit(made)

    def changes(self, after: str = "", limit: int = 500) -> Mapping[str, Any]:
        """A page of the feed."""
        answer = self.ask("GET", CHANGES, params={"after": after, "limit": limit})
        assert answer.status_code == 200, answer.text
        found: Mapping[str, Any] = answer.json()
        return found

"""What tests of the review pages have: a laptop that hands over, and people with browsers."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from central.central import Central
from central.devices import Caller
from desktop.sync.wire import envelope as wire

AT = "2026-11-23T12:00:00Z"
REVIEWER, ADMINISTRATOR = "rita", "adam"
PASSWORD = "a made-up password 42"


class Laptop:
    """One that is enrolled, and hands over in this process what another one would send."""

    def __init__(self, central: Central, participant: str = "ACME", name: str = "Laptop one", uuid_: str = "") -> None:
        self.central, self.participant = central, participant
        self.key = Ed25519PrivateKey.generate()
        self.uuid = uuid_ or str(uuid.uuid4())
        public = base64.b64encode(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
        code = central.devices.invite(participant, "test").code
        enrolled = central.devices.enrol(self.uuid, {"code": code, "public_key": public, "name": name, "app": "1.4.0"})
        self.token: str = enrolled["token"]
        self.caller = central.devices.caller(self.token) if uuid_ else Caller(participant, self.uuid, "")

    def upload(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        there = self.central.uploads.head(self.participant, sha256)
        if there is not None and there.complete:
            return sha256
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        self.central.uploads.append(
            self.participant, sha256, offset=0, length=len(data), complete=True, digest=f"sha-256=:{digest}:",
            parts=data,
        )  # fmt: skip
        return sha256

    def hand_over(
        self, body: dict[str, Any] | bytes | None = None, files: tuple[tuple[str, str, bytes], ...] = (), **more: Any
    ) -> str:
        """The id of what was accepted. `files`: role, name and bytes of each beside the body."""
        raw = body if isinstance(body, bytes) else json.dumps(body or body_of(), ensure_ascii=False).encode()
        every = (("body", "body.json", raw), *files)
        attached = tuple(wire.Attachment(role, "", name, self.upload(data), len(data)) for role, name, data in every)
        made = wire.Envelope(**{**plain_envelope(self.participant), "attachments": attached, **more})
        return self.send(made)

    def withdraw(self, submission: str, reason: str, **more: Any) -> str:
        said = {"act": "withdraw", "of": submission, "reason": reason}
        return self.send(wire.Envelope(**{**plain_envelope(self.participant), **said, **more}))

    def send(self, made: wire.Envelope) -> str:
        data = wire.to_bytes(made)
        self.central.receiving.submit(self.caller, made.id, data, wire.sign(data, self.key, self.uuid))
        return made.id

    def told(self, kind: str = "") -> list[dict[str, Any]]:
        """The data of every change, oldest first, of one type if named."""
        page = self.central.feed.page(self.participant, "", 1000)
        return [dict(one.data) for one in page.items if kind in {"", one.type}]


def plain_envelope(participant: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "act": "submit", "participant": participant, "kind": "rttm",
        "reference": f"{participant}-RTTM-0001", "version": 1, "title": "Requirements matrix", "supersedes": "",
        "of": "", "reason": "", "recipients": ("BSC", "REC"), "here": ("BSC",), "packs": {}, "attachments": (),
        "created_at": AT, "app": "1.4.0",
    }  # fmt: skip


ROWS = (("REQ-001", "Register the meter", 3), ("REQ-002", "Change the agent", None), ("REQ-003", "Read it", 0))


def table_of(
    rows: tuple[tuple[Any, ...], ...] | None = ROWS, *, lines: dict[str, Any] | None = None, **more: Any
) -> Any:
    columns = [("row_key", "Row key", "text"), ("title", "Requirement", "wrapped"), ("tests", "Tests", "number")]
    return {
        "id": "requirements", "tab": "Requirements", "title": "Requirements", "about": "In scope.",
        "columns": [
            {"id": one, "title": title, "kind": kind, "width": 16, "for_reviewer": False}
            for one, title, kind in columns
        ],
        "count": len(rows or ()), "cells": None if rows is None else [list(one) for one in rows], "lines": lines,
        **more,
    }  # fmt: skip


EVIDENCE = {
    "ref": "EVD-0001", "revision": 1, "title": "Test log", "file_name": "log.txt", "sha256": "0" * 64, "size": 1234,
    "media_type": "text/plain", "description": "", "author": "Morgan", "collected": "2026-11-20", "period": "",
    "expires": "", "confidentiality": "internal", "redaction": "none", "active": False,
    "proves": ["REQ-001", "REQ-002"], "withdrawn": "",
}  # fmt: skip


def body_of(**more: Any) -> dict[str, Any]:
    """A body of every field that format 1 has (tests/central/test_review_bodies.py holds that the desk takes it)."""
    return {
        "format": "mhhs-desk/submission/1", "kind": "rttm", "kind_name": "RTTM", "title": "Requirements matrix",
        "reference": "ACME-RTTM-0001", "version": 1, "supersedes": None, "reason": "",
        "participant": {"name": "Acme", "short_name": "ACME", "mpids": []},
        "recipients": [{"id": "BSC", "name": "BSCCo", "code_body": "BSC"}], "delivery": [], "deadline": None,
        "covering": "As agreed.", "personal_data": "counts", "packs": [], "position": [["In scope", "3"]],
        "tables": [table_of()], "relies": [], "evidence": [EVIDENCE], "beside": [],
        "open_points": ["One was not run."], "values": {},
        "checks": [
            {"rule": "R1", "title": "Every row has a test", "severity": "advise", "recipient": "", "outcome": "passed",
             "detail": "All", "count": 0}
        ],
        "changes": None, "files": [], "content_sha256": "0" * 64, "audit": {"seq": 0, "h": "0" * 64},
        "made": {"at": "2026-11-23T12:00:00Z", "by": "m", "app": "1.4.0"}, **more,
    }  # fmt: skip


@dataclass
class Browser:
    """A browser of one person; forms are sent as the page has them."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.session.get(self.address + path, allow_redirects=False, timeout=20, **more)

    def post(self, path: str, data: dict[str, str] | None = None, *, csrf: str | None = None, **more: Any) -> Any:
        """`csrf` None = the token of this session."""
        token = self.csrf() if csrf is None else csrf
        form = {**(data or {}), **({"csrf": token} if token else {})}
        return self.session.post(self.address + path, data=form, allow_redirects=False, timeout=20, **more)

    def csrf(self) -> str:
        """Of this session, or of one that is over."""
        if not self.token:
            page = self.get("/review/account").text or self.get("/review/sign-in").text
            self.token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)[1]  # type: ignore[index]
        return self.token

    def sign_in(self, name: str, password: str = PASSWORD, back: str = "") -> requests.Response:
        page = self.get("/review/sign-in").text
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)[1]  # type: ignore[index]
        self.token = ""
        return self.post("/review/sign-in", {"name": name, "password": password, "back": back}, csrf=token)


def let_in(central: Central) -> None:
    """A reviewer and an administrator."""
    central.people.add(REVIEWER, "reviewer", PASSWORD, "test")
    central.people.add(ADMINISTRATOR, "administrator", PASSWORD, "test")


def browser(address: str, name: str = "") -> Browser:
    """Signed in, if a name is given."""
    made = Browser(address)
    if name:
        assert made.sign_in(name).status_code == 303
    return made

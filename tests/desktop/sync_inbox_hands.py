"""What tests of the inbox share: a workspace that knows an endpoint with a real key, and pages of its changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from freezing_hands import acme, asked, over

from desktop.app import Workspace
from desktop.changes import Changes
from desktop.sync.model import Delivery
from desktop.sync.wire import envelope, receipts
from desktop.sync.wire.feed import Item, Page
from local_db import deliveries
from local_db import endpoints as endpoint_rows

ENDPOINT = "3f0c1c1e-0000-4000-8000-000000000001"
OTHER_ENDPOINT = "3f0c1c1e-0000-4000-8000-000000000002"
COMMENT = "c0000000-0000-4000-8000-00000000000{}"


@dataclass
class Desk:
    """A workspace, its endpoint, and the key that the endpoint signs with."""

    workspace: Workspace
    endpoint: int
    key: Ed25519PrivateKey
    seq: int = 0
    epoch: str = "first"
    versions: dict[str, int] = field(default_factory=dict)

    def queued(self, recipients: tuple[str, ...] = ("BSC",)) -> Delivery:
        """A submission that was frozen and queued."""
        made, _ = self.workspace.submissions.prepare(over(asked(self.workspace), recipients=recipients))
        self.workspace.submissions.freeze(made)
        self.workspace.outbox.queue(made)
        return self.workspace.outbox.deliveries(submission_id=made)[0]

    def item(self, kind: str, item: str, version: int | None = None, /, **data: object) -> Item:
        """The next change of a thing."""
        self.seq += 1
        self.versions[item] = version if version is not None else self.versions.get(item, 0) + 1
        return Item(self.seq, kind, item, self.versions[item], data)

    def status(self, one: Delivery, state: str, **more: object) -> Item:
        """A state of a submission there."""
        data = {"submission": one.uuid, "state": state, "note": "", "by": "", "their_ref": "", "at": AT, **more}
        return self.item("status", one.uuid, **data)

    def comment(self, one: Delivery, number: int, text: str, **more: object) -> Item:
        """What a reviewer said."""
        mark = COMMENT.format(number)
        said = {
            "submission": one.uuid, "id": mark, "author": "R. Viewer", "text": text, "kind": "technical",
            "proposed": "", "table": "", "row": "", "column": "", "in_reply_to": "", "at": AT, "from": "reviewer",
        }  # fmt: skip
        return self.item("comment", mark, **{**said, **more})

    def contacts(self, version: int, value: object) -> Item:
        """The contacts as they stand there."""
        return self.item("record", "contacts", version, record="contacts", version=version, value=value, at=AT, by="")

    def take(self, *items: Item, more: bool = False) -> Changes:
        """Take a page with these in."""
        return self.workspace.inbox.take_page(self.endpoint, self.page(*items, more=more))

    def page(self, *items: Item, more: bool = False) -> Page:
        """A page with these."""
        return Page(items, f"{self.epoch}.{self.seq}", more, self.epoch)

    def receipt(self, one: Delivery, **other: object) -> str:
        """A receipt of the endpoint for what was queued."""
        kept = deliveries.envelope(self.workspace.store.read(), one.uuid)
        assert kept is not None
        sent = envelope.read(kept.bytes)
        files = tuple(dict.fromkeys((file.sha256, file.size) for file in sent.attachments))
        said = {
            "endpoint": ENDPOINT, "epoch": self.epoch, "participant": "ACME", "number": 1, "submission": one.uuid,
            "sha256": kept.sha256, "attachments": files, "received_at": "2026-11-23T23:30:00.000Z", "previous": "",
        }  # fmt: skip
        return receipts.sign(receipts.Receipt(**{**said, **other}), self.key, "key-1")

    def standing(self, one: Delivery, recipient: str = "BSC") -> str:
        """How it stands with a recipient here."""
        found = self.workspace.submissions.get(one.submission_id)
        return next(each.state.value for each in found.recipients if each.recipient == recipient)

    def events(self, one: Delivery) -> list[tuple[str, str, str, str, str]]:
        """What became of it, after the queueing."""
        events = self.workspace.submissions.events(one.submission_id)
        return [
            (each.kind.value, each.recipient, each.day, each.their_ref, each.note)
            for each in events
            if each.kind.value not in {"frozen", "queued"}
        ]


AT = "2026-11-24T09:00:00.000Z"


def a_desk(folder: Path, clock: Callable[[], datetime]) -> Desk:
    """A workspace with an endpoint that receives for BSC and REC."""
    workspace = acme(folder, clock)
    key = Ed25519PrivateKey.generate()
    return Desk(workspace, an_endpoint(workspace, ENDPOINT, "Programme", ("BSC", "REC"), key), key)


def an_endpoint(
    workspace: Workspace, uuid: str, name: str, recipients: tuple[str, ...], key: Ed25519PrivateKey
) -> int:  # fmt: skip
    """Another one, signed in."""
    with workspace.store.write() as connection:
        return endpoint_rows.add(
            connection,
            {
                "uuid": uuid, "name": name, "address": "https://endpoint.example", "participant": "ACME",
                "recipients": json.dumps(list(recipients)), "device_uuid": f"{uuid[:-1]}9", "device_name": "Laptop",
                "signed_in_at": AT, "jwks": json.dumps({"keys": [receipts.public_jwk(key, "key-1")]}),
                "added_at": AT, "added_by": "Jo", "contacts": 1,
            },
        )  # fmt: skip

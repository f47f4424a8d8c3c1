"""What tests of the outbox share: endpoints that are never called, and receipts that a real key signs."""

from __future__ import annotations

import json
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.app import Workspace
from desktop.sync.model import Delivery, Trouble
from desktop.sync.troubles import as_text
from desktop.sync.wire import receipts
from desktop.sync.wire.envelope import read
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.protocol import Info, Limits
from local_db import deliveries, endpoints

KEY = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
JWKS = {"keys": [receipts.public_jwk(KEY, "k1")]}


def an_endpoint(workspace: Workspace, name: str = "Central", *, participant: str = "acme", **more) -> int:
    """An endpoint as if this laptop were signed in there; `limits` and `recipients` as it says them."""
    recipients = more.get("recipients", ("BSC", "REC"))
    limits = Limits(**more.get("limits", {}))
    uuid = str(uuid4())
    info = Info(uuid, name, "first", "", (1, 1), ("mhhs-desk/envelope/1",), recipients, limits, JWKS)
    values = {
        "uuid": uuid, "name": name, "address": more.get("address", "http://127.0.0.1:9"),
        "participant": participant,
        "recipients": json.dumps(list(recipients)), "device_uuid": str(uuid4()), "device_name": "laptop",
        "signed_in_at": "2026-11-23T09:00:00Z" if participant else "", "jwks": json.dumps(JWKS),
        "info": json.dumps(info.as_json()), "epoch": "first", "added_at": "2026-11-23T09:00:00Z", "added_by": "Jo",
    }  # fmt: skip
    with workspace.store.write() as connection:
        return endpoints.add(connection, values)


def receipt_for(workspace: Workspace, one: Delivery, at: str = "2026-11-23T12:30:00Z", **other) -> str:
    """A receipt of an envelope, as its endpoint gives it; `other` fields are what is wrong with it."""
    kept = deliveries.envelope(workspace.store.read(), one.uuid)
    files = {each.sha256: each.size for each in read(bytes(kept.bytes)).attachments}
    said = {
        "endpoint": workspace.endpoints.get(one.endpoint_id).uuid, "epoch": "first", "participant": "acme",
        "number": 1, "submission": one.uuid, "sha256": one.sha256, "attachments": tuple(files.items()),
        "received_at": at, "previous": "", **other,
    }  # fmt: skip
    return receipts.sign(receipts.Receipt(**said), KEY, "k1")


def received(workspace: Workspace, one: Delivery, at: str = "2026-11-23T12:30:00Z") -> None:
    """Its receipt came."""
    workspace.outbox.receiving.keep(one.uuid, receipt_for(workspace, one, at))


def refused(workspace: Workspace, one: Delivery, slug: str, status: int, **values: object) -> None:
    """Its endpoint said no."""
    trouble = Trouble("Refused.", "", Retry.USER, slug, status)
    with workspace.store.write() as connection:
        deliveries.change(
            connection,
            one.uuid,
            "2026-11-23",
            state="needs you",
            problem=as_text(trouble),
            tried="2026-11-23",
            **values,
        )

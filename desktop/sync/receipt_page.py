"""A receipt to read, print or keep: one page of HTML that stands by itself, with the signed text of the endpoint."""

from __future__ import annotations

import base64
import json
from html import escape

from desktop.declarations.canonical import read_canonical
from desktop.gonogo.markup import STYLE, table
from desktop.sync.model import Delivery, Parcel
from desktop.sync.wire.receipts import Receipt
from desktop.uk_time import moment_at


def page(delivery: Delivery, parcel: Parcel) -> str:
    """The page of a delivery that has a receipt. Every text is escaped."""
    receipt = said_by(delivery.receipt)
    moment = moment_at(delivery.received_at).words if delivery.received_at else receipt.received_at
    act = "Withdrawal of" if delivery.act == "withdraw" else "Receipt for"
    title = f"{act} {delivery.submission}"
    facts = [
        ("Received by", delivery.endpoint),
        ("Received at", f"{moment} UK time ({receipt.received_at} by the endpoint's clock)"),
        ("Submission", f"{delivery.submission}, {delivery.title}"),
        ("For", ", ".join(parcel.recipients)),
        ("Number of the receipt", str(receipt.number)),
        ("Participant, as the endpoint calls it", receipt.participant),
        ("Delivery", receipt.submission),
        ("SHA-256 of its delivery note", receipt.sha256),
        ("Endpoint's id", receipt.endpoint),
        ("Signed with its key", _key(delivery.receipt)),
    ]
    names = {one.sha256: one.name for one in parcel.files}
    files = [(names.get(sha256, ""), f"{size:,}", sha256) for sha256, size in receipt.attachments]
    parts = [
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<style>{STYLE}\ncode {{ font-size: 6pt; word-break: break-all; }}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        "<p>Received is not accepted: the endpoint says that it has these bytes. Its signature was checked with a "
        "key that this laptop was given when it signed in, or that such a key vouches for.</p>",
        table((), [(escape(what), escape(value)) for what, value in facts], (30, 70)),
    ]
    if files:
        parts += [
            "<h2>Files that it has</h2>",
            table(
                ("File", "Bytes", "SHA-256"),
                [(escape(name), size, f"<code>{sha256}</code>") for name, size, sha256 in files],
                (35, 12, 53),
            ),
        ]
    parts += [
        "<h2>The signed receipt (JWS, RFC 7515)</h2>",
        f"<p><code>{escape(delivery.receipt)}</code></p></body></html>",
    ]
    return "".join(parts) + "\n"


def said_by(jws: str) -> Receipt:
    """What a kept receipt says: its signature was checked before it was kept. Raises ValueError for no receipt."""
    try:
        body = dict(read_canonical(_decoded(jws, 1)))
        body["attachments"] = tuple((str(sha), int(size)) for sha, size in body["attachments"])
        return Receipt(**body)
    except (TypeError, KeyError, IndexError) as error:
        raise ValueError("it is no receipt") from error


def _key(jws: str) -> str:
    """Which key signed it, as the receipt says."""
    try:
        return str(json.loads(_decoded(jws, 0)).get("kid", ""))
    except (ValueError, AttributeError):
        return ""


def _decoded(jws: str, part: int) -> bytes:
    text = jws.split(".")[part]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""Programme content that an endpoint publishes or takes back: offered to the person, never used by itself."""

from __future__ import annotations

from desktop.changes import Subject
from desktop.content.pack import KINDS
from desktop.content.service import ContentService
from desktop.sync.feed_item import DONE, Arrived, Taken, Unusable
from desktop.sync.wire.protocol import SHA256
from local_db import inbox as rows
from local_db.audit import timestamp
from local_db.connection import Connection

UNSAID = "No reason was given."


def take(connection: Connection, arrived: Arrived, content: ContentService) -> Taken:
    """Keep what is published. Raises Unusable for what names no pack."""
    data = arrived.item.data
    sha256 = arrived.line("sha256")
    if SHA256.fullmatch(sha256) is None:
        raise Unusable("a pack has no SHA-256")
    size = data.get("size")
    withdrawn = (arrived.text("reason", 2_000) or UNSAID) if data.get("withdrawn") else ""
    kind, version = arrived.line("kind"), arrived.line("version")
    before = rows.pack(connection, arrived.source.id, sha256)
    rows.keep_pack(
        connection,
        rows.PackRow(
            arrived.source.id,
            sha256,
            kind,
            version,
            arrived.line("title"),
            arrived.text("source", 2_000),
            timestamp(arrived.at()) if before is None or not before.published_at else before.published_at,
            withdrawn,
            size if type(size) is int and size >= 0 else 0,
            0,
            "",
            "",
        ),
    )
    if withdrawn:
        used = kind in KINDS and content.pack(kind).sha256 == sha256
        detail = "it is in use here" if used else "it is not in use here"
        arrived.log(connection, sha256, f"{kind} {version}: withdrawn by the endpoint", detail)
    elif before is None:
        arrived.log(connection, sha256, f"{kind} {version}: published")
    return Taken(DONE, (Subject.INBOX,))

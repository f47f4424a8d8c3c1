"""The tables of the central service (SQLAlchemy Core): the same on SQLite and PostgreSQL.

Moments are UTC, ISO 8601 texts, as on the wire. Nothing that a participant sent is ever edited or deleted.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_serial = BigInteger().with_variant(Integer, "sqlite")

meta = Table(  # endpoint id, name, epoch
    "meta", metadata, Column("key", String(40), primary_key=True), Column("value", Text, nullable=False)
)

participant = Table(
    "participant",
    metadata,
    Column("id", String(40), primary_key=True),  # ACME: in invitations, envelopes and paths
    Column("name", Text, nullable=False),
    Column("added_at", String(32), nullable=False),
    Column("suspended", Text, nullable=False, server_default=""),  # why; '' = not
    Column("receipts", Integer, nullable=False, server_default="0"),  # number of the newest
    Column("last_receipt", String(64), nullable=False, server_default=""),  # SHA-256 of it, for the chain
    Column("written", BigInteger, nullable=False, server_default="0"),  # bytes of its envelopes and answers
)

enrolment_code = Table(
    "enrolment_code",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256: the code itself is shown once
    Column("participant", ForeignKey("participant.id"), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("expires_at", String(32), nullable=False),
    Column("used_at", String(32), nullable=False, server_default=""),
    Column("used_by", String(36), nullable=False, server_default=""),  # device uuid
)

device = Table(
    "device",
    metadata,
    Column("uuid", String(36), primary_key=True),  # its own, unless a laptop of another participant has that one too
    Column("participant", ForeignKey("participant.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("public_key", String(64), nullable=False),  # Ed25519, base64
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("code_hash", String(64), nullable=False),
    Column("enrolled_at", String(32), nullable=False),
    Column("last_seen_at", String(32), nullable=False, server_default=""),
    Column("app", String(80), nullable=False, server_default=""),
    Column("revoked", Text, nullable=False, server_default=""),  # why; '' = may send
    Column("cursor", String(200), nullable=False, server_default=""),  # where it was when it made its newest bundle
    Column("own_uuid", String(36), nullable=False, server_default=""),  # what it calls itself; '' = uuid
)

blob = Table(  # per participant: a hash alone never gives another one's file
    "blob",
    metadata,
    Column("participant", ForeignKey("participant.id"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("length", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False, server_default="0"),  # committed bytes
    Column("complete", Boolean, nullable=False, server_default="0"),
    Column("begun_at", String(32), nullable=False),
    Column("touched_at", String(32), nullable=False),
)

submission = Table(
    "submission",
    metadata,
    Column("id", String(36), primary_key=True),  # that of the envelope, unless another participant used that one too
    Column("participant", ForeignKey("participant.id"), nullable=False),
    Column("envelope", String(36), nullable=False),  # id of the envelope: what the participant calls it
    Column("act", String(10), nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("signature", Text, nullable=False),
    Column("device", ForeignKey("device.uuid"), nullable=False),
    Column("public_key", String(64), nullable=False),  # of the device then: what the signature was checked with
    Column("kind", String(40), nullable=False),
    Column("reference", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("supersedes", String(36), nullable=False, server_default=""),
    Column("of", String(36), nullable=False, server_default=""),
    Column("received_at", String(32), nullable=False),
    Column("channel", String(10), nullable=False),  # online, bundle
    Column("state", String(20), nullable=False),  # wire/feed.py STATES
    Column("state_version", Integer, nullable=False, server_default="1"),
    Column("their_ref", Text, nullable=False, server_default=""),
    UniqueConstraint("participant", "envelope", name="uq_submission_envelope"),
    Index("ix_submission_reference", "participant", "reference"),
    Index("ix_submission_queue", "state", "received_at"),
    Index("ix_submission_received", "act", "received_at", "id", "state"),  # all that ordering and
    Index("ix_submission_counted", "act", "state", "kind", "participant"),  # counting read: rows hold envelopes
)

attachment = Table(
    "attachment",
    metadata,
    Column("submission", ForeignKey("submission.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String(10), nullable=False),
    Column("recipient", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Index("ix_attachment_sha256", "sha256"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("submission", ForeignKey("submission.id"), primary_key=True),
    Column("participant", ForeignKey("participant.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("jws", Text, nullable=False),
    UniqueConstraint("participant", "number", name="uq_receipt_number"),
)

change = Table(  # the feeds; numbered under a lock, so that no reader steps over a late one
    "change",
    metadata,
    Column("seq", _serial, primary_key=True, autoincrement=False),  # of all participants together: told to nobody
    Column("participant", String(40), nullable=False),
    Column("number", BigInteger, nullable=False, server_default="0"),  # in the list of this participant, from 1
    Column("type", String(20), nullable=False),
    Column("item", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Index("ix_change_number", "participant", "number", unique=True),
)

comment = Table(
    "comment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("as_sent", String(36), nullable=False, server_default=""),  # of a participant: the id that it gave
    Column("submission", ForeignKey("submission.id"), nullable=False),
    Column("by_participant", Boolean, nullable=False),
    Column("author", Text, nullable=False),
    Column("kind", String(40), nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("proposed", Text, nullable=False, server_default=""),
    Column("table_id", Text, nullable=False, server_default=""),
    Column("row_key", Text, nullable=False, server_default=""),
    Column("column_id", Text, nullable=False, server_default=""),
    Column("in_reply_to", String(36), nullable=False, server_default=""),
    Column("at", String(32), nullable=False),
    Index("ix_comment_of", "submission"),
)

decision = Table(  # append-only: what a reviewer said of a submission
    "decision",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("submission", ForeignKey("submission.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("their_ref", Text, nullable=False, server_default=""),
    Column("by", String(80), nullable=False),
    Column("at", String(32), nullable=False),
)

content_pack = Table(
    "content_pack",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("version", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("source", Text, nullable=False),
    Column("date", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("published_at", String(32), nullable=False),
    Column("published_by", String(80), nullable=False),
    Column("withdrawn", Text, nullable=False, server_default=""),  # why; '' = it stands
    Column("pack_version", Integer, nullable=False, server_default="1"),  # of this row, for the feed
)

record = Table(  # the few things that both sides may edit
    "record",
    metadata,
    Column("participant", ForeignKey("participant.id"), primary_key=True),
    Column("record", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("by", String(80), nullable=False),
)

person = Table(  # reviewers and administrators
    "person",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("role", String(20), nullable=False),  # reviewer, administrator
    Column("password", Text, nullable=False),  # Argon2id, PHC text
    Column("added_at", String(32), nullable=False),
    Column("disabled", Text, nullable=False, server_default=""),
)

session = Table(
    "session",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the cookie or API token
    Column("person", ForeignKey("person.name"), nullable=False),
    Column("kind", String(10), nullable=False),  # browser, token
    Column("begun_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
)

sign_in_attempt = Table(  # of persons, that failed or are not decided yet; thrown away after a day
    "sign_in_attempt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name_hash", String(64), nullable=False),  # what was typed may be a password
    Column("address_hash", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Index("ix_sign_in_attempt_at", "at"),
)

audit = Table(  # append-only chain: h = SHA-256(prev + canonical JSON of the rest)
    "audit",
    metadata,
    Column("seq", _serial, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor", String(120), nullable=False),  # device uuid, person, command line
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),  # ids only, no personal data
    Column("detail", Text, nullable=False, server_default=""),
    Column("prev", String(64), nullable=False),
    Column("h", String(64), nullable=False),
)

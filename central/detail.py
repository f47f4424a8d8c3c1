"""All that stands about one submission, as it is read for reviewers."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, RowMapping, select

from central.refusals import Refused
from central.tables import attachment, comment, decision, device, participant, receipt, submission
from desktop.sync.wire import envelope as wire

NEXT: Mapping[str, tuple[str, ...]] = {
    "received": ("in review", "changes requested", "accepted"),
    "in review": ("changes requested", "accepted"),
    "changes requested": ("in review", "accepted"),
    "accepted": ("changes requested",),
    "superseded": (),
    "withdrawn": (),
}
"""Which decision may follow which state; the desktop follows the same ones."""


@dataclass(frozen=True)
class Comment:
    """As it is kept. `replies`: those that answer it, oldest first."""

    id: str
    by_participant: bool
    author: str
    kind: str
    text: str
    proposed: str
    table_id: str
    row_key: str
    column_id: str
    in_reply_to: str
    at: str
    replies: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Decision:
    """As it is kept."""

    state: str
    note: str
    their_ref: str
    by: str
    at: str


@dataclass(frozen=True)
class File:
    """A file of it. `size` in bytes."""

    position: int
    role: str
    recipient: str
    name: str
    sha256: str
    size: int
    type: str


@dataclass(frozen=True)
class Version:
    """One in the chain of versions of a reference, or the withdrawal of one (`act`)."""

    id: str
    act: str
    version: int
    state: str
    received_at: str


@dataclass(frozen=True)
class Detail:
    """All that stands about one submission."""

    id: str
    participant: str
    participant_name: str
    state: str
    state_version: int
    their_ref: str
    received_at: str
    channel: str
    sha256: str
    """Of the envelope's bytes."""
    envelope: wire.Envelope
    device: str
    device_name: str
    device_revoked: str
    signature_holds: bool
    receipt_number: int
    receipt: str
    """The JWS; '' = there is none (never, unless the database was changed by hand)."""
    files: tuple[File, ...]
    versions: tuple[Version, ...]
    """Of its reference, oldest first, itself too."""
    withdrawn: str
    """The reason that the participant gave; '' = it stands, or none was given."""
    comments: tuple[Comment, ...]
    """Those that answer no other, oldest first."""
    decisions: tuple[Decision, ...]

    @property
    def next(self) -> tuple[str, ...]:
        """States that may follow."""
        return NEXT.get(self.state, ())


def read_detail(connection: Connection, submission_id: str) -> Detail:
    """One submission. Raises Refused: not-found, for a withdrawal too; internal when its kept bytes were changed."""
    query = (
        select(
            submission,
            participant.c.name.label("participant_name"),
            device.c.name.label("device_name"),
            device.c.revoked,
            receipt.c.number,
            receipt.c.jws,
        )
        .join(participant, participant.c.id == submission.c.participant)
        .join(device, device.c.uuid == submission.c.device)
        .outerjoin(receipt, receipt.c.submission == submission.c.id)
        .where(submission.c.id == submission_id, submission.c.act == wire.SUBMIT)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        raise Refused("not-found", "There is no such submission.")
    data = bytes(row["bytes"])
    return Detail(
        **{one: row[one] for one in _PLAIN},
        envelope=_envelope(data),
        device_revoked=row["revoked"],
        signature_holds=wire.signature_holds(data, row["signature"], base64.b64decode(row["public_key"])),
        receipt_number=row["number"] or 0,
        receipt=row["jws"] or "",
        files=_files(connection, submission_id),
        versions=_versions(connection, row["participant"], row["reference"]),
        withdrawn=_withdrawal(connection, row),
        comments=_threads(connection, submission_id),
        decisions=_decisions(connection, submission_id),
    )


def _envelope(data: bytes) -> wire.Envelope:
    """It was read when it was accepted: that it cannot be read now means that the database was changed by hand."""
    try:
        return wire.read(data)
    except wire.EnvelopeRefused as error:
        raise Refused("internal", "What is kept of this submission was changed. Tell the administrator.") from error


_PLAIN = (
    "id", "participant", "participant_name", "state", "state_version", "their_ref", "received_at", "channel", "sha256",
    "device", "device_name",
)  # fmt: skip


def _files(connection: Connection, submission_id: str) -> tuple[File, ...]:
    query = select(attachment).where(attachment.c.submission == submission_id).order_by(attachment.c.position)
    names = ("position", "role", "recipient", "name", "sha256", "size", "type")
    return tuple(File(**{one: row[one] for one in names}) for row in connection.execute(query).mappings())


def _versions(connection: Connection, participant_id: str, reference: str) -> tuple[Version, ...]:
    here = (submission.c.participant == participant_id) & (submission.c.reference == reference)
    names = ("id", "act", "version", "state", "received_at")
    query = select(*(submission.c[one] for one in names)).where(here)
    rows = connection.execute(query.order_by(submission.c.received_at, submission.c.version, submission.c.id))
    return tuple(Version(**row) for row in rows.mappings())


def _withdrawal(connection: Connection, row: RowMapping) -> str:
    theirs = (submission.c.participant == row["participant"]) & (submission.c.act == wire.WITHDRAW)
    query = select(submission.c.bytes).where(theirs, submission.c.of.in_((row["id"], row["envelope"])))
    data = connection.execute(query).scalar()
    return _envelope(bytes(data)).reason if data else ""


def _threads(connection: Connection, submission_id: str) -> tuple[Comment, ...]:
    query = select(comment).where(comment.c.submission == submission_id).order_by(comment.c.at, comment.c.id)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    as_sent = {row["as_sent"]: row["id"] for row in rows if row["as_sent"]}
    for row in rows:
        row.pop("submission")
        row.pop("as_sent")
        row["in_reply_to"] = as_sent.get(row["in_reply_to"], row["in_reply_to"])
    there = {row["id"] for row in rows}
    top: dict[str, str] = {}
    for row in rows:  # an answer to an answer stands in the same thread
        above = row["in_reply_to"]
        top[row["id"]] = top.get(above, above) if above in there and above != row["id"] else row["id"]
    made = [Comment(**row) for row in rows]
    return tuple(
        Comment(**{**asdict(one), "replies": tuple(two for two in made if two is not one and top[two.id] == one.id)})
        for one in made
        if top[one.id] == one.id
    )


def _decisions(connection: Connection, submission_id: str) -> tuple[Decision, ...]:
    query = select(decision).where(decision.c.submission == submission_id).order_by(decision.c.at, decision.c.id)
    names = ("state", "note", "their_ref", "by", "at")
    return tuple(Decision(**{one: row[one] for one in names}) for row in connection.execute(query).mappings())

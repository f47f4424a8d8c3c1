"""Submissions accepted: all in one transaction, the receipt too, so that a repetition gives the same receipt."""

from __future__ import annotations

import base64
import hashlib
import uuid as uuids
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from central.audit import Audit
from central.chain import accept_rules
from central.clock import Clock, moment
from central.database import Database
from central.devices import Caller
from central.feed import Feed
from central.identity import Identity
from central.keys import Keys
from central.marks import Marks
from central.participants import row_of
from central.points import reach
from central.refusals import Refused
from central.room import spend
from central.settings import Settings
from central.tables import attachment, device, participant, receipt, submission
from central.uploads import Uploads, complete_sizes
from desktop.sync.wire import envelope as wire
from desktop.sync.wire import receipts
from desktop.sync.wire.feed import RECEIPT, STATUS
from desktop.sync.wire.protocol import UUID

ONLINE, BUNDLE = "online", "bundle"
_LONGEST_SIGNATURE = 4_000


@dataclass(frozen=True)
class _Sent:
    """What was sent, read and checked as far as it can be without the database."""

    envelope: wire.Envelope
    data: bytes
    sha256: str
    signature: str
    channel: str


class Receiving:
    """The same function for every channel: what arrives by two of them is there once, with one receipt."""

    def __init__(  # noqa: PLR0917 - wired once
        self,
        db: Database,
        keys: Keys,
        identity: Identity,
        feed: Feed,
        marks: Marks,
        audit: Audit,
        uploads: Uploads,
        settings: Settings,
        clock: Clock,
    ) -> None:
        """Nothing is read before it is asked for."""
        self._db = db
        self._keys = keys
        self._identity = identity
        self._feed = feed
        self._marks = marks
        self._audit = audit
        self._uploads = uploads
        self._settings = settings
        self._clock = clock

    def submit(self, caller: Caller, uuid: str, data: bytes, signature: str, channel: str = ONLINE) -> tuple[str, bool]:
        """The receipt, and whether it is new. `data`: the bytes of the envelope.

        Raises Refused: invalid {errors}, too-large {limit}, missing-blobs {missing}, submission-differs,
        superseded-base {current}, reference-taken, forbidden, no-room.
        """
        if len(data) > self._settings.limits.envelope:
            raise Refused(
                "too-large", "The envelope is larger than the endpoint takes.", limit=self._settings.limits.envelope
            )
        sha256 = hashlib.sha256(data).hexdigest()
        with self._db.read() as connection:
            there = _repeated(connection, caller.participant, uuid, sha256)
            epoch, newest = self._marks.newest(connection)
        if there is None:
            sent = _Sent(self._checked(caller, uuid, data, signature), data, sha256, signature, channel)
            # Outside the transaction, which nobody else can write beside: a storage may take long to say what it has.
            # Those that it has lost are not complete any more, and the transaction finds them missing.
            self._uploads.absent(caller.participant, list({one.sha256: one for one in sent.envelope.attachments}))
            with self._db.write() as connection:
                made = self._accept(connection, caller, sent)
                epoch, newest = self._marks.newest(connection)
                reach("submission-committing")
            reach("submission-committed")
        else:
            made = there, False
        self._marks.told(epoch, newest)
        return made

    def status(self, participant_id: str, uuid: str) -> dict[str, Any]:
        """State, reference and receipt of one. Raises Refused (not-found), for another participant's too."""
        query = (
            select(submission.c.state, submission.c.their_ref, receipt.c.jws)
            .join(receipt, receipt.c.submission == submission.c.id)
            .where(submission.c.participant == participant_id, submission.c.envelope == uuid)
        )
        with self._db.read() as connection:
            row = connection.execute(query).first()
            epoch, newest = self._marks.newest(connection)
        if row is None:
            raise Refused("not-found", "There is no such submission.")
        self._marks.told(epoch, newest)
        return {"state": row.state, "their_ref": row.their_ref, "receipt": row.jws}

    def _checked(self, caller: Caller, uuid: str, data: bytes, signature: str) -> wire.Envelope:
        try:
            read = wire.read(data)
        except wire.EnvelopeRefused as error:
            raise _invalid(error.pointer, error.detail) from error
        limits = self._settings.limits
        _check_lengths(read)
        if read.id != uuid or UUID.fullmatch(uuid) is None:
            raise _invalid("/id", "it is another id than that of the request")
        if read.participant != caller.participant:
            raise _invalid("/participant", "it is not the participant that this laptop was enrolled for")
        if not set(read.here) <= set(self._settings.recipients):
            raise _invalid("/here", "this endpoint does not receive for all of them")
        if len(read.attachments) > limits.attachments:
            raise Refused("too-large", "It has more files than the endpoint takes.", limit=limits.attachments)
        if any(one.size > limits.blob for one in read.attachments):
            raise Refused("too-large", "A file of it is larger than the endpoint takes.", limit=limits.blob)
        if len(signature) > _LONGEST_SIGNATURE or wire.signer(signature) != caller.signs_as:
            raise _invalid("", "the signature is not that of this laptop")
        return read

    def _accept(self, connection: Connection, caller: Caller, sent: _Sent) -> tuple[str, bool]:
        read = sent.envelope
        who = row_of(
            connection, caller.participant, lock=True
        )  # accepted one after the other: the receipts are a chain
        reach("submission-locked")
        there = _repeated(connection, caller.participant, read.id, sent.sha256)
        if there is not None:
            return there, False
        public_key = self._signed_by(connection, caller, who, sent)
        _need_files(connection, caller.participant, read)
        base = accept_rules(connection, caller.participant, read)
        room = None if read.act == wire.WITHDRAW else self._settings.room  # what is taken back needs room of nobody
        spend(connection, caller.participant, len(sent.data), room)
        now = moment(self._clock())
        made_id = _free_id(connection, caller.participant, read.id)
        epoch = self._marks.epoch(connection)
        connection.execute(
            insert(submission).values(
                id=made_id,
                participant=caller.participant,
                envelope=read.id,
                act=read.act,
                bytes=sent.data,
                sha256=sent.sha256,
                signature=sent.signature,
                device=caller.device,
                public_key=public_key,
                kind=read.kind,
                reference=read.reference,
                version=read.version,
                title=read.title,
                supersedes=read.supersedes,
                of=read.of,
                received_at=now,
                channel=sent.channel,
                state="received",
            )
        )
        if read.attachments:
            connection.execute(
                insert(attachment),
                [
                    {
                        "submission": made_id,
                        "position": position,
                        "role": one.role,
                        "recipient": one.recipient,
                        "name": one.name,
                        "sha256": one.sha256,
                        "size": one.size,
                        "type": one.type,
                    }
                    for position, one in enumerate(read.attachments)
                ],
            )
        reach("submission-kept")
        jws = self._receipt(connection, who, made_id, sent, epoch, now)
        reach("submission-receipt")
        self._tell(connection, caller.participant, made_id, read, jws, now, base)
        self._audit.add(
            connection, actor=caller.device, action=_ACTIONS[read.act], subject=made_id, detail=sent.channel
        )
        return jws, True

    def _signed_by(self, connection: Connection, caller: Caller, who: Row[Any], sent: _Sent) -> str:
        """The public key of the laptop as it stands, when it signed these bytes."""
        row = connection.execute(select(device).where(device.c.uuid == caller.device)).first()
        if row is None or row.participant != caller.participant or row.revoked or who.suspended:
            raise Refused("forbidden", "The endpoint does not let this laptop send any more. Ask it why.")
        if not wire.signature_holds(sent.data, sent.signature, base64.b64decode(row.public_key)):
            raise _invalid("", "the signature is not that of this laptop over these bytes")
        return str(row.public_key)

    def _receipt(  # noqa: PLR0917 - what a receipt is made of
        self, connection: Connection, who: Row[Any], made_id: str, sent: _Sent, epoch: str, now: str
    ) -> str:
        number = int(who.receipts) + 1
        signing = self._keys.signing()
        jws = receipts.sign(
            receipts.Receipt(
                endpoint=self._identity.uuid,
                epoch=epoch,
                participant=who.id,
                number=number,
                submission=sent.envelope.id,
                sha256=sent.sha256,
                attachments=tuple({one.sha256: one.size for one in sent.envelope.attachments}.items()),
                received_at=now,
                previous=who.last_receipt,
            ),
            signing.private,
            signing.id,
        )
        connection.execute(insert(receipt).values(submission=made_id, participant=who.id, number=number, jws=jws))
        connection.execute(
            update(participant)
            .where(participant.c.id == who.id)
            .values(receipts=number, last_receipt=receipts.chain_hash(jws))
        )
        return jws

    def _tell(  # noqa: PLR0917 - what happened
        self,
        connection: Connection,
        participant_id: str,
        made_id: str,
        read: wire.Envelope,
        jws: str,
        now: str,
        base: Row[Any] | None,
    ) -> None:
        self._feed.add(connection, participant_id, RECEIPT, read.id, 1, {"submission": made_id, "receipt": jws})
        if read.act == wire.SUBMIT:
            self._feed.add(
                connection, participant_id, STATUS, made_id, 1, _state(made_id, read.reference, "received", "", now)
            )
        if base is None or base.state in {"withdrawn", _AFTER[read.act]}:
            return
        state, version = _AFTER[read.act], base.state_version + 1
        connection.execute(
            update(submission).where(submission.c.id == base.id).values(state=state, state_version=version)
        )
        data = _state(base.id, base.reference, state, base.their_ref, now)
        self._feed.add(connection, participant_id, STATUS, base.id, version, data)


def _check_lengths(read: wire.Envelope) -> None:
    """What the tables and their indexes hold; the wire allows longer texts."""
    for name, most in (("kind", 40), ("reference", 200)):
        if len(getattr(read, name)) > most:
            raise _invalid(f"/{name}", f"it has more than {most} characters")
    for number, one in enumerate(read.attachments):
        if len(one.recipient) > 40:
            raise _invalid(f"/attachments/{number}/recipient", "it has more than 40 characters")


_AFTER = {wire.SUBMIT: "superseded", wire.WITHDRAW: "withdrawn"}
_ACTIONS = {wire.SUBMIT: "submission accepted", wire.WITHDRAW: "withdrawal accepted"}


def _state(submission_id: str, reference: str, state: str, their_ref: str, at: str) -> dict[str, Any]:
    return {
        "submission": submission_id, "reference": reference, "state": state, "note": "", "by": "",
        "their_ref": their_ref, "at": at,
    }  # fmt: skip


def _repeated(connection: Connection, participant_id: str, uuid: str, sha256: str) -> str | None:
    """The receipt of the same bytes with this id. Raises Refused (submission-differs) for others: the first is kept."""
    row = connection.execute(
        select(submission.c.sha256, receipt.c.jws)
        .join(receipt, receipt.c.submission == submission.c.id)
        .where(submission.c.participant == participant_id, submission.c.envelope == uuid)
    ).first()
    if row is None:
        return None
    if row.sha256 != sha256:
        raise Refused("submission-differs", "This id was used for other bytes; those are kept.", sha256=row.sha256)
    return str(row.jws)


def _need_files(connection: Connection, participant_id: str, read: wire.Envelope) -> None:
    sizes = {one.sha256: one.size for one in read.attachments}
    there = complete_sizes(connection, participant_id, list(sizes))
    missing = [one for one in sizes if one not in there]
    if missing:
        raise Refused("missing-blobs", f"{len(missing)} files of it have not arrived.", missing=missing)
    for number, one in enumerate(read.attachments):
        if there[one.sha256] != one.size:
            raise _invalid(f"/attachments/{number}/size", "the file with this hash has another size")


def _free_id(connection: Connection, participant_id: str, uuid: str) -> str:
    """Its own id; when another participant uses it too, one that follows from both: nobody learns of it."""
    taken = connection.execute(select(submission.c.id).where(submission.c.id == uuid)).first()
    return uuid if taken is None else str(uuids.uuid5(uuids.UUID(uuid), participant_id))


def _invalid(pointer: str, detail: str) -> Refused:
    return Refused("invalid", f"{pointer or 'It'}: {detail}.", errors=[{"pointer": pointer, "detail": detail}])

"""Laptops of participants: invited with a code that works once, enrolled with their public key, revoked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from central.audit import Audit
from central.clock import Clock, moment
from central.database import Database
from central.identity import Identity
from central.keys import Keys
from central.marks import Marks
from central.participants import row_of
from central.points import reach
from central.refusals import Refused
from central.settings import Settings
from central.tables import device, enrolment_code, participant
from desktop.sync.wire.invitation import Invitation
from desktop.sync.wire.protocol import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read for another."""
_CODE_LENGTH = 20
_LOOKS_LIKE = str.maketrans("OIL", "011")
_SEEN_EVERY = timedelta(minutes=10)
_LONGEST_NAME, _LONGEST_APP, _LONGEST_TOKEN = 200, 80, 200
_NO_CODE = "The code is not known, was used, or has expired. Ask the endpoint for a new one."


@dataclass(frozen=True)
class Caller:
    """The laptop that asks."""

    participant: str
    device: str
    participant_name: str = ""
    own_uuid: str = ""
    """What it calls itself, where that is not `device`: a laptop of another participant has that uuid too."""

    @property
    def signs_as(self) -> str:
        """The device that its signatures name."""
        return self.own_uuid or self.device


@dataclass(frozen=True)
class Device:
    """A laptop as the endpoint knows it. `revoked`: why; '' = it may send."""

    uuid: str
    participant: str
    name: str
    enrolled_at: str
    last_seen_at: str
    app: str
    revoked: str


@dataclass(frozen=True)
class Code:
    """An invitation that was made, without its code. `used_by`: uuid of the laptop; '' = nobody yet."""

    short: str
    """Beginning of its hash; names it."""
    participant: str
    made_at: str
    made_by: str
    expires_at: str
    used_at: str
    used_by: str


class Devices:
    """Tokens are not kept, only their hashes: the same code and key give the same token again."""

    def __init__(  # noqa: PLR0917 - wired once
        self, db: Database, keys: Keys, identity: Identity, marks: Marks, audit: Audit, settings: Settings, clock: Clock
    ) -> None:
        """Nothing is read before it is asked for."""
        self._db = db
        self._keys = keys
        self._identity = identity
        self._marks = marks
        self._audit = audit
        self._settings = settings
        self._clock = clock

    def invite(self, participant_id: str, by: str, days: int = 14) -> Invitation:
        """A code for one laptop, shown once. Raises Refused (not-found, invalid)."""
        if not 1 <= days <= 366:
            raise Refused("invalid", "An invitation is good for 1 to 366 days.", field="days")
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        now = self._clock()
        expires = moment(now + timedelta(days=days))
        with self._db.write() as connection:
            row = row_of(connection, participant_id)
            if row.suspended:
                raise Refused("invalid", f"{participant_id} is suspended.", field="participant")
            connection.execute(
                insert(enrolment_code).values(
                    hash=_hash(code), participant=participant_id, made_at=moment(now), made_by=by, expires_at=expires
                )
            )
            self._audit.add(connection, actor=by, action="invited", subject=participant_id, detail=_hash(code)[:12])
            epoch = self._marks.epoch(connection)
        return Invitation(
            address=self._settings.address,
            endpoint=self._identity.uuid,
            name=self._settings.name,
            epoch=epoch,
            recipients=self._settings.recipients,
            participant=participant_id,
            participant_name=row.name,
            code="-".join(code[start : start + 5] for start in range(0, _CODE_LENGTH, 5)),
            expires=expires,
            jwks=self._keys.jwks(),
        )

    def enrol(self, uuid: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Let a laptop in; the same code and key give the same answer again. Raises Refused (bad-code, invalid)."""
        code, public_key, name, app = _read(uuid, body)
        now = moment(self._clock())
        with self._db.write() as connection:
            asked = connection.execute(
                select(enrolment_code).where(enrolment_code.c.hash == _hash(code)).with_for_update()
            ).first()
            if asked is None:
                raise Refused("bad-code", _NO_CODE)
            self._db.number_in_order(connection)  # two that come with one new uuid: one after the other
            known = device_of(connection, asked.participant, uuid, lock=True)
            who = row_of(connection, asked.participant)
            token = self._keys.token_of(uuid, public_key, _hash(code))
            again = known is not None and asked.used_by == known.uuid and known.public_key == public_key
            if again and known is not None and (known.revoked or known.token_hash != hash_of(token)):
                raise Refused("bad-code", _NO_CODE)  # revoked since, or enrolled anew with a later code
            if not again:
                if asked.used_by or asked.expires_at <= now or who.suspended:
                    raise Refused("bad-code", _NO_CODE)
                kept_as, own = (known.uuid, known.own_uuid) if known is not None else _free_uuid(connection, uuid)
                self._enrol(
                    connection, known, uuid=kept_as, own_uuid=own, participant=asked.participant, name=name,
                    public_key=public_key, token_hash=hash_of(token), code_hash=_hash(code),
                    enrolled_at=now, app=app, revoked="",
                )  # fmt: skip
            epoch = self._marks.epoch(connection)
        reach("device-committed")
        return {
            "participant": asked.participant,
            "participant_name": who.name,
            "token": token,
            "endpoint": self._identity.uuid,
            "epoch": epoch,
            "jwks": self._keys.jwks(),
            "recipients": list(self._settings.recipients),
        }

    def caller(self, token: str) -> Caller:
        """Whose token it is. Raises Refused: sign-in; forbidden for one that was revoked or suspended."""
        if not token or len(token) > _LONGEST_TOKEN:
            raise Refused("sign-in", "The token is not known.")
        query = (
            select(device, participant.c.name.label("participant_name"), participant.c.suspended)
            .join(participant, participant.c.id == device.c.participant)
            .where(device.c.token_hash == hash_of(token))
        )
        with self._db.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise Refused("sign-in", "The token is not known.")
        if row.revoked or row.suspended:
            raise Refused("forbidden", "The endpoint does not let this laptop send any more. Ask it why.")
        self._seen(row)
        return Caller(row.participant, row.uuid, row.participant_name, row.own_uuid)

    def revoke(self, uuid: str, why: str, by: str) -> None:
        """It may do nothing any more, at once. Raises Refused (not-found, invalid)."""
        why = " ".join(why.split())[:500]
        if not why:
            raise Refused("invalid", "Say why.", field="why")
        with self._db.write() as connection:
            row = connection.execute(select(device).where(device.c.uuid == uuid).with_for_update()).first()
            if row is None:
                raise Refused("not-found", "There is no such laptop.")
            connection.execute(update(device).where(device.c.uuid == uuid).values(revoked=why))
            self._audit.add(connection, actor=by, action="laptop revoked", subject=uuid)

    def all(self, participant_id: str = "") -> tuple[Device, ...]:
        """Those of a participant ('' = of all), newest first."""
        query = select(device).order_by(device.c.enrolled_at.desc(), device.c.uuid)
        if participant_id:
            query = query.where(device.c.participant == participant_id)
        with self._db.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Device(one.uuid, one.participant, one.name, one.enrolled_at, one.last_seen_at, one.app, one.revoked)
            for one in rows
        )

    def codes(self, participant_id: str = "") -> tuple[Code, ...]:
        """Invitations that were made, newest first."""
        query = select(enrolment_code).order_by(enrolment_code.c.made_at.desc(), enrolment_code.c.hash)
        if participant_id:
            query = query.where(enrolment_code.c.participant == participant_id)
        with self._db.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Code(one.hash[:12], one.participant, one.made_at, one.made_by, one.expires_at, one.used_at, one.used_by)
            for one in rows
        )

    def take_back(self, short: str, by: str) -> None:
        """Take back an invitation that nobody used. Raises Refused (not-found)."""
        with self._db.write() as connection:
            rows = connection.execute(select(enrolment_code.c.hash).where(enrolment_code.c.used_by == "")).all()
            found = [one.hash for one in rows if one.hash[:12] == short]
            if not found:
                raise Refused("not-found", "There is no such invitation, or it was used.")
            connection.execute(delete(enrolment_code).where(enrolment_code.c.hash.in_(found)))
            self._audit.add(connection, actor=by, action="invitation taken back", subject=short)

    def _enrol(self, connection: Connection, known: Row[Any] | None, **values: Any) -> None:
        if known is None:
            connection.execute(insert(device).values(**values))
        else:
            connection.execute(update(device).where(device.c.uuid == values["uuid"]).values(**values))
        connection.execute(
            update(enrolment_code)
            .where(enrolment_code.c.hash == values["code_hash"])
            .values(used_at=values["enrolled_at"], used_by=values["uuid"])
        )
        reach("device-kept")
        self._audit.add(
            connection, actor=values["uuid"], action="laptop enrolled", subject=values["participant"],
            detail=values["code_hash"][:12],
        )  # fmt: skip

    def _seen(self, row: Row[Any]) -> None:
        """Every few minutes: not a write for every call. That it is not noted stops nothing."""
        now = self._clock()
        if row.last_seen_at and row.last_seen_at > moment(now - _SEEN_EVERY):
            return
        try:
            with self._db.write() as connection:
                connection.execute(update(device).where(device.c.uuid == row.uuid).values(last_seen_at=moment(now)))
        except Refused:
            return


def device_of(connection: Connection, participant_id: str, uuid: str, *, lock: bool = False) -> Row[Any] | None:
    """The laptop of this participant that calls itself so; those of others are not looked at."""
    own = or_(and_(device.c.uuid == uuid, device.c.own_uuid == ""), device.c.own_uuid == uuid)
    query = select(device).where(device.c.participant == participant_id, own)
    return connection.execute(query.with_for_update() if lock else query).first()


def _free_uuid(connection: Connection, uuid: str) -> tuple[str, str]:
    """How a new laptop is kept, and what it calls itself ('' = the same): nobody learns that another has its uuid."""
    taken = connection.execute(select(device.c.uuid).where(device.c.uuid == uuid)).first()
    return (uuid, "") if taken is None else (str(uuids.uuid4()), uuid)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _hash(code: str) -> str:
    """Of a code as it was typed: spaces, dashes and small letters do not matter."""
    plain = "".join(one for one in code.upper().translate(_LOOKS_LIKE) if one in _ALPHABET)
    return hashlib.sha256(f"enrolment code {plain}".encode()).hexdigest()


def _read(uuid: str, body: Mapping[str, Any]) -> tuple[str, str, str, str]:
    errors = []
    if UUID.fullmatch(uuid) is None:
        errors.append({"pointer": "", "detail": "the id of the laptop is no uuid"})
    texts = {one: body.get(one, "") for one in ("code", "public_key", "name", "app")}
    longest = {"code": 100, "public_key": 64, "name": _LONGEST_NAME, "app": _LONGEST_APP}
    for one, value in texts.items():
        if not isinstance(value, str) or len(value) > longest[one] or not value.isprintable():
            errors.append({"pointer": f"/{one}", "detail": f"it is no text of up to {longest[one]} characters"})
    if not errors and not _is_key(str(texts["public_key"])):
        errors.append({"pointer": "/public_key", "detail": "it is no Ed25519 public key in base64"})
    if errors:
        raise Refused("invalid", errors[0]["detail"], errors=errors)
    name = " ".join(str(texts["name"]).split())
    return str(texts["code"]), str(texts["public_key"]), name, str(texts["app"])


def _is_key(text: str) -> bool:
    try:
        raw = base64.b64decode(text, validate=True)
        Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError):
        return False
    return base64.b64encode(raw).decode() == text

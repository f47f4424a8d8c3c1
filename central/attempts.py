"""How often somebody may try to sign in: counted in the database, so that several workers count as one."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select

from central.clock import moment
from central.refusals import Refused
from central.tables import sign_in_attempt as attempt

WINDOW = timedelta(minutes=15)
PER_BOTH, PER_ADDRESS, PER_NAME = 5, 30, 60
"""In vain within the window: of one name from one address; from one address; of one name from everywhere.

The last is high: with a low one anybody could lock a reviewer out by guessing."""
_KEPT = timedelta(days=1)


def begin(connection: Connection, name: str, address: str, now: datetime) -> str:
    """Count an attempt; gives its id. Raises Refused (slow-down, with retry_after in seconds)."""
    since = moment(now - WINDOW)
    by_name, by_address = attempt.c.name_hash == _hash(name), attempt.c.address_hash == _hash(address)
    for most, which in ((PER_BOTH, and_(by_name, by_address)), (PER_ADDRESS, by_address), (PER_NAME, by_name)):
        if _count(connection, which, since) >= most:
            raise Refused(
                "slow-down",
                f"Too many attempts in vain. Try again in {int(WINDOW.total_seconds() // 60)} minutes.",
                retry_after=int(WINDOW.total_seconds()),
            )
    made = str(uuid.uuid4())
    connection.execute(delete(attempt).where(attempt.c.at < moment(now - _KEPT)))
    connection.execute(
        insert(attempt).values(id=made, name_hash=_hash(name), address_hash=_hash(address), at=moment(now))
    )
    return made


def forgive(connection: Connection, made: str, name: str, address: str) -> None:
    """It was right: what this name tried in vain from this address is forgotten."""
    connection.execute(delete(attempt).where(attempt.c.id == made))
    both = (attempt.c.name_hash == _hash(name)) & (attempt.c.address_hash == _hash(address))
    connection.execute(delete(attempt).where(both))


def _count(connection: Connection, which: ColumnElement[bool], since: str) -> int:
    return int(connection.execute(select(func.count()).where(which, attempt.c.at > since)).scalar_one())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

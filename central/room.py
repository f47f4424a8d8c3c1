"""How much each participant may keep here: one that went wild, or was stolen, does not fill the drive of the others.

Counted are the files, with the length that they were said to have when they were begun, and the bytes that were
written into the database (envelopes, answers, records). What waits is what arrived and no submission names yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from central.participants import row_of
from central.refusals import Refused
from central.settings import Room
from central.tables import attachment, blob, participant, submission

WAITING, KEPT = "waiting", "kept"


@dataclass(frozen=True)
class Usage:
    """Bytes of one participant. `waiting` is part of `kept`."""

    kept: int = 0
    waiting: int = 0


def need_for_file(connection: Connection, whose: str, more: int, room: Room) -> None:
    """Whether a file of the participant may be begun, or be `more` bytes longer; its row is locked.

    Raises Refused (no-room) with what is full as `of` and the `limit`.
    """
    who = row_of(connection, whose, lock=True)
    files = _sum(connection, blob.c.participant == whose)
    if files + who.written + more > room.kept:
        raise _full(whose, KEPT, room.kept)
    # Only when it may matter: whether a submission names them is asked file by file.
    if files + more > room.waiting and _sum(connection, blob.c.participant == whose, ~named()) + more > room.waiting:
        raise _full(whose, WAITING, room.waiting)


def spend(connection: Connection, whose: str, written: int, room: Room | None) -> None:
    """Count bytes that a laptop of the participant writes into the database; its row is locked.

    `room` None: they are taken in any case. Raises Refused (no-room).
    """
    who = row_of(connection, whose, lock=True)
    if room is not None and _sum(connection, blob.c.participant == whose) + who.written + written > room.kept:
        raise _full(whose, KEPT, room.kept)
    connection.execute(
        update(participant).where(participant.c.id == whose).values(written=participant.c.written + written)
    )


def usage(connection: Connection) -> Mapping[str, Usage]:
    """Of every participant, by id."""
    lengths = select(blob.c.participant, func.sum(blob.c.length)).group_by(blob.c.participant)
    files = {whose: int(length) for whose, length in connection.execute(lengths)}
    waiting = {whose: int(length) for whose, length in connection.execute(lengths.where(~named()))}
    return {
        one.id: Usage(files.get(one.id, 0) + one.written, waiting.get(one.id, 0))
        for one in connection.execute(select(participant.c.id, participant.c.written))
    }


def usage_of(connection: Connection, whose: str) -> Usage:
    """Of one. Raises Refused (not-found)."""
    mine = blob.c.participant == whose
    return Usage(_sum(connection, mine) + row_of(connection, whose).written, _sum(connection, mine, ~named()))


def named() -> ColumnElement[bool]:
    """Whether a submission of the same participant names the file."""
    return exists().where(
        attachment.c.sha256 == blob.c.sha256,
        attachment.c.submission == submission.c.id,
        submission.c.participant == blob.c.participant,
    )


def _sum(connection: Connection, *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.coalesce(func.sum(blob.c.length), 0)).where(*where)).scalar_one())


def _full(whose: str, what: str, limit: int) -> Refused:
    size = f"{limit // 2**30:,} GiB" if limit >= 2**30 else f"{limit // 2**20:,} MiB"
    sentence = {
        KEPT: f"{whose} has reached the {size} that it may keep there.",
        WAITING: f"The files of {whose} that no submission names yet have reached the {size} that they may take.",
    }[what]
    return Refused("no-room", sentence, of=what, limit=limit)

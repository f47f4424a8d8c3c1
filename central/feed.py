"""The change feed of each participant: numbered in the order of commit, read from a cursor on.

Each participant has numbers of its own, 1, 2, 3 ..., and what is said to everybody stands in each of their lists: what
a participant sees, the gaps in it too, says nothing of the others.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from central.clock import Clock, moment
from central.database import Database
from central.keys import Keys
from central.marks import Marks
from central.points import reach
from central.refusals import Refused
from central.tables import change, participant, submission
from desktop.sync.wire.feed import Item, Page

LONGEST_PAGE = 1_000
LARGEST_PAGE = 4 * 1024 * 1024
"""Bytes of the items of a page, about; one item is given however large it is. The client takes no more than 32 MiB."""
_AROUND = 200
"""Bytes of an item beside its data, about."""
_AT_A_TIME = 20
"""Changes that are in memory beside those of the page."""
_LONGEST_NUMBER = 18
_MARK = 16
"""Characters of the mark in a cursor: 96 bits of an HMAC."""


class Feed:
    """A cursor is `epoch.number.mark`, '' at the very beginning; to others it is opaque.

    The mark is made of the change with that number and of the endpoint's secret: where a service was put back whole,
    with its high-water mark, and gave the number to something else since, the cursor is known no more.
    """

    def __init__(self, db: Database, marks: Marks, keys: Keys, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._keys = keys
        self._db = db
        self._marks = marks
        self._clock = clock

    def add(  # noqa: PLR0917 - the fields of a change
        self, connection: Connection, whom: str, type_: str, item: str, version: int, data: Mapping[str, Any]
    ) -> None:
        """Tell a participant of a change, inside the transaction that makes it.

        A submission is named by its id in the table; the participant is told it by the id of the envelope.
        """
        item, data = _as_sent(connection, item, data)
        self._db.number_in_order(connection)
        self._number(connection, [whom], (type_, item, version, data))

    def add_for_all(self, connection: Connection, type_: str, item: str, version: int, data: Mapping[str, Any]) -> None:
        """Tell every participant; who is added later is told by whoever adds it."""
        self._db.number_in_order(connection)  # first: nobody is added meanwhile
        everybody = connection.execute(select(participant.c.id).order_by(participant.c.id)).scalars().all()
        self._number(connection, everybody, (type_, item, version, data))

    def _number(
        self, connection: Connection, whom: Sequence[str], what: tuple[str, str, int, Mapping[str, Any]]
    ) -> None:
        """A change in the list of each, with the number that follows there. Numbered alone."""
        type_, item, version, data = what
        seq = self._marks.newest(connection)[1]
        text, at = json.dumps(data, ensure_ascii=False), moment(self._clock())
        newest = select(func.max(change.c.number)).where(change.c.participant == participant.c.id).scalar_subquery()
        numbers = connection.execute(select(participant.c.id, newest).where(participant.c.id.in_(whom)))
        last = {one: number or 0 for one, number in numbers}
        rows = [
            {
                "seq": seq + place,
                "participant": one,
                "number": last[one] + 1,
                "type": type_,
                "item": item,
                "version": version,
                "data": text,
                "at": at,
            }
            for place, one in enumerate(whom, 1)
        ]
        if rows:
            connection.execute(insert(change), rows)
        reach("change-numbered")

    def page(self, whom: str, after: str, limit: int = 500) -> Page:
        """Changes that a participant is told of after a cursor ('' = from the start).

        A page ends after `limit` items or about LARGEST_PAGE bytes, whichever is first.
        Raises Refused: resync-required for a cursor of another epoch, or of a change that is not here (any more).
        """
        limit = max(1, min(limit, LONGEST_PAGE))
        with self._db.read() as connection:
            epoch, last = self._marks.newest(connection)
            start = self._start(connection, whom, after, epoch)
            query = (
                select(change)
                .where(change.c.participant == whom, change.c.number > start)
                .order_by(change.c.number)
                .limit(limit + 1)
                .execution_options(yield_per=_AT_A_TIME)
            )
            with connection.execute(query) as found:
                rows, more = _some(found, limit)
        items = tuple(Item(row.number, row.type, row.item, row.version, json.loads(row.data)) for row in rows)
        self._marks.told(epoch, max([last, *(row.seq for row in rows)]))
        following = f"{epoch}.{rows[-1].number}.{self._mark(rows[-1])}" if rows else after
        return Page(items, following, more, epoch)

    def _start(self, connection: Connection, whom: str, after: str, epoch: str) -> int:
        if not after:
            return 0
        theirs, number, mark = after.split(".") if after.count(".") == 2 else ("", "", "")
        if theirs == epoch and number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER:
            here = (change.c.participant == whom) & (change.c.number == int(number))
            row = connection.execute(select(change).where(here)).first()
            if row is not None and hmac.compare_digest(mark.encode(), self._mark(row).encode()):
                return int(number)
        raise Refused("resync-required", "Read the changes from the start.", epoch=epoch)

    def _mark(self, row: Row[Any]) -> str:
        """What a change is known by; it tells nobody what stands in it."""
        texts = (row.participant, row.number, row.type, row.item, row.version, row.data, row.at)
        return self._keys.token_of("change", *(str(one) for one in texts))[:_MARK]


def _some(found: Iterable[Row[Any]], limit: int) -> tuple[list[Row[Any]], bool]:
    """As many of them as one page holds, and whether there are more."""
    rows: list[Row[Any]] = []
    size = 0
    for row in found:
        size += len(row.data.encode()) + _AROUND
        if rows and (len(rows) == limit or size > LARGEST_PAGE):
            return rows, True
        rows.append(row)
    return rows, False


def _as_sent(connection: Connection, item: str, data: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    here = data.get("submission")
    if not here:
        return item, data
    sent = connection.execute(select(submission.c.envelope).where(submission.c.id == here)).scalar()
    if sent is None or sent == here:
        return item, data
    return (sent if item == here else item), {**data, "submission": sent}

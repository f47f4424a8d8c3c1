"""What waits to be sent and what was, as a table: its columns, and what each cell shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import polars as pl

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind
from desktop.sync import delivery_words
from desktop.sync.model import Delivery, Endpoint
from desktop.sync.wire.envelope import WITHDRAW

COLUMNS = (
    Column("stands", "State", ColumnKind.STATE, 17, facet=True),
    Column("ref", "Submission", ColumnKind.IDENTIFIER, 19, most=24),
    Column("title", "Title", width=28),
    Column("endpoint", "To", width=22, facet=True),
    Column("sent", "Progress", width=9, about="How much of its files the endpoint has, as far as is known"),
    Column("waiting", "Waiting", width=13, about="Since it was queued"),
    Column("next", "Next try", width=11),
    Column("why", "What holds it up", width=40),
    Column("size", "kB", ColumnKind.NUMBER, 9, about="All its files together, in thousands of bytes"),
    Column("recipients", "Recipients", width=22, facet=True),
    Column("what", "What", width=12, facet=True, shown=False, about="A submission, or the withdrawal of one"),
    Column("queued", "Queued on", ColumnKind.DATE, 12, shown=False),
    Column("queued_by", "Queued by", width=16, facet=True, shown=False),
    Column("received", "Received on", ColumnKind.DATE, 12, shown=False, about="By the endpoint's clock"),
    Column("bundled", "In a bundle of", ColumnKind.DATE, 12, shown=False),
    Column("envelope", "Delivery", ColumnKind.IDENTIFIER, 37, shown=False),
)
_LISTS = ("recipients",)
_SCHEMA = {
    ID: pl.Int64,
    **{
        one.key: pl.List(pl.String) if one.key in _LISTS else pl.Int64 if one.kind is ColumnKind.NUMBER else pl.String
        for one in COLUMNS
    },
}


def row_id(uuid: str) -> int:
    """The number of a delivery's row: follows from its uuid, so that it stays the same from one reading to the next."""
    return UUID(uuid).int >> 65


class DeliveryTable(FrameTable):
    """The table; it can take over the rows of one that was read later, so that a person keeps place and selection."""

    def __init__(self, frame: pl.DataFrame, ages: Sequence[str]) -> None:
        """`ages`: the words of the column Waiting, the longest first."""
        self._frame = frame
        super().__init__(
            COLUMNS,
            lambda: self._frame,
            ranks={"stands": delivery_words.STANDS, "waiting": ages},
            words={"recipients": "Nobody", "endpoint": "Nowhere"},
            name="list of what is sent",
        )

    def take(self, later: DeliveryTable) -> bool:
        """Have the rows of one that was read later; whether the same ones stand in the same places."""
        before = self.ids(0, self.count())
        self._frame, self._ranks = later._frame, later._ranks
        self.reload()
        return before == self.ids(0, self.count())


def table_of(
    deliveries: Sequence[Delivery], endpoints: Mapping[int, Endpoint], names: Mapping[str, str], now: datetime
) -> DeliveryTable:
    """The table, in the order of `deliveries`. `names`: of recipients, by id."""
    longest = sorted((one for one in deliveries if not one.done), key=lambda one: one.queued_at)
    ages = list(dict.fromkeys(delivery_words.waiting(one, now) for one in longest))
    frame = pl.DataFrame(
        [_cells(one, endpoints.get(one.endpoint_id), names, now) for one in deliveries], schema=_SCHEMA, orient="row"
    )
    return DeliveryTable(frame, ages)


def _cells(one: Delivery, endpoint: Endpoint | None, names: Mapping[str, str], now: datetime) -> tuple[object, ...]:
    held = delivery_words.why(one, endpoint)
    cells = {
        ID: row_id(one.uuid),
        "stands": delivery_words.stands(one),
        "ref": one.submission,
        "title": delivery_words.name_of(one),
        "endpoint": one.endpoint,
        "sent": delivery_words.progress(one),
        "waiting": delivery_words.waiting(one, now),
        "next": next_words(one, now),
        "why": _without_name(held.what, one.endpoint) if held else "",
        "size": max(1, round(one.size / 1000)) if one.size else 0,
        "recipients": [names.get(each, each) for each in one.recipients],
        "what": "Withdrawal" if one.act == WITHDRAW else "Submission",
        "queued": one.queued_at.astimezone().date().isoformat(),
        "queued_by": one.queued_by,
        "received": one.received_at.astimezone().date().isoformat() if one.received_at else "",
        "bundled": one.bundled_at.astimezone().date().isoformat() if one.bundled_at else "",
        "envelope": one.uuid,
    }
    return tuple(cells[name] for name in _SCHEMA)


def _without_name(what: str, endpoint: str) -> str:
    """What holds it up without the endpoint's name before it: that stands in the row already."""
    rest = what.removeprefix(f"{endpoint} is ")
    return rest[:1].upper() + rest[1:] if endpoint and rest != what else what


def next_words(one: Delivery, now: datetime) -> str:
    """When it is tried next, where that is known: `at 16:40`, `now`; '' where it does not wait for a time."""
    if one.done or one.paused or one.next_try_at is None:
        return ""
    if one.next_try_at <= now:
        return "now"
    here = one.next_try_at.astimezone()
    return f"at {here:%H:%M}" if here.date() == now.astimezone().date() else f"{here:%d %b %H:%M}"

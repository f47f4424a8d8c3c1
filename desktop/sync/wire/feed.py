"""The change feed: what an endpoint tells a participant, in order.

An item of an unknown type is kept raw and passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STATUS, COMMENT, PACK, RECEIPT, RECORD = "status", "comment", "pack", "receipt", "record"
"""Types of items, with their `data`:

- status: {submission, reference, state, note, by, their_ref, at}; state is one of STATES; by the reference other
  laptops of the participant know which numbers are taken
- comment: {submission, id, author, text, kind, proposed, table, row, column, in_reply_to, at, from}; `from` is reviewer
  or participant; an answer of the participant comes back so that other laptops of it have it
- pack: {kind, version, status, source, date, sha256, size, title, withdrawn, reason, at}; the bytes are at pack_path
- receipt: {submission, receipt}; the JWS, for laptops that did not see the answer
- record: {record, version, value, at, by}
"""
STATES = ("received", "in review", "changes requested", "accepted", "superseded", "withdrawn")


@dataclass(frozen=True)
class Item:
    """One change. `version`: of the thing `id`; a lower one than is known is passed over."""

    seq: int
    type: str
    id: str
    version: int
    data: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As it stands in a page."""
        return {"seq": self.seq, "type": self.type, "id": self.id, "version": self.version, "data": dict(self.data)}


@dataclass(frozen=True)
class Page:
    """Some changes, and where the next ones start. `next` is opaque."""

    items: tuple[Item, ...]
    next: str
    has_more: bool
    epoch: str

    def as_json(self) -> dict[str, Any]:
        """The answer's body."""
        return {
            "items": [one.as_json() for one in self.items],
            "next": self.next,
            "has_more": self.has_more,
            "epoch": self.epoch,
        }

    @staticmethod
    def read(body: object) -> Page:
        """Raises ValueError for what is no page."""
        try:
            if not isinstance(body, dict):
                raise ValueError("it is no page of changes")  # noqa: TRY004 - one failure for every fault
            items = tuple(_item(one) for one in body["items"])
            if not isinstance(body["next"], str) or not isinstance(body["epoch"], str):
                raise ValueError("it does not say where it ends")  # noqa: TRY004
            return Page(items, body["next"], body["has_more"] is True, body["epoch"])
        except (KeyError, TypeError) as error:
            raise ValueError("it is no page of changes") from error


def _item(body: Any) -> Item:
    seq, version, data = body["seq"], body["version"], body["data"]
    if type(seq) is not int or type(version) is not int or not isinstance(data, dict):
        raise ValueError("an item is of another shape")
    return Item(seq, str(body["type"]), str(body["id"]), version, data)

"""One thing that an endpoint said, on its way in: what every taker of them works with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desktop.changes import Subject
from desktop.records.cells import plain
from desktop.sync.wire.feed import Item
from local_db import deliveries, sync_log
from local_db.audit import timestamp
from local_db.connection import Connection
from local_db.endpoints import EndpointRow
from local_db.inbox import FeedRow

DONE = "done"
PASSED_OVER = "passed over"
"""Known already, or older than what is known."""
ELSEWHERE = "of another workspace"
"""About a submission that was not sent from here."""
UNREADABLE = "could not be read"
OURS = "said here"
"""An answer of this laptop that came back."""

LONGEST = 32_767
"""Characters of a text that are kept; an endpoint takes fewer."""


_FIRST, _LAST = 1970, 9990
"""Years of moments that are believed; beyond them clocks of places cannot be reckoned."""


class Unusable(ValueError):
    """A thing that cannot be what its type says: why, for the log."""


@dataclass(frozen=True)
class Arrived:
    """A thing of the feed. `before`: what was known of it; `set_back`: it is of another epoch than that."""

    source: EndpointRow
    item: Item
    epoch: str
    before: FeedRow | None
    now: datetime

    @property
    def set_back(self) -> bool:
        """The endpoint was restored since it said what is known: its versions do not count on."""
        return self.before is not None and self.before.epoch != self.epoch

    @property
    def known(self) -> Mapping[str, Any]:
        """The data that were known of it."""
        try:
            found = json.loads(self.before.data) if self.before else {}
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def text(self, name: str, longest: int = LONGEST) -> str:
        """A text of its data, that every program can hold; '' where there is none."""
        value = self.item.data.get(name, "")
        return plain(value)[:longest] if isinstance(value, str) else ""

    def line(self, name: str) -> str:
        """The same in one line of up to 200 characters."""
        return " ".join(self.text(name).split())[:200]

    def at(self, name: str = "at") -> datetime:
        """A moment of its data; now where it says none."""
        return moment(self.item.data.get(name)) or self.now

    def log(self, connection: Connection, item: str, event: str, detail: str = "") -> None:
        """A line for the log of sync."""
        row = sync_log.LogRow(timestamp(self.now), self.source.id, item, event, detail, "")
        sync_log.add(connection, row)


@dataclass(frozen=True)
class Taken:
    """What was done with it, and what that changed."""

    words: str
    subjects: tuple[Subject, ...] = ()


def envelope_of(connection: Connection, arrived: Arrived) -> deliveries.EnvelopeRow | None:
    """The envelope that it is about; None when it was not sent from here, or to another endpoint."""
    found = deliveries.envelope(connection, arrived.line("submission")) or deliveries.envelope(
        connection, arrived.item.id
    )
    return found if found is not None and found.endpoint_id == arrived.source.id else None


def moment(value: object) -> datetime | None:
    """An instant as an endpoint writes it; None for anything else. One without a zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        made = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return made if _FIRST <= made.year <= _LAST else None

"""What the endpoints say: states, comments, programme content, records that both sides edit."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import InvalidInput, NotFound
from desktop.records.cells import plain
from desktop.sync import feed_comments, feed_packs, feed_receipts, feed_status
from desktop.sync.endpoints import EndpointService
from desktop.sync.feed_item import DONE, PASSED_OVER, UNREADABLE, Arrived, Taken, Unusable
from desktop.sync.model import Choices, Conflict, Offer
from desktop.sync.offered import Offers
from desktop.sync.points import reach
from desktop.sync.receiving import Receiving
from desktop.sync.shared_records import SharedRecords
from desktop.sync.wire.feed import COMMENT, PACK, RECEIPT, RECORD, STATUS, Item, Page
from local_db import endpoints as endpoint_rows
from local_db import inbox as rows
from local_db.audit import timestamp
from local_db.connection import Connection, Store
from local_db.endpoints import EndpointRow

if TYPE_CHECKING:
    from desktop.content.service import ContentService
    from desktop.participant.service import ParticipantService
    from desktop.submissions.review.service import ReviewService
    from desktop.submissions.service import SubmissionService

KNOWN = (STATUS, COMMENT, PACK, RECEIPT, RECORD)
"""Types of things that this version understands."""
_LARGEST = 2**63 - 1
"""What a column holds."""


class InboxService:
    """Nothing that an endpoint says deletes a draft, a frozen submission or evidence."""

    def __init__(  # noqa: PLR0917 - wired once
        self,
        store: Store,
        endpoints: EndpointService,
        submissions: SubmissionService,
        reviews: ReviewService,
        content: ContentService,
        participant: ParticipantService,
        actor: str,
        clock: Clock,
    ) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._endpoints = endpoints
        self._submissions = submissions
        self._reviews = reviews
        self._content = content
        self._participant = participant
        self._actor = actor
        self._clock = clock
        self._receiving = Receiving(store, submissions, actor, clock)
        self._offers = Offers(store, content, actor, clock)
        self._records = SharedRecords(store, participant, actor, clock)

    def take_page(self, endpoint_id: int, page: Page, *, keep_cursor: bool = True) -> Changes:
        """Apply a page of changes and keep its cursor, in one transaction. The same page again changes nothing.

        Called by the round of sync and by return bundles. States become events of the submission, comments land on
        their rows, receipts of other laptops are checked and kept, packs are offered, records merged or in conflict.
        `keep_cursor` False: for pages that do not begin where this workspace stands. Raises NotFound.
        """
        self._store.require_writable()
        subjects: set[Subject] = set()
        told: Counter[str] = Counter()
        with self._store.write() as connection:
            source = endpoint_rows.endpoint(connection, endpoint_id)
            if source is None:
                raise NotFound("This endpoint is not there any more.", todo="Reload the page.")
            for item, epoch in self._left_over(connection, source):
                self._take(connection, source, item, epoch, subjects, told, again=True)
            for item in page.items:
                reach("feed.item")
                self._take(connection, source, item, page.epoch, subjects, told)
            if told:
                body = {"endpoint": source.uuid, "things": dict(sorted(told.items()))}
                title = f"Take in {_counted(told.total(), 'thing')} that an endpoint said"
                self._store.record("sync.take_in", title, body, actor=self._actor, at=self._clock())
            reach("feed.applied")
            if keep_cursor and (source.epoch, source.cursor) != (page.epoch, page.next):
                endpoint_rows.change(connection, endpoint_id, {"epoch": page.epoch, "cursor": page.next})
        reach("feed.committed")
        return Changes.of(*subjects, count=told.total()) if told else Changes()

    def offers(self) -> tuple[Offer, ...]:
        """Programme content that endpoints published, what waits for the person first."""
        return self._offers.offers()

    def keep_offer(self, endpoint_id: int, sha256: str, data: bytes) -> Changes:
        """Keep the fetched bytes of an offer. Raises FileRefused unless they have that hash and are such a pack.

        Of a kind that this version does not know only the hash is checked. Raises NotFound.
        """
        return self._offers.keep(endpoint_id, sha256, data)

    def offer_file(self, endpoint_id: int, sha256: str, path: Path) -> None:
        """Write its bytes to a file, for ContentService.compare.

        Raises NotFound, InvalidInput where it was not fetched yet, NotSaved.
        """
        self._offers.save(endpoint_id, sha256, path)

    def take_offer(self, endpoint_id: int, sha256: str) -> Changes:
        """Work with it from now on (ContentService.take). Can be undone.

        Raises NotFound, FileRefused, InvalidInput for a withdrawn one and for one that was not fetched yet.
        """
        return self._offers.take(endpoint_id, sha256)

    def refuse_offer(self, endpoint_id: int, sha256: str) -> Changes:
        """Do not ask again; it can still be taken later. Raises NotFound, InvalidInput for the one in use."""
        return self._offers.refuse(endpoint_id, sha256)

    def go_back(self, endpoint_id: int, sha256: str) -> Changes:
        """Go back from content in use to what was used before it (`Offer.way_back`). Can be undone.

        Raises NotFound, InvalidInput for content that is not in use.
        """
        return self._offers.go_back(endpoint_id, sha256)

    def conflicts(self) -> tuple[Conflict, ...]:
        """Records that were changed on both sides."""
        return self._records.conflicts()

    def choose(self, endpoint_id: int, record: str, choices: Choices) -> Changes:
        """Choose per field; those not named stay open. When none is open the result is kept here and sent.

        Both sides' values are kept in the audit log, and which side was chosen in the log of sync: that one may go
        to support, and names no people. A choice of '' opens a field again. Raises NotFound, InvalidInput.
        """
        return self._records.choose(endpoint_id, record, choices)

    def take_left_over(self, endpoint_id: int) -> Changes:
        """Take in what was only kept when it came: contacts, since a person has agreed to them meanwhile.

        Raises NotFound.
        """
        row = self._endpoints.row(endpoint_id)
        if not self._left_over(self._store.read(), row):
            return Changes()
        return self.take_page(endpoint_id, Page((), row.cursor, False, row.epoch), keep_cursor=False)

    def outgoing_records(self, endpoint_id: int) -> tuple[tuple[str, int, dict[str, object]], ...]:
        """Records that changed here since both had them last: (record, version it is based on, value).

        None while there is a conflict, and none for an endpoint without the consent to them (`Endpoint.contacts`).
        """
        return self._records.outgoing(endpoint_id)

    def record_sent(self, endpoint_id: int, record: str, version: int, value: dict[str, object]) -> Changes:
        """The endpoint took it as `version`: it is the new base."""
        self._store.require_writable()
        with self._store.write() as connection:
            return self._records.sent(connection, endpoint_id, record, version, value)

    def record_refused(self, endpoint_id: int, record: str, version: int, value: dict[str, object]) -> Changes:
        """The endpoint has another version: merge what can be merged, else there is a conflict.

        Afterwards `outgoing_records` gives what is to be sent instead, if anything.
        """
        self._store.require_writable()
        with self._store.write() as connection:
            row = rows.record(connection, endpoint_id, record)
            sure = row is None or version > row.version
            return self._records.arrived(connection, endpoint_id, record, version, value, sure=sure)

    def outgoing_answers(self, endpoint_id: int) -> tuple[tuple[str, dict[str, object]], ...]:
        """Answers to comments of an endpoint that it does not have yet: (uuid, body of PUT /v1/comments/{uuid}).

        The uuid follows from the comment and the answer, so that the same answer is one, whatever sends it how often.
        """
        return feed_comments.outgoing(self._store.read(), endpoint_id)

    def answer_sent(self, endpoint_id: int, uuid: str, body: dict[str, object]) -> Changes:
        """The endpoint has it."""
        self._store.require_writable()
        with self._store.write() as connection:
            feed_comments.sent(connection, endpoint_id, uuid, body, self._clock())
        return Changes.of(Subject.COMMENTS)

    # -- inside --------------------------------------------------------------------------------------------------------

    @staticmethod
    def _left_over(connection: Connection, source: EndpointRow) -> list[tuple[Item, str]]:
        """Things that were only kept and can be used now: this version understands them, a person agreed to them."""
        return [
            (Item(one.seq, one.type, one.item, one.version, json.loads(one.data)), one.epoch)
            for one in rows.not_understood(connection, source.id)
            if one.type in KNOWN and (one.type != RECORD or source.contacts)
        ]

    def _take(  # noqa: PLR0917 - what one thing of the feed touches
        self,
        connection: Connection,
        source: EndpointRow,
        item: Item,
        epoch: str,
        subjects: set[Subject],
        told: Counter[str],
        *,
        again: bool = False,
    ) -> None:
        """Take one thing in: once, in its order; one that cannot be used never holds up the others."""
        if not (0 <= item.version <= _LARGEST and 0 <= item.seq <= _LARGEST):
            return
        item = replace(item, type=plain(item.type)[:80], id=plain(item.id)[:200])
        before = rows.feed_item(connection, source.id, item.type, item.id)
        unread = before is not None and before.applied == UNREADABLE
        if not again and before is not None and before.epoch == epoch and item.version <= before.version:
            if not unread or item.version < before.version:
                return
            again = True  # it may be usable now: its key is pinned, say
        arrived = Arrived(source, item, epoch, None if again or unread else before, self._clock())
        try:
            with self._store.write():
                taken = self._by_type(connection, arrived)
        except (
            Unusable,
            InvalidInput,
            NotFound,
            ValueError,
            TypeError,
            KeyError,
            ArithmeticError,
            RecursionError,
        ) as error:
            if again and unread:
                return
            taken = Taken(UNREADABLE)
            why = str(error) if isinstance(error, (Unusable, InvalidInput, NotFound)) else type(error).__name__
            arrived.log(connection, item.id[:80], f"a {item.type[:40]} could not be used", why[:300])
        rows.keep_feed_item(
            connection,
            rows.FeedRow(
                source.id, item.type, item.id, item.version, item.seq,
                _as_text(item), timestamp(self._clock()),
                taken.words if item.type in KNOWN else "", epoch,
            ),
        )  # fmt: skip
        subjects.update(taken.subjects)
        if taken.words == DONE:
            told[item.type] += 1

    def _by_type(self, connection: Connection, arrived: Arrived) -> Taken:
        kind = arrived.item.type
        if kind == STATUS:
            return feed_status.take(connection, arrived, self._submissions)
        if kind == COMMENT:
            return feed_comments.take(connection, arrived, self._store, self._actor)
        if kind == RECEIPT:
            return feed_receipts.take(connection, arrived, self._receiving)
        if kind == PACK:
            return feed_packs.take(connection, arrived, self._content)
        if kind == RECORD:
            return self._record(connection, arrived) if arrived.source.contacts else Taken("")
        return Taken("")

    def _record(self, connection: Connection, arrived: Arrived) -> Taken:
        data = arrived.item.data
        version = data.get("version", arrived.item.version)
        if type(version) is not int:
            raise Unusable("a record has no version")
        if not isinstance(data.get("value"), dict):
            raise Unusable("a record has no value")
        name = arrived.line("record")
        known = rows.record(connection, arrived.source.id, name)
        sure = not (arrived.set_back and known is not None and version <= known.version)
        changed = self._records.arrived(connection, arrived.source.id, name, version, data.get("value"), sure=sure)
        return Taken(DONE if changed.subjects else PASSED_OVER, tuple(changed.subjects))


def _as_text(item: Item) -> str:
    """Its data as they are kept; {} for what is nested so deeply that nobody can write it down."""
    try:
        return json.dumps(dict(item.data), sort_keys=True)
    except RecursionError:
        return "{}"


def _counted(number: int, one: str) -> str:
    return f"a {one}" if number == 1 else f"{number:,} {one}s"

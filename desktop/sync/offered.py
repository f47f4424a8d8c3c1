"""Programme content that endpoints published: fetched, compared, taken, refused; and the way back from it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.content.pack import KINDS, parse_pack
from desktop.content.service import ContentService
from desktop.errors import FileRefused, InvalidInput, NotFound
from desktop.excel.saving import replacing
from desktop.sync.feed_item import moment
from desktop.sync.model import Offer, OfferState
from local_db import inbox as rows
from local_db import sync_log
from local_db.audit import timestamp
from local_db.connection import Connection, Store
from local_db.inbox import PackRow

_UNCHANGED = "The content in use was not changed."
_LARGEST = 20 * 1024 * 1024


class Offers:
    """What endpoints published; nothing of it is used before a person takes it."""

    def __init__(self, store: Store, content: ContentService, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._content = content
        self._actor = actor
        self._clock = clock

    def offers(self) -> tuple[Offer, ...]:
        """See InboxService."""
        with self._store.reading() as connection:
            found = rows.packs(connection)
            used = {kind: self._content.pack(kind).sha256 for kind in KINDS}
        made = [self._offer(one, used) for one in found]
        return tuple(sorted(made, key=_place))

    def get(self, endpoint_id: int, sha256: str) -> Offer:
        """One. Raises NotFound."""
        for one in self.offers():
            if (one.endpoint_id, one.sha256) == (endpoint_id, sha256):
                return one
        raise NotFound("This content is not offered any more.", todo="Reload the list.")

    def keep(self, endpoint_id: int, sha256: str, data: bytes) -> Changes:
        """See InboxService."""
        self._store.require_writable()
        with self._store.write() as connection:
            row = rows.pack(connection, endpoint_id, sha256)
            if row is None:
                raise NotFound("This content is not offered any more.", todo="Reload the list.")
            if row.fetched:
                return Changes()
            if len(data) > _LARGEST or hashlib.sha256(data).hexdigest() != sha256:
                raise FileRefused(
                    "The content that came is not what the endpoint published: its SHA-256 is another one.",
                    safe=_UNCHANGED,
                    todo="Sync again. If it comes again, tell the endpoint.",
                )
            if row.kind in KINDS:
                pack = parse_pack(data, name=f"{row.kind}.json", own=True)
                if pack.kind != row.kind:
                    raise FileRefused(
                        f"The content that came is of the kind “{pack.kind}”, not “{row.kind}”.",
                        safe=_UNCHANGED, todo="Tell the endpoint.",
                    )  # fmt: skip
            rows.keep_pack_bytes(connection, endpoint_id, sha256, data)
            at = timestamp(self._clock())
            line = sync_log.LogRow(at, endpoint_id, sha256, f"{row.kind} {row.version}: fetched", "", "")
            sync_log.add(connection, line)
        return Changes.of(Subject.INBOX)

    def save(self, endpoint_id: int, sha256: str, path: Path) -> None:
        """See InboxService."""
        data = self._bytes(endpoint_id, sha256)
        with replacing(path) as file:
            file.write(data)

    def take(self, endpoint_id: int, sha256: str) -> Changes:
        """See InboxService."""
        self._store.require_writable()
        offer = self.get(endpoint_id, sha256)
        if offer.withdrawn:
            raise InvalidInput(
                f"{offer.kind_name} {offer.version} was withdrawn by {offer.endpoint}: {offer.withdrawn}",
                safe=_UNCHANGED,
                field="offer",
            )
        data = self._bytes(endpoint_id, sha256)
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{offer.kind or 'content'}.json"
            file.write_bytes(data)
            with self._store.write() as connection:
                changed = Changes() if offer.in_use else self._content.take(file)
                self._decide(connection, sha256, OfferState.TAKEN)
        return Changes.of(Subject.INBOX, *changed.subjects, title=changed.title, count=1)

    def refuse(self, endpoint_id: int, sha256: str) -> Changes:
        """See InboxService."""
        self._store.require_writable()
        offer = self.get(endpoint_id, sha256)
        if offer.in_use:
            raise InvalidInput(
                f"{offer.kind_name} {offer.version} is in use.", safe=_UNCHANGED, field="offer",
                todo="Go back to the content before it first.",
            )  # fmt: skip
        with self._store.write() as connection:
            self._decide(connection, sha256, OfferState.NOT_WANTED)
        return Changes.of(Subject.INBOX, title=f"Leave out {offer.kind_name.lower()} {offer.version}", count=1)

    def go_back(self, endpoint_id: int, sha256: str) -> Changes:
        """See InboxService."""
        self._store.require_writable()
        offer = self.get(endpoint_id, sha256)
        if not offer.in_use:
            raise InvalidInput(
                f"{offer.kind_name} {offer.version} is not in use.", safe=_UNCHANGED, field="offer"
            )  # fmt: skip
        earlier = self._content.earlier(offer.kind, self._withdrawn())
        changed = self._content.use_again(earlier) if earlier is not None else self._content.reset(offer.kind)
        return Changes.of(Subject.INBOX, *changed.subjects, title=changed.title, count=1)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _withdrawn(self) -> set[str]:
        return {one.sha256 for one in rows.packs(self._store.read()) if one.withdrawn}

    def _bytes(self, endpoint_id: int, sha256: str) -> bytes:
        if rows.pack(self._store.read(), endpoint_id, sha256) is None:
            raise NotFound("This content is not offered any more.", todo="Reload the list.")
        data = rows.pack_bytes(self._store.read(), endpoint_id, sha256)
        if data is None:
            raise InvalidInput(
                "This content was not fetched yet.", safe=_UNCHANGED, todo="Sync first.", field="offer"
            )  # fmt: skip
        return data

    def _decide(self, connection: Connection, sha256: str, state: OfferState) -> None:
        rows.decide_pack(connection, sha256, state.value, timestamp(self._clock()), self._actor)

    def _offer(self, row: PackRow, used: dict[str, str]) -> Offer:
        in_use = used.get(row.kind) == row.sha256
        state = OfferState(row.state)
        return Offer(
            row.endpoint_id,
            row.endpoint,
            row.kind,
            KINDS.get(row.kind, row.kind),
            row.version,
            row.title,
            row.source,
            moment(row.published_at),
            row.sha256,
            row.size,
            bool(row.fetched),
            OfferState.TAKEN if in_use else state,
            row.withdrawn,
            in_use,
            way_back=self._way_back(row) if in_use and row.withdrawn else "",
        )

    def _way_back(self, row: PackRow) -> str:
        earlier = self._content.earlier(row.kind, self._withdrawn())
        if earlier is not None:
            return f"Go back to {earlier.version}, which was used before it"
        return f"Go back to the shipped {KINDS[row.kind].lower()}"


def _place(offer: Offer) -> tuple[int, float, str]:
    """What waits for the person first: what was withdrawn and is in use, what is offered; then the newest."""
    urgent = (
        0 if offer.withdrawn and offer.in_use else 1 if offer.state is OfferState.OFFERED and not offer.withdrawn else 2
    )
    return urgent, -(offer.published_at.timestamp() if offer.published_at else 0.0), offer.sha256

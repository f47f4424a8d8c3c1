"""Taking in a return bundle: signed by the endpoint with a key that is known, then as what comes by the network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.sync.endpoints import EndpointService
from desktop.sync.feed_item import moment
from desktop.sync.inbox import InboxService
from desktop.sync.model import BundleTaken, DeliveryState
from desktop.sync.pinning import with_rotations
from desktop.sync.points import reach
from desktop.sync.reconciling import queue_again
from desktop.sync.wire import bundle as wire
from desktop.sync.wire.feed import RECEIPT, Item, Page
from desktop.sync.wire.protocol import UUID, Info
from desktop.sync.wire.receipts import ReceiptWrong, check_bytes, number_of
from local_db import audit, deliveries, endpoints, sync_log
from local_db import inbox as inbox_rows
from local_db.connection import Store
from local_db.endpoints import EndpointRow
from local_db.sync_log import LogRow

_SAFE = "Nothing was taken in."


class Return:
    """See BundleService.take."""

    def __init__(self, store: Store, services: EndpointService, inbox: InboxService, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._endpoints = services
        self._inbox = inbox
        self._actor = actor
        self._clock = clock

    def take(self, paths: Sequence[Path], job: Job) -> tuple[BundleTaken, Changes]:
        """See BundleService.take."""
        if not paths:
            raise FileRefused("No file was given.", safe=_SAFE, todo="Choose the return bundle.")
        with ExitStack() as opened:
            parts: dict[int, wire.Part] = {}
            for path in paths:
                part = opened.enter_context(closing(_opened(path, job)))
                parts.setdefault(part.header.part, part)
            try:
                missing = wire.together(list(parts.values()))
            except wire.BundleRefused as error:
                raise FileRefused(
                    f"One of the files {error}.", safe=_SAFE, todo="Choose one bundle at a time."
                ) from None
            row = self._row(next(iter(parts.values())).header)
            keys = self._keys(row, list(parts.values()))
            if missing:
                return BundleTaken(row.id, row.name, missing=missing), Changes()
            return self._take(row, keys, [parts[number] for number in sorted(parts)], job)

    def _row(self, header: wire.Header) -> EndpointRow:
        """The endpoint that made it, for this participant. Raises FileRefused."""
        row = endpoints.of_uuid(self._store.read(), header.endpoint)
        if row is None or row.removed:
            raise FileRefused(
                "The bundle comes from an endpoint that this workspace does not use.",
                safe=_SAFE,
                todo="Add the endpoint with its invitation first.",
            )
        if header.participant != row.participant:
            raise FileRefused(
                f"The bundle is for the participant {header.participant[:40]}, not for this one.",
                safe=_SAFE,
                todo=f"Ask {row.name} for the bundle of your own laptop.",
            )
        return row

    @staticmethod
    def _keys(row: EndpointRow, parts: list[wire.Part]) -> dict[str, Any]:
        """The pinned keys, with new ones that they vouch for; one of them signed every part. Raises FileRefused."""
        pinned: dict[str, Any] = json.loads(row.jwks)
        for part in parts:
            if part.has("info.json"):
                pinned = with_rotations(pinned, _info(part).jwks)
        for part in parts:
            try:
                said = check_bytes(part.signature, pinned, wire.RETURN_TYPE)
            except ReceiptWrong:
                said = b""
            if said != wire.fingerprint(part.manifest):
                raise FileRefused(
                    f"The bundle is not signed by {row.name}.",
                    safe=_SAFE,
                    todo=f"Ask {row.name} for it again, and whether their key is another one now.",
                )
        return pinned

    def _take(
        self, row: EndpointRow, keys: dict[str, Any], parts: list[wire.Part], job: Job
    ) -> tuple[BundleTaken, Changes]:
        header = parts[0].header
        pages = [_page(part, path) for part in parts for path in part.names("changes/")]
        receipts = [(part, path) for part in parts for path in part.names("receipts/")]
        packs = [(part, path) for part in parts for path in part.names("packs/")]
        before = self._not_received(row)
        changed: list[Changes] = []
        with self._store.write() as connection:
            if json.loads(row.jwks) != keys:
                endpoints.change(connection, row.id, {"jwks": json.dumps(keys)})
        if header.device == row.device_uuid and not row.signed_in_at:
            changed.append(self._endpoints.enrolled_by_bundle(row.id))
        reach("return.enrolled")
        epoch = pages[0].epoch if pages else row.epoch
        items = tuple(_receipt(part, path) for part, path in receipts)
        mine = tuple(one for one in items if deliveries.delivery(self._store.read(), one.id) is not None)
        changed.append(self._inbox.take_page(row.id, Page(mine, "", False, epoch), keep_cursor=False))
        reach("return.receipts")
        mine_too = header.device == row.device_uuid
        there = {one.id for one in mine}
        restored = bool(mine_too and row.epoch and epoch != row.epoch)
        if mine_too and not restored and self._lost_the_newest(row, there, header.made_at):
            restored = True  # put back whole: it does not know it itself
            with self._store.write() as connection:
                inbox_rows.doubt_feed(connection, row.id)
        again = self._lost(row, there) if restored else 0
        follows = mine_too and header.cursor in {row.cursor, ""}  # '': from the start, or ours is not known there
        taken_in = 0
        for number, page in enumerate(pages):
            job.check()
            job.report(f"Taking in what {row.name} said", number, len(pages), "pages")
            made = self._inbox.take_page(row.id, page, keep_cursor=follows)
            taken_in += made.count or 0
            changed.append(made)
        reach("return.changes")
        notes = [f"{row.name} was restored from a backup: {again} of yours are to be sent again."] if again else []
        kept_packs = 0
        for part, path in packs:
            try:
                changed.append(self._inbox.keep_offer(row.id, path.split("/")[1], part.read(path)))
                kept_packs += 1
            except FileRefused as error:
                notes.append(error.what)
        received = len(before - self._not_received(row))
        subjects = {subject for one in changed for subject in one.subjects}
        if subjects:
            with self._store.write() as connection:
                at, words = audit.timestamp(self._clock()), f"{received} receipts, {taken_in} things"
                sync_log.add(connection, LogRow(at, row.id, "", "return bundle taken in", words, ""))
                if not row.address:  # by bundles only: the last contact is the last bundle that was read
                    endpoints.change(connection, row.id, {"last_ok_at": at})
            subjects.add(Subject.ENDPOINTS)
        taken = BundleTaken(
            row.id, row.name, receipts=received, items=taken_in, packs=kept_packs,
            already=len(mine) - received, notes=tuple(notes),
        )  # fmt: skip
        return taken, Changes.of(*subjects)

    def _not_received(self, row: EndpointRow) -> set[str]:
        rows = deliveries.deliveries(self._store.read(), endpoint_id=row.id)
        return {one.uuid for one in rows if one.state != DeliveryState.RECEIVED}

    def _lost_the_newest(self, row: EndpointRow, there: set[str], made_at: str) -> bool:
        """Whether a bundle lacks the newest receipt that is kept here, though it was made after it.

        Both moments are of the endpoint's clock. A bundle holds every receipt of the participant.
        """
        rows = deliveries.deliveries(self._store.read(), endpoint_id=row.id)
        received = [one for one in rows if one.state == DeliveryState.RECEIVED]
        newest = max(received, key=lambda one: number_of(one.receipt), default=None)
        if newest is None or newest.uuid in there:
            return False
        made, taken = moment(made_at), moment(newest.received_at)
        return made is not None and taken is not None and made > taken

    def _lost(self, row: EndpointRow, there: set[str]) -> int:
        """What was received once and has no receipt of a restored endpoint waits again; how many."""
        rows = deliveries.deliveries(self._store.read(), endpoint_id=row.id)
        gone = [one for one in rows if one.state == DeliveryState.RECEIVED and one.uuid not in there]
        for one in gone:
            queue_again(self._store, one, self._actor, self._clock)
        return len(gone)


def _opened(path: Path, job: Job) -> wire.Part:
    try:
        part = wire.Part(path, lambda _size: job.check())
    except wire.BundleRefused as error:
        raise FileRefused(
            f"The file “{path.name}” {error}.", safe=_SAFE, todo="Copy it again from where it came from."
        ) from error
    except OSError as error:
        raise FileRefused(
            f"The file “{path.name}” cannot be read.", safe=_SAFE, todo="Look whether it is there."
        ) from error
    if part.header.direction != wire.RETURN:
        part.close()
        raise FileRefused(
            f"The file “{path.name}” is a bundle for an endpoint, not one that came back from it.",
            safe=_SAFE,
            todo="Give it to the endpoint, and choose the bundle that they return.",
        )
    return part


def _page(part: wire.Part, path: str) -> Page:
    try:
        return Page.read(json.loads(part.read(path)))
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error


def _info(part: wire.Part) -> Info:
    try:
        return Info.read(json.loads(part.read("info.json")))
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error


def _receipt(part: wire.Part, path: str) -> Item:
    name = path.split("/")[1].removesuffix(".jws")
    if UUID.fullmatch(name) is None:
        raise _unreadable()
    jws = part.read(path).decode("ascii", "replace").strip()
    return Item(0, RECEIPT, name, 1, {"submission": name, "receipt": jws})


def _unreadable() -> FileRefused:
    return FileRefused(
        "The bundle holds something that cannot be read.", safe=_SAFE, todo="Ask the endpoint for it again."
    )

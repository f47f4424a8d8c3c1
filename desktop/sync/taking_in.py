"""The rest of a round: records and answers go, the changes come page by page, published content is fetched."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.declarations.body import sha256
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.sync.choosing import SMALL
from desktop.sync.endpoints import EndpointService
from desktop.sync.inbox import InboxService
from desktop.sync.model import Trouble
from desktop.sync.points import reach
from desktop.sync.transport import Transport
from desktop.sync.troubles import UNREADABLE, SyncTrouble
from desktop.sync.wire.feed import Page
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.protocol import CHANGES, comment_path, pack_path, record_path
from local_db import audit, sync_log
from local_db import deliveries as rows
from local_db.connection import Store
from local_db.deliveries import DepartureRow
from local_db.sync_log import LogRow

_PAGE = 500
"""Changes that are asked for at once."""
_MOST_MERGES = 3
"""Times that a record is merged and offered again in one round."""


class TakingIn:
    """Sends and takes what is no delivery."""

    def __init__(self, store: Store, endpoints: EndpointService, inbox: InboxService, clock: Clock) -> None:
        """Nothing is sent."""
        self._store = store
        self._endpoints = endpoints
        self._inbox = inbox
        self._clock = clock
        self._told: set[tuple[int, str, str]] = set()
        """What was refused and stands in the log since this program was started: it is not told again."""
        self._refused: dict[tuple[int, str], str] = {}
        """What was refused since this program was started, and as what: the same again would be refused again."""

    def send_records(
        self, endpoint_id: int, transport: Transport, job: Job, told: Callable[[Changes], None], *, again: bool
    ) -> None:
        """What both sides edit: the newest of ours, or what merging gave. Raises SyncTrouble, Cancelled.

        One that was refused goes again when it was changed, here or there, when the endpoint says another thing of
        itself (limits, formats), and with `again`: a person asked.
        """
        told(self._inbox.take_left_over(endpoint_id))
        for _ in range(_MOST_MERGES):
            refused = False
            for record, version, value in self._inbox.outgoing_records(endpoint_id):
                job.check()
                if not again and self._refused.get((endpoint_id, record)) == self._mark(endpoint_id, version, value):
                    continue
                refused |= self._send_record(endpoint_id, record, version, value, transport, job, told)
            if not refused:
                return

    def send_answers(
        self, endpoint_id: int, transport: Transport, job: Job, told: Callable[[Changes], None], *, again: bool
    ) -> None:
        """Answers in reviews. One that is refused does not stop the others, and goes again as a record does.

        Raises SyncTrouble, Cancelled.
        """
        for uuid, body in self._inbox.outgoing_answers(endpoint_id):
            job.check()
            mark = self._mark(endpoint_id, 0, body)
            if not again and self._refused.get((endpoint_id, uuid)) == mark:
                continue
            try:
                transport.call("PUT", comment_path(uuid), json=body, job=job)
            except SyncTrouble as error:
                self._passed_over(endpoint_id, uuid, "answer refused", error)
                self._refused[endpoint_id, uuid] = mark
                continue
            reach("answer.sent")
            self._left(endpoint_id, "comment", str(body.get("submission", "")), body)
            told(self._inbox.answer_sent(endpoint_id, uuid, body))

    def take_changes(  # noqa: PLR0917 - what a round works with
        self, endpoint_id: int, epoch: str, transport: Transport, job: Job, told: Callable[[Changes], None],
        compare: Callable[[str], object],
    ) -> int:  # fmt: skip
        """Everything that is new, page by page, each in one transaction with its place. How many items came.

        `compare` is called with the reason when the place is not known any more: the endpoint may have been restored.
        It asks for everything that was received, and has the list read from its start.
        Raises SyncTrouble, Cancelled.
        """
        count, from_start, limit = 0, False, _PAGE
        while True:
            job.check()
            query = {"after": self._endpoints.row(endpoint_id).cursor, "limit": str(limit)}
            try:
                answer = transport.call("GET", CHANGES, query=query, job=job)
            except SyncTrouble as error:
                if error.trouble.slug == "too-long" and limit > 1:
                    limit //= 2
                    continue
                if error.met is None or error.met.slug != "resync-required" or from_start:
                    raise
                from_start = True
                compare("it does not know the place in the list of changes any more")
                continue
            try:
                page = Page.read(answer.json())
            except (ValueError, RecursionError) as error:
                raise SyncTrouble(
                    Trouble("The list of changes cannot be read.", "It will be tried again.", Retry.AUTO, UNREADABLE,
                            answer.status, answer.request_id)
                ) from error  # fmt: skip
            if page.epoch != epoch:
                return count  # it was restored this moment: the next round asks for everything first
            reach("feed.page")
            if page.items or page.next != query["after"]:
                told(self._inbox.take_page(endpoint_id, page))
            reach("feed.taken")
            count += len(page.items)
            if not page.has_more or page.next == query["after"]:
                return count

    def fetch_offers(
        self, endpoint_id: int, transport: Transport, job: Job, told: Callable[[Changes], None], *,
        metered: bool, passed: Collection[str],
    ) -> set[str]:  # fmt: skip
        """Bytes of published content that is offered. Gives the hashes of those that cannot be taken.

        Raises SyncTrouble, Cancelled.
        """
        unfit: set[str] = set()
        for one in self._inbox.offers():
            if one.endpoint_id != endpoint_id or one.fetched or one.withdrawn or one.sha256 in passed:
                continue
            if metered and one.size >= SMALL:
                continue
            job.check()
            try:
                answer = transport.call("GET", pack_path(one.sha256), job=job)
            except SyncTrouble as error:
                self._passed_over(endpoint_id, one.sha256, "content not fetched", error)
                unfit.add(one.sha256)
                continue
            try:
                told(self._inbox.keep_offer(endpoint_id, one.sha256, answer.body))
            except PlainError as error:
                unfit.add(one.sha256)
                with self._store.write():
                    self._log(endpoint_id, one.sha256, "content not taken", error.what, answer.request_id)
        return unfit

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _send_record(  # noqa: PLR0917 - what there is to send
        self, endpoint_id: int, record: str, version: int, value: dict[str, object], transport: Transport, job: Job,
        told: Callable[[Changes], None],
    ) -> bool:  # fmt: skip
        """Whether another version stands there and was merged."""
        headers = {"If-Match": f'"{version}"'}
        try:
            answer = transport.call("PUT", record_path(record), headers=headers, json={"value": value}, job=job)
        except SyncTrouble as error:
            theirs = _theirs(error)
            if theirs is None:
                self._passed_over(endpoint_id, record, "record refused", error)
                self._refused[endpoint_id, record] = self._mark(endpoint_id, version, value)
                return False
            with self._store.write():
                self._log(endpoint_id, record, "record changed there", f"version {theirs[0]}", error.trouble.request_id)
            told(self._inbox.record_refused(endpoint_id, record, *theirs))
            return True
        body = answer.json()
        made = body.get("version") if isinstance(body, dict) else None
        if type(made) is not int:
            raise SyncTrouble(
                Trouble("The endpoint does not say which version it made of a record.", "It will be tried again.",
                        Retry.AUTO, UNREADABLE, answer.status, answer.request_id)
            )  # fmt: skip
        reach("record.sent")
        self._left(endpoint_id, record, record, value)
        told(self._inbox.record_sent(endpoint_id, record, made, value))
        return False

    def _passed_over(self, endpoint_id: int, item: str, event: str, error: SyncTrouble) -> None:
        """What is refused by itself is logged and left; everything else is raised."""
        if error.trouble.retry is not Retry.USER:
            raise error
        known = (endpoint_id, item, error.trouble.what)
        if known in self._told:
            return
        self._told.add(known)
        with self._store.write():
            self._log(endpoint_id, item, event, error.trouble.what, error.trouble.request_id)

    def _mark(self, endpoint_id: int, version: int, value: dict[str, object]) -> str:
        """As what it was sent, and to an endpoint of which kind. A hash: contacts are people's details."""
        said = {**json.loads(self._endpoints.row(endpoint_id).info), "time": ""}
        return sha256(json.dumps([version, value, said], ensure_ascii=False, sort_keys=True).encode())

    def _left(self, endpoint_id: int, what: str, name: str, value: dict[str, object]) -> None:
        data = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
        at = audit.timestamp(self._clock())
        with self._store.write() as connection:
            one = DepartureRow(at, "sync", endpoint_id, "", what, name, sha256(data), len(data))
            rows.add_departure(connection, one)

    def _log(self, endpoint_id: int, item: str, event: str, detail: str, request_id: str = "") -> None:
        at = audit.timestamp(self._clock())
        sync_log.add(self._store.writer, LogRow(at, endpoint_id, item, event, detail, request_id))


def _theirs(error: SyncTrouble) -> tuple[int, dict[str, object]] | None:
    """Version and value that stand there, of a version conflict."""
    if error.met is None or error.met.slug != "version-conflict":
        return None
    current = error.met.more.get("current")
    if not isinstance(current, dict):
        return None
    version, value = current.get("version"), current.get("value")
    return (version, dict(value)) if type(version) is int and isinstance(value, dict) else None

"""What the sample participant sent: to an endpoint that is made up and that nobody can reach.

Its receipts are signed with a key that is made from words; everything else goes the way it goes with a real one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop import paths
from desktop.app import Workspace
from desktop.jobs import Job
from desktop.submissions.model import Scope, SubmissionDetails
from desktop.sync.wire import envelope as envelopes
from desktop.sync.wire import feed
from desktop.sync.wire.receipts import Receipt, public_jwk, sign
from local_db import audit, deliveries, endpoints
from local_db.deliveries import DepartureRow

ADDED, SENT, REVIEWED, QUEUED = date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 23)
NAME = "Sample programme (made up)"
PARTICIPANT = "SAMPLE"
RECIPIENTS = ("BSC", "REC", "MCC")
_ENDPOINT = str(uuid5(NAMESPACE_DNS, "endpoint.sample.example"))
_EPOCH = str(uuid5(NAMESPACE_DNS, "epoch.sample.example"))
_DEVICE = str(uuid5(NAMESPACE_DNS, "device.sample.example"))
_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"made-up key of the sample's endpoint").digest())
_KEY_ID = "sample-1"


def steps(workspace: Workspace, job: Job) -> tuple[tuple[date, str, Callable[[], None]], ...]:
    """What the sample participant did, in order: the day, what to say meanwhile, and the step itself."""
    work = _Work(workspace, job)
    return (
        (ADDED, "Adding the sample's endpoint", work.add),
        (SENT, "Sending the sample's PIT plan", work.send),
        (REVIEWED, "Taking in what the sample's endpoint says", work.hear),
        (QUEUED, "Queuing the sample's work-off plan", work.queue),
    )


class _Work:
    """One after the other; each step stands on the ones before."""

    def __init__(self, workspace: Workspace, job: Job) -> None:
        self.workspace, self.job = workspace, job
        self.endpoint = self.plan = 0

    def add(self) -> None:
        """It is reached by bundles only, so that nothing in the sample ever asks the network."""
        store, now = self.workspace.store, self.workspace.clock()
        with store.write() as connection:
            self.endpoint = endpoints.add(
                connection,
                {
                    "uuid": _ENDPOINT,
                    "name": NAME,
                    "participant": PARTICIPANT,
                    "recipients": json.dumps(RECIPIENTS),
                    "device_uuid": _DEVICE,
                    "device_name": "Sample laptop",
                    "jwks": json.dumps({"keys": [public_jwk(_KEY, _KEY_ID)]}),
                    "epoch": _EPOCH,
                    "added_at": audit.timestamp(now),
                    "added_by": self.workspace.actor or paths.account_name(),
                },
            )
            told = {"uuid": _ENDPOINT, "recipients": list(RECIPIENTS)}
            store.record("endpoint.add", "Add an endpoint", told, actor=self.workspace.actor, at=now)

    def send(self) -> None:
        """The PIT plan goes to BSC and REC, and both receipts are in one."""
        self.plan = self._frozen(
            SubmissionDetails("pit_plan", scope=Scope(gate="pit_entry"), recipients=("BSC", "REC"), due="2026-11-20")
        )
        self.workspace.outbox.queue(self.plan)
        (delivery,) = self.workspace.outbox.deliveries(submission_id=self.plan)
        self._carry(delivery.uuid)
        self._tell(
            [(feed.RECEIPT, delivery.uuid, {"submission": delivery.uuid, "receipt": self._receipt(delivery.uuid)})]
        )

    def hear(self) -> None:
        """It is in review, somebody asks about a row, and milestones with another day are offered."""
        (delivery,) = self.workspace.outbox.deliveries(submission_id=self.plan)
        table = max(self.workspace.submissions.content(self.plan).tables, key=lambda one: one.count)
        row = next(iter(table.rows()))
        at = audit.timestamp(self.workspace.clock())
        comment = str(uuid5(NAMESPACE_DNS, "comment.sample.example"))
        pack = self._pack()
        sha256 = hashlib.sha256(pack).hexdigest()
        header = json.loads(pack)
        offered = {one: header[one] for one in ("kind", "version", "status", "source", "date")}
        self._tell(
            [
                (feed.STATUS, delivery.uuid, {
                    "submission": delivery.uuid, "state": "in review", "note": "", "by": "Analyst (made up)",
                    "their_ref": "PA-2026-1203", "at": at,
                }),
                (feed.COMMENT, comment, {
                    "submission": delivery.uuid, "id": comment, "author": "Analyst (made up)", "kind": "question",
                    "text": "Who stands in while the owner of this is away?", "proposed": "", "table": table.id,
                    "row": str(row[0]), "column": "", "in_reply_to": "", "at": at, "from": "reviewer",
                }),
                (feed.PACK, sha256, {
                    **offered, "sha256": sha256, "size": len(pack), "title": "Milestones (made up for the sample)",
                    "withdrawn": False, "reason": "", "at": at,
                }),
            ]
        )  # fmt: skip
        self.workspace.inbox.keep_offer(self.endpoint, sha256, pack)

    def queue(self) -> None:
        """The work-off plan waits for the next bundle."""
        self.workspace.outbox.queue(self._frozen(SubmissionDetails("work_off", recipients=("BSC",), due="2026-12-04")))

    # -- parts of them -------------------------------------------------------------------------------------------------

    def _frozen(self, details: SubmissionDetails) -> int:
        made, _ = self.workspace.submissions.prepare(details)
        self.workspace.submissions.freeze(made, self.job)
        return made

    def _carry(self, uuid: str) -> None:
        """What a bundle leaves behind here. The file itself is not written: the sample has no key to sign it with."""
        store, at = self.workspace.store, audit.timestamp(self.workspace.clock())
        kept = deliveries.envelope(store.read(), uuid)
        assert kept is not None  # it was queued
        name = f"{PARTICIPANT}-bundle.zip"
        rows = [
            DepartureRow(at, "bundle", self.endpoint, uuid, "file", one.name, one.sha256, one.size, name)
            for one in envelopes.read(bytes(kept.bytes)).attachments
        ]
        rows.append(
            DepartureRow(at, "bundle", self.endpoint, uuid, "envelope", uuid, kept.sha256, len(kept.bytes), name)
        )
        with store.write() as connection:
            deliveries.change(connection, uuid, at, bundled=at)
            for one in rows:
                deliveries.add_departure(connection, one)
            store.record(
                "sync.bundle", "Write a bundle of 1 envelope in 1 file", {"endpoint": _ENDPOINT, "files": {}},
                actor=self.workspace.actor, at=self.workspace.clock(),
            )  # fmt: skip

    def _tell(self, told: list[tuple[str, str, Mapping[str, Any]]]) -> None:
        store = self.workspace.store
        row = endpoints.endpoint(store.read(), self.endpoint)
        assert row is not None
        begin = int(row.cursor.rpartition(".")[2] or 0)
        items = tuple(
            feed.Item(begin + number, kind, item, begin + number, data)
            for number, (kind, item, data) in enumerate(told, start=1)
        )
        page = feed.Page(items, f"{_EPOCH}.{begin + len(items)}", False, _EPOCH)
        self.workspace.inbox.take_page(self.endpoint, page)

    def _receipt(self, uuid: str) -> str:
        kept = deliveries.envelope(self.workspace.store.read(), uuid)
        assert kept is not None
        files = envelopes.read(bytes(kept.bytes)).attachments
        each = tuple(dict.fromkeys((one.sha256, one.size) for one in files))
        at = audit.timestamp(self.workspace.clock())
        return sign(Receipt(_ENDPOINT, _EPOCH, PARTICIPANT, 1, uuid, kept.sha256, each, at, ""), _KEY, _KEY_ID)

    def _pack(self) -> bytes:
        """The shipped milestones with a note of M14 more, marked as a sample."""
        shipped = self.workspace.content.pack("milestones")
        body = json.loads(json.dumps(shipped.body))
        moved = next(one for one in body["milestones"] if one["id"] == "M14")
        moved["note"] = f"{moved['note']} Made up for the sample: the programme looks at this day again.".strip()
        header = {
            "kind": "milestones", "version": "2026.12-sample", "status": "sample",
            "source": "Made up for the sample workspace", "date": "2026-11-20", "body": body,
        }  # fmt: skip
        return (json.dumps(header, ensure_ascii=False, indent=1) + "\n").encode()


__all__ = ["NAME", "steps"]

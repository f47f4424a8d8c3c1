"""One delivery goes to its endpoint: its files, then its envelope, then the receipt is checked and kept.

Every step may be cut off and done again: the endpoint says what it has of a file, and the same envelope gets the same
receipt. What is on disk before each step: docs/sync-protocol.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.jobs import Job
from desktop.sync.delivery_reading import ON_ITS_WAY, WAITING
from desktop.sync.model import DeliveryState, Trouble
from desktop.sync.points import reach
from desktop.sync.receiving import Receiving
from desktop.sync.transport import Transport
from desktop.sync.troubles import SyncTrouble
from desktop.sync.uploading import Upload, Uploading, damaged
from desktop.sync.wire.envelope import Attachment, Envelope, read
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.protocol import JSON_TYPE, SIGNATURE_HEADER, UUID, submission_path
from desktop.sync.wire.receipts import ReceiptWrong
from local_db import audit
from local_db import deliveries as rows
from local_db.blobs import BlobStore
from local_db.connection import Store
from local_db.deliveries import DeliveryRow, DepartureRow
from local_db.errors import WorkspaceDamaged

_MOST_MISSING = 3
"""Times that files may be asked for again before it is left for later."""
_NOT_OUT = {"dns", "connect", "offline", "tls", "proxy", "captive", "keyring"}
"""Troubles after which nothing has left."""


class SetAside(Exception):
    """Something else goes first, or a person held it back: it goes on later from where it is."""


@dataclass(frozen=True)
class Way:
    """What one round sends with."""

    transport: Transport
    uploading: Uploading
    sign: Callable[[bytes], str]
    """The detached signature of this laptop."""
    job: Job
    told: Callable[[Changes], None]
    stands: Callable[[DeliveryRow], None]
    """Asked between parts; raises SetAside."""
    new_keys: Callable[[], bool]
    """Asks the endpoint for keys that one of ours vouches for; whether there were any."""


class Sending:
    """Sends deliveries."""

    def __init__(self, store: Store, blobs: BlobStore, receiving: Receiving, clock: Clock) -> None:
        """Nothing is sent."""
        self._store = store
        self._blobs = blobs
        self._receiving = receiving
        self._clock = clock

    def send(self, row: DeliveryRow, way: Way) -> None:
        """Bring it there, until its receipt is kept. Raises SyncTrouble, SetAside, Cancelled; then it goes on later."""
        try:
            self._send(row, way)
        finally:
            self._not_on_its_way(row)

    def _send(self, row: DeliveryRow, way: Way) -> None:
        kept = rows.envelope(self._store.read(), row.uuid)
        assert kept is not None
        data = bytes(kept.bytes)
        envelope = read(data)
        files = {one.sha256: one for one in envelope.attachments}
        uploads = {sha256: self._upload(one) for sha256, one in files.items()}
        if files and not (row.tried and row.sent >= row.size):  # else the endpoint says what it lacks
            self._files(row, envelope, uploads, list(files), way)
        for again in range(_MOST_MISSING + 1):
            way.job.check()
            way.stands(row)
            try:
                self._envelope(row, data, way)
            except SyncTrouble as error:
                missing = _missing(error, set(files))
                if not missing or again == _MOST_MISSING:
                    raise
            else:
                return
            self._files(row, envelope, uploads, missing, way)

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _files(
        self, row: DeliveryRow, envelope: Envelope, uploads: dict[str, Upload], wanted: list[str], way: Way
    ) -> None:
        self._change(row, way, state=DeliveryState.UPLOADING.value)
        reach("delivery.uploading")
        done = sum(one.size for sha256, one in uploads.items() if sha256 not in wanted)
        for sha256 in wanted:
            one = uploads[sha256]

            def at(offset: int, before: int = done) -> None:
                way.stands(row)
                self._change(row, way, sent=before + offset)
                what = f"Sending {row.ref} v{row.version} to {row.endpoint}"
                way.job.report(what, before + offset, row.size, "bytes")

            way.uploading.send(one, at)
            done += one.size
            self._left(row, envelope, sha256)

    def _envelope(self, row: DeliveryRow, data: bytes, way: Way) -> None:
        signature = way.sign(data)
        tried = row.tried or audit.timestamp(self._clock())
        self._change(row, way, state=DeliveryState.SENDING.value, signature=signature, tried=tried, sent=row.size)
        reach("delivery.sending")
        headers = {SIGNATURE_HEADER: signature, "Content-Type": JSON_TYPE}
        try:
            answer = way.transport.call("PUT", submission_path(row.uuid), headers=headers, data=data, job=way.job)
        except SyncTrouble as error:
            if error.met is not None or error.trouble.slug not in _NOT_OUT:
                self._envelope_left(row, len(data))
            if error.met is not None and error.met.slug == "superseded-base":
                current = str(error.met.more.get("current", ""))
                self._change(row, way, their_base=current if UUID.fullmatch(current) else "")
            raise
        reach("delivery.answered")
        self._envelope_left(row, len(data))
        body = answer.json()
        jws = str(body.get("receipt", "")) if isinstance(body, dict) else ""
        try:
            self._receipt(row, jws, answer.request_id, way)
        except ReceiptWrong as error:
            raise SyncTrouble(
                Trouble(
                    f"The receipt of {row.endpoint} {error}. So it does not count as received.",
                    "Tell the endpoint's people. Test the connection, and sign in again if they say that their key "
                    "is another one.",
                    Retry.USER,
                    "receipt",
                    answer.status,
                    answer.request_id,
                )
            ) from error

    def _receipt(self, row: DeliveryRow, jws: str, request_id: str, way: Way) -> None:
        """Check it and keep it; the endpoint's key may have been changed a moment ago. Raises ReceiptWrong."""
        try:
            way.told(self._receiving.keep(row.uuid, jws, request_id=request_id))
        except ReceiptWrong:
            if not way.new_keys():
                raise
            way.told(self._receiving.keep(row.uuid, jws, request_id=request_id))

    def _upload(self, one: Attachment) -> Upload:
        """The kept file. Raises SyncTrouble for one that is not there as it was kept."""
        try:
            path = self._blobs.path(one.sha256)
            if path.stat().st_size != one.size:
                raise damaged(one.name)
        except (WorkspaceDamaged, OSError) as error:
            raise damaged(one.name) from error
        return Upload(one.sha256, one.size, one.name, path)

    def _change(self, row: DeliveryRow, way: Way, **values: object) -> None:
        """Say how far it is, as long as it still waits: what a person did meanwhile stays. Raises SetAside."""
        with self._store.write() as connection:
            now = rows.delivery(connection, row.uuid)
            if now is None or now.state not in WAITING:
                raise SetAside
            rows.change(connection, row.uuid, audit.timestamp(self._clock()), **values)
        way.told(Changes.of(Subject.DELIVERIES))

    def _not_on_its_way(self, row: DeliveryRow) -> None:
        """Nothing of it is on its way now: it says so, how much of it is there, and (`tried`) that all of it may be."""
        now = rows.delivery(self._store.read(), row.uuid)
        if now is not None and now.state in ON_ITS_WAY:
            with self._store.write() as connection:
                at = audit.timestamp(self._clock())
                rows.change(connection, row.uuid, at, state=DeliveryState.QUEUED.value)

    def _left(self, row: DeliveryRow, envelope: Envelope, sha256: str) -> None:
        """A file has left, under every name that the envelope gives it."""
        at = audit.timestamp(self._clock())
        with self._store.write() as connection:
            for one in envelope.attachments:
                if one.sha256 == sha256:
                    rows.add_departure(
                        connection,
                        DepartureRow(at, "sync", row.endpoint_id, row.uuid, "file", one.name, one.sha256, one.size),
                    )

    def _envelope_left(self, row: DeliveryRow, size: int) -> None:
        at = audit.timestamp(self._clock())
        one = DepartureRow(at, "sync", row.endpoint_id, row.uuid, "envelope", f"{row.uuid}.json", row.sha256, size)
        with self._store.write() as connection:
            rows.add_departure(connection, one)


def _missing(error: SyncTrouble, known: set[str]) -> list[str]:
    """Files that the endpoint asks for; [] when it says something else."""
    if error.met is None or error.met.slug != "missing-blobs":
        return []
    told = error.met.more.get("missing")
    return [one for one in told if isinstance(one, str) and one in known] if isinstance(told, list) else []

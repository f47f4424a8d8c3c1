"""Bundles: the same envelopes carried by hand, for laptops that are never online, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.jobs import Job
from desktop.sync.bundle_export import Export
from desktop.sync.bundle_return import Return
from desktop.sync.endpoints import EndpointService
from desktop.sync.inbox import InboxService
from desktop.sync.model import BundleTaken, BundleWritten
from desktop.sync.outbox import OutboxService
from local_db.blobs import BlobStore
from local_db.connection import Store


class BundleService:
    """Exporting is not sending: a delivery stays as it is until a receipt comes."""

    def __init__(  # noqa: PLR0917 - wired once
        self,
        store: Store,
        blobs: BlobStore,
        endpoints: EndpointService,
        outbox: OutboxService,
        inbox: InboxService,
        folder: Path,
        actor: str,
        clock: Clock,
    ) -> None:
        """Nothing is read before it is asked for."""
        del outbox, folder  # of the contract: what is recorded goes through the store and the inbox
        self._store = store
        self._export = Export(store, blobs, endpoints, inbox, actor, clock)
        self._return = Return(store, endpoints, inbox, actor, clock)

    def export(
        self, endpoint_id: int, folder: Path, uuids: Sequence[str] = (), *, split_mib: int = 20, job: Job | None = None
    ) -> tuple[BundleWritten, Changes]:
        """Write everything without a receipt (or those named) for an endpoint; `split_mib` 0 = one file.

        Carries the enrolment of a laptop that is not signed in yet, records and answers in reviews too. Raises
        InvalidInput when there is nothing, NotFound, NotSaved, Cancelled, SyncTrouble without a key; then no file is
        left.
        """
        self._store.require_writable()
        return self._export.write(endpoint_id, folder, uuids, split_mib, job or Job())

    def take(self, paths: Sequence[Path], job: Job | None = None) -> tuple[BundleTaken, Changes]:
        """Take in a return bundle: one file or all of its parts, in any order.

        Raises FileRefused for one that is not signed by the endpoint it names, is for another laptop's participant,
        or is unsafe; then nothing is taken in. The same again changes nothing.
        """
        self._store.require_writable()
        return self._return.take(paths, job or Job())

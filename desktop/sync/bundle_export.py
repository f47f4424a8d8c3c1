"""Writing a bundle: all that waits for an endpoint, signed by this laptop, into files that are there whole or not."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.errors import InvalidInput, NotFound, WorkspaceDamaged
from desktop.excel.saving import NotSaved
from desktop.jobs import Job
from desktop.sync.endpoints import EndpointService
from desktop.sync.inbox import InboxService
from desktop.sync.model import BundleWritten, DeliveryState
from desktop.sync.points import reach
from desktop.sync.wire import bundle as wire
from desktop.sync.wire.envelope import Attachment, read
from desktop.sync.wire.envelope import sign as sign_detached
from local_db import audit, deliveries, sync_log
from local_db.blobs import BlobStore
from local_db.connection import Store
from local_db.deliveries import DeliveryRow, DepartureRow
from local_db.durable import sync_folder
from local_db.endpoints import EndpointRow
from local_db.sync_log import LogRow

_UNFINISHED = ".unfinished"
_WHY_NOT = "Nothing was written."


@dataclass
class _Load:
    """What goes into the bundle, and what is kept of it."""

    control: list[wire.Entry]
    blobs: list[wire.Entry]
    rows: list[DeliveryRow]
    left: list[DepartureRow]
    """Without moment and file."""


class Export:
    """See BundleService.export."""

    def __init__(  # noqa: PLR0917 - wired once
        self, store: Store, blobs: BlobStore, endpoints: EndpointService, inbox: InboxService, actor: str, clock: Clock
    ) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._blobs = blobs
        self._endpoints = endpoints
        self._inbox = inbox
        self._actor = actor
        self._clock = clock

    def write(
        self, endpoint_id: int, folder: Path, uuids: Sequence[str], split_mib: int, job: Job
    ) -> tuple[BundleWritten, Changes]:
        """See BundleService.export."""
        if split_mib < 0:
            raise InvalidInput("The size of the parts is a number of MiB, or 0 for one file.", field="split")
        row = self._endpoints.row(endpoint_id)
        key = self._endpoints.signing_key(endpoint_id)
        enrolment = self._endpoints.enrolment(endpoint_id)

        def sign(data: bytes) -> str:
            return sign_detached(data, key, row.device_uuid)

        wanted = self._wanted(endpoint_id, uuids)
        merged = Changes() if uuids else self._inbox.take_left_over(endpoint_id)
        load = self._load(row, wanted, sign, whole=not uuids)
        if not load.control and not load.blobs and enrolment is None:
            raise InvalidInput(
                f"Nothing waits for {row.name}.", safe=_WHY_NOT, todo="Queue a submission first.", field="endpoint"
            )
        in_each = [] if enrolment is None else [wire.small("enrolment.json", json.dumps(enrolment).encode())]
        parts = wire.plan([*load.control, *load.blobs], split_mib * 1024 * 1024)
        header = wire.Header(
            id=str(uuid4()),
            direction=wire.OUT,
            endpoint=row.uuid,
            participant=row.participant,
            device=row.device_uuid,
            part=1,
            parts=len(parts),
            made_at=audit.timestamp(self._clock()),
            cursor=row.cursor,
            submissions=tuple(one.uuid for one in load.rows),
        )
        names = self._names(folder, row, len(parts))
        total = sum(one.size for part in parts for one in part)
        done = 0

        def progress(size: int) -> None:
            nonlocal done
            done += size
            job.report(f"Writing the bundle for {row.name}", done, total, "bytes")
            job.check()

        fresh = [folder / f"{name}{wire.ENDING}{_UNFINISHED}" for name in names]
        try:
            for number, (path, name, entries) in enumerate(zip(fresh, names, parts, strict=True), start=1):
                with path.open("xb") as file:
                    wire.write(file, name, replace(header, part=number), [*in_each, *entries], sign, progress)
                    file.flush()
                    os.fsync(file.fileno())
                reach("bundle.written")
            written, changes = self._settle(row, load, fresh, job)
            return written, Changes.of(*changes.subjects, *merged.subjects, title=changes.title, count=changes.count)
        except (OSError, ValueError) as error:
            raise NotSaved(
                "The bundle could not be written." if isinstance(error, OSError) else f"The bundle: {error}.",
                safe="No file of it is left.",
                todo="Look whether the drive is full, or not to be written to; then write it again.",
            ) from error
        finally:
            for path in fresh:
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def _settle(self, row: EndpointRow, load: _Load, fresh: list[Path], job: Job) -> tuple[BundleWritten, Changes]:
        """The files get their names inside the transaction that records what left."""
        job.check()
        hashes = tuple(_hash(path, job.check) for path in fresh)
        size = sum(path.stat().st_size for path in fresh)
        targets = [path.with_name(path.name.removesuffix(_UNFINISHED)) for path in fresh]
        at = audit.timestamp(self._clock())
        named: list[Path] = []
        try:
            with self._store.write() as connection:
                for one in load.rows:
                    deliveries.change(connection, one.uuid, at, bundled=at)
                for left in load.left:
                    deliveries.add_departure(connection, replace(left, at=at, file_name=targets[0].name))
                files = _count(len(targets), "file")
                words = f"{_count(len(load.rows), 'submission')} in {files}, not sent as far as we know"
                for one in load.rows:
                    sync_log.add(connection, LogRow(at, row.id, one.uuid, "in a bundle", targets[0].name, ""))
                sync_log.add(connection, LogRow(at, row.id, "", "bundle written", words, ""))
                body = {"endpoint": row.uuid, "files": dict(zip((one.name for one in targets), hashes, strict=True))}
                self._store.record("sync.bundle", f"Write a bundle of {words.split(',', maxsplit=1)[0]}", body,
                                   actor=self._actor, at=self._clock())  # fmt: skip
                for source, target in zip(fresh, targets, strict=True):
                    _name(source, target)
                    named.append(target)
                sync_folder(targets[0].parent)
                reach("bundle.named")
        except BaseException:
            for target in named:
                with suppress(OSError):
                    target.unlink(missing_ok=True)
            raise
        written = BundleWritten(tuple(targets), hashes, tuple(one.uuid for one in load.rows), size)
        return written, Changes.of(Subject.DELIVERIES, Subject.ENDPOINTS)

    def _wanted(self, endpoint_id: int, uuids: Sequence[str]) -> list[DeliveryRow]:
        rows = deliveries.deliveries(self._store.read(), endpoint_id=endpoint_id)
        if not uuids:
            return [one for one in rows if one.state not in {DeliveryState.RECEIVED, DeliveryState.LEFT_OUT}]
        found = [one for one in rows if one.uuid in set(uuids)]
        if len(found) != len(set(uuids)):
            raise NotFound("One of these deliveries is not there, or is for another endpoint.", safe=_WHY_NOT)
        if any(one.state == DeliveryState.LEFT_OUT for one in found):
            raise InvalidInput("One of these was left out.", safe=_WHY_NOT, todo="Queue it again first.")
        return found

    def _load(self, row: EndpointRow, wanted: list[DeliveryRow], sign: Callable[[bytes], str], *, whole: bool) -> _Load:
        load = _Load([], [], wanted, [])
        blobs: dict[str, wire.Entry] = {}
        for one in wanted:
            kept = deliveries.envelope(self._store.read(), one.uuid)
            assert kept is not None  # by the schema
            data = bytes(kept.bytes)
            load.control.append(wire.small(f"submissions/{one.uuid}.json", data))
            load.control.append(wire.small(f"submissions/{one.uuid}.jws", sign(data).encode()))
            load.left.append(_left(row, one.uuid, "envelope", f"{one.uuid}.json", one.sha256, len(data)))
            for file in read(data).attachments:
                blobs.setdefault(file.sha256, self._blob(file))
                load.left.append(_left(row, one.uuid, "file", file.name, file.sha256, file.size))
        if whole:
            self._talk(row, load)
        load.blobs.extend(sorted(blobs.values(), key=lambda entry: (entry.size, entry.path)))
        return load

    def _talk(self, row: EndpointRow, load: _Load) -> None:
        """Records that both sides edit, and answers in reviews, that the endpoint does not have yet."""
        for record, version, value in self._inbox.outgoing_records(row.id):
            data = json.dumps({"record": record, "version": version, "value": value}, ensure_ascii=False).encode()
            load.control.append(wire.small(f"records/{record}.json", data))
            load.left.append(_left(row, "", "contacts", record, "", len(data)))
        for uuid, body in self._inbox.outgoing_answers(row.id):
            data = json.dumps(body, ensure_ascii=False).encode()
            load.control.append(wire.small(f"comments/{uuid}.json", data))
            load.left.append(_left(row, "", "comment", uuid, "", len(data)))

    def _blob(self, file: Attachment) -> wire.Entry:
        """The kept file. Raises NotSaved for one that is not there as it was kept."""
        try:
            path = self._blobs.path(file.sha256)
            size = path.stat().st_size
        except (WorkspaceDamaged, OSError):
            size = -1
        if size != file.size:
            raise NotSaved(
                f"The kept file “{file.name}” is missing or damaged.",
                safe=_WHY_NOT,
                todo="Check the workspace, and put the file back from a backup.",
            )
        return wire.blob(file.sha256, path, size)

    def _names(self, folder: Path, row: EndpointRow, parts: int) -> list[str]:
        """Names that are free in the folder: nothing there is ever overwritten. What a kill left is thrown away."""
        with suppress(OSError):
            for old in folder.glob(f"*{wire.ENDING}{_UNFINISHED}"):
                old.unlink()
        begin = f"{_plain(row.participant)}-{_plain(row.name)}-{today(self._clock).isoformat()}"
        for number in range(1, 10_000):
            base = begin if number == 1 else f"{begin}-{number}"
            names = [base] if parts == 1 else [f"{base}-part{one}of{parts}" for one in range(1, parts + 1)]
            taken = any(folder.glob(f"{base}{wire.ENDING}")) or any(folder.glob(f"{base}-part*of*{wire.ENDING}"))
            if not taken:
                return names
        raise NotSaved("The folder is full of bundles of today.", safe=_WHY_NOT, todo="Choose another folder.")


def _left(row: EndpointRow, envelope: str, what: str, name: str, sha256: str, size: int) -> DepartureRow:  # noqa: PLR0917
    return DepartureRow("", "bundle", row.id, envelope, what, name, sha256, size)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _name(source: Path, target: Path) -> None:
    if target.exists():
        raise FileExistsError(target.name)
    source.rename(target)


def _plain(text: str) -> str:
    made = "".join(one if one.isascii() and one.isalnum() else "-" for one in text)
    return "-".join(part for part in made.split("-") if part)[:40] or "endpoint"


def _hash(path: Path, check: Callable[[], None]) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(wire.CHUNK):
            made.update(chunk)
            check()
    return made.hexdigest()

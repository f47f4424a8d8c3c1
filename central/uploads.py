"""Files of participants, arriving in parts: no byte that was not sent, none lost that was acknowledged."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, update

from central.blobs.storage import Storage
from central.clock import Clock, moment
from central.database import Database
from central.locks import PATIENCE
from central.participants import row_of
from central.points import reach
from central.refusals import Refused
from central.room import named, need_for_file
from central.settings import Room
from central.tables import attachment, blob, submission
from desktop.sync.wire.protocol import SHA256, Limits

AT_ONCE = 64 * 1024 * 1024
"""Bytes of a file that is compared with its hash before the last part is answered; a larger one is compared behind."""
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]+={0,2}):\s*(?:,|$)")
_AT_A_TIME = 500
_LOOKING = 8
"""Files that are looked for in the storage at the same time; a storage over the network takes its time for each."""
_LONG = 3600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lost:
    """A file that is not in the storage any more, or not whole, though it was complete or is named in a receipt.

    `submissions`: those that have a receipt for it.
    """

    participant: str
    sha256: str
    submissions: tuple[str, ...]


@dataclass(frozen=True)
class Upload:
    """How much of a file is there. All of it and not complete: it is still being compared with its hash."""

    offset: int
    length: int
    complete: bool


class Uploads:
    """The space of each participant is its own: a hash alone never opens another one's file."""

    def __init__(
        self, db: Database, storage: Storage, limits: Limits, room: Room, clock: Clock, *, at_once: int = AT_ONCE
    ) -> None:
        """Nothing is read before it is asked for."""
        self._db = db
        self._storage = storage
        self._limits = limits
        self._room = room
        self._clock = clock
        self._at_once = at_once
        self._behind = ThreadPoolExecutor(2, thread_name_prefix="compare")
        self._comparing: set[tuple[str, str]] = set()
        self._comparing_lock = threading.Lock()

    def head(self, participant: str, sha256: str) -> Upload | None:
        """How much of it is there; None = nothing. What is whole and was not compared yet is compared now.

        A complete file that the storage has lost is asked for again from its first byte.
        """
        _check(sha256)
        row = self._row(participant, sha256)
        if row is not None and 0 < row.offset < row.length:
            return _upload(row)
        size = self._storage.size(participant, sha256)
        if row is not None and row.complete:
            return _upload(row) if size == row.length else self._look_again(participant, sha256)
        if size is None and (row is None or row.offset < row.length):
            return _upload(row) if row is not None else None
        try:
            return self._end(participant, sha256)
        except Refused as error:
            if error.problem.slug != "blob-digest-mismatch":
                raise
            return Upload(0, row.length if row is not None else 0, False)

    def append(
        self,
        participant: str,
        sha256: str,
        *,
        offset: int,
        length: int,
        complete: bool,
        digest: str,
        parts: bytes | Iterable[bytes],
    ) -> Upload:
        """Take one part. `digest`: the header Content-Digest, `sha-256=:base64:`; `complete`: it is the last.

        Raises Refused: bad-digest, mismatching-upload-offset {offset}, blob-complete, blob-length-differs {length},
        blob-digest-mismatch {offset}, too-large {limit}, bad-request, no-room, unavailable.
        """
        _check(sha256)
        part = self._part(offset=offset, length=length, complete=complete, digest=digest, parts=parts)
        with self._db.locks.hold(_name(participant, sha256)):
            self._begin(participant, sha256, offset, length)
            reach("blob-begun")
            try:
                self._storage.write(participant, sha256, offset, part)
            except FileNotFoundError:
                self._commit(participant, sha256, 0)
                raise Refused("mismatching-upload-offset", "The file ends elsewhere.", offset=0) from None
            end = offset + part.size
            self._commit(participant, sha256, end)
            reach("blob-committed")
        if end < length:
            return Upload(end, length, False)
        return self._end(participant, sha256) or Upload(0, length, False)

    def open(self, participant: str, sha256: str) -> Iterator[bytes]:
        """The bytes of a complete file, chunk by chunk. Raises Refused (not-found), before the first."""
        _check(sha256)
        row = self._row(participant, sha256)
        if row is None or not row.complete:
            raise Refused("not-found", "There is no such file.")
        try:
            return self._storage.read(participant, sha256)
        except FileNotFoundError:
            _log.error("a complete file is missing in the storage", extra={"sha256": sha256})
            raise Refused("not-found", "There is no such file.") from None

    def finish(self, participant: str, sha256: str) -> None:
        """Compare a file of which all bytes are there with its hash now, however long it takes.

        Raises Refused (blob-digest-mismatch, unavailable).
        """
        _check(sha256)
        self._compare(participant, sha256, _LONG)

    def absent(self, participant: str, hashes: Sequence[str]) -> set[str]:
        """Which of these files the storage does not have, though they were complete: each is asked for again.

        Asked before a receipt is given for them. Raises Refused (unavailable).
        """
        with self._db.read() as connection:
            sizes = complete_sizes(connection, participant, hashes)
        return {sha256 for _, sha256 in self._gone([(participant, one, size) for one, size in sizes.items()])}

    def lost(self) -> list[Lost]:
        """Every file that the storage should have and has not; each is asked for again.

        Raises Refused (unavailable).
        """
        with self._db.read() as connection:
            rows = connection.execute(select(blob.c.participant, blob.c.sha256, blob.c.length).where(blob.c.complete))
            sizes = [(one.participant, one.sha256, one.length) for one in rows]
        self._gone(sizes)
        complete = {(whose, sha256) for whose, sha256, _ in sizes}
        query = select(submission.c.participant, attachment.c.sha256).join(
            attachment, attachment.c.submission == submission.c.id
        )
        with self._db.read() as connection:
            still = select(blob.c.participant, blob.c.sha256).where(blob.c.complete)
            there = {(one.participant, one.sha256) for one in connection.execute(still)}
            named = {(one.participant, one.sha256) for one in connection.execute(query)}  # noted as missing before, too
            gone = sorted((complete | named) - there)
            return [Lost(*one, _submissions_of(connection, *one)) for one in gone]

    def sweep(self, whose: str = "", days: float | None = None) -> int:
        """Throw away what was begun, or arrived and was never handed over, and not touched for long; how many.

        `whose`: of one participant alone; `days`: how long, as the setting says when None. A laptop that goes on with
        a file that was thrown away begins it again.
        """
        before = moment(self._clock() - timedelta(days=self._limits.unfinished_days if days is None else days))
        old_ones = select(blob.c.participant, blob.c.sha256).where(blob.c.touched_at < before, ~named())
        with self._db.read() as connection:
            old = connection.execute(old_ones.where(blob.c.participant == whose) if whose else old_ones).all()
        return sum(self._sweep(one.participant, one.sha256, before) for one in old)

    def close(self) -> None:
        """Wait for what is being compared."""
        self._behind.shutdown(wait=True, cancel_futures=True)

    def _part(self, *, offset: int, length: int, complete: bool, digest: str, parts: bytes | Iterable[bytes]) -> _Part:
        if length > self._limits.blob:
            raise Refused("too-large", "The file is larger than the endpoint takes.", limit=self._limits.blob)
        if not 0 <= offset <= length:
            raise Refused("bad-request", "Offset and length are not those of a file.")
        found = _DIGEST.search(digest)
        try:
            wanted = base64.b64decode(found[1], validate=True) if found else b""
        except binascii.Error:
            wanted = b""
        if not wanted:
            raise Refused("bad-request", "The header Content-Digest has no sha-256.")
        chunks = (parts,) if isinstance(parts, bytes) else parts
        return _Part(chunks, wanted, left=length - offset, complete=complete, limit=self._limits.part)

    def _gone(self, files: Sequence[tuple[str, str, int]]) -> list[tuple[str, str]]:
        """Those of these files (participant, hash, size) that are not in the storage; that is noted."""
        with ThreadPoolExecutor(_LOOKING, thread_name_prefix="look") as looking:
            sizes = list(looking.map(lambda one: self._storage.size(one[0], one[1]), files))
        doubtful = [one for one, size in zip(files, sizes, strict=True) if size != one[2]]
        return [(whose, sha256) for whose, sha256, _ in doubtful if not self._look_again(whose, sha256).complete]

    def _look_again(self, participant: str, sha256: str) -> Upload:
        """A file that was complete and was not found in the storage."""
        with self._db.locks.hold(_name(participant, sha256)):
            row = self._there(participant, sha256)
            return _upload(row) if row is not None else Upload(0, 0, False)

    def _there(self, participant: str, sha256: str) -> Row[Any] | None:
        """The row of it, as the storage bears it out. Held alone.

        What is complete and not in the storage starts again with nothing. What was found missing and is there again,
        because the storage was not mounted or was put back, is complete again.
        """
        row = self._row(participant, sha256)
        if row is not None and row.offset and not row.complete:
            return row
        size = self._storage.size(participant, sha256)
        if row is not None and row.complete:
            if size == row.length:
                return row
            _log.error("a complete file is missing in the storage, or is not whole", extra={"sha256": sha256})
            if size is not None:
                self._storage.remove(participant, sha256)
            self._storage.drop(participant, sha256)
            with self._db.write() as connection:
                connection.execute(
                    update(blob)
                    .where(_here(participant, sha256))
                    .values(offset=0, complete=False, touched_at=moment(self._clock()))
                )
        elif size is not None:
            self._found(participant, sha256)
        else:
            return row
        return self._row(participant, sha256)

    def _begin(self, participant: str, sha256: str, offset: int, length: int) -> None:
        """The row of it, when this part fits. Held alone."""
        row = self._there(participant, sha256)
        if row is not None and row.complete:
            raise Refused("blob-complete", "The file is complete.", offset=row.length)
        now = moment(self._clock())
        here = _here(participant, sha256)
        if row is not None and row.length != length:
            if row.offset:
                raise Refused("blob-length-differs", "The file had another length before.", length=row.length)
            with self._db.write() as connection:
                need_for_file(connection, participant, length - row.length, self._room)
                connection.execute(update(blob).where(here).values(length=length))
        there = row.offset if row is not None else 0
        if offset != there:
            raise Refused("mismatching-upload-offset", "The file ends elsewhere.", offset=there)
        if row is None:
            with self._db.write() as connection:
                need_for_file(connection, participant, length, self._room)
                connection.execute(
                    insert(blob).values(
                        participant=participant,
                        sha256=sha256,
                        length=length,
                        offset=0,
                        complete=False,
                        begun_at=now,
                        touched_at=now,
                    )
                )

    def _commit(self, participant: str, sha256: str, offset: int) -> None:
        with self._db.write() as connection:
            connection.execute(
                update(blob).where(_here(participant, sha256)).values(offset=offset, touched_at=moment(self._clock()))
            )

    def _end(self, participant: str, sha256: str) -> Upload | None:
        """All of it is there: compare it with its hash, a large one behind."""
        row = self._row(participant, sha256)
        if row is None or row.complete or row.length <= self._at_once:
            return self._compare(participant, sha256)
        key = (participant, sha256)
        with self._comparing_lock:
            if key not in self._comparing:
                self._comparing.add(key)
                self._behind.submit(self._compare_behind, key)
        return _upload(row)

    def _compare(self, participant: str, sha256: str, patience: float = PATIENCE) -> Upload | None:
        with self._db.locks.hold(_name(participant, sha256), patience):
            row = self._row(participant, sha256)
            if row is not None and row.complete:
                return _upload(row)
            if self._storage.size(participant, sha256) is not None:
                return self._found(participant, sha256)
            if row is None or row.offset < row.length:
                return _upload(row) if row is not None else None
            if not self._storage.finish(participant, sha256, row.length):
                self._commit(participant, sha256, 0)
                raise Refused("blob-digest-mismatch", "The file arrived with other bytes than its name says.", offset=0)
            return self._found(participant, sha256)

    def _compare_behind(self, key: tuple[str, str]) -> None:
        try:
            self._compare(*key, patience=0.1)  # another worker may be at it
        except Refused as refused:
            _log.info("a file was not finished", extra={"sha256": key[1], "problem": refused.problem.slug})
        except Exception:  # asked for again by the next HEAD
            _log.exception("a file could not be compared with its hash")
        finally:
            with self._comparing_lock:
                self._comparing.discard(key)

    def _found(self, participant: str, sha256: str) -> Upload:
        """A finished file stands in the storage: note it. Held alone.

        So a file whose finish was not noted (killed before, or the database was put back) is not sent a second time.
        """
        size = self._storage.size(participant, sha256) or 0
        self._storage.drop(participant, sha256)
        now = moment(self._clock())
        values = {"length": size, "offset": size, "complete": True, "touched_at": now}
        with self._db.write() as connection:
            known = connection.execute(update(blob).where(_here(participant, sha256)).values(**values)).rowcount
            if not known:
                connection.execute(insert(blob).values(participant=participant, sha256=sha256, begun_at=now, **values))
        reach("blob-done")
        return Upload(size, size, True)

    def _row(self, participant: str, sha256: str) -> Row[Any] | None:
        with self._db.read() as connection:
            return connection.execute(select(blob).where(_here(participant, sha256))).first()

    def _sweep(self, participant: str, sha256: str, before: str) -> int:
        with self._db.locks.hold(_name(participant, sha256)):
            with self._db.write() as connection:
                row_of(connection, participant, lock=True)  # nothing is accepted meanwhile that names it
                gone = connection.execute(
                    delete(blob).where(_here(participant, sha256), blob.c.touched_at < before, ~named())
                ).rowcount
            if gone:
                self._storage.drop(participant, sha256)
                self._storage.remove(participant, sha256)
        return int(gone)


class _Part:
    """The bytes of a part, checked while they are written: at the end of them it is known whether they count."""

    def __init__(self, chunks: Iterable[bytes], digest: bytes, *, left: int, complete: bool, limit: int) -> None:
        """`left`: bytes of the file from its offset on; `limit`: of a part."""
        self.size = 0
        self._chunks = chunks
        self._digest = digest
        self._left = left
        self._complete = complete
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        """Raises Refused: too-large, bad-request, bad-digest."""
        made = hashlib.sha256()
        for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > self._limit:
                raise Refused("too-large", "The part is larger than the endpoint takes.", limit=self._limit)
            if self.size > self._left:
                break
            made.update(chunk)
            yield chunk
        if self.size > self._left or (self._complete and self.size != self._left) or self.size == 0 < self._left:
            raise Refused("bad-request", "The part does not end where it says.")
        if made.digest() != self._digest:
            raise Refused("bad-digest", "The part arrived with other bytes than were sent.")


def complete_sizes(connection: Connection, participant: str, hashes: Sequence[str]) -> dict[str, int]:
    """Of those of these hashes that are there, complete: how large they are."""
    found: dict[str, int] = {}
    for start in range(0, len(hashes), _AT_A_TIME):
        some = hashes[start : start + _AT_A_TIME]
        rows = connection.execute(
            select(blob.c.sha256, blob.c.length).where(
                blob.c.participant == participant, blob.c.sha256.in_(some), blob.c.complete
            )
        )
        found.update({one.sha256: one.length for one in rows})
    return found


def _submissions_of(connection: Connection, participant: str, sha256: str) -> tuple[str, ...]:
    """Ids of those that name it, in order."""
    query = (
        select(submission.c.id)
        .where(
            submission.c.participant == participant,
            submission.c.id.in_(select(attachment.c.submission).where(attachment.c.sha256 == sha256)),
        )
        .order_by(submission.c.received_at, submission.c.id)
    )
    return tuple(connection.execute(query).scalars())


def digest_of(data: bytes) -> str:
    """The header Content-Digest of a part."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def _here(participant: str, sha256: str) -> ColumnElement[bool]:
    return and_(blob.c.participant == participant, blob.c.sha256 == sha256)


def _name(participant: str, sha256: str) -> str:
    return f"blob {participant} {sha256}"


def _upload(row: Row[Any]) -> Upload:
    return Upload(row.offset, row.length, bool(row.complete))


def _check(sha256: str) -> None:
    if SHA256.fullmatch(sha256) is None:
        raise Refused("bad-request", "It is no SHA-256 in small hexadecimal figures.")

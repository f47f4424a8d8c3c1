"""A kept file goes to an endpoint in parts. The endpoint is asked where it is; nothing here remembers an offset.

Protocol: docs/sync-protocol.md. Each part is read, hashed and sent by itself, so memory does not grow with the file.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.jobs import Job
from desktop.sync.model import Trouble
from desktop.sync.pace import Pace
from desktop.sync.points import reach
from desktop.sync.transport import Answer, Transport
from desktop.sync.troubles import COMPARING, UNREADABLE, SyncTrouble
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.protocol import (
    COMPLETE_HEADER,
    DIGEST_HEADER,
    LENGTH_HEADER,
    OFFSET_HEADER,
    PART_TYPE,
    blob_path,
)
from local_db.blobs import hash_file

_MOST_FAULTS = 5
"""Faults of one kind, one after the other, before the file is left for later."""
_MOST_RESTARTS = 2
_POLLS = 30
_POLL_SECONDS = 2.0


@dataclass(frozen=True)
class Upload:
    """A file that is to be there. `path` is the kept file."""

    sha256: str
    size: int
    name: str
    path: Path


@dataclass(frozen=True)
class _Place:
    offset: int
    complete: bool


class Uploading:
    """Sends files to one endpoint in one round."""

    def __init__(self, transport: Transport, pace: Pace, job: Job) -> None:
        """Nothing is sent."""
        self._transport = transport
        self._pace = pace
        self._job = job

    def send(self, one: Upload, at: Callable[[int], None]) -> None:
        """Bring it there, from wherever it is. `at(bytes)` is called between parts, and may raise to stop.

        Raises SyncTrouble (slug file: the kept file is gone or damaged), Cancelled.
        """
        place = self._asked(one)
        reach("upload.asked")
        faults = restarts = polls = stalls = 0
        while not place.complete:
            self._job.check()
            at(place.offset)
            if place.offset >= one.size and one.size:
                if polls >= _POLLS:
                    what = "The endpoint has all of a file, and is still comparing it."
                    raise SyncTrouble(Trouble(what, "It is asked again by itself.", Retry.AUTO, COMPARING))
                # All of it is there, and it is still being read through, or the endpoint was killed at the last step.
                polls += 1
                self._job.wait(_POLL_SECONDS)
                place = self._last_look(one, place) if polls % 3 == 0 else self._asked(one)
                continue
            before = place.offset
            try:
                place = self._part(one, place)
                faults = 0
                stalls = 0 if place.offset > before or place.complete else stalls + 1
            except SyncTrouble as error:
                slug = error.met.slug if error.met else ""
                if slug == "blob-digest-mismatch":
                    self._must_be_sound(one)
                    restarts += 1
                    if restarts > _MOST_RESTARTS:
                        raise
                    place = _Place(0, complete=False)
                    continue
                faults += 1
                if faults > _MOST_FAULTS or not self._mended(error, one):
                    raise
                place = self._told_place(error, one) or self._asked(one)
            if place.offset != before:
                polls = 0
            elif stalls:
                self._stalled(stalls)
        at(one.size)
        reach("upload.complete")

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _stalled(self, times: int) -> None:
        """It took a part and has no more than before: not for ever."""
        if times > _MOST_FAULTS:
            what = "The endpoint takes a part of a file and has no more of it than before."
            raise SyncTrouble(Trouble(what, "It will be tried again.", Retry.AUTO, UNREADABLE))
        self._job.wait(_POLL_SECONDS)

    def _asked(self, one: Upload) -> _Place:
        answer = self._transport.call("HEAD", blob_path(one.sha256), expected={404}, job=self._job)
        return _Place(0, complete=False) if answer.status == 404 else _place(answer, one)

    def _last_look(self, one: Upload, place: _Place) -> _Place:
        """An empty last part asks the endpoint to end what it has."""
        try:
            return self._sent(one, place.offset, b"", complete=True)
        except SyncTrouble as error:
            if error.met is None or error.met.slug != "blob-complete":
                raise
            return self._asked(one)

    def _part(self, one: Upload, place: _Place) -> _Place:
        size = min(self._pace.size, one.size - place.offset)
        data = _read(one, place.offset, size)
        began = self._pace.began()
        reach("upload.part")
        found = self._sent(one, place.offset, data, complete=place.offset + size == one.size)
        reach("upload.part-sent")
        self._pace.sent(size, began)
        return found

    def _sent(self, one: Upload, offset: int, data: bytes, *, complete: bool) -> _Place:
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        headers = {
            OFFSET_HEADER: str(offset),
            LENGTH_HEADER: str(one.size),
            COMPLETE_HEADER: "?1" if complete else "?0",
            DIGEST_HEADER: f"sha-256=:{digest}:",
            "Content-Type": PART_TYPE,
        }
        answer = self._transport.call("PATCH", blob_path(one.sha256), headers=headers, data=data, job=self._job)
        return _place(answer, one)

    def _mended(self, error: SyncTrouble, one: Upload) -> bool:
        """Whether it can go on at once after this."""
        met, trouble = error.met, error.trouble
        if met is not None and met.slug in {"mismatching-upload-offset", "blob-complete", "bad-digest"}:
            return True
        if trouble.slug == "timeout":
            return self._pace.smaller()
        if met is not None and met.status == 413:
            limit = met.more.get("limit")
            most = limit if type(limit) is int and limit > 0 else 0
            return not (most and one.size > most and met.slug and most > self._pace.size) and self._pace.smaller(most)
        return False

    @staticmethod
    def _told_place(error: SyncTrouble, one: Upload) -> _Place | None:
        offset = error.met.more.get("offset") if error.met else None
        return _Place(offset, complete=False) if type(offset) is int and 0 <= offset <= one.size else None

    @staticmethod
    def _must_be_sound(one: Upload) -> None:
        """Whose fault is it that the bytes are others? Raises SyncTrouble for a damaged kept file."""
        if hash_file(one.path) != (one.sha256, one.size):
            raise damaged(one.name)


def damaged(name: str) -> SyncTrouble:
    """Of a kept file that is not there any more as it was kept."""
    return SyncTrouble(
        Trouble(
            f"The kept file {name} is missing or damaged, so it cannot be sent.",
            "Restore the newest backup that has it, then try again. Or leave this out.",
            Retry.USER,
            "file",
        )
    )


def _read(one: Upload, offset: int, size: int) -> bytes:
    try:
        with one.path.open("rb") as file:
            file.seek(offset)
            data = file.read(size)
    except OSError as error:
        raise damaged(one.name) from error
    if len(data) != size:
        raise damaged(one.name)
    return data


def _place(answer: Answer, one: Upload) -> _Place:
    """Where the endpoint says it is. Raises SyncTrouble for an answer that says nothing of it."""
    offset, complete = answer.headers.get(OFFSET_HEADER, ""), answer.headers.get(COMPLETE_HEADER, "")
    if not (offset.isascii() and offset.isdigit()) or int(offset) > one.size or complete not in {"?0", "?1"}:
        raise SyncTrouble(
            Trouble("The endpoint does not say how much of a file it has.", "It will be tried again.", Retry.AUTO,
                    UNREADABLE, answer.status, answer.request_id)
        )  # fmt: skip
    return _Place(int(offset), complete == "?1")

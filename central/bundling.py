"""Bundles at the endpoint: what a laptop sent by hand is taken in by the same functions as what comes by the network.

So a submission that arrives by both is there once, with one receipt. A return bundle never holds a token: a laptop
that was enrolled by a bundle stays one of bundles until it is given a new code online.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select, update

from central import return_bundles
from central.blobs.durable import make_folder, room, sync_folder
from central.devices import Caller, device_of
from central.locks import FileLocks
from central.points import reach
from central.receiving import BUNDLE
from central.refusals import Refused
from central.tables import device
from central.uploads import Upload, digest_of
from desktop.sync.wire import bundle as wire
from desktop.sync.wire import envelope

if TYPE_CHECKING:
    from central.central import Central

ACCEPTED, KNOWN = "accepted", "known"
_BLOCK = 4 * 1024 * 1024
"""Bytes of a file that are in memory at a time."""


@dataclass(frozen=True)
class Taken:
    """What became of one thing of a bundle."""

    kind: str
    """laptop, file, submission, record, comment."""
    id: str
    result: str
    """accepted; known: it was here already; else the name of a problem (desktop/sync/wire/problems.py)."""
    detail: str = ""

    @property
    def ok(self) -> bool:
        """It is here."""
        return self.result in {ACCEPTED, KNOWN}


@dataclass(frozen=True)
class Outcome:
    """What a bundle brought. `missing`: numbers of parts that are still to come; then nothing was taken in yet."""

    bundle: str
    participant: str
    device: str
    items: tuple[Taken, ...] = ()
    missing: tuple[int, ...] = ()


class Bundles:
    """Parts that came alone wait in a folder for the others."""

    def __init__(self, central: Central) -> None:
        """Nothing is read before it is asked for."""
        self._central = central
        self._folder = central.settings.data / "bundles"
        self._alone = FileLocks(self._folder / "locks")

    def take(self, paths: Path | Sequence[Path], by: str = "command line") -> tuple[Outcome, ...]:
        """Take in bundles: whole ones and parts, in any order, some now and some later; the same again is known.

        Raises Refused (invalid) for a file that is no bundle for this endpoint, was changed, or is not signed by a
        laptop of the participant; then nothing of that bundle is taken in.
        """
        given = (paths,) if isinstance(paths, Path) else tuple(paths)
        self._forget_old()
        with ExitStack() as opened:
            by_id: dict[tuple[str, str, str], list[tuple[Path, wire.Part]]] = {}
            for path in given:
                part = opened.enter_context(closing(self._opened(path)))
                by_id.setdefault(_of(part.header), []).append((path, part))
            return tuple(self._one(opened, found, by) for found in by_id.values())

    def give(self, participant: str, device_uuid: str, to: Path | None = None) -> Path:
        """Write the return bundle for a laptop, into a folder (None: the endpoint's own); gives the file.

        Receipts of all that it handed over, changes since its newest bundle, content packs of them, the answer to its
        enrolment. Raises Refused (not-found).
        """
        with self._central.db.read() as connection:
            row = connection.execute(select(device).where(device.c.uuid == device_uuid)).first()
        if row is None or row.participant != participant:
            raise Refused("not-found", "There is no such laptop.")
        folder = to or self._folder / "out"
        with room():
            make_folder(folder)
            return return_bundles.write(self._central, row, folder)

    def _forget_old(self) -> None:
        """Parts whose others never came."""
        before = self._central.clock().timestamp() - self._central.settings.limits.unfinished_days * 24 * 3600
        for one in (self._folder / "in").glob("*"):
            with suppress(OSError):
                if max((each.stat().st_mtime for each in one.iterdir()), default=0.0) < before:
                    shutil.rmtree(one)

    # -- taking in -----------------------------------------------------------------------------------------------------

    def _opened(self, path: Path) -> wire.Part:
        try:
            part = wire.Part(path)
        except wire.BundleRefused as error:
            raise Refused("invalid", f"The file {path.name} {error}.", file=path.name) from error
        except OSError as error:
            raise Refused("invalid", f"The file {path.name} cannot be read.", file=path.name) from error
        header = part.header
        here = header.direction == wire.OUT and header.endpoint == self._central.identity.uuid
        if not here or not header.participant.isprintable():
            part.close()
            raise Refused("invalid", f"The file {path.name} is no bundle for this endpoint.", file=path.name)
        return part

    def _one(self, opened: ExitStack, given: list[tuple[Path, wire.Part]], by: str) -> Outcome:
        header = given[0][1].header
        waiting = self._folder / "in" / _place(header)
        with self._alone.hold(waiting.name):
            kept = sorted(waiting.glob("*.zip")) if waiting.is_dir() else []
            parts = [part for _, part in given] + [opened.enter_context(closing(self._opened(one))) for one in kept]
            if any(_of(part.header) != _of(header) for part in parts):
                raise Refused("invalid", "The parts are not of one bundle of one laptop.")
            items: list[Taken] = []
            self._enrol(parts, items)
            parts = self._signed(parts)
            missing = self._missing(parts)
            if missing:
                for path, part in given:
                    self._keep(waiting, path, part)
                return Outcome(header.id, header.participant, header.device, tuple(items), missing)
            self._process(parts, items)
            reach("bundle-taken")
            self._note(header, items, by)
            with suppress(FileNotFoundError):
                shutil.rmtree(waiting)
        return Outcome(header.id, header.participant, header.device, tuple(items))

    @staticmethod
    def _missing(parts: list[wire.Part]) -> tuple[int, ...]:
        try:
            return wire.together(parts)
        except wire.BundleRefused as error:
            raise Refused("invalid", f"The file {error}.") from error

    def _enrol(self, parts: list[wire.Part], items: list[Taken]) -> None:
        """A laptop that is not known yet; a code that was used by it already is no fault."""
        for part in parts:
            if not part.has("enrolment.json"):
                continue
            here = part.header.device
            known = self._row(part.header)
            try:
                body = _object(part.read("enrolment.json"))
                _need_signature(part, str(body.get("public_key", "")))
                self._central.devices.enrol(here, body)
                items.append(Taken("laptop", here, KNOWN if known is not None else ACCEPTED))
            except Refused as refused:
                if known is None:
                    raise
                items.append(Taken("laptop", here, refused.problem.slug, refused.problem.detail))
            return

    def _signed(self, parts: list[wire.Part]) -> list[wire.Part]:
        """One of each number, all signed by the laptop that they name. Raises Refused."""
        found: dict[int, wire.Part] = {}
        for part in parts:
            row = self._row(part.header)
            if row is None:
                raise Refused("invalid", "The bundle is of a laptop that is not enrolled here.")
            if row.revoked or self._central.participants.get(row.participant).suspended:
                raise Refused("forbidden", "This laptop may not send any more.")
            _need_signature(part, row.public_key)
            found.setdefault(part.header.part, part)
        return [found[number] for number in sorted(found)]

    def _keep(self, waiting: Path, path: Path, part: wire.Part) -> None:
        """Beside the others, until they are complete."""
        with room():
            make_folder(waiting)
            target = waiting / f"{part.header.part:05d}.zip"
            if target.exists():
                return
            fresh = target.with_suffix(".new")
            shutil.copyfile(path, fresh)
            with fresh.open("rb+") as file:
                os.fsync(file.fileno())
            fresh.replace(target)
            sync_folder(waiting)
        reach("bundle-part-kept")

    def _process(self, parts: list[wire.Part], items: list[Taken]) -> None:
        row = self._row(parts[0].header)
        assert row is not None  # _signed
        caller = Caller(row.participant, row.uuid, own_uuid=row.own_uuid)
        try:
            blobs = wire.blobs_of(parts)
        except wire.BundleRefused as error:
            raise Refused("invalid", f"The bundle {error}.") from error
        for sha256, pieces in blobs.items():
            items.append(_result("file", sha256, lambda name=sha256, all_=pieces: self._file(caller, name, all_)))
            reach("bundle-file")
        submissions = {path.split("/")[1].removesuffix(".json"): part
                       for part in parts for path in part.names("submissions/") if path.endswith(".json")}  # fmt: skip
        for one in [*parts[0].header.submissions, *submissions]:
            part = submissions.pop(one, None)
            if part is not None:
                items.append(_result("submission", one, lambda name=one, of=part: self._submit(caller, name, of)))
                reach("bundle-submission")
        for part in parts:
            for path in part.names("records/"):
                items.append(_result("record", _stem(path), lambda at=path, of=part: self._record(caller, at, of)))
            for path in part.names("comments/"):
                items.append(_result("comment", _stem(path), lambda at=path, of=part: self._comment(caller, at, of)))

    def _file(self, caller: Caller, sha256: str, pieces: list[tuple[wire.Part, str, int]]) -> str:
        length = sum(size for _, _, size in pieces)
        uploads = self._central.uploads
        there = uploads.head(caller.participant, sha256)
        if there is not None and there.complete:
            return KNOWN
        if there is not None and there.length != length:
            raise Refused("blob-length-differs", "The file had another length before.", length=there.length)
        offset = there.offset if there is not None else 0
        made = Upload(offset, length, False)
        for data in _blocks(pieces, offset, min(self._central.settings.limits.part, _BLOCK)):
            made = uploads.append(
                caller.participant, sha256, offset=offset, length=length, complete=offset + len(data) == length,
                digest=digest_of(data), parts=data,
            )  # fmt: skip
            offset += len(data)
        if not made.complete:
            uploads.finish(caller.participant, sha256)
        return ACCEPTED

    def _submit(self, caller: Caller, name: str, part: wire.Part) -> str:
        data = part.read(f"submissions/{name}.json")
        signature = part.read(f"submissions/{name}.jws").decode("ascii", "replace").strip()
        _, created = self._central.receiving.submit(caller, name, data, signature, BUNDLE)
        return ACCEPTED if created else KNOWN

    def _record(self, caller: Caller, path: str, part: wire.Part) -> str:
        body = _object(part.read(path))
        version, value = body.get("version"), body.get("value")
        if type(version) is not int or not isinstance(value, dict):
            raise Refused("invalid", "A record has a version and a value.")
        self._central.records.put(caller, _stem(path), version, value)
        return ACCEPTED

    def _comment(self, caller: Caller, path: str, part: wire.Part) -> str:
        self._central.talk.put(caller, _stem(path), _object(part.read(path)))
        return ACCEPTED

    def _note(self, header: wire.Header, items: list[Taken], by: str) -> None:
        bad = sum(not one.ok for one in items)
        row = self._row(header)
        assert row is not None  # _signed
        with self._central.db.write() as connection:
            connection.execute(update(device).where(device.c.uuid == row.uuid).values(cursor=header.cursor))
            self._central.audit.add(
                connection, actor=by, action="bundle taken in", subject=header.id,
                detail=f"{row.uuid}: {len(items)} things, {bad} refused",
            )  # fmt: skip

    def _row(self, header: wire.Header) -> Row[Any] | None:
        """The laptop of the participant that the header names."""
        with self._central.db.read() as connection:
            return device_of(connection, header.participant, header.device)


def _of(header: wire.Header) -> tuple[str, str, str]:
    """What a bundle is: two laptops may use the same id."""
    return header.participant, header.device, header.id


def _place(header: wire.Header) -> str:
    """The name of the folder where its parts wait; no text of a file that was brought is part of a path."""
    return hashlib.sha256("\n".join(_of(header)).encode()).hexdigest()


def _need_signature(part: wire.Part, public_key: str) -> None:
    try:
        raw = base64.b64decode(public_key, validate=True)
    except ValueError:
        raw = b""
    named = envelope.signer(part.signature) == part.header.device
    if not named or len(raw) != 32 or not envelope.signature_holds(part.manifest, part.signature, raw):
        raise Refused("invalid", "The bundle is not signed by the laptop that it names.")


def _blocks(pieces: list[tuple[wire.Part, str, int]], skip: int, most: int) -> Iterator[bytes]:
    """The bytes of a file from an offset on, in parts as an upload takes them."""
    held = bytearray()
    whole = sum(size for _, _, size in pieces)
    for part, path, _ in pieces:
        for chunk in part.chunks(path):
            held += chunk[skip:]
            skip = max(0, skip - len(chunk))
            while len(held) >= most:
                yield bytes(held[:most])
                del held[:most]
    if held or not whole:
        yield bytes(held)


def _result(kind: str, name: str, action: Any) -> Taken:
    try:
        return Taken(kind, name, action())
    except Refused as refused:
        if refused.problem.slug in {"no-room", "unavailable"}:
            raise  # of the endpoint, not of the thing: take the bundle again
        return Taken(kind, name, refused.problem.slug, refused.problem.detail)
    except wire.BundleRefused as error:
        return Taken(kind, name, "invalid", f"It {error}.")


def _object(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refused("invalid", "It is no JSON object.")
    return body


def _stem(path: str) -> str:
    return path.split("/")[1].removesuffix(".json")

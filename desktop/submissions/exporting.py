"""Writes what each recipient gets, under the names that it wants, and notes it as exported, which is not sent.

A file is written whole or not at all, never over one with other bytes; what was written goes again when the export
cannot be ended.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from desktop.changes import Changes
from desktop.declarations.export_set import ZIP_DAY
from desktop.errors import FileRefused, InvalidInput
from desktop.excel.names import file_name
from desktop.excel.saving import replacing
from desktop.jobs import Job
from desktop.own_files import is_same, must_be_free
from desktop.submissions.afterwards import Afterwards, Written
from desktop.submissions.context import NOTHING, Desk, changes, name_of
from desktop.submissions.frozen import FrozenOnes
from desktop.submissions.model import EventKind, Exported
from desktop.submissions.pack_kinds import Delivery
from desktop.submissions.staging import Staging
from local_db import submissions as rows
from local_db.blobs import hash_file
from local_db.submissions import SubmissionRow

_BLOCK = 1 << 20
_PLACE = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True)
class _Piece:
    """One file that a recipient gets: its name, within a ZIP with its folder, and the hash and size of a kept file."""

    name: str
    packed: str
    sha256: str
    size: int


@dataclass(frozen=True)
class _Parcel:
    """What one recipient gets. `zip_name` '' = the files as they are."""

    recipient: str
    pieces: tuple[_Piece, ...]
    zip_name: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files that are written; the first is what to send."""
        return (self.zip_name,) if self.zip_name else tuple(one.name for one in self.pieces)


Note = Callable[[SubmissionRow, Iterable[_Parcel], Mapping[str, tuple[Path, str]], set[str]], None]
"""Notes what was written: the parcels, the file and its SHA-256 by name, and the names that were not there before."""


class Exporting:
    """Exports."""

    def __init__(self, desk: Desk, frozen: FrozenOnes, afterwards: Afterwards) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk
        self._frozen = frozen
        self._afterwards = afterwards

    def names(self, submission_id: int) -> Mapping[str, tuple[str, ...]]:
        """See SubmissionService.file_names."""
        return {one.recipient: one.names for one in self._parcels(self._desk.frozen(submission_id), None)}

    def export(
        self, submission_id: int, folder: Path, recipients: tuple[str, ...], as_zip: bool | None, job: Job
    ) -> tuple[tuple[Exported, ...], Changes]:
        """See SubmissionService."""
        self._desk.store.require_writable()
        row = self._desk.frozen(submission_id)
        if row.state == "withdrawn":
            raise InvalidInput(
                f"{name_of(row)} was withdrawn.",
                safe="Nothing was written.",
                todo="Save the files that were frozen with it, if you need what was sent: mhhs-desk submit files.",
                field="state",
            )
        made = self._written(row, folder, recipients, as_zip, self._note, job)
        return made, changes(f"Export {name_of(row)}", len(made))

    def again(
        self, submission_id: int, folder: Path, recipients: tuple[str, ...], as_zip: bool | None, job: Job
    ) -> tuple[Exported, ...]:
        """See SubmissionService.write_again."""
        return self._written(self._desk.frozen(submission_id), folder, recipients, as_zip, None, job)

    def _written(  # noqa: PLR0917 - what is written for whom, where, and how
        self,
        row: SubmissionRow,
        folder: Path,
        recipients: tuple[str, ...],
        as_zip: bool | None,
        note: Note | None,
        job: Job,
    ) -> tuple[Exported, ...]:
        """Write it; `note` is called when all is there, and nothing stays when it fails."""
        _must_be_outside(self._desk.folder, folder)
        chosen = {self._desk.recipient_of(row, one) for one in recipients if one.strip()}
        parcels = [one for one in self._parcels(row, as_zip) if not chosen or one.recipient in chosen]
        if not parcels:
            raise InvalidInput(f"{name_of(row)} is for nobody.", safe=NOTHING, field="recipients")
        with Staging(self._desk.blobs) as staging:
            sources = self._sources(parcels, staging, job)
            to_write = self._to_write(folder, sources)
            written: list[Path] = []
            try:
                for number, (name, (source, _)) in enumerate(to_write.items()):
                    job.report("Writing", number, len(to_write), "files")
                    _copy(source, folder / name, job)
                    written.append(folder / name)
                if note is not None:
                    note(row, parcels, sources, set(to_write))
            except BaseException:
                for path in written:
                    with suppress(OSError):
                        path.unlink(missing_ok=True)
                raise
        return tuple(
            Exported(
                one.recipient,
                tuple(folder / name for name in one.names),
                tuple(sources[name][1] for name in one.names),
            )
            for one in parcels
        )

    # -- what goes to whom ---------------------------------------------------------------------------------------------

    def _parcels(self, row: SubmissionRow, as_zip: bool | None) -> list[_Parcel]:
        """What each recipient gets, as it wanted it when it was frozen.

        Two who get other bytes never get them under one name.
        """
        body = self._frozen.body(row.id)
        kept = rows.files(self._desk.store.read(), row.id)
        taken: dict[str, object] = {}
        found = []
        for wanted in body["delivery"]:
            recipient, code = wanted["recipient"], wanted["document"]
            delivery = Delivery(recipient, wanted["pattern"], wanted["zip"], wanted["largest_mb"])
            main = [one for one in kept if one.role == "template" and one.recipient == recipient]
            workbook = [one for one in kept if one.role == "workbook" and one.recipient in {"", recipient}]
            pieces = [
                _piece(delivery, body, document, one.name, one.sha256, one.size, taken)
                for document, one in [
                    *((code, one) for one in main),
                    *((f"{code}-workbook" if main else code, one) for one in workbook),
                ]
            ]
            pieces += [_beside(one, recipient, taken) for one in body["beside"]]
            packed = delivery.as_zip if as_zip is None else as_zip
            zip_name = ""
            if packed:
                what = tuple((one.packed, one.sha256) for one in pieces)
                zip_name = _free_name(_stem(delivery, body, code), ".zip", recipient, what, taken)
            found.append(_Parcel(recipient, tuple(pieces), zip_name))
        return found

    def _sources(self, parcels: Iterable[_Parcel], staging: Staging, job: Job) -> dict[str, tuple[Path, str]]:
        """The file to copy for each name, seen to be sound, with its SHA-256; ZIPs are made in the staging folder."""
        found: dict[str, tuple[Path, str]] = {}
        for parcel in parcels:
            sound = {one.packed: self._frozen.sound(one.sha256, one.name) for one in parcel.pieces}
            if not parcel.zip_name:
                found |= {one.name: (sound[one.packed], one.sha256) for one in parcel.pieces}
            elif parcel.zip_name not in found:
                job.report(f"Packing {parcel.zip_name}", 0, 0, "")
                place = staging.place()
                with replacing(place, parcel.zip_name) as into:
                    _zip(into, {name: sound[name] for name in sorted(sound)}, job)
                sha256, _ = staging.take(place)
                found[parcel.zip_name] = (staging.path(sha256), sha256)
        return found

    def _to_write(self, folder: Path, sources: Mapping[str, tuple[Path, str]]) -> dict[str, tuple[Path, str]]:
        """Those that are not there yet. Raises FileRefused for a name that something else has."""
        found = {}
        for name, (source, sha256) in sources.items():
            target = folder / name
            must_be_free(self._desk.folder, target)
            if not target.exists() and not target.is_symlink():
                found[name] = (source, sha256)
            elif not _holds(target, sha256):
                raise FileRefused(
                    f"{name} is there already, with something else in it.",
                    safe="Nothing was written.",
                    todo="Choose another folder, or move it away first.",
                )
        return found

    def _note(
        self,
        row: SubmissionRow,
        parcels: Iterable[_Parcel],
        sources: Mapping[str, tuple[Path, str]],
        new: set[str],
    ) -> None:
        """Note each file for its recipient; one that stood there and was noted before is not noted twice."""
        known = {
            (one.recipient, one.file_name, one.sha256)
            for one in rows.events(self._desk.store.read(), [row.id])
            if one.kind == EventKind.EXPORTED
        }
        told = [Written(one.recipient, name, sources[name][1]) for one in parcels for name in one.names]
        told = [one for one in told if one.file_name in new or (one.recipient, one.file_name, one.sha256) not in known]
        if told:
            self._afterwards.note_written(row.id, EventKind.EXPORTED, told)


def _must_be_outside(workspace: Path, folder: Path) -> None:
    """Raise InvalidInput for the folder of the workspace, and for any in it."""
    real = Path(os.path.realpath(folder))
    if any(is_same(workspace, one) for one in (real, *real.parents)):
        raise InvalidInput(
            "Files for recipients cannot be written into the workspace's own folder.",
            safe="Nothing was written.",
            todo="Choose another folder.",
            field="folder",
        )


def _piece(  # noqa: PLR0917 - what a name is made of
    delivery: Delivery,
    body: Mapping[str, Any],
    document: str,
    kept: str,
    sha256: str,
    size: int,
    taken: dict[str, object],
) -> _Piece:
    ending = PurePath(kept).suffix.lower() or ".xlsx"
    name = _free_name(_stem(delivery, body, document), ending, delivery.recipient, sha256, taken)
    return _Piece(name, name, sha256, size)


def _beside(one: Mapping[str, Any], recipient: str, taken: dict[str, object]) -> _Piece:
    path = PurePath(one["name"])
    name = _free_name(path.stem, path.suffix, recipient, one["sha256"], taken)
    packed = f"{one['folder']}/{name}" if one["folder"] else name
    return _Piece(name, packed, one["sha256"], one["size"])


def _stem(delivery: Delivery, body: Mapping[str, Any], document: str) -> str:
    """A name by the recipient's pattern. What stands in braces and is none of ours stays as it is."""
    values = {
        "participant": body["participant"]["short_name"] or body["participant"]["name"],
        "reference": body["reference"],
        "document": document,
        "version": str(body["version"]),
        "date": body["made"]["at"][:10],
        "recipient": delivery.recipient,
    }
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), delivery.pattern)


def _free_name(stem: str, ending: str, recipient: str, what: object, taken: dict[str, object]) -> str:
    """A name for this content: one that another content has gets the recipient's id, then a number."""
    for wanted in (stem, f"{stem}_{recipient}"):
        name = file_name(wanted, ending)
        if taken.setdefault(name.casefold(), what) == what:
            return name
    name = file_name(f"{stem}_{recipient}", ending, taken)
    taken[name.casefold()] = what
    return name


def _zip(into: BinaryIO, sources: Mapping[str, Path], job: Job) -> None:
    """One ZIP, the same bytes each time; nothing is packed tighter, since workbooks are packed already."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as made:
        for name, source in sources.items():
            entry = zipfile.ZipInfo(name, ZIP_DAY)
            entry.create_system = 3  # whatever the system that writes it
            entry.external_attr = 0o644 << 16
            entry.file_size = source.stat().st_size
            with source.open("rb") as reading, made.open(entry, "w") as writing:
                while block := reading.read(_BLOCK):
                    job.check()
                    writing.write(block)


def _copy(source: Path, target: Path, job: Job) -> None:
    with source.open("rb") as reading, replacing(target) as writing:
        while block := reading.read(_BLOCK):
            job.check()
            writing.write(block)


def _holds(target: Path, sha256: str) -> bool:
    try:
        return not target.is_symlink() and target.is_file() and hash_file(target)[0] == sha256
    except OSError:
        return False
